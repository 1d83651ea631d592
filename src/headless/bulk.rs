//! `caseload bulk`: the same change to every case that a filter leaves. A dry run comes first, always; what is sent is
//! followed to its outcome, case by case.

mod outcome;
mod said;

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;

use self::said::DryRun;
use super::desk::{Desk, Found};
use super::fetch::{Reach, Reading, read_all};
use super::scope::Scope;
use super::session::Session;
use super::stop::{Exit, Stop, end, note};
use super::{ask, asked, known};
use crate::config::{Config, Macro};
use crate::domain::batch::Batch;
use crate::domain::bulk::{MAX_CASES, Pace, Row, Summary, Target, Verdict, Wanted};
use crate::domain::case::{SourceId, Vendor};
use crate::domain::change_script::{ChangeScript, Step};
use crate::domain::count;
use crate::index::{Index, Parts};
use crate::protocol::{Order, PlannedEdit, Report, SourceState};
use crate::query::{Node, Query};
use crate::tui::screens::ask::macros::unmet;

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a person types")]
pub struct BulkOptions {
    /// The filter.
    pub words: Vec<String>,
    /// `FIELD=VALUE` each.
    pub set: Vec<String>,
    pub add: Vec<String>,
    pub remove: Vec<String>,
    /// `take`, `close` and the like.
    pub verbs: Vec<String>,
    /// The name of a macro of the configuration.
    pub macro_name: Option<String>,
    /// `NAME=VALUE`: answers to its questions.
    pub with: Vec<String>,
    pub dry_run: bool,
    /// How many cases the person expects to be sent something: then nothing is asked.
    pub yes_count: Option<usize>,
    /// A source that was not read completely does not stop it.
    pub partial_ok: bool,
    /// Failures do not stop it.
    pub keep_going: bool,
    pub json: bool,
    /// Ask no vendor for its list: go by what is on disk.
    pub cached: bool,
}

/// Changes every case that matches.
pub fn bulk(scope: &Scope, options: &BulkOptions) -> Exit {
    end(run(scope, options))
}

/// Prints the macros of the configuration.
pub fn macros(scope: &Scope, is_json: bool) -> Exit {
    end(said::macros(scope, is_json))
}

fn run(scope: &Scope, options: &BulkOptions) -> Result<Exit, Stop> {
    let config = scope.config()?;
    let (script, when) = wanted(&config, options)?;
    let can_ask = ask::is_possible();
    if !(options.dry_run || options.yes_count.is_some() || can_ask) {
        let words =
            "there is no terminal to ask on, so nothing was sent\n  look with --dry-run, then give the number it says: --yes-count N";
        return Err(Stop::usage(words));
    }
    let Aim { targets, verdict, states } = targets(scope, &config, options, when.as_deref())?;
    if targets.is_empty() {
        note("no case matches: nothing was sent");
        return Ok(Exit::NothingMatched);
    }
    let mut session = Session::start(&config, &scope.places.data, scope.offline, scope.columns)?;
    let result = carry_out(scope, (&config, options), &script, (targets, &states), &mut session);
    session.stop();
    result.map(|exit| if exit == Exit::Done { verdict } else { exit })
}

