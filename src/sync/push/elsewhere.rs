//! What leaves or changes in the outbox by another process's hand, told to the screen.

use compact_str::CompactString;

use crate::domain::case::{Case, CaseId};
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::journal::{Event, JournalLine};
use crate::protocol::Report;
use crate::store::journal;
use crate::sync::push::sender::OutboxSender;
use crate::sync::{paging, plan};

/// How an entry came to its end by another process's hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Sent,
    /// Nothing of it had to be sent: theirs was chosen, or the case showed it already.
    Unsent,
    Dropped,
}

impl End {
    /// As the journal has it; None: its last line about the entry is still to come, or could not be written.
    fn of(lines: &[JournalLine]) -> Option<Self> {
        match lines.last()?.event {
            Event::Verified | Event::Answered { .. } if has_landed(lines) => Some(Self::Sent),
            Event::Verified | Event::Answered { .. } => Some(Self::Unsent),
            Event::Dropped => Some(Self::Dropped),
            _ => None,
        }
    }
}

fn has_landed(lines: &[JournalLine]) -> bool {
    lines.iter().any(|line| matches!(line.event, Event::Landed { .. }))
}

/// Whether theirs was chosen wherever two values overlapped.
fn is_left_as_theirs(lines: &[JournalLine]) -> bool {
    let decided = lines.iter().rev().find(|line| line.event == Event::Decided);
    decided.is_some_and(|line| line.lines.iter().all(|line| line.old == line.new))
}

/// What the case showed already is not of this edit, though it was wished.
fn leave_out_unsent(entry: &mut OutboxEntry, lines: &[JournalLine]) {
    let unsent: Vec<_> = lines.iter().filter(|line| line.event == Event::Unsent).flat_map(|line| &line.lines).collect();
    for place in (0..entry.edit.changes.len()).rev() {
        if entry.lines.get(place).is_some_and(|line| unsent.contains(&line)) {
            entry.forget(place);
        }
    }
}

impl OutboxSender {
    /// Tells what another process has done to the entries, which were read after `mark` was taken.
    pub(super) async fn tell_changes(&self, entries: &[OutboxEntry], mark: u64) {
        for entry in entries {
            let was_open = self.known.told.borrow().last(&entry.id).is_some_and(|known| !known.progress.is_settled());
            let is_news = self.known.told.borrow_mut().come(entry, mark);
            if is_news && was_open && entry.progress.is_settled() {
                self.tell_row(&entry.edit.case).await;
            }
            if is_news {
                self.shared.report(Report::Outbox(Box::new(entry.clone()))).await;
            }
        }
        let left = self.known.told.borrow_mut().left(entries, mark);
        for entry in left {
            self.settled_elsewhere(entry).await;
        }
    }

    /// The row that another process has stored with what it sent: without it the case would look as before the edit.
    async fn tell_row(&self, id: &CaseId) {
        let Ok(case) = plan::stored(&self.shared, id).await else { return };
        if let Ok(Some(rid)) = self.shared.disk.rid(id.clone()).await {
            paging::tell(&self.shared, vec![(rid, case.row)]).await;
        }
    }

    /// An entry that another process has finished with: sent, found to be so already, or given up, as the journal says.
    async fn settled_elsewhere(&self, entry: OutboxEntry) {
        let lines = self.lines_about(&entry.id).await;
        let end = match End::of(&lines) {
            Some(end) => end,
            None if self.known.told.borrow_mut().waits_for_journal(&entry) => return,
            // It could not be written: the case tells, and of a comment that its call has landed.
            None => {
                let has_landed = has_landed(&lines);
                let shows = |case: &Case| entry.edit.changes.iter().all(|change| change.holds(case).unwrap_or(has_landed));
                match plan::stored(&self.shared, &entry.edit.case).await.is_ok_and(|case| shows(&case)) {
                    true if has_landed => End::Sent,
                    true => End::Unsent,
                    false => End::Dropped,
                }
            }
        };
        self.known.told.borrow_mut().missed.remove(&entry.id);
        if end == End::Dropped {
            return self.shared.report(Report::Dropped { entry: entry.id.into() }).await;
        }
        let mut entry = OutboxEntry { progress: Progress::Verified, is_unsent: end == End::Unsent, delayed_by: None, ..entry };
        if entry.is_unsent && is_left_as_theirs(&lines) {
            entry.edit.changes.clear();
        }
        if !entry.is_unsent {
            leave_out_unsent(&mut entry, &lines);
        }
        self.tell_row(&entry.edit.case).await;
        self.shared.report(Report::Outbox(Box::new(entry))).await;
    }

    /// What the journal has about an entry, whoever wrote it.
    async fn lines_about(&self, entry: &CompactString) -> Vec<JournalLine> {
        let (directory, entry) = (self.directory.clone(), entry.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let lines = journal::read(&directory).ok()?.filter_map(|kept| kept.ok()?.line.ok());
            Some(lines.filter(|line| line.entry == entry).collect())
        });
        looking.await.ok().flatten().unwrap_or_default()
    }

    /// Tells that an entry was given up here. What leaves the outbox otherwise, another process has sent or given up.
    pub(super) async fn dropped(&self, entry: CompactString) {
        self.known.told.borrow_mut().note(entry.clone(), None);
        self.shared.report(Report::Dropped { entry: entry.into() }).await;
    }
}
