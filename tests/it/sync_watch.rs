//! What the worker's tests are written in: real vendors on loopback, a real directory, and a reader of reports that
//! waits for conditions with a deadline, never for time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use caseload::config::Poll;
use caseload::demo::{
    Demo, Options, {self},
};
use caseload::domain::case::{Case, Rid, Row, SourceId, Vendor};
use caseload::domain::change::Change;
use caseload::domain::directory::Directory;
use caseload::domain::edit::{Edit, OutboxEntry, Progress};
use caseload::domain::fault::Fault;
use caseload::domain::secret::Secret;
use caseload::domain::wall::Wall;
use caseload::protocol::{Coverage, Order, Report, Settle, SourceState, Ticket};
use caseload::providers::{Api, Auth, Provider, Settings};
use caseload::sync::setup::Setup;
use caseload::sync::{
    Link, Reports, SourceSetup, {self},
};

/// Nothing that a test waits for takes longer, unless it is broken.
const DEADLINE: Duration = Duration::from_mins(10);
/// As configured by default: a busy machine is no fault.
pub(crate) const TIMEOUT_MS: u64 = 30_000;
/// Where a vendor hangs on purpose.
const HASTY_MS: u64 = 15_000;

pub(crate) const DATADOG: SourceId = SourceId(0);
pub(crate) const TINES: SourceId = SourceId(1);
pub(crate) const SERVEROPS: SourceId = SourceId(2);

/// A calm, still world.
pub(crate) fn calm(cases: u32) -> Options {
    Options { cases, pace: 0.0, quota: false, ..Options::default() }
}

/// Where the vendors of a demo are, for another process: vendor, base URL, secrets, mail of the analyst.
pub(crate) type Addresses = Vec<(String, String, Vec<(String, String)>, String)>;

pub(crate) fn addresses(demo: &Demo) -> Addresses {
    let of = |endpoint: demo::Endpoint| {
        let secrets = endpoint.secrets.iter().map(|(name, secret)| ((*name).to_owned(), secret.clone())).collect();
        (endpoint.vendor.name().to_owned(), endpoint.base_url.clone(), secrets, endpoint.me.clone())
    };
    demo.endpoints().into_iter().map(of).collect()
}

/// The three vendors of `demo` as sources.
pub(crate) fn sources(demo: &Demo, timeout_ms: u64) -> Vec<SourceSetup> {
    sources_at(&addresses(demo), timeout_ms)
}

/// One source, of a vendor that a test makes up.
pub(crate) fn source_of(vendor: Vendor, base_url: &str, api: Api, filter: Option<&str>) -> SourceSetup {
    let auth = match vendor {
        Vendor::Datadog => Auth::Keys { api: Secret::from("api"), app: Secret::from("app") },
        Vendor::Tines => Auth::Bearer(Secret::from("token")),
        Vendor::ServerOps => Auth::Bearer(Secret::from("so_live_token")),
    };
    let settings = Settings {
        vendor,
        source: SourceId(0),
        base_url: base_url.to_owned(),
        web_url: None,
        auth,
        api,
        filter: filter.map(str::to_owned),
        team_id: None,
        me: None,
        timeout_ms: TIMEOUT_MS,
    };
    SourceSetup::new(vendor.name(), vendor, Provider::new(settings))
}

pub(crate) fn sources_at(addresses: &Addresses, timeout_ms: u64) -> Vec<SourceSetup> {
    let made = addresses.iter().enumerate().map(|(place, (vendor, base_url, secrets, me))| {
        let secret = |name: &str| Secret::from(secrets.iter().find(|(known, _)| known == name).unwrap().1.clone());
        let vendor: Vendor = vendor.parse().unwrap();
        let auth = match vendor {
            Vendor::Datadog => Auth::Keys { api: secret("DEMO_DD_API_KEY"), app: secret("DEMO_DD_APP_KEY") },
            Vendor::Tines => Auth::Bearer(secret("DEMO_TINES_TOKEN")),
            Vendor::ServerOps => Auth::Bearer(secret("DEMO_SO_TOKEN")),
        };
        let settings = Settings {
            vendor,
            source: SourceId(u8::try_from(place).unwrap()),
            base_url: base_url.clone(),
            web_url: None,
            auth,
            api: Api::V2,
            filter: None,
            team_id: None,
            me: Some(me.clone()),
            timeout_ms,
        };
        SourceSetup::new(vendor.name(), vendor, Provider::new(settings))
    });
    made.collect()
}

/// A worker, and everything it has told.
pub(crate) struct Watch {
    link: Option<Link>,
    reports: Reports,
    pub(crate) rows: BTreeMap<Rid, Row>,
    pub(crate) states: BTreeMap<SourceId, SourceState>,
    directories: BTreeMap<SourceId, Arc<Directory>>,
    pub(crate) cases: BTreeMap<Rid, Case>,
    pub(crate) outbox: Vec<OutboxEntry>,
    /// In order, rows and cases as counts.
    pub(crate) heard: Vec<Report>,
    done: BTreeMap<Ticket, Result<(), Fault>>,
    tickets: u64,
}

