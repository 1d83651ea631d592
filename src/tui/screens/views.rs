//! The list of views, where they are put in order, renamed and deleted; and the line in which one gets its name.

pub mod acts;

use tui_textarea::TextArea;

use crate::tui::model::views::Views;
use crate::tui::widgets::text;

/// The panel of views.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewsPanel {
    /// The view under the cursor, by its name: the file may bring others.
    chosen: String,
}

impl ViewsPanel {
    /// Where it is among the tabs; None: it is gone.
    pub fn at(&self, views: &Views) -> Option<usize> {
        views.find(&self.chosen)
    }
}

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
    fn new(offered: &str, purpose: NameFor) -> Self {
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
