//! Snoozed rows leave the ordinary list; pinned rows stand first in every order.

use super::{COMING, List, PINNED, SHOWN, SNOOZED};
use crate::domain::case::Rid;
use crate::index::{Flags, Verdict};
use crate::query::{Field, Mark, Node, Query, Term, Test, Value};

const IS_SNOOZED: Value = Value::Mark(Mark::Snoozed);

impl List {
    /// Whether the case sleeps.
    pub fn is_snoozed(&self, rid: Rid) -> bool {
        self.snoozed > 0 && self.has(rid, SNOOZED)
    }

    pub fn is_pinned(&self, rid: Rid) -> bool {
        self.pinned > 0 && self.has(rid, PINNED)
    }

    /// Known to sleep, or awake. Where it stands changes with [`Self::place_anew`] or the next order.
    pub fn set_snoozed(&mut self, rid: Rid, on: bool) {
        if self.set(rid, SNOOZED, on) {
            self.flag(rid, Flags::SNOOZED, on);
            self.snoozed = if on { self.snoozed + 1 } else { self.snoozed - 1 };
        }
    }

    /// Stands first from the next order on, or no longer.
    pub fn set_pinned(&mut self, rid: Rid, on: bool) {
        if self.set(rid, PINNED, on) {
            self.flag(rid, Flags::PINNED, on);
            self.pinned = if on { self.pinned + 1 } else { self.pinned - 1 };
        }
    }

    /// Whether the bit was another one before.
    fn set(&mut self, rid: Rid, bit: u16, on: bool) -> bool {
        let differs = self.has(rid, bit) != on;
        match (differs, on) {
            (true, true) => self.mark(rid, bit),
            (true, false) => self.unmark(rid, bit),
            _ => {}
        }
        differs
    }

    /// These fell asleep or woke: those that do not belong here any more leave at once, those that do now wait in the tray.
    pub fn place_anew(&mut self, rids: &[Rid]) {
        let judge = self.judge();
        let belongs = |rid: &Rid| self.index.verdict(&judge, *rid) == Verdict::Yes;
        let leaving: Vec<Rid> = rids.iter().copied().filter(|rid| self.has(*rid, SHOWN | COMING) && !belongs(rid)).collect();
        if !leaving.is_empty() {
            self.lay_in();
            let order = self.order.iter().copied().filter(|rid| !leaving.contains(rid)).collect();
            self.set_order_beside_tray(order, Vec::new());
        }
        for rid in rids {
            self.place(*rid, false, &judge);
        }
    }

    /// What is judged: the filter, and that nothing sleeps unless sleepers are asked for.
    pub(super) fn effective(&self) -> Query {
        let asks = || self.query.terms().iter().any(|term| matches!(&term.test, Test::Any(marks) if marks.contains(&IS_SNOOZED)));
        if self.snoozed == 0 || asks() {
            return self.query.clone();
        }
        let sleeps = Node::Term(Term { field: Field::Is, test: Test::Any(vec![IS_SNOOZED]) });
        self.query.clone().with(sleeps.negated())
    }

    /// Pinned rows before the others, both in their order.
    pub(super) fn pinned_first(&self, found: Vec<Rid>) -> Vec<Rid> {
        if self.pinned == 0 {
            return found;
        }
        let (mut first, rest): (Vec<Rid>, Vec<Rid>) = found.into_iter().partition(|rid| self.has(*rid, PINNED));
        first.extend(rest);
        first
    }

    /// A row that came: what is known of it holds for the index too.
    pub(super) fn flag_aside(&mut self, rid: Rid) {
        for (bit, flag) in [(SNOOZED, Flags::SNOOZED), (PINNED, Flags::PINNED)] {
            if self.has(rid, bit) {
                self.flag(rid, flag, true);
            }
        }
    }
}
