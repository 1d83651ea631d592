//! Everything that can go wrong × what the worker is about: a list, a case, the reading before a write, and each kind of
//! write, at every vendor. The right fault is told, the edit has the right fate and is never lost, nothing is carried out
//! twice, and the other two sources go on. In the end all is well again, and every edit is verified.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use caseload::demo::{
    Demo, {self},
};
use caseload::domain::case::{Case, Rid, SourceId, Vendor};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, OutboxEntry, Progress};
use caseload::domain::fault::FaultKind;
use caseload::protocol::{Order, Settle};

use crate::fault_between::{Between, Struck};
use crate::fault_matrix::unclear;
use crate::fault_table::{Trouble, bodies, breaks, documented, floods, redirects, silences, statuses};
use crate::fault_wishes::Wish;
use crate::http_faults::gzip_bomb;
use crate::http_server::{Answer, Server};
use crate::nobody::Nobody;
use crate::sync_watch::{Addresses, DATADOG, SERVEROPS, TINES, Watch, addresses, calm, sources_at, writes};

const ALL: [SourceId; 3] = [DATADOG, TINES, SERVEROPS];
/// Far above what any exchange on loopback takes.
const AMPLE_MS: u64 = 600_000;
/// Where a test waits for it to pass; a healthy answer on a busy machine comes within it all the same.
const TIGHT_MS: u64 = 10_000;
/// A write that surely did not happen is sent again after a pause, which is never shorter.
const SHORTEST_PAUSE: Duration = Duration::from_secs(3);
/// How often a list is asked for in one round, above the tries of each time.
const ROUNDS: usize = 3;
/// Cases of one source that the outbox writes to at the same time.
const AT_ONCE_THERE: usize = 8;
/// Troubles that are tried at once of those that hang, which is waiting, and of the others; each of them needs a world of its own.
const AT_ONCE: [usize; 2] = [6, 3];

/// A world with one sick vendor, and a worker.
struct Night {
    trouble: Arc<Trouble>,
    demo: Demo,
    vendor: Vendor,
    timeout_ms: u64,
    sick: SourceId,
    between: Between,
    places: Addresses,
    directory: tempfile::TempDir,
    watch: Watch,
    round: usize,
    /// Cases that are edited, by kind of write.
    cases: Vec<(Wish, Rid)>,
    /// Calls of edits so far, which the vendor has to have carried out once each.
    calls: usize,
    /// Edits of other vendors' cases so far.
    elsewhere: usize,
}

impl Night {
    fn new(vendor: Vendor, timeout_ms: u64) -> Self {
        let demo = demo::start(&calm(90)).unwrap();
        let mut places = addresses(&demo);
        let at = places.iter().position(|(name, ..)| *name == vendor.name()).unwrap();
        let behind = host(&places[at].1).parse().unwrap();
        let between = Between::of(vendor, behind);
        places[at].1 = places[at].1.replace(&behind.to_string(), &between.address().to_string());
        let directory = tempfile::tempdir().unwrap();
        let watch = Watch::start_with(sources_at(&places, timeout_ms), directory.path(), false);
        let sick = SourceId(u8::try_from(at).unwrap());
        let trouble = Arc::new(silences().remove(0));
        let (cases, round, calls, elsewhere) = (Vec::new(), 0, 0, 0);
        let mut night = Self { trouble, demo, vendor, timeout_ms, sick, between, places, directory, watch, round, cases, calls, elsewhere };
        night.watch.full(&ALL);
        night.choose();
        night
    }

    fn told(&self) -> String {
        format!("{} · {:?}", self.trouble.name, self.vendor)
    }

    /// A case of its own for each kind of write.
    fn choose(&mut self) {
        let mut free: Vec<Rid> = self.open_cases();
        for wish in Wish::all(self.vendor) {
            let fits = |night: &mut Self, rid: Rid| {
                let case = night.watch.open(rid);
                let change = wish.change(night.vendor, &case, &night.watch.directory(night.sick), 0);
                change.is_some_and(|change| night.watch.ask(Order::Plan { edit: Edit::new(&case, vec![change]) }).is_ok())
            };
            let found = (0..free.len()).find(|at| fits(self, free[*at]));
            let at = found.unwrap_or_else(|| panic!("{:?}: no case for {wish:?}", self.vendor));
            self.cases.push((*wish, free.remove(at)));
        }
    }

    fn open_cases(&self) -> Vec<Rid> {
        let here = self.watch.rows.iter().filter(|(_, row)| row.id.source == self.sick && row.status.is_open());
        here.map(|(rid, _)| *rid).collect()
    }

