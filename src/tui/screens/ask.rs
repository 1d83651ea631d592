//! A box with one line to type and suggestions below it, for what bulk changes, macros and triage runs ask.

pub mod acts;
pub mod macros;
mod screen;
pub mod view;

use tui_textarea::TextArea;

use crate::domain::case::CaseId;
use crate::tui::widgets::text;

/// Suggestions shown at once.
const MAX_SHOWN: usize = 30;
/// What has to be typed to act on what is known only in part.
const CONSENT: &str = "partial";

#[derive(Clone, Debug)]
pub struct AskBox {
    pub title: String,
    /// Said above the line.
    pub lines: Vec<String>,
    pub area: TextArea<'static>,
    /// The cases that the line says something of, and their keys; empty: it only looks for something, or names it.
    pub cases: Vec<(CaseId, String)>,
    suggestions: Vec<Suggestion>,
    /// Which suggestion is highlighted; None: what is typed is taken.
    pub chosen: Option<usize>,
    pub about: About,
}

/// What can stand on the line, and what it is called besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub value: String,
    pub words: String,
}

/// What the line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// To mark although not every case is known.
    Consent,
    /// An assignee or tags for all that are meant.
    Assign,
    Tags,
    /// The next question of a macro, by its place among the macros; the answers so far.
    Macro {
        at: usize,
        answers: Vec<String>,
    },
    /// What a recorded macro is to be called.
    MacroName,
}

impl AskBox {
    pub fn new(title: impl Into<String>, lines: Vec<String>, about: About) -> Self {
        Self { title: title.into(), lines, area: text::line(""), cases: Vec::new(), suggestions: Vec::new(), chosen: None, about }
    }

    /// What is typed says something of these cases: it is kept for them.
    #[must_use]
    pub fn of_cases(self, cases: Vec<(CaseId, String)>) -> Self {
        Self { cases, ..self }
    }

    /// Whom to assign: as in the box for one case, the first that matches is highlighted and taken.
    pub fn of_people(title: String, people: Vec<Suggestion>) -> Self {
        Self { suggestions: people, chosen: Some(0), ..Self::new(title, Vec::new(), About::Assign) }
    }

    pub fn typed(&self) -> &str {
        text::line_text(&self.area)
    }

    /// Suggestions that hold every word of what is typed, in either of their names.
    pub fn suggestions(&self) -> Vec<&Suggestion> {
        let typed = self.typed().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let is_met = |one: &&Suggestion| {
            let hay = format!("{} {}", one.value, one.words).to_lowercase();
            words.iter().all(|word| hay.contains(word))
        };
        self.suggestions.iter().filter(is_met).take(MAX_SHOWN).collect()
    }

    /// What is typed has changed: the first that fits it is highlighted where one is taken.
    pub(in crate::tui) fn typed_anew(&mut self) {
        self.chosen = (self.about == About::Assign).then_some(0);
    }

    fn answer(&self) -> String {
        let typed = self.typed().trim();
        let is_exact = self.suggestions.iter().any(|one| one.value.eq_ignore_ascii_case(typed));
        let chosen = self.chosen.filter(|at| *at > 0 || !is_exact);
        let chosen = chosen.and_then(|at| self.suggestions().get(at).map(|one| one.value.clone()));
        chosen.unwrap_or_else(|| typed.to_owned())
    }
}
