//! Everything that drives the house from outside, in one binary so that it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, reason = "a test stops at the first surprise")]

mod datadog_demo;
mod datadog_verbs;
mod config_file;
mod demo_datadog;
mod demo_peer;
mod demo_serverops;
mod demo_tines;
mod demo_wire;
mod demo_world;
mod sync_detail;
mod sync_pull;
mod sync_push;
mod sync_watch;
mod datadog_verbs;
mod http_faults;
mod http_server;
mod sync_pull;
mod sync_watch;
mod datadog_verbs;
mod http_faults;
mod http_server;
mod serverops_demo;
mod store_crash;
mod tines_demo;
mod tines_verbs;
mod sync_pull;
mod sync_watch;
mod config_file;
mod pictures_form;
mod pictures_list;
mod stage;
