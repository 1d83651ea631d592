//! The verbs that put a case aside, or on top.

use clap::{ArgGroup, Args};

use super::exit_codes::EXIT_CODES;

#[derive(Debug, Args)]
#[command(after_help = format!("{SNOOZE_HELP}\n\n{EXIT_CODES}"))]
#[command(group = ArgGroup::new("when").required(true).args(["until", "wake"]))]
pub struct Snooze {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn, so
    #[arg(value_name = "REF")]
    pub reference: String,
    /// A length of time, a time of day, a day, `change`, or `sla<30m`
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Show it again now
    #[arg(long)]
    pub wake: bool,
}

const SNOOZE_HELP: &str = "Examples:
  caseload snooze dd:SEC-882 --until 2h
  caseload snooze tn:4211 --until 'monday 9:00'
  caseload snooze tn:4211 --until 'sla<30m'     until its clock has 30 minutes left
  caseload snooze so:c_81f0 --until change
  caseload snooze so:c_81f0 --wake
  caseload list is:snoozed

A snoozed case leaves the list of the workbench, also of one that is open, and `caseload list`. It comes back when its \
time comes, when its priority rises, and after 90 days at the latest. No vendor is told.";

#[derive(Debug, Args)]
#[command(after_help = format!("{PIN_HELP}\n\n{EXIT_CODES}"))]
pub struct Pin {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn, so
    #[arg(value_name = "REF")]
    pub reference: String,
    /// It is not pinned any more
    #[arg(long)]
    pub off: bool,
}

const PIN_HELP: &str = "Examples:
  caseload pin dd:SEC-882
  caseload pin dd:SEC-882 --off
  caseload list is:pinned

A pinned case stands before all others in the list of the workbench. No vendor is told.";
