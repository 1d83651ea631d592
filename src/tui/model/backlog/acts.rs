//! What could not be written to disk is tried again.

use jiff::Timestamp;

use crate::domain::fault::Fault;
use crate::protocol::Ticket;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Cause;
use crate::tui::cx::pending::Ask;
use crate::tui::model::Model;

impl Model {
    /// An order of either has closed.
    pub(in crate::tui) fn close_backlog(&mut self, ask: &Ask, ticket: Ticket, result: Result<(), Fault>, cx: &mut Cx) {
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
    pub(in crate::tui) fn rewrite_at(&self) -> Option<Timestamp> {
        [self.asides.backlog.retry_at, self.baselines.backlog.retry_at].into_iter().flatten().min()
    }
}
