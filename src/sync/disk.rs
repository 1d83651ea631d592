//! The disk thread: it alone owns the store. Requests come over a bounded queue and are answered one by one.
//!
//! What a person waits for goes first: reads and the outbox overtake pages, whose order among themselves stays. Pages
//! that wait together are stored in one transaction.

use std::collections::{BTreeMap, VecDeque};
use std::thread::{
    JoinHandle, {self},
};

use compact_str::CompactString;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::domain::aside::Aside;
use crate::domain::baseline::Baseline;
use crate::domain::case::{CaseId, Rid, Row, SourceId};
use crate::domain::draft::{Beside, Draft};
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::journal::JournalLine;
use crate::domain::moved::Moved;
use crate::domain::page::Listed;
use crate::domain::raw_body::RawBody;
use crate::domain::triage::Triage;
use crate::store::{Batch, Change, Depth, Mark, Part, Shown, Store, Unfinished};

/// Requests that may wait. Sources wait for their page to be stored, so few are ever needed.
const REQUESTS: usize = 64;
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

/// What was kept of one case: its body, when it was read, and whether it was read by itself.
pub(super) type Kept = (RawBody, Timestamp, Depth);

pub(super) enum Request {
    FirstRows { limit: usize, answer: Answer<Vec<(Rid, Row)>> },
    EachRows { chunk: usize, to: mpsc::Sender<Vec<(Rid, Row)>>, answer: Answer<usize> },
    Page { write: PageWrite, answer: Answer<Stored> },
    Mark { source: SourceId, answer: Answer<Mark> },
    Unseen { source: SourceId, pass: u32, limit: usize, answer: Answer<Vec<(Rid, CaseId)>> },
    GoneElsewhere { source: SourceId, answer: Answer<Vec<Rid>> },
    Remove { rids: Vec<Rid>, answer: Answer<()> },
    Id { rid: Rid, answer: Answer<CaseId> },
    Rid { id: CaseId, answer: Answer<Option<Rid>> },
    Raw { rid: Rid, answer: Answer<Option<Kept>> },
    Case { row: Box<Row>, raw: RawBody, read_at: Timestamp, answer: Answer<(Rid, Change)> },
    Part { rid: Rid, what: Part, page: u32, json: String, read_at: Timestamp, answer: Answer<()> },
    Parts { rid: Rid, what: Part, answer: Answer<Vec<(u32, String, Timestamp)>> },
    SaveDirectory { source: SourceId, json: String, answer: Answer<()> },
    Directory { source: SourceId, answer: Answer<Option<String>> },
    OutboxAdd { entry: Box<OutboxEntry>, answer: Answer<()> },
    OutboxSet { entry: Box<OutboxEntry>, answer: Answer<()> },
    OutboxSwap { known: Box<OutboxEntry>, now: Box<OutboxEntry>, answer: Answer<()> },
    Outbox { answer: Answer<Vec<OutboxEntry>> },
    OutboxVersion { answer: Answer<i64> },
    OutboxAddAll { entries: Vec<OutboxEntry>, answer: Answer<Vec<OutboxEntry>> },
    OutboxEntry { id: CompactString, answer: Answer<Option<OutboxEntry>> },
    OutboxOf { case: CaseId, answer: Answer<Vec<OutboxEntry>> },
    OutboxDrop { known: Box<OutboxEntry>, answer: Answer<()> },
    BatchHold { batch: CompactString, holds: bool, answer: Answer<Vec<OutboxEntry>> },
    BatchCancel { batch: CompactString, answer: Answer<Vec<OutboxEntry>> },
    BatchPutAway { batch: CompactString, answer: Answer<()> },
    Journal { lines: Vec<JournalLine>, answer: Answer<()> },
    TriageDecide { run: Box<Triage>, entry: Option<Box<OutboxEntry>>, answer: Answer<Option<Triage>> },
    TriageDrop { run: Box<Triage>, answer: Answer<()> },
    Triage { answer: Answer<Option<Triage>> },
    KeepDraft { draft: Box<Draft>, answer: Answer<()> },
    DropDraft { case: CaseId, answer: Answer<()> },
    Unfinished { takes_up: bool, answer: Answer<Unfinished> },
    DraftsBeside { answer: Answer<BTreeMap<CaseId, Beside>> },
    SetAside { moves: Vec<Moved>, answer: Answer<Vec<Aside>> },
    Asides { answer: Answer<(Vec<Aside>, Vec<Fault>)> },
    KeepBaselines { baselines: Vec<Baseline>, moves: bool, answer: Answer<()> },
    Baselines { stamp: i64, answer: Answer<(Vec<Shown>, i64)> },
    Baseline { case: CaseId, answer: Answer<Option<Baseline>> },
}

