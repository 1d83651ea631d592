//! How the stack of screens sees the find bar.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::detail::find::FindBar;
use crate::tui::screens::detail::find::acts::{act_in_find, paste_in_find, type_in_find};
use crate::tui::widgets::pen::Pen;

impl Screen for FindBar {
    fn scope(&self) -> Scope {
        Scope::Filter
    }

    fn shape(&self) -> Shape {
        Shape::None
    }

    fn act(press: Press, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        act_in_find(press.action, model, panes, cx);
    }

    fn type_key(chord: Chord, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        type_in_find(chord, model, panes, cx);
    }

    fn paste(text: &str, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
        paste_in_find(text, model, panes, cx);
    }

    fn draw(&self, _pen: &mut Pen, _area: Area, _areas: &Areas, _scene: Scene<'_>) -> Option<(u16, u16)> {
        None
    }
}
