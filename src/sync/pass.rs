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

/// A page on its way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// Counted from 1 in the order of the list.
    pub page: u32,
    pub cursor: Cursor,
    step: u32,
}

/// One reading of a page. The vendor looked at some moment between the steps of asking and getting; steps count both.
#[derive(Clone, Copy, Debug)]
struct Reading {
    asked: u32,
    got: u32,
    got_at: Timestamp,
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
    /// Counts questions and answers.
    step: u32,
    /// Steps at which the vendor's total was seen to differ from the answer before.
    moves: Vec<u32>,
    /// The highest total so far, and how far it fell below at most: so far rows have moved forward.
    highest: u64,
    fallen: u64,
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
        self.step += 1;
        Some(Asked { page, cursor, step: self.step })
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
        self.step += 1;
        if let Some(total) = page.total {
            if self.total.is_some_and(|known| known != total) {
                self.moves.push(self.step);
            }
            self.highest = self.highest.max(total);
            self.fallen = self.fallen.max(self.highest - total);
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
        self.readings.entry(asked.page).or_default().push(Reading { asked: asked.step, got: self.step, got_at: now });
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
            return if short || self.is_torn() { Verdict::Short } else { Verdict::Complete };
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

    /// Where a page's worth has left, a lost row may stand beyond the page that was read again for it. Half a page counts
    /// as much: departures that arrivals make up for are not all seen.
    fn is_torn(&self) -> bool {
        let full = self.sizes.values().copied().max().unwrap_or(0) as u64;
        self.fallen > 0 && self.fallen * 2 >= full
    }

    /// Pages beside a boundary that a row may have crossed unseen. One pair of readings without doubt clears a boundary.
    ///
    /// A row that departs pulls the others forward: lost is what crosses into a page that was read before, from one that
    /// is read after. A row that enters in the middle pushes them the other way.
    fn moved_boundaries(&self) -> BTreeSet<u32> {
        let mut pages = BTreeSet::new();
        if self.total.is_none() {
            return pages;
        }
        let settled = self.settled();
        for (page, here) in &self.readings {
            let Some(behind) = self.readings.get(&(page + 1)) else { continue };
            let may_lose = |first: &Reading, then: &Reading| {
                first.asked < then.got && self.moves_until(first.asked) < self.moves_until(settled_after(&settled, then.got))
            };
            let paused = |first: &Reading, then: &Reading| then.got_at.duration_since(first.got_at) > LONG_PAUSE;
            if here.iter().all(|here| behind.iter().all(|behind| may_lose(here, behind) || paused(here, behind))) {
                pages.insert(*page);
            }
            if here.iter().all(|here| behind.iter().all(|behind| may_lose(behind, here))) {
                pages.insert(page + 1);
            }
        }
        pages
    }

    /// How often the list was seen to move up to this step.
    fn moves_until(&self, step: u32) -> usize {
        self.moves.partition_point(|moved| *moved <= step)
    }

    /// For every question, in order: its step, and the step at which it and all earlier ones were answered.
    ///
    /// Answers overtake each other, so what an answer could have told may stand in one that came later.
    fn settled(&self) -> Vec<(u32, u32)> {
        let mut steps: Vec<(u32, u32)> = self.readings.values().flatten().map(|reading| (reading.asked, reading.got)).collect();
        steps.sort_unstable();
        let mut latest = 0;
        for (_, got) in &mut steps {
            latest = latest.max(*got);
            *got = latest;
        }
        steps
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

/// When all that was asked before `step` was answered.
fn settled_after(settled: &[(u32, u32)], step: u32) -> u32 {
    let asked_before = settled.partition_point(|(asked, _)| *asked < step);
    asked_before.checked_sub(1).map_or(step, |place| settled[place].1.max(step))
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
            url: None,
        };
        Listed { row, raw: crate::domain::page::RawBody::default() }
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
        }
    }

    fn rids(page: &Page) -> Vec<Rid> {
        page.items.iter().map(|item| Rid(item.row.id.id.parse().unwrap())).collect()
    }

    fn take(walk: &mut Walk, asked: &Asked, page: &Page) {
        walk.took(asked, page, at(0)).unwrap();
        walk.stored(asked.page, &rids(page));
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
        let mut walk = Walk::default();
        assert_eq!(read_still(&mut walk, &list), [1, 2, 3, 4, 5]);
        assert_eq!(walk.verdict(), Verdict::Complete);
        assert_eq!((walk.seen(), walk.total(), walk.pages()), (23, Some(23), (5, Some(5))));
    }

