//! The outbox: takes edits in, and sees to it that each is sent once, in order per case, by one process at a time.

mod batch;
mod behind;
mod delay;
mod elsewhere;
mod settle;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use self::elsewhere::Told;
use self::settle::Settled;
use super::plan;
use super::send::Sender;
use super::worker::Shared;
use crate::domain::bulk::{Batch, CASES_AT_ONCE};
use crate::domain::case::{CaseId, SourceId};
use crate::domain::edit::{Edit, OutboxEntry, Plan};
use crate::domain::fault::Fault;
use crate::domain::journal::Event;
use crate::domain::own::Own;
use crate::domain::triage::Triage;
use crate::domain::turn;
use crate::domain::wall::Wall;
use crate::protocol::{Parcel, Report, Settle, SettleBatch, Ticket};

/// Who holds this file's lock sends; other processes on the same directory leave it to that one.
const LOCK_FILE: &str = "outbox.lock";
/// How often a process looks at what others have done to the outbox.
const WATCH: Duration = Duration::from_secs(2);

/// What the pusher is asked to do.
pub(super) enum Errand {
    /// Look into the outbox: something may have to leave.
    Drain,
    Submit {
        ticket: Ticket,
        edit: Edit,
        delay_ms: u64,
        undoes: Option<CompactString>,
    },
    SubmitBulk {
        ticket: Ticket,
        batch: Batch,
        parcels: Vec<Parcel>,
        delay_ms: u64,
    },
    SettleBatch {
        ticket: Ticket,
        batch: CompactString,
        how: SettleBatch,
    },
    Decide {
        ticket: Ticket,
        edit: Edit,
        delay_ms: u64,
        run: Box<Triage>,
    },
    HoldAll {
        ticket: Ticket,
        holds: bool,
    },
    Settle {
        ticket: Ticket,
        entry: String,
        how: Settle,
    },
}

/// One's own changes that are remembered: more than are ever on their way together.
const OWN: usize = 256;

/// What the pusher and its senders know beside the disk.
#[derive(Default)]
pub(super) struct Known {
    /// Entries that were committed here or waited at the start; others belong to another process, whose person has seen
    /// something else.
    pub saved: RefCell<HashSet<CompactString>>,
    /// What this run has changed, oldest first: an edit that was begun before one of these landed is not surprised by it.
    pub own: RefCell<VecDeque<(CaseId, Own)>>,
    /// Entries that a person wants to try again.
    pub retry: RefCell<HashSet<CompactString>>,
    /// Entries with a call on its way right now.
    pub out: RefCell<HashSet<CompactString>>,
    /// When the delay of an entry that waits has passed, and the moment by the wall that this was made of.
    leaves: RefCell<HashMap<CompactString, (Timestamp, Instant)>>,
    /// Failures in a row of each bulk change that is under way.
    pub failures: RefCell<HashMap<CompactString, u32>>,
    pub told: RefCell<Told>,
}

pub(super) struct Pusher {
    shared: Rc<Shared>,
    directory: PathBuf,
    closing: watch::Sender<bool>,
    known: Rc<Known>,
    sending: JoinSet<CaseId>,
    /// Cases with a sender, and how to wake it from a pause.
    busy: HashMap<CaseId, Rc<Notify>>,
    /// Held while anything is being sent.
    lock: Option<File>,
    /// When what others have done is looked at next; None: the outbox was never read.
    next_look: Option<Instant>,
    /// How the file stood when the outbox was last read whole.
    version: Option<i64>,
    /// When the next entry's delay has passed.
    next_due: Option<Instant>,
    /// Cases with something to send, next first, as far as was known when the outbox was last read whole.
    due: VecDeque<Due>,
}

impl Pusher {
    pub(super) fn new(shared: Rc<Shared>, directory: PathBuf) -> Self {
        Self {
            shared,
            directory,
            closing: watch::Sender::new(false),
            known: Rc::default(),
            sending: JoinSet::new(),
            busy: HashMap::new(),
            lock: None,
            next_look: None,
            version: None,
            next_due: None,
            due: VecDeque::new(),
        }
    }

    /// Set to true, no further call leaves.
    pub(super) fn closing(&self) -> watch::Sender<bool> {
        self.closing.clone()
    }

