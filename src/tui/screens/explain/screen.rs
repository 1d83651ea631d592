//! How the stack of screens sees the explained filter.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::explain::acts::act_in_explain;
use crate::tui::screens::explain::{ExplainPane, view};
use crate::tui::widgets::pen::Pen;

/// Columns and lines of the explained filter; what is longer scrolls.
const TEXT: u16 = 78;
const LINES: u16 = 20;

impl Screen for ExplainPane {
    fn scope(&self) -> Scope {
        Scope::Explain
    }

    fn shape(&self) -> Shape {
        Shape::Box { width: TEXT, height: LINES }
    }

    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        act_in_explain(press.action, press.times(), model, panes, cx);
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}
