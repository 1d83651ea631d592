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
use crate::domain::case::{CaseId, Rid};
use crate::domain::edit::{Change, Edit, Progress};
use crate::protocol::SettleBatch;

/// What can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub enum Together {
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
                let awake: Vec<CaseId> = before.iter().filter(|aside| aside.snooze.is_none()).map(|aside| aside.case.clone()).collect();
                let (after, words) = self.restore_asides(before);
                for case in awake {
                    self.undecide(&case);
                }
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
            return self.offer_the_one_before("a bulk change that is no longer known here: each case can be changed back by hand");
        };
        let (tally, words) = (sent.tally(), sent.batch.words.clone());
        let (mut landed, mut edits, mut targets, mut stays) = (BTreeMap::new(), Vec::new(), Vec::new(), Vec::new());
        for row in sent.rows.iter().filter(|row| row.entry.progress.is_settled()) {
            let known = row.entry.known_edit();
            match (known.inverse(), row.rid) {
                (Ok(back), Some(rid)) => {
                    landed.insert(rid, (row.entry.id.clone(), known.restorable()));
                    targets.push(Target { rid, refused: None });
                    edits.push(back.edit);
                    stays.extend(back.stays);
                }
                (Ok(_), None) => stays.push("a case stays that is not in the list any more".into()),
                (Err(why), _) => stays.push(why),
            }
        }
        let queued: Vec<_> = sent.rows.iter().filter(|row| row.entry.progress == Progress::Queued).collect();
        let waiting: Vec<(Rid, Edit)> = queued.iter().filter_map(|row| Some((row.rid?, row.entry.edit.clone()))).collect();
        let (queued, leaving) = (queued.len(), tally.waiting.saturating_sub(queued.len()));
        let mut told = Vec::new();
        if queued > 0 {
            self.settle_batch(id.into(), SettleBatch::Cancel);
            self.offer_comment_again(&waiting);
            self.history.took_back(id.into(), words.clone(), waiting, None);
            let redo = self.key(Action::Redo);
            told.push(format!("{queued} cases: taken back before anything was sent; {redo} makes it again"));
        }
        if leaving > 0 {
            // It stays what is taken back next.
            let undo = self.key(Action::Undo);
            told.push(format!("{leaving} being sent: {undo} takes that back once it is read back"));
            return self.say(Grade::Info, told.join("; "));
        }
        if tally.stuck > 0 && targets.is_empty() {
            let place = self.key(Action::Batch);
            told.push(format!("{words}: {} stopped, and may be there in part; {place} shows which", tally.stuck));
            return self.say(Grade::Warning, told.join("; "));
        }
        if queued > 0 {
            self.say(Grade::Good, told.join("; "));
        }
        let stays = counted(stays);
        if !targets.is_empty() {
            let stays = if stays.is_empty() { String::new() } else { format!(" ({stays})") };
            let title = format!("take back: {words}{stays}");
            self.start_bulk(Wanted::Edits(edits), title, targets, Course::Back { batch: id.into(), words, landed });
        } else if queued > 0 {
            self.history.forget_batch(id);
        } else if stays.is_empty() {
            self.offer_the_one_before(&format!("{words}: nothing of it was sent"));
        } else {
            self.offer_the_one_before(&format!("{words}: {stays}"));
        }
    }
}

impl App {
    /// A comment that was taken back from all of its cases before it left is offered again where it was typed.
    fn offer_comment_again(&mut self, edits: &[(Rid, Edit)]) {
        let mut comments = edits.iter().flat_map(|(_, edit)| &edit.changes).filter_map(|change| match change {
            Change::Comment(text) => Some(text),
            _ => None,
        });
        let Some(text) = comments.next().filter(|text| comments.all(|other| other == *text)) else { return };
        if !self.has_draft_of_marks() {
            self.keep_comment_of_marks(text);
        }
    }
}

impl App {
    /// The comment was made again: it is not offered as unsent any more.
    pub(in crate::app) fn forget_comment_offered(&mut self, edits: &[Edit]) {
        let comments = |edit: &&Edit| edit.changes.iter().any(|change| matches!(change, Change::Comment(_)));
        if let Some(edit) = edits.iter().find(comments) {
            self.forget_offered(&Edit { case: CaseId::of_marks(), ..edit.clone() });
        }
    }
}

/// The same words of several cases once, with their number.
fn counted(mut words: Vec<String>) -> String {
    words.sort();
    let groups = words.chunk_by(|one, other| one == other);
    let told = groups.map(|same| if same.len() == 1 { same[0].clone() } else { format!("{} times: {}", same.len(), same[0]) });
    told.collect::<Vec<_>>().join("; ")
}
