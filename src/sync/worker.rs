//! The worker's life: tell what is on disk, then let every source, the outbox and the person's orders run side by side.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{Mutex, Notify, mpsc, watch};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::timeout;

use super::disk::Disk;
use super::pull::{self, Puller, Wish};
use super::push::{Errand, Pusher};
use super::schedule::Pace;
use super::seat::Seat;
use super::tasks::Tasks;
use super::{Setup, asides, baselines, bulk, detail, directory, drafts, examine, fetch, keys, people, permit, plan};
use crate::domain::case::{Case, Rid, Row, SourceId};
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::triage::Triage;
use crate::domain::wall::Wall;
use crate::protocol::{Attention, Coverage, From, Order, Report, SourceState, Ticket};
use crate::store::Mark;

/// Rows shown before all others: more than the largest screen holds.
const FIRST_ROWS: usize = 50;
/// Rows per report while the disk is read.
const CHUNK_ROWS: usize = 4_096;
/// Chunks read ahead of the screen.
const CHUNKS_AHEAD: usize = 2;
/// Orders worked on at the same time; further ones wait in the queue, and behind that the sender is told so.
const TASKS: usize = 64;
/// Refreshes that one source keeps in mind.
const WISHES: usize = 16;
/// Edits handed to the outbox that may wait for the disk.
const ERRANDS: usize = 64;
/// At the end, what the call that is out may take to be answered; then its mark on disk says that it is unknown.
const LAST_CALL: Duration = Duration::from_millis(1_200);

/// What all tasks of the worker share. One thread: no locks.
pub(super) struct Shared {
    pub disk: Disk,
    /// The data directory.
    pub data: PathBuf,
    pub wall: Wall,
    pub seats: Vec<Seat>,
    pub asides: asides::Told,
    /// The last baseline that was told.
    pub baselines: Cell<i64>,
    reports: mpsc::Sender<Report>,
    /// Refreshes under way: how many sources are still reading for each.
    refreshes: RefCell<HashMap<Ticket, Refreshing>>,
    /// A screen shows all this: nothing may write to the terminal or read from it unasked.
    pub has_screen: bool,
    /// Commands that may ask for a passphrase have the terminal one after the other.
    pub terminal: Mutex<()>,
    /// Edits may leave that could not before.
    pub outbox_may_move: Notify,
    /// Raised by each prefetch: older ones do not start anything new.
    pub prefetches: Cell<u64>,
    /// Steps of the outbox so far, for tests that end the process at one of them.
    #[cfg(debug_assertions)]
    steps: Cell<u32>,
}

struct Refreshing {
    left: usize,
    of: usize,
    faults: Vec<Fault>,
}

impl Shared {
    /// A step of the outbox is done. Builds for tests end here as if killed when `CASELOAD_CRASH` gives this step's number.
    pub(super) fn step(&self) {
        #[cfg(debug_assertions)]
        {
            self.steps.set(self.steps.get() + 1);
            if std::env::var("CASELOAD_CRASH").is_ok_and(|at| at == self.steps.get().to_string()) {
                std::process::abort();
            }
        }
    }

    /// Tells the screen; waits while it is busy. A screen that is gone is not an error: the worker is about to stop.
    pub(super) async fn report(&self, report: Report) {
        let _ = self.reports.send(report).await;
    }

    /// Keeps a triage run with the edit of its last decision, and tells what another workbench has decided in it.
    pub(super) async fn keep_triage(&self, run: Triage, entry: Option<OutboxEntry>) -> Result<(), Fault> {
        if let Some(run) = self.disk.triage_decide(run, entry).await? {
            self.report(Report::Triage(Box::new(run))).await;
        }
        Ok(())
    }

    pub(super) async fn done(&self, ticket: Ticket, result: Result<(), Fault>) {
        self.report(Report::Done { ticket, result }).await;
    }

