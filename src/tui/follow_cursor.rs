//! The case follows the cursor: shown at once when it was brought before, read anew when the cursor rests on it, and
//! its neighbours brought ahead.

pub mod acts;
pub mod resting;

use jiff::{SignedDuration, Timestamp};

use crate::domain::case::Rid;

/// A cursor that stays this long on a case means it: only then is its vendor asked.
pub(in crate::tui) const RESTS_AFTER: SignedDuration = SignedDuration::from_millis(250);
/// Lines of a description that the preview can be scrolled through.
const MAX_PREVIEW: usize = 500;
/// Lines of it in sight at once.
const PREVIEW_TEXT: usize = 2;
/// Neighbours brought ahead, each way.
const NEIGHBOURS: usize = 3;

#[derive(Clone, Debug, Default)]
pub struct FollowCursor {
    /// The cursor's case when it was last looked at, and since when it is there.
    pub(in crate::tui) cursor: Option<Rid>,
    pub(in crate::tui) since: Option<Timestamp>,
    /// The case whose reading was asked for last.
    pub(in crate::tui) opened: Option<Rid>,
    /// The cursor's case when neighbours were last asked for.
    fetched: Option<Rid>,
    /// First line of the description in the preview below the list.
    pub(in crate::tui) preview_top: usize,
}

impl FollowCursor {
    /// What was read of the case is old: it is read again when it is in sight.
    pub(in crate::tui) fn forget_opened(&mut self) {
        self.opened = None;
    }
}