    /// Works until it is told to close, then until the calls on their way are answered.
    pub(super) async fn run(mut self, mut errands: mpsc::Receiver<Errand>) {
        let mut closing = self.closing.subscribe();
        let shared = Rc::clone(&self.shared);
        loop {
            tokio::select! {
                biased;
                _ = closing.wait_for(|closing| *closing) => break,
                Some(case) = self.sending.join_next() => {
                    // A sender that met a bug leaves its entry marked on disk; the next start reads the case first.
                    if let Ok(case) = case {
                        self.busy.remove(&case);
                        self.next_after(case).await;
                    } else {
                        self.drain().await;
                    }
                }
                errand = errands.recv() => match errand {
                    Some(errand) => self.take(errand).await,
                    None => break,
                },
                () = shared.outbox_may_move.notified() => self.drain().await,
                () = sleep(until(self.next_look)), if self.next_look.is_some() => self.look().await,
                () = sleep(until(self.next_due)), if self.next_due.is_some() => self.drain().await,
            }
        }
        while self.sending.join_next().await.is_some() {}
    }

    async fn take(&mut self, errand: Errand) {
        match errand {
            Errand::Drain => self.drain().await,
            Errand::Submit { ticket, edit, delay_ms, undoes } => {
                let saved = self.save(edit, delay_ms, undoes).await;
                self.saved(ticket, saved.map(|entry| vec![entry])).await;
            }
            Errand::SubmitBulk { ticket, batch, parcels, delay_ms } => {
                let saved = self.save_bulk(batch, parcels, delay_ms).await;
                self.saved(ticket, saved).await;
            }
            Errand::SettleBatch { ticket, batch, how } => {
                let settled = self.settle_batch(&batch, how).await;
                self.shared.done(ticket, settled).await;
                self.drain().await;
            }
            Errand::Decide { ticket, edit, delay_ms, run } => {
                let saved = self.save_decided(edit, delay_ms, *run).await;
                self.saved(ticket, saved.map(|entry| vec![entry])).await;
            }
            Errand::HoldAll { ticket, holds } => {
                let held = self.hold_all(holds).await;
                self.shared.done(ticket, held).await;
                self.drain().await;
            }
            Errand::Settle { ticket, entry, how } => {
                let settled = self.settle(&entry, how).await;
                let dropped = settled.as_ref().is_ok_and(|settled| *settled == Settled::Dropped);
                // What an order brings is told before it is done.
                if dropped {
                    self.dropped(entry.into()).await;
                }
                self.shared.done(ticket, settled.map(|_| ())).await;
                self.drain().await;
            }
        }
    }

    /// Tells what was just committed, then that the order is done, and begins to send.
    async fn saved(&mut self, ticket: Ticket, saved: Result<Vec<OutboxEntry>, Fault>) {
        let result = match saved {
            Ok(entries) => {
                for entry in entries {
                    self.tell(entry).await;
                }
                Ok(())
            }
            Err(fault) => Err(fault),
        };
        self.shared.done(ticket, result).await;
        self.drain().await;
    }

    /// Tells an entry that was just written.
    async fn tell(&self, entry: OutboxEntry) {
        self.known.told.borrow_mut().tell(&entry);
        self.shared.report(Report::Outbox(Box::new(entry))).await;
    }

    /// Commits an edit. Once this returns, the edit survives whatever happens to this process.
    async fn save(&self, edit: Edit, delay_ms: u64, undoes: Option<CompactString>) -> Result<OutboxEntry, Fault> {
        let plan = plan::plan(&self.shared, &edit).await?;
        self.add(edit, plan, delay_ms, undoes).await
    }

    async fn add(&self, edit: Edit, plan: Plan, delay_ms: u64, undoes: Option<CompactString>) -> Result<OutboxEntry, Fault> {
        let entry = fresh(edit, plan, delay_ms, undoes, self.shared.wall.now());
        let entry = behind::placed(&self.shared, entry).await?;
        self.shared.disk.outbox_add(entry.clone()).await?;
        self.known.committed(&entry, &self.shared.wall);
        self.shared.journal(&entry, Event::Queued, entry.lines.clone()).await;
        Ok(entry)
    }

