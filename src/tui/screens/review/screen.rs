//! How the stack of screens sees a review.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::review::keys::act_in_review;
use crate::tui::screens::review::{Review, Stage};
use crate::tui::widgets::pen::Pen;

impl Screen for Review {
    fn scope(&self) -> Scope {
        Scope::Confirm
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_review(press.action, press.times(), model, cx);
    }

    fn unavailable(&self, action: Action, scene: Scene<'_>) -> Option<String> {
        (action == Action::Yes).then(|| no_yes(self, scene.cx)).flatten()
    }

    fn is_saving(&self) -> bool {
        self.is_saving()
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        crate::tui::screens::form::view::draw(pen, area, scene);
        None
    }
}

/// A plan that was not made, or is being written already, waits for no yes.
fn no_yes(review: &Review, cx: &Cx) -> Option<String> {
    let key = |action| cx.keymap.key(Scope::Confirm, action);
    match review.stage {
        Stage::Asking { .. } => None,
        Stage::Planning(_) => Some(format!("the calls are still being worked out; press {} again once they are shown", key(Action::Yes))),
        Stage::Saving { .. } => Some("it is being written to disk already".into()),
        Stage::Failed { .. } => Some(format!("nothing can be sent from here; {} goes back", key(Action::No))),
    }
}
