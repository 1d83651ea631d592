//! Keys of questions and of the first screen.

use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::stack::TOO_SOON;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::answered::carry_out;

/// What the overlay on top stands for is on its way to the disk: no key calls that off, and its end is still to be told.
pub(in crate::tui) fn is_being_written(cx: &Cx) -> bool {
    match cx.overlays.last() {
        Some(Overlay::Bulk(pane)) => pane.is_saving(),
        Some(Overlay::Review(review)) => review.is_saving(),
        Some(Overlay::Triage(pane)) => pane.is_saving(),
        Some(Overlay::Conflict(pane)) => pane.is_saving(),
        _ => false,
    }
}

pub(in crate::tui) fn act_in_confirm(action: Action, model: &mut Model, cx: &mut Cx) {
    let now = cx.steady;
    let Some(Overlay::Confirm(confirm)) = cx.overlays.last_mut() else { return };
    match action {
        Action::Yes | Action::No if cx.keys.came_early(&mut confirm.asked_at, now) => cx.say(Grade::Info, TOO_SOON),
        Action::Yes => {
            if let Some(Overlay::Confirm(confirm)) = cx.pop() {
                carry_out(confirm.on_yes, model, cx);
            }
        }
        Action::No => {
            cx.pop();
        }
        _ => {}
    }
}
