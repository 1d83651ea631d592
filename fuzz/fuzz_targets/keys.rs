//! Any text as the name of a key: what is read is written so that it is read as the same key.
#![no_main]

use caseload::tui::io::message::Chord;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for name in text.split('\n') {
        if let Some(chord) = Chord::parse(name) {
            assert_eq!(Chord::parse(&chord.to_string()), Some(chord), "{name:?} is written as {chord}");
        }
    }
});
