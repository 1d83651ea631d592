//! `caseload list`: read everything, judge it, print it. Rows are judged in their compact form; whole cases are decoded
//! one at a time while they are written, so that memory does not grow with descriptions.

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;

use super::desk::{Desk, Found};
use super::fetch::{self, Reach, Reading};
use super::scope::Scope;
use super::sheet::Sheet;
use super::stop::{Exit, Stop, end};
use super::table::{Line, Table, age};
use super::{asked, grid, known};
use crate::domain::case::Rid;
use crate::export::item::{Item, KEYS, Picked};
use crate::index::{Index, Seen};
use crate::query::{Asker, Column};

/// One write(2) per this much output.
const OUT_BYTES: usize = 64 * 1024;

#[derive(Clone, Debug)]
pub struct ListOptions {
    /// A filter, or words of one.
    pub words: Vec<String>,
    /// Print what each condition leaves instead of the cases.
    pub explain: bool,
    pub format: ListFormat,
    /// Keys of JSON to be written, `key,title`; empty: all.
    pub fields: String,
    /// The newest so many; None: all.
    pub limit: Option<usize>,
    /// Ask no vendor.
    pub cached: bool,
    pub reach: Reach,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    Text,
    Json,
    Ndjson,
    Csv,
}

/// Reads the sources (or the disk only) and prints the cases that match, newest first.
pub fn list(scope: &Scope, options: &ListOptions) -> Exit {
    end(run(scope, options))
}

fn run(scope: &Scope, options: &ListOptions) -> Result<Exit, Stop> {
    let config = scope.config()?;
    let picked = Picked::read(&options.fields, &[&KEYS]).map_err(Stop::usage)?;
    let query = asked::query_with_views(&options.words, &config)?;
    let is_from_disk = options.cached || scope.offline;
    let reading = if is_from_disk { None } else { Some(fetch::read(scope, &config, &query, options.reach)?) };
    let mut desk = Desk::open(scope, &config)?;
    if is_from_disk {
        desk.say_ages(&config)?;
    }
    let reading = reading.map_or_else(|| Reading::of_disk(&config, &desk), Ok)?;
    let mut out = BufWriter::with_capacity(OUT_BYTES, io::stdout().lock());
    let asker = desk.asker();
    let found = desk.judge(&query, &asker, &reading.answers, options.limit)?;
    let Found { index, rids, asleep, .. } = &found;
    let unreadable = if options.explain {
        // The snoozed are a step of their own where there are any.
        let shown = if *asleep > 0 { query.clone().awake() } else { query.clone() };
        asked::explain(&mut out, index, &shown, &asker, &reading.answers)?;
        0
    } else {
        let paper = Paper { format: options.format, picked: &picked, columns: scope.columns, cols: &query.cols };
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
    format: ListFormat,
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
            ListFormat::Text if !self.cols.is_empty() => grid::print(out, (self.columns, self.cols), index, found, asker).map(|()| 0),
            ListFormat::Text => table(out, self.columns, desk, index, found).map(|()| 0),
            ListFormat::Csv => {
                let mut sheet = Sheet::new(out)?;
                let unreadable = desk.each_case(index, found, asker.now, |source, case, _| sheet.add(&source.name, source.vendor, case))?;
                sheet.end()?;
                Ok(unreadable)
            }
            ListFormat::Ndjson => desk.each_case(index, found, asker.now, |source, case, due| {
                self.picked.write(out, &Item::of_case(&source.name, source.vendor, case, due))?;
                Ok(out.write_all(b"\n")?)
            }),
            ListFormat::Json => {
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
