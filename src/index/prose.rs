//! Descriptions, folded, apart from the text of the rows: they are long, and not every list sends them.
//!
//! A piece is written once and found by the slot's number of it, so a description can be learned or change without moving
//! its row. Pieces that nothing refers to are swept out when they are more than a quarter.

use memchr::memmem::{
    Finder, {self},
};

use super::arena::{offset, pieces_with, room};
use super::bits::Bits;
use super::dictionary::{END, is_exact, mask};
use super::matcher::Matcher;
use super::plan::Needle;
use crate::query::fold_into;

/// The description was never read.
const UNREAD: u32 = u32::MAX;
/// There is none: no piece is kept of it.
const EMPTY: u32 = u32::MAX - 1;
/// Fewer candidates than one slot in this many are looked at one by one; more, and one pass over all text is faster.
const SPARSE_SHARE: usize = 4;
/// Dead text is swept when it is more than one byte in this many, and more than so much.
const DEAD_SHARE: usize = 4;
const DEAD_LEAST: usize = 1 << 20;

#[derive(Default)]
pub(super) struct Prose {
    /// By slot: the number of its piece, [`EMPTY`] or [`UNREAD`].
    of: Vec<u32>,
    /// By slot: which characters occur in its piece, see [`mask`].
    masks: Vec<u64>,
    unread: Bits,
    /// Each piece with its end mark.
    folded: String,
    ends: Vec<u32>,
    /// Bytes of pieces that no slot refers to.
    dead: usize,
}

impl Prose {
    pub(super) fn payload(&self) -> usize {
        let slots = self.of.len() * (size_of::<u32>() + size_of::<u64>()) + self.of.len() / 8;
        self.folded.len() + size_of_val(self.ends.as_slice()) + slots
    }

    /// No description has any text.
    pub(super) fn is_bare(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds a slot; None: its description was not read.
    pub(super) fn push(&mut self, text: Option<&str>) {
        let slot = offset(self.of.len());
        self.of.push(UNREAD);
        self.masks.push(0);
        self.unread.set(slot, true);
        self.set(slot, text);
    }

    /// Takes over what is known of a slot's description by now.
    pub(super) fn set(&mut self, slot: u32, text: Option<&str>) {
        let (piece, mask) = match text {
            None => (UNREAD, 0),
            Some("") => (EMPTY, 0),
            Some(text) => match self.write(text) {
                Some((piece, _)) if self.of(slot) == Some(self.piece(piece)) => {
                    self.unwrite();
                    return;
                }
                written => written.unwrap_or((UNREAD, 0)),
            },
        };
        self.leave(slot);
        self.put(slot, piece, mask);
        if self.dead > DEAD_LEAST && self.dead * DEAD_SHARE > self.folded.len() {
            self.sweep();
        }
    }

    /// The slot `to` stands for the case of `from` by now, and nothing newer was said of its description.
    pub(super) fn hand_over(&mut self, from: u32, to: u32) {
        let (piece, mask) = (self.of[from as usize], self.masks[from as usize]);
        self.leave(to);
        self.put(from, UNREAD, 0);
        self.put(to, piece, mask);
    }

    /// The slot stands for nothing any more, or its piece is not the one that it had.
    pub(super) fn leave(&mut self, slot: u32) {
        let piece = self.of[slot as usize];
        if piece < EMPTY {
            self.dead += self.piece(piece).len();
        }
        self.put(slot, UNREAD, 0);
    }

    /// Adds a slot of another set of descriptions.
    pub(super) fn copy(&mut self, from: &Self, slot: u32) {
        let (mut piece, mask) = (from.of[slot as usize], from.masks[slot as usize]);
        if piece < EMPTY {
            self.folded.push_str(from.piece(piece));
            piece = self.written();
        }
        self.of.push(piece);
        self.masks.push(mask);
        self.unread.set(offset(self.of.len() - 1), piece == UNREAD);
    }

    /// The folded description with its end mark, empty where there is none; None: it was not read.
    pub(super) fn of(&self, slot: u32) -> Option<&str> {
        match self.of[slot as usize] {
            UNREAD => None,
            EMPTY => Some(""),
            piece => Some(self.piece(piece)),
        }
    }

    /// Those whose description was not read, dead slots among them.
    pub(super) fn unread(&self) -> &Bits {
        &self.unread
    }

    /// Those of `slots` in whose description the word occurs.
    pub(super) fn find(&self, needle: &Needle, mut slots: Bits) -> Bits {
        let word = needle.text.as_str();
        slots.keep_masked(&self.masks, mask(word.as_bytes()));
        if !is_exact(word) {
            let finder = Finder::new(word.as_bytes());
            if slots.count() * SPARSE_SHARE < self.of.len() {
                slots.keep(|slot| self.of(slot).is_some_and(|text| finder.find(text.as_bytes()).is_some()));
            } else {
                let found = pieces_with(&self.folded, &self.ends, &finder);
                slots.keep(|slot| found.has(self.of[slot as usize]));
            }
        }
        if needle.is_start {
            slots.keep(|slot| self.has(needle, slot));
        }
        slots
    }

    /// Whether the word occurs in the description.
    pub(super) fn has(&self, needle: &Needle, slot: u32) -> bool {
        let Some(text) = self.of(slot) else { return false };
        if needle.is_start {
            return Matcher::WordStart(needle.text.clone()).holds("", text.trim_end_matches(END));
        }
        memmem::find(text.as_bytes(), needle.text.as_bytes()).is_some()
    }

    fn put(&mut self, slot: u32, piece: u32, mask: u64) {
        self.of[slot as usize] = piece;
        self.masks[slot as usize] = mask;
        self.unread.set(slot, piece == UNREAD);
    }

    fn piece(&self, piece: u32) -> &str {
        let start = (piece as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.folded[start as usize..self.ends[piece as usize] as usize]
    }

    /// A new piece and its mask. None: there is no room, so it counts as not read.
    fn write(&mut self, text: &str) -> Option<(u32, u64)> {
        if !room(self.folded.len()) {
            return None;
        }
        let start = self.folded.len();
        fold_into(text, &mut self.folded);
        let mask = mask(&self.folded.as_bytes()[start..]);
        self.folded.push(END);
        Some((self.written(), mask))
    }

    fn written(&mut self) -> u32 {
        self.ends.push(offset(self.folded.len()));
        offset(self.ends.len() - 1)
    }

    /// Takes back the last piece.
    fn unwrite(&mut self) {
        self.ends.pop();
        self.folded.truncate(self.ends.last().map_or(0, |end| *end as usize));
    }

    fn sweep(&mut self) {
        let mut kept = Self::default();
        for slot in 0..offset(self.of.len()) {
            kept.copy(self, slot);
        }
        *self = kept;
    }
}
