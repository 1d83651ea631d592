//! What is not sent: every entry, and what can be done about it.

pub mod view;
