//! The set of rows: what comes and goes, what the kept query finds, and what one row says.

use super::bits::Bits;
use super::codes::{Clock, NO_TIME, NONE};
use super::columns::Columns;
use super::deep::{Deep, Parts};
use super::flags::Flags;
use super::hits::Hits;
use super::plan::{Leaf, Plan, Tree, Verdict};
use super::seen::Seen;
use super::sort::{Order, SortKey};
use super::{compile, judge};
use crate::domain::case::{Rid, Row};
use crate::query::{Asker, Field, Query};

/// Dead slots are swept when they are more than one in this many.
const DEAD_SHARE: usize = 4;
/// Fewer dead slots than this are not worth a sweep.
const DEAD_LEAST: usize = 4096;

/// The set of rows.
#[derive(Default)]
pub struct Index {
    pub(super) columns: Columns,
    /// Slot of each number.
    slots: Vec<u32>,
    pub(super) alive: Bits,
    live: usize,
    /// Live rows by [`SourceId`](crate::domain::case::SourceId).
    per_source: Vec<usize>,
    /// The last result, kept true under every change.
    last: Option<Hits>,
    order: Order,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("rows", &self.len()).finish_non_exhaustive()
    }
}

/// A query made ready, see [`Index::judge`].
#[derive(Clone, Debug, PartialEq)]
pub struct Judge(Tree);

/// Every row holds.
impl Default for Judge {
    fn default() -> Self {
        Self(Tree::All(Vec::new()))
    }
}

