//! Chance that can be repeated: every draw is a pure function of the seed, so a world of a million cases needs no memory.

/// One word from two; the finisher of `SplitMix64`, which spreads neighbouring inputs.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.rotate_left(32) ^ b.wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A word from a text, so that facts can be keyed by their name (FNV-1a).
pub(crate) fn word(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A stream of draws.
#[derive(Clone)]
pub(crate) struct Dice(fastrand::Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0.u64(low..=high)
    }

    /// An index into something of `len` entries; 0 when it is empty.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        self.0.usize(..len.max(1))
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.0.usize(..from.len())]
    }

    pub(crate) fn text<'a, T: AsRef<str>>(&mut self, from: &'a [T]) -> &'a str {
        self.pick(from).as_ref()
    }

    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.0.u64(..100) < chance
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.0.u64(..n.max(1)) == 0
    }

    /// An index drawn by weight.
    pub(crate) fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut left = self.0.u64(..weights.iter().sum::<u64>().max(1));
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        0
    }
}

/// Four Feistel rounds over 32 bits: ids look random, and the number can be had back from them without a table.
pub(crate) fn scramble(number: u32, key: u64) -> u32 {
    let (mut left, mut right) = (number >> 16, number & 0xffff);
    for round in 0..4 {
        (left, right) = (right, left ^ turn(right, key, round));
    }
    (left << 16) | right
}

pub(crate) fn unscramble(text: u32, key: u64) -> u32 {
    let (mut left, mut right) = (text >> 16, text & 0xffff);
    for round in (0..4).rev() {
        (left, right) = (right ^ turn(left, key, round), left);
    }
    (left << 16) | right
}

fn turn(half: u32, key: u64, round: u64) -> u32 {
    (mix(key.wrapping_add(round), u64::from(half)) & 0xffff) as u32
}

/// A version 4 UUID that carries `number`.
pub(crate) fn uuid(number: u32, key: u64) -> String {
    let rest = mix(key ^ 0x5eed, u64::from(number));
    let tail = mix(rest, key);
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        scramble(number, key),
        rest & 0xffff,
        (rest >> 16) & 0xfff,
        0x8000 | ((rest >> 32) & 0x3fff),
        tail & 0xffff_ffff_ffff
    )
}

/// The number in a UUID made with the same key; none for any other text.
pub(crate) fn number_of(text: &str, key: u64) -> Option<u32> {
    let number = unscramble(u32::from_str_radix(text.get(..8)?, 16).ok()?, key);
    uuid(number, key).eq_ignore_ascii_case(text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_gives_its_number_back_and_a_foreign_id_does_not() {
        for number in [0, 1, 2, 77, 65_535, 65_536, 1_000_000, u32::MAX] {
            assert_eq!(unscramble(scramble(number, 9), 9), number);
            assert_eq!(number_of(&uuid(number, 9), 9), Some(number));
            assert_eq!(number_of(&uuid(number, 10), 9), None);
        }
        assert_eq!(number_of("not an id", 9), None);
    }
}
