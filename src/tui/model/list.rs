//! The queue: which rows are shown in which order, and the case under the cursor.
//!
//! The order on display is frozen. Rows that arrive wait in the tray until the person asks for them (`r`, a new filter,
//! a new sort); rows that change do so in place; rows that are gone stay, marked, until then. The cursor is a case, not
//! a number.

pub mod alike;
pub mod arrange;
pub mod cursor;
pub mod fill;
pub mod fold;
pub mod folding;
pub mod go;
pub mod judged;
pub mod judging;
pub mod news;
pub mod sleep;
pub mod sort;

use alike::Look;
use arrange::{Arrangement, Wishes};
pub use arrange::{Folded, Head};
use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};
pub use sort::{Order, words as sort_words};

use crate::domain::case::{CaseId, Rid, Row};
use crate::index::{Index, Seen};
use crate::query::{Asker, Query};
use crate::sla::Rules;

/// Shown, or in the part below the fold that is.
const SHOWN: u16 = 1;
/// Waits in the tray.
const HELD: u16 = 2;
/// Changed since it was last opened.
const UNSEEN: u16 = 4;
/// Not there any more; leaves with the next new order.
const GONE: u16 = 8;
/// Waits to be laid into the order while the list is first filled.
const COMING: u16 = 16;
/// Arrived while the filter is being typed.
const LATE: u16 = 32;
/// Sleeps: is not in the ordinary list.
const SNOOZED: u16 = 64;
/// Stands first.
const PINNED: u16 = 128;
/// Its clock is by a rule of the configuration.
const LOCAL: u16 = 256;

#[derive(Default)]
pub struct List {
    index: Index,
    /// What a filter means to the person here and now.
    pub asker: Asker,
    /// Clocks for vendors that run none.
    rules: Rules,
    /// As typed; what is wrong in it is not applied.
    filter: String,
    /// The last that could be read.
    query: Query,
    judged: judging::Judged,
    /// Rows that were on disk at the start; None: they are still being read.
    pub(in crate::tui) on_disk: Option<usize>,
    /// The rows before the eye.
    order: Vec<Rid>,
    /// Groups and folds, when there are any; then it has all rows of the list.
    arrangement: Option<Arrangement>,
    /// Look-alike rows stand behind one of them.
    folds: bool,
    wishes: Wishes,
    /// What titles look like, so that each is looked at once. None: it says too little.
    looks: FxHashMap<Rid, Option<Look>>,
    /// Rows that `is:folded` finds.
    alike: Vec<Rid>,
    /// The tray, in the order of arrival.
    held: Vec<Rid>,
    coming: Vec<Rid>,
    /// What arrived while the filter is being typed, for going back.
    late: Option<Vec<Rid>>,
    /// By rid, which is dense.
    marks: Vec<u16>,
    cursor: Option<Rid>,
    /// Where the cursor is in `order`.
    at: usize,
    top: usize,
    /// Rows in sight.
    height: usize,
    /// A key was pressed: from here on nothing moves by itself. Before, the list is still being laid out.
    touched: bool,
    gone: Vec<Rid>,
    /// Rows in sight that do not match any more; they leave with the next new order.
    out: FxHashSet<Rid>,
    has_new_flags: bool,
    unseen: usize,
    snoozed: usize,
    pinned: usize,
    /// The filter's conditions and how many cases each left, when together they leave none.
    funnel: Vec<(String, usize)>,
}

/// The list as it was before the filter was touched.
#[derive(Clone, Debug, Default)]
pub struct Before {
    filter: String,
    order: Vec<Rid>,
    arrangement: Option<Arrangement>,
    held: Vec<Rid>,
    out: FxHashSet<Rid>,
    cursor: Option<Rid>,
    top: usize,
    cut: Option<usize>,
}

impl List {
    /// Empty, for somebody whose filters mean this.
    pub fn new(asker: Asker) -> Self {
        Self { asker, ..Self::default() }
    }

    /// The case under the cursor.
    pub fn cursor(&self) -> Option<Rid> {
        self.cursor
    }

    /// Where the cursor is, counted from 0.
    pub fn at(&self) -> usize {
        self.at
    }

    pub fn top(&self) -> usize {
        self.top
    }

