//! The send delay of an entry, in which it can be taken back.

use std::time::Instant;

use super::Known;
use crate::domain::edit::OutboxEntry;
use crate::domain::wall::Wall;

impl Known {
    /// An entry was committed here: from now on its delay runs.
    pub(super) fn committed(&self, entry: &OutboxEntry, wall: &Wall) {
        self.saved.borrow_mut().insert(entry.id.clone());
        self.leaves_at(entry, wall);
    }

    /// When an entry's delay has passed: counted on from when it was first seen here, and never more than the whole delay,
    /// whatever the wall says. None: it has none.
    pub(super) fn leaves_at(&self, entry: &OutboxEntry, wall: &Wall) -> Option<Instant> {
        let then = entry.send_after?;
        let mut leaves = self.leaves.borrow_mut();
        if let Some((_, at)) = leaves.get(&entry.id).filter(|(known, _)| *known == then) {
            return Some(*at);
        }
        let now = Instant::now();
        let at = now.checked_add(entry.delay_left(wall.now()).unwrap_or_default()).unwrap_or(now);
        leaves.insert(entry.id.clone(), (then, at));
        Some(at)
    }
}
