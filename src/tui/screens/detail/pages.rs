//! The pages read so far of a case's timeline and records.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::domain::activity::Activity;
use crate::domain::record::{RecordTable, Slice, absorb_tables};

/// The pages read so far of a list that is read in pages.
#[derive(Clone, Debug)]
pub struct Pages<T> {
    pub items: Vec<T>,
    /// The page to ask for next; None: all have come, or none was asked for.
    pub next: Option<u32>,
    pub total: Option<u64>,
    /// Entries that could not be read.
    pub malformed: u32,
    /// The last page of those that follow each other from the first.
    furthest: Option<u32>,
    /// How many of each page could not be read.
    unreadable: BTreeMap<u32, u32>,
    /// The last asking failed; it is not repeated until the person asks.
    pub is_stuck: bool,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None, total: None, malformed: 0, furthest: None, unreadable: BTreeMap::new(), is_stuck: false }
    }
}

impl<T> Pages<T> {
    /// `is_met`: it holds something that was known, or nothing was.
    fn turn(&mut self, page: u32, next: Option<u32>, total: Option<u64>, malformed: u32, is_met: bool) {
        let follows = self.furthest.is_none_or(|furthest| page == furthest) || self.next == Some(page);
        // A page that is read again says nothing about how far the list was read, unless there is a gap behind it.
        let is_apart = !is_met && self.furthest.is_some_and(|furthest| page < furthest);
        if follows || is_apart {
            self.furthest = Some(page);
            self.next = next;
        }
        self.unreadable.insert(page, malformed);
        self.malformed = self.unreadable.values().sum();
        self.total = total.or(self.total);
        self.is_stuck = false;
    }
}

impl Pages<Activity> {
    /// Takes a page in: newcomers are added, known entries replaced (a comment may have been edited).
    pub fn absorb(&mut self, page: u32, slice: Slice<Activity>) {
        let mut places: FxHashMap<CompactString, usize> =
            self.items.iter().enumerate().map(|(place, known)| (known.id.clone(), place)).collect();
        let mut is_met = self.items.is_empty();
        for activity in slice.items {
            if let Some(place) = places.get(&activity.id).filter(|_| !activity.id.is_empty()) {
                is_met = true;
                self.items[*place] = activity;
            } else {
                places.insert(activity.id.clone(), self.items.len());
                self.items.push(activity);
            }
        }
        // Oldest first where every entry has its moment; without moments the vendor's order stands.
        if self.items.iter().all(|activity| activity.at.is_some()) {
            self.items.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| by_number(&a.id, &b.id)));
        }
        self.turn(page, slice.next, slice.total, slice.malformed, is_met);
    }
}

impl Pages<RecordTable> {
    pub fn absorb(&mut self, page: u32, slice: Slice<RecordTable>) {
        absorb_tables(&mut self.items, slice.items);
        self.turn(page, slice.next, slice.total, slice.malformed, true);
    }

    /// Rows loaded, over all types.
    pub fn rows(&self) -> usize {
        self.items.iter().map(|table| table.rows.len()).sum()
    }
}

/// Numbers in text compare as numbers.
fn by_number(a: &str, b: &str) -> std::cmp::Ordering {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(a) && is_number(b) { a.len().cmp(&b.len()).then_with(|| a.cmp(b)) } else { a.cmp(b) }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::activity::Topic;
    use crate::domain::text::Clean;

    fn activity(id: &str, second: Option<i64>, text: &str) -> Activity {
        Activity {
            id: id.into(),
            kind: Clean::line("COMMENTED"),
            topic: Topic::Comment,
            who: None,
            at: second.map(|second| Timestamp::from_second(second).unwrap()),
            text: Clean::line(text),
            file: None,
            is_deleted: false,
        }
    }

    fn slice(items: Vec<Activity>, next: Option<u32>) -> Slice<Activity> {
        Slice { items, next, total: Some(4), malformed: 1 }
    }

    fn ids(pages: &Pages<Activity>) -> Vec<&str> {
        pages.items.iter().map(|activity| activity.id.as_str()).collect()
    }

    #[test]
    fn pages_join_by_id_in_order_of_time() {
        let mut pages: Pages<Activity> = Pages::default();
        pages.absorb(1, slice(vec![activity("10", Some(5), "a"), activity("9", Some(5), "b")], Some(2)));
        pages.absorb(2, slice(vec![activity("9", Some(5), "edited"), activity("2", Some(1), "c")], None));
        assert_eq!(ids(&pages), ["2", "9", "10"]);
        assert_eq!(pages.items[1].text.as_str(), "edited");
        assert_eq!((pages.next, pages.total, pages.malformed), (None, Some(4), 2));
        pages.absorb(1, slice(vec![activity("11", Some(9), "new"), activity("10", Some(5), "a")], Some(2)));
        assert_eq!(pages.next, None, "reading the first page again does not forget the second");
        assert_eq!((ids(&pages), pages.malformed), (vec!["2", "9", "10", "11"], 2));
        pages.absorb(1, slice(vec![activity("99", Some(90), "much later")], Some(2)));
        assert_eq!(pages.next, Some(2), "a first page that meets nothing known leaves a gap behind it");
    }

    #[test]
    fn a_page_of_an_older_reading_ends_nothing() {
        let mut pages: Pages<Activity> = Pages::default();
        pages.absorb(1, slice(vec![activity("9", Some(9), "")], Some(5)));
        pages.absorb(4, slice(vec![activity("1", Some(1), "")], None));
        assert_eq!((pages.next, pages.items.len()), (Some(5), 2));
        pages.absorb(5, slice(vec![activity("5", Some(5), "")], Some(6)));
        pages.absorb(5, slice(vec![activity("5", Some(5), "")], None));
        assert_eq!(pages.next, None, "the same page, now known to be the last");
    }

    #[test]
    fn without_moments_the_vendors_order_stands() {
        let mut pages: Pages<Activity> = Pages::default();
        pages.absorb(0, slice(vec![activity("b", None, ""), activity("a", None, "")], None));
        assert_eq!(ids(&pages), ["b", "a"]);
    }
}
