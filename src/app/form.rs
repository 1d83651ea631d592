//! The edit form: the text and choices under edit, beside the case as it was when the form was opened.
//!
//! A refresh never touches a field here: the base stays what it was, and a case that changed meanwhile is only said.

mod keys;

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use tui_textarea::{TextArea, WrapMode};

use crate::app::App;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::domain::capability::{self, Allowed};
use crate::domain::case::{Case, Rid, State, Vendor};
use crate::domain::directory::{Directory, StatusOption};
use crate::domain::edit::{Change, Edit, Part};

/// Forms whose text is kept after they were left; the oldest leaves first.
const MAX_KEPT: usize = 64;
/// The fields in the order of Tab.
pub const FIELDS: [Part; 5] = [Part::Title, Part::Status, Part::Priority, Part::Description, Part::Comment];

#[derive(Clone, Debug)]
pub struct Form {
    pub rid: Rid,
    pub vendor: Vendor,
    /// The case as it was when the form was opened.
    pub base: Arc<Case>,
    pub base_read_at: Timestamp,
    /// The field that has the keys.
    pub field: Part,
    /// A form of one field: the comment box.
    pub only: Option<Part>,
    pub title: TextArea<'static>,
    pub description: TextArea<'static>,
    pub comment: TextArea<'static>,
    pub statuses: Vec<StatusOption>,
    /// Chosen among `statuses`; None: as it is.
    pub status: Option<usize>,
    /// Chosen among the vendor's priorities; None: as it is.
    pub priority: Option<usize>,
    /// Why nothing can be written to this source at all.
    pub read_only: Option<String>,
    /// The text was typed earlier and is offered again.
    pub is_kept: bool,
    /// The vendor's copy changed after the form was opened.
    pub changed_at: Option<Timestamp>,
}

/// What was typed in forms that were left, by case; offered again where it was typed.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    forms: BTreeMap<Rid, Form>,
    order: Vec<Rid>,
}

impl Kept {
    pub fn get(&self, rid: Rid) -> Option<&Form> {
        self.forms.get(&rid)
    }

    pub fn len(&self) -> usize {
        self.forms.len()
    }

    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    pub(super) fn put(&mut self, form: Form) {
        self.take(form.rid);
        if self.order.len() == MAX_KEPT {
            let oldest = self.order.remove(0);
            self.forms.remove(&oldest);
        }
        self.order.push(form.rid);
        self.forms.insert(form.rid, form);
    }

    pub(super) fn take(&mut self, rid: Rid) -> Option<Form> {
        self.order.retain(|kept| *kept != rid);
        self.forms.remove(&rid)
    }
}

/// How one field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    Same,
    Changed,
    /// Why it cannot be sent as it is.
    Invalid(String),
    /// Why this case cannot have it changed.
    Barred(String),
}

impl Form {
    pub fn mark(&self, part: Part) -> Mark {
        if let Err(reason) = self.allowed(part) {
            return Mark::Barred(reason.into_owned());
        }
        if part == Part::Title && text_of(&self.title).trim().is_empty() {
            return Mark::Invalid("a case needs a title".into());
        }
        if self.changes().iter().any(|change| change.part() == part) { Mark::Changed } else { Mark::Same }
    }

    pub fn allowed(&self, part: Part) -> Allowed {
        match &self.read_only {
            Some(reason) => Err(reason.clone().into()),
            None => capability::allowed(self.vendor, &self.base.row, part),
        }
    }

    /// The fields that this form shows.
    pub fn fields(&self) -> &[Part] {
        match &self.only {
            Some(part) => std::slice::from_ref(part),
            None => &FIELDS,
        }
    }

