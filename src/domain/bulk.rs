//! The same change to many cases: what each of them would be sent, what stands in the way, and how the whole has gone.

mod summary;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::case::{Case, CaseId, Rid};
use super::edit::{Edit, OutboxEntry, Plan, Progress};
use super::person::Person;
use super::recipe::Recipe;
use super::text::Clean;

pub use summary::{Share, Summary, Turn};

/// Cases of one bulk change. More is a migration: narrow the filter and do it in parts.
pub const MAX_CASES: usize = 20_000;
/// A case that somebody else changed this lately is being worked on.
const BUSY_WITHIN: SignedDuration = SignedDuration::from_mins(15);
/// An entry of the timeline this close to the moment of a change is the change: the two clocks are one vendor's.
const SAME_CHANGE: SignedDuration = SignedDuration::from_secs(60);
/// Requests around the calls of one edit: the reading it is compared with, and the reading that confirms it.
pub const READS_PER_CASE: usize = 2;
/// Requests per second where no quota says less: eight cases at a time, each answer within half a second.
const PLAIN_RATE: f64 = 16.0;

/// What a bulk change is made from.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    Recipe(Recipe),
    /// One edit per target, in their order: what takes an earlier bulk change back.
    Edits(Vec<Edit>),
}

/// A case that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub rid: Rid,
    /// Why it is left out before anybody has looked at it: the condition of a macro does not hold.
    pub refused: Option<String>,
}

/// A case in the dry run.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub rid: Rid,
    pub case: CaseId,
    pub key: Clean,
    pub title: Clean,
    pub verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Sends(Box<Sends>),
    /// The case is so already.
    Nothing,
    /// In words for the person.
    Cannot(String),
}

/// What a case would be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sends {
    pub edit: Edit,
    pub plan: Plan,
    /// What its vendor may object to: conditions of closing that are not met.
    pub objections: Vec<String>,
    pub busy: Option<Busy>,
}

/// Somebody else is at work on a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    pub who: Clean,
    pub at: Timestamp,
}

/// Who but me has changed this case lately, or has it while it is changing.
pub fn busy(case: &Case, me: Option<&Person>, now: Timestamp) -> Option<Busy> {
    let at = case.row.updated_at.filter(|at| now.duration_since(*at) < BUSY_WITHIN)?;
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

/// The bulk change that an outbox entry belongs to. Every entry carries all of it, so that the outbox alone tells the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Unique on this machine.
    pub id: CompactString,
    /// What it does: `close, add tag=vip`.
    pub words: String,
    /// Cases that were sent with it.
    pub of: u32,
    /// It goes on whatever fails: nobody is there to be asked.
    #[serde(default)]
    pub keeps_going: bool,
}

/// How far a batch has come, counted from its entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub of: usize,
    pub done: usize,
    /// Waits for a person.
    pub stuck: usize,
    /// On their way, or next.
    pub waiting: usize,
    /// Of those waiting: held back.
    pub held: usize,
    /// Given up before anything of them left.
    pub dropped: usize,
}

impl Tally {
    pub fn count<'a>(of: usize, entries: impl Iterator<Item = &'a OutboxEntry>) -> Self {
        let mut tally = Self { of, ..Self::default() };
        for entry in entries {
            match &entry.progress {
                Progress::Verified => tally.done += 1,
                progress if progress.needs_person() => tally.stuck += 1,
                _ => {
                    tally.waiting += 1;
                    tally.held += usize::from(entry.is_held);
                }
            }
        }
        tally.dropped = of.saturating_sub(tally.done + tally.stuck + tally.waiting);
        tally
    }

    /// Nothing moves any more by itself.
    pub fn is_over(&self) -> bool {
        self.waiting == 0
    }

    pub fn is_paused(&self) -> bool {
        self.held > 0
    }
}

/// What a vendor's quota leaves for a bulk change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u64,
    pub remaining: u64,
    pub resets_in_s: u64,
}

impl Allowance {
    /// Requests of a window that stay for the person: a bulk change never spends the last tenth.
    pub fn reserve(limit: u64) -> u64 {
        limit / 10
    }
}

/// Seconds that so many requests to one vendor take: what the quota leaves now at once, the rest window after window.
#[expect(clippy::cast_precision_loss, reason = "an estimate, shown in whole seconds")]
pub fn estimate_s(requests: usize, allowance: Option<Allowance>) -> u64 {
    let plain = |requests: f64| requests / PLAIN_RATE;
    let all = requests as f64;
    let seconds = match allowance {
        Some(Allowance { limit, remaining, resets_in_s }) if limit > 0 => {
            let reserve = Allowance::reserve(limit);
            let now = remaining.saturating_sub(reserve) as f64;
            let each = (limit - reserve).max(1) as f64;
            let left = (all - now).max(0.0);
            if left == 0.0 {
                plain(all)
            } else {
                resets_in_s as f64 + ((left / each).ceil() - 1.0) * resets_in_s.max(1) as f64 + plain(left % each)
            }
        }
        _ => plain(all),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and cut far below the bound")]
    let seconds = seconds.ceil().min(1e9) as u64;
    seconds.max(u64::from(requests > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::fault::{Fault, FaultKind};
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
        case.row.updated_at = ago(16);
        assert_eq!(busy(&case, None, now), None);
        case.row.updated_at = ago(1);
        case.row.created_at = ago(1);
        assert_eq!(busy(&case, None, now), None, "it was only opened");
    }

    #[test]
    fn a_batch_is_counted_from_its_entries() {
        let entry = |progress| {
            let edit = Edit::unguarded(sample::case(Vendor::Tines, 1).row.id, Vec::new());
            OutboxEntry { progress, ..OutboxEntry::queued("1", edit, Plan::default(), Timestamp::UNIX_EPOCH) }
        };
        let fault = Fault::new(FaultKind::Rejected, "no");
        let entries = [Progress::Verified, Progress::Queued, Progress::Sent, Progress::Parked { fault, done: 0 }].map(entry);
        let tally = Tally::count(6, entries.iter());
        assert_eq!(tally, Tally { of: 6, done: 1, stuck: 1, waiting: 2, held: 0, dropped: 2 });
        assert!(!tally.is_over() && !tally.is_paused());
    }

    #[test]
    fn an_estimate_follows_the_quota() {
        assert_eq!(estimate_s(0, None), 0);
        assert_eq!(estimate_s(160, None), 10);
        let allowance = Allowance { limit: 100, remaining: 100, resets_in_s: 60 };
        assert_eq!(estimate_s(80, Some(allowance)), 5, "what is left now is enough");
        assert!(estimate_s(170, Some(allowance)) >= 60, "the rest waits for the next window");
        assert!(estimate_s(900, Some(allowance)) > estimate_s(400, Some(allowance)));
        assert_eq!(estimate_s(usize::MAX, Some(Allowance { limit: 1, remaining: 0, resets_in_s: 3_600 })), 1_000_000_000);
    }
}
