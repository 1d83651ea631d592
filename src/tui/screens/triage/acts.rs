//! A triage run: its decisions, and reports about them.

use crate::domain::case::{Case, CaseId, Rid};
use crate::domain::change::Change;
use crate::domain::change_script::{ChangeScript, step_of};
use crate::domain::edit::Edit;
use crate::domain::fault::Fault;
use crate::domain::part::Part;
use crate::domain::triage::{Decision, Waiting};
use crate::protocol::{Order, Ticket};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::list::List;
use crate::tui::screens::Overlay;
use crate::tui::screens::review::Origin;
use crate::tui::screens::review::preflight::asks_before_closing;
use crate::tui::screens::triage::{AHEAD, Chosen, DELAY_MS, Deciding, TriagePane, skipped, tally};

impl List {
    /// Why no run can begin or go on now. Before all rows of the disk are here a run would lack some, or take them for gone.
    pub(in crate::tui) fn no_triage(&self, cx: &Cx) -> Option<String> {
        (!self.is_disk_told())
            .then(|| format!("the cases are still being read from disk; press {} again in a moment", cx.key(Action::Triage)))
    }
}

impl Model {
    /// Who else has it now, that had it not when the run began.
    fn taken_by(&self, rid: Rid, waiting: &Waiting) -> Option<String> {
        let row = self.list.row(rid)?;
        let me = self.source(row.source).and_then(crate::tui::model::sources::Source::me).map(|me| me.label().to_owned());
        let is_new = |name: &&str| !waiting.had.iter().any(|had| had == name) && me.as_deref() != Some(*name);
        row.assignees().find(is_new).map(String::from)
    }

    /// Where the run stands goes to disk.
    pub(in crate::tui) fn keep_triage(&mut self, cx: &mut Cx) {
        if let Some(run) = self.triage.clone() {
            cx.send(Ask::KeepTriage, Order::KeepTriage(Box::new(run)));
        }
    }
}

impl Cx {
    pub(in crate::tui) fn still_reading(&mut self) {
        self.say(Grade::Info, "this case is still being read; press the key again in a moment");
    }
}

pub(in crate::tui) fn is_in_triage(cx: &Cx) -> bool {
    cx.overlays.iter().any(|overlay| matches!(overlay, Overlay::Triage(_)))
}

/// The case that is being decided.
pub(in crate::tui) fn triage_rid(cx: &Cx) -> Option<Rid> {
    cx.triage_pane()?.rid
}

pub(in crate::tui) fn resume_triage(model: &mut Model, cx: &mut Cx) {
    let pane = TriagePane { begun_at: cx.steady, rid: None, alike: None, note: None, scroll: 0, deciding: None };
    cx.push(Overlay::Triage(Box::new(pane)));
    next_triage(model, cx);
    model.keep_triage(cx);
}

/// To the first case that is still to be decided; those that a colleague took meanwhile are passed by.
pub(in crate::tui) fn next_triage(model: &mut Model, cx: &mut Cx) {
    next_triage_after(Vec::new(), model, cx);
}

/// The same, behind cases that were passed by already.
pub(in crate::tui) fn next_triage_after(mut passed: Vec<(String, String)>, model: &mut Model, cx: &mut Cx) {
    while let Some(run) = &model.triage
        && let Some(waiting) = run.current().cloned()
    {
        let rid = model.list.find(&waiting.case).filter(|rid| !model.list.is_gone(*rid));
        let how = match rid {
            // One that is not read yet is no case that is gone.
            None if !model.is_gone(&waiting.case) => break,
            None => Decision::Gone,
            Some(rid) => match model.taken_by(rid, &waiting) {
                Some(by) => Decision::Taken { by },
                None => break,
            },
        };
        passed.push(match &how {
            Decision::Taken { by } => (waiting.key, format!("was taken by {by}")),
            _ => (waiting.key, "is no longer there".to_owned()),
        });
        if let Some(run) = &mut model.triage {
            run.decide(how);
        }
    }
    if model.triage.as_ref().is_some_and(|run| run.current().is_none()) {
        return end_triage(&passed, model, cx);
    }
    let rid = model.triage.as_ref().and_then(|run| model.list.find(&run.current()?.case));
    let alike = rid.and_then(|rid| model.open_alike(rid));
    if let Some(pane) = cx.triage_pane_mut() {
        *pane = TriagePane { rid, alike, note: skipped(&passed), scroll: 0, ..pane.clone() };
    }
    read_ahead(model, cx);
}

