//! The filter language: one grammar for the bar, the command line, views and the conditions of macros.
//!
//! [`parse()`] takes any text; what it gives prints as text that reads as the same query. Nothing here knows a row or the
//! time: what a query means to whom is decided where rows are judged, with an [`Asker`].

mod asker;
mod ast;
mod field;
mod parse;
mod pattern;
mod print;
mod quote;
mod reference;
mod stranger;
mod value;
mod when;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub use asker::{Asker, Me, Origin};
pub use ast::{Cmp, Column, Field, Key, Mark, Node, Pattern, Query, StateWord, Term, Test, Thing, Value, Word};
pub use field::{DIRECTIVES, Kind, NAMED, PLAIN, nearest};
pub use parse::{Parsed, Problem, parse};
pub use reference::{Named, meant, split, vendors_of};
pub use stranger::Stranger;
pub use when::{Span, When};

/// A page pasted into the filter by mistake must not make every keystroke slow.
const MAX_CONDITIONS: usize = 64;
/// A list of keys out of a report is still a filter.
const MAX_VALUES: usize = 256;
/// No title is searched for by more than this.
const MAX_WORD_CHARS: usize = 256;
/// Nobody nests further by hand.
const MAX_DEPTH: usize = 32;
/// More columns than fit any screen.
const MAX_COLUMNS: usize = 32;

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

#[cfg(test)]
mod tests;
