//! The line in which a view gets its name.

pub mod acts;
mod screen;
pub mod view;

use tui_textarea::TextArea;

use crate::tui::widgets::text;
/// A line for the name of a view.
#[derive(Clone, Debug)]
pub struct NameBox {
    pub area: TextArea<'static>,
    pub purpose: NameFor,
    /// The name that it was opened with.
    pub(in crate::tui) offered: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFor {
    /// The filter as it is now.
    Save,
    /// A view of this name.
    Rename(String),
}

impl NameBox {
    pub(in crate::tui) fn new(offered: &str, purpose: NameFor) -> Self {
        Self { area: text::line(offered), purpose, offered: offered.to_owned() }
    }

    /// Whose name it asks for.
    pub(in crate::tui) fn place(&self) -> String {
        format!("name {:?} {}", self.purpose, self.offered)
    }

    pub fn name(&self) -> &str {
        text::line_text(&self.area).trim()
    }
}
