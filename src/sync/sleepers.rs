//! Pins and snoozes as they were last told to the screen.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;

use crate::domain::aside::Aside;
use crate::domain::case::CaseId;
use crate::domain::moved::Moved;

/// What the screen was told, or told itself.
#[derive(Default)]
pub(super) struct Told {
    pub(in crate::sync) asides: RefCell<FxHashMap<CaseId, Aside>>,
    /// Raised before and after each of the screen's own writes: a look that overlaps with one is not believed.
    pub(in crate::sync) writes: Cell<u64>,
}

impl Told {
    pub(in crate::sync) fn take(&self, asides: &[Aside]) {
        let mut known = self.asides.borrow_mut();
        for aside in asides {
            if aside.is_nothing() {
                known.remove(&aside.case);
            } else {
                known.insert(aside.case.clone(), aside.clone());
            }
        }
    }

    /// Whether the screen had heard the latest when it moved a case; else it is told again what stands.
    pub(in crate::sync) fn knew(&self, moved: &Moved) -> bool {
        self.asides.borrow().get(moved.case()).map_or_else(|| moved.before.is_nothing(), |told| *told == moved.before)
    }

    /// What differs now; with nothing in it where a case is not put aside any more.
    pub(in crate::sync) fn news(&self, now: &[Aside]) -> Vec<Aside> {
        let known = self.asides.borrow();
        let changed = now.iter().filter(|aside| known.get(&aside.case) != Some(aside)).cloned();
        let is_left = |case: &&CaseId| !now.iter().any(|aside| aside.case == **case);
        let left = known.keys().filter(is_left).map(Aside::nothing);
        changed.chain(left).collect()
    }
}
