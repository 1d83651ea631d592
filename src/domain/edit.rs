//! A change that a person wants, the calls that make it, and how far it has come.

use std::time::Duration;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::aspect::{Aspect, Seen, Stay, Value as Held};
use super::bulk::Batch;
use super::case::{Case, CaseId, FieldKind, State};
use super::directory::StatusOption;
use super::fault::Fault;
use super::merge::{Conflict, Merge, Outcome};
use super::person::{Person, Roster};
use super::text::Clean;

/// A part of a case that can be changed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Title,
    Description,
    Status,
    Priority,
    Assignees,
    Tags,
    Attributes,
    Archived,
    /// Datadog custom attribute, due date or resolved reason; Tines field.
    Field,
    Comment,
}

impl Part {
    pub const ALL: [Self; 10] = [
        Self::Title,
        Self::Description,
        Self::Status,
        Self::Priority,
        Self::Assignees,
        Self::Tags,
        Self::Attributes,
        Self::Archived,
        Self::Field,
        Self::Comment,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Assignees => "assignees",
            Self::Tags => "tags",
            Self::Attributes => "attributes",
            Self::Archived => "archived",
            Self::Field => "field",
            Self::Comment => "comment",
        }
    }
}

/// One wish. Values are what the person typed or chose; they are sent as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Title(String),
    Description(String),
    Status(StatusOption),
    /// The vendor's spelling: `P2`, `HIGH`, `NOT_DEFINED`.
    Priority(String),
    /// Adds an assignee; Datadog holds one, so there it replaces.
    Assign(Person),
    Unassign(Person),
    AddTags(Vec<String>),
    RemoveTags(Vec<String>),
    /// Datadog attribute: all values of one key; an empty list removes the key.
    Attribute {
        key: String,
        values: Vec<String>,
    },
    /// A field by its [`super::case::Field::id`], also Datadog's `due_date` (`YYYY-MM-DD`) and `security_resolved_reason`:
    /// all its values; empty clears it.
    Field {
        id: String,
        values: Vec<String>,
    },
    Archive,
    Unarchive,
    Comment(String),
}

impl Change {
    pub fn part(&self) -> Part {
        match self {
            Self::Title(_) => Part::Title,
            Self::Description(_) => Part::Description,
            Self::Status(_) => Part::Status,
            Self::Priority(_) => Part::Priority,
            Self::Assign(_) | Self::Unassign(_) => Part::Assignees,
            Self::AddTags(_) | Self::RemoveTags(_) => Part::Tags,
            Self::Attribute { .. } => Part::Attributes,
            Self::Archive | Self::Unarchive => Part::Archived,
            Self::Field { .. } => Part::Field,
            Self::Comment(_) => Part::Comment,
        }
    }

    /// Whether the case holds this wish to the letter. A comment is judged by its timeline, not here: None.
    pub fn is_met(&self, case: &Case) -> Option<bool> {
        match self {
            Self::Title(title) => Some(case.row.title.raw() == title),
            Self::Description(text) => Some(case.description.raw() == text),
            // `1.10` is another version than `1.1`, though the same number.
            Self::Field { id, values } => {
                let known = case.fields.iter().find(|field| field.id == id.as_str());
                let is_text = known.is_some_and(|field| field.kind == FieldKind::Text);
                let is_there = |value: &String| known.is_some_and(|field| field.values.iter().any(|known| known.raw() == value));
                Some(self.holds(case)? && (!is_text || values.iter().all(is_there)))
            }
            _ => self.holds(case),
        }
    }

    /// Whether the case, read back, shows this wish as done: vendors trim texts, and write line ends, numbers and times in
    /// their own way. A comment is judged by its timeline, not here: None.
    pub fn holds(&self, case: &Case) -> Option<bool> {
        let row = &case.row;
        Some(match self {
            Self::Title(title) => same_text(row.title.raw(), title),
            Self::Description(text) => same_text(case.description.raw(), text),
            Self::Status(wanted) => row.status.name == wanted.name || (wanted.is_plain() && row.status.state == Some(wanted.state)),
            Self::Priority(name) => row.priority.as_ref().is_some_and(|priority| priority.name.as_str().eq_ignore_ascii_case(name)),
            Self::Assign(person) => row.assignees.iter().any(|known| known.is(person)),
            Self::Unassign(person) => !row.assignees.iter().any(|known| known.is(person)),
            Self::AddTags(tags) => tags.iter().all(|tag| row.tags.iter().any(|known| known.raw() == tag)),
            Self::RemoveTags(tags) => !tags.iter().any(|tag| row.tags.iter().any(|known| known.raw() == tag)),
            Self::Attribute { key, values } => {
                let known = case.attributes.iter().find(|(name, _)| name.raw() == key).map_or(&[][..], |(_, values)| values);
                known.len() == values.len() && values.iter().all(|value| known.iter().any(|known| known.raw() == value))
            }
            Self::Field { id, values } => {
                let known = case.fields.iter().find(|field| field.id == id.as_str()).map_or(&[][..], |field| &field.values);
                known.len() == values.len() && values.iter().all(|value| known.iter().any(|known| same_value(known.raw(), value)))
            }
            Self::Archive => row.status.state == Some(State::Archived),
            Self::Unarchive => row.status.state != Some(State::Archived),
            Self::Comment(_) => return None,
        })
    }
}

