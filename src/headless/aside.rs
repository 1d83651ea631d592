//! `caseload snooze` and `caseload pin`: put a case aside, or on top. Only this machine knows of it; no vendor is told.

use std::io::{self, Write};

use jiff::ZonedDateTime;

use super::asked;
use super::opened::THE_SOURCE;
use super::scope::Scope;
use super::session::Session;
use super::show::only_its_source;
use super::stop::{Exit, Stop, end};
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

#[derive(Clone, Debug)]
pub struct AsideOptions {
    /// `SOURCE:KEY` or `SOURCE:ID`.
    pub reference: String,
    pub wish: AsideWish,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsideWish {
    /// Until when, as a person writes it.
    Snooze(String),
    Wake,
    Pin,
    Unpin,
}

/// Does it and says what holds now.
pub fn aside(scope: &Scope, options: &AsideOptions) -> Exit {
    end(run(scope, options))
}

fn run(scope: &Scope, options: &AsideOptions) -> Result<Exit, Stop> {
    let now = ZonedDateTime::now();
    let until = match &options.wish {
        AsideWish::Snooze(until) => Some(Until::read(until, &now).map_err(Stop::usage)?),
        _ => None,
    };
    let (config, key) = only_its_source(scope, &options.reference)?;
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
    let (aside, words) = wished(&known, &options.wish, until, &row, &now)?;
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
fn wished(known: &Aside, wish: &AsideWish, until: Option<Until>, row: &Row, now: &ZonedDateTime) -> Result<(Aside, String), Stop> {
    Ok(match (wish, until) {
        (AsideWish::Pin, _) => (Aside { is_pinned: true, ..known.clone() }, "is pinned".into()),
        (AsideWish::Unpin, _) => (Aside { is_pinned: false, ..known.clone() }, "is not pinned".into()),
        (_, Some(until)) => {
            let snooze = Snooze::new(until, Then::of(row), now.timestamp());
            if let Some(back) = snooze.over(&snooze.then, row.due_at, now.timestamp()) {
                let why = if back == Back::NoClock { "it has no SLA clock".into() } else { back.words() };
                return Err(Stop::usage(format!("this case would be back at once: {why}")));
            }
            (Aside { snooze: Some(snooze), ..known.clone() }, format!("sleeps until {}", until.spoken(now.time_zone())))
        }
        _ => (Aside { snooze: None, ..known.clone() }, "is awake".into()),
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
