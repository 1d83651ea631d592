//! Text by its width on a screen: measured, cut between graphemes, broken at blanks.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes.
pub fn width(text: &str) -> u16 {
    if text.is_ascii() { u16::try_from(text.len()).unwrap_or(u16::MAX) } else { u16::try_from(text.width()).unwrap_or(u16::MAX) }
}

/// As much of a text as fits into so many columns.
pub fn cut(text: &str, columns: u16) -> &str {
    let columns = usize::from(columns);
    if text.is_ascii() {
        return &text[..text.len().min(columns)];
    }
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > columns {
            return &text[..at];
        }
    }
    text
}

/// A text in lines of at most so many columns, broken at blanks where there are any; at most `most` lines.
pub fn wrapped(text: &str, columns: u16, most: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut rest = paragraph;
        loop {
            if lines.len() == most || columns == 0 {
                return lines;
            }
            let head = cut(rest, columns);
            if head.len() == rest.len() {
                lines.push(rest);
                break;
            }
            // A grapheme wider than the whole line is left out, else this would never end.
            let head = if head.is_empty() { rest.graphemes(true).next().unwrap_or(rest) } else { head };
            let end = if rest[head.len()..].starts_with(' ') { Some(head.len()) } else { head.rfind(' ').filter(|at| *at > 0) };
            let end = end.unwrap_or(head.len());
            lines.push(&rest[..end]);
            rest = rest[end..].trim_start_matches(' ');
            if rest.is_empty() {
                break;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_graphemes_by_width() {
        assert_eq!(cut("phish", 3), "phi");
        assert_eq!(cut("漢字x", 3), "漢");
        assert_eq!(cut("e\u{301}e\u{301}", 1), "e\u{301}");
        assert_eq!(width("漢字x"), 5);
    }

    #[test]
    fn lines_break_at_blanks_and_end() {
        assert_eq!(wrapped("one two three", 7, 9), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh", 3, 9), ["abc", "def", "gh"]);
        assert_eq!(wrapped("a\n\nb", 3, 9), ["a", "", "b"]);
        assert_eq!(wrapped("漢字", 1, 9), ["漢", "字"]);
        assert_eq!(wrapped("x y z", 1, 2), ["x", "y"]);
        assert!(wrapped("x", 0, 9).is_empty());
    }
}
