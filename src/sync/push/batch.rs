//! Bulk changes in the outbox: committed as one, paced by the vendors' quotas, stopped after failures in a row, and settled
//! as a whole.

use std::time::Instant;

use compact_str::CompactString;

use super::behind;
use crate::domain::batch::Batch;
use crate::domain::bulk::{Allowance, MAX_CASES};
use crate::domain::edit::{Edit, OutboxEntry};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::journal::Event;
use crate::domain::triage::Triage;
use crate::protocol::{PlannedEdit, Report, Settle, SettleBatch};
use crate::sync::plan;
use crate::sync::push::known::{Due, Known, fresh};
use crate::sync::push::sender::OutboxSender;

/// After so many failures in a row the rest is not tried unasked: what fails twice mostly fails for all.
const FAILURES_IN_A_ROW: u32 = 2;

impl Known {
    /// Counts how the entries of bulk changes end.
    pub(in crate::sync) fn judge(&self, entry: &OutboxEntry) {
        let Some(batch) = entry.batch.as_ref().filter(|batch| !batch.keeps_going) else { return };
        let mut failures = self.failures.borrow_mut();
        if entry.progress.needs_person() {
            *failures.entry(batch.id.clone()).or_default() += 1;
        } else if entry.progress.is_settled() {
            failures.remove(&batch.id);
        }
    }
}

impl OutboxSender {
    /// Commits all edits of a bulk change or none.
    pub(super) async fn save_bulk(&self, batch: Batch, edits: Vec<PlannedEdit>, delay_ms: u64) -> Result<Vec<OutboxEntry>, Fault> {
        if edits.is_empty() || edits.len() > MAX_CASES {
            let words = format!("a bulk change is about 1 to {MAX_CASES} cases, not {}", edits.len());
            return Err(Fault::new(FaultKind::NotPossible, words));
        }
        let now = self.shared.wall.now();
        let stopped = behind::stopped(&self.shared).await?;
        let entry = |edit: PlannedEdit| {
            let fresh = fresh(edit.edit, edit.plan, delay_ms, edit.undoes, now);
            behind::among(&stopped, OutboxEntry { batch: Some(batch.clone()), ..fresh })
        };
        let entries = self.shared.disk.outbox_add_all(edits.into_iter().map(entry).collect()).await?;
        for entry in &entries {
            self.known.committed(entry, &self.shared.wall);
        }
        self.shared.journal_all(&entries, &Event::Queued).await;
        Ok(entries)
    }

    /// Commits a decision of a triage run: its edit, and the run as it is then.
    pub(super) async fn save_decided(&self, edit: Edit, delay_ms: u64, run: Triage) -> Result<OutboxEntry, Fault> {
        let plan = plan::plan(&self.shared, &edit).await?;
        let entry = fresh(edit, plan, delay_ms, None, self.shared.wall.now());
        let entry = behind::placed(&self.shared, entry).await?;
        self.shared.keep_triage(run, Some(entry.clone())).await?;
        self.known.committed(&entry, &self.shared.wall);
        self.shared.journal(&entry, Event::Queued, entry.lines.clone()).await;
        Ok(entry)
    }

    /// What a person decides about a bulk change.
    pub(super) async fn settle_batch(&mut self, batch: &CompactString, how: SettleBatch) -> Result<(), Fault> {
        match how {
            SettleBatch::Pause => self.hold_batch(batch, true).await.map(drop),
            SettleBatch::Continue => {
                self.known.failures.borrow_mut().remove(batch);
                self.hold_batch(batch, false).await.map(drop)
            }
            SettleBatch::Cancel => {
                let gone = self.shared.disk.batch_cancel(batch.clone()).await?;
                self.shared.journal_all(&gone, &Event::Dropped).await;
                for entry in gone {
                    self.dropped(entry.id).await;
                }
                Ok(())
            }
            SettleBatch::Retry => self.retry_batch(batch).await,
            SettleBatch::PutAway => self.shared.disk.batch_put_away(batch.clone()).await,
        }
    }

    /// How many entries are held or let go by it.
    async fn hold_batch(&mut self, batch: &CompactString, holds: bool) -> Result<usize, Fault> {
        let changed = self.shared.disk.batch_hold(batch.clone(), holds).await?;
        let count = changed.len();
        for entry in changed {
            self.tell(entry).await;
        }
        Ok(count)
    }

    /// What has failed is tried again, except where two values wait for a person to choose.
    async fn retry_batch(&mut self, batch: &CompactString) -> Result<(), Fault> {
        self.known.failures.borrow_mut().remove(batch);
        for entry in self.shared.disk.outbox().await? {
            let is_of_it = entry.batch.as_ref().is_some_and(|known| known.id == *batch);
            if is_of_it && entry.progress.needs_person() && entry.conflict.is_none() {
                match self.settle(&entry.id, Settle::Retry).await {
                    // It is being tried again already, or a look at the case has settled it meanwhile.
                    Err(fault) if matches!(fault.kind, FaultKind::Busy | FaultKind::NotPossible) => {}
                    settled => drop(settled?),
                }
            }
        }
        Ok(())
    }

    /// Holds the rest of every bulk change that fails again and again, and says so.
    pub(super) async fn stop_failing(&mut self) {
        let is_failing = |(batch, count): (&CompactString, &u32)| (*count >= FAILURES_IN_A_ROW).then(|| batch.clone());
        let failing: Vec<CompactString> = self.known.failures.borrow().iter().filter_map(is_failing).collect();
        for batch in failing {
            self.known.failures.borrow_mut().remove(&batch);
            match self.hold_batch(&batch, true).await {
                Ok(0) => {}
                Ok(_) => self.shared.report(Report::BatchStopped { batch }).await,
                Err(fault) => tracing::warn!(%fault, "a bulk change cannot be held"),
            }
        }
    }

    /// Until when a case of a bulk change leaves what is left of the quota to the person; None: it may be sent now.
    pub(super) fn spared_until(&self, due: &Due) -> Option<Instant> {
        if !due.is_batch {
            return None;
        }
        let quota = self.shared.handle(due.case.source).ok()?.network().ok()?.quota()?;
        let is_low = quota.remaining <= Allowance::reserve(quota.limit);
        Some(quota.ends).filter(|at| is_low && *at > Instant::now())
    }
}
