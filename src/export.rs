//! A list as a file: CSV, JSON, NDJSON or Markdown, each stamped with when it was made and how much of the truth it is.
//!
//! Case titles are written by attackers. A CSV cell that a spreadsheet would run is disarmed, a Markdown cell cannot
//! leave its cell or fetch anything, and JSON escapes by itself.

pub mod item;

use std::borrow::Cow;
use std::io::{
    Write, {self},
};

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::case::{Level, SourceId, State, Vendor};
use crate::domain::sla::OVER_SINCE_UNKNOWN;
use crate::domain::{clock, exact};
use crate::export::item::{Due, Item, Picked};
use crate::index::Seen;
use crate::protocol::{Coverage, Doubt, Known, SourceFacts};

/// Cases that are exported from inside; more take so long that keys would wait. The command line has no such bound.
pub(crate) const MAX_FROM_INSIDE: usize = 200_000;
/// Between several people or tags in one cell.
const BETWEEN: &str = "; ";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
    Ndjson,
    Markdown,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Csv, Self::Json, Self::Ndjson, Self::Markdown];

    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Markdown => "markdown",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Csv => "a table for spreadsheets, formulas disarmed",
            Self::Json => "one object: its stamp and the cases",
            Self::Ndjson => "one object per line, each stamped",
            Self::Markdown => "a table for a ticket or a chat",
        }
    }

    /// Of a file's name.
    pub fn ending(self) -> &'static str {
        if self == Self::Markdown { "md" } else { self.name() }
    }
}

/// When the list was made, what it was asked for, and how complete each source is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stamp {
    pub exported_at: Timestamp,
    pub query: String,
    /// Every case that matches is in the list, and up to date.
    pub complete: bool,
    /// Why it is not, in words; empty when it is.
    pub doubts: Vec<String>,
    /// By their number.
    pub sources: Vec<SourceStamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceStamp {
    pub name: String,
    pub vendor: Vendor,
    /// `complete`, `known so far`, `out of date`, `cut by a limit` or `never read`.
    pub coverage: &'static str,
    /// When its rows were true.
    pub read_at: Option<Timestamp>,
}

impl SourceStamp {
    pub const COMPLETE: &'static str = "complete";
    pub const SO_FAR: &'static str = "known so far";
    pub const OUT_OF_DATE: &'static str = "out of date";
    pub const NEVER: &'static str = "never read";

    pub const CUT: &'static str = "cut by a limit";

    /// What the rows of one source are worth.
    pub fn coverage(known: &Known, source: &SourceFacts<'_>) -> &'static str {
        match source.state.coverage {
            Coverage::Nothing => Self::NEVER,
            Coverage::Partial { .. } => Self::SO_FAR,
            Coverage::Full { .. } => {
                let of = |doubt: &Doubt| match doubt {
                    Doubt::Cut { .. } => (1, Self::CUT),
                    Doubt::FromDisk { .. } | Doubt::Down { .. } | Doubt::Old { .. } => (2, Self::OUT_OF_DATE),
                    _ => (3, Self::SO_FAR),
                };
                known.of_source(source.id).map(of).max().map_or(Self::COMPLETE, |(_, words)| words)
            }
        }
    }
}

/// A case of the list.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    pub seen: Seen<'a>,
    /// Its clock is by a rule of the configuration, not the vendor's.
    pub is_local: bool,
}

/// A case as a line of a table.
struct Record<'a> {
    source: &'a str,
    vendor: Option<Vendor>,
    id: &'a str,
    key: &'a str,
    title: &'a str,
    state: Option<&'static str>,
    status: &'a str,
    level: Option<&'static str>,
    priority: Option<&'a str>,
    assignees: Vec<&'a str>,
    tags: Vec<&'a str>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    sla_due_at: Option<Timestamp>,
    /// `vendor` or `local`; null: no clock runs.
    sla_clock: Option<&'static str>,
    sla_over: bool,
    url: Option<String>,
    /// How much of its source's truth was known, and when.
    coverage: &'a str,
    read_at: Option<Timestamp>,
    exported_at: Timestamp,
}

