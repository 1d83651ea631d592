//! Sets of slots, one bit each.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn full(len: usize) -> Self {
        let mut bits = Self(vec![u64::MAX; len.div_ceil(64)]);
        if let Some(last) = bits.0.last_mut().filter(|_| !len.is_multiple_of(64)) {
            *last = (1 << (len % 64)) - 1;
        }
        bits
    }

    /// No slot, with room for so many.
    pub(super) fn none(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
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
        self.ones_from(0)
    }

    /// Those from `start` on.
    pub(super) fn ones_from(&self, start: u32) -> impl Iterator<Item = u32> + '_ {
        let first = start / 64;
        (first..).zip(self.0.get(first as usize..).unwrap_or_default()).flat_map(move |(place, word)| {
            let mut rest = if place == first { word & (u64::MAX << (start % 64)) } else { *word };
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(place * 64 + bit)
            })
        })
    }

    pub(super) fn keep(&mut self, mut holds: impl FnMut(u32) -> bool) {
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

    pub(super) fn is_clear(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Keeps what is in `other` too.
    pub(super) fn and(&mut self, other: &Self) {
        for (place, word) in self.0.iter_mut().enumerate() {
            *word &= other.0.get(place).copied().unwrap_or(0);
        }
    }

    /// Adds what is in `other`.
    pub(super) fn or(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    /// Keeps what is not in `other`.
    pub(super) fn minus(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= !other;
        }
    }

    /// Keeps the slots whose mask has all of `wanted`. Without a branch: chance decides each row, so no branch is foreseen.
    pub(super) fn keep_masked(&mut self, masks: &[u64], wanted: u64) {
        self.keep_cells(masks, |mask| mask & wanted == wanted);
    }

    /// Keeps the slots whose cell holds. Of 64 cells none is branched on, but where no slot is left none is looked at.
    pub(super) fn keep_cells<T: Copy>(&mut self, cells: &[T], holds: impl Fn(T) -> bool) {
        for (word, cells) in self.0.iter_mut().zip(cells.chunks(64)).filter(|(word, _)| **word != 0) {
            let bits = cells.iter().rev().fold(0, |bits, cell| bits << 1 | u64::from(holds(*cell)));
            *word &= bits;
        }
    }
}
