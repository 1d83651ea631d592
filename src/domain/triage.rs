//! A triage run: one case after the other over a filter, each decided before the next is shown.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::CaseId;
use super::recipe::Recipe;

/// Cases of one run; more than anybody decides in a sitting, and few enough to be written down after each decision.
pub const MAX_CASES: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Triage {
    /// What it runs over, as it was typed; empty: the whole list.
    pub filter: String,
    pub started_at: Timestamp,
    /// Seconds of the sittings before this one.
    pub spent_s: u64,
    /// Cases that it began with.
    pub of: usize,
    /// Not decided yet, the one in sight first. What was put off stands at the end.
    pub queue: VecDeque<Waiting>,
    /// In the order of deciding.
    pub decided: Vec<Decided>,
}

/// A case that is to be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub case: CaseId,
    pub key: String,
    /// Who had it when the run began.
    pub had: Vec<String>,
    /// It was put off before.
    #[serde(default)]
    pub is_again: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub waiting: Waiting,
    pub how: Decision,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// What it was given.
    Changed(Recipe),
    /// It was put aside until then, in words.
    Snoozed { until: String },
    /// It needed none of it, or nothing can be done to it from here.
    Left,
    /// A colleague took it meanwhile.
    Taken { by: String },
    /// It is not there any more.
    Gone,
}

impl Triage {
    /// The case in sight; None: all are decided.
    pub fn current(&self) -> Option<&Waiting> {
        self.queue.front()
    }

    /// The one in sight is decided.
    pub fn decide(&mut self, how: Decision) {
        if let Some(waiting) = self.queue.pop_front() {
            self.decided.push(Decided { waiting, how });
        }
    }

    /// The one in sight comes again at the end.
    pub fn put_off(&mut self) {
        if let Some(waiting) = self.queue.pop_front() {
            self.queue.push_back(Waiting { is_again: true, ..waiting });
        }
    }

    /// What decided this case is forgotten: it is in sight again. False: no change and no snooze decided it.
    pub fn take_back(&mut self, case: &CaseId) -> bool {
        let is_it =
            |decided: &Decided| decided.waiting.case == *case && matches!(decided.how, Decision::Changed(_) | Decision::Snoozed { .. });
        let Some(at) = self.decided.iter().rposition(is_it) else { return false };
        self.queue.push_front(self.decided.remove(at).waiting);
        true
    }

    /// Seconds that what is left takes at the pace so far; None: nothing was decided yet, or no second of it is known.
    pub fn left_s(&self, sitting_s: u64) -> Option<u64> {
        let paced =
            u64::try_from(self.decided.iter().filter(|decided| !matches!(decided.how, Decision::Taken { .. } | Decision::Gone)).count())
                .ok()?;
        let left = u64::try_from(self.queue.len()).ok()?;
        let left_s = (self.spent_s + sitting_s).saturating_mul(left).checked_div(paced)?;
        (left_s > 0).then_some(left_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::SourceId;

    fn run(count: usize) -> Triage {
        let waiting = |n: usize| Waiting {
            case: CaseId { source: SourceId(0), id: n.to_string().into() },
            key: format!("#{n}"),
            had: vec![],
            is_again: false,
        };
        Triage {
            filter: String::new(),
            started_at: Timestamp::UNIX_EPOCH,
            spent_s: 0,
            of: count,
            queue: (1..=count).map(waiting).collect(),
            decided: vec![],
        }
    }

    #[test]
    fn what_is_put_off_comes_again_and_what_is_taken_back_is_in_sight() {
        let mut run = run(3);
        run.put_off();
        assert_eq!(run.current().unwrap().key, "#2");
        run.decide(Decision::Changed(Recipe::default()));
        run.decide(Decision::Taken { by: "m.lee".into() });
        assert_eq!((run.current().unwrap().key.as_str(), run.current().unwrap().is_again), ("#1", true));
        let case = |n: &str| CaseId { source: SourceId(0), id: n.into() };
        assert!(!run.take_back(&case("3")), "a colleague's decision is not taken back");
        assert!(run.take_back(&case("2")));
        assert_eq!(run.current().unwrap().key, "#2");
        assert!(!run.take_back(&case("2")));
    }

    #[test]
    fn the_time_left_is_the_pace_so_far() {
        let mut run = run(4);
        assert_eq!(run.left_s(10), None);
        run.decide(Decision::Left);
        assert_eq!(run.left_s(0), None, "gone on with right after a kill, which kept no time");
        assert_eq!(run.left_s(20), Some(60));
        run.spent_s = 20;
        assert_eq!(run.left_s(20), Some(120));
    }
}
