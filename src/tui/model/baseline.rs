//! What the person knows of each case, and so which cases have changed since they looked.
//!
//! A change counts until the case was opened, read from its vendor, and shown. The person's own edits move what they know
//! along; the worker sees to that.

pub mod acts;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::aside::Then;
use crate::domain::baseline::Baseline;
use crate::domain::case::{CaseId, Rid};
use crate::tui::model::backlog::Backlog;

#[derive(Clone, Debug, Default)]
pub struct Baselines {
    known: FxHashMap<CaseId, Known>,
    /// Cases that a snooze gave back: to be looked at, though nothing of them may have changed.
    woken: FxHashSet<Rid>,
    /// What is to be written to the disk.
    pub(in crate::tui) backlog: Backlog<Baseline>,
}

#[derive(Clone, Debug)]
struct Known {
    /// What the list showed. None: the case was not there yet.
    shown: Option<Then>,
    /// None: its row has not come yet.
    rid: Option<Rid>,
}

impl Baselines {
    /// Whether the case is not as the person knows it. A row that was read before their own edit landed is no news.
    pub(in crate::tui) fn is_news(&self, case: &CaseId, now: &Then) -> bool {
        let is_new = |shown: &Then| shown.is_news(now) && !shown.is_past(now);
        self.known.get(case).is_some_and(|known| known.shown.as_ref().is_none_or(is_new))
    }

    /// Whether the person knows the case as it is now: they looked, or their own edit leaves it so.
    pub(in crate::tui) fn is_known(&self, case: &CaseId, now: &Then) -> bool {
        self.known.contains_key(case) && !self.is_news(case, now)
    }

    /// A snooze gave it back.
    pub(in crate::tui) fn wake(&mut self, rid: Rid) {
        self.woken.insert(rid);
    }
}