impl Request {
    /// Whether a person waits for it: reads of one case, and the outbox, which has a file of its own.
    fn overtakes(&self) -> bool {
        matches!(
            self,
            Self::Id { .. }
                | Self::Rid { .. }
                | Self::Raw { .. }
                | Self::Parts { .. }
                | Self::OutboxAdd { .. }
                | Self::OutboxSet { .. }
                | Self::OutboxSwap { .. }
                | Self::Outbox { .. }
                | Self::OutboxVersion { .. }
                | Self::OutboxAddAll { .. }
                | Self::OutboxEntry { .. }
                | Self::OutboxOf { .. }
                | Self::OutboxDrop { .. }
                | Self::BatchHold { .. }
                | Self::BatchCancel { .. }
                | Self::BatchPutAway { .. }
                | Self::TriageDecide { .. }
                | Self::TriageDrop { .. }
                | Self::Triage { .. }
                | Self::Journal { .. }
                | Self::KeepDraft { .. }
                | Self::DropDraft { .. }
                | Self::Unfinished { .. }
                | Self::DraftsBeside { .. }
                | Self::SetAside { .. }
                | Self::Asides { .. }
                | Self::KeepBaselines { .. }
                | Self::Baselines { .. }
                | Self::Baseline { .. }
        )
    }
}

/// The worker's end of the disk thread. The thread ends when the last one is dropped and its queue is empty.
#[derive(Clone)]
pub(super) struct Disk {
    queue: mpsc::Sender<Request>,
}

/// Moves the store to a thread of its own.
pub(super) fn start(store: Store) -> Result<(Disk, JoinHandle<()>), Fault> {
    let (queue, requests) = mpsc::channel(REQUESTS);
    let thread = thread::Builder::new()
        .name("caseload-disk".into())
        .spawn(move || serve(store, requests))
        .map_err(|error| Fault::new(FaultKind::Disk, format!("the disk thread cannot start: {error}")))?;
    Ok((Disk { queue }, thread))
}

impl Disk {
    pub(super) async fn ask<T>(&self, request: impl FnOnce(Answer<T>) -> Request) -> Result<T, Fault> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(request(answer)).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    pub(super) async fn first_rows(&self, limit: usize) -> Result<Vec<(Rid, Row)>, Fault> {
        self.ask(|answer| Request::FirstRows { limit, answer }).await
    }

    /// Every row on disk, chunk by chunk, into `to`; ends early when nobody takes them. Returns their number.
    pub(super) async fn each_rows(&self, chunk: usize, to: mpsc::Sender<Vec<(Rid, Row)>>) -> Result<usize, Fault> {
        self.ask(|answer| Request::EachRows { chunk, to, answer }).await
    }

    /// Stores a page and moves its watermark in one transaction. Gives the items back, each with what it was to the disk.
    pub(super) async fn save_page(&self, write: PageWrite) -> Result<Stored, Fault> {
        self.ask(|answer| Request::Page { write, answer }).await
    }

    pub(super) async fn mark(&self, source: SourceId) -> Result<Mark, Fault> {
        self.ask(|answer| Request::Mark { source, answer }).await
    }

    pub(super) async fn unseen(&self, source: SourceId, pass: u32, limit: usize) -> Result<Vec<(Rid, CaseId)>, Fault> {
        self.ask(|answer| Request::Unseen { source, pass, limit, answer }).await
    }

