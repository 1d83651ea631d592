//! What rests under the cursor is shown beside the list.

use jiff::Timestamp;

use crate::app::cx::Cx;
use crate::app::detail::settle::show_case;
use crate::app::follow_cursor::RESTS_AFTER;
use crate::app::model::Model;
use crate::app::panes::Panes;
use crate::app::{Pane, areas};

/// When a resting cursor asks for its case.
pub(in crate::app) fn follow_at(model: &Model, panes: &Panes, cx: &Cx) -> Option<Timestamp> {
    let waits = panes.detail.rid.is_some() && model.follow.opened != panes.detail.rid && !areas(model, panes, cx).detail.is_empty();
    model.follow.since.filter(|_| waits).and_then(|since| since.checked_add(RESTS_AFTER).ok())
}

pub(in crate::app) fn follow_cursor(detail_in_sight: bool, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
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
    model.fetch_neighbours(cx);
    let Some(rid) = panes.detail.rid else { return };
    let rests = follow_at(model, panes, cx).is_some_and(|at| at <= cx.steady);
    if detail_in_sight && model.follow.opened != Some(rid) && (panes.focus == Pane::Detail || rests) {
        model.follow.open_case(rid, cx);
    }
}
