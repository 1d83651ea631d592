//! Texts that many rows share, each once and by number, and what tells at a glance that a word cannot be in a text.

use std::hash::{BuildHasher, RandomState};

use rustc_hash::FxHashMap;

use super::arena::{before, offset, room};
use crate::domain::person::Person;
use crate::query::fold_into;

/// Ends every piece of folded text, so that nothing is found across two pieces. Folded text never holds it.
pub(super) const END: char = '\0';

/// Texts that many rows share, each once.
#[derive(Default)]
pub(super) struct Dictionary {
    shown: String,
    shown_ends: Vec<u32>,
    folded: String,
    folded_ends: Vec<u32>,
    /// Keyed hash of the entry → its number; the next free hash when two entries share one.
    by_hash: FxHashMap<u64, u32>,
    state: RandomState,
}

impl Dictionary {
    pub(super) fn len(&self) -> usize {
        self.shown_ends.len()
    }

    pub(super) fn payload(&self) -> usize {
        self.shown.len() + self.folded.len() + self.len() * (2 * size_of::<u32>() + size_of::<(u64, u32)>())
    }

    pub(super) fn intern(&mut self, text: &str) -> u32 {
        self.enter([text, "", ""])
    }

    /// A person is shown by one label and found by mail too, and by the whole id where that is asked for.
    pub(super) fn person(&mut self, who: &Person) -> u32 {
        self.enter(pieces(who))
    }

    /// The text, what is searched besides, and what is only asked for by name.
    fn enter(&mut self, pieces: [&str; 3]) -> u32 {
        let mut hash = self.state.hash_one(pieces);
        while let Some(known) = self.by_hash.get(&hash) {
            if self.is(*known, pieces) {
                return *known;
            }
            hash = hash.wrapping_add(1);
        }
        let number = offset(self.len());
        if room(self.shown.len()) && room(self.folded.len()) {
            for (place, piece) in pieces.into_iter().enumerate() {
                if place > 0 && pieces[place..].iter().all(|piece| piece.is_empty()) {
                    break;
                }
                self.shown.push_str(piece);
                self.shown.push(END);
                if place == 0 || place == 1 && !piece.is_empty() {
                    fold_into(piece, &mut self.folded);
                    self.folded.push(END);
                }
            }
        }
        self.shown_ends.push(offset(self.shown.len()));
        self.folded_ends.push(offset(self.folded.len()));
        self.by_hash.insert(hash, number);
        number
    }

    pub(super) fn copy(&mut self, from: &Self, number: u32) -> u32 {
        let [text, besides, apart] = from.pieces(number);
        self.enter([text, besides, apart])
    }

    fn is(&self, number: u32, pieces: [&str; 3]) -> bool {
        let filled = 1 + pieces.iter().rposition(|piece| !piece.is_empty()).unwrap_or(0);
        let mut rest = self.entry(number);
        pieces[..filled].iter().all(|piece| {
            let after = rest.strip_prefix(piece).and_then(|rest| rest.strip_prefix(END));
            rest = after.unwrap_or(rest);
            after.is_some()
        }) && rest.is_empty()
    }

    pub(super) fn is_person(&self, number: u32, who: &Person) -> bool {
        self.is(number, pieces(who))
    }

    /// As [`Self::enter`] took them.
    pub(super) fn pieces(&self, number: u32) -> [&str; 3] {
        let mut pieces = self.entry(number).split(END);
        std::array::from_fn(|_| pieces.next().unwrap_or_default())
    }

    fn entry(&self, number: u32) -> &str {
        let start = before(number).map_or(0, |before| self.shown_ends[before]);
        &self.shown[start as usize..self.shown_ends[number as usize] as usize]
    }

    pub(super) fn shown(&self, number: u32) -> &str {
        let entry = self.entry(number);
        memchr::memchr(END as u8, entry.as_bytes()).map_or(entry, |end| &entry[..end])
    }

    /// Everything that is searched of the entry, each piece with its end mark.
    pub(super) fn folded(&self, number: u32) -> &str {
        let start = before(number).map_or(0, |before| self.folded_ends[before]);
        &self.folded[start as usize..self.folded_ends[number as usize] as usize]
    }

    pub(super) fn all_folded(&self) -> (&str, &[u32]) {
        (&self.folded, &self.folded_ends)
    }

    pub(super) fn mask(&self, number: u32) -> u64 {
        mask(self.folded(number).as_bytes())
    }
}

fn pieces(who: &Person) -> [&str; 3] {
    let (label, mail) = (who.label(), who.email.as_str());
    [label, if mail == label { "" } else { mail }, &who.id]
}

/// One bit per letter and digit, the rest shared among the others: a row that lacks a bit of the word cannot hold it.
pub(super) fn mask(folded: &[u8]) -> u64 {
    folded.iter().fold(0, |mask, byte| mask | MASKS[usize::from(*byte)])
}

/// Whether one bit says exactly that this character occurs.
pub(super) fn is_exact(word: &str) -> bool {
    matches!(word.as_bytes(), [b'a'..=b'z' | b'0'..=b'9'])
}

const MASKS: [u64; 256] = {
    let mut masks = [0; 256];
    let mut byte = 1;
    while byte < 256 {
        masks[byte] = 1
            << match byte {
                0x61..=0x7a => byte - 0x61,
                0x30..=0x39 => 26 + byte - 0x30,
                0..=0x7f => 36 + byte % 14,
                _ => 50 + byte % 14,
            };
        byte += 1;
    }
    masks
};
