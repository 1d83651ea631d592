//! What rests under the cursor is shown beside the list.

use jiff::Timestamp;

use crate::app::follow_cursor::RESTS_AFTER;
use crate::app::{App, Pane};

impl App {
    /// When a resting cursor asks for its case.
    pub(in crate::app) fn follow_at(&self) -> Option<Timestamp> {
        let waits = self.panes.detail.rid.is_some() && self.model.follow.opened != self.panes.detail.rid && !self.areas().detail.is_empty();
        self.model.follow.since.filter(|_| waits).and_then(|since| since.checked_add(RESTS_AFTER).ok())
    }

    pub(in crate::app) fn follow_cursor(&mut self, detail_in_sight: bool) {
        let cursor = self.model.list.cursor();
        if self.model.follow.cursor != cursor {
            self.model.follow.cursor = cursor;
            self.model.follow.since = Some(self.cx.steady);
            self.model.follow.preview_top = 0;
            self.show_case(cursor);
            if let Some(rid) = cursor {
                self.model.cached.touch(rid);
            }
        }
        self.model.fetch_neighbours(&mut self.cx);
        let Some(rid) = self.panes.detail.rid else { return };
        let rests = self.follow_at().is_some_and(|at| at <= self.cx.steady);
        if detail_in_sight && self.model.follow.opened != Some(rid) && (self.panes.focus == Pane::Detail || rests) {
            self.model.follow.open_case(rid, &mut self.cx);
        }
    }
}
