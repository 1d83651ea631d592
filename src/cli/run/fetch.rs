//! What is read before cases are listed: what has changed, of sources that tell it and of which everything was read lately;
//! of the others, what the vendors have for the filter where they can be asked for that, else everything. Then cases whole, where the filter
//! asks for what no row shows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::cli::run::answers::Answers;
use crate::cli::run::desk::Desk;
use crate::cli::run::scope::Scope;
use crate::cli::run::session::Session;
use crate::cli::run::stop::{Stop, note};
use crate::config::Config;
use crate::domain::case::{Rid, SourceId};
use crate::domain::fault::{Fault, FaultKind};
use crate::index::Index;
use crate::protocol::{Asked, Coverage, Order, SourceState};
use crate::providers::Provider;
use crate::query::Query;
use crate::sync;

/// Cases read by one order: the line for whoever waits moves with each.
const EXAMINED_AT_ONCE: usize = 32;
/// So often the same few cases wait for a quota that others spend meanwhile.
const MAX_WAITS: u32 = 5;
/// A quota that takes longer to refill is left to the next run.
const REFILL_S: u64 = 60;

/// Moments of sources that are read from disk alone have nothing to be compared with.
const ALWAYS: Timestamp = Timestamp::MIN;

/// How much of the sources a run reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Every page.
    Full,
    /// What has changed, where the source tells that and every page was read so many seconds ago at most; else every page.
    New { max_age_s: i64 },
}

/// What a run has read, and how each source stands after it.
pub(in crate::cli) struct Reading {
    /// By source id, as the states.
    pub(in crate::cli) names: Vec<String>,
    pub(in crate::cli) states: Vec<SourceState>,
    pub(in crate::cli) answers: Answers,
    pub(in crate::cli) began_at: Timestamp,
    /// Sources that were asked for what has changed.
    pub(in crate::cli) lately: Vec<SourceId>,
    /// No vendor was asked.
    pub(in crate::cli) is_from_disk: bool,
}

impl Reading {
    pub(in crate::cli) fn name(&self, source: SourceId) -> &str {
        self.names.get(usize::from(source.0)).map_or("?", String::as_str)
    }

    /// Nothing is read: how far each source was read before.
    pub(in crate::cli) fn of_disk(config: &Config, desk: &Desk) -> Result<Self, Stop> {
        let ids = (0..=u8::MAX).map(SourceId).take(config.sources.len());
        let states = ids.map(|id| Ok(sync::state_of(&desk.mark(id)?))).collect::<Result<Vec<_>, Fault>>()?;
        let names = config.sources.iter().map(|source| source.name.clone()).collect();
        Ok(Self { names, states, answers: Answers::default(), began_at: ALWAYS, lately: Vec::new(), is_from_disk: true })
    }
}

/// Reads what the query needs: the lists, and cases whole where it asks for what no row shows.
///
/// # Errors
/// The data directory cannot be used, or the worker ended. What a source failed with is in its state.
pub(in crate::cli) fn read(scope: &Scope, config: &Config, query: &Query, reach: Reach) -> Result<Reading, Stop> {
    let mut run = Run::start(scope, config, reach)?;
    if !query.is_empty() && !run.whole.is_empty() {
        let sources = if run.lately.is_empty() { Vec::new() } else { run.whole.clone() };
        ask(&mut run.session, Order::Fetch { query: Arc::new(query.clone()), sources })?;
        run.asked = std::mem::take(&mut run.session.asked);
        let is_settled = |id: &SourceId| run.asked.iter().any(|asked| asked.source == *id && (asked.is_answer() || asked.fault.is_some()));
        run.whole.retain(|id| !is_settled(id));
    }
    run.finish(scope, config, query)
}

/// The same without asking vendors for what the query wants: it is for whoever needs every case on disk, too.
///
/// # Errors
/// As [`read`].
pub(in crate::cli) fn read_all(scope: &Scope, config: &Config, query: &Query, reach: Reach) -> Result<Reading, Stop> {
    Run::start(scope, config, reach)?.finish(scope, config, query)
}

/// A reading under way.
struct Run {
    began_at: Timestamp,
    session: Session,
    /// By source id.
    names: Vec<String>,
    /// Sources to be asked for what has changed, and those of which every page is to be read.
    lately: Vec<SourceId>,
    whole: Vec<SourceId>,
    asked: Vec<Arc<Asked>>,
}

impl Run {
    fn start(scope: &Scope, config: &Config, reach: Reach) -> Result<Self, Stop> {
        let began_at = Timestamp::now();
        // A disk that cannot be used is said once, and before any vendor is asked.
        let desk = Desk::open(scope, config)?;
        let lately = lately(&desk, reach, began_at)?;
        drop(desk);
        let session = Session::start(config, &scope.places.data, false, scope.columns)?;
        let names: Vec<String> = config.sources.iter().map(|source| source.name.clone()).collect();
        let whole = (0..=u8::MAX).map(SourceId).take(names.len()).filter(|id| !lately.contains(id)).collect();
        Ok(Self { began_at, session, names, lately, whole, asked: Vec::new() })
    }

