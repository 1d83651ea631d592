//! Alarms: a clock that passes a threshold is announced, once per clock of a case and threshold, with or without a network.
//! What comes close together is announced together: never more than a few alarms, never in one breath.

pub mod acts;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;

use crate::config;
use crate::domain::case::Rid;
use crate::domain::count::count_of;
use crate::query::Query;

/// Alarms that are named one by one; more are summed up in one.
pub(in crate::tui) const MAX_NAMED: usize = 3;
/// Alarms are at least this far apart; what comes meanwhile waits and is announced together.
const GAP: SignedDuration = SignedDuration::from_secs(10);
/// While the first rows come in what is over already is counted; it is said once nothing came for this long.
const FILLED_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// Vendors measure their clocks anew with every answer: only a clock that was set back by more than this starts again.
const SLACK_S: i64 = 60;
/// Longest title in an alarm; notifications are small.
const MAX_TITLE_CHARS: usize = 80;
const DAY_MINUTES: i32 = 24 * 60;

/// What is announced: for the bell, the desktop and the command. All text of it is clean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alarm {
    /// The whole in one line: `SEC-882 is due in 5m: Phish`.
    pub words: String,
    /// Empty in a summary.
    pub key: String,
    pub title: String,
    pub source: String,
    pub url: String,
    /// Time left: `0:05`, `over`; with `~` in front when the clock is by a rule of one's own.
    pub left: String,
    /// Cases that it is about.
    pub count: usize,
}

/// What is watched, and what was announced.
#[derive(Debug, Default)]
pub struct Alarms {
    /// When and how; without thresholds nothing is watched.
    pub ways: Option<config::Alarms>,
    /// Only these; None: all.
    only: Option<Query>,
    /// Moments in seconds at which clocks run out.
    dues: BTreeSet<(i64, Clock)>,
    watched: FxHashMap<Clock, Watched>,
    /// Clocks that passed a threshold, which is not announced yet.
    waiting: Vec<Clock>,
    /// Cases that came with their clock over, and with one that is nearly so, while rows are first read.
    found: (usize, usize),
    found_at: Option<Timestamp>,
    rang_at: Option<Timestamp>,
    checked_at: Option<Timestamp>,
}

/// A clock of a case, by its place among those: at 0 the one that stands for the case.
type Clock = (Rid, usize);

/// After every clock of a moment.
const LAST: Clock = (Rid(u32::MAX), usize::MAX);

#[derive(Clone, Copy, Debug)]
struct Watched {
    due_s: i64,
    /// One bit per threshold that was announced.
    passed: u8,
}

impl Alarms {
    fn at_s(&self) -> &[i64] {
        self.ways.as_ref().map_or(&[], |ways| &ways.at_s)
    }

    /// The ends of a case's clocks as they are now; none: it has none, or nobody waits for it.
    fn watch(&mut self, rid: Rid, dues: &[i64], (wall, steady): (Timestamp, Timestamp), is_filling: bool) {
        let mut place = dues.len();
        while let Some(old) = self.watched.remove(&(rid, place)) {
            self.dues.remove(&(old.due_s, (rid, place)));
            place += 1;
        }
        let passed: Vec<bool> =
            dues.iter().enumerate().map(|(place, due_s)| self.watch_clock((rid, place), *due_s, wall.as_second())).collect();
        let newly = (0..).zip(&passed).filter(|(_, is_newly)| **is_newly).map(|(place, _)| place);
        if !is_filling {
            self.waiting.extend(newly.map(|place| (rid, place)));
        } else if let Some(first) = newly.into_iter().next() {
            // A case is counted once.
            let count = if dues[first] <= wall.as_second() { &mut self.found.0 } else { &mut self.found.1 };
            *count += 1;
            self.found_at = Some(steady);
        }
    }

    /// Whether it has passed a threshold that it had not passed before.
    fn watch_clock(&mut self, clock: Clock, due_s: i64, now_s: i64) -> bool {
        let old = self.watched.get(&clock).copied();
        if let Some(old) = old.filter(|old| old.due_s != due_s) {
            self.dues.remove(&(old.due_s, clock));
        }
        self.dues.insert((due_s, clock));
        let left_s = due_s - now_s;
        let mut passed = old.map_or(0, |old| old.passed);
        let mut is_newly = false;
        for (n, at_s) in self.ways.as_ref().map_or(&[][..], |ways| &ways.at_s).iter().enumerate() {
            let bit = 1 << n;
            if left_s > at_s + SLACK_S {
                passed &= !bit;
            } else if left_s <= *at_s && passed & bit == 0 {
                passed |= bit;
                is_newly = true;
            }
        }
        self.watched.insert(clock, Watched { due_s, passed });
        is_newly
    }

    /// Finds the clocks that passed a threshold since the last look.
    fn check(&mut self, now: Timestamp) {
        let Some(then) = self.checked_at.replace(now).filter(|then| *then < now) else { return };
        let (then_s, now_s) = (then.as_second(), now.as_second());
        for (n, at_s) in self.at_s().to_vec().into_iter().enumerate() {
            let span = (then_s + at_s, LAST)..=(now_s + at_s, LAST);
            let due: Vec<Clock> = self.dues.range(span).map(|(_, clock)| *clock).collect();
            for clock in due {
                let Some(watched) = self.watched.get_mut(&clock) else { continue };
                if watched.passed & (1 << n) == 0 {
                    watched.passed |= 1 << n;
                    // After a sleep of the machine a clock may have passed several: the last one says it all.
                    self.waiting.retain(|other| *other != clock);
                    self.waiting.push(clock);
                }
            }
        }
    }

    /// When a clock passes its next threshold, by the wall.
    pub fn due_at(&self) -> Option<Timestamp> {
        let then_s = self.checked_at?.as_second();
        let next = self.at_s().iter().filter_map(|at_s| {
            let (due_s, _) = self.dues.range((then_s + at_s, LAST)..).next()?;
            Timestamp::from_second(due_s - at_s).ok()
        });
        next.min()
    }

    /// When what has passed may be announced, by the clock that nobody sets.
    pub fn rings_at(&self) -> Option<Timestamp> {
        let ready = (!self.waiting.is_empty()).then_some(self.rang_at).flatten().and_then(|at| at.checked_add(GAP).ok());
        let filled = self.found_at.and_then(|at| at.checked_add(FILLED_AFTER).ok());
        [ready, filled].into_iter().flatten().min()
    }
}

fn summary(over: usize, soon: usize) -> Alarm {
    let cases = |number: usize| count_of(number, "case is", "cases are");
    let words = match (over, soon) {
        (over, 0) => format!("{} over the SLA", cases(over)),
        (0, soon) => format!("{} due soon", cases(soon)),
        (over, soon) => format!("{} over the SLA, {soon} due soon", cases(over)),
    };
    Alarm { words, count: over + soon, ..Alarm::default() }
}
