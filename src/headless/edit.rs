//! `caseload edit`: says what would be sent, asks, sends through the outbox, and prints the case as read back.

use std::io::{self, BufWriter, Write};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::opened::{self, Opened};
use super::page::Page;
use super::session::Session;
use super::shape::vendor_json;
use super::show::{json, only_its_source};
use super::stop::{Exit, Stop, end, note, words};
use super::{Scope, ask, wishes};
use crate::config::Source;
use crate::domain::edit::{Call, Edit, OutboxEntry, Plan, Progress};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;
use crate::protocol::{From, Order, Report};

/// What an edit may take to be confirmed before it is left to itself: several calls, each with its time limit.
const PATIENCE: Duration = Duration::from_mins(2);

#[derive(Clone, Debug)]
pub struct EditOptions {
    /// `SOURCE:KEY` or `SOURCE:ID`.
    pub reference: String,
    /// `FIELD=VALUE` each.
    pub set: Vec<String>,
    /// Say what would be sent, and send nothing.
    pub dry_run: bool,
    pub json: bool,
    /// Send without asking.
    pub yes: bool,
}

/// Changes one case at its vendor.
pub fn edit(scope: &Scope, options: &EditOptions) -> Exit {
    end(run(scope, options))
}

fn run(scope: &Scope, options: &EditOptions) -> Result<Exit, Stop> {
    if !(options.dry_run || options.yes || ask::is_possible()) {
        return Err(Stop::usage(
            "there is no terminal to ask on, so nothing was sent\n  add --yes to send without asking, or --dry-run to look first",
        ));
    }
    let (config, key) = only_its_source(scope, &options.reference)?;
    let known = opened::find(scope, &config, key)?;
    let mut session = Session::start(&config, &scope.places.data, scope.offline, scope.columns)?;
    let result = change(scope, options, &config.sources[0], &mut session, |session| opened::open(session, known, key));
    session.stop();
    result
}

fn change(
    scope: &Scope,
    options: &EditOptions,
    source: &Source,
    session: &mut Session,
    open: impl FnOnce(&mut Session) -> Result<Opened, Stop>,
) -> Result<Exit, Stop> {
    let opened = open(session)?;
    if opened.from == From::Disk
        && let Some(fault) = &opened.fault
    {
        // Without the network an edit is saved and sent later; anything else would only fail again.
        if !(fault.is_passing() || fault.kind == FaultKind::Offline) {
            return Err(Stop::fault(fault));
        }
        note(format!("{}: {fault}\n  going by the case as it is on disk", source.name));
    }
    let changes =
        wishes::changes(&options.set, source.vendor, &opened.case, &session.directory()).map_err(|wrong| Stop::usage(wrong.join("\n")))?;
    if changes.is_empty() {
        note("the case shows all of this already; nothing was sent");
        return Ok(Exit::Done);
    }
    let edit = Edit::unguarded(opened.case.row.id.clone(), changes);
    let plan = plan(session, &edit)?;
    if options.dry_run {
        let mut out = BufWriter::new(io::stdout().lock());
        if options.json {
            planned_json(&mut out, source, &opened, &plan)?;
        } else {
            planned(&mut out, source, &opened, &plan)?;
        }
        out.flush()?;
        return Ok(Exit::Done);
    }
    if !options.yes {
        planned(&mut io::stderr().lock(), source, &opened, &plan)?;
        if !ask::yes("Send this?")? {
            note("nothing was sent");
            return Ok(Exit::Done);
        }
    }
    let outcome = submit(scope, session, &edit)?;
    if outcome != Exit::Queued {
        print(session, source, &opened, options.json)?;
    }
    Ok(outcome)
}

fn plan(session: &mut Session, edit: &Edit) -> Result<Plan, Stop> {
    let mut plan = None;
    session.order(Order::Plan { edit: edit.clone() }, |report| {
        if let Report::Planned { plan: new, .. } = report {
            plan = Some(new.clone());
        }
    })?;
    plan.ok_or_else(|| Stop::fault(&Fault::new(FaultKind::Closed, "the worker made no plan")))
}

/// Old and new, and the literal calls.
fn planned(out: &mut impl Write, source: &Source, opened: &Opened, plan: &Plan) -> io::Result<()> {
    let row = &opened.case.row;
    writeln!(out, "{}:{}  {}", source.name, row.key.as_str().trim_start_matches('#'), row.title)?;
    for line in &plan.lines {
        let [old, new] = [&line.old, &line.new].map(|text| if text.is_empty() { "--".into() } else { Clean::block(text).to_string() });
        if old.contains('\n') || new.contains('\n') {
            writeln!(out, "  {}", line.part.name())?;
            old.lines().try_for_each(|old| writeln!(out, "    - {old}"))?;
            new.lines().try_for_each(|new| writeln!(out, "    + {new}"))?;
        } else {
            writeln!(out, "  {:12}{old} -> {new}", line.part.name())?;
        }
    }
    let transaction = if plan.calls.len() > 1 { ", one after the other, not one transaction" } else { "" };
    writeln!(out, "calls ({}{transaction})", plan.calls.len())?;
    for call in &plan.calls {
        let body = call.body.as_ref().and_then(|body| vendor_json(&body.to_string()));
        let body = body.as_ref().map_or("", |body| body.get());
        writeln!(out, "  {} {} {body}", call.method.name(), Clean::line(&call.path))?;
        if let Some(lasting) = &call.lasting {
            writeln!(out, "    cannot be taken back: {}", Clean::line(lasting))?;
        }
    }
    plan.side_effects.iter().try_for_each(|effect| writeln!(out, "besides: {}", Clean::line(effect)))
}

