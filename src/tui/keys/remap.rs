//! The keys that hold in this sitting: the table, a preset over it, and what the person has written over both.
//!
//! What cannot hold (an unknown command, a key that means two things, a sequence that can never be completed) is left
//! out with a problem that names its line; everything else holds all the same.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::config::{Keys, Macro, Preset, Problem, Remap};
use crate::domain::nearest::nearest;
use crate::tui::io::message::{Chord, Key};
use crate::tui::keys::action::{
    Action, Binding, Scope, bindings, {self},
};
use crate::tui::keys::preset;

/// The key before the letter of a macro.
pub const PREFIX: char = 'm';
/// Chords of one command; a longer one is a text to learn by heart.
const MAX_CHORDS: usize = 4;
/// Keys that are named where no help can be opened.
const MOST_KEYS: usize = 8;
/// Where the keys of macros hold.
const MACRO_PLACES: [Scope; 2] = [Scope::List, Scope::Detail];
/// The place that stands for all places.
const EVERYWHERE: &str = "everywhere";

/// A command of a place with the keys that it has now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub binding: &'static Binding,
    /// Alternatives, the one that is taught first in front; none: it is reached through the palette only.
    pub sequences: Vec<Vec<Chord>>,
}

impl Bound {
    /// The alternative that is taught first, as a person writes it: `gg`, `Ctrl-d`; empty: none.
    pub fn first_key(&self) -> String {
        self.sequences.first().map(|keys| written(keys)).unwrap_or_default()
    }

    /// All alternatives: `j Down`, `gg Home`, `g1..g9`.
    pub fn all_keys(&self) -> String {
        self.alternatives().join(" ")
    }

    /// Each alternative as a person writes it; those that differ by their digit only are one: `g1..g9`.
    fn alternatives(&self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for keys in self.sequences.iter().map(|keys| written(keys)) {
            let stem = keys.strip_suffix(|c: char| c.is_ascii_digit()).filter(|stem| stem.ends_with(['g', '-']));
            match (out.last_mut(), stem) {
                (Some(last), Some(stem)) if last.strip_prefix(stem).is_some_and(|rest| rest.starts_with('1')) => {
                    *last = format!("{stem}1..{keys}");
                }
                _ => out.push(keys),
            }
        }
        out
    }
}

/// `gg`, but `Ctrl-x s`: chords with names are not run together.
pub fn written(keys: &[Chord]) -> String {
    let chords: Vec<_> = keys.iter().map(Chord::to_string).collect();
    let is_short = chords.iter().all(|chord| chord.chars().count() == 1);
    chords.join(if is_short { "" } else { " " })
}

/// The commands of every place with their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    pub preset: Preset,
    /// As [`Scope::ALL`].
    scopes: Vec<Vec<Bound>>,
    /// Behind [`PREFIX`], in the list and the case.
    macros: Vec<char>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::of_preset(Preset::default())
    }
}

impl Keymap {
    /// A preset as it is.
    pub fn of_preset(preset: Preset) -> Self {
        let bound = |scope, binding| Bound { binding, sequences: preset::sequences(preset, scope, binding) };
        let scopes = Scope::ALL.into_iter().map(|scope| bindings(scope).map(|binding| bound(scope, binding)).collect()).collect();
        Self { preset, scopes, macros: Vec::new() }
    }

    /// The keys of a configuration, those of its macros among them, and what of them cannot hold.
    pub fn of_config(keys: &Keys, macros: &[Macro]) -> (Self, Vec<Problem>) {
        let (mut map, mut problems) = Self::new(keys);
        for (known, key) in macros.iter().filter_map(|known| Some((known, known.key?))) {
            match map.clash_of_macro(key) {
                None => map.macros.push(key),
                Some((what, instead)) => {
                    let what = format!("the key `{PREFIX}{key}` of the macro `{}` {what}", known.name);
                    problems.push(Problem { file: None, line: None, what, instead });
                }
            }
        }
        (map, problems)
    }

    /// Why a macro cannot have a key, and what to do.
    fn clash_of_macro(&self, key: char) -> Option<(String, String)> {
        let wanted = [Chord::char(PREFIX), Chord::char(key)];
        MACRO_PLACES.into_iter().find_map(|scope| {
            let meets = |keys: &Vec<Chord>| keys.starts_with(&wanted) || wanted.starts_with(keys);
            let mut held = self.bindings(scope).flat_map(|bound| bound.sequences.iter().map(move |keys| (bound, keys)));
            let (bound, keys) = held.find(|(_, keys)| meets(keys))?;
            let (place, name) = (place_name(scope), bound.binding.action.name());
            let what = if keys.as_slice() == wanted {
                format!("means `{name}` in {place} already")
            } else {
                format!("can never be pressed in {place}: `{}` is `{name}`", spelt(keys))
            };
            Some((what, format!("give the macro another key, or `{name}` other keys below [keys.{place}]")))
        })
    }

