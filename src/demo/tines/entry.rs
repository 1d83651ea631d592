//! One entry of a Tines timeline.

use serde_json::Value;

/// One entry of the timeline.
#[derive(Clone)]
pub(crate) struct Activity {
    pub(crate) id: u64,
    pub(crate) kind: &'static str,
    pub(crate) value: Value,
    /// None for the system.
    pub(crate) user: Option<usize>,
    pub(crate) created_ms: i64,
    /// Which file of the case, for the kinds that attach one.
    pub(crate) file: Option<u64>,
}
