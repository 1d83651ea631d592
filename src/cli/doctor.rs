//! `caseload doctor`: everything that has to work, looked at once, with the next step where it does not.

pub(in crate::cli) mod check;
pub(in crate::cli) mod disk;
pub(in crate::cli) mod reach;
pub(in crate::cli) mod terminal;

use std::io::{
    Write, {self},
};

use clap::Args;

use crate::cli::doctor::check::{Check, Grade};
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop};
use crate::domain::exact;

#[derive(Debug, Args)]
#[command(after_help = DOCTOR_HELP)]
pub struct DoctorArgs {
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

const DOCTOR_HELP: &str = "Each line is ok, warn or bad; below one that is not ok stands the next step. Each source is asked for one page.

Examples:
  caseload doctor
  caseload doctor --offline                   without asking any source
  caseload doctor --json | jq '.checks[] | select(.grade != \"ok\")'

Exit codes:
  0  nothing is bad (there may be warnings)
  2  configuration, secrets, data directory or terminal
  3  a vendor refused the keys
  4  the network or a vendor failed
  6  several of these";

/// Examines configuration, secrets, sources, disk and terminal. Mends nothing. `screen`: columns and rows of the terminal; None: there
/// is none.
pub(in crate::cli) fn run(scope: &Scope, args: &DoctorArgs, screen: Option<(u16, u16)>) -> Result<Exit, Stop> {
    let mut checks = Vec::new();
    let config = reach::configuration(scope, &mut checks)?;
    if let Some(config) = &config {
        reach::sources(config, scope, &mut checks)?;
    }
    disk::look(&scope.places, config.as_ref(), &mut checks);
    terminal::look(&terminal::Surroundings::here(screen), &mut checks);
    let mut out = io::stdout().lock();
    if args.json {
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
