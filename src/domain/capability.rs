//! What can be done to a case, and why not.

use std::fmt;

use super::case::{Row, State, Vendor};
use super::part::Part;
use super::text::Clean;

/// `Ok` when it can be changed.
pub type Allowed = Result<(), Reason>;

/// Why something of a case cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The vendor's cases have no such thing.
    Lacks(Vendor, &'static str),
    TakesNoComments,
    ArchivesByStatus,
    IsNotArchived,
    AttributesInstead,
    Archived,
    /// A field of a type that this version does not know.
    OddField(Clean),
    /// Of this source everything is read-only: nobody has decided yet.
    Undecided(String),
    /// The same: the configuration says so.
    Refused(String),
    /// The same: the vendor offers nothing to write with.
    ByVendor(String),
}

/// For whoever reads it anywhere: no key is named, because keys are the screen's, and can be bound anew.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lacks(vendor, what) => write!(f, "{} cases have no {what}", vendor.title()),
            Self::TakesNoComments => f.write_str("ServerOps cases take no comments"),
            Self::ArchivesByStatus => f.write_str("ServerOps archives by status: set its status to archived"),
            Self::IsNotArchived => f.write_str("Tines cases are closed, not archived"),
            Self::AttributesInstead => f.write_str("Datadog cases have attributes instead of tags"),
            Self::Archived => f.write_str("this case is archived: unarchive it first"),
            Self::OddField(kind) => write!(f, "fields of type {kind} are edited in the browser"),
            Self::Undecided(source) => {
                let step = "allow changes among the sources of the workbench, or by read_only = false in its [[source]]";
                write!(f, "{source} is read-only: {step}")
            }
            Self::Refused(source) => write!(f, "{source} is read-only: its [[source]] says read_only = true"),
            Self::ByVendor(words) => f.write_str(words),
        }
    }
}

/// What the vendor's cases are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Project,
    Team,
}

/// Where the statuses of a vendor's cases come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statuses {
    /// The same few for every case.
    Fixed,
    /// Of the case's type.
    OfType,
    /// Of the case's team.
    OfTeam,
}

/// What a vendor's cases have and what its API lets be done with them: with a provider, its keys in the configuration and an
/// embedded twin, all that another vendor takes. Sources of the facts: the documents that each provider names.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a vendor")]
pub struct Capabilities {
    /// Parts that cannot be changed, and why.
    pub lacks: &'static [(Part, Reason)],
    /// An archived case takes nothing but a comment before it is unarchived.
    pub freezes_archived: bool,
    /// Spellings of priority that it takes, most urgent first; empty: it has none.
    pub priorities: &'static [&'static str],
    pub statuses: Statuses,
    /// The statuses that its cases have whatever is set up there.
    pub plain_statuses: &'static [(State, &'static str)],
    /// A new assignee takes the place of the old.
    pub holds_one_assignee: bool,
    /// People can be looked up there by part of a name.
    pub finds_people: bool,
    /// Who the token belongs to has to be written in the configuration.
    pub hides_who_i_am: bool,
    /// What it calls tags are attributes of a key and a value.
    pub has_attributes: bool,
    /// A due date and a reason of resolution stand beside the case's own fields.
    pub has_resolution: bool,
    pub has_fields: bool,
    pub has_timeline: bool,
    pub has_records: bool,
    /// Clocks run on its cases by themselves.
    pub has_clocks: bool,
    /// A case may ask for more before it can be closed.
    pub has_closure_conditions: bool,
    pub group: Option<Group>,
    /// How it counts the first page of a timeline.
    pub first_page: u32,
    /// The first pages of timeline and records come inside the case.
    pub sends_pages_inside: bool,
    /// What its cases are called by begins with this.
    pub key_mark: &'static str,
    /// The rights that a token needs.
    pub rights: &'static str,
}

