//! What can be done to a case, and why not.

use std::fmt;

use super::case::{Row, State, Vendor};
use super::change::Part;
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

/// Whether `vendor` lets `part` of this case be changed, as far as its API goes; rights are the source's matter.
pub fn allowed(vendor: Vendor, row: &Row, part: Part) -> Allowed {
    match (vendor, part) {
        (Vendor::ServerOps, Part::Priority) => Err(Reason::Lacks(vendor, "priority")),
        (Vendor::ServerOps, Part::Assignees) => Err(Reason::Lacks(vendor, "assignee")),
        (Vendor::ServerOps, Part::Tags) => Err(Reason::Lacks(vendor, "tags")),
        (Vendor::ServerOps, Part::Comment) => Err(Reason::TakesNoComments),
        (Vendor::ServerOps, Part::Archived) => Err(Reason::ArchivesByStatus),
        (Vendor::ServerOps, Part::Field) => Err(Reason::Lacks(vendor, "fields")),
        (Vendor::Tines, Part::Archived) => Err(Reason::IsNotArchived),
        (Vendor::Tines | Vendor::ServerOps, Part::Attributes) => Err(Reason::Lacks(vendor, "attributes")),
        (Vendor::Datadog, Part::Tags) => Err(Reason::AttributesInstead),
        (Vendor::Datadog, part) if row.status.state == Some(State::Archived) && part != Part::Archived && part != Part::Comment => {
            Err(Reason::Archived)
        }
        _ => Ok(()),
    }
}

/// Whether a new assignee takes the place of the old.
pub fn holds_one_assignee(vendor: Vendor) -> bool {
    vendor == Vendor::Datadog
}

/// Spellings of priority that the vendor takes, most urgent first; empty when it has none.
pub fn priorities(vendor: Vendor) -> &'static [&'static str] {
    match vendor {
        Vendor::Datadog => &["P1", "P2", "P3", "P4", "P5", "NOT_DEFINED"],
        Vendor::Tines => &["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"],
        Vendor::ServerOps => &[],
    }
}