    /// The next start of the program: what the old one knew of quotas and pauses is gone, what is on disk is not.
    fn restart(&mut self) {
        let places = self.places.clone();
        self.restart_at(&places);
        self.watch.full(&ALL);
    }

    fn restart_at(&mut self, places: &Addresses) {
        self.watch.stop();
        self.watch.rest();
        self.watch = Watch::start_with(sources_at(places, self.timeout_ms), self.directory.path(), false);
    }

    /// All is well from here on. A wait that the vendor asked for would outlast the test.
    fn heal(&mut self) -> usize {
        let met = self.between.heal();
        if self.trouble.wait_s.is_some() {
            self.restart();
        }
        met
    }

    /// Puts the trouble in the way of the list.
    fn list(&mut self) {
        let told = self.told();
        let rows = self.watch.ids(self.sick);
        self.between.strike(Struck::List, &self.trouble);
        // A reading that was under way when the trouble began may still end well.
        let mut refresh = || self.watch.ask(Order::Refresh { source: Some(self.sick), full: false }).err();
        let fault = refresh().or_else(refresh).unwrap_or_else(|| panic!("{told}: nothing is told"));
        // A list is not a case: it cannot be deleted.
        let kind = if self.trouble.read == FaultKind::NotFound { FaultKind::NotAvailable } else { self.trouble.read };
        assert_eq!(fault.kind, kind, "{told}: {fault}");
        assert_eq!(unclear(&fault), None, "{told}: {fault:?}");
        self.others_are_well();
        let state = &self.watch.states[&self.sick];
        assert_eq!(state.fault.as_ref().map(|fault| fault.kind), Some(kind), "{told}");
        assert!(state.next_try.is_some(), "{told}: it is never tried again");
        assert_eq!(self.watch.ids(self.sick), rows, "{told}: rows are lost");
        let met = self.heal();
        let smaller = usize::from(kind == FaultKind::TooLarge);
        // By itself the source is asked again, too.
        assert!((1..=2 * (self.trouble.tries + smaller) * ROUNDS).contains(&met), "{told}: the list was asked for {met} times");
    }

    /// Puts the trouble in the way of a case that is opened.
    fn case(&mut self) {
        let told = self.told();
        let edited: BTreeSet<Rid> = self.cases.iter().map(|(_, rid)| *rid).collect();
        let rid = self.open_cases().into_iter().rfind(|rid| !edited.contains(rid)).unwrap();
        let before = self.watch.open(rid);
        self.between.strike(Struck::Case, &self.trouble);
        let fault = self.watch.ask(Order::Open { rid }).unwrap_err();
        assert_eq!(fault.kind, self.trouble.read, "{told}: {fault}");
        assert_eq!(unclear(&fault), None, "{told}: {fault:?}");
        assert_eq!(self.watch.cases[&rid].row.title, before.row.title, "{told}: what was read before is lost");
        // One reading that failed proves nothing: while the list shows the case, it stays.
        assert!(self.watch.rows.contains_key(&rid), "{told}");
        assert!(edited.iter().all(|rid| self.watch.rows.contains_key(rid)), "{told}");
        // The case, and its timeline beside it.
        let met = self.heal();
        assert!((1..=2 * self.trouble.tries).contains(&met), "{told}: the case was asked for {met} times");
    }

    /// Submits an edit of each of these kinds, as a person does who sees the case.
    fn submit(&mut self, wishes: &[(Wish, Rid)]) -> Vec<Wanted> {
        self.round += 1;
        let seen: Vec<(Wish, Case)> = wishes.iter().map(|(wish, rid)| (*wish, self.watch.open(*rid))).collect();
        let directory = self.watch.directory(self.sick);
        let change = |(wish, case): &(Wish, Case)| {
            let change = wish.change(self.vendor, case, &directory, self.round);
            change.unwrap_or_else(|| panic!("{}: {wish:?} does not fit any more", self.trouble.name))
        };
        let changes: Vec<Change> = seen.iter().map(change).collect();
        let seen = seen.into_iter().zip(changes).collect::<Vec<_>>();
        seen.into_iter()
            .map(|((wish, case), change)| {
                let id = self.watch.submit_seen(&case, vec![change.clone()]);
                self.calls += self.watch.entry(&id).unwrap().calls.len();
                Wanted { wish, id, change }
            })
            .collect()
    }

    /// Waits until an entry is stopped, delayed or done.
    fn fate(&mut self, id: &str) -> OutboxEntry {
        let rests = |entry: &&OutboxEntry| {
            entry.progress.is_settled()
                || entry.progress.needs_person()
                || (entry.progress == Progress::Queued && entry.delayed_by.is_some())
        };
        self.watch.until("the edit comes to rest", |watch| watch.entry(id).filter(rests).cloned())
    }

