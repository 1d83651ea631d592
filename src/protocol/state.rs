//! How a source is doing, as the worker tells it.

use jiff::Timestamp;

use super::coverage::Coverage;
use crate::domain::bulk::{Allowance, Pace};
use crate::domain::fault::Fault;
use crate::domain::text::Clean;

/// How a source is doing.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SourceState {
    pub phase: Phase,
    pub coverage: Coverage,
    /// When an answer last came.
    pub read_at: Option<Timestamp>,
    /// Since when no change is unread, as the vendor said that was asked for changes; None: it was not, or cannot be.
    pub changes_at: Option<Timestamp>,
    /// The failure that is not over yet.
    pub fault: Option<Fault>,
    /// When the worker tries again by itself.
    pub next_try: Option<Timestamp>,
    /// Rows of the last pass that could not be read.
    pub malformed: u32,
    /// The first sentences about rows of the last pass that could not be read, or not whole.
    pub remarks: Vec<Clean>,
    pub quota: Option<Quota>,
    /// Milliseconds that an answer takes of late; None: none came yet.
    pub answer_ms: Option<u64>,
}

impl SourceState {
    /// How fast a bulk change would go here.
    pub fn pace(&self, now: Timestamp) -> Pace {
        let allowance = self.quota.map(|quota| Allowance {
            limit: quota.limit,
            remaining: if quota.resets_at > now { quota.remaining } else { quota.limit },
            resets_in_s: u64::try_from(quota.resets_at.as_second() - now.as_second()).unwrap_or(0),
            period_s: quota.period_s,
        });
        Pace { answer_ms: self.answer_ms, allowance }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Phase {
    #[default]
    Idle,
    /// Pages read so far in this pass, of how many when known.
    Reading { pages: u32, of: Option<u32> },
    /// Held back until the quota refills.
    Waiting { until: Timestamp },
}

/// What the vendor's quota headers said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub limit: u64,
    pub remaining: u64,
    pub resets_at: Timestamp,
    /// How long a window is.
    pub period_s: u64,
}
