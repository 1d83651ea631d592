//! When a source is read again, and what is read then. Pure: the time and the dice come from outside. The time is that of a
//! clock that nobody sets.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::Attention;

/// First wait after a passing fault; doubles with each further one.
const FIRST_BACKOFF_S: u64 = 5;
/// Longest wait after passing faults: an outage that ends is noticed within five minutes.
const MAX_BACKOFF_S: u64 = 300;
/// Refused keys do not heal by asking again soon, but rights are given while one waits.
const AUTH_WAIT_S: u64 = 300;
/// An endpoint that the vendor has not opened yet is not opened within minutes.
const NOT_AVAILABLE_WAIT_S: u64 = 1_800;
/// A vendor's own wish to wait is honoured up to this; longer ones are more likely nonsense than meant.
const MAX_ASKED_WAIT_S: u64 = 900;
/// Shortest polling interval, whatever the configuration says: vendors count requests.
const MIN_POLL_S: u64 = 5;
/// A complete pass costs one request per page, so it pauses this many seconds per page …
const FULL_PASS_S_PER_PAGE: u64 = 12;
/// … but at least five minutes and at most an hour.
const FULL_PASS_MIN_S: u64 = 300;
const FULL_PASS_MAX_S: u64 = 3_600;
/// Where the vendor can be asked for changes, a complete pass only finds what was deleted: it may wait this many times longer.
const FULL_PASS_CHANGES_FACTOR: u64 = 6;

/// A clock that nobody sets. Its times are like those of the wall, so that they can be written in a test, and mean nothing there.
pub(crate) struct Steady {
    origin: Timestamp,
    since: Instant,
}

impl Steady {
    pub(crate) fn start() -> Self {
        Self { origin: Timestamp::UNIX_EPOCH, since: Instant::now() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.origin.checked_add(self.since.elapsed()).unwrap_or(Timestamp::MAX)
    }
}

/// How often the person wants polling to look, by how much they look themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    pub focused_s: u64,
    pub idle_s: u64,
}

/// What a round reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Round {
    /// The newest, or what changed where the vendor can be asked.
    Recent,
    /// The newest, then every page.
    Full,
}

/// What a round left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Finished<'a> {
    pub round: Round,
    /// Pages that a complete pass takes, as known now.
    pub pages: u32,
    pub fault: Option<&'a Fault>,
    /// Recent pages were too many to read one by one: a complete pass is due.
    pub overrun: bool,
}

/// The plan of one source.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    pace: Pace,
    attention: Attention,
    can_ask_changes: bool,
    pages: u32,
    /// When the last complete pass ended well.
    full_at: Option<Timestamp>,
    /// When the last round ended, well or not.
    ended_at: Option<Timestamp>,
    /// Set after a fault: polling waits for this instead of the pace.
    held_until: Option<Timestamp>,
    faults: u32,
    /// An answer to something else may end the wait: the vendor has not asked for it, and refuses nobody.
    may_be_brought: bool,
    /// How many faults there had been when the next round was last brought forward.
    brought_at: Option<u32>,
    full_wanted: bool,
}

impl Schedule {
    /// A source as it is at start: due at once, with a complete pass.
    pub(crate) fn new(pace: Pace, can_ask_changes: bool) -> Self {
        Self {
            pace,
            attention: Attention::Focused,
            can_ask_changes,
            pages: 1,
            full_at: None,
            ended_at: None,
            held_until: None,
            faults: 0,
            may_be_brought: false,
            brought_at: None,
            full_wanted: true,
        }
    }

    pub(crate) fn attend(&mut self, attention: Attention) {
        self.attention = attention;
    }

