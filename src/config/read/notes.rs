//! The problems that were found, each with its line.

use std::path::Path;

use super::super::problem::Problem;

/// The problems found so far, and what is needed to say where they are.
pub(super) struct Notes<'a> {
    pub(super) text: &'a str,
    pub(super) origin: &'a Path,
    pub(super) problems: Vec<Problem>,
}

impl Notes<'_> {
    pub(super) fn say(&mut self, at: usize, what: impl Into<String>, instead: impl Into<String>) {
        let line = self.line(at);
        self.problems.push(Problem { file: Some(self.origin.into()), line: Some(line), what: what.into(), instead: instead.into() });
    }

    /// From 1.
    pub(super) fn line(&self, at: usize) -> usize {
        1 + self.text.get(..at).unwrap_or(self.text).matches('\n').count()
    }
}