    pub(super) fn seat(&self, source: SourceId) -> Result<&Seat, Fault> {
        self.seats
            .get(usize::from(source.0))
            .ok_or_else(|| Fault::new(FaultKind::NotPossible, "the source of this case is not configured in this run"))
    }

    /// Stores a case that was read by itself and tells its row. Goes through even when the order behind it is called off:
    /// a row that is stored and not told would never be told.
    pub(super) async fn keep(self: &Rc<Self>, case: &Case, read_at: Timestamp) -> Result<Rid, Fault> {
        let shared = Rc::clone(self);
        // What a case does not say when it is read by itself, it does not have.
        let row = Row { description: Some(case.description.clone()), ..case.row.clone() };
        let raw = case.raw.clone();
        let kept = tokio::task::spawn_local(async move {
            if let Ok(seat) = shared.seat(row.id.source)
                && seat.state.borrow().fault.is_some()
            {
                seat.answered.notify_one();
            }
            let (rid, _) = shared.disk.save_case(row.clone(), raw, read_at).await?;
            pull::tell(&shared, vec![(rid, row)]).await;
            Ok(rid)
        });
        kept.await.unwrap_or_else(|_| Err(Fault::new(FaultKind::Closed, "the worker is stopping")))
    }

    /// Takes cases off the list, once their vendor has said that they are not there.
    pub(super) async fn gone(self: &Rc<Self>, rids: Vec<Rid>) -> Result<(), Fault> {
        let shared = Rc::clone(self);
        let told = tokio::task::spawn_local(async move {
            shared.disk.remove(rids.clone()).await?;
            shared.report(Report::Gone(rids)).await;
            Ok(())
        });
        told.await.unwrap_or_else(|_| Err(Fault::new(FaultKind::Closed, "the worker is stopping")))
    }

    /// Changes what is known about a source and tells it when that differs.
    pub(super) async fn state(&self, seat: &Seat, change: impl FnOnce(&mut SourceState)) {
        let news = {
            let mut state = seat.state.borrow_mut();
            let mut new = state.clone();
            change(&mut new);
            (*state != new).then(|| {
                state.clone_from(&new);
                new
            })
        };
        if let Some(new) = news {
            self.report(Report::Source(seat.id, Box::new(new))).await;
        }
    }

    /// Books that one source has finished its part of a refresh; the last one closes the ticket.
    ///
    /// One source alone: its fault. Several: well when any succeeded, since each source's own state tells the rest.
    pub(super) async fn refreshed(&self, ticket: Ticket, result: Result<(), Fault>) {
        let closed = {
            let mut refreshes = self.refreshes.borrow_mut();
            let Some(refreshing) = refreshes.get_mut(&ticket) else { return };
            refreshing.left -= 1;
            refreshing.faults.extend(result.err());
            if refreshing.left == 0 { refreshes.remove(&ticket) } else { None }
        };
        if let Some(refreshing) = closed {
            let all_failed = refreshing.faults.len() == refreshing.of;
            let fault = refreshing.faults.into_iter().next().filter(|_| all_failed);
            self.done(ticket, fault.map_or(Ok(()), Err)).await;
        }
    }
}

