//! Clocks of one's own, for cases whose vendor runs none.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::hours::Hours;
use crate::domain::case::{Row, State};

/// How long a case may wait, from its opening.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Until somebody has it: assigned, or in progress. Seconds.
    pub respond_s: Option<i64>,
    /// Until it is closed. Seconds.
    pub close_s: Option<i64>,
    /// None: round the clock.
    pub hours: Option<Arc<Hours>>,
}

impl Rule {
    /// When the nearest clock that runs runs out; None: none does.
    pub fn due(&self, row: &Row) -> Option<Timestamp> {
        if !row.status.is_open() {
            return None;
        }
        let opened = row.created_at?;
        let is_answered = row.status.state == Some(State::InProgress) || !row.assignees.is_empty();
        let respond = self.respond_s.filter(|_| !is_answered);
        let after = |seconds: i64| match &self.hours {
            Some(hours) => hours.after(opened, seconds),
            None => opened.checked_add(SignedDuration::from_secs(seconds)).ok(),
        };
        [respond, self.close_s].into_iter().flatten().filter_map(after).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::person::Person;
    use crate::domain::sample;

    fn left_min(rule: &Rule, row: &Row) -> Option<i64> {
        rule.due(row).map(|due| (due.as_second() - row.created_at.unwrap().as_second()) / 60)
    }

    #[test]
    fn the_answer_is_due_until_somebody_has_it_then_the_end() {
        let rule = Rule { respond_s: Some(15 * 60), close_s: Some(4 * 3600), hours: None };
        let mut row = sample::case(Vendor::Datadog, 1).row;
        (row.status.state, row.assignees) = (Some(State::Open), Vec::new());
        assert_eq!(left_min(&rule, &row), Some(15));
        row.assignees = vec![Person::default()];
        assert_eq!(left_min(&rule, &row), Some(240));
        (row.status.state, row.assignees) = (Some(State::InProgress), Vec::new());
        assert_eq!(left_min(&rule, &row), Some(240));
        let only_answer = Rule { close_s: None, ..rule.clone() };
        assert_eq!(left_min(&only_answer, &row), None);
        for done in [State::Closed, State::Archived] {
            row.status.state = Some(done);
            assert_eq!(rule.due(&row), None);
        }
        (row.status.state, row.created_at) = (Some(State::Open), None);
        assert_eq!(rule.due(&row), None, "nobody knows when it was opened");
    }
}
