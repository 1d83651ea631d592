//! The sources: how each is doing, and what can be done about it.

pub mod view;
