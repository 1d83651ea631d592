//! `caseload edit` and `caseload comment`: say what would be sent, ask, send through the outbox, and print the case as
//! read back.

use std::fs::File;
use std::io::{
    BufWriter, Read, Write, {self},
};
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::print::page::Page;
use crate::cli::print::plan;
use crate::cli::run::base::{base, differences, is_base};
use crate::cli::run::opened::{
    Opened, THE_SOURCE, {self},
};
use crate::cli::run::scope::Scope;
use crate::cli::run::session::Session;
use crate::cli::run::stop::{Exit, Stop, note};
use crate::cli::run::submit::{Met, submit};
use crate::cli::run::{ask, writes};
use crate::cli::show::{json, only_its_source};
use crate::config::{Config, Source};
use crate::domain::bulk::WAITS_ALREADY;
use crate::domain::busy::busy;
use crate::domain::case::Case;
use crate::domain::change::Change;
use crate::domain::count::count;
use crate::domain::directory::Directory;
use crate::domain::edit::{Edit, OutboxEntry};
use crate::domain::fault::FaultKind;
use crate::domain::field::edits::{
    Absent, {self},
};
use crate::domain::field::raw::{
    EditOp, FieldEdit, {self},
};
use crate::domain::turn;
use crate::export::item::Picked;
use crate::protocol::{From, Order, Report};

#[derive(Debug, Args)]
#[command(after_help = format!("{EDIT_HELP}\n\n{EXIT_CODES}"))]
pub struct EditArgs {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn, so
    #[arg(value_name = "REF")]
    pub reference: String,
    /// What a field shall be; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
    /// What shall come to a field of several values: tag, assignee, attr.KEY, field.NAME
    #[arg(long = "add", value_name = "FIELD=VALUE")]
    pub add: Vec<String>,
    /// What shall go from a field of several values
    #[arg(long = "remove", value_name = "FIELD=VALUE")]
    pub remove: Vec<String>,
    /// Print JSON: the plan with --dry-run, else the case as read back. --json - reads the changes as JSON from
    /// stdin, --json=FILE from a file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub json: Option<String>,
    /// Send only if the case still is what `caseload show` called by this base
    #[arg(long, value_name = "HASH")]
    pub if_base: Option<String>,
    /// Show old, new and the calls, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send without asking
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
}

const EDIT_HELP: &str = "Fields:
  title, description, comment    text
  status                         the vendor's own name, or open, in_progress, closed, archived
  priority                       P1..P5, critical..info, or none
  assignee                       me, a mail address, a name, or none; --add and --remove one by one
  tag                            --add and --remove; --set names all, separated by commas
  archived                       true or false
  attr.KEY                       values of an attribute, separated by commas; empty removes it
  field.NAME                     a custom field by its id or name, in its own type; empty clears it
  due_date, resolved_reason      Datadog: 2026-11-21 or none; TRUE_POSITIVE, FALSE_POSITIVE, ...

Examples:
  caseload edit dd:SEC-882 --set status=Investigating --set assignee=me
  caseload edit tn:4211 --set priority=high --add tag=vip --remove tag=new --dry-run
  caseload edit tn:4211 --if-base 9f2c41d0 --set status=closed --yes
  echo '{\"status\":\"closed\",\"tags\":{\"add\":[\"vip\"]}}' | caseload edit tn:4211 --json - --yes

Nothing is sent before you answer y. Without a terminal to ask on, give --yes. \
What a colleague changed meanwhile is kept; where both changed the same thing, nothing is sent and the exit code is 5.";

/// More than this is no edit but a file given by mistake; vendors take less.
const MAX_INPUT_BYTES: u64 = 1 << 20;

/// Where text comes from.
pub(in crate::cli) enum Input {
    Stdin,
    File(PathBuf),
}

impl Input {
    /// What a person names: `-` is stdin, anything else a file.
    pub(in crate::cli) fn named(from: &str) -> Self {
        if from == "-" { Self::Stdin } else { Self::File(from.into()) }
    }

    /// The whole of it; more than [`MAX_INPUT_BYTES`] is refused.
    pub(in crate::cli) fn text(&self) -> Result<String, Stop> {
        let name = match self {
            Self::Stdin => "stdin".into(),
            Self::File(path) => path.display().to_string(),
        };
        let mut bytes = Vec::new();
        let read = match self {
            Self::Stdin => io::stdin().lock().take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes),
            Self::File(path) => File::open(path).and_then(|file| file.take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes)),
        };
        read.map_err(|error| Stop::usage(format!("{name} cannot be read: {error}")))?;
        if bytes.len() as u64 > MAX_INPUT_BYTES {
            return Err(Stop::usage(format!("{name} holds more than 1 MiB: give the changes only")));
        }
        String::from_utf8(bytes).map_err(|_| Stop::usage(format!("{name} is not UTF-8 text")))
    }
}

