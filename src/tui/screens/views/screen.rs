//! How the stack of screens sees the panel of views.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::views::acts::act_in_views;
use crate::tui::screens::views::{ViewsPanel, view};
use crate::tui::widgets::pen::Pen;

impl Screen for ViewsPanel {
    fn scope(&self) -> Scope {
        Scope::Views
    }

    fn shape(&self) -> Shape {
        Shape::TABLE
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_views(press.action, model, cx);
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}
