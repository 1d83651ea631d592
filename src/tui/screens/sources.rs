//! The sources: how each is doing, and what can be done about it.

pub mod acts;
mod screen;
pub mod view;

use crate::domain::case::SourceId;
/// The panel of source states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourcesPane {
    pub source: SourceId,
}
