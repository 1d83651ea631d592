//! What an edit would do, printed before anything leaves: old → new, the literal calls, and what comes with them.

use std::io::{
    Write, {self},
};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::cli::run::base::base;
use crate::cli::run::opened::Opened;
use crate::cli::run::session::Session;
use crate::cli::run::stop::Stop;
use crate::config::{Config, Source};
use crate::domain::busy::Busy;
use crate::domain::case::Case;
use crate::domain::count::count;
use crate::domain::edit::{Call, Edit, OutboxEntry, Plan, PlanLine};
use crate::domain::exact;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::hunk::{Side, hunks};
use crate::domain::text::Clean;
use crate::protocol::{Order, Quota, Report};
use crate::sync;

/// Asks the worker, who knows the vendor.
pub(in crate::cli) fn plan(session: &mut Session, edit: &Edit) -> Result<Plan, Stop> {
    let mut plan = None;
    session.order(Order::Plan { edit: edit.clone() }, |report| {
        if let Report::Planned { plan: new, .. } = report {
            plan = Some(new.clone());
        }
    })?;
    plan.ok_or_else(|| Stop::fault(&Fault::new(FaultKind::Closed, "the worker made no plan")))
}

/// The same with old values as the vendor has them now, not as they are once what waits has landed.
pub(in crate::cli) fn from_now(session: &Session, config: &Config, case: &Case, edit: &Edit, planned: Plan) -> Plan {
    let provider = sync::sources_for_disk(config).into_iter().next().and_then(|setup| setup.provider);
    let lines = provider.map(|provider| provider.lines_from(case, edit, &session.directory(), &planned));
    Plan { lines: lines.unwrap_or_else(|| planned.lines.clone()), ..planned }
}

/// What is to be known beside a plan.
pub(in crate::cli) struct Aside {
    pub(in crate::cli) quota: Option<Quota>,
    pub(in crate::cli) busy: Option<Busy>,
    /// Edits of the case that leave before it.
    pub(in crate::cli) waiting: Vec<OutboxEntry>,
}

/// For people.
pub(in crate::cli) fn print(out: &mut impl Write, source: &Source, opened: &Opened, plan: &Plan, aside: &Aside) -> io::Result<()> {
    let row = &opened.case.row;
    writeln!(out, "{}:{}  {}", source.name, row.key.as_str().trim_start_matches('#'), row.title)?;
    if let Some(busy) = &aside.busy {
        writeln!(out, "! {}", busy.words(&format!("changed at {}", busy.at)))?;
    }
    for entry in &aside.waiting {
        writeln!(out, "! an edit of this case waits before this one: `caseload outbox show {}`", entry.id)?;
        changes(out, &entry.lines)?;
    }
    if !aside.waiting.is_empty() {
        writeln!(out, "this one, from what the vendor shows now")?;
    }
    changes(out, &PlanLine::told(&plan.lines))?;
    let transaction = if plan.calls.len() > 1 { ", one after the other, not one transaction" } else { "" };
    writeln!(out, "calls ({}{transaction})", plan.calls.len())?;
    plan.calls.iter().try_for_each(|one| call(out, "  ", one))?;
    if plan.calls.iter().all(|call| call.lasting.is_none()) {
        writeln!(out, "all of it can be taken back by another edit")?;
    }
    plan.side_effects.iter().try_for_each(|effect| writeln!(out, "besides: {}", Clean::line(effect)))?;
    if let Some(Quota { limit, remaining, resets_at, .. }) = aside.quota {
        let seconds = (resets_at.as_second() - Timestamp::now().as_second()).max(0);
        let requests = count(limit, "request");
        writeln!(out, "quota: {remaining} of {requests} left, again {limit} in {seconds} s")?;
    }
    Ok(())
}

