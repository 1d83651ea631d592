//! `caseload bulk`: the same change to every case that a filter leaves. A dry run comes first, always; what is sent is
//! followed to its outcome, case by case.

pub(in crate::cli) mod outcome;
pub(in crate::cli) mod said;

use std::io::{
    BufWriter, Write, {self},
};

use clap::Args;
use clap::builder::TypedValueParser;
use jiff::Timestamp;

use self::said::DryRun;
use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::run::desk::{Desk, Found};
use crate::cli::run::fetch::{Reach, Reading, read_all};
use crate::cli::run::scope::Scope;
use crate::cli::run::session::Session;
use crate::cli::run::stop::{Exit, Stop, note};
use crate::cli::run::{ask, asked, known};
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

#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a person types")]
#[derive(Debug, Args)]
#[command(after_help = format!("{BULK_HELP}\n\n{EXIT_CODES}"))]
pub struct BulkArgs {
    /// A filter, as for `list`; every case that it leaves is meant
    #[arg(value_name = "FILTER", required = true, value_parser = clap::builder::StringValueParser::new().map(crate::cli::args::words::word))]
    pub words: Vec<String>,
    /// take, close, reopen, archive, unarchive or unassign; may be given several times
    #[arg(long = "do", value_name = "VERB")]
    pub verbs: Vec<String>,
    /// What a field shall be; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
    /// What shall come to a field of several values
    #[arg(long = "add", value_name = "FIELD=VALUE")]
    pub add: Vec<String>,
    /// What shall go from a field of several values
    #[arg(long = "remove", value_name = "FIELD=VALUE")]
    pub remove: Vec<String>,
    /// Run a macro of the configuration instead
    #[arg(long = "macro", value_name = "NAME")]
    pub macro_name: Option<String>,
    /// What a macro asks for; may be given several times
    #[arg(long, value_name = "NAME=VALUE", requires = "macro_name")]
    pub with: Vec<String>,
    /// Show what each source would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send without asking, if exactly N cases would be sent something
    #[arg(long, value_name = "N", conflicts_with = "dry_run")]
    pub yes_count: Option<u32>,
    /// Go by what is known although a source could not be read completely
    #[arg(long)]
    pub partial_ok: bool,
    /// Do not stop after two failures in a row
    #[arg(long)]
    pub keep_going: bool,
    /// Print JSON: the dry run with --dry-run, else the outcome of each case
    #[arg(long)]
    pub json: bool,
    /// Do not read the lists anew: go by what is on disk. What is sent is read and compared all the same
    #[arg(long)]
    pub cached: bool,
}

const BULK_HELP: &str = "Fields are those of `caseload edit`.

Examples:
  caseload bulk 'status:open disk pressure' --do close --dry-run
  caseload bulk 'status:open disk pressure' --do close --yes-count 8
  caseload bulk 'src:tn priority:low' --set assignee=me --add tag=night
  caseload bulk 'status:open phish' --macro 'False positive' --with reason=training

Without --yes-count it shows the dry run and asks for the number. It stops after two failures in a row; what failed and what \
is held waits in `caseload outbox`. Every case is read before it is changed, and read back. \
Cases that cannot be changed, those of a read-only source among them, are named in the dry run and left out; the exit code \
is then 6.";

/// What `caseload macros` prints.
#[derive(Debug, Args)]
pub struct MacrosArgs {
    /// One JSON array
    #[arg(long)]
    pub json: bool,
}

/// Changes every case that matches.
pub(in crate::cli) fn run(scope: &Scope, args: &BulkArgs) -> Result<Exit, Stop> {
    let config = scope.config()?;
    let (script, when) = wanted(&config, args)?;
    let can_ask = ask::is_possible();
    if !(args.dry_run || args.yes_count.is_some() || can_ask) {
        let words =
            "there is no terminal to ask on, so nothing was sent\n  look with --dry-run, then give the number it says: --yes-count N";
        return Err(Stop::usage(words));
    }
    let Aim { targets, verdict, states } = targets(scope, &config, args, when.as_deref())?;
    if targets.is_empty() {
        note("no case matches: nothing was sent");
        return Ok(Exit::NothingMatched);
    }
    let mut session = Session::start(&config, &scope.places.data, scope.offline, scope.columns)?;
    let result = carry_out(scope, (&config, args), &script, (targets, &states), &mut session);
    session.stop();
    result.map(|exit| if exit == Exit::Done { verdict } else { exit })
}

/// Prints the macros of the configuration.
pub(in crate::cli) fn macros(scope: &Scope, args: &MacrosArgs) -> Result<Exit, Stop> {
    said::macros(scope, args.json)
}

/// What is to be done, and the condition that a macro brings.
fn wanted(config: &Config, args: &BulkArgs) -> Result<(ChangeScript, Option<String>), Stop> {
    let mut steps = Vec::new();
    let verbs = args.verbs.iter().cloned();
    let flags = [("set", &args.set), ("add", &args.add), ("remove", &args.remove)];
    let flags = flags.into_iter().flat_map(|(how, flags)| flags.iter().map(move |flag| format!("{how} {flag}")));
    for text in verbs.chain(flags) {
        steps.push(Step::parse(&text).map_err(Stop::usage)?);
    }
    let Some(name) = &args.macro_name else {
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
    let script = found.script(&answers(found, &args.with)?).map_err(|words| Stop::usage(format!("{words}\n  write --with NAME=VALUE")))?;
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
fn targets(scope: &Scope, config: &Config, args: &BulkArgs, when: Option<&str>) -> Result<Aim, Stop> {
    // Half typed is refused too: what is left out of a filter here would change more cases than were meant.
    if args.words.iter().all(|word| word.trim().is_empty()) {
        return Err(Stop::usage("a bulk change needs a filter: an empty one would mean every case"));
    }
    let query = asked::query_with_views(&args.words, config)?;
    let when = when.map(|when| asked::query_with_views(&[when.to_owned()], config)).transpose()?;
    let both = match &when {
        // What the macro asks is examined, too.
        Some(when) => {
            Query { node: Node::all([query.node.clone(), Node::any([when.node.clone(), when.node.clone().negated()])]), ..query.clone() }
        }
        None => query.clone(),
    };
    let is_from_disk = args.cached || scope.offline;
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
    if verdict != Exit::Done && !args.partial_ok {
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
    (config, args): (&Config, &BulkArgs),
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
    if args.dry_run {
        let mut out = BufWriter::new(io::stdout().lock());
        if args.json {
            dry_run.print_json(&mut out)?;
        } else {
            dry_run.print(&mut out)?;
        }
        out.flush()?;
        return Ok(Exit::Done);
    }
    if !is_agreed(&dry_run, args)? {
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
        keeps_going: args.keep_going,
    };
    let edit = |row: &Row| match &row.verdict {
        Verdict::Sends(sends) => Some(PlannedEdit { edit: sends.edit.clone(), plan: sends.plan.clone(), undoes: None }),
        _ => None,
    };
    let edits = rows.iter().filter_map(edit).collect();
    outcome::follow((config, args.json), scope.offline, session, (batch, edits), &rows)
}

/// Whether the person has said the number of cases that are sent something.
fn is_agreed(dry_run: &DryRun<'_>, args: &BulkArgs) -> Result<bool, Stop> {
    let sends = dry_run.summary.sends;
    match args.yes_count.and_then(|count| usize::try_from(count).ok()) {
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
