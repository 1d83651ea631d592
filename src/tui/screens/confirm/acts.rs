//! Keys of questions and of the first screen.

use crate::domain::case::Vendor;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::sources::Source;
use crate::tui::screens::confirm::answered::carry_out;
use crate::tui::screens::{FirstRun, Overlay, TOO_SOON};

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

/// The source that the panel of sources is about.
pub fn source_in_panel<'a>(model: &'a Model, cx: &Cx) -> Option<&'a Source> {
    cx.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::Sources(pane) => model.source(pane.source),
        _ => None,
    })
}
