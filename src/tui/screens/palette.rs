//! The palette: every command of the place below it by name, found by a few of its letters, the latest used first. It
//! shows each command's keys and, greyed, why it cannot act now. Some commands take an argument: `sort priority`.

pub mod acts;
pub mod likeness;
mod screen;
pub mod view;

use std::collections::VecDeque;

use tui_textarea::TextArea;

use crate::query;
use crate::tui::keys::action::{Action, Scope, purpose};
use crate::tui::model::list::Order;

/// Commands remembered; more than a screen of them is no help.
const MAX_RECENT: usize = 32;
/// Commands that a page key moves by.
const PAGE: usize = 10;
/// Longer names are for reading, not for finding.
const MAX_NEEDLE_CHARS: usize = 64;

#[derive(Clone, Debug)]
pub struct PalettePane {
    /// The command that was typed for the person; empty: none.
    pub begun: &'static str,
    /// Where it was called: whose commands it has.
    pub about: Scope,
    pub line: TextArea<'static>,
    /// The line that is highlighted, by what it does: what is offered may change before the key.
    chosen: Option<Run>,
}

impl PalettePane {
    /// Where the highlighted line is among those that are offered.
    pub fn at(&self, entries: &[Entry]) -> usize {
        self.chosen.as_ref().and_then(|run| entries.iter().position(|entry| entry.run == *run)).unwrap_or(0)
    }
}

/// What was run in this sitting by its name in the palette, latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent(VecDeque<String>);

impl Recent {
    fn push(&mut self, name: String) {
        self.0.retain(|known| *known != name);
        self.0.push_front(name);
        self.0.truncate(MAX_RECENT);
    }

    fn rank(&self, name: &str) -> usize {
        self.0.iter().position(|known| known == name).unwrap_or(usize::MAX)
    }
}

/// A line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As it is typed: `close-case`, `sort priority`.
    pub name: String,
    pub words: String,
    /// All its keys; empty: it has none.
    pub keys: String,
    /// Why it cannot act now.
    pub why: Option<String>,
    run: Run,
}

impl Entry {
    /// What it is called behind the command that takes it: `priority` of `sort priority`.
    fn argument(&self) -> &str {
        self.name.split_once(' ').map_or("", |(_, argument)| argument)
    }

    /// What help calls it, and people who do not know its name.
    fn said(&self) -> String {
        let purpose = match &self.run {
            Run::Act(action) => purpose(*action).to_owned(),
            // As the filter's `sort:` calls it.
            Run::Command(Command::Sort, word) => order_of(word).map_or_else(String::new, |order| order.key().column.to_string()),
            _ => String::new(),
        };
        format!("{} {purpose}", self.words)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Run {
    Act(Action),
    Command(Command, String),
    /// It wants an argument first: this is typed for the person.
    Type(String),
}

/// A command with an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    View,
    Sort,
    Filter,
    Export,
    Times,
    Row,
    Case,
}

impl Command {
    const ALL: [Self; 7] = [Self::View, Self::Sort, Self::Filter, Self::Export, Self::Times, Self::Row, Self::Case];

    fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Sort => "sort",
            Self::Filter => "filter",
            Self::Export => "export",
            Self::Times => "times",
            Self::Row => "row",
            Self::Case => "case",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::View => "view NAME: turn to this view",
            Self::Sort => "sort KEY: put the list in this order",
            Self::Filter => "filter TEXT: show what matches",
            Self::Export => "export FORMAT [FILE]: write the list to a file",
            Self::Times => "times STYLE: how moments are written",
            Self::Row => "row N: go to this row",
            Self::Case => "case SOURCE:KEY: go to this case",
        }
    }
}

/// `sort pri` → the command and what stands behind it; a name without a blank is still being found.
fn command_of(typed: &str) -> Option<(Command, &str)> {
    let (name, argument) = typed.split_once(char::is_whitespace)?;
    Some((Command::ALL.into_iter().find(|command| command.name() == name)?, argument))
}

fn order_of(word: &str) -> Option<Order> {
    Order::ALL.into_iter().find(|order| order.word() == word)
}

/// The keys of what could stand behind the filter's `sort:`.
fn sort_of(argument: &str) -> Option<Vec<query::Key>> {
    let argument = argument.trim();
    let parsed = query::parse(&format!("sort:{argument}"));
    let is_sort = !argument.contains(char::is_whitespace) && parsed.problems.is_empty() && !parsed.is_half_typed;
    Some(parsed.query.sort).filter(|sort| is_sort && !sort.is_empty())
}

/// A name without a format before it.
fn is_file(argument: &str) -> bool {
    let argument = argument.trim();
    argument.contains(['.', '/']) && !argument.contains(char::is_whitespace)
}

/// Those that what is typed fits, by `name` and by what is said of them, the likest first; ties stay as they were.
fn ranked(entries: Vec<Entry>, typed: &str, name: fn(&Entry) -> &str) -> Vec<Entry> {
    let needle: String = typed.chars().take(MAX_NEEDLE_CHARS).collect();
    let far = |entry: Entry| Some((likeness::distance(&needle, name(&entry), &entry.said())?, entry));
    let mut found: Vec<_> = entries.into_iter().filter_map(far).collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_commands_keeps_the_latest() {
        let mut recent = Recent::default();
        for n in 0..10_000 {
            recent.push(format!("filter {n}"));
        }
        assert_eq!(recent.0.len(), MAX_RECENT);
        assert_eq!((recent.rank("filter 9999"), recent.rank("filter 1")), (0, usize::MAX));
    }
}
