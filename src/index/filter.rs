//! Judging rows: which slots hold for a query.

use memchr::memmem::Finder;

use super::columns::{Columns, is_exact, mask};
use super::plan::{Needle, Plan};

/// Fewer candidates than one slot in this many are looked at one by one; more, and one pass over all text is faster.
const SPARSE_SHARE: usize = 4;

/// One bit per slot.
#[derive(Clone, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn full(len: usize) -> Self {
        let mut bits = Self(vec![u64::MAX; len.div_ceil(64)]);
        if let Some(last) = bits.0.last_mut().filter(|_| !len.is_multiple_of(64)) {
            *last = (1 << (len % 64)) - 1;
        }
        bits
    }

    pub(super) fn set(&mut self, slot: u32, on: bool) {
        let word = slot as usize / 64;
        if self.0.len() <= word {
            if !on {
                return;
            }
            self.0.resize(word + 1, 0);
        }
        let bit = 1 << (slot % 64);
        if on { self.0[word] |= bit } else { self.0[word] &= !bit }
    }

    pub(super) fn has(&self, slot: u32) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(super) fn ones(&self) -> impl Iterator<Item = u32> + '_ {
        (0u32..).zip(&self.0).flat_map(|(place, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(place * 64 + bit)
            })
        })
    }

    fn keep(&mut self, mut holds: impl FnMut(u32) -> bool) {
        for (place, word) in (0u32..).zip(&mut self.0) {
            let mut rest = *word;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                if !holds(place * 64 + bit) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    fn is_clear(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Keeps what is in `other` too.
    fn and(&mut self, other: &Self) {
        for (place, word) in self.0.iter_mut().enumerate() {
            *word &= other.0.get(place).copied().unwrap_or(0);
        }
    }

    /// Keeps what is not in `other`.
    fn minus(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= !other;
        }
    }

    /// Keeps the slots whose mask has all of `wanted`. Without a branch: chance decides each row, so no branch is foreseen.
    fn keep_masked(&mut self, masks: &[u64], wanted: u64) {
        for (word, masks) in self.0.iter_mut().zip(masks.chunks(64)) {
            let bits = masks.iter().rev().fold(0, |bits, mask| bits << 1 | u64::from(mask & wanted == wanted));
            *word &= bits;
        }
    }
}

/// A query and the slots that hold for it.
pub(super) struct Hits {
    pub(super) query: Plan,
    /// Slots that hold for the words that must occur.
    including: Bits,
    /// Those of them that hold for the words that must not occur as well.
    pub(super) slots: Bits,
}

impl Hits {
    /// Judges all live slots, or only the last hits where the query asks for more than it did.
    pub(super) fn find(columns: &Columns, alive: &Bits, query: &Plan, last: Option<Self>) -> Self {
        let (including, done) = match last {
            Some(last) if query.includes_all_of(&last.query) => (last.including, last.query),
            _ => (alive.clone(), Plan::default()),
        };
        let mut hits = Self { query: query.clone(), including, slots: Bits::default() };
        for word in query.words().iter().filter(|word| !word.exclude && !done.words().contains(word)) {
            let found = find(columns, word, &hits.including);
            hits.including = found;
        }
        hits.slots = hits.including.clone();
        for word in query.words().iter().filter(|word| word.exclude) {
            let found = find(columns, word, &hits.slots);
            hits.slots.minus(&found);
        }
        hits
    }

    /// Judges one slot again; one that is dead holds for nothing.
    pub(super) fn judge(&mut self, columns: &Columns, slot: u32, is_alive: bool) {
        let holds = |exclude: bool| self.query.words().iter().filter(|word| word.exclude == exclude).all(|word| holds(columns, word, slot));
        let including = is_alive && holds(false);
        let slots = including && holds(true);
        self.including.set(slot, including);
        self.slots.set(slot, slots);
    }
}

/// Whether one slot holds for one word.
pub(super) fn holds(columns: &Columns, word: &Needle, slot: u32) -> bool {
    let (people, tags) = columns.terms_of(slot);
    let contains = |text: &str| memchr::memmem::find(text.as_bytes(), word.text.as_bytes()).is_some();
    let found = contains(columns.folded(slot)) || people.iter().chain(tags).any(|term| contains(columns.terms().folded(*term)));
    found != word.exclude
}

/// Those of `slots` in which the word occurs.
fn find(columns: &Columns, word: &Needle, slots: &Bits) -> Bits {
    let mut found = slots.clone();
    found.keep_masked(columns.masks(), mask(word.text.as_bytes()));
    if is_exact(&word.text) {
        return found;
    }
    let finder = Finder::new(word.text.as_bytes());
    let terms = terms_with(columns, &finder);
    let any_terms = !terms.is_clear();
    let in_lists = |slot: u32| {
        let (people, tags) = columns.terms_of(slot);
        any_terms && people.iter().chain(tags).any(|term| terms.has(*term))
    };
    if found.count() * SPARSE_SHARE < columns.len() {
        found.keep(|slot| finder.find(columns.folded(slot).as_bytes()).is_some() || in_lists(slot));
        return found;
    }
    let in_text = slots_with(columns, &finder);
    let mut rest = found.clone();
    rest.minus(&in_text);
    found.and(&in_text);
    if any_terms {
        rest.keep(in_lists);
        for (word, rest) in found.0.iter_mut().zip(&rest.0) {
            *word |= rest;
        }
    }
    found
}

/// Entries of the dictionary of people and tags that hold the word.
fn terms_with(columns: &Columns, finder: &Finder<'_>) -> Bits {
    let (text, ends) = columns.terms().all_folded();
    pieces_with(text, ends, finder)
}

/// All slots, dead ones too, whose text holds the word.
fn slots_with(columns: &Columns, finder: &Finder<'_>) -> Bits {
    let (text, ends) = columns.all_folded();
    pieces_with(text, ends, finder)
}

/// The first piece from `piece` on that ends behind `hit`. A frequent word hits every piece or two, so near ones come first.
fn holder(ends: &[u32], piece: usize, hit: usize) -> usize {
    let (mut low, mut step) = (piece, 1);
    while ends.get(low + step - 1).is_some_and(|end| *end as usize <= hit) {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(ends.len());
    low + ends[low..high].partition_point(|end| *end as usize <= hit)
}

/// One pass over the pieces of an arena: a piece that holds the word is left at its first hit.
fn pieces_with(text: &str, ends: &[u32], finder: &Finder<'_>) -> Bits {
    let mut found = Bits::default();
    let bytes = text.as_bytes();
    let (mut at, mut piece) = (0, 0);
    while let Some(hit) = bytes.get(at..).and_then(|rest| finder.find(rest)) {
        let hit = at + hit;
        piece = holder(ends, piece, hit);
        let Some(end) = ends.get(piece) else { break };
        found.set(u32::try_from(piece).unwrap_or(u32::MAX), true);
        at = *end as usize;
    }
    found
}
