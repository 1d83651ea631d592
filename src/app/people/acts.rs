//! Keys and answers in the box that finds people.

use crate::app::action::Action;
use crate::app::message::Chord;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::app::people::{MAX_FOUND, PeoplePicker};
use crate::app::{App, text};
use crate::domain::change::Change;
use crate::domain::fault::Fault;
use crate::domain::person::Person;
use crate::protocol::{Order, Ticket};

impl App {
    fn people_picker(&mut self) -> Option<&mut PeoplePicker> {
        self.cx.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::People(picker) => Some(picker.as_mut()),
            _ => None,
        })
    }

    /// A key or pasted text has changed what is typed.
    fn narrow_people(&mut self) {
        let Some(picker) = self.people_picker() else { return };
        picker.chosen = 0;
        self.find_people();
    }

    fn find_people(&mut self) {
        let Some((source, question)) = self.people_picker().and_then(|picker| Some((picker.case.row.id.source, picker.question()?))) else {
            return;
        };
        let ticket = self.cx.send(Ask::FindPeople, Order::FindPeople { source, text: question.clone() });
        if let Some(picker) = self.people_picker() {
            picker.asking = Some((ticket, question));
        }
    }

    /// Whom the vendor found; answers to a box that is closed are left alone.
    pub(in crate::app) fn take_people(&mut self, ticket: Ticket, people: Vec<Person>) {
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
    pub(in crate::app) fn close_people(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let Some(picker) = self.people_picker() else { return };
        let Some((_, asked)) = picker.asking.take_if(|(open, _)| *open == ticket) else { return };
        picker.fault = result.err();
        if picker.question().is_some_and(|question| question != asked) {
            self.find_people();
        }
    }

    fn act_in_people(&mut self, action: Action) {
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
                    self.cx.say(Grade::Info, words);
                }
                Some(person) => {
                    let (rid, change) = (picker.rid, Change::Assign((*person).clone()));
                    self.picked_change(rid, vec![change]);
                }
                None => self.cx.say(Grade::Info, "nobody matches; type less, or part of a mail address"),
            },
            Action::Leave => self.leave_box(),
            _ => {}
        }
    }

    /// Keys of the table in a box with a line to type.
    pub(in crate::app) fn act_in_prompt(&mut self, action: Action) {
        match self.cx.overlays.last() {
            Some(Overlay::People(_)) => self.act_in_people(action),
            Some(Overlay::Labels(_)) => self.act_in_labels(action),
            Some(Overlay::Ask(_)) => self.act_in_ask(action),
            Some(Overlay::Snooze(_)) => self.act_in_snooze(action),
            _ => {}
        }
    }

    pub(in crate::app) fn type_in_prompt(&mut self, chord: Chord) {
        match self.cx.overlays.last_mut() {
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

    pub(in crate::app) fn paste_in_prompt(&mut self, pasted: &str) {
        match self.cx.overlays.last_mut() {
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
