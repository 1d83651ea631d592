//! Edits on their way: marks in the list, words in the status line, and the screen that settles what is stuck.

pub mod acts;

use compact_str::CompactString;
use jiff::Timestamp;

use crate::domain::case::Rid;
use crate::domain::change::Change;
use crate::domain::count::count;
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::person::Person;
use crate::domain::text::Clean;
use crate::domain::turn;

/// Characters of a new title shown in one line about an edit.
const TITLE_CHARS: usize = 40;

/// An edit that is not settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Queued {
    pub entry: OutboxEntry,
    /// None: its case is not known (not read yet, or gone).
    pub rid: Option<Rid>,
    /// The case's key, else its id.
    pub key: CompactString,
    /// When its send delay has passed, by the clock that nobody sets; None: it has none.
    pub leaves_at: Option<Timestamp>,
}

impl Queued {
    /// It is not sent before somebody decides it or lets it go.
    pub fn waits_for_person(&self) -> bool {
        self.entry.progress.needs_person() || self.entry.is_held
    }

    /// Whether the call that comes next cannot be taken back.
    pub(in crate::tui) fn next_lasts(&self) -> bool {
        let (Progress::Parked { done, .. } | Progress::Unknown { done, .. }) = self.entry.progress else { return false };
        self.entry.calls.get(done).is_some_and(|call| call.lasting.is_some())
    }

    /// `waiting`, `sending 2 of 3`, `UNKNOWN whether it arrived: …`.
    pub fn progress(&self, is_offline: bool) -> String {
        match &self.entry.progress {
            Progress::Queued if self.entry.is_held => "held".into(),
            Progress::Queued if self.entry.is_behind() => turn::behind().message.to_string(),
            Progress::Queued if is_offline => "waiting on disk".into(),
            Progress::Queued => {
                self.entry.delayed_by.as_ref().map_or_else(|| "queued".into(), |fault| format!("NOT SENT YET: {}", fault.message))
            }
            Progress::Sending { .. } if is_offline => "begun, may have arrived".into(),
            Progress::Sending { done, calls } => format!("sending {} of {calls}", (done + 1).min(*calls)),
            Progress::Sent if is_offline => "sent, not read back yet".into(),
            Progress::Sent => match &self.entry.delayed_by {
                Some(fault) => format!("sent, but NOT READ BACK YET: {}", fault.message),
                None => "sent, reading back".into(),
            },
            Progress::Verified if self.entry.unsent().is_some() => {
                format!("nothing was sent: {}", self.entry.unsent().unwrap_or_default())
            }
            Progress::Verified => match &self.entry.unread {
                Some(fault) => format!("sent, the vendor's answer is proof of it; reading it back failed: {}", fault.message),
                None => "sent, read back ok".into(),
            },
            Progress::Parked { fault, .. } if self.entry.conflict.is_some() => format!("CONFLICT: {}", fault.message),
            Progress::Parked { fault, .. } => format!("STOPPED: {}", fault.message),
            Progress::Unknown { fault, .. } => format!("UNKNOWN whether it arrived: {}", fault.message),
        }
    }

    /// Its send delay runs.
    pub fn counts_down(&self, now: Timestamp) -> bool {
        self.leaves_unasked() && self.leaves_at.is_some_and(|at| at > now)
    }

    /// Of a bulk change: it is listed like an edit of its own, because a person has to decide it or what it waits behind.
    pub(in crate::tui) fn stands_alone(&self) -> bool {
        self.entry.progress.needs_person() || self.entry.is_behind()
    }

    pub(in crate::tui) fn is_waiting(&self) -> bool {
        self.entry.progress == Progress::Queued
    }

    /// It waits for nothing but its time and the network.
    fn leaves_unasked(&self) -> bool {
        self.is_waiting() && !self.entry.is_held && !self.entry.is_behind()
    }
}

/// One change in a few words; `people`: whom its vendor knows, so that of two of one name the mail address tells which.
pub fn wish<'a>(change: &Change, people: impl IntoIterator<Item = &'a Person>) -> String {
    match change {
        Change::Title(title) => {
            let cut: String = title.chars().take(TITLE_CHARS).collect();
            format!("title -> {}", Clean::line(&cut))
        }
        Change::Description(_) => "description".into(),
        Change::Status(status) => format!("status -> {}", status.name),
        Change::Priority(name) => format!("priority -> {}", Clean::line(name)),
        Change::Assign(person) => format!("assign {}", person.told(people)),
        Change::Unassign(person) => format!("unassign {}", person.told(people)),
        Change::AddTags(tags) => format!("+{}", Clean::line(&tags.join(" +"))),
        Change::RemoveTags(tags) => format!("-{}", Clean::line(&tags.join(" -"))),
        Change::Attribute { key, .. } => format!("attribute {}", Clean::line(key)),
        Change::Field { id, values } => Clean::line(&format!("{id} -> {}", values.join(", "))).to_string(),
        Change::Archive => "archive".into(),
        Change::Unarchive => "unarchive".into(),
        Change::Comment(text) => format!("comment ({})", count(text.chars().count(), "char")),
    }
}