impl Index {
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.live
    }

    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Bytes that the rows need: what the process takes beyond them is the allocator's.
    pub fn payload(&self) -> usize {
        self.columns.payload() + size_of_val(self.slots.as_slice()) + self.order.payload() + self.live.div_ceil(8)
    }

    /// Adds the row, or replaces what was known of it.
    pub fn upsert(&mut self, rid: Rid, row: &Row) {
        let place = rid.0 as usize;
        if self.slots.len() <= place {
            self.slots.resize(place + 1, NONE);
        }
        let old = self.slots[place];
        if old != NONE {
            self.columns.outdate(rid, row.updated_at.map_or(NO_TIME, jiff::Timestamp::as_millisecond));
            self.tally(old, false);
            if self.columns.update(old, row) {
                self.tally(old, true);
                self.touch(old);
                return;
            }
            self.bury(old);
        }
        let slot = self.columns.push(rid, row);
        if old != NONE {
            self.columns.follow(old, slot, row);
            self.columns.leave(old);
        }
        self.slots[place] = slot;
        self.alive.set(slot, true);
        self.live += 1;
        self.tally(slot, true);
        self.touch(slot);
        if old != NONE {
            self.sweep();
        }
    }

    /// Takes the row out; an unknown number is no matter.
    pub fn remove(&mut self, rid: Rid) {
        let Some(place) = self.slots.get_mut(rid.0 as usize) else { return };
        let slot = std::mem::replace(place, NONE);
        if slot != NONE {
            self.columns.forget_deep(rid);
            self.columns.leave(slot);
            self.tally(slot, false);
            self.bury(slot);
            self.sweep();
        }
    }

    /// What is known of a row.
    pub fn get(&self, rid: Rid) -> Option<Seen<'_>> {
        self.slot(rid).map(|slot| Seen::of(&self.columns, slot))
    }

    /// Takes over how a case stands on this desk; an unknown number is no matter.
    pub fn set_flags(&mut self, rid: Rid, flags: Flags) {
        if let Some(slot) = self.slot(rid).filter(|slot| self.columns.flags()[*slot as usize] != flags.bits()) {
            self.columns.set_flags(slot, flags.bits());
            self.judge_again(slot);
        }
    }

    /// Takes over what a reading of the case showed; it holds until the row changes. An unknown number is no matter.
    pub fn learn(&mut self, rid: Rid, deep: Deep) {
        if let Some(slot) = self.slot(rid) {
            // A page by itself does not say of which change it is: of the one that the row shows.
            let shown = Some(self.columns.time(slot, Clock::Updated));
            let as_of = deep.as_of.or_else(|| self.columns.deep(slot).is_none().then_some(shown).flatten());
            let mut deep = deep;
            deep.as_of = as_of;
            self.columns.learn(rid, slot, deep);
            self.order.touch(slot);
            self.judge_again(slot);
        }
    }

    /// What of a case is known beyond its row.
    pub fn known(&self, rid: Rid) -> Parts {
        self.slot(rid).and_then(|slot| self.columns.deep(slot)).map_or(Parts::NONE, |deep| deep.known)
    }

    /// Rows that hold for the query, in the order of `sort`; what `sort` leaves open is decided by the rows' numbers.
    pub fn select(&mut self, query: &Query, asker: &Asker, sort: &[SortKey]) -> Vec<Rid> {
        self.begin(query, asker);
        self.advance(usize::MAX);
        self.found(sort)
    }

    /// Makes the query the one whose result is kept. What is cheap is judged at once, the rest by [`Self::advance`].
    pub fn begin(&mut self, query: &Query, asker: &Asker) {
        if self.columns.know_vendors(asker) {
            self.order = Order::default();
        }
        self.hold(compile::plan(query, asker));
    }

    fn hold(&mut self, plan: Plan) {
        self.last = Some(Hits::begin(&self.columns, &self.alive, plan, self.last.take()));
    }

    /// Judges for about as long as matching this many bytes of text takes; true: the result is whole.
    pub fn advance(&mut self, effort: usize) -> bool {
        match &mut self.last {
            Some(last) if !last.is_done(&self.columns) => last.advance(&self.columns, effort),
            _ => true,
        }
    }

    /// The kept result as far as it is judged, in the order of `sort`.
    pub fn found(&mut self, sort: &[SortKey]) -> Vec<Rid> {
        self.order.refresh(&self.columns, &self.alive, sort);
        if self.last.is_none() {
            self.hold(Plan::default());
        }
        self.last.as_ref().map(|last| self.order.pick(&self.columns, &last.slots)).unwrap_or_default()
    }

    /// How many rows of the kept result cannot be judged before their case is read.
    pub fn unexamined_count(&self) -> usize {
        self.last.as_ref().map_or(0, |last| last.unexamined.count())
    }

    /// The same by [`SourceId`](crate::domain::case::SourceId); sources beyond the end have none.
    pub fn unexamined_by_source(&self) -> Vec<usize> {
        self.last.as_ref().map_or_else(Vec::new, |last| self.by_source(&last.unexamined))
    }

    pub(super) fn by_source(&self, slots: &Bits) -> Vec<usize> {
        let mut counts = Vec::new();
        for slot in slots.ones() {
            let source = usize::from(self.columns.source(slot).0);
            counts.resize(counts.len().max(source + 1), 0);
            counts[source] += 1;
        }
        counts
    }

    /// By [`SourceId`](crate::domain::case::SourceId): rows whose description was not read, where it could decide whether the
    /// kept query's words occur.
    pub fn undescribed_by_source(&self) -> Vec<usize> {
        self.last.as_ref().map_or_else(Vec::new, |last| self.by_source(&last.undescribed()))
    }

    /// The same, each of them.
    pub fn undescribed(&self) -> Vec<Rid> {
        self.last.as_ref().map_or_else(Vec::new, |last| last.undescribed().ones().map(|slot| self.columns.rid(slot)).collect())
    }

    /// Those of [`Self::unexamined_by_source`] that are most urgent, at most so many: the nearest clock first, then by priority, then the newest.
    pub fn unexamined(&self, most: usize) -> Vec<Rid> {
        self.unexamined_where(most, |_| true)
    }

    /// The same of those that are wanted.
    pub fn unexamined_where(&self, most: usize, is_wanted: impl Fn(Rid) -> bool) -> Vec<Rid> {
        let Some(last) = &self.last else { return Vec::new() };
        let weight = |slot: u32| {
            let (due, created) = (self.columns.time(slot, Clock::Due), self.columns.time(slot, Clock::Created));
            let due = if due == NO_TIME { i64::MAX } else { due };
            (due, self.columns.levels()[slot as usize], std::cmp::Reverse(created), self.columns.rid(slot))
        };
        let mut found: Vec<u32> = last.unexamined.ones().filter(|slot| is_wanted(self.columns.rid(*slot))).collect();
        if found.len() > most {
            found.select_nth_unstable_by_key(most, |slot| weight(*slot));
            found.truncate(most);
        }
        found.sort_unstable_by_key(|slot| weight(*slot));
        found.into_iter().map(|slot| self.columns.rid(slot)).collect()
    }

    /// Fields that the kept query asks for and rows may lack: how many rows fail by that alone.
    pub fn lacking(&self) -> Vec<(Field, usize)> {
        self.last.as_ref().map(|last| last.lacking(&self.columns)).unwrap_or_default()
    }

    /// What reading a case would have to bring for the query to be judged of every row.
    pub fn wanted_parts(query: &Query, asker: &Asker) -> Parts {
        compile::plan(query, asker).slow.iter().map(Tree::parts).fold(Parts::NONE, Parts::with)
    }

    /// Whether the query asks for something that rows do not tell.
    pub fn is_deep(query: &Query, asker: &Asker) -> bool {
        !Self::wanted_parts(query, asker).is_empty()
    }

    /// A query made ready to judge single rows.
    pub fn judge(query: &Query, asker: &Asker) -> Judge {
        let plan = compile::plan(query, asker);
        let word = |needle| Tree::Leaf(Leaf::Text(needle));
        let words = plan.words.into_iter().map(word);
        let excluded = plan.excluded.into_iter().map(|needle| word(needle).negated());
        Judge(Tree::All(words.chain(excluded).chain(plan.fast).chain(plan.slow).collect()))
    }

    /// Whether one row holds; an unknown number does not.
    pub fn verdict(&self, judge: &Judge, rid: Rid) -> Verdict {
        self.slot(rid).map_or(Verdict::No, |slot| judge::verdict(&self.columns, &judge.0, slot))
    }

    pub(super) fn slot(&self, rid: Rid) -> Option<u32> {
        self.slots.get(rid.0 as usize).copied().filter(|slot| *slot != NONE)
    }

    fn judge_again(&mut self, slot: u32) {
        if let Some(last) = &mut self.last {
            last.judge(&self.columns, slot, true);
        }
    }

    /// How many rows each source has, by [`SourceId`](crate::domain::case::SourceId); sources beyond the end have none.
    pub fn source_counts(&self) -> &[usize] {
        &self.per_source
    }

    fn tally(&mut self, slot: u32, more: bool) {
        let source = usize::from(self.columns.source(slot).0);
        if self.per_source.len() <= source {
            self.per_source.resize(source + 1, 0);
        }
        self.per_source[source] = if more { self.per_source[source] + 1 } else { self.per_source[source].saturating_sub(1) };
    }

    /// A live slot is new or shows something else: the last result and the order must learn of it.
    fn touch(&mut self, slot: u32) {
        self.order.touch(slot);
        self.judge_again(slot);
    }

    fn bury(&mut self, slot: u32) {
        self.alive.set(slot, false);
        self.live -= 1;
        self.order.touch(slot);
        if let Some(last) = &mut self.last {
            last.judge(&self.columns, slot, false);
        }
    }

    fn sweep(&mut self) {
        let dead = self.columns.len() - self.live;
        if dead < DEAD_LEAST || dead * DEAD_SHARE < self.columns.len() {
            return;
        }
        let mut kept = Columns::default();
        for slot in self.alive.ones() {
            let rid = self.columns.rid(slot);
            self.slots[rid.0 as usize] = kept.copy(&self.columns, slot);
        }
        kept.take_deep(&mut self.columns);
        self.alive = Bits::full(kept.len());
        self.columns = kept;
        // The kept query stays the same; its result is laid anew over the new slots.
        if let Some(last) = self.last.take() {
            let is_done = last.is_done(&self.columns);
            self.hold(last.plan);
            if is_done {
                self.advance(usize::MAX);
            }
        }
        self.order = Order::default();
    }
}
