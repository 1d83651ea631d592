//! The worker's life: tell what is on disk, then let every source, the outbox and the person's orders run side by side.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, Notify, mpsc, watch};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::timeout;

use super::disk::Disk;
use super::pull::Poller;
use super::schedule::Pace;
use super::source_handle::SourceHandle;
use super::tasks::Tasks;
use super::{asides, baselines, bulk, detail, directory, drafts, examine, fetch, keys, people, permit, plan};
use crate::domain::case::{Rid, SourceId};
use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::{Attention, Coverage, From, Order, Report, SourceState, Ticket};
use crate::store::Mark;
use crate::sync::push::command::OutboxCommand;
use crate::sync::push::sender::OutboxSender;
use crate::sync::setup::Setup;
use crate::sync::shared::{Refreshing, Shared};
use crate::sync::sleepers;
use crate::sync::wish::Wish;

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
    let mut handles = Vec::new();
    for (id, source) in (0..=u8::MAX).map(SourceId).zip(setup.sources) {
        let (wishes, queue) = mpsc::channel(WISHES);
        queues.push(queue);
        handles.push(SourceHandle::new(id, source, setup.offline, wishes));
    }
    let shared = Rc::new(Shared {
        disk,
        data: setup.data.clone(),
        wall: setup.wall,
        handles,
        asides: sleepers::Told::default(),
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
    let (commands, errand_queue) = mpsc::channel(ERRANDS);
    let pusher = OutboxSender::new(Rc::clone(&shared), setup.data.clone());
    let closing = pusher.closing();
    LocalSet::new()
        .run_until(async move {
            let pushing = tokio::task::spawn_local(pusher.run(errand_queue));
            let order_loop = OrderLoop { shared, pace, polls, commands };
            tokio::select! {
                () = order_loop.live(queues, orders) => {}
                // An error means that the screen's end was dropped: the same wish.
                _ = stopping.wait_for(|stop| *stop) => {}
            }
            closing.send_replace(true);
            let _ = timeout(LAST_CALL, pushing).await;
        })
        .await;
}

/// What the order loop holds.
struct OrderLoop {
    shared: Rc<Shared>,
    pace: Pace,
    /// False: sources are read only when an order asks for it, and only the first rows on disk are told.
    polls: bool,
    commands: mpsc::Sender<OutboxCommand>,
}

impl OrderLoop {
    /// Disk first; then the sources by themselves and the person's orders, until the orders end.
    async fn live(self, queues: Vec<mpsc::Receiver<Wish>>, mut orders: mpsc::Receiver<(Ticket, Order)>) {
        let marks = self.tell_disk().await;
        let (attention, attending) = watch::channel(Attention::Focused);
        let mut pulling = JoinSet::new();
        for (place, (wishes, mark)) in queues.into_iter().zip(marks).enumerate() {
            pulling.spawn_local(Poller::new(Rc::clone(&self.shared), place, self.pace, mark).run(self.polls, wishes, attending.clone()));
        }
        for (place, handle) in self.shared.handles.iter().enumerate() {
            if let Some(provider) = handle.provider().filter(|_| handle.keys.is_some()) {
                pulling.spawn_local(keys::keep(Rc::clone(&self.shared), place, provider.renewals()));
            }
        }
        if self.polls {
            pulling.spawn_local(asides::watch(Rc::clone(&self.shared)));
            pulling.spawn_local(drafts::watch(Rc::clone(&self.shared)));
            pulling.spawn_local(baselines::watch(Rc::clone(&self.shared)));
            pulling.spawn_local(permit::watch(Rc::clone(&self.shared), self.commands.clone()));
        }
        let _ = self.commands.send(OutboxCommand::Drain).await;
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
            Order::Submit { edit, delay_ms, undoes } => {
                self.command(ticket, OutboxCommand::Submit { ticket, edit, delay_ms, undoes }).await;
            }
            Order::PlanBulk { wanted, targets } => {
                tasks.spawn(ticket, async move { bulk::answer(&shared, ticket, wanted, targets).await });
            }
            Order::SubmitBulk { batch, edits, delay_ms } => {
                self.command(ticket, OutboxCommand::SubmitBulk { ticket, batch, edits, delay_ms }).await;
            }
            Order::SettleBatch { batch, how } => self.command(ticket, OutboxCommand::SettleBatch { ticket, batch, how }).await,
            Order::Decide { edit, delay_ms, run } => self.command(ticket, OutboxCommand::Decide { ticket, edit, delay_ms, run }).await,
            Order::KeepTriage(run) => shared.done(ticket, shared.keep_triage(*run, None).await).await,
            Order::DropTriage(run) => shared.done(ticket, shared.disk.triage_drop(run).await).await,
            Order::Settle { entry, how } => self.command(ticket, OutboxCommand::Settle { ticket, entry, how }).await,
            // In the order in which they were typed, so not as tasks beside each other.
            Order::KeepDraft(draft) => self.shared.done(ticket, shared.disk.keep_draft(draft).await).await,
            Order::DropDraft(case) => self.shared.done(ticket, shared.disk.drop_draft(case).await).await,
            Order::SetAside(moves) => self.shared.done(ticket, asides::set(&shared, moves).await).await,
            Order::KeepBaselines(kept) => self.shared.done(ticket, baselines::keep(&shared, kept).await).await,
            Order::FindPeople { source, text } => tasks.spawn(ticket, async move { people::find(&shared, ticket, source, &text).await }),
            Order::HoldAll(holds) => self.command(ticket, OutboxCommand::HoldAll { ticket, holds }).await,
            Order::Fetch { query, sources } => {
                tasks.spawn(ticket, async move { fetch::answer(&shared, ticket, query, sources).await });
            }
            Order::Recall { rids } => tasks.spawn(ticket, async move { examine::recall(&shared, rids).await }),
            Order::FetchSecrets { sources, limit_s } => {
                tasks.spawn(ticket, async move { keys::by_person(&shared, sources, limit_s).await });
            }
            Order::Examine { rids } => tasks.spawn(ticket, async move { examine::answer(&shared, rids).await }),
            Order::Allow { source, writes } => {
                let commands = self.commands.clone();
                tasks.spawn(ticket, async move {
                    permit::allow(&shared, source, writes).await?;
                    // What waited for this goes out now.
                    let _ = commands.try_send(OutboxCommand::Drain);
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

    async fn command(&self, ticket: Ticket, command: OutboxCommand) {
        if self.commands.try_send(command).is_err() {
            self.shared.done(ticket, Err(Fault::new(FaultKind::Busy, "too many edits are waiting for the disk"))).await;
        }
    }

    async fn refresh(&self, ticket: Ticket, source: Option<SourceId>, full: bool) {
        let handles: Vec<&SourceHandle> =
            self.shared.handles.iter().filter(|handle| source.is_none_or(|wanted| handle.id == wanted)).collect();
        if handles.is_empty() {
            return self.shared.done(ticket, source.map_or(Ok(()), |source| self.shared.handle(source).map(|_| ()))).await;
        }
        let refreshing = Refreshing { left: handles.len(), of: handles.len(), faults: Vec::new() };
        self.shared.refreshes.borrow_mut().insert(ticket, refreshing);
        let asked_at = Instant::now();
        for handle in handles {
            // A person at the screen may have put another secret in its place just now.
            if self.shared.has_screen {
                handle.asked_at.set(None);
            }
            let busy = || Fault::new(FaultKind::Busy, format!("{} is still reading for earlier refreshes", handle.name));
            let wish = Wish { ticket, full, asked_at };
            let may_ask = if handle.keys.is_some() { Ok(()) } else { handle.network().map(|_| ()) };
            let taken = may_ask.and_then(|()| handle.wishes.try_send(wish).map_err(|_| busy()));
            if let Err(fault) = taken {
                self.shared.refreshed(ticket, Err(fault)).await;
            }
        }
    }

    /// Everything that is known before any network. Returns how far each source was read before.
    async fn tell_disk(&self) -> Vec<Mark> {
        let shared = &self.shared;
        shared.report(Report::Sources(shared.handles.iter().map(SourceHandle::info).collect())).await;
        asides::tell(shared).await;
        // Before any row: filters ask for `me`.
        for handle in &shared.handles {
            directory::recall(shared, handle).await;
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
        let mut marks = Vec::new();
        for handle in &shared.handles {
            let mark = shared.disk.mark(handle.id).await.unwrap_or_default().asked(handle.question);
            let refused = handle.refused().filter(|fault| fault.kind != FaultKind::Offline).or_else(|| unread.clone());
            // Told even where nothing is known: the screen then knows that too.
            *handle.state.borrow_mut() = SourceState { fault: refused, ..state_of(&mark) };
            let state = handle.state.borrow().clone();
            shared.report(Report::Source(handle.id, Box::new(state))).await;
            marks.push(mark);
        }
        shared.report(Report::DiskRead { rows: read }).await;
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
