//! Any text as a filter: total, and folding is settled after one pass.
#![no_main]

use caseload::query::{Query, fold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let query = Query::parse(&text);
    assert_eq!(Query::parse(&text), query);
    assert!(query.includes_all_of(&query), "a query that does not include itself");
    for word in query.words() {
        assert!(!word.text.is_empty());
        assert_eq!(fold(&word.text), word.text, "folding is not settled");
    }
});
