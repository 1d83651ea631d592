//! Where a key or a paste goes, and which keys act while the screen shows nothing but the size that it needs.

use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::keymap::{ANSWERS_AFTER, Pressed};
use crate::app::message::Chord;
use crate::app::notice::Grade;
use crate::app::overlay::{OnYes, Overlay};
use crate::protocol::Attention;

/// What a key comes to that would act on what nobody sees.
const UNSEEN: &str = "a key did nothing because the window was too small to show what it acts on; press it again";

impl App {
    pub(in crate::app) fn resize(&mut self, width: u16, height: u16) {
        let was_small = self.areas().too_small;
        self.cx.size = (width, height);
        if was_small {
            self.enlarged_at = Some(self.cx.steady);
        }
        self.cx.dirty = true;
    }

    /// The screen shows only the size that it needs, or did when this key was on its way.
    pub(in crate::app) fn is_unseen(&self) -> bool {
        let is_early = self.enlarged_at.is_some_and(|at| self.cx.steady.duration_since(at) < ANSWERS_AFTER);
        is_early || self.areas().too_small
    }

    /// What leads out, and what moves within a text: it neither changes nor discards anything.
    fn acts_unseen(&self, scope: Scope, action: Action) -> bool {
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
            Action::Yes => self.asks_to_quit(),
            _ => false,
        }
    }

    /// Whether it is asked to quit, and nothing is lost by a yes.
    pub fn asks_to_quit(&self) -> bool {
        matches!(self.cx.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.on_yes == OnYes::Quit)
            && self.model.kept.fault().is_none()
    }

    pub(in crate::app) fn press(&mut self, chord: Chord) {
        self.cx.dirty = true;
        self.cx.last_key_at = self.cx.steady;
        self.attend(Attention::Focused);
        self.model.list.touch();
        self.cx.notices.go_on(self.cx.steady);
        self.awaited = None;
        let scope = self.scope();
        match self.cx.keys.press(&self.cx.keymap, scope, chord, self.cx.steady) {
            Pressed::Act(action, _) if self.is_unseen() && !self.acts_unseen(scope, action) => self.cx.say(Grade::Info, UNSEEN),
            Pressed::Nothing(_) if self.is_unseen() => self.cx.say(Grade::Info, UNSEEN),
            Pressed::Act(action, count) => self.act(scope, action, count),
            Pressed::Text(chord) => match scope {
                Scope::Form | Scope::Rewrite => self.type_in_form(chord),
                Scope::Help => self.type_in_help(chord),
                Scope::Prompt => self.type_in_prompt(chord),
                Scope::Name => self.type_in_name(chord),
                Scope::Palette => self.type_in_palette(chord),
                _ => self.type_in_bar(chord),
            },
            Pressed::Nothing(keys) if matches!(scope, Scope::List | Scope::Detail) && self.model.macro_of(&keys).is_some() => {
                if let Some(at) = self.model.macro_of(&keys) {
                    self.start_macro(at);
                }
            }
            Pressed::Nothing(keys) => {
                self.cx.say(Grade::Info, format!("{keys} does nothing here; {}", self.cx.keymap.what_acts(scope)));
            }
            Pressed::Waiting | Pressed::Dropped => {}
        }
    }

    /// The filter bar, or the find bar of the case.
    fn type_in_bar(&mut self, chord: Chord) {
        if matches!(self.cx.overlays.last(), Some(Overlay::Filter(_))) {
            self.type_in_filter(chord);
        } else {
            self.type_in_find(chord);
        }
    }

    pub(in crate::app) fn paste(&mut self, text: &str) {
        self.cx.dirty = true;
        self.cx.last_key_at = self.cx.steady;
        match self.cx.overlays.last() {
            Some(Overlay::Form(_) | Overlay::Conflict(_)) => self.paste_in_form(text),
            Some(Overlay::Filter(_)) => self.paste_in_filter(text),
            Some(Overlay::Name(_)) => self.paste_in_name(text),
            Some(Overlay::Find(_)) => self.paste_in_find(text),
            Some(Overlay::Help(_)) => self.paste_in_help(text),
            Some(Overlay::People(_) | Overlay::Labels(_) | Overlay::Ask(_) | Overlay::Snooze(_)) => self.paste_in_prompt(text),
            Some(Overlay::Palette(_)) => self.paste_in_palette(text),
            _ => self.cx.say(Grade::Info, "pasted text has no place here; / or e opens a text field first"),
        }
    }
}
