//! Keys of questions and of the first screen.

use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::stack::TOO_SOON;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::confirm::answered::carry_out;

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

/// Whether it is asked to quit, and nothing is lost by a yes.
pub fn asks_to_quit(model: &Model, cx: &Cx) -> bool {
    matches!(cx.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.on_yes == OnYes::Quit) && model.kept.fault().is_none()
}
