//! Help for the place it was called from: every command of the table that holds there, searchable, ready to run.

use tui_textarea::TextArea;

use crate::app::action::{Action, Group, Scope, purpose};
use crate::app::available::unavailable;
use crate::app::message::Chord;
use crate::app::overlay::Overlay;
use crate::app::remap::{Bound, Keymap};
use crate::app::{App, text};

/// Commands that a page key moves by.
const PAGE: usize = 10;

#[derive(Clone, Debug)]
pub struct HelpPage {
    pub about: Scope,
    pub search: TextArea<'static>,
    /// Which of the commands found is highlighted.
    pub chosen: usize,
}

impl HelpPage {
    /// The commands that the search leaves, grouped in the table's order. Every word must be met by what a command is
    /// called, what its keys are, or what people look for who need it.
    pub fn found<'m>(&self, map: &'m Keymap) -> Vec<&'m Bound> {
        let search = text::line_text(&self.search).to_lowercase();
        let words: Vec<_> = search.split_whitespace().collect();
        let is_met = |bound: &&Bound| {
            let binding = bound.binding;
            let known = [binding.words, &bound.all_keys(), binding.group.title(), &binding.action.name(), purpose(binding.action)];
            let hay = known.join(" ").to_lowercase();
            words.iter().all(|word| hay.contains(word))
        };
        let mut found: Vec<_> = map.bindings(self.about).filter(is_met).collect();
        found.sort_by_key(|bound| Group::ALL.iter().position(|group| *group == bound.binding.group));
        found
    }
}

impl App {
    pub(super) fn open_help(&mut self) {
        let about = self.scope();
        self.push_box(Overlay::Help(HelpPage { about, search: TextArea::default(), chosen: 0 }));
    }

    pub(super) fn act_in_help(&mut self, action: Action) {
        let Some(Overlay::Help(page)) = self.overlays.last_mut() else { return };
        let last = page.found(&self.keymap).len().saturating_sub(1);
        page.chosen = match action {
            Action::Down => page.chosen + 1,
            Action::Up => page.chosen.saturating_sub(1),
            Action::PageDown => page.chosen + PAGE,
            Action::PageUp => page.chosen.saturating_sub(PAGE),
            _ => page.chosen,
        }
        .min(last);
        if action == Action::Run
            && let Some(action) = page.found(&self.keymap).get(page.chosen).map(|bound| bound.binding.action)
        {
            let about = page.about;
            self.pop();
            self.act(about, action, None);
        }
    }

    pub(super) fn type_in_help(&mut self, chord: Chord) {
        let Some(Overlay::Help(page)) = self.overlays.last_mut() else { return };
        if text::type_in_line(&mut page.search, chord) {
            page.chosen = 0;
        }
    }

    pub(super) fn paste_in_help(&mut self, pasted: &str) {
        let Some(Overlay::Help(page)) = self.overlays.last_mut() else { return };
        text::paste_in_line(&mut page.search, pasted);
        page.chosen = 0;
    }

    /// Commands of this place that cannot act right now, with the reason of each; one line of help.
    pub fn not_here(&self, about: Scope) -> Vec<(&Bound, String)> {
        self.keymap.bindings(about).filter_map(|bound| Some((bound, unavailable(self, about, bound.binding.action)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::bindings;

    fn page(about: Scope, search: &str) -> HelpPage {
        HelpPage { about, search: text::line(search), chosen: 0 }
    }

    #[test]
    fn help_lists_every_command_of_a_place_and_the_search_narrows_by_words_and_keys() {
        for scope in Scope::ALL {
            assert_eq!(page(scope, "").found(&Keymap::default()).len(), bindings(scope).count(), "{scope:?}");
        }
        let map = Keymap::default();
        let actions = |search| page(Scope::List, search).found(&map).iter().map(|bound| bound.binding.action).collect::<Vec<_>>();
        assert_eq!(actions("copy url"), [Action::CopyUrl]);
        assert_eq!(actions("ctrl-d"), [Action::HalfDown]);
        assert!(actions("no such thing").is_empty());
    }

    #[test]
    fn what_a_command_is_for_finds_it() {
        let map = Keymap::default();
        let finds = |search: &str, action: Action| page(Scope::List, search).found(&map).iter().any(|bound| bound.binding.action == action);
        for (search, action) in [
            ("undo", Action::Undo),
            ("conflict", Action::Outbox),
            ("offline", Action::Sources),
            ("offline", Action::Outbox),
            ("export", Action::Export),
            ("csv", Action::Export),
            ("snooze", Action::Snooze),
            ("snooze", Action::Wake),
            ("select", Action::Mark),
            ("false positive", Action::CloseCase),
            ("why", Action::Explain),
            ("timezone", Action::Times),
        ] {
            assert!(finds(search, action), "{search} does not find {action:?}");
        }
    }
}
