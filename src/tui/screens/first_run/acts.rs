//! Keys on the first screen.

use crate::domain::case::Vendor;
use crate::tui::cx::Cx;
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::Action;
use crate::tui::screens::Overlay;
use crate::tui::screens::first_run::FirstRun;
pub(in crate::tui) fn act_in_first_run(action: Action, number: Option<u32>, cx: &mut Cx) {
    let Some(Overlay::FirstRun(page)) = cx.overlays.last_mut() else { return };
    let count = FirstRun::CHOICES.len();
    let picked = match action {
        Action::Down => {
            page.chosen = (page.chosen + 1) % count;
            return;
        }
        Action::Up => {
            page.chosen = (page.chosen + count - 1) % count;
            return;
        }
        Action::Choose => number.and_then(|number| usize::try_from(number).ok()?.checked_sub(1)),
        Action::Pick => Some(page.chosen),
        _ => None,
    };
    let effect = match picked {
        Some(0) => Effect::StartDemo,
        Some(at @ 1..=3) => Effect::WriteConfig(Some(Vendor::ALL[at - 1])),
        Some(4) => Effect::WriteConfig(None),
        _ => return,
    };
    cx.effects.push(effect);
}
