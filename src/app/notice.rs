//! What the status line says: a bounded list of notices, the latest in sight.

use std::collections::VecDeque;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};

/// Notices kept; older ones leave. A shift's worth of trouble fits, a storm of faults does not fill the memory.
const MAX_NOTICES: usize = 64;
/// How long a notice that asks for nothing stays in sight.
const STAYS: SignedDuration = SignedDuration::from_secs(10);

/// How much a notice matters. Each has a letter or word beside its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    Info,
    Good,
    Warning,
    Error,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub grade: Grade,
    pub text: String,
    pub at: Timestamp,
    /// When it leaves if it asks for nothing, by the clock that nobody sets.
    leaves_at: Timestamp,
    /// Seen by the person: Esc was pressed while it was shown, or it asked for nothing and its time is over.
    pub acknowledged: bool,
    /// The outbox entry that it is about: it leaves with that.
    pub entry: Option<CompactString>,
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
        }
        if self.list.len() == MAX_NOTICES {
            self.list.pop_front();
        }
        let leaves_at = steady.checked_add(STAYS).unwrap_or(Timestamp::MAX);
        self.list.push_back(Notice { grade, text, at, leaves_at, acknowledged: false, entry: None });
    }

    /// The newest notice is about this entry of the outbox.
    pub fn tie_newest(&mut self, entry: &str) {
        if let Some(notice) = self.list.back_mut() {
            notice.entry = Some(entry.into());
        }
    }

    /// The entry needs nobody any more, and neither does what was said of it.
    pub fn put_away(&mut self, entry: &str) {
        for notice in self.list.iter_mut().filter(|notice| notice.entry.as_deref() == Some(entry)) {
            notice.acknowledged = true;
        }
    }

    /// What the status line shows: the newest. An error comes back when news that leaves by itself has left, until it is
    /// acknowledged.
    pub fn shown(&self) -> Option<&Notice> {
        let open = || self.list.iter().rev().filter(|notice| !notice.acknowledged);
        let newest = open().next()?;
        if newest.grade < Grade::Warning {
            return Some(newest);
        }
        open().find(|notice| notice.grade == Grade::Error).or(Some(newest))
    }

    /// Errors and warnings that nobody has put away.
    pub fn unacknowledged(&self) -> impl Iterator<Item = &Notice> {
        self.list.iter().filter(|notice| notice.grade >= Grade::Warning && !notice.acknowledged)
    }

    /// Puts away what is shown; false when nothing was.
    pub fn acknowledge(&mut self) -> bool {
        let was_shown = self.shown().is_some();
        for notice in &mut self.list {
            notice.acknowledged = true;
        }
        was_shown
    }

    /// Lets what asks for nothing leave; true when the line changes.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        let before = self.shown().cloned();
        for notice in self.list.iter_mut().filter(|notice| notice.grade < Grade::Warning && notice.leaves_at <= now) {
            notice.acknowledged = true;
        }
        self.shown() != before.as_ref()
    }

    /// When [`Notices::expire`] has something to do.
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.list.iter().filter(|notice| notice.grade < Grade::Warning && !notice.acknowledged).map(|notice| notice.leaves_at).min()
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
    fn what_was_said_of_an_entry_leaves_with_it() {
        let mut notices = Notices::default();
        notices.push(Grade::Error, "STOPPED", at(0), at(0));
        notices.tie_newest("e1");
        notices.put_away("e2");
        assert_eq!(notices.unacknowledged().count(), 1);
        notices.put_away("e1");
        assert_eq!(notices.shown(), None);
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
