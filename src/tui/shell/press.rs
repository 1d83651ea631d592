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
use crate::tui::screen::NO_TEXT_HERE;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::macros::start_macro;
use crate::tui::screens::confirm::acts::asks_to_quit;

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
            Pressed::Text(chord) => {
                if let Some(type_key) = self.cx.overlays.last().map(Overlay::type_key) {
                    type_key(chord, &mut self.model, &mut self.panes, &mut self.cx);
                }
            }
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
        match self.cx.overlays.last().map(Overlay::paste) {
            Some(paste) => paste(text, &mut self.model, &mut self.panes, &mut self.cx),
            None => self.cx.say(Grade::Info, NO_TEXT_HERE),
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