/// Whether one text may be the other as a vendor gives it back: trimmed, with its own line ends, and nothing else.
pub fn same_text(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.trim().replace("\r\n", "\n").replace('\r', "\n");
    a == b || plain(a) == plain(b)
}

/// Vendors write numbers and times in their own way: `5.0` comes back as `5`, `+00:00` as `Z`.
fn same_value(known: &str, typed: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite()).map(f64::to_bits);
    let time = |text: &str| text.trim().parse::<Timestamp>().ok();
    let is_same_number = number(known).is_some_and(|known| Some(known) == number(typed));
    same_text(known, typed) || is_same_number || time(known).is_some_and(|known| Some(known) == time(typed))
}

/// All wishes for one case that leave together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    pub case: CaseId,
    /// At most one per [`Part`] except tags, assignees, attributes and fields.
    pub changes: Vec<Change>,
    /// What the person saw of all that the changes are about. Empty: nothing is compared, the edit is sent as it is.
    #[serde(default)]
    pub base: Vec<Seen>,
}

impl Edit {
    /// An edit of a case as the person sees it.
    pub fn new(case: &Case, changes: Vec<Change>) -> Self {
        let mut base: Vec<Seen> = Vec::new();
        for aspect in changes.iter().filter_map(Aspect::of) {
            if !base.iter().any(|seen| seen.aspect == aspect) {
                base.push(Seen::of(case, aspect));
            }
        }
        Self { case: case.row.id.clone(), changes, base }
    }

    /// An edit that is compared with nothing.
    pub fn unguarded(case: CaseId, changes: Vec<Change>) -> Self {
        Self { case, changes, base: Vec::new() }
    }

    /// The same edit by somebody who sees the case as it is now: a value that is replaced whole is replaced knowingly.
    /// Texts and sets keep what was seen when they were written, and are merged.
    #[must_use]
    pub fn seen_now(mut self, case: &Case) -> Self {
        for seen in &mut self.base {
            let now = Seen::of(case, seen.aspect.clone());
            let is_line = |seen: &Seen| matches!(&seen.value, Held::Text(text) if !text.contains('\n'));
            let is_whole = match seen.aspect.part {
                Part::Status | Part::Priority | Part::Archived => true,
                Part::Field => is_line(seen) && is_line(&now),
                _ => false,
            };
            if is_whole {
                *seen = now;
            }
        }
        self
    }

    /// The same edit by somebody who is shown what each value is now and what it becomes. Texts of several lines are not shown
    /// whole: they are merged.
    #[must_use]
    pub fn made_again(mut self, case: &Case) -> Self {
        let is_long = |seen: &Seen| matches!(&seen.value, Held::Text(text) if text.contains('\n'));
        for seen in &mut self.base {
            let now = Seen::of(case, seen.aspect.clone());
            if !(is_long(seen) || is_long(&now)) {
                *seen = now;
            }
        }
        self
    }

    /// Who is meant in it and in the case it is about: as the case has them, else as they were seen.
    pub fn roster<'p>(&'p self, case: &'p Case) -> Roster<'p> {
        Roster::of(case.row.assignees.iter().chain(self.base.iter().flat_map(|seen| &seen.people)))
    }

    /// The same edit with everybody under one name: the case may hold by id whom the person knew by mail.
    #[must_use]
    pub fn named_by(&self, roster: &Roster<'_>) -> Self {
        let change = |change: &Change| match change {
            Change::Assign(person) => Change::Assign(roster.person(person).clone()),
            Change::Unassign(person) => Change::Unassign(roster.person(person).clone()),
            other => other.clone(),
        };
        let seen = |seen: &Seen| Seen { value: seen.value.named_by(&seen.aspect, roster), ..seen.clone() };
        Self { case: self.case.clone(), changes: self.changes.iter().map(change).collect(), base: self.base.iter().map(seen).collect() }
    }

    /// Whether it is compared with anything before it leaves.
    pub fn is_guarded(&self) -> bool {
        !self.base.is_empty()
    }