/// What is to be done, and the condition that a macro brings.
fn wanted(config: &Config, options: &BulkOptions) -> Result<(ChangeScript, Option<String>), Stop> {
    let mut steps = Vec::new();
    let verbs = options.verbs.iter().cloned();
    let flags = [("set", &options.set), ("add", &options.add), ("remove", &options.remove)];
    let flags = flags.into_iter().flat_map(|(how, flags)| flags.iter().map(move |flag| format!("{how} {flag}")));
    for text in verbs.chain(flags) {
        steps.push(Step::parse(&text).map_err(Stop::usage)?);
    }
    let Some(name) = &options.macro_name else {
        if steps.is_empty() {
            return Err(Stop::usage("there is nothing to change\n  write --do close, --set FIELD=VALUE, --add, --remove, or --macro NAME"));
        }
        return Ok((ChangeScript::of(steps), None));
    };
    if !steps.is_empty() {
        return Err(Stop::usage("a macro brings its own steps: give either --macro, or --do, --set, --add and --remove"));
    }
    let found = config.macros.iter().find(|known| known.name.eq_ignore_ascii_case(name));
    let found = found.ok_or_else(|| {
        let names: Vec<&str> = config.macros.iter().map(|known| known.name.as_str()).collect();
        let names = if names.is_empty() { "none is configured".into() } else { format!("there is {}", names.join(", ")) };
        Stop::usage(format!("there is no macro `{name}`: {names}"))
    })?;
    let script =
        found.script(&answers(found, &options.with)?).map_err(|words| Stop::usage(format!("{words}\n  write --with NAME=VALUE")))?;
    Ok((script, found.when.clone()))
}

fn answers(of: &Macro, with: &[String]) -> Result<Vec<String>, Stop> {
    let mut answers = vec![String::new(); of.ask.len()];
    for flag in with {
        let (name, value) = flag.split_once('=').ok_or_else(|| Stop::usage(format!("`{flag}` is not NAME=VALUE")))?;
        let at = of.ask.iter().position(|question| question.name == name.trim());
        let at = at.ok_or_else(|| Stop::usage(format!("the macro `{}` does not ask for `{}`", of.name, name.trim())))?;
        value.clone_into(&mut answers[at]);
    }
    Ok(answers)
}

/// What a change is aimed at.
struct Aim {
    targets: Vec<Target>,
    /// What the reading before means for the end.
    verdict: Exit,
    /// How the sources stand, by id.
    states: Vec<SourceState>,
}

/// The cases that the filter leaves, after a complete pass.
fn targets(scope: &Scope, config: &Config, options: &BulkOptions, when: Option<&str>) -> Result<Aim, Stop> {
    // Half typed is refused too: what is left out of a filter here would change more cases than were meant.
    if options.words.iter().all(|word| word.trim().is_empty()) {
        return Err(Stop::usage("a bulk change needs a filter: an empty one would mean every case"));
    }
    let query = asked::query_with_views(&options.words, config)?;
    let when = when.map(|when| asked::query_with_views(&[when.to_owned()], config)).transpose()?;
    let both = match &when {
        // What the macro asks is examined, too.
        Some(when) => {
            Query { node: Node::all([query.node.clone(), Node::any([when.node.clone(), when.node.clone().negated()])]), ..query.clone() }
        }
        None => query.clone(),
    };
    let is_from_disk = options.cached || scope.offline;
    let reading = if is_from_disk { None } else { Some(read_all(scope, config, &both, Reach::Full)?) };
    let mut desk = Desk::open(scope, config)?;
    let reading = reading.map_or_else(|| Reading::of_disk(config, &desk), Ok)?;
    if is_from_disk {
        desk.say_ages(config)?;
    }
    let asker = desk.asker();
    let found = desk.judge(&query, &asker, &reading.answers, None)?;
    let worth = known::worth(&reading, &desk, &query, &asker, &found);
    worth.say(&reading);
    let verdict = worth.exit();
    if verdict != Exit::Done && !options.partial_ok {
        let words = "not every case is known, so `all that match` would be a guess: nothing was sent\n  \
                     run it again, leave the source out with --source, or add --partial-ok to go by what is known";
        return Err(Stop::Said(verdict, words.into()));
    }
    let Found { mut index, rids: found, asleep, .. } = found;
    asked::say_asleep(asleep);
    if found.len() > MAX_CASES {
        return Err(Stop::usage(format!(
            "{} match; {MAX_CASES} is the most in one go: narrow the filter",
            count::count(found.len(), "case")
        )));
    }
    let parts = when.as_ref().map_or(Parts::NONE, |when| Index::wanted_parts(when, &asker));
    for rid in found.iter().filter(|_| !parts.is_empty()) {
        desk.examine(&mut index, *rid, parts);
    }
    let when = when.map(|when| Index::judge(&when, &asker));
    let target = |rid| {
        let refused = when.as_ref().and_then(|when| unmet(index.verdict(when, rid))).map(str::to_owned);
        Target { rid, refused }
    };
    Ok(Aim { targets: found.into_iter().map(target).collect(), verdict, states: reading.states })
}

