//! Clocks that run while a case waits: the vendors', and by rules of one's own.

pub mod hours;
pub mod rule;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::Clean;

/// The end of a clock that its vendor calls over without saying since when: before all others, and the same at every
/// reading, so that such cases sort together and do not look changed each time.
pub const OVER_SINCE_UNKNOWN: Timestamp = Timestamp::UNIX_EPOCH;

/// One clock of a case. Only Tines has them (`slas`, else `sla`); `ServerOps` and Datadog have none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sla {
    /// `completion`, `response`, or whatever the vendor says next.
    pub kind: Clean,
    /// When it runs out: the moment of reading plus `remaining_time_seconds`. Absent when the vendor sent no number.
    pub due_at: Option<Timestamp>,
    /// The vendor's own word; a clock may be exceeded with zero seconds remaining.
    pub exceeded: bool,
    /// 0..=100 and beyond, `percent_elapsed`.
    pub elapsed_percent: Option<f64>,
    /// Seconds that it has run, `current_time_seconds`.
    #[serde(default)]
    pub current_s: Option<f64>,
}

impl Sla {
    /// Seconds left at `now`, negative once over; zero at most when the vendor calls it exceeded.
    pub fn left_s(&self, now: Timestamp) -> Option<i64> {
        let left = self.due_at.map(|due| due.as_second() - now.as_second());
        if self.exceeded { Some(left.unwrap_or(0).min(0)) } else { left }
    }
}

/// The clock that runs out first: what the list shows and sorts by. One that is over since nobody knows when tells a person
/// less than any that has a time, so it comes last.
pub fn nearest(slas: &[Sla]) -> Option<&Sla> {
    slas.iter().filter(|sla| sla.due_at.is_some() || sla.exceeded).min_by_key(|sla| (sla.due_at.is_none(), sla.due_at, !sla.exceeded))
}
