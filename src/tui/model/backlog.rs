//! Pins, snoozes and what was looked at, on their way to the disk: what it refused is written again, unless something newer
//! is known of the case.

pub mod acts;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::baseline::Baseline;
use crate::domain::case::CaseId;
use crate::domain::fault::Fault;
use crate::domain::moved::Moved;
use crate::protocol::Ticket;

/// A disk that refused is asked again after this.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(5);

/// What is remembered by case.
pub(in crate::tui) trait OfCase: Clone {
    fn case(&self) -> &CaseId;

    /// This one, decided after an earlier one that is not on disk.
    fn after(self, earlier: &Self) -> Self;
}

impl OfCase for Moved {
    fn case(&self) -> &CaseId {
        Self::case(self)
    }

    /// On disk is what was there before both, unless something else was told between them.
    fn after(self, earlier: &Self) -> Self {
        if earlier.after == self.before { Self { before: earlier.before.clone(), ..self } } else { self }
    }
}

impl OfCase for Baseline {
    fn case(&self) -> &CaseId {
        &self.case
    }

    fn after(self, _: &Self) -> Self {
        self
    }
}

/// What waits and what is being written. One thing per case waits, so there are never more than cases.
#[derive(Clone, Debug)]
pub(in crate::tui) struct Backlog<T> {
    waiting: Vec<T>,
    /// Open orders, oldest first.
    pub(in crate::tui) writing: Vec<(Ticket, Vec<T>)>,
    retry_at: Option<Timestamp>,
    /// The disk refused, and has not taken everything since.
    is_refused: bool,
}

impl<T> Default for Backlog<T> {
    fn default() -> Self {
        Self { waiting: Vec::new(), writing: Vec::new(), retry_at: None, is_refused: false }
    }
}

impl<T: OfCase> Backlog<T> {
    /// These take the place of what waits of their cases, in their order. A disk that refused is asked at once.
    pub(in crate::tui) fn put(&mut self, items: Vec<T>) {
        if items.is_empty() {
            return;
        }
        let mut places: FxHashMap<CaseId, usize> = self.waiting.iter().enumerate().map(|(at, known)| (known.case().clone(), at)).collect();
        for item in items {
            if let Some(at) = places.get(item.case()) {
                self.waiting[*at] = item.after(&self.waiting[*at]);
            } else {
                places.insert(item.case().clone(), self.waiting.len());
                self.waiting.push(item);
            }
        }
        self.retry_at = None;
    }

    /// What is to be written now, if anything.
    pub(in crate::tui) fn next(&mut self, now: Timestamp) -> Option<Vec<T>> {
        if self.waiting.is_empty() || self.retry_at.is_some_and(|at| at > now) {
            return None;
        }
        self.retry_at = None;
        Some(std::mem::take(&mut self.waiting))
    }

    /// An order is done. Some: all of it is on disk now, or the disk refuses, and that is news.
    fn close(&mut self, ticket: Ticket, result: Result<(), Fault>, now: Timestamp) -> Option<Result<(), Fault>> {
        let at = self.writing.iter().position(|(open, _)| *open == ticket)?;
        let (_, mut items) = self.writing.remove(at);
        let Err(fault) = result else {
            let is_all = self.waiting.is_empty() && self.writing.is_empty();
            return (is_all && std::mem::take(&mut self.is_refused)).then_some(Ok(()));
        };
        // What was decided meanwhile is newer, and does not go back under it.
        let later: FxHashSet<&CaseId> = self.writing.iter().skip(at).flat_map(|(_, items)| items).map(OfCase::case).collect();
        items.retain(|item| !later.contains(item.case()));
        let newer = std::mem::replace(&mut self.waiting, items);
        self.put(newer);
        self.retry_at = now.checked_add(RETRY_AFTER).ok();
        (!std::mem::replace(&mut self.is_refused, true)).then_some(Err(fault))
    }
}
