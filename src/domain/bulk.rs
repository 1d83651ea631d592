//! The same change to many cases: what each of them would be sent, what stands in the way, and how the whole has gone.

mod summary;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::busy::Busy;
use super::case::{CaseId, Rid};
use super::edit::{Edit, OutboxEntry, Plan, PlanLine, Progress};
use super::inverse;
use super::recipe::Recipe;
use super::text::Clean;

pub use summary::{Share, Summary, Turn};

/// Said of a wish that was made before and has not been sent.
pub const WAITS_ALREADY: &str = "waits in the outbox already";

/// Cases of one bulk change. More is a migration: narrow the filter and do it in parts.
pub const MAX_CASES: usize = 20_000;
/// Requests around the calls of one edit: the reading it is compared with, and the reading that confirms it.
pub const READS_PER_CASE: usize = 2;
/// Cases changed at the same time, for each source: those that wait for one that is away keep no other from sending.
pub const CASES_AT_ONCE: usize = 8;
/// What an answer takes where none was seen yet.
const USUAL_ANSWER_MS: u64 = 500;
/// A call leaves on a connection of its own: making it takes about as long as an answer.
const ANSWERS_PER_CALL: usize = 2;
/// What keeping the steps of one case on disk takes; there is one disk for all.
const DISK_MS: usize = 10;

/// What a bulk change is made from.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    Recipe(Recipe),
    /// One edit per target, in their order: what takes an earlier bulk change back.
    Edits(Vec<Edit>),
    /// The same for what was taken back and is made again: the dry run shows what it replaces.
    Again(Vec<Edit>),
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
    /// The case will be so once what waits in the outbox has landed.
    Waits,
    /// In words for the person.
    Cannot(String),
}

/// What a case would be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sends {
    pub edit: Edit,
    pub plan: Plan,
    /// Old and new as they are told: from what its vendor shows, not from what is only on its way.
    pub lines: Vec<PlanLine>,
    /// What its vendor may object to: conditions of closing that are not met.
    pub objections: Vec<String>,
    pub busy: Option<Busy>,
}

impl Sends {
    /// What it changes, each part once.
    pub fn told(&self) -> Vec<PlanLine> {
        PlanLine::told(&self.lines)
    }

    /// What of it nothing takes back afterwards, in the words of taking it back.
    pub fn stays(&self) -> Vec<String> {
        self.edit.inverse_without(&inverse::stays(&self.plan.calls)).map_or_else(|why| vec![why], |back| back.stays)
    }
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
    /// Of those done: nothing had to be sent, because theirs was chosen or it was so already.
    pub unsent: usize,
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
                Progress::Verified => {
                    tally.done += 1;
                    tally.unsent += usize::from(entry.unsent().is_some());
                }
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

    /// `32 sent, 4 given up`; all of them in one word where it is so.
    pub fn words(&self) -> String {
        if self.of > 0 && self.done == self.of && self.unsent == 0 {
            return "all sent and read back".into();
        }
        let counts = [
            (self.done - self.unsent, "sent"),
            (self.unsent, "left as it is"),
            (self.stuck, "failed"),
            (self.waiting, "waiting"),
            (self.dropped, "given up"),
        ];
        let counts: Vec<String> =
            counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        counts.join(", ")
    }

    /// Nothing moves any more by itself.
    pub fn is_over(&self) -> bool {
        self.waiting == 0
    }

    pub fn is_paused(&self) -> bool {
        self.held > 0
    }
}

/// How fast a source answers, and what its quota leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// None: no answer was seen yet.
    pub answer_ms: Option<u64>,
    pub allowance: Option<Allowance>,
}

/// What a vendor's quota leaves for a bulk change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u64,
    pub remaining: u64,
    pub resets_in_s: u64,
    /// How long a window is.
    pub period_s: u64,
}

impl Allowance {
    /// Requests of a window that stay for the person: a bulk change never spends the last tenth.
    pub fn reserve(limit: u64) -> u64 {
        limit / 10
    }
}

