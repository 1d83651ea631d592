//! Alarms: a clock that passes a threshold is announced, once per clock of a case and threshold, with or without a network.
//! What comes close together is announced together: never more than a few alarms, never in one breath.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;

use crate::app::effect::Effect;
use crate::app::notice::Grade;
use crate::app::{App, clock, sla};
use crate::config::{self, Problem};
use crate::domain::case::{Rid, State};
use crate::domain::count::count_of;
use crate::query::Query;

/// Alarms that are named one by one; more are summed up in one.
const MAX_NAMED: usize = 3;
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

impl App {
    /// Watches clocks from here on. What of the filter was not understood comes back; then all cases are watched.
    pub fn set_alarms(&mut self, ways: config::Alarms) -> Option<Problem> {
        let only = ways.when.as_ref().map(|(text, file, line)| sla::read_at(text, file, *line)).transpose();
        let (only, problem) = match only {
            Ok(only) => (only, None),
            Err(problem) => (None, Some(problem)),
        };
        self.alarms = Alarms { ways: Some(ways), only, checked_at: Some(self.now), ..Alarms::default() };
        problem
    }

    /// Cases have come, changed or gone, each with the ends of its other clocks.
    pub(super) fn watch_clocks<'a>(&mut self, cases: impl Iterator<Item = (Rid, &'a [Timestamp], bool)>) {
        if self.alarms.at_s().is_empty() {
            return;
        }
        for (rid, others, is_filling) in cases {
            let waits = |state| !matches!(state, Some(State::Closed | State::Archived));
            let row = self.list.row(rid).filter(|row| waits(row.state) && !self.list.is_gone(rid));
            let first = row.and_then(|row| row.due_at);
            let others = others.iter().map(|due| due.as_second()).filter(|_| first.is_some());
            let dues: Vec<i64> = first.into_iter().chain(others).collect();
            self.alarms.watch(rid, &dues, (self.now, self.steady), is_filling);
        }
    }

    /// Announces what passed a threshold.
    pub(super) fn sound_alarms(&mut self) {
        if self.alarms.at_s().is_empty() {
            return;
        }
        self.alarms.check(self.now);
        self.sum_up_found();
        let rests = self.alarms.rang_at.is_some_and(|at| self.steady.duration_since(at) < GAP);
        if rests || self.alarms.waiting.is_empty() {
            return;
        }
        let waiting = std::mem::take(&mut self.alarms.waiting);
        let only = self.alarms.only.as_ref().map(|only| self.list.judge_of(only));
        let is_meant = |rid: Rid| only.as_ref().is_none_or(|only| self.list.holds(only, rid));
        let due: Vec<(Clock, i64)> = (waiting.into_iter().filter(|(rid, _)| is_meant(*rid)))
            .filter_map(|clock| Some((clock, self.alarms.watched.get(&clock)?.due_s)))
            .collect();
        let alarms: Vec<Alarm> = if due.len() <= MAX_NAMED {
            due.iter().filter_map(|(clock, due_s)| self.alarm_of(*clock, *due_s)).collect()
        } else {
            let over: BTreeSet<Rid> = due.iter().filter(|(_, due_s)| *due_s <= self.now.as_second()).map(|((rid, _), _)| *rid).collect();
            let cases: BTreeSet<Rid> = due.iter().map(|((rid, _), _)| *rid).collect();
            vec![summary(over.len(), cases.len() - over.len())]
        };
        self.sound(alarms);
    }

    /// What was over or nearly so when the rows were first read, in one alarm.
    fn sum_up_found(&mut self) {
        let is_filled = self.alarms.found_at.is_some_and(|at| self.steady.duration_since(at) >= FILLED_AFTER);
        if !is_filled {
            return;
        }
        self.alarms.found_at = None;
        let (over, soon) = std::mem::take(&mut self.alarms.found);
        // With a filter of its own the count would be of other cases than the alarms are about.
        if self.alarms.only.is_none() {
            self.sound(vec![summary(over, soon)]);
        }
    }

    fn alarm_of(&self, (rid, place): Clock, due_s: i64) -> Option<Alarm> {
        let row = self.list.row(rid)?;
        let left_s = due_s - self.now.as_second();
        let (left, _) = clock::left_until(due_s, self.now);
        let own = if self.list.is_local_clock(rid) { "~" } else { "" };
        let title: String = row.title.chars().take(MAX_TITLE_CHARS).collect();
        let when = match (left_s <= 0, place) {
            (true, 0) => "is over its SLA".to_owned(),
            (true, _) => "is over another SLA, too".to_owned(),
            (false, 0) => format!("is due in {}", clock::span(left_s + 59)),
            (false, _) => format!("is due in {} by another SLA", clock::span(left_s + 59)),
        };
        Some(Alarm {
            words: format!("{} {own}{when}: {title}", row.key),
            key: row.key.to_owned(),
            title,
            source: self.source(row.source).map(|source| source.card.name.clone()).unwrap_or_default(),
            url: row.url().unwrap_or_default(),
            left: format!("{own}{left}"),
            count: 1,
        })
    }

    fn sound(&mut self, alarms: Vec<Alarm>) {
        if alarms.is_empty() {
            return;
        }
        self.alarms.rang_at = Some(self.steady);
        for alarm in &alarms {
            self.say(Grade::Info, alarm.words.clone());
        }
        if !self.is_quiet() {
            self.effects.push(Effect::Ring(alarms));
        }
    }

    /// Within the hours in which only the screen speaks.
    fn is_quiet(&self) -> bool {
        let Some((from, to)) = self.alarms.ways.as_ref().and_then(|ways| ways.quiet) else { return false };
        let wall = self.now.to_zoned(self.setup.zone.clone());
        let minute = (i32::from(wall.hour()) * 60 + i32::from(wall.minute())) % DAY_MINUTES;
        let (from, to) = (i32::from(from), i32::from(to));
        if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
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
