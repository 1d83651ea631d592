//! A short numbered menu: the digit chooses, so does Enter on the highlighted line. Nothing is sent from a menu.

pub mod acts;
mod screen;
pub mod view;

use crate::domain::aside::Until;
use crate::domain::case::Rid;
use crate::domain::change::Change;
use crate::domain::change_script::ChangeScript;
use crate::query::{Column, Node};
use crate::tui::model::list::Order;
use crate::tui::screens::detail::lines::Target;

/// A menu carries what its lines stand for: whatever comes in while it is open, a digit does what the line beside it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Picker {
    pub title: String,
    pub choices: Vec<Choice>,
    pub chosen: usize,
}

/// One line of a menu, and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub words: String,
    pub does: Does,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Does {
    SortList(Order),
    /// A column of the records in sight.
    SortRecords(String),
    /// Where the text of the case leads.
    GoTo(Target),
    /// Changes this case; on its way it is compared with what the case is then.
    Change(Rid, Vec<Change>),
    /// Is done to all that is marked.
    ChangeScript(ChangeScript),
    /// Runs the macro of this name.
    Macro(String),
    ResumeTriage,
    BeginTriage,
    /// One more condition for the filter.
    MoreLike(Node),
    /// What the list is grouped by; None: by nothing.
    Group(Option<Column>),
    /// Until when these cases shall sleep; None: to be typed.
    Snooze(Vec<Rid>, Option<Until>),
}

impl Picker {
    pub fn new(title: impl Into<String>, choices: impl IntoIterator<Item = (String, Does)>) -> Self {
        let choices = choices.into_iter().map(|(words, does)| Choice { words, does }).collect();
        Self { title: title.into(), choices, chosen: 0 }
    }

    /// With this line highlighted.
    #[must_use]
    pub fn at(self, chosen: usize) -> Self {
        Self { chosen, ..self }
    }

    fn chosen(&self) -> Option<&Does> {
        self.choices.get(self.chosen).map(|choice| &choice.does)
    }
}
