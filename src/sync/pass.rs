//! The bookkeeping of one complete pass over a list that moves while it is read. Pure.
//!
//! A list read page by page shifts under the reader: a case that leaves pulls everything behind it forward, and the row
//! that crosses a page boundary at that moment is met by neither reading; one that enters pushes rows the other way.
//! What the vendor says about its total tells when that may have happened, and so which pages to read again.
//!
//! Vendors misbehave in other ways, too: a page that never answers is left out, a list that shows no page behind so many
//! rows is read from its other end, one that goes on without showing anything new is stopped, and a total that counts
//! cases which no page shows is believed once two readings agree.

mod moves;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::BuildHasher;

use jiff::Timestamp;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use self::moves::{Moves, Reading};
use crate::domain::case::Rid;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Page, Scan};
use crate::domain::text::Clean;
use crate::protocol::Gap;
use crate::sync::paging::is_hiccup;

/// Pages of one pass: ten times what a million cases take at a hundred per page; a list that goes on is a loop.
const MAX_PAGES: u32 = 100_000;
/// Sentences about rows that are told; beyond them only their number is.
const REMARKS: usize = 5;
/// How often one page is asked for in vain, each time with the retries of the HTTP client inside.
const PAGE_TRIES: u8 = 3;
/// Pages left out of one pass; a list with more of them is not worth calling read.
const MAX_LOST: usize = 16;
/// So many pages lost behind the last one that was read: the list shows no more, or the vendor is away.
const LOST_AT_END: usize = 2;
/// Pages in a row that show only what was met before, or nothing where pages are not counted: the list runs in a circle.
const BARREN: u32 = 2;
/// Empty pages in a row where the vendor counts its pages: cases that this token may not see leave such pages behind.
const BARREN_COUNTED: u32 = 50;
/// Rounds of reading again; a list that moves faster than that is told as it is: partial.
const MAX_ROUNDS: u8 = 3;

/// A page on its way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// Counted from 1 in the order of the list.
    pub page: u32,
    pub scan: Scan,
    pub cursor: Cursor,
    step: u32,
}

/// How a pass stands once nothing is left to ask.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// There is more to ask: pages were put back for another look, or the list is read from its other end.
    Again,
    /// Every case that any page shows was met; so many more are counted by the vendor and shown on none.
    Complete {
        hidden: u64,
    },
    Short(Gap),
    /// The vendor is away.
    Failed(Fault),
}

/// What is known of the list before it is read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Start {
    /// Pages have numbers, so that one can be asked for without the one before.
    pub is_numbered: bool,
    /// The list can be read from its other end ([`Scan::Newest`]).
    pub has_two_ends: bool,
    /// Cases that the last complete pass found counted and not shown.
    pub hidden: u64,
    /// A request has just failed: nothing is tried thrice before anything was answered.
    pub is_hasty: bool,
}

#[derive(Default)]
pub(super) struct Walk {
    start: Start,
    /// Pages to ask before any new one: failed ones and suspects.
    again: VecDeque<u32>,
    /// How the next page is named where pages follow each other by cursor.
    chained: Option<Cursor>,
    /// Cursors that were given, as hashes: one that comes back closes a circle.
    cursors: FxHashSet<u64>,
    asked: u32,
    /// Pages the vendor says there are; None: it does not count, pages follow each other.
    last: Option<u32>,
    tries: FxHashMap<u32, u8>,
    /// Pages that could not be read, and why.
    lost: BTreeMap<u32, Fault>,
    total: Option<u64>,
    /// Counts questions and answers.
    step: u32,
    moves: Moves,
    met: FxHashSet<Rid>,
    /// Cases met, as hashes of their ids: known before they are stored.
    ids: FxHashSet<u64>,
    /// Rows on each page, to tell short pages from full ones.
    sizes: FxHashMap<u32, usize>,
    /// Pages that repeated a row of another page.
    repeating: BTreeSet<u32>,
    malformed: FxHashMap<u32, u32>,
    /// What is the matter with rows, by page.
    remarks: BTreeMap<u32, Vec<String>>,
    rounds: u8,
    second: Option<Second>,
    /// Pages in a row without a row that is new.
    barren: u32,
    /// Where a circle began.
    circled: Option<u32>,
    /// A page that was read could not be read again.
    is_unsure: bool,
    /// Set once the list is read from its other end.
    other_end: Option<OtherEnd>,
}

/// Everything is read a second time, because cases are missing that the vendor counts.
struct Second {
    /// How many were missing in the first reading.
    missing: u64,
    ids: FxHashSet<u64>,
}

/// What the first end left behind.
struct OtherEnd {
    /// Why it was not read to its end.
    gap: Gap,
    malformed: u32,
}

