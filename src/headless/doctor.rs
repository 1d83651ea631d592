//! `caseload doctor`: everything that has to work, looked at once, with the next step where it does not.

mod disk;
mod reach;
mod terminal;

use std::io::{self, Write};

use serde::Serialize;

use super::Scope;
use super::stop::{Exit, Stop, end, next_step};
use crate::config::Problem;
use crate::domain::exact;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;

#[derive(Clone, Copy, Debug)]
pub struct DoctorOptions {
    pub json: bool,
    /// Columns and rows of the terminal; None: there is none.
    pub screen: Option<(u16, u16)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Grade {
    Ok,
    Warn,
    Bad,
}

impl Grade {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok  ",
            Self::Warn => "warn",
            Self::Bad => "bad ",
        }
    }
}

/// One line of the report.
#[derive(Debug, Serialize)]
struct Check {
    area: &'static str,
    /// The source, the file, the part of the terminal.
    name: Clean,
    grade: Grade,
    says: Clean,
    /// None: nothing has to be done.
    next: Option<Clean>,
    #[serde(skip)]
    exit: Exit,
}

impl Check {
    fn ok(area: &'static str, name: &str, says: impl AsRef<str>) -> Self {
        Self { area, name: Clean::line(name), grade: Grade::Ok, says: Clean::line(says.as_ref()), next: None, exit: Exit::Done }
    }

    fn warn(area: &'static str, name: &str, says: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        Self { grade: Grade::Warn, next: Some(Clean::line(next.as_ref())), ..Self::ok(area, name, says) }
    }

    fn bad(area: &'static str, name: &str, says: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        Self { grade: Grade::Bad, exit: Exit::Usage, ..Self::warn(area, name, says, next) }
    }

    fn fault(area: &'static str, name: &str, fault: &Fault) -> Self {
        // The disk's own words hold the next step.
        let next = match fault.kind {
            FaultKind::Disk | FaultKind::DiskFull | FaultKind::FromNewer | FaultKind::Damaged => "then run caseload doctor again",
            _ => next_step(fault),
        };
        Self { exit: Exit::of(fault), ..Self::bad(area, name, fault.to_string(), next) }
    }

    fn problem(area: &'static str, name: &str, problem: &Problem) -> Self {
        let at = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        Self::bad(area, name, format!("{at}{}", problem.what), &problem.instead)
    }
}

/// Examines configuration, secrets, sources, disk and terminal. Mends nothing.
pub fn doctor(scope: &Scope, options: DoctorOptions) -> Exit {
    end(run(scope, options))
}

fn run(scope: &Scope, options: DoctorOptions) -> Result<Exit, Stop> {
    let mut checks = Vec::new();
    let config = reach::configuration(scope, &mut checks)?;
    if let Some(config) = &config {
        reach::sources(config, scope, &mut checks)?;
    }
    disk::look(&scope.places, config.as_ref(), &mut checks);
    terminal::look(&terminal::Surroundings::here(options.screen), &mut checks);
    let mut out = io::stdout().lock();
    if options.json {
        let worst = checks.iter().map(|check| check.grade).max();
        exact::write_pretty(&mut out, &serde_json::json!({ "worst": worst, "checks": checks }))?;
        writeln!(out)?;
    } else {
        text(&mut out, &checks)?;
    }
    out.flush()?;
    Ok(exit(&checks))
}

/// One code for all that is bad, or "several".
fn exit(checks: &[Check]) -> Exit {
    let mut bad = checks.iter().filter(|check| check.grade == Grade::Bad).map(|check| check.exit);
    match bad.next() {
        None => Exit::Done,
        Some(first) if bad.all(|other| other == first) => first,
        Some(_) => Exit::Partial,
    }
}

fn text(out: &mut impl Write, checks: &[Check]) -> io::Result<()> {
    let width = checks.iter().map(|check| check.name.as_str().chars().count()).max().unwrap_or_default();
    let mut area = "";
    for check in checks {
        if check.area != area {
            writeln!(out, "{}{}", if area.is_empty() { "" } else { "\n" }, check.area)?;
            area = check.area;
        }
        writeln!(out, "  {}  {:width$}  {}", check.grade.word(), check.name, check.says)?;
        if let Some(next) = &check.next {
            writeln!(out, "        {:width$}  -> {next}", "")?;
        }
    }
    let count = |grade| checks.iter().filter(|check| check.grade == grade).count();
    writeln!(out, "\n{} ok, {} warn, {} bad", count(Grade::Ok), count(Grade::Warn), count(Grade::Bad))
}
