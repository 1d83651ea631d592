//! Why a query finds what it finds: each condition, and how many rows are left after it.

use super::bits::Bits;
use super::plan::{Plan, Verdict};
use super::{Index, compile, judge};
use crate::domain::case::Rid;
use crate::query::{Asker, Node, Query};

/// One condition of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// As it prints.
    pub term: String,
    /// Rows that hold for it and for all before; None: counting them takes too long.
    pub left: Option<usize>,
    /// Rows that may hold once their case is read.
    pub unexamined: usize,
    /// It is judged row by row, after all others.
    pub is_slow: bool,
}

impl Index {
    /// Each condition in the order in which it is judged: as written, slow ones last. Slow ones are counted as long as
    /// `effort` (bytes of text looked at) lasts.
    pub fn explain(&self, query: &Query, asker: &Asker, effort: usize) -> Vec<Step> {
        let plan_of = |nodes: &[Node]| compile::plan(&Query { node: Node::all(nodes.iter().cloned()), ..Query::default() }, asker);
        let written = |nodes: &[Node]| Node::all(nodes.iter().cloned()).to_string();
        let (slow, cheap): (Vec<_>, Vec<_>) = compile::conditions(query.conjuncts(), asker)
            .into_iter()
            .map(|nodes| (written(nodes), plan_of(nodes)))
            .partition(|(_, plan)| !plan.slow.is_empty());
        let mut yes = self.alive.clone();
        let mut maybe = Bits::default();
        let mut steps = Vec::new();
        for (term, plan) in cheap {
            self.narrow(&plan, &mut yes);
            steps.push(Step { term, left: Some(yes.count()), unexamined: 0, is_slow: false });
        }
        let mut effort = effort;
        for (term, plan) in slow {
            let is_counted = self.narrow_slowly(&plan, &mut yes, &mut maybe, &mut effort);
            let left = is_counted.then(|| yes.count());
            steps.push(Step { term, left, unexamined: if is_counted { maybe.count() } else { 0 }, is_slow: true });
        }
        steps
    }

    /// How many rows hold, and by source how many more may once their case is read. None: `effort` did not suffice to tell.
    pub fn count(&self, query: &Query, asker: &Asker, effort: usize) -> Option<(usize, Vec<usize>)> {
        let plan = compile::plan(query, asker);
        let (mut yes, mut maybe, mut effort) = (self.alive.clone(), Bits::default(), effort);
        self.narrow(&plan, &mut yes);
        let is_counted = plan.slow.is_empty() || self.narrow_slowly(&plan, &mut yes, &mut maybe, &mut effort);
        is_counted.then(|| (yes.count(), self.by_source(&maybe)))
    }

    /// Rows that hold, in no particular order; the kept result stays as it is. None: `effort` did not suffice to tell.
    pub fn rows(&self, query: &Query, asker: &Asker, effort: usize) -> Option<Vec<Rid>> {
        let plan = compile::plan(query, asker);
        let (mut yes, mut effort) = (self.alive.clone(), effort);
        self.narrow(&plan, &mut yes);
        let is_whole = plan.slow.is_empty() || self.narrow_slowly(&plan, &mut yes, &mut Bits::default(), &mut effort);
        is_whole.then(|| yes.ones().map(|slot| self.columns.rid(slot)).collect())
    }

    pub(super) fn narrow(&self, plan: &Plan, rows: &mut Bits) {
        for word in &plan.words {
            *rows = judge::find(&self.columns, word, rows);
        }
        for tree in &plan.fast {
            *rows = judge::bits(&self.columns, tree, rows);
        }
        for word in &plan.excluded {
            let found = judge::find(&self.columns, word, rows);
            rows.minus(&found);
        }
    }

    /// False: the effort was used up, and nothing is changed.
    pub(super) fn narrow_slowly(&self, plan: &Plan, yes: &mut Bits, maybe: &mut Bits, effort: &mut usize) -> bool {
        let mut open = yes.clone();
        open.or(maybe);
        let (mut still, mut perhaps) = (Bits::default(), Bits::default());
        for slot in open.ones() {
            let Some(rest) = effort.checked_sub(self.columns.weight(slot)) else { return false };
            *effort = rest;
            let before = if yes.has(slot) { Verdict::Yes } else { Verdict::Unexamined };
            let verdict = plan.slow.iter().fold(before, |least, tree| least.min(judge::verdict(&self.columns, tree, slot)));
            still.set(slot, verdict == Verdict::Yes);
            perhaps.set(slot, verdict == Verdict::Unexamined);
        }
        (*yes, *maybe) = (still, perhaps);
        true
    }
}
