//! What the status line says: a bounded list of notices, the latest in sight. What was said of a cause leaves with the
//! cause, and nothing that matters is put away before it could be read.

use std::collections::VecDeque;
use std::mem::Discriminant;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};

use crate::domain::case::SourceId;
use crate::tui::cx::pending::Ask;

/// Notices kept; older ones leave. A shift's worth of trouble fits, a storm of faults does not fill the memory.
const MAX_NOTICES: usize = 64;
/// How long a notice that asks for nothing stays in sight, and how long a refusal stands before older errors.
const STAYS: SignedDuration = SignedDuration::from_secs(10);
/// What is in sight gives way after this where another result waits that nobody could read yet.
const SHARES: SignedDuration = SignedDuration::from_secs(4);
/// What was in sight for less was not read.
const READ_AFTER: SignedDuration = SignedDuration::from_secs(1);

/// How much a notice matters. Each has a letter or word beside its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    Info,
    Good,
    Warning,
    Error,
}

/// What a notice is about: it leaves with that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An entry of the outbox that needs a person.
    Entry(CompactString),
    /// What failed of a bulk change.
    Batch(CompactString),
    /// A bulk change is held after failures.
    Halt(CompactString),
    /// An order came to nothing, until one of its kind succeeds: only for orders of which the next one does the whole again.
    Order(Discriminant<Ask>),
    /// What was decided about a bulk change came to nothing.
    SettleBatch(CompactString),
    /// A source does not answer.
    Source(SourceId),
    /// The disk does not take what is typed.
    Drafts,
    /// The configuration does not take views.
    Views,
}

impl Cause {
    /// What an order that comes to nothing is the cause of.
    pub fn of(ask: &Ask) -> Self {
        match ask {
            Ask::Settle { entry } => Self::Entry(entry.as_str().into()),
            Ask::SettleBatch(batch) => Self::SettleBatch(batch.clone()),
            _ => Self::Order(std::mem::discriminant(ask)),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub grade: Grade,
    pub text: String,
    pub at: Timestamp,
    /// Seen by the person: Esc was pressed while it was shown, or it asked for nothing and its time is over or another key came.
    pub acknowledged: bool,
    pub cause: Option<Cause>,
    /// When it was said, by the clock that nobody sets.
    said_at: Timestamp,
    /// Since when it is in sight, by the same clock; None: it was covered before it could be read, and comes again.
    since: Option<Timestamp>,
    /// Its time before older errors is not over.
    is_fresh: bool,
    /// A refusal that was read, with something else in sight since: it does not come again.
    is_past: bool,
}

impl Notice {
    /// Something else is said now.
    fn cover(&mut self, now: Timestamp) {
        let is_read = self.since.is_some_and(|since| now.duration_since(since) >= READ_AFTER);
        if !is_read && self.grade > Grade::Info {
            self.since = None;
        }
        self.is_past |= is_read && self.grade == Grade::Warning && self.cause.is_none();
    }
}

/// Newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    list: VecDeque<Notice>,
}

impl Notices {
    /// Said at `at` by the wall, at `steady` by the clock that nobody sets.
    pub fn push(&mut self, grade: Grade, text: impl Into<String>, at: Timestamp, steady: Timestamp) {
        let text = text.into();
        if self.list.back().is_some_and(|last| last.text == text && !last.acknowledged) {
            self.list.pop_back();
        } else if let Some(shown) = self.shown_at().and_then(|place| self.list.get_mut(place)) {
            shown.cover(steady);
        }
        if self.list.len() == MAX_NOTICES {
            self.list.pop_front();
        }
        let (acknowledged, cause, since, is_fresh, is_past) = (false, None, Some(steady), true, false);
        self.list.push_back(Notice { grade, text, at, acknowledged, cause, said_at: steady, since, is_fresh, is_past });
    }

    /// What the newest notice is about.
    pub fn tie_newest(&mut self, cause: Cause) {
        if let Some(notice) = self.list.back_mut() {
            notice.cause = Some(cause);
        }
    }

    /// The person goes on: what was said of an earlier key and could be read may not be so any more.
    pub fn go_on(&mut self, now: Timestamp) {
        let is_read = |notice: &Notice| notice.since.is_some_and(|since| now.duration_since(since) >= READ_AFTER);
        for notice in self.list.iter_mut().filter(|notice| notice.grade == Grade::Info && notice.cause.is_none() && is_read(notice)) {
            notice.acknowledged = true;
        }
    }

