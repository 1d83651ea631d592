//! The same change to many cases: what each of them would be sent, what stands in the way, and how the whole has gone.

mod pace;
mod row;
mod summary;

pub use pace::{Allowance, CASES_AT_ONCE, Pace, READS_PER_CASE, estimate_s};
pub use row::{Row, Sends, Verdict};
pub use summary::{Share, Summary, Turn};

use super::case::Rid;
use super::change_script::ChangeScript;
use super::edit::{Edit, OutboxEntry, Progress};

/// Said of a wish that was made before and has not been sent.
pub const WAITS_ALREADY: &str = "waits in the outbox already";

/// Cases of one bulk change. More is a migration: narrow the filter and do it in parts.
pub const MAX_CASES: usize = 20_000;
/// What a bulk change is made from.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    ChangeScript(ChangeScript),
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::edit::Plan;
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
