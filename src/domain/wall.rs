//! The clock on the wall: for what people read, and for the age of what is on disk. Nothing waits by it, because it may be set
//! while the program runs: by a person, by a time server, by a virtual machine that is continued.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp, Unit};

/// The machine's clock, or in a test one that is set.
#[derive(Clone, Debug, Default)]
pub struct Wall {
    ahead_ms: Arc<AtomicI64>,
}

impl Wall {
    pub fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(SignedDuration::from_millis(self.ahead_ms.load(Ordering::Relaxed))).unwrap_or(now)
    }

    /// What it says at a moment of a clock that nobody sets, to the second.
    pub fn at(&self, moment: Instant) -> Timestamp {
        let now = Instant::now();
        let at = self.now().checked_add(moment.saturating_duration_since(now));
        let at = at.and_then(|at| at.checked_sub(now.saturating_duration_since(moment)));
        at.and_then(|at| at.round(Unit::Second)).unwrap_or(Timestamp::MAX)
    }

    /// Sets it forward, or back, for everything that looks at it.
    pub fn set(&self, by: SignedDuration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(0);
        self.ahead_ms.fetch_add(by_ms, Ordering::Relaxed);
    }
}

/// Two clocks that are set right differ by less.
const AHEAD: SignedDuration = SignedDuration::from_mins(2);

/// No clock that is set right says this yet: whoever wrote it is wrong, or our own clock is.
pub fn is_to_come(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now) > AHEAD
}

/// What happened at `at` is not longer ago than `age_s`. What is yet to come says nothing of its age: the clock was set back.
pub fn is_within(at: Timestamp, age_s: u64, now: Timestamp) -> bool {
    let age_s = i64::try_from(age_s).unwrap_or(i64::MAX);
    at <= now && now.duration_since(at) < SignedDuration::from_secs(age_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_yet_to_come_is_not_fresh() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let fresh: Vec<bool> = [-8 * 3_600, -1, 0, 59, 60, 61].map(|now| is_within(at(0), 60, at(now))).into();
        assert_eq!(fresh, [false, false, true, true, false, false]);
    }

    #[test]
    fn two_clocks_may_differ_a_little() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        assert_eq!([-9_999, 0, 120, 121].map(|second| is_to_come(at(second), at(0))), [false, false, false, true]);
        assert!(is_to_come(Timestamp::MAX, at(0)) && !is_to_come(Timestamp::MIN, at(0)));
    }

    #[test]
    fn all_who_look_at_a_clock_see_it_set() {
        let wall = Wall::default();
        let other = wall.clone();
        let before = other.now();
        wall.set(SignedDuration::from_hours(-8));
        let passed = other.now().duration_since(before);
        assert!(passed < SignedDuration::from_hours(-7) && passed >= SignedDuration::from_hours(-8), "{passed}");
    }
}