    /// Whether these keys may become those of a macro.
    pub fn begins_macro(&self, scope: Scope, pressed: &[Chord]) -> bool {
        !self.macros.is_empty() && MACRO_PLACES.contains(&scope) && pressed == [Chord::char(PREFIX)]
    }

    /// The preset with the person's own keys over it, and what of those cannot hold.
    pub fn new(keys: &Keys) -> (Self, Vec<Problem>) {
        let base = Self::of_preset(keys.preset);
        let mut problems = Vec::new();
        let mut wishes: Vec<Wish<'_>> = keys.remaps.iter().flat_map(|remap| read(remap, &mut problems)).collect();
        // What is said of one place wins over what is said of all.
        wishes.sort_by_key(|wish| wish.remap.place != EVERYWHERE);
        // Each round takes at least one wish back, so there is an end.
        loop {
            let map = base.with(&wishes);
            let Some((at, what, instead)) = map.clash(&wishes) else {
                problems.sort_by_key(|problem| problem.line);
                return (map, problems);
            };
            let wish = wishes.remove(at);
            problems.push(problem(wish.remap, what, instead));
        }
    }

    fn with(&self, wishes: &[Wish<'_>]) -> Self {
        let mut map = self.clone();
        for wish in wishes {
            for bound in map.of_mut(wish.scope).iter_mut().filter(|bound| bound.binding.action == wish.action) {
                bound.sequences.clone_from(&wish.sequences);
            }
        }
        map
    }

    fn of(&self, scope: Scope) -> &[Bound] {
        let at = Scope::ALL.iter().position(|known| *known == scope);
        at.and_then(|at| self.scopes.get(at)).map_or(&[], Vec::as_slice)
    }

    fn of_mut(&mut self, scope: Scope) -> &mut Vec<Bound> {
        let at = Scope::ALL.iter().position(|known| *known == scope).unwrap_or_default();
        &mut self.scopes[at]
    }

    /// The commands of a place, in the table's order.
    pub fn bindings(&self, scope: Scope) -> impl Iterator<Item = &Bound> {
        self.of(scope).iter()
    }

    /// A command of a place.
    pub fn binding(&self, scope: Scope, action: Action) -> Option<&Bound> {
        self.bindings(scope).find(|bound| bound.binding.action == action)
    }

    /// The key that is taught for an action in a place, for words that name it; its name where it has none.
    pub fn key(&self, scope: Scope, action: Action) -> String {
        let key = self.binding(scope, action).map(Bound::first_key).filter(|key| !key.is_empty());
        key.unwrap_or_else(|| format!(":{}", action.name()))
    }

    /// Where to see what keys do in a place: in the help, or, where none can be opened, the keys themselves.
    pub fn what_acts(&self, scope: Scope) -> String {
        let all = || self.bindings(scope).map(Bound::first_key).filter(|key| !key.is_empty()).take(MOST_KEYS).collect::<Vec<_>>();
        let help = self.binding(scope, Action::Help);
        help.map_or_else(|| format!("these keys act: {}", all().join(" ")), |help| format!("{} shows what does", help.first_key()))
    }

    /// Up to so many of the keys of an action in a place, `n Esc Enter`; its name where it has none.
    pub fn keys(&self, scope: Scope, action: Action, most: usize) -> String {
        let bound = self.binding(scope, action).filter(|bound| !bound.sequences.is_empty());
        let keys = |bound: &Bound| bound.sequences.iter().take(most).map(|keys| written(keys)).collect::<Vec<_>>().join(" ");
        bound.map_or_else(|| format!(":{}", action.name()), keys)
    }

    /// The key that chooses by this number in a place; None: none does.
    pub fn digit(&self, scope: Scope, number: u32) -> Option<String> {
        let is_it = |keys: &&Vec<Chord>| keys.last().and_then(|chord| action::number(*chord)) == Some(number);
        self.binding(scope, Action::Choose)?.sequences.iter().find(is_it).map(|keys| written(keys))
    }

    /// Keys with what they do, for a line of hints: `Enter open   J K move`. What has no key is left out.
    pub fn hints(&self, scope: Scope, gap: &str, hints: &[(&[Action], &str)]) -> String {
        let first = |action: &Action| self.binding(scope, *action).map(Bound::first_key).filter(|key| !key.is_empty());
        let hint = |(actions, words): &(&[Action], &str)| {
            let keys: Vec<String> = actions.iter().filter_map(first).collect();
            (!keys.is_empty()).then(|| format!("{} {words}", keys.join(" ")).trim_end().to_owned())
        };
        hints.iter().filter_map(hint).collect::<Vec<_>>().join(gap)
    }

    /// The first wish that cannot hold beside the others and the table: its place among them, what is wrong, and what to do.
    fn clash(&self, wishes: &[Wish<'_>]) -> Option<(usize, String, String)> {
        Scope::ALL.into_iter().find_map(|scope| self.clash_in(scope, wishes))
    }

    fn clash_in(&self, scope: Scope, wishes: &[Wish<'_>]) -> Option<(usize, String, String)> {
        let wish_of = |action| wishes.iter().rposition(|wish| wish.scope == scope && wish.action == action);
        // Of two, the later line gives way; the table never does.
        let guilty = |one, other| wish_of(one).max(wish_of(other));
        let mut seen: BTreeMap<&[Chord], Action> = BTreeMap::new();
        for bound in self.bindings(scope) {
            let action = bound.binding.action;
            for keys in &bound.sequences {
                let Some(other) = seen.insert(keys, action) else { continue };
                let at = guilty(action, other)?;
                let holder = if wishes[at].action == action { other } else { action };
                let what = format!("`{}` means `{}` in {} already", spelt(keys), holder.name(), place_name(scope));
                let instead = format!("choose another key, or free it with `{} = []` below [keys.{}]", holder.name(), place_name(scope));
                return Some((at, what, instead));
            }
        }
        for (keys, action) in &seen {
            for shorter in (1..keys.len()).map(|end| &keys[..end]) {
                let Some(other) = seen.get(shorter) else { continue };
                let at = guilty(*action, *other)?;
                let what = format!(
                    "`{}` (`{}`) can never be completed in {}: `{}` is `{}` alone",
                    spelt(keys),
                    action.name(),
                    place_name(scope),
                    spelt(shorter),
                    other.name()
                );
                return Some((at, what, "choose a key that no sequence begins with, or a sequence that begins otherwise".into()));
            }
        }
        let is_exit = |bound: &&Bound| EXITS.contains(&bound.binding.action) && !bound.sequences.is_empty();
        if self.bindings(scope).any(|bound| is_exit(&bound)) {
            return None;
        }
        let at = wishes.iter().rposition(|wish| wish.scope == scope && EXITS.contains(&wish.action))?;
        let what = format!("nothing would lead out of {} any more", place_name(scope));
        Some((at, what, format!("give `{}` a key", wishes[at].action.name())))
    }

    /// The whole map as Markdown, a section per place: the table of `docs/keys.md` and what `g?` prints.
    pub fn table(&self) -> String {
        let mut out = String::new();
        for scope in Scope::ALL {
            let _ = writeln!(out, "### {}\n\n| keys | action |\n|---|---|", capital(scope.title()));
            for bound in self.bindings(scope) {
                let keys: Vec<_> = bound.alternatives().into_iter().map(|keys| format!("`{keys}`")).collect();
                let keys = if keys.is_empty() { "(palette)".to_owned() } else { keys.join(" ") };
                let _ = writeln!(out, "| {} | {} |", keys, bound.binding.words);
            }
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }
}

/// Any of these leads out of a place.
const EXITS: [Action; 7] = [Action::Back, Action::Close, Action::No, Action::Leave, Action::RestoreFilter, Action::Quit, Action::Interrupt];

/// A remapping that was understood, for one place.
struct Wish<'a> {
    remap: &'a Remap,
    scope: Scope,
    action: Action,
    sequences: Vec<Vec<Chord>>,
}

/// As `[keys.…]` names it.
pub fn place_name(scope: Scope) -> String {
    scope.title().replace(' ', "-")
}

fn problem(remap: &Remap, what: String, instead: String) -> Problem {
    Problem { file: Some(remap.file.clone()), line: Some(remap.line), what, instead }
}

/// What a line asks for, in every place that it is about.
fn read<'a>(remap: &'a Remap, problems: &mut Vec<Problem>) -> Vec<Wish<'a>> {
    let fail = |what, instead| Err(problem(remap, what, instead));
    let read = || -> Result<Vec<Wish<'a>>, Problem> {
        let scopes: Vec<Scope> =
            Scope::ALL.into_iter().filter(|scope| remap.place == EVERYWHERE || place_name(*scope) == remap.place).collect();
        if scopes.is_empty() {
            let names: Vec<_> = Scope::ALL.into_iter().map(place_name).chain([EVERYWHERE.to_owned()]).collect();
            let near = nearest(&remap.place, names.iter().map(String::as_str))
                .map_or_else(|| format!("it is one of {}", names.join(", ")), |near| format!("did you mean [keys.{near}]?"));
            return fail(format!("there is no place `{}`", remap.place), near);
        }
        let Some(action) = Action::named(&remap.action) else {
            let here = scopes.iter().flat_map(|scope| bindings(*scope));
            let names: Vec<_> = here.map(|binding| binding.action.name()).collect();
            let near = nearest(&remap.action, names.iter().map(String::as_str))
                .map_or_else(|| "`caseload keys` lists the commands".to_owned(), |near| format!("did you mean `{near}`?"));
            return fail(format!("there is no command `{}`", remap.action), near);
        };
        if matches!(action, Action::Choose | Action::View) {
            return fail(format!("the digits of `{}` stay as they are", action.name()), "remove the line".into());
        }
        let holds = |scope: &Scope| bindings(*scope).any(|binding| binding.action == action);
        let scopes: Vec<_> = scopes.into_iter().filter(holds).collect();
        if scopes.is_empty() {
            let names: Vec<_> = Scope::ALL.into_iter().filter(holds).map(place_name).collect();
            return fail(format!("`{}` is no command of {}", remap.action, remap.place), format!("it is one of {}", names.join(", ")));
        }
        let mut wishes = Vec::new();
        let mut refused = None;
        for scope in scopes {
            let sequences = remap.keys.iter().map(|keys| sequence(keys, scope)).collect::<Result<_, _>>();
            match sequences {
                Ok(sequences) => wishes.push(Wish { remap, scope, action, sequences }),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        // A letter that is meant for everywhere is not meant for the places where people type.
        match refused {
            Some((what, instead)) if wishes.is_empty() => fail(what, instead),
            _ => Ok(wishes),
        }
    };
    read().unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    })
}

