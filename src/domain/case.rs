//! A case: the union over three vendors. Every field says where each vendor keeps it and what absence means.

use std::fmt;
use std::str::FromStr;

use compact_str::{CompactString, format_compact};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::activity::Activity;
use super::person::Person;
use super::raw_body::RawBody;
use super::record::{RecordTable, Slice};
use super::sla::Sla;
use super::text::Clean;

/// Who keeps the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    Datadog,
    Tines,
    ServerOps,
}

impl Vendor {
    pub const ALL: [Self; 3] = [Self::Datadog, Self::Tines, Self::ServerOps];

    /// As written in configuration and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Datadog => "datadog",
            Self::Tines => "tines",
            Self::ServerOps => "serverops",
        }
    }

    /// Two letters for a narrow column and for filters.
    pub fn code(self) -> &'static str {
        match self {
            Self::Datadog => "DD",
            Self::Tines => "TN",
            Self::ServerOps => "SO",
        }
    }

    /// What people call the case of this id by, as far as the id alone tells.
    pub fn key_of(self, id: &str) -> CompactString {
        match self {
            Self::Tines => compact_str::format_compact!("#{id}"),
            Self::Datadog | Self::ServerOps => id.into(),
        }
    }

    /// The codes of several sources by their vendors: numbered where a vendor has more than one.
    pub fn codes(vendors: &[Self]) -> Vec<CompactString> {
        let count = |vendor: &Self, among: &[Self]| among.iter().filter(|known| *known == vendor).count();
        let code = |(at, vendor): (usize, &Self)| match count(vendor, vendors) {
            1 => vendor.code().into(),
            _ => format_compact!("{}{}", &vendor.code()[..1], count(vendor, &vendors[..=at])),
        };
        vendors.iter().enumerate().map(code).collect()
    }

    /// As people say it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Datadog => "Datadog",
            Self::Tines => "Tines",
            Self::ServerOps => "ServerOps",
        }
    }
}

impl FromStr for Vendor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|vendor| vendor.name() == text)
            .ok_or_else(|| format!("unknown vendor `{text}`; it is one of datadog, tines, serverops"))
    }
}

/// A configured source, by its place in the configuration of this run. Disk knows sources by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceId(pub u8);

impl SourceId {
    /// No source: what is of marked cases, in whatever sources. A configuration has fewer.
    pub const OF_MARKS: Self = Self(u8::MAX);
}

/// A row's number in the data directory: issued once per case, stable, dense, never used for another case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rid(pub u32);

/// What identifies a case: its source and the vendor's own id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CaseId {
    pub source: SourceId,
    /// Datadog: UUID (`id`). Tines: `case_id`, a number as text. `ServerOps`: `id`.
    pub id: CompactString,
}

impl CaseId {
    /// In place of a case: cases that were marked together, told from others by a number.
    pub fn of_marks(number: i64) -> Self {
        Self { source: SourceId::OF_MARKS, id: number.to_string().into() }
    }

    pub fn is_of_marks(&self) -> bool {
        self.source == SourceId::OF_MARKS
    }
}

/// Where a case stands, in four words that hold for every vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    InProgress,
    Closed,
    Archived,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Closed => "closed",
            Self::Archived => "archived",
        }
    }
}

/// The state and the vendor's own name for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Status {
    /// Datadog: `status_group`, else `status`; `archived_at` wins. Tines: `status`, with the sub-status name telling
    /// open from in progress. `ServerOps`: `status`. None: a value that this version does not know; it counts as open.
    pub state: Option<State>,
    /// Datadog: `status_name`, else `status`. Tines: `sub_status.name`, else `status`. `ServerOps`: `status`.
    #[serde(with = "super::text::kept")]
    pub name: Clean,
}

impl Status {
    /// Not closed and not archived; an unknown state is kept in sight.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, Some(State::Closed | State::Archived))
    }
}

/// One order of urgency over both spellings: P1 = CRITICAL … P5 = INFO. `Critical` sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

impl Level {
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }

    /// Reads either spelling in any case: `P1`, `critical`, `CRITICAL`.
    pub fn read(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .zip(["p1", "p2", "p3", "p4", "p5"])
            .find(|(level, p)| *p == lower || level.name() == lower)
            .map(|(level, _)| level)
    }
}

/// Urgency, and how the vendor writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Priority {
    /// None: not set (Datadog `NOT_DEFINED`) or a value that this version does not know.
    pub level: Option<Level>,
    /// As it came: `P2`, `HIGH`, `NOT_DEFINED`.
    #[serde(with = "super::text::kept")]
    pub name: Clean,
}

