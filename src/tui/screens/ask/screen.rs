//! How the stack of screens sees a box that asks one line.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::model::left::{Asked, NAMES, TAGS};
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Line, Press, Screen};
use crate::tui::screens::ask::acts::{act_in_ask, paste_in_ask, type_in_ask};
use crate::tui::screens::ask::{About, AskBox, view};
use crate::tui::widgets::pen::Pen;

impl Screen for AskBox {
    fn scope(&self) -> Scope {
        Scope::Prompt
    }

    fn shape(&self) -> Shape {
        Shape::PROMPT
    }

    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        act_in_ask(press.action, model, panes, cx);
    }

    fn type_key(chord: Chord, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        type_in_ask(chord, model, cx);
    }

    fn paste(text: &str, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        paste_in_ask(text, model, cx);
    }

    fn line(&mut self) -> Option<Line<'_>> {
        let place = if self.about == About::MacroName { format!("{NAMES}of a macro") } else { self.title.clone() };
        Some(Line { place, begun: String::new(), area: &mut self.area })
    }

    fn asked(&self) -> Option<Asked> {
        let asks = if self.about == About::Tags { TAGS } else { &self.title };
        let asked = || Asked { cases: self.cases.clone(), asks: asks.to_owned(), typed: self.typed().to_owned() };
        (!self.cases.is_empty()).then(asked)
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, _scene: Scene<'_>) -> Option<(u16, u16)> {
        Some(view::draw(pen, area, self))
    }
}
