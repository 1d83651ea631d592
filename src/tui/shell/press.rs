//! Where a key or a paste goes, and which keys act while the screen shows nothing but the size that it needs.

use crate::protocol::Attention;
use crate::tui::app::App;
use crate::tui::areas::{areas, attend, scope};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::keys::keymap::{ANSWERS_AFTER, Pressed};
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::macros::start_macro;
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::detail::find::acts::{paste_in_find, type_in_find};
use crate::tui::screens::filter::acts::{paste_in_filter, type_in_filter};
use crate::tui::screens::form::keys::{paste_in_form, type_in_form};
use crate::tui::screens::help::acts::{paste_in_help, type_in_help};
use crate::tui::screens::name::acts::{paste_in_name, type_in_name};
use crate::tui::screens::palette::acts::{paste_in_palette, type_in_palette};
use crate::tui::screens::people::acts::{paste_in_prompt, type_in_prompt};

/// What a key comes to that would act on what nobody sees.
const UNSEEN: &str = "a key did nothing because the window was too small to show what it acts on; press it again";

impl App {
    pub(in crate::tui) fn resize(&mut self, width: u16, height: u16) {
        let was_small = areas(&self.model, &self.panes, &self.cx).too_small;
        self.cx.size = (width, height);
        if was_small {
            self.enlarged_at = Some(self.cx.steady);
        }
        self.cx.dirty = true;
    }

    /// The screen shows only the size that it needs, or did when this key was on its way.
    pub(in crate::tui) fn is_unseen(&self) -> bool {
        let is_early = self.enlarged_at.is_some_and(|at| self.cx.steady.duration_since(at) < ANSWERS_AFTER);
        is_early || areas(&self.model, &self.panes, &self.cx).too_small
    }

    pub(in crate::tui) fn press(&mut self, chord: Chord) {
        self.cx.dirty = true;
        self.cx.last_key_at = self.cx.steady;
        attend(Attention::Focused, &self.model, &mut self.cx);
        self.model.list.touch();
        self.cx.notices.go_on(self.cx.steady);
        self.awaited = None;
        let scope = scope(&self.panes, &self.cx);
        match self.cx.keys.press(&self.cx.keymap, scope, chord, self.cx.steady) {
            Pressed::Act(action, _) if self.is_unseen() && !acts_unseen(scope, action, &self.model, &self.cx) => {
                self.cx.say(Grade::Info, UNSEEN);
            }
            Pressed::Nothing(_) if self.is_unseen() => self.cx.say(Grade::Info, UNSEEN),
            Pressed::Act(action, count) => self.act(scope, action, count),
            Pressed::Text(chord) => match scope {
                Scope::Form | Scope::Rewrite => type_in_form(chord, &mut self.cx),
                Scope::Help => type_in_help(chord, &mut self.cx),
                Scope::Prompt => type_in_prompt(chord, &mut self.model, &mut self.cx),
                Scope::Name => type_in_name(chord, &mut self.cx),
                Scope::Palette => type_in_palette(chord, &self.model, &self.panes, &mut self.cx),
                _ => type_in_bar(chord, &mut self.model, &mut self.panes, &mut self.cx),
            },
            Pressed::Nothing(keys) if matches!(scope, Scope::List | Scope::Detail) && self.model.macro_of(&keys).is_some() => {
                if let Some(at) = self.model.macro_of(&keys) {
                    start_macro(at, &mut self.model, &self.panes, &mut self.cx);
                }
            }
            Pressed::Nothing(keys) => {
                self.cx.say(Grade::Info, format!("{keys} does nothing here; {}", self.cx.keymap.what_acts(scope)));
            }
            Pressed::Waiting | Pressed::Dropped => {}
        }
    }

    pub(in crate::tui) fn paste(&mut self, text: &str) {
        self.cx.dirty = true;
        self.cx.last_key_at = self.cx.steady;
        match self.cx.overlays.last() {
            Some(Overlay::Form(_) | Overlay::Conflict(_)) => paste_in_form(text, &mut self.cx),
            Some(Overlay::Filter(_)) => paste_in_filter(text, &mut self.model, &mut self.cx),
            Some(Overlay::Name(_)) => paste_in_name(text, &mut self.cx),
            Some(Overlay::Find(_)) => paste_in_find(text, &self.model, &mut self.panes, &mut self.cx),
            Some(Overlay::Help(_)) => paste_in_help(text, &mut self.cx),
            Some(Overlay::People(_) | Overlay::Labels(_) | Overlay::Ask(_) | Overlay::Snooze(_)) => {
                paste_in_prompt(text, &mut self.model, &mut self.cx);
            }
            Some(Overlay::Palette(_)) => paste_in_palette(text, &self.model, &self.panes, &mut self.cx),
            _ => self.cx.say(Grade::Info, "pasted text has no place here; / or e opens a text field first"),
        }
    }
}

/// What leads out, and what moves within a text: it neither changes nor discards anything.
fn acts_unseen(scope: Scope, action: Action, model: &Model, cx: &Cx) -> bool {
    match action {
        Action::Back
        | Action::Close
        | Action::No
        | Action::Quit
        | Action::Interrupt
        | Action::Suspend
        | Action::Redraw
        | Action::RestoreFilter
        | Action::KeepFilter
        | Action::NextField
        | Action::PreviousField
        | Action::NextTab
        | Action::PreviousTab => true,
        // In a triage run it decides.
        Action::Leave => scope != Scope::Triage,
        Action::Yes => asks_to_quit(model, cx),
        _ => false,
    }
}

/// Whether it is asked to quit, and nothing is lost by a yes.
pub fn asks_to_quit(model: &Model, cx: &Cx) -> bool {
    matches!(cx.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.on_yes == OnYes::Quit) && model.kept.fault().is_none()
}

/// The filter bar, or the find bar of the case.
fn type_in_bar(chord: Chord, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    if matches!(cx.overlays.last(), Some(Overlay::Filter(_))) {
        type_in_filter(chord, model, cx);
    } else {
        type_in_find(chord, model, panes, cx);
    }
}
