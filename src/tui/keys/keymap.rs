//! From keys to actions: counts, prefixes that wait, and what may follow them.

use jiff::{SignedDuration, Timestamp};

use crate::tui::io::message::{Chord, Key};
use crate::tui::keys::action::{
    Action, Scope, {self},
};
use crate::tui::keys::remap::{Bound, Keymap};

/// How long a prefix waits before its continuations are listed.
pub const WHICH_KEY_AFTER: SignedDuration = SignedDuration::from_millis(400);
/// An answer within this of a question's appearing was meant for what was there before (key repeat, type-ahead).
pub const ANSWERS_AFTER: SignedDuration = SignedDuration::from_millis(300);
/// A key that is held comes again within this at the latest, whatever the person has set.
const FIRST_REPEAT_WITHIN: SignedDuration = SignedDuration::from_secs(1);
/// From then on it repeats within this, a key that is pressed once more does not.
const REPEATS_WITHIN: SignedDuration = SignedDuration::from_millis(150);
/// Counts above this mean nothing: the list has at most a million rows.
const MAX_COUNT: u32 = 1_000_000;

/// What has been pressed of a command so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    count: Option<u32>,
    prefix: Vec<Chord>,
    since: Option<Timestamp>,
    run: Run,
}

/// One key, pressed or repeated by being held, without another one between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Run {
    key: Option<Chord>,
    /// When it came last.
    last: Timestamp,
    has_repeated: bool,
    /// It was pressed for something else than the question in sight.
    is_refused: bool,
}

/// What a key came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// An action, and how often; for [`Action::Choose`] the digit.
    Act(Action, Option<u32>),
    /// A digit or a prefix; more is to come.
    Waiting,
    /// Goes into the text of a text scope.
    Text(Chord),
    /// Bound to nothing here, as it was pressed: `g x`.
    Nothing(String),
    /// A waiting prefix or count was called off.
    Dropped,
}

impl Keys {
    pub fn press(&mut self, map: &Keymap, scope: Scope, chord: Chord, now: Timestamp) -> Pressed {
        self.note(chord, now);
        let is_escape = chord == Chord::plain(Key::Esc);
        if is_escape && (self.count.is_some() || !self.prefix.is_empty()) {
            self.clear();
            return Pressed::Dropped;
        }
        if scope.counts() && self.prefix.is_empty() && self.take_digit(chord) {
            return Pressed::Waiting;
        }
        self.prefix.push(chord);
        match look_up(map, scope, &self.prefix) {
            Found::Exact(action) => {
                let count = if matches!(action, Action::Choose | Action::View) { action::number(chord) } else { self.count };
                self.clear();
                Pressed::Act(action, count)
            }
            Found::Longer => {
                self.since = Some(now);
                Pressed::Waiting
            }
            // Where the panes know it as a prefix, what follows belongs to it: it never acts as a key of its own.
            Found::Nothing if !scope.is_text() && is_prefix_of_panes(map, &self.prefix) => {
                self.since = Some(now);
                Pressed::Waiting
            }
            Found::Nothing if map.begins_macro(scope, &self.prefix) => {
                self.since = Some(now);
                Pressed::Waiting
            }
            Found::Nothing if scope.is_text() => {
                self.clear();
                Pressed::Text(chord)
            }
            Found::Nothing => {
                let pressed = std::mem::take(&mut self.prefix).iter().map(Chord::to_string).collect::<Vec<_>>().join(" ");
                self.clear();
                Pressed::Nothing(pressed)
            }
        }
    }

    fn take_digit(&mut self, chord: Chord) -> bool {
        let Some(digit) = action::digit(chord).filter(|digit| *digit > 0 || self.count.is_some()) else { return false };
        self.count = Some(self.count.unwrap_or(0).saturating_mul(10).saturating_add(digit).min(MAX_COUNT));
        true
    }

    /// The count and prefix as pressed, for the corner of the status line: `12g`.
    pub fn written(&self) -> String {
        let count = self.count.map(|count| count.to_string()).unwrap_or_default();
        self.prefix.iter().fold(count, |out, chord| out + &chord.to_string())
    }

    /// The prefix that waits, once it has waited long enough to be explained.
    pub fn explained(&self, now: Timestamp) -> Option<&[Chord]> {
        self.wake_at().is_some_and(|at| at <= now).then_some(&self.prefix)
    }

    /// When the strip of continuations appears.
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.since.and_then(|since| since.checked_add(WHICH_KEY_AFTER).ok())
    }

    /// Nothing is begun any more. Which key is held is known all the same.
    pub fn clear(&mut self) {
        *self = Self { run: self.run, ..Self::default() };
    }

    /// Notes which key came, and whether it may be one that is held.
    fn note(&mut self, chord: Chord, now: Timestamp) {
        let gap = if self.run.has_repeated { REPEATS_WITHIN } else { FIRST_REPEAT_WITHIN };
        match self.run.key {
            Some(known) if known == chord && now.duration_since(self.run.last) < gap => {
                self.run = Run { last: now, has_repeated: true, ..self.run };
            }
            _ => self.run = Run { key: Some(chord), last: now, ..Run::default() },
        }
    }

    /// A question comes into sight: a key that is held from before is not meant for it.
    pub(in crate::tui) fn begin_question(&mut self) {
        self.run.is_refused = true;
    }

    /// Whether the key that came now has been held since before the question in sight.
    pub(in crate::tui) fn is_held(&self) -> bool {
        self.run.is_refused
    }

    /// Whether an answer came too early for a question of `asked_at`: within its first moments, or from a key that has been held
    /// since before. The one after it counts, unless it is the same key still held down.
    pub(in crate::tui) fn came_early(&self, asked_at: &mut Timestamp, now: Timestamp) -> bool {
        let is_early = now.duration_since(*asked_at) < ANSWERS_AFTER;
        if is_early {
            *asked_at = now.checked_sub(ANSWERS_AFTER - REPEATS_WITHIN).unwrap_or(now);
        }
        is_early || self.is_held()
    }
}

