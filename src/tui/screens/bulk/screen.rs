//! How the stack of screens sees a dry run.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::bulk::acts::act_in_bulk;
use crate::tui::screens::bulk::{BulkPane, view};
use crate::tui::widgets::pen::Pen;

impl Screen for BulkPane {
    fn scope(&self) -> Scope {
        Scope::Bulk
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        act_in_bulk(press.action, press.count, model, panes, cx);
    }

    fn is_saving(&self) -> bool {
        self.is_saving()
    }

    fn stays_below(&self) -> bool {
        true
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}
