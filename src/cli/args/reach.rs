//! How far `list` and `export` read.

use clap::Args;

use crate::cli::run::fetch::Reach;
use crate::query::Span;

/// What is read of the vendors first.
#[derive(Clone, Debug, Args)]
pub struct ReachArgs {
    /// Ask no vendor: what is on disk, with its age
    #[arg(long)]
    pub cached: bool,
    /// Read every case of every source again
    #[arg(long, conflicts_with = "cached")]
    pub full: bool,
    /// Ask Tines only for what has changed when every case was read no longer ago than this: 30s, 10m, 2h, 0
    #[arg(long, value_name = "AGE", default_value = "10m", value_parser = seconds, conflicts_with_all = ["cached", "full"])]
    pub max_age: i64,
}

fn seconds(text: &str) -> Result<i64, String> {
    let span = if text == "0" { Some(0) } else { Span::read(text).map(|span| span.seconds()) };
    span.ok_or_else(|| "write a number and a unit: 30s, 10m, 2h, 1d, or 0 to read every case".to_owned())
}

impl ReachArgs {
    /// How much of the vendors is read, where any is asked.
    pub(in crate::cli) fn reach(&self) -> Reach {
        if self.full { Reach::Full } else { Reach::New { max_age_s: self.max_age } }
    }
}
