//! One case's edits on their way: reading its case, and writing down how far an edit has come.

use std::cell::RefCell;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};

use crate::domain::aside::Then;
use crate::domain::case::{Case, CaseId};
use crate::domain::change::Change;
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::wall::{Wall, is_to_come};
use crate::protocol::{From, Report};
use crate::providers::Provider;
use crate::sync::push::known::Known;
use crate::sync::shared::Shared;
use crate::sync::source_handle::SourceHandle;

pub(in crate::sync) struct Sender {
    pub shared: Rc<Shared>,
    pub known: Rc<Known>,
    pub case: CaseId,
    /// What the list showed of the case before this try to send an entry.
    pub shown: RefCell<Option<Then>>,
    /// A person wants it now.
    pub wake: Rc<Notify>,
    pub closing: watch::Receiver<bool>,
}

/// Why an entry is left for now.
pub(in crate::sync) enum Left {
    /// Verified, parked or unknown: the next entry's turn.
    Settled,
    /// Nothing is lost: later. The call that is next was surely not sent.
    Unsent(Fault),
    /// Reading or writing down failed: later, with a look at the case first where a call may have happened.
    Later(Fault),
    /// Another hand has changed the entry: look again.
    Moved,
    Closing,
}

/// A case and what is needed to talk about it.
pub(in crate::sync) struct Talk<'a> {
    pub(in crate::sync) handle: &'a SourceHandle,
    pub(in crate::sync) provider: &'a Provider,
    pub(in crate::sync) wall: &'a Wall,
}

/// The wishes that call number `done` makes.
pub(in crate::sync) fn made_by(entry: &OutboxEntry, done: usize) -> impl Iterator<Item = &Change> {
    entry.calls[done].makes.iter().filter_map(|place| entry.edit.changes.get(*place))
}

/// The id that the vendor gave to what a change has made.
pub(in crate::sync) fn id_of<'e>(entry: &'e OutboxEntry, change: &Change) -> Option<&'e str> {
    entry.proofs.iter().find(|proof| proof.change == *change).map(|proof| proof.id.as_str()).filter(|id| !id.is_empty())
}

/// Whether the vendor shows a wish: on the case, or for a comment in its timeline.
pub(in crate::sync) async fn holds(talk: &Talk<'_>, entry: &OutboxEntry, change: &Change, case: &Case) -> Result<bool, Fault> {
    match (change.holds(case), change) {
        (Some(holds), _) => Ok(holds),
        (None, Change::Comment(text)) => {
            talk.provider.find_comment(&entry.edit.case.id, text, talk.saved_at(entry), id_of(entry, change)).await
        }
        (None, _) => Ok(false),
    }
}

impl Talk<'_> {
    /// When an entry was saved, by its vendor's clock. Where our own clock was set back since, nothing but the case tells:
    /// when it had last changed before the entry left.
    pub(in crate::sync) fn saved_at(&self, entry: &OutboxEntry) -> Timestamp {
        let (vendor, wall) = (self.provider.now(), self.wall.now());
        if is_to_come(entry.saved_at, wall) {
            return entry.found_at.unwrap_or(vendor);
        }
        let age = wall.duration_since(entry.saved_at).max(SignedDuration::ZERO);
        vendor.checked_sub(age).unwrap_or(vendor)
    }
}

impl Sender {
    pub(super) async fn shows(&self, talk: &Talk<'_>, entry: &OutboxEntry, done: usize, case: &Case) -> Result<bool, Fault> {
        for change in made_by(entry, done).filter(|change| id_of(entry, change).is_none()) {
            if !holds(talk, entry, change, case).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) async fn read(&self, talk: &Talk<'_>, entry: &OutboxEntry) -> Result<(Case, Timestamp), Fault> {
        let fetched = talk.provider.case(&entry.edit.case.id).await?;
        let read_at = self.shared.wall.now();
        Ok((talk.handle.decode(&fetched.raw, read_at)?, read_at))
    }

    pub(super) async fn keep_case(&self, case: &Case, read_at: Timestamp) {
        match self.shared.keep(case, read_at).await {
            Ok(rid) => self.shared.report(Report::Case { rid, case: case.clone().into(), read_at, from: From::Network }).await,
            // What is on disk of cases can be fetched again; an edit does not need it.
            Err(fault) => tracing::warn!(%fault, "a case that was read for an edit is not kept"),
        }
    }

    pub(super) async fn tell(&self, entry: &OutboxEntry) {
        self.shared.step();
        self.known.judge(entry);
        self.known.told.borrow_mut().tell(entry);
        self.shared.report(Report::Outbox(Box::new(entry.clone()))).await;
    }

    pub(super) async fn keep(&self, entry: &mut OutboxEntry, mut now: OutboxEntry) -> Result<(), Left> {
        // Dropped by a person while it was out: it stays dropped.
        let on_disk = self.shared.disk.outbox_entry(entry.id.clone()).await.map_err(Left::Later)?;
        let Some(on_disk) = on_disk else { return Err(Left::Moved) };
        now.is_held = on_disk.is_held;
        self.shared.disk.outbox_set(now.clone()).await.map_err(Left::Later)?;
        *entry = now;
        self.shared.step();
        Ok(())
    }

    /// Reads the case from its vendor, keeps it, tells it.
    pub(super) async fn fresh(&self, talk: &Talk<'_>, entry: &OutboxEntry) -> Result<Case, Fault> {
        let (case, read_at) = self.read(talk, entry).await?;
        self.keep_case(&case, read_at).await;
        Ok(case)
    }

    /// As [`Self::write`], for more than the progress.
    pub(super) async fn replace(&self, entry: &mut OutboxEntry, now: OutboxEntry) -> Result<(), Left> {
        let now = OutboxEntry { delayed_by: None, ..now };
        match self.shared.disk.outbox_swap(entry.clone(), now.clone()).await {
            Err(fault) if matches!(fault.kind, FaultKind::Conflict | FaultKind::NotFound) => return Err(Left::Moved),
            swapped => swapped.map_err(Left::Later)?,
        }
        *entry = now;
        self.tell(entry).await;
        Ok(())
    }

    pub(super) async fn record(&self, entry: &mut OutboxEntry, now: OutboxEntry) -> Result<(), Left> {
        self.keep(entry, now).await?;
        self.tell(entry).await;
        Ok(())
    }

    /// Writes down what is about to happen, unless another hand has changed the entry since it was read; then tells it.
    pub(super) async fn write(&self, entry: &mut OutboxEntry, progress: Progress) -> Result<(), Left> {
        let now = OutboxEntry { progress, ..entry.clone() };
        self.replace(entry, now).await
    }

    /// Writes down what has happened, whatever else was decided about the entry meanwhile; then tells it.
    pub(super) async fn put(&self, entry: &mut OutboxEntry, progress: Progress) -> Result<(), Left> {
        self.record(entry, OutboxEntry { progress, delayed_by: None, ..entry.clone() }).await
    }
}
