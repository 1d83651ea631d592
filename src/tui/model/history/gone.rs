//! What becomes of an edit that goes unsent: the line that says so, and the key that brings it back.

pub mod acts;

use compact_str::CompactString;

use crate::tui::model::history::{History, Own};

/// What an entry was that is gone unsent.
pub(in crate::tui) enum Gone {
    /// An edit of this sitting, taken back before it left.
    TakenBack(Box<Own>),
    /// An edit of this sitting, dropped.
    Own,
    /// An edit that was to take back another one of this sitting.
    Back,
    /// Its wishes were sent anew.
    Replaced,
    /// None that this sitting remembers.
    Other,
}

impl History {
    /// A form has sent the wishes of this refused entry anew, so that it is dropped.
    pub(in crate::tui) fn replaces(&mut self, id: CompactString) {
        self.replaced.push(id);
    }

    /// An entry was dropped. Its wish comes back when it was taken back with `u`.
    pub(in crate::tui) fn dropped(&mut self, id: &str) -> Gone {
        let is = |own: &Own| own.entry.as_deref() == Some(id);
        if let Some(at) = self.undone.iter().position(|own| own.by.as_ref().is_some_and(|(_, by)| by.as_deref() == Some(id))) {
            let own = self.take_undone(at);
            self.push(Own { by: None, was_landed: false, ..own });
            return Gone::Back;
        }
        if let Some(at) = self.leaving.iter().position(is) {
            let own = self.leaving.remove(at);
            self.push_undone(Own { entry: None, ..own.clone() });
            return Gone::TakenBack(Box::new(own));
        }
        let own = self.done.iter().position(is).and_then(|at| self.take_done(at));
        if let Some(at) = self.replaced.iter().position(|known| known == id) {
            self.replaced.remove(at);
            return Gone::Replaced;
        }
        let Some(own) = own else { return Gone::Other };
        self.push_undone(Own { entry: None, ..own });
        Gone::Own
    }

    /// It could not be dropped after all.
    pub(in crate::tui) fn stays(&mut self, id: &str) {
        self.replaced.retain(|known| known != id);
        if let Some(at) = self.leaving.iter().position(|own| own.entry.as_deref() == Some(id)) {
            let own = self.leaving.remove(at);
            self.push(own);
        }
    }
}
