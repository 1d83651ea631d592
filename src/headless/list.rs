//! `caseload list`: read everything, judge it, print it. Rows are judged in their compact form; whole cases are decoded
//! one at a time while they are written, so that memory does not grow with descriptions.

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;

use super::Scope;
use super::fetch::{self, Answers};
use super::shape::Item;
use super::sheet::Sheet;
use super::stop::{Exit, Stop, end, note};
use super::table::{Line, Table, age};
use crate::config::Config;
use crate::domain::case::{Case, Rid, SourceId, Vendor};
use crate::domain::directory::Directory;
use crate::domain::fault::{Fault, FaultKind};
use crate::index::{Index, Seen, SortBy, SortKey};
use crate::query::{self, Query};
use crate::store::{Access, Mark, Store};
use crate::sync::{self, SourceSetup};

/// Rows taken from disk at a time.
const CHUNK_ROWS: usize = 4_096;
/// One write(2) per this much output.
const OUT_BYTES: usize = 64 * 1024;

#[derive(Clone, Debug)]
pub struct ListOptions {
    /// All must occur; `-word` excludes.
    pub words: Vec<String>,
    pub format: ListFormat,
    /// The newest so many; None: all.
    pub limit: Option<usize>,
    /// Ask no vendor.
    pub cached: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    Text,
    Json,
    Ndjson,
    Csv,
}

/// Reads every source completely (or the disk only) and prints the cases that match, newest first.
pub fn list(scope: &Scope, options: &ListOptions) -> Exit {
    end(run(scope, options))
}

fn run(scope: &Scope, options: &ListOptions) -> Result<Exit, Stop> {
    let query = query::parse(&options.words.join(" ")).query;
    let config = scope.config()?;
    let is_from_disk = options.cached || scope.offline;
    // A disk that cannot be used is said once, and before any vendor is asked.
    drop(Desk::open(scope, &config)?);
    let (verdict, answers) = if is_from_disk { (Exit::Done, Answers::default()) } else { fetch::read(scope, &config, &query)? };
    let desk = Desk::open(scope, &config)?;
    if is_from_disk {
        desk.say_ages(&config)?;
    }
    let (index, found) = desk.judge(&query, &answers, options.limit)?;
    let mut out = BufWriter::with_capacity(OUT_BYTES, io::stdout().lock());
    let unreadable = desk.print(&mut out, options.format, scope.columns, &index, &found)?;
    out.flush()?;
    Ok(match verdict {
        Exit::Done if unreadable > 0 => Exit::Partial,
        Exit::Done if found.is_empty() => Exit::NothingMatched,
        verdict => verdict,
    })
}

/// What is on disk of this run's sources, and what it takes to read it.
struct Desk {
    store: Store,
    sources: Vec<SourceSetup>,
    /// By [`SourceId`], as `sources`.
    directories: Vec<Directory>,
}

