//! What was done to several cases in one go, or beside the vendors: bulk changes, snoozes and pins. They are taken back
//! and made again in their turn among the single changes.

pub mod acts;

use compact_str::CompactString;

use crate::domain::case::{CaseId, Rid};
use crate::domain::edit::Edit;
use crate::domain::inverse;
use crate::domain::moved::Moved;
use crate::tui::model::history::kinds::{Together, Undone};
use crate::tui::model::history::{History, Last, MAX_OWN, Own};
use crate::tui::model::outbox::Queued;
use crate::tui::screens::bulk::Course;

impl Last {
    /// A decision of an earlier sitting, whose edit still waits.
    pub(in crate::tui) fn of_decision(queued: &Queued) -> Option<Self> {
        let entry = &queued.entry;
        let edit = entry.edit.clone();
        Some(Self::Own(Box::new(Own {
            rid: queued.rid?,
            key: queued.key.to_string(),
            wish: edit.clone(),
            edit,
            fixed: inverse::stays(&entry.calls),
            unsent: None,
            entry: Some(entry.id.clone()),
            by: None,
            was_landed: false,
            is_decision: true,
            // Nobody knows any more who wrote it.
            is_typed: true,
        })))
    }
}

impl History {
    /// The entry of what was changed last.
    pub(in crate::tui) fn last_entry(&self) -> Option<CompactString> {
        self.done.back()?.entry.clone()
    }

    fn push_together(&mut self, what: Together) {
        if self.together.len() == MAX_OWN {
            self.together.remove(0);
        }
        self.together.push((what, self.done.len()));
    }

    fn push_undone_together(&mut self, what: Undone) {
        if self.undone_together.len() == MAX_OWN {
            self.undone_together.remove(0);
        }
        self.undone_together.push((what, self.undone.len()));
    }

    /// As [`Self::take_done`], of what was taken back.
    pub(in crate::tui) fn take_undone(&mut self, at: usize) -> Own {
        for (_, before) in self.undone_together.iter_mut().filter(|(_, before)| *before > at) {
            *before -= 1;
        }
        self.undone.remove(at)
    }

    /// What was taken back after every single change that was.
    pub(in crate::tui) fn last_undone_together(&self) -> Option<&Undone> {
        self.undone_together.last().filter(|(_, before)| *before >= self.undone.len()).map(|(what, _)| what)
    }

    /// Whether a person typed any of a bulk change of this sitting, rather than chose all of it.
    fn was_typed(&self, id: &str) -> bool {
        self.batches.iter().any(|(own, is_typed)| own == id && *is_typed)
    }

    /// A bulk change is on disk, as `id`. `sent`: its cases. `is_typed`: the person wrote some of it.
    pub(in crate::tui) fn saved_batch(&mut self, id: CompactString, course: Course, sent: &[Rid], is_typed: bool) {
        if self.batches.len() == MAX_OWN {
            self.batches.remove(0);
        }
        // What is made again is as it was made first.
        let was_typed = match self.last_undone_together() {
            Some(Undone::Batch { id: again, .. }) if matches!(course, Course::Again { .. }) => self.was_typed(again),
            _ => false,
        };
        self.batches.push((id.clone(), is_typed || was_typed));
        match course {
            Course::Wish => {
                self.forget_undone();
                self.push_together(Together::Batch(id));
            }
            Course::Again { .. } => {
                self.undone_together.pop();
                self.push_together(Together::Batch(id));
            }
            Course::Back { batch, words, landed } => {
                self.forget_batch(&batch);
                let back = landed.into_iter().filter(|(rid, _)| sent.contains(rid));
                let edits = back.map(|(rid, landed)| (rid, landed.edit, landed.stays)).collect();
                self.took_back(batch, words, edits, Some(id));
            }
        }
    }

    /// Whether a bulk change is among what is taken back, be it after others.
    fn takes_back(&self, id: &str) -> bool {
        self.together.iter().any(|(what, _)| matches!(what, Together::Batch(known) if known == id))
    }

    fn forget_batch(&mut self, id: &str) {
        self.together.retain(|(what, _)| !matches!(what, Together::Batch(known) if known == id));
    }

    /// Edits of a bulk change were taken back: before they left, or by another one.
    fn took_back(&mut self, id: CompactString, words: String, more: Vec<(Rid, Edit, Vec<String>)>, back: Option<CompactString>) {
        match self.undone_together.last_mut() {
            Some((Undone::Batch { id: known, edits, by, .. }, _)) if *known == id => {
                edits.extend(more);
                *by = back;
            }
            _ => self.push_undone_together(Undone::Batch { id, words, edits: more, by: back }),
        }
    }

    /// Cases were put aside; one that was so already was not moved.
    pub(in crate::tui) fn put_aside(&mut self, mut moves: Vec<Moved>) {
        moves.retain(|moved| moved.before != moved.after);
        if !moves.is_empty() {
            self.forget_undone();
            self.push_together(Together::Asides(moves));
        }
    }
}

impl History {
    /// A case of a triage run was left as it is.
    pub(in crate::tui) fn left_as_is(&mut self, case: CaseId, key: String) {
        self.forget_undone();
        self.push_together(Together::Left { case, key });
    }

    /// The run is no more: what it left is neither taken back nor left again.
    pub(in crate::tui) fn forget_left(&mut self) {
        self.together.retain(|(what, _)| !matches!(what, Together::Left { .. }));
        self.undone_together.retain(|(what, _)| !matches!(what, Undone::Left { .. }));
    }

    /// What an earlier sitting did is what is taken back, where this one has done nothing.
    pub(in crate::tui) fn take_up(&mut self, what: Option<Last>) {
        match what.filter(|_| self.done.is_empty() && self.together.is_empty()) {
            Some(Last::Own(own)) => self.push(*own),
            Some(Last::Together(what)) => self.push_together(what),
            None => {}
        }
    }
}
