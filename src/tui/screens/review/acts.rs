//! A review from planning to saved.

use crate::domain::busy::busy;
use crate::domain::case::Rid;
use crate::domain::change::Change;
use crate::domain::clock::ago;
use crate::domain::edit::{Edit, OutboxEntry, Plan};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::part::Part;
use crate::domain::{capability, turn};
use crate::protocol::{Order, Settle, Ticket};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::history::acts::offer_the_one_before;
use crate::tui::screens::Overlay;
use crate::tui::screens::form::open::acts::reread_for_review;
use crate::tui::screens::form::{self};
use crate::tui::screens::picker::{Does, Picker};
use crate::tui::screens::review::{Origin, Review, Stage, is_typed, moved_since};
use crate::tui::screens::triage::acts::delay_ms;
use crate::tui::screens::triage::back::undecide;

impl Model {
    /// Who else was at work on a case a moment ago, as it and its timeline were read last.
    pub fn busy_words(&self, rid: Rid, cx: &Cx) -> Option<String> {
        let case = &self.cached.get(rid)?.case;
        let me = self.source(case.row.id.source).and_then(crate::tui::model::sources::Source::me);
        busy(case, self.cached.timeline(rid), me, cx.now).map(|busy| format!("! {}", busy.words(&ago(busy.at, cx.now))))
    }
}

/// Asks for the calls of an edit and puts the review on top.
pub(in crate::tui) fn start_review(rid: Rid, edit: Edit, model: &mut Model, cx: &mut Cx) {
    start_review_of(rid, edit, Origin::Wish, model, cx);
}

pub(in crate::tui) fn start_review_of(rid: Rid, mut edit: Edit, origin: Origin, model: &mut Model, cx: &mut Cx) {
    let known = model.cached.case_to_edit(rid).map(|(case, _)| case);
    let key = known.as_ref().map_or_else(|| model.key_of_case(&edit.case).to_string(), |case| case.row.key.to_string());
    let mut moved = Vec::new();
    if let (Some(case), Some(vendor)) = (&known, model.source(edit.case.source).map(|source| source.info.vendor)) {
        moved = moved_since(&edit, case, vendor, &model.landed);
        if origin == Origin::Wish {
            edit = edit.seen_now(case);
        }
    }
    let ticket = cx.send(Ask::Plan, Order::Plan { edit: edit.clone() });
    cx.push(Overlay::Review(Box::new(Review { rid, key, edit, origin, moved, stage: Stage::Planning(ticket), scroll: 0 })));
    reread_for_review(rid, model, cx);
}

/// The case of a review has come anew: what somebody else changed about it is in the plan before the answer, not in a
/// conflict after it.
pub(in crate::tui) fn replan(rid: Rid, model: &Model, cx: &mut Cx) {
    let Some((case, _)) = model.cached.case_to_edit(rid) else { return };
    // What was decided is compared with the case as it is then in any case.
    let is_open = |review: &Review| review.rid == rid && !review.is_saving() && !matches!(review.origin, Origin::Decided { .. });
    let Some(vendor) = model.source(case.row.id.source).map(|source| source.info.vendor) else { return };
    let Some(edit) = find_review(is_open, cx).map(|review| review.edit.clone()) else { return };
    let moved = moved_since(&edit, &case, vendor, &model.landed);
    let Some(review) = find_review(is_open, cx) else { return };
    let is_news = moved.iter().any(|words| !review.moved.contains(words));
    if review.origin == Origin::Wish {
        review.edit = review.edit.clone().seen_now(&case);
        review.moved.extend(moved.into_iter().filter(|_| is_news));
    } else {
        // What is taken back or made again keeps its base: only what the case is now counts.
        review.moved = moved;
    }
    if is_news {
        let edit = review.edit.clone();
        let ticket = cx.send(Ask::Plan, Order::Plan { edit });
        if let Some(review) = find_review(is_open, cx) {
            review.stage = Stage::Planning(ticket);
        }
    }
}

/// The calls have come.
pub(in crate::tui) fn take_plan(ticket: Ticket, plan: Plan, cx: &mut Cx) {
    let now = cx.steady;
    if let Some(review) = find_review(|review| review.stage == Stage::Planning(ticket), cx) {
        review.stage = Stage::Asking { plan, at: now };
        cx.keys.begin_question();
    }
}

/// A ticket of a review has closed.
pub(in crate::tui) fn close_review(ticket: Ticket, result: Result<(), Fault>, model: &mut Model, cx: &mut Cx) {
    let is_of = |review: &Review| match &review.stage {
        Stage::Planning(open) | Stage::Saving { ticket: open, .. } => *open == ticket,
        Stage::Asking { .. } | Stage::Failed { .. } => false,
    };
    let Some(at) = cx.overlays.iter().rposition(|overlay| matches!(overlay, Overlay::Review(review) if is_of(review))) else {
        return;
    };
    let is_on_top = at + 1 == cx.overlays.len();
    let Some(review) = find_review(is_of, cx) else { return };
    match (&review.stage, result) {
        (Stage::Saving { .. }, Ok(())) => saved(at, model, cx),
        (Stage::Saving { plan, .. }, Err(fault)) => {
            review.stage = Stage::Failed { plan: Some(plan.clone()), fault };
        }
        (Stage::Planning(_), Err(fault)) => {
            let is_barred = is_on_top && matches!(review.origin, Origin::Undo { .. }) && fault.kind == FaultKind::NotPossible;
            let why = format!("{}: {}", review.key, fault.message);
            let again = matches!(review.origin, Origin::Redo { .. }).then(|| (review.rid, review.edit.clone()));
            review.stage = Stage::Failed { plan: None, fault };
            if let Some((rid, mut edit)) = again {
                // What was typed in it has no other place once its case is gone.
                edit.changes.retain(is_typed);
                model.offer_again(rid, &edit, cx);
            }
            // What cannot be taken back does not bar the way to what was changed before it.
            if is_barred {
                cx.pop();
                offer_the_one_before(&why, model, cx);
            }
        }
        _ => {}
    }
}

