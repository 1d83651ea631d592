//! Which pages a list may have moved across while they were read. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

/// Between two adjacent readings further apart, an arrival may hide a departure from the totals.
const LONG_PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// One reading of a page. The vendor looked at some moment between the steps of asking and getting; steps count both.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub asked: u32,
    pub got: u32,
    pub got_at: Timestamp,
}

/// The readings of a pass, and what the vendor's totals told between them.
#[derive(Default)]
pub(super) struct Moves {
    readings: BTreeMap<u32, Vec<Reading>>,
    /// Pages read from the first end, once the other one is read.
    before: u32,
    /// Steps at which the vendor's total was seen to differ from the answer before.
    moved_at: Vec<u32>,
    /// The highest total so far, and how far it fell below at most: so far rows have moved forward.
    highest: u64,
    fallen: u64,
}

impl Moves {
    /// Books a total and the one before.
    pub(super) fn count(&mut self, before: Option<u64>, total: u64, step: u32) {
        if before.is_some_and(|before| before != total) {
            self.moved_at.push(step);
        }
        self.highest = self.highest.max(total);
        self.fallen = self.fallen.max(self.highest - total);
    }

    pub(super) fn read(&mut self, page: u32, reading: Reading) {
        self.readings.entry(page).or_default().push(reading);
    }

    /// The same list is read from its other end now.
    pub(super) fn other_end(&mut self) {
        self.before += self.pages();
        self.readings.clear();
    }

    pub(super) fn has_any(&self) -> bool {
        !self.readings.is_empty()
    }

    pub(super) fn has_read(&self, page: u32) -> bool {
        self.readings.contains_key(&page)
    }

    pub(super) fn has_read_again(&self, page: u32) -> bool {
        self.readings.get(&page).is_some_and(|readings| readings.len() > 1)
    }

    /// The highest number of a page that was read; 0: none.
    pub(super) fn last_read(&self) -> u32 {
        self.readings.last_key_value().map_or(0, |(page, _)| *page)
    }

    /// How many pages were read.
    pub(super) fn pages(&self) -> u32 {
        self.before + u32::try_from(self.readings.len()).unwrap_or(u32::MAX)
    }

    /// The total never changed.
    pub(super) fn are_none(&self) -> bool {
        self.moved_at.is_empty()
    }

    /// Cases were seen to leave.
    pub(super) fn has_fallen(&self) -> bool {
        self.fallen > 0
    }

    /// Where a page's worth has left, a lost row may stand beyond the page that was read again for it. Half a page counts
    /// as much: departures that arrivals make up for are not all seen.
    pub(super) fn is_torn(&self, full_page: usize) -> bool {
        self.fallen > 0 && self.fallen * 2 >= full_page as u64
    }

    /// Pages beside a boundary that a row may have crossed unseen. One pair of readings without doubt clears a boundary.
    ///
    /// A row that departs pulls the others forward: lost is what crosses into a page that was read before, from one that
    /// is read after. A row that enters in the middle pushes them the other way.
    pub(super) fn boundaries(&self) -> BTreeSet<u32> {
        let mut pages = BTreeSet::new();
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
        self.moved_at.partition_point(|moved| *moved <= step)
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
}

/// When all that was asked before `step` was answered.
fn settled_after(settled: &[(u32, u32)], step: u32) -> u32 {
    let asked_before = settled.partition_point(|(asked, _)| *asked < step);
    asked_before.checked_sub(1).map_or(step, |place| settled[place].1.max(step))
}
