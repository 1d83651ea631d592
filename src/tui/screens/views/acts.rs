//! Keys in the panel of views, and saving one by its name.

use crate::config::views::{good_name, is_ready_made, is_same, shows};
use crate::config::{View, ViewChange, ready_made};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::left::acts::push_box;
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::name::{NameBox, NameFor};
use crate::tui::screens::views::ViewsPanel;

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
    pub(in crate::tui) fn view_here(&self, name: String) -> View {
        View { name, query: self.list.filter().trim().to_owned(), widths: self.views.widths.clone(), fold: self.list.folds() }
    }
}

pub(in crate::tui) fn act_on_views(action: Action, count: Option<u32>, model: &mut Model, cx: &mut Cx) -> bool {
    let len = model.views.tabs.len();
    let by = count.map_or(1, |count| count.max(1) as usize) % len.max(1);
    match action {
        Action::View => match count.and_then(|count| (count as usize).checked_sub(1)) {
            Some(at) if at < len => model.show_view(at, cx),
            Some(at) => cx.say(Grade::Info, format!("there is no view {}; there are {len}", at + 1)),
            None => open_views_panel(model, cx),
        },
        Action::NextView => model.show_view((model.views.at + by) % len.max(1), cx),
        Action::PreviousView => model.show_view((model.views.at + len - by) % len.max(1), cx),
        Action::SaveView => open_save_view(model, cx),
        Action::Views => open_views_panel(model, cx),
        _ => return false,
    }
    true
}

fn open_views_panel(model: &Model, cx: &mut Cx) {
    let chosen = model.views.current().map(|view| view.name.clone()).unwrap_or_default();
    cx.push(Overlay::Views(Box::new(ViewsPanel { chosen })));
}

/// Asks for a name; a view of the person's own that is on is offered, so that Enter saves its changes.
pub(in crate::tui) fn open_save_view(model: &mut Model, cx: &mut Cx) {
    let is_own = |view: &&View| !ready_made().iter().any(|ready| is_same(&ready.name, &view.name));
    let name = model.views.current().filter(is_own).map(|view| view.name.clone()).unwrap_or_default();
    push_box(Overlay::Name(Box::new(NameBox::new(&name, NameFor::Save))), model, cx);
}

pub(in crate::tui) fn act_in_views(action: Action, model: &mut Model, cx: &mut Cx) {
    let len = model.views.tabs.len();
    let Some(Overlay::Views(panel)) = cx.overlays.last_mut() else { return };
    let known = panel.at(&model.views);
    let at = known.unwrap_or(0).min(len.saturating_sub(1));
    let to = match action {
        Action::Down => (at + 1).min(len.saturating_sub(1)),
        Action::Up => at.saturating_sub(1),
        Action::Last => len.saturating_sub(1),
        Action::First => 0,
        _ => at,
    };
    panel.chosen = model.views.tabs.get(to).map(|tab| tab.view.name.clone()).unwrap_or_default();
    match action {
        Action::Down | Action::Up | Action::First | Action::Last | Action::SaveView => {}
        _ if known.is_none() => return cx.say(Grade::Info, "that view is gone; look again"),
        _ => {}
    }
    match action {
        Action::Pick => {
            cx.pop();
            model.show_view(at, cx);
        }
        Action::SaveView => {
            cx.pop();
            open_save_view(model, cx);
        }
        Action::Rename => {
            let name = model.views.tabs[at].view.name.clone();
            push_box(Overlay::Name(Box::new(NameBox::new(&name, NameFor::Rename(name.clone())))), model, cx);
        }
        Action::MoveDown if at + 1 < len => move_view(at, at + 1, model, cx),
        Action::MoveUp if at > 0 => move_view(at, at - 1, model, cx),
        Action::Drop => {
            let view = &model.views.tabs[at].view;
            let place = if is_ready_made(&view.name) {
                "No case is touched; the configuration notes that it is hidden. Take that out there, and it is back."
            } else {
                "No case is touched; it leaves the configuration."
            };
            let details = vec![format!("It shows {}.", shows(&view.query)), place.into()];
            cx.ask(format!("Delete the view {}?", view.name), details, OnYes::DeleteView(model.views.tabs[at].view.name.clone()));
        }
        _ => {}
    }
}

fn move_view(from: usize, to: usize, model: &mut Model, cx: &mut Cx) {
    let name = model.views.tabs[from].view.name.clone();
    try_change(ViewChange::Move { name, to }, model, cx);
}

pub(in crate::tui) fn try_change(change: ViewChange, model: &mut Model, cx: &mut Cx) {
    let place = match cx.overlays.last() {
        Some(Overlay::Views(panel)) => panel.at(&model.views),
        _ => None,
    };
    if let Err(why) = model.change_views(change, cx) {
        cx.say(Grade::Warning, why);
    }
    // What was renamed is under the cursor still, and what was deleted leaves its place to the next.
    if let Some(Overlay::Views(panel)) = cx.overlays.last_mut()
        && panel.at(&model.views).is_none()
        && let Some(tab) = place.and_then(|at| model.views.tabs.get(at.min(model.views.tabs.len().saturating_sub(1))))
    {
        panel.chosen.clone_from(&tab.view.name);
    }
}
