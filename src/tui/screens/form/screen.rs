//! How the stack of screens sees the form.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::form::keys::{act_in_form, paste_in_form, type_in_form};
use crate::tui::screens::form::{Form, view};
use crate::tui::widgets::pen::Pen;

impl Screen for Form {
    fn scope(&self) -> Scope {
        Scope::Form
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        act_in_form(press.action, model, panes, cx);
    }

    fn type_key(chord: Chord, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        type_in_form(chord, cx);
    }

    fn paste(text: &str, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        paste_in_form(text, cx);
    }

    fn stays_below(&self) -> bool {
        true
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene);
        None
    }
}
