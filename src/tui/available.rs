//! Why a key cannot act right now, in words.

use crate::domain::capability;
use crate::domain::part::Part;
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
use crate::tui::scene::Scene;
use crate::tui::screens::Overlay;
use crate::tui::screens::batch::acts::batch_in_sight;
use crate::tui::screens::detail::acts::detail_unavailable;
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
    let on_top = cx.overlays.last().filter(|overlay| overlay.scope() == scope);
    if let Some(reason) = on_top.and_then(|overlay| overlay.unavailable(action, Scene { model, panes, cx })) {
        return Some(reason);
    }
    let of_case = match action {
        Action::EditWhole if scope == Scope::Form => None,
        Action::Edit | Action::EditWhole | Action::Comment if draft_of_gone(model, panes).is_some() => return None,
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
