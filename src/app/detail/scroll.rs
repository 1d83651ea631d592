//! Moving over the text of a tab: by lines and pages, or from record to record.

use crate::app::App;
use crate::app::action::Action;
use crate::app::detail::tab::Tab;
use crate::app::detail::{Detail, frame};

impl Detail {
    /// First line in sight of the tab in sight.
    pub fn top(&self) -> usize {
        self.top[self.tab as usize]
    }

    pub(super) fn set_top(&mut self, line: usize) {
        self.top[self.tab as usize] = line;
    }

    /// The tab is a table with a cursor.
    pub fn is_table(&self) -> bool {
        self.tab == Tab::Records && self.open_record.is_none()
    }

    /// The line of the record under the cursor.
    pub fn chosen_line(&self) -> Option<usize> {
        let (table, row) = self.chosen.filter(|_| self.is_table())?;
        self.body.line_of(table, row)
    }
}

impl App {
    /// Where the parts of the detail are at the present size.
    pub fn detail_parts(&self) -> frame::Parts {
        frame::parts(self.areas().detail)
    }

    fn body_height(&self) -> usize {
        usize::from(self.detail_parts().body.height).max(1)
    }

    pub(in crate::app) fn scroll_detail(&mut self, action: Action, count: usize) {
        let height = self.body_height();
        let step = match action {
            Action::HalfDown | Action::HalfUp => (height / 2).max(1),
            Action::PageDown | Action::PageUp => height.saturating_sub(1).max(1),
            _ => 1,
        };
        let by = step.saturating_mul(count);
        match action {
            Action::Down | Action::OtherDown | Action::HalfDown | Action::PageDown => self.move_by(by, true),
            Action::Up | Action::OtherUp | Action::HalfUp | Action::PageUp => self.move_by(by, false),
            Action::First => self.move_by(usize::MAX, false),
            Action::Last => self.move_by(usize::MAX, true),
            _ => {}
        }
    }

    fn move_by(&mut self, by: usize, down: bool) {
        if let Some(line) = self.panes.detail.chosen_line() {
            let line = if down { line.saturating_add(by) } else { line.saturating_sub(by) };
            self.panes.detail.chosen = self.panes.detail.body.record_from(line, down);
            self.show_chosen();
        } else {
            let top = self.panes.detail.top();
            self.panes.detail.set_top(if down { top.saturating_add(by) } else { top.saturating_sub(by) });
        }
        self.clamp();
    }

    /// The cursor of the table stays on its record; where there is none yet it takes the first.
    pub(in crate::app) fn keep_chosen(&mut self) {
        if self.panes.detail.is_table() && self.panes.detail.chosen_line().is_none() {
            self.panes.detail.chosen = self.panes.detail.body.record_from(0, true);
        }
    }

    /// Scrolls until the record under the cursor is in sight, below its column titles.
    fn show_chosen(&mut self) {
        let Some(line) = self.panes.detail.chosen_line() else { return };
        let height = self.body_height();
        let head = usize::from(self.panes.detail.body.heads.iter().any(|head| head.line < line && line < head.end));
        // The title of a table comes into sight with its first row.
        let first = self.panes.detail.body.heads.iter().any(|head| head.line + 1 == line);
        let top = self.panes.detail.top();
        if first && line < top + 2 {
            self.panes.detail.set_top(line.saturating_sub(2));
        } else if line < top + head {
            self.panes.detail.set_top(line.saturating_sub(head));
        } else if line >= top + height {
            self.panes.detail.set_top(line + 1 - height);
        }
    }

    /// The last line is never scrolled above the bottom.
    pub(in crate::app) fn clamp(&mut self) {
        let last = self.panes.detail.body.lines.len().saturating_sub(self.body_height());
        self.panes.detail.set_top(self.panes.detail.top().min(last));
    }
}
