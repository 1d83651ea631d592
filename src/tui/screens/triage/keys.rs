//! Keys in a triage run.

use crate::domain::capability;
use crate::domain::case::{CaseId, Rid};
use crate::domain::change_script::{ChangeScript, Step, Verb};
use crate::domain::part::Part;
use crate::domain::triage::{MAX_CASES, Triage, Waiting};
use crate::protocol::Order;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::screens::Overlay;
use crate::tui::screens::form::open::acts::open_form;
use crate::tui::screens::picker::{Does, Picker};
use crate::tui::screens::review::verbs::start_verb;
use crate::tui::screens::snooze::acts::open_snooze_menu;
use crate::tui::screens::triage::TriagePane;
use crate::tui::screens::triage::acts::{decide, next_triage, resume_triage, triage_rid};
use crate::tui::screens::triage::alike::renew_alike;
use crate::tui::screens::triage::back::leave_in_triage;

/// `T`: begins, or asks whether to go on where a run was left.
pub(in crate::tui) fn open_triage(model: &mut Model, cx: &mut Cx) {
    let Some(run) = &model.triage else { return begin_triage(model, cx) };
    let on = if run.filter.is_empty() { "the whole list".to_owned() } else { run.filter.clone() };
    let go_on = (format!("go on: {} of {} left, {on}", run.queue.len(), run.of), Does::ResumeTriage);
    cx.push(Overlay::Picker(Box::new(Picker::new("A run was left", [go_on, ("begin anew over this filter".into(), Does::BeginTriage)]))));
}

pub(in crate::tui) fn begin_triage(model: &mut Model, cx: &mut Cx) {
    let waiting = |rid: Rid| {
        let row = model.list.row(rid)?;
        let case = CaseId { source: row.source, id: row.id.into() };
        Some(Waiting { case, key: row.key.to_owned(), had: row.assignees().map(String::from).collect(), is_again: false, turn: 0 })
    };
    let queue: std::collections::VecDeque<Waiting> = model.list.left().filter_map(waiting).take(MAX_CASES).collect();
    if queue.is_empty() {
        return cx.say(Grade::Info, "no case is in the list");
    }
    if model.list.left().nth(MAX_CASES).is_some() {
        cx.say(Grade::Info, format!("the first {MAX_CASES} cases of the list; narrow the filter for a shorter run"));
    }
    let filter = model.list.filter().to_owned();
    let run = Triage { filter, started_at: cx.now, spent_s: 0, of: queue.len(), queue, decided: Vec::new() };
    model.forget_triage_over();
    if let Some(left) = model.triage.replace(run) {
        cx.send(Ask::KeepTriage, Order::DropTriage(Box::new(left)));
    }
    resume_triage(model, cx);
}

/// The comment form of the case in sight, as everywhere; it decides nothing.
fn comment_in_triage(model: &mut Model, cx: &mut Cx) {
    let Some((rid, (case, _))) = triage_rid(cx).and_then(|rid| Some((rid, model.cached.case_to_edit(rid)?))) else {
        return cx.still_reading();
    };
    let Some(source) = model.source(case.row.id.source) else { return };
    let barred = capability::allowed(source.info.vendor, &case.row, Part::Comment).err();
    match source.info.read_only.clone().or(barred) {
        Some(reason) => {
            let words = cx.reason(&reason);
            cx.say(Grade::Info, words);
        }
        None => open_form(rid, Part::Comment, model, cx),
    }
}

/// Closes the case in sight as the same as the one on offer. That is checked once more, and another one is shown first.
fn same_as(model: &Model, cx: &mut Cx) {
    let Some((rid, shown)) = cx.triage_pane().and_then(|pane| Some((pane.rid?, pane.alike))) else { return cx.still_reading() };
    if shown.is_some() {
        renew_alike(model, cx);
    } else {
        let alike = model.open_alike(rid);
        if let Some(pane) = cx.triage_pane_mut() {
            pane.alike = alike;
        }
    }
    let Some(other) = cx.triage_pane().and_then(|pane| pane.alike) else {
        let words = model.nothing_alike(rid);
        return cx.say(Grade::Info, words);
    };
    let name = model.name_of_alike(rid, other);
    if shown != Some(other) {
        let again = cx.keymap.key(Scope::Triage, Action::SameAs);
        return cx.say(Grade::Info, format!("the open case that looks like this one is {name} now; press {again} again"));
    }
    match Step::parse(&format!("comment Same as {name}")) {
        Ok(step) => {
            decide(ChangeScript::of(vec![step, Step::Verb(Verb::Close)]), model, cx);
        }
        Err(words) => cx.say(Grade::Info, words),
    }
}

pub(in crate::tui) fn act_in_triage(action: Action, model: &mut Model, cx: &mut Cx) {
    if cx.triage_pane().is_some_and(TriagePane::is_saving) {
        return cx.say(Grade::Info, "the decision is being written to disk");
    }
    match action {
        Action::Take | Action::SameAs | Action::Assign | Action::CloseCase | Action::Snooze => choose_in_triage(action, model, cx),
        Action::Later => {
            if let Some(run) = &mut model.triage {
                run.put_off();
            }
            next_triage(model, cx);
            model.keep_triage(cx);
        }
        Action::Leave => leave_in_triage(model, cx),
        Action::Comment => comment_in_triage(model, cx),
        Action::Browse => {
            if let Some(url) = triage_rid(cx).and_then(|rid| model.list.row(rid)?.url()) {
                cx.effects.push(Effect::Browse(url));
            }
        }
        Action::Down | Action::Up => {
            if let Some(pane) = cx.triage_pane_mut() {
                pane.scroll = if action == Action::Down { pane.scroll + 1 } else { pane.scroll.saturating_sub(1) };
            }
        }
        _ => {}
    }
}

fn choose_in_triage(action: Action, model: &mut Model, cx: &mut Cx) {
    match action {
        Action::SameAs => same_as(model, cx),
        Action::Take | Action::Assign | Action::CloseCase => match triage_rid(cx) {
            Some(rid) if model.cached.case_to_edit(rid).is_some() => start_verb(rid, action, model, cx),
            _ => cx.still_reading(),
        },
        _ => match triage_rid(cx) {
            Some(rid) => open_snooze_menu(&[rid], model, cx),
            None => cx.still_reading(),
        },
    }
}
