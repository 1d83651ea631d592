//! Everything that drives the house from outside, in one binary so that it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, reason = "a test stops at the first surprise")]

mod datadog_verbs;
mod demo_datadog;
mod demo_peer;
mod demo_serverops;
mod demo_tines;
mod demo_wire;
mod demo_world;
mod http_faults;
mod http_server;
mod sync_detail;
mod sync_pull;
mod sync_push;
mod sync_watch;