    pub(super) async fn gone_elsewhere(&self, source: SourceId) -> Result<Vec<Rid>, Fault> {
        self.ask(|answer| Request::GoneElsewhere { source, answer }).await
    }

    pub(super) async fn remove(&self, rids: Vec<Rid>) -> Result<(), Fault> {
        self.ask(|answer| Request::Remove { rids, answer }).await
    }

    pub(super) async fn id(&self, rid: Rid) -> Result<CaseId, Fault> {
        self.ask(|answer| Request::Id { rid, answer }).await
    }

    pub(super) async fn rid(&self, id: CaseId) -> Result<Option<Rid>, Fault> {
        self.ask(|answer| Request::Rid { id, answer }).await
    }

    pub(super) async fn raw(&self, rid: Rid) -> Result<Option<Kept>, Fault> {
        self.ask(|answer| Request::Raw { rid, answer }).await
    }

    pub(super) async fn save_case(&self, row: Row, raw: RawBody, read_at: Timestamp) -> Result<(Rid, Change), Fault> {
        self.ask(|answer| Request::Case { row: Box::new(row), raw, read_at, answer }).await
    }

    pub(super) async fn save_part(&self, rid: Rid, what: Part, page: u32, json: String, read_at: Timestamp) -> Result<(), Fault> {
        self.ask(|answer| Request::Part { rid, what, page, json, read_at, answer }).await
    }

    pub(super) async fn parts(&self, rid: Rid, what: Part) -> Result<Vec<(u32, String, Timestamp)>, Fault> {
        self.ask(|answer| Request::Parts { rid, what, answer }).await
    }

    pub(super) async fn save_directory(&self, source: SourceId, json: String) -> Result<(), Fault> {
        self.ask(|answer| Request::SaveDirectory { source, json, answer }).await
    }

    pub(super) async fn directory(&self, source: SourceId) -> Result<Option<String>, Fault> {
        self.ask(|answer| Request::Directory { source, answer }).await
    }

    /// Returns after the entry is committed and synced.
    pub(super) async fn outbox_add(&self, entry: OutboxEntry) -> Result<(), Fault> {
        self.ask(|answer| Request::OutboxAdd { entry: Box::new(entry), answer }).await
    }

    /// Returns after the entry as it is now is committed and synced.
    pub(super) async fn outbox_set(&self, entry: OutboxEntry) -> Result<(), Fault> {
        self.ask(|answer| Request::OutboxSet { entry: Box::new(entry), answer }).await
    }

    /// As [`Self::outbox_set`], if the entry on disk still is as it was known; `Conflict`: it is not.
    pub(super) async fn outbox_swap(&self, known: OutboxEntry, now: OutboxEntry) -> Result<(), Fault> {
        self.ask(|answer| Request::OutboxSwap { known: Box::new(known), now: Box::new(now), answer }).await
    }

    pub(super) async fn outbox(&self) -> Result<Vec<OutboxEntry>, Fault> {
        self.ask(|answer| Request::Outbox { answer }).await
    }

    pub(super) async fn outbox_version(&self) -> Result<i64, Fault> {
        self.ask(|answer| Request::OutboxVersion { answer }).await
    }

    pub(super) async fn outbox_drop(&self, known: OutboxEntry) -> Result<(), Fault> {
        self.ask(|answer| Request::OutboxDrop { known: Box::new(known), answer }).await
    }

    /// Commits all or none; gives them back.
    pub(super) async fn outbox_add_all(&self, entries: Vec<OutboxEntry>) -> Result<Vec<OutboxEntry>, Fault> {
        self.ask(|answer| Request::OutboxAddAll { entries, answer }).await
    }

    pub(super) async fn outbox_entry(&self, id: CompactString) -> Result<Option<OutboxEntry>, Fault> {
        self.ask(|answer| Request::OutboxEntry { id, answer }).await
    }

    /// The entries of one case.
    pub(super) async fn outbox_of(&self, case: CaseId) -> Result<Vec<OutboxEntry>, Fault> {
        self.ask(|answer| Request::OutboxOf { case, answer }).await
    }

