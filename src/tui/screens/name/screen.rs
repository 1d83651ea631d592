//! How the stack of screens sees the line for a name.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, PROMPT_TEXT, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Line, Press, Screen};
use crate::tui::screens::name::acts::{act_in_name, paste_in_name, type_in_name};
use crate::tui::screens::name::{NameBox, view};
use crate::tui::widgets::pen::Pen;

impl Screen for NameBox {
    fn scope(&self) -> Scope {
        Scope::Name
    }

    fn shape(&self) -> Shape {
        Shape::Box { width: PROMPT_TEXT, height: 3 }
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_name(press.action, model, cx);
    }

    fn type_key(chord: Chord, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        type_in_name(chord, cx);
    }

    fn paste(text: &str, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        paste_in_name(text, cx);
    }

    fn line(&mut self) -> Option<Line<'_>> {
        Some(Line { place: self.place(), begun: self.offered.clone(), area: &mut self.area })
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        Some(view::draw(pen, area, scene, self))
    }
}
