//! The queue: which rows are shown in which order, and the case under the cursor.
//!
//! The order on display is frozen. Rows that arrive wait in the tray until the person asks for them (`r`, a new filter,
//! a new sort); rows that change do so in place; rows that are gone stay, marked, until then. The cursor is a case, not
//! a number.

mod alike;
mod arrange;
mod fill;
mod fold;
mod judged;
mod sleep;
mod sort;

use jiff::Timestamp;

use crate::app::sla::Rules;
use crate::domain::case::{CaseId, Rid, Row};
use crate::index::{Flags, Index, Seen};
use crate::query::{Asker, Query};

use alike::Look;
use arrange::{Arrangement, Wishes};
use rustc_hash::{FxHashMap, FxHashSet};

pub use arrange::{Folded, Head};
pub use sort::{Order, words as sort_words};

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
    judged: judged::Judged,
    /// Rows that were on disk at the start; None: they are still being read.
    pub(super) on_disk: Option<usize>,
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

    /// The rows in sight, first to last.
    pub fn visible(&self) -> &[Rid] {
        let top = self.top.min(self.order.len());
        let mut end = (self.top + self.height).min(self.order.len());
        while end > top + 1 && self.lines(top, end - 1) > self.height {
            end -= 1;
        }
        &self.order[top..end]
    }

    /// The whole order on display, without rows that stand behind another one.
    pub fn order(&self) -> &[Rid] {
        &self.order
    }

    /// What the list shows of a case; None: it is not known.
    pub fn row(&self, rid: Rid) -> Option<Seen<'_>> {
        self.index.get(rid)
    }

    /// Cases that match the filter and are in the list, with those still being laid in.
    pub fn matching(&self) -> usize {
        // One that went to sleep has left the rows, though it is marked as gone until the next new order.
        let gone = self.gone.iter().filter(|rid| self.has(**rid, SHOWN | COMING)).count();
        let out = self.out.iter().filter(|rid| !self.has(**rid, GONE)).count();
        (self.rows().len() + self.coming.len()).saturating_sub(gone + out)
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

    /// How many of the rows in the list have changed and were not looked at since.
    pub fn unseen_here(&self) -> usize {
        if self.unseen == 0 { 0 } else { self.rows().iter().filter(|rid| self.is_unseen(**rid)).count() }
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

    /// How many rows there is room for.
    pub fn set_height(&mut self, rows: usize) {
        self.height = rows;
        self.keep_in_sight();
    }

    /// A key was pressed: what is on the screen now stays where it is.
    pub fn touch(&mut self) {
        if !self.touched {
            self.lay_in();
            self.touched = true;
        }
    }

    /// Rows that come in for the first time are laid out again, until the next key; below the top nothing moves.
    pub(in crate::app) fn untouch(&mut self) {
        self.touched &= self.at > 0;
    }

    pub fn down(&mut self, rows: usize) {
        self.go(self.at.saturating_add(rows));
    }

    pub fn up(&mut self, rows: usize) {
        self.go(self.at.saturating_sub(rows));
    }

    /// To a row by its number from 0; the last when there are fewer.
    pub fn go(&mut self, at: usize) {
        if at >= self.order.len() {
            self.lay_in();
        }
        self.put_cursor(at);
    }

    fn put_cursor(&mut self, at: usize) {
        self.at = at.min(self.order.len().saturating_sub(1));
        self.cursor = self.order.get(self.at).copied();
        self.keep_in_sight();
    }

    /// To a case, when it is in the list; a fold that hides it opens.
    pub fn go_to(&mut self, rid: Rid) -> bool {
        self.reveal(rid);
        let found = self.order.iter().position(|known| *known == rid);
        if let Some(at) = found {
            self.go(at);
        }
        found.is_some()
    }

    /// Scrolls so that the cursor's row is this many lines below the top of the list.
    pub fn put_line(&mut self, line: usize) {
        self.top = self.at.saturating_sub(line);
        self.keep_in_sight();
    }

    /// To the next row in this direction that changed; false: there is none.
    pub fn go_unseen(&mut self, forward: bool) -> bool {
        self.go_where(forward, Self::is_unseen)
    }

    /// To the next row in this direction that `fits`, also out of a fold; false: there is none.
    pub fn go_where(&mut self, forward: bool, fits: impl Fn(&Self, Rid) -> bool) -> bool {
        let Some(cursor) = self.cursor else { return false };
        let rows = self.rows();
        let at = if self.arrangement.is_some() { rows.iter().position(|rid| *rid == cursor).unwrap_or(0) } else { self.at };
        let fits = |at: &usize| fits(self, rows[*at]);
        let found = if forward { (at + 1..rows.len()).find(fits) } else { (0..at.min(rows.len())).rev().find(fits) };
        found.map(|at| rows[at]).is_some_and(|rid| self.go_to(rid))
    }

    /// The case was looked at.
    pub fn see(&mut self, rid: Rid) {
        if self.has(rid, UNSEEN) {
            self.unmark(rid, UNSEEN);
            self.flag(rid, Flags::UNSEEN, false);
            self.unseen -= 1;
        }
    }

    /// Every number that was ever told.
    pub(super) fn all_rids(&self) -> impl Iterator<Item = Rid> + use<> {
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

    fn keep_in_sight(&mut self) {
        if self.height == 0 {
            return;
        }
        self.top = self.top.min(self.at).max((self.at + 1).saturating_sub(self.height));
        while self.top < self.at && self.lines(self.top, self.at) > self.height {
            self.top += 1;
        }
        // No empty lines below while there are rows above.
        self.top = self.top.min(self.last_top());
    }

    fn has(&self, rid: Rid, mark: u16) -> bool {
        self.marks.get(rid.0 as usize).is_some_and(|marks| marks & mark != 0)
    }

    fn know(&mut self, rid: Rid) {
        self.mark(rid, 0);
    }

    fn mark(&mut self, rid: Rid, mark: u16) {
        let at = rid.0 as usize;
        if at >= self.marks.len() {
            self.marks.resize(at + 1, 0);
        }
        self.marks[at] |= mark;
    }

    fn unmark(&mut self, rid: Rid, mark: u16) {
        if let Some(marks) = self.marks.get_mut(rid.0 as usize) {
            *marks &= !mark;
        }
    }
}
