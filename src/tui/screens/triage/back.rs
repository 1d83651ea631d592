//! The way back in a triage run: what was left as it is, and what an earlier sitting decided, is taken back like any change.

use crate::domain::aside::Aside;
use crate::domain::case::CaseId;
use crate::domain::moved::Moved;
use crate::domain::triage::{Decision, Triage};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::history::{Last, Together};
use crate::tui::screens::triage::acts::{is_in_triage, next_triage};

impl Model {
    /// Another run begins: what was left in the one before comes up no more.
    pub(in crate::tui) fn forget_triage_over(&mut self) {
        self.triage_over = None;
        self.history.forget_left();
    }
}

/// The case in sight needs nothing: that decides it.
pub(in crate::tui) fn leave_in_triage(model: &mut Model, cx: &mut Cx) {
    let Some(run) = &mut model.triage else { return };
    let Some(waiting) = run.current().cloned() else { return };
    run.decide(Decision::Left);
    model.history.left_as_is(waiting.case, waiting.key);
    next_triage(model, cx);
    model.keep_triage(cx);
}

/// It is left as it is after all. False: it does not wait in the run any more.
pub(in crate::tui) fn leave_again(case: &CaseId, model: &mut Model, cx: &mut Cx) -> bool {
    let Some(run) = model.triage.as_mut() else { return false };
    if !run.bring(case) {
        return false;
    }
    run.decide(Decision::Left);
    if is_in_triage(cx) || model.triage.as_ref().is_some_and(|run| run.current().is_none()) {
        next_triage(model, cx);
    }
    model.keep_triage(cx);
    true
}

/// What decided a case is taken back: the case is in sight again, or comes up when the run goes on. False: this run has
/// not decided it.
pub(in crate::tui) fn undecide(case: &CaseId, model: &mut Model, cx: &mut Cx) -> bool {
    let is_back = |run: &mut Triage| run.take_back(case);
    if !model.triage.as_mut().is_some_and(is_back) {
        // Its last decision had ended it.
        if model.triage.is_some() || !model.triage_over.as_mut().is_some_and(is_back) {
            return false;
        }
        model.triage = model.triage_over.take();
    }
    if is_in_triage(cx) {
        next_triage(model, cx);
    }
    model.keep_triage(cx);
    true
}

/// An edit is dropped, here or by another hand: the case that it decided is not decided.
pub(in crate::tui) fn decide_again(entry: &str, model: &mut Model, cx: &mut Cx) {
    if let Some(deciding) = cx.triage_pane_mut().and_then(|pane| pane.deciding.as_mut()) {
        deciding.run.ask_again(entry);
    }
    let is_over = model.triage.is_none();
    let run = if is_over { &mut model.triage_over } else { &mut model.triage };
    let Some(key) = run.as_mut().and_then(|run| run.ask_again(entry)) else { return };
    if is_over {
        model.triage = model.triage_over.take();
    }
    model.keep_triage(cx);
    let when = if is_in_triage(cx) { "next".into() } else { format!("when the run goes on with {}", cx.key(Action::Triage)) };
    cx.say(Grade::Info, format!("{key}: its edit was dropped; it comes up {when}"));
}

/// The last decision of the run in sight, as something to take back, where an earlier sitting has made it. None: there is
/// none, or its edit has left and is to be changed back by hand.
pub(in crate::tui) fn decided_before(model: &Model, cx: &Cx) -> Option<Last> {
    let decided = model.triage.as_ref().filter(|_| is_in_triage(cx))?.last_decided()?;
    let case = &decided.waiting.case;
    match decided.how {
        Decision::Left => Some(Last::Together(Together::Left { case: case.clone(), key: decided.waiting.key.clone() })),
        Decision::Snoozed { .. } => {
            let aside = model.list.find(case).and_then(|rid| model.aside(rid)).filter(|aside| aside.snooze.is_some())?;
            let before = Aside { snooze: None, ..aside.clone() };
            Some(Last::Together(Together::Asides(vec![Moved { before, after: aside.clone() }])))
        }
        Decision::Changed(_) => {
            model.outbox.iter().find(|queued| Some(&queued.entry.id) == decided.entry.as_ref()).and_then(Last::of_decision)
        }
        Decision::Taken { .. } | Decision::Gone => None,
    }
}

/// Why the last decision of the run in sight is not taken back, where an earlier sitting has sent it.
pub(in crate::tui) fn sent_before(model: &Model, cx: &Cx) -> Option<String> {
    let decided = model.triage.as_ref().filter(|_| is_in_triage(cx))?.last_decided()?;
    let words = || format!("{}: its edit is of an earlier sitting and waits no more: change it back by hand", decided.waiting.key);
    matches!(decided.how, Decision::Changed(_)).then(words)
}
