//! A line of the report of `caseload doctor`.

use serde::Serialize;

use crate::config::Problem;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;
use crate::headless::stop::{Exit, next_step};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Grade {
    Ok,
    Warn,
    Bad,
}

impl Grade {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok  ",
            Self::Warn => "warn",
            Self::Bad => "bad ",
        }
    }
}

/// One line of the report.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    pub(super) area: &'static str,
    /// The source, the file, the part of the terminal.
    pub(super) name: Clean,
    pub(super) grade: Grade,
    pub(super) says: Clean,
    /// None: nothing has to be done.
    pub(super) next: Option<Clean>,
    #[serde(skip)]
    pub(super) exit: Exit,
}

impl Check {
    pub(super) fn ok(area: &'static str, name: &str, says: impl AsRef<str>) -> Self {
        Self { area, name: Clean::line(name), grade: Grade::Ok, says: Clean::line(says.as_ref()), next: None, exit: Exit::Done }
    }

    pub(super) fn warn(area: &'static str, name: &str, says: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        Self { grade: Grade::Warn, next: Some(Clean::line(next.as_ref())), ..Self::ok(area, name, says) }
    }

    pub(super) fn bad(area: &'static str, name: &str, says: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        Self { grade: Grade::Bad, exit: Exit::Usage, ..Self::warn(area, name, says, next) }
    }

    pub(super) fn fault(area: &'static str, name: &str, fault: &Fault) -> Self {
        // The disk's own words hold the next step.
        let next = match fault.kind {
            FaultKind::Disk | FaultKind::DiskFull | FaultKind::FromNewer | FaultKind::Damaged => "then run caseload doctor again",
            _ => next_step(fault),
        };
        Self { exit: Exit::of(fault), ..Self::bad(area, name, fault.to_string(), next) }
    }

    pub(super) fn problem(area: &'static str, name: &str, problem: &Problem) -> Self {
        let at = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        Self::bad(area, name, format!("{at}{}", problem.what), &problem.instead)
    }
}
