//! `caseload outbox`: what is saved and not confirmed yet. Looking needs no network; deciding needs none either, and lets
//! nothing leave.

pub(in crate::cli) mod json;
pub(in crate::cli) mod others;
pub(in crate::cli) mod typed;
pub(in crate::cli) mod waiting;

use std::io::{
    BufWriter, Write, {self},
};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Subcommand;
use jiff::Timestamp;

use crate::cli::outbox::typed::Typed;
use crate::cli::outbox::waiting::{Waiting, landed};
use crate::cli::run::scope::Scope;
use crate::cli::run::session::Session;
use crate::cli::run::stop::{Exit, Stop, note, words};
use crate::cli::run::submit::{settled, stuck};
use crate::config::Config;
use crate::domain::case::CaseId;
use crate::domain::count::count_of;
use crate::domain::directory::Directory;
use crate::domain::draft::Draft;
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::fault::Fault;
use crate::domain::{exact, turn};
use crate::protocol::{Order, Report, Settle};
use crate::store::{Access, Store, Unfinished};
use crate::sync;

/// What is saved and not confirmed yet
#[derive(Debug, Subcommand)]
pub enum OutboxVerb {
    /// Print what waits, in the order of saving
    #[command(after_help = OUTBOX_HELP)]
    List {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// Print one entry: its changes, its calls, why it waits
    #[command(after_help = OUTBOX_HELP)]
    Show {
        /// Number in the list, or id, or the beginning of it
        #[arg(value_name = "ID")]
        entry: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Send now what waits for nothing but the network, without its delay; or one entry, also one that stopped
    #[command(after_help = OUTBOX_HELP)]
    Flush {
        /// Number in the list, or id, or the beginning of it; without it, all that needs nobody's decision
        #[arg(value_name = "ID")]
        entry: Option<String>,
    },
    /// Send nothing of it until it is released
    #[command(after_help = OUTBOX_HELP)]
    Hold {
        /// Number in the list, or id, or the beginning of it; without it, all
        #[arg(value_name = "ID")]
        entry: Option<String>,
    },
    /// Let it go again
    #[command(after_help = OUTBOX_HELP)]
    Release {
        /// Number in the list, or id, or the beginning of it; without it, all
        #[arg(value_name = "ID")]
        entry: Option<String>,
    },
    /// Give an entry up; it is printed whole, and calls that have landed stay
    #[command(after_help = OUTBOX_HELP)]
    Drop {
        /// Number in the list, or id, or the beginning of it
        #[arg(value_name = "ID")]
        entry: String,
    },
}

pub(in crate::cli) const OUTBOX_HELP: &str = "Examples:
  caseload outbox list                  also drafts: what was typed and not sent, with its text
  caseload outbox show 1                its changes, its calls, why it waits
  caseload outbox flush                 all that waits for nothing but the network
  caseload outbox flush 019ab3          also when it has stopped: its case is read first
  caseload outbox hold                  nothing leaves until `caseload outbox release`
  caseload outbox drop 019ab3

ID is the number in the list, or the entry's id or the beginning of it. In `list --json` a draft is an element whose \
`state` is \"draft\"; what was typed is in `typed`. `flush` ends with 5 when something waits for \
you, and with 7 when something stays queued.";

/// What sending everything may take before the rest is left to the next run.
const PATIENCE: Duration = Duration::from_mins(2);
/// The same when no vendor could be reached a moment ago.
const LITTLE_PATIENCE: Duration = Duration::from_secs(3);
/// Fewer letters of an id are a slip of the finger.
const MIN_ID: usize = 4;

/// Looks at what is not sent, or decides about it.
pub(in crate::cli) fn run(scope: &Scope, verb: &OutboxVerb) -> Result<Exit, Stop> {
    let desk = Desk::open(scope)?;
    match verb {
        OutboxVerb::List { json } => desk.list(*json),
        OutboxVerb::Show { entry, json } => desk.show(desk.find_any(entry)?, *json),
        OutboxVerb::Flush { entry } => desk.flush(scope, entry.as_deref()),
        OutboxVerb::Hold { entry } => desk.hold(scope, entry.as_deref(), true),
        OutboxVerb::Release { entry } => desk.hold(scope, entry.as_deref(), false),
        OutboxVerb::Drop { entry } => desk.give_up(scope, desk.find_any(entry)?),
    }
}

/// The outbox as it is on disk.
struct Desk {
    config: Config,
    entries: Vec<Waiting>,
    /// What was typed in the workbench and is not an edit yet.
    drafts: Vec<Typed>,
    /// Entries of sources that are not configured, and how much of each waits.
    others: Vec<Waiting>,
    elsewhere: Vec<Elsewhere>,
}

impl Desk {
    fn open(scope: &Scope) -> Result<Self, Stop> {
        let config = scope.config()?;
        let mut store = Store::open(&scope.places.data, Access::ReadOnly)?;
        let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        // What waits is readable without the cases; only keys and titles are missing then.
        if let Err(fault) = store.sources(&names) {
            note(words(&fault));
        }
        let readers = sync::sources_for_disk(&config);
        let called = |of: &CaseId| {
            let source = usize::from(of.source.0);
            let case = store.rid(of).and_then(|rid| {
                let (raw, read_at, _) = store.raw(rid).ok()??;
                readers.get(source)?.provider.as_ref()?.decode(&raw, &Directory::default(), read_at).ok()
            });
            let (key, title) = case.map(|case| (case.row.key, case.row.title)).unzip();
            (names.get(source).copied().unwrap_or_default().to_owned(), key, title)
        };
        let waiting = |(place, entry): (usize, OutboxEntry)| {
            let (source, key, title) = called(&entry.edit.case);
            Waiting { number: place + 1, source, rid: store.rid(&entry.edit.case), entry, key, title }
        };
        let all: Vec<OutboxEntry> = store.outbox()?.into_iter().filter(|entry| !entry.progress.is_settled()).collect();
        let entries: Vec<Waiting> = in_their_turn(all).into_iter().enumerate().map(waiting).collect();
        let Unfinished { drafts, lying, unread, elsewhere } = store.unfinished()?;
        for fault in &unread {
            note(words(fault));
        }
        let typed = |(draft, file): (Draft, Option<PathBuf>)| {
            let (source, key, title) = called(&draft.case);
            Typed { draft, source, key, title, file }
        };
        let drafts = drafts.into_iter().filter(Draft::has_text).map(|draft| (draft, None));
        let drafts = drafts.chain(lying.into_iter().map(|(draft, file)| (draft, Some(file)))).map(typed).collect();
        let others = others::entries(&mut store, &elsewhere, entries.len())?;
        Ok(Self { config, entries, drafts, others, elsewhere })
    }

    /// One that may be sent.
    fn find(&self, written: &str) -> Result<&Waiting, Stop> {
        self.find_among(&[&self.entries], written)
    }

    /// One of any source.
    fn find_any(&self, written: &str) -> Result<&Waiting, Stop> {
        self.find_among(&[&self.entries, &self.others], written)
    }

    fn find_among<'d>(&'d self, lists: &[&'d [Waiting]], written: &str) -> Result<&'d Waiting, Stop> {
        let all = || lists.iter().copied().flatten();
        let number = written.parse::<usize>().ok().filter(|_| !written.starts_with('0'));
        if let Some(found) = number.and_then(|number| all().find(|waiting| waiting.number == number)) {
            return Ok(found);
        }
        let lower = written.to_ascii_lowercase();
        let found: Vec<&Waiting> = all().filter(|waiting| lower.len() >= MIN_ID && waiting.entry.id.starts_with(lower.as_str())).collect();
        match found[..] {
            [one] => Ok(one),
            [] => {
                let others = self.elsewhere.iter().fold(String::new(), |before, of| before + "\n  " + &of.words());
                Err(Stop::Said(Exit::NothingMatched, format!("the outbox holds no entry {written}\n  see `caseload outbox list`{others}")))
            }
            _ => Err(Stop::usage(format!("several entries begin with {written}: write more of the id, or the number"))),
        }
    }

    /// No entry can be told; edits may wait all the same.
    fn tell_empty(&self) {
        self.tell_elsewhere();
        if !self.has_edits_elsewhere() {
            note("the outbox is empty");
        }
    }

    fn has_edits_elsewhere(&self) -> bool {
        self.elsewhere.iter().any(|of| of.edits > 0)
    }

    /// Says what waits for sources that are not configured. None of it can leave in this run.
    fn tell_elsewhere(&self) {
        self.elsewhere.iter().for_each(|of| note(of.words()));
    }

    fn list(&self, is_json: bool) -> Result<Exit, Stop> {
        let mut out = BufWriter::new(io::stdout().lock());
        if is_json {
            exact::write_pretty(&mut out, &json::lines(self.entries.iter().chain(&self.others), &self.drafts))?;
            out.write_all(b"\n")?;
        } else {
            let now = Timestamp::now();
            for waiting in self.entries.iter().chain(&self.others) {
                waiting.head(&mut out, now)?;
            }
            for typed in &self.drafts {
                typed.print(&mut out, now)?;
            }
        }
        out.flush()?;
        self.tell_elsewhere();
        if self.entries.is_empty() && self.drafts.is_empty() && self.elsewhere.is_empty() {
            note("the outbox is empty: nothing waits to be sent");
            return Ok(Exit::NothingMatched);
        }
        Ok(Exit::Done)
    }

    #[expect(clippy::unused_self, reason = "one of the verbs of the outbox")]
    fn show(&self, waiting: &Waiting, is_json: bool) -> Result<Exit, Stop> {
        let mut out = BufWriter::new(io::stdout().lock());
        if is_json {
            exact::write_pretty(&mut out, &waiting.shape())?;
            out.write_all(b"\n")?;
        } else {
            waiting.whole(&mut out, Timestamp::now())?;
        }
        out.flush()?;
        Ok(Exit::Done)
    }

    /// A run in which nothing leaves.
    fn quietly(&self, scope: &Scope, order: Order) -> Result<(), Stop> {
        let mut session = Session::start(&self.config, &scope.places.data, true, scope.columns)?;
        let result = session.order(order, |_| {});
        session.stop();
        Ok(result?)
    }

    fn hold(&self, scope: &Scope, entry: Option<&str>, is_held: bool) -> Result<Exit, Stop> {
        if self.entries.is_empty() {
            self.tell_empty();
            return Ok(Exit::NothingMatched);
        }
        let order = match entry {
            Some(written) => {
                let how = if is_held { Settle::Hold } else { Settle::Release };
                let waiting = self.find(written)?;
                if waiting.needs_person() {
                    let words = format!(
                        "it has stopped and waits for you\n  `caseload outbox flush {written}` tries it again, the case is read first; `drop` gives it up"
                    );
                    return Err(Stop::Said(Exit::Usage, words));
                }
                Order::Settle { entry: waiting.entry.id.to_string(), how }
            }
            None => Order::HoldAll(is_held),
        };
        self.quietly(scope, order)?;
        note(if is_held {
            "held: nothing of it is sent until `caseload outbox release`"
        } else {
            "released: it is sent by the next caseload, or now with `caseload outbox flush`"
        });
        Ok(Exit::Done)
    }

    fn give_up(&self, scope: &Scope, waiting: &Waiting) -> Result<Exit, Stop> {
        let entry = &waiting.entry;
        if self.others.iter().any(|other| other.entry.id == entry.id) {
            others::give_up(scope, waiting)?;
        } else {
            self.quietly(scope, Order::Settle { entry: entry.id.to_string(), how: Settle::Drop })?;
        }
        // Printed whole: what was typed can be typed again.
        let mut out = BufWriter::new(io::stdout().lock());
        writeln!(out, "dropped {}", entry.id)?;
        waiting.whole(&mut out, Timestamp::now())?;
        out.flush()?;
        match landed(&entry.progress) {
            0 => {}
            done => note(format!("{done} of its calls had landed: what they changed stays")),
        }
        if matches!(entry.progress, Progress::Sending { .. } | Progress::Unknown { .. }) {
            note("whether its last call arrived is not known: look at the case");
        }
        Ok(Exit::Done)
    }

    /// Sends what waits for nothing but the network, and says how each ended.
    fn flush(&self, scope: &Scope, entry: Option<&str>) -> Result<Exit, Stop> {
        let mut due: Vec<&Waiting> = match entry {
            Some(written) => vec![self.find(written)?],
            None => self.entries.iter().filter(|waiting| !waiting.needs_person() && !waiting.entry.is_behind()).collect(),
        };
        let left = || self.entries.iter().filter(|waiting| entry.is_none() && waiting.needs_person());
        for waiting in left() {
            note(format!("{}: it waits for you\n  look with `caseload outbox show {}`", waiting.name(), waiting.number));
        }
        for waiting in self.entries.iter().filter(|waiting| entry.is_none() && !waiting.entry.is_held && waiting.entry.is_behind()) {
            note(waiting.waits_behind());
        }
        let is_rest_elsewhere = entry.is_none() && self.has_edits_elsewhere();
        let rest = match left().count() {
            0 if is_rest_elsewhere => Exit::Queued,
            0 => Exit::Done,
            _ => Exit::Conflict,
        };
        if self.entries.is_empty() {
            self.tell_empty();
        } else if is_rest_elsewhere {
            self.tell_elsewhere();
        }
        if due.is_empty() {
            return Ok(rest);
        }
        if scope.offline {
            note(format!("{} queued: no request leaves in this run", count_of(due.len(), "entry stays", "entries stay")));
            return Ok(Exit::Queued);
        }
        let refusals = sync::refusals(&self.config, &scope.places.data);
        let refusal = |waiting: &Waiting| refusals.get(usize::from(waiting.entry.edit.case.source.0)).and_then(Option::as_ref);
        let mut exits = vec![rest];
        due.retain(|waiting| {
            let Some(why) = refusal(waiting) else { return true };
            note(format!("{}: it stays queued\n  {why}", waiting.name()));
            exits.push(Exit::Queued);
            false
        });
        let mut session = Session::start(&self.config, &scope.places.data, false, scope.columns)?;
        let result = send(&mut session, &mut due, &mut exits);
        session.stop();
        result?;
        for waiting in &due {
            note(format!("{}: not confirmed yet, it stays queued", waiting.name()));
        }
        if !due.is_empty() {
            exits.push(Exit::Queued);
        }
        // What needs a person weighs more than what only needs time.
        let is_worse = |exit: &&Exit| !matches!(exit, Exit::Done | Exit::Queued);
        let queued = exits.iter().find(|exit| **exit == Exit::Queued);
        Ok(exits.iter().find(is_worse).or(queued).copied().unwrap_or(Exit::Done))
    }
}

/// Waits until every due entry has ended one way or another; those that have are taken out of `due`.
fn send(session: &mut Session, due: &mut Vec<&Waiting>, exits: &mut Vec<Exit>) -> Result<(), Fault> {
    let ids: Vec<_> = due.iter().map(|waiting| waiting.entry.id.clone()).collect();
    for entry in ids {
        // Its delay is over when a person says so; one that was sent in the meantime is no longer there to be told.
        // What is told until then of one that stopped is how it stood before.
        let is_news = |report: &Report, due: &[&Waiting]| match report {
            Report::Outbox(told) => !due.iter().any(|waiting| waiting.is_as(told)),
            _ => true,
        };
        let is_behind = due.iter().any(|waiting| waiting.entry.id == entry && waiting.entry.is_behind());
        let order = Order::Settle { entry: entry.into(), how: if is_behind { Settle::Ahead } else { Settle::Retry } };
        drop(session.order(order, |report| {
            if is_news(report, due) {
                settle(report, due, exits);
            }
        }));
    }
    let patience = if is_anybody_there(session, due, exits) { PATIENCE } else { LITTLE_PATIENCE };
    if due.is_empty() {
        return Ok(());
    }
    session.until(Some(Instant::now() + patience), |report| {
        settle(report, due, exits);
        due.is_empty().then_some(())
    })?;
    Ok(())
}

/// Whether one of the sources answers; where none does, waiting is no use.
fn is_anybody_there(session: &mut Session, due: &mut Vec<&Waiting>, exits: &mut Vec<Exit>) -> bool {
    let mut sources: Vec<&str> = Vec::new();
    for waiting in due.clone() {
        let Some(rid) = waiting.rid.filter(|_| !sources.contains(&waiting.source.as_str())) else { continue };
        sources.push(&waiting.source);
        match session.order(Order::Open { rid }, |report| settle(report, due, exits)) {
            Err(fault) if fault.is_passing() => note(format!("{}: {}", waiting.source, words(&fault))),
            _ => return true,
        }
    }
    sources.is_empty()
}

fn settle(report: &Report, due: &mut Vec<&Waiting>, exits: &mut Vec<Exit>) {
    let (id, exit) = match report {
        Report::Outbox(entry) => match &entry.progress {
            Progress::Verified => (entry.id.as_str(), Exit::Done),
            _ if entry.is_held || entry.is_behind() => (entry.id.as_str(), Exit::Queued),
            Progress::Parked { .. } | Progress::Unknown { .. } => (entry.id.as_str(), Exit::Conflict),
            _ => return,
        },
        Report::Dropped { entry } => (entry.as_str(), Exit::Done),
        _ => return,
    };
    let Some(place) = due.iter().position(|waiting| waiting.entry.id == id) else { return };
    let waiting = due.remove(place);
    match report {
        Report::Outbox(entry) if exit == Exit::Conflict => {
            exits.push(stuck(entry, Some(&waiting.name())));
        }
        Report::Outbox(entry) if exit == Exit::Queued => {
            note(if entry.is_held { format!("{}: held", waiting.name()) } else { waiting.waits_behind() });
            exits.push(exit);
        }
        Report::Outbox(entry) => {
            note(format!("{}: {}", waiting.name(), settled(entry)));
        }
        _ => note(format!("{}: dropped by another caseload", waiting.name())),
    }
}

/// Each with the reason to wait, should another of its case have stopped since it was written down.
fn in_their_turn(entries: Vec<OutboxEntry>) -> Vec<OutboxEntry> {
    let mut stopped: Vec<OutboxEntry> = Vec::new();
    let placed = |entry: OutboxEntry| {
        let before = stopped.iter().filter(|other| other.edit.case == entry.edit.case);
        let is_behind = turn::stopped_before(before, &entry).is_some();
        stopped.extend(entry.progress.needs_person().then(|| entry.clone()));
        entry.put_behind(is_behind)
    };
    entries.into_iter().map(placed).collect()
}
