//! Any text through the cleaner: what comes out cannot steer, reorder or hide, and cleaning it again changes nothing.
#![no_main]

use caseload::domain::text::Clean;
use libfuzzer_sys::fuzz_target;

/// Bidi controls, zero-width characters and tags, written here a second time so that the cleaner cannot judge itself.
fn hides(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fuzz_target!(|data: &[u8]| {
    let raw = String::from_utf8_lossy(data);
    let line = Clean::line(&raw);
    assert!(!line.as_str().chars().any(|c| c.is_control() || hides(c)), "{line:?}");
    assert_eq!(Clean::line(line.as_str()), line, "a line changes when it is cleaned again");
    let block = Clean::block(&raw);
    assert!(!block.as_str().chars().any(|c| (c.is_control() && c != '\n') || hides(c)), "{block:?}");
    assert_eq!(Clean::block(block.as_str()), block, "a block changes when it is cleaned again");
    // A visible character is at most shown by its code point and a count.
    assert!(line.as_str().len() <= raw.len() * 12 + 32, "{} bytes from {}", line.as_str().len(), raw.len());
});