    /// The reading before a write meets trouble: nothing leaves.
    fn compared(&mut self) {
        let told = self.told();
        let title = *self.cases.iter().find(|(wish, _)| *wish == Wish::Title).unwrap();
        // Submitted while all is well, and on its way when it is not any more.
        let wanted = self.put_off(title);
        self.between.strike(Struck::Case, &self.trouble);
        self.watch.settle(&wanted.id, Settle::Retry).unwrap();
        let entry = self.fate(&wanted.id);
        wanted.is_kept(&entry, &told);
        let fault = match &entry.progress {
            Progress::Queued => entry.delayed_by.as_ref().filter(|fault| fault.is_passing()),
            Progress::Parked { fault, done: 0 } => Some(fault).filter(|fault| !fault.is_passing()),
            _ => None,
        };
        let fault = fault.unwrap_or_else(|| panic!("{told}: {:?} {:?}", entry.progress, entry.delayed_by));
        assert_eq!(fault.kind, self.trouble.read, "{told}: {fault}");
        assert_eq!(unclear(fault), None, "{told}: {fault:?}");
        assert_eq!(self.between.writes(), 0, "{told}: it was sent uncompared");
        self.heal();
        self.ends_well(&[wanted]);
    }

    /// An edit that can still be taken back for a while.
    fn put_off(&mut self, (wish, rid): (Wish, Rid)) -> Wanted {
        self.round += 1;
        let case = self.watch.open(rid);
        let change = wish.change(self.vendor, &case, &self.watch.directory(self.sick), self.round).unwrap();
        let id = self.watch.submit_edit(&Edit::new(&case, vec![change.clone()]), 600_000);
        self.calls += self.watch.entry(&id).unwrap().calls.len();
        Wanted { wish, id, change }
    }

    /// Every kind of write meets trouble before the vendor has seen it.
    fn written(&mut self, wishes: &[(Wish, Rid)]) {
        let told = self.told();
        self.between.strike(Struck::Write, &self.trouble);
        let wanted = self.submit(wishes);
        let mut waits = false;
        for wanted in &wanted {
            let entry = self.fate(&wanted.id);
            let told = format!("{told} · {:?}: {:?} {:?}", wanted.wish, entry.progress, entry.delayed_by);
            wanted.is_kept(&entry, &told);
            self.judge(&entry, &told);
            waits |= entry.progress == Progress::Queued;
        }
        let (sent, gap) = (self.between.writes(), self.between.shortest_gap());
        assert!(sent >= 1, "{told}: nothing was sent");
        assert!(waits || (sent == wanted.len() && gap.is_none()), "{told}: {sent} writes left for {} edits", wanted.len());
        assert!(gap.is_none_or(|gap| gap >= SHORTEST_PAUSE), "{told}: a write was repeated after {gap:?}");
        self.others_are_well();
        self.heal();
        self.ends_well(&wanted);
    }

    /// Whether this is what has to become of an edit whose write met the trouble.
    fn judge(&self, entry: &OutboxEntry, told: &str) {
        let fault = match (&entry.progress, self.trouble.write) {
            (Progress::Parked { fault, done }, None) => {
                assert_eq!((fault.kind, *done), (FaultKind::NotVerified, entry.calls.len()), "{told}");
                return assert!(!fault.next_step().is_empty());
            }
            (Progress::Unknown { fault, done: 0 }, Some(_)) if self.trouble.is_unknown => fault,
            (Progress::Parked { fault, done: 0 }, Some(_)) if !self.trouble.is_unknown && !fault.is_passing() => fault,
            (Progress::Queued, Some(_)) if !self.trouble.is_unknown => {
                entry.delayed_by.as_ref().filter(|fault| fault.is_passing()).unwrap()
            }
            _ => panic!("{told}: not the right fate"),
        };
        // Behind an answer that asks for a wait nothing leaves at all.
        let is_behind = self.trouble.wait_s.is_some() && fault.kind == FaultKind::QuotaSpent && fault.status.is_none();
        assert!(is_behind || Some(fault.kind) == self.trouble.write, "{told}: {fault}");
        assert!(is_behind || fault.message.as_str().contains(self.trouble.words), "{told}");
        assert_eq!(unclear(fault), None, "{told}: {fault:?}");
        // Behind such an answer it is the reading before the write that was held back.
        let begins = if self.trouble.is_unknown { "it may have arrived: " } else { "it was not " };
        assert!(is_behind || (fault.is_of_write() && fault.next_step().starts_with(begins)), "{told}: {}", fault.next_step());
    }

