//! The command line: a verb is a file, its arguments and help beside what it does.
//!
//! Output goes to stdout through one writer, everything else to stderr; a reader that goes away ends a verb quietly.

mod args;
mod bulk;
mod comment;
mod completions;
mod config;
mod demo;
mod doctor;
mod edit;
mod export;
mod journal;
mod keys;
mod list;
mod outbox;
mod print;
mod purge;
mod run;
mod show;
mod snooze;
mod views;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::args::{fields, words};
use crate::cli::bulk::{BulkArgs, MacrosArgs};
use crate::cli::comment::CommentArgs;
use crate::cli::completions::CompletionsArgs;
use crate::cli::config::ConfigVerb;
use crate::cli::demo::{DemoArgs, DemoVerb};
use crate::cli::doctor::DoctorArgs;
use crate::cli::edit::EditArgs;
use crate::cli::export::ExportArgs;
use crate::cli::journal::{JOURNAL_HELP, JournalVerb};
use crate::cli::keys::KeysArgs;
use crate::cli::list::ListArgs;
use crate::cli::outbox::{OUTBOX_HELP, OutboxVerb};
use crate::cli::purge::PurgeArgs;
pub use crate::cli::run::scope::Scope;
pub use crate::cli::run::stop::Exit;
use crate::cli::run::stop::{
    Stop, {self},
};
use crate::cli::show::ShowArgs;
use crate::cli::snooze::{PinArgs, SnoozeArgs};
use crate::config::{Config, Problem};
use crate::domain::fault::Fault;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "caseload",
    version,
    about = "One inbox in the terminal for the cases of Datadog, Tines and ServerOps.gg",
    after_help = format!("{AFTER_HELP}\n\n{EXIT_CODES}"),
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

const AFTER_HELP: &str = "Without a command it opens the workbench. Never used it? `caseload demo` needs no account and no network.

Examples:
  caseload                                    the workbench
  caseload demo                               the workbench on three made-up tenants
  caseload list phish -test --json            open and closed cases with `phish` and without `test`
  caseload show tines:4211 --md | less        one case, whole
  caseload edit dd:SEC-882 --set priority=P2  shows what would be sent, and asks
  caseload bulk 'phish status:open' --do take  the same for many cases: dry run, then asks
  caseload outbox list                        what is saved and not confirmed yet

`caseload COMMAND --help` says more about each. The keys of the workbench: press ? in it.";

