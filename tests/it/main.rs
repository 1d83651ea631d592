//! Everything that drives the house from outside, in one binary so that it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, reason = "a test stops at the first surprise")]

mod cli_desk;
mod cli_edit;
mod cli_list;
mod cli_serve;
mod cli_show;
mod cli_usage;
mod config_file;
mod datadog_demo;
mod datadog_verbs;
mod demo_datadog;
mod demo_peer;
mod demo_readings;
mod demo_serverops;
mod demo_tines;
mod demo_wire;
mod demo_world;
mod desk;
mod desk_reading;
mod http_faults;
mod http_server;
mod pictures_form;
mod pictures_list;
mod pty;
mod pty_terminal;
mod readme;
mod serverops_demo;
mod stage;
mod store_crash;
mod sync_detail;
mod sync_pull;
mod sync_push;
mod sync_watch;
mod tines_demo;
mod tines_verbs;
