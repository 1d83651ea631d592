//! Why a query finds what it finds: each condition, and how many rows are left after it.

use super::bits::Bits;
use super::plan::{Plan, Verdict};
use super::rows::Index;
use super::{compile, hits, judge};
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
    /// One of the alternatives of the OR above it: rows that hold for it and for all before that OR.
    pub is_branch: bool,
}

/// Rows that hold so far, and those that may.
#[derive(Clone)]
struct Left {
    yes: Bits,
    maybe: Bits,
}

/// What a query would find.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub cases: usize,
    /// By [`crate::domain::case::SourceId`]: how many more may be found once their case is read.
    pub unexamined: Vec<usize>,
    /// The same: whose description was not read and decides.
    pub undescribed: Vec<usize>,
}

impl Index {
    /// Each condition in the order in which it is judged: as written, slow ones last, and below an OR each of its branches.
    /// Slow ones are counted as long as `effort` (bytes of text looked at) lasts.
    pub fn explain(&self, query: &Query, asker: &Asker, effort: usize) -> Vec<Step> {
        let plan_of = |nodes: &[Node]| compile::plan(&Query { node: Node::all(nodes.iter().cloned()), ..Query::default() }, asker);
        let conditions = compile::conditions(query.conjuncts(), asker);
        let (slow, cheap): (Vec<_>, Vec<_>) =
            conditions.into_iter().map(|nodes| (nodes, plan_of(nodes))).partition(|(_, plan)| !plan.slow.is_empty());
        let mut left = Left { yes: self.alive.clone(), maybe: Bits::default() };
        let mut effort = effort;
        let mut steps = Vec::new();
        for (nodes, plan) in cheap.into_iter().chain(slow) {
            let before = left.clone();
            steps.push(self.step(nodes, &plan, &mut left, &mut effort, false));
            let branches = if let [Node::Any(branches)] = nodes { branches.as_slice() } else { &[] };
            for branch in branches.chunks(1) {
                steps.push(self.step(branch, &plan_of(branch), &mut before.clone(), &mut effort, true));
            }
        }
        steps
    }

    fn step(&self, nodes: &[Node], plan: &Plan, left: &mut Left, effort: &mut usize, is_branch: bool) -> Step {
        let is_slow = !plan.slow.is_empty();
        let term = Node::all(nodes.iter().cloned()).to_string();
        if !is_slow {
            self.narrow(plan, &mut left.yes);
            self.narrow(plan, &mut left.maybe);
        } else if !self.narrow_slowly(plan, &mut left.yes, &mut left.maybe, effort) {
            return Step { term, left: None, unexamined: 0, is_slow, is_branch };
        }
        Step { term, left: Some(left.yes.count()), unexamined: left.maybe.count(), is_slow, is_branch }
    }

    /// How many rows hold, and how many may. None: `effort` did not suffice to tell.
    pub fn count(&self, query: &Query, asker: &Asker, effort: usize) -> Option<Count> {
        let plan = compile::plan(query, asker);
        let (mut yes, mut maybe, mut effort) = (self.alive.clone(), Bits::default(), effort);
        self.narrow(&plan, &mut yes);
        let is_counted = plan.slow.is_empty() || self.narrow_slowly(&plan, &mut yes, &mut maybe, &mut effort);
        is_counted.then(|| {
            let mut open = hits::open(&self.columns, &self.alive, &plan);
            open.keep(|slot| plan.slow.is_empty() || !maybe.has(slot) && hits::is_open(&self.columns, &plan, slot));
            Count { cases: yes.count(), unexamined: self.by_source(&maybe), undescribed: self.by_source(&open) }
        })
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
