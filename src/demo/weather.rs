//! What goes wrong with a request: by mood, or scripted for the next request of a kind.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::dice::{Dice, mix, word};
use super::faults::Faults;
use crate::demo::vendor::Vendor;

/// A client that tries a GET five times must get through, so the same request fails at most twice in a row.
const MAX_IN_A_ROW: u32 = 2;
/// Requests whose failures are remembered; the map starts again when it is full.
const MAX_REMEMBERED: usize = 4_096;
/// Share of answers that rough weather touches.
const ROUGH_PERCENT: u64 = 8;
/// In rough weather the list moves under a reader once in so many list requests.
const SHIFT_EVERY: u64 = 12;

/// Where a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// The vendor never saw the request.
    BeforeRead,
    /// The request was carried out, no answer comes.
    AfterRead,
    /// The request was carried out, half of the body comes.
    MidAnswer,
}

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    None,
    Slow(u64),
    Status(u16),
    /// A proxy's HTML page with this status.
    Page(u16),
    Cut(Cut),
    Hang,
}

struct Script {
    method: String,
    path_contains: String,
    blow: Blow,
    times: u32,
}

/// Decides for one vendor.
pub(crate) struct Weather {
    vendor: Vendor,
    seed: u64,
    mood: Faults,
    scripts: Vec<Script>,
    asked: u64,
    in_a_row: FxHashMap<u64, u32>,
}

impl Weather {
    pub(crate) fn new(vendor: Vendor, seed: u64, mood: Faults) -> Self {
        Self { vendor, seed: mix(seed, vendor as u64), mood, scripts: Vec::new(), asked: 0, in_a_row: FxHashMap::default() }
    }

    /// The new mood begins at its beginning.
    pub(crate) fn set(&mut self, mood: Faults) {
        self.mood = mood;
        self.asked = 0;
    }

    /// The next `times` requests with this method (any when empty) whose path holds this text meet `blow`.
    pub(crate) fn script(&mut self, method: &str, path_contains: &str, blow: Blow, times: u32) {
        self.scripts.push(Script { method: method.to_owned(), path_contains: path_contains.to_owned(), blow, times });
    }

    /// No script strikes any more.
    pub(crate) fn mend(&mut self) {
        self.scripts.clear();
    }

    /// What happens to this request. Scripts come first; the mood is a function of the seed and of how many asked before.
    pub(crate) fn decide(&mut self, method: &str, target: &str) -> Blow {
        let fits = |s: &Script| (s.method.is_empty() || s.method.eq_ignore_ascii_case(method)) && target.contains(&s.path_contains);
        if let Some(at) = self.scripts.iter().position(fits) {
            let blow = self.scripts[at].blow;
            self.scripts[at].times = self.scripts[at].times.saturating_sub(1);
            if self.scripts[at].times == 0 {
                self.scripts.remove(at);
            }
            return blow;
        }
        self.asked += 1;
        match self.mood {
            Faults::Outage(vendor) if vendor == self.vendor => match self.asked % 3 {
                1 => Blow::Status(503),
                2 => Blow::Cut(Cut::BeforeRead),
                _ => Blow::Hang,
            },
            Faults::Calm | Faults::Outage(_) => Blow::None,
            Faults::Rough => self.rough(method, target),
        }
    }

    fn rough(&mut self, method: &str, target: &str) -> Blow {
        let mut dice = Dice::new(mix(self.seed, self.asked));
        if !dice.percent(ROUGH_PERCENT) {
            self.in_a_row.remove(&word(target));
            return Blow::None;
        }
        let after = if method == "GET" { Cut::BeforeRead } else { Cut::AfterRead };
        let blow = match dice.weighted(&[30, 16, 12, 12, 16, 7, 7]) {
            0 => return Blow::Slow(dice.between(200, 1_500)),
            1 => Blow::Status(500),
            2 => Blow::Page(502),
            3 => Blow::Status(429),
            4 => Blow::Cut(Cut::MidAnswer),
            5 => Blow::Cut(Cut::BeforeRead),
            _ => Blow::Cut(after),
        };
        if self.in_a_row.len() >= MAX_REMEMBERED {
            self.in_a_row.clear();
        }
        let row = self.in_a_row.entry(word(target)).or_default();
        if *row >= MAX_IN_A_ROW {
            *row = 0;
            return Blow::None;
        }
        *row += 1;
        blow
    }

    /// True when the world should move just before this list is read, so that its pages shift.
    pub(crate) fn shifts(&self) -> bool {
        self.mood == Faults::Rough && self.asked % SHIFT_EVERY == 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rough_weather_repeats_itself_touches_about_a_twelfth_and_lets_five_tries_through() {
        let draw = || {
            let mut weather = Weather::new(Vendor::Tines, 7, Faults::Rough);
            (0..5_000).map(|n| weather.decide("GET", &format!("/page{n}"))).collect::<Vec<_>>()
        };
        let blows = draw();
        assert_eq!(blows, draw());
        let hurt = blows.iter().filter(|b| **b != Blow::None).count();
        assert!((300..500).contains(&hurt), "{hurt} of 5000");

        let mut weather = Weather::new(Vendor::Datadog, 11, Faults::Rough);
        let mut row = 0;
        for _ in 0..20_000 {
            row = if matches!(weather.decide("GET", "/same"), Blow::None | Blow::Slow(_)) { 0 } else { row + 1 };
            assert!(row <= 2);
        }
    }

    #[test]
    fn a_script_strikes_its_request_so_often_and_no_other() {
        let mut weather = Weather::new(Vendor::Datadog, 1, Faults::Calm);
        weather.script("POST", "/status", Blow::Status(500), 2);
        assert_eq!(weather.decide("GET", "/x/status"), Blow::None);
        assert_eq!(weather.decide("POST", "/x/title"), Blow::None);
        assert_eq!([(); 3].map(|()| weather.decide("POST", "/x/status")), [Blow::Status(500), Blow::Status(500), Blow::None]);
    }
}
