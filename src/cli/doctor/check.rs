//! A line of the report of `caseload doctor`.

use serde::Serialize;

use crate::cli::run::stop::{Exit, next_step};
use crate::config::Problem;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli) enum Grade {
    Ok,
    Warn,
    Bad,
}

impl Grade {
    pub(in crate::cli) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok  ",
            Self::Warn => "warn",
            Self::Bad => "bad ",
        }
    }
}

/// One line of the report.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Check {
    pub(in crate::cli) area: &'static str,
    /// The source, the file, the part of the terminal.
    pub(in crate::cli) name: Clean,
    pub(in crate::cli) grade: Grade,
    pub(in crate::cli) says: Clean,
    /// None: nothing has to be done.
    pub(in crate::cli) next: Option<Clean>,
    #[serde(skip)]
    pub(in crate::cli) exit: Exit,
}

impl Check {
    pub(in crate::cli) fn ok(area: &'static str, name: &str, says: impl AsRef<str>) -> Self {
        Self { area, name: Clean::line(name), grade: Grade::Ok, says: Clean::line(says.as_ref()), next: None, exit: Exit::Done }
    }

    pub(in crate::cli) fn warn(area: &'static str, name: &str, says: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        Self { grade: Grade::Warn, next: Some(Clean::line(next.as_ref())), ..Self::ok(area, name, says) }
    }

    pub(in crate::cli) fn bad(area: &'static str, name: &str, says: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        Self { grade: Grade::Bad, exit: Exit::Usage, ..Self::warn(area, name, says, next) }
    }

    pub(in crate::cli) fn fault(area: &'static str, name: &str, fault: &Fault) -> Self {
        // The disk's own words hold the next step.
        let next = match fault.kind {
            FaultKind::Disk | FaultKind::DiskFull | FaultKind::FromNewer | FaultKind::Damaged => "then run caseload doctor again",
            _ => next_step(fault),
        };
        Self { exit: Exit::of(fault), ..Self::bad(area, name, fault.to_string(), next) }
    }

    pub(in crate::cli) fn problem(area: &'static str, name: &str, problem: &Problem) -> Self {
        let at = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        Self::bad(area, name, format!("{at}{}", problem.what), &problem.instead)
    }
}