impl<'a> Record<'a> {
    fn new(line: Line<'a>, stamp: &'a Stamp) -> Self {
        let seen = line.seen;
        let source = stamp.sources.get(usize::from(seen.source.0));
        let time = |seconds: Option<i64>| seconds.and_then(|at| Timestamp::from_second(at).ok());
        let due = time(seen.due_at);
        Self {
            source: source.map_or("", |source| &source.name),
            vendor: source.map(|source| source.vendor),
            id: seen.id,
            key: seen.key,
            title: seen.title,
            state: seen.state.map(State::name),
            status: seen.status,
            level: seen.rank.level().map(Level::name),
            priority: Some(seen.priority).filter(|priority| !priority.is_empty()),
            assignees: seen.assignees().collect(),
            tags: seen.tags().collect(),
            created_at: time(seen.created_at),
            updated_at: time(seen.updated_at),
            sla_due_at: due.filter(|due| *due != OVER_SINCE_UNKNOWN),
            sla_clock: due.map(|_| if line.is_local { "local" } else { "vendor" }),
            sla_over: due.is_some_and(|due| due <= stamp.exported_at),
            url: seen.url(),
            coverage: source.map_or(SourceStamp::NEVER, |source| source.coverage),
            read_at: source.and_then(|source| source.read_at),
            exported_at: stamp.exported_at,
        }
    }
}

const HEADER: [&str; 20] = [
    "source",
    "vendor",
    "id",
    "key",
    "title",
    "state",
    "status",
    "level",
    "priority",
    "assignees",
    "tags",
    "created_at",
    "updated_at",
    "sla_due_at",
    "sla_clock",
    "sla_over",
    "url",
    "coverage",
    "read_at",
    "exported_at",
];

/// Writes the list. How many cases it has comes back.
///
/// # Errors
/// What the writer says.
pub fn write<'a>(out: &mut impl Write, format: Format, stamp: &'a Stamp, lines: impl Iterator<Item = Line<'a>>) -> io::Result<usize> {
    let picked = Picked::default();
    let mut objects = match format {
        Format::Csv => return csv(out, lines.map(|line| Record::new(line, stamp))),
        Format::Markdown => return markdown(out, stamp, lines.map(|line| Record::new(line, stamp))),
        Format::Json => Objects::array(out, stamp, &picked)?,
        Format::Ndjson => Objects::lines(out, stamp, &picked),
    };
    for line in lines {
        let seen = line.seen;
        let source = stamp.sources.get(usize::from(seen.source.0));
        let at = seen.due_at.and_then(|at| Timestamp::from_second(at).ok());
        let due = Due { at, is_local: line.is_local, now: stamp.exported_at };
        let name = source.map_or("", |source| &source.name);
        objects.add(seen.source, Item::of_row(name, source.map(|source| source.vendor), seen, due))?;
    }
    objects.end()
}

fn csv<'a>(out: &mut impl Write, records: impl Iterator<Item = Record<'a>>) -> io::Result<usize> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADER).map_err(of_the_writer)?;
    let mut count = 0;
    let time = |at: Option<Timestamp>| Cow::from(at.map_or_else(String::new, |at| at.to_string()));
    for record in records {
        let cells: [Cow<'_, str>; HEADER.len()] = [
            record.source.into(),
            record.vendor.map_or("", Vendor::name).into(),
            record.id.into(),
            record.key.into(),
            record.title.into(),
            record.state.unwrap_or_default().into(),
            record.status.into(),
            record.level.unwrap_or_default().into(),
            record.priority.unwrap_or_default().into(),
            record.assignees.join(BETWEEN).into(),
            record.tags.join(BETWEEN).into(),
            time(record.created_at),
            time(record.updated_at),
            time(record.sla_due_at),
            record.sla_clock.unwrap_or_default().into(),
            if record.sla_over { "true" } else { "false" }.into(),
            record.url.unwrap_or_default().into(),
            record.coverage.into(),
            time(record.read_at),
            time(Some(record.exported_at)),
        ];
        writer.write_record(cells.into_iter().map(|cell| disarmed(cell).into_owned())).map_err(of_the_writer)?;
        count += 1;
    }
    writer.flush()?;
    Ok(count)
}

/// The writer's own error: turned by csv itself, a reader that has gone is an error like any other.
fn of_the_writer(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

/// A case and how much of its source's truth was known, and when.
#[derive(Serialize)]
struct Stamped<'a> {
    #[serde(flatten)]
    item: Item<'a>,
    coverage: &'a str,
    read_at: Option<Timestamp>,
    exported_at: Timestamp,
}