    /// When the next round starts by itself; None: at once.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let ended_at = self.ended_at?;
        let interval_s = match self.attention {
            Attention::Focused => self.pace.focused_s,
            Attention::Idle => self.pace.idle_s,
        };
        let by_pace = later(ended_at, interval_s.max(MIN_POLL_S));
        Some(match self.held_until {
            Some(held) => held,
            None => by_pace,
        })
    }

    /// The vendor has answered something else: what waits after a fault is tried at once. Should that fail, too, the wait after
    /// it runs its time.
    pub(crate) fn bring_forward(&mut self) {
        let is_first = self.brought_at.is_none_or(|faults| self.faults > faults + 1);
        if self.held_until.is_some() && self.may_be_brought && is_first {
            self.brought_at = Some(self.faults);
            self.held_until = self.ended_at;
        }
    }

    /// What a round that starts now reads.
    pub(crate) fn round(&self, now: Timestamp) -> Round {
        let stale = self.full_at.is_none_or(|at| later(at, self.full_interval_s()) <= now);
        if self.full_wanted || stale { Round::Full } else { Round::Recent }
    }

    fn full_interval_s(&self) -> u64 {
        let plain = (u64::from(self.pages) * FULL_PASS_S_PER_PAGE).clamp(FULL_PASS_MIN_S, FULL_PASS_MAX_S);
        if self.can_ask_changes { plain * FULL_PASS_CHANGES_FACTOR } else { plain }
    }

    /// Books a round that ended at `now`. `jitter` in 0..1 keeps several programs from asking in step.
    pub(crate) fn finished(&mut self, now: Timestamp, done: Finished<'_>, jitter: f64) {
        self.ended_at = Some(now);
        self.pages = done.pages.max(1);
        if let Some(fault) = done.fault {
            self.faults += 1;
            self.may_be_brought = fault.is_passing() && fault.wait_s.is_none();
            self.held_until = Some(later(now, wait_s(fault, self.faults, jitter)));
            return;
        }
        self.faults = 0;
        self.brought_at = None;
        self.held_until = None;
        match done.round {
            Round::Full => {
                self.full_at = Some(now);
                self.full_wanted = false;
            }
            Round::Recent => self.full_wanted |= done.overrun,
        }
    }
}

/// Seconds until something that failed `times` times in a row is tried again.
pub(crate) fn wait_s(fault: &Fault, times: u32, jitter: f64) -> u64 {
    let asked_s = fault.wait_s.unwrap_or(0).min(MAX_ASKED_WAIT_S);
    let own_s = match fault.kind {
        FaultKind::Unauthorized | FaultKind::Forbidden | FaultKind::Config | FaultKind::Redirected => AUTH_WAIT_S,
        FaultKind::NotAvailable | FaultKind::Retired => NOT_AVAILABLE_WAIT_S,
        FaultKind::QuotaSpent if asked_s > 0 => 1,
        _ => spread(FIRST_BACKOFF_S.saturating_mul(1 << times.saturating_sub(1).min(16)).min(MAX_BACKOFF_S), jitter),
    };
    own_s.max(asked_s)
}

/// Between three quarters of `wait_s` and all of it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "seconds up to a few hundred")]
fn spread(wait_s: u64, jitter: f64) -> u64 {
    let share = 0.75 + 0.25 * jitter.clamp(0.0, 1.0);
    ((wait_s as f64 * share) as u64).max(1)
}

