//! Why a key cannot act right now, in words.

use crate::app::action::{Action, Binding, Scope};
use crate::app::batch::acts::{batch_in_sight, no_batch_command};
use crate::app::detail::acts::detail_unavailable;
use crate::app::draft::acts::draft_of_gone;
use crate::app::history::acts::{can_undo, nothing_to_undo};
use crate::app::history::together::acts::no_undo_of_batch;
use crate::app::outbox::Queued;
use crate::app::overlay::Overlay;
use crate::app::preflight::lacking;
use crate::app::review::Stage;
use crate::app::stack::case_in_sight;
use crate::app::{App, areas};
use crate::domain::capability;
use crate::domain::change::Part;

/// What an action does now, for the foot of the screen: some undo what they did.
pub fn does(app: &App, binding: &Binding) -> &'static str {
    let is_paused = || batch_in_sight(&app.model, &app.cx).is_some_and(|(sent, _)| sent.tally().is_paused());
    match binding.action {
        Action::Pause if is_paused() => "go on",
        Action::Hold if in_sight(app).is_some_and(|queued| queued.entry.is_held) => "let go",
        _ => binding.short,
    }
}

/// The reason why an action cannot act now in a scope; None: it can.
pub fn unavailable(app: &App, scope: Scope, action: Action) -> Option<String> {
    if app.model.marks.has_marks() && matches!(scope, Scope::List | Scope::Detail) && action.is_change() {
        return None;
    }
    if app.model.marks.has_marks() && matches!(scope, Scope::List | Scope::Detail) {
        match action {
            Action::Snooze | Action::Pin => return None,
            Action::Wake => return app.model.no_sleeper_marked(),
            _ => {}
        }
    }
    let decides = matches!(action, Action::Comment | Action::Take | Action::SameAs | Action::Assign | Action::CloseCase | Action::Snooze);
    if scope == Scope::Triage && decides {
        return None;
    }
    let of_case = match action {
        Action::PageDown | Action::Run if scope == Scope::Help => return no_command(app, action),
        Action::EditWhole if scope == Scope::Form => None,
        Action::Edit | Action::EditWhole | Action::Comment if draft_of_gone(&app.model, &app.panes).is_some() => return None,
        Action::Rewrite => return no_rewrite(app),
        Action::Theirs | Action::Mine | Action::Both => return no_side(app, action),
        Action::Yes => return no_yes(app),
        Action::Review if scope == Scope::Conflict => return undecided(app),
        Action::Edit | Action::EditWhole => Some(None),
        Action::Status => Some(Some(Part::Status)),
        Action::Priority => Some(Some(Part::Priority)),
        Action::Comment => Some(Some(Part::Comment)),
        _ => None,
    };
    if let Some(part) = of_case {
        return no_case(app).or_else(|| no_change(app, part));
    }
    if let Some(reason) = no_verb(app, action) {
        return Some(reason);
    }
    match action {
        Action::CopyKey | Action::CopyTitle | Action::Snooze | Action::Pin => no_case(app),
        Action::Wake => no_case(app).or_else(|| not_asleep(app)),
        Action::Browse | Action::CopyUrl => no_case(app).or_else(|| no_page(app)),
        Action::CopyJson => no_case(app).or_else(|| not_loaded(app)),
        Action::Export if app.model.list.order().is_empty() => Some("nothing to export: the list is empty".into()),
        Action::Outbox if app.model.outbox.is_empty() => Some(app.model.nothing_to_send(&app.cx)),
        Action::Sources if app.model.sources.is_empty() => Some("no source is configured".into()),
        Action::RefreshAll if app.cx.setup.offline => Some("started with --offline, so nothing is read".into()),
        _ if scope == Scope::Batch && no_batch_command(action, &app.model, &app.cx).is_some() => {
            no_batch_command(action, &app.model, &app.cx)
        }
        Action::Retry | Action::RollBack | Action::Drop | Action::Hold | Action::HoldAll | Action::Flush => in_outbox(app, action),
        Action::Macros if app.model.macros.is_empty() => {
            Some(format!("no macro is configured; {} records one", app.cx.key(Action::Record)))
        }
        Action::Batch if app.model.batches.is_empty() => Some("no bulk change was sent".into()),
        Action::Explain if app.model.list.query().is_empty() && !app.model.sleepers_left_out() => {
            Some("there is no filter to explain: every case is shown".into())
        }
        Action::ClearMarks if !app.model.marks.has_marks() => Some("no case is marked".into()),
        _ if matches!(scope, Scope::Batch | Scope::Bulk | Scope::Triage) && action != Action::Undo => None,
        Action::Undo if !can_undo(&app.model, &app.cx) => Some(nothing_to_undo(&app.model, &app.cx)),
        Action::Undo if scope == Scope::Batch => no_undo_of_batch(&app.model, &app.cx),
        Action::Redo if !app.model.history.can_redo() => Some("nothing was taken back".into()),
        Action::Jump if lacking(&app.model, &app.cx).is_none() => Some("no condition lacks anything that can be given here".into()),
        Action::NextUnseen | Action::PreviousUnseen if app.model.list.unseen() == 0 => Some("there is no unseen change".into()),
        Action::Preview | Action::Maximise => one_pane(app),
        _ => match scope {
            Scope::List => in_list(app, action),
            Scope::Detail => detail_unavailable(action, &app.panes),
            _ => None,
        },
    }
}

