//! The edit form: the text and choices under edit. Saved values live in the case; this holds only what is wished.

use crate::app::App;
use crate::app::action::Action;
use crate::app::message::Chord;
use crate::domain::case::Rid;
use crate::domain::edit::Part;

#[derive(Clone, Debug)]
pub struct Form {
    pub rid: Rid,
    /// The field that has the keys.
    pub field: Part,
}

impl App {
    /// Opens the form of a case with `field` in focus, or says why not.
    pub(super) fn open_form(&mut self, rid: Rid, field: Part) {
        self.push(super::overlay::Overlay::Form(Box::new(Form { rid, field })));
    }

    /// An action of the table while the form is on top.
    pub(super) fn act_in_form(&mut self, action: Action) {
        if matches!(action, Action::Leave) {
            self.pop();
        }
    }

    /// A key that belongs to the field under edit.
    pub(super) fn type_in_form(&mut self, _chord: Chord) {}

    /// Pasted text for the field under edit.
    pub(super) fn paste_in_form(&mut self, _text: &str) {}
}
