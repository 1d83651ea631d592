//! The state as views see it: all of it, and nothing to change.

use crate::tui::cx::Cx;
use crate::tui::model::Model;
use crate::tui::panes::Panes;

#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub model: &'a Model,
    pub panes: &'a Panes,
    pub cx: &'a Cx,
}