/// Cases as JSON, one after the other.
pub struct Objects<'s, W: Write> {
    out: W,
    stamp: &'s Stamp,
    picked: &'s Picked,
    is_array: bool,
    count: usize,
}

impl<'s, W: Write> Objects<'s, W> {
    /// One object: the stamp, and an array of the cases.
    ///
    /// # Errors
    /// What the writer says.
    pub fn array(mut out: W, stamp: &'s Stamp, picked: &'s Picked) -> io::Result<Self> {
        out.write_all(b"{\"export\":")?;
        exact::write(&mut out, stamp)?;
        out.write_all(b",\n\"cases\":[")?;
        Ok(Self { out, stamp, picked, is_array: true, count: 0 })
    }

    /// A line each.
    pub fn lines(out: W, stamp: &'s Stamp, picked: &'s Picked) -> Self {
        Self { out, stamp, picked, is_array: false, count: 0 }
    }

    /// Writes the next one.
    ///
    /// # Errors
    /// What the writer says.
    pub fn add(&mut self, source: SourceId, item: Item<'_>) -> io::Result<()> {
        let of = self.stamp.sources.get(usize::from(source.0));
        let coverage = of.map_or(SourceStamp::NEVER, |of| of.coverage);
        let case = Stamped { item, coverage, read_at: of.and_then(|of| of.read_at), exported_at: self.stamp.exported_at };
        if self.is_array {
            self.out.write_all(if self.count == 0 { b"\n" } else { b",\n" })?;
        }
        self.picked.write(&mut self.out, &case)?;
        if !self.is_array {
            self.out.write_all(b"\n")?;
        }
        self.count += 1;
        Ok(())
    }

    /// How many there were.
    ///
    /// # Errors
    /// What the writer says.
    pub fn end(mut self) -> io::Result<usize> {
        if self.is_array {
            self.out.write_all(b"\n]}\n")?;
        }
        Ok(self.count)
    }
}

fn markdown<'a>(out: &mut impl Write, stamp: &Stamp, records: impl Iterator<Item = Record<'a>>) -> io::Result<usize> {
    let whole = if stamp.complete { "complete" } else { "NOT COMPLETE" };
    let cases = if stamp.query.is_empty() { "All cases".to_owned() } else { format!("Cases of {}", code(&stamp.query)) };
    writeln!(out, "{cases}, {}: {whole}.\n", stamp.exported_at.strftime("%Y-%m-%d %H:%M UTC"))?;
    for source in &stamp.sources {
        let read = source.read_at.map_or_else(String::new, |at| format!(", read {}", at.strftime("%Y-%m-%d %H:%M UTC")));
        writeln!(out, "- {} ({}): {}{read}", cell(&source.name), source.vendor.title(), source.coverage)?;
    }
    for doubt in &stamp.doubts {
        writeln!(out, "- {}", cell(doubt))?;
    }
    out.write_all(b"\n| source | key | status | priority | SLA | who | title |\n|---|---|---|---|---|---|---|\n")?;
    let mut count = 0;
    for record in records {
        let key = match &record.url {
            Some(url) => format!("[{}](<{}>)", cell(record.key), url.replace(['<', '>', '|'], "")),
            None => cell(record.key),
        };
        let left = record.sla_clock.map(|clock| {
            let due = record.sla_due_at.unwrap_or(OVER_SINCE_UNKNOWN);
            let left = clock::left_until(due.as_second(), stamp.exported_at).0;
            format!("{}{left}", if clock == "local" { "\\~" } else { "" })
        });
        writeln!(
            out,
            "| {} | {key} | {} | {} | {} | {} | {} |",
            cell(record.source),
            cell(record.status),
            cell(record.priority.unwrap_or_default()),
            left.unwrap_or_default(),
            cell(&record.assignees.join(", ")),
            cell(record.title)
        )?;
        count += 1;
    }
    Ok(count)
}

