//! What was typed for a case and not sent yet.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::aspect::{Aspect, Seen, Value};
use super::case::CaseId;

/// The wishes of a form that was not sent: kept on disk, offered again where they were typed. At most one per case, and
/// one per set of cases that were marked together ([`CaseId::of_marks`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub case: CaseId,
    /// The cases that were marked, by identity, and what they are called; empty: it is for `case` alone.
    #[serde(default)]
    pub marked: Vec<(CaseId, String)>,
    /// Only what differs from the base. A comment is `Part::Comment` with its text.
    pub values: Vec<(Aspect, Value)>,
    /// What the person saw where they wrote this.
    pub base: Vec<Seen>,
    pub saved_at: Timestamp,
    /// It was kept by a caseload that kept texts as they are shown, not as the vendor has them.
    #[serde(default)]
    pub holds_shown_text: bool,
}

/// Cases named in a line; the others are a number.
const MAX_NAMED: usize = 3;

impl Draft {
    /// What was typed, as one text; each field under its name where there are several.
    pub fn text(&self) -> String {
        match &self.values[..] {
            [(_, value)] => value.line(),
            values => values.iter().map(|(field, value)| format!("{}:\n{}", field.name(), value.line())).collect::<Vec<_>>().join("\n\n"),
        }
    }

    /// `CASE-1, CASE-2, CASE-3 and 4 more`.
    pub fn marked_words(&self) -> String {
        let named: Vec<&str> = self.marked.iter().take(MAX_NAMED).map(|(_, key)| key.as_str()).collect();
        match self.marked.len().saturating_sub(MAX_NAMED) {
            0 => named.join(", "),
            more => format!("{} and {more} more", named.join(", ")),
        }
    }
}