    fn finish(mut self, scope: &Scope, config: &Config, query: &Query) -> Result<Reading, Stop> {
        for (sources, full) in [(&self.lately, false), (&self.whole, true)] {
            if sources.len() == self.names.len() {
                ask(&mut self.session, Order::Refresh { source: None, full })?;
                continue;
            }
            for source in sources {
                ask(&mut self.session, Order::Refresh { source: Some(*source), full })?;
            }
        }
        let Self { began_at, mut session, names, lately, asked, .. } = self;
        let mut states = session.states().to_vec();
        for answer in asked.iter().filter(|asked| asked.is_answer()) {
            let Some(state) = states.get_mut(usize::from(answer.source.0)) else { continue };
            let part = Coverage::Partial { seen: answer.met.len() as u64, of: None, gap: answer.gap.clone() };
            state.coverage = if answer.is_whole { Coverage::Full { at: Timestamp::now(), hidden: 0 } } else { part };
        }
        let answers = Answers { names: names.clone(), asked };
        let reading = Reading { names, states, answers, began_at, lately, is_from_disk: false };
        examine(scope, config, query, &reading, &mut session)?;
        session.stop();
        Ok(reading)
    }
}

/// The sources that tell what has changed, and of which everything was read lately enough. The newest cases of another
/// would not show that an old one was closed a minute ago.
fn lately(desk: &Desk, reach: Reach, now: Timestamp) -> Result<Vec<SourceId>, Stop> {
    let Reach::New { max_age_s } = reach else { return Ok(Vec::new()) };
    let mut lately = Vec::new();
    for (id, source) in (0..=u8::MAX).map(SourceId).zip(&desk.sources) {
        let tells_changes = source.provider.as_ref().is_some_and(Provider::can_ask_changes);
        // A pass that ends in the future was booked before the clock was set back.
        let age_s = desk.mark(id)?.complete_at.map(|at| now.as_second() - at.as_second());
        if tells_changes && age_s.is_some_and(|age_s| (0..max_age_s).contains(&age_s)) {
            lately.push(id);
        }
    }
    Ok(lately)
}

/// Reads cases whole, the most urgent first. A source that can give no more is left at that: its cases stay not examined.
/// One whose quota refills within a minute is waited for, as the lists wait for it.
fn examine(scope: &Scope, config: &Config, query: &Query, reading: &Reading, session: &mut Session) -> Result<(), Stop> {
    let mut desk = Desk::open(scope, config)?;
    let asker = desk.asker();
    if !Index::is_deep(query, &asker) {
        return Ok(());
    }
    // Their own faults say why.
    let mut is_failing: Vec<bool> = reading.states.iter().map(|state| state.fault.is_some()).collect();
    let (mut fewest, mut idle_waits) = (usize::MAX, 0);
    loop {
        // Which cases a quota has cut off in the middle is seen on disk alone.
        let index = desk.judge(query, &asker, &reading.answers, None)?.index;
        let open = index.unexamined_where(usize::MAX, |rid| index.get(rid).is_some_and(|seen| reading.answers.keeps(seen.source, rid)));
        idle_waits = if open.len() < fewest { 0 } else { idle_waits + 1 };
        fewest = fewest.min(open.len());
        let mut done = 0;
        let mut refill: Option<(u64, &str)> = None;
        for ((source, name), is_failing) in (0..=u8::MAX).map(SourceId).zip(&reading.names).zip(&mut is_failing) {
            let of_source = |rid: &Rid| !*is_failing && index.get(*rid).is_some_and(|seen| seen.source == source);
            let rids: Vec<Rid> = open.iter().copied().filter(of_source).collect();
            let Err(fault) = examine_cases(&rids, &mut done, open.len(), session) else { continue };
            match fault.wait_s {
                _ if fault.kind == FaultKind::Closed => return Err(Stop::fault(&fault)),
                Some(wait_s) if wait_s <= REFILL_S && idle_waits < MAX_WAITS => refill = refill.max(Some((wait_s, name))),
                _ => {
                    note(format!("{name}: {}", fault.message));
                    *is_failing = true;
                }
            }
        }
        let Some((wait_s, name)) = refill else { break };
        session.doing(Some(format!("{name} waits {wait_s} s for its quota")));
        session.until(Some(Instant::now() + Duration::from_secs(wait_s)), |_| None::<()>).map_err(|fault| Stop::fault(&fault))?;
    }
    session.doing(None);
    Ok(())
}

fn examine_cases(rids: &[Rid], done: &mut usize, of: usize, session: &mut Session) -> Result<(), Fault> {
    for batch in rids.chunks(EXAMINED_AT_ONCE) {
        session.doing(Some(format!("reading cases whole for the filter: {done} of {of}")));
        session.order(Order::Examine { rids: batch.to_vec() }, |_| {})?;
        *done += batch.len();
    }
    Ok(())
}

/// How each source went is in its state; the order's own end adds nothing to that.
fn ask(session: &mut Session, order: Order) -> Result<(), Stop> {
    match session.order(order, |_| {}) {
        Err(fault) if matches!(fault.kind, FaultKind::Closed | FaultKind::Busy) => Err(Stop::fault(&Fault::clone(&fault))),
        _ => Ok(()),
    }
}