    /// Looks for what other processes have done, while edits wait for their vendor, too. Whoever sends reads the outbox only
    /// when they have written to it.
    async fn look(&mut self) {
        self.next_look = Some(Instant::now() + WATCH);
        let is_untouched = !self.sending.is_empty() && self.shared.disk.outbox_version().await.ok() == self.version;
        if !is_untouched {
            self.drain().await;
        }
    }

    /// Tells what others have done, then gives every case with something to send a sender of its own, if this process may send.
    /// If another one does, it takes over when that has ended.
    async fn drain(&mut self) {
        let is_first = self.next_look.is_none();
        self.next_look = Some(Instant::now() + WATCH);
        let mark = self.known.told.borrow().mark();
        self.version = self.shared.disk.outbox_version().await.ok();
        let entries = match self.shared.disk.outbox().await {
            Ok(entries) => entries,
            Err(fault) => return tracing::warn!(%fault, "the outbox cannot be read"),
        };
        self.tell_changes(&entries, mark).await;
        if is_first {
            self.known.saved.borrow_mut().extend(entries.iter().map(|entry| entry.id.clone()));
        }
        self.known.forget_gone(&entries);
        self.due.clear();
        let shared = Rc::clone(&self.shared);
        let may_leave = |entry: &OutboxEntry| {
            shared.seat(entry.edit.case.source).is_ok_and(|seat| seat.network().is_ok() && seat.read_only().is_none())
        };
        self.next_due = None;
        for entries in by_case(&entries) {
            self.known.put_behind(&shared, &entries).await;
            if !entries.first().is_some_and(|entry| may_leave(entry)) {
                continue;
            }
            match self.known.next_of(&entries, &self.shared.wall) {
                Turn::Due(entry) => self.due.push_back(Due::of(entry)),
                Turn::At(at) => self.wake_at(at),
                Turn::Nothing => {}
            }
        }
        // What a person changes by itself does not wait behind thousands.
        self.due.make_contiguous().sort_by_key(|due| due.is_batch);
        if self.due.is_empty() && self.sending.is_empty() {
            self.lock = None;
        } else if self.may_send() {
            self.start_due();
        }
    }

    /// Gives cases that are due a sender each, as many as may have one now.
    fn start_due(&mut self) {
        let mut later = VecDeque::new();
        let mut places: HashMap<SourceId, usize> = HashMap::new();
        self.busy.keys().for_each(|case| *places.entry(case.source).or_default() += 1);
        while let Some(due) = self.due.pop_front() {
            if self.busy.contains_key(&due.case) {
                continue;
            }
            let taken = places.entry(due.case.source).or_default();
            if *taken >= CASES_AT_ONCE {
                later.push_back(due);
                continue;
            }
            if let Some(at) = self.spared_until(&due) {
                self.wake_at(at);
                later.push_back(due);
                continue;
            }
            *taken += 1;
            let wake = Rc::new(Notify::new());
            self.busy.insert(due.case.clone(), Rc::clone(&wake));
            let (shared, known, closing) = (Rc::clone(&self.shared), Rc::clone(&self.known), self.closing.subscribe());
            self.sending.spawn_local(Sender { shared, known, case: due.case, shown: RefCell::default(), wake, closing }.run());
        }
        self.due = later;
    }

    fn wake_at(&mut self, at: Instant) {
        self.next_due = Some(self.next_due.map_or(at, |known| known.min(at)));
    }

    /// A sender has come to its end: the next case's turn. The outbox is read whole only when nothing is known to be due.
    async fn next_after(&mut self, case: CaseId) {
        self.stop_failing().await;
        let entries = self.shared.disk.outbox_of(case).await.unwrap_or_default();
        match self.known.next_of(&entries.iter().collect::<Vec<_>>(), &self.shared.wall) {
            Turn::Due(entry) => self.due.push_back(Due::of(entry)),
            Turn::At(at) => self.wake_at(at),
            Turn::Nothing => {}
        }
        if self.due.is_empty() || self.lock.is_none() {
            self.drain().await;
        } else {
            self.start_due();
        }
    }