/// Runs until it is told to stop.
pub(super) async fn run(
    setup: Setup,
    polls: bool,
    disk: Disk,
    orders: mpsc::Receiver<(Ticket, Order)>,
    reports: mpsc::Sender<Report>,
    mut stopping: watch::Receiver<bool>,
) {
    let pace = Pace { focused_s: setup.poll.focused_s, idle_s: setup.poll.idle_s };
    let mut queues = Vec::new();
    let mut seats = Vec::new();
    for (id, source) in (0..=u8::MAX).map(SourceId).zip(setup.sources) {
        let (wishes, queue) = mpsc::channel(WISHES);
        queues.push(queue);
        seats.push(Seat::new(id, source, setup.offline, wishes));
    }
    let shared = Rc::new(Shared {
        disk,
        data: setup.data.clone(),
        wall: setup.wall,
        seats,
        asides: asides::Told::default(),
        baselines: Cell::default(),
        reports,
        refreshes: RefCell::default(),
        has_screen: polls,
        terminal: Mutex::default(),
        outbox_may_move: Notify::new(),
        prefetches: Cell::default(),
        #[cfg(debug_assertions)]
        steps: Cell::default(),
    });
    let (errands, errand_queue) = mpsc::channel(ERRANDS);
    let pusher = Pusher::new(Rc::clone(&shared), setup.data.clone());
    let closing = pusher.closing();
    LocalSet::new()
        .run_until(async move {
            let pushing = tokio::task::spawn_local(pusher.run(errand_queue));
            let house = House { shared, pace, polls, errands };
            tokio::select! {
                () = house.live(queues, orders) => {}
                // An error means that the screen's end was dropped: the same wish.
                _ = stopping.wait_for(|stop| *stop) => {}
            }
            closing.send_replace(true);
            let _ = timeout(LAST_CALL, pushing).await;
        })
        .await;
}

/// What the order loop holds.
struct House {
    shared: Rc<Shared>,
    pace: Pace,
    /// False: sources are read only when an order asks for it, and only the first rows on disk are told.
    polls: bool,
    errands: mpsc::Sender<Errand>,
}

impl House {
    /// Disk first; then the sources by themselves and the person's orders, until the orders end.
    async fn live(self, queues: Vec<mpsc::Receiver<Wish>>, mut orders: mpsc::Receiver<(Ticket, Order)>) {
        let marks = self.tell_disk().await;
        let (attention, attending) = watch::channel(Attention::Focused);
        let mut pulling = JoinSet::new();
        for (place, (wishes, mark)) in queues.into_iter().zip(marks).enumerate() {
            pulling.spawn_local(Puller::new(Rc::clone(&self.shared), place, self.pace, mark).run(self.polls, wishes, attending.clone()));
        }
        for (place, seat) in self.shared.seats.iter().enumerate() {
            if let Some(provider) = seat.provider().filter(|_| seat.keys.is_some()) {
                pulling.spawn_local(keys::keep(Rc::clone(&self.shared), place, provider.renewals()));
            }
        }
        if self.polls {
            pulling.spawn_local(asides::watch(Rc::clone(&self.shared)));
            pulling.spawn_local(drafts::watch(Rc::clone(&self.shared)));
            pulling.spawn_local(baselines::watch(Rc::clone(&self.shared)));
            pulling.spawn_local(permit::watch(Rc::clone(&self.shared), self.errands.clone()));
        }
        let _ = self.errands.send(Errand::Drain).await;
        let mut tasks = Tasks::default();
        loop {
            tokio::select! {
                order = orders.recv(), if tasks.running.len() < TASKS => match order {
                    Some((ticket, order)) => self.take(ticket, order, &mut tasks, &attention).await,
                    None => return,
                },
                Some(ended) = tasks.running.join_next_with_id() => {
                    if let Some((ticket, result)) = tasks.close(ended) {
                        self.shared.done(ticket, result).await;
                    }
                }
            }
        }
    }