/// The case in sight was not known when it came up; it may be now.
pub(in crate::tui) fn meet_triaged(model: &mut Model, cx: &mut Cx) {
    let is_blank = cx.triage_pane().is_some_and(|pane| pane.rid.is_none());
    let case = model.triage.as_ref().filter(|_| is_blank).and_then(|run| Some(run.current()?.case.clone()));
    if case.is_some_and(|case| model.list.find(&case).is_some() || model.is_gone(&case)) {
        next_triage(model, cx);
    }
}

/// Somebody has taken the case in sight since it came up.
pub fn triage_taken(model: &Model, cx: &Cx) -> Option<String> {
    let rid = triage_rid(cx)?;
    model.taken_by(rid, model.triage.as_ref()?.current()?)
}

fn read_ahead(model: &Model, cx: &mut Cx) {
    if cx.setup.offline {
        return;
    }
    if let Some(rid) = triage_rid(cx) {
        cx.send(Ask::Open(rid), Order::Open { rid });
    }
    let next: Vec<CaseId> =
        model.triage.iter().flat_map(|run| run.queue.iter().skip(1).take(AHEAD)).map(|next| next.case.clone()).collect();
    let rids: Vec<Rid> = next.iter().filter_map(|case| model.list.find(case)).collect();
    if !rids.is_empty() {
        cx.send(Ask::Prefetch, Order::Prefetch { rids });
    }
}

fn end_triage(passed: &[(String, String)], model: &mut Model, cx: &mut Cx) {
    let Some(run) = model.triage.take() else { return };
    cx.overlays.retain(|overlay| !matches!(overlay, Overlay::Triage(_)));
    cx.send(Ask::KeepTriage, Order::KeepTriage(Box::new(run.clone())));
    let last = skipped(passed).map_or_else(String::new, |words| format!("; {words}"));
    cx.say(Grade::Good, format!("the run is through: {}{last}", tally(&run)));
    model.triage_over = Some(run);
}

/// `Esc`: the run waits, also over a restart.
pub(in crate::tui) fn pause_triage(model: &mut Model, cx: &mut Cx) {
    let now = cx.steady;
    let spent = cx.triage_pane().map_or(0, |pane| u64::try_from(now.as_second() - pane.begun_at.as_second()).unwrap_or(0));
    cx.overlays.retain(|overlay| !matches!(overlay, Overlay::Triage(_)));
    let on = cx.key(Action::Triage);
    if let Some(run) = &mut model.triage {
        run.spent_s += spent;
        let words = format!("the run waits: {} of {} left; {on} goes on", run.queue.len(), run.of);
        model.keep_triage(cx);
        cx.say(Grade::Info, words);
    }
}

/// The case in sight was put aside: that decides it.
pub(in crate::tui) fn snoozed_in_triage(until: &str, model: &mut Model, cx: &mut Cx) {
    if !is_in_triage(cx) {
        return;
    }
    if let Some(run) = &mut model.triage {
        run.decide(Decision::Snoozed { until: until.to_owned() });
    }
    next_triage(model, cx);
    if model.triage.is_some() {
        model.keep_triage(cx);
    }
}

/// The case in sight is given this, and the next one comes up. False: it is not, and why was said.
pub(in crate::tui) fn decide(script: ChangeScript, model: &Model, cx: &mut Cx) -> bool {
    decide_answered(script, Vec::new(), model, cx)
}

/// The same after questions: their answers are not offered again once it is on disk.
pub(in crate::tui) fn decide_answered(script: ChangeScript, answered: Vec<CaseId>, model: &Model, cx: &mut Cx) -> bool {
    let Some((case, _)) = triage_rid(cx).and_then(|rid| model.cached.case_to_edit(rid)) else {
        cx.still_reading();
        return false;
    };
    let Some(source) = model.source(case.row.id.source) else { return false };
    let directory = source.directory.clone().unwrap_or_default();
    match script.changes(source.info.vendor, &case, &directory) {
        Ok(changes) => decide_as(&case, Chosen { case: case.row.id.clone(), changes, script, answered }, model, cx),
        Err(words) => {
            cx.say(Grade::Warning, words);
            false
        }
    }
}

/// The same for changes that were chosen for this case.
pub(in crate::tui) fn decide_changes(changes: Vec<Change>, model: &Model, cx: &mut Cx) -> bool {
    let Some((case, _)) = triage_rid(cx).and_then(|rid| model.cached.case_to_edit(rid)) else {
        cx.still_reading();
        return false;
    };
    let script = ChangeScript::of(changes.iter().flat_map(|change| step_of(change, &case)).collect());
    decide_as(&case, Chosen { case: case.row.id.clone(), changes, script, answered: Vec::new() }, model, cx)
}

