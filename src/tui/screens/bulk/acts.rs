//! Keys in the dry run of a bulk change, and sending it.

use std::collections::BTreeSet;

use compact_str::CompactString;

use crate::domain::batch::Batch;
use crate::domain::bulk::{MAX_CASES, Pace, Row, Sends, Summary, Target, Verdict, Wanted};
use crate::domain::case::{Rid, Vendor};
use crate::domain::change_script::{
    ChangeScript, Step, Verb, {self},
};
use crate::domain::count::count;
use crate::domain::edit::Edit;
use crate::domain::fault::Fault;
use crate::protocol::{Order, PlannedEdit, Ticket};
use crate::tui::areas::areas;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::cx::stack::{BEING_WRITTEN, case_in_sight};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::left::acts::{cases_meant, push_box};
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::{About, AskBox};
use crate::tui::screens::batch::acts::open_batch;
use crate::tui::screens::bulk::menu::{pick_priority, pick_status};
use crate::tui::screens::bulk::{BulkPane, Course, MAX_DIGITS, Stage};
use crate::tui::screens::form::open::acts::open_form_of_marks;
use crate::tui::screens::triage::acts::{decide, is_in_triage};

impl Model {
    /// The last change of this sitting, for other cases.
    fn last_recipe(&self) -> Option<ChangeScript> {
        let last = self.history.last_wish()?;
        let rid = self.list.find(&last.case)?;
        let (case, _) = self.cached.case_to_edit(rid)?;
        Some(ChangeScript::of(last.changes.iter().flat_map(|change| change_script::step_of(change, &case)).collect()))
    }

    /// What of a script is done to the vendors whose cases are meant, in one line.
    pub(in crate::tui) fn done_to(&self, script: &ChangeScript, targets: &[Target]) -> String {
        let vendor = |rid| Some(self.source(self.list.row(rid)?.source)?.info.vendor);
        let is_meant = |known: &Vendor| targets.iter().any(|target| target.refused.is_none() && vendor(target.rid) == Some(*known));
        script.for_vendors(&Vendor::ALL.into_iter().filter(is_meant).collect::<Vec<_>>()).line()
    }

    /// Seconds that the dry run in sight would take.
    pub fn bulk_estimate_s(&self, pane: &BulkPane, cx: &Cx) -> u64 {
        pane.summary.about_s(|id| self.source(id).map_or_else(Pace::default, |source| source.state.pace(cx.now)))
    }
}

/// A verb on all that is marked: a menu or a line first where it needs one, then the dry run.
pub(in crate::tui) fn start_bulk_verb(action: Action, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    model.end_range(cx);
    let verb = |verb| ChangeScript::of(vec![Step::Verb(verb)]);
    let (marked, _) = model.marked();
    let of = count(marked, "marked case");
    match action {
        Action::Take => apply(verb(Verb::Take), model, panes, cx),
        Action::Unassign => apply(verb(Verb::Unassign), model, panes, cx),
        Action::Reopen => apply(verb(Verb::Reopen), model, panes, cx),
        Action::Archive => apply(verb(Verb::Archive), model, panes, cx),
        Action::Unarchive => apply(verb(Verb::Unarchive), model, panes, cx),
        Action::CloseCase => pick_status(format!("Close {of} as"), true, model, cx),
        Action::Status => pick_status(format!("status of {of}"), false, model, cx),
        Action::Priority => pick_priority(format!("priority of {of}"), model, cx),
        Action::Comment => open_form_of_marks(model, cx),
        Action::Assign => {
            let people = model.people_known();
            push_box(Overlay::Ask(Box::new(AskBox::of_people(format!("Assign {of} to"), people))), model, cx);
        }
        Action::Tags => {
            let title = format!("Tags of {of}: +new -old, key:value at Datadog");
            push_box(
                Overlay::Ask(Box::new(AskBox::new(title, Vec::new(), About::Tags).of_cases(cases_meant(model, panes, cx)))),
                model,
                cx,
            );
        }
        Action::Repeat => match model.last_recipe() {
            Some(script) => apply(script, model, panes, cx),
            None => cx.say(Grade::Info, "no change of this sitting is left to repeat"),
        },
        _ => cx.say(Grade::Info, format!("the form is for one case; {} clears the marks", cx.key(Action::ClearMarks))),
    }
}

/// A script is done to the case of the triage run, else to the marks, else to the case in sight: there with a dry run.
pub(in crate::tui) fn apply(script: ChangeScript, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    if is_in_triage(cx) {
        decide(script, model, cx);
        return;
    }
    model.end_range(cx);
    let mut rids = model.marked_rids();
    if rids.is_empty() {
        rids.extend(case_in_sight(model, panes));
    }
    let targets: Vec<Target> = rids.into_iter().map(|rid| Target { rid, refused: None }).collect();
    let words = model.done_to(&script, &targets);
    start_bulk(Wanted::ChangeScript(script), words, targets, Course::Wish, model, cx);
}

