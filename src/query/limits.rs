//! How much a filter may hold: more than anybody types, and little enough that every keystroke stays fast.

/// A page pasted into the filter by mistake must not make every keystroke slow.
pub(super) const MAX_CONDITIONS: usize = 64;
/// A list of keys out of a report is still a filter.
pub(super) const MAX_VALUES: usize = 256;
/// No title is searched for by more than this.
pub(super) const MAX_WORD_CHARS: usize = 256;
/// Nobody nests further by hand.
pub(super) const MAX_DEPTH: usize = 32;
/// More columns than fit any screen.
pub(super) const MAX_COLUMNS: usize = 32;
