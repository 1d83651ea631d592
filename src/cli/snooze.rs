//! `caseload snooze` and `caseload pin`: put a case aside, or on top. Only this machine knows of it; no vendor is told.

use std::io::{
    Write, {self},
};

use clap::{ArgGroup, Args};
use jiff::ZonedDateTime;

use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::run::asked;
use crate::cli::run::opened::THE_SOURCE;
use crate::cli::run::scope::Scope;
use crate::cli::run::session::Session;
use crate::cli::run::stop::{Exit, Stop};
use crate::cli::show::only_its_source;
use crate::config::Config;
use crate::domain::aside::{Aside, Back, Snooze, Then, Until};
use crate::domain::case::{Case, Row};
use crate::domain::directory::Directory;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::moved::Moved;
use crate::protocol::{Order, Report};
use crate::sla::Rules;
use crate::store::{Access, Store};
use crate::sync;

#[derive(Debug, Args)]
#[command(after_help = format!("{SNOOZE_HELP}\n\n{EXIT_CODES}"))]
#[command(group = ArgGroup::new("when").required(true).args(["until", "wake"]))]
pub struct SnoozeArgs {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn, so
    #[arg(value_name = "REF")]
    pub reference: String,
    /// A length of time, a time of day, a day, `change`, or `sla<30m`
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Show it again now
    #[arg(long)]
    pub wake: bool,
}

const SNOOZE_HELP: &str = "Examples:
  caseload snooze dd:SEC-882 --until 2h
  caseload snooze tn:4211 --until 'monday 9:00'
  caseload snooze tn:4211 --until 'sla<30m'     until its clock has 30 minutes left
  caseload snooze so:c_81f0 --until change
  caseload snooze so:c_81f0 --wake
  caseload list is:snoozed

A snoozed case leaves the list of the workbench, also of one that is open, and `caseload list`. It comes back when its \
time comes, when its priority rises, and after 90 days at the latest. No vendor is told.";

#[derive(Debug, Args)]
#[command(after_help = format!("{PIN_HELP}\n\n{EXIT_CODES}"))]
pub struct PinArgs {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn, so
    #[arg(value_name = "REF")]
    pub reference: String,
    /// It is not pinned any more
    #[arg(long)]
    pub off: bool,
}

const PIN_HELP: &str = "Examples:
  caseload pin dd:SEC-882
  caseload pin dd:SEC-882 --off
  caseload list is:pinned

A pinned case stands before all others in the list of the workbench. No vendor is told.";

enum Wish {
    Snooze(Until),
    Wake,
    Pin,
    Unpin,
}

/// Puts a case aside, or wakes it.
pub(in crate::cli) fn snooze(scope: &Scope, args: &SnoozeArgs) -> Result<Exit, Stop> {
    let now = ZonedDateTime::now();
    let wish = match &args.until {
        Some(until) => Wish::Snooze(Until::read(until, &now).map_err(Stop::usage)?),
        None => Wish::Wake,
    };
    carry_out(scope, &args.reference, &wish, &now)
}

/// Puts a case on top, or back into its place.
pub(in crate::cli) fn pin(scope: &Scope, args: &PinArgs) -> Result<Exit, Stop> {
    carry_out(scope, &args.reference, if args.off { &Wish::Unpin } else { &Wish::Pin }, &ZonedDateTime::now())
}

/// Does it and says what holds now.
fn carry_out(scope: &Scope, reference: &str, wish: &Wish, now: &ZonedDateTime) -> Result<Exit, Stop> {
    let (config, key) = only_its_source(scope, reference)?;
    let name = config.sources[0].name.as_str();
    let mut store = Store::open(&scope.places.data, Access::ReadWrite)?;
    store.sources(&[name])?;
    let case = match on_disk(&store, &config, key)? {
        Some(case) => case,
        None => ask(scope, &config, key)?,
    };
    let known = store.asides()?.0.into_iter().find(|aside| aside.case == case.row.id);
    let known = known.unwrap_or_else(|| Aside::nothing(&case.row.id));
    // A clock by a rule of one's own is as good as a vendor's.
    let asker = asked::asker(&sync::sources_for_disk(&config), &[Directory::default()]);
    let due_at = Rules::new(&config).0.due(&case.row, &asker);
    let row = Row { due_at, ..case.row.clone() };
    let (aside, words) = wished(&known, wish, &row, now)?;
    if aside != known {
        let moved = Moved { before: known, after: aside };
        let kept = store.asides_keep(std::slice::from_ref(&moved))?;
        if moved.is_of_snooze() && !kept.iter().all(|kept| kept.has_same_snooze(&moved.after)) {
            let words = "another caseload has just snoozed or woken this case, and that stands; run it again to change it";
            return Err(Stop::fault(&Fault::new(FaultKind::Conflict, words)));
        }
    }
    writeln!(io::stdout().lock(), "{name}:{} {words}", case.row.key.as_str().trim_start_matches('#'))?;
    Ok(Exit::Done)
}

/// What is to be remembered, and how to say it.
fn wished(known: &Aside, wish: &Wish, row: &Row, now: &ZonedDateTime) -> Result<(Aside, String), Stop> {
    Ok(match wish {
        Wish::Pin => (Aside { is_pinned: true, ..known.clone() }, "is pinned".into()),
        Wish::Unpin => (Aside { is_pinned: false, ..known.clone() }, "is not pinned".into()),
        Wish::Snooze(until) => {
            let snooze = Snooze::new(*until, Then::of(row), now.timestamp());
            if let Some(back) = snooze.over(&snooze.then, row.due_at, now.timestamp()) {
                let why = if back == Back::NoClock { "it has no SLA clock".into() } else { back.words() };
                return Err(Stop::usage(format!("this case would be back at once: {why}")));
            }
            (Aside { snooze: Some(snooze), ..known.clone() }, format!("sleeps until {}", until.spoken(now.time_zone())))
        }
        Wish::Wake => (Aside { snooze: None, ..known.clone() }, "is awake".into()),
    })
}

/// The case as it was last read; None: it never was.
fn on_disk(store: &Store, config: &Config, key: &str) -> Result<Option<Case>, Stop> {
    let Some(rid) = store.find(THE_SOURCE, key)? else { return Ok(None) };
    let Some((raw, read_at, _)) = store.raw(rid)? else { return Ok(None) };
    let sources = sync::sources_for_disk(config);
    let Some(provider) = sources.first().and_then(|source| source.provider.as_ref()) else { return Ok(None) };
    let directory = store.directory(THE_SOURCE)?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    Ok(Some(provider.decode(&raw, &directory, read_at)?))
}

/// The case from its vendor.
fn ask(scope: &Scope, config: &Config, key: &str) -> Result<Case, Stop> {
    let mut session = Session::start(config, &scope.places.data, scope.offline, scope.columns)?;
    let mut found = None;
    let order = Order::Find { source: THE_SOURCE, reference: key.trim_start_matches('#').into() };
    let asked = session.order(order, |report| {
        if let Report::Case { case, .. } = report {
            found = Some(Case::clone(case));
        }
    });
    session.stop();
    match (found, asked) {
        (Some(case), _) => Ok(case),
        (None, Err(fault)) => Err(Stop::fault(&fault)),
        (None, Ok(())) => Err(Stop::fault(&Fault::new(FaultKind::NotFound, format!("no case {key}")))),
    }
}
