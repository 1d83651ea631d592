//! How the stack of screens sees a frequency table.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::facets::acts::act_in_facets;
use crate::tui::screens::facets::{Facets, view};
use crate::tui::widgets::pen::Pen;

impl Screen for Facets {
    fn scope(&self) -> Scope {
        Scope::Facets
    }

    fn shape(&self) -> Shape {
        Shape::TABLE
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_facets(press.action, model, cx);
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}
