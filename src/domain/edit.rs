//! A change that a person wants, the calls that make it, and how far it has come.

use std::time::Duration;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::aspect::{Aspect, Seen, Stay, Value as Held};
use super::batch::Batch;
use super::case::{Case, CaseId};
use super::change::Change;
use super::fault::Fault;
use super::merge::{Conflict, Merge, Outcome};
use super::part::Part;
use super::person::Roster;
use super::text::Clean;

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
}