/// What a spreadsheet takes for the start of a formula. The wide forms are formulas where it expects CJK input.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// One line, and no formula: `\n` becomes the two characters, and what a spreadsheet would run gets a `'` in front. Where
/// lists are written with `;` a spreadsheet cuts at it, quotes or not, and what stands behind it is a cell, too.
pub fn disarmed(cell: Cow<'_, str>) -> Cow<'_, str> {
    let cell = if cell.contains('\n') { Cow::Owned(cell.replace('\n', "\\n")) } else { cell };
    let starts = |part: &str| part.trim_start().starts_with(FORMULA);
    if !cell.split(';').any(starts) {
        return cell;
    }
    let parts = cell.split(';').map(|part| {
        let text = part.trim_start();
        if starts(part) { format!("{}'{text}", &part[..part.len() - text.len()]) } else { part.to_owned() }
    });
    Cow::Owned(parts.collect::<Vec<_>>().join(";"))
}

/// Text in Markdown that means itself: no cell ends, nothing is fetched, no tag and no entity.
pub fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '!' | '#' | '&' | '$') {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    out
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace(['`', '\n'], "'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Rid;
    use crate::domain::sample;
    use crate::domain::text::Clean;
    use crate::export::item::{KEYS, STAMP_KEYS};
    use crate::index::Index;

    fn stamp() -> Stamp {
        let at = Timestamp::from_second(1_790_000_000).unwrap();
        let source = |name: &str, vendor, coverage| SourceStamp { name: name.into(), vendor, coverage, read_at: Some(at) };
        Stamp {
            exported_at: at,
            query: "phish".into(),
            complete: false,
            doubts: vec!["9 not examined".into()],
            sources: vec![source("tn", Vendor::Tines, SourceStamp::SO_FAR)],
        }
    }

    fn exported(format: Format, title: &str) -> String {
        let mut row = sample::case(Vendor::Tines, 1).row;
        row.title = Clean::line(title);
        row.due_at = Timestamp::from_second(1_790_000_600).ok();
        let mut index = Index::new();
        index.upsert(Rid(1), &row);
        let stamp = stamp();
        let mut out = Vec::new();
        let lines = index.get(Rid(1)).map(|seen| Line { seen, is_local: true });
        assert_eq!(write(&mut out, format, &stamp, lines.into_iter()).unwrap(), 1);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_cell_is_a_formula_or_a_second_line() {
        for start in ["=", "+", "-", "@", "＝"] {
            assert_eq!(disarmed(format!("{start}HYPERLINK(\"http://x\")").into()), format!("'{start}HYPERLINK(\"http://x\")"));
            assert!(exported(Format::Csv, &format!("{start}1+1")).contains(&format!(",'{start}1+1,")));
        }
        assert_eq!(disarmed("a\nb\n\nc".into()), "a\\nb\\n\\nc");
        assert_eq!(disarmed("5 = 5".into()), "5 = 5");
        assert_eq!(disarmed("  =1+1".into()), "  '=1+1");
        assert_eq!(disarmed("x;=1+1; @y;z".into()), "x;'=1+1; '@y;z");
        assert_eq!(disarmed("".into()), "");
    }

    #[test]
    fn every_format_says_how_complete_it_is_and_when() {
        let csv = exported(Format::Csv, "t");
        assert_eq!(csv.lines().next().unwrap(), HEADER.join(","));
        assert!(csv.lines().nth(1).unwrap().contains("known so far,2026-09-21T14:13:20Z"), "{csv}");
        let ndjson: serde_json::Value = serde_json::from_str(&exported(Format::Ndjson, "t")).unwrap();
        assert_eq!((&ndjson["coverage"], &ndjson["sla_clock"]), (&"known so far".into(), &"local".into()));
        assert_eq!(ndjson.as_object().unwrap().len(), KEYS.len() + STAMP_KEYS.len());
        assert!(KEYS.iter().chain(&STAMP_KEYS).all(|key| ndjson.get(key).is_some()), "{ndjson}");
        let json: serde_json::Value = serde_json::from_str(&exported(Format::Json, "t")).unwrap();
        assert_eq!(json["export"]["sources"][0]["coverage"], "known so far");
        assert_eq!((&json["export"]["complete"], json["cases"].as_array().unwrap().len()), (&false.into(), 1));
        let markdown = exported(Format::Markdown, "t");
        assert!(markdown.starts_with("Cases of `phish`, 2026-09-21 14:13 UTC: NOT COMPLETE."), "{markdown}");
        assert!(markdown.contains("| \\~0:10 |"), "{markdown}");
    }

    #[test]
    fn a_title_cannot_leave_its_cell_or_fetch_an_image() {
        let markdown = exported(Format::Markdown, "x | ![y](http://evil/p.png) <img src=z> `|`");
        let line = markdown.lines().last().unwrap();
        assert!(line.ends_with("x \\| \\!\\[y\\](http://evil/p.png) \\<img src=z\\> \\`\\|\\` |"), "{line}");
    }
}
