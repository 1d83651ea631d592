//! Tags of Tines and attributes of Datadog in one line: `+vip -old`, `+team:soc -env:prod -owner`.

pub mod acts;
mod screen;
pub mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use tui_textarea::TextArea;

use crate::domain::case::{Case, Rid, Vendor};
use crate::domain::change::Change;
use crate::domain::list::meant;
use crate::domain::text::{Clean, raws};
use crate::tui::widgets::text;

/// Labels of rows in sight that are offered for adding.
const MAX_KNOWN: usize = 200;
/// Suggestions shown at once.
const MAX_SUGGESTED: usize = 30;

#[derive(Clone, Debug)]
pub struct LabelsBox {
    pub rid: Rid,
    pub vendor: Vendor,
    /// The case as it is known by now.
    pub case: Arc<Case>,
    pub area: TextArea<'static>,
    /// Which suggestion is highlighted.
    pub chosen: usize,
    /// Labels of other cases in sight.
    known: Vec<String>,
}

/// One word of the line.
#[derive(Debug, PartialEq, Eq)]
struct Word {
    is_removal: bool,
    text: String,
    /// Bytes of the line that it takes.
    from: usize,
}

impl LabelsBox {
    pub(in crate::tui) fn new(rid: Rid, vendor: Vendor, case: Arc<Case>, known: Vec<String>) -> Self {
        Self { rid, vendor, case, area: text::line(""), chosen: 0, known }
    }

    /// What the case has: tags, or attributes as `key:value`.
    pub fn has(&self) -> Vec<String> {
        if self.vendor.capabilities().has_attributes {
            let pairs = |(key, values): &(Clean, Vec<Clean>)| values.iter().map(|value| format!("{key}:{value}")).collect::<Vec<_>>();
            self.case.attributes.iter().flat_map(pairs).collect()
        } else {
            self.case.row.tags.iter().map(ToString::to_string).collect()
        }
    }

    /// What the line asks for; the error says what about it cannot be done.
    pub fn changes(&self) -> Result<Vec<Change>, String> {
        let words = words(text::line_text(&self.area))?;
        if words.is_empty() {
            return Err("type +new to add and -old to remove".into());
        }
        if let Some(word) =
            words.iter().find(|word| words.iter().any(|other| other.text == word.text && other.is_removal != word.is_removal))
        {
            return Err(format!("{} is added and removed", word.text));
        }
        let changes = if self.vendor.capabilities().has_attributes { self.attributes(&words)? } else { self.tags(&words)? };
        if changes.is_empty() { Err("the case is like that already".into()) } else { Ok(changes) }
    }

    fn tags(&self, words: &[Word]) -> Result<Vec<Change>, String> {
        let (mut add, mut remove): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for word in words {
            match (meant(&word.text, self.case.row.tags.iter())?, word.is_removal) {
                (Some(tag), true) if !remove.iter().any(|known| known == tag.raw()) => remove.push(tag.raw().to_owned()),
                (None, true) => return Err(missing("tag", &word.text)),
                (None, false) if !add.contains(&word.text) => add.push(word.text.clone()),
                _ => {}
            }
        }
        let add = (!add.is_empty()).then_some(Change::AddTags(add));
        Ok(add.into_iter().chain((!remove.is_empty()).then_some(Change::RemoveTags(remove))).collect())
    }

