//! A time to snooze until, to be typed.

pub mod acts;
mod screen;
pub mod view;

use jiff::ZonedDateTime;
use tui_textarea::TextArea;

use crate::domain::aside::Until;
use crate::domain::case::Rid;
use crate::tui::widgets::text;
/// A moment to be typed.
#[derive(Clone, Debug)]
pub struct SnoozeBox {
    pub rids: Vec<Rid>,
    /// The key of the case, or how many there are.
    pub name: String,
    pub area: TextArea<'static>,
}

impl SnoozeBox {
    /// What is typed, read.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn until(&self, now: &ZonedDateTime) -> Result<Until, String> {
        Until::read(text::line_text(&self.area), now)
    }
}
