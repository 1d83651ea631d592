//! How the stack of screens sees a menu.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::picker::acts::act_in_picker;
use crate::tui::screens::picker::{Picker, view};
use crate::tui::widgets::pen::Pen;

impl Screen for Picker {
    fn scope(&self) -> Scope {
        Scope::Picker
    }

    fn shape(&self) -> Shape {
        Shape::Box { width: 44, height: u16::try_from(self.choices.len() + 2).unwrap_or(u16::MAX) }
    }

    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        act_in_picker(press.action, press.count, model, panes, cx);
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}
