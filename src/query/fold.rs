//! Text as it is compared, so that `Müller` and `MULLER` are one word.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Text as it is compared: compatibility forms unified (NFKD), accents and other marks stripped, case folded. Control
/// characters become blanks, so none of them can occur in folded text.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded text.
pub fn fold_into(text: &str, folded: &mut String) {
    // Without an exit inside a chunk, so that it is compared many bytes at a time.
    let is_plain = |chunk: &[u8]| chunk.iter().fold(true, |all, byte| all & matches!(byte, 0x20..=0x7e));
    if text.as_bytes().chunks(32).all(is_plain) {
        let start = folded.len();
        folded.push_str(text);
        folded[start..].make_ascii_lowercase();
        return;
    }
    let plain = |c: &char| !is_combining_mark(*c);
    for c in text.nfkd().filter(plain) {
        match c {
            _ if c.is_ascii() => folded.push(if c.is_ascii_control() { ' ' } else { c.to_ascii_lowercase() }),
            _ if c.is_control() => folded.push(' '),
            // Lower, upper, lower: `ẞ` and `ß` become `ss`, `ς` becomes `σ`. What that composes is taken apart again.
            _ => {
                let cased = c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
                folded.extend(cased.nfkd().filter(plain));
            }
        }
    }
}
