//! Cases that were brought: the one in sight, its neighbours, and those looked at last. Bounded.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::activity::Activity;
use crate::domain::aside::Then;
use crate::domain::case::{Case, Rid, Row, Vendor};
use crate::protocol::From;

/// Cases kept in memory; the one longest not used leaves first. Enough for walking up and down a screen of rows.
const MAX_CASES: usize = 64;
/// Of each timeline the newest entries: enough to tell who is at work on a case.
const MAX_ENTRIES: usize = 32;

/// A case whole, as far as it has come.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub case: Arc<Case>,
    /// When it came from the vendor.
    pub read_at: Timestamp,
    pub from: From,
    /// Its row has changed since it was read: what a list does not tell of it may be old.
    pub is_behind: bool,
}

impl Loaded {
    pub fn new(case: Arc<Case>, read_at: Timestamp, from: From) -> Self {
        Self { case, read_at, from, is_behind: false }
    }

    /// Goes along with its row, so that nothing is compared with less than the screen shows. False: the row tells nothing new.
    pub fn meet(&mut self, row: &Row, vendor: Vendor) -> bool {
        let before = Then::of(&self.case.row);
        let mut case = Case::clone(&self.case);
        if !case.relist(row, vendor) {
            return false;
        }
        self.is_behind |= before.is_news(&Then::of(&case.row));
        self.case = case.into();
        true
    }
}

/// Latest used last.
#[derive(Clone, Debug, Default)]
pub struct CaseCache {
    cases: VecDeque<(Rid, Loaded)>,
    /// They may come before their case.
    timelines: VecDeque<(Rid, Vec<Activity>)>,
}

impl CaseCache {
    pub fn get(&self, rid: Rid) -> Option<&Loaded> {
        self.cases.iter().rev().find(|(known, _)| *known == rid).map(|(_, loaded)| loaded)
    }

    pub fn get_mut(&mut self, rid: Rid) -> Option<&mut Loaded> {
        self.cases.iter_mut().rev().find(|(known, _)| *known == rid).map(|(_, loaded)| loaded)
    }

    pub fn put(&mut self, rid: Rid, loaded: Loaded) {
        self.cases.retain(|(known, _)| *known != rid);
        if self.cases.len() == MAX_CASES {
            self.cases.pop_front();
        }
        self.cases.push_back((rid, loaded));
    }

    /// The newest entries of a case's timeline that have come, newest first.
    pub fn timeline(&self, rid: Rid) -> &[Activity] {
        self.timelines.iter().find(|(known, _)| *known == rid).map_or(&[], |(_, entries)| entries)
    }

    /// Entries come in pages; what comes again replaces what was known.
    pub fn put_timeline(&mut self, rid: Rid, page: &[Activity]) {
        let place = self.timelines.iter().position(|(known, _)| *known == rid);
        let mut entries = place.and_then(|place| self.timelines.remove(place)).map_or_else(Vec::new, |(_, entries)| entries);
        entries.retain(|entry| !page.iter().any(|new| new.id == entry.id));
        entries.extend(page.iter().filter(|entry| entry.at.is_some()).cloned());
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        entries.truncate(MAX_ENTRIES);
        if self.timelines.len() == MAX_CASES {
            self.timelines.pop_front();
        }
        self.timelines.push_back((rid, entries));
    }

    /// It is used again: it stays longer.
    pub fn touch(&mut self, rid: Rid) {
        if let Some(at) = self.cases.iter().position(|(known, _)| *known == rid)
            && let Some(used) = self.cases.remove(at)
        {
            self.cases.push_back(used);
        }
        if let Some(at) = self.timelines.iter().position(|(known, _)| *known == rid)
            && let Some(used) = self.timelines.remove(at)
        {
            self.timelines.push_back(used);
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
        let mut cached = CaseCache::default();
        let case = Arc::new(sample::case(Vendor::Tines, 1));
        for n in 0..100 {
            cached.put(Rid(n), Loaded::new(Arc::clone(&case), Timestamp::UNIX_EPOCH, From::Disk));
            cached.touch(Rid(0));
        }
        assert!(cached.get(Rid(0)).is_some() && cached.get(Rid(99)).is_some() && cached.get(Rid(36)).is_none());
        assert_eq!(cached.cases.len(), MAX_CASES);
    }

    #[test]
    fn the_newest_entries_stay_each_once() {
        let entry = |n: i64| Activity { id: n.to_string().into(), at: Timestamp::from_second(n).ok(), ..sample::activity() };
        let mut cached = CaseCache::default();
        let page: Vec<Activity> = (0..40).map(entry).collect();
        cached.put_timeline(Rid(1), &page[20..]);
        cached.put_timeline(Rid(1), &page[..30]);
        let newest: Vec<Activity> = (8..40).rev().map(entry).collect();
        assert_eq!((cached.timeline(Rid(1)), cached.timeline(Rid(2))), (&newest[..], &[][..]));
        for n in 2..100 {
            cached.put_timeline(Rid(n), &page);
            cached.touch(Rid(1));
        }
        assert!(cached.timelines.len() == MAX_CASES && !cached.timeline(Rid(1)).is_empty() && cached.timeline(Rid(2)).is_empty());
    }
}
