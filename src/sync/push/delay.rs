//! The send delay of an entry, in which it can be taken back.

use crate::domain::edit::OutboxEntry;
use crate::domain::wall::Wall;
use crate::sync::push::known::Known;

impl Known {
    /// An entry was committed here: from now on its delay runs.
    pub(super) fn committed(&self, entry: &OutboxEntry, wall: &Wall) {
        self.saved.borrow_mut().insert(entry.id.clone());
        self.leaves_at(entry, wall);
    }
}
