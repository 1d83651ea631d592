//! Opening a form where its text was left, filling it from what was kept or refused, and leaving it.

pub mod acts;

use std::sync::Arc;

use jiff::SignedDuration;
use tui_textarea::CursorMove;

use crate::domain::activity::Activity;
use crate::domain::aspect::{Aspect, Value};
use crate::domain::case::Case;
use crate::domain::change::Change;
use crate::domain::draft::Draft;
use crate::domain::edit::Progress;
use crate::domain::own::Own;
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::tui::model::outbox::Queued;
use crate::tui::model::own::Landed;
use crate::tui::screens::form::base::{Since, moved};
use crate::tui::screens::form::{Extra, Form};

/// While a form is open its case is read this often, so that a colleague's change is said before it is sent over.
pub(in crate::tui) const REREAD_AFTER: SignedDuration = SignedDuration::from_secs(20);
/// A case read this recently is not read again when its form goes to review.
const FRESH: SignedDuration = SignedDuration::from_secs(3);

impl Form {
    /// To a field, or to the first of its part; to another one when this case does not have it.
    pub(in crate::tui) fn focus(&mut self, field: &Aspect) {
        let fields = self.fields();
        let exact = fields.iter().find(|known| *known == field);
        let wanted = exact.or_else(|| fields.iter().find(|known| known.part == field.part)).filter(|field| self.allowed(field).is_ok());
        let refused = || fields.iter().find(|field| self.refusal(field).is_some());
        let free = || fields.iter().find(|field| self.allowed(field).is_ok());
        let first = if field.part == Part::Title { refused().or(wanted) } else { wanted };
        self.field = first.or_else(free).cloned().unwrap_or_else(|| field.clone());
    }

    /// What was typed earlier, where it was typed; the cursors stand at the ends.
    pub(in crate::tui) fn restore(&mut self, draft: &Draft) {
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
    pub(in crate::tui) fn wish(&mut self, change: &Change) {
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
    pub(in crate::tui) fn take_back(&mut self, changes: &[&Change], holds_shown_text: bool) {
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
                Change::Assign(_) | Change::Unassign(_) if !self.vendor.capabilities().holds_one_assignee => self.wish(change),
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

    pub(in crate::tui) fn note_change(&mut self, now: &Case, timeline: &[Activity], landed: &Landed) {
        let me = self.directory.as_ref().and_then(|directory| directory.me.as_ref());
        let own: Vec<Own> = landed.of(&now.row.id).cloned().collect();
        self.moved = moved(self.vendor, Since { then: &self.base, at: self.base_read_at, own: &own }, now, timeline, me);
    }
}