    #[test]
    fn an_empty_list_is_complete() {
        let mut walk = Walk::default();
        assert_eq!(read_still(&mut walk, &[]), [1]);
        assert_eq!(walk.verdict(), Verdict::Complete);
    }

    #[test]
    fn only_the_first_page_goes_out_before_the_number_of_pages_is_known() {
        let list: Vec<u32> = (0..50).collect();
        let mut walk = Walk::default();
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
        let mut walk = Walk::default();
        let first = walk.next().unwrap();
        take(&mut walk, &first, &look(&list, 1));
        list.remove(0);
        // 5 stood at the head of page 2 and now ends page 1.
        assert_eq!(read_still(&mut walk, &list), [2, 3]);
        assert_eq!(walk.verdict(), Verdict::Again);
        assert!(read_still(&mut walk, &list).contains(&1));
        assert_eq!(walk.verdict(), Verdict::Complete);
        assert!(walk.met.contains(&Rid(5)));
    }

    #[test]
    fn a_row_that_a_page_left_out_is_looked_for_and_told_as_missing() {
        let list: Vec<u32> = (0..15).collect();
        let mut walk = Walk::default();
        while let Some(asked) = walk.next() {
            let mut page = look(&list, asked.page);
            page.items.retain(|item| item.row.id.id != "7");
            take(&mut walk, &asked, &page);
        }
        assert_eq!(walk.verdict(), Verdict::Again);
        let mut rounds = 0;
        let verdict = loop {
            while let Some(asked) = walk.next() {
                let mut page = look(&list, asked.page);
                page.items.retain(|item| item.row.id.id != "7");
                take(&mut walk, &asked, &page);
            }
            rounds += 1;
            match walk.verdict() {
                Verdict::Again => assert!(rounds < 10),
                verdict => break verdict,
            }
        };
        assert_eq!(verdict, Verdict::Short);
        assert_eq!((walk.seen(), walk.total()), (14, Some(15)));
    }

    #[test]
    fn malformed_rows_are_known_to_be_there() {
        let list: Vec<u32> = (0..10).collect();
        let mut walk = Walk::default();
        while let Some(asked) = walk.next() {
            let mut page = look(&list, asked.page);
            if asked.page == 2 {
                page.items.pop();
                page.malformed.push("no id".into());
            }
            take(&mut walk, &asked, &page);
        }
        assert_eq!(walk.verdict(), Verdict::Complete);
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
        };
        let mut walk = Walk::default();
        let first = walk.next().unwrap();
        take(&mut walk, &first, &link(Some("a")));
        let second = walk.next().unwrap();
        assert_eq!(second.cursor, Cursor::Token("a".into()));
        assert_eq!(walk.next(), None);
        // A page that broke is asked for with the same cursor.
        assert!(walk.failed(second.clone(), &Fault::new(FaultKind::Cut, "cut")));
        let again = walk.next().unwrap();
        assert_eq!((again.page, &again.cursor), (second.page, &second.cursor));
        take(&mut walk, &again, &link(None));
        assert_eq!(walk.next(), None);
        assert_eq!(walk.verdict(), Verdict::Complete);
    }

    #[test]
    fn a_page_is_asked_for_three_times_and_a_refusal_ends_the_pass_at_once() {
        let mut walk = Walk::default();
        for is_last in [false, false, true] {
            let asked = walk.next().unwrap();
            assert_eq!(walk.failed(asked, &Fault::new(FaultKind::Server, "500")), !is_last);
        }
        let mut walk = Walk::default();
        let asked = walk.next().unwrap();
        assert!(!walk.failed(asked, &Fault::new(FaultKind::Unauthorized, "401")));
    }

    #[test]
    fn a_list_that_loses_a_page_while_it_is_read_is_not_called_complete() {
        let mut list: Vec<u32> = (0..40).collect();
        let mut walk = Walk::default();
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
        assert_eq!(verdict, Verdict::Short);
    }

    #[test]
    fn a_list_without_end_is_cut_off() {
        let mut walk = Walk::default();
        let endless = Page { items: Vec::new(), next: Some(Cursor::Token("more".into())), pages: None, total: None, malformed: Vec::new() };
        let fault = loop {
            let asked = walk.next().unwrap();
            if let Err(fault) = walk.took(&asked, &endless, at(0)) {
                break fault;
            }
        };
        assert_eq!(fault.kind, FaultKind::TooLarge);
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
            let mut walk = Walk::default();
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
            prop_assert!(verdict == Verdict::Complete || moved > 1, "one move is caught up with");
            if verdict == Verdict::Complete {
                for id in &always {
                    prop_assert!(walk.met.contains(&Rid(*id)), "{id} was there all the time and was not met");
                }
            }
        }
    }
}
