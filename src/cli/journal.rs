//! `caseload journal`: what was written to the vendors, and whether the record of it is whole.

use std::io::{
    BufWriter, Write, {self},
};

use clap::Subcommand;
use serde_json::json;

use crate::cli::print::plan;
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop, note};
use crate::domain::count::count;
use crate::domain::exact;
use crate::domain::journal::{Event, JournalLine};
use crate::domain::text::Clean;
use crate::store::journal::{
    End, Kept, Verdict, {self},
};

/// What was written to the vendors
#[derive(Debug, Subcommand)]
pub enum JournalVerb {
    /// Print every line: when, what came of it, before and after
    #[command(after_help = JOURNAL_HELP)]
    List {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// Check that no line was changed, left out, moved or cut off at the end; exit code 5 says which
    #[command(after_help = JOURNAL_HELP)]
    Verify,
}

pub(in crate::cli) const JOURNAL_HELP: &str = "Examples:
  caseload journal list --json | jq -r '.[] | select(.event == \"verified\") | .case'
  caseload journal verify

Each line carries the hash of the one before, and journal.head the hash of the last. Whoever can write both files can \
forge both: where that matters, keep the hash that `verify` prints in another place, and compare.";

/// Prints the record, or follows its chain of hashes.
pub(in crate::cli) fn run(scope: &Scope, verb: &JournalVerb) -> Result<Exit, Stop> {
    match verb {
        JournalVerb::List { json } => list(scope, *json),
        JournalVerb::Verify => verify(scope),
    }
}

fn list(scope: &Scope, is_json: bool) -> Result<Exit, Stop> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut unread = 0;
    let mut printed = 0;
    if is_json {
        out.write_all(b"[")?;
    }
    for kept in journal::read(&scope.places.data)? {
        let Kept { number, line } = kept?;
        let line = match line {
            Ok(line) => line,
            Err(why) => {
                note(format!("line {number} of the journal cannot be read: {why}"));
                unread += 1;
                continue;
            }
        };
        if !(scope.only.is_empty() || scope.only.iter().any(|name| name.eq_ignore_ascii_case(&line.source))) {
            continue;
        }
        if is_json {
            out.write_all(if printed == 0 { b"\n" } else { b",\n" })?;
            exact::write(&mut out, &shape(number, &line))?;
        } else {
            text(&mut out, &line)?;
        }
        printed += 1;
    }
    if is_json {
        out.write_all(b"\n]\n")?;
    }
    out.flush()?;
    Ok(match (unread, printed) {
        (1.., _) => Exit::Partial,
        (_, 0) => Exit::NothingMatched,
        _ => Exit::Done,
    })
}

/// The same values as on disk, harmless to a terminal.
fn shape(number: u64, line: &JournalLine) -> serde_json::Value {
    let (name, call, fault) = words(&line.event);
    json!({
        "number": number,
        "at": line.at,
        "entry": line.entry,
        "source": Clean::line(&line.source),
        "case": Clean::line(&line.case),
        "event": name,
        "call": call,
        "fault": fault.map(Clean::line),
        "changes": line.lines.iter().map(plan::ChangeShape::from).collect::<Vec<_>>(),
    })
}

/// Name of the event, the call that it is about, and what went wrong.
fn words(event: &Event) -> (&'static str, Option<String>, Option<&str>) {
    let said = |call: &usize, method: &crate::domain::edit::Method, path: &str| {
        Some(format!("{} {} {}", call + 1, method.name(), Clean::line(path)))
    };
    match event {
        Event::Queued => ("queued", None, None),
        Event::Landed { call, method, path } => ("landed", said(call, method, path), None),
        Event::Refused { call, method, path, fault } => ("refused", said(call, method, path), Some(fault)),
        Event::Unknown { call, method, path, fault } => ("unknown", said(call, method, path), Some(fault)),
        Event::Unsent => ("unsent", None, None),
        Event::Verified => ("verified", None, None),
        Event::Answered { fault } => ("answered", None, Some(fault)),
        Event::Conflict => ("conflict", None, None),
        Event::Decided => ("decided", None, None),
        Event::Dropped => ("dropped", None, None),
    }
}

fn text(out: &mut impl Write, line: &JournalLine) -> io::Result<()> {
    let (name, call, fault) = words(&line.event);
    let (source, case) = (Clean::line(&line.source), Clean::line(&line.case));
    let call = call.map(|call| format!("  call {call}")).unwrap_or_default();
    writeln!(out, "{}  {name:8}  {source}:{case}{call}", line.at)?;
    if let Some(fault) = fault {
        writeln!(out, "    {}", Clean::line(fault))?;
    }
    if line.event == Event::Unsent {
        writeln!(out, "    not sent by us: it was so already")?;
    }
    plan::changes(out, &line.lines)
}

fn verify(scope: &Scope) -> Result<Exit, Stop> {
    let Verdict { lines, torn, last, broken, end } = journal::verify(&scope.places.data)?;
    let file = scope.places.data.join(journal::FILE);
    if torn > 0 {
        note(format!("{torn} of its lines were cut short by a crash; the chain goes on around them"));
    }
    if let Some((number, why)) = broken {
        let words = format!(
            "line {number} of {} does not fit: {why}\n  what stands before it is as it was written; keep the file, and look who else can write it",
            file.display()
        );
        return Err(Stop::Said(Exit::Conflict, words));
    }
    if let End::Missing { written, left } = end {
        let words = format!(
            "the end of {} is missing: {written} bytes were written, and {left} of them are left\n  restore it from a copy, or keep it as it is and look who else can write it",
            file.display()
        );
        return Err(Stop::Said(Exit::Conflict, words));
    }
    if end == End::NotRemembered {
        note("an older caseload wrote it: whether lines are missing at its end cannot be told before the next one is written");
    }
    let mut out = io::stdout().lock();
    match last {
        Some(last) => writeln!(out, "intact: {}, the last is {last}", count(lines, "line"))?,
        None => writeln!(out, "intact: nothing was written yet")?,
    }
    Ok(Exit::Done)
}
