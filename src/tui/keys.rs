//! The one table of what a person can do, and the keys for it: presets, the person's own, prefixes and counts.

pub mod action;
pub mod keymap;
pub mod preset;
pub mod remap;
