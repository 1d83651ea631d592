//! Entries of the outbox by their case, and orders about one.

use compact_str::CompactString;
use jiff::Timestamp;

use crate::domain::case::{CaseId, Rid};
use crate::domain::edit::OutboxEntry;
use crate::protocol::{Order, Settle, SettleBatch};
use crate::tui::cx::Cx;
use crate::tui::cx::pending::Ask;
use crate::tui::model::Model;
use crate::tui::model::outbox::Queued;

impl Cx {
    pub(in crate::tui) fn settle_batch(&mut self, batch: CompactString, how: SettleBatch) {
        self.send(Ask::SettleBatch(batch.clone()), Order::SettleBatch { batch, how });
    }

    /// What a person decides about an entry.
    pub(in crate::tui) fn settle_entry(&mut self, entry: String, how: Settle) {
        self.send(Ask::Settle { entry: entry.clone() }, Order::Settle { entry, how });
    }

    /// When an entry's delay has passed, by the clock that nobody sets: never later than the whole delay from now on.
    pub(in crate::tui) fn leaves_at(&self, entry: &OutboxEntry, known: Option<&Queued>) -> Option<Timestamp> {
        let then = entry.send_after?;
        if let Some(known) = known.filter(|known| known.entry.send_after == Some(then)) {
            return known.leaves_at;
        }
        self.steady.checked_add(entry.delay_left(self.now).unwrap_or_default()).ok()
    }
}

impl Model {
    /// The conflict of a case that waits for a person: its entry.
    pub fn conflict_of(&self, rid: Rid) -> Option<&str> {
        let queued = self.outbox.iter().find(|queued| queued.rid == Some(rid) && queued.entry.conflict.is_some())?;
        Some(&queued.entry.id)
    }

    pub(in crate::tui) fn meet(&self, entry: OutboxEntry, cx: &Cx) -> Queued {
        let rid = self.list.find(&entry.edit.case);
        let key = self.key_of_case(&entry.edit.case);
        let leaves_at = cx.leaves_at(&entry, None);
        Queued { entry, rid, key, leaves_at }
    }

    /// Why the list cannot go to a case.
    pub(in crate::tui) fn out_of_list(&self, case: &CaseId, key: &str) -> String {
        if self.is_gone(case) { format!("{key} is no longer there") } else { format!("{key} is not in the list under this filter") }
    }
}
