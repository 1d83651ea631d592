//! Floor 0: what a case is, what can be done to it, and what can go wrong. Plain data and pure functions.

pub mod activity;
pub mod aside;
pub mod aspect;
pub mod baseline;
pub mod bulk;
pub mod busy;
pub mod capability;
pub mod case;
pub mod caution;
pub mod count;
pub mod directory;
pub mod draft;
pub mod edit;
pub mod facet;
pub mod fault;
pub mod formula;
pub mod hunk;
pub mod inverse;
pub mod journal;
mod laid;
pub mod list;
pub mod merge;
pub mod order;
pub mod own;
pub mod page;
pub mod person;
pub mod recipe;
pub mod record;
#[cfg(test)]
pub mod sample;
pub mod secret;
pub mod sla;
pub mod standing;
pub mod text;
pub mod triage;
pub mod wall;
pub mod wish;