/// Flags that go before or after the verb.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Configuration to use [default: ~/.config/caseload/config.toml]
    #[arg(long, global = true, env = "CASELOAD_CONFIG", value_name = "FILE", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// Where cases and unsent edits are kept [default: ~/.local/share/caseload]
    #[arg(long, global = true, env = "CASELOAD_DATA_DIR", value_name = "DIR", hide_env_values = true)]
    pub data_dir: Option<PathBuf>,
    /// Use this source only; may be given several times
    #[arg(long = "source", global = true, value_name = "NAME")]
    pub sources: Vec<String>,
    /// Touch no network: show what is on disk, with its age
    #[arg(long, global = true)]
    pub offline: bool,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The workbench on three made-up tenants: no account, no network, nothing to set up
    Demo(DemoArgs),
    /// Print the cases of all sources, after asking them for what has changed
    List(ListArgs),
    /// Print the views: name and filter, in the order of their tabs
    Views {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// Print one case with everything that belongs to it
    Show(ShowArgs),
    /// Change a case: shows the calls, asks, sends, and prints the case as read back
    Edit(EditArgs),
    /// Comment on a case
    Comment(CommentArgs),
    /// The same change to every case of a filter: dry run first, then case by case to its outcome
    Bulk(BulkArgs),
    /// Print the macros of the configuration
    Macros(MacrosArgs),
    /// Put a case aside until a time, until it changes, or until its SLA runs short
    Snooze(SnoozeArgs),
    /// Keep a case before all others
    Pin(PinArgs),
    /// What is saved and not confirmed yet: look, send now, hold, drop
    #[command(subcommand, after_help = format!("{OUTBOX_HELP}\n\n{EXIT_CODES}"))]
    Outbox(OutboxVerb),
    /// What was written to the vendors, line by line, and whether that record is whole
    #[command(subcommand, after_help = JOURNAL_HELP)]
    Journal(JournalVerb),
    /// Write cases as CSV, JSON, NDJSON or Markdown, with how complete they are
    Export(ExportArgs),
    /// Print the key table as it holds with your configuration, or check it
    Keys(KeysArgs),
    /// Look after the configuration
    #[command(subcommand, after_help = EXIT_CODES)]
    Config(ConfigVerb),
    /// Examine everything that has to work: configuration, secrets, sources, clock, quota, disk, terminal
    Doctor(DoctorArgs),
    /// Remove what can be read again from the vendors; never what a person made
    Purge(PurgeArgs),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

/// Reads the arguments of this process, the program's name first. Help and complaints are printed here.
///
/// # Errors
/// The exit code, when there is nothing more to do: help was asked for, or the line was not understood.
pub fn read(arguments: impl Iterator<Item = OsString>) -> Result<Cli, u8> {
    let marked = words::mark_excluded(&mut Cli::command(), arguments);
    marked.and_then(|arguments| Cli::try_parse_from(fields::join(&Cli::command(), words::join_dash(arguments)))).map_err(|error| {
        // Nobody is left to be told when the terminal itself is gone.
        drop(error.print());
        u8::try_from(error.exit_code()).unwrap_or(2)
    })
}

/// What is left to do once a verb was carried out.
pub enum Next {
    /// Nothing.
    End(Exit),
    /// To open the workbench on embedded vendors.
    Demo(crate::demo::Options),
}

impl Verb {
    /// Carries it out. `screen`: columns and rows of the terminal; None: there is none.
    pub fn run(&self, scope: &Scope, screen: impl FnOnce() -> Option<(u16, u16)>) -> Next {
        Next::End(stop::end(match self {
            Self::Demo(DemoArgs { world, verb: None }) => return Next::Demo(world.options()),
            Self::Demo(DemoArgs { verb: Some(DemoVerb::Serve(args)), .. }) => demo::serve(args),
            Self::List(args) => list::run(scope, args),
            Self::Views { json } => views::run(scope, *json),
            Self::Show(args) => show::run(scope, args),
            Self::Edit(args) => edit::run(scope, args),
            Self::Comment(args) => comment::run(scope, args),
            Self::Bulk(args) => bulk::run(scope, args),
            Self::Macros(args) => bulk::macros(scope, args),
            Self::Snooze(args) => snooze::snooze(scope, args),
            Self::Pin(args) => snooze::pin(scope, args),
            Self::Outbox(verb) => outbox::run(scope, verb),
            Self::Journal(verb) => journal::run(scope, verb),
            Self::Export(args) => export::run(scope, args),
            Self::Keys(args) => keys::run(scope, args),
            Self::Config(verb) => config::run(scope, verb),
            Self::Doctor(args) => doctor::run(scope, args, screen()),
            Self::Purge(args) => purge::run(scope, args),
            Self::Completions(args) => completions::run(&mut Cli::command(), args),
            Self::Man => completions::man(Cli::command()),
        }))
    }
}

/// Says why nothing could be begun.
pub fn refuse(problem: &Problem) -> Exit {
    stop::note(problem);
    Exit::Usage
}

/// Says what ended the workbench.
pub fn failed(fault: &Fault) -> Exit {
    stop::end(Err(Stop::fault(fault)))
}

/// The configuration for the workbench; None: there is no file yet. What is wrong with it is said here.
///
/// # Errors
/// The exit code of a configuration that cannot be used.
pub fn configured(scope: &Scope) -> Result<Option<Config>, Exit> {
    if !scope.places.config.exists() {
        return Ok(None);
    }
    scope.config().map(Some).map_err(|stop| stop::end(Err(stop)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(line: &str) -> (Cli, Vec<String>) {
        let cli = read(line.split(' ').map(OsString::from)).unwrap();
        let Some(Verb::List(list)) = &cli.verb else { panic!("{line}") };
        let words = list.words.clone();
        (cli, words)
    }

    #[test]
    fn the_definitions_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn json_takes_a_value_only_where_it_is_meant() {
        let json = |line: &str| {
            let cli = read(line.split(' ').map(OsString::from)).unwrap();
            let Some(Verb::Edit(edit)) = cli.verb else { panic!("{line}") };
            assert_eq!(edit.reference, "dd:1", "{line}");
            edit.json
        };
        assert_eq!(json("caseload edit dd:1 --set a=b"), None);
        assert_eq!(json("caseload edit --json dd:1 --set a=b").as_deref(), Some(""));
        assert_eq!(json("caseload edit dd:1 --json --yes").as_deref(), Some(""));
        assert_eq!(json("caseload edit dd:1 --json - --yes").as_deref(), Some("-"));
        assert_eq!(json("caseload edit dd:1 --json=- --yes").as_deref(), Some("-"));
        assert_eq!(json("caseload edit dd:1 --json=changes.json").as_deref(), Some("changes.json"));
    }

    #[test]
    fn fields_may_stand_behind_json_and_words_still_may() {
        let read = |line: &str| {
            let (cli, words) = list(line);
            let Some(Verb::List(list)) = cli.verb else { panic!("{line}") };
            (list.json.or(list.ndjson), words.join(" "))
        };
        let read = |line: &str| {
            let (fields, words) = read(line);
            (fields.unwrap(), words)
        };
        let is = |fields: &str, words: &str| (fields.to_owned(), words.to_owned());
        assert_eq!(read("caseload list --json key,title,sla phish"), is("key,title,sla", "phish"));
        assert_eq!(read("caseload list --json key,titel"), is("key,titel", ""), "refused later, and not a filter");
        assert_eq!(read("caseload list --json=titel x"), is("titel", "x"));
        assert_eq!(read("caseload list phish --ndjson sla"), is("sla", "phish"));
        assert_eq!(read("caseload list --json phish -news"), is("", "phish -news"));
        assert_eq!(read("caseload list --json status:open,closed"), is("", "status:open,closed"));
        assert_eq!(read("caseload list --json -- key,title"), is("", "key,title"));
        assert_eq!(read("caseload --source export list --json key"), is("key", ""));
    }

    #[test]
    fn words_may_exclude_and_flags_may_follow_them() {
        let (cli, words) = list("caseload list phish -news --json --offline");
        assert_eq!(words, ["phish", "-news"]);
        assert!(cli.global.offline && matches!(cli.verb, Some(Verb::List(ListArgs { json: Some(_), .. }))));
        let (_, words) = list("caseload --source list list -news phish --limit 3");
        assert_eq!(words, ["-news", "phish"]);
        let (_, words) = list("caseload list --limit 3 -- --json -h");
        assert_eq!(words, ["--json", "-h"]);
    }
}
