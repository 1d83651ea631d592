//! The terminal's screen: a shell that routes, a model of facts, and screens over both. It never waits, reads no clock and does no
//! I/O: time and reports arrive as messages, wishes leave as effects.

pub mod app;
pub mod areas;
pub mod available;
pub mod cx;
pub mod follow_cursor;
pub mod io;
pub mod keys;
pub mod model;
pub mod panes;
pub mod scene;
pub mod screen;
pub mod screens;
pub mod shell;
#[cfg(test)]
mod tests;
pub mod theme;
pub mod view;
pub mod widgets;
