//! The disk thread: it alone owns the store. Jobs come over a bounded queue and are done one by one.
//!
//! A request is written once, as a method of [`Disk`] that says what is done to the store and in which lane it waits: what a
//! person waits for goes first, so reads of one case and the outbox overtake pages, whose order among themselves stays. Only what
//! shares a transaction with its like is more than that: pages, writes of the outbox, and lines of the journal.

mod requests;

use std::collections::VecDeque;
use std::thread::{
    JoinHandle, {self},
};

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::domain::case::{Rid, SourceId};
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::journal::JournalLine;
use crate::domain::page::Listed;
use crate::store::{Batch, Change, Mark, Store};

/// Jobs that may wait. Sources wait for their page to be stored, so few are ever needed.
const JOBS: usize = 64;
/// Pages stored in one transaction: enough to share the cost of a commit, few enough that a read never waits long.
const PAGES_TOGETHER: usize = 8;

type Answer<T> = oneshot::Sender<Result<T, Fault>>;

/// A page on its way to the disk, with the watermark that moves with it.
pub(super) struct PageWrite {
    pub source: SourceId,
    pub items: Vec<Listed>,
    pub mark: Option<Mark>,
    pub read_at: Timestamp,
}

/// A page after it was stored: its items, and what each was to the disk.
pub(super) type Stored = (Vec<Listed>, Vec<(Rid, Change)>);

/// Which jobs a job overtakes.
#[derive(Clone, Copy)]
enum Lane {
    /// A person waits for it: before everything of the other lane.
    Person,
    /// Behind the pages that came before it.
    Pages,
}

/// One thing to do on the disk.
enum Job {
    Alone(Lane, Box<dyn FnOnce(&mut Store) + Send>),
    /// Pages that wait together are stored in one transaction.
    Page {
        write: PageWrite,
        answer: Answer<Stored>,
    },
    /// Writes of the outbox share a sync. `known`: only if the entry on disk still is as it was known.
    Entry {
        known: Option<Box<OutboxEntry>>,
        now: Box<OutboxEntry>,
        answer: Answer<()>,
    },
    /// So do lines of the journal.
    Lines {
        lines: Vec<JournalLine>,
        answer: Answer<()>,
    },
}

impl Job {
    fn lane(&self) -> Lane {
        match self {
            Self::Alone(lane, _) => *lane,
            Self::Page { .. } => Lane::Pages,
            Self::Entry { .. } | Self::Lines { .. } => Lane::Person,
        }
    }
}

/// The worker's end of the disk thread. The thread ends when the last one is dropped and its queue is empty.
#[derive(Clone)]
pub(super) struct Disk {
    queue: mpsc::Sender<Job>,
}

/// Moves the store to a thread of its own.
pub(super) fn start(store: Store) -> Result<(Disk, JoinHandle<()>), Fault> {
    let (queue, jobs) = mpsc::channel(JOBS);
    let thread = thread::Builder::new()
        .name("caseload-disk".into())
        .spawn(move || serve(store, jobs))
        .map_err(|error| Fault::new(FaultKind::Disk, format!("the disk thread cannot start: {error}")))?;
    Ok((Disk { queue }, thread))
}

impl Disk {
    /// Queues a job and waits for its answer.
    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, Fault> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(job(answer)).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    async fn alone<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce(&mut Store) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        // The task that asked may be gone: then nobody hears the answer.
        self.ask(|answer| Job::Alone(lane, Box::new(move |store| drop(answer.send(work(store)))))).await
    }

    /// Does this before any page that waits.
    async fn at_once<T: Send + 'static>(&self, work: impl FnOnce(&mut Store) -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
        self.alone(Lane::Person, work).await
    }

    /// Does this behind the pages that came before it.
    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce(&mut Store) -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
        self.alone(Lane::Pages, work).await
    }
}

fn closed() -> Fault {
    Fault::new(FaultKind::Closed, "the disk thread has stopped")
}

