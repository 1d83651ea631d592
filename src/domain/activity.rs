//! What happened to a case, as its vendor tells it.

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::person::Person;
use super::text::Clean;

/// One entry of the timeline. Datadog: a timeline cell. Tines: an activity (`team_case_actions` in v1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub id: CompactString,
    /// The vendor's own word in upper case: `COMMENT`, `COMMENTED`, `SEVERITY_UPDATED`; an open set.
    #[serde(with = "super::text::kept")]
    pub kind: Clean,
    pub topic: Topic,
    /// None: automation, or the vendor sent an empty user.
    pub who: Option<Person>,
    /// None in Tines v1, which keeps the server's order.
    pub at: Option<Timestamp>,
    /// Comment text (markdown, several lines), or what changed in words; empty when the kind says it all.
    #[serde(with = "super::text::kept")]
    pub text: Clean,
    /// Name of the file of `FILE_ATTACHED…`.
    pub file: Option<Clean>,
    /// Datadog keeps deleted comments in the list with scrubbed text.
    pub is_deleted: bool,
}

/// What an entry is about: the type filter of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Comment,
    Change,
    File,
    Record,
    Clock,
    Other,
}
