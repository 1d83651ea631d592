//! Opening a form where its text was left, filling it from what was kept or refused, and leaving it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::base::{Since, as_seen, moved};
use super::{CursorMove, Extra, Form, text_area};
use crate::app::action::Action;
use crate::app::notice::Grade;
use crate::app::outbox::Queued;
use crate::app::overlay::Overlay;
use crate::app::own::Landed;
use crate::app::pending::Ask;
use crate::app::{App, clock};
use crate::domain::activity::Activity;
use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::capability;
use crate::domain::case::{Case, Rid, Vendor};
use crate::domain::directory::{Directory, StatusOption, plain_statuses};
use crate::domain::draft::Draft;
use crate::domain::edit::{Change, Edit, OutboxEntry, Part, Progress};
use crate::domain::own::Own;
use crate::domain::text::Clean;
use crate::protocol::Attention;

/// While a form is open its case is read this often, so that a colleague's change is said before it is sent over.
const REREAD_AFTER: SignedDuration = SignedDuration::from_secs(20);
/// A case read this recently is not read again when its form goes to review.
const FRESH: SignedDuration = SignedDuration::from_secs(3);

pub(in crate::app) fn position_of_status(statuses: &[StatusOption], case: &Case) -> Option<usize> {
    let status = &case.row.status;
    statuses
        .iter()
        .position(|option| option.name.as_str().eq_ignore_ascii_case(status.name.as_str()))
        .or_else(|| statuses.iter().position(|option| Some(option.state) == status.state && option.id.is_empty()))
}

pub(in crate::app) fn position_of_priority(vendor: Vendor, case: &Case) -> Option<usize> {
    let name = case.row.priority.as_ref()?.name.as_str();
    capability::priorities(vendor).iter().position(|known| known.eq_ignore_ascii_case(name))
}

/// The statuses a case can be given; the vendor's plain ones when its own were never read.
pub(in crate::app) fn statuses(vendor: Vendor, directory: Option<&Directory>, case: &Case) -> Vec<StatusOption> {
    let known: Vec<_> = directory.map(|directory| directory.statuses_of(case).into_iter().cloned().collect()).unwrap_or_default();
    if !known.is_empty() {
        return known;
    }
    plain_statuses(vendor)
}

impl App {
    /// Opens the form of a case with the first field of a part in focus; what was typed before is offered again. It shows what
    /// waits to be sent to the case as if it had landed: what is written over a text that waits has that text in it.
    pub(in crate::app) fn open_form(&mut self, rid: Rid, part: Part) {
        self.open_form_at(rid, &Aspect::of_part(part));
    }

    pub(in crate::app) fn open_form_at(&mut self, rid: Rid, field: &Aspect) {
        let Some((case, read_at)) = self.case_to_edit(rid) else { return };
        if let Some(entry) = self.conflict_of(rid).filter(|_| field.part != Part::Comment).map(str::to_owned) {
            return self.open_conflict(&entry);
        }
        self.lay_in_decided(&case.row.id);
        let case = self.laid_whole(&case);
        let Some(mut form) = self.form_of(rid, &case, read_at, (&[], false)) else { return };
        form.only = (field.part == Part::Comment).then_some(Part::Comment);
        if let Some(queued) = self.refused(rid) {
            form.take_refusal(queued);
        }
        form.note_change(&case, self.shelf.timeline(rid), &self.landed);
        form.focus(field);
        self.push(Overlay::Form(Box::new(form)));
        self.tell_beside(&case.row.id);
    }

    /// The form of the comment on all that is marked; what was typed before on the same cases is offered again.
    pub(in crate::app) fn open_form_of_marks(&mut self) {
        let marked = self.cases_of(&self.marked_rids());
        let known = self.draft_of_cases(&marked).cloned();
        let elsewhere = if known.is_none() { self.drafts_of_marks().last().map(Draft::marked_words) } else { None };
        let id = known.as_ref().map_or_else(|| self.new_of_marks(), |draft| draft.case.clone());
        let mut form = Form::of_marks(id, marked, self.now);
        if let Some(draft) = &known {
            form.restore(draft);
        }
        self.push(Overlay::Form(Box::new(form)));
        if let Some(cases) = elsewhere {
            let comment = self.key(Action::Comment);
            self.say(
                Grade::Info,
                format!("a comment that you typed on {cases} is kept: mark these and no others, {comment} offers it again"),
            );
        }
    }

