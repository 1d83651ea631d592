//! `/` in the case: marks every line of the tab that holds the words, walks over them, and goes on in the other tabs.

pub mod acts;
mod screen;

use tui_textarea::TextArea;

/// The words while they are being typed, and what Esc goes back to.
#[derive(Clone, Debug)]
pub struct FindBar {
    pub area: TextArea<'static>,
    before: String,
    top: usize,
    /// Emptied on purpose: Enter looks for nothing.
    is_cleared: bool,
}
