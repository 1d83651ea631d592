//! Which cases a source asks for.

/// Which cases are wanted. The vendor is asked for them, and its answer is judged again: a filter that it does not
/// understand it ignores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) team: Option<String>,
    /// `OPEN` or `CLOSED`, as filters spell it.
    pub(super) status: Option<&'static str>,
}
