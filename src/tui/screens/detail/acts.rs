//! What is done in the case beside the list, and what comes in for it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::activity::Activity;
use crate::domain::case::{Case, Rid, Row};
use crate::domain::fault::Fault;
use crate::domain::record::{RecordTable, Slice};
use crate::index::Deep;
use crate::protocol::{From, Paged};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::case_cache::Loaded;
use crate::tui::model::own::acts::note_case_in_boxes;
use crate::tui::panes::{Pane, Panes};
use crate::tui::screens::Overlay;
use crate::tui::screens::detail::find::acts::{find_next, open_find};
use crate::tui::screens::detail::lines::Target;
use crate::tui::screens::detail::scroll::scroll_detail;
use crate::tui::screens::detail::tab::Tab;
use crate::tui::screens::detail::text::{close_record, show_case, take_inside};
use crate::tui::screens::detail::{Place, records, timeline};
use crate::tui::screens::picker::{Does, Picker};
use crate::tui::screens::review::acts::replan;

/// Cases on the way back from links; nobody remembers more.
const MAX_BACK: usize = 32;

/// What of this pane's keys acts on what a case shows; changes say by themselves that there is none.
fn is_about_case(action: Action) -> bool {
    matches!(
        action,
        Action::Down
            | Action::Up
            | Action::HalfDown
            | Action::HalfUp
            | Action::PageDown
            | Action::PageUp
            | Action::First
            | Action::Last
            | Action::Follow
            | Action::NextTab
            | Action::PreviousTab
            | Action::Return
            | Action::Sort
            | Action::Find
            | Action::FindNext
            | Action::FindPrevious
            | Action::EntryKinds
            | Action::EntryOrder
    )
}

fn target_words(target: &Target) -> &str {
    match target {
        Target::Case(_, words) | Target::Page(_, words) => words,
        Target::Record(..) => "",
    }
}

impl Model {
    /// None: it is the first page, as the vendor counts.
    pub(in crate::tui) fn page_behind_first(&self, rid: Rid, page: u32) -> Option<u32> {
        let source = self.list.row(rid).and_then(|row| self.source(row.source));
        let first = source.map_or(1, |source| source.info.vendor.capabilities().first_page);
        (page > first).then_some(page)
    }
}

/// A case whole, from disk or from the vendor.
pub(in crate::tui) fn take_case(rid: Rid, case: Arc<Case>, read_at: Timestamp, from: From, model: &mut Model, panes: &mut Panes) {
    // Two orders may read one case: the disk then tells of it behind the vendor, and knows nothing newer.
    let is_known = |known: &Loaded| from == From::Disk && known.from == From::Network && known.read_at >= read_at;
    if model.cached.get(rid).is_some_and(is_known) {
        return;
    }
    if let Some(source) = model.source(case.row.id.source) {
        let deep = Deep::of_case(&case, source.info.vendor, from == From::Network);
        model.list.learn(rid, deep);
    }
    if !is_looked_at(rid, model, panes) {
        return;
    }
    if let Some(slice) = &case.activities {
        model.cached.put_timeline(rid, &slice.items);
    }
    let mut loaded = Loaded::new(case, read_at, from);
    // Disk may have been asked before a newer row came.
    if from == From::Disk
        && let Some(known) = model.cached.get(rid).map(|known| Arc::clone(&known.case))
        && known.row.updated_at > loaded.case.row.updated_at
        && let Some(vendor) = model.source(known.row.id.source).map(|source| source.info.vendor)
    {
        loaded.meet(&known.row, vendor);
    }
    model.cached.put(rid, loaded.clone());
    if panes.detail.rid == Some(rid) {
        take_inside(&loaded.case, panes);
        panes.detail.loaded = Some(loaded);
        panes.detail.fault = None;
        panes.detail.revision += 1;
    }
}

/// Rows as they are now, once the list has them: the cases that were read before go along, and so does what is open of them.
pub(in crate::tui) fn relist(rows: &[(Rid, Row)], model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    for (rid, row) in rows {
        let Some(vendor) = model.source(row.id.source).map(|source| source.info.vendor) else { continue };
        let Some(loaded) = model.cached.get_mut(*rid) else { continue };
        if !loaded.meet(row, vendor) {
            continue;
        }
        if panes.detail.rid == Some(*rid) {
            panes.detail.loaded = Some(loaded.clone());
            panes.detail.revision += 1;
        }
        note_case_in_boxes(*rid, model, cx);
        replan(*rid, model, cx);
    }
}

