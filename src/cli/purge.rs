//! `caseload purge`: away with what can be read again.

use std::io::{
    Write, {self},
};

use clap::Args;

use crate::cli::run::ask;
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop};
use crate::domain::text::Clean;
use crate::store::upkeep;

#[derive(Debug, Args)]
#[command(after_help = PURGE_HELP)]
pub struct PurgeArgs {
    /// Remove without asking
    #[arg(long)]
    pub yes: bool,
}

const PURGE_HELP: &str =
    "Removes the cases that were read, of all sources; the next start reads them again. Edits that were not sent, drafts, \
the journal and the log stay. What is removed is given back to the disk, not overwritten.

Examples:
  caseload purge
  caseload purge --yes

Exit codes:
  0  done, or nothing was there
  1  not confirmed; nothing was removed
  2  it cannot be removed, or --yes is missing where nobody can be asked
  4  another caseload works with it";

/// Removes the cases on disk; what a person made stays.
pub(in crate::cli) fn run(scope: &Scope, args: &PurgeArgs) -> Result<Exit, Stop> {
    if !scope.only.is_empty() {
        return Err(Stop::usage("the cases of all sources are in one file\n  run it without --source"));
    }
    let directory = &scope.places.data;
    let shown = Clean::line(&directory.display().to_string());
    let mut out = io::stdout().lock();
    let (files, bytes) = upkeep::cached(directory);
    if files.is_empty() {
        writeln!(out, "nothing is cached in {shown}")?;
        return Ok(Exit::Done);
    }
    let what = format!("the cases that were read, {}, in {shown}", size(bytes));
    if !args.yes {
        if !ask::is_possible() {
            return Err(Stop::usage("nobody can be asked here\n  give --yes to remove without asking"));
        }
        if !ask::yes(&format!("Remove {what}? Drafts, outbox, journal, pins and snoozes stay."))? {
            return Err(Stop::Said(Exit::NothingMatched, "nothing was removed".into()));
        }
    }
    upkeep::purge(directory)?;
    writeln!(out, "removed {what}; drafts, outbox, journal, pins and snoozes are as they were")?;
    Ok(Exit::Done)
}

/// In the largest unit that leaves a whole number.
pub(in crate::cli) fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
