//! How the stack of screens sees the panel of columns.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::columns::acts::act_in_columns;
use crate::tui::screens::columns::{ColumnsPanel, view};
use crate::tui::widgets::pen::Pen;

impl Screen for ColumnsPanel {
    fn scope(&self) -> Scope {
        Scope::Columns
    }

    fn shape(&self) -> Shape {
        Shape::TABLE
    }

    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        act_in_columns(press.action, model, panes, cx);
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}