/// A search that finds nothing leaves nothing to run, and no command is behind the last one.
fn no_command(app: &App, action: Action) -> Option<String> {
    let Some(Overlay::Help(page)) = app.cx.overlays.last() else { return None };
    match page.found(&app.cx.keymap).len() {
        0 => Some("no command is called that".into()),
        found => (action == Action::PageDown && page.chosen + 1 >= found).then(|| "this is the last command".into()),
    }
}

/// What fits together needs nobody, and what holds one value has no room for two.
fn no_side(app: &App, action: Action) -> Option<String> {
    let Some(Overlay::Conflict(pane)) = app.cx.overlays.last() else { return None };
    if pane.is_gone {
        return Some(app.cx.gone_words());
    }
    if pane.chosen().1.is_none() {
        return Some("nothing to decide here: only the lines marked ! wait for you".into());
    }
    let key = |action| app.cx.keymap.key(Scope::Conflict, action);
    (action == Action::Both && !pane.can_take_both())
        .then(|| format!("it holds one value: {} takes theirs, {} yours", key(Action::Theirs), key(Action::Mine)))
}

/// What nobody has decided cannot be sent.
fn undecided(app: &App) -> Option<String> {
    let Some(Overlay::Conflict(pane)) = app.cx.overlays.last() else { return None };
    if pane.is_gone {
        return Some(app.cx.gone_words());
    }
    (pane.undecided() > 0)
        .then(|| format!("{} is off: undecided is {}", app.cx.keymap.key(Scope::Conflict, Action::Review), pane.missing()))
}

/// A plan that was not made, or is being written already, waits for no yes.
fn no_yes(app: &App) -> Option<String> {
    let Some(Overlay::Review(review)) = app.cx.overlays.last() else { return None };
    let key = |action| app.cx.keymap.key(Scope::Confirm, action);
    match review.stage {
        Stage::Asking { .. } => None,
        Stage::Planning(_) => Some(format!("the calls are still being worked out; press {} again once they are shown", key(Action::Yes))),
        Stage::Saving { .. } => Some("it is being written to disk already".into()),
        Stage::Failed { .. } => Some(format!("nothing can be sent from here; {} goes back", key(Action::No))),
    }
}

/// An overlap that holds one of a few values is taken from a side, not written.
fn no_rewrite(app: &App) -> Option<String> {
    let Some(Overlay::Conflict(pane)) = app.cx.overlays.last() else { return None };
    (!pane.can_rewrite()).then(|| {
        let key = |action| app.cx.keymap.key(Scope::Conflict, action);
        format!("this is taken from one side: {} takes theirs, {} yours", key(Action::Theirs), key(Action::Mine))
    })
}