    /// Every kind of write is carried out, and then the answer meets trouble.
    fn carried_out(&mut self) {
        if self.trouble.write.is_some() && !self.trouble.is_unknown {
            return;
        }
        let told = self.told();
        self.between.strike(Struck::WriteDone, &self.trouble);
        let wishes = self.cases.clone();
        let wanted = self.submit(&wishes);
        for wanted in &wanted {
            self.watch.until(&format!("{told} · {:?} is found to have happened", wanted.wish), |watch| {
                watch.progress(&wanted.id).filter(Progress::is_settled)
            });
        }
        assert_eq!((self.between.writes(), self.between.shortest_gap()), (wanted.len(), None), "{told}");
        self.heal();
        self.every_call_was_carried_out_once();
    }

    /// A person tries again what is left, and all of it is verified.
    fn ends_well(&mut self, wanted: &[Wanted]) {
        for wanted in wanted {
            // After a restart what waits has left by itself.
            if self.watch.progress(&wanted.id).is_some_and(|progress| !progress.is_settled()) {
                let _ = self.watch.settle(&wanted.id, Settle::Retry);
            }
        }
        for wanted in wanted {
            let told = format!("{} · {:?} is verified", self.told(), wanted.wish);
            self.watch.until(&told, |watch| watch.progress(&wanted.id).is_none_or(|progress| progress.is_settled()).then_some(()));
        }
        self.every_call_was_carried_out_once();
    }

    fn every_call_was_carried_out_once(&self) {
        let vendor = self.vendor.name().parse().unwrap();
        let done = self.demo.received(vendor).iter().filter(|call| call.method != "GET" && (200..300).contains(&call.status)).count();
        assert_eq!(done, self.calls, "{}: {:?}", self.told(), writes(&self.demo, vendor));
    }

    /// Nothing of the trouble is seen at the other sources: they are read, and what is written there leaves at once.
    fn others_are_well(&mut self) {
        self.elsewhere += 1;
        for source in ALL.into_iter().filter(|source| *source != self.sick) {
            let answer = self.watch.ask(Order::Refresh { source: Some(source), full: false });
            assert!(answer.is_ok() && self.watch.states[&source].fault.is_none(), "{}: {source:?}: {answer:?}", self.told());
            let (_, row) = self.watch.some_open(source);
            let id = self.watch.submit(&row, vec![Change::Title(format!("elsewhere, {}", self.elsewhere))]);
            assert_eq!(self.watch.rests(&id), Progress::Verified, "{}", self.told());
            let vendor = addresses(&self.demo)[usize::from(source.0)].0.parse().unwrap();
            assert_eq!(writes(&self.demo, vendor).len(), self.elsewhere, "{}", self.told());
        }
    }

    /// The vendor is not where it was: what is submitted meanwhile waits, and leaves when it is back.
    fn away(&mut self, base_url: &str) {
        let told = self.told();
        let mut places = self.places.clone();
        base_url.clone_into(&mut places[usize::from(self.sick.0)].1);
        // As the person has seen them last.
        let seen = self.watch.cases.clone();
        self.restart_at(&places);
        let others: Vec<SourceId> = ALL.into_iter().filter(|source| *source != self.sick).collect();
        self.watch.full(&others);
        let wishes = self.cases.clone();
        self.round += 1;
        let mut wanted = Vec::new();
        let fault = self.watch.ask(Order::Open { rid: wishes[0].1 }).unwrap_err();
        assert_eq!((fault.kind, unclear(&fault)), (self.trouble.read, None), "{told}: {fault:?}");
        for (wish, rid) in wishes {
            let case = seen[&rid].clone();
            let change = wish.change(self.vendor, &case, &self.watch.directory(self.sick), self.round).unwrap();
            let id = self.watch.submit_seen(&case, vec![change.clone()]);
            self.calls += self.watch.entry(&id).unwrap().calls.len();
            wanted.push(Wanted { wish, id, change });
        }
        // So many are tried at once; the others wait behind them.
        for wanted in &wanted[..wanted.len().min(AT_ONCE_THERE)] {
            let entry = self.fate(&wanted.id);
            wanted.is_kept(&entry, &told);
            let fault = entry.delayed_by.filter(|_| entry.progress == Progress::Queued).unwrap();
            assert_eq!((fault.kind, unclear(&fault)), (self.trouble.read, None), "{told}: {fault:?}");
        }
        self.others_are_well();
        self.restart();
        self.ends_well(&wanted);
    }
}

/// An edit that a person has committed.
struct Wanted {
    wish: Wish,
    id: String,
    change: Change,
}

