//! Why a key cannot act right now, in words.

use crate::domain::capability;
use crate::domain::change::Part;
use crate::tui::areas::areas;
use crate::tui::cx::Cx;
use crate::tui::cx::stack::case_in_sight;
use crate::tui::keys::action::{Action, Binding, Scope};
use crate::tui::model::Model;
use crate::tui::model::draft::acts::draft_of_gone;
use crate::tui::model::history::acts::{can_undo, nothing_to_undo};
use crate::tui::model::history::together::acts::no_undo_of_batch;
use crate::tui::model::outbox::Queued;
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::batch::acts::{batch_in_sight, no_batch_command};
use crate::tui::screens::detail::acts::detail_unavailable;
use crate::tui::screens::review::Stage;
use crate::tui::screens::review::preflight::lacking;

/// What an action does now, for the foot of the screen: some undo what they did.
pub fn does(binding: &Binding, model: &Model, cx: &Cx) -> &'static str {
    let is_paused = || batch_in_sight(model, cx).is_some_and(|(sent, _)| sent.tally().is_paused());
    match binding.action {
        Action::Pause if is_paused() => "go on",
        Action::Hold if in_sight(model, cx).is_some_and(|queued| queued.entry.is_held) => "let go",
        _ => binding.short,
    }
}

/// The reason why an action cannot act now in a scope; None: it can.
pub fn unavailable(scope: Scope, action: Action, model: &Model, panes: &Panes, cx: &Cx) -> Option<String> {
    if model.marks.has_marks() && matches!(scope, Scope::List | Scope::Detail) && action.is_change() {
        return None;
    }
    if model.marks.has_marks() && matches!(scope, Scope::List | Scope::Detail) {
        match action {
            Action::Snooze | Action::Pin => return None,
            Action::Wake => return model.no_sleeper_marked(),
            _ => {}
        }
    }
    let decides = matches!(action, Action::Comment | Action::Take | Action::SameAs | Action::Assign | Action::CloseCase | Action::Snooze);
    if scope == Scope::Triage && decides {
        return None;
    }
    let of_case = match action {
        Action::PageDown | Action::Run if scope == Scope::Help => return no_command(action, cx),
        Action::EditWhole if scope == Scope::Form => None,
        Action::Edit | Action::EditWhole | Action::Comment if draft_of_gone(model, panes).is_some() => return None,
        Action::Rewrite => return no_rewrite(cx),
        Action::Theirs | Action::Mine | Action::Both => return no_side(action, cx),
        Action::Yes => return no_yes(cx),
        Action::Review if scope == Scope::Conflict => return undecided(cx),
        Action::Edit | Action::EditWhole => Some(None),
        Action::Status => Some(Some(Part::Status)),
        Action::Priority => Some(Some(Part::Priority)),
        Action::Comment => Some(Some(Part::Comment)),
        _ => None,
    };
    if let Some(part) = of_case {
        return no_case(model, panes, cx).or_else(|| no_change(part, model, panes, cx));
    }
    if let Some(reason) = no_verb(action, model, panes, cx) {
        return Some(reason);
    }
    match action {
        Action::CopyKey | Action::CopyTitle | Action::Snooze | Action::Pin => no_case(model, panes, cx),
        Action::Wake => no_case(model, panes, cx).or_else(|| not_asleep(model, panes)),
        Action::Browse | Action::CopyUrl => no_case(model, panes, cx).or_else(|| no_page(model, panes)),
        Action::CopyJson => no_case(model, panes, cx).or_else(|| not_loaded(model, panes)),
        Action::Export if model.list.order().is_empty() => Some("nothing to export: the list is empty".into()),
        Action::Outbox if model.outbox.is_empty() => Some(model.nothing_to_send(cx)),
        Action::Sources if model.sources.is_empty() => Some("no source is configured".into()),
        Action::RefreshAll if cx.setup.offline => Some("started with --offline, so nothing is read".into()),
        _ if scope == Scope::Batch && no_batch_command(action, model, cx).is_some() => no_batch_command(action, model, cx),
        Action::Retry | Action::RollBack | Action::Drop | Action::Hold | Action::HoldAll | Action::Flush => in_outbox(action, model, cx),
        Action::Macros if model.macros.is_empty() => Some(format!("no macro is configured; {} records one", cx.key(Action::Record))),
        Action::Batch if model.batches.is_empty() => Some("no bulk change was sent".into()),
        Action::Explain if model.list.query().is_empty() && !model.sleepers_left_out() => {
            Some("there is no filter to explain: every case is shown".into())
        }
        Action::ClearMarks if !model.marks.has_marks() => Some("no case is marked".into()),
        _ if matches!(scope, Scope::Batch | Scope::Bulk | Scope::Triage) && action != Action::Undo => None,
        Action::Undo if !can_undo(model, cx) => Some(nothing_to_undo(model, cx)),
        Action::Undo if scope == Scope::Batch => no_undo_of_batch(model, cx),
        Action::Redo if !model.history.can_redo() => Some("nothing was taken back".into()),
        Action::Jump if lacking(model, cx).is_none() => Some("no condition lacks anything that can be given here".into()),
        Action::NextUnseen | Action::PreviousUnseen if model.list.unseen() == 0 => Some("there is no unseen change".into()),
        Action::Preview | Action::Maximise => one_pane(model, panes, cx),
        _ => match scope {
            Scope::List => in_list(action, model, panes, cx),
            Scope::Detail => detail_unavailable(action, panes),
            _ => None,
        },
    }
}

