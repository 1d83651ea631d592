//! The case beside the list: which one, which tab, how far scrolled, what has been loaded of it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::App;
use crate::app::action::Action;
use crate::app::message::Chord;
use crate::app::shelf::Loaded;
use crate::domain::activity::Activity;
use crate::domain::case::{Case, Rid};
use crate::domain::fault::Fault;
use crate::domain::record::{RecordTable, Slice};
use crate::protocol::From;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Overview,
    Activity,
    Records,
    Fields,
    Files,
    Raw,
}

impl Tab {
    pub const ALL: [Self; 6] = [Self::Overview, Self::Activity, Self::Records, Self::Fields, Self::Files, Self::Raw];

    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Activity => "Activity",
            Self::Records => "Records",
            Self::Fields => "Fields",
            Self::Files => "Files",
            Self::Raw => "Raw",
        }
    }
}

/// The case that is shown; follows the list's cursor.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    pub rid: Option<Rid>,
    pub tab: Tab,
    /// First line in sight, per tab.
    pub scroll: [usize; Tab::ALL.len()],
    pub loaded: Option<Loaded>,
    /// Why it could not be read just now.
    pub fault: Option<Fault>,
}

impl Detail {
    /// First line of the description in the short preview below the list.
    pub fn preview_line(&self) -> usize {
        self.scroll[Tab::Overview as usize]
    }
}

impl App {
    /// Shows another case: called whenever the list's cursor rests on a different one.
    pub(super) fn show_case(&mut self, rid: Option<Rid>) {
        if self.detail.rid != rid {
            let loaded = rid.and_then(|rid| self.shelf.get(rid)).cloned();
            self.detail = Detail { rid, tab: self.detail.tab, loaded, ..Detail::default() };
        }
    }

    /// A case whole, from disk or from the vendor.
    pub(super) fn take_case(&mut self, rid: Rid, case: Arc<Case>, read_at: Timestamp, from: From) {
        let loaded = Loaded { case, read_at, from };
        self.shelf.put(rid, loaded.clone());
        if self.detail.rid == Some(rid) {
            self.detail.loaded = Some(loaded);
            self.detail.fault = None;
        }
    }

    /// The vendor did not give the case; what is on disk stays in sight.
    pub(super) fn case_failed(&mut self, rid: Rid, fault: Fault) {
        self.dirty = true;
        if self.detail.rid == Some(rid) {
            self.detail.fault = Some(fault);
        }
    }

    pub(super) fn take_activities(&mut self, _rid: Rid, _page: u32, _slice: Slice<Activity>, _read_at: Timestamp) {}

    pub(super) fn take_records(&mut self, _rid: Rid, _page: u32, _slice: Slice<RecordTable>, _read_at: Timestamp) {}

    /// An action of the table while the detail has the focus, or one that drives it from the list (`J`, `K`, tabs).
    pub(super) fn act_in_detail(&mut self, action: Action, count: usize) {
        let tab = self.detail.tab as usize;
        match action {
            Action::Down | Action::OtherDown => self.detail.scroll[tab] += count,
            Action::Up | Action::OtherUp => self.detail.scroll[tab] = self.detail.scroll[tab].saturating_sub(count),
            Action::NextTab => self.detail.tab = Tab::ALL[(tab + 1) % Tab::ALL.len()],
            Action::PreviousTab => self.detail.tab = Tab::ALL[(tab + Tab::ALL.len() - 1) % Tab::ALL.len()],
            _ => {}
        }
    }

    /// Why an action of the detail cannot act now; None: it can.
    pub(super) fn detail_unavailable(&self, _action: Action) -> Option<String> {
        self.detail.rid.is_none().then(|| "no case is open".to_owned())
    }

    /// An action while the find bar is open.
    pub(super) fn act_in_find(&mut self, _action: Action) {}

    /// Closes what find marks; false: nothing was marked.
    pub(super) fn close_find(&mut self) -> bool {
        false
    }

    /// A key typed into the detail's find bar.
    pub(super) fn type_in_find(&mut self, _chord: Chord) {}
}
