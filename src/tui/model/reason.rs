//! Why something of a case cannot be changed, as the screen says it: with the keys that help, as they are bound now.

use crate::domain::capability::Reason;
use crate::tui::cx::Cx;
use crate::tui::keys::action::Action;

impl Cx {
    pub fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::ArchivesByStatus => format!("ServerOps archives by status: press {} and choose archived", self.key(Action::Status)),
            Reason::Archived => format!("this case is archived: {} brings it back", self.key(Action::Unarchive)),
            Reason::OddField(_) => format!("{reason}: {}", self.key(Action::Browse)),
            Reason::Undecided(source) => format!(
                "{source} is read-only: {} and 3 allow changes in the workbench, or read_only = false in its [[source]]",
                self.key(Action::Sources)
            ),
            _ => reason.to_string(),
        }
    }
}
