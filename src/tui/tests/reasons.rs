//! Why something cannot be changed: one reason, worded for the screen with the keys of this keymap, elsewhere without any.

use super::*;
use crate::config::{Keys, Preset, Remap};
use crate::domain::capability::{Reason, allowed};
use crate::domain::case::State;
use crate::domain::part::Part;
use crate::domain::source_policy::Writes;
use crate::tui::keys::action::Action;
use crate::tui::keys::remap::{Bound, Keymap};

fn every() -> Vec<Reason> {
    let mut found: Vec<Reason> = Vec::new();
    for vendor in Vendor::ALL {
        for state in [State::Open, State::Archived] {
            let mut row = sample::case(vendor, 1).row;
            row.status.state = Some(state);
            found.extend(Part::ALL.into_iter().filter_map(|part| allowed(vendor, &row, part).err()));
        }
    }
    found.extend([Writes::Undecided, Writes::Refused].into_iter().filter_map(|writes| writes.refusal("prod-eu")));
    found.extend([Reason::OddField(Clean::line("hologram")), Reason::ByVendor("v1 is read-only here".into())]);
    for reason in &found {
        // A new reason has to be among these.
        match reason {
            Reason::Lacks(..)
            | Reason::TakesNoComments
            | Reason::ArchivesByStatus
            | Reason::IsNotArchived
            | Reason::AttributesInstead
            | Reason::Archived
            | Reason::OddField(_)
            | Reason::Undecided(_)
            | Reason::Refused(_)
            | Reason::ByVendor(_) => {}
        }
    }
    let kinds: std::collections::HashSet<_> = found.iter().map(std::mem::discriminant).collect();
    assert_eq!(kinds.len(), 10);
    found
}

fn tokens(words: &str) -> Vec<String> {
    words.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

/// The keys that help against a reason, and others for them.
const HELP: [(Action, &str, &str); 4] =
    [(Action::Status, "s", "F9"), (Action::Unarchive, "gA", "F10"), (Action::Browse, "o", "F11"), (Action::Sources, "gs", "F12")];

/// In one place, other keys.
fn remapped(place: &str, keys: &[(Action, &str, &str)]) -> Keymap {
    let wish = |(action, _, key): &(Action, &str, &str)| Remap {
        place: place.into(),
        action: action.name(),
        keys: vec![(*key).into()],
        file: "x".into(),
        line: 1,
    };
    let (map, problems) = Keymap::new(&Keys { preset: Preset::Vim, remaps: keys.iter().map(wish).collect() });
    assert!(problems.is_empty(), "{problems:?}");
    map
}

#[test]
fn words_for_everywhere_name_no_key() {
    let map = Keymap::of_preset(Preset::Vim);
    let keys: Vec<String> = Scope::ALL.into_iter().flat_map(|scope| map.bindings(scope).map(Bound::first_key)).collect();
    for reason in every() {
        let words = reason.to_string();
        for token in tokens(&words) {
            let is_key = token.chars().count() == 1 || keys.contains(&token) || ["press", "key"].contains(&token.as_str());
            assert!(!is_key, "`{token}` in: {words}");
        }
    }
}

#[test]
fn words_of_the_screen_name_the_keys_that_are_bound_now() {
    let (plain, mut anew) = (Sitting::with(rows(1..=2)), Sitting::with(rows(1..=2)));
    anew.app.cx.keymap = remapped("list", &HELP);
    let mut named = 0;
    for reason in every() {
        let (before, after) = (plain.app.cx.reason(&reason), anew.app.cx.reason(&reason));
        if before == reason.to_string() {
            assert_eq!(after, before, "no key is named, whichever are bound");
            continue;
        }
        named += 1;
        let helps = |words: &str, key: &str| tokens(words).iter().any(|token| token == key);
        let (_, old, new) = HELP.into_iter().find(|(_, old, _)| helps(&before, old)).unwrap_or_else(|| panic!("no key in: {before}"));
        assert!(helps(&after, new) && !helps(&after, old), "{after}");
    }
    assert!(named >= 4, "{named}");
}

#[test]
fn messages_name_the_keys_that_are_bound_now() {
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.app.cx.keymap = remapped("palette", &[(Action::Back, "Esc", "F9")]);
    sitting.press(": z z z z q q q Enter");
    assert_eq!(sitting.said(), "no command is called that; F9 closes the palette");
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.app.cx.keymap = remapped("list", &[(Action::Views, "gV", "F9"), (Action::FoldToggle, "za", "F10")]);
    sitting.press("z g 3");
    assert!(sitting.said().ends_with("; F10 folds a group"), "{}", sitting.said());
}
