//! What is done in the case beside the list, and what comes in for it.

use crate::app::detail::{records, timeline};
use crate::app::model::Model;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::action::Action;
use crate::app::case_cache::Loaded;
use crate::app::detail::Place;
use crate::app::detail::lines::Target;
use crate::app::detail::tab::Tab;
use crate::app::effect::Effect;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::picker::{Does, Picker};
use crate::app::{App, Pane};
use crate::domain::activity::Activity;
use crate::domain::case::{Case, Rid, Row, Vendor};
use crate::domain::fault::Fault;
use crate::domain::record::{RecordTable, Slice};
use crate::index::Deep;
use crate::protocol::{From, Paged};

/// Cases on the way back from links; nobody remembers more.
const MAX_BACK: usize = 32;

impl App {
    /// A case whole, from disk or from the vendor.
    pub(in crate::app) fn take_case(&mut self, rid: Rid, case: Arc<Case>, read_at: Timestamp, from: From) {
        // Two orders may read one case: the disk then tells of it behind the vendor, and knows nothing newer.
        let is_known = |known: &Loaded| from == From::Disk && known.from == From::Network && known.read_at >= read_at;
        if self.model.cached.get(rid).is_some_and(is_known) {
            return;
        }
        if let Some(source) = self.model.source(case.row.id.source) {
            let deep = Deep::of_case(&case, source.info.vendor, from == From::Network);
            self.model.list.learn(rid, deep);
        }
        if !self.is_looked_at(rid) {
            return;
        }
        if let Some(slice) = &case.activities {
            self.model.cached.put_timeline(rid, &slice.items);
        }
        let mut loaded = Loaded::new(case, read_at, from);
        // Disk may have been asked before a newer row came.
        if from == From::Disk
            && let Some(known) = self.model.cached.get(rid).map(|known| Arc::clone(&known.case))
            && known.row.updated_at > loaded.case.row.updated_at
            && let Some(vendor) = self.model.source(known.row.id.source).map(|source| source.info.vendor)
        {
            loaded.meet(&known.row, vendor);
        }
        self.model.cached.put(rid, loaded.clone());
        if self.panes.detail.rid == Some(rid) {
            self.take_inside(&loaded.case);
            self.panes.detail.loaded = Some(loaded);
            self.panes.detail.fault = None;
            self.panes.detail.revision += 1;
        }
    }

    /// Rows as they are now, once the list has them: the cases that were read before go along, and so does what is open of them.
    pub(in crate::app) fn relist(&mut self, rows: &[(Rid, Row)]) {
        for (rid, row) in rows {
            let Some(vendor) = self.model.source(row.id.source).map(|source| source.info.vendor) else { continue };
            let Some(loaded) = self.model.cached.get_mut(*rid) else { continue };
            if !loaded.meet(row, vendor) {
                continue;
            }
            if self.panes.detail.rid == Some(*rid) {
                self.panes.detail.loaded = Some(loaded.clone());
                self.panes.detail.revision += 1;
            }
            self.note_case_in_boxes(*rid);
            self.replan(*rid);
        }
    }

    /// Not only read for the filter: hundreds of those would push what was looked at off the cache.
    pub(in crate::app) fn is_looked_at(&self, rid: Rid) -> bool {
        !self.model.ahead.is_examined(rid) || self.panes.detail.rid == Some(rid) || self.model.cached.get(rid).is_some()
    }

    /// The vendor did not give the case; what is on disk stays in sight.
    pub(in crate::app) fn case_failed(&mut self, rid: Rid, fault: Fault) {
        self.cx.dirty = true;
        if self.panes.detail.rid == Some(rid) {
            self.panes.detail.fault = Some(fault);
        }
    }

    pub(in crate::app) fn take_activities(&mut self, rid: Rid, page: u32, slice: Slice<Activity>, _read_at: Timestamp) {
        let source = self.model.list.row(rid).and_then(|row| self.model.source(row.source));
        if let Some(vendor) = source.map(|source| source.info.vendor) {
            self.model.list.learn(rid, Deep::of_activities(&slice, vendor, self.model.page_behind_first(rid, page)));
        }
        if self.is_looked_at(rid) {
            self.model.cached.put_timeline(rid, &slice.items);
        }
        if self.panes.detail.rid == Some(rid) {
            self.panes.detail.activities.absorb(page, slice);
            self.panes.detail.revision += 1;
        }
    }

