//! Keys and pasted text in the form. Enter never sends.

use tui_textarea::Input;

use crate::domain::change_script::ChangeScript;
use crate::domain::part::Part;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::Effect;
use crate::tui::io::message::{Chord, Key};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::bulk::acts::apply_to_marks;
use crate::tui::screens::confirm::{Confirm, OnYes};
use crate::tui::screens::form::editor::{edit_field, edit_whole_of_form};
use crate::tui::screens::form::open::acts::leave_form;
use crate::tui::screens::form::{Form, Kind};
use crate::tui::screens::review::acts::start_review;
use crate::tui::widgets::text;

impl Form {
    /// To another field, over those that this case does not have.
    pub(in crate::tui) fn step(&mut self, by: usize) {
        let fields = self.fields();
        let mut at = fields.iter().position(|field| *field == self.field).unwrap_or(0);
        for _ in 0..fields.len() {
            at = (at + by) % fields.len();
            if self.allowed(&fields[at]).is_ok() {
                self.field = fields[at].clone();
                return;
            }
        }
    }

    fn step_back(&mut self) {
        self.step(self.fields().len() - 1);
    }

    /// Left, Right, Space and digits choose; Enter goes on.
    fn choose(&mut self, chord: Chord) {
        let (count, now) = match (self.field.part, self.extra(&self.field)) {
            (Part::Status, _) => (self.statuses.len(), self.shown_status()),
            (Part::Priority, _) => (self.priorities().len(), self.shown_priority()),
            (_, Some(extra)) => match &extra.kind {
                Kind::Choice(options) => (options.len(), Some(extra.chosen)),
                _ => return,
            },
            _ => return,
        };
        if count == 0 {
            return;
        }
        let chosen = match chord.key {
            Key::Right | Key::Down | Key::Char(' ' | 'l' | 'j') => now.map_or(0, |now| (now + 1) % count),
            Key::Left | Key::Up | Key::Char('h' | 'k') => now.map_or(count - 1, |now| (now + count - 1) % count),
            Key::Char(c) => match c.to_digit(10).map(|digit| digit as usize) {
                Some(digit) if (1..=count).contains(&digit) => digit - 1,
                _ => return,
            },
            Key::Enter => return self.step(1),
            _ => return,
        };
        match self.field.part {
            Part::Status => self.status = Some(chosen),
            Part::Priority => self.priority = Some(chosen),
            _ => {
                let field = self.field.clone();
                if let Some(extra) = self.extras.iter_mut().find(|extra| extra.aspect == field) {
                    extra.chosen = chosen;
                }
            }
        }
    }

    /// Fields that hold something typed, by name.
    fn written_fields(&self) -> Vec<String> {
        let fields = self.all_fields().filter(|field| self.differs(field)).map(|field| self.name(&field).to_owned());
        fields.chain(self.unread.as_ref().map(|_| "what you wrote in the editor".to_owned())).collect()
    }

    /// The selected text, which is no longer selected; None when there is no selection.
    fn take_selection(&mut self) -> Option<String> {
        let area = self.text()?;
        if !area.is_selecting() {
            return None;
        }
        area.copy();
        area.cancel_selection();
        Some(area.yank_text()).filter(|text| !text.is_empty())
    }
}

/// An action of the table while the form is on top.
pub(crate) fn act_in_form(action: Action, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let Some(Overlay::Form(form)) = cx.overlays.last_mut() else { return };
    match action {
        Action::NextField => form.step(1),
        Action::PreviousField => form.step_back(),
        Action::Leave => {
            if let Some(text) = form.take_selection() {
                cx.effects.push(Effect::Copy { text, what: "the selection".into() });
            } else {
                leave_form(model, cx);
            }
        }
        Action::Discard if form.draft(form.base_read_at).is_none() => {
            cx.pop();
        }
        Action::Discard => {
            let whose = if form.is_of_marks() { "the marked cases" } else { form.base.row.key.as_str() };
            let question = format!("Discard what you typed for {whose}?");
            let details = form.written_fields();
            let asked_at = cx.steady;
            cx.push(Overlay::Confirm(Box::new(Confirm { question, details, asked_at, on_yes: OnYes::DiscardForm })));
        }
        Action::Review => review_form(model, panes, cx),
        Action::EditText => edit_field(model, cx),
        Action::EditWhole => edit_whole_of_form(model, cx),
        _ => {}
    }
}

fn review_form(model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let Some(Overlay::Form(form)) = cx.overlays.last_mut() else { return };
    if let Some((part, reason)) = form.blocked() {
        form.field = part;
        cx.say(Grade::Warning, format!("nothing was sent: {reason}"));
        return;
    }
    if form.is_of_marks() {
        return match form.raw(&form.field) {
            text if text.trim().is_empty() => {
                cx.say(Grade::Info, format!("nothing is typed; {} leaves", cx.keymap.key(Scope::Form, Action::Leave)));
            }
            text => apply_to_marks(ChangeScript::comment(text), model, panes, cx),
        };
    }
    let edit = form.edit();
    let rid = form.rid;
    if form.unread.is_some() {
        let key = cx.keymap.key(Scope::Form, Action::EditWhole);
        cx.say(Grade::Warning, format!("what you wrote in the editor could not be read yet: {key} opens it again"));
        return;
    }
    if edit.changes.is_empty() {
        cx.say(Grade::Info, format!("nothing is changed; {} leaves", cx.keymap.key(Scope::Form, Action::Leave)));
        return;
    }
    start_review(rid, edit, model, cx);
}

/// A key that belongs to the field under edit.
pub(crate) fn type_in_form(chord: Chord, cx: &mut Cx) {
    let now = cx.steady;
    let Some(Overlay::Form(form)) = cx.overlays.last_mut() else { return };
    let is_block = form.field.is_block();
    // A line break would be typed unseen into a one-line field.
    let goes_on = chord.key == Key::Enter || chord == (Chord { ctrl: true, ..Chord::char('m') });
    match form.text() {
        None => form.choose(chord),
        Some(_) if !is_block && goes_on => form.step(1),
        Some(area) => {
            area.input(Input::from(chord));
        }
    }
    form.typed_at.get_or_insert(now);
}

/// Pasted text for the field under edit: whole, never read as keys.
pub(crate) fn paste_in_form(text: &str, cx: &mut Cx) {
    let now = cx.steady;
    let kept = text::pasted(text);
    let Some(Overlay::Form(form)) = cx.overlays.last_mut() else { return };
    if !form.paste(&kept) {
        let key = cx.keymap.key(Scope::Form, Action::NextField);
        cx.say(Grade::Info, format!("pasted text has no place in a choice; {key} to a text field first"));
        return;
    }
    form.typed_at.get_or_insert(now);
}
