//! What a person decides about an entry: try it again, give it up, hold it, take it back, choose between two values.

use crate::domain::aspect::{Aspect, Value};
use crate::domain::edit::{OutboxEntry, PlanLine, Progress};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::journal::Event;
use crate::domain::merge::Conflict;
use crate::domain::own::Own;
use crate::protocol::Settle;
use crate::sync::plan;
use crate::sync::push::sender::OutboxSender;

/// What became of the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It left the outbox.
    Dropped,
    Stays,
}

impl OutboxSender {
    pub(super) async fn settle(&mut self, entry: &str, how: Settle) -> Result<Settled, Fault> {
        let entry = self.shared.disk.outbox_entry(entry.into()).await?.filter(|entry| !entry.progress.is_settled());
        let entry = entry.ok_or_else(|| Fault::new(FaultKind::NotPossible, "this edit is not waiting any more"))?;
        if self.known.out.borrow().contains(&entry.id) {
            return Err(Fault::new(FaultKind::Busy, "this edit is being sent at this moment"));
        }
        match how {
            // Another process sends it, or has died of it: what is on its way may have arrived, whatever the screen has heard.
            Settle::TakeBack if entry.progress != Progress::Queued => {
                self.tell(entry).await;
                return Err(Fault::new(FaultKind::Busy, "this edit has begun to leave: take it back once it is read back"));
            }
            Settle::Drop | Settle::Hold if matches!(entry.progress, Progress::Sending { .. } | Progress::Sent) => {
                self.tell(entry).await;
                return Err(Fault::new(
                    FaultKind::Busy,
                    "this edit has begun to leave and may have arrived: it goes on once it can be sent",
                ));
            }
            Settle::Drop | Settle::TakeBack => {
                self.give_up(entry).await?;
                return Ok(Settled::Dropped);
            }
            Settle::Retry => self.retry(entry).await?,
            Settle::Ahead => self.let_ahead(entry).await?,
            Settle::Hold => self.hold(entry, true).await?,
            Settle::Release => self.hold(entry, false).await?,
            Settle::Decide(values) => self.decide(entry, &values).await?,
            Settle::RollBack => return self.roll_back(entry).await,
        }
        Ok(Settled::Stays)
    }

    /// Holds or releases all that is not on its way.
    pub(super) async fn hold_all(&mut self, holds: bool) -> Result<(), Fault> {
        for entry in self.shared.disk.outbox().await? {
            let is_out = self.known.out.borrow().contains(&entry.id);
            // One that an older caseload left held on its way is let go like the others.
            let is_begun = holds && matches!(entry.progress, Progress::Sending { .. });
            if is_out || is_begun || matches!(entry.progress, Progress::Sent | Progress::Verified) {
                continue;
            }
            match self.hold(entry, holds).await {
                // What another hand has just moved is on its way.
                Err(fault) if !matches!(fault.kind, FaultKind::Conflict | FaultKind::NotFound) => return Err(fault),
                _ => {}
            }
        }
        Ok(())
    }

    async fn give_up(&self, entry: OutboxEntry) -> Result<(), Fault> {
        self.shared.disk.outbox_drop(entry.clone()).await.map_err(busy)?;
        self.shared.journal(&entry, Event::Dropped, entry.lines.clone()).await;
        if entry.progress == Progress::Queued {
            self.lead_back(&entry).await;
        }
        Ok(())
    }

    /// What waits behind a dropped edit was wished where that had landed: it is led back to what was there before.
    async fn lead_back(&self, dropped: &OutboxEntry) {
        let Ok(handle) = self.shared.handle(dropped.edit.case.source) else { return };
        let behind = self.shared.disk.outbox_of(dropped.edit.case.clone()).await.unwrap_or_default();
        for entry in behind.into_iter().filter(|entry| entry.id > dropped.id && entry.progress == Progress::Queued) {
            let mut now = entry.clone();
            for seen in &mut now.edit.base {
                let Some(was) = dropped.edit.base.iter().find(|was| was.aspect == seen.aspect) else { continue };
                let own = Own::of(&dropped.edit, was, handle.vendor);
                let old = seen.value.line();
                seen.follow(&Own { before: own.after, after: own.before });
                for line in now.lines.iter_mut().filter(|line| line.part == seen.aspect.part && line.old == old) {
                    line.old = seen.value.line();
                }
            }
            if now != entry && self.shared.disk.outbox_swap(entry, now.clone()).await.is_ok() {
                self.tell(now).await;
            }
        }
    }

