//! The verbs that change cases, and those that look after what was changed.

use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::{ArgGroup, Args, Subcommand};

use super::exit_codes::EXIT_CODES;

#[derive(Debug, Args)]
#[command(after_help = format!("{EDIT_HELP}\n\n{EXIT_CODES}"))]
pub struct Edit {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn, so
    #[arg(value_name = "REF")]
    pub reference: String,
    /// What a field shall be; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
    /// What shall come to a field of several values: tag, assignee, attr.KEY, field.NAME
    #[arg(long = "add", value_name = "FIELD=VALUE")]
    pub add: Vec<String>,
    /// What shall go from a field of several values
    #[arg(long = "remove", value_name = "FIELD=VALUE")]
    pub remove: Vec<String>,
    /// Print JSON: the plan with --dry-run, else the case as read back. --json - reads the changes as JSON from
    /// stdin, --json=FILE from a file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub json: Option<String>,
    /// Send only if the case still is what `caseload show` called by this base
    #[arg(long, value_name = "HASH")]
    pub if_base: Option<String>,
    /// Show old, new and the calls, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send without asking
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
}

const EDIT_HELP: &str = "Fields:
  title, description, comment    text
  status                         the vendor's own name, or open, in_progress, closed, archived
  priority                       P1..P5, critical..info, or none
  assignee                       me, a mail address, a name, or none; --add and --remove one by one
  tag                            --add and --remove; --set names all, separated by commas
  archived                       true or false
  attr.KEY                       values of an attribute, separated by commas; empty removes it
  field.NAME                     a custom field by its id or name, in its own type; empty clears it
  due_date, resolved_reason      Datadog: 2026-11-21 or none; TRUE_POSITIVE, FALSE_POSITIVE, ...

Examples:
  caseload edit dd:SEC-882 --set status=Investigating --set assignee=me
  caseload edit tn:4211 --set priority=high --add tag=vip --remove tag=new --dry-run
  caseload edit tn:4211 --if-base 9f2c41d0 --set status=closed --yes
  echo '{\"status\":\"closed\",\"tags\":{\"add\":[\"vip\"]}}' | caseload edit tn:4211 --json - --yes

Nothing is sent before you answer y. Without a terminal to ask on, give --yes. \
What a colleague changed meanwhile is kept; where both changed the same thing, nothing is sent and the exit code is 5.";

#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a person types")]
#[derive(Debug, Args)]
#[command(after_help = format!("{BULK_HELP}\n\n{EXIT_CODES}"))]
pub struct Bulk {
    /// A filter, as for `list`; every case that it leaves is meant
    #[arg(value_name = "FILTER", required = true, value_parser = clap::builder::StringValueParser::new().map(super::words::word))]
    pub words: Vec<String>,
    /// take, close, reopen, archive, unarchive or unassign; may be given several times
    #[arg(long = "do", value_name = "VERB")]
    pub verbs: Vec<String>,
    /// What a field shall be; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
    /// What shall come to a field of several values
    #[arg(long = "add", value_name = "FIELD=VALUE")]
    pub add: Vec<String>,
    /// What shall go from a field of several values
    #[arg(long = "remove", value_name = "FIELD=VALUE")]
    pub remove: Vec<String>,
    /// Run a macro of the configuration instead
    #[arg(long = "macro", value_name = "NAME")]
    pub macro_name: Option<String>,
    /// What a macro asks for; may be given several times
    #[arg(long, value_name = "NAME=VALUE", requires = "macro_name")]
    pub with: Vec<String>,
    /// Show what each source would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send without asking, if exactly N cases would be sent something
    #[arg(long, value_name = "N", conflicts_with = "dry_run")]
    pub yes_count: Option<u32>,
    /// Go by what is known although a source could not be read completely
    #[arg(long)]
    pub partial_ok: bool,
    /// Do not stop after two failures in a row
    #[arg(long)]
    pub keep_going: bool,
    /// Print JSON: the dry run with --dry-run, else the outcome of each case
    #[arg(long)]
    pub json: bool,
    /// Do not read the lists anew: go by what is on disk. What is sent is read and compared all the same
    #[arg(long)]
    pub cached: bool,
}

const BULK_HELP: &str = "Fields are those of `caseload edit`.

