//! What was typed into a box of one line and left: offered again where it was typed, for this sitting. Texts of several
//! lines are drafts, and on disk.

use std::collections::VecDeque;

use tui_textarea::TextArea;

use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::{App, text};

/// Boxes whose text is remembered; one more, and the one that was left first is forgotten.
const MAX_LEFT: usize = 64;
/// How the places begin where a command is looked for.
const COMMANDS: &str = "commands ";

#[derive(Clone, Debug, Default)]
pub(super) struct Left {
    /// By the box that it was typed into, latest last.
    lines: VecDeque<(String, String)>,
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

    fn take(&mut self, place: &str) -> Option<String> {
        let at = self.lines.iter().position(|(known, _)| known == place)?;
        self.lines.remove(at).map(|(_, typed)| typed)
    }
}

impl App {
    /// Opens a box of one line, with what was typed there and left.
    pub(super) fn push_box(&mut self, mut overlay: Overlay) {
        let left = line_of(&mut overlay).and_then(|(place, area)| Some((self.left.take(&place)?, area)));
        let is_offered = left.is_some();
        if let Some((typed, area)) = left {
            *area = text::line(&typed);
        }
        self.push(overlay);
        if is_offered {
            self.say(Grade::Info, "what you typed here before is offered again; Ctrl-u clears it");
        }
    }

    /// Closes the box on top; what is typed in it is offered again.
    pub(super) fn leave_box(&mut self) {
        self.keep_line();
        self.pop();
    }

    /// What is typed in the box on top is offered again should it be opened anew.
    pub(super) fn keep_line(&mut self) {
        let begun = if let Some(Overlay::Palette(pane)) = self.overlays.last() { pane.begun } else { "" };
        if let Some((place, area)) = self.overlays.last_mut().and_then(line_of) {
            let typed = text::line_text(area);
            self.left.keep(place, if typed == begun { "" } else { typed });
        }
    }

    /// What was answered in these boxes led to something that is on disk: it is not offered again.
    pub(super) fn forget_lines(&mut self, answered: &[String]) {
        self.left.lines.retain(|(place, _)| !answered.contains(place));
    }
}

/// What a box is about, and its line; None: it has none whose text is worth keeping.
fn line_of(overlay: &mut Overlay) -> Option<(String, &mut TextArea<'static>)> {
    match overlay {
        Overlay::Ask(ask) => Some((ask.title.clone(), &mut ask.area)),
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
