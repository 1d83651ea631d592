//! One entry of a Datadog timeline.

use serde_json::Value;

/// One entry.
#[derive(Clone)]
pub(crate) struct Cell {
    pub(crate) id: String,
    /// An open set at the vendor: `CASE_CREATED`, `COMMENT`, `ATTRIBUTE_UPDATE` and others.
    pub(crate) kind: &'static str,
    /// Automations leave none.
    pub(crate) author: Option<usize>,
    pub(crate) created_ms: i64,
    pub(crate) modified_ms: Option<i64>,
    pub(crate) deleted_ms: Option<i64>,
    pub(crate) content: Value,
}
