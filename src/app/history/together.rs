//! What was done to several cases in one go, or beside the vendors: bulk changes, snoozes and pins. They are taken back
//! and made again in their turn among the single changes.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::{History, MAX_OWN};
use crate::app::App;
use crate::app::action::Action;
use crate::app::bulk::Course;
use crate::app::notice::Grade;
use crate::domain::aside::Aside;
use crate::domain::bulk::{Target, Wanted};
use crate::domain::case::Rid;
use crate::domain::edit::{Edit, Progress};
use crate::protocol::SettleBatch;

/// What can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Together {
    /// A bulk change, by its id.
    Batch(CompactString),
    /// Cases that were put aside: what was remembered of them before.
    Asides(Vec<Aside>),
}

/// What was taken back, and what makes it again.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Undone {
    Batch {
        id: CompactString,
        words: String,
        /// Those of its edits that were taken back.
        edits: Vec<(Rid, Edit)>,
        /// The bulk change that takes back what had landed.
        by: Option<CompactString>,
    },
    Asides(Vec<Aside>),
}

impl History {
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

    /// Something new was done: what was taken back before it is not made again.
    pub(super) fn forget_undone(&mut self) {
        self.undone.clear();
        self.undone_together.clear();
    }

    /// What came after every single change.
    pub(super) fn last_together(&self) -> Option<&Together> {
        self.together.last().filter(|(_, before)| *before >= self.done.len()).map(|(what, _)| what)
    }

    /// What was taken back after every single change that was.
    pub(super) fn last_undone_together(&self) -> Option<&Undone> {
        self.undone_together.last().filter(|(_, before)| *before >= self.undone.len()).map(|(what, _)| what)
    }

    /// A bulk change is on disk, as `id`. `sent`: its cases.
    pub(in crate::app) fn saved_batch(&mut self, id: CompactString, course: Course, sent: &[Rid]) {
        match course {
            Course::Wish => {
                self.forget_undone();
                self.push_together(Together::Batch(id));
            }
            Course::Again => {
                self.undone_together.pop();
                self.push_together(Together::Batch(id));
            }
            Course::Back { batch, words, landed } => {
                self.forget_batch(&batch);
                let back = landed.into_iter().filter(|(rid, _)| sent.contains(rid));
                let edits = back.map(|(rid, (_, edit))| (rid, edit)).collect();
                self.took_back(batch, words, edits, Some(id));
            }
        }
    }

    fn forget_batch(&mut self, id: &str) {
        self.together.retain(|(what, _)| !matches!(what, Together::Batch(known) if known == id));
    }

    /// Edits of a bulk change were taken back: before they left, or by another one.
    fn took_back(&mut self, id: CompactString, words: String, more: Vec<(Rid, Edit)>, back: Option<CompactString>) {
        match self.undone_together.last_mut() {
            Some((Undone::Batch { id: known, edits, by, .. }, _)) if *known == id => {
                edits.extend(more);
                *by = back;
            }
            _ => self.push_undone_together(Undone::Batch { id, words, edits: more, by: back }),
        }
    }

    /// Cases were put aside; `before` is what was remembered of them.
    pub(in crate::app) fn put_aside(&mut self, before: Vec<Aside>) {
        self.forget_undone();
        self.push_together(Together::Asides(before));
    }
}

impl App {
    /// Takes back what was done together last; false: a single change came after it.
    pub(super) fn undo_together(&mut self) -> bool {
        match self.history.last_together().cloned() {
            None => return false,
            Some(Together::Batch(id)) => self.undo_batch(&id),
            Some(Together::Asides(before)) => {
                self.history.together.pop();
                let (after, words) = self.restore_asides(before);
                self.history.push_undone_together(Undone::Asides(after));
                let redo = self.key(Action::Redo);
                self.say(Grade::Good, format!("taken back: {words}; {redo} does it again"));
            }
        }
        true
    }

    /// Makes again what was taken back together last; false: a single change was taken back after it.
    pub(super) fn redo_together(&mut self) -> bool {
        match self.history.last_undone_together().cloned() {
            None => return false,
            Some(Undone::Batch { words, by, .. })
                if by.as_ref().and_then(|by| self.batch(by)).is_some_and(|sent| !sent.tally().is_over()) =>
            {
                let place = self.key(Action::Batch);
                self.say(Grade::Info, format!("{words}: taking it back is not through yet; {place} shows how far it is"));
            }
            Some(Undone::Batch { words, edits, .. }) => {
                let targets = edits.iter().map(|(rid, _)| Target { rid: *rid, refused: None }).collect();
                let edits = edits.into_iter().map(|(_, edit)| edit).collect();
                self.start_bulk(Wanted::Edits(edits), words, targets, Course::Again);
            }
            Some(Undone::Asides(after)) => {
                self.history.undone_together.pop();
                let (before, words) = self.restore_asides(after);
                self.history.push_together(Together::Asides(before));
                let undo = self.key(Action::Undo);
                self.say(Grade::Good, format!("{words}; {undo} takes it back"));
            }
        }
        true
    }

    /// What of a bulk change has not left is given up, what has landed is offered for taking back.
    fn undo_batch(&mut self, id: &str) {
        let Some(sent) = self.batch(id) else {
            self.history.forget_batch(id);
            return self.say(Grade::Info, "that bulk change is no longer known here; each case can be changed back by hand");
        };
        let (tally, words) = (sent.tally(), sent.batch.words.clone());
        let (mut landed, mut edits, mut targets, mut lasting) = (BTreeMap::new(), Vec::new(), Vec::new(), 0);
        for row in sent.rows.iter().filter(|row| row.entry.progress.is_settled()) {
            match (row.entry.edit.inverse(), row.rid) {
                (Ok(back), Some(rid)) => {
                    landed.insert(rid, (row.entry.id.clone(), row.entry.edit.clone()));
                    targets.push(Target { rid, refused: None });
                    edits.push(back);
                }
                _ => lasting += 1,
            }
        }
        let waits = |progress: &Progress| *progress == Progress::Queued;
        let waiting = sent.rows.iter().filter(|row| waits(&row.entry.progress));
        let waiting: Vec<(Rid, Edit)> = waiting.filter_map(|row| Some((row.rid?, row.entry.edit.clone()))).collect();
        if tally.waiting > 0 {
            self.settle_batch(id.into(), SettleBatch::Cancel);
            self.history.took_back(id.into(), words.clone(), waiting, None);
            let redo = self.key(Action::Redo);
            self.say(Grade::Good, format!("{} cases: taken back before anything was sent; {redo} makes it again", tally.waiting));
        }
        if targets.is_empty() {
            self.history.forget_batch(id);
            if lasting > 0 {
                let undo = self.key(Action::Undo);
                let words = format!("{lasting} cases cannot be set back from here: comments stay; {undo} goes on to the change before");
                self.say(Grade::Warning, words);
            }
            return;
        }
        let title = format!("take back: {words}");
        self.start_bulk(Wanted::Edits(edits), title, targets, Course::Back { batch: id.into(), words, landed });
    }
}
