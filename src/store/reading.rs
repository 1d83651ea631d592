//! What a reading of a source brings to the disk, and how far it has come.

use jiff::Timestamp;

use crate::domain::case::SourceId;
use crate::domain::page::Listed;

/// What a page brought for one case, judged by what the list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Not met before by this process.
    New,
    Changed,
    /// The row was not rewritten.
    Same,
}

/// Where a raw came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// An item of a list.
    List,
    /// The answer to "get one case".
    Whole,
}

/// Paged details of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Activities,
    Records,
}

/// How far a source has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Number of the running or last full pass; 0: never begun.
    pub pass: u32,
    /// When the last full pass ended.
    pub complete_at: Option<Timestamp>,
    /// Watermark for "what changed".
    pub newest_change: Option<Timestamp>,
    /// How many cases the vendor says there are: in the last pass that was complete, else in the running one.
    pub expected: Option<u64>,
    /// Distinct cases met in that pass.
    pub seen: u64,
    /// A hash of what the last pass that was complete asked for: other settings of the source ask for other cases.
    pub question: i64,
    /// Rows of that pass that could not be read.
    pub malformed: u32,
}

impl Mark {
    /// What it is worth to whoever asks this: a pass that was complete with other settings has met other cases.
    #[must_use]
    pub fn asked(self, question: i64) -> Self {
        if self.question == question {
            return self;
        }
        Self { pass: self.pass, seen: self.seen, question, ..Self::default() }
    }

    /// Cases that the vendor counted and showed on no page of the last complete pass.
    pub fn hidden(&self) -> u64 {
        self.complete_at.and(self.expected).map_or(0, |expected| expected.saturating_sub(self.seen))
    }
}

/// A page on its way to disk.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    pub source: SourceId,
    pub items: &'a [Listed],
    /// Moves in the transaction that stores the items.
    pub mark: Option<&'a Mark>,
    pub read_at: Timestamp,
}
