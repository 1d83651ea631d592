//! Whom to assign: the people of the directory at once, narrowed with every letter, and whom the vendor finds besides.

use std::sync::Arc;

use tui_textarea::TextArea;

use crate::app::action::Action;
use crate::app::message::Chord;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::app::{App, text};
use crate::domain::case::{Case, Rid, Vendor};
use crate::domain::directory::Directory;
use crate::domain::edit::Change;
use crate::domain::fault::Fault;
use crate::domain::person::Person;
use crate::protocol::{Order, Ticket};

/// People shown at once; more letters narrow them further.
const MAX_SHOWN: usize = 100;
/// People kept of what the vendor found while the box is open.
const MAX_FOUND: usize = 500;
/// A single letter finds everybody: not worth a question to the vendor.
const ASKS_FROM_CHARS: usize = 2;

#[derive(Clone, Debug)]
pub struct PeoplePicker {
    pub rid: Rid,
    pub vendor: Vendor,
    /// The case as it is known by now.
    pub case: Arc<Case>,
    pub area: TextArea<'static>,
    pub chosen: usize,
    directory: Option<Arc<Directory>>,
    /// Whom the vendor found besides the directory.
    found: Vec<Person>,
    /// The question that is open, and the text it is about.
    asking: Option<(Ticket, String)>,
    /// Why the vendor's last answer did not come.
    pub fault: Option<Fault>,
}

impl PeoplePicker {
    pub(super) fn new(rid: Rid, vendor: Vendor, case: Arc<Case>, directory: Option<Arc<Directory>>) -> Self {
        let area = text::line("");
        Self { rid, vendor, case, area, chosen: 0, directory, found: Vec::new(), asking: None, fault: None }
    }

    /// Who matches what is typed: every word is in the name or the mail, or it is `me`. Me first, then in the directory's order.
    pub fn people(&self) -> Vec<&Person> {
        let typed = text::line_text(&self.area).to_lowercase();
        let words: Vec<_> = typed.split_whitespace().collect();
        let means_me = words[..] == ["me"];
        let is_met = |person: &&Person| {
            if means_me && self.is_me(person) {
                return true;
            }
            let hay = format!("{} {}", person.name, person.email).to_lowercase();
            words.iter().all(|word| hay.contains(word))
        };
        let mut out: Vec<&Person> = Vec::new();
        let known = self.directory.iter().flat_map(|directory| directory.me.iter().chain(&directory.people));
        for person in known.chain(&self.found).filter(is_met) {
            if !out.iter().any(|one| one.is(person)) {
                out.push(person);
                if out.len() == MAX_SHOWN {
                    break;
                }
            }
        }
        out
    }

    pub fn is_me(&self, person: &Person) -> bool {
        self.directory.as_ref().and_then(|directory| directory.me.as_ref()).is_some_and(|me| me.is(person))
    }

    pub fn is_assigned(&self, person: &Person) -> bool {
        self.case.row.assignees.iter().any(|known| known.is(person))
    }

    pub fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// What the vendor is to be asked now; one question at a time, so that typing floods nobody.
    fn question(&self) -> Option<String> {
        let typed = text::line_text(&self.area).trim().to_owned();
        let is_worth = self.vendor == Vendor::Datadog && typed.chars().count() >= ASKS_FROM_CHARS;
        (is_worth && self.asking.is_none()).then_some(typed)
    }
}

