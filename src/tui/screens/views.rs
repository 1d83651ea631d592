//! The list of views, where they are put in order, renamed and deleted; and the line in which one gets its name.

pub mod acts;
mod screen;
pub mod view;

use crate::tui::model::views::Views;

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
