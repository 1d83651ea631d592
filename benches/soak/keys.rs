//! What a restless person presses: gestures drawn at random, as the bytes that a terminal sends for them.

use caseload::tui::io::message::{Chord, Key};
use caseload::tui::keys::action::{Action, TABLE};
use fastrand::Rng;

/// One thing that happens at the terminal.
pub(crate) enum Gesture {
    /// Keys one after the other, each as its bytes.
    Keys(Vec<Vec<u8>>),
    Resize(u16, u16),
}

const TEXTS: [&str; 12] = [
    "phish",
    "status:open",
    "priority:<=P2 assignee:me,none",
    "-tag:noise",
    "age:>2d sort:sla",
    "src:tines OR src:datadog",
    "updated:>1h",
    "\"shared with you\"",
    "title:/ph.sh/",
    "statsu:open",
    "(unclosed",
    "漢字 e\u{301}",
];
/// Found in the palette by these; never what quits, suspends or interrupts.
const COMMANDS: [&str; 10] = ["sort", "columns", "outbox", "sources", "group by", "find", "preview", "times", "views", "explain"];
const SIZES: [(u16, u16); 9] = [(80, 24), (120, 36), (40, 12), (80, 24), (200, 50), (300, 100), (20, 5), (1, 1), (132, 43)];
/// They end the sitting, stop it, or open what runs a command by name (which could be one of these).
const LEFT_OUT: [Action; 7] =
    [Action::Quit, Action::Close, Action::Interrupt, Action::Suspend, Action::Help, Action::Palette, Action::KeyTable];

pub(crate) struct Hand {
    rng: Rng,
    /// Every key sequence of the table that may be pressed anywhere.
    sequences: Vec<Vec<Chord>>,
}

