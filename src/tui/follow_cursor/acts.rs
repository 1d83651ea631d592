//! The case under the cursor is read once the cursor rests.

use crate::domain::case::Rid;
use crate::protocol::Order;
use crate::tui::areas::areas;
use crate::tui::cx::Cx;
use crate::tui::cx::pending::Ask;
use crate::tui::follow_cursor::{FollowCursor, MAX_PREVIEW, NEIGHBOURS, PREVIEW_TEXT};
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::widgets::measure::wrapped;

impl FollowCursor {
    /// Asks for everything of a case; what was asked for another one before is given up.
    pub(in crate::tui) fn open_case(&mut self, rid: Rid, cx: &mut Cx) {
        self.opened = Some(rid);
        let open: Vec<_> =
            cx.pending.iter().filter(|(_, ask)| matches!(ask, Ask::Open(_))).map(|(ticket, ask)| (ticket, ask.clone())).collect();
        for (ticket, ask) in open {
            if ask == Ask::Open(rid) {
                return;
            }
            cx.send(Ask::Cancel, Order::Cancel(ticket));
        }
        cx.send(Ask::Open(rid), Order::Open { rid });
    }
}

impl Model {
    /// Brings the cursor's case and its neighbours from disk. One order at a time: holding `j` floods nobody.
    pub(in crate::tui) fn fetch_neighbours(&mut self, cx: &mut Cx) {
        let Some(cursor) = self.list.cursor() else { return };
        if self.follow.fetched == Some(cursor) || cx.pending.any(|ask| *ask == Ask::Prefetch) {
            return;
        }
        self.follow.fetched = Some(cursor);
        let wanted = std::iter::once(cursor).chain(self.list.neighbours(NEIGHBOURS));
        let rids: Vec<_> = wanted.filter(|rid| self.cached.get(*rid).is_none() && !self.list.is_gone(*rid)).collect();
        if !rids.is_empty() {
            cx.send(Ask::Prefetch, Order::Prefetch { rids });
        }
    }
}

/// The description in the preview below the list: its lines from the first one in sight on. Empty lines are left
/// out, they would waste what little there is. None: not brought yet.
pub fn preview<'a>(model: &'a Model, panes: &'a Panes, cx: &'a Cx) -> Option<Vec<&'a str>> {
    let lines = preview_lines(model, panes, cx)?;
    let first = model.follow.preview_top.min(lines.len());
    Some(lines[first..].to_vec())
}

fn preview_lines<'a>(model: &'a Model, panes: &'a Panes, cx: &'a Cx) -> Option<Vec<&'a str>> {
    let case = &model.cached.get(model.list.cursor()?)?.case;
    let columns = areas(model, panes, cx).foot.width.saturating_sub(2);
    let lines = wrapped(case.description.as_str(), columns, MAX_PREVIEW);
    Some(lines.into_iter().filter(|line| !line.trim().is_empty()).collect())
}

/// Scrolls the preview; its last line stays in sight.
pub(in crate::tui) fn scroll_preview(by: usize, down: bool, model: &mut Model, panes: &Panes, cx: &Cx) {
    let last = preview_lines(model, panes, cx).map_or(0, |lines| lines.len().saturating_sub(PREVIEW_TEXT));
    let top = model.follow.preview_top;
    model.follow.preview_top = if down { top.saturating_add(by).min(last) } else { top.saturating_sub(by) };
}

/// The case is to be read again, though it was just read.
pub(in crate::tui) fn reopen_case(model: &mut Model, panes: &Panes, cx: &mut Cx) {
    if let Some(rid) = panes.detail.rid {
        model.follow.open_case(rid, cx);
    }
}
