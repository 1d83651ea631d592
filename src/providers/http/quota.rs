//! The vendor's quota, believed before a 429 has to say it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::domain::count::count;
use crate::domain::fault::{Fault, FaultKind};

/// A refill further away than this is a wrong clock or a wrong header; asking again once an hour harms nobody.
const MAX_WAIT_S: u64 = 3_600;
/// Waiting requests look again this often: a request that has just ended may have made room.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// What the latest answer weighs in how long answers take.
const NEWEST_WEIGHS: f64 = 0.2;
/// Spread over the moment of refill, so that waiting requests do not arrive as one.
pub(super) const REFILL_JITTER_MS: u64 = 250;
/// Headers of one window may name its end a second apart.
const SAME_WINDOW: Duration = Duration::from_secs(1);

/// What the vendor's quota headers said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub limit: u64,
    pub remaining: u64,
    /// When it refills, by a clock that nobody sets.
    pub ends: Instant,
    /// How long a window is: as the vendor says, else as long as any was seen to be.
    pub period_s: u64,
}

/// How `X-RateLimit-Reset` is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuotaStyle {
    /// Seconds until the refill (Datadog).
    SecondsLeft,
    /// Unix time of the refill (`ServerOps`).
    EpochSeconds,
    /// No quota headers; `Retry-After` is obeyed wherever it appears (Tines).
    None,
}

pub(super) struct Gate {
    style: QuotaStyle,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    in_flight: u64,
    window: Option<Window>,
    /// Set by a 429 and by `Retry-After`.
    closed_until: Option<Instant>,
    /// The vendor's clock minus ours; None: no answer named its time.
    skew_s: Option<i64>,
    /// How long an answer takes, the latest weighing most; None: none came yet.
    answer_ms: Option<f64>,
}

#[derive(Clone, Copy)]
struct Window {
    limit: u64,
    remaining: u64,
    period_s: u64,
    ends: Instant,
}

/// The right to have one request in flight.
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    since: Instant,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.gate.lock().ended(self.since.elapsed());
    }
}

impl Gate {
    pub(super) fn new(style: QuotaStyle) -> Self {
        Self { style, state: Mutex::new(State::default()) }
    }

    pub(super) fn quota(&self) -> Option<Quota> {
        let Window { limit, remaining, period_s, ends } = self.lock().window?;
        Some(Quota { limit, remaining, ends, period_s })
    }

    /// Milliseconds that an answer takes, as far as any came.
    pub(super) fn answer_ms(&self) -> Option<u64> {
        let known = self.lock().answer_ms?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time in milliseconds, never negative")]
        let whole = known.ceil() as u64;
        Some(whole)
    }

    pub(super) fn skew_s(&self) -> Option<i64> {
        self.lock().skew_s
    }

    pub(super) fn vendor_time(&self, local: Timestamp) -> Timestamp {
        let skew_s = self.skew_s().unwrap_or(0);
        local.checked_add(jiff::SignedDuration::from_secs(skew_s)).unwrap_or(local)
    }

