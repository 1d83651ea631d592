//! The whole state of the screen.

use jiff::Timestamp;

use crate::domain::case::Rid;
use crate::tui::cx::Cx;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::scene::Scene;

/// Everything the screen shows is derived from this.
pub struct App {
    pub cx: Cx,
    pub model: Model,
    pub panes: Panes,
    /// The screen has shown more than the size it needs since then.
    pub(in crate::tui) enlarged_at: Option<Timestamp>,
    /// A verb that was pressed before its case had come; the next key calls it off.
    pub(in crate::tui) awaited: Option<(Rid, Action)>,
    /// Ctrl-c was pressed with nothing to cancel: once more within a second quits.
    pub(in crate::tui) interrupted_at: Option<Timestamp>,
}

impl App {
    /// All of it, for a view.
    pub fn scene(&self) -> Scene<'_> {
        Scene { model: &self.model, panes: &self.panes, cx: &self.cx }
    }
}
