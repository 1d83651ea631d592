//! What the filter's `is:` finds of this desk's own doing: marks, edits on their way, conflicts, drafts.

pub mod acts;

use std::collections::BTreeMap;

use crate::domain::case::{CaseId, Rid};
use crate::index::Flags;

/// What the index was told last, so that only what differs is told.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Told {
    flags: BTreeMap<Rid, Flags>,
    /// Cases with a draft, each looked up once, because that looks at every row; None: its row has not come yet.
    drafts: BTreeMap<CaseId, Option<Rid>>,
}

const TOLD: Flags = Flags::MARKED.with(Flags::QUEUED).with(Flags::CONFLICT).with(Flags::DIRTY);
