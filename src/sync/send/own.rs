//! What an edit has made of its case is nobody else's change: the edits that wait behind it go along with it, here and on disk,
//! so that the next start and other processes know it too.

use std::collections::BTreeSet;

use crate::domain::aspect::{Aspect, Seen};
use crate::domain::case::Case;
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::FaultKind;
use crate::domain::own::Own;
use crate::domain::part::Part;
use crate::protocol::Report;
use crate::sync::send::sender::{Sender, Talk, made_by};

/// How often an entry is read again that another hand changes at the same moment.
const TRIES: u32 = 5;

impl Sender {
    /// Call number `done` has landed: it goes into the journal, and what it made is no surprise to the edits behind it.
    pub(super) async fn landed(&self, talk: &Talk<'_>, entry: &OutboxEntry, done: usize) {
        self.shared.journal_landed(entry, done).await;
        let made: BTreeSet<Aspect> = made_by(entry, done).filter_map(Aspect::of).collect();
        let seen = entry.edit.base.iter().filter(|seen| made.contains(&seen.aspect));
        self.lead(entry, seen.map(|seen| Own::of(&entry.edit, seen, talk.handle.vendor)).collect()).await;
    }

    /// The case, read back, shows the edit: where its vendor has a spelling of its own, the edits behind it know that one.
    pub(super) async fn respelled(&self, talk: &Talk<'_>, entry: &OutboxEntry, case: &Case) {
        // Beside what was added to these, others may have added something.
        let is_whole = |seen: &&Seen| !matches!(seen.aspect.part, Part::Tags | Part::Assignees);
        let spelt = |seen: &Seen| {
            let before = Own::of(&entry.edit, seen, talk.handle.vendor).after;
            let after = Seen::of(case, seen.aspect.clone());
            let is_shown = entry.edit.about(&seen.aspect).all(|change| change.holds(case) == Some(true));
            (is_shown && !before.is_same(&after)).then_some(Own { before, after })
        };
        self.lead(entry, entry.edit.base.iter().filter(is_whole).filter_map(spelt).collect()).await;
    }

    /// Takes along those that wait behind an entry.
    async fn lead(&self, entry: &OutboxEntry, own: Vec<Own>) {
        if own.is_empty() {
            return;
        }
        if self.known.saved.borrow().contains(&entry.id) {
            for own in &own {
                self.known.remember(entry.edit.case.clone(), own.clone());
            }
        }
        match self.shared.disk.outbox_of(entry.edit.case.clone()).await {
            Ok(entries) => {
                for behind in entries.into_iter().filter(|behind| behind.id != entry.id) {
                    self.take_along(behind, &own).await;
                }
            }
            Err(fault) => tracing::warn!(%fault, "the edits behind one that has landed cannot be read"),
        }
    }

    async fn take_along(&self, mut known: OutboxEntry, own: &[Own]) {
        for _ in 0..TRIES {
            let mut now = known.clone();
            if !now.follow(own) {
                return;
            }
            let id = known.id.clone();
            match self.shared.disk.outbox_swap(known, now.clone()).await {
                Ok(()) => {
                    self.known.told.borrow_mut().tell(&now);
                    return self.shared.report(Report::Outbox(Box::new(now))).await;
                }
                Err(fault) if fault.kind == FaultKind::Conflict => {}
                // Dropped meanwhile.
                Err(fault) if fault.kind == FaultKind::NotFound => return,
                Err(fault) => return tracing::warn!(%fault, "an edit does not follow the one before it"),
            }
            let Ok(Some(fresh)) = self.shared.disk.outbox_entry(id).await else { return };
            known = fresh;
        }
    }
}
