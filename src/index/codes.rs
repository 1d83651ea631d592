//! Cells as numbers: times, states and priorities of rows, and which of them a value of a filter means, as a set of codes.

use crate::domain::case::{Level, Rank, State};
use crate::query::{Cmp, StateWord, Value};

/// No slot.
pub(super) const NONE: u32 = u32::MAX;
/// Stands for an absent time.
pub(super) const NO_TIME: i64 = i64::MIN;
/// The bit of a priority word that nobody knows: above all levels.
pub(super) const UNKNOWN_LEVEL: u8 = 0;
/// The bit of a level that is not set.
pub(super) const NO_LEVEL: u8 = 6;

/// The times of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Clock {
    Created,
    Updated,
    Closed,
    Due,
}

/// A state as a number below 8.
pub(super) fn state_code(state: Option<State>) -> u8 {
    state.map_or(0, |state| state as u8 + 1)
}

/// A rank as a number below 8, the most urgent first.
pub(super) fn rank_code(rank: Rank) -> u8 {
    match rank {
        Rank::Unknown => UNKNOWN_LEVEL,
        Rank::Level(level) => level as u8 + 1,
        Rank::Unset => NO_LEVEL,
    }
}

pub(super) fn states(word: StateWord) -> u8 {
    let bit = |state: Option<State>| 1 << state_code(state);
    let open = bit(None) | bit(Some(State::Open)) | bit(Some(State::InProgress));
    match word {
        // An unknown state is kept in sight.
        StateWord::Open => open,
        StateWord::New => bit(Some(State::Open)),
        StateWord::Active => bit(Some(State::InProgress)),
        StateWord::Closed => bit(Some(State::Closed)),
        StateWord::Archived => bit(Some(State::Archived)),
        StateWord::Any => u8::MAX,
    }
}

/// `<=P2` is P1 and P2; `>=high` is high and critical.
pub(super) fn levels(cmp: Option<Cmp>, level: Level, by_number: bool) -> u8 {
    let of = |holds: &dyn Fn(u8) -> bool| (0..NO_LEVEL).filter(|level| holds(*level)).fold(0, |bits, level| bits | 1 << level);
    let place = rank_code(Rank::Level(level));
    match (cmp, by_number) {
        (None | Some(Cmp::Equal | Cmp::Contains), _) => 1 << place,
        (Some(Cmp::Less), true) | (Some(Cmp::More), false) => of(&|level| level < place),
        (Some(Cmp::AtMost), true) | (Some(Cmp::AtLeast), false) => of(&|level| level <= place),
        (Some(Cmp::More), true) | (Some(Cmp::Less), false) => of(&|level| level > place),
        (Some(Cmp::AtLeast), true) | (Some(Cmp::AtMost), false) => of(&|level| level >= place),
    }
}

pub(super) fn levels_between(from: Option<&Value>, to: Option<&Value>) -> u8 {
    let level = |value: Option<&Value>, cmp: Cmp| match value {
        Some(Value::Level { level, by_number }) => levels(Some(cmp), *level, *by_number),
        _ => (1 << NO_LEVEL) - 1,
    };
    let bits = level(from, Cmp::AtLeast) & level(to, Cmp::AtMost);
    if bits == 0 { level(to, Cmp::AtLeast) & level(from, Cmp::AtMost) } else { bits }
}
