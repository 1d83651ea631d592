//! Disk: what was read stays readable, what was committed is sent once. One thread owns a [`Store`].
//!
//! Two `SQLite` files in the data directory, so that what can be read again is apart from what cannot:
//!
//! | file        | holds                                                     | commit                                  |
//! |-------------|-----------------------------------------------------------|-----------------------------------------|
//! | `cases.db`  | rows, bodies, pages of details, watermarks, directories   | WAL, NORMAL: a power cut loses seconds  |
//! | `outbox.db` | edits on their way, drafts, pins, snoozes, what was seen  | WAL, FULL: on the medium when it returns |
//!
//! Beside them `journal.jsonl` keeps what was written to the vendors, for whoever asks later (see [`journal`]).
//!
//! `drafts-*.lock` are held by the workbenches that run (see `holder`): each has drafts of its own.
//!
//! `edit-*.md` is what a person's editor writes in (see [`sheets`]).
//!
//! `allowed.txt` says where a person lets changes happen (see [`permits`]).
//!
//! Sources are known by name; a [`SourceId`](crate::domain::case::SourceId) means something only within one run. A file that cannot be used gives its
//! fault to every call that needs it and leaves the other file alone. Nothing here deletes or overwrites a file, except
//! that [`upkeep::purge`] removes `cases.db` when a person asks for it.

mod access;
mod asides;
mod baselines;
mod details;
mod draft_text;
mod drafts;
mod elsewhere;
pub mod file;
mod handle;
mod holder;
mod ids;
pub mod journal;
mod marks;
mod open;
mod outbox;
mod packed;
mod packs;
pub mod permits;
mod reading;
mod rows;
pub mod sheets;
mod triage;
pub mod upkeep;

pub use access::Access;
pub use baselines::Shown;
pub use drafts::Unfinished;
pub use handle::Store;
pub use reading::{Batch, Change, Depth, Mark, Part};

#[cfg(test)]
mod tests;
