//! The edit form: the text and choices under edit, beside the case as it was when the form was opened.
//!
//! A refresh never touches a field here: the base stays what it was, and a case that changed meanwhile is only said.

pub mod area;
pub mod base;
pub mod case;
pub mod editor;
pub mod extra;
pub mod keys;
pub mod open;
pub mod origin;
mod screen;
pub mod statuses;
#[cfg(test)]
pub mod tests;
pub mod view;
pub mod written;

use std::sync::Arc;

pub use base::Moved;
use compact_str::CompactString;
pub use extra::{Extra, Kind};
use jiff::Timestamp;
use origin::Origin;
use tui_textarea::TextArea;

use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::capability::{
    Allowed, Reason, {self},
};
use crate::domain::case::{Case, CaseId, Rid, Vendor};
use crate::domain::change::Change;
use crate::domain::directory::{Directory, StatusOption};
use crate::domain::draft::Draft;
use crate::domain::edit::Edit;
use crate::domain::opened::Opened;
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::tui::screens::form::area::{line_area, text_area, text_of};
pub(in crate::tui) use crate::tui::screens::form::statuses::{position_of_priority, position_of_status, statuses};

/// The fields that every form has, in the order of Tab; those of its vendor follow.
pub const FIELDS: [Part; 5] = [Part::Title, Part::Status, Part::Priority, Part::Description, Part::Comment];

#[derive(Clone, Debug)]
pub struct Form {
    pub rid: Rid,
    pub vendor: Vendor,
    /// The case as the person saw it when they began to write.
    pub base: Arc<Case>,
    pub base_read_at: Timestamp,
    /// The field that has the keys.
    pub field: Aspect,
    /// The cases that were marked when it was opened, and their keys; empty: it is for one case.
    pub marked: Vec<(CaseId, String)>,
    /// A form of one field: the comment box.
    pub only: Option<Part>,
    pub title: TextArea<'static>,
    pub description: TextArea<'static>,
    pub comment: TextArea<'static>,
    /// The raw texts behind title, description and comment.
    origins: [Origin; 3],
    pub statuses: Vec<StatusOption>,
    /// Chosen among `statuses`; None: as it is.
    pub status: Option<usize>,
    /// Chosen among the vendor's priorities; None: as it is.
    pub priority: Option<usize>,
    /// Fields of one line below the texts.
    pub extras: Vec<Extra>,
    pub directory: Option<Arc<Directory>>,
    /// Why nothing can be written to this source at all.
    pub read_only: Option<Reason>,
    /// The text was typed earlier and is offered again: when it was last kept.
    pub kept_at: Option<Timestamp>,
    /// What somebody else changed since the form was opened.
    pub moved: Option<Moved>,
    /// When the case is read again to see whether somebody else is at it.
    pub reread_at: Timestamp,
    /// What the vendor said against a field when it was sent.
    pub refused: Vec<(Aspect, String)>,
    /// The refused outbox entry whose wishes these are: it is dropped once they are sent anew.
    pub replaces: Option<CompactString>,
    /// The whole case as it was written in an editor and could not be read back: offered again there.
    pub unread: Option<String>,
    /// Since when something typed has not been handed over to be kept.
    pub typed_at: Option<Timestamp>,
}

/// How one field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    Same,
    Changed,
    /// Why it cannot be sent as it is.
    Invalid(String),
    /// Why this case cannot have it changed.
    Barred(Reason),
}

impl Form {
    pub(in crate::tui) fn new(
        rid: Rid,
        vendor: Vendor,
        base: Arc<Case>,
        base_read_at: Timestamp,
        directory: Option<Arc<Directory>>,
    ) -> Self {
        Self {
            rid,
            vendor,
            base_read_at,
            field: Aspect::of_part(Part::Title),
            marked: Vec::new(),
            only: None,
            title: line_area(base.row.title.as_str()),
            description: text_area(base.description.as_str()),
            comment: text_area(""),
            origins: [Origin::of(base.row.title.clone()), Origin::of(base.description.clone()), Origin::default()],
            statuses: statuses::statuses(vendor, directory.as_deref(), &base),
            status: None,
            priority: None,
            extras: extra::extras(vendor, &base, directory.as_deref()),
            directory,
            read_only: None,
            kept_at: None,
            moved: None,
            reread_at: base_read_at,
            refused: Vec::new(),
            replaces: None,
            unread: None,
            typed_at: None,
            base,
        }
    }

