//! Any text as a configuration: it is read, or every problem has its line, its words and a next step.
#![no_main]

use std::path::Path;

use caseload::config;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    match config::parse(&text, Path::new("/home/analyst/caseload.toml")) {
        Ok(config) => {
            assert!(config.sources.iter().all(|source| !source.name.is_empty()));
            // What holds for a whole file holds for it again.
            assert_eq!(config::parse(&text, Path::new("/home/analyst/caseload.toml")).as_ref().ok(), Some(&config));
        }
        Err(problems) => {
            assert!(!problems.0.is_empty(), "refused without a reason");
            for problem in &problems.0 {
                assert!(!problem.what.is_empty() && !problem.instead.is_empty());
                // An empty text has a first line, too.
                assert!(problem.line.is_none_or(|line| line >= 1 && line <= text.matches('\n').count() + 1), "{problem:?}");
            }
            let _ = problems.to_string();
        }
    }
});
