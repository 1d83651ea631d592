//! The `[[view]]` tables.

use toml::Spanned;
use toml::de::DeValue;

use super::notes::Notes;
use super::section::Section;
use crate::config::views::{
    Entry, MAX_COLUMN, MAX_QUERY_CHARS, MAX_VIEWS, MIN_COLUMN, View, good_name, is_ready_made, is_same, ready_made,
};
use crate::domain::count::count;

pub(super) fn read_all(value: &Spanned<DeValue<'_>>, notes: &mut Notes<'_>) -> Vec<Entry> {
    let Some(items) = value.get_ref().as_array() else {
        notes.say(value.span().start, "`view` is written once per view", "write [[view]] with two brackets");
        return Vec::new();
    };
    if items.len() > MAX_VIEWS {
        notes.say(value.span().start, format!("there are {}; {MAX_VIEWS} is the most", count(items.len(), "view")), "remove some");
    }
    let mut found: Vec<Entry> = Vec::new();
    for item in items.iter().take(MAX_VIEWS) {
        let Some(table) = item.get_ref().as_table() else {
            notes.say(item.span().start, "a view is a table", "write [[view]], and its keys below it");
            continue;
        };
        let section = Section::new("[[view]]", table, item.span().start);
        let Some(entry) = read(&section, notes) else { continue };
        if found.iter().any(|known| is_same(known.name(), entry.name())) {
            notes.say(section.at("name"), format!("the name `{}` is taken by a view above", entry.name()), "give it a name of its own");
        }
        found.push(entry);
    }
    found
}

fn read(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Entry> {
    section.known(&["name", "query", "widths", "fold", "hidden"], notes);
    if !section.has("name") {
        notes.say(section.start(), "a [[view]] needs a name", "write name = \"…\"");
        return None;
    }
    let name = section.text("name", notes)?.to_owned();
    if let Err(why) = good_name(&name) {
        notes.say(section.at("name"), format!("`{}` cannot be a view's name", name.escape_debug()), why);
        return None;
    }
    let fold = section.flag("fold", notes);
    let is_hidden = section.flag("hidden", notes).unwrap_or(false);
    let widths = section.section("widths", "[view.widths]", notes).map(|widths| read_widths(&widths, notes));
    let query = section.value("query").map(|value| match value.get_ref().as_str() {
        Some(text) if text.chars().count() <= MAX_QUERY_CHARS && !text.chars().any(char::is_control) => text.to_owned(),
        Some(_) => {
            notes.say(section.at("query"), "`query` does not fit", format!("write one line of at most {MAX_QUERY_CHARS} characters"));
            String::new()
        }
        None => {
            notes.say(section.at("query"), "`query` is text", "write it in quotes: query = \"status:open\"");
            String::new()
        }
    });
    let ready = ready_made().into_iter().find(|view| is_same(&view.name, &name));
    match (query, ready) {
        _ if is_hidden => Some(Entry::Hidden(name)),
        (None, Some(_)) if widths.is_none() && fold.is_none() => Some(Entry::AsIs(name)),
        (query, Some(ready)) => Some(Entry::Shown(View {
            name,
            query: query.unwrap_or(ready.query),
            widths: widths.unwrap_or_default(),
            fold: fold.unwrap_or(ready.fold),
        })),
        (Some(query), None) => Some(Entry::Shown(View { name, query, widths: widths.unwrap_or_default(), fold: fold.unwrap_or_default() })),
        (None, None) => {
            debug_assert!(!is_ready_made(&name));
            notes.say(
                section.start(),
                format!("the view `{name}` has no query"),
                "write query = \"status:open tag:phish\"; \"\" is every case",
            );
            None
        }
    }
}

fn read_widths(section: &Section<'_>, notes: &mut Notes<'_>) -> Vec<(String, u16)> {
    let range = u64::from(MIN_COLUMN)..=u64::from(MAX_COLUMN);
    let keys: Vec<String> = section.keys().map(str::to_owned).collect();
    let mut out = Vec::new();
    for key in keys {
        if let Some(width) = section.number(&key, range.clone(), notes) {
            out.push((key, u16::try_from(width).unwrap_or(MAX_COLUMN)));
        }
    }
    out
}
