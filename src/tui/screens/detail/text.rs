//! The text of the tab in sight, its marks, and its missing pages.

use crate::domain::case::{Case, Rid, Vendor};
use crate::protocol::{Order, Paged};
use crate::tui::cx::Cx;
use crate::tui::cx::pending::Ask;
use crate::tui::model::Model;
use crate::tui::panes::{Pane, Panes};
use crate::tui::screens::detail::Detail;
use crate::tui::screens::detail::body::Key;
use crate::tui::screens::detail::overview::Ground;
use crate::tui::screens::detail::scroll::{clamp, detail_parts, keep_chosen};
use crate::tui::screens::detail::tab::Tab;

/// Seconds in a minute: what is shown of the time.
const MINUTE_S: i64 = 60;

/// Lays out the text of the tab in sight, unless it stands already.
pub(in crate::tui) fn lay_detail(model: &Model, panes: &mut Panes, cx: &Cx) {
    // Back in the list, its cursor decides again; links were followed without moving it.
    if panes.focus == Pane::List && !panes.detail.back.is_empty() {
        panes.detail.back.clear();
        show_case(model.list.cursor(), model, panes);
    }
    let body = detail_parts(model, panes, cx).body;
    if body.height == 0 || body.width == 0 {
        return;
    }
    let key = Key {
        rid: panes.detail.rid,
        tab: panes.detail.tab,
        columns: usize::from(body.width),
        revision: panes.detail.revision,
        minute: if panes.detail.tab == Tab::Raw { 0 } else { cx.now.as_second().div_euclid(MINUTE_S) },
        style: cx.clock.style,
    };
    if !panes.detail.body.is_for(&key) {
        let mut text = std::mem::take(&mut panes.detail.body);
        text.lay(key, &panes.detail, ground(usize::from(body.width), model, panes, cx));
        panes.detail.body = text;
    }
    let needle = std::mem::take(&mut panes.detail.needle);
    panes.detail.body.mark(&needle);
    panes.detail.needle = needle;
    keep_chosen(panes);
    clamp(model, panes, cx);
}

/// What the text is laid out with.
pub(in crate::tui) fn ground<'a>(columns: usize, model: &'a Model, panes: &'a Panes, cx: &'a Cx) -> Ground<'a> {
    let source = panes.detail.loaded.as_ref().and_then(|loaded| model.source(loaded.case.row.id.source));
    Ground {
        columns,
        now: cx.now,
        clock: &cx.clock,
        vendor: source.map_or(Vendor::Datadog, |source| source.info.vendor),
        me: source.and_then(crate::tui::model::sources::Source::me),
        timeline: panes.detail.rid.map_or(&[], |rid| model.cached.timeline(rid)),
    }
}

/// The tab whose list is read in pages, and the next page of it.
pub(in crate::tui) fn next_page(panes: &Panes) -> Option<(Paged, u32)> {
    let (what, next, is_stuck) = match panes.detail.tab {
        Tab::Activity => (Paged::Activities, panes.detail.activities.next, panes.detail.activities.is_stuck),
        Tab::Records if panes.detail.open_record.is_none() => (Paged::Records, panes.detail.records.next, panes.detail.records.is_stuck),
        _ => return None,
    };
    next.filter(|_| !is_stuck).map(|page| (what, page))
}

/// Asks for the next page of the tab in sight when its end is near.
pub(in crate::tui) fn ask_for_more(model: &Model, panes: &Panes, cx: &mut Cx) {
    let (Some(rid), Some((what, page))) = (panes.detail.rid, next_page(panes)) else { return };
    let height = usize::from(detail_parts(model, panes, cx).body.height);
    if height == 0 {
        return;
    }
    let is_near = panes.detail.top() + 2 * height >= panes.detail.body.lines.len();
    if is_near && !cx.pending.any(|ask| matches!(ask, Ask::More { rid: asked, what: same, .. } if *asked == rid && *same == what)) {
        cx.send(Ask::More { rid, what, page }, Order::More { rid, what, page });
    }
}

pub(in crate::tui) fn close_record(panes: &mut Panes) {
    panes.detail.open_record = None;
    panes.detail.revision += 1;
    panes.detail.set_top(panes.detail.table_top);
}

/// Shows another case: called whenever the list's cursor rests on a different one.
pub(in crate::tui) fn show_case(rid: Option<Rid>, model: &Model, panes: &mut Panes) {
    if panes.detail.rid == rid {
        return;
    }
    let old = std::mem::take(&mut panes.detail);
    panes.detail = Detail { rid, oldest_first: old.oldest_first, ..Detail::default() };
    if let Some(loaded) = rid.and_then(|rid| model.cached.get(rid)).cloned() {
        take_inside(&loaded.case, panes);
        panes.detail.loaded = Some(loaded);
    }
}

/// Pages that come inside the case stand before the first that is asked for.
pub(in crate::tui) fn take_inside(case: &Case, panes: &mut Panes) {
    if let Some(slice) = case.activities.clone() {
        panes.detail.activities.absorb(0, slice);
    }
    if let Some(slice) = case.records.clone() {
        panes.detail.records.absorb(0, slice);
    }
}
