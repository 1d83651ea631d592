//! The values that a column has, with how many rows have each.

use std::collections::HashMap;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::codes::{Clock, NO_TIME};
use super::deep::Parts;
use super::dictionary::Dictionary;
use super::rows::Index;
use crate::domain::case::{Rid, SourceId};
use crate::query::{Asker, Column, Field, fold};

/// Spans of the time that is left, from now on.
const CLOCKS: [(i64, &str); 4] = [(0, "breached"), (30 * 60_000, "<30m"), (4 * 3_600_000, "<4h"), (24 * 3_600_000, "<1d")];

/// Counts by value.
#[derive(Default)]
struct Counts(HashMap<String, usize>);

impl Counts {
    fn add(&mut self, value: &str, count: usize) {
        match self.0.get_mut(value) {
            Some(known) => *known += count,
            None => drop(self.0.insert(value.to_owned(), count)),
        }
    }

    fn extend<'a>(&mut self, values: impl IntoIterator<Item = (&'a str, usize)>) {
        for (value, count) in values {
            self.add(value, count);
        }
    }

    /// Most frequent first, then by value.
    fn sorted(self) -> Vec<(String, usize)> {
        let mut counts: Vec<_> = self.0.into_iter().filter(|(_, count)| *count > 0).collect();
        counts.sort_unstable_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then_with(|| a.cmp(b)));
        counts
    }
}

impl Index {
    /// Values of a column among these rows, most frequent first; an empty value counts the rows that have none. A row
    /// with several tags or people counts for each. Times are counted by day, clocks by what is left.
    pub fn facet(&self, column: &Column, rows: &[Rid], asker: &Asker) -> Vec<(String, usize)> {
        self.counted(column, rows.iter().filter_map(|rid| self.slot(*rid)), asker).sorted()
    }

    /// Values that a field has among all rows, most frequent first: what completion offers beside the keywords.
    pub fn values(&self, field: &Field, asker: &Asker) -> Vec<(String, usize)> {
        let column = match field {
            Field::Source => Column::Source,
            Field::Status => Column::Status,
            Field::Priority => Column::Priority,
            Field::Assignee => Column::Assignee,
            Field::Author => Column::Author,
            Field::Tag => Column::Tags,
            Field::Team => Column::Team,
            Field::Project => Column::Project,
            Field::Type => Column::Type,
            Field::Key => Column::Key,
            Field::Attr(name) | Field::Meta(name) => Column::Attr(name.clone()),
            Field::Custom(name) => Column::Custom(name.clone()),
            _ => return Vec::new(),
        };
        let mut found = self.counted(&column, self.alive.ones(), asker).sorted();
        found.retain(|(value, _)| !value.is_empty());
        found
    }

    /// Names behind the dot that are known: of attributes and metadata, of custom fields, of record columns.
    pub fn names(&self, field: &Field) -> Vec<(String, usize)> {
        let mut counts = Counts::default();
        let part = match field {
            Field::Attr(_) | Field::Meta(_) => Parts::ATTRIBUTES,
            Field::Custom(_) => Parts::FIELDS,
            Field::Record(_) => Parts::RECORDS,
            _ => return Vec::new(),
        };
        if part == Parts::ATTRIBUTES {
            let tags = self.alive.ones().flat_map(|slot| self.columns.terms_of(slot).1.iter().copied());
            for (tag, count) in by_number(self.columns.terms(), tags) {
                if let Some((name, _)) = tag.split_once(':') {
                    counts.add(&fold(name), count);
                }
            }
        }
        for slot in self.alive.ones() {
            let mut names: Vec<&str> = self.columns.deep(slot).into_iter().flat_map(|deep| deep.of(part)).map(|fact| &*fact.name).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().filter(|name| !name.is_empty()).for_each(|name| counts.add(name, 1));
        }
        counts.sorted()
    }