Examples:
  caseload bulk 'status:open disk pressure' --do close --dry-run
  caseload bulk 'status:open disk pressure' --do close --yes-count 8
  caseload bulk 'src:tn priority:low' --set assignee=me --add tag=night
  caseload bulk 'status:open phish' --macro 'False positive' --with reason=training

Without --yes-count it shows the dry run and asks for the number. It stops after two failures in a row; what failed and what \
is held waits in `caseload outbox`. Every case is read before it is changed, and read back. \
Cases that cannot be changed, those of a read-only source among them, are named in the dry run and left out; the exit code \
is then 6.";

/// What `caseload macros` prints.
#[derive(Debug, Args)]
pub struct Macros {
    /// One JSON array
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = format!("{COMMENT_HELP}\n\n{EXIT_CODES}"))]
#[command(group = ArgGroup::new("text").required(true).args(["message", "file", "dash"]))]
pub struct Comment {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The text is read from stdin
    #[arg(value_name = "-", value_parser = ["-"], hide_possible_values = true)]
    pub dash: Option<String>,
    /// The text
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub message: Option<String>,
    /// The text is read from FILE
    #[arg(short = 'F', long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Show the call, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON: the plan with --dry-run, else the case as read back
    #[arg(long)]
    pub json: bool,
}

const COMMENT_HELP: &str = "Examples:
  caseload comment tn:4211 -m 'User confirmed.'
  caseload comment dd:SEC-882 -F note.md
  git log -1 | caseload comment dd:SEC-882 -

A comment is sent at once: it cannot be taken back from here.";

/// What is saved and not confirmed yet
#[derive(Debug, Subcommand)]
pub enum Outbox {
    /// Print what waits, in the order of saving
    #[command(after_help = OUTBOX_HELP)]
    List {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// Print one entry: its changes, its calls, why it waits
    #[command(after_help = OUTBOX_HELP)]
    Show {
        /// Number in the list, or id, or the beginning of it
        #[arg(value_name = "ID")]
        entry: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Send now what waits for nothing but the network, without its delay; or one entry, also one that stopped
    #[command(after_help = OUTBOX_HELP)]
    Flush {
        /// Number in the list, or id, or the beginning of it; without it, all that needs nobody's decision
        #[arg(value_name = "ID")]
        entry: Option<String>,
    },
    /// Send nothing of it until it is released
    #[command(after_help = OUTBOX_HELP)]
    Hold {
        /// Number in the list, or id, or the beginning of it; without it, all
        #[arg(value_name = "ID")]
        entry: Option<String>,
    },
    /// Let it go again
    #[command(after_help = OUTBOX_HELP)]
    Release {
        /// Number in the list, or id, or the beginning of it; without it, all
        #[arg(value_name = "ID")]
        entry: Option<String>,
    },
    /// Give an entry up; it is printed whole, and calls that have landed stay
    #[command(after_help = OUTBOX_HELP)]
    Drop {
        /// Number in the list, or id, or the beginning of it
        #[arg(value_name = "ID")]
        entry: String,
    },
}

pub(super) const OUTBOX_HELP: &str = "Examples:
  caseload outbox list                  also drafts: what was typed and not sent, with its text
  caseload outbox show 1                its changes, its calls, why it waits
  caseload outbox flush                 all that waits for nothing but the network
  caseload outbox flush 019ab3          also when it has stopped: its case is read first
  caseload outbox hold                  nothing leaves until `caseload outbox release`
  caseload outbox drop 019ab3

ID is the number in the list, or the entry's id or the beginning of it. In `list --json` a draft is an element whose \
`state` is \"draft\"; what was typed is in `typed`. `flush` ends with 5 when something waits for \
you, and with 7 when something stays queued.";

/// What was written to the vendors
#[derive(Debug, Subcommand)]
pub enum Journal {
    /// Print every line: when, what came of it, before and after
    #[command(after_help = JOURNAL_HELP)]
    List {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// Check that no line was changed, left out, moved or cut off at the end; exit code 5 says which
    #[command(after_help = JOURNAL_HELP)]
    Verify,
}

pub(super) const JOURNAL_HELP: &str = "Examples:
  caseload journal list --json | jq -r '.[] | select(.event == \"verified\") | .case'
  caseload journal verify

Each line carries the hash of the one before, and journal.head the hash of the last. Whoever can write both files can \
forge both: where that matters, keep the hash that `verify` prints in another place, and compare.";
