//! caseload.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise"))]

pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod protocol;
