//! One table of the file: takes values out of it by key and kind, and says what is wrong with the ones that do not fit.

use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::notes::Notes;
use crate::domain::nearest::nearest;

pub(super) struct Section<'t> {
    /// As the person writes it: `[poll]`.
    title: &'static str,
    table: &'t DeTable<'t>,
    start: usize,
}

impl<'t> Section<'t> {
    pub(super) fn new(title: &'static str, table: &'t DeTable<'t>, start: usize) -> Self {
        Self { title, table, start }
    }

    pub(super) fn value(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Where the key is written; where the section starts when it is not.
    pub(super) fn at(&self, key: &str) -> usize {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map_or(self.start, |(name, _)| name.span().start)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'t str> {
        self.table.keys().map(|key| key.get_ref().as_ref())
    }

    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Names every key that is not one of `keys`, with the nearest that is.
    pub(super) fn known(&self, keys: &[&str], notes: &mut Notes<'_>) {
        for (key, _) in self.table {
            let name = key.get_ref();
            if !keys.contains(&name.as_ref()) {
                let instead = match nearest(name, keys.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it knows {}", list(keys.iter().copied())),
                };
                notes.say(key.span().start, format!("unknown key `{name}` in {}", self.title), instead);
            }
        }
    }

    pub(super) fn section(&self, key: &str, title: &'static str, notes: &mut Notes<'_>) -> Option<Section<'t>> {
        let value = self.value(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            notes.say(self.at(key), format!("`{key}` is a section"), format!("write {title} on a line of its own, and its keys below"));
        }
        table.map(|table| Section::new(title, table, value.span().start))
    }

    /// Text that is not empty.
    pub(super) fn text(&self, key: &str, notes: &mut Notes<'_>) -> Option<&'t str> {
        let value = self.value(key)?;
        match value.get_ref().as_str().map(str::trim) {
            Some("") => notes.say(self.at(key), format!("`{key}` is empty"), "write its value between the quotes, or remove the line"),
            Some(text) => return Some(text),
            None => notes.say(self.at(key), format!("`{key}` is text"), format!("write it in quotes: {key} = \"…\"")),
        }
        None
    }

    pub(super) fn number(&self, key: &str, range: RangeInclusive<u64>, notes: &mut Notes<'_>) -> Option<u64> {
        let value = self.value(key)?;
        let number = value.get_ref().as_integer().and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        match number {
            Some(number) if range.contains(&number) => Some(number),
            _ => {
                let instead = format!("write a whole number from {} to {}", range.start(), range.end());
                notes.say(self.at(key), format!("`{key}` does not fit"), instead);
                None
            }
        }
    }

    pub(super) fn flag(&self, key: &str, notes: &mut Notes<'_>) -> Option<bool> {
        let flag = self.value(key)?.get_ref().as_bool();
        if flag.is_none() {
            notes.say(self.at(key), format!("`{key}` is yes or no"), format!("write {key} = true or {key} = false, without quotes"));
        }
        flag
    }

    /// A list of texts, at most so many.
    pub(super) fn texts(&self, key: &str, most: usize, notes: &mut Notes<'_>) -> Option<Vec<String>> {
        let value = self.value(key)?.get_ref();
        let texts = value
            .as_array()
            .and_then(|items| items.iter().map(|item| item.get_ref().as_str().map(String::from)).collect::<Option<Vec<_>>>());
        let fits = texts.filter(|texts| texts.len() <= most);
        if fits.is_none() {
            notes.say(self.at(key), format!("`{key}` is a list of texts"), format!("write {key} = [\"…\", \"…\"], at most {most}"));
        }
        fits
    }

    pub(super) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)], notes: &mut Notes<'_>) -> Option<T> {
        let text = self.text(key, notes)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names = list(choices.iter().map(|(name, _)| *name));
            notes.say(self.at(key), format!("`{text}` is not a choice for `{key}`"), format!("write one of {names}"));
        }
        found
    }
}

/// `a, b, c`, each in backquotes.
pub(super) fn list<'k>(keys: impl Iterator<Item = &'k str>) -> String {
    keys.map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