    /// Holds or releases what has not begun to leave; gives back what was changed.
    pub(super) async fn batch_hold(&self, batch: CompactString, holds: bool) -> Result<Vec<OutboxEntry>, Fault> {
        self.ask(|answer| Request::BatchHold { batch, holds, answer }).await
    }

    /// Gives up what has not begun to leave; gives back what is gone.
    pub(super) async fn batch_cancel(&self, batch: CompactString) -> Result<Vec<OutboxEntry>, Fault> {
        self.ask(|answer| Request::BatchCancel { batch, answer }).await
    }

    pub(super) async fn batch_put_away(&self, batch: CompactString) -> Result<(), Fault> {
        self.ask(|answer| Request::BatchPutAway { batch, answer }).await
    }

    /// Returns after the lines are appended and synced.
    pub(super) async fn journal(&self, lines: Vec<JournalLine>) -> Result<(), Fault> {
        self.ask(|answer| Request::Journal { lines, answer }).await
    }

    /// Keeps a triage run, with the edit of its last decision; gives back what another workbench has made of it.
    pub(super) async fn triage_decide(&self, run: Triage, entry: Option<OutboxEntry>) -> Result<Option<Triage>, Fault> {
        self.ask(|answer| Request::TriageDecide { run: Box::new(run), entry: entry.map(Box::new), answer }).await
    }

    pub(super) async fn triage_drop(&self, run: Box<Triage>) -> Result<(), Fault> {
        self.ask(|answer| Request::TriageDrop { run, answer }).await
    }

    pub(super) async fn triage(&self) -> Result<Option<Triage>, Fault> {
        self.ask(|answer| Request::Triage { answer }).await
    }

    /// What is remembered of each case then; returns after all of them are committed and synced.
    pub(super) async fn set_aside(&self, moves: Vec<Moved>) -> Result<Vec<Aside>, Fault> {
        self.ask(|answer| Request::SetAside { moves, answer }).await
    }

    /// What was pinned and snoozed, and a fault for each snooze that cannot be read.
    pub(super) async fn asides(&self) -> Result<(Vec<Aside>, Vec<Fault>), Fault> {
        self.ask(|answer| Request::Asides { answer }).await
    }

    /// Returns after all of them are committed and synced. `moves`: they replace whatever was known.
    pub(super) async fn keep_baselines(&self, baselines: Vec<Baseline>, moves: bool) -> Result<(), Fault> {
        self.ask(|answer| Request::KeepBaselines { baselines, moves, answer }).await
    }

    /// What the list showed, where it was written behind `stamp`; the last stamp.
    pub(super) async fn baselines(&self, stamp: i64) -> Result<(Vec<Shown>, i64), Fault> {
        self.ask(|answer| Request::Baselines { stamp, answer }).await
    }

    pub(super) async fn baseline(&self, case: CaseId) -> Result<Option<Baseline>, Fault> {
        self.ask(|answer| Request::Baseline { case, answer }).await
    }
}

fn closed() -> Fault {
    Fault::new(FaultKind::Closed, "the disk thread has stopped")
}

/// The thread's whole life.
fn serve(mut store: Store, mut queue: mpsc::Receiver<Request>) {
    let mut urgent = VecDeque::new();
    let mut waiting = VecDeque::new();
    loop {
        if urgent.is_empty() && waiting.is_empty() {
            match queue.blocking_recv() {
                Some(request) => sort(request, &mut urgent, &mut waiting),
                None => return,
            }
        }
        while urgent.len() + waiting.len() < REQUESTS {
            match queue.try_recv() {
                Ok(request) => sort(request, &mut urgent, &mut waiting),
                Err(_) => break,
            }
        }
        match urgent.pop_front() {
            Some(request) => together_or_one(&mut store, request, &mut urgent),
            None => pages_or_one(&mut store, &mut waiting),
        }
    }
}

