//! What leaves: the screen on top, a layer of the detail, or the pane.

use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::stack::BEING_WRITTEN;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::left::acts::keep_line;
use crate::tui::panes::{Pane, Panes};
use crate::tui::screens::Overlay;
use crate::tui::screens::detail::find::acts::close_find;

/// Back one layer: a question, an overlay, the case, a notice, a fault that is shown. Never quits.
pub(in crate::tui) fn back(model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    if matches!(cx.overlays.last(), Some(Overlay::FirstRun(_))) {
        cx.say(Grade::Info, format!("nothing is written yet; {} quits", cx.key(Action::Quit)));
    } else if cx.overlays.is_empty() {
        if model.marks.drop_range() || leave_detail_layer(panes) || cx.notices.acknowledge() || model.put_problem_away() {
            return;
        }
        let (quit, clear) = (cx.key(Action::Close), cx.key(Action::ClearFilter));
        cx.say(Grade::Info, format!("this is the list; {quit} quits, {clear} clears a filter"));
    } else {
        leave_overlay(model, cx);
    }
}

/// The overlay on top goes; what it stood for is told, and what was typed in it is kept.
pub(in crate::tui) fn leave_overlay(model: &mut Model, cx: &mut Cx) {
    let Some(top) = cx.overlays.last() else { return };
    if top.is_saving() {
        return cx.say(Grade::Info, BEING_WRITTEN);
    }
    if top.leave()(model, cx) {
        return;
    }
    keep_line(model, cx);
    if let Some(overlay) = cx.pop() {
        overlay.left(model, cx);
    }
}

/// The detail gives the keys back to the list, or the list its room; false: neither had to.
pub(in crate::tui) fn leave_detail_layer(panes: &mut Panes) -> bool {
    let was_there = panes.focus == Pane::Detail || panes.maximised;
    if panes.focus == Pane::Detail && close_find(panes) {
        return true;
    }
    panes.focus = Pane::List;
    panes.maximised = false;
    was_there
}
