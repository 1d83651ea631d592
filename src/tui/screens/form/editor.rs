//! The person's own editor: one field of the form, or the whole case as front matter and description.

use crate::domain::aspect::Aspect;
use crate::domain::case::Rid;
use crate::domain::count::count;
use crate::domain::fault::Fault;
use crate::domain::opened::Opened;
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::{About, Effect};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::draft::acts::once_kept;
use crate::tui::screens::Overlay;
use crate::tui::screens::form::area::text_of;
use crate::tui::screens::form::open::acts::open_form;

impl Model {
    /// The form that the editor was opened from is gone: what it brings back is offered there again.
    fn keep_edited(&mut self, opened: &Opened, text: &str, cx: &mut Cx) {
        let Some(draft) = opened.with(text, cx.now).filter(|draft| !draft.values.is_empty()) else { return };
        let case = draft.case.clone();
        self.keep_draft(&case, Some(draft), cx);
        cx.say(Grade::Info, "its form was closed meanwhile: what you saved in the editor is kept, and offered there again");
    }
}

/// `E` on a case: its form, and over it the editor with everything.
pub(in crate::tui) fn edit_whole(rid: Rid, model: &mut Model, cx: &mut Cx) {
    let layers = cx.overlays.len();
    open_form(rid, Part::Title, model, cx);
    if cx.overlays.len() > layers && matches!(cx.overlays.last(), Some(Overlay::Form(_))) {
        edit_whole_of_form(model, cx);
    }
}

pub(in crate::tui) fn edit_whole_of_form(model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Form(form)) = cx.overlays.last_mut() else { return };
    if form.is_of_marks() {
        return edit_field(model, cx);
    }
    form.only = None;
    open_editor(None, model, cx);
}

/// The field that has the keys.
pub(in crate::tui) fn edit_field(model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Form(form)) = cx.overlays.last_mut() else { return };
    if form.text().is_none() {
        let key = cx.keymap.key(Scope::Form, Action::EditWhole);
        cx.say(Grade::Info, format!("a choice needs no editor: Left and Right choose; {key} opens the whole case"));
        return;
    }
    let field = form.field.clone();
    open_editor(Some(field), model, cx);
}

/// No field: with the whole case.
fn open_editor(field: Option<Aspect>, model: &mut Model, cx: &mut Cx) {
    let now = cx.now;
    let Some(Overlay::Form(form)) = cx.overlays.last_mut() else { return };
    let text = if field.is_none() { form.written() } else { form.text().map_or_else(String::new, |area| text_of(area)) };
    let mut opened = form.opened(field, text, now);
    let rid = form.rid;
    opened.draft = model.landed.lead(opened.draft);
    once_kept(Effect::Edit(About { rid, opened }), true, model, cx);
}

/// Whether all that was typed, here or in an editor, is on disk as a draft.
pub fn has_kept(model: &Model, cx: &Cx) -> bool {
    cx.form().is_none_or(|form| form.typed_at.is_none()) && !model.kept.is_behind()
}

/// What the editor left behind.
pub(in crate::tui) fn take_edited(about: &About, result: Result<Clean, Fault>, model: &mut Model, cx: &mut Cx) {
    let now = cx.steady;
    let [leave, review, whole] = [Action::Leave, Action::Review, Action::EditWhole].map(|action| cx.keymap.key(Scope::Form, action));
    let form = cx.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Form(form) if form.rid == about.rid => Some(form),
        _ => None,
    });
    let text = match result {
        Ok(text) => about.opened.typed(text.raw()),
        Err(fault) => return cx.say(Grade::Error, format!("{}; {}", fault.message, fault.next_step())),
    };
    let Some(form) = form else { return model.keep_edited(&about.opened, &text, cx) };
    let said = match &about.opened.field {
        Some(field) => {
            form.put_edited(field, &text);
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
    cx.dirty = true;
    if let Some((grade, words)) = said {
        cx.say(grade, words);
    }
}