    /// The comment on marked cases: the same form as for one case, with no case behind it.
    fn of_marks(id: CaseId, marked: Vec<(CaseId, String)>, now: Timestamp) -> Self {
        let mut base = Case::default();
        base.row.id = id;
        let mut form = Self::new(Rid(u32::MAX), Vendor::Datadog, Arc::new(base), now, None);
        form.marked = marked;
        form.only = Some(Part::Comment);
        form.field = Aspect::of_part(Part::Comment);
        form
    }

    /// It is for all that is marked.
    pub fn is_of_marks(&self) -> bool {
        self.base.row.id.is_of_marks()
    }

    pub fn mark(&self, field: &Aspect) -> Mark {
        if let Err(reason) = self.allowed(field) {
            return Mark::Barred(reason);
        }
        if field.part == Part::Title && text_of(&self.title).trim().is_empty() {
            return Mark::Invalid("a case needs a title".into());
        }
        if let Some(problem) = self.extra(field).and_then(|extra| extra.problem(&self.base, self.directory.as_deref())) {
            return Mark::Invalid(problem);
        }
        if self.differs(field) { Mark::Changed } else { Mark::Same }
    }

    /// What the vendor said against this field when it was sent.
    pub fn refusal(&self, field: &Aspect) -> Option<&str> {
        self.refused
            .iter()
            .find(|(about, _)| about == field || (about.part == Part::Attributes && field.part == Part::Attributes))
            .map(|(_, words)| words.as_str())
    }

    pub fn allowed(&self, field: &Aspect) -> Allowed {
        match (&self.read_only, self.extra(field).map(|extra| &extra.kind)) {
            (Some(reason), _) | (None, Some(Kind::Barred(reason))) => Err(reason.clone()),
            (None, _) => capability::allowed(self.vendor, &self.base.row, field.part),
        }
    }

    /// The fields that this form shows, in the order of Tab.
    pub fn fields(&self) -> Vec<Aspect> {
        match self.only {
            Some(part) => vec![Aspect::of_part(part)],
            None => self.all_fields().collect(),
        }
    }

    fn all_fields(&self) -> impl Iterator<Item = Aspect> {
        FIELDS.into_iter().map(Aspect::of_part).chain(self.extras.iter().map(|extra| extra.aspect.clone()))
    }

    pub fn extra(&self, field: &Aspect) -> Option<&Extra> {
        self.extras.iter().find(|extra| extra.aspect == *field)
    }

