//! What was typed into a box of one line and left: offered again where it was typed. What says something of cases is a draft of
//! these, and on disk like the text of a form; what only looks for something or names it stays in memory.

use std::collections::VecDeque;

use jiff::Timestamp;
use tui_textarea::TextArea;

use crate::app::action::Action;
use crate::app::ask::About;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::{App, text};
use crate::domain::case::CaseId;
use crate::domain::count::count;
use crate::domain::draft::Draft;

/// Boxes whose text is remembered; one more, and the one that was left first is forgotten.
const MAX_LEFT: usize = 64;
/// How the places begin where a command is looked for.
const COMMANDS: &str = "commands ";
/// And where something gets its name.
const NAMES: &str = "name ";
/// What a box asks whose line adds and removes tags or attributes.
const TAGS: &str = "tags";

#[derive(Clone, Debug, Default)]
pub(super) struct Left {
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
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(|(place, _)| place.starts_with(NAMES)).map(|(_, typed)| typed.as_str())
    }

    fn take(&mut self, place: &str) -> Option<String> {
        let at = self.lines.iter().position(|(known, _)| known == place)?;
        self.lines.remove(at).map(|(_, typed)| typed)
    }
}

impl App {
    /// Opens a box of one line, with what was typed there and left.
    pub(super) fn push_box(&mut self, mut overlay: Overlay) {
        let kept = Asked::of(&overlay).map(|asked| self.draft_of_box(&asked).map(Draft::text));
        if let Some((place, area)) = line_of(&mut overlay)
            && let Some(typed) = kept.unwrap_or_else(|| self.left.take(&place))
        {
            *area = text::line(&typed);
            self.push(overlay);
            return self.say(Grade::Info, "what you typed here before is offered again; Ctrl-u clears it");
        }
        self.push(overlay);
    }

    /// Closes the box on top; what is typed in it is offered again.
    pub(super) fn leave_box(&mut self) {
        self.keep_line();
        self.pop();
    }

    /// What is typed in the box on top is offered again should it be opened anew.
    pub(super) fn keep_line(&mut self) {
        self.collect_box();
        let Some(overlay) = self.overlays.last_mut() else { return };
        let begun = match &*overlay {
            Overlay::Palette(pane) => pane.begun.to_owned(),
            Overlay::Name(name) => name.offered.clone(),
            _ => String::new(),
        };
        if Asked::of(overlay).is_none()
            && let Some((place, area)) = line_of(overlay)
        {
            let typed = text::line_text(area);
            self.left.keep(place, if typed == begun { "" } else { typed });
        }
    }

    /// Something was typed into the box on top: where it says something of cases, it goes to the disk.
    pub(super) fn typed_in_box(&mut self) {
        if self.overlays.last().and_then(Asked::of).is_some() {
            self.left.typed_at.get_or_insert(self.steady);
        }
    }

    /// Hands over what stands in an open box and is newer than its draft.
    pub(super) fn collect_box(&mut self) {
        if self.left.typed_at.take().is_none() {
            return;
        }
        let Some(asked) = self.overlays.iter().rev().find_map(Asked::of) else { return };
        let known = self.draft_of_box(&asked).map(|draft| draft.case.clone());
        if asked.typed.trim().is_empty() {
            return self.forget_boxes(known.as_slice());
        }
        let place = known.unwrap_or_else(|| self.new_of_marks());
        let draft = Draft::of_box(place.clone(), asked.cases, &asked.asks, asked.typed, self.now);
        self.keep_draft(&place, Some(draft));
    }

    fn draft_of_box(&self, asked: &Asked) -> Option<&Draft> {
        self.draft_of(&asked.cases, &asked.asks)
    }

    /// What was typed where this is asked of these cases.
    pub(super) fn draft_of(&self, cases: &[(CaseId, String)], asks: &str) -> Option<&Draft> {
        let is_it = |draft: &&Draft| {
            let is_case = |((known, _), (case, _)): (&(CaseId, String), &(CaseId, String))| known == case;
            draft.asks() == Some(asks) && draft.marked.len() == cases.len() && draft.marked.iter().zip(cases).all(is_case)
        };
        self.drafts_of_sets().find(is_it)
    }

    /// What was typed into this box led to something that is on disk: it is not offered again.
    pub(super) fn forget_box(&mut self, overlay: &Overlay) {
        let place = Asked::of(overlay).and_then(|asked| Some(self.draft_of_box(&asked)?.case.clone()));
        self.forget_boxes(place.as_slice());
    }

    /// The same of what was typed into boxes that are closed.
    pub(super) fn forget_boxes(&mut self, places: &[CaseId]) {
        for place in places {
            self.keep_draft(place, None);
        }
    }

    /// What stays in memory only and took some doing.
    pub(super) fn lost_by_quitting(&self) -> Vec<String> {
        let recorded = self.recording.as_ref().filter(|steps| !steps.is_empty());
        let recorded = recorded.map(|steps| {
            let (steps, record) = (count(steps.len(), "step"), self.key(Action::Record));
            format!("The macro of {steps} that is being recorded is lost; {record} gives it a name.")
        });
        let names = self.left.names().map(|name| format!("`{name}`, typed as a name and not given, is lost."));
        recorded.into_iter().chain(names).collect()
    }

    /// The cases that a box is about which is opened now, sorted: the one of the triage run, all that are marked, or the one in sight.
    pub(super) fn cases_meant(&self) -> Vec<(CaseId, String)> {
        let marked = if self.is_in_triage() { Vec::new() } else { self.marked_rids() };
        let one = if self.is_in_triage() { self.triage_rid() } else { self.case_in_sight() };
        self.cases_of(&if marked.is_empty() { one.into_iter().collect() } else { marked })
    }
}

/// What an open box asks of cases, and what is typed in it.
struct Asked {
    cases: Vec<(CaseId, String)>,
    asks: String,
    typed: String,
}

impl Asked {
    /// None: the box says nothing of cases.
    fn of(overlay: &Overlay) -> Option<Self> {
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
