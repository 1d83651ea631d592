//! The order of rows: kept from one look to the next, total, with missing values last in either direction.

use std::borrow::Cow;
use std::cmp::Ordering;

use compact_str::CompactString;

use super::bits::Bits;
use super::codes::{Clock, NO_LEVEL, NO_TIME};
use super::columns::Columns;
use super::deep::Parts;
use crate::domain::case::{Rid, State};
use crate::domain::order::{by_meaning, by_value, start, weight};
use crate::query::{Column, Key, fold};

/// Touched slots are merged into the order while they are fewer than one in this many; else it is sorted anew.
const MERGE_SHARE: usize = 8;
/// Fewer hits than one in this many are put in order by themselves; more, and walking the whole order is faster.
const SPARSE_SHARE: usize = 16;

/// The weight of what is not there; it comes last in either direction.
const MISSING: u64 = u64::MAX;

/// What rows are ordered by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// When the nearest clock runs out.
    Sla,
    /// Most urgent first, words that nobody knows before all; not set is missing.
    Priority,
    Created,
    Updated,
    Title,
    /// In the order of the configuration.
    Source,
    /// Numbers in keys by their value: `SEC-9` before `SEC-10`.
    Key,
    /// Open, unknown, in progress, closed, archived; then the vendor's name.
    Status,
    /// Whatever still waits for somebody before what is closed or archived.
    Closed,
    /// By the first assignee.
    Assignee,
    Id,
    ClosedAt,
    /// By the first tag.
    Tags,
    /// By the first value of an attribute, which rows of Datadog carry as tags.
    Attr(CompactString),
    /// By what only reading the case tells; a case that was not read comes with those that lack it.
    Author,
    Group,
    Type,
    Custom(CompactString),
}

impl SortBy {
    /// Its number says everything: rows with the same one are equal.
    fn is_number(&self) -> bool {
        matches!(self, Self::Sla | Self::Priority | Self::Created | Self::Updated | Self::Source | Self::Closed | Self::ClosedAt)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    pub by: SortBy,
    pub descending: bool,
}

impl From<&Key> for SortKey {
    fn from(key: &Key) -> Self {
        let by = match &key.column {
            Column::Source => SortBy::Source,
            Column::Key => SortBy::Key,
            Column::Id => SortBy::Id,
            Column::Status => SortBy::Status,
            Column::Priority => SortBy::Priority,
            Column::Sla | Column::Due => SortBy::Sla,
            Column::Age | Column::Created => SortBy::Created,
            Column::Updated => SortBy::Updated,
            Column::Closed => SortBy::ClosedAt,
            Column::Assignee => SortBy::Assignee,
            Column::Author => SortBy::Author,
            Column::Title => SortBy::Title,
            Column::Tags => SortBy::Tags,
            Column::Team | Column::Project => SortBy::Group,
            Column::Type => SortBy::Type,
            Column::Custom(name) => SortBy::Custom(name.clone()),
            Column::Attr(name) => SortBy::Attr(name.clone()),
        };
        // The youngest was created last.
        Self { by, descending: key.descending != (key.column == Column::Age) }
    }
}

/// Live slots in the order last asked for.
#[derive(Default)]
pub(super) struct Order {
    keys: Vec<SortKey>,
    slots: Vec<u32>,
    /// Place of each slot in `slots`; empty until it is needed.
    ranks: Vec<u32>,
    /// Slots that are new, dead, or show something else since; no longer noted once they are too many to merge.
    touched: Vec<u32>,
    /// It has been sorted since the slots were numbered.
    is_sorted: bool,
}

impl Order {
    pub(super) fn touch(&mut self, slot: u32) {
        if !self.is_too_stale() {
            self.touched.push(slot);
        }
    }

    pub(super) fn payload(&self) -> usize {
        size_of_val(self.slots.as_slice()) + size_of_val(self.ranks.as_slice())
    }

    fn is_too_stale(&self) -> bool {
        !self.is_sorted || self.touched.len() * MERGE_SHARE > self.slots.len()
    }