/// Changes one case at its vendor.
pub(in crate::cli) fn run(scope: &Scope, args: &EditArgs) -> Result<Exit, Stop> {
    // Before anything is read from stdin, which cannot be read twice.
    if !(args.dry_run || args.yes || ask::is_possible()) {
        return Err(Stop::usage(
            "there is no terminal to ask on, so nothing was sent\n  add --yes to send without asking, or --dry-run to look first",
        ));
    }
    let input = args.json.as_deref().filter(|from| !from.is_empty()).map(Input::named);
    let given = input.as_ref().map(Input::text).transpose()?;
    let wishes = gather(args, given.as_deref())?;
    let how = Manner { dry_run: args.dry_run, json: args.json.is_some(), yes: args.yes };
    let said = with_case(scope, &args.reference, how, |session, source, opened, laid| {
        if let Some(written) = &args.if_base {
            still_is(opened, written)?;
        }
        let directory = with_strangers(session, &wishes);
        edits::changes(&wishes, source.vendor, laid, &directory, Absent::IsAnError).map_err(|wrong| Stop::usage(wrong.join("\n")))
    });
    match (&input, given) {
        (Some(Input::Stdin), Some(given)) => said.map_err(|stop| stop.with_text(&given)),
        _ => said,
    }
}

/// `given`: what `--json` reads.
fn gather(args: &EditArgs, given: Option<&str>) -> Result<Vec<FieldEdit>, Stop> {
    let wrong = |words: Vec<String>| Stop::usage(words.join("\n"));
    let mut wishes = Vec::new();
    for (op, flags) in [(EditOp::Set, &args.set), (EditOp::Add, &args.add), (EditOp::Remove, &args.remove)] {
        wishes.extend(raw::of_flags(op, flags).map_err(wrong)?);
    }
    if let Some(given) = given {
        wishes.extend(raw::of_json(given).map_err(wrong)?);
    }
    if wishes.is_empty() {
        let words = "there is nothing to change\n  write --set FIELD=VALUE, --add, --remove, or --json - with an object on stdin";
        return Err(Stop::usage(words));
    }
    Ok(wishes)
}

#[derive(Clone, Copy)]
pub(in crate::cli) struct Manner {
    pub(in crate::cli) dry_run: bool,
    pub(in crate::cli) json: bool,
    pub(in crate::cli) yes: bool,
}

/// Reads the case, works out its changes, and sees them through.
pub(in crate::cli) fn with_case(
    scope: &Scope,
    reference: &str,
    how: Manner,
    mut changes: impl FnMut(&mut Session, &Source, &Opened, &Case) -> Result<Vec<Change>, Stop>,
) -> Result<Exit, Stop> {
    let (config, key) = only_its_source(scope, reference)?;
    let source = &config.sources[0];
    writes::must_be_allowed(scope, &config, source)?;
    let known = opened::find(scope, &config, key)?;
    let mut session = Session::start(&config, &scope.places.data, scope.offline, scope.columns)?;
    let result = opened::open(&mut session, known, key).and_then(|opened| {
        let queued = opened::queued(scope, &config, &opened.case.row.id)?;
        let met = met(scope, source, &opened)?;
        // What leaves before this one is not wished again, and is nobody else's change.
        let waiting: Vec<OutboxEntry> = queued.iter().filter(|entry| entry.leaves_by_itself()).cloned().collect();
        let laid = waiting.iter().fold(Case::clone(&opened.case), |case, entry| case.with(&entry.edit, source.vendor));
        let wished = changes(&mut session, source, &opened, &laid)?;
        if wished.is_empty() {
            let is_so = waiting.is_empty() || changes(&mut session, source, &opened, &opened.case).is_ok_and(|changes| changes.is_empty());
            return Ok(nothing_new(is_so));
        }
        let edit = Edit::new(&laid, wished);
        passed_by(&queued, &edit);
        carry_out(&mut session, &config, &opened, (&edit, waiting), how, met)
    });
    session.stop();
    result
}

/// Whether the vendor was reached. Without the network an edit is saved and sent later; anything else would only fail again.
fn met(scope: &Scope, source: &Source, opened: &Opened) -> Result<Met, Stop> {
    let Some(fault) = opened.fault.as_ref().filter(|_| opened.from == From::Disk) else { return Ok(Met::Well) };
    if !(fault.is_passing() || fault.kind == FaultKind::Offline) {
        return Err(Stop::fault(fault));
    }
    note(format!("{}: {fault}\n  going by the case as it is on disk", source.name));
    Ok(if scope.offline { Met::Offline } else { Met::Away })
}

