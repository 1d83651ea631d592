//! Edits that wait behind a stopped one of their case: the reason is on disk, where every screen and command reads it.

use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::turn;
use crate::protocol::Report;
use crate::sync::push::known::Known;
use crate::sync::shared::Shared;

impl Known {
    /// Writes down which entries of one case wait behind a stopped one, and which do not any more; tells those. `entries`: all of
    /// that case, in the order of saving.
    pub(in crate::sync) async fn put_behind(&self, shared: &Shared, entries: &[&OutboxEntry]) {
        for (at, entry) in entries.iter().enumerate() {
            let is_behind = turn::stopped_before(entries[..at].iter().copied(), entry).is_some();
            if is_behind == entry.is_behind() {
                continue;
            }
            let now = OutboxEntry::clone(entry).put_behind(is_behind);
            match shared.disk.outbox_swap(OutboxEntry::clone(entry), now.clone()).await {
                Ok(()) => {
                    self.told.borrow_mut().tell(&now);
                    shared.report(Report::Outbox(Box::new(now))).await;
                }
                // Another hand has moved it since it was read.
                Err(fault) if matches!(fault.kind, FaultKind::Conflict | FaultKind::NotFound) => {}
                Err(fault) => tracing::warn!(%fault, "why an edit waits could not be written down"),
            }
        }
    }
}

/// An edit as it is about to be committed, with the reason why it has to wait.
pub(super) async fn placed(shared: &Shared, entry: OutboxEntry) -> Result<OutboxEntry, Fault> {
    let before = shared.disk.outbox_of(entry.edit.case.clone()).await?;
    let is_behind = turn::stopped_before(&before, &entry).is_some();
    Ok(entry.put_behind(is_behind))
}

/// What has stopped, of all cases: many edits are placed by it at once.
pub(super) async fn stopped(shared: &Shared) -> Result<Vec<OutboxEntry>, Fault> {
    let entries = shared.disk.outbox().await?;
    Ok(entries.into_iter().filter(|entry| entry.progress.needs_person()).collect())
}

/// The same as [`placed`], by [`stopped`].
pub(super) fn among(stopped: &[OutboxEntry], entry: OutboxEntry) -> OutboxEntry {
    let before = stopped.iter().filter(|other| other.edit.case == entry.edit.case);
    let is_behind = turn::stopped_before(before, &entry).is_some();
    entry.put_behind(is_behind)
}