impl App {
    fn people_picker(&mut self) -> Option<&mut PeoplePicker> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::People(picker) => Some(picker.as_mut()),
            _ => None,
        })
    }

    /// A key or pasted text has changed what is typed.
    pub(super) fn narrow_people(&mut self) {
        let Some(picker) = self.people_picker() else { return };
        picker.chosen = 0;
        self.find_people();
    }

    fn find_people(&mut self) {
        let Some((source, question)) = self.people_picker().and_then(|picker| Some((picker.case.row.id.source, picker.question()?))) else {
            return;
        };
        let ticket = self.send(Ask::FindPeople, Order::FindPeople { source, text: question.clone() });
        if let Some(picker) = self.people_picker() {
            picker.asking = Some((ticket, question));
        }
    }

    /// Whom the vendor found; answers to a box that is closed are left alone.
    pub(super) fn take_people(&mut self, ticket: Ticket, people: Vec<Person>) {
        let Some(picker) = self.people_picker() else { return };
        if picker.asking.as_ref().is_none_or(|(open, _)| *open != ticket) {
            return;
        }
        let chosen = picker.people().get(picker.chosen).map(|person| (*person).clone());
        for person in people {
            if picker.found.len() < MAX_FOUND && !picker.found.iter().any(|known| known.is(&person)) {
                picker.found.push(person);
            }
        }
        // Who was highlighted stays so.
        if let Some(at) = chosen.and_then(|chosen| picker.people().iter().position(|person| person.is(&chosen))) {
            picker.chosen = at;
        }
    }

    /// The question is answered: what was typed since is asked next.
    pub(super) fn close_people(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let Some(picker) = self.people_picker() else { return };
        let Some((_, asked)) = picker.asking.take_if(|(open, _)| *open == ticket) else { return };
        picker.fault = result.err();
        if picker.question().is_some_and(|question| question != asked) {
            self.find_people();
        }
    }

    pub(super) fn act_in_people(&mut self, action: Action) {
        let Some(picker) = self.people_picker() else { return };
        let people = picker.people();
        let last = people.len().saturating_sub(1);
        match action {
            Action::Down => picker.chosen = (picker.chosen + 1).min(last),
            Action::Up => picker.chosen = picker.chosen.saturating_sub(1),
            Action::Complete => {
                if let Some(person) = people.get(picker.chosen).map(|person| (*person).clone()) {
                    picker.area = text::line(person.label());
                    self.narrow_people();
                    // Of several who are called so, the one that was highlighted.
                    if let Some(picker) = self.people_picker() {
                        picker.chosen = picker.people().iter().position(|known| known.is(&person)).unwrap_or(0);
                    }
                }
            }
            Action::Pick => match people.get(picker.chosen) {
                Some(person) if picker.is_assigned(person) => {
                    let words = format!("{} is assigned already", person.label());
                    self.say(Grade::Info, words);
                }
                Some(person) => {
                    let (rid, change) = (picker.rid, Change::Assign((*person).clone()));
                    self.picked_change(rid, vec![change]);
                }
                None => self.say(Grade::Info, "nobody matches; type less, or part of a mail address"),
            },
            Action::Leave => self.leave_box(),
            _ => {}
        }
    }

    /// Keys of the table in a box with a line to type.
    pub(super) fn act_in_prompt(&mut self, action: Action) {
        match self.overlays.last() {
            Some(Overlay::People(_)) => self.act_in_people(action),
            Some(Overlay::Labels(_)) => self.act_in_labels(action),
            Some(Overlay::Ask(_)) => self.act_in_ask(action),
            Some(Overlay::Snooze(_)) => self.act_in_snooze(action),
            _ => {}
        }
    }

    pub(super) fn type_in_prompt(&mut self, chord: Chord) {
        match self.overlays.last_mut() {
            Some(Overlay::People(picker)) => {
                let has_changed = text::type_in_line(&mut picker.area, chord);
                if has_changed {
                    self.narrow_people();
                }
            }
            Some(Overlay::Ask(ask)) => {
                let has_changed = text::type_in_line(&mut ask.area, chord);
                if has_changed {
                    ask.typed_anew();
                }
            }
            Some(Overlay::Snooze(snooze)) => {
                text::type_in_line(&mut snooze.area, chord);
            }
            Some(Overlay::Labels(labels)) => {
                let has_changed = text::type_in_line(&mut labels.area, chord);
                if has_changed {
                    labels.chosen = 0;
                }
            }
            _ => {}
        }
        self.typed_in_box();
    }

    pub(super) fn paste_in_prompt(&mut self, pasted: &str) {
        match self.overlays.last_mut() {
            Some(Overlay::People(picker)) => {
                text::paste_in_line(&mut picker.area, pasted);
                self.narrow_people();
            }
            Some(Overlay::Ask(ask)) => {
                text::paste_in_line(&mut ask.area, pasted);
                ask.typed_anew();
            }
            Some(Overlay::Snooze(snooze)) => text::paste_in_line(&mut snooze.area, pasted),
            Some(Overlay::Labels(labels)) => {
                text::paste_in_line(&mut labels.area, pasted);
                labels.chosen = 0;
            }
            _ => {}
        }
        self.typed_in_box();
    }
}
