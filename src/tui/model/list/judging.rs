//! Which rows the filter lets through, and how far judging them has come.

use crate::index::Scope;
use crate::query::{Field, Problem};

/// The state of the filter's judging.
#[derive(Default)]
pub(in crate::tui) struct Judged {
    pub(in crate::tui) problem: Option<Problem>,
    /// What was typed is not all judged; the result before it is on display.
    pub(in crate::tui) is_going_on: bool,
    /// The filter was typed: the cursor goes to the top when its case leaves.
    pub(in crate::tui) was_typed: bool,
    pub(in crate::tui) lacking: Vec<(Field, usize)>,
    /// How many rows hold when not all of them are shown.
    pub(in crate::tui) cut: Option<usize>,
    /// The sources that the filter is about.
    pub(in crate::tui) scope: Scope,
}

impl Judged {
    pub(in crate::tui) fn goes_to_top(&mut self) -> bool {
        std::mem::take(&mut self.was_typed)
    }
}