/// Reads `g t`, `Ctrl-t`; refuses what no terminal sends or what a place keeps for itself.
fn sequence(text: &str, scope: Scope) -> Result<Vec<Chord>, (String, String)> {
    let chords = text.split_whitespace().map(chord).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = chords.first().copied() else {
        return Err(("a key is empty".into(), "write a key, or [] without any to take the keys away".into()));
    };
    let is_plain = |chord: &Chord| matches!(chord.key, Key::Char(_)) && !chord.ctrl && !chord.alt;
    if chords.len() > MAX_CHORDS {
        return Err((format!("`{text}` is a long sequence"), format!("write at most {MAX_CHORDS} keys one after the other")));
    }
    if scope.is_text() && (is_plain(&first) || chords.len() > 1) {
        return Err((
            format!("`{text}` would eat what is typed in {}", place_name(scope)),
            "there, write one key with Ctrl- or Alt-, or a named one".into(),
        ));
    }
    if scope.counts() && is_plain(&first) && matches!(first.key, Key::Char('1'..='9')) {
        return Err((
            format!("`{text}` can never be pressed in {}: digits are counts there", place_name(scope)),
            "begin with something else".into(),
        ));
    }
    if chords.iter().skip(1).any(|chord| *chord == Chord::plain(Key::Esc)) {
        return Err((format!("`{text}` can never be completed: Esc calls a sequence off"), "end it with something else".into()));
    }
    Ok(chords)
}

