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
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::acts::act_in_ask;
use crate::tui::screens::labels::acts::act_in_labels;
use crate::tui::screens::people::{MAX_FOUND, PeoplePicker};
use crate::tui::screens::review::verbs::picked_change;
use crate::tui::screens::snooze::acts::act_in_snooze;
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

fn act_in_people(action: Action, model: &mut Model, cx: &mut Cx) {
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

/// Keys of the table in a box with a line to type.
pub(in crate::tui) fn act_in_prompt(action: Action, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    match cx.overlays.last() {
        Some(Overlay::People(_)) => act_in_people(action, model, cx),
        Some(Overlay::Labels(_)) => act_in_labels(action, model, cx),
        Some(Overlay::Ask(_)) => act_in_ask(action, model, panes, cx),
        Some(Overlay::Snooze(_)) => act_in_snooze(action, model, panes, cx),
        _ => {}
    }
}

pub(in crate::tui) fn type_in_prompt(chord: Chord, model: &mut Model, cx: &mut Cx) {
    match cx.overlays.last_mut() {
        Some(Overlay::People(picker)) => {
            let has_changed = text::type_in_line(&mut picker.area, chord);
            if has_changed {
                narrow_people(cx);
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
    typed_in_box(model, cx);
}

pub(in crate::tui) fn paste_in_prompt(pasted: &str, model: &mut Model, cx: &mut Cx) {
    match cx.overlays.last_mut() {
        Some(Overlay::People(picker)) => {
            text::paste_in_line(&mut picker.area, pasted);
            narrow_people(cx);
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
    typed_in_box(model, cx);
}