impl Desk {
    fn open(scope: &Scope, config: &Config) -> Result<Self, Stop> {
        let mut store = Store::open(&scope.places.data, Access::ReadOnly)?;
        let sources = sync::sources_for_disk(config);
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        store.sources(&names)?;
        let directories = ids(&sources)
            .map(|(id, _)| {
                let json = store.directory(id)?;
                // Names only: without them the case is whole all the same.
                Ok(json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
            })
            .collect::<Result<_, Fault>>()?;
        Ok(Self { store, sources, directories })
    }

    fn say_ages(&self, config: &Config) -> Result<(), Stop> {
        let now = Timestamp::now();
        for (id, source) in ids(&config.sources) {
            let Mark { complete_at, seen, .. } = self.store.mark(id)?;
            note(match complete_at {
                Some(at) => format!("{}: from disk, read {} ago", source.name, age(at, now)),
                None if seen > 0 => format!("{}: from disk, and never read completely", source.name),
                None => format!("{}: never read\n  run `caseload list` once with the network", source.name),
            });
        }
        Ok(())
    }

    fn judge(&self, query: &Query, answers: &Answers, limit: Option<usize>) -> Result<(Index, Vec<Rid>), Stop> {
        let mut index = Index::new();
        self.store.each_rows(CHUNK_ROWS, &mut |rows| {
            for (rid, row) in &rows {
                index.upsert(*rid, row);
            }
            true
        })?;
        let mut found = index.select(query, &[SortKey { by: SortBy::Created, descending: true }]);
        found.retain(|rid| index.get(*rid).is_some_and(|seen| answers.keeps(seen.source, *rid)));
        found.truncate(limit.unwrap_or(usize::MAX));
        Ok((index, found))
    }

    /// How many of them could not be read.
    fn print(&self, out: &mut impl Write, format: ListFormat, columns: Option<u16>, index: &Index, found: &[Rid]) -> Result<usize, Stop> {
        match format {
            ListFormat::Text => self.table(out, columns, index, found).map(|()| 0),
            ListFormat::Csv => {
                let mut sheet = Sheet::new(out)?;
                let unreadable = self.each_case(index, found, |source, vendor, case| sheet.add(source, vendor, case))?;
                sheet.end()?;
                Ok(unreadable)
            }
            ListFormat::Ndjson => self.each_case(index, found, |source, vendor, case| {
                serde_json::to_writer(&mut *out, &Item::new(source, vendor, case))?;
                Ok(out.write_all(b"\n")?)
            }),
            ListFormat::Json => {
                let mut before: &[u8] = b"[\n";
                let unreadable = self.each_case(index, found, |source, vendor, case| {
                    out.write_all(before)?;
                    before = b",\n";
                    Ok(serde_json::to_writer(&mut *out, &Item::new(source, vendor, case))?)
                })?;
                out.write_all(if before == b"[\n" { b"[]\n" } else { b"\n]\n" })?;
                Ok(unreadable)
            }
        }
    }

    /// Decodes one case after the other. A body that cannot be read is named and left out.
    fn each_case(
        &self,
        index: &Index,
        found: &[Rid],
        mut print: impl FnMut(&str, Vendor, &Case) -> Result<(), Stop>,
    ) -> Result<usize, Stop> {
        let mut unreadable = 0;
        for rid in found {
            let Some(seen) = index.get(*rid) else { continue };
            let place = usize::from(seen.source.0);
            let (source, directory) = (&self.sources[place], &self.directories[place]);
            match self.decode(*rid, source, directory) {
                Ok(case) => print(&source.name, source.vendor, &case)?,
                Err(fault) => {
                    unreadable += 1;
                    note(format!("{}:{}: left out, its body on disk cannot be read: {fault}", source.name, seen.key));
                }
            }
        }
        Ok(unreadable)
    }

    fn decode(&self, rid: Rid, source: &SourceSetup, directory: &Directory) -> Result<Case, Fault> {
        let missing = || Fault::new(FaultKind::Damaged, "there is none");
        let (raw, read_at, _) = self.store.raw(rid)?.ok_or_else(missing)?;
        let provider = source.provider.as_ref().ok_or_else(|| source.refused.clone().unwrap_or_else(missing))?;
        provider.decode(&raw, directory, read_at)
    }

    fn table(&self, out: &mut impl Write, columns: Option<u16>, index: &Index, found: &[Rid]) -> Result<(), Stop> {
        let now = Timestamp::now();
        let cells = |rid: &Rid| {
            index.get(*rid).map(|seen| {
                let age = seen.created_at.and_then(|at| Timestamp::from_second(at).ok()).map_or_else(String::new, |at| age(at, now));
                (age, people(&seen), seen)
            })
        };
        let line = |(age, who, seen): &(String, String, Seen<'_>), table: &mut dyn FnMut(&Line<'_>) -> io::Result<()>| {
            let source = self.sources[usize::from(seen.source.0)].name.as_str();
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

fn ids<T>(sources: &[T]) -> impl Iterator<Item = (SourceId, &T)> {
    (0..=u8::MAX).map(SourceId).zip(sources)
}
