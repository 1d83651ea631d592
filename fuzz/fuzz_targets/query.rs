//! Any text is a filter: it is read without a panic, in bounded time, and what was read prints as itself.
#![no_main]

use caseload::query::{fold, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = &*String::from_utf8_lossy(data);
    let parsed = parse(text);
    for problem in &parsed.problems {
        assert!(text.get(problem.at.clone()).is_some(), "a problem points into the text");
    }
    let printed = parsed.query.to_string();
    assert_eq!(parse(&printed).query, parsed.query, "{printed:?}");
    let once = fold(text);
    assert_eq!(fold(&once), once);
});
