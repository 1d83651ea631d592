//! How the stack of screens sees the first screen.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::first_run::acts::act_in_first_run;
use crate::tui::screens::first_run::{FirstRun, view};
use crate::tui::widgets::pen::Pen;

impl Screen for FirstRun {
    fn scope(&self) -> Scope {
        Scope::FirstRun
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn act(press: Press, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_first_run(press.action, press.count, cx);
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, _scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, self);
        None
    }
}
