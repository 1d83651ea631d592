//! What could not be written to disk is tried again.

use jiff::Timestamp;

use crate::app::cx::Cx;
use crate::app::model::Model;
use crate::app::notice::Cause;
use crate::app::pending::Ask;
use crate::domain::fault::Fault;
use crate::protocol::Ticket;

impl Model {
    /// An order of either has closed.
    pub(in crate::app) fn close_backlog(&mut self, ask: &Ask, ticket: Ticket, result: Result<(), Fault>, cx: &mut Cx) {
        let now = cx.steady;
        let news = match ask {
            Ask::SetAside => self.asides.backlog.close(ticket, result, now),
            _ => self.baselines.backlog.close(ticket, result, now),
        };
        match news {
            Some(Ok(())) => {
                cx.dirty = true;
                cx.notices.put_away(&Cause::of(ask));
            }
            Some(Err(fault)) => cx.fail(ask, &fault),
            None => {}
        }
    }

    /// When what the disk refused is written again.
    pub(in crate::app) fn rewrite_at(&self) -> Option<Timestamp> {
        [self.asides.backlog.retry_at, self.baselines.backlog.retry_at].into_iter().flatten().min()
    }
}
