//! What a bulk change would do, printed before anything leaves; and the macros of the configuration.

use std::collections::BTreeMap;
use std::io::{
    BufWriter, Write, {self},
};

use serde::Serialize;

use crate::cli::print::plan::{CallShape, ChangeShape};
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop, note};
use crate::config::{
    Config, Macro, {self},
};
use crate::domain::bulk::{Row, Share, Summary, Verdict, WAITS_ALREADY};
use crate::domain::case::SourceId;
use crate::domain::count::{count, count_of, counted};
use crate::domain::exact;
use crate::domain::text::Clean;

/// Cases that cannot, or that somebody is working on, named one by one; the JSON names all.
const MAX_NAMED: usize = 12;

/// A dry run and what is said with it.
pub(in crate::cli) struct DryRun<'a> {
    pub config: &'a Config,
    /// What is done: `close, add tag=vip`.
    pub words: &'a str,
    pub rows: &'a [Row],
    pub summary: &'a Summary,
    pub about_s: u64,
}

pub(in crate::cli) fn source(config: &Config, id: SourceId) -> &str {
    config.sources.get(usize::from(id.0)).map_or("?", |source| source.name.as_str())
}

/// `tines:4211`.
pub(in crate::cli) fn name(config: &Config, row: &Row) -> String {
    format!("{}:{}", source(config, row.case.source), row.key.as_str().trim_start_matches('#'))
}

impl DryRun<'_> {
    /// For people.
    pub(in crate::cli) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { config, words, rows, summary, about_s } = self;
        let cases = count(summary.cases, "case");
        writeln!(out, "{cases}: {}", Clean::line(words))?;
        writeln!(out, "  {:16}{:>8}{:>8}  what it needs", "source", "cases", "calls")?;
        for share in &summary.shares {
            writeln!(out, "  {:16}{:>8}{:>8}  {}", source(config, share.source), share.cases, share.calls, needs(share))?;
        }
        for turn in &summary.turns {
            let (old, new) = (Clean::line(&turn.old), Clean::line(&turn.new));
            writeln!(out, "  {:12}{old} -> {new}  ({}, first {})", turn.part.name(), turn.cases, turn.first)?;
        }
        if summary.more_turns > 0 {
            writeln!(out, "  and {}", count(summary.more_turns, "other change"))?;
        }
        let warnings: Vec<(&Row, String)> = rows.iter().filter_map(|row| Some((row, warning(row)?))).collect();
        for (row, words) in warnings.iter().take(MAX_NAMED) {
            writeln!(out, "  ! {}  {words}", name(config, row))?;
        }
        if warnings.len() > MAX_NAMED {
            writeln!(out, "  ! and {} more: --json names them all", warnings.len() - MAX_NAMED)?;
        }
        let sent = rows.iter().filter_map(|row| if let Verdict::Sends(sends) = &row.verdict { Some(sends.stays()) } else { None });
        let stays = counted(sent.flatten().collect());
        if !stays.is_empty() {
            writeln!(out, "  ! no way back: {}", Clean::line(&stays))?;
        }
        let (calls, reads, sends) = (count(summary.calls, "call"), count(summary.reads(), "reading"), count(summary.sends, "case"));
        writeln!(out, "{calls} and {reads} for {sends}, about {about_s} s; {}", summary.rest())
    }

    /// For scripts.
    pub(in crate::cli) fn print_json(&self, out: &mut impl Write) -> Result<(), Stop> {
        let Self { config, words, rows, summary, about_s } = self;
        let share = |share: &Share| ShareShape {
            source: source(config, share.source).to_owned(),
            cases: share.cases,
            sends: share.sends,
            calls: share.calls,
            nothing: share.nothing,
            waits: share.waits,
            cannot: share.cannot,
        };
        let whole = Shape {
            change: words,
            cases: summary.cases,
            sends: summary.sends,
            calls: summary.calls,
            nothing: summary.nothing,
            waits: summary.waits,
            cannot: summary.cannot,
            about_s: *about_s,
            sources: summary.shares.iter().map(share).collect(),
            rows: rows.iter().map(|row| shaped(config, row)).collect(),
        };
        exact::write_pretty(out, &whole)?;
        Ok(out.write_all(b"\n")?)
    }
}

/// What a person should know about a case before it is sent anything.
fn warning(row: &Row) -> Option<String> {
    match &row.verdict {
        Verdict::Cannot(words) => Some(format!("CANNOT: {}", Clean::line(words))),
        Verdict::Waits => Some(format!("{WAITS_ALREADY}: `caseload outbox list`")),
        Verdict::Nothing => None,
        Verdict::Sends(sends) => match (&sends.busy, &sends.objections[..]) {
            (Some(busy), _) => Some(busy.words(&format!("changed at {}", busy.at))),
            (None, [first, ..]) => Some(format!("a close check is not met: {}", Clean::line(first))),
            (None, []) => None,
        },
    }
}

