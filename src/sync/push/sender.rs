//! The outbox of this run: what every way into it may do.

use std::collections::{HashMap, VecDeque};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use compact_str::CompactString;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::domain::case::CaseId;
use crate::domain::edit::{Edit, OutboxEntry, Plan};
use crate::domain::fault::Fault;
use crate::domain::journal::Event;
use crate::protocol::Report;
use crate::sync::plan;
use crate::sync::push::behind;
use crate::sync::push::known::{Due, Known, fresh};
use crate::sync::shared::Shared;

pub(in crate::sync) struct OutboxSender {
    pub(in crate::sync) shared: Rc<Shared>,
    pub(in crate::sync) directory: PathBuf,
    pub(in crate::sync) closing: watch::Sender<bool>,
    pub(in crate::sync) known: Rc<Known>,
    pub(in crate::sync) sending: JoinSet<CaseId>,
    /// Cases with a sender, and how to wake it from a pause.
    pub(in crate::sync) busy: HashMap<CaseId, Rc<Notify>>,
    /// Held while anything is being sent.
    pub(in crate::sync) lock: Option<File>,
    /// When what others have done is looked at next; None: the outbox was never read.
    pub(in crate::sync) next_look: Option<Instant>,
    /// How the file stood when the outbox was last read whole.
    pub(in crate::sync) version: Option<i64>,
    /// When the next entry's delay has passed.
    pub(in crate::sync) next_due: Option<Instant>,
    /// Cases with something to send, next first, as far as was known when the outbox was last read whole.
    pub(in crate::sync) due: VecDeque<Due>,
}

/// Who holds this file's lock sends; other processes on the same directory leave it to that one.
pub(in crate::sync) const LOCK_FILE: &str = "outbox.lock";

/// The lock; None: another process holds it.
pub(in crate::sync) fn lock(path: &Path) -> std::io::Result<Option<File>> {
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

impl OutboxSender {
    pub(in crate::sync) fn new(shared: Rc<Shared>, directory: PathBuf) -> Self {
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
    pub(in crate::sync) fn closing(&self) -> watch::Sender<bool> {
        self.closing.clone()
    }

    /// Tells an entry that was just written.
    pub(in crate::sync::push) async fn tell(&self, entry: OutboxEntry) {
        self.known.told.borrow_mut().tell(&entry);
        self.shared.report(Report::Outbox(Box::new(entry))).await;
    }

    pub(in crate::sync::push) async fn add(
        &self,
        edit: Edit,
        plan: Plan,
        delay_ms: u64,
        undoes: Option<CompactString>,
    ) -> Result<OutboxEntry, Fault> {
        let entry = fresh(edit, plan, delay_ms, undoes, self.shared.wall.now());
        let entry = behind::placed(&self.shared, entry).await?;
        self.shared.disk.outbox_add(entry.clone()).await?;
        self.known.committed(&entry, &self.shared.wall);
        self.shared.journal(&entry, Event::Queued, entry.lines.clone()).await;
        Ok(entry)
    }

    /// Commits an edit. Once this returns, the edit survives whatever happens to this process.
    pub(in crate::sync::push) async fn save(&self, edit: Edit, delay_ms: u64, undoes: Option<CompactString>) -> Result<OutboxEntry, Fault> {
        let plan = plan::plan(&self.shared, &edit).await?;
        self.add(edit, plan, delay_ms, undoes).await
    }

    /// Takes the lock unless it is held. False: another process sends.
    pub(in crate::sync::push) fn may_send(&mut self) -> bool {
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
