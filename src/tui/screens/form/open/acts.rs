//! Opening a form, reading its case again beside it, and leaving it.

use jiff::Timestamp;

use crate::domain::aspect::Aspect;
use crate::domain::case::Rid;
use crate::domain::clock;
use crate::domain::draft::Draft;
use crate::domain::edit::Progress;
use crate::domain::part::Part;
use crate::protocol::Attention;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::draft::acts::{collect_draft, tell_beside};
use crate::tui::model::history::acts::has_idle_undo;
use crate::tui::model::outbox::Queued;
use crate::tui::screens::Overlay;
use crate::tui::screens::conflict::open_conflict;
use crate::tui::screens::form::Form;
use crate::tui::screens::form::area::text_area;
use crate::tui::screens::form::open::{FRESH, REREAD_AFTER};

impl Model {
    /// A comment on several cases is offered in its form, should they be marked again; one that was typed there since stays.
    pub(in crate::tui) fn keep_comment_of_marks(&mut self, rids: &[Rid], text: &str, cx: &mut Cx) {
        let marked = self.list.cases_of(rids);
        if self.draft_of_cases(&marked).is_some() {
            return;
        }
        let mut form = Form::of_marks(self.kept.new_of_marks(cx), marked, cx.now);
        form.comment = text_area(text);
        let draft = form.draft(cx.now);
        self.keep_draft(&form.base.row.id.clone(), draft, cx);
    }

    /// The edit of a case that its vendor refused, waiting for a person.
    pub(in crate::tui) fn refused(&self, rid: Rid) -> Option<&Queued> {
        let is_refused = |queued: &&Queued| matches!(&queued.entry.progress, Progress::Parked { fault, .. } if fault.status.is_some_and(|status| (400..500).contains(&status)));
        self.outbox.iter().filter(|queued| queued.rid == Some(rid) && queued.entry.conflict.is_none()).find(is_refused)
    }
}

/// Opens the form of a case with the first field of a part in focus; what was typed before is offered again. It shows what
/// waits to be sent to the case as if it had landed: what is written over a text that waits has that text in it.
pub(in crate::tui) fn open_form(rid: Rid, part: Part, model: &mut Model, cx: &mut Cx) {
    open_form_at(rid, &Aspect::of_part(part), model, cx);
}

pub(in crate::tui) fn open_form_at(rid: Rid, field: &Aspect, model: &mut Model, cx: &mut Cx) {
    let Some((case, read_at)) = model.cached.case_to_edit(rid) else { return };
    if let Some(entry) = model.conflict_of(rid).filter(|_| field.part != Part::Comment).map(str::to_owned) {
        return open_conflict(&entry, model, cx);
    }
    model.lay_in_decided(&case.row.id, cx);
    let case = model.laid_whole(&case);
    let Some(mut form) = model.form_of(rid, &case, read_at, (&[], false), cx) else { return };
    form.only = (field.part == Part::Comment).then_some(Part::Comment);
    if let Some(queued) = model.refused(rid) {
        form.take_refusal(queued);
    }
    form.note_change(&case, model.cached.timeline(rid), &model.landed);
    form.focus(field);
    cx.push(Overlay::Form(Box::new(form)));
    tell_beside(&case.row.id, model, cx);
}

/// The form of the comment on all that is marked; what was typed before on the same cases is offered again.
pub(in crate::tui) fn open_form_of_marks(model: &Model, cx: &mut Cx) {
    let marked = model.list.cases_of(&model.marked_rids());
    let known = model.draft_of_cases(&marked).cloned();
    let elsewhere = if known.is_none() { model.kept.drafts_of_marks().last().map(Draft::marked_words) } else { None };
    let id = known.as_ref().map_or_else(|| model.kept.new_of_marks(cx), |draft| draft.case.clone());
    let mut form = Form::of_marks(id, marked, cx.now);
    if let Some(draft) = &known {
        form.restore(draft);
    }
    cx.push(Overlay::Form(Box::new(form)));
    if let Some(cases) = elsewhere {
        let comment = cx.key(Action::Comment);
        cx.say(Grade::Info, format!("a comment that you typed on {cases} is kept: mark these and no others, {comment} offers it again"));
    }
}

/// When the case of the open form is due to be read again.
pub(in crate::tui) fn reread_at(model: &Model, cx: &Cx) -> Option<Timestamp> {
    let form = cx.form().filter(|form| !form.is_of_marks())?;
    let is_reading = cx.pending.any(|ask| *ask == Ask::Open(form.rid));
    (!is_reading && !model.is_offline(cx) && cx.attention == Attention::Focused).then_some(form.reread_at)
}

pub(in crate::tui) fn reread_form_case(model: &mut Model, cx: &mut Cx) {
    if reread_at(model, cx).is_some_and(|at| at <= cx.steady)
        && let Some(rid) = cx.form().map(|form| form.rid)
    {
        reread(rid, model, cx);
    }
}

/// Before an edit goes to review, unless its case was read just now.
pub(in crate::tui) fn reread_for_review(rid: Rid, model: &mut Model, cx: &mut Cx) {
    let is_fresh = model.cached.case_to_edit(rid).is_some_and(|(_, read_at)| clock::is_within(read_at, FRESH, cx.now));
    if (!is_fresh || model.cached.is_behind(rid) || has_idle_undo(rid, model, cx)) && !model.is_offline(cx) {
        reread(rid, model, cx);
    }
}

fn reread(rid: Rid, model: &mut Model, cx: &mut Cx) {
    let next = cx.steady.checked_add(REREAD_AFTER).unwrap_or(cx.steady);
    for overlay in &mut cx.overlays {
        if let Overlay::Form(form) = overlay
            && form.rid == rid
        {
            form.reread_at = next;
        }
    }
    model.follow.open_case(rid, cx);
}

/// Leaves the form; what was typed is kept for this case.
pub(in crate::tui) fn leave_form(model: &mut Model, cx: &mut Cx) {
    collect_draft(model, cx);
    let Some(Overlay::Form(_)) = cx.overlays.last() else { return };
    let Some(Overlay::Form(form)) = cx.pop() else { return };
    if let Some(draft) = model.kept.get(&form.base.row.id) {
        let again = cx.key(if form.only == Some(Part::Comment) { Action::Comment } else { Action::Edit });
        let words = if form.is_of_marks() {
            format!("{}: your text is kept for these; {again} with the same ones marked offers it again", draft.marked_words())
        } else {
            format!("{}: your text is kept; {again} offers it again", form.base.row.key)
        };
        cx.say(Grade::Info, words);
    }
}