impl Walk {
    pub(super) fn new(start: Start) -> Self {
        Self { start, ..Self::default() }
    }

    /// The next page to ask for; None: wait for an answer, or the end.
    pub(super) fn next(&mut self) -> Option<Asked> {
        let (page, cursor) = self.next_page()?;
        self.step += 1;
        let scan = if self.other_end.is_some() { Scan::Newest } else { Scan::All };
        Some(Asked { page, scan, cursor, step: self.step })
    }

    fn next_page(&mut self) -> Option<(u32, Cursor)> {
        if let Some(page) = self.again.pop_front() {
            return Some((page, number(page)));
        }
        if self.asked == 0 {
            self.asked = 1;
            return Some((1, Cursor::Start));
        }
        if self.circled.is_some() || self.lost_at_end() >= LOST_AT_END {
            return None;
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
        self.step += 1;
        if let Some(total) = page.total {
            self.moves.count(self.total, total, self.step);
            self.total = Some(total);
        }
        let is_first = !self.moves.has_read(asked.page);
        self.look_for_circles(asked.page, page, is_first);
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
        self.lost.remove(&asked.page);
        self.malformed.insert(asked.page, u32::try_from(page.malformed.len()).unwrap_or(u32::MAX));
        self.remarks.insert(asked.page, page.malformed.iter().chain(&page.odd).take(REMARKS).cloned().collect());
        self.sizes.insert(asked.page, page.items.len() + page.malformed.len());
        self.moves.read(asked.page, Reading { asked: asked.step, got: self.step, got_at: now });
        Ok(())
    }

    /// A list that shows nothing new and does not end is stopped.
    fn look_for_circles(&mut self, number: u32, page: &Page, is_first: bool) {
        let ids: Vec<u64> = page.items.iter().map(|item| FxBuildHasher.hash_one(&item.row.id.id)).collect();
        let fresh = ids.iter().filter(|id| self.ids.insert(**id)).count() + page.malformed.len() + page.dropped;
        if let Some(second) = &mut self.second {
            second.ids.extend(ids);
        }
        if !is_first {
            return;
        }
        let goes_on = page.next.is_some() || page.pages.is_some_and(|last| number < last);
        self.barren = if fresh == 0 && goes_on { self.barren + 1 } else { 0 };
        let bound = if page.pages.is_some() && page.items.is_empty() { BARREN_COUNTED } else { BARREN };
        let comes_back = matches!(&page.next, Some(Cursor::Token(token)) if !self.cursors.insert(FxBuildHasher.hash_one(token)));
        if self.barren >= bound || comes_back {
            let since = if comes_back { number } else { number.saturating_sub(self.barren - 1) };
            self.circled.get_or_insert(since);
        }
    }

    /// Books a page that could not be read: it is asked for again, or left out. Chained pages keep their cursor.
    ///
    /// # Errors
    /// The fault, where it is no matter of this page alone.
    pub(super) fn failed(&mut self, asked: Asked, fault: Fault) -> Result<(), Fault> {
        let tries = self.tries.entry(asked.page).or_default();
        *tries += 1;
        // One that does not answer at all is not waited for again; one that has answered other pages is.
        let was_answered = self.moves.has_any();
        let is_overloaded = fault.kind == FaultKind::TimedOut && was_answered;
        let is_last_try = *tries >= PAGE_TRIES || (self.start.is_hasty && !was_answered);
        if is_last_try || !(is_hiccup(&fault) || is_overloaded) {
            return self.lose(&asked, fault);
        }
        match asked.cursor {
            Cursor::Number(page) => self.again.push_back(page),
            Cursor::Start => self.again.push_back(1),
            token @ Cursor::Token(_) => {
                self.chained = Some(token);
                self.asked -= 1;
            }
        }
        Ok(())
    }

    fn lose(&mut self, asked: &Asked, fault: Fault) -> Result<(), Fault> {
        let is_refused = is_refusal(&fault);
        if self.moves.has_read(asked.page) {
            self.is_unsure = true;
            return if is_refused || is_of_page(&fault) { Ok(()) } else { Err(fault) };
        }
        if !self.start.is_numbered {
            // Behind a link that is refused nothing can be asked for; behind one that broke, the next pass may.
            if !is_refused || asked.page == 1 {
                return Err(fault);
            }
            self.lost.insert(asked.page, fault);
            self.chained = None;
            return Ok(());
        }
        let is_first = asked.page == 1 && self.other_end.is_none() && !self.moves.has_any();
        let is_lost = is_of_page(&fault) || (!is_first && (is_refused || fault.kind == FaultKind::TimedOut));
        if !is_lost || self.lost.len() >= MAX_LOST {
            return Err(fault);
        }
        if is_first {
            // The second page tells whether it is the vendor.
            self.last = self.last.max(Some(2));
        }
        self.lost.insert(asked.page, fault);
        Ok(())
    }

    /// Pages lost behind the last one that was read.
    fn lost_at_end(&self) -> usize {
        self.lost.range(self.moves.last_read() + 1..).count()
    }

    /// Books which rows a page held.
    pub(super) fn stored(&mut self, asked: &Asked, rids: &[Rid]) {
        let is_first = !self.moves.has_read_again(asked.page) && asked.scan == Scan::All;
        for rid in rids {
            // Reading a page again repeats its own rows; that says nothing.
            if !self.met.insert(*rid) && is_first {
                self.repeating.insert(asked.page);
            }
        }
    }

    /// The cases met, by number.
    pub(super) fn met(&self) -> Vec<Rid> {
        let mut met: Vec<Rid> = self.met.iter().copied().collect();
        met.sort_unstable();
        met
    }

    /// Distinct cases met so far.
    pub(super) fn seen(&self) -> u64 {
        self.met.len() as u64
    }

    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    /// The first sentences about rows that could not be read, or not whole.
    pub(super) fn remarks(&self) -> Vec<Clean> {
        self.remarks.values().flatten().take(REMARKS).map(|remark| Clean::line(remark)).collect()
    }

    pub(super) fn malformed(&self) -> u32 {
        let here = self.malformed.values().fold(0_u32, |sum, count| sum.saturating_add(*count));
        // Rows without an id may be the same from both ends.
        self.other_end.as_ref().map_or(here, |other| other.malformed.max(here))
    }

    /// Pages read so far, and of how many where the vendor counts them.
    pub(super) fn pages(&self) -> (u32, Option<u32>) {
        (self.moves.pages(), self.last)
    }

    /// Judges the pass when every answer is in and stored.
    pub(super) fn verdict(&mut self) -> Verdict {
        if let Some(other) = &self.other_end {
            let gap = other.gap.clone();
            return self.both_ends(gap);
        }
        if !self.moves.has_any() {
            let first = self.lost.pop_first().map(|(_, fault)| fault);
            return Verdict::Failed(first.unwrap_or_else(|| Fault::new(FaultKind::Closed, "nothing was read")));
        }
        if let Some(page) = self.circled
            && (self.total.is_none() || self.is_short())
        {
            return Verdict::Short(Gap::Circled { page });
        }
        if self.lost_at_end() > 0 {
            return self.capped();
        }
        let suspects = self.suspects();
        if suspects.is_empty() {
            return self.ended();
        }
        // A chain cannot be entered in its middle: what it missed, the next pass meets.
        if self.last.is_none() || self.rounds >= MAX_ROUNDS {
            return Verdict::Short(Gap::Moved);
        }
        self.rounds += 1;
        self.repeating.clear();
        self.again.extend(suspects);
        Verdict::Again
    }

    /// Pages to read again.
    fn suspects(&mut self) -> BTreeSet<u32> {
        let mut suspects = if self.total.is_some() { self.moves.boundaries() } else { BTreeSet::new() };
        // With a page left out, rows are known to be missing.
        if !self.lost.is_empty() || !self.is_short() || self.agreed().is_some() {
            return suspects;
        }
        suspects.extend(self.around_repeats());
        suspects.extend(self.short_pages());
        let is_everywhere = suspects.len() * 2 > self.sizes.len();
        if self.second.is_none() && (suspects.is_empty() || is_everywhere) {
            self.second = Some(Second { missing: self.missing(), ids: FxHashSet::default() });
            suspects.extend(self.sizes.keys());
        }
        suspects
    }

    fn ended(&self) -> Verdict {
        if let Some((_, fault)) = self.lost.last_key_value() {
            return Verdict::Short(left_out(&self.lost, fault));
        }
        if self.is_unsure || self.moves.is_torn(self.full_page()) {
            return Verdict::Short(Gap::Moved);
        }
        match self.agreed() {
            Some(hidden) => Verdict::Complete { hidden },
            None if self.is_short() => Verdict::Short(Gap::Moved),
            None => Verdict::Complete { hidden: self.missing() },
        }
    }

    /// The list shows no page behind the last one that was read: what is behind is looked for from the other end.
    fn capped(&mut self) -> Verdict {
        let Some((_, fault)) = self.lost.first_key_value() else { return Verdict::Short(Gap::Moved) };
        let is_refused = is_refusal(fault);
        let reaches_end = self.last.is_some_and(|last| self.lost.contains_key(&last));
        let gap = if reaches_end && !is_refused {
            left_out(&self.lost, fault)
        } else {
            let rows = u64::from(self.moves.last_read()) * self.full_page() as u64;
            Gap::Capped { rows, words: fault.message.clone() }
        };
        if !self.start.has_two_ends {
            return if is_refused || reaches_end { Verdict::Short(gap) } else { Verdict::Failed(fault.clone()) };
        }
        self.other_end = Some(OtherEnd { gap, malformed: self.malformed() });
        (self.asked, self.last, self.barren, self.circled) = (0, None, 0, None);
        self.tries.clear();
        self.lost.clear();
        self.malformed.clear();
        self.moves.other_end();
        Verdict::Again
    }

    /// Every case was met from one end or the other, or those in the middle are missing.
    fn both_ends(&self, gap: Gap) -> Verdict {
        if let Some((_, fault)) = self.lost.first_key_value()
            && !self.moves.has_any()
            && !is_refusal(fault)
        {
            // Both ends are silent: the vendor is away.
            return Verdict::Failed(fault.clone());
        }
        let met_all = match self.total {
            Some(_) => !self.is_short(),
            // The other end has come to what was met from the first.
            None => self.circled.is_some(),
        };
        if met_all && self.moves.are_none() { Verdict::Complete { hidden: self.missing() } } else { Verdict::Short(gap) }
    }

    /// Cases that the vendor counts and that were not met. Rows that could not be read are known to be there.
    fn missing(&self) -> u64 {
        self.total.map_or(0, |total| total.saturating_sub(self.seen() + u64::from(self.malformed())))
    }

    /// Fewer cases than the vendor counts, and not by those that it is known to hide.
    fn is_short(&self) -> bool {
        let missing = self.missing();
        missing > 0 && missing != self.start.hidden
    }

    /// How many cases two readings of everything have both not found.
    fn agreed(&self) -> Option<u64> {
        let second = self.second.as_ref()?;
        let missing = self.total?.saturating_sub(second.ids.len() as u64 + u64::from(self.malformed()));
        (missing == second.missing && missing == self.missing() && !self.moves.has_fallen()).then_some(missing)
    }

    fn full_page(&self) -> usize {
        self.sizes.values().copied().max().unwrap_or(0)
    }

    /// A page that repeats rows shows a shift: its neighbours may lack some.
    fn around_repeats(&self) -> BTreeSet<u32> {
        let last = self.last.unwrap_or(0);
        self.repeating.iter().flat_map(|page| [page.saturating_sub(1), *page, page + 1]).filter(|page| (1..=last).contains(page)).collect()
    }

    /// Pages before the last that hold fewer rows than the fullest.
    fn short_pages(&self) -> BTreeSet<u32> {
        let (full, last) = (self.full_page(), self.last.unwrap_or(0));
        let is_short = |page: u32, size: usize| page < last && size < full && !self.moves.has_read_again(page);
        self.sizes.iter().filter(|(page, size)| is_short(**page, **size)).map(|(page, _)| *page).collect()
    }
}

/// An answer that came, or broke off, and that another page may do better; 503 is the vendor's word for being away.
pub(super) fn is_of_page(fault: &Fault) -> bool {
    fault.wait_s.is_none()
        && fault.status != Some(503)
        && matches!(fault.kind, FaultKind::Server | FaultKind::Cut | FaultKind::BadBody | FaultKind::TooLarge)
}

/// The vendor answers that there is no such page.
fn is_refusal(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Rejected | FaultKind::NotFound | FaultKind::NotAvailable)
}