/// Says that an edit of the same case waits for a person, and whether this one waits for it.
fn passed_by(queued: &[OutboxEntry], edit: &Edit) {
    let waits = |entry: &&OutboxEntry| !entry.progress.is_settled() && !entry.leaves_by_itself();
    let stopped = queued.iter().find(|entry| entry.progress.needs_person());
    let Some(first) = stopped.or_else(|| queued.iter().find(waits)) else { return };
    let (id, is_behind) = (&first.id, turn::stopped_for(queued, edit, None).is_some());
    note(if stopped.is_none() {
        format!("an edit of the same case is held; this one does not wait for it\n  let that one go with `caseload outbox release {id}`")
    } else if !is_behind {
        format!("an edit of the same case has stopped; this one leaves before it\n  `caseload outbox flush {id}` tries that one again")
    } else {
        format!(
            "an edit of the same case has stopped; this one waits behind it\n  `caseload outbox show {id}` says why, `drop {id}` gives it up"
        )
    });
}

/// Nothing of a wish is left to be sent; `is_so`: its vendor shows it, else an earlier edit does once it has landed.
fn nothing_new(is_so: bool) -> Exit {
    if is_so {
        note("the case shows all of this already; nothing was sent");
        return Exit::Done;
    }
    note(format!("all of this {WAITS_ALREADY}: `caseload outbox list`; nothing was added"));
    Exit::Queued
}

/// `waiting`: what leaves before it.
fn carry_out(
    session: &mut Session,
    config: &Config,
    opened: &Opened,
    (edit, waiting): (&Edit, Vec<OutboxEntry>),
    how: Manner,
    met: Met,
) -> Result<Exit, Stop> {
    let source = &config.sources[0];
    let planned = plan::plan(session, edit)?;
    let planned = if waiting.is_empty() { planned } else { plan::from_now(session, config, &opened.case, edit, planned) };
    let directory = session.directory();
    let busy = busy(&opened.case, &opened.activities, directory.me.as_ref(), Timestamp::now());
    let aside = plan::Aside { quota: session.quota(), busy, waiting };
    if how.dry_run {
        let mut out = BufWriter::new(io::stdout().lock());
        if how.json {
            plan::print_json(&mut out, source, opened, &planned, &aside)?;
        } else {
            plan::print(&mut out, source, opened, &planned, &aside)?;
        }
        out.flush()?;
        return Ok(Exit::Done);
    }
    if !how.yes {
        plan::print(&mut io::stderr().lock(), source, opened, &planned, &aside)?;
        if !ask::yes("Send this?")? {
            note("nothing was sent");
            return Ok(Exit::Done);
        }
    }
    let outcome = submit(session, edit, met)?;
    if outcome != Exit::Queued {
        print(session, config, opened, how.json)?;
    }
    Ok(outcome)
}

/// Stops unless the case is what the person has seen.
fn still_is(opened: &Opened, written: &str) -> Result<(), Stop> {
    if is_base(&opened.case, written).map_err(Stop::usage)? {
        return Ok(());
    }
    let mut words = vec![format!("the case is {} now, not {written}: nothing was sent", base(&opened.case))];
    // What was on disk before this reading is what was printed, unless another reading came between.
    let before = opened.before.as_ref().filter(|before| is_base(before, written) == Ok(true));
    for (name, old, new) in before.map(|before| differences(before, &opened.case)).unwrap_or_default() {
        let [old, new] = [old, new].map(|text| match text.lines().count() {
            0 => "--".into(),
            1 => text,
            lines => format!("a text of {}", count(lines, "line")),
        });
        words.push(format!("{name}: {old} -> {new}"));
    }
    if let (Some(who), Some(at)) = (&opened.case.changed_by, opened.case.row.updated_at) {
        words.push(format!("last changed by {} at {at}", who.label()));
    }
    words.push("look at it with `caseload show`, which prints the new base".into());
    Err(Stop::Said(Exit::Conflict, words.join("\n  ")))
}

/// The directory, and whom the vendor knows besides by the names that are wanted.
fn with_strangers(session: &mut Session, wishes: &[FieldEdit]) -> Directory {
    let mut directory = Directory::clone(&session.directory());
    for text in edits::strangers(wishes, &directory) {
        let mut found = Vec::new();
        let asked = session.order(Order::FindPeople { source: THE_SOURCE, text }, |report| {
            if let Report::People { people, .. } = report {
                found.clone_from(people);
            }
        });
        if let Err(fault) = asked {
            note(format!("people could not be looked for: {fault}"));
        }
        directory.people.extend(found);
    }
    directory
}

/// The case as the vendor shows it now. `config` holds its source only.
fn print(session: &mut Session, config: &Config, before: &Opened, is_json: bool) -> Result<(), Stop> {
    let opened = opened::open(session, Some(before.rid), before.case.row.key.as_str())?;
    let mut out = BufWriter::new(io::stdout().lock());
    if is_json {
        json(&mut out, config, &opened, false, &Picked::default())?;
    } else {
        Page::new(&mut out, false, Timestamp::now()).head(&config.sources[0].name, &opened.case)?;
    }
    Ok(out.flush()?)
}