    /// Brings the order up to date.
    pub(super) fn refresh(&mut self, columns: &Columns, alive: &Bits, keys: &[SortKey]) {
        if self.keys != keys || self.is_too_stale() {
            *self = Self { keys: keys.to_vec(), slots: sorted(columns, keys, alive.ones()), is_sorted: true, ..Self::default() };
        } else if !self.touched.is_empty() {
            self.merge(columns, alive);
        }
    }

    fn merge(&mut self, columns: &Columns, alive: &Bits) {
        let mut moved = Bits::default();
        for slot in self.touched.drain(..) {
            moved.set(slot, true);
        }
        let fresh = sorted(columns, &self.keys, moved.ones().filter(|slot| alive.has(*slot)));
        let mut merged = Vec::with_capacity(self.slots.len() + fresh.len());
        let mut fresh = fresh.into_iter().peekable();
        for slot in self.slots.iter().copied().filter(|slot| !moved.has(*slot)) {
            while let Some(next) = fresh.next_if(|next| compare(columns, &self.keys, *next, slot) == Ordering::Less) {
                merged.push(next);
            }
            merged.push(slot);
        }
        merged.extend(fresh);
        self.slots = merged;
        self.ranks.clear();
    }

    /// The rows of these slots, in order.
    pub(super) fn pick(&mut self, columns: &Columns, hits: &Bits) -> Vec<Rid> {
        let count = hits.count();
        if count * SPARSE_SHARE >= self.slots.len() {
            // Every row is written and the place moves on only for a hit: chance decides each row, so no branch is foreseen.
            let mut found = vec![Rid(0); count + 1];
            let mut place = 0;
            for slot in &self.slots {
                found[place] = columns.rid(*slot);
                place += usize::from(hits.has(*slot));
            }
            found.truncate(count);
            return found;
        }
        if self.ranks.is_empty() {
            self.ranks.resize(columns.len(), 0);
            for (rank, slot) in (0..).zip(&self.slots) {
                self.ranks[*slot as usize] = rank;
            }
        }
        let mut ranks: Vec<u32> = hits.ones().map(|slot| self.ranks[slot as usize]).collect();
        ranks.sort_unstable();
        ranks.into_iter().map(|rank| columns.rid(self.slots[rank as usize])).collect()
    }
}

fn sorted(columns: &Columns, keys: &[SortKey], slots: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut weighed: Vec<(u64, u32)> = slots.map(|slot| (0, slot)).collect();
    sort(columns, keys, &mut weighed);
    weighed.into_iter().map(|(_, slot)| slot).collect()
}

/// By one number per row, then those that are equal by the next key: a list whose first keys say little costs no more
/// than one number each.
fn sort(columns: &Columns, keys: &[SortKey], rows: &mut [(u64, u32)]) {
    let Some((key, rest)) = keys.split_first() else {
        return rows.sort_unstable_by_key(|(_, slot)| columns.rid(*slot));
    };
    for (weight, slot) in &mut *rows {
        *weight = match weigh(columns, &key.by, *slot).map(|weight| weight.min(MISSING - 1)) {
            None => MISSING,
            Some(weight) if key.descending => MISSING - 1 - weight,
            Some(weight) => weight,
        };
    }
    rows.sort_unstable_by_key(|(weight, _)| *weight);
    for ties in rows.chunk_by_mut(|a, b| a.0 == b.0).filter(|ties| ties.len() > 1) {
        if key.by.is_number() {
            sort(columns, rest, ties);
        } else {
            ties.sort_unstable_by(|(_, a), (_, b)| compare(columns, keys, *a, *b));
        }
    }
}

/// Total: equal only for the same row.
fn compare(columns: &Columns, keys: &[SortKey], a: u32, b: u32) -> Ordering {
    keys.iter()
        .map(|key| {
            let (x, y) = (weigh(columns, &key.by, a), weigh(columns, &key.by, b));
            // Missing is last whatever the direction.
            match (x, y) {
                (None, None) => return Ordering::Equal,
                (None, Some(_)) => return Ordering::Greater,
                (Some(_), None) => return Ordering::Less,
                (Some(_), Some(_)) => {}
            }
            let order = x.cmp(&y).then_with(|| spell_out(columns, &key.by, a, b));
            if key.descending { order.reverse() } else { order }
        })
        .find(|order| order.is_ne())
        .unwrap_or_else(|| columns.rid(a).cmp(&columns.rid(b)))
}

/// A number that never contradicts the order; None: missing.
fn weigh(columns: &Columns, by: &SortBy, slot: u32) -> Option<u64> {
    let time = |clock| {
        let millis = columns.time(slot, clock);
        (millis != NO_TIME).then_some(millis.cast_unsigned() ^ (1 << 63))
    };
    let state = || columns.state(slot);
    match by {
        SortBy::Sla => time(Clock::Due),
        SortBy::Created => time(Clock::Created),
        SortBy::Updated => time(Clock::Updated),
        SortBy::ClosedAt => time(Clock::Closed),
        SortBy::Priority => Some(columns.levels()[slot as usize]).filter(|code| *code != NO_LEVEL).map(u64::from),
        SortBy::Source => Some(u64::from(columns.source(slot).0)),
        SortBy::Closed => Some(u64::from(matches!(state(), Some(State::Closed | State::Archived)))),
        SortBy::Status => Some(match state() {
            Some(State::Open) => 0,
            None => 1,
            Some(State::InProgress) => 2,
            Some(State::Closed) => 3,
            Some(State::Archived) => 4,
        }),
        SortBy::Key => Some(columns.folded_key(slot)).filter(|key| !key.is_empty()).map(|key| {
            let digits = key.find(|c: char| c.is_ascii_digit()).unwrap_or(key.len());
            start(&key[..digits])
        }),
        SortBy::Custom(_) | SortBy::Attr(_) => words(columns, by, slot).map(|text| weight(&text)),
        by => words(columns, by, slot).map(|text| start(&text)),
    }
}

/// What is compared as text, folded; None: missing.
fn words<'a>(columns: &'a Columns, by: &SortBy, slot: u32) -> Option<Cow<'a, str>> {
    let fact = |parts, name: Option<&str>| {
        let name = name.map(fold);
        let mut facts = columns.deep(slot)?.of(parts).filter(|fact| name.as_ref().is_none_or(|name| fact.name == name.as_str()));
        facts.find(|fact| !fact.text.is_empty()).map(|fact| Cow::Owned(fold(&fact.text)))
    };
    match by {
        SortBy::Title => Some(columns.folded_title(slot)).filter(|title| !title.is_empty()).map(Cow::Borrowed),
        SortBy::Id => Some(Cow::Borrowed(columns.folded_id(slot))),
        SortBy::Assignee => columns.folded_assignee(slot).map(Cow::Borrowed),
        SortBy::Tags => columns.terms_of(slot).1.first().map(|tag| Cow::Borrowed(columns.terms().folded(*tag))),
        SortBy::Attr(name) => {
            let prefix = fold(name) + ":";
            let mut tags = columns.terms_of(slot).1.iter().map(|tag| columns.terms().folded(*tag));
            tags.find_map(|tag| tag.strip_prefix(prefix.as_str())).map(Cow::Borrowed).or_else(|| fact(Parts::ATTRIBUTES, Some(name)))
        }
        SortBy::Author => fact(Parts::AUTHOR, None),
        SortBy::Group => match columns.project_key(slot) {
            Some(project) => Some(Cow::Owned(fold(project))),
            None => fact(Parts::GROUP, None),
        },
        SortBy::Type => fact(Parts::TYPE, None),
        SortBy::Custom(name) => fact(Parts::FIELDS, Some(name)),
        _ => None,
    }
}

/// What a tie of weights leaves open.
fn spell_out(columns: &Columns, by: &SortBy, a: u32, b: u32) -> Ordering {
    match by {
        SortBy::Key => by_value(columns.folded_key(a), columns.folded_key(b)),
        SortBy::Status => columns.folded_status(a).cmp(columns.folded_status(b)),
        SortBy::Custom(_) | SortBy::Attr(_) => match (words(columns, by, a), words(columns, by, b)) {
            (Some(a), Some(b)) => by_meaning(&a, &b),
            (a, b) => a.cmp(&b),
        },
        by => words(columns, by, a).cmp(&words(columns, by, b)),
    }
}
