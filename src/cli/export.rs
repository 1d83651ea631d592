//! `caseload export`: the same list as the workbench writes, from a complete pass or from the disk.

use std::io::{
    BufWriter, Write, {self},
};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::args::reach::ReachArgs;
use crate::cli::run::desk::{Desk, Found};
use crate::cli::run::fetch::{Reading, read_all};
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop, note};
use crate::cli::run::{asked, known};
use crate::domain::case::Rid;
use crate::domain::count;
use crate::export::item::{Item, KEYS, Picked, STAMP_KEYS};
use crate::export::{Format, Line, Objects, SourceStamp, Stamp, write};
use crate::index::Index;
use crate::store::file::Draft;

#[derive(Debug, Args)]
#[command(after_help = format!("{EXPORT_HELP}\n\n{EXIT_CODES}"))]
pub struct ExportArgs {
    /// The filter, as in the workbench; without one every case is written
    #[arg(value_name = "QUERY", value_parser = clap::builder::TypedValueParser::map(clap::builder::StringValueParser::new(), crate::cli::args::words::word))]
    pub query: Vec<String>,
    /// What to write
    #[arg(long, value_name = "FORMAT", required_unless_present = "json")]
    pub format: Option<Written>,
    /// These fields of each case only, as JSON: --json key,title,sla; with --format ndjson a line each
    #[arg(long, value_name = "FIELDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub json: Option<String>,
    /// Where to write it; without it, to stdout
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Replace FILE when there is one already
    #[arg(long, requires = "file")]
    pub force: bool,
    #[command(flatten)]
    pub reach: ReachArgs,
}

const EXPORT_HELP: &str = "Examples:
  caseload export phish --format csv -o phish.csv
  caseload export --format markdown           every case, for a ticket
  caseload export 'status:open priority:<=P2' --format ndjson --cached | jq .key

Every export says when it was made and how much of each source was known: `complete`, `known so far`, \
`out of date`, `cut by a limit` or `never read`. FILE appears whole or not at all, and never over another without --force.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Written {
    /// A table for spreadsheets; text that a spreadsheet would run as a formula is prefixed with '
    Csv,
    /// One object: its stamp and the cases
    Json,
    /// One object per line, each stamped
    Ndjson,
    /// A table for a ticket or a chat
    #[value(alias = "md")]
    Markdown,
}

impl From<Written> for Format {
    fn from(format: Written) -> Self {
        match format {
            Written::Csv => Self::Csv,
            Written::Json => Self::Json,
            Written::Ndjson => Self::Ndjson,
            Written::Markdown => Self::Markdown,
        }
    }
}

/// Reads the sources (or the disk only) and writes the cases that match.
pub(in crate::cli) fn run(scope: &Scope, args: &ExportArgs) -> Result<Exit, Stop> {
    let format = args.format.map_or(Format::Json, Format::from);
    let text = args.query.join(" ");
    let config = scope.config()?;
    let picked = Picked::read(args.json.as_deref().unwrap_or_default(), &[&KEYS, &STAMP_KEYS]).map_err(Stop::usage)?;
    if !picked.is_all() && !matches!(format, Format::Json | Format::Ndjson) {
        return Err(Stop::usage("fields are picked of JSON: use --format json or ndjson"));
    }
    let query = asked::query_with_views(std::slice::from_ref(&text), &config)?;
    let is_from_disk = args.reach.cached || scope.offline;
    // What cannot be written is said before any vendor is asked.
    let draft = args.file.as_ref().map(|file| Draft::begin(file, args.force).map_err(|error| refused(file, &error))).transpose()?;
    let reading = if is_from_disk { None } else { Some(read_all(scope, &config, &query, args.reach.reach())?) };
    let mut desk = Desk::open(scope, &config)?;
    let reading = reading.map_or_else(|| Reading::of_disk(&config, &desk), Ok)?;
    let asker = desk.asker();
    let found = desk.judge(&query, &asker, &reading.answers, None)?;
    let worth = known::worth(&reading, &desk, &query, &asker, &found);
    let stamp = worth.stamp(&text, &reading, &desk);
    let Found { index, rids: found, asleep, .. } = &found;
    let count = found.len();
    let paper = Paper { format, picked: &picked, stamp: &stamp };
    let unreadable = if let (Some(mut draft), Some(file)) = (draft, &args.file) {
        let fail = |error: io::Error| refused(file, &error);
        let unreadable = lines(&mut draft, &paper, &desk, (index, found), &fail)?;
        draft.finish().map_err(fail)?;
        unreadable
    } else {
        let mut out = BufWriter::new(io::stdout().lock());
        let unreadable = lines(&mut out, &paper, &desk, (index, found), &Stop::from)?;
        out.flush()?;
        unreadable
    };
    worth.say(&reading);
    asked::say_lacking(index);
    asked::say_asleep(*asleep);
    say(&stamp, count);
    Ok(match worth.exit() {
        Exit::Done if unreadable > 0 => Exit::Partial,
        Exit::Done if found.is_empty() => Exit::NothingMatched,
        exit => exit,
    })
}

/// How the cases are written.
struct Paper<'a> {
    format: Format,
    picked: &'a Picked,
    stamp: &'a Stamp,
}

/// How many of them could not be read.
fn lines<W: Write>(
    out: &mut W,
    paper: &Paper<'_>,
    desk: &Desk,
    (index, found): (&Index, &[Rid]),
    fail: &impl Fn(io::Error) -> Stop,
) -> Result<usize, Stop> {
    let stamp = paper.stamp;
    let mut objects = match paper.format {
        Format::Json => Objects::array(out, stamp, paper.picked).map_err(fail)?,
        Format::Ndjson => Objects::lines(out, stamp, paper.picked),
        Format::Csv | Format::Markdown => {
            let line = |rid: &Rid| Some(Line { seen: index.get(*rid)?, is_local: desk.is_local_clock(*rid) });
            return write(out, paper.format, stamp, found.iter().filter_map(line)).map(|_| 0).map_err(fail);
        }
    };
    let unreadable = desk.each_case(index, found, stamp.exported_at, |source, case, due| {
        objects.add(case.row.id.source, Item::of_case(&source.name, source.vendor, case, due)).map_err(fail)
    })?;
    objects.end().map_err(fail)?;
    Ok(unreadable)
}

/// On stderr, so that the output stays what it is.
fn say(stamp: &Stamp, count: usize) {
    let cases = count::count(count, "case");
    let not_whole = stamp.sources.iter().filter(|source| source.coverage != SourceStamp::COMPLETE);
    let not_whole: Vec<_> = not_whole.map(|source| format!("{} {}", source.name, source.coverage)).collect();
    let whole = match (stamp.complete, not_whole.is_empty()) {
        (true, _) => "complete".to_owned(),
        (false, true) => "not complete".to_owned(),
        (false, false) => not_whole.join(", "),
    };
    note(format!("{cases}, {whole}"));
}

fn refused(file: &std::path::Path, error: &io::Error) -> Stop {
    let next = if error.kind() == io::ErrorKind::AlreadyExists {
        "name another file, or add --force to replace it"
    } else {
        "name another file with -o"
    };
    Stop::usage(format!("{}: {error}\n  {next}", file.display()))
}
