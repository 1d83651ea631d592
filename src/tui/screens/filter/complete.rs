//! What the word at the cursor of the filter bar could become: fields, then their values, each with the rows it leaves.

pub mod acts;

use std::ops::Range;

use crate::query::{Column, DIRECTIVES, Field, NAMED, PLAIN};
use crate::tui::screens::facets::having;

/// Offers shown at once; another letter narrows them.
pub const MAX_OFFERS: usize = 8;
/// Above this many cases offers come without figures: they would make keys wait.
const COUNTED_LIVE: usize = 200_000;

/// One way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Stands instead of the word.
    pub text: String,
    /// Rows that would be left; None: it is no condition by itself.
    pub count: Option<usize>,
}

/// What is offered for a text and a cursor in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offers {
    /// Bytes of the text that an offer replaces.
    pub at: Range<usize>,
    pub offers: Vec<Offer>,
    /// The one that is highlighted.
    pub chosen: Option<usize>,
    /// The values of a field, so that another letter of the same word need not gather them again.
    pub(in crate::tui) known: Option<(Field, Vec<String>)>,
}

/// The word that the cursor is in or behind, without the sign in front of it.
fn word_at(text: &str, cursor: usize) -> Range<usize> {
    let mut start = 0;
    let mut in_quotes = false;
    for (at, c) in text[..cursor].char_indices() {
        match c {
            '"' => in_quotes = !in_quotes,
            c if !in_quotes && (c.is_whitespace() || c == '(' || c == ')') => start = at + c.len_utf8(),
            _ => {}
        }
    }
    if text[start..cursor].starts_with('-') {
        start += 1;
    }
    // What stands behind the cursor up to the next blank is part of the word.
    let rest = &text[cursor..];
    let end = if in_quotes { rest.find('"').map_or(rest.len(), |at| at + 1) } else { rest.find([' ', '(', ')']).unwrap_or(rest.len()) };
    start..cursor + end
}

/// A word taken apart: `tag:a,b` is the field, `tag:a,` as it stays, and `b` as it is being typed.
struct Typed<'a> {
    name: &'a str,
    head: &'a str,
    part: &'a str,
}

fn take_apart(word: &str) -> Option<Typed<'_>> {
    let (name, value) = word.split_once(':')?;
    let mut start = word.len() - value.len();
    start += value.len() - value.trim_start_matches(['<', '>', '=', '~']).len();
    if let Some(comma) = word[start..].rfind(',') {
        start += comma + 1;
    }
    if let Some(dots) = word[start..].rfind("..") {
        start += dots + 2;
    }
    let part = word[start..].trim_start_matches('-');
    let head = &word[..word.len() - part.len()];
    Some(Typed { name, head, part: part.trim_matches('"') })
}

fn field_named(name: &str) -> Option<Field> {
    match name.split_once('.') {
        Some((kind, named)) if NAMED.contains(&kind.to_ascii_lowercase().as_str()) && !named.is_empty() => {
            Field::read(kind, Some(named.trim_matches('"')))
        }
        _ => Field::read(name, None),
    }
}

/// A value as it stands behind the colon.
fn written(field: &Field, value: &str) -> String {
    let (head, text) = (format!("{field}:"), having(field, value).to_string());
    text.strip_prefix(&head).map_or_else(|| text.clone(), String::from)
}

fn field_offers(word: &str) -> Vec<Offer> {
    let wanted = word.to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for (name, field) in PLAIN {
        let (first, _) = field.written();
        // The second spelling of a field is offered only to who types it.
        if name.starts_with(&wanted) && (name == first || !first.starts_with(&wanted)) {
            found.push(format!("{name}:"));
        }
    }
    found.extend(NAMED.iter().filter(|name| name.starts_with(&wanted)).map(|name| format!("{name}.")));
    found.extend(DIRECTIVES.iter().filter(|name| name.starts_with(&wanted) && **name != "show").map(|name| format!("{name}:")));
    if "no".starts_with(&wanted) {
        found.push("no:".into());
    }
    found.into_iter().map(|text| Offer { text, count: None }).collect()
}

fn directive_offers(typed: &Typed<'_>) -> Vec<Offer> {
    if typed.name.eq_ignore_ascii_case("limit") {
        return Vec::new();
    }
    let wanted = typed.part.to_lowercase();
    let names = Column::PLAIN.iter().map(|(name, _)| *name).chain(["field.", "attr."]);
    names.filter(|name| name.starts_with(&wanted)).map(|name| Offer { text: format!("{}{name}", typed.head), count: None }).collect()
}

/// The text with an offer in the place of its word, and where the cursor stands then, in characters.
pub fn accept(text: &str, offers: &Offers, offer: &Offer) -> (String, usize) {
    let goes_on = offer.text.ends_with([':', '.']);
    let rest = text[offers.at.end..].trim_start();
    let gap = if goes_on || (offers.at.end < text.len() && rest.is_empty()) { "" } else { " " };
    let head = format!("{}{}{gap}", &text[..offers.at.start], offer.text);
    (format!("{head}{rest}"), head.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_at_the_cursor() {
        for (text, word) in [
            ("tag:ph|", "tag:ph"),
            ("a -tag:ph|ish b", "tag:phish"),
            ("a |", ""),
            ("(sta|", "sta"),
            ("title:\"two wo|", "title:\"two wo"),
            ("title:\"two wo|rds\" x", "title:\"two words\""),
            ("é|é x", "éé"),
        ] {
            let cursor = text.find('|').unwrap();
            let text = text.replace('|', "");
            assert_eq!(&text[word_at(&text, cursor)], word, "{text}");
        }
    }

    #[test]
    fn a_list_is_completed_at_its_end() {
        for (word, head, part) in [
            ("tag:a,b", "tag:a,", "b"),
            ("priority:<=P", "priority:<=", "P"),
            ("sort:-sla,-pri", "sort:-sla,-", "pri"),
            ("age:1d..", "age:1d..", ""),
            ("tag:", "tag:", ""),
            ("status:\"In pro", "status:", "In pro"),
        ] {
            let typed = take_apart(word).unwrap();
            assert_eq!((typed.head.trim_end_matches('"'), typed.part), (head, part), "{word}");
        }
        assert!(take_apart("phish").is_none());
    }

    #[test]
    fn an_offer_takes_the_place_of_its_word_and_leaves_the_rest() {
        let offers = Offers { at: 2..5, ..Offers::default() };
        let offer = |text: &str| Offer { text: text.into(), count: None };
        assert_eq!(accept("a sta b", &offers, &offer("status:")), ("a status:b".into(), 9));
        let offers = Offers { at: 2..5, ..Offers::default() };
        assert_eq!(accept("a sta", &offers, &offer("status:open")), ("a status:open ".into(), 14));
        assert_eq!(accept("a sta b", &offers, &offer("tag:x")), ("a tag:x b".into(), 8));
    }

    #[test]
    fn every_field_is_offered_by_its_first_letters() {
        for (name, field) in PLAIN {
            let offered: Vec<_> = field_offers(name).into_iter().map(|offer| offer.text).collect();
            assert!(offered.contains(&format!("{name}:")), "{field}: {offered:?}");
        }
        assert!(field_offers("zzz").is_empty());
        assert_eq!(field_offers("no").first().map(|offer| offer.text.as_str()), Some("no:"));
    }
}
