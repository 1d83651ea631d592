//! How the stack of screens sees the box that finds people.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Line, Press, Screen};
use crate::tui::screens::people::acts::{act_in_people, paste_in_people, type_in_people};
use crate::tui::screens::people::{PeoplePicker, view};
use crate::tui::widgets::pen::Pen;

impl Screen for PeoplePicker {
    fn scope(&self) -> Scope {
        Scope::Prompt
    }

    fn shape(&self) -> Shape {
        Shape::PROMPT
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_people(press.action, model, cx);
    }

    fn type_key(chord: Chord, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        type_in_people(chord, model, cx);
    }

    fn paste(text: &str, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        paste_in_people(text, model, cx);
    }

    fn line(&mut self) -> Option<Line<'_>> {
        Some(Line { place: format!("people {:?}", self.case.row.id), begun: String::new(), area: &mut self.area })
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        Some(view::draw(pen, area, scene, self))
    }
}
