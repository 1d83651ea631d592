//! What the word at the cursor of the filter bar could become: fields, then their values, each with the rows it leaves.

use std::ops::Range;

use crate::app::App;
use crate::app::facet::having;
use crate::query::{Column, DIRECTIVES, Field, Mark, NAMED, Node, PLAIN, Query, parse};

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
    pub(super) known: Option<(Field, Vec<String>)>,
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

impl App {
    /// What can stand at the cursor, given as a byte of the text. `asked`: also without a letter.
    pub(super) fn offers(&self, text: &str, cursor: usize, asked: bool, before: Offers) -> Offers {
        let at = word_at(text, cursor);
        let word = &text[at.start..cursor.max(at.start)];
        let mut known = before.known;
        let offers = match take_apart(word) {
            Some(typed) if DIRECTIVES.contains(&typed.name.to_ascii_lowercase().as_str()) => directive_offers(&typed),
            Some(typed) => match field_named(typed.name) {
                Some(field) => self.value_offers(&field, &typed, text, &at, &mut known),
                None => Vec::new(),
            },
            None if word.is_empty() && !asked => Vec::new(),
            None if word.contains('.') => self.name_offers(word),
            None => field_offers(word),
        };
        // What is typed already is no offer.
        let typed = &text[at.clone()];
        let offers = offers.into_iter().filter(|offer| offer.text != typed).take(MAX_OFFERS).collect();
        Offers { at, offers, chosen: None, known }
    }

    fn value_offers(
        &self,
        field: &Field,
        typed: &Typed<'_>,
        text: &str,
        at: &Range<usize>,
        known: &mut Option<(Field, Vec<String>)>,
    ) -> Vec<Offer> {
        if known.as_ref().is_none_or(|(of, _)| of != field) {
            *known = Some((field.clone(), self.values_of(field)));
        }
        let Some((_, values)) = known else { return Vec::new() };
        let wanted = crate::query::fold(typed.part);
        let rank = |value: &String| {
            let value = crate::query::fold(value);
            if value.starts_with(&wanted) { Some(0) } else { value.contains(&wanted).then_some(1) }
        };
        let mut found: Vec<_> = values.iter().enumerate().filter_map(|(at, value)| Some((rank(value)?, at, value))).collect();
        found.sort_by_key(|(rank, ..)| *rank);
        let keywords = field.kind().keywords().len();
        let mut offers: Vec<Offer> = Vec::with_capacity(MAX_OFFERS + 1);
        // Written out only where it is shown: a field may have tens of thousands of values.
        for (_, at, value) in found {
            let written = if at < keywords { value.clone() } else { written(field, value) };
            let text = format!("{}{written}", typed.head);
            if !offers.iter().any(|known| known.text == text) {
                offers.push(Offer { text, count: None });
            }
            if offers.len() > MAX_OFFERS {
                break;
            }
        }
        if self.list.known() <= COUNTED_LIVE {
            self.count_offers(&mut offers, text, at);
        }
        // What leaves nothing comes last.
        offers.sort_by_key(|offer| offer.count == Some(0));
        offers
    }

    /// Counts what the whole text would leave with each offer in its place: behind a `-`, inside of parentheses, in a list.
    fn count_offers(&self, offers: &mut [Offer], text: &str, at: &Range<usize>) {
        let with = |offer: &Offer| parse(&format!("{}{}{}", &text[..at.start], offer.text, &text[at.end..])).query;
        let queries: Vec<Query> = offers.iter().map(with).collect();
        let Some((first, others)) = queries.split_first() else { return };
        // What they have in common is judged once.
        let is_common = |node: &&Node| others.iter().all(|query| query.conjuncts().contains(node));
        let common: Vec<Node> = first.conjuncts().iter().filter(is_common).cloned().collect();
        let own = |query: &Query| Node::all(query.conjuncts().iter().filter(|node| !common.contains(node)).cloned());
        let nodes: Vec<Node> = queries.iter().map(own).collect();
        let base = Query { node: Node::all(common.iter().cloned()), limit: first.limit, ..Query::default() };
        if queries.iter().any(|query| query.names(Mark::Snoozed) != base.names(Mark::Snoozed)) {
            // Whether sleepers count depends on the offer itself.
            for (offer, query) in offers.iter_mut().zip(&queries) {
                offer.count = self.list.count(query);
            }
            return;
        }
        let counts = self.list.counts(&base, &nodes).map_or_else(Vec::new, |(_, counts)| counts);
        for (offer, count) in offers.iter_mut().zip(counts) {
            offer.count = count;
        }
    }

    /// Every value that the field can have: its own words, then what cases have, the most frequent first.
    fn values_of(&self, field: &Field) -> Vec<String> {
        let mut all: Vec<String> = field.kind().keywords().into_iter().map(String::from).collect();
        if field.kind().is_textual() || *field == Field::Priority {
            // A value that reads like a keyword stands in quotes, so it is another offer.
            let values = self.list.index().values(field, &self.list.asker).into_iter().map(|(value, _)| value);
            let is_level = |value: &String| *field == Field::Priority && all.contains(value);
            all.extend(values.filter(|value| !is_level(value)).collect::<Vec<_>>());
        }
        all
    }

    /// Names behind the dot of `field.`, `attr.`, `meta.` and `record.`.
    fn name_offers(&self, word: &str) -> Vec<Offer> {
        let Some((kind, part)) = word.split_once('.') else { return Vec::new() };
        let Some(field) = Field::read(kind, Some("x")) else { return Vec::new() };
        let part = crate::query::fold(part.trim_matches('"'));
        let names = self.list.index().names(&field);
        let found = names.into_iter().filter(|(name, _)| name.starts_with(&part));
        let offer =
            |(name, _): (String, usize)| Field::read(kind, Some(&name)).map(|field| Offer { text: format!("{field}:"), count: None });
        found.filter_map(offer).collect()
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
