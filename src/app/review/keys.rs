//! Keys in a review.

use crate::app::App;
use crate::app::action::Action;
use crate::app::conflict::carry_out_decision;
use crate::app::notice::Grade;
use crate::app::overlay::{BEING_WRITTEN, Overlay, TOO_SOON};
use crate::app::pending::Ask;
use crate::app::review::acts::review_mut;
use crate::app::review::{Origin, Stage};
use crate::app::triage::acts::delay_ms;
use crate::protocol::Order;

impl App {
    /// Keys in the review.
    pub(in crate::app) fn act_in_review(&mut self, action: Action, times: usize) {
        let now = self.cx.steady;
        let Some(Overlay::Review(review)) = self.cx.overlays.last_mut() else { return };
        let is_answer = matches!(action, Action::Yes | Action::No);
        let is_early = match &mut review.stage {
            Stage::Asking { at, .. } if is_answer => self.cx.keys.came_early(at, now),
            _ => false,
        };
        match action {
            Action::Down => review.scroll = review.scroll.saturating_add(times),
            Action::Up => review.scroll = review.scroll.saturating_sub(times),
            Action::Yes => {
                let Stage::Asking { plan, .. } = &review.stage else { return };
                if is_early {
                    return self.cx.say(Grade::Info, TOO_SOON);
                }
                if let Origin::Decided { entry, values, .. } = review.origin.clone() {
                    self.cx.pop();
                    return carry_out_decision(entry, values, &mut self.cx);
                }
                let (rid, plan, edit, undoes) = (review.rid, plan.clone(), review.edit.clone(), review.origin.undoes());
                let delay_ms = delay_ms(&self.model, &self.cx);
                let ticket = self.cx.send(Ask::Submit(rid), Order::Submit { edit, delay_ms, undoes });
                if let Some(review) = review_mut(&mut self.cx) {
                    review.stage = Stage::Saving { plan, ticket };
                }
            }
            Action::Jump if review.is_saving() => self.cx.say(Grade::Info, BEING_WRITTEN),
            Action::Jump => self.jump_to_lacking(),
            Action::No => {
                // What is being committed cannot be called off by a key.
                match review.stage {
                    _ if is_early => self.cx.say(Grade::Info, TOO_SOON),
                    Stage::Saving { .. } => self.cx.say(Grade::Info, BEING_WRITTEN),
                    _ => {
                        self.cx.pop();
                        self.cx.say(Grade::Info, "nothing was sent");
                    }
                }
            }
            _ => {}
        }
    }
}
