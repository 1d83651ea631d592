//! How much each vendor lets through, and the headers in which it says so.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::demo::vendor::Vendor;

/// Datadog publishes no number for cases; one bucket of this size lets 100 000 cases be read within seconds and still be hit.
const DATADOG_PER_TEN_S: u64 = 600;
/// Tines documents 5000 a minute for most endpoints, and no header.
const TINES_PER_MINUTE: u64 = 5_000;
/// ServerOps documents both windows; whichever is exceeded answers 429.
const SERVEROPS_PER_SECOND: u64 = 60;
const SERVEROPS_PER_MINUTE: u64 = 1_000;

/// Requests in one calendar-aligned period.
struct Window {
    limit: u64,
    period_s: u64,
    slot: u64,
    used: u64,
}

impl Window {
    fn new(limit: u64, period_s: u64) -> Self {
        Self { limit, period_s, slot: 0, used: 0 }
    }

    fn roll(&mut self, now_s: u64) {
        if self.slot != now_s / self.period_s {
            self.slot = now_s / self.period_s;
            self.used = 0;
        }
    }

    fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    fn ends_s(&self) -> u64 {
        (self.slot + 1) * self.period_s
    }
}

/// The windows of one vendor, per token in theory and per tenant here, which has one analyst.
pub(crate) struct Quota {
    vendor: Vendor,
    windows: Vec<Window>,
    enforced: bool,
}

impl Quota {
    pub(crate) fn new(vendor: Vendor, enforced: bool) -> Self {
        let windows = match vendor {
            Vendor::Datadog => vec![Window::new(DATADOG_PER_TEN_S, 10)],
            Vendor::Tines => vec![Window::new(TINES_PER_MINUTE, 60)],
            Vendor::ServerOps => vec![Window::new(SERVEROPS_PER_SECOND, 1), Window::new(SERVEROPS_PER_MINUTE, 60)],
        };
        Self { vendor, windows, enforced }
    }

    /// Counts one request; false when it goes over.
    pub(crate) fn take(&mut self, now_s: u64) -> bool {
        for window in &mut self.windows {
            window.roll(now_s);
        }
        if !self.enforced {
            return true;
        }
        let fits = self.windows.iter().all(|w| w.left() > 0);
        if fits {
            for window in &mut self.windows {
                window.used += 1;
            }
        }
        fits
    }

    /// Adds the headers that the vendor sends with every answer; `refused` speaks of a bucket that is empty until the next second.
    pub(crate) fn announce(&self, headers: &mut HeaderMap, now_s: u64, refused: bool) {
        let Some(window) = self.windows.iter().min_by_key(|w| w.left() * 1_000 / w.limit) else { return };
        let left = if refused { 0 } else { window.left() };
        let ends_s = if refused && window.left() > 0 { now_s + 1 } else { window.ends_s() };
        let mut put = |name: &'static str, value: u64| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        };
        match self.vendor {
            Vendor::Datadog => {
                put("x-ratelimit-limit", window.limit);
                put("x-ratelimit-period", window.period_s);
                put("x-ratelimit-remaining", left);
                // Datadog counts down, it does not name a time; an answer that took until the end of its window has a moment left.
                put("x-ratelimit-reset", ends_s.saturating_sub(now_s).max(1));
                headers.insert(HeaderName::from_static("x-ratelimit-name"), HeaderValue::from_static("case_management_org"));
            }
            Vendor::Tines => {}
            Vendor::ServerOps => {
                put("x-ratelimit-limit", window.limit);
                put("x-ratelimit-remaining", left);
                // ServerOps names the second in which the window ends.
                put("x-ratelimit-reset", ends_s);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_window_refuses_first_and_opens_again() {
        let mut quota = Quota::new(Vendor::ServerOps, true);
        assert!((0..60).all(|_| quota.take(120)));
        assert!(!quota.take(120));
        assert!(quota.take(121));
        let mut headers = HeaderMap::new();
        quota.announce(&mut headers, 121, false);
        assert_eq!(headers["x-ratelimit-reset"], "180", "the minute is now the tighter one");
        // So a thousand come to an end within the minute, whatever their pace.
        let passed = (122..180).flat_map(|second| [second; 30]).filter(|second| quota.take(*second)).count();
        assert_eq!((passed, quota.take(180)), (1_000 - 61, true));
    }

    #[test]
    fn a_window_is_spent_to_its_end_and_the_next_one_is_whole() {
        let mut quota = Quota::new(Vendor::Datadog, true);
        let left = |quota: &Quota, refused| {
            let mut headers = HeaderMap::new();
            quota.announce(&mut headers, 129, refused);
            headers["x-ratelimit-remaining"].to_str().unwrap().to_owned()
        };
        assert!((0..600).all(|asked| quota.take(120 + asked / 60)));
        assert_eq!(left(&quota, false), "0", "no refusal before the announced end");
        assert!(!quota.take(129));
        assert_eq!(left(&quota, true), "0");
        assert!(quota.take(130));
        assert_eq!(left(&quota, false), "599");
        let mut all = Quota::new(Vendor::Datadog, false);
        assert!((0..2_000).all(|_| all.take(120)));
    }
}