impl Priority {
    pub fn read(raw: &str) -> Self {
        Self { level: Level::read(raw), name: Clean::line(raw) }
    }

    pub fn rank(&self) -> Rank {
        Rank::of(self.level, self.name.as_str())
    }
}

/// Where a priority stands among others, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rank {
    /// A vendor's word that this version does not know (`URGENT`, `P0`): it may be more urgent than all that are known.
    Unknown,
    Level(Level),
    Unset,
}

impl Rank {
    /// Words with which vendors say that no priority is set, in capitals.
    const UNSET: [&str; 3] = ["", "NOT_DEFINED", "NONE"];

    pub fn of(level: Option<Level>, name: &str) -> Self {
        match level {
            Some(level) => Self::Level(level),
            None if Self::UNSET.contains(&name.trim().to_ascii_uppercase().as_str()) => Self::Unset,
            None => Self::Unknown,
        }
    }

    pub fn level(self) -> Option<Level> {
        match self {
            Self::Level(level) => Some(level),
            Self::Unknown | Self::Unset => None,
        }
    }

    /// For a person; empty when nothing is set.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Level(level) => level.name(),
            Self::Unset => "",
        }
    }
}

/// Something with a number and a name: project, team, case type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    pub id: CompactString,
    /// Falls back to the id when the name is not known yet.
    #[serde(with = "super::text::kept")]
    pub name: Clean,
}

/// What the list shows of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub id: CaseId,
    /// Datadog: `key` (`SEC-882`, changes when moved to another project). Tines: `#` and `case_id`. `ServerOps`: `id`.
    #[serde(with = "super::text::kept")]
    pub key: Clean,
    /// Datadog, `ServerOps`: `title`. Tines: `name`.
    #[serde(with = "super::text::kept")]
    pub title: Clean,
    pub status: Status,
    /// Datadog, Tines: `priority`. None: `ServerOps` has no priority.
    pub priority: Option<Priority>,
    /// Datadog: at most one, absent when unassigned. Tines: `assignees`. `ServerOps`: always empty.
    pub assignees: Vec<Person>,
    /// Tines: tag names. Datadog: attributes as `key:value`. `ServerOps`: always empty.
    #[serde(with = "super::text::kept::list")]
    pub tags: Vec<Clean>,
    /// Every vendor: `created_at`. None: unreadable.
    pub created_at: Option<Timestamp>,
    /// Datadog: `modified_at`, absent until the first change. Tines, `ServerOps`: `updated_at`.
    pub updated_at: Option<Timestamp>,
    /// Datadog: `closed_at`, may be absent on a closed case. Tines: `resolved_at`. `ServerOps`: none.
    pub closed_at: Option<Timestamp>,
    /// When the clock ends that stands for the case (see [`super::sla::ends`]). None: no clock, or closed.
    /// [`super::sla::OVER_SINCE_UNKNOWN`]: it has run out, the vendor does not say when.
    pub due_at: Option<Timestamp>,
    /// When its other clocks end, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_due: Vec<Timestamp>,
    /// The page in the vendor's web UI; http or https only. `ServerOps`: none.
    pub url: Option<Clean>,
    /// Every vendor: `description`, where it comes with the row; null is empty. None: the list did not send it, and the case
    /// was not read by itself.
    pub description: Option<Clean>,
}

impl Row {
    pub fn rank(&self) -> Rank {
        self.priority.as_ref().map_or(Rank::Unset, Priority::rank)
    }
}