fn chord(text: &str) -> Result<Chord, (String, String)> {
    let Some(chord) = Chord::parse(text) else {
        let names: Vec<String> = Chord::names().map(String::from).collect();
        let bare = text.rsplit('-').next().unwrap_or(text);
        let near = nearest(bare, names.iter().map(String::as_str)).map_or_else(
            || "write a letter, `Ctrl-t`, `Alt-t`, `F7`, `PgDn`, `Space`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err((format!("there is no key `{text}`"), near));
    };
    let unsent = |instead: String| Err((format!("no terminal sends `{text}`"), format!("write `{instead}`")));
    match chord.key {
        Key::F(n) if !(1..=12).contains(&n) => Err((format!("there is no key `{text}`"), "write F1 to F12".into())),
        Key::Char(c) if chord.shift => unsent(Chord { key: Key::Char(c.to_ascii_uppercase()), shift: false, ..chord }.to_string()),
        Key::Char(c) if chord.ctrl && c.is_ascii_uppercase() => {
            unsent(Chord { key: Key::Char(c.to_ascii_lowercase()), ..chord }.to_string())
        }
        Key::Char('i') if chord.ctrl => unsent("Tab".into()),
        Key::Char('m') if chord.ctrl => unsent("Enter".into()),
        Key::Char('[') if chord.ctrl => unsent("Esc".into()),
        _ => Ok(chord),
    }
}

/// For messages: `g t`.
fn spelt(keys: &[Chord]) -> String {
    keys.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