/// Not only read for the filter: hundreds of those would push what was looked at off the cache.
pub(in crate::tui) fn is_looked_at(rid: Rid, model: &Model, panes: &Panes) -> bool {
    !model.ahead.is_examined(rid) || panes.detail.rid == Some(rid) || model.cached.get(rid).is_some()
}

/// The vendor did not give the case; what is on disk stays in sight.
pub(in crate::tui) fn case_failed(rid: Rid, fault: Fault, panes: &mut Panes, cx: &mut Cx) {
    cx.dirty = true;
    if panes.detail.rid == Some(rid) {
        panes.detail.fault = Some(fault);
    }
}

pub(in crate::tui) fn take_activities(
    rid: Rid,
    page: u32,
    slice: Slice<Activity>,
    _read_at: Timestamp,
    model: &mut Model,
    panes: &mut Panes,
) {
    let source = model.list.row(rid).and_then(|row| model.source(row.source));
    if let Some(vendor) = source.map(|source| source.info.vendor) {
        model.list.learn(rid, Deep::of_activities(&slice, vendor, model.page_behind_first(rid, page)));
    }
    if is_looked_at(rid, model, panes) {
        model.cached.put_timeline(rid, &slice.items);
    }
    if panes.detail.rid == Some(rid) {
        panes.detail.activities.absorb(page, slice);
        panes.detail.revision += 1;
    }
}

pub(in crate::tui) fn take_records(
    rid: Rid,
    page: u32,
    slice: Slice<RecordTable>,
    _read_at: Timestamp,
    model: &mut Model,
    panes: &mut Panes,
) {
    model.list.learn(rid, Deep::of_records(&slice, model.page_behind_first(rid, page)));
    if panes.detail.rid == Some(rid) {
        panes.detail.records.absorb(page, slice);
        panes.detail.revision += 1;
    }
}

/// A further page could not be read: it is asked for again when the case is.
pub(in crate::tui) fn more_failed(rid: Rid, what: Paged, panes: &mut Panes) {
    if panes.detail.rid == Some(rid) {
        match what {
            Paged::Activities => panes.detail.activities.is_stuck = true,
            Paged::Records => panes.detail.records.is_stuck = true,
        }
    }
}

/// An action of the table while the detail has the focus, or one that drives it from the list (`J`, `K`, tabs).
pub(in crate::tui) fn act_in_detail(action: Action, count: usize, model: &Model, panes: &mut Panes, cx: &mut Cx) {
    match action {
        Action::NextTab => turn_tab(1, panes),
        Action::PreviousTab => turn_tab(Tab::ALL.len() - 1, panes),
        Action::Follow => follow(model, panes, cx),
        Action::Return => go_back(model, panes),
        Action::Sort => open_record_sort(panes, cx),
        Action::Find => open_find(panes, cx),
        Action::FindNext => find_next(true, count, model, panes, cx),
        Action::FindPrevious => find_next(false, count, model, panes, cx),
        Action::EntryKinds => next_kind(panes),
        Action::EntryOrder => {
            panes.detail.oldest_first = !panes.detail.oldest_first;
            panes.detail.revision += 1;
            panes.detail.set_top(0);
        }
        _ => scroll_detail(action, count, model, panes, cx),
    }
}

pub(in crate::tui) fn turn_tab(step: usize, panes: &mut Panes) {
    panes.detail.open_record = None;
    panes.detail.tab = Tab::ALL[(panes.detail.tab as usize + step) % Tab::ALL.len()];
}

/// The next kind of entry, or of record, that there is.
pub(in crate::tui) fn next_kind(panes: &mut Panes) {
    if panes.detail.tab == Tab::Records {
        let count = panes.detail.records.items.len();
        panes.detail.record_type = match panes.detail.record_type {
            None => (count > 0).then_some(0),
            Some(shown) => (shown + 1 < count).then_some(shown + 1),
        };
        panes.detail.chosen = None;
    } else {
        panes.detail.topic = timeline::next_topic(&panes.detail.activities, panes.detail.topic);
    }
    panes.detail.revision += 1;
    panes.detail.set_top(0);
}

/// Enter: a record by itself and back, the linked case, or a choice among what the text leads to.
pub(in crate::tui) fn follow(model: &Model, panes: &mut Panes, cx: &mut Cx) {
    if panes.detail.tab == Tab::Records {
        let closes = panes.detail.open_record.is_some();
        if closes {
            close_record(panes);
        } else if let Some(chosen) = panes.detail.chosen {
            panes.detail.table_top = panes.detail.top();
            panes.detail.open_record = Some(chosen);
            panes.detail.revision += 1;
            panes.detail.set_top(0);
        }
        return;
    }
    let targets: Vec<Target> = panes.detail.body.targets().cloned().collect();
    match targets.as_slice() {
        [] => {}
        [only] => go_to_target(only.clone(), model, panes, cx),
        many => {
            let choices = many.iter().map(|target| (target_words(target).to_owned(), Does::GoTo(target.clone())));
            cx.push(Overlay::Picker(Box::new(Picker::new("Go to", choices))));
        }
    }
}

