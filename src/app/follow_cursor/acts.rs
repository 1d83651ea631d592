//! The case under the cursor is read once the cursor rests.

use crate::app::App;
use crate::app::action::{self, Action};
use crate::app::follow_cursor::{MAX_PREVIEW, NEIGHBOURS, PREVIEW_TEXT};
use crate::app::measure::wrapped;
use crate::app::notice::Grade;
use crate::app::pending::Ask;
use crate::domain::case::Rid;
use crate::protocol::Order;

impl App {
    /// The description in the preview below the list: its lines from the first one in sight on. Empty lines are left
    /// out, they would waste what little there is. None: not brought yet.
    pub fn preview(&self) -> Option<Vec<&str>> {
        let lines = self.preview_lines()?;
        let first = self.model.follow.preview_top.min(lines.len());
        Some(lines[first..].to_vec())
    }

    fn preview_lines(&self) -> Option<Vec<&str>> {
        let case = &self.model.cached.get(self.model.list.cursor()?)?.case;
        let columns = self.areas().foot.width.saturating_sub(2);
        let lines = wrapped(case.description.as_str(), columns, MAX_PREVIEW);
        Some(lines.into_iter().filter(|line| !line.trim().is_empty()).collect())
    }

    /// Scrolls the preview; its last line stays in sight.
    pub(in crate::app) fn scroll_preview(&mut self, by: usize, down: bool) {
        let last = self.preview_lines().map_or(0, |lines| lines.len().saturating_sub(PREVIEW_TEXT));
        let top = self.model.follow.preview_top;
        self.model.follow.preview_top = if down { top.saturating_add(by).min(last) } else { top.saturating_sub(by) };
    }

    /// Asks for everything of a case; what was asked for another one before is given up.
    pub(in crate::app) fn open_case(&mut self, rid: Rid) {
        self.model.follow.opened = Some(rid);
        let open: Vec<_> =
            self.cx.pending.iter().filter(|(_, ask)| matches!(ask, Ask::Open(_))).map(|(ticket, ask)| (ticket, ask.clone())).collect();
        for (ticket, ask) in open {
            if ask == Ask::Open(rid) {
                return;
            }
            self.cx.send(Ask::Cancel, Order::Cancel(ticket));
        }
        self.cx.send(Ask::Open(rid), Order::Open { rid });
    }

    /// The case is to be read again, though it was just read.
    pub(in crate::app) fn reopen_case(&mut self) {
        if let Some(rid) = self.detail.rid {
            self.open_case(rid);
        }
    }

    /// A verb waits for its case to be read.
    pub(in crate::app) fn await_case(&mut self, rid: Rid, action: Action) {
        self.open_case(rid);
        self.awaited = Some((rid, action));
        let words = action::bindings(self.scope()).find(|binding| binding.action == action).map_or("", |binding| binding.words);
        self.cx.say(Grade::Info, format!("{words}: as soon as the case is read; another key calls it off"));
    }

    /// Brings the cursor's case and its neighbours from disk. One order at a time: holding `j` floods nobody.
    pub(in crate::app) fn fetch_neighbours(&mut self) {
        let Some(cursor) = self.model.list.cursor() else { return };
        if self.model.follow.fetched == Some(cursor) || self.cx.pending.any(|ask| *ask == Ask::Prefetch) {
            return;
        }
        self.model.follow.fetched = Some(cursor);
        let wanted = std::iter::once(cursor).chain(self.model.list.neighbours(NEIGHBOURS));
        let rids: Vec<_> = wanted.filter(|rid| self.model.cached.get(*rid).is_none() && !self.model.list.is_gone(*rid)).collect();
        if !rids.is_empty() {
            self.cx.send(Ask::Prefetch, Order::Prefetch { rids });
        }
    }
}
