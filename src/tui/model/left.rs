//! What was typed into a box of one line and left: offered again where it was typed. What says something of cases is a draft of
//! these, and on disk like the text of a form; what only looks for something or names it stays in memory.

pub mod acts;

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::domain::case::CaseId;

/// Boxes whose text is remembered; one more, and the one that was left first is forgotten.
const MAX_LEFT: usize = 64;
/// How the places begin where a command is looked for.
pub(in crate::tui) const COMMANDS: &str = "commands ";
/// And where something gets its name.
pub(in crate::tui) const NAMES: &str = "name ";
/// What a box asks whose line adds and removes tags or attributes.
pub(in crate::tui) const TAGS: &str = "tags";

#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Left {
    /// By the box that it was typed into, latest last.
    lines: VecDeque<(String, String)>,
    /// Since when something typed into an open box has not been handed over to be kept.
    pub typed_at: Option<Timestamp>,
    /// What was looked for last in a case.
    pub find: String,
}

impl Left {
    fn keep(&mut self, place: String, typed: &str) {
        self.lines.retain(|(known, _)| *known != place);
        if typed.trim().is_empty() {
            return;
        }
        if self.lines.len() == MAX_LEFT {
            self.lines.pop_front();
        }
        self.lines.push_back((place, typed.to_owned()));
    }

    /// Names that were typed and not given.
    pub(in crate::tui) fn names(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(|(place, _)| place.starts_with(NAMES)).map(|(_, typed)| typed.as_str())
    }

    fn take(&mut self, place: &str) -> Option<String> {
        let at = self.lines.iter().position(|(known, _)| known == place)?;
        self.lines.remove(at).map(|(_, typed)| typed)
    }
}

/// What an open box asks of cases, and what is typed in it.
pub(in crate::tui) struct Asked {
    pub(in crate::tui) cases: Vec<(CaseId, String)>,
    pub(in crate::tui) asks: String,
    pub(in crate::tui) typed: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_has_a_bound_and_is_offered_once() {
        let mut left = Left::default();
        for n in 0..1_000 {
            left.keep(n.to_string(), "typed");
        }
        assert_eq!(left.lines.len(), MAX_LEFT);
        left.keep("999".into(), "other");
        assert_eq!((left.take("999").as_deref(), left.take("999"), left.take("0")), (Some("other"), None, None));
    }
}
