//! The window over the rows: what is in sight, and the line of the cursor.

use crate::domain::case::Rid;
use crate::tui::model::list::{COMING, GONE, List, SHOWN};

impl List {
    /// The rows in sight, first to last.
    pub fn visible(&self) -> &[Rid] {
        let top = self.top.min(self.order.len());
        let mut end = (self.top + self.height).min(self.order.len());
        while end > top + 1 && self.lines(top, end - 1) > self.height {
            end -= 1;
        }
        &self.order[top..end]
    }

    /// Cases that match the filter and are in the list, with those still being laid in.
    pub fn matching(&self) -> usize {
        // One that went to sleep has left the rows, though it is marked as gone until the next new order.
        let gone = self.gone.iter().filter(|rid| self.has(**rid, SHOWN | COMING)).count();
        let out = self.out.iter().filter(|rid| !self.has(**rid, GONE)).count();
        (self.rows().len() + self.coming.len()).saturating_sub(gone + out)
    }

    /// How many of the rows in the list have changed and were not looked at since.
    pub fn unseen_here(&self) -> usize {
        if self.unseen == 0 { 0 } else { self.rows().iter().filter(|rid| self.is_unseen(**rid)).count() }
    }

    pub(in crate::tui) fn keep_in_sight(&mut self) {
        if self.height == 0 {
            return;
        }
        self.top = self.top.min(self.at).max((self.at + 1).saturating_sub(self.height));
        while self.top < self.at && self.lines(self.top, self.at) > self.height {
            self.top += 1;
        }
        // No empty lines below while there are rows above.
        self.top = self.top.min(self.last_top());
    }

    /// How many rows there is room for.
    pub fn set_height(&mut self, rows: usize) {
        self.height = rows;
        self.keep_in_sight();
    }

    pub(in crate::tui) fn put_cursor(&mut self, at: usize) {
        self.at = at.min(self.order.len().saturating_sub(1));
        self.cursor = self.order.get(self.at).copied();
        self.keep_in_sight();
    }

    /// Scrolls so that the cursor's row is this many lines below the top of the list.
    pub fn put_line(&mut self, line: usize) {
        self.top = self.at.saturating_sub(line);
        self.keep_in_sight();
    }
}

impl List {
    /// All that was on disk at the start is known: rows, outbox, and how each source stands.
    pub fn is_disk_told(&self) -> bool {
        self.on_disk.is_some()
    }

    pub(in crate::tui) fn visible_dues(&self) -> impl Iterator<Item = i64> {
        self.visible().iter().filter_map(|rid| self.row(*rid)?.due_at)
    }
}