/// `status, tags; 2 CANNOT`.
fn needs(share: &Share) -> String {
    let parts = share.parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(", ");
    let nothing = (share.nothing > 0).then(|| format!("{} so already", count_of(share.nothing, "is", "are")));
    let waits = (share.waits > 0).then(|| format!("{} already", count_of(share.waits, "waits", "wait")));
    let cannot = (share.cannot > 0).then(|| format!("{} CANNOT", share.cannot));
    let parts = [Some(parts).filter(|parts| !parts.is_empty()), nothing, waits, cannot];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[derive(Serialize)]
struct Shape<'a> {
    change: &'a str,
    cases: usize,
    /// What `--yes-count` has to say.
    sends: usize,
    calls: usize,
    nothing: usize,
    /// It waits in the outbox already.
    waits: usize,
    cannot: usize,
    about_s: u64,
    sources: Vec<ShareShape>,
    rows: Vec<RowShape<'a>>,
}

#[derive(Serialize)]
struct ShareShape {
    source: String,
    cases: usize,
    sends: usize,
    calls: usize,
    nothing: usize,
    /// It waits in the outbox already.
    waits: usize,
    cannot: usize,
}

#[derive(Serialize)]
struct RowShape<'a> {
    source: &'a str,
    id: &'a str,
    key: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cannot: Option<Clean>,
    /// It waits in the outbox already.
    waits: bool,
    changes: Vec<ChangeShape>,
    calls: Vec<CallShape<'a>>,
    /// Who else is at work on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    busy: Option<&'a str>,
    objections: &'a [String],
}

fn shaped<'a>(config: &'a Config, row: &'a Row) -> RowShape<'a> {
    let (sends, cannot) = match &row.verdict {
        Verdict::Sends(sends) => (Some(sends), None),
        Verdict::Cannot(words) => (None, Some(Clean::line(words))),
        Verdict::Nothing | Verdict::Waits => (None, None),
    };
    RowShape {
        source: source(config, row.case.source),
        id: &row.case.id,
        key: row.key.raw(),
        title: row.title.raw(),
        cannot,
        waits: matches!(row.verdict, Verdict::Waits),
        changes: sends.map(|sends| sends.lines.iter().map(ChangeShape::from).collect()).unwrap_or_default(),
        calls: sends.map(|sends| sends.plan.calls.iter().map(CallShape::from).collect()).unwrap_or_default(),
        busy: sends.and_then(|sends| sends.busy.as_ref()).map(|busy| busy.who.as_str()),
        objections: sends.map_or(&[], |sends| &sends.objections),
    }
}

#[derive(Serialize)]
struct MacroShape<'a> {
    name: &'a str,
    key: Option<char>,
    when: Option<&'a str>,
    ask: Vec<&'a str>,
    steps: &'a [String],
    variants: BTreeMap<&'static str, &'a [String]>,
}

impl<'a> From<&'a Macro> for MacroShape<'a> {
    fn from(known: &'a Macro) -> Self {
        Self {
            name: &known.name,
            key: known.key,
            when: known.when.as_deref(),
            ask: known.ask.iter().map(|question| question.name.as_str()).collect(),
            steps: &known.steps,
            variants: known.variants.iter().map(|(vendor, steps)| (vendor.name(), &steps[..])).collect(),
        }
    }
}

/// Every macro with what it does.
pub(in crate::cli) fn macros(scope: &Scope, is_json: bool) -> Result<Exit, Stop> {
    let config = config::load(&scope.places.config)?;
    let mut out = BufWriter::new(io::stdout().lock());
    if is_json {
        exact::write_pretty(&mut out, &config.macros.iter().map(MacroShape::from).collect::<Vec<_>>())?;
        out.write_all(b"\n")?;
    } else {
        config.macros.iter().try_for_each(|known| print_macro(&mut out, known))?;
    }
    out.flush()?;
    if config.macros.is_empty() {
        note("no macro is configured\n  write a [[macro]] in the configuration, or record one with mr in the workbench");
        return Ok(Exit::NothingMatched);
    }
    Ok(Exit::Done)
}

fn print_macro(out: &mut impl Write, known: &Macro) -> io::Result<()> {
    let key = known.key.map_or_else(|| "  ".into(), |key| format!("m{key}"));
    writeln!(out, "{key}  {}", Clean::line(&known.name))?;
    if let Some(when) = &known.when {
        writeln!(out, "    when {}", Clean::line(when))?;
    }
    for question in &known.ask {
        writeln!(out, "    asks {{{}}} {}", question.name, Clean::line(&question.words))?;
    }
    known.steps.iter().try_for_each(|step| writeln!(out, "    {}", Clean::line(step)))?;
    for (vendor, steps) in &known.variants {
        writeln!(out, "    {}: {}", vendor.title(), Clean::line(&steps.join(", ")))?;
    }
    Ok(())
}
