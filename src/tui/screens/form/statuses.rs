//! The statuses and priorities that a case can be given, and where it stands among them.

use crate::domain::capability;
use crate::domain::case::{Case, Vendor};
use crate::domain::directory::{Directory, StatusOption, plain_statuses};

/// The statuses a case can be given; the vendor's plain ones when its own were never read.
pub(in crate::tui) fn statuses(vendor: Vendor, directory: Option<&Directory>, case: &Case) -> Vec<StatusOption> {
    let known: Vec<_> = directory.map(|directory| directory.statuses_of(case).into_iter().cloned().collect()).unwrap_or_default();
    if !known.is_empty() {
        return known;
    }
    plain_statuses(vendor)
}

pub(in crate::tui) fn position_of_status(statuses: &[StatusOption], case: &Case) -> Option<usize> {
    let status = &case.row.status;
    statuses
        .iter()
        .position(|option| option.name.as_str().eq_ignore_ascii_case(status.name.as_str()))
        .or_else(|| statuses.iter().position(|option| Some(option.state) == status.state && option.id.is_empty()))
}

pub(in crate::tui) fn position_of_priority(vendor: Vendor, case: &Case) -> Option<usize> {
    let name = case.row.priority.as_ref()?.name.as_str();
    capability::priorities(vendor).iter().position(|known| known.eq_ignore_ascii_case(name))
}
