//! Snoozed rows leave the ordinary list; pinned rows stand first in every order.

use super::{COMING, List, PINNED, SHOWN, SNOOZED, sort};
use crate::domain::case::Rid;
use crate::query::{Field, Mark, Query, Test, Value};

impl List {
    /// Whether the case sleeps.
    pub fn is_snoozed(&self, rid: Rid) -> bool {
        self.snoozed > 0 && self.has(rid, SNOOZED)
    }

    pub fn is_pinned(&self, rid: Rid) -> bool {
        self.pinned > 0 && self.has(rid, PINNED)
    }

    /// Known to sleep, or awake. Where it stands changes with [`Self::place_anew`] or the next order.
    pub fn set_snoozed(&mut self, rid: Rid, on: bool) {
        if self.set(rid, SNOOZED, on) {
            self.snoozed = if on { self.snoozed + 1 } else { self.snoozed - 1 };
        }
    }

    /// Stands first from the next order on, or no longer.
    pub fn set_pinned(&mut self, rid: Rid, on: bool) {
        if self.set(rid, PINNED, on) {
            self.pinned = if on { self.pinned + 1 } else { self.pinned - 1 };
        }
    }

    /// Whether the bit was another one before.
    fn set(&mut self, rid: Rid, bit: u16, on: bool) -> bool {
        let differs = self.has(rid, bit) != on;
        match (differs, on) {
            (true, true) => self.mark(rid, bit),
            (true, false) => self.unmark(rid, bit),
            _ => {}
        }
        differs
    }

    /// These fell asleep or woke: those that do not belong here any more leave at once, those that do now wait in the tray.
    pub fn place_anew(&mut self, rids: &[Rid]) {
        let leaving: Vec<Rid> = rids.iter().copied().filter(|rid| self.has(*rid, SHOWN | COMING) && !self.belongs(*rid)).collect();
        if !leaving.is_empty() {
            self.lay_in();
            let order = self.rows().iter().copied().filter(|rid| !leaving.contains(rid)).collect();
            self.set_order_beside_tray(order, Vec::new());
        }
        for rid in rids {
            self.place(*rid, false);
        }
    }

    /// Whether a row is to be in the list: it holds for the filter, and sleeps only where sleepers are asked for.
    pub(super) fn belongs(&self, rid: Rid) -> bool {
        (!self.is_snoozed(rid) || self.asks_for_sleepers()) && self.index.matches(&self.query, rid)
    }

    /// All rows that belong here, in order.
    pub(super) fn select(&mut self) -> Vec<Rid> {
        let mut fresh = self.index.select(&self.query, &sort::keys(&self.query.sort));
        if self.snoozed > 0 && !self.asks_for_sleepers() {
            fresh.retain(|rid| !self.has(*rid, SNOOZED));
        }
        if self.pinned > 0 {
            // Stable: false comes before true.
            fresh.sort_by_key(|rid| !self.has(*rid, PINNED));
        }
        fresh
    }

    /// Rows that a filter would show, in no particular order.
    pub fn rows_of(&mut self, query: &Query) -> Vec<Rid> {
        let mut rows = self.index.select(query, &[]);
        if self.snoozed > 0 && !names_sleepers(query) {
            rows.retain(|rid| !self.has(*rid, SNOOZED));
        }
        rows
    }

    fn asks_for_sleepers(&self) -> bool {
        names_sleepers(&self.query)
    }
}

/// Who names them decides about them.
fn names_sleepers(query: &Query) -> bool {
    let is_it = |test: &Test| matches!(test, Test::Any(values) if values.contains(&Value::Mark(Mark::Snoozed)));
    query.terms().iter().any(|term| term.field == Field::Is && is_it(&term.test))
}