impl Watch {
    pub(crate) fn start(demo: &Demo, directory: &Path) -> Self {
        Self::start_with(sources(demo, TIMEOUT_MS), directory, false)
    }

    /// For vendors that hang: gives up on an answer soon.
    pub(crate) fn hasty(demo: &Demo, directory: &Path) -> Self {
        Self::start_with(sources(demo, HASTY_MS), directory, false)
    }

    pub(crate) fn offline(demo: &Demo, directory: &Path) -> Self {
        Self::start_with(sources(demo, TIMEOUT_MS), directory, true)
    }

    pub(crate) fn start_with(sources: Vec<SourceSetup>, directory: &Path, offline: bool) -> Self {
        Self::start_by(Wall::default(), sources, directory, offline)
    }

    /// By a clock that may be set.
    pub(crate) fn start_by(wall: Wall, sources: Vec<SourceSetup>, directory: &Path, offline: bool) -> Self {
        // Slow enough that no test is decided by polling.
        let poll = Poll { focused_s: 3_600, idle_s: 7_200 };
        let mut link = sync::start(Setup { sources, data: directory.to_owned(), offline, poll, wall }).unwrap();
        let reports = link.reports();
        Self {
            link: Some(link),
            reports,
            rows: BTreeMap::new(),
            states: BTreeMap::new(),
            directories: BTreeMap::new(),
            cases: BTreeMap::new(),
            outbox: Vec::new(),
            heard: Vec::new(),
            done: BTreeMap::new(),
            tickets: 0,
        }
    }

    pub(crate) fn link(&self) -> &Link {
        self.link.as_ref().unwrap()
    }

    /// Stops the worker as quitting does.
    pub(crate) fn stop(&mut self) {
        self.link.take().unwrap().stop();
    }

