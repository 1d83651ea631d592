//! Whether a colleague is at work on a case: what is told wherever one is about to be changed. Pure.

use jiff::{SignedDuration, Timestamp};

use super::activity::Activity;
use super::case::Case;
use super::person::Person;
use super::text::Clean;
use super::wall::{is_to_come, is_within};

/// A case that somebody else changed this lately is being worked on.
const BUSY_WITHIN_S: u64 = 15 * 60;
/// An entry of the timeline this close to the moment of a change tells of it: the two clocks are one vendor's.
const SAME_CHANGE: SignedDuration = SignedDuration::from_secs(2);

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

/// Who but me was the last to work on this case, if that was lately: as its vendor says, or as `timeline` tells. An own
/// change after it hides nobody. Where neither names anybody, nobody is guessed at.
pub fn busy<'c>(case: &'c Case, timeline: impl IntoIterator<Item = &'c Activity>, me: Option<&Person>, now: Timestamp) -> Option<Busy> {
    let is_other = |person: &&Person| !person.is_service && me.is_none_or(|me| !me.is(person));
    // Nobody has touched it since it was opened.
    let changed_at = case.row.updated_at.filter(|at| case.row.created_at != Some(*at));
    let said = changed_at.zip(case.changed_by.as_ref());
    let told = entries(case, timeline).filter(|entry| !opens(entry, case)).filter_map(|entry| entry.at.zip(entry.who.as_ref()));
    let others = told.chain(said).filter(|(at, who)| is_lately(*at, now) && is_other(who));
    others.max_by_key(|(at, _)| *at).map(|(at, who)| Busy { who: Clean::line(who.label()), at })
}

/// Whether a case was changed lately, and nothing here tells by whom: its timeline would.
pub fn is_untold<'c>(case: &'c Case, timeline: impl IntoIterator<Item = &'c Activity>, me: Option<&Person>, now: Timestamp) -> bool {
    let Some(changed_at) = case.row.updated_at.filter(|at| is_lately(*at, now)) else { return false };
    let is_told = |entry: &Activity| entry.at.is_some_and(|at| changed_at.duration_since(at) < SAME_CHANGE);
    busy(case, None, me, now).is_none() && !entries(case, timeline).any(is_told)
}

/// Whether somebody who worked on a case then is at work on it still.
pub fn is_lately(at: Timestamp, now: Timestamp) -> bool {
    is_within(at.min(now), BUSY_WITHIN_S, now) && !is_to_come(at, now)
}

fn entries<'c>(case: &'c Case, timeline: impl IntoIterator<Item = &'c Activity>) -> impl Iterator<Item = &'c Activity> {
    case.activities.iter().flat_map(|slice| &slice.items).chain(timeline)
}

/// Whoever opens a case does not work on it yet.
fn opens(entry: &Activity, case: &Case) -> bool {
    matches!(entry.kind.as_str(), "CREATED" | "CASE_CREATED") || case.row.created_at.is_some_and(|opened| entry.at <= Some(opened))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::record::Slice;
    use crate::domain::sample;

    const NOW_S: i64 = 1_800_000_000;

    fn person(id: &str) -> Person {
        Person { id: id.into(), name: Clean::line(id), ..Person::default() }
    }

    fn ago(seconds: i64) -> Option<Timestamp> {
        Timestamp::from_second(NOW_S - seconds).ok()
    }

    fn entry(who: Option<&str>, seconds: i64) -> Activity {
        Activity { who: who.map(person), at: ago(seconds), ..sample::activity() }
    }

    /// Who is named to `me`.
    fn named(case: &Case, timeline: &[Activity]) -> Option<String> {
        busy(case, timeline, Some(&person("me")), ago(0).unwrap()).map(|busy| busy.who.to_string())
    }

    #[test]
    fn whoever_else_worked_on_it_lately_is_named() {
        let mut case = sample::case(Vendor::Datadog, 1);
        case.row.created_at = ago(9_000);
        case.row.updated_at = ago(240);
        case.row.assignees = vec![person("lee")];
        assert_eq!(named(&case, &[]), None, "whoever has it need not be who changed it");
        case.changed_by = Some(person("kim"));
        assert_eq!(named(&case, &[]).as_deref(), Some("kim"));
        assert_eq!(named(&case, &[entry(Some("bo"), 100)]).as_deref(), Some("bo"), "the last of them");
        assert_eq!(named(&case, &[entry(Some("bo"), 300)]).as_deref(), Some("kim"));
        case.row.updated_at = ago(16 * 60);
        assert_eq!(named(&case, &[entry(Some("bo"), 15 * 60)]), None);
        for (minutes, is_busy) in [(15, false), (14, true), (0, true), (-2, true), (-3, false), (-8 * 60, false)] {
            case.row.updated_at = ago(minutes * 60);
            assert_eq!(named(&case, &[]).is_some(), is_busy, "{minutes} minutes ago");
        }
        case.row.updated_at = Some(Timestamp::MAX);
        assert_eq!(named(&case, &[]), None, "the year 9999 is not now");
        case.row.updated_at = ago(60);
        case.row.created_at = ago(60);
        assert_eq!(named(&case, &[entry(Some("kim"), 60), entry(Some("bo"), 61)]), None, "it was only opened");
    }

    #[test]
    fn an_own_change_names_nobody_and_hides_nobody() {
        let mut case = sample::case(Vendor::Tines, 1);
        case.row.created_at = ago(9_000);
        case.row.updated_at = ago(5);
        case.row.assignees = vec![person("lee")];
        let mine = entry(Some("me"), 5);
        assert_eq!(named(&case, std::slice::from_ref(&mine)), None);
        for seconds in [3, 5, 8] {
            assert_eq!(named(&case, &[mine.clone(), entry(Some("kim"), seconds)]).as_deref(), Some("kim"), "{seconds}");
        }
        assert_eq!(named(&case, &[mine.clone(), entry(None, 8)]), None, "nor is automation a colleague");
        // Datadog says whose the last change was, and that is not all.
        case.changed_by = Some(person("me"));
        assert_eq!(named(&case, &[]), None);
        case.activities = Some(Slice { items: vec![entry(Some("kim"), 8)], next: None, total: None, malformed: 0 });
        assert_eq!(named(&case, &[]).as_deref(), Some("kim"), "from the timeline that came with it");
    }

    #[test]
    fn a_change_is_untold_until_its_entry_has_come() {
        let mut case = sample::case(Vendor::Tines, 1);
        case.row.updated_at = ago(60);
        let is_untold = |case: &Case, timeline: &[Activity]| is_untold(case, timeline, Some(&person("me")), ago(0).unwrap());
        assert!(is_untold(&case, &[]) && is_untold(&case, &[entry(Some("me"), 90)]));
        assert!(!is_untold(&case, &[entry(Some("me"), 60)]) && !is_untold(&case, &[entry(None, 61)]));
        case.changed_by = Some(person("kim"));
        assert!(!is_untold(&case, &[]));
        case.changed_by = Some(person("me"));
        assert!(is_untold(&case, &[]), "a colleague may have been there just before me");
        case.row.updated_at = ago(16 * 60);
        assert!(!is_untold(&case, &[]), "long ago");
    }
}