    /// The whole order on display, without rows that stand behind another one.
    pub fn order(&self) -> &[Rid] {
        &self.order
    }

    /// What the list shows of a case; None: it is not known.
    pub fn row(&self, rid: Rid) -> Option<Seen<'_>> {
        self.index.get(rid)
    }

    /// What it knows of all cases, for counting and completion.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Cases known.
    pub fn known(&self) -> usize {
        self.index.len() - self.gone.len()
    }

    /// Arrivals that wait, oldest first.
    pub fn held(&self) -> &[Rid] {
        &self.held
    }

    pub fn unseen(&self) -> usize {
        self.unseen
    }

    pub fn is_unseen(&self, rid: Rid) -> bool {
        self.has(rid, UNSEEN)
    }

    /// Whether the list shows it under the present filter.
    pub fn is_shown(&self, rid: Rid) -> bool {
        self.has(rid, SHOWN)
    }

    pub fn is_gone(&self, rid: Rid) -> bool {
        !self.gone.is_empty() && self.has(rid, GONE)
    }

    /// Its clock is by a rule of the configuration, not the vendor's.
    pub fn is_local_clock(&self, rid: Rid) -> bool {
        self.has(rid, LOCAL)
    }

    /// Clocks for vendors that run none; for the rows that come from here on.
    pub fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
    }

    /// The clock of a row as the list shows it: its vendor's, else by a rule.
    pub fn due(&self, row: &Row) -> Option<Timestamp> {
        self.rules.due(row, &self.asker)
    }

    pub fn has_rules(&self) -> bool {
        !self.rules.is_empty()
    }

    pub fn filter(&self) -> &str {
        &self.filter
    }

    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The filter's words and how many cases each left over, when together they leave none.
    pub fn funnel(&self) -> &[(String, usize)] {
        &self.funnel
    }

    /// Rows that come in for the first time are laid out again, until the next key; below the top nothing moves.
    pub(in crate::tui) fn untouch(&mut self) {
        self.touched &= self.at > 0;
    }

    /// Every number that was ever told.
    pub(in crate::tui) fn all_rids(&self) -> impl Iterator<Item = Rid> + use<> {
        (0..self.marks.len()).filter_map(|rid| u32::try_from(rid).ok()).map(Rid)
    }

    /// A case by its identity; None: not known. Looks through all rows: for the few edits that wait, not for every row.
    pub fn find(&self, id: &CaseId) -> Option<Rid> {
        self.all_rids().find(|rid| self.index.get(*rid).is_some_and(|row| row.source == id.source && row.id == id.id))
    }

    /// Cases that are wanted, by one look through all rows.
    pub fn find_all(&self, is_wanted: impl Fn(&CaseId) -> bool) -> Vec<(Rid, CaseId, String)> {
        let found = self.all_rids().filter_map(|rid| {
            let row = self.index.get(rid)?;
            let case = CaseId { source: row.source, id: row.id.into() };
            is_wanted(&case).then(|| (rid, case, row.key.to_owned()))
        });
        found.collect()
    }

    /// The rows around the cursor, nearest first, itself left out.
    pub fn neighbours(&self, each_way: usize) -> impl Iterator<Item = Rid> {
        (1..=each_way).flat_map(move |step| {
            [self.at.checked_add(step), self.at.checked_sub(step)].into_iter().flatten().filter_map(|at| self.order.get(at)).copied()
        })
    }

    pub(in crate::tui) fn has(&self, rid: Rid, mark: u16) -> bool {
        self.marks.get(rid.0 as usize).is_some_and(|marks| marks & mark != 0)
    }

    pub(in crate::tui) fn know(&mut self, rid: Rid) {
        self.mark(rid, 0);
    }

    pub(in crate::tui) fn mark(&mut self, rid: Rid, mark: u16) {
        let at = rid.0 as usize;
        if at >= self.marks.len() {
            self.marks.resize(at + 1, 0);
        }
        self.marks[at] |= mark;
    }

    pub(in crate::tui) fn unmark(&mut self, rid: Rid, mark: u16) {
        if let Some(marks) = self.marks.get_mut(rid.0 as usize) {
            *marks &= !mark;
        }
    }
}
