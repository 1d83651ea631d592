//! What can be done to a case, and why not.

use std::borrow::Cow;

use super::case::{Row, State, Vendor};
use super::edit::Part;

/// Why a part of a case cannot be changed, in words for the person; `Ok` when it can.
pub type Allowed = Result<(), Cow<'static, str>>;

/// Whether `vendor` lets `part` of this case be changed, as far as its API goes; rights are the source's matter.
pub fn allowed(vendor: Vendor, row: &Row, part: Part) -> Allowed {
    match (vendor, part) {
        (Vendor::ServerOps, Part::Priority) => Err("ServerOps cases have no priority".into()),
        (Vendor::ServerOps, Part::Assignees) => Err("ServerOps cases have no assignee".into()),
        (Vendor::ServerOps, Part::Tags) => Err("ServerOps cases have no tags".into()),
        (Vendor::ServerOps, Part::Comment) => Err("ServerOps cases take no comments".into()),
        (Vendor::ServerOps, Part::Archived) => Err("ServerOps archives by status: press s and choose archived".into()),
        (Vendor::ServerOps, Part::Field) => Err("ServerOps cases have no fields".into()),
        (Vendor::Tines, Part::Archived) => Err("Tines cases are closed, not archived".into()),
        (Vendor::Tines | Vendor::ServerOps, Part::Attributes) => Err(format!("{} cases have no attributes", vendor.title()).into()),
        (Vendor::Datadog, Part::Tags) => Err("Datadog cases have attributes instead of tags".into()),
        (Vendor::Datadog, part) if row.status.state == Some(State::Archived) && part != Part::Archived && part != Part::Comment => {
            Err("this case is archived: unarchive it first".into())
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
