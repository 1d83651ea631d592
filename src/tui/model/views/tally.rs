//! What each tab says: how many cases it would show, how many changed unseen, how many press.

pub mod acts;

use crate::index::Scope;
use crate::protocol::Counted;

/// Above this many rows one view is counted per turn: a key must never wait for seven of them.
const COUNTED_AT_ONCE: usize = 10_000;
/// With many rows, counts that rows have changed are brought up to date at most this often.
const RECOUNT_AFTER_MS: i64 = 2_000;

/// The figures of a tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub counted: Counted,
    /// The sources that the view is about.
    pub scope: Scope,
    /// Changed since they were looked at.
    pub unseen: usize,
    /// Open, and over or due soon.
    pub alarms: usize,
}

/// Which figures are out of date.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Stale {
    tabs: Vec<bool>,
    /// Rows changed since the last count.
    has_changed: bool,
    counted_at_ms: i64,
}

impl Stale {
    pub(in crate::tui) fn all(&mut self, tabs: usize) {
        self.tabs = vec![true; tabs];
    }
}
