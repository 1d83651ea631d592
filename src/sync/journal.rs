//! What the outbox does, told to the journal as it happens.

use crate::domain::edit::{OutboxEntry, PlanLine};
use crate::domain::fault::Fault;
use crate::domain::journal::{Event, JournalLine};
use crate::domain::merge::{Conflict, Merge, Outcome};
use crate::protocol::Report;
use crate::sync::shared::Shared;

impl Shared {
    /// Writes one line, synced.
    pub(super) async fn journal(&self, entry: &OutboxEntry, event: Event, lines: Vec<PlanLine>) {
        let line = self.line(entry, event, lines);
        self.journal_lines(line.into_iter().collect()).await;
        self.step();
    }

    /// The same event of many entries, synced together.
    pub(super) async fn journal_all(&self, entries: &[OutboxEntry], event: &Event) {
        let lines = entries.iter().filter_map(|entry| self.line(entry, event.clone(), entry.lines.clone()));
        self.journal_lines(lines.collect()).await;
    }

    /// A journal that cannot be written holds no edit up, but is told: the outbox is what must not be lost.
    async fn journal_lines(&self, lines: Vec<JournalLine>) {
        let Some(entry) = lines.first().map(|line| line.entry.clone()) else { return };
        if let Err(fault) = self.disk.journal(lines).await {
            tracing::warn!(%fault, %entry, "the journal cannot be written");
            self.report(Report::NotWrittenDown(fault)).await;
        }
    }

    fn line(&self, entry: &OutboxEntry, event: Event, lines: Vec<PlanLine>) -> Option<JournalLine> {
        Some(JournalLine {
            at: self.wall.now(),
            entry: entry.id.clone(),
            source: self.handle(entry.edit.case.source).ok()?.name.clone(),
            case: entry.edit.case.id.clone(),
            event,
            lines,
        })
    }

    /// Call number `done` has landed, whether its answer said so or the case showed it.
    pub(super) async fn journal_landed(&self, entry: &OutboxEntry, done: usize) {
        if let Some(call) = entry.calls.get(done) {
            let event = Event::Landed { call: done, method: call.method, path: call.path.clone() };
            self.journal(entry, event, lines_of(entry, done)).await;
        }
    }

    /// Call number `done` was not answered with success. `is_unknown`: it may have happened all the same.
    pub(super) async fn journal_failed(&self, entry: &OutboxEntry, done: usize, fault: &Fault, is_unknown: bool) {
        let Some(call) = entry.calls.get(done) else { return };
        let (method, path, fault) = (call.method, call.path.clone(), fault.to_string());
        let event = if is_unknown {
            Event::Unknown { call: done, method, path, fault }
        } else {
            Event::Refused { call: done, method, path, fault }
        };
        self.journal(entry, event, lines_of(entry, done)).await;
    }

    /// Theirs and mine of every overlap.
    pub(super) async fn journal_conflict(&self, entry: &OutboxEntry, conflict: &Conflict) {
        let overlaps = conflict.merges.iter().filter(|merge| matches!(merge.outcome, Outcome::Overlap(_)));
        let line = |merge: &Merge| PlanLine { part: merge.aspect.part, old: merge.theirs.line(), new: merge.mine.line() };
        self.journal(entry, Event::Conflict, overlaps.map(line).collect()).await;
    }
}

/// Before and after of what one call makes.
fn lines_of(entry: &OutboxEntry, done: usize) -> Vec<PlanLine> {
    let makes = entry.calls.get(done).into_iter().flat_map(|call| &call.makes);
    makes.filter_map(|place| entry.lines.get(*place).cloned()).collect()
}
