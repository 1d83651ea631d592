//! Snoozed rows leave the ordinary list; pinned rows stand first in every order.

use super::{COMING, List, PINNED, SHOWN, SNOOZED, UNSEEN};
use crate::domain::case::Rid;
use crate::index::Flags;
use crate::query::{Mark, Query};

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
            self.flag(rid, Flags::SNOOZED, on);
            self.snoozed = if on { self.snoozed + 1 } else { self.snoozed - 1 };
        }
    }

    /// Stands first from the next order on, or no longer.
    pub fn set_pinned(&mut self, rid: Rid, on: bool) {
        if self.set(rid, PINNED, on) {
            self.flag(rid, Flags::PINNED, on);
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
        let judge = self.judge();
        let leaving: Vec<Rid> = rids.iter().copied().filter(|rid| self.has(*rid, SHOWN | COMING) && !self.belongs(*rid, &judge)).collect();
        if !leaving.is_empty() {
            self.lay_in();
            let order = self.rows().iter().copied().filter(|rid| !leaving.contains(rid)).collect();
            self.set_order_beside_tray(order, Vec::new());
        }
        for rid in rids {
            self.place(*rid, false, &judge);
        }
        self.admit_into_empty();
    }

    /// Sleepers leave a result that did not ask for them, and pinned rows stand first in it.
    pub(super) fn put_asides(&self, found: &mut Vec<Rid>) {
        if self.snoozed > 0 && !self.asks_for_sleepers() {
            found.retain(|rid| !self.has(*rid, SNOOZED));
        }
        if self.pinned > 0 {
            // Stable: false comes before true.
            found.sort_by_key(|rid| !self.has(*rid, PINNED));
        }
    }

    /// The filter as it is shown: what sleeps is left out unless it is asked for.
    pub(super) fn awake(query: &Query) -> Query {
        query.clone().awake()
    }

    /// Tells the index what is known of a row that it did not have before.
    pub(super) fn flag_anew(&mut self, rid: Rid) {
        for (bit, flag) in [(UNSEEN, Flags::UNSEEN), (SNOOZED, Flags::SNOOZED), (PINNED, Flags::PINNED)] {
            if self.has(rid, bit) {
                self.flag(rid, flag, true);
            }
        }
    }

    pub(super) fn asks_for_sleepers(&self) -> bool {
        self.query.names(Mark::Snoozed)
    }
}
