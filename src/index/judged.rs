//! The cells of rows that are judged by themselves.

use super::codes::{NO_LEVEL, NO_TIME};

/// What is judged of rows by itself: one array each, so that a condition reads nothing else.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) sources: Vec<u8>,
    /// By [`super::codes::state_code`].
    pub(super) states: Vec<u8>,
    /// By [`super::codes::rank_code`].
    pub(super) levels: Vec<u8>,
    /// Numbers of the dictionary of names.
    pub(super) statuses: Vec<u32>,
    /// Milliseconds since 1970, or [`NO_TIME`]; by [`super::codes::Clock`].
    pub(super) times: [Vec<i64>; 4],
    /// By [`super::Flags`].
    pub(super) flags: Vec<u16>,
    /// Where the people of each slot end in the lists, and where its tags do.
    pub(super) lists: Vec<(u32, u32)>,
}

impl Judged {
    /// Bytes of one slot in all arrays together.
    pub(super) const CELL: usize = 3 + size_of::<u32>() + 4 * size_of::<i64>() + size_of::<u16>() + size_of::<(u32, u32)>();

    /// Room for one more slot; its lists are pushed apart.
    pub(super) fn widen(&mut self) {
        self.sources.push(0);
        self.states.push(0);
        self.levels.push(NO_LEVEL);
        self.statuses.push(0);
        self.times.iter_mut().for_each(|times| times.push(NO_TIME));
        self.flags.push(0);
    }

    pub(super) fn copy(&mut self, from: &Self, slot: usize, status: u32, lists: (u32, u32)) {
        self.sources.push(from.sources[slot]);
        self.states.push(from.states[slot]);
        self.levels.push(from.levels[slot]);
        self.statuses.push(status);
        for (times, from) in self.times.iter_mut().zip(&from.times) {
            times.push(from[slot]);
        }
        self.flags.push(from.flags[slot]);
        self.lists.push(lists);
    }
}