    /// A comment on several cases is offered in its form, should they be marked again; one that was typed there since stays.
    pub(in crate::app) fn keep_comment_of_marks(&mut self, rids: &[Rid], text: &str) {
        let marked = self.cases_of(rids);
        if self.draft_of_cases(&marked).is_some() {
            return;
        }
        let mut form = Form::of_marks(self.new_of_marks(), marked, self.now);
        form.comment = text_area(text);
        let draft = form.draft(self.now);
        self.keep_draft(&form.base.row.id.clone(), draft);
    }

    /// The form of a case with what was typed for it before; None: its source is not known. `wished`: what comes into it
    /// besides was written where this was seen, and whether its texts are kept as they are shown.
    fn form_of(&self, rid: Rid, case: &Arc<Case>, read_at: Timestamp, wished: (&[Seen], bool)) -> Option<Form> {
        let source = self.source(case.row.id.source)?;
        let (vendor, directory) = (source.card.vendor, source.directory.clone());
        let draft = self.kept.get(&case.row.id);
        let drafted = draft.map_or(&[][..], |draft| &draft.base);
        let is_known = |aspect: &Aspect| {
            drafted
                .iter()
                .any(|seen| seen.aspect == *aspect || (seen.aspect == Aspect::of_part(Part::Attributes) && aspect.part == Part::Attributes))
        };
        let seen: Vec<Seen> = drafted.iter().chain(wished.0.iter().filter(|seen| !is_known(&seen.aspect))).cloned().collect();
        let base = if seen.is_empty() {
            Arc::clone(case)
        } else {
            Arc::new(as_seen(case, &seen, wished.1 || draft.is_some_and(|draft| draft.holds_shown_text)))
        };
        let mut form = Form::new(rid, vendor, base, draft.map_or(read_at, |draft| draft.saved_at.min(read_at)), directory);
        form.read_only.clone_from(&source.card.read_only);
        let wait = if self.is_behind(rid) { SignedDuration::ZERO } else { REREAD_AFTER };
        form.reread_at = self.steady.checked_add(wait).unwrap_or(self.steady);
        if let Some(draft) = draft {
            form.restore(draft);
        }
        Some(form)
    }

    /// Wishes that were given up are offered in the form of their case, against what was seen when they were made; what was
    /// typed there since stays. False: the form has no field for any of them.
    pub(in crate::app) fn offer_again(&mut self, rid: Rid, edit: &Edit) -> bool {
        self.offer_in_form(rid, &edit.changes.iter().collect::<Vec<_>>(), &edit.base, false)
    }

    /// As [`Self::offer_again`], for an entry that is given up: what of it has not landed.
    pub(in crate::app) fn offer_given_up(&mut self, rid: Rid, entry: &OutboxEntry) {
        self.offer_in_form(rid, &entry.open_changes().collect::<Vec<_>>(), &entry.edit.base, entry.holds_shown_text);
    }

    fn offer_in_form(&mut self, rid: Rid, changes: &[&Change], base: &[Seen], holds_shown_text: bool) -> bool {
        let Some((case, read_at)) = self.case_to_edit(rid) else { return false };
        let Some(mut form) = self.form_of(rid, &case, read_at, (base, holds_shown_text)) else { return false };
        form.take_back(changes, holds_shown_text);
        let draft = form.draft(self.now);
        let is_offered = draft.is_some();
        if is_offered {
            self.keep_draft(&case.row.id, draft);
        }
        is_offered
    }

    /// The edit of a case that its vendor refused, waiting for a person.
    fn refused(&self, rid: Rid) -> Option<&Queued> {
        let is_refused = |queued: &&Queued| matches!(&queued.entry.progress, Progress::Parked { fault, .. } if fault.status.is_some_and(|status| (400..500).contains(&status)));
        self.outbox.iter().filter(|queued| queued.rid == Some(rid) && queued.entry.conflict.is_none()).find(is_refused)
    }

    /// The case whole, when it has come; what a list tells of it, as it was told last.
    pub(in crate::app) fn case_to_edit(&self, rid: Rid) -> Option<(Arc<Case>, Timestamp)> {
        let loaded = self.shelf.get(rid)?;
        Some((Arc::clone(&loaded.case), loaded.read_at))
    }

    /// Whether its row has changed since the case was read: only what the list tells of it is as it is now.
    pub(in crate::app) fn is_behind(&self, rid: Rid) -> bool {
        self.shelf.get(rid).is_some_and(|loaded| loaded.is_behind)
    }

