//! `caseload export`: the same list as the workbench writes, from a complete pass or from the disk.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::fetch::{Reach, Reading, read_all};
use super::known;
use super::list::{Desk, Found};
use super::stop::{Exit, Stop, end, note};
use super::{Scope, asked};
use crate::app::export::{Format, Line, SourceStamp, Stamp, write};
use crate::domain::case::Rid;
use crate::index::Index;
use crate::store::file::Draft;

#[derive(Clone, Debug)]
pub struct ExportOptions {
    pub query: String,
    pub format: Format,
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
    let stamp = desk.stamp(&options.query, &reading, &worth);
    let Found { index, rids: found, asleep, .. } = &found;
    let count = found.len();
    if let (Some(mut draft), Some(file)) = (draft, &options.file) {
        let fail = |error: io::Error| refused(file, &error);
        lines(&mut draft, options.format, &stamp, &desk, index, found).map_err(fail)?;
        draft.finish().map_err(fail)?;
    } else {
        let mut out = BufWriter::new(io::stdout().lock());
        lines(&mut out, options.format, &stamp, &desk, index, found)?;
        out.flush()?;
    }
    worth.say(&reading);
    asked::say_lacking(index);
    asked::say_asleep(*asleep);
    say(&stamp, count);
    Ok(match worth.exit() {
        Exit::Done if found.is_empty() => Exit::NothingMatched,
        exit => exit,
    })
}

fn lines(out: &mut impl Write, format: Format, stamp: &Stamp, desk: &Desk, index: &Index, found: &[Rid]) -> io::Result<()> {
    let line = |rid: &Rid| Some(Line { seen: index.get(*rid)?, is_local: desk.is_local_clock(*rid) });
    write(out, format, stamp, found.iter().filter_map(line)).map(|_| ())
}

/// On stderr, so that the output stays what it is.
fn say(stamp: &Stamp, count: usize) {
    let cases = if count == 1 { "1 case".to_owned() } else { format!("{count} cases") };
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
