//! Views as tabs: which one is on, what each would show, and how the person left it.

mod panel;
mod tally;

use std::collections::VecDeque;

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::notice::{Cause, Grade};
use crate::app::{App, Source};
use crate::config::views::is_same;
use crate::config::{View, ViewChange, ready_made};
use crate::domain::case::Rid;
use crate::protocol::Phase;
use crate::query::Column;

pub use panel::{NameBox, NameFor, ViewsPanel};
pub use tally::Tally;

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
    tabs: Vec<Tab>,
    at: usize,
    /// Widths of columns as they are now.
    widths: Vec<(String, u16)>,
    /// There is a file that changes go into.
    has_file: bool,
    /// Changes that are on their way into the file.
    unwritten: usize,
    /// Where the person was before, latest last.
    places: VecDeque<(String, Left)>,
    stale: tally::Stale,
}

impl Views {
    pub(super) fn new(views: Vec<View>) -> Self {
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
    pub(super) fn width(&self, column: &Column) -> Option<u16> {
        if self.widths.is_empty() {
            return None;
        }
        let name = column.to_string();
        self.widths.iter().find(|(known, _)| *known == name).map(|(_, width)| *width)
    }

    pub(super) fn set_width(&mut self, column: &Column, width: Option<u16>) {
        let name = column.to_string();
        match (self.widths.iter_mut().find(|(known, _)| *known == name), width) {
            (Some((_, known)), Some(width)) => *known = width,
            (None, Some(width)) => self.widths.push((name, width)),
            (_, None) => self.widths.retain(|(known, _)| *known != name),
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
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

impl App {
    /// The views of the configuration, and what is remembered of the last sitting. Without a file, changes last as long
    /// as the sitting.
    pub fn open_views(&mut self, views: Vec<View>, last: Option<&str>, has_file: bool) {
        self.views = Views { has_file, ..Views::new(if views.is_empty() { ready_made() } else { views }) };
        self.views.at = last.and_then(|last| self.views.find(last)).unwrap_or(0);
        if let Some(view) = self.views.current() {
            let saved = Left::saved(view);
            self.go_to_place(&saved);
        }
        self.recount_views();
        self.settle_views();
        self.dirty = true;
    }

    /// The filter, the order or the folds are not those that the view was saved with.
    pub fn is_view_changed(&self) -> bool {
        self.views
            .current()
            .is_some_and(|view| view.query != self.list.filter() || view.fold != self.list.folds() || view.widths != self.views.widths)
    }

    pub(super) fn act_on_views(&mut self, action: Action, count: Option<u32>) -> bool {
        let len = self.views.tabs.len();
        let by = count.map_or(1, |count| count.max(1) as usize) % len.max(1);
        match action {
            Action::View => match count.and_then(|count| (count as usize).checked_sub(1)) {
                Some(at) if at < len => self.show_view(at),
                Some(at) => self.say(Grade::Info, format!("there is no view {}; there are {len}", at + 1)),
                None => self.open_views_panel(),
            },
            Action::NextView => self.show_view((self.views.at + by) % len.max(1)),
            Action::PreviousView => self.show_view((self.views.at + len - by) % len.max(1)),
            Action::SaveView => self.open_save_view(),
            Action::Views => self.open_views_panel(),
            _ => return false,
        }
        true
    }

    /// Turns to a view as it was left; the one that is on goes back to how it is saved.
    pub(super) fn show_view(&mut self, at: usize) {
        let Some(view) = self.views.tabs.get(at).map(|tab| tab.view.clone()) else { return };
        let is_again = at == self.views.at;
        if is_again && !self.is_view_changed() {
            self.fill_by_itself();
            self.say(Grade::Info, format!("{} is on already", view.name));
            return;
        }
        self.note_place();
        let left = self.here();
        let was_at = self.views.at;
        if let Some(tab) = self.views.tabs.get_mut(was_at) {
            tab.left = (!is_again).then_some(left);
        }
        let saved = Left::saved(&view);
        let target = self.views.tabs[at].left.take().filter(|_| !is_again).unwrap_or(saved);
        self.views.at = at;
        self.go_to_place(&target);
        if is_again {
            self.say(Grade::Info, format!("{} as it is saved; {} goes back", view.name, self.key(Action::Return)));
        }
        self.effects.push(Effect::Remember { view: Some(view.name), filter: None });
    }

    /// By its name, as people write it.
    pub(super) fn show_view_named(&mut self, name: &str) {
        let views = self.views.views();
        match crate::config::views::find(&views, name).and_then(|view| self.views.find(&view.name)) {
            Some(at) => self.show_view(at),
            None => self.say(Grade::Info, format!("no view is called {name}; {} lists them", self.key(Action::Views))),
        }
    }

    fn here(&self) -> Left {
        Left {
            filter: self.list.filter().to_owned(),
            folds: self.list.folds(),
            widths: self.views.widths.clone(),
            cursor: self.list.cursor(),
        }
    }

    fn go_to_place(&mut self, place: &Left) {
        self.list.set_folds(place.folds);
        self.views.widths.clone_from(&place.widths);
        self.list.set_filter(&place.filter);
        self.list.to_top();
        match place.cursor {
            Some(rid) => drop(self.list.go_to(rid)),
            None => self.fill_by_itself(),
        }
    }

    /// As long as rows come in for the first time, a view that was chosen fills by itself, as the first one does.
    fn fill_by_itself(&mut self) {
        let is_read = |source: &Source| !source.was_full && matches!(source.state.phase, Phase::Reading { .. });
        if self.list.on_disk.is_none() || self.sources.iter().any(is_read) {
            self.list.untouch();
        }
    }

    /// Remembers where the person is, for `-`.
    pub(super) fn note_place(&mut self) {
        let Some(name) = self.views.current().map(|view| view.name.clone()) else { return };
        let here = (name, self.here());
        if self.views.places.back() != Some(&here) {
            self.views.places.push_back(here);
        }
        if self.views.places.len() > MAX_PLACES {
            self.views.places.pop_front();
        }
    }

    /// The place noted last was left only for a moment.
    pub(super) fn forget_place(&mut self) {
        self.views.places.pop_back();
    }

    pub fn has_earlier_place(&self) -> bool {
        !self.views.places.is_empty()
    }

    /// `-`: the view and case before; a filter that was cleared comes back.
    pub(super) fn go_back_a_place(&mut self) {
        let Some((name, place)) = self.views.places.pop_back() else { return };
        let left = self.here();
        if let Some(at) = self.views.find(&name)
            && at != self.views.at
        {
            let was_at = self.views.at;
            self.views.tabs[was_at].left = Some(left);
            self.views.at = at;
            self.views.tabs[at].left = None;
            self.effects.push(Effect::Remember { view: Some(name), filter: None });
        }
        self.go_to_place(&place);
    }

    /// Makes a change to the views: on the screen at once, then in the file.
    pub(super) fn change_views(&mut self, change: ViewChange) -> Result<(), String> {
        let views = change.apply(&self.views.views())?;
        let known = change.replaces().and_then(|name| self.views.find(name)).map(|at| self.views.tabs[at].view.clone());
        let renamed = match &change {
            ViewChange::Rename { from, to } => Some((from.as_str(), to.as_str())),
            _ => None,
        };
        let was_on = self.views.current().map(|view| view.name.clone());
        self.views.set(views, renamed);
        match &change {
            ViewChange::Save(view) => {
                self.views.at = self.views.find(&view.name).unwrap_or(self.views.at);
                self.effects.push(Effect::Remember { view: Some(view.name.clone()), filter: None });
            }
            ViewChange::Delete(name) if was_on.is_some_and(|was_on| is_same(&was_on, name)) => {
                if let Some(view) = self.views.current().cloned() {
                    self.go_to_place(&Left { cursor: self.list.cursor(), ..Left::saved(&view) });
                }
            }
            _ => {}
        }
        self.recount_views();
        if self.views.has_file {
            self.views.unwritten += 1;
            self.effects.push(Effect::ChangeViews { change, known });
        } else {
            self.say(Grade::Info, format!("{} for this sitting only: there is no configuration file", done(&change)));
        }
        Ok(())
    }

    /// How a change went in the file.
    pub(super) fn take_views(&mut self, change: &ViewChange, result: Result<(ViewChange, Vec<View>), String>) {
        self.views.unwritten = self.views.unwritten.saturating_sub(1);
        match result {
            Ok((made, views)) => {
                // The file may have been changed by hand meanwhile; later changes are still to come.
                if self.views.unwritten == 0 && self.views.views() != views {
                    self.views.set(views, None);
                    self.recount_views();
                }
                self.notices.put_away(&Cause::Views);
                match (change, made) {
                    (ViewChange::Save(wished), ViewChange::Save(kept)) if wished.name != kept.name => {
                        self.was_kept_apart(&wished.name, &kept.name);
                    }
                    _ => self.say(Grade::Good, format!("{}, in the configuration", done(change))),
                }
            }
            Err(words) => {
                self.say(Grade::Error, format!("{}, but only for this sitting. Not written: {words}", done(change)));
                self.notices.tie_newest(Cause::Views);
            }
        }
    }
}

impl App {
    /// Somebody else had saved another view of that name: both are there.
    fn was_kept_apart(&mut self, wished: &str, kept: &str) {
        if self.views.current().is_some_and(|view| is_same(&view.name, wished))
            && let Some(at) = self.views.find(kept)
        {
            self.views.at = at;
            self.effects.push(Effect::Remember { view: Some(kept.to_owned()), filter: None });
        }
        self.say(Grade::Warning, format!("somebody else has saved another view {wished} meanwhile: it stays, and yours is {kept}"));
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