enum Found {
    Exact(Action),
    Longer,
    Nothing,
}

fn look_up(map: &Keymap, scope: Scope, pressed: &[Chord]) -> Found {
    let mut found = Found::Nothing;
    for bound in map.bindings(scope) {
        for keys in &bound.sequences {
            if keys == pressed {
                return Found::Exact(bound.binding.action);
            }
            if keys.starts_with(pressed) {
                found = Found::Longer;
            }
        }
    }
    found
}

/// Whether the list or the case would wait for more behind these keys.
fn is_prefix_of_panes(map: &Keymap, pressed: &[Chord]) -> bool {
    [Scope::List, Scope::Detail]
        .into_iter()
        .any(|pane| matches!(look_up(map, pane, pressed), Found::Longer) || map.begins_macro(pane, pressed))
}

/// What may follow a prefix in a scope: the next key and its command, in the table's order.
pub fn continuations<'m>(map: &'m Keymap, scope: Scope, prefix: &[Chord]) -> Vec<(Chord, &'m Bound)> {
    map.bindings(scope)
        .flat_map(|bound| {
            let longer = bound.sequences.iter().filter(|keys| keys.len() > prefix.len() && keys.starts_with(prefix));
            // Nine views are one line.
            longer.take(1).map(|keys| (keys[prefix.len()], bound)).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(keys: &mut Keys, scope: Scope, text: &str) -> Pressed {
        keys.press(&Keymap::default(), scope, Chord::parse(text).unwrap(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn counts_and_prefixes_wait_and_escape_calls_them_off() {
        let mut keys = Keys::default();
        assert_eq!(press(&mut keys, Scope::List, "1"), Pressed::Waiting);
        assert_eq!(press(&mut keys, Scope::List, "0"), Pressed::Waiting);
        assert_eq!(press(&mut keys, Scope::List, "j"), Pressed::Act(Action::Down, Some(10)));
        assert_eq!(press(&mut keys, Scope::List, "0"), Pressed::Nothing("0".into()));
        assert_eq!(press(&mut keys, Scope::List, "g"), Pressed::Waiting);
        assert_eq!(keys.written(), "g");
        assert_eq!(press(&mut keys, Scope::List, "Esc"), Pressed::Dropped);
        assert_eq!(press(&mut keys, Scope::List, "Esc"), Pressed::Act(Action::Back, None));
        assert_eq!(press(&mut keys, Scope::List, "g"), Pressed::Waiting);
        assert_eq!(press(&mut keys, Scope::List, "q"), Pressed::Nothing("g q".into()));
        assert_eq!(press(&mut keys, Scope::List, "g"), Pressed::Waiting);
        assert_eq!(press(&mut keys, Scope::List, "g"), Pressed::Act(Action::First, None));
    }

    #[test]
    fn a_prefix_of_the_panes_never_acts_as_its_second_key_elsewhere() {
        for scope in Scope::ALL.into_iter().filter(|scope| !scope.is_text()) {
            for prefix in ["g", "z", "y", "f", "m"] {
                let is_own = Keymap::default()
                    .bindings(scope)
                    .any(|bound| bound.sequences.iter().any(|keys| keys == &[Chord::parse(prefix).unwrap()]));
                for next in ["3", "x", "d", "y", "r", "m"].into_iter().filter(|_| !is_own) {
                    let mut keys = Keys::default();
                    assert_eq!(press(&mut keys, scope, prefix), Pressed::Waiting, "{prefix} in {scope:?}");
                    let came_to = press(&mut keys, scope, next);
                    let is_bound = matches!(
                        look_up(&Keymap::default(), scope, &[prefix, next].map(|key| Chord::parse(key).unwrap())),
                        Found::Exact(_)
                    );
                    assert!(
                        is_bound || came_to == Pressed::Nothing(format!("{prefix} {next}")),
                        "{prefix} {next} in {scope:?}: {came_to:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_count_has_a_bound() {
        let mut keys = Keys::default();
        for _ in 0..40 {
            press(&mut keys, Scope::List, "9");
        }
        assert_eq!(press(&mut keys, Scope::List, "G"), Pressed::Act(Action::Last, Some(MAX_COUNT)));
    }

    #[test]
    fn in_text_letters_and_digits_are_text() {
        let mut keys = Keys::default();
        assert_eq!(press(&mut keys, Scope::Filter, "g"), Pressed::Text(Chord::char('g')));
        assert_eq!(press(&mut keys, Scope::Filter, "5"), Pressed::Text(Chord::char('5')));
        assert_eq!(press(&mut keys, Scope::Filter, "Enter"), Pressed::Act(Action::KeepFilter, None));
        assert_eq!(press(&mut keys, Scope::Picker, "3"), Pressed::Act(Action::Choose, Some(3)));
    }

    #[test]
    fn the_strip_comes_after_a_while_and_lists_what_can_follow() {
        let mut keys = Keys::default();
        press(&mut keys, Scope::List, "y");
        assert_eq!(keys.explained(Timestamp::from_millisecond(399).unwrap()), None);
        assert_eq!(keys.explained(Timestamp::from_millisecond(400).unwrap()), Some(&[Chord::char('y')][..]));
        let next: Vec<_> =
            continuations(&Keymap::default(), Scope::List, &[Chord::char('y')]).into_iter().map(|(chord, _)| chord.to_string()).collect();
        assert_eq!(next, ["y", "u", "t", "j"]);
    }
}
