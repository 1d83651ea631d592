//! The case follows the cursor: shown at once when it was brought before, read anew when the cursor rests on it, and
//! its neighbours brought ahead.

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::app::Pane;
use crate::app::action::{self, Action};
use crate::app::measure::wrapped;
use crate::app::notice::Grade;
use crate::app::pending::Ask;
use crate::domain::case::Rid;
use crate::protocol::Order;

/// A cursor that stays this long on a case means it: only then is its vendor asked.
const RESTS_AFTER: SignedDuration = SignedDuration::from_millis(250);
/// Lines of a description that the preview can be scrolled through.
const MAX_PREVIEW: usize = 500;
/// Lines of it in sight at once.
const PREVIEW_TEXT: usize = 2;
/// Neighbours brought ahead, each way.
const NEIGHBOURS: usize = 3;

#[derive(Clone, Debug, Default)]
pub struct Follow {
    /// The cursor's case when it was last looked at, and since when it is there.
    cursor: Option<Rid>,
    since: Option<Timestamp>,
    /// The case whose reading was asked for last.
    opened: Option<Rid>,
    /// The cursor's case when neighbours were last asked for.
    fetched: Option<Rid>,
    /// First line of the description in the preview below the list.
    preview_top: usize,
}

impl Follow {
    /// What was read of the case is old: it is read again when it is in sight.
    pub(super) fn forget_opened(&mut self) {
        self.opened = None;
    }
}

impl App {
    /// When a resting cursor asks for its case.
    pub(super) fn follow_at(&self) -> Option<Timestamp> {
        let waits = self.detail.rid.is_some() && self.follow.opened != self.detail.rid && !self.areas().detail.is_empty();
        self.follow.since.filter(|_| waits).and_then(|since| since.checked_add(RESTS_AFTER).ok())
    }

    pub(super) fn follow_cursor(&mut self, detail_in_sight: bool) {
        let cursor = self.list.cursor();
        if self.follow.cursor != cursor {
            self.follow.cursor = cursor;
            self.follow.since = Some(self.steady);
            self.follow.preview_top = 0;
            self.show_case(cursor);
            if let Some(rid) = cursor {
                self.shelf.touch(rid);
            }
        }
        self.fetch_neighbours();
        let Some(rid) = self.detail.rid else { return };
        let rests = self.follow_at().is_some_and(|at| at <= self.steady);
        if detail_in_sight && self.follow.opened != Some(rid) && (self.focus == Pane::Detail || rests) {
            self.open_case(rid);
        }
    }

    /// The description in the preview below the list: its lines from the first one in sight on. Empty lines are left
    /// out, they would waste what little there is. None: not brought yet.
    pub fn preview(&self) -> Option<Vec<&str>> {
        let lines = self.preview_lines()?;
        let first = self.follow.preview_top.min(lines.len());
        Some(lines[first..].to_vec())
    }

    fn preview_lines(&self) -> Option<Vec<&str>> {
        let case = &self.shelf.get(self.list.cursor()?)?.case;
        let columns = self.areas().foot.width.saturating_sub(2);
        let lines = wrapped(case.description.as_str(), columns, MAX_PREVIEW);
        Some(lines.into_iter().filter(|line| !line.trim().is_empty()).collect())
    }

    /// Scrolls the preview; its last line stays in sight.
    pub(super) fn scroll_preview(&mut self, by: usize, down: bool) {
        let last = self.preview_lines().map_or(0, |lines| lines.len().saturating_sub(PREVIEW_TEXT));
        let top = self.follow.preview_top;
        self.follow.preview_top = if down { top.saturating_add(by).min(last) } else { top.saturating_sub(by) };
    }

    /// Asks for everything of a case; what was asked for another one before is given up.
    pub(super) fn open_case(&mut self, rid: Rid) {
        self.follow.opened = Some(rid);
        let open: Vec<_> =
            self.pending.iter().filter(|(_, ask)| matches!(ask, Ask::Open(_))).map(|(ticket, ask)| (ticket, ask.clone())).collect();
        for (ticket, ask) in open {
            if ask == Ask::Open(rid) {
                return;
            }
            self.send(Ask::Cancel, Order::Cancel(ticket));
        }
        self.send(Ask::Open(rid), Order::Open { rid });
    }

    /// The case is to be read again, though it was just read.
    pub(super) fn reopen_case(&mut self) {
        if let Some(rid) = self.detail.rid {
            self.open_case(rid);
        }
    }

    /// A verb waits for its case to be read.
    pub(super) fn await_case(&mut self, rid: Rid, action: Action) {
        self.open_case(rid);
        self.awaited = Some((rid, action));
        let words = action::bindings(self.scope()).find(|binding| binding.action == action).map_or("", |binding| binding.words);
        self.say(Grade::Info, format!("{words}: as soon as the case is read; another key calls it off"));
    }

    /// The case of a verb that waits for it has come.
    pub(super) fn resume_verb(&mut self, rid: Rid) {
        let Some((_, action)) = self.awaited.take_if(|(waits, _)| *waits == rid) else { return };
        if self.overlays.is_empty() && self.case_in_sight() == Some(rid) {
            self.act(self.scope(), action, None);
        }
    }

    /// Brings the cursor's case and its neighbours from disk. One order at a time: holding `j` floods nobody.
    fn fetch_neighbours(&mut self) {
        let Some(cursor) = self.list.cursor() else { return };
        if self.follow.fetched == Some(cursor) || self.pending.any(|ask| *ask == Ask::Prefetch) {
            return;
        }
        self.follow.fetched = Some(cursor);
        let wanted = std::iter::once(cursor).chain(self.list.neighbours(NEIGHBOURS));
        let rids: Vec<_> = wanted.filter(|rid| self.shelf.get(*rid).is_none() && !self.list.is_gone(*rid)).collect();
        if !rids.is_empty() {
            self.send(Ask::Prefetch, Order::Prefetch { rids });
        }
    }
}