    /// The changes of one aspect.
    pub fn about<'a>(&'a self, aspect: &'a Aspect) -> impl Iterator<Item = &'a Change> {
        self.changes.iter().filter(move |change| Aspect::of(change).as_ref() == Some(aspect))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One literal call to a vendor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub method: Method,
    /// Path and query as the vendor receives them, percent-encoded: `/api/v2/cases/…/status`.
    pub path: String,
    pub body: Option<Value>,
    /// Which of the edit's changes this call makes, by their place.
    pub makes: Vec<usize>,
    /// What cannot be taken back about it; None: a later edit restores the old value.
    pub lasting: Option<String>,
    /// What of it the vendor takes no old value back for; the rest can be restored without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<Stay>,
}

/// What would leave, and what the vendor does besides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Old and new value per change, in the order of the edit.
    pub lines: Vec<PlanLine>,
    pub calls: Vec<Call>,
    /// `re-opening mails the assignees`; empty when nothing is known.
    pub side_effects: Vec<String>,
}

/// Values byte for byte, as in [`super::aspect::Value`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    pub part: Part,
    pub old: String,
    pub new: String,
}

impl PlanLine {
    /// The lines as they are told: what adds and what removes members of one set is one change from old to new.
    pub fn told(lines: &[Self]) -> Vec<Self> {
        let mut told: Vec<Self> = Vec::new();
        for line in lines {
            let is_set = matches!(line.part, Part::Tags | Part::Assignees);
            match told.last_mut().filter(|last| is_set && last.part == line.part && last.new == line.old) {
                Some(last) => last.new.clone_from(&line.new),
                None => told.push(line.clone()),
            }
        }
        told
    }

    /// What changes does not show.
    pub fn is_unseen(&self) -> bool {
        self.old != self.new && Clean::block(&self.old).as_str() == Clean::block(&self.new).as_str()
    }
}

/// How far a queued edit has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Progress {
    /// On disk and synced, nothing sent.
    Queued,
    /// `done` of `calls` have been answered.
    Sending { done: usize, calls: usize },
    /// Every call was answered with success; the case is being read back.
    Sent,
    /// Read back: the case shows it.
    Verified,
    /// Stopped; it waits for a person. `done` calls have landed.
    Parked { fault: Fault, done: usize },
    /// A call went out and no answer came: it may have happened.
    Unknown { fault: Fault, done: usize },
}

impl Progress {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending { .. } => "sending",
            Self::Sent => "sent",
            Self::Verified => "verified",
            Self::Parked { .. } => "parked",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// Nothing more will happen to it by itself or by a person.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Verified)
    }

    pub fn needs_person(&self) -> bool {
        matches!(self, Self::Parked { .. } | Self::Unknown { .. })
    }
}

/// A committed edit on its way.
#[expect(clippy::struct_excessive_bools, reason = "independent facts; every combination is possible")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Ordered by time of saving (UUID version 7).
    pub id: CompactString,
    pub edit: Edit,
    /// Old and new values as they were shown to the person, one per change: what a resend is checked against.
    #[serde(default)]
    pub lines: Vec<PlanLine>,
    /// The calls as they were shown to the person.
    pub calls: Vec<Call>,
    pub progress: Progress,
    pub saved_at: Timestamp,
    /// Not before this time: the send delay, in which it can be taken back. None: at once.
    #[serde(default)]
    pub send_after: Option<Timestamp>,
    /// A person wants it to wait until they release it.
    #[serde(default)]
    pub is_held: bool,
    /// What somebody else did to the same case; the entry is parked until every overlap is decided.
    #[serde(default)]
    pub conflict: Option<Conflict>,
    /// The entry whose change this one takes back or repeats.
    #[serde(default)]
    pub undoes: Option<CompactString>,
    /// The bulk change that it is part of. It then stays in the outbox, verified, until the whole is put away.
    #[serde(default)]
    pub batch: Option<Batch>,
    /// Why the last try came to nothing, where the next one comes by itself; None: nothing stands in its way.
    #[serde(default)]
    pub delayed_by: Option<Fault>,
    /// When the case had last changed as it was read before its next call left, as far as the answers to all calls before
    /// prove them: a later change is somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<Timestamp>,
    /// What the answers to its calls prove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<Proof>,
    /// Verified by the vendor's answers alone: why it could not be read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Fault>,
    /// It came to its end without a call: theirs was chosen, or the case showed it already.
    #[serde(default)]
    pub is_unsent: bool,
    /// It was saved by a caseload that kept texts as they are shown, not as the vendor has them: a person is asked before
    /// such a text takes the place of another.
    #[serde(default)]
    pub holds_shown_text: bool,
    /// A person lets it leave before the stopped edits of its case.
    #[serde(default)]
    pub is_ahead: bool,
}