    /// The cause is gone, and so is what was said of it.
    pub fn put_away(&mut self, cause: &Cause) {
        for notice in self.list.iter_mut().filter(|notice| notice.cause.as_ref() == Some(cause)) {
            notice.acknowledged = true;
        }
    }

    /// What the status line shows: the newest, be it the answer to a key. An error comes back when news and refusals have
    /// had their time, until it is acknowledged or its cause is gone.
    pub fn shown(&self) -> Option<&Notice> {
        self.list.get(self.shown_at()?)
    }

    fn shown_at(&self) -> Option<usize> {
        self.shown_but(None)
    }

    /// When the time in sight of the notice at this place is over. Each result is seen once, for as long as it needs: one that
    /// asks for nothing makes room for one that nobody could read yet.
    fn ends_at(&self, place: usize) -> Option<Timestamp> {
        let notice = self.list.get(place)?;
        let next = || self.shown_but(Some(place)).and_then(|place| self.list.get(place));
        let is_awaited = notice.grade < Grade::Warning && next().is_some_and(|next| next.since.is_none());
        notice.since.map(|since| since.checked_add(if is_awaited { SHARES } else { STAYS }).unwrap_or(Timestamp::MAX))
    }

    /// What would be shown without the notice at this place.
    fn shown_but(&self, gone: Option<usize>) -> Option<usize> {
        let is_open = |(place, notice): &(usize, &Notice)| !notice.acknowledged && !notice.is_past && Some(*place) != gone;
        let open = || self.list.iter().enumerate().rev().filter(is_open);
        let (newest, notice) = open().next()?;
        if notice.grade < Grade::Warning || notice.is_fresh {
            return Some(newest);
        }
        open().find(|(_, notice)| notice.grade == Grade::Error).map(|(place, _)| place).or(Some(newest))
    }

    /// Errors and warnings that nobody has put away.
    pub fn unacknowledged(&self) -> impl Iterator<Item = &Notice> {
        self.list.iter().filter(|notice| notice.grade >= Grade::Warning && !notice.acknowledged)
    }

    /// Puts away what is shown, and what was read before; false when nothing was.
    pub fn acknowledge(&mut self) -> bool {
        let Some(shown) = self.shown_at() else { return false };
        for (place, notice) in self.list.iter_mut().enumerate() {
            notice.acknowledged |= place == shown || notice.grade < Grade::Warning || notice.since.is_some();
        }
        true
    }

    /// Lets what asks for nothing leave; true when the line changes.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        let before = self.shown().cloned();
        let has_error = self.unacknowledged().any(|notice| notice.grade == Grade::Error);
        let over: Vec<usize> = (0..self.list.len()).filter(|place| self.ends_at(*place).is_some_and(|at| at <= now)).collect();
        for place in over {
            let notice = &mut self.list[place];
            notice.is_fresh = false;
            notice.acknowledged |= notice.grade < Grade::Warning;
            notice.is_past |= has_error && notice.grade == Grade::Warning && notice.cause.is_none();
        }
        if let Some(shown) = self.shown_at().and_then(|place| self.list.get_mut(place)) {
            shown.since.get_or_insert(now);
        }
        self.shown() != before.as_ref()
    }

