//! What can be typed after `caseload`, and the help that says so.

mod aside;
mod exit_codes;
mod export;
mod fields;
mod keys;
mod reach;
mod upkeep;
mod words;
mod writing;

use std::ffi::OsString;
use std::path::PathBuf;

pub use aside::{Pin, Snooze};
use clap::builder::TypedValueParser;
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use exit_codes::EXIT_CODES;
pub use export::{Export, Format};
pub use keys::Keys;
pub use reach::Reach;
pub use upkeep::{Completions, Doctor, Purge};
pub use writing::{Bulk, Comment, Edit, Journal, Macros, Outbox};
use writing::{JOURNAL_HELP, OUTBOX_HELP};

use crate::demo::Faults;

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
    Demo(Demo),
    /// Print the cases of all sources, after asking them for what has changed
    List(List),
    /// Print the views: name and filter, in the order of their tabs
    Views {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// Print one case with everything that belongs to it
    Show(Show),
    /// Change a case: shows the calls, asks, sends, and prints the case as read back
    Edit(Edit),
    /// Comment on a case
    Comment(Comment),
    /// The same change to every case of a filter: dry run first, then case by case to its outcome
    Bulk(Bulk),
    /// Print the macros of the configuration
    Macros(Macros),
    /// Put a case aside until a time, until it changes, or until its SLA runs short
    Snooze(Snooze),
    /// Keep a case before all others
    Pin(Pin),
    /// What is saved and not confirmed yet: look, send now, hold, drop
    #[command(subcommand, after_help = format!("{OUTBOX_HELP}\n\n{EXIT_CODES}"))]
    Outbox(Outbox),
    /// What was written to the vendors, line by line, and whether that record is whole
    #[command(subcommand, after_help = JOURNAL_HELP)]
    Journal(Journal),
    /// Write cases as CSV, JSON, NDJSON or Markdown, with how complete they are
    Export(Export),
    /// Print the key table as it holds with your configuration, or check it
    Keys(Keys),
    /// Look after the configuration
    #[command(subcommand, after_help = EXIT_CODES)]
    Config(Config),
    /// Examine everything that has to work: configuration, secrets, sources, clock, quota, disk, terminal
    Doctor(Doctor),
    /// Remove what can be read again from the vendors; never what a person made
    Purge(Purge),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = DEMO_HELP)]
pub struct Demo {
    #[command(flatten)]
    pub world: World,
    #[command(subcommand)]
    pub verb: Option<DemoVerb>,
}

const DEMO_HELP: &str = "Examples:
  caseload demo
  caseload demo --cases 100000 --pace 0
  caseload demo --faults outage=tines         what a vendor's bad day looks like";

#[derive(Debug, Subcommand)]
pub enum DemoVerb {
    /// Only the vendors, in the foreground, for other programs to talk to
    Serve(Serve),
}

#[derive(Debug, Args)]
#[command(after_help = SERVE_HELP)]
pub struct Serve {
    #[command(flatten)]
    pub world: World,
    /// Write a complete configuration for these vendors to FILE; an earlier one of `demo serve` is replaced
    #[arg(long, value_name = "FILE")]
    pub write_config: Option<PathBuf>,
}

const SERVE_HELP: &str = "Prints `VENDOR URL` per vendor, `control URL`, `export NAME=value` lines with the vendors' tokens, then \
`ready`. Ctrl-c ends it.

The control URL steers the world while it runs, without a token:
  POST /act      what a colleague or the vendor does, JSON with `act`:
                 edit, comment, arrive, remove, fail_next and others
  POST /faults   calm, rough or outage=VENDOR, as --faults
  POST /pace     a number, as --pace; 0 stops the world
  GET /received  with ?vendor=VENDOR: the requests that it received
  GET /ids       with ?vendor=VENDOR: its cases; GET /mails the mails

Example:
  caseload demo serve --write-config /tmp/demo.toml > /tmp/demo.out &
  until grep -qx ready /tmp/demo.out; do sleep 0.1; done
  eval \"$(grep ^export /tmp/demo.out)\"
  caseload --config /tmp/demo.toml --data-dir /tmp/demo.data list --json
  control=$(sed -n 's/^control //p' /tmp/demo.out)
  curl -d '{\"act\":\"arrive\",\"vendor\":\"tines\"}' $control/act";

/// What the made-up world is like.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "The made-up world")]
pub struct World {
    /// How many cases there are, all vendors together
    #[arg(long, default_value_t = 2500, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub cases: u32,
    /// The same seed makes the same world
    #[arg(long, default_value_t = 7, value_name = "N")]
    pub seed: u64,
    /// Milliseconds that every answer takes
    #[arg(long, default_value_t = 0, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=60_000))]
    pub latency: u64,
    /// How lively colleagues are: 1 is a busy shift, 0 stops the world
    #[arg(long, default_value_t = 1.0, value_name = "X", value_parser = pace)]
    pub pace: f64,
    /// calm, rough (slow, broken and refused answers), or outage=datadog|tines|serverops
    #[arg(long, default_value = "calm", value_name = "KIND")]
    pub faults: Faults,
}

