//! A list with the columns that `cols:` names.

use std::io::Write;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use crate::cli::print::table::{age, cut};
use crate::cli::run::stop::Stop;
use crate::domain::case::Rid;
use crate::domain::sla::is_only_over;
use crate::index::{Index, Seen};
use crate::query::{Asker, Column};

/// Widest a column gets while another stands behind it.
const WIDEST: usize = 40;
const GAP: usize = 2;
/// The last column keeps this much, also in a narrow window.
const LEAST: usize = 12;

/// `columns`: of the terminal; None: a pipe. `cols`: what is shown of each case, at least one.
pub(in crate::cli) fn print(
    out: &mut impl Write,
    (columns, cols): (Option<u16>, &[Column]),
    index: &Index,
    found: &[Rid],
    asker: &Asker,
) -> Result<(), Stop> {
    if found.is_empty() {
        return Ok(());
    }
    let head: Vec<String> = cols.iter().map(|column| column.to_string().to_uppercase()).collect();
    let line = |rid: &Rid| index.get(*rid).map(|seen| cols.iter().map(|column| cell(&seen, column, asker)).collect::<Vec<_>>());
    let lines = || std::iter::once(head.clone()).chain(found.iter().filter_map(line));
    let mut widths = vec![0; head.len()];
    for line in lines() {
        for (width, cell) in widths.iter_mut().zip(&line) {
            *width = (*width).max(cell.width().min(WIDEST));
        }
    }
    let taken: usize = widths.iter().rev().skip(1).map(|width| width + GAP).sum();
    let room = columns.map(|columns| usize::from(columns).saturating_sub(taken).max(LEAST));
    for line in lines() {
        let last = line.len() - 1;
        for (place, cell) in line.iter().enumerate() {
            match (place == last, room) {
                (false, Some(_)) => {
                    let cell = cut(cell, widths[place]);
                    write!(out, "{cell}{:1$}", "", widths[place] + GAP - cell.width())?;
                }
                (false, None) => write!(out, "{cell}{:1$}", "", (widths[place] + GAP).saturating_sub(cell.width()).max(1))?,
                (true, Some(room)) => writeln!(out, "{}", cut(cell, room))?,
                (true, None) => writeln!(out, "{cell}")?,
            }
        }
    }
    Ok(())
}

fn cell(seen: &Seen<'_>, column: &Column, asker: &Asker) -> String {
    let ago = |at: Option<i64>| at.and_then(|at| Timestamp::from_second(at).ok()).map_or_else(String::new, |at| age(at, asker.now));
    let moment = |at: Option<i64>| at.and_then(|at| Timestamp::from_second(at).ok()).map_or_else(String::new, |at| at.to_string());
    match column {
        Column::Source => {
            asker.origins.iter().find(|origin| origin.id == seen.source).map_or_else(String::new, |origin| origin.name.to_string())
        }
        Column::Key => seen.key.into(),
        Column::Id => seen.id.into(),
        Column::Status => seen.status.into(),
        Column::Priority => seen.priority.into(),
        Column::Age => ago(seen.created_at),
        Column::Created => moment(seen.created_at),
        Column::Updated => moment(seen.updated_at),
        Column::Closed => moment(seen.closed_at),
        Column::Sla | Column::Due if seen.due_at.is_some_and(is_only_over) => "over".into(),
        Column::Sla | Column::Due => moment(seen.due_at),
        Column::Assignee => seen.assignees().collect::<Vec<_>>().join(", "),
        Column::Title => seen.title.into(),
        Column::Tags => seen.tags().collect::<Vec<_>>().join(" "),
        column => seen.value(column).unwrap_or_default(),
    }
}
