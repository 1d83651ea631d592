//! `caseload export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit_codes::EXIT_CODES;
use super::reach::Reach;
use crate::export;

#[derive(Debug, Args)]
#[command(after_help = format!("{EXPORT_HELP}\n\n{EXIT_CODES}"))]
pub struct Export {
    /// The filter, as in the workbench; without one every case is written
    #[arg(value_name = "QUERY", value_parser = clap::builder::TypedValueParser::map(clap::builder::StringValueParser::new(), super::words::word))]
    pub query: Vec<String>,
    /// What to write
    #[arg(long, value_name = "FORMAT", required_unless_present = "json")]
    pub format: Option<Format>,
    /// These fields of each case only, as JSON: --json key,title,sla; with --format ndjson a line each
    #[arg(long, value_name = "FIELDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub json: Option<String>,
    /// Where to write it; without it, to stdout
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Replace FILE when there is one already
    #[arg(long, requires = "file")]
    pub force: bool,
    #[command(flatten)]
    pub reach: Reach,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for spreadsheets; text that a spreadsheet would run as a formula is prefixed with '
    Csv,
    /// One object: its stamp and the cases
    Json,
    /// One object per line, each stamped
    Ndjson,
    /// A table for a ticket or a chat
    #[value(alias = "md")]
    Markdown,
}

impl From<Format> for export::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv,
            Format::Json => Self::Json,
            Format::Ndjson => Self::Ndjson,
            Format::Markdown => Self::Markdown,
        }
    }
}

const EXPORT_HELP: &str = "Examples:
  caseload export phish --format csv -o phish.csv
  caseload export --format markdown           every case, for a ticket
  caseload export 'status:open priority:<=P2' --format ndjson --cached | jq .key

Every export says when it was made and how much of each source was known: `complete`, `known so far`, \
`out of date`, `cut by a limit` or `never read`. FILE appears whole or not at all, and never over another without --force.";
