//! Taking back the last change, and making it again.

use compact_str::CompactString;

use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::history::{Last, Own};
use crate::app::notice::Grade;
use crate::app::pending::Ask;
use crate::app::review::Origin;
use crate::domain::change::Change;
use crate::domain::edit::{Edit, Progress};
use crate::domain::inverse::Inverse;
use crate::domain::person::Person;
use crate::protocol::Settle;

impl App {
    pub(in crate::app) fn undo(&mut self) {
        // Otherwise the change before it would be taken back in its place.
        if self.cx.pending.any(|ask| matches!(ask, Ask::Submit(_) | Ask::SubmitBulk | Ask::Decide)) {
            return self.cx.undo_in_a_moment();
        }
        let before = self.decided_before();
        self.model.history.take_up(before);
        if self.undo_together() {
            return;
        }
        let Some(own) = self.model.history.done.back().cloned() else { return };
        let Some(id) = own.entry.clone() else {
            return self.cx.undo_in_a_moment();
        };
        if let Some(why) = own.unsent {
            return self.offer_the_one_before(&format!("{}: nothing was sent, {why}", self.model.wished(&own)));
        }
        match self.model.entry(Some(&id)).map(|queued| queued.entry.progress.clone()) {
            Some(Progress::Queued) => {
                self.model.history.done.pop_back();
                if own.is_decision {
                    self.undecide(&own.edit.case);
                }
                self.model.history.leaving.push(own);
                self.cx.settle_entry(id.to_string(), Settle::TakeBack);
            }
            Some(Progress::Parked { done, .. } | Progress::Unknown { done, .. }) => {
                let key = |action| self.cx.keymap.key(Scope::Outbox, action);
                let (place, back, drop) = (self.cx.key(Action::Outbox), key(Action::RollBack), key(Action::Drop));
                let back = if done > 0 { format!("{back} rolls back what has landed, ") } else { String::new() };
                let words = format!("{}: your last change is stopped; {place} shows it: {back}{drop} drops it", own.key);
                self.cx.say(Grade::Info, words);
            }
            Some(_) => {
                let undo = self.cx.key(Action::Undo);
                self.cx.say(Grade::Info, format!("{}: your last change is being sent; {undo} takes it back once it is read back", own.key));
            }
            None => self.undo_landed(&own, id),
        }
    }

    /// Takes back what is at the vendor, by another edit.
    fn undo_landed(&mut self, own: &Own, entry: CompactString) {
        let Inverse { edit: mut back, stays } = match own.edit.inverse_without(&own.fixed) {
            Ok(back) => back,
            Err(why) => return self.offer_the_one_before(&format!("{}: {why}", self.model.wished(own))),
        };
        if let Some((case, _)) = self.model.cached.case_to_edit(own.rid) {
            // Where a vendor holds several assignees, nobody was replaced, and whoever is there still needs no call.
            let is_there = |person: &Person| case.row.assignees.iter().any(|known| known.is(person));
            back.changes.retain(|change| !matches!(change, Change::Assign(person) if is_there(person)));
        }
        self.start_review_of(own.rid, back, Origin::Undo { entry, stays });
    }

    /// The person has agreed to leave this one and to take back the one before it.
    pub(in crate::app) fn undo_before(&mut self, last: &Last) {
        if self.model.history.last().as_ref() == Some(last) {
            self.model.history.pass_over(last);
            self.undo();
        }
    }

    pub(in crate::app) fn redo(&mut self) {
        if self.redo_together() {
            return;
        }
        let Some(own) = self.model.history.undone.last().cloned() else { return };
        let by = own.by.and_then(|(_, by)| by);
        match self.model.entry(by.as_ref()).map(|queued| queued.entry.progress.clone()) {
            Some(Progress::Queued) => {
                if let Some(by) = by {
                    self.cx.settle_entry(by.to_string(), Settle::TakeBack);
                }
            }
            Some(_) => {
                let place = self.cx.key(Action::Outbox);
                self.cx.say(Grade::Info, format!("{}: taking it back is not through yet; {place} shows how far it is", own.key));
            }
            None => {
                // What nothing took back is there still.
                let edit = if own.was_landed { own.edit.restorable(&own.fixed) } else { own.edit };
                let Some((case, _)) = self.model.cached.case_to_edit(own.rid) else {
                    let redo = self.cx.key(Action::Redo);
                    self.cx.say(Grade::Info, format!("{} has to be read again first: open it, then press {redo}", own.key));
                    return;
                };
                self.start_review_of(own.rid, Edit::new(&case, edit.changes), Origin::Redo { undoes: by });
            }
        }
    }
}
