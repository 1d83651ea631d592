//! How the stack of screens sees a question.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::confirm::acts::act_in_confirm;
use crate::tui::screens::confirm::{CONFIRM_TEXT, Confirm, view};
use crate::tui::widgets::measure::width;
use crate::tui::widgets::pen::Pen;

impl Screen for Confirm {
    fn scope(&self) -> Scope {
        Scope::Confirm
    }

    fn shape(&self) -> Shape {
        let lines = |detail: &String| usize::from(width(detail) / CONFIRM_TEXT) + 1;
        let height = u16::try_from(self.details.iter().map(lines).sum::<usize>() + 3).unwrap_or(u16::MAX);
        Shape::Box { width: CONFIRM_TEXT + 4, height }
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_confirm(press.action, model, cx);
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}
