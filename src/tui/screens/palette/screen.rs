//! How the stack of screens sees the palette.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::model::left::COMMANDS;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Line, Press, Screen};
use crate::tui::screens::palette::acts::{act_in_palette, paste_in_palette, type_in_palette};
use crate::tui::screens::palette::{PalettePane, view};
use crate::tui::widgets::pen::Pen;

/// Columns and lines: what is typed, the commands, and why one cannot act.
const TEXT: u16 = 72;
const LINES: u16 = 16;

impl Screen for PalettePane {
    fn scope(&self) -> Scope {
        Scope::Palette
    }

    fn shape(&self) -> Shape {
        Shape::Box { width: TEXT, height: LINES }
    }

    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        act_in_palette(press.action, model, panes, cx);
    }

    fn type_key(chord: Chord, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        type_in_palette(chord, model, panes, cx);
    }

    fn paste(text: &str, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        paste_in_palette(text, model, panes, cx);
    }

    fn line(&mut self) -> Option<Line<'_>> {
        Some(Line {
            place: format!("{COMMANDS}palette {:?} {}", self.about, self.begun),
            begun: self.begun.to_owned(),
            area: &mut self.line,
        })
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        Some(view::draw(pen, area, scene, self))
    }
}
