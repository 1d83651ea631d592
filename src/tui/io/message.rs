//! What can reach the screen's state: keys, pasted text, a new size, the worker's reports, and the time.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::config::{View, ViewChange};
use crate::domain::fault::Fault;
use crate::domain::text::Clean;
use crate::protocol::Report;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::About;

/// One thing that happened. The runtime puts a [`Message::Tick`] in front of every batch, so that whatever follows in
/// it knows the time; `app` itself reads no clock.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The time now.
    Tick(Timestamp),
    /// The clock was set by so much since the last tick: what waits goes on as before.
    ClockSet(SignedDuration),
    Key(Chord),
    /// Text between the terminal's paste marks; never read as keys.
    Paste(String),
    /// Width and height in cells.
    Resize(u16, u16),
    FocusGained,
    FocusLost,
    Report(Report),
    /// How an effect went, in words: "copied SEC-882 (OSC 52, tmux)", "no browser could be started".
    Said(Grade, String),
    /// What came of [`crate::tui::io::effect::Effect::Edit`]: the text as it was left in the editor.
    Edited {
        about: About,
        result: Result<Clean, Fault>,
    },
    /// What came of [`crate::tui::io::effect::Effect::ChangeViews`]: the change that was made, which keeps what somebody else has saved, and
    /// the views as the file has them now; or why it does not.
    Views {
        change: ViewChange,
        result: Result<(ViewChange, Vec<View>), String>,
    },
    /// The program is being ended from outside: what was typed goes to the disk first.
    Ending,
}

/// A key as the terminal delivers it, without the terminal library's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// A key and the modifiers that count. A capital letter is its own `Char`, without `shift`; Shift-Tab is `Tab` with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    pub key: Key,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
}

const NAMED: [(&str, Key); 14] = [
    ("Enter", Key::Enter),
    ("Esc", Key::Esc),
    ("Tab", Key::Tab),
    ("Backspace", Key::Backspace),
    ("Delete", Key::Delete),
    ("Insert", Key::Insert),
    ("Left", Key::Left),
    ("Right", Key::Right),
    ("Up", Key::Up),
    ("Down", Key::Down),
    ("Home", Key::Home),
    ("End", Key::End),
    ("PgUp", Key::PageUp),
    ("PgDn", Key::PageDown),
];

impl Chord {
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: false }
    }

    pub const fn char(c: char) -> Self {
        Self::plain(Key::Char(c))
    }

    /// Keys that have a name.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.into_iter().map(|(name, _)| name).chain(["Space"])
    }

    /// Reads what `Display` writes: `j`, `G`, `Ctrl-d`, `Shift-Tab`, `Alt-1`, `F5`, `PgDn`, `Space`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut chord = Self::plain(Key::Esc);
        let mut rest = text;
        loop {
            if let Some(tail) = rest.strip_prefix("Ctrl-").filter(|tail| !tail.is_empty()) {
                chord.ctrl = true;
                rest = tail;
            } else if let Some(tail) = rest.strip_prefix("Alt-").filter(|tail| !tail.is_empty()) {
                chord.alt = true;
                rest = tail;
            } else if let Some(tail) = rest.strip_prefix("Shift-").filter(|tail| !tail.is_empty()) {
                chord.shift = true;
                rest = tail;
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        chord.key = match (chars.next(), chars.next()) {
            (Some(c), None) => Key::Char(c),
            _ if rest == "Space" => Key::Char(' '),
            (Some('F'), _) => Key::F(rest[1..].parse().ok()?),
            _ => NAMED.iter().find(|(name, _)| *name == rest)?.1,
        };
        Some(chord)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if on {
                f.write_str(name)?;
            }
        }
        match self.key {
            Key::Char(' ') => f.write_str("Space"),
            Key::Char(c) => write!(f, "{c}"),
            Key::F(n) => write!(f, "F{n}"),
            key => f.write_str(NAMED.iter().find(|(_, known)| *known == key).map_or("", |(name, _)| name)),
        }
    }
}

/// For the text under edit.
impl From<Chord> for tui_textarea::Input {
    fn from(chord: Chord) -> Self {
        use tui_textarea::Key as Typed;
        let key = match chord.key {
            Key::Char(c) => Typed::Char(c),
            Key::Enter => Typed::Enter,
            Key::Esc => Typed::Esc,
            Key::Tab => Typed::Tab,
            Key::Backspace => Typed::Backspace,
            Key::Delete => Typed::Delete,
            Key::Insert => Typed::Null,
            Key::Left => Typed::Left,
            Key::Right => Typed::Right,
            Key::Up => Typed::Up,
            Key::Down => Typed::Down,
            Key::Home => Typed::Home,
            Key::End => Typed::End,
            Key::PageUp => Typed::PageUp,
            Key::PageDown => Typed::PageDown,
            Key::F(n) => Typed::F(n),
        };
        Self { key, ctrl: chord.ctrl, alt: chord.alt, shift: chord.shift }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_read_as_they_are_written() {
        for text in ["j", "G", "?", "Ctrl-d", "Shift-Tab", "Alt-1", "F5", "PgDn", "Space", "Enter", "-", "Ctrl-\\", "F"] {
            assert_eq!(Chord::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "Ctrl-", "Fx", "Nope"] {
            assert_eq!(Chord::parse(text), None, "{text}");
        }
    }
}
