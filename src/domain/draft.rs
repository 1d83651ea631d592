//! What was typed for a case and not sent yet.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::aspect::{Aspect, Seen, Value};
use super::case::CaseId;

/// The wishes of a form that was not sent: kept on disk, offered again where they were typed. At most one per case, and
/// one for what is marked ([`CaseId::of_marks`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub case: CaseId,
    /// Only what differs from the base. A comment is `Part::Comment` with its text.
    pub values: Vec<(Aspect, Value)>,
    /// What the person saw where they wrote this.
    pub base: Vec<Seen>,
    pub saved_at: Timestamp,
    /// It was kept by a caseload that kept texts as they are shown, not as the vendor has them.
    #[serde(default)]
    pub holds_shown_text: bool,
}
