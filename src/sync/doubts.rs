//! Cases that were not found when they were read.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashSet;

use crate::domain::case::Rid;

/// Cases not found that are remembered; beyond that the passes come in their own time.
pub(super) const NOT_FOUND: usize = 1_000;

/// Cases that were not found when they were read. That they are gone is for a complete pass to say: each asks for one.
#[derive(Default)]
pub(super) struct Doubts {
    wants_pass: Cell<bool>,
    not_found: RefCell<FxHashSet<Rid>>,
}

impl Doubts {
    pub(super) fn not_found(&self, rid: Rid) {
        let mut known = self.not_found.borrow_mut();
        if known.len() < NOT_FOUND && known.insert(rid) {
            self.wants_pass.set(true);
        }
    }

    pub(super) fn found(&self, rid: Rid) {
        self.not_found.borrow_mut().remove(&rid);
    }

    /// Whether the next round has to be a complete pass; asked once.
    pub(super) fn take(&self) -> bool {
        self.wants_pass.take()
    }
}
