//! The whole case as a text for an editor: its fields as front matter, the description below. And back.

use std::fmt::Write as _;

use crate::domain::aspect::Aspect;
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::tui::screens::form::area::text_of;
use crate::tui::screens::form::{Extra, Form, Kind};

const FENCE: &str = "---";
/// In front of the id of a field whose name would not be clear.
const BY_ID: &str = "field ";

impl Form {
    /// What an editor is given.
    pub(in crate::tui) fn written(&self) -> String {
        if let Some(text) = &self.unread {
            return text.clone();
        }
        let mut out = format!(
            "{FENCE}\n# {}: change what is behind the colons. Lines that start with # are left out.\n# Below the second {FENCE} stands the description. Nothing is sent before you have reviewed it.\n",
            Clean::line(self.base.row.key.as_str())
        );
        for field in self.head() {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{}: {}", self.key(&field), self.texts(&field).0);
            let choices = self.choices(&field);
            if !choices.is_empty() {
                let _ = writeln!(out, "#   {}", Clean::line(&choices.join(" | ")));
            }
        }
        let _ = writeln!(out, "{FENCE}");
        if self.allowed(&Aspect::of_part(Part::Description)).is_ok() {
            let _ = writeln!(out, "{}", text_of(&self.description));
        }
        out
    }

    /// Takes what was written back into the fields; nothing is taken when a line cannot be read.
    ///
    /// # Errors
    /// Which line cannot be read, and what to write there.
    pub(in crate::tui) fn read_written(&mut self, text: &str) -> Result<(), String> {
        let mut lines = text.split('\n').enumerate();
        if lines.next().is_none_or(|(_, line)| line.trim_end() != FENCE) {
            return Err(format!("line 1: it has to be {FENCE}, the start of the fields"));
        }
        let head = self.head();
        let mut wishes: Vec<(Aspect, String)> = Vec::new();
        let mut is_closed = false;
        for (at, line) in lines.by_ref() {
            let line = line.trim_end();
            if line == FENCE {
                is_closed = true;
                break;
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = at + 1;
            let (key, value) = line.split_once(':').ok_or_else(|| format!("line {number}: no colon; write a field as `title: words`"))?;
            let field = head.iter().find(|field| self.key(field).eq_ignore_ascii_case(key.trim()));
            let field = field.ok_or_else(|| format!("line {number}: there is no field `{}` here", key.trim()))?;
            let value = value.trim();
            let choices = self.choices(field);
            let is_offered = choices.is_empty() || choices.iter().any(|choice| choice.eq_ignore_ascii_case(value));
            if !is_offered && value != self.texts(field).0 {
                return Err(format!("line {number}: {} is one of {}", self.key(field), choices.join(", ")));
            }
            wishes.push((field.clone(), value.to_owned()));
        }
        if !is_closed {
            return Err(format!("the line {FENCE} that ends the fields is missing"));
        }
        let rest: Vec<&str> = lines.map(|(_, line)| line).collect();
        let rest = rest.join("\n");
        for (field, value) in wishes {
            if value != self.texts(&field).0.trim() {
                let clears = self.extra(&field).is_some_and(|extra| extra.clears(&value));
                let shown = self.texts(&field).0;
                // Blanks at the ends do not show behind the colon: they stay.
                let is_text = field.part == Part::Title || self.extra(&field).is_some_and(|extra| !extra.is_list());
                let (head, tail) = shown.split_once(shown.trim()).filter(|_| is_text && !value.is_empty()).unwrap_or_default();
                let raw = if is_text { self.retyped(&field, &format!("{head}{value}{tail}")) } else { value };
                self.put(&field, if clears { "" } else { &raw });
            }
        }
        let description = Aspect::of_part(Part::Description);
        // Editors end a file with a line break of their own.
        let rest = rest.strip_suffix('\n').unwrap_or(&rest);
        if self.allowed(&description).is_ok() && rest != text_of(&self.description) {
            let raw = self.retyped(&description, rest);
            self.put(&description, &raw);
        }
        self.unread = None;
        Ok(())
    }

    /// The fields that stand in the front matter: those of one line that can be changed.
    fn head(&self) -> Vec<Aspect> {
        let fits = |field: &Aspect| {
            let is_line = |text: &str| Clean::line(text).as_str() == text;
            let key = self.key(field);
            // An id that could not be read back as itself stays in the form.
            let is_readable = is_line(&key) && key == key.trim() && !key.contains(':');
            !field.is_block() && self.allowed(field).is_ok() && is_readable && is_line(&self.texts(field).0)
        };
        self.all_fields().filter(fits).collect()
    }

    /// How the front matter calls a field: by its name, or by its id where the name would not be clear.
    fn key(&self, field: &Aspect) -> String {
        let name = self.name(field);
        let is_clear = |extra: &Extra| extra.aspect == *field || !extra.name.eq_ignore_ascii_case(name);
        let is_taken =
            field.part == Part::Field && crate::tui::screens::form::FIELDS.iter().any(|part| part.name().eq_ignore_ascii_case(name));
        // Names are the vendor's: one that reads as another field, a comment or the end of the fields is not used.
        let is_plain = !name.is_empty() && name == name.trim() && !name.contains([':', '\n', '#']);
        let is_other = name == FENCE || name.to_ascii_lowercase().starts_with(BY_ID);
        if is_plain && !is_other && !is_taken && self.extras.iter().all(is_clear) {
            name.to_owned()
        } else {
            format!("{BY_ID}{}", field.key)
        }
    }

    fn choices(&self, field: &Aspect) -> Vec<String> {
        match (field.part, self.extra(field).map(|extra| &extra.kind)) {
            (Part::Status, _) => self.statuses.iter().map(|status| status.name.to_string()).collect(),
            (Part::Priority, _) => self.priorities().iter().map(|name| (*name).to_owned()).collect(),
            (_, Some(Kind::Choice(options))) => options.clone(),
            _ => Vec::new(),
        }
    }
}