    /// When [`Notices::expire`] has something to do.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let hides = |notice: &Notice| notice.is_fresh && self.unacknowledged().any(|other| other.grade == Grade::Error);
        let is_timed = |notice: &&Notice| match notice.grade {
            Grade::Info | Grade::Good => true,
            Grade::Warning => hides(notice),
            Grade::Error => false,
        };
        let open = self.list.iter().enumerate().filter(|(_, notice)| !notice.acknowledged);
        let again = self.shown().filter(|notice| notice.since.is_none()).map(|notice| notice.said_at);
        open.filter(|(_, notice)| is_timed(notice)).filter_map(|(place, _)| self.ends_at(place)).chain(again).min()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Notice> {
        self.list.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_error_stays_until_it_is_put_away_and_news_leaves_by_itself() {
        let mut notices = Notices::default();
        notices.push(Grade::Error, "lost", at(0), at(0));
        notices.push(Grade::Info, "read", at(1), at(1));
        assert_eq!(notices.shown().unwrap().text, "read", "what a key just did is never hidden");
        assert_eq!(notices.wake_at(), Some(at(11)));
        assert!(notices.expire(at(11)));
        assert_eq!(notices.shown().unwrap().text, "lost");
        assert_eq!(notices.unacknowledged().count(), 1);
        assert!(notices.acknowledge());
        assert_eq!(notices.shown(), None);
        assert!(!notices.acknowledge());
    }

    #[test]
    fn what_was_said_of_a_key_leaves_with_the_next_once_it_could_be_read() {
        let mut notices = Notices::default();
        notices.push(Grade::Good, "#1 sent", at(0), at(0));
        notices.push(Grade::Info, "no filter is on", at(1), at(1));
        notices.go_on(at(1));
        assert_eq!(notices.shown().unwrap().text, "no filter is on", "nobody could read it yet");
        notices.go_on(at(3));
        assert_eq!(notices.shown().unwrap().text, "#1 sent", "a result stays for its time");
        notices.go_on(at(5));
        assert_eq!(notices.shown().unwrap().text, "#1 sent");
    }

    #[test]
    fn what_was_said_of_an_entry_leaves_with_it() {
        let mut notices = Notices::default();
        notices.push(Grade::Error, "STOPPED", at(0), at(0));
        notices.tie_newest(Cause::Entry("e1".into()));
        notices.put_away(&Cause::Entry("e2".into()));
        assert_eq!(notices.unacknowledged().count(), 1);
        notices.put_away(&Cause::Entry("e1".into()));
        assert_eq!(notices.shown(), None);
    }

    #[test]
    fn a_refusal_is_not_hidden_by_an_old_error_and_does_not_come_again() {
        let mut notices = Notices::default();
        notices.push(Grade::Error, "13 sent, 2 failed", at(0), at(0));
        notices.push(Grade::Warning, "not exported", at(60), at(60));
        assert_eq!(notices.shown().unwrap().text, "not exported");
        assert_eq!(notices.wake_at(), Some(at(70)));
        assert!(notices.expire(at(70)));
        assert_eq!(notices.shown().unwrap().text, "13 sent, 2 failed");
        notices.push(Grade::Warning, "not a filter", at(80), at(80));
        notices.push(Grade::Info, "up to date", at(85), at(85));
        notices.expire(at(95));
        assert_eq!(notices.shown().unwrap().text, "13 sent, 2 failed", "the refusal was read");
    }

    #[test]
    fn a_result_that_was_covered_unread_comes_again() {
        let mut notices = Notices::default();
        notices.push(Grade::Good, "32 cases: all sent", at(0), at(0));
        notices.push(Grade::Info, "up to date", at(0), at(0));
        assert_eq!(notices.wake_at(), Some(at(4)), "it waits for no more than what is in sight needs");
        assert!(notices.expire(at(4)));
        assert_eq!(notices.shown().unwrap().text, "32 cases: all sent");
        assert_eq!(notices.wake_at(), Some(at(14)));
        assert!(notices.expire(at(14)));
        assert_eq!((notices.shown(), notices.wake_at()), (None, None));

        notices.push(Grade::Error, "lost", at(30), at(30));
        notices.push(Grade::Info, "read", at(30), at(30));
        assert!(notices.acknowledge());
        assert_eq!(notices.shown().unwrap().text, "lost", "Esc was for what was in sight");
        assert!(notices.wake_at().is_some_and(|wake| wake <= at(30)));
        notices.expire(at(31));
        assert!(notices.acknowledge() && notices.shown().is_none());
    }

    #[test]
    fn results_that_come_in_a_burst_are_each_seen_once_and_the_line_is_soon_free() {
        let mut notices = Notices::default();
        for n in 0..5 {
            notices.push(Grade::Good, format!("#{n} sent"), at(0), at(0));
        }
        let mut seen = Vec::new();
        while let Some(notice) = notices.shown() {
            let wake = notices.wake_at().unwrap();
            seen.push((notice.text.clone(), wake.as_second() - notice.since.unwrap().as_second()));
            notices.expire(wake);
        }
        let all = [("#4 sent", 4), ("#3 sent", 4), ("#2 sent", 4), ("#1 sent", 4), ("#0 sent", 10)];
        assert_eq!(seen, all.map(|(text, seconds)| (text.to_owned(), seconds)));
    }

    #[test]
    fn the_list_is_bounded_and_repeats_collapse() {
        let mut notices = Notices::default();
        for n in 0..200 {
            notices.push(Grade::Info, format!("{}", n / 2), at(n), at(n));
        }
        assert_eq!(notices.iter().count(), MAX_NOTICES);
    }
}
