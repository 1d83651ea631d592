//! The filter bar: the list narrows with every key; Esc brings back exactly what was there.

use tui_textarea::TextArea;

use crate::app::action::Action;
use crate::app::list::Before;
use crate::app::message::Chord;
use crate::app::overlay::Overlay;
use crate::app::{App, text};

/// A line below the filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub words: String,
    /// What was typed is not applied.
    pub is_error: bool,
}

/// The filter while it is being typed, and what Esc goes back to.
#[derive(Clone, Debug)]
pub struct FilterBar {
    pub area: TextArea<'static>,
    before: Before,
}

impl App {
    pub(super) fn open_filter(&mut self) {
        let before = self.list.begin_filter();
        let area = text::line(self.list.filter());
        self.push(Overlay::Filter(FilterBar { area, before }));
    }

    pub(super) fn act_in_filter(&mut self, action: Action) {
        match action {
            Action::KeepFilter => {
                self.pop();
                self.list.end_filter();
            }
            Action::RestoreFilter => {
                if let Some(Overlay::Filter(bar)) = self.pop() {
                    self.list.restore(bar.before);
                }
            }
            Action::ClearFilter => {
                if let Some(Overlay::Filter(bar)) = self.overlays.last_mut() {
                    bar.area = text::line("");
                }
                self.narrow();
            }
            _ => {}
        }
    }

    pub(super) fn type_in_filter(&mut self, chord: Chord) {
        let Some(Overlay::Filter(bar)) = self.overlays.last_mut() else { return };
        if text::type_in_line(&mut bar.area, chord) {
            self.narrow();
        }
    }

    pub(super) fn paste_in_filter(&mut self, pasted: &str) {
        let Some(Overlay::Filter(bar)) = self.overlays.last_mut() else { return };
        text::paste_in_line(&mut bar.area, pasted);
        self.narrow();
    }

    /// What stands below the filter: what is wrong in it, else what its result is not.
    pub fn filter_note(&self) -> Option<Note> {
        if let Some(problem) = self.list.problem() {
            return Some(Note { words: problem.to_string(), is_error: !problem.is_hint });
        }
        let mut words = Vec::new();
        if self.list.is_judging() {
            words.push("still looking".to_owned());
        }
        words.extend(self.list.uncut().map(|all| format!("showing {} of {all}", self.list.order().len())));
        if self.list.unexamined() > 0 {
            words.push(format!("{} not examined yet", self.list.unexamined()));
        }
        words.extend(self.list.lacking().iter().map(|(field, count)| format!("{count} without {field}")));
        (!words.is_empty()).then(|| Note { words: words.join(", "), is_error: false })
    }

    /// Whether a cleared filter can be brought back.
    pub fn has_cleared_filter(&self) -> bool {
        self.cleared_filter.is_some()
    }

    fn narrow(&mut self) {
        let Some(Overlay::Filter(bar)) = self.overlays.last() else { return };
        let typed = text::line_text(&bar.area).to_owned();
        if typed != self.list.filter() {
            self.list.set_filter(&typed);
            self.list.go(0);
        }
    }
}