/// A script that was chosen for what is marked: never for the case under the cursor, once nothing is marked any more.
pub(in crate::tui) fn apply_to_marks(script: ChangeScript, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    if is_in_triage(cx) || model.marks.has_marks() {
        apply(script, model, panes, cx);
    } else {
        cx.say(Grade::Warning, "nothing was done: no case is marked any more");
    }
}

/// Asks for the dry run and puts it on top.
pub(in crate::tui) fn start_bulk(wanted: Wanted, words: String, targets: Vec<Target>, course: Course, model: &Model, cx: &mut Cx) {
    if targets.is_empty() {
        let (one, all) = (cx.key(Action::Mark), cx.key(Action::MarkAll));
        cx.say(Grade::Info, format!("no case is meant: {one} marks one, {all} all in the filter"));
        return;
    }
    if targets.len() > MAX_CASES {
        cx.say(Grade::Info, format!("{} are meant; {MAX_CASES} is the most in one go", count(targets.len(), "case")));
        return;
    }
    let hidden = model.list.hidden_of(targets.iter().map(|target| target.rid));
    let of = targets.len();
    let ticket = cx.send(Ask::PlanBulk, Order::PlanBulk { wanted, targets });
    cx.push(Overlay::Bulk(Box::new(BulkPane {
        words,
        of,
        hidden,
        rows: Vec::new(),
        skipped: BTreeSet::new(),
        summary: Summary::default(),
        stays: String::new(),
        at: 0,
        diffs: false,
        scroll: 0,
        typed: String::new(),
        stage: Stage::Planning(ticket),
        course,
        answered: Vec::new(),
    })));
}

fn bulk_mut(cx: &mut Cx) -> Option<&mut BulkPane> {
    cx.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Bulk(pane) => Some(pane.as_mut()),
        _ => None,
    })
}

pub(in crate::tui) fn take_bulk_rows(ticket: Ticket, rows: Vec<Row>, cx: &mut Cx) {
    if let Some(pane) = bulk_mut(cx).filter(|pane| pane.stage == Stage::Planning(ticket)) {
        pane.rows.extend(rows);
    }
}

/// A ticket of a dry run has closed.
pub(in crate::tui) fn close_bulk(ticket: Ticket, result: Result<(), Fault>, model: &mut Model, cx: &mut Cx) {
    let Some(pane) = bulk_mut(cx) else { return };
    match (pane.stage.clone(), result) {
        (Stage::Planning(open), Ok(())) if open == ticket => {
            pane.stage = Stage::Asking;
            pane.sort();
            pane.count();
        }
        (Stage::Saving(open, batch), Ok(())) if open == ticket => bulk_saved(batch.id, model, cx),
        (Stage::Planning(open) | Stage::Saving(open, _), Err(fault)) if open == ticket => pane.stage = Stage::Failed(fault),
        _ => {}
    }
}

/// Committed and synced: the dry run makes room for the outcome, and nothing is marked any more.
fn bulk_saved(batch: CompactString, model: &mut Model, cx: &mut Cx) {
    let Some(pane) = bulk_mut(cx) else { return };
    let (course, answered) = (std::mem::take(&mut pane.course), std::mem::take(&mut pane.answered));
    let sent: Vec<Rid> = pane.sends().map(|(row, _)| row.rid).collect();
    let is_again = matches!(course, Course::Again { .. });
    let again = |(row, sends): (&Row, &Sends)| (row.rid, sends.edit.clone());
    let edits: Vec<(Rid, Edit)> = if is_again { pane.sends().map(again).collect() } else { Vec::new() };
    // With the box or the form that it came from. What lies over the dry run stays in sight.
    let at = cx.overlays.iter().rposition(|overlay| matches!(overlay, Overlay::Bulk(_))).unwrap_or(0);
    let above = cx.overlays.split_off(at + 1);
    let form = cx.overlays.iter().find_map(|overlay| match overlay {
        Overlay::Form(form) if form.is_of_marks() => Some(form.base.row.id.clone()),
        _ => None,
    });
    let is_typed = form.is_some() || !answered.is_empty();
    if let Some(marks) = form {
        model.keep_draft(&marks, None, cx);
    }
    let is_answered = |overlay: &Overlay| match overlay {
        Overlay::Bulk(_) | Overlay::Ask(_) => true,
        Overlay::Form(form) => form.is_of_marks(),
        _ => false,
    };
    let closed = cx.overlays.extract_if(.., |overlay| is_answered(overlay)).collect::<Vec<_>>();
    for overlay in &closed {
        model.forget_box(overlay, cx);
    }
    model.forget_boxes(&answered, cx);
    model.forget_comment_offered(&edits, cx);
    model.clear_marks();
    model.history.saved_batch(batch.clone(), course, &sent, is_typed);
    open_batch(Some(batch), model, cx);
    cx.overlays.extend(above);
}

