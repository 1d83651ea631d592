//! `caseload doctor`: everything that has to work, looked at once, with the next step where it does not.

mod check;
mod disk;
mod reach;
mod terminal;

use std::io::{self, Write};

use check::{Check, Grade};

use super::scope::Scope;
use super::stop::{Exit, Stop, end};
use crate::domain::exact;

#[derive(Clone, Copy, Debug)]
pub struct DoctorOptions {
    pub json: bool,
    /// Columns and rows of the terminal; None: there is none.
    pub screen: Option<(u16, u16)>,
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
