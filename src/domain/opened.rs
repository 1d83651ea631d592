//! What a person's editor was opened on: where the text that it brings back belongs, whoever is there to take it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::aspect::{Aspect, Value};
use super::draft::Draft;
use super::part::Part;
use super::text::Clean;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What was typed in the form by then, which may be nothing, and what the person saw of all that the editor was given.
    pub draft: Draft,
    /// None: the whole case as one text.
    pub field: Option<Aspect>,
    /// The raw text behind what the editor was given of the field.
    pub raw: String,
    /// What the editor was given.
    pub text: String,
}

impl Opened {
    /// Where what comes back stands in a draft.
    pub fn aspect(&self) -> Aspect {
        self.field.clone().unwrap_or_else(Draft::as_written)
    }

    /// What a file says: line ends, and the last of them, are the editor's and not the person's.
    pub fn typed(&self, file: &str) -> String {
        let text = file.replace("\r\n", "\n");
        match &self.field {
            None => text,
            Some(field) => {
                let text = text.strip_suffix('\n').unwrap_or(&text);
                if field.is_block() { text.to_owned() } else { text.replace(['\r', '\n'], " ") }
            }
        }
    }

    /// The draft that what was typed by then and this file make together; it may hold nothing any more. None: the file says
    /// what it was made with.
    pub fn with(&self, file: &str, saved_at: Timestamp) -> Option<Draft> {
        let typed = self.typed(file);
        if typed == self.typed(&self.text) {
            return None;
        }
        let aspect = self.aspect();
        let value = match &self.field {
            None => typed,
            Some(field) if field.is_block() => Clean::block(&self.raw).retyped(&typed),
            Some(_) => Clean::line(&self.raw).retyped(&typed),
        };
        let mut draft = Draft { saved_at, ..self.draft.clone() };
        let is_bare = aspect.part == Part::Comment && value.trim().is_empty();
        draft.values.retain(|(known, value)| *known != aspect || matches!(value, Value::Set(_)));
        draft.values.extend((!is_bare).then_some((aspect, Value::Text(value))));
        Some(draft)
    }
}
