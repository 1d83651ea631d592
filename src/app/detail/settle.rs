//! The tab in sight brought up to date: its text, its marks, its missing pages.

use crate::app::detail::Detail;
use crate::app::detail::body::Key;
use crate::app::detail::overview::Ground;
use crate::app::detail::tab::Tab;
use crate::app::pending::Ask;
use crate::app::{App, Pane};
use crate::domain::case::{Case, Rid, Vendor};
use crate::protocol::{Order, Paged};

/// Seconds in a minute: what is shown of the time.
const MINUTE_S: i64 = 60;

impl App {
    /// What follows from every change: the text of the tab in sight, and the next page when its end is near.
    pub(in crate::app) fn settle_detail(&mut self) {
        // Back in the list, its cursor decides again; links were followed without moving it.
        if self.panes.focus == Pane::List && !self.panes.detail.back.is_empty() {
            self.panes.detail.back.clear();
            self.show_case(self.model.list.cursor());
        }
        let body = self.detail_parts().body;
        if body.height == 0 || body.width == 0 {
            return;
        }
        let key = Key {
            rid: self.panes.detail.rid,
            tab: self.panes.detail.tab,
            columns: usize::from(body.width),
            revision: self.panes.detail.revision,
            minute: if self.panes.detail.tab == Tab::Raw { 0 } else { self.cx.now.as_second().div_euclid(MINUTE_S) },
            style: self.cx.clock.style,
        };
        if !self.panes.detail.body.is_for(&key) {
            let mut text = std::mem::take(&mut self.panes.detail.body);
            text.lay(key, &self.panes.detail, self.ground(usize::from(body.width)));
            self.panes.detail.body = text;
        }
        let needle = std::mem::take(&mut self.panes.detail.needle);
        self.panes.detail.body.mark(&needle);
        self.panes.detail.needle = needle;
        self.keep_chosen();
        self.clamp();
        self.ask_for_more();
    }

    /// What the text is laid out with.
    pub(in crate::app) fn ground(&self, columns: usize) -> Ground<'_> {
        let source = self.panes.detail.loaded.as_ref().and_then(|loaded| self.model.source(loaded.case.row.id.source));
        Ground {
            columns,
            now: self.cx.now,
            clock: &self.cx.clock,
            vendor: source.map_or(Vendor::Datadog, |source| source.info.vendor),
            me: source.and_then(crate::app::Source::me),
            timeline: self.panes.detail.rid.map_or(&[], |rid| self.model.cached.timeline(rid)),
        }
    }

    /// The tab whose list is read in pages, and the next page of it.
    pub(in crate::app) fn next_page(&self) -> Option<(Paged, u32)> {
        let (what, next, is_stuck) = match self.panes.detail.tab {
            Tab::Activity => (Paged::Activities, self.panes.detail.activities.next, self.panes.detail.activities.is_stuck),
            Tab::Records if self.panes.detail.open_record.is_none() => {
                (Paged::Records, self.panes.detail.records.next, self.panes.detail.records.is_stuck)
            }
            _ => return None,
        };
        next.filter(|_| !is_stuck).map(|page| (what, page))
    }

    pub(in crate::app) fn ask_for_more(&mut self) {
        let (Some(rid), Some((what, page))) = (self.panes.detail.rid, self.next_page()) else { return };
        let height = usize::from(self.detail_parts().body.height);
        let is_near = self.panes.detail.top() + 2 * height >= self.panes.detail.body.lines.len();
        if is_near && !self.cx.pending.any(|ask| matches!(ask, Ask::More { rid: asked, what: same, .. } if *asked == rid && *same == what))
        {
            self.cx.send(Ask::More { rid, what, page }, Order::More { rid, what, page });
        }
    }

    pub(in crate::app) fn close_record(&mut self) {
        self.panes.detail.open_record = None;
        self.panes.detail.revision += 1;
        self.panes.detail.set_top(self.panes.detail.table_top);
    }

    /// Shows another case: called whenever the list's cursor rests on a different one.
    pub(in crate::app) fn show_case(&mut self, rid: Option<Rid>) {
        if self.panes.detail.rid == rid {
            return;
        }
        let old = std::mem::take(&mut self.panes.detail);
        self.panes.detail = Detail { rid, oldest_first: old.oldest_first, ..Detail::default() };
        if let Some(loaded) = rid.and_then(|rid| self.model.cached.get(rid)).cloned() {
            self.take_inside(&loaded.case);
            self.panes.detail.loaded = Some(loaded);
        }
    }

    /// Pages that come inside the case stand before the first that is asked for.
    pub(in crate::app) fn take_inside(&mut self, case: &Case) {
        if let Some(slice) = case.activities.clone() {
            self.panes.detail.activities.absorb(0, slice);
        }
        if let Some(slice) = case.records.clone() {
            self.panes.detail.records.absorb(0, slice);
        }
    }
}
