//! Judging rows: which slots hold for a query.

use memchr::memmem::Finder;

use super::columns::{Columns, is_exact, mask};
use crate::query::{Query, Word};

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
}

/// A query and the slots that hold for it.
pub(super) struct Hits {
    pub(super) query: Query,
    pub(super) slots: Bits,
}

impl Hits {
    pub(super) fn find(columns: &Columns, alive: &Bits, query: &Query) -> Self {
        let mut hits = Self { query: Query::default(), slots: alive.clone() };
        hits = hits.narrow(columns, query);
        hits
    }

    /// The hits of a query that only asks for more.
    pub(super) fn narrow(mut self, columns: &Columns, query: &Query) -> Self {
        for word in query.words().iter().filter(|word| !self.query.words().contains(word)) {
            judge(columns, word, &mut self.slots);
        }
        Self { query: query.clone(), slots: self.slots }
    }
}

/// Whether one slot holds.
pub(super) fn holds(columns: &Columns, query: &Query, slot: u32) -> bool {
    query.words().iter().all(|word| {
        let (people, tags) = columns.terms_of(slot);
        let contains = |text: &str| memchr::memmem::find(text.as_bytes(), word.text.as_bytes()).is_some();
        let found = contains(columns.folded(slot)) || people.iter().chain(tags).any(|term| contains(columns.terms().folded(*term)));
        found != word.exclude
    })
}

/// Takes out of `slots` what does not hold for this word.
fn judge(columns: &Columns, word: &Word, slots: &mut Bits) {
    let (masks, wanted) = (columns.masks(), mask(word.text.as_bytes()));
    let may_hold = |slot: u32| masks[slot as usize] & wanted == wanted;
    if is_exact(&word.text) {
        slots.keep(|slot| may_hold(slot) != word.exclude);
        return;
    }
    let mut candidates = slots.clone();
    candidates.keep(may_hold);
    let finder = Finder::new(word.text.as_bytes());
    let terms = terms_with(columns, &finder);
    let in_lists = |slot: u32| {
        let (people, tags) = columns.terms_of(slot);
        people.iter().chain(tags).any(|term| terms.has(*term))
    };
    let any_terms = !terms.is_clear();
    let mut found = candidates;
    if found.count() * SPARSE_SHARE < columns.len() {
        found.keep(|slot| finder.find(columns.folded(slot).as_bytes()).is_some() || (any_terms && in_lists(slot)));
    } else {
        let in_text = slots_with(columns, &finder);
        found.keep(|slot| in_text.has(slot) || (any_terms && in_lists(slot)));
    }
    if word.exclude {
        slots.keep(|slot| !found.has(slot));
    } else {
        *slots = found;
    }
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

/// One pass over the pieces of an arena: a piece that holds the word is left at its first hit.
fn pieces_with(text: &str, ends: &[u32], finder: &Finder<'_>) -> Bits {
    let mut found = Bits::default();
    let bytes = text.as_bytes();
    let (mut at, mut piece) = (0, 0);
    while let Some(hit) = bytes.get(at..).and_then(|rest| finder.find(rest)) {
        let hit = at + hit;
        piece += ends[piece..].partition_point(|end| *end as usize <= hit);
        let Some(end) = ends.get(piece) else { break };
        found.set(u32::try_from(piece).unwrap_or(u32::MAX), true);
        at = *end as usize;
    }
    found
}