    /// Takes the lock unless it is held. False: another process sends.
    fn may_send(&mut self) -> bool {
        if self.lock.is_none() {
            match lock(&self.directory.join(LOCK_FILE)) {
                Ok(lock) => self.lock = lock,
                // A file system without locks is used by one process at a time, or it would not be chosen.
                Err(error) => {
                    tracing::warn!(%error, "the outbox cannot be locked");
                    return true;
                }
            }
        }
        self.lock.is_some()
    }
}

/// What comes next for a case.
pub(super) enum Turn<'a> {
    Due(&'a OutboxEntry),
    /// Its next entry can still be taken back until then.
    At(Instant),
    Nothing,
}

impl Known {
    /// The first of one case's entries with something to be done without a person, or by their wish. One that waits for its
    /// time keeps those behind it waiting, and so does one that has stopped; one that is held does not.
    pub(super) fn next_of<'a>(&self, entries: &[&'a OutboxEntry], wall: &Wall) -> Turn<'a> {
        let is_wanted = |entry: &OutboxEntry| entry.progress.needs_person() && !entry.is_held && self.retry.borrow().contains(&entry.id);
        let has_turn = |(at, entry): &(usize, &&'a OutboxEntry)| {
            is_wanted(entry) || (entry.leaves_by_itself() && turn::stopped_before(entries[..*at].iter().copied(), entry).is_none())
        };
        match entries.iter().enumerate().find(has_turn) {
            Some((_, entry)) => self.leaves_at(entry, wall).filter(|at| *at > Instant::now()).map_or(Turn::Due(entry), Turn::At),
            None => Turn::Nothing,
        }
    }

    /// What left the outbox, sent or dropped, is known no more.
    fn forget_gone(&self, entries: &[OutboxEntry]) {
        let ids: HashSet<&CompactString> = entries.iter().map(|entry| &entry.id).collect();
        let batches: HashSet<&CompactString> = entries.iter().filter_map(|entry| Some(&entry.batch.as_ref()?.id)).collect();
        self.saved.borrow_mut().retain(|id| ids.contains(id));
        self.retry.borrow_mut().retain(|id| ids.contains(id));
        self.leaves.borrow_mut().retain(|id, _| ids.contains(id));
        self.failures.borrow_mut().retain(|batch, _| batches.contains(batch));
    }

    pub(super) fn remember(&self, case: CaseId, own: Own) {
        let mut known = self.own.borrow_mut();
        if known.len() >= OWN {
            known.pop_front();
        }
        known.push_back((case, own));
    }
}

/// A case with something to send.
struct Due {
    case: CaseId,
    /// It is part of a bulk change, which leaves the vendor's quota to the person.
    is_batch: bool,
}

impl Due {
    fn of(entry: &OutboxEntry) -> Self {
        Self { case: entry.edit.case.clone(), is_batch: entry.batch.is_some() }
    }
}

/// The entries of each case, in the order of saving.
fn by_case(entries: &[OutboxEntry]) -> Vec<Vec<&OutboxEntry>> {
    let mut places: HashMap<&CaseId, usize> = HashMap::new();
    let mut cases: Vec<Vec<&OutboxEntry>> = Vec::new();
    for entry in entries {
        let place = *places.entry(&entry.edit.case).or_insert(cases.len());
        match cases.get_mut(place) {
            Some(case) => case.push(entry),
            None => cases.push(vec![entry]),
        }
    }
    cases
}

/// An edit that is about to be committed.
fn fresh(edit: Edit, plan: Plan, delay_ms: u64, undoes: Option<CompactString>, now: Timestamp) -> OutboxEntry {
    let mut entry = OutboxEntry::queued(uuid::Uuid::now_v7().to_string(), edit, plan, now);
    entry.undoes = undoes;
    if delay_ms > 0 {
        let delay = SignedDuration::from_millis(i64::try_from(delay_ms).unwrap_or(i64::MAX));
        entry.send_after = Some(now.checked_add(delay).unwrap_or(Timestamp::MAX));
    }
    entry
}

/// How long until then.
fn until(at: Option<Instant>) -> Duration {
    at.map(|at| at.saturating_duration_since(Instant::now())).unwrap_or_default()
}

/// The lock; None: another process holds it.
fn lock(path: &Path) -> std::io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