    async fn take(&self, ticket: Ticket, order: Order, tasks: &mut Tasks, attention: &watch::Sender<Attention>) {
        let shared = Rc::clone(&self.shared);
        match order {
            Order::Refresh { source, full } => self.refresh(ticket, source, full).await,
            Order::Open { rid } => tasks.spawn(ticket, async move { detail::open(&shared, rid).await }),
            Order::Find { source, reference } => {
                tasks.spawn(ticket, async move { detail::find(&shared, ticket, source, &reference).await });
            }
            Order::Prefetch { rids } => tasks.spawn(ticket, async move { detail::prefetch(&shared, rids).await }),
            Order::More { rid, what, page } => tasks.spawn(ticket, async move { detail::more(&shared, rid, what, page).await }),
            Order::Plan { edit } => tasks.spawn(ticket, async move { plan::answer(&shared, ticket, edit).await }),
            Order::PlanDecided { entry, values } => {
                tasks.spawn(ticket, async move { plan::answer_decided(&shared, ticket, &entry, &values).await });
            }
            Order::Submit { edit, delay_ms, undoes } => self.errand(ticket, Errand::Submit { ticket, edit, delay_ms, undoes }).await,
            Order::PlanBulk { wanted, targets } => {
                tasks.spawn(ticket, async move { bulk::answer(&shared, ticket, wanted, targets).await });
            }
            Order::SubmitBulk { batch, parcels, delay_ms } => {
                self.errand(ticket, Errand::SubmitBulk { ticket, batch, parcels, delay_ms }).await;
            }
            Order::SettleBatch { batch, how } => self.errand(ticket, Errand::SettleBatch { ticket, batch, how }).await,
            Order::Decide { edit, delay_ms, run } => self.errand(ticket, Errand::Decide { ticket, edit, delay_ms, run }).await,
            Order::KeepTriage(run) => shared.done(ticket, shared.keep_triage(*run, None).await).await,
            Order::DropTriage(run) => shared.done(ticket, shared.disk.triage_drop(run).await).await,
            Order::Settle { entry, how } => self.errand(ticket, Errand::Settle { ticket, entry, how }).await,
            // In the order in which they were typed, so not as tasks beside each other.
            Order::KeepDraft(draft) => self.shared.done(ticket, shared.disk.keep_draft(draft).await).await,
            Order::DropDraft(case) => self.shared.done(ticket, shared.disk.drop_draft(case).await).await,
            Order::SetAside(moves) => self.shared.done(ticket, asides::set(&shared, moves).await).await,
            Order::KeepBaselines(kept) => self.shared.done(ticket, baselines::keep(&shared, kept).await).await,
            Order::FindPeople { source, text } => tasks.spawn(ticket, async move { people::find(&shared, ticket, source, &text).await }),
            Order::HoldAll(holds) => self.errand(ticket, Errand::HoldAll { ticket, holds }).await,
            Order::Fetch { query, sources } => {
                tasks.spawn(ticket, async move { fetch::answer(&shared, ticket, query, sources).await });
            }
            Order::Recall { rids } => tasks.spawn(ticket, async move { examine::recall(&shared, rids).await }),
            Order::FetchSecrets { sources, limit_s } => {
                tasks.spawn(ticket, async move { keys::by_person(&shared, sources, limit_s).await });
            }
            Order::Examine { rids } => tasks.spawn(ticket, async move { examine::answer(&shared, rids).await }),
            Order::Allow { source, writes } => {
                let errands = self.errands.clone();
                tasks.spawn(ticket, async move {
                    permit::allow(&shared, source, writes).await?;
                    // What waited for this goes out now.
                    let _ = errands.try_send(Errand::Drain);
                    Ok(())
                });
            }
            Order::Attention(new) => {
                attention.send_replace(new);
                self.shared.done(ticket, Ok(())).await;
            }
            Order::Cancel(other) => {
                tasks.cancel(other);
                let refresh = self.shared.refreshes.borrow_mut().remove(&other);
                if refresh.is_some() {
                    self.shared.done(other, Err(Fault::new(FaultKind::Cancelled, "cancelled"))).await;
                }
                self.shared.done(ticket, Ok(())).await;
            }
        }
    }

    async fn errand(&self, ticket: Ticket, errand: Errand) {
        if self.errands.try_send(errand).is_err() {
            self.shared.done(ticket, Err(Fault::new(FaultKind::Busy, "too many edits are waiting for the disk"))).await;
        }
    }