fn sort(request: Request, urgent: &mut VecDeque<Request>, waiting: &mut VecDeque<Request>) {
    if request.overtakes() { urgent.push_back(request) } else { waiting.push_back(request) }
}

/// Does one request; writes of the outbox and lines of the journal that wait, too, share its sync. Each asker waits for its
/// own answer, so it is nobody's earlier write that is overtaken.
fn together_or_one(store: &mut Store, request: Request, urgent: &mut VecDeque<Request>) {
    match request {
        Request::OutboxSet { .. } | Request::OutboxSwap { .. } => {
            let is_write = |request: &Request| matches!(request, Request::OutboxSet { .. } | Request::OutboxSwap { .. });
            write_together(store, alike(request, urgent, is_write));
        }
        Request::Journal { .. } => {
            let requests = alike(request, urgent, |request| matches!(request, Request::Journal { .. }));
            let (mut all, mut answers) = (Vec::new(), Vec::new());
            for request in requests {
                if let Request::Journal { lines, answer } = request {
                    all.extend(lines);
                    answers.push(answer);
                }
            }
            let added = store.journal_add_all(&all);
            for answer in answers {
                let _ = answer.send(added.clone());
            }
        }
        request => answer(store, request),
    }
}

/// This request and those of its kind that wait.
fn alike(first: Request, urgent: &mut VecDeque<Request>, is_alike: impl Fn(&Request) -> bool) -> Vec<Request> {
    let (alike, others): (Vec<Request>, Vec<Request>) = urgent.drain(..).partition(is_alike);
    urgent.extend(others);
    std::iter::once(first).chain(alike).collect()
}

fn write_together(store: &mut Store, requests: Vec<Request>) {
    let (mut writes, mut answers) = (Vec::new(), Vec::new());
    for request in requests {
        match request {
            Request::OutboxSet { entry, answer } => {
                writes.push((None, entry));
                answers.push(answer);
            }
            Request::OutboxSwap { known, now, answer } => {
                writes.push((Some(known), now));
                answers.push(answer);
            }
            other => self::answer(store, other),
        }
    }
    let borrowed: Vec<_> = writes.iter().map(|(known, now)| (known.as_deref(), now.as_ref())).collect();
    match store.outbox_write(&borrowed) {
        Ok(results) => {
            for (answer, result) in answers.into_iter().zip(results) {
                let _ = answer.send(result);
            }
        }
        Err(fault) => answers.into_iter().for_each(|answer| drop(answer.send(Err(fault.clone())))),
    }
}

/// Stores the pages at the head of the queue together, or answers what stands there instead.
fn pages_or_one(store: &mut Store, waiting: &mut VecDeque<Request>) {
    let mut writes = Vec::new();
    let mut answers = Vec::new();
    while writes.len() < PAGES_TOGETHER {
        match waiting.pop_front() {
            Some(Request::Page { write, answer }) => {
                writes.push(write);
                answers.push(answer);
            }
            Some(other) if writes.is_empty() => return answer(store, other),
            Some(other) => {
                waiting.push_front(other);
                break;
            }
            None => break,
        }
    }
    let saved = {
        let batches = writes.iter().map(|write| Batch {
            source: write.source,
            items: &write.items,
            mark: write.mark.as_ref(),
            read_at: write.read_at,
        });
        store.save_pages(&batches.collect::<Vec<_>>())
    };
    match saved {
        Ok(changes) => {
            for ((write, answer), changes) in writes.into_iter().zip(answers).zip(changes) {
                // A task that was called off no longer listens.
                let _ = answer.send(Ok((write.items, changes)));
            }
        }
        Err(fault) => answers.into_iter().for_each(|answer| drop(answer.send(Err(fault.clone())))),
    }
}

