//! `caseload keys`: the key table as it holds with this configuration, and what of its `[keys]` cannot hold.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::scope::Scope;
use super::stop::{Exit, Stop, end, note};
use crate::config::{self, Config, Keys, Preset};
use crate::domain::count::count_of;
use crate::domain::exact;
use crate::tui::keys::action;
use crate::tui::keys::remap::{Keymap, place_name};

#[derive(Clone, Copy, Debug)]
pub struct KeysOptions {
    /// In place of the configuration's.
    pub preset: Option<Preset>,
    /// Only say what cannot hold.
    pub check: bool,
    pub json: bool,
}

/// One command of one place.
#[derive(Serialize)]
struct Line<'a> {
    place: String,
    action: String,
    keys: Vec<String>,
    words: &'a str,
}

pub fn keys(scope: &Scope, options: KeysOptions) -> Exit {
    end(run(scope, options))
}

fn run(scope: &Scope, options: KeysOptions) -> Result<Exit, Stop> {
    let is_there = scope.places.config.exists();
    let config = if is_there { config::load(&scope.places.config)? } else { Config::default() };
    let keys = Keys { preset: options.preset.unwrap_or(config.keys.preset), ..config.keys };
    let (map, problems) = Keymap::of_config(&keys, &config.macros);
    for problem in &problems {
        note(problem);
    }
    if options.check {
        if problems.is_empty() {
            note(count_of(keys.remaps.len(), "line of [keys], and it holds", "lines of [keys], and all hold"));
        }
        return Ok(if problems.is_empty() { Exit::Done } else { Exit::Usage });
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if options.json {
        let lines = action::Scope::ALL.into_iter().flat_map(|place| lines(&map, place));
        exact::write(&mut out, &lines.collect::<Vec<_>>())?;
        out.write_all(b"\n")?;
    } else {
        write!(out, "{}", map.table())?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn lines(map: &Keymap, place: action::Scope) -> impl Iterator<Item = Line<'_>> {
    map.bindings(place).map(move |bound| Line {
        place: place_name(place),
        action: bound.binding.action.name(),
        keys: bound.sequences.iter().map(|keys| crate::tui::keys::remap::written(keys)).collect(),
        words: bound.binding.words,
    })
}
