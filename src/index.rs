//! Every row in memory, ready to be judged, ordered and counted between two keystrokes, up to a million of them.
//!
//! Rows live in slots of a log: a row whose text changed gets a new slot and its old one dies; dead slots are swept when
//! they are more than a quarter. Slots keep the text of all rows in one folded arena in slot order, so one pass of
//! `memmem` judges them all; a bit set per result lets the next, longer query look only where this one succeeded.

mod columns;
mod filter;
mod plan;
mod sort;

use crate::domain::case::{Level, Rid, Row, SourceId, State};
use crate::query::Query;

use columns::Columns;
use filter::{Bits, Hits};
use plan::Plan;
use sort::Order;
pub use sort::{SortBy, SortKey};

/// No slot.
const NONE: u32 = u32::MAX;
/// Dead slots are swept when they are more than one in this many.
const DEAD_SHARE: usize = 4;
/// Fewer dead slots than this are not worth a sweep.
const DEAD_LEAST: usize = 4096;

/// The set of rows.
#[derive(Default)]
pub struct Index {
    columns: Columns,
    /// Slot of each number.
    slots: Vec<u32>,
    alive: Bits,
    live: usize,
    /// Live rows by [`SourceId`].
    per_source: Vec<usize>,
    /// The last result, kept true under every change.
    last: Option<Hits>,
    order: Order,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("rows", &self.len()).finish_non_exhaustive()
    }
}

/// A row as the index shows it. Times are seconds since 1970.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub title: &'a str,
    pub key: &'a str,
    pub id: &'a str,
    pub source: SourceId,
    pub state: Option<State>,
    /// The vendor's own name.
    pub status: &'a str,
    pub level: Option<Level>,
    /// The vendor's own spelling; empty when there is none.
    pub priority: &'a str,
    /// The vendor has a priority for this case, set or not.
    pub has_priority: bool,
    pub due_at: Option<i64>,
    pub created_at: Option<i64>,
    pub updated_at: Option<i64>,
    columns: &'a Columns,
    slot: u32,
}

impl<'a> Seen<'a> {
    /// The best that can be shown of each assignee.
    pub fn assignees(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.columns.people(self.slot)
    }

    pub fn tags(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.columns.tags(self.slot)
    }

    /// The page in the vendor's web UI.
    pub fn url(&self) -> Option<String> {
        self.columns.url(self.slot)
    }
}

impl Index {
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.live
    }

    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Adds the row, or replaces what was known of it.
    pub fn upsert(&mut self, rid: Rid, row: &Row) {
        let place = rid.0 as usize;
        if self.slots.len() <= place {
            self.slots.resize(place + 1, NONE);
        }
        let old = self.slots[place];
        if old != NONE {
            self.count(old, false);
            if self.columns.update(old, row) {
                self.count(old, true);
                self.touch(old);
                return;
            }
            self.bury(old);
        }
        let slot = self.columns.push(rid, row);
        self.slots[place] = slot;
        self.alive.set(slot, true);
        self.live += 1;
        self.count(slot, true);
        self.touch(slot);
        if old != NONE {
            self.sweep();
        }
    }

    /// Takes the row out; an unknown number is no matter.
    pub fn remove(&mut self, rid: Rid) {
        let Some(place) = self.slots.get_mut(rid.0 as usize) else { return };
        let slot = std::mem::replace(place, NONE);
        if slot != NONE {
            self.count(slot, false);
            self.bury(slot);
            self.sweep();
        }
    }

    /// What is known of a row.
    pub fn get(&self, rid: Rid) -> Option<Seen<'_>> {
        let slot = *self.slots.get(rid.0 as usize).filter(|slot| **slot != NONE)?;
        Some(self.columns.seen(slot))
    }

    /// Rows that hold for the query, in the order of `sort`; what `sort` leaves open is decided by the rows' numbers.
    pub fn select(&mut self, query: &Query, sort: &[SortKey]) -> Vec<Rid> {
        self.order.refresh(&self.columns, &self.alive, sort);
        let hits = Hits::find(&self.columns, &self.alive, &Plan::of(query), self.last.take());
        let found = self.order.pick(&self.columns, &hits.slots);
        self.last = Some(hits);
        found
    }

    /// Whether one row holds for the query.
    pub fn matches(&self, query: &Query, rid: Rid) -> bool {
        let query = Plan::of(query);
        self.slots
            .get(rid.0 as usize)
            .is_some_and(|slot| *slot != NONE && query.words().iter().all(|word| filter::holds(&self.columns, word, *slot)))
    }

    /// How many rows each source has, by [`SourceId`]; sources beyond the end have none.
    pub fn source_counts(&self) -> &[usize] {
        &self.per_source
    }

    fn count(&mut self, slot: u32, more: bool) {
        let source = usize::from(self.columns.source(slot).0);
        if self.per_source.len() <= source {
            self.per_source.resize(source + 1, 0);
        }
        self.per_source[source] = if more { self.per_source[source] + 1 } else { self.per_source[source].saturating_sub(1) };
    }

    /// A live slot is new or shows something else: the last result and the order must learn of it.
    fn touch(&mut self, slot: u32) {
        self.order.touch(slot);
        if let Some(last) = &mut self.last {
            last.judge(&self.columns, slot, true);
        }
    }

    fn bury(&mut self, slot: u32) {
        self.alive.set(slot, false);
        self.live -= 1;
        self.order.touch(slot);
        if let Some(last) = &mut self.last {
            last.judge(&self.columns, slot, false);
        }
    }

    fn sweep(&mut self) {
        let dead = self.columns.len() - self.live;
        if dead < DEAD_LEAST || dead * DEAD_SHARE < self.columns.len() {
            return;
        }
        let mut kept = Columns::default();
        for slot in self.alive.ones() {
            let rid = self.columns.rid(slot);
            self.slots[rid.0 as usize] = kept.copy(&self.columns, slot);
        }
        self.alive = Bits::full(kept.len());
        self.columns = kept;
        self.last = None;
        self.order = Order::default();
    }
}

#[cfg(test)]
mod tests;
