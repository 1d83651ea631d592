//! Help for the place it was called from: every command of the table that holds there, searchable, ready to run.

pub mod acts;
mod screen;
pub mod view;

use tui_textarea::TextArea;

use crate::tui::keys::action::{Group, Scope, purpose};
use crate::tui::keys::remap::{Bound, Keymap};
use crate::tui::widgets::text;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keys::action::{Action, bindings};

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
