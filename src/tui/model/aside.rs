//! Pinned and snoozed cases: what is remembered of them, when they come back, and the keys that put them aside.

pub mod acts;
pub mod back;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::domain::aside::{Aside, Back, Then};
use crate::domain::case::{CaseId, Rid};
use crate::domain::moved::Moved;
use crate::index::Seen;
use crate::tui::model::backlog::Backlog;

/// Cases that a notice names; more would push the end off the line.
pub(in crate::tui) const MAX_NAMED: usize = 3;
/// What the menu offers of a clock.
pub(in crate::tui) const LEFT_S: i64 = 30 * 60;

/// What is remembered.
#[derive(Clone, Debug, Default)]
pub struct Asides {
    by_case: FxHashMap<CaseId, Kept>,
    snoozed: usize,
    /// When the next one comes back by time alone.
    next: Option<Timestamp>,
    /// Cases that came back and were not named yet, by key.
    back: Vec<(String, Back)>,
    /// What changed and is not handed over yet.
    changed: Vec<Moved>,
    /// What is to be written to the disk.
    pub(in crate::tui) backlog: Backlog<Moved>,
}

#[derive(Clone, Debug)]
pub(in crate::tui) struct Kept {
    aside: Aside,
    /// None: its row has not come yet.
    rid: Option<Rid>,
    due_at: Option<Timestamp>,
}

impl Asides {
    /// How many cases sleep.
    pub fn snoozed(&self) -> usize {
        self.snoozed
    }

    /// What is remembered of a case.
    pub fn get(&self, case: &CaseId) -> Option<&Aside> {
        self.by_case.get(case).map(|kept| &kept.aside)
    }

    fn count(&mut self) {
        // One whose row has not come is judged when it comes.
        let sleeping = || self.by_case.values().filter_map(|kept| kept.rid.and(Some((kept.aside.snooze.as_ref()?, kept.due_at))));
        self.snoozed = sleeping().count();
        self.next = sleeping().map(|(snooze, due_at)| snooze.wakes_at(due_at)).min();
    }

    fn put(&mut self, aside: Aside, rid: Option<Rid>, due_at: Option<Timestamp>) {
        let before = self.get(&aside.case).cloned().unwrap_or_else(|| Aside::nothing(&aside.case));
        self.changed.push(Moved { before, after: aside.clone() });
        self.learn(aside, rid, due_at);
    }

    /// As it is on disk already.
    fn learn(&mut self, aside: Aside, rid: Option<Rid>, due_at: Option<Timestamp>) {
        if aside.is_nothing() {
            self.by_case.remove(&aside.case);
        } else {
            self.by_case.insert(aside.case.clone(), Kept { aside, rid, due_at });
        }
    }
}

pub(in crate::tui) fn due(row: &Seen<'_>) -> Option<Timestamp> {
    row.due_at.and_then(|at| Timestamp::from_second(at).ok())
}

pub(in crate::tui) fn id(row: &Seen<'_>) -> CaseId {
    CaseId { source: row.source, id: row.id.into() }
}

pub(in crate::tui) fn then(row: &Seen<'_>) -> Then {
    Then {
        state: row.state,
        status: row.status.into(),
        level: row.rank.level(),
        priority: row.priority.into(),
        title: row.title.into(),
        people: row.assignees().map(Into::into).collect(),
        updated_s: row.updated_at,
    }
}
