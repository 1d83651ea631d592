//! `caseload export`: the same list as the workbench writes, from a complete pass or from the disk.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use jiff::Timestamp;

use super::fetch::{Answers, read_all};
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
}

/// Reads every source completely (or the disk only) and writes the cases that match.
pub fn export(scope: &Scope, options: &ExportOptions) -> Exit {
    end(run(scope, options))
}

fn run(scope: &Scope, options: &ExportOptions) -> Result<Exit, Stop> {
    let config = scope.config()?;
    let query = asked::query_with_views(std::slice::from_ref(&options.query), &config.views)?;
    let is_from_disk = options.cached || scope.offline;
    // What cannot be written is said before any vendor is asked.
    let draft = options.file.as_ref().map(|file| Draft::begin(file, options.force).map_err(|error| refused(file, &error))).transpose()?;
    drop(Desk::open(scope, &config)?);
    let began = Timestamp::now();
    let verdict = if is_from_disk { Exit::Done } else { read_all(scope, &config)? };
    let mut desk = Desk::open(scope, &config)?;
    let asker = desk.asker();
    let Found { index, rids: found, total, asleep } = desk.judge(&query, &asker, &Answers::default(), None)?;
    let stamp = desk.stamp(&options.query, (!is_from_disk).then_some(began))?;
    let count = found.len();
    if let (Some(mut draft), Some(file)) = (draft, &options.file) {
        let fail = |error: io::Error| refused(file, &error);
        lines(&mut draft, options.format, &stamp, &desk, &index, &found).map_err(fail)?;
        draft.finish().map_err(fail)?;
    } else {
        let mut out = BufWriter::new(io::stdout().lock());
        lines(&mut out, options.format, &stamp, &desk, &index, &found)?;
        out.flush()?;
    }
    asked::say_worth(&index, count, total);
    asked::say_asleep(asleep);
    say(&stamp, count);
    Ok(match verdict {
        Exit::Done if found.is_empty() => Exit::NothingMatched,
        Exit::Done if !stamp.complete && !is_from_disk => Exit::Partial,
        verdict => verdict,
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
    let whole = if not_whole.is_empty() { "complete".to_owned() } else { not_whole.join(", ") };
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
