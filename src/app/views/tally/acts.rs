//! Counting the rows of every view.

use crate::app::App;
use crate::app::views::tally::{COUNTED_AT_ONCE, RECOUNT_AFTER_MS};
use crate::query;

impl App {
    /// Rows, flags or the minute have changed: the figures follow when there is time.
    pub(in crate::app) fn rows_changed(&mut self) {
        self.model.views.stale.has_changed = true;
    }

    /// All figures anew.
    pub(in crate::app) fn recount_views(&mut self) {
        self.model.views.stale.all(self.model.views.tabs.len());
    }

    /// Brings figures up to date: all of a small list, one tab of a large one.
    pub(in crate::app) fn settle_views(&mut self) {
        let now_ms = self.cx.steady.as_millisecond();
        self.model.views.stale.has_changed |= self.model.list.take_new_flags();
        let is_small = self.model.list.known() <= COUNTED_AT_ONCE;
        if self.model.views.stale.has_changed && (is_small || now_ms - self.model.views.stale.counted_at_ms >= RECOUNT_AFTER_MS) {
            self.model.views.stale.has_changed = false;
            self.model.views.stale.counted_at_ms = now_ms;
            self.recount_views();
        }
        while let Some(at) = self.model.views.stale.tabs.iter().position(|is_stale| *is_stale) {
            self.model.views.stale.tabs[at] = false;
            self.count_view(at);
            if !is_small {
                break;
            }
        }
    }

    /// Figures are still to be brought up to date.
    pub(in crate::app) fn views_at(&self) -> Option<jiff::Timestamp> {
        let stale = &self.model.views.stale;
        if stale.tabs.contains(&true) {
            return jiff::Timestamp::from_millisecond(self.cx.steady.as_millisecond() + 1).ok();
        }
        stale.has_changed.then(|| jiff::Timestamp::from_millisecond(stale.counted_at_ms + RECOUNT_AFTER_MS).ok()).flatten()
    }

    fn count_view(&mut self, at: usize) {
        let Some(tab) = self.model.views.tabs.get(at) else { return };
        let tally = self.model.list.tally(&query::parse(&tab.view.query).query);
        if let Some(tab) = self.model.views.tabs.get_mut(at)
            && tab.tally != tally
        {
            tab.tally = tally;
            self.cx.dirty = true;
        }
    }
}
