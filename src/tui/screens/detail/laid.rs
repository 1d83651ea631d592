//! The text of each tab, or why there is none.

use crate::domain::case::Vendor;
use crate::tui::screens::detail::body::{Body, Key};
use crate::tui::screens::detail::lines::{Line, Tone};
use crate::tui::screens::detail::overview::{
    Ground, {self},
};
use crate::tui::screens::detail::records::{
    Head, {self},
};
use crate::tui::screens::detail::tab::Tab;
use crate::tui::screens::detail::{Detail, json, parts, timeline};

/// Whether a tab holds the needle, which is in lower case and not empty, in what is loaded.
pub(in crate::tui) fn holds(detail: &Detail, tab: Tab, needle: &str, ground: Ground<'_>) -> bool {
    text(detail, tab, ground).0.iter().any(|line| line.holds(needle))
}

pub(in crate::tui) fn text(detail: &Detail, tab: Tab, ground: Ground<'_>) -> (Vec<Line>, Vec<Head>) {
    let Some(loaded) = &detail.loaded else {
        let words = if detail.rid.is_none() { "no case is under the cursor" } else { "" };
        return (vec![Line::of(Tone::Dim, words)], Vec::new());
    };
    let case = &loaded.case;
    let lines = match tab {
        Tab::Overview => overview::lay_out(case, ground),
        Tab::Activity => timeline::lay_out(&detail.activities, detail.topic, !detail.oldest_first, ground),
        Tab::Records => {
            let open = detail.open_record.and_then(|(table, row)| Some((detail.records.items.get(table)?, row)));
            let Some((table, row)) = open else {
                let (lines, heads) = records::lay_out(&detail.records, detail.record_type, detail.record_sort.as_ref(), ground);
                return (or_nothing(lines, detail, tab, ground.vendor), heads);
            };
            records::lay_record(table, row, detail.record_sort.as_ref(), ground)
        }
        Tab::Fields => parts::lay_fields(case, ground),
        Tab::Files => parts::lay_files(case, ground),
        Tab::Raw => raw(&case.raw.0, ground.columns),
    };
    (or_nothing(lines, detail, tab, ground.vendor), Vec::new())
}

pub(in crate::tui) fn raw(json: &str, columns: usize) -> Vec<Line> {
    let mut out = Vec::new();
    for line in json::pretty(json) {
        let indent = line.len() - line.trim_start().len();
        let lead = " ".repeat(indent);
        let lead = crate::tui::screens::detail::lines::Lead { first: &lead, next: &lead };
        crate::tui::screens::detail::lines::wrap(
            &[crate::tui::screens::detail::lines::Span::new(Tone::Text, line.trim_start())],
            lead,
            columns,
            &mut out,
        );
    }
    out
}

/// An empty tab says why it is empty.
pub(in crate::tui) fn or_nothing(lines: Vec<Line>, detail: &Detail, tab: Tab, vendor: Vendor) -> Vec<Line> {
    if !lines.is_empty() {
        return lines;
    }
    let has = vendor.capabilities();
    let never = |what| format!("{} {what}", vendor.title());
    let words = match tab {
        Tab::Activity if !has.has_timeline => never("keeps no timeline"),
        Tab::Activity if detail.topic.is_some() => "nothing of this kind in what is loaded: choose another kind".into(),
        Tab::Activity => "no activity".into(),
        Tab::Records if !has.has_records => never("cases have no records"),
        Tab::Records => "no records".into(),
        Tab::Fields if !has.has_fields => never("cases have no fields"),
        Tab::Fields => "no fields".into(),
        Tab::Files => "no files".into(),
        Tab::Overview | Tab::Raw => String::new(),
    };
    vec![Line::of(Tone::Dim, &words)]
}

impl Body {
    pub fn lay(&mut self, key: Key, detail: &Detail, ground: Ground<'_>) {
        (self.lines, self.heads) = text(detail, detail.tab, ground);
        self.key = Some(key);
        self.needle.clear();
        self.marks.clear();
    }
}
