//! How many rows each of many conditions leaves. Those about tags and people are counted together, by one look at the rows:
//! a menu has hundreds of them, and a world tens of thousands of tags.

use rustc_hash::FxHashMap;

use super::bits::Bits;
use super::dictionary::{Dictionary, END};
use super::matcher::Matcher;
use super::plan::{Leaf, Plan, Tree};
use super::rows::Index;
use super::{compile, judge};
use crate::query::{Asker, Node, Query};

/// By the number of a term: the conditions that it meets.
type Met = FxHashMap<u32, Vec<usize>>;

impl Index {
    /// How many rows hold for the query, and how many of them for each condition, too. None: `effort` did not suffice to
    /// tell; it is spent on all of them together.
    pub fn counts(&self, query: &Query, asker: &Asker, conditions: &[Node], effort: usize) -> Option<(usize, Vec<Option<usize>>)> {
        let plan = compile::plan(query, asker);
        let (mut base, mut effort) = (self.alive.clone(), effort);
        self.narrow(&plan, &mut base);
        if !plan.slow.is_empty() && !self.narrow_slowly(&plan, &mut base, &mut Bits::default(), &mut effort) {
            return None;
        }
        let mut read = Bits::default();
        self.columns.read_rids().filter_map(|rid| self.slot(rid)).for_each(|slot| read.set(slot, true));
        read.and(&base);
        let plan_of = |node: &Node| compile::plan(&Query { node: node.clone(), ..Query::default() }, asker);
        let plans: Vec<Plan> = conditions.iter().map(plan_of).collect();
        let of_terms: Vec<Option<Vec<&Leaf>>> = plans.iter().map(of_terms).collect();
        let together = self.count_together(&of_terms, &base);
        let mut count = |plan: &Plan| {
            // Where only a reading of the case can make it hold, the others need not be looked at.
            let mut rows = if plan.slow.iter().any(Tree::needs_reading) { read.clone() } else { base.clone() };
            self.narrow(plan, &mut rows);
            let is_counted = plan.slow.is_empty() || self.narrow_slowly(plan, &mut rows, &mut Bits::default(), &mut effort);
            is_counted.then(|| rows.count())
        };
        let each = plans.iter().zip(&of_terms).zip(together);
        let each = each.map(|((plan, of_terms), together)| if of_terms.is_some() { Some(together) } else { count(plan) });
        Some((base.count(), each.collect()))
    }

    /// How many of the rows hold for each condition about tags or people.
    fn count_together(&self, conditions: &[Option<Vec<&Leaf>>], rows: &Bits) -> Vec<usize> {
        let mut counts = vec![0; conditions.len()];
        if conditions.iter().all(Option::is_none) {
            return counts;
        }
        let (people, tags) = self.met(conditions, rows);
        let mut counted_at = vec![None; conditions.len()];
        for slot in rows.ones() {
            let of_row = self.columns.terms_of(slot);
            let met = of_row.0.iter().filter_map(|term| people.get(term)).chain(of_row.1.iter().filter_map(|term| tags.get(term)));
            for at in met.flatten() {
                // A row with several terms that hold is one row.
                if counted_at[*at].replace(slot) != Some(slot) {
                    counts[*at] += 1;
                }
            }
        }
        counts
    }

    /// Which conditions are met by the people and by the tags of these rows.
    fn met<'a>(&self, conditions: &[Option<Vec<&'a Leaf>>], rows: &Bits) -> (Met, Met) {
        let terms = self.columns.terms();
        let (mut people, mut tags) = (Bits::none(terms.len()), Bits::none(terms.len()));
        for slot in rows.ones() {
            let of_row = self.columns.terms_of(slot);
            of_row.0.iter().for_each(|term| people.set(*term, true));
            of_row.1.iter().for_each(|term| tags.set(*term, true));
        }
        let leaves = || conditions.iter().enumerate().flat_map(|(at, leaves)| leaves.iter().flatten().map(move |leaf| (at, *leaf)));
        let mut by_tag: FxHashMap<&str, Vec<(usize, &'a Leaf)>> = FxHashMap::default();
        for (at, leaf) in leaves() {
            if let Leaf::Tags(Matcher::Whole(tag)) = leaf {
                by_tag.entry(tag).or_default().push((at, leaf));
            }
        }
        let by_tag = |term: u32| {
            let tag = terms.folded(term).split(END).next().unwrap_or_default();
            let value = tag.split_once(':').map(|(_, value)| value);
            let asked = [Some(tag), value].into_iter().flatten().filter_map(|text| by_tag.get(text)).flatten();
            asked.copied().collect::<Vec<_>>()
        };
        let by_person = |_| leaves().filter(|(_, leaf)| !matches!(leaf, Leaf::Tags(_))).collect::<Vec<_>>();
        (meeting(terms, &people, by_person), meeting(terms, &tags, by_tag))
    }
}

/// The conditions that each of the terms in use meets, of those that `asked` names for it.
fn meeting<'a>(terms: &Dictionary, used: &Bits, asked: impl Fn(u32) -> Vec<(usize, &'a Leaf)>) -> Met {
    let holding = |term| asked(term).into_iter().filter(move |(_, leaf)| judge::term_holds(terms, leaf, term)).map(|(at, _)| at);
    used.ones().map(|term| (term, holding(term).collect())).collect()
}

/// What a plan asks of tags and people; None: it asks about something else, too.
fn of_terms(plan: &Plan) -> Option<Vec<&Leaf>> {
    let [tree] = &plan.fast[..] else { return None };
    if !(plan.words.is_empty() && plan.excluded.is_empty() && plan.slow.is_empty()) {
        return None;
    }
    match tree {
        Tree::Any(trees) => trees.iter().map(of_term).collect(),
        tree => Some(vec![of_term(tree)?]),
    }
}

fn of_term(tree: &Tree) -> Option<&Leaf> {
    match tree {
        Tree::Leaf(leaf @ (Leaf::Tags(Matcher::Whole(_)) | Leaf::People(_) | Leaf::PersonId(_))) => Some(leaf),
        _ => None,
    }
}
