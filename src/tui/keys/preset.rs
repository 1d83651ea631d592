//! The tables to start from: `vim` is the table itself, `arrows` needs no letter for moving and has function keys for
//! what is done most.

use Scope::{Conflict, Detail, FirstRun, List, Outbox, Picker, Sources};

use crate::config::Preset;
use crate::tui::io::message::{Chord, Key};
use crate::tui::keys::action::{Action, Binding, Group, Scope};

const PANES: &[Scope] = &[List, Detail];
const COMMANDS: &[Scope] = &[List, Detail, Outbox, Sources, Conflict, Picker, FirstRun];

/// Keys that `arrows` puts in front of the table's own.
const ARROWS: &[(Action, &[Scope], &[&str])] = &[
    (Action::OtherDown, PANES, &["Ctrl-Down"]),
    (Action::OtherUp, PANES, &["Ctrl-Up"]),
    (Action::NextUnseen, PANES, &["Ctrl-Right"]),
    (Action::PreviousUnseen, PANES, &["Ctrl-Left"]),
    (Action::Edit, PANES, &["F2"]),
    (Action::Filter, &[List], &["F3"]),
    (Action::Find, &[Detail], &["F3"]),
    (Action::Take, PANES, &["F4"]),
    (Action::Status, PANES, &["F6"]),
    (Action::Comment, PANES, &["F7"]),
    (Action::CloseCase, PANES, &["F8"]),
    (Action::Palette, COMMANDS, &["F9"]),
    (Action::Quit, COMMANDS, &["F10"]),
    (Action::Outbox, PANES, &["F12"]),
];

/// The keys of a command in a place.
pub fn sequences(preset: Preset, scope: Scope, binding: &Binding) -> Vec<Vec<Chord>> {
    let own = binding.sequences();
    if preset == Preset::Vim {
        return own.collect();
    }
    let more = ARROWS.iter().filter(|(action, scopes, _)| *action == binding.action && scopes.contains(&scope));
    let more = more.flat_map(|(_, _, keys)| keys.iter().filter_map(|key| Some(vec![Chord::parse(key)?])));
    let all: Vec<_> = more.chain(own).collect();
    if is_moving(binding) && !all.iter().all(|keys| needs_letter(keys)) {
        return all.into_iter().filter(|keys| !needs_letter(keys)).collect();
    }
    all
}

/// Letters alone; with Ctrl they are chords.
fn needs_letter(keys: &[Chord]) -> bool {
    keys.iter().any(|chord| matches!(chord.key, Key::Char(c) if c.is_alphabetic()) && !chord.ctrl && !chord.alt)
}

/// Whether a command moves: the preset without letters is judged by these.
pub fn is_moving(binding: &Binding) -> bool {
    binding.group == Group::Move
}
