//! Keys in the panel of views, and saving one by its name.

use crate::app::action::Action;
use crate::app::message::Chord;
use crate::app::model::Model;
use crate::app::notice::Grade;
use crate::app::overlay::{OnYes, Overlay};
use crate::app::views::panel::{NameBox, NameFor, ViewsPanel};
use crate::app::{App, text};
use crate::config::views::{good_name, is_ready_made, is_same, shows};
use crate::config::{View, ViewChange, ready_made};

impl App {
    pub(in crate::app) fn act_on_views(&mut self, action: Action, count: Option<u32>) -> bool {
        let len = self.model.views.tabs.len();
        let by = count.map_or(1, |count| count.max(1) as usize) % len.max(1);
        match action {
            Action::View => match count.and_then(|count| (count as usize).checked_sub(1)) {
                Some(at) if at < len => self.model.show_view(at, &mut self.cx),
                Some(at) => self.cx.say(Grade::Info, format!("there is no view {}; there are {len}", at + 1)),
                None => self.open_views_panel(),
            },
            Action::NextView => self.model.show_view((self.model.views.at + by) % len.max(1), &mut self.cx),
            Action::PreviousView => self.model.show_view((self.model.views.at + len - by) % len.max(1), &mut self.cx),
            Action::SaveView => self.open_save_view(),
            Action::Views => self.open_views_panel(),
            _ => return false,
        }
        true
    }

    fn open_views_panel(&mut self) {
        let chosen = self.model.views.current().map(|view| view.name.clone()).unwrap_or_default();
        self.push(Overlay::Views(ViewsPanel { chosen }));
    }

    /// Asks for a name; a view of the person's own that is on is offered, so that Enter saves its changes.
    pub(in crate::app) fn open_save_view(&mut self) {
        let is_own = |view: &&View| !ready_made().iter().any(|ready| is_same(&ready.name, &view.name));
        let name = self.model.views.current().filter(is_own).map(|view| view.name.clone()).unwrap_or_default();
        self.push_box(Overlay::Name(Box::new(NameBox::new(&name, NameFor::Save))));
    }

    pub(in crate::app) fn act_in_name(&mut self, action: Action) {
        match action {
            Action::Leave => self.leave_box(),
            Action::Pick => {
                let Some(Overlay::Name(name)) = self.cx.overlays.last() else { return };
                if let Err(why) = self.model.name_outcome(name) {
                    self.cx.say(Grade::Info, why);
                    return;
                }
                let (wanted, purpose) = (name.name().to_owned(), name.purpose.clone());
                self.pop();
                let change = match purpose {
                    NameFor::Save => ViewChange::Save(self.model.view_here(wanted)),
                    NameFor::Rename(from) => ViewChange::Rename { from, to: wanted },
                };
                self.try_change(change);
            }
            _ => {}
        }
    }

    pub(in crate::app) fn type_in_name(&mut self, chord: Chord) {
        if let Some(Overlay::Name(name)) = self.cx.overlays.last_mut() {
            text::type_in_line(&mut name.area, chord);
        }
    }

    pub(in crate::app) fn paste_in_name(&mut self, pasted: &str) {
        if let Some(Overlay::Name(name)) = self.cx.overlays.last_mut() {
            text::paste_in_line(&mut name.area, pasted);
        }
    }

    pub(in crate::app) fn act_in_views(&mut self, action: Action) {
        let len = self.model.views.tabs.len();
        let Some(Overlay::Views(panel)) = self.cx.overlays.last_mut() else { return };
        let known = panel.at(&self.model.views);
        let at = known.unwrap_or(0).min(len.saturating_sub(1));
        let to = match action {
            Action::Down => (at + 1).min(len.saturating_sub(1)),
            Action::Up => at.saturating_sub(1),
            Action::Last => len.saturating_sub(1),
            Action::First => 0,
            _ => at,
        };
        panel.chosen = self.model.views.tabs.get(to).map(|tab| tab.view.name.clone()).unwrap_or_default();
        match action {
            Action::Down | Action::Up | Action::First | Action::Last | Action::SaveView => {}
            _ if known.is_none() => return self.cx.say(Grade::Info, "that view is gone; look again"),
            _ => {}
        }
        match action {
            Action::Pick => {
                self.pop();
                self.model.show_view(at, &mut self.cx);
            }
            Action::SaveView => {
                self.pop();
                self.open_save_view();
            }
            Action::Rename => {
                let name = self.model.views.tabs[at].view.name.clone();
                self.push_box(Overlay::Name(Box::new(NameBox::new(&name, NameFor::Rename(name.clone())))));
            }
            Action::MoveDown if at + 1 < len => self.move_view(at, at + 1),
            Action::MoveUp if at > 0 => self.move_view(at, at - 1),
            Action::Drop => {
                let view = &self.model.views.tabs[at].view;
                let place = if is_ready_made(&view.name) {
                    "No case is touched; the configuration notes that it is hidden. Take that out there, and it is back."
                } else {
                    "No case is touched; it leaves the configuration."
                };
                let details = vec![format!("It shows {}.", shows(&view.query)), place.into()];
                self.ask(
                    format!("Delete the view {}?", view.name),
                    details,
                    OnYes::DeleteView(self.model.views.tabs[at].view.name.clone()),
                );
            }
            _ => {}
        }
    }

    fn move_view(&mut self, from: usize, to: usize) {
        let name = self.model.views.tabs[from].view.name.clone();
        self.try_change(ViewChange::Move { name, to });
    }

    pub(in crate::app) fn try_change(&mut self, change: ViewChange) {
        let place = match self.cx.overlays.last() {
            Some(Overlay::Views(panel)) => panel.at(&self.model.views),
            _ => None,
        };
        if let Err(why) = self.model.change_views(change, &mut self.cx) {
            self.cx.say(Grade::Warning, why);
        }
        // What was renamed is under the cursor still, and what was deleted leaves its place to the next.
        if let Some(Overlay::Views(panel)) = self.cx.overlays.last_mut()
            && panel.at(&self.model.views).is_none()
            && let Some(tab) = place.and_then(|at| self.model.views.tabs.get(at.min(self.model.views.tabs.len().saturating_sub(1))))
        {
            panel.chosen.clone_from(&tab.view.name);
        }
    }
}

impl Model {
    /// What would happen under the name that is typed, or why it cannot.
    pub fn name_outcome(&self, name: &NameBox) -> Result<String, String> {
        let wanted = name.name();
        good_name(wanted)?;
        let taken = self.views.find(wanted).map(|at| &self.views.tabs[at].view);
        match (&name.purpose, taken) {
            (NameFor::Rename(from), Some(_)) if !is_same(from, wanted) => Err("there is a view of this name already".into()),
            (NameFor::Rename(_), _) => Ok("the view keeps its place and its filter".into()),
            (NameFor::Save, None) => Ok("a new view".into()),
            (NameFor::Save, Some(view)) if view.query == self.list.filter() && view.fold == self.list.folds() => {
                Ok("it is saved like this already".into())
            }
            (NameFor::Save, Some(view)) => Ok(format!("instead of: {}", shows(&view.query))),
        }
    }

    /// What is on the screen as a view.
    fn view_here(&self, name: String) -> View {
        View { name, query: self.list.filter().trim().to_owned(), widths: self.views.widths.clone(), fold: self.list.folds() }
    }
}
