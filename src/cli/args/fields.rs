//! `--json FIELDS`, as `gh` has it, beside `--json` alone: what stands behind it is its value where it can be nothing else.

use std::ffi::OsString;

use clap::Command;

use crate::export::item::{KEYS, STAMP_KEYS, WHOLE_KEYS};

/// Verbs whose `--json` and `--ndjson` take fields.
const VERBS: [&str; 3] = ["list", "show", "export"];

/// `--json key,title` → `--json=key,title`: clap then takes the next word for a filter only where it is one.
pub(in crate::cli) fn join(line: &Command, arguments: Vec<OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::with_capacity(arguments.len());
    let mut has_fields = None;
    let mut all_words = false;
    for argument in arguments {
        let text = argument.to_str().unwrap_or_default();
        all_words |= text == "--";
        match joined.last_mut() {
            Some(last) if has_fields == Some(true) && !all_words && (last == "--json" || last == "--ndjson") && are_fields(text) => {
                last.push("=");
                last.push(argument);
            }
            _ => {
                if !joined.is_empty() && line.find_subcommand(text).is_some() {
                    has_fields.get_or_insert(VERBS.contains(&text));
                }
                joined.push(argument);
            }
        }
    }
    joined
}

/// Several names with commas between them, or one that is a field's.
fn are_fields(text: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if text.contains(',') {
        return text.split(',').all(|name| is_name(name.trim()));
    }
    KEYS.iter().chain(&STAMP_KEYS).chain(&WHOLE_KEYS).any(|known| *known == text)
}