/// A search that finds nothing leaves nothing to run, and no command is behind the last one.
fn no_command(action: Action, cx: &Cx) -> Option<String> {
    let Some(Overlay::Help(page)) = cx.overlays.last() else { return None };
    match page.found(&cx.keymap).len() {
        0 => Some("no command is called that".into()),
        found => (action == Action::PageDown && page.chosen + 1 >= found).then(|| "this is the last command".into()),
    }
}

/// What fits together needs nobody, and what holds one value has no room for two.
fn no_side(action: Action, cx: &Cx) -> Option<String> {
    let Some(Overlay::Conflict(pane)) = cx.overlays.last() else { return None };
    if pane.is_gone {
        return Some(cx.gone_words());
    }
    if pane.chosen().1.is_none() {
        return Some("nothing to decide here: only the lines marked ! wait for you".into());
    }
    let key = |action| cx.keymap.key(Scope::Conflict, action);
    (action == Action::Both && !pane.can_take_both())
        .then(|| format!("it holds one value: {} takes theirs, {} yours", key(Action::Theirs), key(Action::Mine)))
}

/// What nobody has decided cannot be sent.
fn undecided(cx: &Cx) -> Option<String> {
    let Some(Overlay::Conflict(pane)) = cx.overlays.last() else { return None };
    if pane.is_gone {
        return Some(cx.gone_words());
    }
    (pane.undecided() > 0).then(|| format!("{} is off: undecided is {}", cx.keymap.key(Scope::Conflict, Action::Review), pane.missing()))
}

/// A plan that was not made, or is being written already, waits for no yes.
fn no_yes(cx: &Cx) -> Option<String> {
    let Some(Overlay::Review(review)) = cx.overlays.last() else { return None };
    let key = |action| cx.keymap.key(Scope::Confirm, action);
    match review.stage {
        Stage::Asking { .. } => None,
        Stage::Planning(_) => Some(format!("the calls are still being worked out; press {} again once they are shown", key(Action::Yes))),
        Stage::Saving { .. } => Some("it is being written to disk already".into()),
        Stage::Failed { .. } => Some(format!("nothing can be sent from here; {} goes back", key(Action::No))),
    }
}

/// An overlap that holds one of a few values is taken from a side, not written.
fn no_rewrite(cx: &Cx) -> Option<String> {
    let Some(Overlay::Conflict(pane)) = cx.overlays.last() else { return None };
    (!pane.can_rewrite()).then(|| {
        let key = |action| cx.keymap.key(Scope::Conflict, action);
        format!("this is taken from one side: {} takes theirs, {} yours", key(Action::Theirs), key(Action::Mine))
    })
}

fn no_case(model: &Model, panes: &Panes, cx: &Cx) -> Option<String> {
    let Some(rid) = case_in_sight(model, panes) else { return Some("no case is under the cursor".into()) };
    model.list.is_gone(rid).then(|| format!("this case is no longer there; {} takes it off the list", cx.key(Action::Refresh)))
}