    /// When the case of the open form is due to be read again.
    pub(in crate::app) fn reread_at(&self) -> Option<Timestamp> {
        let form = self.form().filter(|form| !form.is_of_marks())?;
        let is_reading = self.pending.any(|ask| *ask == Ask::Open(form.rid));
        (!is_reading && !self.is_offline() && self.attention == Attention::Focused).then_some(form.reread_at)
    }

    pub(in crate::app) fn reread_form_case(&mut self) {
        if self.reread_at().is_some_and(|at| at <= self.steady)
            && let Some(rid) = self.form().map(|form| form.rid)
        {
            self.reread(rid);
        }
    }

    /// Before an edit goes to review, unless its case was read just now.
    pub(in crate::app) fn reread_for_review(&mut self, rid: Rid) {
        let is_fresh = self.case_to_edit(rid).is_some_and(|(_, read_at)| clock::is_within(read_at, FRESH, self.now));
        if (!is_fresh || self.is_behind(rid) || self.has_idle_undo(rid)) && !self.is_offline() {
            self.reread(rid);
        }
    }

    fn reread(&mut self, rid: Rid) {
        let next = self.steady.checked_add(REREAD_AFTER).unwrap_or(self.steady);
        for overlay in &mut self.overlays {
            if let Overlay::Form(form) = overlay
                && form.rid == rid
            {
                form.reread_at = next;
            }
        }
        self.open_case(rid);
    }

    /// The case came anew while a form or box of it is open: a form says so and takes nothing into its fields, the boxes of tags
    /// and people go by it.
    pub(in crate::app) fn note_case_in_boxes(&mut self, rid: Rid) {
        let Some((case, _)) = self.case_to_edit(rid) else { return };
        let (laid, timeline) = (self.laid_whole(&case), self.shelf.timeline(rid).to_vec());
        for overlay in &mut self.overlays {
            match overlay {
                Overlay::Form(form) if form.rid == rid => form.note_change(&laid, &timeline, &self.landed),
                Overlay::Labels(labels) if labels.rid == rid => labels.case = Arc::clone(&case),
                Overlay::People(people) if people.rid == rid => people.case = Arc::clone(&case),
                _ => {}
            }
        }
    }

    /// Leaves the form; what was typed is kept for this case.
    pub(in crate::app) fn leave_form(&mut self) {
        self.collect_draft();
        let Some(Overlay::Form(_)) = self.overlays.last() else { return };
        let Some(Overlay::Form(form)) = self.pop() else { return };
        if let Some(draft) = self.kept.get(&form.base.row.id) {
            let again = self.key(if form.only == Some(Part::Comment) { Action::Comment } else { Action::Edit });
            let words = if form.is_of_marks() {
                format!("{}: your text is kept for these; {again} with the same ones marked offers it again", draft.marked_words())
            } else {
                format!("{}: your text is kept; {again} offers it again", form.base.row.key)
            };
            self.say(Grade::Info, words);
        }
    }
}

impl Form {
    /// To a field, or to the first of its part; to another one when this case does not have it.
    pub(in crate::app) fn focus(&mut self, field: &Aspect) {
        let fields = self.fields();
        let exact = fields.iter().find(|known| *known == field);
        let wanted = exact.or_else(|| fields.iter().find(|known| known.part == field.part)).filter(|field| self.allowed(field).is_ok());
        let refused = || fields.iter().find(|field| self.refusal(field).is_some());
        let free = || fields.iter().find(|field| self.allowed(field).is_ok());
        let first = if field.part == Part::Title { refused().or(wanted) } else { wanted };
        self.field = first.or_else(free).cloned().unwrap_or_else(|| field.clone());
    }

    /// What was typed earlier, where it was typed; the cursors stand at the ends.
    fn restore(&mut self, draft: &Draft) {
        self.kept_at = Some(draft.saved_at);
        for (field, value) in &draft.values {
            if *field == Draft::as_written() {
                self.unread = Some(value.line());
                continue;
            }
            if let Value::Set(values) = value {
                if let Some(extra) = self.extras.iter_mut().find(|extra| extra.aspect == *field) {
                    extra.expect(values.iter().map(|value| Clean::line(value)));
                }
                continue;
            }
            let text = value.line();
            let is_list = self.extra(field).is_some_and(Extra::is_list);
            let text = if draft.holds_shown_text && !is_list { self.retyped(field, &text) } else { text };
            self.put(field, &text);
        }
        if let Some(text) = self.unread.clone() {
            // What cannot be read yet stays as it was written.
            drop(self.read_written(&text));
        }
        for area in [&mut self.title, &mut self.description, &mut self.comment] {
            area.move_cursor(CursorMove::Bottom);
            area.move_cursor(CursorMove::End);
        }
    }