static DATADOG: Capabilities = Capabilities {
    lacks: &[(Part::Tags, Reason::AttributesInstead)],
    freezes_archived: true,
    priorities: &["P1", "P2", "P3", "P4", "P5", "NOT_DEFINED"],
    statuses: Statuses::OfType,
    plain_statuses: &[(State::Open, "Open"), (State::InProgress, "In Progress"), (State::Closed, "Closed")],
    holds_one_assignee: true,
    finds_people: true,
    hides_who_i_am: false,
    has_attributes: true,
    has_resolution: true,
    has_fields: true,
    has_timeline: true,
    has_records: false,
    has_clocks: false,
    has_closure_conditions: false,
    group: Some(Group::Project),
    first_page: 0,
    sends_pages_inside: false,
    key_mark: "",
    rights: "cases_read, cases_write to edit, user_access_read to assign",
};

static TINES: Capabilities = Capabilities {
    lacks: &[(Part::Archived, Reason::IsNotArchived), (Part::Attributes, Reason::Lacks(Vendor::Tines, "attributes"))],
    freezes_archived: false,
    priorities: &["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"],
    statuses: Statuses::OfTeam,
    plain_statuses: &[(State::Open, "OPEN"), (State::Closed, "CLOSED")],
    holds_one_assignee: false,
    finds_people: false,
    hides_who_i_am: true,
    has_attributes: false,
    has_resolution: false,
    has_fields: true,
    has_timeline: true,
    has_records: true,
    has_clocks: true,
    has_closure_conditions: true,
    group: Some(Group::Team),
    first_page: 1,
    sends_pages_inside: true,
    key_mark: "#",
    rights: "a role that sees the team's cases, and edits them",
};

static SERVEROPS: Capabilities = Capabilities {
    lacks: &[
        (Part::Priority, Reason::Lacks(Vendor::ServerOps, "priority")),
        (Part::Assignees, Reason::Lacks(Vendor::ServerOps, "assignee")),
        (Part::Tags, Reason::Lacks(Vendor::ServerOps, "tags")),
        (Part::Comment, Reason::TakesNoComments),
        (Part::Archived, Reason::ArchivesByStatus),
        (Part::Field, Reason::Lacks(Vendor::ServerOps, "fields")),
        (Part::Attributes, Reason::Lacks(Vendor::ServerOps, "attributes")),
    ],
    freezes_archived: false,
    priorities: &[],
    statuses: Statuses::Fixed,
    plain_statuses: &[(State::Open, "open"), (State::Closed, "closed"), (State::Archived, "archived")],
    holds_one_assignee: false,
    finds_people: false,
    hides_who_i_am: false,
    has_attributes: false,
    has_resolution: false,
    has_fields: false,
    has_timeline: false,
    has_records: false,
    has_clocks: false,
    has_closure_conditions: false,
    group: None,
    first_page: 1,
    sends_pages_inside: false,
    key_mark: "",
    rights: "cases:read, cases:write to edit",
};

impl Vendor {
    pub fn capabilities(self) -> &'static Capabilities {
        match self {
            Self::Datadog => &DATADOG,
            Self::Tines => &TINES,
            Self::ServerOps => &SERVEROPS,
        }
    }
}

impl Capabilities {
    /// Its cases are archived by a status of their own.
    pub fn archives_by_status(&self) -> bool {
        self.plain_statuses.iter().any(|(state, _)| *state == State::Archived)
    }

    /// Somebody can be assigned to its cases.
    pub fn has_people(&self) -> bool {
        self.lacks.iter().all(|(part, _)| *part != Part::Assignees)
    }
}

/// Whether `vendor` lets `part` of this case be changed, as far as its API goes; rights are the source's matter.
pub fn allowed(vendor: Vendor, row: &Row, part: Part) -> Allowed {
    let has = vendor.capabilities();
    if let Some((_, reason)) = has.lacks.iter().find(|(lacking, _)| *lacking == part) {
        return Err(reason.clone());
    }
    let is_archived = row.status.state == Some(State::Archived);
    if has.freezes_archived && is_archived && part != Part::Archived && part != Part::Comment {
        return Err(Reason::Archived);
    }
    Ok(())
}

/// Whether a new assignee takes the place of the old.
pub fn holds_one_assignee(vendor: Vendor) -> bool {
    vendor.capabilities().holds_one_assignee
}

/// Spellings of priority that the vendor takes, most urgent first; empty when it has none.
pub fn priorities(vendor: Vendor) -> &'static [&'static str] {
    vendor.capabilities().priorities
}
