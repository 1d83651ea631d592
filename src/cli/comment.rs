//! `caseload comment`: comment on a case, and print the case as read back.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::edit::{Input, Manner, with_case};
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop};
use crate::domain::capability::allowed;
use crate::domain::change::Change;
use crate::domain::part::Part;
#[derive(Debug, Args)]
#[command(after_help = format!("{COMMENT_HELP}\n\n{EXIT_CODES}"))]
#[command(group = ArgGroup::new("text").required(true).args(["message", "file", "dash"]))]
pub struct CommentArgs {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The text is read from stdin
    #[arg(value_name = "-", value_parser = ["-"], hide_possible_values = true)]
    pub dash: Option<String>,
    /// The text
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub message: Option<String>,
    /// The text is read from FILE
    #[arg(short = 'F', long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Show the call, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON: the plan with --dry-run, else the case as read back
    #[arg(long)]
    pub json: bool,
}

const COMMENT_HELP: &str = "Examples:
  caseload comment tn:4211 -m 'User confirmed.'
  caseload comment dd:SEC-882 -F note.md
  git log -1 | caseload comment dd:SEC-882 -

A comment is sent at once: it cannot be taken back from here.";

/// Comments on one case.
pub(in crate::cli) fn run(scope: &Scope, args: &CommentArgs) -> Result<Exit, Stop> {
    let text = match (&args.message, &args.file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => Input::named(&file.to_string_lossy()).text()?,
        (None, None) => Input::Stdin.text()?,
    };
    let text = text.trim_end().to_owned();
    if text.trim().is_empty() {
        return Err(Stop::usage("the comment is empty, so nothing was sent"));
    }
    // Whoever writes `comment` and the text has said what is to leave: there is nothing more to ask.
    let how = Manner { dry_run: args.dry_run, json: args.json, yes: true };
    let said = with_case(scope, &args.reference, how, |_, source, _, laid| {
        allowed(source.vendor, &laid.row, Part::Comment).map_err(|why| Stop::usage(format!("comment: {why}")))?;
        Ok(vec![Change::Comment(text.clone())])
    });
    said.map_err(|stop| stop.with_text(&text))
}