/// The thread's whole life.
fn serve(mut store: Store, mut queue: mpsc::Receiver<Job>) {
    let mut urgent = VecDeque::new();
    let mut waiting = VecDeque::new();
    loop {
        if urgent.is_empty() && waiting.is_empty() {
            match queue.blocking_recv() {
                Some(job) => sort(job, &mut urgent, &mut waiting),
                None => return,
            }
        }
        while urgent.len() + waiting.len() < JOBS {
            match queue.try_recv() {
                Ok(job) => sort(job, &mut urgent, &mut waiting),
                Err(_) => break,
            }
        }
        match urgent.pop_front().or_else(|| waiting.pop_front()) {
            Some(Job::Alone(_, work)) => work(&mut store),
            Some(Job::Page { write, answer }) => store_pages(&mut store, (write, answer), &mut waiting),
            Some(Job::Entry { known, now, answer }) => write_entries(&mut store, ((known, now), answer), &mut urgent),
            Some(Job::Lines { lines, answer }) => add_lines(&mut store, (lines, answer), &mut urgent),
            None => {}
        }
    }
}

fn sort(job: Job, urgent: &mut VecDeque<Job>, waiting: &mut VecDeque<Job>) {
    match job.lane() {
        Lane::Person => urgent.push_back(job),
        Lane::Pages => waiting.push_back(job),
    }
}

/// A job that shares a transaction, and who waits for it.
type Asked<W, T> = (W, Answer<T>);
/// What is known of an entry, and what it is to be.
type EntryWrite = (Option<Box<OutboxEntry>>, Box<OutboxEntry>);

/// Stores a page together with those that stand directly behind it.
fn store_pages(store: &mut Store, first: Asked<PageWrite, Stored>, waiting: &mut VecDeque<Job>) {
    let (mut writes, mut answers): (Vec<_>, Vec<_>) = std::iter::once(first).unzip();
    while writes.len() < PAGES_TOGETHER
        && matches!(waiting.front(), Some(Job::Page { .. }))
        && let Some(Job::Page { write, answer }) = waiting.pop_front()
    {
        writes.push(write);
        answers.push(answer);
    }
    let batches = writes.iter().map(|write| {
        let PageWrite { source, items, mark, read_at } = write;
        Batch { source: *source, items, mark: mark.as_ref(), read_at: *read_at }
    });
    let saved = store.save_pages(&batches.collect::<Vec<_>>());
    let stored = |changes| writes.into_iter().zip(changes).map(|(write, changes)| Ok((write.items, changes))).collect();
    tell(answers, saved.map(stored));
}

/// Writes an entry of the outbox together with all that wait. Each asker waits for its own answer, so it is nobody's earlier write
/// that is overtaken.
fn write_entries(store: &mut Store, first: Asked<EntryWrite, ()>, urgent: &mut VecDeque<Job>) {
    let alike = take_alike(urgent, |job| matches!(job, Job::Entry { .. }));
    let asked = |job| if let Job::Entry { known, now, answer } = job { Some(((known, now), answer)) } else { None };
    let (writes, answers): (Vec<EntryWrite>, Vec<_>) = std::iter::once(first).chain(alike.into_iter().filter_map(asked)).unzip();
    let borrowed: Vec<_> = writes.iter().map(|(known, now)| (known.as_deref(), now.as_ref())).collect();
    tell(answers, store.outbox_write(&borrowed));
}

/// Appends lines of the journal together with all that wait.
fn add_lines(store: &mut Store, first: Asked<Vec<JournalLine>, ()>, urgent: &mut VecDeque<Job>) {
    let alike = take_alike(urgent, |job| matches!(job, Job::Lines { .. }));
    let asked = |job| if let Job::Lines { lines, answer } = job { Some((lines, answer)) } else { None };
    let (lines, answers): (Vec<_>, Vec<_>) = std::iter::once(first).chain(alike.into_iter().filter_map(asked)).unzip();
    let added = store.journal_add_all(&lines.concat());
    tell(answers, added.map(|()| lines.iter().map(|_| Ok(())).collect()));
}

/// Takes what is of one kind out of a queue; the others keep their order.
fn take_alike(queue: &mut VecDeque<Job>, is_alike: impl Fn(&Job) -> bool) -> Vec<Job> {
    let (alike, others): (Vec<Job>, Vec<Job>) = queue.drain(..).partition(is_alike);
    queue.extend(others);
    alike
}

/// Gives each asker its own result, or all of them the fault of what they shared. A task that was called off no longer listens.
fn tell<T>(answers: Vec<Answer<T>>, results: Result<Vec<Result<T, Fault>>, Fault>) {
    match results {
        Ok(results) => answers.into_iter().zip(results).for_each(|(answer, result)| drop(answer.send(result))),
        Err(fault) => answers.into_iter().for_each(|answer| drop(answer.send(Err(fault.clone())))),
    }
}