#[derive(Serialize)]
struct PlanShape<'a> {
    source: &'a str,
    id: &'a str,
    key: &'a str,
    changes: Vec<ChangeShape>,
    calls: Vec<CallShape<'a>>,
    side_effects: Vec<Clean>,
}

#[derive(Serialize)]
struct ChangeShape {
    field: &'static str,
    old: Clean,
    new: Clean,
}

#[derive(Serialize)]
struct CallShape<'a> {
    method: &'static str,
    path: &'a str,
    body: Option<Box<RawValue>>,
}

impl<'a> std::convert::From<&'a Call> for CallShape<'a> {
    fn from(call: &'a Call) -> Self {
        let body = call.body.as_ref().and_then(|body| vendor_json(&body.to_string()));
        Self { method: call.method.name(), path: &call.path, body }
    }
}

fn planned_json(out: &mut impl Write, source: &Source, opened: &Opened, plan: &Plan) -> Result<(), Stop> {
    let row = &opened.case.row;
    let shape = PlanShape {
        source: &source.name,
        id: &row.id.id,
        key: row.key.as_str(),
        changes: plan
            .lines
            .iter()
            .map(|line| ChangeShape { field: line.part.name(), old: Clean::block(&line.old), new: Clean::block(&line.new) })
            .collect(),
        calls: plan.calls.iter().map(CallShape::from).collect(),
        side_effects: plan.side_effects.iter().map(|effect| Clean::line(effect)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &shape)?;
    Ok(out.write_all(b"\n")?)
}

/// Saves the edit, then watches it until it is confirmed, stuck, or left for later.
fn submit(scope: &Scope, session: &mut Session, edit: &Edit) -> Result<Exit, Stop> {
    let mut outcome = None;
    let mut watch = Watch { edit, was_out: false };
    session.order(Order::Submit { edit: edit.clone(), delay_ms: 0, undoes: None }, |report| {
        outcome = outcome.take().or_else(|| watch.judge(report))
    })?;
    if scope.offline {
        note("saved and queued\n  it is sent by the next caseload that may use the network");
        return Ok(Exit::Queued);
    }
    if outcome.is_none() {
        outcome = session.until(Some(Instant::now() + PATIENCE), |report| watch.judge(report))?;
    }
    Ok(outcome.unwrap_or_else(|| {
        note("saved, and not confirmed yet\n  it goes on with the next caseload; `caseload` shows how far it is");
        Exit::Queued
    }))
}

/// Follows one edit through its reports.
struct Watch<'a> {
    edit: &'a Edit,
    was_out: bool,
}

impl Watch<'_> {
    /// How it ended, once it has.
    fn judge(&mut self, report: &Report) -> Option<Exit> {
        let Report::Outbox(entry) = report else { return None };
        if entry.edit != *self.edit {
            return None;
        }
        match &entry.progress {
            Progress::Verified => Some(Exit::Done),
            Progress::Queued if self.was_out => {
                note("saved and queued: the vendor could not be reached\n  it is sent by the next caseload that reaches it");
                Some(Exit::Queued)
            }
            Progress::Queued => None,
            Progress::Sending { .. } | Progress::Sent => {
                self.was_out = true;
                None
            }
            Progress::Parked { fault, done } => Some(stuck(entry, fault, *done, false)),
            Progress::Unknown { fault, done } => Some(stuck(entry, fault, *done, true)),
        }
    }
}

fn stuck(entry: &OutboxEntry, fault: &Fault, done: usize, is_unknown: bool) -> Exit {
    let calls = entry.calls.len();
    note(words(fault));
    if is_unknown {
        note(format!(
            "whether call {} of {calls} has happened is not known\n  look at the case; then settle the edit in `caseload`",
            done + 1
        ));
        return Exit::Conflict;
    }
    if calls > 1 || done > 0 {
        note(format!("{done} of {calls} calls have landed"));
    }
    note("the edit is kept\n  correct or drop it in `caseload`");
    match Exit::of(fault) {
        Exit::Usage if done > 0 => Exit::Partial,
        exit => exit,
    }
}

/// The case as the vendor shows it now.
fn print(session: &mut Session, source: &Source, before: &Opened, is_json: bool) -> Result<(), Stop> {
    let opened = opened::open(session, Some(before.rid), before.case.row.key.as_str())?;
    let mut out = BufWriter::new(io::stdout().lock());
    if is_json {
        json(&mut out, source, &opened, false)?;
    } else {
        Page::new(&mut out, false, Timestamp::now()).head(&source.name, &opened.case)?;
    }
    Ok(out.flush()?)
}
