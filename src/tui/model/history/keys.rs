//! Taking back the last change, and making it again.

use compact_str::CompactString;

use crate::domain::change::Change;
use crate::domain::edit::{Edit, Progress};
use crate::domain::inverse::Inverse;
use crate::domain::person::Person;
use crate::protocol::Settle;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::history::acts::offer_the_one_before;
use crate::tui::model::history::together::acts::{redo_together, undo_together};
use crate::tui::model::history::{Last, Own};
use crate::tui::screens::review::Origin;
use crate::tui::screens::review::acts::start_review_of;
use crate::tui::screens::triage::back::{decided_before, undecide};

pub(in crate::tui) fn undo(model: &mut Model, cx: &mut Cx) {
    // Otherwise the change before it would be taken back in its place.
    if cx.pending.any(|ask| matches!(ask, Ask::Submit(_) | Ask::SubmitBulk | Ask::Decide)) {
        return cx.undo_in_a_moment();
    }
    let before = decided_before(model, cx);
    model.history.take_up(before);
    if undo_together(model, cx) {
        return;
    }
    let Some(own) = model.history.done.back().cloned() else { return };
    let Some(id) = own.entry.clone() else {
        return cx.undo_in_a_moment();
    };
    if let Some(why) = own.unsent {
        return offer_the_one_before(&format!("{}: nothing was sent, {why}", model.wished(&own)), model, cx);
    }
    match model.entry(Some(&id)).map(|queued| queued.entry.progress.clone()) {
        Some(Progress::Queued) => {
            model.history.done.pop_back();
            if own.is_decision {
                undecide(&own.edit.case, model, cx);
            }
            model.history.leaving.push(own);
            cx.settle_entry(id.to_string(), Settle::TakeBack);
        }
        Some(Progress::Parked { done, .. } | Progress::Unknown { done, .. }) => {
            let key = |action| cx.keymap.key(Scope::Outbox, action);
            let (place, back, drop) = (cx.key(Action::Outbox), key(Action::RollBack), key(Action::Drop));
            let back = if done > 0 { format!("{back} rolls back what has landed, ") } else { String::new() };
            let words = format!("{}: your last change is stopped; {place} shows it: {back}{drop} drops it", own.key);
            cx.say(Grade::Info, words);
        }
        Some(_) => {
            let undo = cx.key(Action::Undo);
            cx.say(Grade::Info, format!("{}: your last change is being sent; {undo} takes it back once it is read back", own.key));
        }
        None => undo_landed(&own, id, model, cx),
    }
}

/// Takes back what is at the vendor, by another edit.
fn undo_landed(own: &Own, entry: CompactString, model: &mut Model, cx: &mut Cx) {
    let Inverse { edit: mut back, stays } = match own.edit.inverse_without(&own.fixed) {
        Ok(back) => back,
        Err(why) => return offer_the_one_before(&format!("{}: {why}", model.wished(own)), model, cx),
    };
    if let Some((case, _)) = model.cached.case_to_edit(own.rid) {
        // Where a vendor holds several assignees, nobody was replaced, and whoever is there still needs no call.
        let is_there = |person: &Person| case.row.assignees.iter().any(|known| known.is(person));
        back.changes.retain(|change| !matches!(change, Change::Assign(person) if is_there(person)));
    }
    start_review_of(own.rid, back, Origin::Undo { entry, stays }, model, cx);
}

/// The person has agreed to leave this one and to take back the one before it.
pub(in crate::tui) fn undo_before(last: &Last, model: &mut Model, cx: &mut Cx) {
    if model.history.last().as_ref() == Some(last) {
        model.history.pass_over(last);
        undo(model, cx);
    }
}

pub(in crate::tui) fn redo(model: &mut Model, cx: &mut Cx) {
    if redo_together(model, cx) {
        return;
    }
    let Some(own) = model.history.undone.last().cloned() else { return };
    let by = own.by.and_then(|(_, by)| by);
    match model.entry(by.as_ref()).map(|queued| queued.entry.progress.clone()) {
        Some(Progress::Queued) => {
            if let Some(by) = by {
                cx.settle_entry(by.to_string(), Settle::TakeBack);
            }
        }
        Some(_) => {
            let place = cx.key(Action::Outbox);
            cx.say(Grade::Info, format!("{}: taking it back is not through yet; {place} shows how far it is", own.key));
        }
        None => {
            // What nothing took back is there still.
            let edit = if own.was_landed { own.edit.restorable(&own.fixed) } else { own.edit };
            let Some((case, _)) = model.cached.case_to_edit(own.rid) else {
                let redo = cx.key(Action::Redo);
                cx.say(Grade::Info, format!("{} has to be read again first: open it, then press {redo}", own.key));
                return;
            };
            start_review_of(own.rid, Edit::new(&case, edit.changes), Origin::Redo { undoes: by }, model, cx);
        }
    }
}
