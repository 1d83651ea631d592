//! What all parts of the worker share: the disk, the sources, and the way to the screen.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

use tokio::sync::{Mutex, Notify, mpsc};

use crate::domain::case::{Rid, SourceId};
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::triage::Triage;
use crate::domain::wall::Wall;
use crate::protocol::{Report, SourceState, Ticket};
use crate::sync::disk::Disk;
use crate::sync::sleepers;
use crate::sync::source_handle::SourceHandle;

/// What all tasks of the worker share. One thread: no locks.
pub(super) struct Shared {
    pub disk: Disk,
    /// The data directory.
    pub data: PathBuf,
    pub wall: Wall,
    pub handles: Vec<SourceHandle>,
    pub asides: sleepers::Told,
    /// The last baseline that was told.
    pub baselines: Cell<i64>,
    pub(in crate::sync) reports: mpsc::Sender<Report>,
    /// Refreshes under way: how many sources are still reading for each.
    pub(in crate::sync) refreshes: RefCell<HashMap<Ticket, Refreshing>>,
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
    pub(in crate::sync) steps: Cell<u32>,
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

    pub(super) fn handle(&self, source: SourceId) -> Result<&SourceHandle, Fault> {
        self.handles
            .get(usize::from(source.0))
            .ok_or_else(|| Fault::new(FaultKind::NotPossible, "the source of this case is not configured in this run"))
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
    pub(super) async fn state(&self, handle: &SourceHandle, change: impl FnOnce(&mut SourceState)) {
        let news = {
            let mut state = handle.state.borrow_mut();
            let mut new = state.clone();
            change(&mut new);
            (*state != new).then(|| {
                state.clone_from(&new);
                new
            })
        };
        if let Some(new) = news {
            self.report(Report::Source(handle.id, Box::new(new))).await;
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

pub(super) struct Refreshing {
    pub(in crate::sync) left: usize,
    pub(in crate::sync) of: usize,
    pub(in crate::sync) faults: Vec<Fault>,
}
