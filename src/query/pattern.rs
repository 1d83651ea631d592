//! Regular expressions: matched in time linear to the text, with bounds on what they may cost to build.

use regex::{Regex, RegexBuilder};

use super::ast::Pattern;

/// A pattern that builds to more than this is a mistake or an attack.
const MAX_BUILT_BYTES: usize = 256 << 10;
/// The automaton's memory; beyond it matching slows down, and still takes linear time.
const MAX_CACHE_BYTES: usize = 1 << 20;
const MAX_NESTING: u32 = 32;

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
