//! Views as tabs: which one is on, what each would show, and how the person left it.

pub mod acts;
pub mod tally;

use std::collections::VecDeque;

pub use tally::Tally;

use crate::config::views::is_same;
use crate::config::{View, ViewChange};
use crate::domain::case::Rid;
use crate::query::Column;

/// Places that `-` goes back through.
const MAX_PLACES: usize = 50;

/// A view as a tab.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tab {
    pub view: View,
    /// What it would show; None: not counted yet.
    pub tally: Option<Tally>,
    /// The filter and the case where the person left it, when that is not the view as it is saved.
    left: Option<Left>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Left {
    filter: String,
    folds: bool,
    widths: Vec<(String, u16)>,
    cursor: Option<Rid>,
}

impl Left {
    fn saved(view: &View) -> Self {
        Self { filter: view.query.clone(), folds: view.fold, widths: view.widths.clone(), cursor: None }
    }
}

/// The tabs.
#[derive(Clone, Debug, Default)]
pub struct Views {
    pub(in crate::tui) tabs: Vec<Tab>,
    pub(in crate::tui) at: usize,
    /// Widths of columns as they are now.
    pub(in crate::tui) widths: Vec<(String, u16)>,
    /// There is a file that changes go into.
    has_file: bool,
    /// Changes that are on their way into the file.
    unwritten: usize,
    /// Where the person was before, latest last.
    places: VecDeque<(String, Left)>,
    stale: tally::Stale,
}

impl Views {
    pub(in crate::tui) fn new(views: Vec<View>) -> Self {
        Self { tabs: views.into_iter().map(|view| Tab { view, ..Tab::default() }).collect(), ..Self::default() }
    }

    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// Which one is on.
    pub fn at(&self) -> usize {
        self.at
    }

    pub fn current(&self) -> Option<&View> {
        self.tabs.get(self.at).map(|tab| &tab.view)
    }

    /// How wide a person wants a column; None: as usual.
    pub(in crate::tui) fn width(&self, column: &Column) -> Option<u16> {
        if self.widths.is_empty() {
            return None;
        }
        let name = column.to_string();
        self.widths.iter().find(|(known, _)| *known == name).map(|(_, width)| *width)
    }

    pub(in crate::tui) fn set_width(&mut self, column: &Column, width: Option<u16>) {
        let name = column.to_string();
        match (self.widths.iter_mut().find(|(known, _)| *known == name), width) {
            (Some((_, known)), Some(width)) => *known = width,
            (None, Some(width)) => self.widths.push((name, width)),
            (_, None) => self.widths.retain(|(known, _)| *known != name),
        }
    }

    pub(in crate::tui) fn find(&self, name: &str) -> Option<usize> {
        self.tabs.iter().position(|tab| is_same(&tab.view.name, name))
    }

    fn views(&self) -> Vec<View> {
        self.tabs.iter().map(|tab| tab.view.clone()).collect()
    }

    /// Takes over another list of views; each keeps its count and how it was left, and the one that is on stays on.
    /// `renamed`: the old and the new name of one of them.
    fn set(&mut self, views: Vec<View>, renamed: Option<(&str, &str)>) {
        let old_name = |name: &str| match renamed {
            Some((from, to)) if is_same(to, name) => from.to_owned(),
            _ => name.to_owned(),
        };
        let was_on = self.current().map(|view| view.name.clone()).unwrap_or_default();
        let tabs: Vec<Tab> = views
            .into_iter()
            .map(|view| {
                let known = self.find(&old_name(&view.name)).map(|at| self.tabs[at].clone());
                let is_other_query = known.as_ref().is_none_or(|known| known.view.query != view.query);
                Tab {
                    tally: known.as_ref().and_then(|known| known.tally.clone()).filter(|_| !is_other_query),
                    left: known.and_then(|known| known.left),
                    view,
                }
            })
            .collect();
        self.at =
            tabs.iter().position(|tab| is_same(&old_name(&tab.view.name), &was_on)).unwrap_or(self.at.min(tabs.len().saturating_sub(1)));
        self.tabs = tabs;
        self.stale.all(self.tabs.len());
    }
}

/// What was done, in words.
fn done(change: &ViewChange) -> String {
    match change {
        ViewChange::Save(view) => format!("view {} is saved", view.name),
        ViewChange::Rename { from, to } => format!("view {from} is called {to}"),
        ViewChange::Move { name, to } => format!("view {name} is number {}", to + 1),
        ViewChange::Delete(name) => format!("view {name} is deleted"),
    }
}
