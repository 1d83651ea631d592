//! Which rows the filter lets through, and how far judging them has come.

use crate::index::Scope;
use crate::query::{Field, Problem};

/// The state of the filter's judging.
#[derive(Default)]
pub(super) struct Judged {
    pub(in crate::app) problem: Option<Problem>,
    /// What was typed is not all judged; the result before it is on display.
    pub(in crate::app) is_going_on: bool,
    /// The filter was typed: the cursor goes to the top when its case leaves.
    pub(in crate::app) was_typed: bool,
    pub(in crate::app) lacking: Vec<(Field, usize)>,
    /// How many rows hold when not all of them are shown.
    pub(in crate::app) cut: Option<usize>,
    /// The sources that the filter is about.
    pub(in crate::app) scope: Scope,
}

impl Judged {
    pub(super) fn goes_to_top(&mut self) -> bool {
        std::mem::take(&mut self.was_typed)
    }
}