    /// One change per key, with all of its values; `-key` takes the key off.
    fn attributes(&self, words: &[Word]) -> Result<Vec<Change>, String> {
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for word in words {
            let (key, value) = word.text.split_once(':').map_or((word.text.as_str(), None), |(key, value)| (key, Some(value)));
            if key.is_empty() || value == Some("") || (value.is_none() && !word.is_removal) {
                return Err(format!("{}: an attribute is written key:value", word.text));
            }
            let known = meant(key, self.case.attributes.iter().map(|(key, _)| key))?.map_or(key, Clean::raw);
            let has = self.values(known);
            let values = keys.entry(known.to_owned()).or_insert_with(|| raws(has));
            let held = value.map(|value| meant(value, has.iter())).transpose()?.flatten().map(Clean::raw);
            if word.is_removal && (has.is_empty() || (value.is_some() && held.is_none())) {
                return Err(missing("attribute", &word.text));
            }
            match (value, held) {
                (None, _) => values.clear(),
                (Some(value), held) if word.is_removal => values.retain(|known| known != held.unwrap_or(value)),
                (Some(value), None) if !values.iter().any(|known| known == value) => values.push(value.to_owned()),
                (Some(_), Some(held)) if !values.iter().any(|known| known == held) => values.push(held.to_owned()),
                _ => {}
            }
        }
        keys.retain(|key, values| *values != raws(self.values(key)));
        Ok(keys.into_iter().map(|(key, values)| Change::Attribute { key, values }).collect())
    }

    fn values(&self, key: &str) -> &[Clean] {
        self.case.attributes.iter().find(|(name, _)| name.raw() == key).map_or(&[][..], |(_, values)| values)
    }

    /// Ways to complete the last word: what the case has behind a `-`, what other cases have behind a `+`.
    pub fn suggestions(&self) -> Vec<String> {
        let line = text::line_text(&self.area);
        let (word, others) = match words(line) {
            Ok(mut words) if !line.is_empty() && !line.ends_with(' ') => (words.pop(), words),
            Ok(words) => (None, words),
            Err(_) => return Vec::new(),
        };
        let is_free = |text: &String| !others.iter().any(|word| word.text == *text);
        let part = word.as_ref().map(|word| word.text.to_lowercase()).unwrap_or_default();
        let fits = |text: &String| text.to_lowercase().contains(&part) && is_free(text);
        let has = self.has();
        let removals = has
            .iter()
            .filter(|text| word.as_ref().is_none_or(|word| word.is_removal) && fits(text))
            .map(|text| format!("-{}", quoted(text)));
        let can_add = |text: &&String| word.as_ref().is_some_and(|word| !word.is_removal) && fits(text) && !has.contains(text);
        let additions = self.known.iter().filter(can_add).map(|text| format!("+{}", quoted(text)));
        removals.chain(additions).take(MAX_SUGGESTED).collect()
    }

    fn complete(&mut self) {
        let Some(suggestion) = self.suggestions().get(self.chosen).cloned() else { return };
        let line = text::line_text(&self.area);
        let from = if line.is_empty() || line.ends_with(' ') {
            line.len()
        } else {
            words(line).ok().and_then(|words| words.last().map(|word| word.from)).unwrap_or(line.len())
        };
        self.area = text::line(&format!("{}{suggestion} ", &line[..from]));
        self.chosen = 0;
    }
}

/// What is to be removed is not there.
fn missing(what: &str, name: &str) -> String {
    format!("the case has no {what} {}: what it has is offered behind a -", Clean::line(name))
}

/// Words between blanks; quotes keep a tag of several words together: `+"two words"`.
fn words(line: &str) -> Result<Vec<Word>, String> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = line[at..].find(|c: char| !c.is_whitespace()).map(|found| at + found) {
        let (sign, body) = match line[start..].chars().next() {
            Some(sign @ ('+' | '-')) => (sign, start + 1),
            _ => ('+', start),
        };
        let (text, end) = if line[body..].starts_with('"') {
            let length = line[body + 1..].find('"').ok_or("a quote is not closed")?;
            (&line[body + 1..=body + length], body + length + 2)
        } else {
            let end = line[body..].find(char::is_whitespace).map_or(line.len(), |found| body + found);
            (&line[body..end], end)
        };
        if text.trim().is_empty() {
            return Err(format!("nothing stands behind the {sign}"));
        }
        out.push(Word { is_removal: sign == '-', text: text.trim().to_owned(), from: start });
        at = end;
    }
    Ok(out)
}

fn quoted(text: &str) -> String {
    if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.to_owned() }
}
