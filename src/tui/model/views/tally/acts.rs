//! Counting the rows of every view.

use crate::query;
use crate::tui::cx::Cx;
use crate::tui::model::Model;
use crate::tui::model::views::Views;
use crate::tui::model::views::tally::{COUNTED_AT_ONCE, RECOUNT_AFTER_MS};

impl Views {
    /// Rows, flags or the minute have changed: the figures follow when there is time.
    pub(in crate::tui) fn rows_changed(&mut self) {
        self.stale.has_changed = true;
    }

    /// All figures anew.
    pub(in crate::tui) fn recount_views(&mut self) {
        self.stale.all(self.tabs.len());
    }

    /// Figures are still to be brought up to date.
    pub(in crate::tui) fn views_at(&self, cx: &Cx) -> Option<jiff::Timestamp> {
        let stale = &self.stale;
        if stale.tabs.contains(&true) {
            return jiff::Timestamp::from_millisecond(cx.steady.as_millisecond() + 1).ok();
        }
        stale.has_changed.then(|| jiff::Timestamp::from_millisecond(stale.counted_at_ms + RECOUNT_AFTER_MS).ok()).flatten()
    }
}

impl Model {
    /// Brings figures up to date: all of a small list, one tab of a large one.
    pub(in crate::tui) fn count_views(&mut self, cx: &mut Cx) {
        let now_ms = cx.steady.as_millisecond();
        self.views.stale.has_changed |= self.list.take_new_flags();
        let is_small = self.list.known() <= COUNTED_AT_ONCE;
        if self.views.stale.has_changed && (is_small || now_ms - self.views.stale.counted_at_ms >= RECOUNT_AFTER_MS) {
            self.views.stale.has_changed = false;
            self.views.stale.counted_at_ms = now_ms;
            self.views.recount_views();
        }
        while let Some(at) = self.views.stale.tabs.iter().position(|is_stale| *is_stale) {
            self.views.stale.tabs[at] = false;
            self.count_view(at, cx);
            if !is_small {
                break;
            }
        }
    }

    fn count_view(&mut self, at: usize, cx: &mut Cx) {
        let Some(tab) = self.views.tabs.get(at) else { return };
        let tally = self.list.tally(&query::parse(&tab.view.query).query);
        if let Some(tab) = self.views.tabs.get_mut(at)
            && tab.tally != tally
        {
            tab.tally = tally;
            cx.dirty = true;
        }
    }
}
