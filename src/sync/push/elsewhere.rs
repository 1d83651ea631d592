//! What leaves or changes in the outbox by another process's hand, told to the screen.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::Pusher;
use crate::domain::case::{Case, CaseId};
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::journal::Event;
use crate::protocol::Report;
use crate::store::journal;
use crate::sync::{plan, pull};

impl Pusher {
    /// Tells what another process has done to the entries since they were last told.
    pub(super) async fn tell_changes(&mut self, entries: &[OutboxEntry]) {
        let Some(before) = self.watched.take() else { return };
        let now: BTreeMap<_, _> = entries.iter().map(|entry| (entry.id.clone(), entry.clone())).collect();
        for (id, entry) in &now {
            let known = before.get(id);
            if known != Some(entry) {
                if entry.progress.is_settled() && known.is_some_and(|known| !known.progress.is_settled()) {
                    self.tell_row(&entry.edit.case).await;
                }
                self.shared.report(Report::Outbox(Box::new(entry.clone()))).await;
            }
        }
        for (id, entry) in before {
            if !now.contains_key(&id) && !entry.progress.is_settled() {
                self.settled_elsewhere(entry).await;
            }
        }
        self.watched = Some(now);
    }

    /// The row that another process has stored with what it sent: without it the case would look as before the edit.
    async fn tell_row(&self, id: &CaseId) {
        let Ok(case) = plan::stored(&self.shared, id).await else { return };
        if let Ok(Some(rid)) = self.shared.disk.rid(id.clone()).await {
            pull::tell(&self.shared, vec![(rid, case.row)]).await;
        }
    }

    /// An entry that another process has finished with: sent or given up, as the journal says.
    async fn settled_elsewhere(&self, entry: OutboxEntry) {
        let is_sent = match self.last_event(&entry.id).await {
            Some(Event::Verified | Event::Answered { .. }) => true,
            Some(Event::Dropped) => false,
            // Its last line is still to come, or could not be written: the case tells, and of a comment that its call has landed.
            last => {
                let has_landed = matches!(last, Some(Event::Landed { .. }));
                let shows = |case: &Case| entry.edit.changes.iter().all(|change| change.holds(case).unwrap_or(has_landed));
                plan::stored(&self.shared, &entry.edit.case).await.is_ok_and(|case| shows(&case))
            }
        };
        let report = if is_sent {
            self.tell_row(&entry.edit.case).await;
            Report::Outbox(Box::new(OutboxEntry { progress: Progress::Verified, ..entry }))
        } else {
            Report::Dropped { entry: entry.id.into() }
        };
        self.shared.report(report).await;
    }

    /// The last line of the journal about an entry, whoever wrote it.
    async fn last_event(&self, entry: &CompactString) -> Option<Event> {
        let (directory, entry) = (self.directory.clone(), entry.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let lines = journal::read(&directory).ok()?.filter_map(|kept| kept.ok()?.line.ok());
            lines.filter(|line| line.entry == entry).last().map(|line| line.event)
        });
        looking.await.ok()?
    }

    /// Tells that an entry was given up here. What leaves the outbox otherwise, another process has sent or given up.
    pub(super) async fn dropped(&mut self, entry: CompactString) {
        if let Some(watched) = &mut self.watched {
            watched.remove(&entry);
        }
        self.shared.report(Report::Dropped { entry: entry.into() }).await;
    }
}