    pub fn priorities(&self) -> &'static [&'static str] {
        capability::priorities(self.vendor)
    }

    /// Which status is marked now: the chosen one, else the case's own.
    pub fn shown_status(&self) -> Option<usize> {
        self.status.or_else(|| position_of_status(&self.statuses, &self.base))
    }

    /// Which priority is marked now: the chosen one, else the case's own.
    pub fn shown_priority(&self) -> Option<usize> {
        self.priority.or_else(|| position_of_priority(self.vendor, &self.base))
    }

    /// What this form would send, in the order of sending; the comment last.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = self.all_changes();
        changes.retain(|change| self.fields().contains(&change.part()));
        changes
    }

    /// What differs from the base, also in fields that a short form does not show.
    fn all_changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        let base = &self.base;
        let title = text_of(&self.title);
        if title != base.row.title.as_str() {
            changes.push(Change::Title(title));
        }
        if let Some(status) = self.status.filter(|chosen| Some(*chosen) != position_of_status(&self.statuses, base)) {
            changes.extend(self.statuses.get(status).cloned().map(Change::Status));
        }
        if let Some(priority) = self.priority.filter(|chosen| Some(*chosen) != position_of_priority(self.vendor, base)) {
            changes.extend(self.priorities().get(priority).map(|name| Change::Priority((*name).to_owned())));
        }
        let description = text_of(&self.description);
        if description != base.description.as_str() {
            changes.push(Change::Description(description));
        }
        let comment = text_of(&self.comment);
        if !comment.trim().is_empty() {
            changes.push(Change::Comment(comment));
        }
        changes
    }

    pub fn edit(&self) -> Edit {
        Edit::new(&self.base, self.changes())
    }

    /// The first field that cannot be sent as it is, and why.
    pub fn blocked(&self) -> Option<(Part, String)> {
        self.fields().iter().find_map(|part| match self.mark(*part) {
            Mark::Invalid(reason) => Some((*part, reason)),
            _ => None,
        })
    }

    /// What remains once the fields it shows are sent: None when that was all.
    pub(super) fn without_sent(mut self) -> Option<Self> {
        let sent: Vec<Part> = self.changes().iter().map(Change::part).collect();
        if sent.contains(&Part::Comment) {
            self.comment = text_area("");
        }
        let left = self.all_changes().iter().any(|change| !sent.contains(&change.part()));
        left.then_some(self)
    }

    /// A wish that was sent from here or elsewhere comes back, unless its field has been changed since.
    fn take_back(&mut self, change: &Change) {
        let is_untouched = |part| !self.all_changes().iter().any(|change| change.part() == part);
        match change {
            Change::Title(text) if is_untouched(Part::Title) => self.title = title_area(text),
            Change::Description(text) if is_untouched(Part::Description) => self.description = text_area(text),
            Change::Comment(text) => {
                let since = text_of(&self.comment);
                let both = if since.trim().is_empty() { text.clone() } else { format!("{text}\n\n{since}") };
                self.comment = text_area(&both);
            }
            Change::Status(wanted) if is_untouched(Part::Status) => self.status = self.statuses.iter().position(|known| known == wanted),
            Change::Priority(name) if is_untouched(Part::Priority) => {
                self.priority = self.priorities().iter().position(|known| known == name);
            }
            _ => {}
        }
    }

    /// The text that has the keys; None on a choice.
    fn text(&mut self) -> Option<&mut TextArea<'static>> {
        match self.field {
            Part::Title => Some(&mut self.title),
            Part::Description => Some(&mut self.description),
            Part::Comment => Some(&mut self.comment),
            _ => None,
        }
    }
}

pub fn text_of(area: &TextArea<'_>) -> String {
    area.lines().join("\n")
}

#[expect(clippy::default_trait_access, reason = "the style is ratatui's, and its names stay out of this floor")]
fn text_area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    area.set_cursor_line_style(Default::default());
    area
}

/// One line scrolls sideways; wrapped, it would hide all but its last part.
fn title_area(text: &str) -> TextArea<'static> {
    let mut area = text_area(text);
    area.set_wrap_mode(WrapMode::None);
    area
}

pub(super) fn position_of_status(statuses: &[StatusOption], case: &Case) -> Option<usize> {
    let status = &case.row.status;
    statuses
        .iter()
        .position(|option| option.name.as_str().eq_ignore_ascii_case(status.name.as_str()))
        .or_else(|| statuses.iter().position(|option| Some(option.state) == status.state && option.id.is_empty()))
}

pub(super) fn position_of_priority(vendor: Vendor, case: &Case) -> Option<usize> {
    let name = case.row.priority.as_ref()?.name.as_str();
    capability::priorities(vendor).iter().position(|known| known.eq_ignore_ascii_case(name))
}