/// Committed and synced: only now the review and its form close. What lies over them stays.
pub(in crate::tui) fn saved(at: usize, model: &mut Model, cx: &mut Cx) {
    let above = cx.overlays.split_off(at + 1);
    close_saved(model, cx);
    cx.overlays.extend(above);
}

fn close_saved(model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Review(review)) = cx.overlays.pop() else { return };
    let is_behind = waits_behind(&review, model, cx);
    if matches!(cx.overlays.last(), Some(Overlay::People(_) | Overlay::Labels(_)))
        && let Some(answered) = cx.pop()
    {
        model.forget_box(&answered, cx);
    }
    if matches!(cx.overlays.last(), Some(Overlay::Form(form)) if form.rid == review.rid)
        && let Some(Overlay::Form(form)) = cx.overlays.pop()
    {
        let (case, replaces) = (form.base.row.id.clone(), form.replaces.clone());
        let now = cx.now;
        model.keep_draft(&case, form.without_sent().draft(now), cx);
        if let Some(entry) = replaces {
            cx.settle_entry(entry.to_string(), Settle::Drop);
            model.history.replaces(entry);
        }
    }
    let words = queued_words(is_behind, model, cx);
    cx.say(Grade::Info, format!("{}: {words}", review.key));
    let Review { rid, key, edit, origin, .. } = *review;
    if matches!(origin, Origin::Wish)
        && let Some((case, _)) = model.cached.case_to_edit(rid)
    {
        model.note_step(&case, &edit.changes);
    }
    if matches!(origin, Origin::Redo { .. }) {
        model.forget_offered(&edit, cx);
    }
    if let Origin::Undo { entry, .. } = &origin
        && model.history.is_decision(entry)
    {
        undecide(&edit.case, model, cx);
    }
    model.history.saved(rid, key, edit, &origin);
}

/// The case has a stopped edit that this one waits behind.
pub fn waits_behind(review: &Review, model: &Model, cx: &Cx) -> bool {
    if matches!(review.origin, Origin::Decided { .. }) {
        return false;
    }
    // A refused edit that is corrected in the form makes place for this one.
    let replaced = cx.form().and_then(|form| form.replaces.as_deref());
    let of_case = |entry: &&OutboxEntry| entry.edit.case == review.edit.case && Some(entry.id.as_str()) != replaced;
    let before = model.outbox.iter().map(|queued| &queued.entry).filter(of_case);
    turn::stopped_for(before, &review.edit, review.origin.undoes().as_ref()).is_some()
}

/// What becomes of an edit that was just saved.
fn queued_words(is_behind: bool, model: &Model, cx: &Cx) -> String {
    if is_behind {
        return format!("{}; {} decides that one", turn::behind().message, cx.key(Action::Outbox));
    }
    // A send delay counts down beside it.
    let is_out = delay_ms(model, cx) == 0 && !model.is_offline(cx);
    if is_out { "queued on disk, being sent".into() } else { "queued on disk".into() }
}

/// Whether what was typed for a review that came to nothing waits where it is offered again.
pub fn keeps_text(review: &Review, cx: &Cx) -> bool {
    match review.origin {
        Origin::Undo { .. } => false,
        Origin::Redo { .. } => review.edit.changes.iter().any(is_typed),
        Origin::Decided { .. } => true,
        Origin::Wish | Origin::Decision { .. } => cx.form().is_some(),
    }
}

/// A review by what it waits for, wherever it lies: what covers it does not stop its answer.
fn find_review(is_meant: impl Fn(&Review) -> bool, cx: &mut Cx) -> Option<&mut Review> {
    cx.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Review(review) if is_meant(review) => Some(review.as_mut()),
        _ => None,
    })
}

/// The review that has the keys.
pub(in crate::tui) fn review_mut(cx: &mut Cx) -> Option<&mut Review> {
    match cx.overlays.last_mut() {
        Some(Overlay::Review(review)) => Some(review),
        _ => None,
    }
}

/// The short way to a status or a priority: a menu, then the review.
pub(in crate::tui) fn pick_value(rid: Rid, part: Part, model: &Model, cx: &mut Cx) {
    let Some((case, _)) = model.cached.case_to_edit(rid) else { return };
    let Some(source) = model.sources.iter().find(|source| source.info.id == case.row.id.source) else { return };
    let vendor = source.info.vendor;
    let allowed = source.info.read_only.clone().map_or_else(|| capability::allowed(vendor, &case.row, part), Err);
    if let Err(reason) = allowed {
        let words = cx.reason(&reason);
        cx.say(Grade::Info, words);
        return;
    }
    let (changes, chosen): (Vec<(String, Change)>, _) = if part == Part::Status {
        let statuses = form::statuses(vendor, source.directory.as_deref(), &case);
        let chosen = form::position_of_status(&statuses, &case);
        (statuses.into_iter().map(|status| (status.name.to_string(), Change::Status(status))).collect(), chosen)
    } else {
        let names = capability::priorities(vendor).iter().map(|name| (*name).to_owned());
        (names.map(|name| (name.clone(), Change::Priority(name))).collect(), form::position_of_priority(vendor, &case))
    };
    let choices = changes.into_iter().map(|(words, change)| (words, Does::Change(rid, vec![change])));
    let title = format!("{} of {}", part.name(), model.key_told(case.row.id.source, case.row.key.as_str()));
    cx.push(Overlay::Picker(Box::new(Picker::new(title, choices).at(chosen.unwrap_or(0)))));
}
