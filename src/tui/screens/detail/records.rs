//! The records tab: a table per type, sorted by any column, and one record as a list of its values.

use std::cmp::Ordering;

use compact_str::{CompactString, format_compact};

use crate::domain::order::by_meaning;
use crate::domain::record::{Record, RecordTable};
use crate::tui::screens::detail::lines::{Lead, Line, Span, Target, Tone, cut, fit, width_up_to, wrap};
use crate::tui::screens::detail::overview::{Ground, pair};
use crate::tui::screens::detail::pages::Pages;

/// A column takes what its widest cell needs, up to this; the record's own view shows all of it.
const MAX_COLUMN: usize = 28;
/// A column that has less room than this is left to the record's own view.
const MIN_COLUMN: usize = 6;
const GAP: usize = 2;

/// By which column the tables are sorted: each that has a column of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    pub column: CompactString,
    pub descending: bool,
}

/// A stretch of lines under one line of column titles, which stays in sight while they scroll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub line: usize,
    /// One past the last row.
    pub end: usize,
}

/// The column of this table that it is sorted by, and whether downwards.
fn sorted_by(table: &RecordTable, sort: Option<&Sort>) -> Option<(usize, bool)> {
    sort.and_then(|sort| Some((table.columns.iter().position(|column| column.as_str() == sort.column)?, sort.descending)))
}

pub fn lay_out(pages: &Pages<RecordTable>, only: Option<usize>, sort: Option<&Sort>, ground: Ground<'_>) -> (Vec<Line>, Vec<Head>) {
    let (mut out, mut heads) = (Vec::new(), Vec::new());
    for (number, table) in pages.items.iter().enumerate().filter(|(number, _)| only.is_none_or(|only| only == *number)) {
        if !out.is_empty() {
            out.push(Line::default());
        }
        let sort = sorted_by(table, sort);
        out.push(title(table, sort, ground.columns));
        let head = out.len();
        lay_table(number, table, sort, ground.columns, &mut out);
        heads.push(Head { line: head, end: out.len() });
    }
    (out, heads)
}

fn title(table: &RecordTable, sort: Option<(usize, bool)>, columns: usize) -> Line {
    let mut line = Line::of(Tone::Heading, cut(name(table), columns.saturating_sub(16).max(8)));
    let count = table.rows.len();
    line.push(Tone::Dim, format_compact!("  {count} loaded"));
    if let Some((column, descending)) = sort {
        let way = if descending { "descending" } else { "ascending" };
        let words = format_compact!(", by {} {way}", table.columns[column]);
        line.push(Tone::Dim, cut(&words, columns.saturating_sub(line.width())));
    }
    line
}

/// A type without a name is Tines v1's, which has none.
pub fn name(table: &RecordTable) -> &str {
    if table.type_name.is_empty() { "Records" } else { table.type_name.as_str() }
}

fn lay_table(number: usize, table: &RecordTable, sort: Option<(usize, bool)>, columns: usize, out: &mut Vec<Line>) {
    let widths = widths(table, columns);
    let mut head = Line::default();
    // The mark of the chosen row has the first column.
    head.push(Tone::Text, " ");
    for (column, width) in table.columns.iter().zip(&widths) {
        head.push(Tone::Label, fit(column.as_str(), *width));
        head.push(Tone::Text, " ".repeat(GAP));
    }
    if widths.len() < table.columns.len() {
        head.push(Tone::Dim, format_compact!("+{}", table.columns.len() - widths.len()));
    }
    out.push(head);
    for row in order(table, sort) {
        let record = &table.rows[row];
        let mut line = Line { target: Some(Target::Record(number, row)), ..Line::default() };
        line.push(Tone::Text, " ");
        for (cell, width) in record.cells.iter().zip(&widths) {
            line.push(Tone::Text, fit(cell.as_str(), *width));
            line.push(Tone::Text, " ".repeat(GAP));
        }
        // Find sees what is cut, and what has no column here.
        for (n, cell) in record.cells.iter().enumerate() {
            if widths.get(n).is_none_or(|room| width_up_to(cell.as_str(), room + 1) > *room) {
                line.beyond.push_str(cell.as_str());
                line.beyond.push('\n');
            }
        }
        out.push(line);
    }
}

/// Widths of the columns that have room, first ones first.
fn widths(table: &RecordTable, columns: usize) -> Vec<usize> {
    let more = if table.columns.len() > 1 { 4 } else { 0 };
    let mut room = columns.saturating_sub(1);
    let mut widths = Vec::new();
    for (n, column) in table.columns.iter().enumerate() {
        let cells = table.rows.iter().filter_map(|row| row.cells.get(n)).map(|cell| width_up_to(cell.as_str(), MAX_COLUMN));
        let wanted = cells.chain([width_up_to(column.as_str(), MAX_COLUMN)]).max().unwrap_or(1).max(1);
        let is_last = n + 1 == table.columns.len();
        let kept = room.saturating_sub(if is_last { 0 } else { more });
        let given = if wanted <= kept {
            wanted
        } else if kept >= MIN_COLUMN || n == 0 {
            kept.max(1)
        } else {
            break;
        };
        widths.push(given);
        room = room.saturating_sub(given + GAP);
        if given < wanted {
            break;
        }
    }
    widths
}

