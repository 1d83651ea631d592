//! Whether a colleague is at work on a case: what is told wherever one is about to be changed. Pure.

use jiff::{SignedDuration, Timestamp};

use super::case::Case;
use super::person::Person;
use super::text::Clean;
use super::wall::{is_to_come, is_within};

/// A case that somebody else changed this lately is being worked on.
const BUSY_WITHIN_S: u64 = 15 * 60;
/// An entry of the timeline this close to the moment of a change is the change: the two clocks are one vendor's.
const SAME_CHANGE: SignedDuration = SignedDuration::from_secs(60);

/// Somebody else is at work on a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    pub who: Clean,
    pub at: Timestamp,
}

impl Busy {
    /// `being worked on by Kim Lee (4m ago)`: everywhere in the same words.
    pub fn words(&self, when: &str) -> String {
        format!("being worked on by {} ({when})", self.who)
    }
}

/// Who but me has changed this case lately, or has it while it is changing.
pub fn busy(case: &Case, me: Option<&Person>, now: Timestamp) -> Option<Busy> {
    let is_lately = |at: &Timestamp| is_within((*at).min(now), BUSY_WITHIN_S, now) && !is_to_come(*at, now);
    let at = case.row.updated_at.filter(is_lately)?;
    let is_other = |person: &&Person| !person.is_service && me.is_none_or(|me| !me.is(person));
    let who = match &case.changed_by {
        Some(person) => Some(person).filter(is_other),
        None => match case.newest_entry() {
            Some(entry) if entry.at.is_some_and(|then| at.duration_since(then) < SAME_CHANGE) => entry.who.as_ref().filter(is_other),
            // Where nothing says who, a case that changes is in the hands of whoever has it.
            _ => case.row.assignees.iter().find(is_other),
        },
    }?;
    // Nobody has touched it since it was opened.
    if case.row.created_at == Some(at) {
        return None;
    }
    Some(Busy { who: Clean::line(who.label()), at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::activity::{Activity, Topic};
    use crate::domain::case::Vendor;
    use crate::domain::record::Slice;
    use crate::domain::sample;

    fn person(id: &str) -> Person {
        Person { id: id.into(), name: Clean::line(id), ..Person::default() }
    }

    #[test]
    fn whoever_else_changed_it_lately_is_named() {
        let mut case = sample::case(Vendor::Datadog, 1);
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let ago = |minutes: i64| now.checked_sub(SignedDuration::from_mins(minutes)).ok();
        assert_eq!(busy(&case, None, now), None, "nobody is known");
        case.row.assignees = vec![person("lee")];
        case.row.updated_at = ago(4);
        assert_eq!(busy(&case, None, now).unwrap().who.as_str(), "lee");
        assert_eq!(busy(&case, Some(&person("lee")), now), None, "I am no colleague of mine");
        case.changed_by = Some(person("kim"));
        assert_eq!(busy(&case, Some(&person("lee")), now).unwrap().who.as_str(), "kim");
        case.changed_by = None;
        let timeline = |who: &str, minutes| {
            let entry = Activity {
                id: "1".into(),
                kind: Clean::line("STATUS_UPDATED"),
                topic: Topic::Change,
                who: Some(person(who)),
                at: ago(minutes),
                text: Clean::default(),
                file: None,
                is_deleted: false,
            };
            Some(Slice { items: vec![entry], next: None, total: None, malformed: 0 })
        };
        case.activities = timeline("me", 4);
        assert_eq!(busy(&case, Some(&person("me")), now), None, "it was my own change, whoever has the case");
        case.activities = timeline("me", 9);
        assert_eq!(busy(&case, Some(&person("me")), now).unwrap().who.as_str(), "lee", "this one is not in the timeline yet");
        for (minutes, is_busy) in [(15, false), (14, true), (0, true), (-2, true), (-3, false), (-8 * 60, false)] {
            case.row.updated_at = ago(minutes);
            assert_eq!(busy(&case, None, now).is_some(), is_busy, "{minutes} minutes ago");
        }
        case.row.updated_at = Some(Timestamp::MAX);
        assert_eq!(busy(&case, None, now), None, "the year 9999 is not now");
        case.row.updated_at = ago(1);
        case.row.created_at = ago(1);
        assert_eq!(busy(&case, None, now), None, "it was only opened");
    }
}