/// The statuses a case can be given; the vendor's plain ones when its own were never read.
pub(super) fn statuses(vendor: Vendor, directory: Option<&Directory>, case: &Case) -> Vec<StatusOption> {
    let known: Vec<_> = directory.map(|directory| directory.statuses_of(case).into_iter().cloned().collect()).unwrap_or_default();
    if !known.is_empty() {
        return known;
    }
    let plain: &[(State, &str)] = match vendor {
        Vendor::Datadog => &[(State::Open, "Open"), (State::InProgress, "In Progress"), (State::Closed, "Closed")],
        Vendor::Tines => &[(State::Open, "OPEN"), (State::Closed, "CLOSED")],
        Vendor::ServerOps => &[(State::Open, "open"), (State::Closed, "closed"), (State::Archived, "archived")],
    };
    plain
        .iter()
        .map(|(state, name)| StatusOption {
            state: *state,
            name: crate::domain::text::Clean::line(name),
            id: CompactString::default(),
            group: CompactString::default(),
        })
        .collect()
}

impl App {
    /// Opens the form of the case in sight with `field` in focus; text that was typed before is offered again.
    pub(super) fn open_form(&mut self, rid: Rid, field: Part) {
        let only = (field == Part::Comment).then_some(Part::Comment);
        let Some((case, read_at)) = self.case_to_edit(rid) else {
            self.say(Grade::Info, "this case is still being read; press the key again in a moment");
            return;
        };
        let kept = self.kept.take(rid).map(|kept| Form { is_kept: true, ..kept });
        let Some(form) = kept.or_else(|| self.new_form(rid, &case, read_at)) else { return };
        let mut form = Form { field, only, ..form };
        form.note_change(&case);
        if form.allowed(field).is_err() {
            form.field = form.fields().iter().copied().find(|part| form.allowed(*part).is_ok()).unwrap_or(field);
        }
        self.push(Overlay::Form(Box::new(form)));
    }

    /// What was taken back before it left is offered in the form of its case; what was typed there since stays. False:
    /// the form has no field for any of it.
    pub(super) fn offer_again(&mut self, rid: Rid, changes: &[Change]) -> bool {
        let Some((case, read_at)) = self.case_to_edit(rid) else { return false };
        let Some(mut form) = self.kept.take(rid).or_else(|| self.new_form(rid, &case, read_at)) else { return false };
        for change in changes {
            form.take_back(change);
        }
        let is_offered = !form.all_changes().is_empty();
        if is_offered {
            self.kept.put(form);
        }
        is_offered
    }

    /// A form with nothing typed yet; None: the source of the case is not known.
    fn new_form(&self, rid: Rid, case: &Arc<Case>, read_at: Timestamp) -> Option<Form> {
        let source = self.sources.iter().find(|source| source.card.id == case.row.id.source)?;
        let vendor = source.card.vendor;
        Some(Form {
            rid,
            vendor,
            field: Part::Title,
            only: None,
            title: title_area(case.row.title.as_str()),
            description: text_area(case.description.as_str()),
            comment: text_area(""),
            statuses: statuses(vendor, source.directory.as_deref(), case),
            status: None,
            priority: None,
            read_only: source.card.read_only.clone(),
            is_kept: false,
            changed_at: None,
            base: Arc::clone(case),
            base_read_at: read_at,
        })
    }

    /// The case whole, when it has come.
    pub(super) fn case_to_edit(&self, rid: Rid) -> Option<(Arc<Case>, Timestamp)> {
        let loaded = self.shelf.get(rid)?;
        Some((Arc::clone(&loaded.case), loaded.read_at))
    }

    /// A fresh copy of the case came while its form is open: said, never taken into the fields.
    pub(super) fn note_case_in_form(&mut self, rid: Rid, case: &Case) {
        for overlay in &mut self.overlays {
            if let Overlay::Form(form) = overlay
                && form.rid == rid
            {
                form.note_change(case);
            }
        }
    }

    /// Leaves the form; what was typed is kept for this case.
    pub(super) fn leave_form(&mut self) {
        let Some(Overlay::Form(_)) = self.overlays.last() else { return };
        let Some(Overlay::Form(form)) = self.pop() else { return };
        if !form.all_changes().is_empty() {
            self.say(Grade::Info, format!("{}: your text is kept; e offers it again", form.base.row.key));
            self.kept.put(*form);
        }
    }
}

impl Form {
    fn note_change(&mut self, now: &Case) {
        let base = &self.base;
        let is_same = base.row.title == now.row.title
            && base.row.status == now.row.status
            && base.row.priority == now.row.priority
            && base.row.assignees == now.row.assignees
            && base.row.tags == now.row.tags
            && base.description == now.description;
        self.changed_at = if is_same { None } else { now.row.updated_at.or(base.row.updated_at).or(Some(self.base_read_at)) };
    }
}

#[cfg(test)]
mod tests;
