//! The list of views, where they are put in order, renamed and deleted; and the line in which one gets its name.

use tui_textarea::TextArea;

use crate::app::action::Action;
use crate::app::message::Chord;
use crate::app::notice::Grade;
use crate::app::overlay::{OnYes, Overlay};
use crate::app::{App, text};
use crate::config::views::{good_name, is_same};
use crate::config::{View, ViewChange, ready_made};

/// The panel of views.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewsPanel {
    pub chosen: usize,
}

/// A line for the name of a view.
#[derive(Clone, Debug)]
pub struct NameBox {
    pub area: TextArea<'static>,
    pub purpose: NameFor,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFor {
    /// The filter as it is now.
    Save,
    /// A view of this name.
    Rename(String),
}

impl NameBox {
    pub fn name(&self) -> &str {
        text::line_text(&self.area).trim()
    }
}

impl App {
    pub(super) fn open_views_panel(&mut self) {
        self.push(Overlay::Views(ViewsPanel { chosen: self.views.at }));
    }

    /// Asks for a name; a view of the person's own that is on is offered, so that Enter saves its changes.
    pub(in crate::app) fn open_save_view(&mut self) {
        let is_own = |view: &&View| !ready_made().iter().any(|ready| is_same(&ready.name, &view.name));
        let name = self.views.current().filter(is_own).map(|view| view.name.clone()).unwrap_or_default();
        self.push(Overlay::Name(Box::new(NameBox { area: text::line(&name), purpose: NameFor::Save })));
    }

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
            (NameFor::Save, Some(view)) => Ok(format!("instead of: {}", if view.query.is_empty() { "every case" } else { &view.query })),
        }
    }

    pub(in crate::app) fn act_in_name(&mut self, action: Action) {
        match action {
            Action::Leave => {
                self.pop();
            }
            Action::Pick => {
                let Some(Overlay::Name(name)) = self.overlays.last() else { return };
                if let Err(why) = self.name_outcome(name) {
                    self.say(Grade::Info, why);
                    return;
                }
                let (wanted, purpose) = (name.name().to_owned(), name.purpose.clone());
                self.pop();
                let change = match purpose {
                    NameFor::Save => ViewChange::Save(self.view_here(wanted)),
                    NameFor::Rename(from) => ViewChange::Rename { from, to: wanted },
                };
                self.try_change(change);
            }
            _ => {}
        }
    }

    /// What is on the screen as a view.
    fn view_here(&self, name: String) -> View {
        View { name, query: self.list.filter().trim().to_owned(), widths: self.views.widths.clone(), fold: self.list.folds() }
    }

    pub(in crate::app) fn type_in_name(&mut self, chord: Chord) {
        if let Some(Overlay::Name(name)) = self.overlays.last_mut() {
            text::type_in_line(&mut name.area, chord);
        }
    }

    pub(in crate::app) fn paste_in_name(&mut self, pasted: &str) {
        if let Some(Overlay::Name(name)) = self.overlays.last_mut() {
            text::paste_in_line(&mut name.area, pasted);
        }
    }

    pub(in crate::app) fn act_in_views(&mut self, action: Action) {
        let len = self.views.tabs.len();
        let Some(Overlay::Views(panel)) = self.overlays.last_mut() else { return };
        panel.chosen = panel.chosen.min(len.saturating_sub(1));
        let at = panel.chosen;
        match action {
            Action::Down => panel.chosen = (at + 1).min(len.saturating_sub(1)),
            Action::Up => panel.chosen = at.saturating_sub(1),
            Action::First => panel.chosen = 0,
            Action::Last => panel.chosen = len.saturating_sub(1),
            Action::Pick => {
                self.pop();
                self.show_view(at);
            }
            Action::SaveView => {
                self.pop();
                self.open_save_view();
            }
            Action::Rename => {
                let name = self.views.tabs[at].view.name.clone();
                self.push(Overlay::Name(Box::new(NameBox { area: text::line(&name), purpose: NameFor::Rename(name) })));
            }
            Action::MoveDown if at + 1 < len => self.move_view(at, at + 1),
            Action::MoveUp if at > 0 => self.move_view(at, at - 1),
            Action::Drop => {
                let view = &self.views.tabs[at].view;
                let query = if view.query.is_empty() { "every case".to_owned() } else { view.query.clone() };
                let details = vec![format!("It shows {query}."), "No case is touched; its line leaves the configuration.".into()];
                self.ask(format!("Delete the view {}?", view.name), details, OnYes::DeleteView(self.views.tabs[at].view.name.clone()));
            }
            _ => {}
        }
    }

    fn move_view(&mut self, from: usize, to: usize) {
        let name = self.views.tabs[from].view.name.clone();
        self.try_change(ViewChange::Move { name, to });
        if let Some(Overlay::Views(panel)) = self.overlays.last_mut() {
            panel.chosen = to;
        }
    }

    pub(in crate::app) fn try_change(&mut self, change: ViewChange) {
        if let Err(why) = self.change_views(change) {
            self.say(Grade::Warning, why);
        }
    }
}