    pub(in crate::app) fn take_records(&mut self, rid: Rid, page: u32, slice: Slice<RecordTable>, _read_at: Timestamp) {
        self.model.list.learn(rid, Deep::of_records(&slice, self.model.page_behind_first(rid, page)));
        if self.panes.detail.rid == Some(rid) {
            self.panes.detail.records.absorb(page, slice);
            self.panes.detail.revision += 1;
        }
    }

    /// A further page could not be read: it is asked for again when the case is.
    pub(in crate::app) fn more_failed(&mut self, rid: Rid, what: Paged) {
        if self.panes.detail.rid == Some(rid) {
            match what {
                Paged::Activities => self.panes.detail.activities.is_stuck = true,
                Paged::Records => self.panes.detail.records.is_stuck = true,
            }
        }
    }

    /// An action of the table while the detail has the focus, or one that drives it from the list (`J`, `K`, tabs).
    pub(in crate::app) fn act_in_detail(&mut self, action: Action, count: usize) {
        match action {
            Action::NextTab => self.turn_tab(1),
            Action::PreviousTab => self.turn_tab(Tab::ALL.len() - 1),
            Action::Follow => self.follow(),
            Action::Return => self.go_back(),
            Action::Sort => self.open_record_sort(),
            Action::Find => self.open_find(),
            Action::FindNext => self.find_next(true, count),
            Action::FindPrevious => self.find_next(false, count),
            Action::EntryKinds => self.next_kind(),
            Action::EntryOrder => {
                self.panes.detail.oldest_first = !self.panes.detail.oldest_first;
                self.panes.detail.revision += 1;
                self.panes.detail.set_top(0);
            }
            _ => self.scroll_detail(action, count),
        }
    }

    pub(in crate::app) fn turn_tab(&mut self, step: usize) {
        self.panes.detail.open_record = None;
        self.panes.detail.tab = Tab::ALL[(self.panes.detail.tab as usize + step) % Tab::ALL.len()];
    }

    /// The next kind of entry, or of record, that there is.
    pub(in crate::app) fn next_kind(&mut self) {
        if self.panes.detail.tab == Tab::Records {
            let count = self.panes.detail.records.items.len();
            self.panes.detail.record_type = match self.panes.detail.record_type {
                None => (count > 0).then_some(0),
                Some(shown) => (shown + 1 < count).then_some(shown + 1),
            };
            self.panes.detail.chosen = None;
        } else {
            self.panes.detail.topic = timeline::next_topic(&self.panes.detail.activities, self.panes.detail.topic);
        }
        self.panes.detail.revision += 1;
        self.panes.detail.set_top(0);
    }

    /// Enter: a record by itself and back, the linked case, or a choice among what the text leads to.
    pub(in crate::app) fn follow(&mut self) {
        if self.panes.detail.tab == Tab::Records {
            let closes = self.panes.detail.open_record.is_some();
            if closes {
                self.close_record();
            } else if let Some(chosen) = self.panes.detail.chosen {
                self.panes.detail.table_top = self.panes.detail.top();
                self.panes.detail.open_record = Some(chosen);
                self.panes.detail.revision += 1;
                self.panes.detail.set_top(0);
            }
            return;
        }
        let targets: Vec<Target> = self.panes.detail.body.targets().cloned().collect();
        match targets.as_slice() {
            [] => {}
            [only] => self.go_to_target(only.clone()),
            many => {
                let choices = many.iter().map(|target| (target_words(target).to_owned(), Does::GoTo(target.clone())));
                self.push(Overlay::Picker(Picker::new("Go to", choices)));
            }
        }
    }

