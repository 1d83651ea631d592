//! How the stack of screens sees the box for a time.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, PROMPT_TEXT, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Line, Press, Screen};
use crate::tui::screens::snooze::acts::{act_in_snooze, paste_in_snooze, type_in_snooze};
use crate::tui::screens::snooze::{SnoozeBox, view};
use crate::tui::widgets::pen::Pen;

/// What is typed, what it means, what can be written.
const LINES: u16 = 6;

impl Screen for SnoozeBox {
    fn scope(&self) -> Scope {
        Scope::Prompt
    }

    fn shape(&self) -> Shape {
        Shape::Box { width: PROMPT_TEXT, height: LINES }
    }

    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        act_in_snooze(press.action, model, panes, cx);
    }

    fn type_key(chord: Chord, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        type_in_snooze(chord, cx);
    }

    fn paste(text: &str, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        paste_in_snooze(text, cx);
    }

    fn line(&mut self) -> Option<Line<'_>> {
        Some(Line { place: format!("snooze {}", self.name), begun: String::new(), area: &mut self.area })
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        Some(view::draw(pen, area, scene, self))
    }
}
