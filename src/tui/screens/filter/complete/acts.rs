//! What the filter bar offers at the cursor.

use std::ops::Range;

use crate::query::{DIRECTIVES, Field, Mark, Node, Query, parse};
use crate::tui::model::list::List;
use crate::tui::screens::filter::complete::{
    COUNTED_LIVE, MAX_OFFERS, Offer, Offers, Typed, directive_offers, field_named, field_offers, take_apart, word_at, written,
};

impl List {
    /// What can stand at the cursor, given as a byte of the text. `asked`: also without a letter.
    pub(in crate::tui) fn offers(&self, text: &str, cursor: usize, asked: bool, before: Offers) -> Offers {
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
        if self.known() <= COUNTED_LIVE {
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
                offer.count = self.count(query);
            }
            return;
        }
        let counts = self.counts(&base, &nodes).map_or_else(Vec::new, |(_, counts)| counts);
        for (offer, count) in offers.iter_mut().zip(counts) {
            offer.count = count;
        }
    }

    /// Every value that the field can have: its own words, then what cases have, the most frequent first.
    fn values_of(&self, field: &Field) -> Vec<String> {
        let mut all: Vec<String> = field.kind().keywords().into_iter().map(String::from).collect();
        if field.kind().is_textual() || *field == Field::Priority {
            // A value that reads like a keyword stands in quotes, so it is another offer.
            let values = self.index().values(field, &self.asker).into_iter().map(|(value, _)| value);
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
        let names = self.index().names(&field);
        let found = names.into_iter().filter(|(name, _)| name.starts_with(&part));
        let offer =
            |(name, _): (String, usize)| Field::read(kind, Some(&name)).map(|field| Offer { text: format!("{field}:"), count: None });
        found.filter_map(offer).collect()
    }
}