pub(in crate::tui) fn act_in_bulk(action: Action, count: Option<u32>, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let screenful = areas(model, panes, cx).overlay.height.saturating_sub(8).max(1);
    let Some(pane) = bulk_mut(cx) else { return };
    let last = pane.rows.len().saturating_sub(1);
    match action {
        Action::PageDown if pane.diffs => return pane.scroll = pane.scroll.saturating_add(usize::from(screenful)),
        Action::PageUp if pane.diffs => return pane.scroll = pane.scroll.saturating_sub(usize::from(screenful)),
        Action::Down | Action::Up | Action::Diffs | Action::Skip => pane.scroll = 0,
        _ => {}
    }
    match action {
        Action::Down => pane.at = (pane.at + 1).min(last),
        Action::Up => pane.at = pane.at.saturating_sub(1),
        Action::PageDown => pane.at = (pane.at + usize::from(screenful)).min(last),
        Action::PageUp => pane.at = pane.at.saturating_sub(usize::from(screenful)),
        Action::Diffs => pane.diffs = !pane.diffs,
        // What is being committed is what was shown.
        Action::Choose | Action::Erase | Action::Skip | Action::Keep if pane.is_saving() => cx.say(Grade::Info, BEING_WRITTEN),
        Action::Choose if pane.typed.len() == MAX_DIGITS => {
            let erase = cx.keymap.key(Scope::Bulk, Action::Erase);
            cx.say(Grade::Info, format!("no bulk change is of so many cases; {erase} erases a digit"));
        }
        Action::Choose => pane.typed.extend(count.and_then(|digit| char::from_digit(digit, 10))),
        Action::Erase => drop(pane.typed.pop()),
        Action::Skip | Action::Keep => skip_row(action == Action::Skip, cx),
        Action::Pick => send_bulk(model, cx),
        _ => {}
    }
}

fn skip_row(skips: bool, cx: &mut Cx) {
    let Some(pane) = bulk_mut(cx) else { return };
    let Some(row) = pane.rows.get(pane.at) else { return };
    if !matches!(row.verdict, Verdict::Sends(_)) {
        let words = format!("{} is sent nothing anyway", row.key);
        return cx.say(Grade::Info, words);
    }
    let rid = row.rid;
    if skips {
        pane.skipped.insert(rid);
    } else {
        pane.skipped.remove(&rid);
    }
    pane.at = (pane.at + 1).min(pane.rows.len().saturating_sub(1));
    // The number that was typed was that of before.
    pane.typed.clear();
    pane.count();
}

/// Enter: sends when the number is the one that is asked for, and nothing else.
fn send_bulk(model: &mut Model, cx: &mut Cx) {
    let delay_ms = model.send_delay_ms;
    // UUIDs of version 7 need a clock and dice, which this floor has not: the worker's ticket and the time tell batches apart.
    let stamp = cx.now.as_nanosecond();
    let (leave, send) = (cx.keymap.key(Scope::Bulk, Action::Back), cx.keymap.key(Scope::Bulk, Action::Pick));
    let Some(pane) = bulk_mut(cx) else { return };
    let sends = pane.summary.sends;
    let words = match &pane.stage {
        Stage::Planning(_) => "the dry run is still being worked out".to_owned(),
        Stage::Saving(..) => return,
        Stage::Failed(_) => format!("it could not be done; {leave} leaves"),
        Stage::Asking if sends == 0 => format!("there is nothing to send; {leave} leaves"),
        Stage::Asking if pane.typed.is_empty() => format!("type {sends}, then {send} sends; {send} alone does nothing"),
        Stage::Asking if pane.typed.parse() != Ok(sends) => {
            let words = format!("{} is not {sends}: nothing was sent; type how many cases are sent something", pane.typed);
            pane.typed.clear();
            words
        }
        Stage::Asking => {
            let batch = Batch {
                id: format!("{stamp:032x}").into(),
                words: pane.words.clone(),
                of: u32::try_from(sends).unwrap_or(u32::MAX),
                keeps_going: false,
            };
            let edit = |(row, sends): (&Row, &Sends)| PlannedEdit {
                edit: sends.edit.clone(),
                plan: sends.plan.clone(),
                undoes: pane.course.undoes(row.rid),
            };
            let edits: Vec<PlannedEdit> = pane.sends().map(edit).collect();
            let rids: Vec<_> = pane.sends().map(|(row, _)| (row.case.clone(), row.rid, row.key.to_string())).collect();
            model.meet_batch(&batch, rids, cx);
            let ticket = cx.send(Ask::SubmitBulk, Order::SubmitBulk { batch: batch.clone(), edits, delay_ms });
            if let Some(pane) = bulk_mut(cx) {
                pane.stage = Stage::Saving(ticket, batch);
            }
            return;
        }
    };
    cx.say(Grade::Info, words);
}
