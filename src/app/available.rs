//! Why a key cannot act right now, in words.

use crate::app::App;
use crate::app::action::Action;

/// The reason why an action cannot act now; None: it can.
pub fn unavailable(app: &App, action: Action) -> Option<String> {
    match action {
        Action::Edit | Action::Status | Action::Priority | Action::Comment if app.list.cursor().is_none() => {
            Some("no case is under the cursor".into())
        }
        _ => None,
    }
}
