//! The filter explained: what each of its terms leaves, where it was judged, and which one took the last case.

pub mod acts;
mod screen;
pub mod view;

/// Columns of a count with the gap behind it: a million is written in seven.
pub const COUNT_COLUMNS: u16 = 9;
/// Lines of one text; a longer one is a filter that nobody reads.
const MAX_LINES: usize = 32;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExplainPane {
    /// First line in sight.
    pub scroll: usize,
}

/// A term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// As it prints.
    pub term: String,
    /// Cases that hold for it and for all before it; None: counting them takes too long.
    pub left: Option<usize>,
    /// Cases that may hold once they are read.
    pub unexamined: usize,
    /// One of the alternatives of the OR above it.
    pub is_branch: bool,
    /// Source by source where it was judged, those that agree together.
    pub places: String,
    /// Before it there was a case, and after it there is none.
    pub took_last: bool,
}

/// How a line of the panel is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    /// Where a term was judged.
    Beside,
    /// The term that took the last case.
    Guilty,
}

/// A line: a count, or none, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub count: String,
    pub text: String,
    pub tone: Tone,
}
