//! Questions whose default is no, and what a yes does.

pub mod acts;
pub mod answered;
mod screen;
pub mod view;

use jiff::Timestamp;
/// Columns of the text of a question.
pub(in crate::tui) const CONFIRM_TEXT: u16 = 62;

/// A question whose default is no.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirm {
    pub question: String,
    /// What yes would do, line by line.
    pub details: Vec<String>,
    pub asked_at: Timestamp,
    pub on_yes: OnYes,
}

/// What a yes is for; data, so that a question can be compared and printed.
#[derive(Clone, Debug, PartialEq)]
pub enum OnYes {
    Quit,
    /// Leave what was done last, which cannot be taken back, and take back what was done before it.
    UndoBefore(crate::tui::model::history::Last),
    /// Drop the outbox entry with this id.
    DropEntry(String),
    /// Drop it too, and keep its text in the form of its case.
    DropConflict(String),
    /// Try the outbox entry with this id again.
    Retry(String),
    /// Take back what has landed of the outbox entry with this id.
    RollBack(String),
    /// Give up what of this bulk change was not sent.
    CancelBatch(String),
    /// Delete the view of this name.
    DeleteView(String),
    /// Let changes of this source happen.
    AllowWrites(crate::domain::case::SourceId),
    /// Write `api_version = "v2"` for this source.
    UseV2(crate::domain::case::SourceId),
    /// Discard what was typed in the form below.
    DiscardForm,
    /// Decide the case of the triage run by this, which its vendor may refuse.
    Decide(crate::tui::screens::triage::Chosen),
}