/// Old → new; texts of several lines by what changed in them.
pub(in crate::cli) fn changes(out: &mut impl Write, lines: &[PlanLine]) -> io::Result<()> {
    for line in lines {
        if line.is_unseen() {
            writeln!(out, "  {:12}differs only in characters that do not show", line.part.name())?;
            continue;
        }
        let [old, new] = [&line.old, &line.new].map(|text| Clean::block(text).to_string());
        if old.contains('\n') || new.contains('\n') {
            writeln!(out, "  {}", line.part.name())?;
            for hunk in hunks(&old, &new) {
                writeln!(out, "    {}", hunk.head)?;
                for (side, text) in hunk.lines {
                    let sign = match side {
                        Side::Same => ' ',
                        Side::Gone => '-',
                        Side::Come => '+',
                    };
                    writeln!(out, "    {sign} {text}")?;
                }
            }
        } else {
            let [old, new] = [old, new].map(|text| if text.is_empty() { "--".into() } else { text });
            writeln!(out, "  {:12}{old} -> {new}", line.part.name())?;
        }
    }
    Ok(())
}

/// One call as it leaves.
pub(in crate::cli) fn call(out: &mut impl Write, start: &str, call: &Call) -> io::Result<()> {
    let body = call.body.as_ref().and_then(|body| exact::vendor(&body.to_string()));
    let body = body.as_ref().map_or("", |body| body.get());
    writeln!(out, "{start}{} {} {body}", call.method.name(), Clean::line(&call.path))?;
    match &call.lasting {
        Some(lasting) => writeln!(out, "    cannot be taken back: {}", Clean::line(lasting)),
        None => Ok(()),
    }
}

#[derive(Serialize)]
struct Shape<'a> {
    source: &'a str,
    id: &'a str,
    key: &'a str,
    base: String,
    changes: Vec<ChangeShape>,
    calls: Vec<CallShape<'a>>,
    side_effects: Vec<Clean>,
    /// Edits of the case that wait and leave before it.
    waiting: Vec<WaitingShape<'a>>,
    /// Which colleague changed the case a moment ago.
    busy: Option<&'a str>,
    quota: Option<QuotaShape>,
}

#[derive(Serialize)]
pub(in crate::cli) struct ChangeShape {
    field: &'static str,
    old: Clean,
    new: Clean,
}

impl From<&PlanLine> for ChangeShape {
    fn from(line: &PlanLine) -> Self {
        Self { field: line.part.name(), old: Clean::block(&line.old), new: Clean::block(&line.new) }
    }
}

#[derive(Serialize)]
pub(in crate::cli) struct CallShape<'a> {
    method: &'static str,
    path: &'a str,
    body: Option<Box<RawValue>>,
    /// What cannot be taken back about it.
    lasting: Option<Clean>,
}

impl<'a> From<&'a Call> for CallShape<'a> {
    fn from(call: &'a Call) -> Self {
        let body = call.body.as_ref().and_then(|body| exact::vendor(&body.to_string()));
        Self { method: call.method.name(), path: &call.path, body, lasting: call.lasting.as_deref().map(Clean::line) }
    }
}

#[derive(Serialize)]
struct WaitingShape<'a> {
    entry: &'a str,
    changes: Vec<ChangeShape>,
}

impl<'a> From<&'a OutboxEntry> for WaitingShape<'a> {
    fn from(entry: &'a OutboxEntry) -> Self {
        Self { entry: &entry.id, changes: entry.lines.iter().map(ChangeShape::from).collect() }
    }
}

#[derive(Serialize)]
struct QuotaShape {
    limit: u64,
    remaining: u64,
    resets_at: Timestamp,
}

/// For scripts.
pub(in crate::cli) fn print_json(out: &mut impl Write, source: &Source, opened: &Opened, plan: &Plan, aside: &Aside) -> Result<(), Stop> {
    let row = &opened.case.row;
    let shape = Shape {
        source: &source.name,
        id: &row.id.id,
        key: row.key.raw(),
        base: base(&opened.case),
        changes: plan.lines.iter().map(ChangeShape::from).collect(),
        calls: plan.calls.iter().map(CallShape::from).collect(),
        side_effects: plan.side_effects.iter().map(|effect| Clean::line(effect)).collect(),
        waiting: aside.waiting.iter().map(WaitingShape::from).collect(),
        busy: aside.busy.as_ref().map(|busy| busy.who.as_str()),
        quota: aside.quota.map(|Quota { limit, remaining, resets_at, .. }| QuotaShape { limit, remaining, resets_at }),
    };
    exact::write_pretty(out, &shape)?;
    Ok(out.write_all(b"\n")?)
}
