//! What only this machine knows of cases: pins, snoozes, edits that wait, text that was not sent. `is:` finds cases by it.

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::cli::run::stop::{Stop, note};
use crate::domain::aside::{Aside, Snooze, Then};
use crate::domain::case::{CaseId, Row};
use crate::domain::draft::Draft;
use crate::domain::edit::Progress;
use crate::domain::fault::{Fault, FaultKind};
use crate::index::Flags;
use crate::query::{Mark, Query};
use crate::store::Store;

/// Standings that a sitting of the workbench has and the disk has not.
const ONLY_ON_SCREEN: [(Mark, &str); 3] = [(Mark::Unseen, "unseen"), (Mark::Marked, "marked"), (Mark::Folded, "folded")];
/// Standings that are read off the disk.
const ON_DISK: [Mark; 5] = [Mark::Pinned, Mark::Snoozed, Mark::Queued, Mark::Conflict, Mark::Dirty];

/// Few cases of many: those with anything remembered of them.
#[derive(Debug, Default)]
pub(in crate::cli) struct Own {
    flags: FxHashMap<CaseId, Flags>,
    snoozes: FxHashMap<CaseId, Snooze>,
}

impl Own {
    /// Reads it for a query. Where it cannot be read, a query that asks for it has no answer; any other goes on without.
    pub(in crate::cli) fn read(store: &Store, query: &Query) -> Result<Self, Stop> {
        for (_, name) in ONLY_ON_SCREEN.iter().filter(|(mark, _)| query.names(*mark)) {
            note(format!("is:{name} is known to an open workbench only: no case is found by it here"));
        }
        match Self::all(store) {
            Err(fault) if ON_DISK.into_iter().any(|mark| query.names(mark)) => Err(Stop::fault(&fault)),
            Err(fault) => {
                note(format!("pins, snoozes and unsent edits cannot be read, so none counts: {fault}"));
                Ok(Self::default())
            }
            Ok(own) => Ok(own),
        }
    }

    fn all(store: &Store) -> Result<Self, Fault> {
        let mut own = Self::default();
        for entry in store.outbox()?.into_iter().filter(|entry| !entry.progress.is_settled()) {
            let is_conflict = matches!(&entry.progress, Progress::Parked { fault, .. } if fault.kind == FaultKind::Conflict);
            own.add(entry.edit.case, if is_conflict { Flags::QUEUED.with(Flags::CONFLICT) } else { Flags::QUEUED });
        }
        let (drafts, unread_drafts) = store.drafts()?;
        for draft in drafts.into_iter().filter(Draft::has_text) {
            own.add(draft.case, Flags::DIRTY);
        }
        let (asides, unread) = store.asides()?;
        unread_drafts.iter().chain(&unread).for_each(note);
        for Aside { case, is_pinned, snooze } in asides {
            if is_pinned {
                own.add(case.clone(), Flags::PINNED);
            }
            own.snoozes.extend(snooze.map(|snooze| (case, snooze)));
        }
        Ok(own)
    }

    fn add(&mut self, case: CaseId, more: Flags) {
        let flags = self.flags.entry(case).or_default();
        *flags = flags.with(more);
    }

    /// How a case stands here at this moment. A snooze that is over is none, though nobody was there to see it end.
    /// `due`: what its clock is, a vendor's or one's own.
    pub(in crate::cli) fn flags(&self, row: &Row, due: impl FnOnce() -> Option<Timestamp>, now: Timestamp) -> Flags {
        let flags = self.flags.get(&row.id).copied().unwrap_or_default();
        let Some(snooze) = self.snoozes.get(&row.id) else { return flags };
        let is_over = snooze.over(&Then::of(row), due(), now).is_some();
        if is_over { flags } else { flags.with(Flags::SNOOZED) }
    }
}
