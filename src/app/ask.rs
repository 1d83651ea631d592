//! A box with one line to type and suggestions below it, for what bulk changes, macros and triage runs ask.

use tui_textarea::TextArea;

use crate::app::action::Action;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::{App, text};
use crate::domain::recipe::{Recipe, Step};

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
    suggestions: Vec<String>,
    /// Which suggestion is highlighted; None: what is typed is taken.
    pub chosen: Option<usize>,
    pub about: About,
}

/// What the line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// To mark although not every case is known.
    Consent,
    /// A comment, an assignee or tags for all that are meant.
    Comment,
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
    pub fn new(title: impl Into<String>, lines: Vec<String>, suggestions: Vec<String>, about: About) -> Self {
        Self { title: title.into(), lines, area: text::line(""), suggestions, chosen: None, about }
    }

    pub fn typed(&self) -> &str {
        text::line_text(&self.area)
    }

    /// Suggestions that hold what is typed.
    pub fn suggestions(&self) -> Vec<&str> {
        let typed = self.typed().trim().to_lowercase();
        self.suggestions.iter().map(String::as_str).filter(|one| one.to_lowercase().contains(&typed)).take(MAX_SHOWN).collect()
    }

    fn answer(&self) -> String {
        let chosen = self.chosen.and_then(|at| self.suggestions().get(at).copied().map(String::from));
        chosen.unwrap_or_else(|| self.typed().trim().to_owned())
    }
}

impl App {
    pub(super) fn act_in_ask(&mut self, action: Action) {
        let Some(Overlay::Ask(ask)) = self.overlays.last_mut() else { return };
        let count = ask.suggestions().len();
        match action {
            Action::Down if count > 0 => ask.chosen = Some(ask.chosen.map_or(0, |at| (at + 1).min(count - 1))),
            Action::Up => ask.chosen = ask.chosen.and_then(|at| at.checked_sub(1)),
            Action::Complete => {
                let at = ask.chosen.unwrap_or(0);
                if let Some(text) = ask.suggestions().get(at).map(ToString::to_string) {
                    ask.area = text::line(&text);
                    ask.chosen = None;
                }
            }
            Action::Pick => self.take_answer(),
            Action::Leave => {
                self.pop();
            }
            _ => {}
        }
    }

    fn take_answer(&mut self) {
        let Some(Overlay::Ask(ask)) = self.overlays.last() else { return };
        let (answer, about) = (ask.answer(), ask.about.clone());
        if answer.is_empty() {
            self.say(Grade::Info, "type something first; Esc leaves");
            return;
        }
        let recipe = match about {
            About::Consent if answer == CONSENT => {
                self.pop();
                return self.mark_shown();
            }
            About::Consent => return self.say(Grade::Info, format!("`{answer}` is not `{CONSENT}`: nothing is marked")),
            About::Macro { at, answers } => {
                self.pop();
                return self.answered_macro(at, answers, answer);
            }
            About::MacroName => {
                self.pop();
                return self.name_macro(&answer);
            }
            About::Comment => Step::parse(&format!("comment {answer}")).map(|step| Recipe::of(vec![step])),
            About::Assign => Step::parse(&format!("set assignee={answer}")).map(|step| Recipe::of(vec![step])),
            About::Tags => super::bulk::tags(&answer),
        };
        match recipe {
            Err(words) => self.say(Grade::Info, words),
            Ok(recipe) => {
                self.pop();
                self.apply(recipe);
            }
        }
    }
}
