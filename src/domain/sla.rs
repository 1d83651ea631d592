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

/// The clocks as a person needs them: exceeded ones first, then those that run, each by its end; those without an end last.
pub fn in_order(slas: &[Sla]) -> Vec<&Sla> {
    let mut all: Vec<&Sla> = slas.iter().collect();
    all.sort_by_key(|sla| (!sla.exceeded, sla.due_at.is_none(), sla.due_at));
    all
}

/// When clocks end that run or are over. The first one stands for its case, in the list, in filters and orders: a case with an
/// exceeded clock is over, however long another one still runs.
pub fn ends(slas: &[Sla]) -> Vec<Timestamp> {
    let end = |sla: &Sla| sla.due_at.or(sla.exceeded.then_some(OVER_SINCE_UNKNOWN));
    in_order(slas).into_iter().filter_map(end).collect()
}

/// Whether the end of a clock, in seconds, says no more than that it is over.
pub fn is_only_over(due_s: i64) -> bool {
    due_s == OVER_SINCE_UNKNOWN.as_second()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_790_000_000;

    fn clock(kind: &str, left_s: Option<i64>, exceeded: bool) -> Sla {
        let due_at = left_s.map(|left| Timestamp::from_second(NOW_S + left).unwrap());
        Sla { kind: Clean::line(kind), due_at, exceeded, elapsed_percent: None, current_s: None }
    }

    #[test]
    fn an_exceeded_clock_stands_before_every_one_that_runs() {
        let (soon, later) = (clock("soon", Some(60), false), clock("later", Some(86_400), false));
        let (over, long_over) = (clock("over", Some(-60), true), clock("long over", Some(-86_400), true));
        let (unknown, idle) = (clock("over since nobody knows when", None, true), clock("not started", None, false));
        let order = [&long_over, &over, &unknown, &soon, &later, &idle];
        let mut turned: Vec<Sla> = order.map(Clone::clone).to_vec();
        for _ in 0..order.len() {
            turned.rotate_left(1);
            assert_eq!(in_order(&turned), order);
        }
        let ends = |slas: &[&Sla]| ends(&slas.iter().map(|sla| (*sla).clone()).collect::<Vec<_>>());
        let at = |left_s: i64| Timestamp::from_second(NOW_S + left_s).unwrap();
        assert_eq!(ends(&[&soon, &unknown]), [OVER_SINCE_UNKNOWN, at(60)]);
        assert_eq!(ends(&[&unknown, &over, &soon]), [at(-60), OVER_SINCE_UNKNOWN, at(60)]);
        assert_eq!(ends(&[&later, &soon, &idle]), [at(60), at(86_400)]);
        assert_eq!(ends(&[&idle]), [] as [Timestamp; 0]);
    }
}