/// Seconds that so many calls to so many cases of one source take, with the readings around them: as fast as it answers,
/// and not faster than its quota allows, which is what is left now and then window after window.
#[expect(clippy::cast_precision_loss, reason = "an estimate, shown in whole seconds")]
pub fn estimate_s(cases: usize, calls: usize, pace: Pace) -> u64 {
    let reads = cases.saturating_mul(READS_PER_CASE);
    let requests = calls.saturating_add(reads) as f64;
    let units = reads.saturating_add(calls.saturating_mul(ANSWERS_PER_CALL)) as f64;
    let answer_s = pace.answer_ms.unwrap_or(USUAL_ANSWER_MS) as f64 / 1_000.0;
    let lanes = cases.clamp(1, CASES_AT_ONCE) as f64;
    let work_s = units * answer_s / lanes + (cases.saturating_mul(DISK_MS)) as f64 / 1_000.0;
    let seconds = match pace.allowance {
        Some(Allowance { limit, remaining, resets_in_s, period_s }) if limit > 0 => {
            let reserve = Allowance::reserve(limit);
            let each = (limit - reserve).max(1) as f64;
            let later = (requests - remaining.saturating_sub(reserve) as f64).max(0.0);
            // The last window takes as long as its share of the work.
            let windows = (later / each).ceil();
            let last = later - (windows - 1.0).max(0.0) * each;
            let waits_s = if windows > 0.0 { resets_in_s as f64 + (windows - 1.0) * period_s.max(1) as f64 } else { 0.0 };
            work_s.max(waits_s + work_s * last / requests.max(1.0))
        }
        _ => work_s,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and cut far below the bound")]
    let seconds = seconds.ceil().min(1e9) as u64;
    seconds.max(u64::from(requests > 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    use crate::domain::case::Vendor;
    use crate::domain::fault::{Fault, FaultKind};
    use crate::domain::sample;

    #[test]
    fn a_batch_is_counted_from_its_entries() {
        let entry = |progress| {
            let edit = Edit::unguarded(sample::case(Vendor::Tines, 1).row.id, Vec::new());
            OutboxEntry { progress, ..OutboxEntry::queued("1", edit, Plan::default(), Timestamp::UNIX_EPOCH) }
        };
        let fault = Fault::new(FaultKind::Rejected, "no");
        let entries = [Progress::Verified, Progress::Queued, Progress::Sent, Progress::Parked { fault, done: 0 }].map(entry);
        let tally = Tally::count(6, entries.iter());
        assert_eq!(tally, Tally { of: 6, done: 1, unsent: 0, stuck: 1, waiting: 2, held: 0, dropped: 2 });
        assert!(!tally.is_over() && !tally.is_paused());
        assert_eq!(tally.words(), "1 sent, 1 failed, 2 waiting, 2 given up");
        assert_eq!(Tally { of: 6, done: 2, dropped: 4, ..Tally::default() }.words(), "2 sent, 4 given up");
        assert_eq!(Tally { of: 10, done: 10, unsent: 1, ..Tally::default() }.words(), "9 sent, 1 left as it is");
        assert_eq!(Tally { of: 6, done: 6, ..Tally::default() }.words(), "all sent and read back");
    }

    #[test]
    fn an_estimate_is_as_fast_as_the_vendor_answers() {
        let at = |answer_ms| Pace { answer_ms, allowance: None };
        assert_eq!(estimate_s(0, 0, at(None)), 0);
        // 80 cases: 160 readings and 80 calls that each take two answers, eight side by side.
        assert_eq!(estimate_s(80, 80, at(Some(500))), 21);
        assert_eq!(estimate_s(80, 80, at(Some(2_000))), 81);
        assert_eq!(estimate_s(800, 800, at(Some(5))), 10, "then the disk takes longer");
        assert_eq!(estimate_s(1, 1, at(Some(500))), 3, "nothing of one case goes side by side");
        assert_eq!(estimate_s(80, 80, at(None)), estimate_s(80, 80, at(Some(500))));
    }

    #[test]
    fn an_estimate_follows_the_quota_window_after_window() {
        let pace = |remaining, resets_in_s, period_s| Pace {
            answer_ms: Some(20),
            allowance: Some(Allowance { limit: 100, remaining, resets_in_s, period_s }),
        };
        assert_eq!(estimate_s(30, 30, pace(100, 60, 60)), 1, "what is left now is enough");
        let one_more = estimate_s(60, 60, pace(100, 60, 60));
        assert!((60..63).contains(&one_more), "the rest waits for the next window: {one_more}");
        // 300 requests, 90 a window: one and a half more after the first wait.
        let short = estimate_s(100, 100, pace(100, 2, 10));
        assert!((22..26).contains(&short), "a wait ends soon, a window is longer: {short}");
        assert!(estimate_s(300, 300, pace(100, 2, 10)) > 2 * short);
        let spent = Allowance { limit: 1, remaining: 0, resets_in_s: 3_600, period_s: 3_600 };
        assert_eq!(estimate_s(usize::MAX, 0, Pace { answer_ms: None, allowance: Some(spent) }), 1_000_000_000);
    }
}
