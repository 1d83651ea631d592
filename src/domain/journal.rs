//! One line per write and its outcome, for whoever asks later what was done.

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::edit::{Method, PlanLine};

/// A line of the journal. On disk one JSON object per line, followed by the hash of the line before and its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalLine {
    pub at: Timestamp,
    /// The outbox entry; all lines of one edit share it.
    pub entry: CompactString,
    /// By its configured name.
    pub source: String,
    /// The vendor's own id.
    pub case: CompactString,
    pub event: Event,
    /// Before and after of what the event is about.
    pub lines: Vec<PlanLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// Committed to the outbox.
    Queued,
    /// A call was answered with success.
    Landed { call: usize, method: Method, path: String },
    /// A call was refused; it did not happen.
    Refused { call: usize, method: Method, path: String, fault: String },
    /// The case showed these wishes already, by another hand: nothing was sent for them.
    Unsent,
    /// A call went out and no answer came.
    Unknown { call: usize, method: Method, path: String, fault: String },
    /// The case shows the whole edit.
    Verified,
    /// The vendor's answers prove the whole edit, but it could not be read back.
    Answered { fault: String },
    /// Somebody else changed the same thing; a person has to decide.
    Conflict,
    /// A person decided an overlap.
    Decided,
    /// Given up by a person; calls that had landed stay.
    Dropped,
}
