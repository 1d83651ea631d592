//! How the stack of screens sees the box of labels.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::model::left::{Asked, TAGS};
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Line, Press, Screen};
use crate::tui::screens::labels::acts::{act_in_labels, paste_in_labels, type_in_labels};
use crate::tui::screens::labels::{LabelsBox, view};
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::text;

impl Screen for LabelsBox {
    fn scope(&self) -> Scope {
        Scope::Prompt
    }

    fn shape(&self) -> Shape {
        Shape::PROMPT
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_labels(press.action, model, cx);
    }

    fn type_key(chord: Chord, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        type_in_labels(chord, model, cx);
    }

    fn paste(text: &str, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        paste_in_labels(text, model, cx);
    }

    fn line(&mut self) -> Option<Line<'_>> {
        Some(Line { place: format!("labels {:?}", self.case.row.id), begun: String::new(), area: &mut self.area })
    }

    fn asked(&self) -> Option<Asked> {
        let row = &self.case.row;
        let typed = text::line_text(&self.area).to_owned();
        Some(Asked { cases: vec![(row.id.clone(), row.key.to_string())], asks: TAGS.to_owned(), typed })
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        Some(view::draw(pen, area, scene, self))
    }
}
