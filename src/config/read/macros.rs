//! `[[macro]]`.

use toml::Spanned;
use toml::de::DeValue;

use super::notes::Notes;
use super::section::Section;
use crate::config::macros::{MAX_MACROS, MAX_QUESTIONS, Macro, Piece, Question, pieces};
use crate::domain::case::Vendor;
use crate::domain::change_script::{MAX_STEPS, Step};
use crate::domain::count::count;

/// Keys behind `m` that are taken: the list, and recording.
const TAKEN: [char; 2] = ['m', 'r'];

pub(super) fn read(value: &Spanned<DeValue<'_>>, notes: &mut Notes<'_>) -> Vec<Macro> {
    let Some(items) = value.get_ref().as_array() else {
        notes.say(value.span().start, "`macro` is written once per macro", "write [[macro]] with two brackets");
        return Vec::new();
    };
    if items.len() > MAX_MACROS {
        let words = format!("there are {}; {MAX_MACROS} is the most", count(items.len(), "macro"));
        notes.say(value.span().start, words, "remove those that nobody runs");
    }
    let mut found: Vec<Macro> = Vec::new();
    for item in items.iter().take(MAX_MACROS) {
        let Some(table) = item.get_ref().as_table() else {
            notes.say(item.span().start, "a macro is a table", "write [[macro]], and its keys below it");
            continue;
        };
        let section = Section::new("[[macro]]", table, item.span().start);
        let Some(new) = one(&section, notes) else { continue };
        if found.iter().any(|known| known.name.eq_ignore_ascii_case(&new.name)) {
            notes.say(section.at("name"), format!("the name `{}` is taken by a macro above", new.name), "give it a name of its own");
        }
        if let Some(known) = found.iter().find(|known| known.key.is_some() && known.key == new.key) {
            notes.say(section.at("key"), format!("its key is taken by the macro `{}`", known.name), "choose another letter");
        }
        found.push(new);
    }
    found
}

fn one(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Macro> {
    let mut known = vec!["name", "key", "when", "ask", "steps"];
    known.extend(Vendor::ALL.map(Vendor::name));
    section.known(&known, notes);
    if !section.has("name") {
        notes.say(section.start(), "this macro has no name", "write name = \"…\"");
    }
    let name = section.text("name", notes);
    let key = section.text("key", notes).and_then(|text| key(section, text, notes));
    let when = section.text("when", notes).map(String::from);
    let ask = texts(section, "ask", MAX_QUESTIONS, notes).unwrap_or_default();
    let mut questions: Vec<Question> = Vec::new();
    for text in &ask {
        match Question::parse(text) {
            Ok(new) if questions.iter().any(|known| known.name == new.name) => {
                notes.say(section.at("ask"), format!("`{}` is asked twice", new.name), "remove one of them");
            }
            Ok(new) => questions.push(new),
            Err(words) => notes.say(section.at("ask"), words, "write \"name: What is asked\""),
        }
    }
    let steps = steps(section, "steps", &questions, notes);
    let variants = Vendor::ALL.into_iter().filter_map(|vendor| Some((vendor, self::steps(section, vendor.name(), &questions, notes)?)));
    let variants: Vec<_> = variants.collect();
    if steps.is_none() && variants.is_empty() {
        notes.say(section.start(), "this macro does nothing", "write steps = [\"close\", \"add tag=…\"]");
    }
    let all: Vec<&String> = steps.iter().flatten().chain(variants.iter().flat_map(|(_, steps)| steps)).collect();
    for question in &questions {
        if !all.iter().any(|step| placeholders(step).any(|name| name == question.name)) {
            notes.say(
                section.at("ask"),
                format!("`{}` is asked and used in no step", question.name),
                format!("write {{{}}} in a step", question.name),
            );
        }
    }
    Some(Macro { name: name?.into(), key, when, ask: questions, steps: steps.unwrap_or_default(), variants })
}

fn key(section: &Section<'_>, text: &str, notes: &mut Notes<'_>) -> Option<char> {
    let mut chars = text.chars();
    let key = chars.next().filter(|key| chars.next().is_none() && key.is_ascii_alphanumeric() && !TAKEN.contains(key));
    if key.is_none() {
        notes.say(section.at("key"), format!("`{text}` cannot be the key of a macro"), "write one letter or digit other than m and r");
    }
    key
}

/// Steps that can be read, whatever the answers will be.
fn steps(section: &Section<'_>, name: &'static str, questions: &[Question], notes: &mut Notes<'_>) -> Option<Vec<String>> {
    let steps = texts(section, name, MAX_STEPS, notes)?;
    for step in &steps {
        if let Err(words) = Step::parse(step) {
            notes.say(section.at(name), words, "correct the step");
        }
        for placeholder in placeholders(step) {
            if !questions.iter().any(|question| question.name == placeholder) {
                notes.say(
                    section.at(name),
                    format!("nothing asks for {{{placeholder}}}"),
                    format!("add \"{placeholder}\" to ask, or write {{{{{placeholder}}}}} for the braces"),
                );
            }
        }
    }
    Some(steps)
}

/// What a step asks for.
fn placeholders(step: &str) -> impl Iterator<Item = &str> {
    pieces(step).filter_map(|piece| if let Piece::Asked(name) = piece { Some(name) } else { None })
}

/// A list of texts.
fn texts(section: &Section<'_>, key: &str, most: usize, notes: &mut Notes<'_>) -> Option<Vec<String>> {
    let value = section.value(key)?;
    let texts: Option<Vec<String>> = value
        .get_ref()
        .as_array()
        .and_then(|items| items.iter().map(|item| item.get_ref().as_str().map(|text| text.trim().to_owned())).collect());
    match texts {
        None => {
            notes.say(section.at(key), format!("`{key}` is a list of texts"), format!("write {key} = [\"…\", \"…\"]"));
            None
        }
        Some(texts) if texts.len() > most => {
            notes.say(section.at(key), format!("`{key}` holds {}; {most} is the most", texts.len()), "shorten it");
            None
        }
        texts => texts,
    }
}
