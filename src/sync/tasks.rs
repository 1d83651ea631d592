//! The orders that are being answered, each a task that can be called off.

use rustc_hash::FxHashMap;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::Ticket;

/// A ticket and how its order ended.
pub(super) type Closing = (Ticket, Result<(), Fault>);

/// Tasks that answer one order each, and can be called off.
#[derive(Default)]
pub(super) struct Tasks {
    pub running: JoinSet<Closing>,
    tickets: FxHashMap<Id, (Ticket, AbortHandle)>,
}

impl Tasks {
    pub(super) fn spawn(&mut self, ticket: Ticket, task: impl Future<Output = Result<(), Fault>> + 'static) {
        let handle = self.running.spawn_local(async move { (ticket, task.await) });
        self.tickets.insert(handle.id(), (ticket, handle));
    }

    pub(super) fn cancel(&self, ticket: Ticket) {
        for (_, handle) in self.tickets.values().filter(|(known, _)| *known == ticket) {
            handle.abort();
        }
    }

    /// The ticket of a task that ended, and how.
    pub(super) fn close(&mut self, ended: Result<(Id, Closing), JoinError>) -> Option<Closing> {
        match ended {
            Ok((id, (ticket, result))) => {
                self.tickets.remove(&id);
                Some((ticket, result))
            }
            Err(error) => {
                let (ticket, _) = self.tickets.remove(&error.id())?;
                let fault = if error.is_cancelled() {
                    Fault::new(FaultKind::Cancelled, "cancelled")
                } else {
                    Fault::new(FaultKind::Closed, "the worker met a bug while answering")
                };
                Some((ticket, Err(fault)))
            }
        }
    }
}
