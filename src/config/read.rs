//! Text → [`Config`]: reads every section with its lines, and collects all problems instead of stopping at the first.

mod address;
mod alarms;
mod keys;
mod macros;
mod notes;
mod section;
mod source;
mod trust;
mod view;

use std::path::Path;

use notes::Notes;
use section::Section;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problems;
use super::settings::{Borders, Colour, Config, Edit, Poll, Source, Times, Ui};
use super::views::resolve;
use crate::domain::case::Vendor;
use crate::domain::count::count;

/// A source is a number of eight bits elsewhere, and nobody watches this many tenants.
const MAX_SOURCES: usize = 64;
/// Vendors count requests by the minute; polling faster than this would spend their quota on nothing.
const MIN_POLL_S: u64 = 5;
const MAX_POLL_S: u64 = 86_400;
/// Whoever wants to think for longer holds the edit in the outbox.
const MAX_SEND_DELAY_S: u64 = 60;

/// Reads the text of a configuration. `origin` is where it came from: for messages, and for paths relative to it.
///
/// # Errors
/// Everything that is wrong, in the order of the lines.
pub fn parse(text: &str, origin: &Path) -> Result<Config, Problems> {
    let mut notes = Notes { text, origin, problems: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        notes.say(at, format!("this is not TOML: {}", error.message().replace('\n', ", ")), "correct the line, or put a # in front of it");
    }
    // What broken text seems to say would only add problems that are not there.
    if notes.problems.is_empty() {
        let config = read(&table, &mut notes);
        if notes.problems.is_empty() {
            return Ok(config);
        }
    }
    notes.problems.sort_by_key(|problem| problem.line);
    Err(Problems(notes.problems))
}

fn read(root: &Spanned<DeTable<'_>>, notes: &mut Notes<'_>) -> Config {
    let mut config = Config::default();
    let top = Section::new("the configuration", root.get_ref(), root.span().start);
    top.known(&["source", "poll", "ui", "edit", "keys", "sla", "hours", "alarms", "view", "macro"], notes);
    if let Some(value) = top.value("source") {
        config.sources = sources(value, notes);
        let codes = Vendor::codes(&config.sources.iter().map(|source| source.vendor).collect::<Vec<_>>());
        config.sources.iter_mut().zip(codes).for_each(|(source, code)| source.code = code);
    }
    if let Some(section) = top.section("poll", "[poll]", notes) {
        config.poll = poll(&section, notes);
    }
    if let Some(section) = top.section("ui", "[ui]", notes) {
        config.ui = ui(&section, notes);
    }
    if let Some(section) = top.section("edit", "[edit]", notes) {
        config.edit = edit(&section, notes);
    }
    if let Some(value) = top.value("macro") {
        config.macros = macros::read(value, notes);
    }
    if let Some(value) = top.value("view") {
        config.views = resolve(view::read_all(value, notes));
        if config.views.is_empty() {
            notes.say(value.span().start, "every view is hidden", "leave one to look at");
        }
    }
    if let Some(section) = top.section("keys", "[keys]", notes) {
        config.keys = keys::read(&section, notes);
    }
    if let Some(section) = top.section("hours", "[hours]", notes) {
        config.hours = alarms::hours(&section, notes);
    }
    if let Some(value) = top.value("sla") {
        config.sla = alarms::rules(value, top.has("hours"), notes);
    }
    if let Some(section) = top.section("alarms", "[alarms]", notes) {
        config.alarms = alarms::read(&section, notes);
    }
    config
}

fn poll(section: &Section<'_>, notes: &mut Notes<'_>) -> Poll {
    section.known(&["focused_s", "idle_s"], notes);
    let default = Poll::default();
    Poll {
        focused_s: section.number("focused_s", MIN_POLL_S..=MAX_POLL_S, notes).unwrap_or(default.focused_s),
        idle_s: section.number("idle_s", MIN_POLL_S..=MAX_POLL_S, notes).unwrap_or(default.idle_s),
    }
}

fn ui(section: &Section<'_>, notes: &mut Notes<'_>) -> Ui {
    section.known(&["borders", "colour", "times"], notes);
    Ui {
        borders: section.choice("borders", &[("lines", Borders::Lines), ("ascii", Borders::Ascii)], notes).unwrap_or_default(),
        colour: section.choice("colour", &[("auto", Colour::Auto), ("none", Colour::None)], notes).unwrap_or_default(),
        times: section
            .choice("times", &[("relative", Times::Relative), ("local", Times::Local), ("utc", Times::Utc)], notes)
            .unwrap_or_default(),
    }
}

fn edit(section: &Section<'_>, notes: &mut Notes<'_>) -> Edit {
    section.known(&["send_delay_s"], notes);
    let default = Edit::default();
    Edit { send_delay_s: section.number("send_delay_s", 0..=MAX_SEND_DELAY_S, notes).unwrap_or(default.send_delay_s) }
}

fn sources(value: &Spanned<DeValue<'_>>, notes: &mut Notes<'_>) -> Vec<Source> {
    let Some(items) = value.get_ref().as_array() else {
        notes.say(value.span().start, "`source` is written once per source", "write [[source]] with two brackets");
        return Vec::new();
    };
    if items.len() > MAX_SOURCES {
        notes.say(
            value.span().start,
            format!("there are {}; {MAX_SOURCES} is the most", count(items.len(), "source")),
            "split them over several files",
        );
    }
    let mut found: Vec<Source> = Vec::new();
    for item in items.iter().take(MAX_SOURCES) {
        let Some(table) = item.get_ref().as_table() else {
            notes.say(item.span().start, "a source is a table", "write [[source]], and its keys below it");
            continue;
        };
        let section = Section::new("[[source]]", table, item.span().start);
        let Some(source) = source::read(&section, notes) else { continue };
        if found.iter().any(|known| known.name.eq_ignore_ascii_case(&source.name)) {
            notes.say(
                section.at("name"),
                format!("the name `{}` is taken by a source above", source.name),
                format!("give it a name of its own, for example `{}-2`", source.name),
            );
        }
        found.push(source);
    }
    found
}
