//! How cases and plans are printed: for people, for scripts, for spreadsheets.

pub(in crate::cli) mod grid;
pub(in crate::cli) mod markdown;
pub(in crate::cli) mod page;
pub(in crate::cli) mod plan;
pub(in crate::cli) mod progress;
pub(in crate::cli) mod shape;
pub(in crate::cli) mod sheet;
pub(in crate::cli) mod table;
