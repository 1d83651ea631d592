//! Cases that were brought: the one in sight, its neighbours, and those looked at last. Bounded.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::case::{Case, Rid};
use crate::protocol::From;

/// Cases kept in memory; the one longest not used leaves first. Enough for walking up and down a screen of rows.
const MAX_CASES: usize = 64;

/// A case whole, as far as it has come.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub case: Arc<Case>,
    /// When it came from the vendor.
    pub read_at: Timestamp,
    pub from: From,
}

/// Latest used last.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    cases: VecDeque<(Rid, Loaded)>,
}

impl Shelf {
    pub fn get(&self, rid: Rid) -> Option<&Loaded> {
        self.cases.iter().rev().find(|(known, _)| *known == rid).map(|(_, loaded)| loaded)
    }

    pub fn put(&mut self, rid: Rid, loaded: Loaded) {
        self.cases.retain(|(known, _)| *known != rid);
        if self.cases.len() == MAX_CASES {
            self.cases.pop_front();
        }
        self.cases.push_back((rid, loaded));
    }

    /// It is used again: it stays longer.
    pub fn touch(&mut self, rid: Rid) {
        if let Some(at) = self.cases.iter().position(|(known, _)| *known == rid)
            && let Some(used) = self.cases.remove(at)
        {
            self.cases.push_back(used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::sample;

    #[test]
    fn the_longest_unused_leaves_first() {
        let mut shelf = Shelf::default();
        let case = Arc::new(sample::case(Vendor::Tines, 1));
        for n in 0..100 {
            shelf.put(Rid(n), Loaded { case: Arc::clone(&case), read_at: Timestamp::UNIX_EPOCH, from: From::Disk });
            shelf.touch(Rid(0));
        }
        assert!(shelf.get(Rid(0)).is_some() && shelf.get(Rid(99)).is_some() && shelf.get(Rid(36)).is_none());
        assert_eq!(shelf.cases.len(), MAX_CASES);
    }
}
