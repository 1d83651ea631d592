//! Names and texts in quotes.

use compact_str::CompactString;

use super::fold::fold;
use super::limits::MAX_WORD_CHARS;
use crate::domain::text::Clean;

/// A name behind a dot, in quotes where it must be, and what follows. None: it is not finished; a name of None is empty.
pub(super) fn name(text: &str, ends: impl Fn(char) -> bool) -> Option<(Option<CompactString>, &str)> {
    let (name, behind) = if text.starts_with('"') {
        let (name, behind, is_closed) = unquote(text);
        (is_closed.then_some(name)?, behind)
    } else {
        let end = text.find(|c: char| ends(c) || c.is_whitespace() || matches!(c, '"' | '|' | '(' | ')' | ',')).unwrap_or(text.len());
        (text[..end].into(), &text[end..])
    };
    let name = CompactString::from(Clean::line(&name).as_str());
    let end = name.char_indices().nth(MAX_WORD_CHARS).map_or(name.len(), |(end, _)| end);
    let name = CompactString::from(&name[..end]);
    Some((Some(name).filter(|name| !fold(name).trim().is_empty()), behind))
}

/// Text that begins with a quote: what is in it, what follows, and whether the quote was closed. Two quotes are one.
pub(super) fn unquote(text: &str) -> (CompactString, &str, bool) {
    let mut inside = CompactString::default();
    let mut rest = &text[1..];
    while let Some((piece, behind)) = rest.split_once('"') {
        inside.push_str(piece);
        match behind.strip_prefix('"') {
            Some(behind) => {
                inside.push('"');
                rest = behind;
            }
            None => return (inside, behind, true),
        }
    }
    inside.push_str(rest);
    (inside, "", false)
}
