//! Why something of a case cannot be changed, as the screen says it: with the keys that help, as they are bound now.

use crate::app::App;
use crate::app::action::Action;
use crate::domain::capability::Reason;

impl App {
    pub fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::ArchivesByStatus => format!("ServerOps archives by status: press {} and choose archived", self.cx.key(Action::Status)),
            Reason::Archived => format!("this case is archived: {} brings it back", self.cx.key(Action::Unarchive)),
            Reason::OddField(_) => format!("{reason}: {}", self.cx.key(Action::Browse)),
            Reason::Undecided(source) => format!(
                "{source} is read-only: {} and 3 allow changes in the workbench, or read_only = false in its [[source]]",
                self.cx.key(Action::Sources)
            ),
            _ => reason.to_string(),
        }
    }
}