    /// As the form names a field.
    pub fn name<'a>(&'a self, field: &Aspect) -> &'a str {
        self.extra(field).map_or(field.part.name(), |extra| &extra.name)
    }

    pub fn priorities(&self) -> &'static [&'static str] {
        capability::priorities(self.vendor)
    }

    /// Which status is marked now: the chosen one, else the case's own.
    pub fn shown_status(&self) -> Option<usize> {
        self.status.or_else(|| statuses::position_of_status(&self.statuses, &self.base))
    }

    /// Which priority is marked now: the chosen one, else the case's own.
    pub fn shown_priority(&self) -> Option<usize> {
        self.priority.or_else(|| statuses::position_of_priority(self.vendor, &self.base))
    }

    /// What stands in a field, and what the base has there, as text.
    fn texts(&self, field: &Aspect) -> (String, String) {
        let row = &self.base.row;
        match field.part {
            Part::Title => (text_of(&self.title), row.title.to_string()),
            Part::Description => (text_of(&self.description), self.base.description.to_string()),
            Part::Comment => (text_of(&self.comment), String::new()),
            Part::Status => {
                let has = row.status.name.to_string();
                let chosen = self.status.filter(|chosen| Some(*chosen) != statuses::position_of_status(&self.statuses, &self.base));
                (chosen.and_then(|chosen| self.statuses.get(chosen)).map_or_else(|| has.clone(), |status| status.name.to_string()), has)
            }
            Part::Priority => {
                let has = row.priority.as_ref().map_or_else(String::new, |priority| priority.name.to_string());
                let chosen = self.priority.filter(|chosen| Some(*chosen) != statuses::position_of_priority(self.vendor, &self.base));
                (chosen.and_then(|chosen| self.priorities().get(chosen)).map_or_else(|| has.clone(), |name| (*name).to_owned()), has)
            }
            _ => self.extra(field).map_or_else(Default::default, |extra| (extra.line(), extra.first().to_owned())),
        }
    }

    fn differs(&self, field: &Aspect) -> bool {
        match field.part {
            Part::Comment => !text_of(&self.comment).trim().is_empty(),
            Part::Title => self.raw(field) != self.base.row.title.raw(),
            Part::Description => self.raw(field) != self.base.description.raw(),
            Part::Status | Part::Priority => {
                let (now, base) = self.texts(field);
                now != base
            }
            _ => self.extra(field).is_some_and(Extra::is_changed),
        }
    }

    /// What stands in a field, byte for byte as it would be sent: what was left alone of a text keeps its bytes.
    fn raw(&self, field: &Aspect) -> String {
        match field.part {
            Part::Title => self.origins[0].raw(&text_of(&self.title)),
            Part::Description => self.origins[1].raw(&text_of(&self.description)),
            Part::Comment => self.origins[2].raw(&text_of(&self.comment)),
            Part::Status | Part::Priority => self.texts(field).0,
            _ => self.extra(field).map(Extra::kept).unwrap_or_default(),
        }
    }

    /// What this form would send, in the order of sending; the comment last.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = self.all_changes();
        changes.retain(|change| self.only.is_none_or(|part| change.part() == part));
        changes
    }

    /// What differs from the base, also in fields that a short form does not show.
    fn all_changes(&self) -> Vec<Change> {
        let text = |part| Some(self.raw(&Aspect::of_part(part))).filter(|_| self.differs(&Aspect::of_part(part)));
        let status = || self.statuses.get(self.shown_status()?).filter(|_| self.differs(&Aspect::of_part(Part::Status))).cloned();
        let mut changes = Vec::new();
        changes.extend(text(Part::Title).map(Change::Title));
        changes.extend(status().map(Change::Status));
        changes.extend(text(Part::Priority).map(Change::Priority));
        changes.extend(text(Part::Description).map(Change::Description));
        changes.extend(self.extras.iter().flat_map(|extra| extra.changes(&self.base, self.directory.as_deref())));
        changes.extend(text(Part::Comment).map(Change::Comment));
        changes
    }

    /// Fields that differ from the base, among those that the form shows.
    pub fn changed(&self) -> usize {
        self.fields().iter().filter(|field| self.differs(field)).count()
    }

    pub fn edit(&self) -> Edit {
        Edit::new(&self.base, self.changes())
    }

    /// The first field that cannot be sent as it is, and why.
    pub fn blocked(&self) -> Option<(Aspect, String)> {
        self.fields().into_iter().find_map(|field| match self.mark(&field) {
            Mark::Invalid(reason) => Some((field, reason)),
            _ => None,
        })
    }

    /// Everything that differs from the base, as it was typed; None: nothing does.
    pub(in crate::tui) fn draft(&self, now: Timestamp) -> Option<Draft> {
        Some(self.draft_with(now, |_| false)).filter(|draft| !draft.values.is_empty())
    }

    /// What an editor is opened on with this text; no field: the whole case.
    pub(in crate::tui) fn opened(&self, field: Option<Aspect>, text: String, now: Timestamp) -> Opened {
        let draft = self.draft_with(now, |other| field.as_ref().is_none_or(|field| field == other));
        Opened { draft, raw: field.as_ref().map_or_else(String::new, |field| self.raw(field)), field, text }
    }

    /// Everything that differs from the base, and what the person saw there and in what else `is_seen`.
    fn draft_with(&self, now: Timestamp, is_seen: impl Fn(&Aspect) -> bool) -> Draft {
        let changed: Vec<Aspect> = self.all_fields().filter(|field| self.differs(field)).collect();
        let mut base: Vec<Seen> = Vec::new();
        // A text for all fields says something of each.
        let is_based = |field: &Aspect| changed.contains(field) || self.unread.is_some() || is_seen(field);
        for field in self.all_fields().filter(|field| field.part != Part::Comment && is_based(field)) {
            base.push(Seen::of(&self.base, field.clone()));
            if field.part == Part::Attributes {
                let of_key = |(key, _): &(Clean, _)| Aspect { part: Part::Attributes, key: key.raw().into() };
                base.extend(self.base.attributes.iter().map(of_key).map(|aspect| Seen::of(&self.base, aspect)));
            }
        }
        let unread = self.unread.clone().map(|text| (Draft::as_written(), Value::Text(text)));
        // Of a list what its line shows, and before it the values that the line stands for.
        let listed = |field: &Aspect| self.extra(field).and_then(Extra::raw_values).map(|values| Value::Set(values.into_iter().collect()));
        let of_field = |field: Aspect| [listed(&field), Some(Value::Text(self.raw(&field)))].map(|value| Some((field.clone(), value?)));
        let values = changed.into_iter().flat_map(of_field).flatten().chain(unread).collect();
        Draft {
            case: self.base.row.id.clone(),
            marked: self.marked.clone(),
            values,
            base,
            saved_at: now,
            decided: Vec::new(),
            holds_shown_text: false,
        }
    }

    /// What remains once the fields it shows are sent.
    pub(in crate::tui) fn without_sent(mut self) -> Self {
        for field in self.fields() {
            let base = match field.part {
                Part::Title => self.base.row.title.raw().to_owned(),
                Part::Description => self.base.description.raw().to_owned(),
                _ => self.texts(&field).1,
            };
            self.put(&field, &base);
        }
        self
    }

    /// Writes a whole field, of which this is the raw text; a choice that is not on offer is left as it is.
    pub(in crate::tui) fn put(&mut self, field: &Aspect, text: &str) {
        match field.part {
            Part::Title => self.title = line_area(self.expect(0, Clean::line(text)).as_str()),
            Part::Description => self.description = text_area(self.expect(1, Clean::block(text)).as_str()),
            Part::Comment => self.comment = text_area(self.expect(2, Clean::block(text)).as_str()),
            Part::Status => self.status = self.statuses.iter().position(|status| status.name.as_str().eq_ignore_ascii_case(text)),
            Part::Priority => self.priority = self.priorities().iter().position(|name| name.eq_ignore_ascii_case(text)),
            _ => {
                if let Some(extra) = self.extras.iter_mut().find(|extra| extra.aspect == *field) {
                    extra.put(text);
                }
            }
        }
    }

    fn expect(&mut self, place: usize, text: Clean) -> Clean {
        self.origins[place].add(text.clone());
        text
    }

    /// The field is about to show this raw text.
    fn expect_raw(&mut self, field: &Aspect, raw: &str) -> Clean {
        match field.part {
            Part::Description => self.expect(1, Clean::block(raw)),
            Part::Comment => self.expect(2, Clean::block(raw)),
            Part::Title => self.expect(0, Clean::line(raw)),
            _ => self.extras.iter_mut().find(|extra| extra.aspect == *field).map_or_else(Clean::default, |extra| extra.expect_text(raw)),
        }
    }

    /// Text at the cursor: shown harmless, sent as it was pasted. Whether the field takes any.
    pub(in crate::tui) fn paste(&mut self, text: &str) -> bool {
        let field = self.field.clone();
        let (text, shown) = if field.is_block() {
            (text.to_owned(), Clean::block(text))
        } else {
            let line = text.replace(['\n', '\t'], " ");
            let shown = Clean::line(&line);
            (line, shown)
        };
        let Some(area) = self.text() else { return false };
        area.insert_str(&text);
        if !shown.is_verbatim() {
            let raw = self.raw(&field);
            self.expect_raw(&field, &raw);
            if let Some(area) = self.text() {
                area.undo();
                area.insert_str(shown.as_str());
            }
        }
        true
    }

    /// The raw text of a field once what it shows was changed into `typed` elsewhere.
    fn retyped(&self, field: &Aspect, typed: &str) -> String {
        let raw = self.raw(field);
        if field.is_block() { Clean::block(&raw) } else { Clean::line(&raw) }.retyped(typed)
    }

    /// The text of a field as an editor left it; undo brings the one before back.
    pub(in crate::tui) fn put_edited(&mut self, field: &Aspect, text: &str) {
        let raw = self.retyped(field, text);
        self.field = field.clone();
        if self.text().is_none_or(|area| text_of(area) == text) {
            return;
        }
        let shown = self.expect_raw(field, &raw);
        if let Some(area) = self.text() {
            area.select_all();
            area.cut();
            area.insert_str(shown.as_str());
        }
    }

    /// The text that has the keys; None on a choice.
    pub(in crate::tui) fn text(&mut self) -> Option<&mut TextArea<'static>> {
        match self.field.part {
            Part::Title => Some(&mut self.title),
            Part::Description => Some(&mut self.description),
            Part::Comment => Some(&mut self.comment),
            Part::Status | Part::Priority => None,
            _ => {
                let extra = self.extras.iter_mut().find(|extra| extra.aspect == self.field)?;
                (!matches!(extra.kind, Kind::Choice(_) | Kind::Barred(_))).then_some(&mut extra.area)
            }
        }
    }
}
