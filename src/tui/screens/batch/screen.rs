//! How the stack of screens sees a bulk change that was sent.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::batch::acts::{act_in_batch, no_batch_command};
use crate::tui::screens::batch::{BatchPane, view};
use crate::tui::widgets::pen::Pen;

impl Screen for BatchPane {
    fn scope(&self) -> Scope {
        Scope::Batch
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_batch(press.action, press.times(), model, cx);
    }

    fn unavailable(&self, action: Action, scene: Scene<'_>) -> Option<String> {
        no_batch_command(action, scene.model, scene.cx)
    }

    fn left(&self, model: &mut Model, cx: &mut Cx) {
        model.left_batch(&self.id, cx);
    }

    fn stays_below(&self) -> bool {
        true
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}
