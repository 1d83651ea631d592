//! Moving over the text of a tab: by lines and pages, or from record to record.

use crate::tui::areas::areas;
use crate::tui::cx::Cx;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::screens::detail::tab::Tab;
use crate::tui::screens::detail::{Detail, frame};

impl Detail {
    /// First line in sight of the tab in sight.
    pub fn top(&self) -> usize {
        self.top[self.tab as usize]
    }

    pub(in crate::tui) fn set_top(&mut self, line: usize) {
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

/// Where the parts of the detail are at the present size.
pub fn detail_parts(model: &Model, panes: &Panes, cx: &Cx) -> frame::Parts {
    frame::parts(areas(model, panes, cx).detail)
}

fn body_height(model: &Model, panes: &Panes, cx: &Cx) -> usize {
    usize::from(detail_parts(model, panes, cx).body.height).max(1)
}

pub(in crate::tui) fn scroll_detail(action: Action, count: usize, model: &Model, panes: &mut Panes, cx: &Cx) {
    let height = body_height(model, panes, cx);
    let step = match action {
        Action::HalfDown | Action::HalfUp => (height / 2).max(1),
        Action::PageDown | Action::PageUp => height.saturating_sub(1).max(1),
        _ => 1,
    };
    let by = step.saturating_mul(count);
    match action {
        Action::Down | Action::OtherDown | Action::HalfDown | Action::PageDown => move_by(by, true, model, panes, cx),
        Action::Up | Action::OtherUp | Action::HalfUp | Action::PageUp => move_by(by, false, model, panes, cx),
        Action::First => move_by(usize::MAX, false, model, panes, cx),
        Action::Last => move_by(usize::MAX, true, model, panes, cx),
        _ => {}
    }
}

fn move_by(by: usize, down: bool, model: &Model, panes: &mut Panes, cx: &Cx) {
    if let Some(line) = panes.detail.chosen_line() {
        let line = if down { line.saturating_add(by) } else { line.saturating_sub(by) };
        panes.detail.chosen = panes.detail.body.record_from(line, down);
        show_chosen(model, panes, cx);
    } else {
        let top = panes.detail.top();
        panes.detail.set_top(if down { top.saturating_add(by) } else { top.saturating_sub(by) });
    }
    clamp(model, panes, cx);
}

/// The cursor of the table stays on its record; where there is none yet it takes the first.
pub(in crate::tui) fn keep_chosen(panes: &mut Panes) {
    if panes.detail.is_table() && panes.detail.chosen_line().is_none() {
        panes.detail.chosen = panes.detail.body.record_from(0, true);
    }
}

/// Scrolls until the record under the cursor is in sight, below its column titles.
fn show_chosen(model: &Model, panes: &mut Panes, cx: &Cx) {
    let Some(line) = panes.detail.chosen_line() else { return };
    let height = body_height(model, panes, cx);
    let head = usize::from(panes.detail.body.heads.iter().any(|head| head.line < line && line < head.end));
    // The title of a table comes into sight with its first row.
    let first = panes.detail.body.heads.iter().any(|head| head.line + 1 == line);
    let top = panes.detail.top();
    if first && line < top + 2 {
        panes.detail.set_top(line.saturating_sub(2));
    } else if line < top + head {
        panes.detail.set_top(line.saturating_sub(head));
    } else if line >= top + height {
        panes.detail.set_top(line + 1 - height);
    }
}

/// The last line is never scrolled above the bottom.
pub(in crate::tui) fn clamp(model: &Model, panes: &mut Panes, cx: &Cx) {
    let last = panes.detail.body.lines.len().saturating_sub(body_height(model, panes, cx));
    panes.detail.set_top(panes.detail.top().min(last));
}
