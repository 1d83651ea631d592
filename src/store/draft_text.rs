//! A draft as it is written down: what has no column of its own.

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::case::CaseId;
use crate::domain::decided::Decided;
use crate::domain::draft::Draft;

/// What has no column of its own: the case stands beside it under its source's name.
#[derive(Serialize, Deserialize)]
pub(super) struct Rest {
    pub(super) values: Vec<(Aspect, Value)>,
    pub(super) base: Vec<Seen>,
    /// What was decided of its conflicts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) decided: Vec<Decided>,
    /// The cases that were marked, each with the name of its source and its key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) marked: Vec<(String, CompactString, String)>,
    /// Texts are as the vendor has them.
    #[serde(default)]
    pub(super) raw: bool,
}

/// The sources of the cases that were marked for a draft, as it is on disk.
pub(super) fn sources_of_marked(draft: &str) -> std::vec::IntoIter<String> {
    let marked = serde_json::from_str::<Rest>(draft).map(|rest| rest.marked).unwrap_or_default();
    marked.into_iter().map(|(source, ..)| source).collect::<Vec<_>>().into_iter()
}

/// Whether a draft, as it is on disk, holds text. One that cannot be read may.
pub(super) fn holds_text(draft: &str) -> bool {
    let Ok(Rest { values, decided, .. }) = serde_json::from_str(draft) else { return true };
    Draft { values, decided, ..Draft::new(CaseId::of_marks(0), Timestamp::UNIX_EPOCH) }.has_text()
}