/// `at` and so many seconds; the end of time where that is beyond it.
pub(crate) fn later(at: Timestamp, wait_s: u64) -> Timestamp {
    let wait = SignedDuration::from_secs(i64::try_from(wait_s).unwrap_or(i64::MAX));
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn schedule(can_ask_changes: bool) -> Schedule {
        Schedule::new(Pace { focused_s: 30, idle_s: 300 }, can_ask_changes)
    }

    fn well(round: Round, pages: u32) -> Finished<'static> {
        Finished { round, pages, fault: None, overrun: false }
    }

    fn failed(fault: &Fault) -> Finished<'_> {
        Finished { round: Round::Recent, pages: 1, fault: Some(fault), overrun: false }
    }

    #[test]
    fn starts_at_once_with_a_complete_pass() {
        let schedule = schedule(false);
        assert_eq!(schedule.due(), None);
        assert_eq!(schedule.round(at(0)), Round::Full);
    }

    #[test]
    fn polls_by_attention() {
        let mut schedule = schedule(false);
        schedule.finished(at(0), well(Round::Full, 1), 0.0);
        assert_eq!(schedule.due(), Some(at(30)));
        schedule.attend(Attention::Idle);
        assert_eq!(schedule.due(), Some(at(300)));
        schedule.attend(Attention::Focused);
        assert_eq!(schedule.due(), Some(at(30)));
    }

    #[test]
    fn an_interval_of_nothing_is_not_a_busy_loop() {
        let mut schedule = Schedule::new(Pace { focused_s: 0, idle_s: 0 }, false);
        schedule.finished(at(0), well(Round::Recent, 1), 0.0);
        assert_eq!(schedule.due(), Some(at(5)));
    }

    #[test]
    fn complete_passes_grow_rarer_with_their_pages() {
        for (pages, interval_s) in [(1, 300), (25, 300), (100, 1_200), (1_000, 3_600)] {
            let mut schedule = schedule(false);
            schedule.finished(at(0), well(Round::Full, pages), 0.0);
            assert_eq!(schedule.round(at(interval_s - 1)), Round::Recent, "{pages} pages");
            assert_eq!(schedule.round(at(interval_s)), Round::Full, "{pages} pages");
        }
    }

    #[test]
    fn asking_for_changes_spares_complete_passes() {
        let mut schedule = schedule(true);
        schedule.finished(at(0), well(Round::Full, 100), 0.0);
        assert_eq!(schedule.round(at(7_199)), Round::Recent);
        assert_eq!(schedule.round(at(7_200)), Round::Full);
    }

    #[test]
    fn too_many_changes_call_for_a_complete_pass() {
        let mut schedule = schedule(true);
        schedule.finished(at(0), well(Round::Full, 10), 0.0);
        schedule.finished(at(30), Finished { overrun: true, ..well(Round::Recent, 10) }, 0.0);
        assert_eq!(schedule.round(at(60)), Round::Full);
        schedule.finished(at(60), well(Round::Full, 10), 0.0);
        assert_eq!(schedule.round(at(90)), Round::Recent);
    }

    #[test]
    fn faults_back_off_to_five_minutes_and_a_success_ends_it() {
        let fault = Fault::new(FaultKind::Unreachable, "refused");
        let mut schedule = schedule(false);
        let mut waits = Vec::new();
        for _ in 0..9 {
            schedule.finished(at(0), failed(&fault), 1.0);
            waits.push(schedule.due().unwrap().duration_since(at(0)).as_secs());
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        schedule.finished(at(0), well(Round::Recent, 1), 1.0);
        assert_eq!(schedule.due(), Some(at(30)));
        schedule.finished(at(30), failed(&fault), 1.0);
        assert_eq!(schedule.due(), Some(at(35)));
    }

    #[test]
    fn an_answer_to_something_else_ends_the_wait_once_and_not_the_one_after_it() {
        let fault = Fault::new(FaultKind::Unreachable, "refused");
        let mut schedule = schedule(false);
        schedule.finished(at(0), failed(&fault), 1.0);
        schedule.bring_forward();
        assert_eq!(schedule.due(), Some(at(0)));
        schedule.finished(at(1), failed(&fault), 1.0);
        schedule.bring_forward();
        assert_eq!(schedule.due(), Some(at(11)));
        schedule.finished(at(11), failed(&fault), 1.0);
        schedule.bring_forward();
        assert_eq!(schedule.due(), Some(at(11)));
        schedule.finished(at(12), well(Round::Recent, 1), 1.0);
        schedule.bring_forward();
        assert_eq!(schedule.due(), Some(at(42)), "a round that went well is not repeated");
        schedule.finished(at(42), failed(&Fault { wait_s: Some(60), ..Fault::new(FaultKind::QuotaSpent, "429") }), 1.0);
        schedule.bring_forward();
        assert_eq!(schedule.due(), Some(at(102)), "the vendor's own wait is kept");
    }

    #[test]
    fn jitter_shortens_but_never_lengthens() {
        let fault = Fault::new(FaultKind::Server, "500");
        assert_eq!(wait_s(&fault, 5, 0.0), 60);
        assert_eq!(wait_s(&fault, 5, 1.0), 80);
        assert_eq!(wait_s(&fault, 1, 0.0), 3);
    }

    #[test]
    fn what_does_not_heal_soon_is_not_asked_soon() {
        for (kind, expected_s) in
            [(FaultKind::Unauthorized, 300), (FaultKind::Forbidden, 300), (FaultKind::Redirected, 300), (FaultKind::NotAvailable, 1_800)]
        {
            assert_eq!(wait_s(&Fault::new(kind, ""), 1, 0.5), expected_s, "{kind:?}");
        }
    }

    #[test]
    fn a_vendors_own_wait_is_honoured_within_reason() {
        let mut fault = Fault::new(FaultKind::QuotaSpent, "429");
        fault.wait_s = Some(42);
        assert_eq!(wait_s(&fault, 4, 0.5), 42);
        fault.wait_s = Some(10_000_000);
        assert_eq!(wait_s(&fault, 1, 0.5), 900);
        fault.wait_s = None;
        assert_eq!(wait_s(&fault, 1, 1.0), 5);
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        assert_eq!(later(Timestamp::MAX, u64::MAX), Timestamp::MAX);
    }
}
