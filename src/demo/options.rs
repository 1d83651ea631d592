//! What to play.

use super::faults::Faults;

/// Above this the numbers of a world no longer fit its ids.
pub const MAX_CASES: u32 = 10_000_000;

/// What to play.
#[derive(Clone, Debug)]
pub struct Options {
    /// Cases at the start: 45 % Datadog, 40 % Tines, 15 % ServerOps. At most [`MAX_CASES`].
    pub cases: u32,
    /// Equal seeds give equal worlds, apart from times, which count back from the start.
    pub seed: u64,
    /// Added to every answer.
    pub latency_ms: u64,
    /// 1 is lively, 0 is a world in which nothing changes on its own.
    pub pace: f64,
    /// The mood at the start.
    pub faults: Faults,
    /// Whether the vendors' quotas are enforced; their headers are sent either way.
    pub quota: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { cases: 2_500, seed: 7, latency_ms: 0, pace: 1.0, faults: Faults::Calm, quota: true }
    }
}
