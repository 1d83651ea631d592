//! `[keys]`: read as it stands. Which places, actions and keys there are is known where they are used.

use std::path::PathBuf;

use toml::de::{DeTable, DeValue};

use super::notes::Notes;
use super::section::{Section, list};
use crate::config::settings::{Keys, Preset, Remap};

/// Lines of `[keys]` that are read; more than this many commands do not exist.
const MAX_REMAPS: usize = 1_000;
/// Alternatives that one command may have.
const MAX_ALTERNATIVES: usize = 16;

pub(super) fn read(section: &Section<'_>, notes: &mut Notes<'_>) -> Keys {
    let preset = section.choice("preset", &[("vim", Preset::Vim), ("arrows", Preset::Arrows)], notes).unwrap_or_default();
    let mut remaps = Vec::new();
    for place in section.keys().filter(|key| *key != "preset") {
        let Some(value) = section.value(place) else { continue };
        match value.get_ref().as_table() {
            Some(table) => of_place(place, table, &mut remaps, notes),
            None => notes.say(
                section.at(place),
                format!("`{place}` stands in [keys] itself"),
                format!("commands stand below their place: [keys.list], or [keys.everywhere], and there {place} = \"…\""),
            ),
        }
    }
    Keys { preset, remaps }
}

fn of_place(place: &str, table: &DeTable<'_>, remaps: &mut Vec<Remap>, notes: &mut Notes<'_>) {
    for (action, value) in table {
        let at = action.span().start;
        let keys: Option<Vec<String>> = match value.get_ref() {
            DeValue::String(one) => Some(vec![one.to_string()]),
            DeValue::Array(several) => several.iter().map(|one| one.get_ref().as_str().map(String::from)).collect(),
            _ => None,
        };
        let action = action.get_ref().to_string();
        match keys {
            Some(keys) if keys.len() <= MAX_ALTERNATIVES && remaps.len() < MAX_REMAPS => {
                remaps.push(Remap { place: place.into(), action, keys, file: PathBuf::from(notes.origin), line: notes.line(at) });
            }
            Some(_) => notes.say(at, format!("`{action}` has too many keys"), format!("write at most {MAX_ALTERNATIVES} alternatives")),
            None => notes.say(
                at,
                format!("the keys of `{action}` are text"),
                format!("write {}; [] takes all its keys away", list(["\"Ctrl-t\"", "[\"g t\", \"F7\"]"].into_iter())),
            ),
        }
    }
}