    pub(in crate::app) fn go_to_target(&mut self, target: Target) {
        match target {
            Target::Case(id, words) => match self.model.list.find(&id) {
                Some(rid) => {
                    self.remember_place();
                    let back = std::mem::take(&mut self.panes.detail.back);
                    self.panes.focus = Pane::Detail;
                    self.show_case(Some(rid));
                    self.panes.detail.tab = Tab::Overview;
                    self.panes.detail.back = back;
                }
                None => self.cx.say(Grade::Info, format!("{words} is not among the cases read so far")),
            },
            Target::Page(url, _) => self.cx.effects.push(Effect::Browse(url.into())),
            Target::Record(..) => {}
        }
    }

    pub(in crate::app) fn remember_place(&mut self) {
        let Some(rid) = self.panes.detail.rid else { return };
        if self.panes.detail.back.len() == MAX_BACK {
            self.panes.detail.back.remove(0);
        }
        let place = Place { rid, tab: self.panes.detail.tab, top: self.panes.detail.top() };
        self.panes.detail.back.push(place);
    }

    pub(in crate::app) fn go_back(&mut self) {
        let mut back = std::mem::take(&mut self.panes.detail.back);
        if let Some(place) = back.pop() {
            self.show_case(Some(place.rid));
            self.panes.detail.tab = place.tab;
            self.panes.detail.set_top(place.top);
        }
        self.panes.detail.back = back;
    }

    pub(in crate::app) fn open_record_sort(&mut self) {
        let columns = self.record_columns();
        let chosen =
            self.panes.detail.record_sort.as_ref().and_then(|sort| columns.iter().position(|column| *column == sort.column)).unwrap_or(0);
        let choices = columns.into_iter().map(|column| (column.clone(), Does::SortRecords(column)));
        self.push(Overlay::Picker(Picker::new("Sort records by", choices).at(chosen)));
    }

    /// Columns of the table under the cursor.
    pub(in crate::app) fn record_columns(&self) -> Vec<String> {
        let table = self.panes.detail.chosen.map_or(0, |(table, _)| table);
        let columns = self.panes.detail.records.items.get(table).map(|table| table.columns.as_slice()).unwrap_or_default();
        columns.iter().map(|column| column.as_str().to_owned()).collect()
    }

    /// A choice of the sort menu; the same column again turns the order round.
    pub(in crate::app) fn sort_records(&mut self, column: String, descending: bool) {
        let again = self.panes.detail.record_sort.as_ref().is_some_and(|sort| sort.column == column && sort.descending == descending);
        self.panes.detail.record_sort = Some(records::Sort { column: column.into(), descending: descending != again });
        self.panes.detail.revision += 1;
    }

    /// Why an action of the detail cannot act now; None: it can.
    pub(in crate::app) fn detail_unavailable(&self, action: Action) -> Option<String> {
        let detail = &self.panes.detail;
        match action {
            // Everything else holds without a case: a pane that is empty must be left like any other.
            _ if detail.rid.is_none() => is_about_case(action).then(|| "no case is open".into()),
            Action::Follow if detail.tab == Tab::Records => detail.chosen.is_none().then(|| "there is no record".into()),
            Action::Follow => detail.body.targets().next().is_none().then(|| "nothing here leads anywhere; ] shows the next tab".into()),
            Action::Return => detail.back.is_empty().then(|| "no link was followed".into()),
            Action::Sort if detail.tab != Tab::Records || detail.open_record.is_some() => {
                Some("only the tables of the Records tab are sorted".into())
            }
            Action::Sort => self.record_columns().is_empty().then(|| "there is no record to sort".into()),
            Action::EntryKinds if !matches!(detail.tab, Tab::Activity | Tab::Records) => {
                Some("kinds are chosen in the Activity and Records tabs".into())
            }
            Action::EntryOrder if detail.tab != Tab::Activity => Some("the order is turned round in the Activity tab".into()),
            Action::FindNext | Action::FindPrevious if detail.needle.is_empty() => Some("nothing is looked for; / looks".into()),
            _ => None,
        }
    }
}

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
    pub(in crate::app) fn page_behind_first(&self, rid: Rid, page: u32) -> Option<u32> {
        let source = self.list.row(rid).and_then(|row| self.source(row.source));
        let first = u32::from(source.is_none_or(|source| source.info.vendor != Vendor::Datadog));
        (page > first).then_some(page)
    }
}
