//! The bulk change that an edit in the outbox belongs to.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// The bulk change that an outbox entry belongs to. Every entry carries all of it, so that the outbox alone tells the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Unique on this machine.
    pub id: CompactString,
    /// What it does: `close, add tag=vip`.
    pub words: String,
    /// Cases that were sent with it.
    pub of: u32,
    /// It goes on whatever fails: nobody is there to be asked.
    #[serde(default)]
    pub keeps_going: bool,
}
