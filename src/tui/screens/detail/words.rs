//! What the tabs and the footer of the case say about how much of it is there and how old it is.

use compact_str::{CompactString, format_compact};

use crate::domain::clock;
use crate::domain::fault::FaultKind;
use crate::protocol::{From, Paged};
use crate::tui::cx::Cx;
use crate::tui::cx::pending::Ask;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::panes::Panes;
use crate::tui::screens::detail::tab::Tab;
use crate::tui::screens::detail::{Detail, timeline};

impl Detail {
    /// How many things a tab holds; `+` when more are to be read. None: it is no list, or nothing has come.
    pub fn count(&self, tab: Tab) -> Option<CompactString> {
        let case = &self.loaded.as_ref()?.case;
        let paged = |loaded: usize, total: Option<u64>, next: Option<u32>| match (total, next) {
            (Some(total), Some(_)) => format_compact!("{}", total.max(loaded as u64)),
            (None, Some(_)) => format_compact!("{loaded}+"),
            (_, None) => format_compact!("{loaded}"),
        };
        match tab {
            Tab::Overview | Tab::Raw => None,
            Tab::Activity => Some(paged(self.activities.items.len(), self.activities.total, self.activities.next)),
            Tab::Records => Some(paged(self.records.rows(), self.records.total, self.records.next)),
            Tab::Fields => Some(format_compact!("{}", case.fields.len())),
            Tab::Files => Some(format_compact!("{}", case.attachments.len())),
        }
        .filter(|count| count != "0")
    }

    /// `14 of 64 loaded`.
    fn loaded_words(loaded: usize, total: Option<u64>, next: Option<u32>, malformed: u32) -> String {
        let words = match (total, next) {
            (Some(total), Some(_)) => format!("{loaded} of {} loaded", total.max(loaded as u64)),
            (None, Some(_)) => format!("{loaded} loaded, more to come"),
            (Some(total), None) if total > loaded as u64 + u64::from(malformed) => {
                format!("{loaded} of {total} loaded, the vendor gives no more")
            }
            (_, None) => format!("all {loaded} loaded"),
        };
        if malformed > 0 { format!("{words}, {malformed} unreadable") } else { words }
    }
}

/// The footer's left: where in the tab, how much of it is loaded, in what order.
pub fn detail_place(height: usize, panes: &Panes, cx: &Cx) -> String {
    let detail = &panes.detail;
    if detail.loaded.is_none() {
        return String::new();
    }
    let read = &detail.activities;
    match detail.tab {
        Tab::Activity => {
            let order = match (detail.oldest_first, read.next) {
                (false, _) => "newest first",
                (true, None) => "oldest first",
                // Pages are read from the newest back.
                (true, Some(_)) => "oldest of these first",
            };
            let loaded = Detail::loaded_words(read.items.len(), read.total, read.next, read.malformed);
            match detail.topic {
                None => format!("{loaded}, {order}"),
                Some(_) => format!("{loaded}, only {}, {order}", timeline::topic_name(detail.topic)),
            }
        }
        Tab::Records if detail.open_record.is_some() => {
            let [follow, back] = [Action::Follow, Action::Back].map(|action| cx.keymap.key(Scope::Detail, action));
            format!("{follow} or {back}: back to the table")
        }
        Tab::Records => Detail::loaded_words(detail.records.rows(), detail.records.total, detail.records.next, detail.records.malformed),
        _ => {
            let lines = detail.body.lines.len();
            let end = (detail.top() + height).min(lines);
            if lines <= height { String::new() } else { format!("lines {}-{end} of {lines}", detail.top() + 1) }
        }
    }
}

/// The footer's right: whether it is being read, else how old it is, and what went wrong.
pub fn detail_age(panes: &Panes, cx: &Cx) -> (String, bool) {
    let detail = &panes.detail;
    let Some(rid) = detail.rid else { return (String::new(), false) };
    let is_reading = cx.pending.any(|ask| matches!(ask, Ask::Open(asked) if *asked == rid));
    let more =
        |what: Paged| cx.pending.any(|ask| matches!(ask, Ask::More { rid: asked, what: same, .. } if *asked == rid && *same == what));
    if (detail.tab == Tab::Activity && more(Paged::Activities)) || (detail.tab == Tab::Records && more(Paged::Records)) {
        return ("reading more...".into(), false);
    }
    match (&detail.loaded, &detail.fault) {
        (None, Some(fault)) => (format!("not read: {}", fault.message), true),
        (None, None) => (if is_reading { "reading..." } else { "not read yet" }.into(), false),
        (Some(_), _) if is_reading => ("reading...".into(), false),
        (Some(loaded), fault) => {
            let age = match loaded.from {
                From::Disk => format!("from disk, {} old", cx.age_of(loaded.read_at)),
                From::Network => format!("read {}", clock::ago(loaded.read_at, cx.now)),
            };
            match fault {
                Some(fault) if fault.kind == FaultKind::NotFound => (format!("not found at the vendor now; {age}"), true),
                Some(fault) if fault.kind != FaultKind::Offline => (format!("{} ! {age}", fault.word()), true),
                _ => (age, false),
            }
        }
    }
}
