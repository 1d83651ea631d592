//! The bookkeeping of one complete pass over a list that moves while it is read. Pure.
//!
//! A list read page by page shifts under the reader: a case that leaves pulls everything behind it forward, and the row
//! that crosses a page boundary at that moment is met by neither reading; one that enters pushes rows the other way.
//! What the vendor says about its total tells when that may have happened, and so which pages to read again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};

use super::pull::is_hiccup;
use crate::domain::case::Rid;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Page};

/// Pages of one pass: ten times what a million cases take at a hundred per page; a list that goes on is a loop.
const MAX_PAGES: u32 = 100_000;
/// How often one page is asked for in vain, each time with the retries of the HTTP client inside.
const PAGE_TRIES: u8 = 3;
/// Rounds of reading again; a list that moves faster than that is told as it is: partial.
const MAX_ROUNDS: u8 = 3;
/// Between two adjacent readings further apart, an arrival may hide a departure from the totals.
const LONG_PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// A page on its way, and what was known when it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// Counted from 1 in the order of the list.
    pub page: u32,
    pub cursor: Cursor,
    shrinks: u32,
    grows: u32,
}

/// One reading of a page: the span in which the vendor looked, in moves of the list and in time.
#[derive(Clone, Copy, Debug)]
struct Reading {
    shrinks: (u32, u32),
    grows: (u32, u32),
    got_at: Timestamp,
}

impl Reading {
    /// Read before a departure, while the page behind was read after it: the row at its end was met by neither.
    fn may_lose_backward(&self, behind: &Self) -> bool {
        self.shrinks.0 < behind.shrinks.1 || behind.got_at.duration_since(self.got_at) > LONG_PAUSE
    }

    /// Read after an entry in the middle, while the page behind was read before it.
    fn may_lose_forward(&self, behind: &Self) -> bool {
        behind.grows.0 < self.grows.1 && behind.got_at < self.got_at
    }
}

/// How a pass stands once nothing is left to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Pages were put back for another look.
    Again,
    /// Every case that the vendor counts was met.
    Complete,
    /// The list moved too much, or rows are missing that no page shows.
    Short,
}

#[derive(Default)]
pub(super) struct Walk {
    /// Pages to ask before any new one: failed ones and suspects.
    again: VecDeque<u32>,
    /// How the next page is named where pages follow each other by cursor.
    chained: Option<Cursor>,
    asked: u32,
    /// Pages the vendor says there are; None: it does not count, pages follow each other.
    last: Option<u32>,
    readings: BTreeMap<u32, Vec<Reading>>,
    tries: FxHashMap<u32, u8>,
    total: Option<u64>,
    /// How often the vendor's total was seen to go down and up.
    shrinks: u32,
    grows: u32,
    met: FxHashSet<Rid>,
    /// Rows on each page, to tell short pages from full ones.
    sizes: FxHashMap<u32, usize>,
    /// Pages that repeated a row of another page.
    repeating: BTreeSet<u32>,
    malformed: FxHashMap<u32, u32>,
    rounds: u8,
    reread_all: bool,
}

impl Walk {
    /// The next page to ask for; None: wait for an answer, or the end.
    pub(super) fn next(&mut self) -> Option<Asked> {
        let (page, cursor) = self.next_page()?;
        Some(Asked { page, cursor, shrinks: self.shrinks, grows: self.grows })
    }

    fn next_page(&mut self) -> Option<(u32, Cursor)> {
        if let Some(page) = self.again.pop_front() {
            return Some((page, number(page)));
        }
        if self.asked == 0 {
            self.asked = 1;
            return Some((1, Cursor::Start));
        }
        let cursor = match self.last {
            Some(last) if self.asked < last => number(self.asked + 1),
            Some(_) => return None,
            None => self.chained.take()?,
        };
        self.asked += 1;
        Some((self.asked, cursor))
    }

    /// Books an answer.
    ///
    /// # Errors
    /// `TooLarge`: the list goes on beyond every bound.
    pub(super) fn took(&mut self, asked: &Asked, page: &Page, now: Timestamp) -> Result<(), Fault> {
        if let Some(total) = page.total {
            match self.total {
                Some(known) if total < known => self.shrinks += 1,
                Some(known) if total > known => self.grows += 1,
                _ => {}
            }
            self.total = Some(total);
        }
        match (&page.next, page.pages) {
            (next, Some(pages)) => {
                let more = if matches!(next, Some(Cursor::Number(_))) { asked.page + 1 } else { 0 };
                // Answers overtake each other: an extra page that turns out empty costs less than one left out.
                self.last = self.last.max(Some(pages.max(more)));
            }
            (Some(next), None) => self.chained = Some(next.clone()),
            (None, None) => self.chained = None,
        }
        if self.asked >= MAX_PAGES || self.last.is_some_and(|last| last > MAX_PAGES) {
            return Err(Fault::new(FaultKind::TooLarge, format!("the list does not end within {MAX_PAGES} pages")));
        }
        self.tries.remove(&asked.page);
        self.malformed.insert(asked.page, u32::try_from(page.malformed.len()).unwrap_or(u32::MAX));
        self.sizes.insert(asked.page, page.items.len() + page.malformed.len());
        self.readings.entry(asked.page).or_default().push(Reading {
            shrinks: (asked.shrinks, self.shrinks),
            grows: (asked.grows, self.grows),
            got_at: now,
        });
        Ok(())
    }

