//! Keys and answers in the box that finds people.

use crate::domain::change::Change;
use crate::domain::fault::Fault;
use crate::domain::person::Person;
use crate::protocol::{Order, Ticket};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::left::acts::{leave_box, typed_in_box};
use crate::tui::screens::Overlay;
use crate::tui::screens::people::{MAX_FOUND, PeoplePicker};
use crate::tui::screens::review::verbs::picked_change;
use crate::tui::widgets::text;

fn people_picker(cx: &mut Cx) -> Option<&mut PeoplePicker> {
    cx.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::People(picker) => Some(picker.as_mut()),
        _ => None,
    })
}

/// A key or pasted text has changed what is typed.
fn narrow_people(cx: &mut Cx) {
    let Some(picker) = people_picker(cx) else { return };
    picker.chosen = 0;
    find_people(cx);
}

fn find_people(cx: &mut Cx) {
    let Some((source, question)) = people_picker(cx).and_then(|picker| Some((picker.case.row.id.source, picker.question()?))) else {
        return;
    };
    let ticket = cx.send(Ask::FindPeople, Order::FindPeople { source, text: question.clone() });
    if let Some(picker) = people_picker(cx) {
        picker.asking = Some((ticket, question));
    }
}

/// Whom the vendor found; answers to a box that is closed are left alone.
pub(in crate::tui) fn take_people(ticket: Ticket, people: Vec<Person>, cx: &mut Cx) {
    let Some(picker) = people_picker(cx) else { return };
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
pub(in crate::tui) fn close_people(ticket: Ticket, result: Result<(), Fault>, cx: &mut Cx) {
    let Some(picker) = people_picker(cx) else { return };
    let Some((_, asked)) = picker.asking.take_if(|(open, _)| *open == ticket) else { return };
    picker.fault = result.err();
    if picker.question().is_some_and(|question| question != asked) {
        find_people(cx);
    }
}

pub(in crate::tui) fn act_in_people(action: Action, model: &mut Model, cx: &mut Cx) {
    let Some(picker) = people_picker(cx) else { return };
    let people = picker.people();
    let last = people.len().saturating_sub(1);
    match action {
        Action::Down => picker.chosen = (picker.chosen + 1).min(last),
        Action::Up => picker.chosen = picker.chosen.saturating_sub(1),
        Action::Complete => {
            if let Some(person) = people.get(picker.chosen).map(|person| (*person).clone()) {
                picker.area = text::line(person.label());
                narrow_people(cx);
                // Of several who are called so, the one that was highlighted.
                if let Some(picker) = people_picker(cx) {
                    picker.chosen = picker.people().iter().position(|known| known.is(&person)).unwrap_or(0);
                }
            }
        }
        Action::Pick => match people.get(picker.chosen) {
            Some(person) if picker.is_assigned(person) => {
                let words = format!("{} is assigned already", person.label());
                cx.say(Grade::Info, words);
            }
            Some(person) => {
                let (rid, change) = (picker.rid, Change::Assign((*person).clone()));
                picked_change(rid, vec![change], model, cx);
            }
            None => cx.say(Grade::Info, "nobody matches; type less, or part of a mail address"),
        },
        Action::Leave => leave_box(model, cx),
        _ => {}
    }
}

pub(in crate::tui) fn type_in_people(chord: Chord, model: &mut Model, cx: &mut Cx) {
    if people_picker(cx).is_some_and(|picker| text::type_in_line(&mut picker.area, chord)) {
        narrow_people(cx);
    }
    typed_in_box(model, cx);
}

pub(in crate::tui) fn paste_in_people(pasted: &str, model: &mut Model, cx: &mut Cx) {
    if let Some(picker) = people_picker(cx) {
        text::paste_in_line(&mut picker.area, pasted);
        narrow_people(cx);
    }
    typed_in_box(model, cx);
}