impl Wanted {
    fn is_kept(&self, entry: &OutboxEntry, told: &str) {
        assert_eq!(entry.edit.changes, std::slice::from_ref(&self.change), "{told}: {:?} is lost", self.wish);
    }
}

fn host(base_url: &str) -> &str {
    base_url.trim_start_matches("http://").split('/').next().unwrap()
}

/// What is tried on one vendor: everything that differs in what the worker makes of it.
fn troubles(vendor: Vendor) -> Vec<Trouble> {
    let elsewhere = Server::script(vec![Answer::json("{}")]).url();
    let named = |all: Vec<Trouble>, names: &[&str]| all.into_iter().filter(|trouble| names.contains(&&*trouble.name)).collect::<Vec<_>>();
    let mut all = breaks();
    all.extend(named(bodies(), &["an empty body", "broken JSON", "no gzip", "204", "a web page", "the shape []", "lists that are {}"]));
    all.extend(named(floods(gzip_bomb(40)), &["a gzip bomb", "a length over the bound"]));
    all.extend(statuses().into_iter().filter(|trouble| !trouble.name.starts_with("429 with") || is_telling(&trouble.name)));
    all.extend(redirects(&elsewhere).into_iter().step_by(7));
    all.retain(|trouble| trouble.only.is_none_or(|only| only == vendor));
    assert!(all.len() > 30);
    all
}

/// One hint of each kind.
fn is_telling(name: &str) -> bool {
    ["`retry-after: soon`", "`retry-after: 0`", "`retry-after: 120`", "`retry-after: 99999999999`", "4102444800`"]
        .iter()
        .any(|hint| name.ends_with(hint))
}

fn every_trouble(vendor: Vendor) {
    let slow = Mutex::new(silences());
    let quick = Mutex::new(troubles(vendor));
    let told = Mutex::new(documented().into_iter().filter(|trouble| trouble.only == Some(vendor)).collect());
    let work = |timeout_ms: u64, waiting: &[&Mutex<Vec<Trouble>>]| {
        let mut night = Night::new(vendor, timeout_ms);
        let next = || waiting.iter().enumerate().find_map(|(n, some)| Some((n, some.lock().unwrap().pop()?)));
        while let Some((n, trouble)) = next() {
            night.trouble = Arc::new(trouble);
            // How a refusal is worded makes no difference to what is read.
            if n == 0 {
                night.list();
                night.case();
                night.compared();
            }
            // No more than are sent at once.
            for wishes in night.cases.clone().chunks(AT_ONCE_THERE) {
                night.written(wishes);
            }
            night.carried_out();
        }
        night.watch.stop();
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE[0] {
            scope.spawn(|| work(TIGHT_MS, &[&slow]));
        }
        for _ in 0..AT_ONCE[1] {
            scope.spawn(|| work(AMPLE_MS, &[&quick, &told]));
        }
    });
}

#[test]
fn every_trouble_at_datadog() {
    every_trouble(Vendor::Datadog);
}

#[test]
fn every_trouble_at_tines() {
    every_trouble(Vendor::Tines);
}

#[test]
fn every_trouble_at_serverops() {
    every_trouble(Vendor::ServerOps);
}

/// Refused, no such name, and no TLS: nothing has left, so all of it leaves when the vendor is back.
#[test]
fn a_vendor_that_is_not_there_keeps_every_edit_waiting() {
    let nobody = Nobody::new();
    let refused = nobody.address();
    let plain = Server::script(vec![Answer::status(400, "")]).address;
    let away = |name: &str, kind: FaultKind| {
        let mut trouble = silences().remove(0);
        (trouble.name, trouble.read, trouble.write) = (name.to_owned(), kind, Some(kind));
        Arc::new(trouble)
    };
    let every_place = |vendor: Vendor| {
        let path = if vendor == Vendor::ServerOps { "/v1" } else { "" };
        let places = [
            ("refused", FaultKind::Unreachable, format!("http://{refused}{path}")),
            ("no such name", FaultKind::Unreachable, format!("https://no-such-tenant.invalid{path}")),
            ("no TLS", FaultKind::Tls, format!("https://{plain}{path}")),
        ];
        let mut night = Night::new(vendor, AMPLE_MS);
        for (name, kind, base_url) in places {
            night.trouble = away(name, kind);
            night.away(&base_url);
        }
    };
    std::thread::scope(|scope| {
        for vendor in [Vendor::Datadog, Vendor::Tines, Vendor::ServerOps] {
            scope.spawn({
                let every_place = &every_place;
                move || every_place(vendor)
            });
        }
    });
}
