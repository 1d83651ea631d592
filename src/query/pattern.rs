//! Regular expressions: matched in time linear to the text, with bounds on what they may cost to build.

use compact_str::CompactString;
use regex::{Regex, RegexBuilder};

use super::ast::Pattern;
use crate::domain::text::Clean;

/// A pattern that builds to more than this is a mistake or an attack.
const MAX_BUILT_BYTES: usize = 256 << 10;
/// The automaton's memory; beyond it matching slows down, and still takes linear time.
const MAX_CACHE_BYTES: usize = 1 << 20;
const MAX_NESTING: u32 = 32;

/// The pattern that fits text as rows show it: what hides in it is left out, or stands there by its code point.
pub(super) fn shown(source: &str) -> CompactString {
    let mut shown = CompactString::with_capacity(source.len());
    let mut before = ' ';
    for c in source.chars() {
        let with_before = CompactString::from_iter([before, c]);
        let clean = Clean::line(&with_before);
        if clean.is_verbatim() {
            shown.push(c);
            before = c;
        } else {
            shown.push_str(&regex::escape(clean.as_str().strip_prefix(before).unwrap_or_default()));
        }
    }
    shown
}

impl Pattern {
    /// The error is in words, in one line.
    pub fn compile(&self) -> Result<Regex, String> {
        RegexBuilder::new(&self.source)
            .case_insensitive(self.ignores_case)
            .size_limit(MAX_BUILT_BYTES)
            .dfa_size_limit(MAX_CACHE_BYTES)
            .nest_limit(MAX_NESTING)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => "the regular expression is too big; make its repetitions smaller".to_owned(),
                error => {
                    let words = error.to_string();
                    let reason = words.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it cannot be read");
                    format!("no regular expression: {reason}")
                }
            })
    }
}