fn left_out(lost: &BTreeMap<u32, Fault>, fault: &Fault) -> Gap {
    Gap::LeftOut { pages: lost.keys().copied().collect(), words: fault.message.clone() }
}

/// How a numbered page is asked for again.
fn number(page: u32) -> Cursor {
    if page == 1 { Cursor::Start } else { Cursor::Number(page) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::case::{CaseId, Row, SourceId, Status};
    use crate::domain::page::Listed;

    const SIZE: usize = 5;
    const LANES: usize = 4;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn item(id: u32) -> Listed {
        let row = Row {
            id: CaseId { source: SourceId(0), id: id.to_string().into() },
            key: crate::domain::text::Clean::default(),
            title: crate::domain::text::Clean::default(),
            status: Status { state: None, name: crate::domain::text::Clean::default() },
            priority: None,
            assignees: Vec::new(),
            tags: Vec::new(),
            created_at: None,
            updated_at: None,
            closed_at: None,
            due_at: None,
            also_due: Vec::new(),
            url: None,
            description: None,
        };
        Listed { row, raw: crate::domain::raw_body::RawBody::default() }
    }

    /// What a vendor with numbered pages answers about `list`.
    fn look(list: &[u32], page: u32) -> Page {
        let from = (page as usize - 1) * SIZE;
        let items: Vec<_> = list.iter().skip(from).take(SIZE).map(|id| item(*id)).collect();
        let pages = u32::try_from(list.len().div_ceil(SIZE)).unwrap();
        Page {
            items,
            next: (page < pages).then_some(Cursor::Number(page + 1)),
            pages: Some(pages),
            total: Some(list.len() as u64),
            malformed: Vec::new(),
            dropped: 0,
            odd: Vec::new(),
        }
    }

    fn rids(page: &Page) -> Vec<Rid> {
        page.items.iter().map(|item| Rid(item.row.id.id.parse().unwrap())).collect()
    }

    fn numbered() -> Walk {
        Walk::new(Start { is_numbered: true, ..Start::default() })
    }

    fn chained() -> Walk {
        Walk::new(Start::default())
    }

    fn take(walk: &mut Walk, asked: &Asked, page: &Page) {
        walk.took(asked, page, at(0)).unwrap();
        walk.stored(asked, &rids(page));
    }

    /// Reads everything of a list that stands still; the pages asked for.
    fn read_still(walk: &mut Walk, list: &[u32]) -> Vec<u32> {
        let mut pages = Vec::new();
        while let Some(asked) = walk.next() {
            pages.push(asked.page);
            let page = look(list, asked.page);
            take(walk, &asked, &page);
        }
        pages
    }

    #[test]
    fn a_list_that_stands_still_is_read_once() {
        let list: Vec<u32> = (0..23).collect();
        let mut walk = numbered();
        assert_eq!(read_still(&mut walk, &list), [1, 2, 3, 4, 5]);
        assert_eq!(walk.verdict(), Verdict::Complete { hidden: 0 });
        assert_eq!((walk.seen(), walk.total(), walk.pages()), (23, Some(23), (5, Some(5))));
    }

    #[test]
    fn an_empty_list_is_complete() {
        let mut walk = numbered();
        assert_eq!(read_still(&mut walk, &[]), [1]);
        assert_eq!(walk.verdict(), Verdict::Complete { hidden: 0 });
    }

    #[test]
    fn only_the_first_page_goes_out_before_the_number_of_pages_is_known() {
        let list: Vec<u32> = (0..50).collect();
        let mut walk = numbered();
        let first = walk.next().unwrap();
        assert_eq!(first.cursor, Cursor::Start);
        assert_eq!(walk.next(), None);
        take(&mut walk, &first, &look(&list, 1));
        assert!((0..9).all(|_| walk.next().is_some()));
        assert_eq!(walk.next(), None);
    }

    #[test]
    fn a_departure_between_two_pages_has_the_first_read_again() {
        let mut list: Vec<u32> = (0..15).collect();
        let mut walk = numbered();
        let first = walk.next().unwrap();
        take(&mut walk, &first, &look(&list, 1));
        list.remove(0);
        // 5 stood at the head of page 2 and now ends page 1.
        assert_eq!(read_still(&mut walk, &list), [2, 3]);
        assert_eq!(walk.verdict(), Verdict::Again);
        assert!(read_still(&mut walk, &list).contains(&1));
        assert_eq!(walk.verdict(), Verdict::Complete { hidden: 0 });
        assert!(walk.met.contains(&Rid(5)));
    }

    /// Reads a list that stands still until the walk has a verdict; `see` is what the vendor makes of each page. Answers
    /// with the verdict and how often a page was asked for.
    fn read_all(walk: &mut Walk, list: &[u32], mut see: impl FnMut(&Asked, Page) -> Result<Page, Fault>) -> (Verdict, usize) {
        let mut asks = 0;
        loop {
            while let Some(asked) = walk.next() {
                asks += 1;
                assert!(asks < 1_000, "without end");
                let mut list = list.to_vec();
                if asked.scan == Scan::Newest {
                    list.reverse();
                }
                match see(&asked, look(&list, asked.page)) {
                    Ok(page) => take(walk, &asked, &page),
                    Err(fault) => {
                        if let Err(fault) = walk.failed(asked, fault) {
                            return (Verdict::Failed(fault), asks);
                        }
                    }
                }
            }
            match walk.verdict() {
                Verdict::Again => {}
                verdict => return (verdict, asks),
            }
        }
    }

    fn without(ids: &'static [&'static str]) -> impl FnMut(&Asked, Page) -> Result<Page, Fault> {
        move |_, mut page| {
            page.items.retain(|item| !ids.contains(&item.row.id.id.as_str()));
            Ok(page)
        }
    }

    #[test]
    fn a_total_that_counts_hidden_cases_is_believed_after_two_readings() {
        let list: Vec<u32> = (0..25).collect();
        let mut walk = numbered();
        let (verdict, asks) = read_all(&mut walk, &list, without(&["7", "8"]));
        assert_eq!((verdict, walk.seen(), walk.total()), (Verdict::Complete { hidden: 2 }, 23, Some(25)));
        assert!((10..=12).contains(&asks), "{asks}: everything twice, and what looked odd first");
        // The next pass knows it, and reads once.
        let known = |hidden| Walk::new(Start { is_numbered: true, hidden, ..Start::default() });
        let mut walk = known(2);
        assert_eq!(read_all(&mut walk, &list, without(&["7", "8"])), (Verdict::Complete { hidden: 2 }, 5));
        // Another number is looked into again; all of them shown again is complete.
        let (verdict, asks) = read_all(&mut known(2), &list, without(&["7", "8", "9"]));
        assert!(verdict == Verdict::Complete { hidden: 3 } && asks > 9, "{asks}");
        assert_eq!(read_all(&mut known(2), &list, |_, page| Ok(page)), (Verdict::Complete { hidden: 0 }, 5));
    }

    #[test]
    fn cases_hidden_on_every_page_cost_two_readings_and_no_more() {
        let list: Vec<u32> = (0..50).collect();
        let hidden: &[&str] = &["1", "7", "11", "17", "21", "27", "31", "37", "41", "47"];
        assert_eq!(read_all(&mut numbered(), &list, without(hidden)), (Verdict::Complete { hidden: 10 }, 20));
        // Whole pages of them are no circle.
        let pages: &[&str] = &["10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24"];
        let mut walk = numbered();
        assert_eq!(read_all(&mut walk, &list, without(pages)).0, Verdict::Complete { hidden: 15 });
        assert_eq!(walk.seen(), 35);
    }

    #[test]
    fn a_row_that_comes_and_goes_between_two_readings_is_no_agreement() {
        let list: Vec<u32> = (0..25).collect();
        let mut asks = 0;
        let (verdict, _) = read_all(&mut numbered(), &list, |_, mut page| {
            asks += 1;
            // Three are missing first, two later.
            page.items.retain(|item| !(item.row.id.id == "7" || item.row.id.id == "8" || (item.row.id.id == "9" && asks < 8)));
            Ok(page)
        });
        assert_eq!(verdict, Verdict::Short(Gap::Moved));
    }

    #[test]
    fn a_page_that_never_answers_is_left_out_and_named() {
        let list: Vec<u32> = (0..50).collect();
        for bad in 1..=10 {
            let mut walk = Walk::new(Start { is_numbered: true, has_two_ends: false, ..Start::default() });
            let see = |asked: &Asked, page| if asked.page == bad { Err(Fault::new(FaultKind::Server, "500")) } else { Ok(page) };
            let (verdict, asks) = read_all(&mut walk, &list, see);
            let Verdict::Short(Gap::LeftOut { pages, .. }) = verdict else { panic!("page {bad}: {verdict:?}") };
            assert_eq!((pages, walk.seen(), asks), (vec![bad], 45, 12), "page {bad}");
        }
    }

    #[test]
    fn a_vendor_that_is_away_is_no_page_left_out() {
        let list: Vec<u32> = (0..50).collect();
        for (kind, from) in [(FaultKind::Server, 1), (FaultKind::Server, 4), (FaultKind::Unreachable, 4), (FaultKind::Unauthorized, 1)] {
            for has_two_ends in [true, false] {
                let mut walk = Walk::new(Start { is_numbered: true, has_two_ends, ..Start::default() });
                let is_away = |asked: &Asked| asked.page >= from || asked.scan == Scan::Newest;
                let see = |asked: &Asked, page| if is_away(asked) { Err(Fault::new(kind, "no")) } else { Ok(page) };
                let (verdict, asks) = read_all(&mut walk, &list, see);
                assert!(matches!(&verdict, Verdict::Failed(fault) if fault.kind == kind), "{kind:?} {from}: {verdict:?}");
                assert!(asks <= 15, "{asks}");
            }
        }
    }

    #[test]
    fn a_list_that_is_capped_is_read_from_both_ends() {
        let list: Vec<u32> = (0..50).collect();
        let capped = |pages: u32| {
            move |asked: &Asked, page| if asked.page > pages { Err(Fault::new(FaultKind::Rejected, "window")) } else { Ok(page) }
        };
        let two = || Walk::new(Start { is_numbered: true, has_two_ends: true, ..Start::default() });
        let mut walk = two();
        let (verdict, _) = read_all(&mut walk, &list, capped(3));
        assert_eq!(
            (verdict, walk.seen()),
            (Verdict::Short(Gap::Capped { rows: 15, words: Fault::new(FaultKind::Rejected, "window").message }), 30)
        );
        assert!(walk.met.contains(&Rid(0)) && walk.met.contains(&Rid(49)) && !walk.met.contains(&Rid(25)));
        // Where the ends meet, nothing is missing.
        for pages in 5..=9 {
            let mut walk = two();
            assert_eq!((read_all(&mut walk, &list, capped(pages)).0, walk.seen()), (Verdict::Complete { hidden: 0 }, 50), "{pages}");
        }
        // Where there is one end only, its rows are what there is.
        let mut walk = numbered();
        assert!(matches!(read_all(&mut walk, &list, capped(3)).0, Verdict::Short(Gap::Capped { rows: 15, .. })));
        assert_eq!(walk.seen(), 15);
    }

    #[test]
    fn a_list_that_repeats_its_first_page_is_stopped() {
        let list: Vec<u32> = (0..50).collect();
        let mut walk = numbered();
        let (verdict, asks) = read_all(&mut walk, &list, |asked, mut page| {
            page.items = look(&list, 1).items;
            assert!(asked.page < 9);
            Ok(page)
        });
        assert_eq!((verdict, asks), (Verdict::Short(Gap::Circled { page: 2 }), 3));
    }

    #[test]
    fn malformed_rows_are_known_to_be_there() {
        let list: Vec<u32> = (0..10).collect();
        let mut walk = numbered();
        while let Some(asked) = walk.next() {
            let mut page = look(&list, asked.page);
            if asked.page == 2 {
                page.items.pop();
                page.malformed.push("no id".into());
            }
            take(&mut walk, &asked, &page);
        }
        assert_eq!(walk.verdict(), Verdict::Complete { hidden: 0 });
        assert_eq!(walk.malformed(), 1);
    }

    #[test]
    fn a_chain_of_cursors_is_followed_to_its_end() {
        let link = |next: Option<&str>| Page {
            items: Vec::new(),
            next: next.map(|token| Cursor::Token(token.into())),
            pages: None,
            total: None,
            malformed: Vec::new(),
            dropped: 0,
            odd: Vec::new(),
        };
        let mut walk = chained();
        let first = walk.next().unwrap();
        take(&mut walk, &first, &link(Some("a")));
        let second = walk.next().unwrap();
        assert_eq!(second.cursor, Cursor::Token("a".into()));
        assert_eq!(walk.next(), None);
        // A page that broke is asked for with the same cursor.
        assert_eq!(walk.failed(second.clone(), Fault::new(FaultKind::Cut, "cut")), Ok(()));
        let again = walk.next().unwrap();
        assert_eq!((again.page, &again.cursor), (second.page, &second.cursor));
        take(&mut walk, &again, &link(None));
        assert_eq!(walk.next(), None);
        assert_eq!(walk.verdict(), Verdict::Complete { hidden: 0 });
    }

    #[test]
    fn a_page_is_asked_for_three_times_and_a_refusal_ends_the_pass_at_once() {
        let mut walk = numbered();
        for page in [1, 1, 1, 2] {
            let asked = walk.next().unwrap();
            assert_eq!(asked.page, page, "then whether another one answers");
            assert_eq!(walk.failed(asked, Fault::new(FaultKind::Server, "500")), Ok(()));
        }
        let mut walk = numbered();
        let asked = walk.next().unwrap();
        assert!(walk.failed(asked, Fault::new(FaultKind::Unauthorized, "401")).is_err());
        let mut walk = Walk::new(Start { is_numbered: true, is_hasty: true, ..Start::default() });
        for page in [1, 2] {
            let asked = walk.next().unwrap();
            assert_eq!(asked.page, page, "after a failure everything is asked for once");
            assert_eq!(walk.failed(asked, Fault::new(FaultKind::Server, "500")), Ok(()));
        }
        assert_eq!(walk.next(), None);
        assert!(matches!(walk.verdict(), Verdict::Failed(_)));
    }

    #[test]
    fn a_list_that_loses_a_page_while_it_is_read_is_not_called_complete() {
        let mut list: Vec<u32> = (0..40).collect();
        let mut walk = numbered();
        let verdict = loop {
            match walk.next() {
                Some(asked) => {
                    take(&mut walk, &asked, &look(&list, asked.page));
                    list.remove(0);
                }
                None => match walk.verdict() {
                    Verdict::Again => {}
                    verdict => break verdict,
                },
            }
        };
        assert_eq!(verdict, Verdict::Short(Gap::Moved));
    }

    fn link(ids: &[u32], next: &str) -> Page {
        let items = ids.iter().map(|id| item(*id)).collect();
        Page { items, next: Some(Cursor::Token(next.into())), pages: None, total: None, malformed: Vec::new(), odd: Vec::new(), dropped: 0 }
    }

    #[test]
    fn a_chain_in_a_circle_or_of_empty_pages_is_stopped() {
        // Two pages that name each other; and pages with ever new names that hold nothing.
        let circle: [fn(u32) -> Page; 2] = [
            |n| link(&[n % 2], if n % 2 == 0 { "b" } else { "a" }),
            |n| {
                if n == 0 { link(&[1, 2], "x0") } else { link(&[], &format!("x{n}")) }
            },
        ];
        for (see, page) in circle.into_iter().zip([3, 2]) {
            let mut walk = chained();
            let mut asks = 0;
            while let Some(asked) = walk.next() {
                take(&mut walk, &asked, &see(asks));
                asks += 1;
            }
            assert!(asks <= 4, "{asks}");
            assert_eq!((walk.verdict(), walk.seen()), (Verdict::Short(Gap::Circled { page }), 2));
        }
    }

    #[test]
    fn a_list_without_end_is_cut_off() {
        let mut walk = chained();
        let fault = (0..).find_map(|n| {
            let asked = walk.next().unwrap();
            walk.took(&asked, &link(&[n], &n.to_string()), at(0)).err()
        });
        assert_eq!(fault.unwrap().kind, FaultKind::TooLarge);
    }

    /// What the world does between two looks of the vendor.
    #[derive(Clone, Copy, Debug)]
    enum Move {
        Nothing,
        Leave(usize),
        Arrive,
        Enter(usize),
    }

    /// Cases arrive at the end, and either some leave or some enter in the middle: both at once can hide each other.
    fn moves() -> impl Strategy<Value = Vec<(Move, usize, usize)>> {
        let enter_or_leave = |enters: bool, place| if enters { Move::Enter(place) } else { Move::Leave(place) };
        let moves = move |enters| {
            let one = prop_oneof![
                6 => Just(Move::Nothing),
                2 => any::<usize>().prop_map(move |place| enter_or_leave(enters, place)),
                1 => Just(Move::Arrive),
            ];
            prop::collection::vec((one, any::<usize>(), any::<usize>()), 0..200)
        };
        any::<bool>().prop_flat_map(moves)
    }

    proptest! {
        /// Pages are looked at and answered in any order, the list moves once between two looks: a pass that calls itself
        /// complete has met every case that was there all the time.
        #[test]
        fn complete_means_every_case(count in 0_u32..60, moves in moves()) {
            let mut list: Vec<u32> = (0..count).collect();
            let mut always: FxHashSet<u32> = list.iter().copied().collect();
            let mut fresh = 1_000;
            let mut moved = 0;
            let mut walk = numbered();
            let mut moves = moves.into_iter();
            let (mut asked, mut looked): (Vec<Asked>, Vec<(Asked, Page)>) = (Vec::new(), Vec::new());
            let verdict = loop {
                while asked.len() + looked.len() < LANES {
                    match walk.next() {
                        Some(next) => asked.push(next),
                        None => break,
                    }
                }
                if asked.is_empty() && looked.is_empty() {
                    match walk.verdict() {
                        Verdict::Again => continue,
                        verdict => break verdict,
                    }
                }
                let (step, which, answer) = moves.next().unwrap_or((Move::Nothing, 0, 0));
                if !asked.is_empty() {
                    let next = asked.remove(which % asked.len());
                    let page = look(&list, next.page);
                    looked.push((next, page));
                    // The world moves only behind a look: two moves between two looks can hide each other.
                    moved += usize::from(!matches!(step, Move::Nothing));
                    match step {
                        Move::Leave(place) if !list.is_empty() => {
                            let gone = list.remove(place % list.len());
                            always.remove(&gone);
                        }
                        Move::Nothing | Move::Leave(_) => {}
                        Move::Arrive => { fresh += 1; list.push(fresh); }
                        Move::Enter(place) => { fresh += 1; list.insert(place % (list.len() + 1), fresh); }
                    }
                }
                if asked.is_empty() || answer % 2 == 0 {
                    let (next, page) = looked.remove(answer / 2 % looked.len());
                    take(&mut walk, &next, &page);
                }
            };
            prop_assert!(matches!(verdict, Verdict::Complete { .. }) || moved > 1, "one move is caught up with");
            if matches!(verdict, Verdict::Complete { .. }) {
                for id in &always {
                    prop_assert!(walk.met.contains(&Rid(*id)), "{id} was there all the time and was not met");
                }
            }
        }
    }
}