    pub(crate) fn send(&mut self, order: Order) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.link().send(ticket, order).unwrap();
        ticket
    }

    /// Sends an order and waits until it is closed.
    pub(crate) fn ask(&mut self, order: Order) -> Result<(), Fault> {
        let ticket = self.send(order);
        self.done(ticket)
    }

    pub(crate) fn done(&mut self, ticket: Ticket) -> Result<(), Fault> {
        self.until(&format!("{ticket:?} is closed"), |watch| watch.done.get(&ticket).cloned())
    }

    /// Takes reports until the condition holds.
    pub(crate) fn until<T>(&mut self, what: &str, mut condition: impl FnMut(&Self) -> Option<T>) -> T {
        let until = Instant::now() + DEADLINE;
        loop {
            if let Some(met) = condition(self) {
                return met;
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.reports.recv_timeout(left) {
                Ok(report) => self.hear(report),
                Err(error) => {
                    let last: Vec<_> = self.heard.iter().rev().take(12).collect();
                    let open = self.outbox.iter().filter(|entry| !entry.progress.is_settled());
                    let open: Vec<_> = open.map(|entry| (&entry.progress, entry.is_held, entry.send_after, &entry.delayed_by)).collect();
                    panic!(
                        "waited in vain ({error}) until {what}; states {:#?}; not settled: {open:#?}; last heard, newest first: {last:#?}",
                        self.states
                    )
                }
            }
        }
    }

    /// Takes reports of both until the condition holds for the second: a worker whose reports nobody takes waits.
    pub(crate) fn until_of_two(one: &mut Self, two: &mut Self, what: &str, mut condition: impl FnMut(&Self) -> bool) {
        let until = Instant::now() + DEADLINE;
        while !condition(two) {
            assert!(Instant::now() < until, "waited in vain until {what}; outboxes {:#?} and {:#?}", one.outbox, two.outbox);
            for watch in [&mut *one, &mut *two] {
                if let Ok(report) = watch.reports.recv_timeout(Duration::from_millis(5)) {
                    watch.hear(report);
                }
            }
        }
    }

    /// Takes what the worker still says until it has ended.
    pub(crate) fn rest(&mut self) {
        while let Ok(report) = self.reports.recv_timeout(DEADLINE) {
            self.hear(report);
        }
    }

    fn hear(&mut self, report: Report) {
        match &report {
            Report::Rows { rows, .. } => self.rows.extend(rows.iter().cloned()),
            Report::Gone(rids) => rids.iter().for_each(|rid| drop(self.rows.remove(rid))),
            Report::Source(source, state) => drop(self.states.insert(*source, (**state).clone())),
            Report::Directory(source, directory) => drop(self.directories.insert(*source, Arc::clone(directory))),
            Report::Case { rid, case, .. } => drop(self.cases.insert(*rid, (**case).clone())),
            Report::Outbox(entry) => match self.outbox.iter_mut().find(|known| known.id == entry.id) {
                Some(known) => known.clone_from(entry),
                None => self.outbox.push((**entry).clone()),
            },
            Report::Dropped { entry } => self.outbox.retain(|known| known.id != entry.as_str()),
            Report::Done { ticket, result } => {
                assert!(self.done.insert(*ticket, result.clone()).is_none(), "{ticket:?} was closed twice");
            }
            _ => {}
        }
        self.heard.push(match report {
            Report::Rows { rows, from } if rows.len() > 3 => Report::Rows { rows: rows[..3].to_vec(), from },
            report => report,
        });
    }

    /// Waits until a complete pass over these sources has ended.
    pub(crate) fn full(&mut self, sources: &[SourceId]) {
        for source in sources {
            self.until(&format!("{source:?} is complete"), |watch| {
                watch.states.get(source).filter(|state| matches!(state.coverage, Coverage::Full { .. })).map(drop)
            });
        }
    }

    /// Ids of the rows of one source; panics when one is there twice.
    pub(crate) fn ids(&self, source: SourceId) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for row in self.rows.values().filter(|row| row.id.source == source) {
            assert!(ids.insert(row.id.id.to_string()), "{} is there twice", row.id.id);
        }
        ids
    }

    pub(crate) fn rid(&self, source: SourceId, id: &str) -> Rid {
        let found = self.rows.iter().find(|(_, row)| row.id.source == source && row.id.id == id);
        *found.unwrap_or_else(|| panic!("no row {id} of {source:?}")).0
    }

    /// Any row of a source that is open.
    pub(crate) fn some_open(&self, source: SourceId) -> (Rid, Row) {
        let found = self.rows.iter().rev().find(|(_, row)| row.id.source == source && row.status.is_open());
        let (rid, row) = found.unwrap();
        (*rid, row.clone())
    }

    /// Submits an edit; the id of its outbox entry, once it is on disk.
    pub(crate) fn submit(&mut self, row: &Row, changes: Vec<Change>) -> String {
        self.submit_edit(&Edit::unguarded(row.id.clone(), changes), 0)
    }

    /// As [`Self::submit`], compared with the case as it was opened.
    pub(crate) fn submit_seen(&mut self, seen: &Case, changes: Vec<Change>) -> String {
        self.submit_edit(&Edit::new(seen, changes), 0)
    }

    pub(crate) fn submit_edit(&mut self, edit: &Edit, delay_ms: u64) -> String {
        let known: BTreeSet<_> = self.outbox.iter().map(|entry| entry.id.clone()).collect();
        self.ask(Order::Submit { edit: edit.clone(), delay_ms, undoes: None }).unwrap();
        // Another worker's entries are told here too.
        let is_it = |entry: &&OutboxEntry| entry.edit.case == edit.case && entry.edit.changes == edit.changes && !known.contains(&entry.id);
        self.until("the edit is in the outbox", |watch| watch.outbox.iter().find(is_it).map(|entry| entry.id.to_string()))
    }

    pub(crate) fn directory(&self, source: SourceId) -> Arc<Directory> {
        Arc::clone(&self.directories[&source])
    }

    /// The calls that an edit would send.
    pub(crate) fn planned(&mut self, edit: Edit) -> Vec<(String, String)> {
        let ticket = self.send(Order::Plan { edit });
        self.calls_told(ticket)
    }

    /// The calls that answer an order for a plan.
    pub(crate) fn calls_told(&mut self, ticket: Ticket) -> Vec<(String, String)> {
        self.done(ticket).unwrap();
        let planned = self.heard.iter().find_map(|report| match report {
            Report::Planned { ticket: told, plan } if *told == ticket => Some(plan.calls.clone()),
            _ => None,
        });
        planned.unwrap().into_iter().map(|call| (call.method.name().to_owned(), call.path)).collect()
    }

    /// The case as its vendor has it now.
    pub(crate) fn open(&mut self, rid: Rid) -> Case {
        self.ask(Order::Open { rid }).unwrap();
        self.cases[&rid].clone()
    }

    pub(crate) fn entry(&self, entry: &str) -> Option<&OutboxEntry> {
        self.outbox.iter().find(|known| known.id == entry)
    }

    pub(crate) fn settle(&mut self, entry: &str, how: Settle) -> Result<(), Fault> {
        self.ask(Order::Settle { entry: entry.to_owned(), how })
    }

    pub(crate) fn verified(&mut self, entry: &str) {
        let is = |watch: &Self| watch.progress(entry).filter(Progress::is_settled).map(drop);
        self.until("the edit is verified", is);
    }

    pub(crate) fn progress(&self, entry: &str) -> Option<Progress> {
        self.outbox.iter().find(|known| known.id == entry).map(|known| known.progress.clone())
    }

    /// Waits until an entry is settled or needs a person.
    pub(crate) fn rests(&mut self, entry: &str) -> Progress {
        self.until("the edit comes to rest", |watch| {
            watch.progress(entry).filter(|progress| progress.is_settled() || progress.needs_person())
        })
    }
}

/// What a vendor has as ids.
pub(crate) fn listed(demo: &Demo, vendor: demo::Vendor) -> BTreeSet<String> {
    let ids = demo.ids(vendor);
    let set: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(ids.len(), set.len());
    set
}

/// What a vendor received that was not a reading.
pub(crate) fn writes(demo: &Demo, vendor: demo::Vendor) -> Vec<(String, String)> {
    demo.received(vendor).into_iter().filter(|request| request.method != "GET").map(|request| (request.method, request.path)).collect()
}
