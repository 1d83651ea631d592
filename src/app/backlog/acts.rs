//! What could not be written to disk is tried again.

use jiff::Timestamp;

use crate::app::App;
use crate::app::notice::Cause;
use crate::app::pending::Ask;
use crate::domain::fault::Fault;
use crate::protocol::Ticket;

impl App {
    /// An order of either has closed.
    pub(in crate::app) fn close_backlog(&mut self, ask: &Ask, ticket: Ticket, result: Result<(), Fault>) {
        let now = self.cx.steady;
        let news = match ask {
            Ask::SetAside => self.model.asides.backlog.close(ticket, result, now),
            _ => self.model.baselines.backlog.close(ticket, result, now),
        };
        match news {
            Some(Ok(())) => {
                self.cx.dirty = true;
                self.cx.notices.put_away(&Cause::of(ask));
            }
            Some(Err(fault)) => self.fail(ask, &fault),
            None => {}
        }
    }

    /// When what the disk refused is written again.
    pub(in crate::app) fn rewrite_at(&self) -> Option<Timestamp> {
        [self.model.asides.backlog.retry_at, self.model.baselines.backlog.retry_at].into_iter().flatten().min()
    }
}
