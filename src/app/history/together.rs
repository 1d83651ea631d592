//! What was done to several cases in one go, or beside the vendors: bulk changes, snoozes and pins. They are taken back
//! and made again in their turn among the single changes.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::{History, Last, MAX_OWN, Own};
use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::batch::Sent;
use crate::app::bulk::{Course, Landed};
use crate::app::notice::Grade;
use crate::app::outbox::Queued;
use crate::app::pending::Ask;
use crate::domain::aside::Moved;
use crate::domain::bulk::{Target, Wanted};
use crate::domain::case::{CaseId, Rid};
use crate::domain::count::{count, counted};
use crate::domain::edit::{Change, Edit, Progress};
use crate::domain::inverse;
use crate::protocol::SettleBatch;

/// What can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub enum Together {
    /// A bulk change, by its id.
    Batch(CompactString),
    /// Cases that were put aside.
    Asides(Vec<Moved>),
    /// A case that a triage run left as it is.
    Left { case: CaseId, key: String },
}

/// What was taken back, and what makes it again.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Undone {
    Batch {
        id: CompactString,
        words: String,
        /// Those of its edits that were taken back, each with what of it stayed.
        edits: Vec<(Rid, Edit, Vec<String>)>,
        /// The bulk change that takes back what had landed.
        by: Option<CompactString>,
    },
    Asides(Vec<Moved>),
    Left {
        case: CaseId,
        key: String,
    },
}

/// What taking back a bulk change would do, case by case.
#[derive(Default)]
struct WayBack {
    /// Nothing of so many has left: they are given up. Those of them that are in the list are made again.
    queued: usize,
    waiting: Vec<(Rid, Edit)>,
    /// What has landed and can be taken back.
    landed: BTreeMap<Rid, Landed>,
    /// The cases of the dry run with their edits: those that have landed, and those that are left out with the reason.
    targets: Vec<Target>,
    edits: Vec<Edit>,
    /// Why landed cases stay as they are, each once per case.
    lost: Vec<String>,
    /// Cases that are being sent, and those that wait for a person.
    under_way: usize,
    stuck: usize,
}

impl WayBack {
    fn of(sent: &Sent) -> Self {
        let mut way = Self::default();
        for row in sent.rows.iter().filter(|row| row.entry.unsent().is_none()) {
            let left_out = match (&row.entry.progress, row.rid, row.entry.inverse()) {
                (Progress::Queued, rid, _) => {
                    way.queued += 1;
                    way.waiting.extend(rid.map(|rid| (rid, row.entry.edit.clone())));
                    continue;
                }
                (Progress::Verified, Some(rid), Ok(back)) => {
                    let landed = Landed { entry: row.entry.id.clone(), edit: row.entry.restorable(), stays: back.stays };
                    way.landed.insert(rid, landed);
                    way.targets.push(Target { rid, refused: None });
                    way.edits.push(back.edit);
                    continue;
                }
                (Progress::Verified, None, Ok(_)) => {
                    way.lost.push("a case stays that is not in the list any more".into());
                    continue;
                }
                (Progress::Verified, _, Err(why)) => {
                    way.lost.push(why.clone());
                    why
                }
                (Progress::Sending { .. } | Progress::Sent, ..) => {
                    way.under_way += 1;
                    "it is being sent right now".into()
                }
                (Progress::Parked { .. } | Progress::Unknown { .. }, ..) => {
                    way.stuck += 1;
                    "its edit is stopped and is decided in the outbox".into()
                }
            };
            if let Some(rid) = row.rid {
                way.targets.push(Target { rid, refused: Some(left_out) });
                way.edits.push(row.entry.edit.clone());
            }
        }
        way
    }

    /// What stays of what has landed, in a few words; empty: nothing.
    fn stays(&self) -> String {
        counted(self.landed.values().flat_map(|landed| landed.stays.clone()).collect())
    }
}