fn vendor_of(config: &Config, id: SourceId) -> Option<Vendor> {
    config.sources.get(usize::from(id.0)).map(|source| source.vendor)
}

fn carry_out(
    scope: &Scope,
    (config, options): (&Config, &BulkOptions),
    script: &ChangeScript,
    (targets, states): (Vec<Target>, &[SourceState]),
    session: &mut Session,
) -> Result<Exit, Stop> {
    let mut rows: Vec<Row> = Vec::with_capacity(targets.len());
    session.order(Order::PlanBulk { wanted: Wanted::ChangeScript(script.clone()), targets }, |report| {
        if let Report::BulkPlanned { rows: more, .. } = report {
            rows.extend_from_slice(more);
        }
    })?;
    let summary = Summary::of(&rows, |_| false);
    let now = Timestamp::now();
    let seconds = summary.about_s(|id| states.get(usize::from(id.0)).map_or_else(Pace::default, |state| state.pace(now)));
    let is_meant = |row: &&Row| !matches!(row.verdict, Verdict::Cannot(_));
    let vendors: Vec<Vendor> = rows.iter().filter(is_meant).filter_map(|row| vendor_of(config, row.case.source)).collect();
    let words = script.for_vendors(&vendors).to_string();
    let dry_run = DryRun { config, words: &words, rows: &rows, summary: &summary, about_s: seconds };
    if options.dry_run {
        let mut out = BufWriter::new(io::stdout().lock());
        if options.json {
            dry_run.print_json(&mut out)?;
        } else {
            dry_run.print(&mut out)?;
        }
        out.flush()?;
        return Ok(Exit::Done);
    }
    if !is_agreed(&dry_run, options)? {
        note("nothing was sent");
        return Ok(match (summary.cannot, summary.waits) {
            (0, 0) => Exit::Done,
            (0, waits) => {
                note(format!("{} in the outbox already: `caseload outbox list`", count::count_of(waits, "case waits", "cases wait")));
                Exit::Queued
            }
            _ => Exit::Partial,
        });
    }
    let batch = Batch {
        id: uuid::Uuid::now_v7().to_string().into(),
        words: words.clone(),
        of: u32::try_from(summary.sends).unwrap_or(u32::MAX),
        keeps_going: options.keep_going,
    };
    let edit = |row: &Row| match &row.verdict {
        Verdict::Sends(sends) => Some(PlannedEdit { edit: sends.edit.clone(), plan: sends.plan.clone(), undoes: None }),
        _ => None,
    };
    let edits = rows.iter().filter_map(edit).collect();
    outcome::follow((config, options.json), scope.offline, session, (batch, edits), &rows)
}

/// Whether the person has said the number of cases that are sent something.
fn is_agreed(dry_run: &DryRun<'_>, options: &BulkOptions) -> Result<bool, Stop> {
    let sends = dry_run.summary.sends;
    match options.yes_count {
        Some(count) if count == sends => Ok(sends > 0),
        Some(count) => {
            let words = format!(
                "{} would be sent something, not {count}: nothing was sent; {}\n  look again with --dry-run",
                count::count(sends, "case"),
                dry_run.summary.rest()
            );
            Err(Stop::usage(words))
        }
        None => {
            dry_run.print(&mut io::stderr().lock())?;
            Ok(sends > 0 && ask::number(sends)?)
        }
    }
}
