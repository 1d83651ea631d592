//! What rests under the cursor is shown beside the list.

use jiff::Timestamp;

use crate::tui::areas::areas;
use crate::tui::cx::Cx;
use crate::tui::follow_cursor::RESTS_AFTER;
use crate::tui::model::Model;
use crate::tui::panes::{Pane, Panes};
use crate::tui::screens::detail::text::show_case;

/// When a resting cursor asks for its case.
pub(in crate::tui) fn follow_at(model: &Model, panes: &Panes, cx: &Cx) -> Option<Timestamp> {
    let waits = panes.detail.rid.is_some() && model.follow.opened != panes.detail.rid && !areas(model, panes, cx).detail.is_empty();
    model.follow.since.filter(|_| waits).and_then(|since| since.checked_add(RESTS_AFTER).ok())
}

/// The case under the cursor is the one beside the list, as far as it was brought already.
pub(in crate::tui) fn show_under_cursor(model: &mut Model, panes: &mut Panes, cx: &Cx) {
    let cursor = model.list.cursor();
    if model.follow.cursor != cursor {
        model.follow.cursor = cursor;
        model.follow.since = Some(cx.steady);
        model.follow.preview_top = 0;
        show_case(cursor, model, panes);
        if let Some(rid) = cursor {
            model.cached.touch(rid);
        }
    }
}

/// Asks for the case in sight once the cursor rests on it, and for its neighbours at once.
pub(in crate::tui) fn bring_cases(detail_in_sight: bool, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    model.fetch_neighbours(cx);
    let Some(rid) = panes.detail.rid else { return };
    let rests = follow_at(model, panes, cx).is_some_and(|at| at <= cx.steady);
    if detail_in_sight && model.follow.opened != Some(rid) && (panes.focus == Pane::Detail || rests) {
        model.follow.open_case(rid, cx);
    }
}
