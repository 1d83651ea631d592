//! The text of the tab in sight, laid out once per case, width and minute; scrolling only moves over it.

use crate::domain::case::Rid;
use crate::domain::clock::Style;
use crate::tui::screens::detail::lines::{Line, Target};
use crate::tui::screens::detail::records::Head;
use crate::tui::screens::detail::tab::Tab;

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
    pub(in crate::tui) key: Option<Key>,
    pub lines: Vec<Line>,
    /// Column titles that stay in sight.
    pub heads: Vec<Head>,
    /// Lines that hold what is looked for.
    pub marks: Vec<usize>,
    pub(in crate::tui) needle: String,
}

impl Body {
    pub fn is_for(&self, key: &Key) -> bool {
        self.key.as_ref() == Some(key)
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