impl Last {
    /// A decision of an earlier sitting, whose edit still waits.
    pub(in crate::app) fn of_decision(queued: &Queued) -> Option<Self> {
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
    pub(in crate::app) fn last_entry(&self) -> Option<CompactString> {
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

    /// One that was done is remembered no more: what was done together after it keeps its place among the others.
    pub(super) fn take_done(&mut self, at: usize) -> Option<Own> {
        let own = self.done.remove(at);
        for (_, before) in self.together.iter_mut().filter(|(_, before)| *before > at) {
            *before -= 1;
        }
        own
    }

    /// As [`Self::take_done`], of what was taken back.
    pub(super) fn take_undone(&mut self, at: usize) -> Own {
        for (_, before) in self.undone_together.iter_mut().filter(|(_, before)| *before > at) {
            *before -= 1;
        }
        self.undone.remove(at)
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

    /// Whether a person typed any of a bulk change of this sitting, rather than chose all of it.
    fn was_typed(&self, id: &str) -> bool {
        self.batches.iter().any(|(own, is_typed)| own == id && *is_typed)
    }

    /// A bulk change is on disk, as `id`. `sent`: its cases. `is_typed`: the person wrote some of it.
    pub(in crate::app) fn saved_batch(&mut self, id: CompactString, course: Course, sent: &[Rid], is_typed: bool) {
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
    pub(in crate::app) fn put_aside(&mut self, mut moves: Vec<Moved>) {
        moves.retain(|moved| moved.before != moved.after);
        if !moves.is_empty() {
            self.forget_undone();
            self.push_together(Together::Asides(moves));
        }
    }
}

impl History {
    /// A case of a triage run was left as it is.
    pub(in crate::app) fn left_as_is(&mut self, case: CaseId, key: String) {
        self.forget_undone();
        self.push_together(Together::Left { case, key });
    }

    /// The run is no more: what it left is neither taken back nor left again.
    pub(in crate::app) fn forget_left(&mut self) {
        self.together.retain(|(what, _)| !matches!(what, Together::Left { .. }));
        self.undone_together.retain(|(what, _)| !matches!(what, Undone::Left { .. }));
    }

    /// What an earlier sitting did is what is taken back, where this one has done nothing.
    pub(super) fn take_up(&mut self, what: Option<Last>) {
        match what.filter(|_| self.done.is_empty() && self.together.is_empty()) {
            Some(Last::Own(own)) => self.push(*own),
            Some(Last::Together(what)) => self.push_together(what),
            None => {}
        }
    }
}

impl App {
    /// Takes back what was done together last; false: a single change came after it.
    pub(super) fn undo_together(&mut self) -> bool {
        match self.history.last_together().cloned() {
            None => return false,
            Some(Together::Batch(id)) => self.undo_batch(&id),
            Some(Together::Asides(moves)) => self.undo_asides(&moves),
            Some(Together::Left { case, key }) if self.undecide(&case) => {
                self.history.together.pop();
                let [on, redo] = [self.key(Action::Triage), self.key(Action::Redo)];
                let place = if self.is_in_triage() { String::new() } else { format!(", {on} goes on with it") };
                self.say(Grade::Good, format!("{key} is to be decided again{place}; {redo} leaves it as it is after all"));
                self.history.push_undone_together(Undone::Left { case, key });
            }
            Some(Together::Left { key, .. }) => {
                self.offer_the_one_before(&format!("{key}: another workbench has taken up its decision"));
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
                let targets = edits.iter().map(|(rid, ..)| Target { rid: *rid, refused: None }).collect();
                let stays = edits.iter().map(|(rid, _, stays)| (*rid, stays.clone())).collect();
                let edits = edits.into_iter().map(|(_, edit, _)| edit).collect();
                self.start_bulk(Wanted::Again(edits), words, targets, Course::Again { stays });
            }
            Some(Undone::Asides(moves)) => self.redo_asides(&moves),
            Some(Undone::Left { .. }) if self.pending.any(|ask| matches!(ask, Ask::Decide)) => {
                self.say(Grade::Info, "the decision is being written to disk");
            }
            Some(Undone::Left { case, key }) => {
                self.history.undone_together.pop();
                if self.leave_again(&case) {
                    let undo = self.key(Action::Undo);
                    self.say(Grade::Good, format!("{key} is left as it is; {undo} takes it back"));
                    self.history.push_together(Together::Left { case, key });
                } else {
                    self.say(Grade::Info, format!("{key} is decided already"));
                }
            }
        }
        true
    }

    fn undo_asides(&mut self, moves: &[Moved]) {
        let (back, words) = self.take_asides_back(moves);
        // What slept by a triage run and is awake waits in it again.
        let is_awake = |moved: &&Moved| self.asides.get(&moved.before.case).is_none_or(|aside| aside.snooze.is_none());
        let awake: Vec<CaseId> =
            moves.iter().filter(|moved| moved.slept()).filter(is_awake).map(|moved| moved.before.case.clone()).collect();
        let undecided = awake.iter().filter(|case| self.undecide(case)).count();
        if back.is_empty() && undecided == 0 {
            return self.offer_the_one_before(&words);
        }
        self.history.together.pop();
        if back.is_empty() {
            return self.say(Grade::Good, format!("{words}, and to be decided again"));
        }
        self.history.push_undone_together(Undone::Asides(back));
        let redo = self.key(Action::Redo);
        self.say(Grade::Good, format!("taken back: {words}; {redo} does it again"));
    }

    fn redo_asides(&mut self, moves: &[Moved]) {
        self.history.undone_together.pop();
        let (again, words) = self.take_asides_back(moves);
        if again.is_empty() {
            return self.say(Grade::Info, words);
        }
        self.history.push_together(Together::Asides(again));
        let undo = self.key(Action::Undo);
        self.say(Grade::Good, format!("{words}; {undo} takes it back"));
    }

    /// What of a bulk change has not left is given up, what has landed is offered for taking back.
    fn undo_batch(&mut self, id: &str) {
        let Some(sent) = self.batch(id) else {
            return self.offer_the_one_before("a bulk change that is no longer known here: each case can be changed back by hand");
        };
        let (way, words) = (WayBack::of(sent), sent.batch.words.clone());
        let mut told = Vec::new();
        if way.queued > 0 {
            self.settle_batch(id.into(), SettleBatch::Cancel);
            if self.history.was_typed(id) {
                self.offer_comment_again(&way.waiting);
            }
            let waiting = way.waiting.into_iter().map(|(rid, edit)| (rid, edit, Vec::new())).collect();
            self.history.took_back(id.into(), words.clone(), waiting, None);
            let redo = self.key(Action::Redo);
            told.push(format!("{}: taken back before anything was sent; {redo} makes it again", count(way.queued, "case")));
        }
        if way.under_way > 0 {
            // It stays what is taken back next.
            let undo = self.key(Action::Undo);
            told.push(format!("{} being sent: {undo} takes that back once it is read back", way.under_way));
            return self.say(Grade::Info, told.join("; "));
        }
        if way.stuck > 0 && way.landed.is_empty() {
            let place = self.key(Action::Batch);
            told.push(format!("{words}: {} stopped, and may be there in part; {place} shows which", way.stuck));
            return self.say(Grade::Warning, told.join("; "));
        }
        if way.queued > 0 {
            self.say(Grade::Good, told.join("; "));
        }
        if !way.landed.is_empty() {
            let title = format!("take back: {words}");
            let course = Course::Back { batch: id.into(), words, landed: way.landed };
            self.start_bulk(Wanted::Edits(way.edits), title, way.targets, course);
        } else if way.queued > 0 && way.lost.is_empty() {
            self.history.forget_batch(id);
        } else if way.queued == 0 && way.lost.is_empty() {
            self.offer_the_one_before(&format!("{words}: nothing of it was sent"));
        } else if way.queued == 0 {
            self.offer_the_one_before(&format!("{words}: {}", counted(way.lost)));
        }
    }

    /// Whether a bulk change is the last that was done, so that it is what is taken back next.
    pub fn is_last(&self, id: &str) -> bool {
        matches!(self.history.last_together(), Some(Together::Batch(last)) if last == id)
    }

    /// Why the key that takes back does nothing to the bulk change in sight; None: it is taken back, after what was done since.
    pub(in crate::app) fn no_undo_of_batch(&self) -> Option<String> {
        let (sent, _) = self.batch_in_sight()?;
        let id = &sent.batch.id;
        (!self.history.takes_back(id)).then(|| self.undo_of_batch(id))
    }

    /// What the key that takes back would do to a bulk change that is over, in words.
    pub fn undo_of_batch(&self, id: &str) -> String {
        let [undo, redo] = [Action::Undo, Action::Redo].map(|action| self.keymap.key(Scope::Batch, action));
        let takes_back = |what: &Undone| matches!(what, Undone::Batch { by: Some(by), .. } if by == id);
        if self.history.last_undone_together().is_some_and(takes_back) {
            return format!("{redo} makes it again after all");
        }
        if !self.is_last(id) {
            let is_it = |what: &Undone| matches!(what, Undone::Batch { id: known, .. } if known == id);
            return if self.history.takes_back(id) {
                format!("{undo} takes back what you did since, then this")
            } else if self.history.last_undone_together().is_some_and(is_it) {
                format!("it was taken back; {redo} makes it again")
            } else if self.history.batches.iter().any(|(own, _)| own == id) {
                "there is nothing left of it to take back".into()
            } else {
                format!("{undo} does not take it back: it is not of this sitting")
            };
        }
        let Some(way) = self.batch(id).map(WayBack::of) else { return String::new() };
        let (back, stays) = (way.landed.len(), way.stays());
        let stays = if stays.is_empty() { String::new() } else { format!("; {stays}") };
        match (back, way.lost.len()) {
            (0, 0) => "nothing of it was sent".into(),
            (0, _) => format!("nothing takes it back: {}", counted(way.lost)),
            (_, 0) => format!("{undo} takes it back{stays}"),
            (_, lost) => format!("{undo} takes back {back} of {}{stays}", count(back + lost, "case")),
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
        let rids: Vec<Rid> = edits.iter().map(|(rid, _)| *rid).collect();
        self.keep_comment_of_marks(&rids, text);
    }
}

impl App {
    /// The comment was made again: it is not offered as unsent any more.
    pub(in crate::app) fn forget_comment_offered(&mut self, edits: &[(Rid, Edit)]) {
        let comments = |(_, edit): &&(Rid, Edit)| edit.changes.iter().any(|change| matches!(change, Change::Comment(_)));
        let Some((_, edit)) = edits.iter().find(comments) else { return };
        let rids: Vec<Rid> = edits.iter().map(|(rid, _)| *rid).collect();
        if let Some(draft) = self.draft_of_cases(&self.cases_of(&rids)) {
            let case = draft.case.clone();
            self.forget_offered(&Edit { case, ..edit.clone() });
        }
    }
}
