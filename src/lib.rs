//! caseload.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise"))]

pub mod demo;
pub mod domain;
pub mod index;
pub mod protocol;
pub mod query;
pub mod store;