fn no_case(app: &App) -> Option<String> {
    let Some(rid) = case_in_sight(&app.model, &app.panes) else { return Some("no case is under the cursor".into()) };
    app.model.list.is_gone(rid).then(|| format!("this case is no longer there; {} takes it off the list", app.cx.key(Action::Refresh)))
}

/// A part that this case or its source does not let anybody change; without a part: whether anything can be.
fn no_change(app: &App, part: Option<Part>) -> Option<String> {
    let rid = case_in_sight(&app.model, &app.panes)?;
    let source = app.model.source(app.model.list.row(rid)?.source)?;
    if let Some(reason) = &source.info.read_only {
        return Some(app.cx.reason(reason));
    }
    let case = &app.model.cached.get(rid)?.case;
    let refused = |part| capability::allowed(source.info.vendor, &case.row, part).err();
    let reason = match part {
        Some(part) => refused(part),
        None => Part::ALL.into_iter().all(|part| refused(part).is_some()).then(|| refused(Part::Title)).flatten(),
    };
    reason.map(|reason| app.cx.reason(&reason))
}

fn no_page(app: &App) -> Option<String> {
    let row = case_in_sight(&app.model, &app.panes).and_then(|rid| app.model.list.row(rid))?;
    if row.url().is_some() {
        return None;
    }
    let vendor = app.model.source(row.source).map_or("these", |source| source.info.vendor.title());
    Some(format!("{vendor} cases have no page in a browser"))
}

fn not_asleep(app: &App) -> Option<String> {
    let rid = case_in_sight(&app.model, &app.panes)?;
    app.model.aside(rid).is_none_or(|aside| aside.snooze.is_none()).then(|| "this case does not sleep".into())
}

fn not_loaded(app: &App) -> Option<String> {
    let rid = case_in_sight(&app.model, &app.panes)?;
    app.model.cached.get(rid).is_none().then(|| "the case is still being read".into())
}

/// Why a verb does not fit this case; a case that is not read yet is judged when the key is pressed.
fn no_verb(app: &App, action: Action) -> Option<String> {
    if !action.is_verb() {
        return None;
    }
    no_case(app).or_else(|| {
        let case = &app.model.cached.get(case_in_sight(&app.model, &app.panes)?)?.case;
        app.verb(case, action).err()
    })
}

/// The entry of the outbox under the cursor.
fn in_sight(app: &App) -> Option<&Queued> {
    let Some(Overlay::Outbox(pane)) = app.cx.overlays.last() else { return None };
    app.model.outbox.get(pane.at(&app.model.outbox))
}

fn in_outbox(app: &App, action: Action) -> Option<String> {
    if !matches!(app.cx.overlays.last(), Some(Overlay::Outbox(_))) {
        return None;
    }
    in_sight(app)
        .map_or_else(|| Some(app.model.nothing_to_send(&app.cx)), |queued| crate::app::outbox::acts::unavailable(app, queued, action))
}

fn one_pane(app: &App) -> Option<String> {
    let areas = areas(&app.model, &app.panes, &app.cx);
    let could_show_both = areas.size.0 >= 80 && areas.size.1 >= 20;
    (!could_show_both).then(|| "there is room for one pane only at this size".into())
}

fn in_list(app: &App, action: Action) -> Option<String> {
    let areas = areas(&app.model, &app.panes, &app.cx);
    match action {
        Action::Open | Action::NextPane | Action::PreviousPane => app.model.list.cursor().is_none().then(|| "the list is empty".into()),
        Action::OtherDown | Action::OtherUp if areas.detail.is_empty() && areas.foot.is_empty() => {
            Some(format!("{} opens the case", app.cx.key(Action::Open)))
        }
        Action::Mark | Action::MarkRange | Action::MarkAll | Action::MarkInvert | Action::Triage if app.model.list.cursor().is_none() => {
            Some("the list is empty".into())
        }
        Action::Triage => app.model.list.no_triage(&app.cx),
        Action::MoreLike => no_case(app),
        Action::ClearFilter if app.model.list.filter().is_empty() => Some("no filter is on".into()),
        Action::Return if !app.model.views.has_earlier_place() => Some("there is nothing to go back to".into()),
        _ => None,
    }
}
