//! `caseload keys`.

use clap::{Args, ValueEnum};

use super::exit_codes::EXIT_CODES;
use crate::config;

#[derive(Debug, Args)]
#[command(after_help = format!("{KEYS_HELP}\n\n{EXIT_CODES}"))]
pub struct Keys {
    /// Only say which lines of `[keys]` cannot hold, each with its line; exit code 2 when there are any
    #[arg(long)]
    pub check: bool,
    /// The table of this preset, with your own keys over it
    #[arg(long, value_name = "NAME")]
    pub preset: Option<Preset>,
    /// One JSON array: place, action, keys, words
    #[arg(long, conflicts_with = "check")]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// Letters move and act
    Vim,
    /// Arrows move, function keys act
    Arrows,
}

impl From<Preset> for config::Preset {
    fn from(preset: Preset) -> Self {
        match preset {
            Preset::Vim => Self::Vim,
            Preset::Arrows => Self::Arrows,
        }
    }
}

const KEYS_HELP: &str = "Examples:
  caseload keys                               the key table, as Markdown
  caseload keys --check                       what of [keys] in the configuration cannot hold
  caseload keys --preset arrows | less
  caseload keys --json | jq -r '.[] | select(.place == \"list\") | .action'";
