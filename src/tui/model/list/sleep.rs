//! Snoozed rows leave the ordinary list; pinned rows stand first in every order.

use crate::domain::case::Rid;
use crate::query::{Mark, Query};
use crate::tui::model::list::{List, PINNED, SNOOZED};

impl List {
    /// Whether the case sleeps.
    pub fn is_snoozed(&self, rid: Rid) -> bool {
        self.snoozed > 0 && self.has(rid, SNOOZED)
    }

    pub fn is_pinned(&self, rid: Rid) -> bool {
        self.pinned > 0 && self.has(rid, PINNED)
    }

    /// Whether the bit was another one before.
    pub(in crate::tui) fn set(&mut self, rid: Rid, bit: u16, on: bool) -> bool {
        let differs = self.has(rid, bit) != on;
        match (differs, on) {
            (true, true) => self.mark(rid, bit),
            (true, false) => self.unmark(rid, bit),
            _ => {}
        }
        differs
    }

    /// Sleepers leave a result that did not ask for them, and pinned rows stand first in it.
    pub(in crate::tui) fn put_asides(&self, found: &mut Vec<Rid>) {
        if self.snoozed > 0 && !self.asks_for_sleepers() {
            found.retain(|rid| !self.has(*rid, SNOOZED));
        }
        if self.pinned > 0 {
            // Stable: false comes before true.
            found.sort_by_key(|rid| !self.has(*rid, PINNED));
        }
    }

    /// The filter as it is shown: what sleeps is left out unless it is asked for.
    pub(in crate::tui) fn awake(query: &Query) -> Query {
        query.clone().awake()
    }

    pub(in crate::tui) fn asks_for_sleepers(&self) -> bool {
        self.query.names(Mark::Snoozed)
    }
}
