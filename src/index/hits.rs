//! A query's result: kept true under every change, and the beginning of the next, longer query.

use super::bits::Bits;
use super::columns::Columns;
use super::judge::{bits, bits_if_read, find, has_word, holds_if_read, verdict};
use super::plan::{Plan, Tree, Verdict};

/// What judging one row costs beside its text, in bytes of text.
const ROW_EFFORT: usize = 64;

/// A plan and the slots that hold for it.
pub(super) struct Hits {
    pub(super) plan: Plan,
    /// Those that have all words.
    worded: Bits,
    /// By the plan's fast conditions: the live slots that hold.
    fast: Vec<Bits>,
    /// Those that hold for everything that is cheap to judge.
    pub(super) candidates: Bits,
    /// Those of them that need not be judged slowly again: an earlier result ruled them out.
    to_judge: Bits,
    /// Slots from here on are not judged slowly yet.
    judged_to: u32,
    /// Those that hold for everything.
    pub(super) slots: Bits,
    /// Those that hold as far as can be told.
    pub(super) unexamined: Bits,
    /// Those that hold or not by what stands in their description, which was not read.
    open: Bits,
}

impl Hits {
    /// Judges what is cheap, of all live slots or only where the last result was; what is slow is left to [`Self::advance`].
    pub(super) fn begin(columns: &Columns, alive: &Bits, plan: Plan, last: Option<Self>) -> Self {
        let last = match last {
            Some(last) if last.plan == plan => return last,
            last => last,
        };
        let keeps_words = last.as_ref().is_some_and(|last| plan.has_words_of(&last.plan));
        let narrows = last.as_ref().is_some_and(|last| last.is_done(columns) && plan.implies(&last.plan));
        let mut old = last;
        let (mut worded, done) = match &mut old {
            Some(last) if keeps_words => (std::mem::take(&mut last.worded), last.plan.words.clone()),
            _ => (alive.clone(), Vec::new()),
        };
        for word in plan.words.iter().filter(|word| !done.contains(word)) {
            worded = find(columns, word, &worded);
        }
        let fast: Vec<Bits> = plan.fast.iter().map(|tree| kept(&mut old, tree).unwrap_or_else(|| bits(columns, tree, alive))).collect();
        let mut candidates = worded.clone();
        for held in &fast {
            candidates.and(held);
        }
        for word in &plan.excluded {
            let found = find(columns, word, &candidates);
            candidates.minus(&found);
        }
        let open = open(columns, alive, &plan);
        let mut hits = Self {
            plan,
            worded,
            fast,
            to_judge: Bits::default(),
            judged_to: 0,
            slots: Bits::default(),
            unexamined: Bits::default(),
            candidates,
            open,
        };
        if hits.plan.slow.is_empty() {
            hits.slots = hits.candidates.clone();
            hits.judged_to = u32::MAX;
            return hits;
        }
        hits.to_judge = hits.candidates.clone();
        hits.to_judge.or(&hits.open);
        if let Some(old) = old.filter(|_| narrows) {
            let mut were = old.slots;
            were.or(&old.unexamined);
            were.or(&old.open);
            hits.to_judge.and(&were);
            hits.open.and(&were);
        }
        hits
    }

    /// Whether everything is judged.
    pub(super) fn is_done(&self, columns: &Columns) -> bool {
        self.judged_to as usize >= columns.len()
    }

    /// Judges slowly for about as long as matching this many bytes takes; true: everything is judged.
    pub(super) fn advance(&mut self, columns: &Columns, effort: usize) -> bool {
        let mut spent = 0;
        let to_judge = std::mem::take(&mut self.to_judge);
        let mut is_cut = false;
        for slot in to_judge.ones_from(self.judged_to) {
            if spent >= effort {
                self.judged_to = slot;
                is_cut = true;
                break;
            }
            spent += ROW_EFFORT + columns.weight(slot);
            self.judge_slowly(columns, slot, Verdict::of(self.candidates.has(slot)));
        }
        if !is_cut {
            self.judged_to = u32::MAX;
        }
        self.to_judge = to_judge;
        !is_cut
    }

