//! `caseload keys`: the key table as it holds with this configuration, and what of its `[keys]` cannot hold.

use std::io::{
    BufWriter, Write, {self},
};

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop, note};
use crate::config;
use crate::config::{Config, Keys, Preset};
use crate::domain::count::count_of;
use crate::domain::exact;
use crate::tui::keys::action;
use crate::tui::keys::remap::{Keymap, place_name};

#[derive(Debug, Args)]
#[command(after_help = format!("{KEYS_HELP}\n\n{EXIT_CODES}"))]
pub struct KeysArgs {
    /// Only say which lines of `[keys]` cannot hold, each with its line; exit code 2 when there are any
    #[arg(long)]
    pub check: bool,
    /// The table of this preset, with your own keys over it
    #[arg(long, value_name = "NAME")]
    pub preset: Option<Named>,
    /// One JSON array: place, action, keys, words
    #[arg(long, conflicts_with = "check")]
    pub json: bool,
}

const KEYS_HELP: &str = "Examples:
  caseload keys                               the key table, as Markdown
  caseload keys --check                       what of [keys] in the configuration cannot hold
  caseload keys --preset arrows | less
  caseload keys --json | jq -r '.[] | select(.place == \"list\") | .action'";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Named {
    /// Letters move and act
    Vim,
    /// Arrows move, function keys act
    Arrows,
}

impl From<Named> for Preset {
    fn from(preset: Named) -> Self {
        match preset {
            Named::Vim => Self::Vim,
            Named::Arrows => Self::Arrows,
        }
    }
}

/// One command of one place.
#[derive(Serialize)]
struct Line<'a> {
    place: String,
    action: String,
    keys: Vec<String>,
    words: &'a str,
}

/// Prints the key table, or what of the configuration cannot hold.
pub(in crate::cli) fn run(scope: &Scope, args: &KeysArgs) -> Result<Exit, Stop> {
    let is_there = scope.places.config.exists();
    let config = if is_there { config::load(&scope.places.config)? } else { Config::default() };
    let keys = Keys { preset: args.preset.map_or(config.keys.preset, Preset::from), ..config.keys };
    let (map, problems) = Keymap::of_config(&keys, &config.macros);
    for problem in &problems {
        note(problem);
    }
    if args.check {
        if problems.is_empty() {
            note(count_of(keys.remaps.len(), "line of [keys], and it holds", "lines of [keys], and all hold"));
        }
        return Ok(if problems.is_empty() { Exit::Done } else { Exit::Usage });
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if args.json {
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