/// Everything that is known of a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    pub row: Row,
    /// Every vendor: `description`; null and missing are empty. Several lines, markdown.
    pub description: Clean,
    /// Datadog: `created_by`. Tines: `author`, empty user = automation. `ServerOps`: none.
    pub author: Option<Person>,
    /// Tines: `opened_by`; null where automation opened it.
    pub opened_by: Option<Person>,
    /// Tines: `opened_at`.
    pub opened_at: Option<Timestamp>,
    /// Tines: `resolved_by`.
    pub closed_by: Option<Person>,
    /// Datadog: `modified_by`, may be absent even after a change.
    pub changed_by: Option<Person>,
    /// Datadog: project. Tines: team. `ServerOps`: none.
    pub group: Option<Named>,
    /// Datadog: `type_id`, resolved through the directory. Others: none.
    pub case_type: Option<Named>,
    /// Datadog: `attributes`. Tines: `metadata`, one value each. Keys in the vendor's order.
    pub attributes: Vec<(Clean, Vec<Clean>)>,
    /// Datadog: `custom_attributes`. Tines: `fields`.
    pub fields: Vec<Field>,
    /// Tines: `slas`, else `sla`.
    pub slas: Vec<Sla>,
    /// Tines: `linked_cases`.
    pub links: Vec<Link>,
    /// Datadog: `jira_issue`, `service_now_ticket`, insights.
    pub tickets: Vec<ExternalLink>,
    /// `ServerOps`: `attachments`. Tines: files of its activities.
    pub attachments: Vec<Attachment>,
    /// Tines: `actions`. Their URLs embed a secret: shown by label, never printed or logged whole.
    pub buttons: Vec<Button>,
    /// Tines: `closure_conditions`, word for word.
    pub closure_conditions: Vec<ClosureCondition>,
    /// Datadog: `comment_count` of the search answer; always 0 on a single case, so None there.
    pub comment_count: Option<u64>,
    /// Tines v2: the first page that comes inside the case. None: ask for it.
    pub activities: Option<Slice<Activity>>,
    /// Tines v2: the first page that comes inside the case, grouped by type. None: ask for it.
    pub records: Option<Slice<RecordTable>>,
    /// The vendor's JSON as it came; hostile, so it is cleaned line by line before it is shown.
    pub raw: RawBody,
}

/// A custom field or attribute with its type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Tines: the field's own id, needed to write it. Datadog: the key.
    pub id: CompactString,
    /// Tines: `case_input.id`. Datadog: the key.
    pub input_id: CompactString,
    /// Tines: `case_input.name`. Datadog: display name from the directory, else the key.
    #[serde(with = "super::text::kept")]
    pub name: Clean,
    pub kind: FieldKind,
    /// One entry unless the field takes several; empty: not set.
    #[serde(with = "super::text::kept::list")]
    pub values: Vec<Clean>,
    pub is_multi: bool,
    /// Choices of a select; empty when free.
    #[serde(with = "super::text::kept::list")]
    pub options: Vec<Clean>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    Text,
    Number,
    Url,
    Select,
    Bool,
    Time,
    /// A type that this version does not know, as it came.
    Other(Clean),
}

/// Another case of the same source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub id: CompactString,
    /// Empty in Tines v1, which sends ids only.
    #[serde(with = "super::text::kept")]
    pub title: Clean,
}

/// A ticket or signal in another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalLink {
    /// `Jira`, `ServiceNow`, or the insight's type.
    #[serde(with = "super::text::kept")]
    pub system: Clean,
    #[serde(with = "super::text::kept")]
    pub label: Clean,
    pub url: Option<Clean>,
    /// `COMPLETED`, `IN_PROGRESS`, `FAILED`; empty when there is none.
    #[serde(with = "super::text::kept")]
    pub state: Clean,
}

/// A file of a case. Never fetched by itself, never with a token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: CompactString,
    /// Cleaned; path separators are kept for showing, never used to build a path.
    #[serde(with = "super::text::kept")]
    pub name: Clean,
    #[serde(with = "super::text::kept")]
    pub content_type: Clean,
    pub size_bytes: Option<u64>,
    #[serde(with = "super::text::kept")]
    pub sha256: Clean,
    pub url: Option<Clean>,
    /// `ServerOps`: `clean` or something that needs a warning. Empty: the vendor says nothing.
    #[serde(with = "super::text::kept")]
    pub abuse_status: Clean,
    #[serde(with = "super::text::kept")]
    pub visibility: Clean,
    pub created_at: Option<Timestamp>,
    /// `ServerOps` only, as what follows: where the file is kept.
    #[serde(default)]
    pub key: Clean,
    #[serde(default)]
    pub folder: Clean,
    #[serde(default)]
    pub tags: Vec<Clean>,
    #[serde(default)]
    pub storage_class: Clean,
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub id: CompactString,
    #[serde(with = "super::text::kept")]
    pub label: Clean,
    /// `page` opens in a browser; `webhook` acts and is never pressed from here.
    #[serde(with = "super::text::kept")]
    pub kind: Clean,
    /// Of a page. A webhook's embeds a secret.
    #[serde(default)]
    pub url: Option<Clean>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosureCondition {
    #[serde(with = "super::text::kept")]
    pub name: Clean,
    #[serde(with = "super::text::kept")]
    pub formula: Clean,
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
