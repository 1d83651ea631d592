//! What was typed into a box of one line and left: offered again where it was typed. What says something of cases is a draft of
//! these, and on disk like the text of a form; what only looks for something or names it stays in memory.

pub mod acts;

use std::collections::VecDeque;

use jiff::Timestamp;
use tui_textarea::TextArea;

use crate::domain::case::CaseId;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::About;
use crate::tui::widgets::text;

/// Boxes whose text is remembered; one more, and the one that was left first is forgotten.
const MAX_LEFT: usize = 64;
/// How the places begin where a command is looked for.
const COMMANDS: &str = "commands ";
/// And where something gets its name.
const NAMES: &str = "name ";
/// What a box asks whose line adds and removes tags or attributes.
const TAGS: &str = "tags";

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

impl Asked {
    /// None: the box says nothing of cases.
    pub(in crate::tui) fn of(overlay: &Overlay) -> Option<Self> {
        match overlay {
            Overlay::Ask(ask) if !ask.cases.is_empty() => {
                let asks = if ask.about == About::Tags { TAGS } else { &ask.title };
                Some(Self { cases: ask.cases.clone(), asks: asks.to_owned(), typed: ask.typed().to_owned() })
            }
            Overlay::Labels(labels) => {
                let row = &labels.case.row;
                let typed = text::line_text(&labels.area).to_owned();
                Some(Self { cases: vec![(row.id.clone(), row.key.to_string())], asks: TAGS.to_owned(), typed })
            }
            _ => None,
        }
    }
}

/// What a box is about, and its line; None: it has none whose text is worth keeping.
fn line_of(overlay: &mut Overlay) -> Option<(String, &mut TextArea<'static>)> {
    match overlay {
        Overlay::Ask(ask) => {
            let place = if ask.about == About::MacroName { format!("{NAMES}of a macro") } else { ask.title.clone() };
            Some((place, &mut ask.area))
        }
        Overlay::People(picker) => Some((format!("people {:?}", picker.case.row.id), &mut picker.area)),
        Overlay::Labels(labels) => Some((format!("labels {:?}", labels.case.row.id), &mut labels.area)),
        Overlay::Name(name) => Some((name.place(), &mut name.area)),
        Overlay::Palette(pane) => Some((format!("{COMMANDS}palette {:?} {}", pane.about, pane.begun), &mut pane.line)),
        Overlay::Help(page) => Some((format!("{COMMANDS}help {:?}", page.about), &mut page.search)),
        Overlay::Snooze(snooze) => Some((format!("snooze {}", snooze.name), &mut snooze.area)),
        _ => None,
    }
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