    /// Books a page that could not be read; whether it is worth another try. Chained pages keep their cursor.
    pub(super) fn failed(&mut self, asked: Asked, fault: &Fault) -> bool {
        let tries = self.tries.entry(asked.page).or_default();
        *tries += 1;
        // One that does not answer at all is not waited for again; one that has answered other pages is.
        let is_overloaded = fault.kind == FaultKind::TimedOut && !self.readings.is_empty();
        if *tries >= PAGE_TRIES || !(is_hiccup(fault) || is_overloaded) {
            return false;
        }
        match asked.cursor {
            Cursor::Number(page) => self.again.push_back(page),
            Cursor::Start => self.again.push_back(1),
            token @ Cursor::Token(_) => {
                self.chained = Some(token);
                self.asked -= 1;
            }
        }
        true
    }

    /// Books which rows a page held.
    pub(super) fn stored(&mut self, page: u32, rids: &[Rid]) {
        let is_first = self.readings.get(&page).is_none_or(|readings| readings.len() < 2);
        for rid in rids {
            // Reading a page again repeats its own rows; that says nothing.
            if !self.met.insert(*rid) && is_first {
                self.repeating.insert(page);
            }
        }
    }

    /// Distinct cases met so far.
    pub(super) fn seen(&self) -> u64 {
        self.met.len() as u64
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    pub(super) fn malformed(&self) -> u32 {
        self.malformed.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Pages read so far, and of how many where the vendor counts them.
    pub(super) fn pages(&self) -> (u32, Option<u32>) {
        (u32::try_from(self.readings.len()).unwrap_or(u32::MAX), self.last)
    }

    /// Judges the pass when every answer is in and stored.
    pub(super) fn verdict(&mut self) -> Verdict {
        let mut suspects = self.moved_boundaries();
        let short = self.is_short();
        if short {
            suspects.extend(self.around_repeats());
            suspects.extend(self.short_pages());
            if suspects.is_empty() && !self.reread_all {
                self.reread_all = true;
                suspects.extend(self.readings.keys());
            }
        }
        if suspects.is_empty() {
            return if short { Verdict::Short } else { Verdict::Complete };
        }
        // A chain cannot be entered in its middle: what it missed, the next pass meets.
        let numbered = self.last.is_some();
        if !numbered || self.rounds >= MAX_ROUNDS {
            return Verdict::Short;
        }
        self.rounds += 1;
        self.repeating.clear();
        self.again.extend(suspects);
        Verdict::Again
    }

    /// Fewer distinct cases than the vendor counts. Rows that could not be read are known to be there.
    fn is_short(&self) -> bool {
        self.total.is_some_and(|total| self.seen() + u64::from(self.malformed()) < total)
    }

    /// Pages beside a boundary that a row may have crossed unseen. One pair of readings without doubt clears a boundary.
    fn moved_boundaries(&self) -> BTreeSet<u32> {
        let mut pages = BTreeSet::new();
        if self.total.is_none() {
            return pages;
        }
        for (page, here) in &self.readings {
            let Some(there) = self.readings.get(&(page + 1)) else { continue };
            let doubt = |may: fn(&Reading, &Reading) -> bool| here.iter().all(|here| there.iter().all(|there| may(here, there)));
            if doubt(Reading::may_lose_backward) {
                pages.insert(*page);
            }
            if doubt(Reading::may_lose_forward) {
                pages.insert(page + 1);
            }
        }
        pages
    }

    /// A page that repeats rows shows a shift: its neighbours may lack some.
    fn around_repeats(&self) -> BTreeSet<u32> {
        let last = self.last.unwrap_or(0);
        self.repeating.iter().flat_map(|page| [page.saturating_sub(1), *page, page + 1]).filter(|page| (1..=last).contains(page)).collect()
    }

    /// Pages before the last that hold fewer rows than the fullest.
    fn short_pages(&self) -> BTreeSet<u32> {
        let full = self.sizes.values().copied().max().unwrap_or(0);
        let last = self.last.unwrap_or(0);
        let read_once = |page: &u32| self.readings.get(page).is_some_and(|readings| readings.len() < 2);
        self.sizes.iter().filter(|(page, size)| **page < last && **size < full && read_once(page)).map(|(page, _)| *page).collect()
    }
}

/// How a numbered page is asked for again.
fn number(page: u32) -> Cursor {
    if page == 1 { Cursor::Start } else { Cursor::Number(page) }
}
