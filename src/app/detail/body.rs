//! The text of the tab in sight, laid out once per case, width and minute; scrolling only moves over it.

use super::lines::{Line, Target, Tone};
use super::overview::{self, Ground};
use super::records::{self, Head};
use super::{Detail, Tab, json, parts, timeline};
use crate::app::clock::Style;
use crate::domain::case::{Rid, Vendor};

/// What the text depends on: as long as it is the same, so is the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub rid: Option<Rid>,
    pub tab: Tab,
    pub columns: usize,
    /// Counts what was loaded or chosen.
    pub revision: u64,
    /// For tabs that show how long ago something was.
    pub minute: i64,
    pub style: Style,
}

#[derive(Clone, Debug, Default)]
pub struct Body {
    key: Option<Key>,
    pub lines: Vec<Line>,
    /// Column titles that stay in sight.
    pub heads: Vec<Head>,
    /// Lines that hold what is looked for.
    pub marks: Vec<usize>,
    needle: String,
}

impl Body {
    pub fn is_for(&self, key: &Key) -> bool {
        self.key.as_ref() == Some(key)
    }

    pub fn lay(&mut self, key: Key, detail: &Detail, ground: Ground<'_>) {
        (self.lines, self.heads) = text(detail, detail.tab, ground);
        self.key = Some(key);
        self.needle.clear();
        self.marks.clear();
    }

    /// Marks the lines that hold `needle`, which is in lower case; empty marks nothing.
    pub fn mark(&mut self, needle: &str) {
        if self.needle != needle {
            needle.clone_into(&mut self.needle);
            self.marks = if needle.is_empty() {
                Vec::new()
            } else {
                self.lines.iter().enumerate().filter(|(_, line)| line.holds(needle)).map(|(at, _)| at).collect()
            };
        }
    }

    /// The line of a record.
    pub fn line_of(&self, table: usize, row: usize) -> Option<usize> {
        self.lines.iter().position(|line| line.target == Some(Target::Record(table, row)))
    }

    /// The record nearest to a line, looking one way first.
    pub fn record_from(&self, line: usize, forward: bool) -> Option<(usize, usize)> {
        let record = |line: &Line| match line.target {
            Some(Target::Record(table, row)) => Some((table, row)),
            _ => None,
        };
        let line = line.min(self.lines.len());
        let after = || self.lines[line..].iter().find_map(record);
        let before = || self.lines[..line].iter().rev().find_map(record);
        if forward {
            after().or_else(before)
        } else {
            self.lines[..(line + 1).min(self.lines.len())].iter().rev().find_map(record).or_else(after)
        }
    }

    /// What Enter can lead to from here, records apart.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.lines.iter().filter_map(|line| line.target.as_ref()).filter(|target| !matches!(target, Target::Record(..)))
    }
}

/// Whether a tab holds the needle, which is in lower case and not empty, in what is loaded.
pub fn holds(detail: &Detail, tab: Tab, needle: &str, ground: Ground<'_>) -> bool {
    text(detail, tab, ground).0.iter().any(|line| line.holds(needle))
}

fn text(detail: &Detail, tab: Tab, ground: Ground<'_>) -> (Vec<Line>, Vec<Head>) {
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

fn raw(json: &str, columns: usize) -> Vec<Line> {
    let mut out = Vec::new();
    for line in json::pretty(json) {
        let indent = line.len() - line.trim_start().len();
        let lead = " ".repeat(indent);
        let lead = super::lines::Lead { first: &lead, next: &lead };
        super::lines::wrap(&[super::lines::Span::new(Tone::Text, line.trim_start())], lead, columns, &mut out);
    }
    out
}

/// An empty tab says why it is empty.
fn or_nothing(lines: Vec<Line>, detail: &Detail, tab: Tab, vendor: Vendor) -> Vec<Line> {
    if !lines.is_empty() {
        return lines;
    }
    let words = match (tab, vendor) {
        (Tab::Activity, Vendor::ServerOps) => "ServerOps keeps no timeline",
        (Tab::Activity, _) if detail.topic.is_some() => "nothing of this kind in what is loaded: choose another kind",
        (Tab::Activity, _) => "no activity",
        (Tab::Records, Vendor::Tines) => "no records",
        (Tab::Records, Vendor::Datadog) => "Datadog cases have no records",
        (Tab::Records, Vendor::ServerOps) => "ServerOps cases have no records",
        (Tab::Fields, Vendor::ServerOps) => "ServerOps cases have no fields",
        (Tab::Fields, _) => "no fields",
        (Tab::Files, _) => "no files",
        (Tab::Overview | Tab::Raw, _) => "",
    };
    vec![Line::of(Tone::Dim, words)]
}