fn decide_as(case: &Case, chosen: Chosen, model: &Model, cx: &mut Cx) -> bool {
    if let Some(reason) = model.source(case.row.id.source).and_then(|source| source.info.read_only.as_ref()) {
        let words = cx.reason(reason);
        cx.say(Grade::Info, words);
        return false;
    }
    if cx.triage_pane().is_some_and(TriagePane::is_saving) {
        cx.say(Grade::Info, "the decision is being written to disk");
        return false;
    }
    if chosen.changes.is_empty() {
        let key = |action| cx.keymap.key(Scope::Triage, action);
        let words = format!("the case is so already; {} goes on, {} leaves it as it is", key(Action::Later), key(Action::Leave));
        cx.say(Grade::Info, words);
        return false;
    }
    let Some(rid) = triage_rid(cx) else { return false };
    let edit = Edit::new(case, chosen.changes.clone());
    if !asks_before_closing(rid, &edit, &chosen, model, cx) {
        keep_decision(edit, chosen, model, cx);
    }
    true
}

/// The person was told that the vendor may refuse it.
pub(in crate::tui) fn decide_all_the_same(chosen: Chosen, model: &Model, cx: &mut Cx) {
    match triage_rid(cx).and_then(|rid| model.cached.case_to_edit(rid)) {
        Some((case, _)) if case.row.id == chosen.case => keep_decision(Edit::new(&case, chosen.changes.clone()), chosen, model, cx),
        _ => cx.say(Grade::Info, "nothing was decided: another case is in sight"),
    }
}

fn keep_decision(edit: Edit, Chosen { script, answered, .. }: Chosen, model: &Model, cx: &mut Cx) {
    let Some(mut run) = model.triage.clone() else { return };
    run.decide(Decision::Changed(script));
    let order = Order::Decide { edit: edit.clone(), delay_ms: delay_ms(model, cx), run: Box::new(run.clone()) };
    let ticket = cx.send(Ask::Decide, order);
    if let Some(pane) = cx.triage_pane_mut() {
        pane.deciding = Some(Deciding { ticket, edit, run, answered });
    }
}

/// How long an edit can be taken back before it leaves; in a triage run it always can.
pub(in crate::tui) fn delay_ms(model: &Model, cx: &Cx) -> u64 {
    if model.send_delay_ms == 0 && is_in_triage(cx) { DELAY_MS } else { model.send_delay_ms }
}

/// The decision is on disk, or could not be written.
pub(in crate::tui) fn close_decision(ticket: Ticket, result: Result<(), Fault>, model: &mut Model, cx: &mut Cx) {
    let Some(pane) = cx.triage_pane_mut() else { return };
    let rid = pane.rid;
    let Some(Deciding { edit, run, answered, .. }) = pane.deciding.take_if(|deciding| deciding.ticket == ticket) else { return };
    if let Err(fault) = result {
        return cx.say(Grade::Warning, format!("not decided: {}; {}", fault.message, fault.next_step()));
    }
    model.triage = Some(run);
    if let Some(rid) = rid {
        let key = model.list.row(rid).map(|row| row.key.to_owned()).unwrap_or_default();
        model.history.saved(rid, key, edit, &Origin::Decision { is_typed: !answered.is_empty() });
        model.history.meet_all(&model.outbox);
        if let Some(decided) = model.triage.as_mut().and_then(|run| run.decided.last_mut()) {
            decided.entry = model.history.last_entry();
        }
    }
    model.forget_boxes(&answered, cx);
    // The box that led to the decision is answered.
    if matches!(cx.overlays.last(), Some(Overlay::People(_))) {
        cx.pop();
    }
    next_triage(model, cx);
    if model.triage.as_ref().is_some_and(|run| run.current().is_some()) {
        model.keep_triage(cx);
    }
}

/// What another workbench or a command has given the case in sight since the run began, while it waits to be sent.
pub fn triage_elsewhere(model: &Model, cx: &Cx) -> Option<String> {
    let rid = triage_rid(cx).filter(|_| !cx.triage_pane().is_some_and(TriagePane::is_saving))?;
    let begun = model.triage.as_ref()?.started_at;
    // What this run gives leaves it with its case. A comment decides nothing, nor does what takes a decision back.
    let decides = |queued: &&crate::tui::model::outbox::Queued| {
        let entry = &queued.entry;
        let is_comment = entry.edit.changes.iter().all(|change| change.part() == Part::Comment);
        queued.rid == Some(rid) && entry.saved_at >= begun && entry.undoes.is_none() && !is_comment
    };
    model.outbox.iter().rev().find(decides).map(|queued| queued.wishes(model))
}
