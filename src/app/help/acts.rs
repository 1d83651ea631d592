//! Keys on the page of help.

use tui_textarea::TextArea;

use crate::app::action::{Action, Scope};
use crate::app::available::unavailable;
use crate::app::cx::Cx;
use crate::app::help::{HelpPage, PAGE};
use crate::app::left::acts::push_box;
use crate::app::message::Chord;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::panes::Panes;
use crate::app::remap::Bound;
use crate::app::{scope, text};

pub(in crate::app) fn open_help(model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let about = scope(panes, cx);
    push_box(Overlay::Help(HelpPage { about, search: TextArea::default(), chosen: 0 }), model, cx);
}

/// A command that was chosen comes back with the place that it is meant for, to be run there.
pub(in crate::app) fn act_in_help(action: Action, cx: &mut Cx) -> Option<(Scope, Action)> {
    let Some(Overlay::Help(page)) = cx.overlays.last_mut() else { return None };
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
        return Some((about, action));
    }
    None
}

pub(in crate::app) fn type_in_help(chord: Chord, cx: &mut Cx) {
    let Some(Overlay::Help(page)) = cx.overlays.last_mut() else { return };
    if text::type_in_line(&mut page.search, chord) {
        page.chosen = 0;
    }
}

pub(in crate::app) fn paste_in_help(pasted: &str, cx: &mut Cx) {
    let Some(Overlay::Help(page)) = cx.overlays.last_mut() else { return };
    text::paste_in_line(&mut page.search, pasted);
    page.chosen = 0;
}

/// Commands of this place that cannot act right now, with the reason of each; one line of help.
pub fn not_here<'a>(about: Scope, model: &Model, panes: &Panes, cx: &'a Cx) -> Vec<(&'a Bound, String)> {
    cx.keymap.bindings(about).filter_map(|bound| Some((bound, unavailable(about, bound.binding.action, model, panes, cx)?))).collect()
}