    /// Waits until a request may leave, at the cost of `budget`.
    ///
    /// # Errors
    /// `QuotaSpent` without a status when the wait would be longer: nothing was sent.
    pub(super) async fn pass(&self, budget: &mut Duration) -> Result<Pass<'_>, Fault> {
        loop {
            let Some(wait) = self.lock().enter(Instant::now()) else { return Ok(Pass { gate: self, since: Instant::now() }) };
            if wait > *budget {
                return Err(self.lock().held_back(wait));
            }
            let pause = wait.min(LOOK_AGAIN) + Duration::from_millis(fastrand::u64(..REFILL_JITTER_MS));
            *budget = budget.saturating_sub(pause);
            tokio::time::sleep(pause).await;
        }
    }

    /// Takes in an answer's headers; seconds to wait when it asked for that (429 and 503 only), capped.
    pub(super) fn observe(&self, status: StatusCode, headers: &HeaderMap) -> Option<u64> {
        let now = Timestamp::now();
        let date = headers.get(DATE).and_then(|value| value.to_str().ok()).and_then(http_date);
        let vendor_now = date.unwrap_or(now);
        let reset_s = self.reset_s(headers, vendor_now);
        let mut state = self.lock();
        if let Some(date) = date {
            state.skew_s = Some(date.as_second() - now.as_second());
        }
        if let (Some(left_s), Some(remaining)) = (reset_s, number(headers, "x-ratelimit-remaining")) {
            let limit = number(headers, "x-ratelimit-limit").unwrap_or(remaining);
            let period_s = number(headers, "x-ratelimit-period").unwrap_or(0).min(MAX_WAIT_S);
            state.learn(Instant::now(), (limit, remaining), (left_s, period_s));
        }
        if !matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            return None;
        }
        let asked = retry_after_s(headers, vendor_now).or(if status == StatusCode::TOO_MANY_REQUESTS { reset_s } else { None });
        let wait_s = asked.filter(|wait_s| *wait_s > 0)?.min(MAX_WAIT_S);
        state.closed_until = Some(Instant::now() + Duration::from_secs(wait_s));
        Some(wait_s)
    }

    fn reset_s(&self, headers: &HeaderMap, vendor_now: Timestamp) -> Option<u64> {
        let reset = number(headers, "x-ratelimit-reset")?;
        let left_s = match self.style {
            QuotaStyle::None => return None,
            QuotaStyle::SecondsLeft => reset,
            QuotaStyle::EpochSeconds => reset.saturating_sub(u64::try_from(vendor_now.as_second()).unwrap_or(0)),
        };
        Some(left_s.min(MAX_WAIT_S))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here can be left half done, so a poisoned lock holds good state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a request in, or says how long it has to wait.
    fn enter(&mut self, now: Instant) -> Option<Duration> {
        if let Some(until) = self.closed_until {
            if until > now {
                return Some(until - now);
            }
            self.closed_until = None;
        }
        if let Some(Window { limit, remaining, ends, .. }) = self.window {
            // Past its end it is full again, though no answer has said so yet: those who waited for that do not leave as one.
            let (room, wait) = if ends > now { (remaining, ends - now) } else { (limit.max(remaining).max(1), LOOK_AGAIN) };
            // Requests in flight may not be counted in `remaining` yet.
            if room <= self.in_flight {
                return Some(wait);
            }
        }
        self.in_flight += 1;
        None
    }

    /// Counts a request out.
    fn ended(&mut self, took: Duration) {
        let took_ms = took.as_secs_f64() * 1_000.0;
        self.in_flight = self.in_flight.saturating_sub(1);
        self.answer_ms = Some(self.answer_ms.map_or(took_ms, |known| known + (took_ms - known) * NEWEST_WEIGHS));
    }

    /// Why nothing leaves now.
    fn held_back(&self, wait: Duration) -> Fault {
        let wait_s = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let words = match self.window {
            _ if self.closed_until.is_some() => format!("the vendor asked for a pause; {wait_s} s of it are left"),
            Some(window) => format!("the quota of {} is spent; it refills in {wait_s} s", count(window.limit, "request")),
            None => format!("the quota is spent; it refills in {wait_s} s"),
        };
        Fault { wait_s: Some(wait_s), ..Fault::new(FaultKind::QuotaSpent, words) }
    }

    /// Answers overtake each other: within one window the smaller remainder is the later one.
    fn learn(&mut self, at: Instant, (limit, remaining): (u64, u64), (left_s, period_s): (u64, u64)) {
        let ends = at + Duration::from_secs(left_s);
        let mut window = Window { limit, remaining, period_s: period_s.max(left_s), ends };
        if let Some(known) = self.window {
            window.period_s = if period_s > 0 { period_s } else { window.period_s.max(known.period_s) };
            let apart = if ends > known.ends { ends - known.ends } else { known.ends - ends };
            if known.ends > at && apart <= SAME_WINDOW {
                window.remaining = remaining.min(known.remaining);
            }
        }
        self.window = Some(window);
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// Both forms: seconds, and a date.
fn retry_after_s(headers: &HeaderMap, vendor_now: Timestamp) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    text.parse().ok().or_else(|| u64::try_from(http_date(text)?.as_second() - vendor_now.as_second()).ok())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(limit: u64, remaining: u64, now: Instant) -> State {
        let mut state = State::default();
        state.learn(now, (limit, remaining), (1, 0));
        state
    }

    #[test]
    fn a_window_that_has_ended_lets_as_many_leave_as_fit_into_the_next_one() {
        let now = Instant::now();
        let later = now + Duration::from_secs(2);
        let mut state = learned(3, 0, now);
        assert!(state.enter(now).is_some_and(|wait| wait <= Duration::from_secs(1)));
        assert_eq!([(); 4].map(|()| state.enter(later)), [None, None, None, Some(LOOK_AGAIN)]);
        // The first answer of the new window: two are left there, and two are on their way.
        state.in_flight -= 1;
        state.learn(later, (3, 2), (1, 0));
        assert!(state.enter(later).is_some());
    }

    #[test]
    fn a_window_is_as_long_as_the_vendor_says_or_as_it_was_seen_to_be() {
        let now = Instant::now();
        let mut state = State::default();
        let mut period = |left_s, period_s| {
            state.learn(now, (9, 5), (left_s, period_s));
            state.window.unwrap().period_s
        };
        assert_eq!([period(4, 0), period(50, 0), period(3, 0), period(3, 10)], [4, 50, 50, 10]);
    }

    #[test]
    fn answers_say_how_long_they_take_the_latest_most() {
        let gate = Gate::new(QuotaStyle::None);
        assert_eq!(gate.answer_ms(), None);
        let passed = |ms| gate.lock().ended(Duration::from_millis(ms));
        passed(100);
        assert_eq!(gate.answer_ms(), Some(100));
        (0..30).for_each(|_| passed(1_000));
        assert_eq!(gate.answer_ms(), Some(999));
    }

    #[test]
    fn a_quota_that_names_no_limit_or_an_absurd_one_never_stops_everything() {
        let now = Instant::now();
        let later = now + Duration::from_secs(2);
        for (limit, remaining, room) in [(0, 0, 1), (0, 5, 5), (u64::MAX, 0, 9)] {
            let mut state = learned(limit, remaining, now);
            let left = (0..9).filter(|_| state.enter(later).is_none()).count();
            assert_eq!(left, room, "{limit} and {remaining}");
        }
    }
}
