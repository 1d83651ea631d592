//! Keys in a review.

use crate::protocol::Order;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::cx::stack::{BEING_WRITTEN, TOO_SOON};
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::screens::Overlay;
use crate::tui::screens::conflict::carry_out_decision;
use crate::tui::screens::review::acts::review_mut;
use crate::tui::screens::review::verbs::jump_to_lacking;
use crate::tui::screens::review::{Origin, Stage};
use crate::tui::screens::triage::acts::delay_ms;

/// Keys in the review.
pub(in crate::tui) fn act_in_review(action: Action, times: usize, model: &mut Model, cx: &mut Cx) {
    let now = cx.steady;
    let Some(Overlay::Review(review)) = cx.overlays.last_mut() else { return };
    let is_answer = matches!(action, Action::Yes | Action::No);
    let is_early = match &mut review.stage {
        Stage::Asking { at, .. } if is_answer => cx.keys.came_early(at, now),
        _ => false,
    };
    match action {
        Action::Down => review.scroll = review.scroll.saturating_add(times),
        Action::Up => review.scroll = review.scroll.saturating_sub(times),
        Action::Yes => {
            let Stage::Asking { plan, .. } = &review.stage else { return };
            if is_early {
                return cx.say(Grade::Info, TOO_SOON);
            }
            if let Origin::Decided { entry, values, .. } = review.origin.clone() {
                cx.pop();
                return carry_out_decision(entry, values, cx);
            }
            let (rid, plan, edit, undoes) = (review.rid, plan.clone(), review.edit.clone(), review.origin.undoes());
            let delay_ms = delay_ms(model, cx);
            let ticket = cx.send(Ask::Submit(rid), Order::Submit { edit, delay_ms, undoes });
            if let Some(review) = review_mut(cx) {
                review.stage = Stage::Saving { plan, ticket };
            }
        }
        Action::Jump if review.is_saving() => cx.say(Grade::Info, BEING_WRITTEN),
        Action::Jump => jump_to_lacking(model, cx),
        Action::No => {
            // What is being committed cannot be called off by a key.
            match review.stage {
                _ if is_early => cx.say(Grade::Info, TOO_SOON),
                Stage::Saving { .. } => cx.say(Grade::Info, BEING_WRITTEN),
                _ => {
                    cx.pop();
                    cx.say(Grade::Info, "nothing was sent");
                }
            }
        }
        _ => {}
    }
}
