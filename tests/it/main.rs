//! Everything that drives the house from outside, in one binary so that it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, reason = "a test stops at the first surprise")]

mod pictures_form;
mod pictures_list;
mod stage;
