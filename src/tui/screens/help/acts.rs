//! Keys on the page of help.

use tui_textarea::TextArea;

use crate::tui::areas::scope;
use crate::tui::available::unavailable;
use crate::tui::cx::Cx;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::keys::remap::Bound;
use crate::tui::model::Model;
use crate::tui::model::left::acts::push_box;
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::help::{HelpPage, PAGE};
use crate::tui::widgets::text;

pub(in crate::tui) fn open_help(model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let about = scope(panes, cx);
    push_box(Overlay::Help(Box::new(HelpPage { about, search: TextArea::default(), chosen: 0 })), model, cx);
}

/// A command that was chosen is run in the place that it is meant for.
pub(in crate::tui) fn act_in_help(action: Action, cx: &mut Cx) {
    let Some(Overlay::Help(page)) = cx.overlays.last_mut() else { return };
    let last = page.found(&cx.keymap).len().saturating_sub(1);
    page.chosen = match action {
        Action::Down => page.chosen + 1,
        Action::Up => page.chosen.saturating_sub(1),
        Action::PageDown => page.chosen + PAGE,
        Action::PageUp => page.chosen.saturating_sub(PAGE),
        _ => page.chosen,
    }
    .min(last);
    if action == Action::Run
        && let Some(action) = page.found(&cx.keymap).get(page.chosen).map(|bound| bound.binding.action)
    {
        let about = page.about;
        cx.pop();
        cx.chosen = Some((about, action));
    }
}

pub(in crate::tui) fn type_in_help(chord: Chord, cx: &mut Cx) {
    let Some(Overlay::Help(page)) = cx.overlays.last_mut() else { return };
    if text::type_in_line(&mut page.search, chord) {
        page.chosen = 0;
    }
}

pub(in crate::tui) fn paste_in_help(pasted: &str, cx: &mut Cx) {
    let Some(Overlay::Help(page)) = cx.overlays.last_mut() else { return };
    text::paste_in_line(&mut page.search, pasted);
    page.chosen = 0;
}

/// Commands of this place that cannot act right now, with the reason of each; one line of help.
pub fn not_here<'a>(about: Scope, model: &Model, panes: &Panes, cx: &'a Cx) -> Vec<(&'a Bound, String)> {
    cx.keymap.bindings(about).filter_map(|bound| Some((bound, unavailable(about, bound.binding.action, model, panes, cx)?))).collect()
}