    async fn refresh(&self, ticket: Ticket, source: Option<SourceId>, full: bool) {
        let seats: Vec<&Seat> = self.shared.seats.iter().filter(|seat| source.is_none_or(|wanted| seat.id == wanted)).collect();
        if seats.is_empty() {
            return self.shared.done(ticket, source.map_or(Ok(()), |source| self.shared.seat(source).map(|_| ()))).await;
        }
        let refreshing = Refreshing { left: seats.len(), of: seats.len(), faults: Vec::new() };
        self.shared.refreshes.borrow_mut().insert(ticket, refreshing);
        let asked_at = Instant::now();
        for seat in seats {
            // A person at the screen may have put another secret in its place just now.
            if self.shared.has_screen {
                seat.asked_at.set(None);
            }
            let busy = || Fault::new(FaultKind::Busy, format!("{} is still reading for earlier refreshes", seat.name));
            let wish = Wish { ticket, full, asked_at };
            let may_ask = if seat.keys.is_some() { Ok(()) } else { seat.network().map(|_| ()) };
            let taken = may_ask.and_then(|()| seat.wishes.try_send(wish).map_err(|_| busy()));
            if let Err(fault) = taken {
                self.shared.refreshed(ticket, Err(fault)).await;
            }
        }
    }

    /// Everything that is known before any network. Returns how far each source was read before.
    async fn tell_disk(&self) -> Vec<Mark> {
        let shared = &self.shared;
        shared.report(Report::Sources(shared.seats.iter().map(Seat::card).collect())).await;
        asides::tell(shared).await;
        // Before any row: filters ask for `me`.
        for seat in &shared.seats {
            directory::recall(shared, seat).await;
        }
        baselines::tell(shared).await;
        drafts::tell(shared).await;
        if let Ok(Some(run)) = shared.disk.triage().await {
            shared.report(Report::Triage(Box::new(run))).await;
        }
        let first = shared.disk.first_rows(FIRST_ROWS).await.unwrap_or_default();
        if !first.is_empty() {
            shared.report(Report::Rows { rows: first, from: From::Disk }).await;
        }
        let rows = if self.polls { self.tell_rows().await } else { Ok(0) };
        let outbox = bulk::outbox(shared).await;
        // Either file that cannot be read is told beside every source: there is no place that stays in sight longer.
        let unread = rows.as_ref().err().or(outbox.as_ref().err()).cloned();
        let read = rows.unwrap_or_default();
        for entry in outbox.unwrap_or_default() {
            shared.report(Report::Outbox(Box::new(entry))).await;
        }
        shared.report(Report::DiskRead { rows: read }).await;
        let mut marks = Vec::new();
        for seat in &shared.seats {
            let mark = shared.disk.mark(seat.id).await.unwrap_or_default().asked(seat.question);
            let refused = seat.refused().filter(|fault| fault.kind != FaultKind::Offline).or_else(|| unread.clone());
            // Told even where nothing is known: the screen then knows that too.
            *seat.state.borrow_mut() = SourceState { fault: refused, ..state_of(&mark) };
            let state = seat.state.borrow().clone();
            shared.report(Report::Source(seat.id, Box::new(state))).await;
            marks.push(mark);
        }
        marks
    }

    async fn tell_rows(&self) -> Result<usize, Fault> {
        let (to, mut chunks) = mpsc::channel::<Vec<(Rid, _)>>(CHUNKS_AHEAD);
        let telling = async {
            while let Some(rows) = chunks.recv().await {
                self.shared.report(Report::Rows { rows, from: From::Disk }).await;
            }
        };
        let (read, ()) = tokio::join!(self.shared.disk.each_rows(CHUNK_ROWS, to), telling);
        read
    }
}

/// How a source stands by what is on disk, with the settings that it has now.
pub fn state_of(mark: &Mark) -> SourceState {
    let coverage = match mark.complete_at {
        Some(at) => Coverage::Full { at, hidden: mark.hidden() },
        None if mark.seen == 0 => Coverage::Nothing,
        None => Coverage::Partial { seen: mark.seen, of: mark.expected, gap: None },
    };
    SourceState { coverage, read_at: mark.complete_at, malformed: mark.malformed, ..SourceState::default() }
}