    /// What the vendor refused: its words at the field, and the wishes that did not land, to be mended. Only a form that shows
    /// all of them takes the place of the entry: another one would drop wishes that nobody sees.
    fn take_refusal(&mut self, queued: &Queued) {
        let Progress::Parked { fault, done } = &queued.entry.progress else { return };
        let changes = &queued.entry.edit.changes;
        let call = queued.entry.calls.get(*done);
        let about = call.map_or(&[][..], |call| &call.makes).iter().filter_map(|at| changes.get(*at));
        let field = |change: &Change| Aspect::of(change).unwrap_or_else(|| Aspect::of_part(Part::Comment));
        self.refused = about.map(|change| (field(change), fault.message.to_string())).collect();
        let open: Vec<&Change> = queued.entry.open_changes().collect();
        let shows = |change: &&Change| self.only.is_none_or(|part| part == change.part());
        if self.kept_at.is_some() || !open.iter().all(shows) {
            return;
        }
        for change in open {
            self.wish(change);
        }
        self.replaces = Some(queued.entry.id.clone());
    }

    /// Writes a change into its field.
    pub(super) fn wish(&mut self, change: &Change) {
        let field = Self::field_of(change);
        let text = match change {
            Change::Title(text) | Change::Description(text) | Change::Comment(text) | Change::Priority(text) => text.as_str(),
            Change::Status(status) => status.name.as_str(),
            Change::Field { values, .. } if !self.extra(&field).is_some_and(Extra::is_list) => values.first().map_or("", String::as_str),
            _ => {
                let (base, directory) = (Arc::clone(&self.base), self.directory.clone());
                if let Some(extra) = self.extras.iter_mut().find(|extra| extra.aspect == field) {
                    extra.wish(change, &base, directory.as_deref());
                }
                return;
            }
        };
        self.put(&field, text);
    }

    /// The field of the form that a change is about: all attributes stand in one.
    fn field_of(change: &Change) -> Aspect {
        match change {
            Change::Attribute { .. } => Aspect::of_part(Part::Attributes),
            _ => Aspect::of(change).unwrap_or_else(|| Aspect::of_part(Part::Comment)),
        }
    }

    /// Wishes that were taken back come back, but not over what was changed since. What comes to members of a set, or leaves
    /// them, changes no other member.
    fn take_back(&mut self, changes: &[&Change], holds_shown_text: bool) {
        let since: Vec<Aspect> = self.all_fields().filter(|field| self.differs(field)).collect();
        for change in changes {
            let field = Self::field_of(change);
            let unshown = if holds_shown_text { self.unshown(change) } else { None };
            let change = unshown.as_ref().unwrap_or(change);
            match change {
                Change::Comment(text) => {
                    let typed = self.raw(&field);
                    let both = if typed.trim().is_empty() { text.clone() } else { format!("{text}\n\n{typed}") };
                    self.put(&field, &both);
                }
                Change::Attribute { key, .. } if self.extra(&field).is_some_and(|extra| extra.has_changed(key, &self.base)) => {}
                Change::AddTags(_) | Change::RemoveTags(_) | Change::Attribute { .. } => self.wish(change),
                Change::Assign(_) | Change::Unassign(_) if self.vendor != Vendor::Datadog => self.wish(change),
                _ if since.contains(&field) => {}
                _ => self.wish(change),
            }
        }
    }

    /// A change with the bytes of the base, where it was kept as its text is shown.
    fn unshown(&self, change: &Change) -> Option<Change> {
        let field = Self::field_of(change);
        let raws = |tags: &[String]| {
            tags.iter().map(|tag| self.extra(&field).map_or(tag.as_str(), |extra| extra.raw_of(tag)).to_owned()).collect()
        };
        Some(match change {
            Change::Title(text) => Change::Title(self.retyped(&field, text)),
            Change::Description(text) => Change::Description(self.retyped(&field, text)),
            Change::RemoveTags(tags) => Change::RemoveTags(raws(tags)),
            _ => return None,
        })
    }

    pub(super) fn note_change(&mut self, now: &Case, timeline: &[Activity], landed: &Landed) {
        let me = self.directory.as_ref().and_then(|directory| directory.me.as_ref());
        let own: Vec<Own> = landed.of(&now.row.id).cloned().collect();
        self.moved = moved(self.vendor, Since { then: &self.base, at: self.base_read_at, own: &own }, now, timeline, me);
    }
}