pub(in crate::tui) fn go_to_target(target: Target, model: &Model, panes: &mut Panes, cx: &mut Cx) {
    match target {
        Target::Case(id, words) => match model.list.find(&id) {
            Some(rid) => {
                remember_place(panes);
                let back = std::mem::take(&mut panes.detail.back);
                panes.focus = Pane::Detail;
                show_case(Some(rid), model, panes);
                panes.detail.tab = Tab::Overview;
                panes.detail.back = back;
            }
            None => cx.say(Grade::Info, format!("{words} is not among the cases read so far")),
        },
        Target::Page(url, _) => cx.effects.push(Effect::Browse(url.into())),
        Target::Record(..) => {}
    }
}

pub(in crate::tui) fn remember_place(panes: &mut Panes) {
    let Some(rid) = panes.detail.rid else { return };
    if panes.detail.back.len() == MAX_BACK {
        panes.detail.back.remove(0);
    }
    let place = Place { rid, tab: panes.detail.tab, top: panes.detail.top() };
    panes.detail.back.push(place);
}

pub(in crate::tui) fn go_back(model: &Model, panes: &mut Panes) {
    let mut back = std::mem::take(&mut panes.detail.back);
    if let Some(place) = back.pop() {
        show_case(Some(place.rid), model, panes);
        panes.detail.tab = place.tab;
        panes.detail.set_top(place.top);
    }
    panes.detail.back = back;
}

pub(in crate::tui) fn open_record_sort(panes: &Panes, cx: &mut Cx) {
    let columns = record_columns(panes);
    let chosen = panes.detail.record_sort.as_ref().and_then(|sort| columns.iter().position(|column| *column == sort.column)).unwrap_or(0);
    let choices = columns.into_iter().map(|column| (column.clone(), Does::SortRecords(column)));
    cx.push(Overlay::Picker(Box::new(Picker::new("Sort records by", choices).at(chosen))));
}

/// Columns of the table under the cursor.
pub(in crate::tui) fn record_columns(panes: &Panes) -> Vec<String> {
    let table = panes.detail.chosen.map_or(0, |(table, _)| table);
    let columns = panes.detail.records.items.get(table).map(|table| table.columns.as_slice()).unwrap_or_default();
    columns.iter().map(|column| column.as_str().to_owned()).collect()
}

/// A choice of the sort menu; the same column again turns the order round.
pub(in crate::tui) fn sort_records(column: String, descending: bool, panes: &mut Panes) {
    let again = panes.detail.record_sort.as_ref().is_some_and(|sort| sort.column == column && sort.descending == descending);
    panes.detail.record_sort = Some(records::Sort { column: column.into(), descending: descending != again });
    panes.detail.revision += 1;
}

/// Why an action of the detail cannot act now; None: it can.
pub(in crate::tui) fn detail_unavailable(action: Action, panes: &Panes) -> Option<String> {
    let detail = &panes.detail;
    match action {
        // Everything else holds without a case: a pane that is empty must be left like any other.
        _ if detail.rid.is_none() => is_about_case(action).then(|| "no case is open".into()),
        Action::Follow if detail.tab == Tab::Records => detail.chosen.is_none().then(|| "there is no record".into()),
        Action::Follow => detail.body.targets().next().is_none().then(|| "nothing here leads anywhere; ] shows the next tab".into()),
        Action::Return => detail.back.is_empty().then(|| "no link was followed".into()),
        Action::Sort if detail.tab != Tab::Records || detail.open_record.is_some() => {
            Some("only the tables of the Records tab are sorted".into())
        }
        Action::Sort => record_columns(panes).is_empty().then(|| "there is no record to sort".into()),
        Action::EntryKinds if !matches!(detail.tab, Tab::Activity | Tab::Records) => {
            Some("kinds are chosen in the Activity and Records tabs".into())
        }
        Action::EntryOrder if detail.tab != Tab::Activity => Some("the order is turned round in the Activity tab".into()),
        Action::FindNext | Action::FindPrevious if detail.needle.is_empty() => Some("nothing is looked for; / looks".into()),
        _ => None,
    }
}