/// Above this the world does nothing but change.
const MAX_PACE: f64 = 1000.0;

fn pace(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(pace) if (0.0..=MAX_PACE).contains(&pace) => Ok(pace),
        _ => Err(format!("write a number from 0 to {MAX_PACE}")),
    }
}

#[derive(Debug, Args)]
#[command(after_help = format!("{LIST_HELP}\n\n{EXIT_CODES}"))]
pub struct List {
    /// A filter, as in the program: words, status:open, priority:<=P2, assignee:me, age:>2d, -tag:noise, OR, sort:, cols:, limit:
    #[arg(value_name = "FILTER", value_parser = clap::builder::StringValueParser::new().map(words::word))]
    pub words: Vec<String>,
    /// How many cases each condition of the filter leaves, instead of the cases
    #[arg(long)]
    pub explain: bool,
    /// One JSON array; of each case these fields only: --json key,title,sla
    #[arg(long, group = "format", value_name = "FIELDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub json: Option<String>,
    /// One JSON object per line
    #[arg(long, group = "format", value_name = "FIELDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub ndjson: Option<String>,
    /// A table for spreadsheets; text that a spreadsheet would run as a formula is prefixed with '
    #[arg(long, group = "format")]
    pub csv: bool,
    /// Print at most N cases, the newest first
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    #[command(flatten)]
    pub reach: Reach,
}

const LIST_HELP: &str = "Examples:
  caseload list                               a table of every case
  caseload list phish -newsletter --limit 20
  caseload list 'status:open priority:<=P2 assignee:me,none sort:sla limit:20'
  caseload list 'tag:phish* age:>2d' --explain
  caseload list status:open --json key,title,sla
  caseload list --json | jq -r '.[] | select(.priority.level == \"critical\") | .url'
  caseload list --csv > cases.csv

What sleeps is left out as in the workbench, and stderr says how many that are: is:snoozed lists them, \
'(is:snoozed OR -is:snoozed)' lists all. is:pinned, is:queued, is:conflict and is:dirty (text that was not sent) are read \
off this machine; is:unseen, is:marked and is:folded belong to an open workbench.

Tines tells what has changed: when every case was read in the last ten minutes, here or in the workbench, it is asked for \
that only, and stderr says so. --max-age changes the ten minutes, --full reads every case. The others are always read whole.

Each source that fails is named on stderr.";

#[derive(Debug, Args)]
#[command(after_help = format!("{SHOW_HELP}\n\n{EXIT_CODES}"))]
pub struct Show {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn, so. A key alone where one source has it
    #[arg(value_name = "REF")]
    pub reference: String,
    /// One JSON object; of it these fields only: --json key,activities
    #[arg(long, group = "format", value_name = "FIELDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub json: Option<String>,
    /// Markdown, for a ticket or a chat
    #[arg(long = "md", group = "format")]
    pub markdown: bool,
    /// With --json: add the vendor's own JSON as `raw`
    #[arg(long, requires = "json")]
    pub raw: bool,
    /// Only what others have changed since you last opened the case in the workbench
    #[arg(long, conflicts_with_all = ["markdown", "raw"])]
    pub since: bool,
}

const SHOW_HELP: &str = "Examples:
  caseload show dd:SEC-882
  caseload show tines-emea:4211 --md | less
  caseload show so:c_81f0 --json --raw | jq .raw
  caseload show dd:SEC-882 --since            what changed since you looked";

#[derive(Debug, Subcommand)]
pub enum Config {
    /// Read the configuration, fetch each secret (never shown), and reach each source with one call
    #[command(after_help = EXIT_CODES)]
    Check {
        /// Have sources of Tines v1 read by v2, where that answers: one line each in the file, everything else stays
        #[arg(long)]
        fix: bool,
    },
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

/// The script that completes the command line in a shell.
pub fn completions(shell: Shell) -> Vec<u8> {
    upkeep::completions(&mut Cli::command(), shell)
}

/// The manual page: the program, then each verb, in roff.
pub fn man() -> Vec<u8> {
    upkeep::man(Cli::command())
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
        assert!(cli.global.offline && matches!(cli.verb, Some(Verb::List(List { json: Some(_), .. }))));
        let (_, words) = list("caseload --source list list -news phish --limit 3");
        assert_eq!(words, ["-news", "phish"]);
        let (_, words) = list("caseload list --limit 3 -- --json -h");
        assert_eq!(words, ["--json", "-h"]);
    }
}
