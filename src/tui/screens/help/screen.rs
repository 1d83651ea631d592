//! How the stack of screens sees the page of help.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::left::COMMANDS;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Line, Press, Screen};
use crate::tui::screens::help::acts::{act_in_help, paste_in_help, type_in_help};
use crate::tui::screens::help::{HelpPage, view};
use crate::tui::widgets::pen::Pen;

impl Screen for HelpPage {
    fn scope(&self) -> Scope {
        Scope::Help
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn act(press: Press, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_help(press.action, cx);
    }

    fn type_key(chord: Chord, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        type_in_help(chord, cx);
    }

    fn paste(text: &str, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        paste_in_help(text, cx);
    }

    fn unavailable(&self, action: Action, scene: Scene<'_>) -> Option<String> {
        no_command(self, action, scene.cx)
    }

    fn line(&mut self) -> Option<Line<'_>> {
        Some(Line { place: format!("{COMMANDS}help {:?}", self.about), begun: String::new(), area: &mut self.search })
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        Some(view::draw(pen, area, scene, self))
    }
}

/// A search that finds nothing leaves nothing to run, and no command is behind the last one.
fn no_command(page: &HelpPage, action: Action, cx: &Cx) -> Option<String> {
    if !matches!(action, Action::PageDown | Action::Run) {
        return None;
    }
    match page.found(&cx.keymap).len() {
        0 => Some("no command is called that".into()),
        found => (action == Action::PageDown && page.chosen + 1 >= found).then(|| "this is the last command".into()),
    }
}
