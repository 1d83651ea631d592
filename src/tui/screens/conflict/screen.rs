//! How the stack of screens sees a conflict.

use crate::tui::cx::Cx;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;
use crate::tui::screen::{Press, Screen};
use crate::tui::screens::Overlay;
use crate::tui::screens::conflict::pane::ConflictPane;
use crate::tui::screens::conflict::{act_in_conflict, act_in_rewrite, paste_in_rewrite, type_in_rewrite, view};
use crate::tui::widgets::pen::Pen;

impl Screen for ConflictPane {
    fn scope(&self) -> Scope {
        if self.editor.is_some() { Scope::Rewrite } else { Scope::Conflict }
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn act(press: Press, model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        let is_writing = matches!(cx.overlays.last(), Some(Overlay::Conflict(pane)) if pane.editor.is_some());
        if is_writing {
            act_in_rewrite(press.action, model, cx);
        } else {
            act_in_conflict(press.action, press.times(), model, cx);
        }
    }

    fn type_key(chord: Chord, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        type_in_rewrite(chord, cx);
    }

    fn paste(text: &str, _model: &mut Model, _panes: &mut Panes, cx: &mut Cx) {
        paste_in_rewrite(text, cx);
    }

    fn unavailable(&self, action: Action, scene: Scene<'_>) -> Option<String> {
        match action {
            Action::Rewrite => no_rewrite(self, scene.cx),
            Action::Theirs | Action::Mine | Action::Both => no_side(self, action, scene.cx),
            Action::Review if self.editor.is_none() => undecided(self, scene.cx),
            _ => None,
        }
    }

    fn is_saving(&self) -> bool {
        self.is_saving()
    }

    fn left(&self, model: &mut Model, cx: &mut Cx) {
        model.left_conflict(self, cx);
    }

    fn stays_below(&self) -> bool {
        true
    }

    fn draw(&self, pen: &mut Pen, area: Area, _areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
        view::draw(pen, area, scene, self);
        None
    }
}

/// What fits together needs nobody, and what holds one value has no room for two.
fn no_side(pane: &ConflictPane, action: Action, cx: &Cx) -> Option<String> {
    if pane.is_gone {
        return Some(cx.gone_words());
    }
    if pane.chosen().1.is_none() {
        return Some("nothing to decide here: only the lines marked ! wait for you".into());
    }
    let key = |action| cx.keymap.key(Scope::Conflict, action);
    (action == Action::Both && !pane.can_take_both())
        .then(|| format!("it holds one value: {} takes theirs, {} yours", key(Action::Theirs), key(Action::Mine)))
}

/// What nobody has decided cannot be sent.
fn undecided(pane: &ConflictPane, cx: &Cx) -> Option<String> {
    if pane.is_gone {
        return Some(cx.gone_words());
    }
    (pane.undecided() > 0).then(|| format!("{} is off: undecided is {}", cx.keymap.key(Scope::Conflict, Action::Review), pane.missing()))
}

/// An overlap that holds one of a few values is taken from a side, not written.
fn no_rewrite(pane: &ConflictPane, cx: &Cx) -> Option<String> {
    (!pane.can_rewrite()).then(|| {
        let key = |action| cx.keymap.key(Scope::Conflict, action);
        format!("this is taken from one side: {} takes theirs, {} yours", key(Action::Theirs), key(Action::Mine))
    })
}