/// Does one request. The task that asked may be gone: then the answer falls to the floor.
fn answer(store: &mut Store, request: Request) {
    match request {
        Request::FirstRows { limit, answer } => drop(answer.send(store.first_rows(limit))),
        Request::EachRows { chunk, to, answer } => {
            let read = store.each_rows(chunk, &mut |rows| to.blocking_send(rows).is_ok());
            drop(to);
            drop(answer.send(read));
        }
        Request::Page { write, answer } => {
            let saved = store.save_page(write.source, &write.items, write.mark.as_ref(), write.read_at);
            drop(answer.send(saved.map(|changes| (write.items, changes))));
        }
        Request::Mark { source, answer } => drop(answer.send(store.mark(source))),
        Request::Unseen { source, pass, limit, answer } => drop(answer.send(store.unseen_in_pass(source, pass, limit))),
        Request::GoneElsewhere { source, answer } => drop(answer.send(store.gone_elsewhere(source))),
        Request::Remove { rids, answer } => drop(answer.send(store.remove(&rids))),
        Request::Id { rid, answer } => drop(answer.send(store.id(rid))),
        Request::Rid { id, answer } => drop(answer.send(Ok(store.rid(&id)))),
        Request::Raw { rid, answer } => drop(answer.send(store.raw(rid))),
        Request::Case { row, raw, read_at, answer } => drop(answer.send(store.save_case(&row, &raw, read_at))),
        Request::Part { rid, what, page, json, read_at, answer } => drop(answer.send(store.save_part(rid, what, page, &json, read_at))),
        Request::Parts { rid, what, answer } => drop(answer.send(store.parts(rid, what))),
        Request::SaveDirectory { source, json, answer } => drop(answer.send(store.save_directory(source, &json))),
        Request::Directory { source, answer } => drop(answer.send(store.directory(source))),
        Request::OutboxAdd { entry, answer } => drop(answer.send(store.outbox_add(&entry))),
        Request::OutboxSet { entry, answer } => drop(answer.send(store.outbox_set(&entry))),
        Request::OutboxSwap { known, now, answer } => drop(answer.send(store.outbox_swap(&known, &now))),
        Request::Outbox { answer } => drop(answer.send(store.outbox())),
        Request::OutboxVersion { answer } => drop(answer.send(store.outbox_version())),
        Request::OutboxDrop { known, answer } => drop(answer.send(store.outbox_drop(&known))),
        Request::OutboxAddAll { entries, answer } => drop(answer.send(store.outbox_add_all(&entries).map(|()| entries))),
        Request::OutboxEntry { id, answer } => drop(answer.send(store.outbox_entry(&id))),
        Request::OutboxOf { case, answer } => drop(answer.send(store.outbox_of(&case))),
        Request::BatchHold { batch, holds, answer } => drop(answer.send(store.batch_hold(&batch, holds))),
        Request::BatchCancel { batch, answer } => drop(answer.send(store.batch_cancel(&batch))),
        Request::BatchPutAway { batch, answer } => drop(answer.send(store.batch_put_away(&batch))),
        Request::Journal { lines, answer } => drop(answer.send(store.journal_add_all(&lines))),
        Request::TriageDecide { run, entry, answer } => drop(answer.send(store.triage_decide(&run, entry.as_deref()))),
        Request::TriageDrop { run, answer } => drop(answer.send(store.triage_drop(&run))),
        Request::Triage { answer } => drop(answer.send(store.triage())),
        Request::KeepDraft { draft, answer } => drop(answer.send(store.draft_keep(&draft))),
        Request::DropDraft { case, answer } => drop(answer.send(store.draft_drop(&case))),
        Request::Unfinished { takes_up: true, answer } => drop(answer.send(store.take_up())),
        Request::Unfinished { takes_up: false, answer } => drop(answer.send(store.unfinished())),
        Request::DraftsBeside { answer } => drop(answer.send(store.drafts_beside())),
        Request::SetAside { moves, answer } => drop(answer.send(store.asides_keep(&moves))),
        Request::Asides { answer } => drop(answer.send(store.asides())),
        Request::KeepBaselines { baselines, moves, answer } => drop(answer.send(store.baselines_keep(&baselines, moves))),
        Request::Baselines { stamp, answer } => drop(answer.send(store.baselines(stamp))),
        Request::Baseline { case, answer } => drop(answer.send(store.baseline(&case))),
    }
}