impl Hand {
    pub(crate) fn new(seed: u64) -> Self {
        // A key that is left out in one place is left out in all: where it is pressed is not known here.
        let ends = |chord: &Chord| TABLE.iter().any(|row| LEFT_OUT.contains(&row.action) && row.sequences().any(|keys| keys == [*chord]));
        let sequences = TABLE
            .iter()
            .filter(|row| !LEFT_OUT.contains(&row.action))
            .flat_map(|row| row.sequences().collect::<Vec<_>>())
            .filter(|keys| !keys.iter().any(ends))
            .collect();
        Self { rng: Rng::with_seed(seed), sequences }
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.rng.usize(..choices.len())]
    }

    fn text(&mut self) -> String {
        let text = self.of(&TEXTS);
        text.chars().take(1 + self.rng.usize(..text.chars().count())).collect()
    }

    /// The next gesture: mostly ways through the list, often a change, now and then something rare.
    pub(crate) fn next(&mut self) -> Gesture {
        match self.rng.u8(..100) {
            0..30 => {
                let keys = self.sequences[self.rng.usize(..self.sequences.len())].clone();
                Gesture::Keys(keys.into_iter().map(bytes).collect())
            }
            30..46 => {
                self.named(&["j", "k", "5 j", "G", "g g", "Ctrl-d", "Ctrl-u", "Enter", "h", "J", "K", "Tab", "g n", "z z", "r", "]", "["])
            }
            46..54 => {
                let end = self.of(&["Enter", "Enter", "Esc", "Tab Enter", "Tab Tab Enter"]);
                self.typed("/", end)
            }
            54..56 => self.named(&["Ctrl-x", "-", "F", "f s Enter", "f p j Space Enter", "f f l Enter"]),
            56..63 => {
                let end = self.of(&["Ctrl-s y", "Ctrl-s y", "Ctrl-s n", "Esc", "Tab Tab Ctrl-s y", "Ctrl-g y"]);
                self.typed("e Tab", end)
            }
            63..67 => {
                let begin = self.of(&["c", "t +", "a", "A"]);
                let end = self.of(&["Ctrl-s y", "Enter y", "Enter Enter y", "Esc"]);
                self.typed(begin, end)
            }
            67..74 => self.named(&[
                "i",
                "s 2 y",
                "s j Enter y",
                "p 1 y",
                "p 3 y",
                "x Enter y",
                "x 1 y",
                "X y",
                "w 1",
                "w 5",
                "W",
                "b",
                ". y",
                "E",
            ]),
            74..78 => self.named(&["Space Space Space p 2", "Space Space i", "v 5 j v t", "* s 1", "g m", "% g m"]),
            // A dry run that is open wants the number of its cases typed.
            78..80 => self.named(&["2 Enter", "3 Enter", "1 Enter", "g b", "g b p", "g b x y", "g b r"]),
            80..84 => self.named(&["u", "u", "U"]),
            84..88 => {
                self.named(&["g 1", "g 2", "g 5", "} {", "g v", "g V j K Esc", "S 2", "S +", "C j Space Esc", "z g 2", "z M", "z R", "z l"])
            }
            88..90 => {
                let command = self.of(&COMMANDS);
                let mut keys = chords(":");
                keys.extend(command.chars().map(Chord::char));
                keys.extend(chords("Enter"));
                Gesture::Keys(keys.into_iter().map(bytes).collect())
            }
            90..91 => self.named(&[
                "? s o r t Esc",
                "g o j F Esc",
                "g o p Esc",
                "g s ] r Esc",
                "T 1 n d u Esc",
                "m r j i m r x Enter",
                "o",
                "y u",
            ]),
            91..95 => self.named(&["Esc Esc Esc Esc"]),
            95..97 => {
                let (width, height) = SIZES[self.rng.usize(..SIZES.len())];
                if self.rng.bool() { Gesture::Resize(width, height) } else { Gesture::Resize(self.rng.u16(1..=300), self.rng.u16(1..=100)) }
            }
            97..98 => Gesture::Keys(vec![format!("\x1b[200~{}\n\x1b[31m{}\x1b[201~", self.text(), self.text()).into_bytes()]),
            98..99 => Gesture::Keys(vec![b"\x1b[O".to_vec(), b"\x1b[I".to_vec()]),
            _ => Gesture::Keys(vec![b"\x1b[<0;9;9M\x1b[999;999u\xff\xfe".to_vec(), b"\x1b".to_vec()]),
        }
    }

    fn named(&mut self, choices: &[&str]) -> Gesture {
        Gesture::Keys(chords(self.of(choices)).into_iter().map(bytes).collect())
    }

    fn typed(&mut self, begin: &str, end: &str) -> Gesture {
        let text = self.text();
        let keys = chords(begin).into_iter().chain(text.chars().map(Chord::char)).chain(chords(end));
        Gesture::Keys(keys.map(bytes).collect())
    }

    /// How long fingers rest, in milliseconds: mostly a fast typist, at times none at all.
    pub(crate) fn rest_ms(&mut self) -> u64 {
        if self.rng.u8(..10) == 0 { 0 } else { self.rng.u64(10..60) }
    }
}

fn chords(keys: &str) -> Vec<Chord> {
    keys.split(' ').map(|key| Chord::parse(key).unwrap()).collect()
}

/// What a terminal sends for a key, as xterm does.
pub(crate) fn bytes(chord: Chord) -> Vec<u8> {
    let code = |ending: &str| format!("\x1b[{ending}").into_bytes();
    let plain = match chord.key {
        Key::Char(c @ 'a'..='z') if chord.ctrl => vec![c as u8 - b'a' + 1],
        Key::Char('\\') if chord.ctrl => vec![0x1c],
        Key::Char(c) => c.to_string().into_bytes(),
        Key::Enter => vec![b'\r'],
        Key::Esc => vec![0x1b],
        Key::Tab if chord.shift => code("Z"),
        Key::Tab => vec![b'\t'],
        Key::Backspace => vec![0x7f],
        Key::Delete => code("3~"),
        Key::Insert => code("2~"),
        Key::Left => code("D"),
        Key::Right => code("C"),
        Key::Up => code("A"),
        Key::Down => code("B"),
        Key::Home => code("H"),
        Key::End => code("F"),
        Key::PageUp => code("5~"),
        Key::PageDown => code("6~"),
        Key::F(1) => b"\x1bOP".to_vec(),
        Key::F(4) => b"\x1bOS".to_vec(),
        Key::F(_) => code("15~"),
    };
    if chord.alt { [&[0x1b], plain.as_slice()].concat() } else { plain }
}