    async fn hold(&mut self, entry: OutboxEntry, holds: bool) -> Result<(), Fault> {
        if entry.is_held == holds {
            return Ok(());
        }
        let now = OutboxEntry { is_held: holds, ..entry.clone() };
        self.change(entry, now).await
    }

    /// A parked entry is tried again, a waiting one without its delay or its hold.
    async fn retry(&mut self, entry: OutboxEntry) -> Result<(), Fault> {
        let (id, case) = (entry.id.clone(), entry.edit.case.clone());
        let needs_person = entry.progress.needs_person();
        if entry.is_held || entry.send_after.is_some() {
            let now = OutboxEntry { is_held: false, send_after: None, ..entry.clone() };
            self.change(entry, now).await?;
        }
        if needs_person {
            self.known.retry.borrow_mut().insert(id);
        }
        if let Some(sender) = self.busy.get(&case) {
            sender.notify_one();
        }
        Ok(())
    }

    /// It leaves before the stopped edits of its case, and without its delay or its hold.
    async fn let_ahead(&mut self, entry: OutboxEntry) -> Result<(), Fault> {
        let case = entry.edit.case.clone();
        let now = OutboxEntry { is_ahead: true, is_held: false, send_after: None, ..entry.clone() }.put_behind(false);
        self.change(entry, now).await?;
        if let Some(sender) = self.busy.get(&case) {
            sender.notify_one();
        }
        Ok(())
    }

    /// Every overlap is decided: the entry is queued anew with what was chosen, and compared again before it leaves.
    async fn decide(&mut self, entry: OutboxEntry, values: &[(Aspect, Value)]) -> Result<(), Fault> {
        let (edit, plan) = plan::decided(&self.shared, &entry, values).await?;
        let now = OutboxEntry {
            edit,
            lines: plan.lines,
            calls: plan.calls,
            progress: Progress::Queued,
            conflict: None,
            send_after: None,
            is_held: false,
            holds_shown_text: false,
            ..entry.clone()
        };
        let chosen = entry.conflict.as_ref().map(|conflict| decisions(conflict, values)).unwrap_or_default();
        self.change(entry.clone(), now).await?;
        self.shared.journal(&entry, Event::Decided, chosen).await;
        Ok(())
    }

    /// Takes back what has landed, by an entry of its own, and gives up the rest.
    async fn roll_back(&mut self, entry: OutboxEntry) -> Result<Settled, Fault> {
        let refused = |words: String| Fault::new(FaultKind::NotPossible, words);
        if !entry.progress.needs_person() {
            return Err(refused("this edit is still on its way: hold it or drop it instead".into()));
        }
        let back = entry.roll_back().map_err(refused)?.edit;
        // From here on nobody else sends any more of it.
        let stopped = OutboxEntry { is_held: true, ..entry.clone() };
        self.change(entry.clone(), stopped.clone()).await?;
        // First the way back, then the end of what it takes back: between the two, both are on disk and nothing is lost.
        // The case as stored may not show yet what landed; its calls are worked out again from a fresh reading.
        let plan = plan::plan(&self.shared, &back).await.unwrap_or_default();
        let saved = self.add(back, plan, 0, Some(entry.id.clone())).await?;
        self.tell(saved).await;
        self.give_up(stopped).await?;
        Ok(Settled::Dropped)
    }

    /// Writes an entry down unless another hand was faster, then tells it.
    async fn change(&mut self, known: OutboxEntry, now: OutboxEntry) -> Result<(), Fault> {
        let swapped = self.shared.disk.outbox_swap(known, now.clone()).await;
        swapped.map_err(busy)?;
        self.tell(now).await;
        Ok(())
    }
}

/// Another hand was faster.
fn busy(fault: Fault) -> Fault {
    match fault.kind {
        FaultKind::Conflict => Fault::new(FaultKind::Busy, "this edit is being sent at this moment"),
        _ => fault,
    }
}

/// Theirs, and what was chosen instead.
fn decisions(conflict: &Conflict, values: &[(Aspect, Value)]) -> Vec<PlanLine> {
    let line = |(aspect, value): &(Aspect, Value)| {
        let merge = conflict.merges.iter().find(|merge| merge.aspect == *aspect)?;
        Some(PlanLine { part: aspect.part, old: merge.theirs.line(), new: value.line() })
    };
    values.iter().filter_map(line).collect()
}
