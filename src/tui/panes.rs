//! The two panes that overlays lie upon: the list and the case beside it.

use crate::tui::screens::detail::Detail;

/// The pane that has the keys when no overlay does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    List,
    Detail,
}

/// Which case is shown, and how much of the screen it takes.
pub struct Panes {
    pub detail: Detail,
    pub focus: Pane,
    /// The case beside or below the list, where there is room for it.
    pub preview: bool,
    /// The focused pane alone.
    pub maximised: bool,
}

impl Default for Panes {
    fn default() -> Self {
        Self { detail: Detail::default(), focus: Pane::default(), preview: true, maximised: false }
    }
}
