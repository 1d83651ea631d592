//! How the stack of screens sees a triage run.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::triage::acts::pause_triage;
use crate::tui::screens::triage::keys::act_in_triage;
use crate::tui::screens::triage::{TriagePane, view};
use crate::tui::widgets::pen::Pen;

impl Screen for TriagePane {
    fn scope(&self) -> Scope {
        Scope::Triage
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_triage(press.action, model, cx);
    }

    fn is_saving(&self) -> bool {
        self.is_saving()
    }

    fn leave(model: &mut Model, cx: &mut Cx) -> bool {
        pause_triage(model, cx);
        true
    }

    fn stays_below(&self) -> bool {
        true
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}