    fn counted(&self, column: &Column, slots: impl Iterator<Item = u32>, asker: &Asker) -> Counts {
        let columns = &self.columns;
        let mut counts = Counts::default();
        match column {
            Column::Tags | Column::Assignee => {
                let are_people = *column == Column::Assignee;
                let mut none = 0;
                let terms = slots.flat_map(|slot| {
                    let (people, tags) = columns.terms_of(slot);
                    let terms = if are_people { people } else { tags };
                    none += usize::from(terms.is_empty());
                    terms.iter().copied()
                });
                counts.extend(by_number(columns.terms(), terms));
                counts.add("", none);
            }
            Column::Status => {
                let statuses = slots.map(|slot| columns.statuses()[slot as usize]);
                counts.extend(by_number(columns.names(), statuses));
            }
            Column::Source => {
                let mut by_source = [0_usize; 256];
                slots.for_each(|slot| by_source[usize::from(columns.source(slot).0)] += 1);
                for (id, count) in (0..=u8::MAX).map(SourceId).zip(by_source) {
                    let origin = asker.origins.iter().find(|origin| origin.id == id);
                    counts.add(origin.map_or("", |origin| &origin.name), count);
                }
            }
            column => slots.for_each(|slot| self.count_one(column, slot, asker, &mut counts)),
        }
        counts
    }

    fn count_one(&self, column: &Column, slot: u32, asker: &Asker, counts: &mut Counts) {
        let columns = &self.columns;
        let day = |clock| {
            let at = Timestamp::from_millisecond(columns.time(slot, clock)).ok();
            at.map(|at| at.to_zoned_datetime(asker.zone.clone()).date().to_string()).unwrap_or_default()
        };
        match column {
            Column::Priority => counts.add(columns.priority_value(slot), 1),
            Column::Key => counts.add(columns.key(slot), 1),
            Column::Id => counts.add(columns.id(slot), 1),
            Column::Title => counts.add(columns.title(slot), 1),
            Column::Age | Column::Created => counts.add(&day(Clock::Created), 1),
            Column::Updated => counts.add(&day(Clock::Updated), 1),
            Column::Closed => counts.add(&day(Clock::Closed), 1),
            Column::Sla | Column::Due => counts.add(self.left(slot, asker), 1),
            Column::Author => self.count_facts(slot, Parts::AUTHOR, "", counts),
            Column::Team | Column::Project => counts.add(&columns.value(slot, column).unwrap_or_default(), 1),
            Column::Type => self.count_facts(slot, Parts::TYPE, "", counts),
            Column::Custom(name) => self.count_facts(slot, Parts::FIELDS, &fold(name), counts),
            Column::Attr(name) => {
                let prefix = fold(name) + ":";
                let tags = columns.terms_of(slot).1.iter().filter(|tag| columns.terms().folded(**tag).starts_with(&prefix));
                let values: Vec<_> = tags.filter_map(|tag| Some(columns.terms().shown(*tag).split_once(':')?.1)).collect();
                if values.is_empty() {
                    self.count_facts(slot, Parts::ATTRIBUTES, &fold(name), counts);
                }
                counts.extend(values.into_iter().map(|value| (value, 1)));
            }
            Column::Source | Column::Status | Column::Assignee | Column::Tags => {}
        }
    }

    fn left(&self, slot: u32, asker: &Asker) -> &'static str {
        let due = self.columns.time(slot, Clock::Due);
        let left = due.saturating_sub(asker.now.as_millisecond());
        if due == NO_TIME { "" } else { CLOCKS.iter().find(|(most, _)| left < *most).map_or("later", |(_, words)| words) }
    }

    /// Of a person or group the first fact is its name, and that alone counts.
    fn count_facts(&self, slot: u32, part: Parts, name: &str, counts: &mut Counts) {
        let facts =
            self.columns.deep(slot).into_iter().flat_map(|deep| deep.of(part)).filter(|fact| fact.name == name && !fact.text.is_empty());
        let most = if name.is_empty() { 1 } else { usize::MAX };
        let values: Vec<&str> = facts.take(most).map(|fact| &*fact.text).collect();
        if values.is_empty() {
            counts.add("", 1);
        }
        counts.extend(values.into_iter().map(|value| (value, 1)));
    }
}

/// How often each entry of a dictionary stands there.
fn by_number(dictionary: &Dictionary, numbers: impl Iterator<Item = u32>) -> FxHashMap<&str, usize> {
    let mut counts = vec![0_usize; dictionary.len()];
    numbers.for_each(|number| counts[number as usize] += 1);
    let mut found = FxHashMap::default();
    for (number, count) in (0..).zip(counts).filter(|(_, count)| *count > 0) {
        *found.entry(dictionary.shown(number)).or_default() += count;
    }
    found
}
