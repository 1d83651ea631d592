//! `caseload list`: read everything, judge it, print it. Rows are judged in their compact form; whole cases are decoded
//! one at a time while they are written, so that memory does not grow with descriptions.

use std::io::{
    BufWriter, Write, {self},
};

use clap::Args;
use clap::builder::TypedValueParser;
use jiff::Timestamp;

use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::args::reach::ReachArgs;
use crate::cli::print::grid;
use crate::cli::print::sheet::Sheet;
use crate::cli::print::table::{Line, Table, age};
use crate::cli::run::desk::{Desk, Found};
use crate::cli::run::fetch::{
    Reading, {self},
};
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop};
use crate::cli::run::{asked, known};
use crate::domain::case::Rid;
use crate::export::item::{Item, KEYS, Picked};
use crate::index::{Index, Seen};
use crate::query::{Asker, Column};

#[derive(Debug, Args)]
#[command(after_help = format!("{LIST_HELP}\n\n{EXIT_CODES}"))]
pub struct ListArgs {
    /// A filter, as in the program: words, status:open, priority:<=P2, assignee:me, age:>2d, -tag:noise, OR, sort:, cols:, limit:
    #[arg(value_name = "FILTER", value_parser = clap::builder::StringValueParser::new().map(crate::cli::args::words::word))]
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
    pub reach: ReachArgs,
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

impl ListArgs {
    /// How the cases are written, and which of their fields; none named: all.
    fn format(&self) -> (Format, &str) {
        match (&self.json, &self.ndjson, self.csv) {
            (Some(fields), ..) => (Format::Json, fields),
            (_, Some(fields), _) => (Format::Ndjson, fields),
            (.., true) => (Format::Csv, ""),
            _ => (Format::Text, ""),
        }
    }
}

/// One write(2) per this much output.
const OUT_BYTES: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Json,
    Ndjson,
    Csv,
}

/// Reads the sources (or the disk only) and prints the cases that match, newest first.
pub(in crate::cli) fn run(scope: &Scope, args: &ListArgs) -> Result<Exit, Stop> {
    let (format, fields) = args.format();
    let config = scope.config()?;
    let picked = Picked::read(fields, &[&KEYS]).map_err(Stop::usage)?;
    let query = asked::query_with_views(&args.words, &config)?;
    let is_from_disk = args.reach.cached || scope.offline;
    let reading = if is_from_disk { None } else { Some(fetch::read(scope, &config, &query, args.reach.reach())?) };
    let mut desk = Desk::open(scope, &config)?;
    if is_from_disk {
        desk.say_ages(&config)?;
    }
    let reading = reading.map_or_else(|| Reading::of_disk(&config, &desk), Ok)?;
    let mut out = BufWriter::with_capacity(OUT_BYTES, io::stdout().lock());
    let asker = desk.asker();
    let limit = args.limit.and_then(|limit| usize::try_from(limit).ok());
    let found = desk.judge(&query, &asker, &reading.answers, limit)?;
    let Found { index, rids, asleep, .. } = &found;
    let unreadable = if args.explain {
        // The snoozed are a step of their own where there are any.
        let shown = if *asleep > 0 { query.clone().awake() } else { query.clone() };
        asked::explain(&mut out, index, &shown, &asker, &reading.answers)?;
        0
    } else {
        let paper = Paper { format, picked: &picked, columns: scope.columns, cols: &query.cols };
        paper.print(&mut out, &desk, index, rids, &asker)?
    };
    out.flush()?;
    let worth = known::worth(&reading, &desk, &query, &asker, &found);
    worth.say(&reading);
    asked::say_lacking(index);
    asked::say_asleep(*asleep);
    Ok(match worth.exit() {
        Exit::Done if unreadable > 0 => Exit::Partial,
        Exit::Done if rids.is_empty() => Exit::NothingMatched,
        exit => exit,
    })
}

/// How the cases are written.
struct Paper<'a> {
    format: Format,
    picked: &'a Picked,
    /// Of the terminal; None: a pipe.
    columns: Option<u16>,
    /// Empty: the usual ones.
    cols: &'a [Column],
}

impl Paper<'_> {
    /// How many of them could not be read.
    fn print(&self, out: &mut impl Write, desk: &Desk, index: &Index, found: &[Rid], asker: &Asker) -> Result<usize, Stop> {
        match self.format {
            Format::Text if !self.cols.is_empty() => grid::print(out, (self.columns, self.cols), index, found, asker).map(|()| 0),
            Format::Text => table(out, self.columns, desk, index, found).map(|()| 0),
            Format::Csv => {
                let mut sheet = Sheet::new(out)?;
                let unreadable = desk.each_case(index, found, asker.now, |source, case, _| sheet.add(&source.name, source.vendor, case))?;
                sheet.end()?;
                Ok(unreadable)
            }
            Format::Ndjson => desk.each_case(index, found, asker.now, |source, case, due| {
                self.picked.write(out, &Item::of_case(&source.name, source.vendor, case, due))?;
                Ok(out.write_all(b"\n")?)
            }),
            Format::Json => {
                let mut before: &[u8] = b"[\n";
                let unreadable = desk.each_case(index, found, asker.now, |source, case, due| {
                    out.write_all(before)?;
                    before = b",\n";
                    Ok(self.picked.write(out, &Item::of_case(&source.name, source.vendor, case, due))?)
                })?;
                out.write_all(if before == b"[\n" { b"[]\n" } else { b"\n]\n" })?;
                Ok(unreadable)
            }
        }
    }
}

fn table(out: &mut impl Write, columns: Option<u16>, desk: &Desk, index: &Index, found: &[Rid]) -> Result<(), Stop> {
    let now = Timestamp::now();
    let cells = |rid: &Rid| {
        index.get(*rid).map(|seen| {
            let age = seen.created_at.and_then(|at| Timestamp::from_second(at).ok()).map_or_else(String::new, |at| age(at, now));
            (age, people(&seen), seen)
        })
    };
    let line = |(age, who, seen): &(String, String, Seen<'_>), table: &mut dyn FnMut(&Line<'_>) -> io::Result<()>| {
        let source = desk.sources[usize::from(seen.source.0)].name.as_str();
        table(&[source, seen.key, seen.status, seen.priority, age, who, seen.title])
    };
    let mut table = Table::new();
    for cells in found.iter().filter_map(cells) {
        line(&cells, &mut |line| {
            table.measure(line);
            Ok(())
        })?;
    }
    if found.is_empty() {
        return Ok(());
    }
    table.fit(columns);
    table.header(out)?;
    for cells in found.iter().filter_map(cells) {
        line(&cells, &mut |line| table.line(out, line))?;
    }
    Ok(())
}

/// The first assignee, and how many more.
fn people(seen: &Seen<'_>) -> String {
    let mut people = seen.assignees();
    match (people.next(), people.count()) {
        (None, _) => String::new(),
        (Some(first), 0) => first.into(),
        (Some(first), more) => format!("{first} +{more}"),
    }
}
