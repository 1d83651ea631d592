//! How the stack of screens sees the filter bar.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::filter::acts::{act_in_filter, paste_in_filter, type_in_filter};
use crate::tui::screens::filter::{FilterBar, view};
use crate::tui::widgets::pen::Pen;

impl Screen for FilterBar {
    fn scope(&self) -> Scope {
        Scope::Filter
    }

    fn shape(&self) -> Shape {
        Shape::None
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        act_in_filter(press.action, model, cx);
    }

    fn type_key(chord: Chord, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        type_in_filter(chord, model, cx);
    }

    fn paste(text: &str, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        paste_in_filter(text, model, cx);
    }

    fn draw(&self, pen: &mut Pen, _area: Area, areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, areas, scene, self);
        None
    }
}
