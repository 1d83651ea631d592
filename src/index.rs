//! Every row in memory, ready to be judged, ordered and counted between two keystrokes, up to a million of them.
//!
//! Rows live in slots of a log: a row whose text changed gets a new slot and its old one dies; dead slots are swept when
//! they are more than a quarter. Slots keep the text of all rows in one folded arena in slot order, so one pass of
//! `memmem` judges them all; a bit set per result lets the next, longer query look only where this one succeeded.
//! Descriptions have an arena of their own; a row whose description was not read is counted where that decides.

mod arena;
mod bits;
mod codes;
mod columns;
mod compile;
mod deep;
mod dictionary;
mod explain;
mod facet;
mod flags;
mod hits;
mod judge;
mod judged;
mod matcher;
mod offer;
mod plan;
mod prose;
mod rows;
mod scope;
mod seen;
mod sort;
mod values;

pub use deep::{Deep, Parts};
pub use explain::{Count, Step};
pub use flags::Flags;
pub use plan::Verdict;
pub use rows::{Index, Judge};
pub use scope::Scope;
pub use seen::Seen;
pub use sort::{SortBy, SortKey};

#[cfg(test)]
mod tests;
