//! `caseload export`: the same list as the workbench writes, from a complete pass or from the disk.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::desk::{Desk, Found};
use super::fetch::{Reach, Reading, read_all};
use super::scope::Scope;
use super::stop::{Exit, Stop, end, note};
use super::{asked, known};
use crate::domain::case::Rid;
use crate::domain::count;
use crate::export::item::{Item, KEYS, Picked, STAMP_KEYS};
use crate::export::{Format, Line, Objects, SourceStamp, Stamp, write};
use crate::index::Index;
use crate::store::file::Draft;

#[derive(Clone, Debug)]
pub struct ExportOptions {
    pub query: String,
    pub format: Format,
    /// Keys of JSON to be written, `key,title`; empty: all.
    pub fields: String,
    /// None: to stdout.
    pub file: Option<PathBuf>,
    /// Replace a file that is there.
    pub force: bool,
    /// Ask no vendor.
    pub cached: bool,
    pub reach: Reach,
}

/// Reads the sources (or the disk only) and writes the cases that match.
pub fn export(scope: &Scope, options: &ExportOptions) -> Exit {
    end(run(scope, options))
}

fn run(scope: &Scope, options: &ExportOptions) -> Result<Exit, Stop> {
    let config = scope.config()?;
    let picked = Picked::read(&options.fields, &[&KEYS, &STAMP_KEYS]).map_err(Stop::usage)?;
    if !picked.is_all() && !matches!(options.format, Format::Json | Format::Ndjson) {
        return Err(Stop::usage("fields are picked of JSON: use --format json or ndjson"));
    }
    let query = asked::query_with_views(std::slice::from_ref(&options.query), &config)?;
    let is_from_disk = options.cached || scope.offline;
    // What cannot be written is said before any vendor is asked.
    let draft = options.file.as_ref().map(|file| Draft::begin(file, options.force).map_err(|error| refused(file, &error))).transpose()?;
    let reading = if is_from_disk { None } else { Some(read_all(scope, &config, &query, options.reach)?) };
    let mut desk = Desk::open(scope, &config)?;
    let reading = reading.map_or_else(|| Reading::of_disk(&config, &desk), Ok)?;
    let asker = desk.asker();
    let found = desk.judge(&query, &asker, &reading.answers, None)?;
    let worth = known::worth(&reading, &desk, &query, &asker, &found);
    let stamp = worth.stamp(&options.query, &reading, &desk);
    let Found { index, rids: found, asleep, .. } = &found;
    let count = found.len();
    let paper = Paper { format: options.format, picked: &picked, stamp: &stamp };
    let unreadable = if let (Some(mut draft), Some(file)) = (draft, &options.file) {
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