/// A part that this case or its source does not let anybody change; without a part: whether anything can be.
fn no_change(part: Option<Part>, model: &Model, panes: &Panes, cx: &Cx) -> Option<String> {
    let rid = case_in_sight(model, panes)?;
    let source = model.source(model.list.row(rid)?.source)?;
    if let Some(reason) = &source.info.read_only {
        return Some(cx.reason(reason));
    }
    let case = &model.cached.get(rid)?.case;
    let refused = |part| capability::allowed(source.info.vendor, &case.row, part).err();
    let reason = match part {
        Some(part) => refused(part),
        None => Part::ALL.into_iter().all(|part| refused(part).is_some()).then(|| refused(Part::Title)).flatten(),
    };
    reason.map(|reason| cx.reason(&reason))
}

fn no_page(model: &Model, panes: &Panes) -> Option<String> {
    let row = case_in_sight(model, panes).and_then(|rid| model.list.row(rid))?;
    if row.url().is_some() {
        return None;
    }
    let vendor = model.source(row.source).map_or("these", |source| source.info.vendor.title());
    Some(format!("{vendor} cases have no page in a browser"))
}

fn not_asleep(model: &Model, panes: &Panes) -> Option<String> {
    let rid = case_in_sight(model, panes)?;
    model.aside(rid).is_none_or(|aside| aside.snooze.is_none()).then(|| "this case does not sleep".into())
}

fn not_loaded(model: &Model, panes: &Panes) -> Option<String> {
    let rid = case_in_sight(model, panes)?;
    model.cached.get(rid).is_none().then(|| "the case is still being read".into())
}

/// Why a verb does not fit this case; a case that is not read yet is judged when the key is pressed.
fn no_verb(action: Action, model: &Model, panes: &Panes, cx: &Cx) -> Option<String> {
    if !action.is_verb() {
        return None;
    }
    no_case(model, panes, cx).or_else(|| {
        let case = &model.cached.get(case_in_sight(model, panes)?)?.case;
        crate::tui::screens::review::verbs::verb(case, action, model, cx).err()
    })
}

/// The entry of the outbox under the cursor.
fn in_sight<'a>(model: &'a Model, cx: &Cx) -> Option<&'a Queued> {
    let Some(Overlay::Outbox(pane)) = cx.overlays.last() else { return None };
    model.outbox.get(pane.at(&model.outbox))
}

fn in_outbox(action: Action, model: &Model, cx: &Cx) -> Option<String> {
    if !matches!(cx.overlays.last(), Some(Overlay::Outbox(_))) {
        return None;
    }
    in_sight(model, cx)
        .map_or_else(|| Some(model.nothing_to_send(cx)), |queued| crate::tui::model::outbox::acts::unavailable(queued, action, model, cx))
}

fn one_pane(model: &Model, panes: &Panes, cx: &Cx) -> Option<String> {
    let areas = areas(model, panes, cx);
    let could_show_both = areas.size.0 >= 80 && areas.size.1 >= 20;
    (!could_show_both).then(|| "there is room for one pane only at this size".into())
}

fn in_list(action: Action, model: &Model, panes: &Panes, cx: &Cx) -> Option<String> {
    let areas = areas(model, panes, cx);
    match action {
        Action::Open | Action::NextPane | Action::PreviousPane => model.list.cursor().is_none().then(|| "the list is empty".into()),
        Action::OtherDown | Action::OtherUp if areas.detail.is_empty() && areas.foot.is_empty() => {
            Some(format!("{} opens the case", cx.key(Action::Open)))
        }
        Action::Mark | Action::MarkRange | Action::MarkAll | Action::MarkInvert | Action::Triage if model.list.cursor().is_none() => {
            Some("the list is empty".into())
        }
        Action::Triage => model.list.no_triage(cx),
        Action::MoreLike => no_case(model, panes, cx),
        Action::ClearFilter if model.list.filter().is_empty() => Some("no filter is on".into()),
        Action::Return if !model.views.has_earlier_place() => Some("there is nothing to go back to".into()),
        _ => None,
    }
}
