//! `caseload views`: the views of the configuration in the order of their tabs.

use std::io::{
    BufWriter, Write, {self},
};

use serde::Serialize;

use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop};
use crate::config::{
    View, ready_made, {self},
};
use crate::domain::exact;

/// A view as JSON. A promise to scripts: every key is always there.
#[derive(Serialize)]
struct Line<'a> {
    /// The number of its tab, from 1.
    number: usize,
    name: &'a str,
    query: &'a str,
    /// Columns of another width than their own, in cells.
    widths: serde_json::Map<String, serde_json::Value>,
    fold: bool,
}

impl<'a> Line<'a> {
    fn of(number: usize, view: &'a View) -> Self {
        let widths = view.widths.iter().map(|(column, width)| (column.clone(), (*width).into())).collect();
        Self { number, name: &view.name, query: &view.query, widths, fold: view.fold }
    }
}

pub(in crate::cli) fn run(scope: &Scope, json: bool) -> Result<Exit, Stop> {
    let is_there = scope.places.config.exists();
    let views = if is_there { config::load(&scope.places.config)?.views } else { ready_made() };
    let mut out = BufWriter::new(io::stdout().lock());
    if json {
        let lines: Vec<_> = (1..).zip(&views).map(|(number, view)| Line::of(number, view)).collect();
        exact::write(&mut out, &lines)?;
        out.write_all(b"\n")?;
    } else {
        let widest = views.iter().map(|view| view.name.chars().count()).max().unwrap_or(0);
        for (number, view) in (1..).zip(&views) {
            let query = if view.query.is_empty() { "every case" } else { &view.query };
            writeln!(out, "{number:>2}  {:<widest$}  {query}", view.name)?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}