/// Rows in the order of a column: numbers and addresses by their value, empty cells last either way; without one as they came.
fn order(table: &RecordTable, sort: Option<(usize, bool)>) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..table.rows.len()).collect();
    if let Some((column, descending)) = sort {
        let cell = |row: &usize| table.rows[*row].cells.get(column).map_or("", |cell| cell.as_str());
        rows.sort_by(|a, b| compare(cell(a), cell(b), descending));
    }
    rows
}

fn compare(a: &str, b: &str, descending: bool) -> Ordering {
    let by_emptiness = a.is_empty().cmp(&b.is_empty());
    let by_value = by_meaning(&a.to_lowercase(), &b.to_lowercase());
    by_emptiness.then(if descending { by_value.reverse() } else { by_value })
}

/// One record, a value per line; its number is its place in the table as it is sorted.
pub fn lay_record(table: &RecordTable, row: usize, sort: Option<&Sort>, ground: Ground<'_>) -> Vec<Line> {
    let Some(record) = table.rows.get(row) else { return Vec::new() };
    let mut out = Vec::new();
    let place = order(table, sorted_by(table, sort)).iter().position(|known| *known == row).unwrap_or(row);
    let words = format!("{}, record {} of {} loaded", name(table), place + 1, table.rows.len());
    wrap(&[Span::new(Tone::Heading, words)], Lead::default(), ground.columns, &mut out);
    for (column, cell) in table.columns.iter().zip(&record.cells) {
        let (tone, value) = if cell.is_empty() { (Tone::Dim, "--") } else { (Tone::Text, cell.as_str()) };
        pair(column.as_str(), tone, value, ground, &mut out);
    }
    foot(record, ground, &mut out);
    out
}

fn foot(record: &Record, ground: Ground<'_>, out: &mut Vec<Line>) {
    out.push(Line::default());
    if let Some(at) = record.created_at {
        pair("added", Tone::Text, &ground.clock.long(at, ground.now), ground, out);
    }
    pair("record id", Tone::Dim, &record.id, ground, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Clean;
    use crate::tui::screens::detail::lines::width;

    fn table(rows: &[&[&str]]) -> RecordTable {
        RecordTable {
            type_id: "1".into(),
            type_name: Clean::line("Sign-ins"),
            columns: ["ip", "risk"].into_iter().map(Clean::line).collect(),
            rows: rows
                .iter()
                .enumerate()
                .map(|(n, cells)| Record {
                    id: n.to_string().into(),
                    cells: cells.iter().map(|cell| Clean::line(cell)).collect(),
                    created_at: None,
                })
                .collect(),
        }
    }

    #[test]
    fn numbers_sort_as_numbers_and_empty_cells_stay_last() {
        let table = table(&[&["a", "10"], &["b", ""], &["c", "9"], &["d", "high"]]);
        assert_eq!(order(&table, Some((1, false))), [2, 0, 3, 1]);
        assert_eq!(order(&table, Some((1, true))), [3, 0, 2, 1]);
        assert_eq!(order(&table, None), [0, 1, 2, 3]);
    }

    #[test]
    fn addresses_sort_by_their_numbers_and_a_record_is_numbered_as_it_stands() {
        let table = table(&[&["10.0.0.10", "1"], &["9.1.1.1", "2"], &["10.0.0.9", "3"]]);
        assert_eq!(order(&table, Some((0, false))), [1, 2, 0]);
        let clock = crate::domain::clock::Clock { style: crate::domain::clock::Style::default(), zone: jiff::tz::TimeZone::UTC };
        let ground = Ground {
            columns: 60,
            now: jiff::Timestamp::UNIX_EPOCH,
            clock: &clock,
            vendor: crate::domain::case::Vendor::Tines,
            me: None,
            timeline: &[],
        };
        let sort = Sort { column: "ip".into(), descending: false };
        assert_eq!(lay_record(&table, 0, Some(&sort), ground)[0].text(), "Sign-ins, record 3 of 3 loaded");
        assert_eq!(lay_record(&table, 0, None, ground)[0].text(), "Sign-ins, record 1 of 3 loaded");
    }

    #[test]
    fn columns_without_room_are_counted() {
        let table = table(&[&["203.0.113.77", "impossible travel"]]);
        let texts = |columns: usize| {
            let mut out = Vec::new();
            lay_table(0, &table, None, columns, &mut out);
            out.iter().map(|line| line.text().trim_end().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts(40), [" ip            risk", " 203.0.113.77  impossible travel"]);
        assert_eq!(texts(18), [" ip            +1", " 203.0.113.77"]);
        for columns in 1..60 {
            assert!(texts(columns).iter().skip(1).all(|line| width(line) <= columns.max(3)), "{columns}: {:?}", texts(columns));
        }
    }
}
