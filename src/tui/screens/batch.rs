//! Bulk changes that were sent: how far each has come, case by case, all of it read off the outbox.

pub mod acts;
mod screen;
pub mod view;

use compact_str::CompactString;
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::domain::batch::Batch;
use crate::domain::bulk::Tally;
use crate::domain::case::{CaseId, Rid};
use crate::domain::edit::{OutboxEntry, Progress};
use crate::tui::model::outbox::Queued;

/// Batches in sight; older ones that are over leave first.
const MAX_BATCHES: usize = 16;

/// One bulk change.
#[derive(Clone, Debug)]
pub struct Sent {
    pub batch: Batch,
    /// In the order of saving.
    pub rows: Vec<Queued>,
    places: FxHashMap<CompactString, usize>,
    /// Known before their entries are.
    rids: FxHashMap<CaseId, (Rid, String)>,
    /// It held itself back after failures in a row.
    pub is_stopped: bool,
    /// When the first entry was told, for the pace.
    pub begun_at: Timestamp,
    done_before: usize,
    /// What was said last about its end.
    told: Option<Tally>,
    /// Its cases were looked for in the list.
    is_searched: bool,
}

impl Sent {
    /// The entry of a case, while the batch is under way.
    pub(in crate::tui) fn entry_of(&self, case: &CaseId) -> Option<&OutboxEntry> {
        if self.tally().is_over() {
            return None;
        }
        self.rows.iter().map(|row| &row.entry).find(|entry| entry.edit.case == *case)
    }

    pub fn tally(&self) -> Tally {
        Tally::count(self.batch.of as usize, self.rows.iter().map(|row| &row.entry))
    }

    /// Seconds until all is sent, at the pace so far; None: nothing has come through yet, or nothing moves.
    pub fn left_s(&self, now: Timestamp) -> Option<i64> {
        let tally = self.tally();
        let done = i64::try_from(tally.done.saturating_sub(self.done_before)).ok().filter(|done| *done > 0)?;
        let waiting = i64::try_from(tally.waiting).ok().filter(|waiting| *waiting > 0 && !tally.is_paused())?;
        Some((now.as_millisecond() - self.begun_at.as_millisecond()) * waiting / done / 1_000)
    }

    /// Its first case, while it can be taken back before it leaves.
    pub fn next_to_leave(&self, now: Timestamp) -> Option<&Queued> {
        let waits = |row: &&Queued| row.entry.progress == Progress::Queued && !row.entry.is_held && !row.entry.is_behind();
        self.rows.iter().find(waits).filter(|row| row.counts_down(now))
    }

    /// Cases that are not at their vendor yet and need nobody; the others stand in the outbox one by one.
    pub fn on_its_way(&self) -> usize {
        self.rows.iter().filter(|row| !row.entry.progress.is_settled() && !row.stands_alone()).count()
    }

    /// There is something to look at: it moves, or some of it has failed.
    fn has_news(&self) -> bool {
        self.on_its_way() > 0 || self.rows.iter().any(|row| row.entry.progress.needs_person())
    }

    /// Rows as they are listed: what waits for a person, what is on its way, what is done.
    pub fn listed(&self) -> Vec<&Queued> {
        let mut rows: Vec<&Queued> = self.rows.iter().collect();
        rows.sort_by_key(|row| match &row.entry.progress {
            progress if progress.needs_person() => 0,
            Progress::Sending { .. } | Progress::Sent => 1,
            Progress::Verified => 3,
            _ => 2,
        });
        rows
    }
}

/// The screen of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchPane {
    pub id: CompactString,
    /// The entry under the cursor; by its name, because rows move as they are sent.
    chosen: Option<CompactString>,
    /// Where it was: what stands there now is meant once it is gone.
    was_at: usize,
}

impl BatchPane {
    /// Where the cursor is among the rows as they are listed.
    pub fn at(&self, sent: &Sent) -> usize {
        let named = self.chosen.as_ref().and_then(|id| sent.listed().iter().position(|row| row.entry.id == *id));
        named.unwrap_or(self.was_at).min(sent.rows.len().saturating_sub(1))
    }
}
