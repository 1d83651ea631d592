//! The person's own editor: one field of the form, or the whole case as front matter and description.

use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::effect::{About, Effect};
use crate::app::form::text_of;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::domain::case::Rid;
use crate::domain::count::count;
use crate::domain::edit::Part;
use crate::domain::fault::Fault;
use crate::domain::text::Clean;

impl App {
    /// `E` on a case: its form, and over it the editor with everything.
    pub(super) fn edit_whole(&mut self, rid: Rid) {
        let layers = self.overlays.len();
        self.open_form(rid, Part::Title);
        if self.overlays.len() > layers && matches!(self.overlays.last(), Some(Overlay::Form(_))) {
            self.edit_whole_of_form();
        }
    }

    pub(super) fn edit_whole_of_form(&mut self) {
        let Some(Overlay::Form(form)) = self.overlays.last_mut() else { return };
        if form.is_of_marks() {
            return self.edit_field();
        }
        form.only = None;
        let effect = Effect::Edit { about: About { rid: form.rid, field: None }, text: form.written() };
        self.once_kept(effect, true);
    }

    /// The field that has the keys.
    pub(super) fn edit_field(&mut self) {
        let Some(Overlay::Form(form)) = self.overlays.last_mut() else { return };
        let (rid, field) = (form.rid, form.field.clone());
        let Some(area) = form.text() else {
            let key = self.keymap.key(Scope::Form, Action::EditWhole);
            self.say(Grade::Info, format!("a choice needs no editor: Left and Right choose; {key} opens the whole case"));
            return;
        };
        let text = text_of(area);
        self.once_kept(Effect::Edit { about: About { rid, field: Some(field) }, text }, true);
    }

    /// What the editor left behind.
    pub(super) fn take_edited(&mut self, about: &About, result: Result<Clean, Fault>) {
        let now = self.steady;
        let [leave, review, whole] = [Action::Leave, Action::Review, Action::EditWhole].map(|action| self.keymap.key(Scope::Form, action));
        let form = self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::Form(form) if form.rid == about.rid => Some(form),
            _ => None,
        });
        let Some(form) = form else { return };
        let text = match result {
            // Line ends are the editor's, not the person's.
            Ok(text) => text.raw().replace("\r\n", "\n"),
            Err(fault) => return self.say(Grade::Error, format!("{}; {}", fault.message, fault.next_step())),
        };
        let said = match &about.field {
            Some(field) => {
                let text = text.strip_suffix('\n').unwrap_or(&text);
                form.put_edited(field, text);
                None
            }
            None => match form.read_written(&text) {
                Ok(()) if form.changed() == 0 => Some((Grade::Info, format!("nothing was changed in the editor; {leave} leaves"))),
                Ok(()) => {
                    let fields = count(form.changed(), "field");
                    Some((Grade::Info, format!("{fields} changed, nothing is sent yet: {review} reviews and sends")))
                }
                Err(reason) => {
                    form.unread = Some(text);
                    Some((Grade::Error, format!("not read: {reason}. Nothing is lost: {whole} opens your text again")))
                }
            },
        };
        form.typed_at.get_or_insert(now);
        self.dirty = true;
        if let Some((grade, words)) = said {
            self.say(grade, words);
        }
    }
}
