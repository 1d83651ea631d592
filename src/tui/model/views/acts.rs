//! Changing views, and going back to where the person was.

use crate::config::views::is_same;
use crate::config::{View, ViewChange, ready_made};
use crate::protocol::Phase;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::{Cause, Grade};
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::sources::Source;
use crate::tui::model::views::{Left, MAX_PLACES, Views, done};

impl Model {
    /// The views of the configuration, and what is remembered of the last sitting. Without a file, changes last as long
    /// as the sitting.
    pub fn open_views(&mut self, views: Vec<View>, last: Option<&str>, has_file: bool, cx: &mut Cx) {
        self.views = Views { has_file, ..Views::new(if views.is_empty() { ready_made() } else { views }) };
        self.views.at = last.and_then(|last| self.views.find(last)).unwrap_or(0);
        if let Some(view) = self.views.current() {
            let saved = Left::saved(view);
            self.go_to_place(&saved);
        }
        self.views.recount_views();
        self.count_views(cx);
        cx.dirty = true;
    }

    /// The filter, the order or the folds are not those that the view was saved with.
    pub fn is_view_changed(&self) -> bool {
        self.views
            .current()
            .is_some_and(|view| view.query != self.list.filter() || view.fold != self.list.folds() || view.widths != self.views.widths)
    }

    /// Turns to a view as it was left; the one that is on goes back to how it is saved.
    pub(in crate::tui) fn show_view(&mut self, at: usize, cx: &mut Cx) {
        let Some(view) = self.views.tabs.get(at).map(|tab| tab.view.clone()) else { return };
        let is_again = at == self.views.at;
        if is_again && !self.is_view_changed() {
            self.fill_by_itself();
            cx.say(Grade::Info, format!("{} is on already", view.name));
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
            cx.say(Grade::Info, format!("{} as it is saved; {} goes back", view.name, cx.key(Action::Return)));
        }
        cx.effects.push(Effect::Remember { view: Some(view.name), filter: None });
    }

    /// By its name, as people write it.
    pub(in crate::tui) fn show_view_named(&mut self, name: &str, cx: &mut Cx) {
        let views = self.views.views();
        match crate::config::views::find(&views, name).and_then(|view| self.views.find(&view.name)) {
            Some(at) => self.show_view(at, cx),
            None => cx.say(Grade::Info, format!("no view is called {name}; {} lists them", cx.key(Action::Views))),
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
        if !self.list.is_disk_told() || self.sources.iter().any(is_read) {
            self.list.untouch();
        }
    }

    /// Remembers where the person is, for `-`.
    pub(in crate::tui) fn note_place(&mut self) {
        let Some(name) = self.views.current().map(|view| view.name.clone()) else { return };
        let here = (name, self.here());
        if self.views.places.back() != Some(&here) {
            self.views.places.push_back(here);
        }
        if self.views.places.len() > MAX_PLACES {
            self.views.places.pop_front();
        }
    }

    /// `-`: the view and case before; a filter that was cleared comes back.
    pub(in crate::tui) fn go_back_a_place(&mut self, cx: &mut Cx) {
        let Some((name, place)) = self.views.places.pop_back() else { return };
        let left = self.here();
        if let Some(at) = self.views.find(&name)
            && at != self.views.at
        {
            let was_at = self.views.at;
            self.views.tabs[was_at].left = Some(left);
            self.views.at = at;
            self.views.tabs[at].left = None;
            cx.effects.push(Effect::Remember { view: Some(name), filter: None });
        }
        self.go_to_place(&place);
    }

    /// Makes a change to the views: on the screen at once, then in the file.
    pub(in crate::tui) fn change_views(&mut self, change: ViewChange, cx: &mut Cx) -> Result<(), String> {
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
                cx.effects.push(Effect::Remember { view: Some(view.name.clone()), filter: None });
            }
            ViewChange::Delete(name) if was_on.is_some_and(|was_on| is_same(&was_on, name)) => {
                if let Some(view) = self.views.current().cloned() {
                    self.go_to_place(&Left { cursor: self.list.cursor(), ..Left::saved(&view) });
                }
            }
            _ => {}
        }
        self.views.recount_views();
        if self.views.has_file {
            self.views.unwritten += 1;
            cx.effects.push(Effect::ChangeViews { change, known });
        } else {
            cx.say(Grade::Info, format!("{} for this sitting only: there is no configuration file", done(&change)));
        }
        Ok(())
    }
}

impl Views {
    /// The place noted last was left only for a moment.
    pub(in crate::tui) fn forget_place(&mut self) {
        self.places.pop_back();
    }

    pub fn has_earlier_place(&self) -> bool {
        !self.places.is_empty()
    }

    /// How a change went in the file.
    pub(in crate::tui) fn take_views(&mut self, change: &ViewChange, result: Result<(ViewChange, Vec<View>), String>, cx: &mut Cx) {
        self.unwritten = self.unwritten.saturating_sub(1);
        match result {
            Ok((made, views)) => {
                // The file may have been changed by hand meanwhile; later changes are still to come.
                if self.unwritten == 0 && self.views() != views {
                    self.set(views, None);
                    self.recount_views();
                }
                cx.notices.put_away(&Cause::Views);
                match (change, made) {
                    (ViewChange::Save(wished), ViewChange::Save(kept)) if wished.name != kept.name => {
                        self.was_kept_apart(&wished.name, &kept.name, cx);
                    }
                    _ => cx.say(Grade::Good, format!("{}, in the configuration", done(change))),
                }
            }
            Err(words) => {
                cx.say(Grade::Error, format!("{}, but only for this sitting. Not written: {words}", done(change)));
                cx.notices.tie_newest(Cause::Views);
            }
        }
    }

    /// Somebody else had saved another view of that name: both are there.
    fn was_kept_apart(&mut self, wished: &str, kept: &str, cx: &mut Cx) {
        if self.current().is_some_and(|view| is_same(&view.name, wished))
            && let Some(at) = self.find(kept)
        {
            self.at = at;
            cx.effects.push(Effect::Remember { view: Some(kept.to_owned()), filter: None });
        }
        cx.say(Grade::Warning, format!("somebody else has saved another view {wished} meanwhile: it stays, and yours is {kept}"));
    }
}