    fn judge_slowly(&mut self, columns: &Columns, slot: u32, so_far: Verdict) {
        let trees = self.plan.slow.iter();
        let verdict = trees.fold(so_far, |least, tree| if least == Verdict::No { least } else { least.min(verdict(columns, tree, slot)) });
        self.slots.set(slot, verdict == Verdict::Yes);
        self.unexamined.set(slot, verdict == Verdict::Unexamined);
        if self.open.has(slot) {
            self.open.set(slot, is_open(columns, &self.plan, slot));
        }
    }

    /// Rows whose description was not read and decides.
    pub(super) fn undescribed(&self) -> Bits {
        let mut open = self.open.clone();
        open.minus(&self.unexamined);
        open
    }

    /// Judges one slot again; one that is dead holds for nothing.
    pub(super) fn judge(&mut self, columns: &Columns, slot: u32, is_alive: bool) {
        let worded = is_alive && self.plan.words.iter().all(|word| has_word(columns, word, slot));
        self.worded.set(slot, worded);
        let mut holds = worded;
        for (tree, held) in self.plan.fast.iter().zip(&mut self.fast) {
            let here = is_alive && verdict(columns, tree, slot) == Verdict::Yes;
            held.set(slot, here);
            holds &= here;
        }
        holds = holds && !self.plan.excluded.iter().any(|word| has_word(columns, word, slot));
        self.candidates.set(slot, holds);
        self.open.set(slot, is_alive && is_open(columns, &self.plan, slot));
        if self.plan.slow.is_empty() {
            self.slots.set(slot, holds);
        } else {
            self.to_judge.set(slot, holds || self.open.has(slot));
            // Judged now, and again if its turn is yet to come.
            self.judge_slowly(columns, slot, Verdict::of(holds));
        }
    }

    /// For each condition on a field that rows may lack: how many lack it that hold for all the others.
    pub(super) fn lacking(&self, columns: &Columns) -> Vec<(crate::query::Field, usize)> {
        let count = |(field, place, missing): &(_, usize, _)| {
            let mut found = bits(columns, &Tree::Leaf(super::plan::Leaf::clone(missing)), &self.worded);
            let others = self.fast.iter().enumerate().filter(|(other, _)| other != place);
            others.for_each(|(_, held)| found.and(held));
            for word in &self.plan.excluded {
                let excluded = find(columns, word, &found);
                found.minus(&excluded);
            }
            (crate::query::Field::clone(field), found.count())
        };
        self.plan.scalars.iter().map(count).filter(|(_, count)| *count > 0).collect()
    }
}

/// Rows whose description was not read and decides. Slow conditions are left out: see [`is_open`].
pub(super) fn open(columns: &Columns, alive: &Bits, plan: &Plan) -> Bits {
    let mut may = if plan.has_text() { columns.prose().unread().clone() } else { Bits::default() };
    may.and(alive);
    if may.is_clear() {
        return may;
    }
    for tree in &plan.fast {
        may = bits_if_read(columns, tree, &may, true);
    }
    for word in &plan.excluded {
        let found = find(columns, word, &may);
        may.minus(&found);
    }
    // A word that must not occur may stand in any of them.
    if plan.slow.is_empty() && plan.excluded.is_empty() {
        let worded = plan.words.iter().fold(may.clone(), |found, word| find(columns, word, &found));
        may.minus(&plan.fast.iter().fold(worded, |found, tree| bits_if_read(columns, tree, &found, false)));
    }
    may
}

/// Whether the row's description was not read and decides.
pub(super) fn is_open(columns: &Columns, plan: &Plan, slot: u32) -> bool {
    if columns.prose().of(slot).is_some() || !plan.has_text() {
        return false;
    }
    let has = |word| has_word(columns, word, slot);
    let all = |may: bool| plan.trees().all(|tree| holds_if_read(columns, tree, slot, may));
    let holds_anyway = || plan.excluded.is_empty() && plan.words.iter().all(has) && all(false);
    !plan.excluded.iter().any(has) && all(true) && !holds_anyway()
}

/// What an earlier result knew of the same condition.
fn kept(old: &mut Option<Hits>, tree: &Tree) -> Option<Bits> {
    let old = old.as_mut()?;
    let place = old.plan.fast.iter().position(|known| known == tree)?;
    Some(old.fast[place].clone())
}
