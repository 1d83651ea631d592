//! `caseload edit` and `caseload comment`: say what would be sent, ask, send through the outbox, and print the case as
//! read back.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;

use jiff::Timestamp;

use super::base::{base, differences, is_base};
use super::opened::{self, Opened, THE_SOURCE};
use super::page::Page;
use super::scope::Scope;
use super::session::Session;
use super::show::{json, only_its_source};
use super::stop::{Exit, Stop, end, note};
use super::submit::{Met, submit};
use super::{ask, plan, writes};
use crate::config::{Config, Source};
use crate::domain::bulk::WAITS_ALREADY;
use crate::domain::busy::busy;
use crate::domain::capability::allowed;
use crate::domain::case::Case;
use crate::domain::change::{Change, Part};
use crate::domain::count::count;
use crate::domain::directory::Directory;
use crate::domain::edit::{Edit, OutboxEntry};
use crate::domain::fault::FaultKind;
use crate::domain::turn;
use crate::domain::wish::{
    Absent, How, Wish, {self as wishes},
};
use crate::export::item::Picked;
use crate::protocol::{From, Order, Report};

/// More than this is no edit but a file given by mistake; vendors take less.
const MAX_INPUT_BYTES: u64 = 1 << 20;

#[derive(Clone, Debug)]
pub struct EditOptions {
    /// `SOURCE:KEY` or `SOURCE:ID`.
    pub reference: String,
    /// `FIELD=VALUE` each.
    pub set: Vec<String>,
    pub add: Vec<String>,
    pub remove: Vec<String>,
    /// Changes as JSON.
    pub from_json: Option<Input>,
    /// Only if the case still is what `show` called by this name.
    pub if_base: Option<String>,
    /// Say what would be sent, and send nothing.
    pub dry_run: bool,
    pub json: bool,
    /// Send without asking.
    pub yes: bool,
}

#[derive(Clone, Debug)]
pub struct CommentOptions {
    /// `SOURCE:KEY` or `SOURCE:ID`.
    pub reference: String,
    pub text: CommentText,
    /// Say what would be sent, and send nothing.
    pub dry_run: bool,
    pub json: bool,
}

#[derive(Clone, Debug)]
pub enum CommentText {
    Given(String),
    From(Input),
}

/// Where text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Stdin,
    File(PathBuf),
}

impl Input {
    fn text(&self) -> Result<String, Stop> {
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
pub fn edit(scope: &Scope, options: &EditOptions) -> Exit {
    end(run(scope, options))
}

/// Comments on one case.
pub fn comment(scope: &Scope, options: &CommentOptions) -> Exit {
    end(run_comment(scope, options))
}

fn run(scope: &Scope, options: &EditOptions) -> Result<Exit, Stop> {
    // Before anything is read from stdin, which cannot be read twice.
    if !(options.dry_run || options.yes || ask::is_possible()) {
        return Err(Stop::usage(
            "there is no terminal to ask on, so nothing was sent\n  add --yes to send without asking, or --dry-run to look first",
        ));
    }
    let given = options.from_json.as_ref().map(Input::text).transpose()?;
    let wishes = gather(options, given.as_deref())?;
    let how = Manner { dry_run: options.dry_run, json: options.json, yes: options.yes };
    let said = with_case(scope, &options.reference, how, |session, source, opened, laid| {
        if let Some(written) = &options.if_base {
            still_is(opened, written)?;
        }
        let directory = with_strangers(session, &wishes);
        wishes::changes(&wishes, source.vendor, laid, &directory, Absent::IsAnError).map_err(|wrong| Stop::usage(wrong.join("\n")))
    });
    match (&options.from_json, given) {
        (Some(Input::Stdin), Some(given)) => said.map_err(|stop| stop.with_text(&given)),
        _ => said,
    }
}

/// `given`: what `--json` reads.
fn gather(options: &EditOptions, given: Option<&str>) -> Result<Vec<Wish>, Stop> {
    let wrong = |words: Vec<String>| Stop::usage(words.join("\n"));
    let mut wishes = Vec::new();
    for (how, flags) in [(How::Set, &options.set), (How::Add, &options.add), (How::Remove, &options.remove)] {
        wishes.extend(wishes::of_flags(how, flags).map_err(wrong)?);
    }
    if let Some(given) = given {
        wishes.extend(wishes::of_json(given).map_err(wrong)?);
    }
    if wishes.is_empty() {
        let words = "there is nothing to change\n  write --set FIELD=VALUE, --add, --remove, or --json - with an object on stdin";
        return Err(Stop::usage(words));
    }
    Ok(wishes)
}

fn run_comment(scope: &Scope, options: &CommentOptions) -> Result<Exit, Stop> {
    let text = match &options.text {
        CommentText::Given(text) => text.clone(),
        CommentText::From(input) => input.text()?,
    };
    let text = text.trim_end().to_owned();
    if text.trim().is_empty() {
        return Err(Stop::usage("the comment is empty, so nothing was sent"));
    }
    // Whoever writes `comment` and the text has said what is to leave: there is nothing more to ask.
    let how = Manner { dry_run: options.dry_run, json: options.json, yes: true };
    let said = with_case(scope, &options.reference, how, |_, source, _, laid| {
        allowed(source.vendor, &laid.row, Part::Comment).map_err(|why| Stop::usage(format!("comment: {why}")))?;
        Ok(vec![Change::Comment(text.clone())])
    });
    said.map_err(|stop| stop.with_text(&text))
}

#[derive(Clone, Copy)]
struct Manner {
    dry_run: bool,
    json: bool,
    yes: bool,
}

/// Reads the case, works out its changes, and sees them through.
fn with_case(
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
fn with_strangers(session: &mut Session, wishes: &[Wish]) -> Directory {
    let mut directory = Directory::clone(&session.directory());
    for text in wishes::strangers(wishes, &directory) {
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
