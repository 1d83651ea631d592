//! What lies over the panes, as a stack: the top one has the keys.

use jiff::{SignedDuration, Timestamp};
use tui_textarea::TextArea;

use crate::app::action::{Action, Scope};
use crate::app::form::Form;
use crate::app::review::Review;
use crate::domain::case::{Rid, SourceId};

/// Overlays open at once; a deeper stack would be lost on anybody.
pub const MAX_OVERLAYS: usize = 8;
/// Answers within this of a question's appearing were meant for what was there before (key repeat, type-ahead).
pub const ANSWERS_AFTER: SignedDuration = SignedDuration::from_millis(300);

#[derive(Clone, Debug)]
pub enum Overlay {
    /// The bar is painted in the filter line; the list narrows under it.
    Filter(FilterBar),
    Form(Box<Form>),
    /// What an edit would send; on top of the form, or alone.
    Review(Box<Review>),
    Help(HelpPage),
    Confirm(Confirm),
    Picker(Picker),
    Outbox(OutboxPane),
    Sources(SourcesPane),
    FirstRun(FirstRun),
}

impl Overlay {
    pub fn scope(&self) -> Scope {
        match self {
            Self::Filter(_) => Scope::Filter,
            Self::Form(_) => Scope::Form,
            Self::Help(_) => Scope::Help,
            Self::Confirm(_) | Self::Review(_) => Scope::Confirm,
            Self::Picker(_) => Scope::Picker,
            Self::Outbox(_) => Scope::Outbox,
            Self::Sources(_) => Scope::Sources,
            Self::FirstRun(_) => Scope::FirstRun,
        }
    }
}

/// The filter while it is being typed, and what Esc goes back to.
#[derive(Clone, Debug)]
pub struct FilterBar {
    pub area: TextArea<'static>,
    pub before: String,
    pub cursor_before: Option<crate::domain::case::Rid>,
}

/// Help for the place it was called from.
#[derive(Clone, Debug)]
pub struct HelpPage {
    pub about: Scope,
    pub search: TextArea<'static>,
    /// Which of the commands found is highlighted.
    pub chosen: usize,
}

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
    DropEntry(String),
    DiscardForm,
}

/// A short numbered menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Picker {
    pub title: String,
    pub choices: Vec<String>,
    pub chosen: usize,
    pub purpose: Purpose,
}

/// What a menu is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SortList,
    /// A column of the records table in sight.
    SortRecords,
    /// A new status for this case.
    Status(Rid),
    /// A new priority for this case.
    Priority(Rid),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxPane {
    pub chosen: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourcesPane {
    pub source: SourceId,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstRun {
    /// Where a configuration was looked for.
    pub looked_in: Vec<String>,
    pub chosen: usize,
}

/// A command that help found: what it is called and whether it can act right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub action: Action,
    pub keys: String,
    pub words: &'static str,
    pub unavailable: Option<String>,
}