/// What the answer to a call proves about one change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    pub change: Change,
    /// The vendor's id of what was made: a comment's. Empty: the answer was the case, and it showed the change.
    pub id: CompactString,
    /// When the case has changed by it, as the answer says. None: the answer did not say, or the case was read again since.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

impl OutboxEntry {
    /// Why nothing of it had to be sent; None: something had, or it is not settled.
    pub fn unsent(&self) -> Option<&'static str> {
        let is_over = self.progress.is_settled() && self.is_unsent;
        is_over.then_some(if self.edit.changes.is_empty() { "left as theirs" } else { "was so already" })
    }

    /// What has not landed by the calls that were answered, or has met somebody else's change since.
    pub fn open_changes(&self) -> impl Iterator<Item = &Change> {
        let done = match self.progress {
            Progress::Sending { done, .. } | Progress::Parked { done, .. } | Progress::Unknown { done, .. } => done,
            Progress::Queued => 0,
            Progress::Sent | Progress::Verified => self.calls.len(),
        };
        let landed: Vec<usize> = self.calls.iter().take(done).flat_map(|call| &call.makes).copied().collect();
        let is_contested = |change: &Change| {
            let aspect = Aspect::of(change);
            let merges = self.conflict.iter().flat_map(|conflict| &conflict.merges);
            let is_open = |merge: &Merge| Some(&merge.aspect) == aspect.as_ref() && matches!(merge.outcome, Outcome::Overlap(_));
            merges.into_iter().any(is_open)
        };
        let changes = self.edit.changes.iter().enumerate();
        changes.filter(move |(at, change)| !landed.contains(at) || is_contested(change)).map(|(_, change)| change)
    }

    /// An edit that was just committed, with what the person was shown of it.
    pub fn queued(id: impl Into<CompactString>, edit: Edit, plan: Plan, saved_at: Timestamp) -> Self {
        Self {
            id: id.into(),
            edit,
            lines: plan.lines,
            calls: plan.calls,
            progress: Progress::Queued,
            saved_at,
            send_after: None,
            is_held: false,
            conflict: None,
            undoes: None,
            batch: None,
            delayed_by: None,
            found_at: None,
            proofs: Vec::new(),
            unread: None,
            is_unsent: false,
            holds_shown_text: false,
            is_ahead: false,
        }
    }

    /// What is left of its send delay: never more than the whole of it, for the clock may have been set back since it was
    /// saved. None: it has none, or it has passed.
    pub fn delay_left(&self, now: Timestamp) -> Option<Duration> {
        let then = self.send_after?;
        let left = then.duration_since(now).min(then.duration_since(self.saved_at));
        Duration::try_from(left).ok().filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::super::case::{Field, Vendor};
    use super::super::sample;
    use super::*;

    #[test]
    fn what_adds_and_removes_tags_is_told_as_one_change() {
        let line = |part, old: &str, new: &str| PlanLine { part, old: old.into(), new: new.into() };
        let lines = vec![
            line(Part::Title, "a", "b"),
            line(Part::Tags, "old", "old, new"),
            line(Part::Tags, "old, new", "new"),
            line(Part::Comment, "", "x"),
            line(Part::Comment, "x", "y"),
        ];
        let plan = Plan { lines: lines.clone(), ..Plan::default() };
        let one = line(Part::Tags, "old", "new");
        assert_eq!(PlanLine::told(&plan.lines), [lines[0].clone(), one, lines[3].clone(), lines[4].clone()]);
    }

    #[test]
    fn a_text_is_met_to_the_letter_and_a_number_by_its_value() {
        let mut case = sample::case(Vendor::Tines, 1);
        for (kind, held, wished, is_met) in [
            (FieldKind::Text, "1.10", "1.1", false),
            (FieldKind::Text, "0123", "123", false),
            (FieldKind::Text, "1.10", "1.10", true),
            (FieldKind::Number, "5", "5.0", true),
            (FieldKind::Time, "2026-11-29T00:00:00Z", "2026-11-29T00:00:00+00:00", true),
        ] {
            case.fields = vec![Field {
                id: "9".into(),
                input_id: "1".into(),
                name: Clean::line("Version"),
                kind,
                values: vec![Clean::line(held)],
                is_multi: false,
                options: Vec::new(),
            }];
            let wish = Change::Field { id: "9".into(), values: vec![wished.into()] };
            assert_eq!(wish.is_met(&case), Some(is_met), "{held} {wished}");
            assert_eq!(wish.holds(&case), Some(true), "read back, a vendor may write it either way");
        }
    }
}
