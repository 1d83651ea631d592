//! Fields of one line below the texts: people, tags, attributes, and the vendors' own fields by their type.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use tui_textarea::TextArea;

use super::{line_area, text_of};
use crate::domain::aspect::Aspect;
use crate::domain::case::{Case, Field, FieldKind, Vendor};
use crate::domain::directory::Directory;
use crate::domain::edit::{Change, Part};
use crate::domain::person::Person;

/// Datadog's own fields that every case can be given, by the key they come back under.
const DUE_DATE: &str = "due_date";
const RESOLVED_REASON: &str = "security_resolved_reason";
const REASONS: [&str; 3] = ["FALSE_POSITIVE", "TRUE_POSITIVE", "BENIGN_POSITIVE"];
/// What the choice that clears a field may be called: the first that is no value of the field itself.
const NOT_SET: [&str; 3] = ["none", "not set", "(not set)"];

#[derive(Clone, Debug)]
pub struct Extra {
    pub aspect: Aspect,
    pub name: String,
    pub kind: Kind,
    pub area: TextArea<'static>,
    /// Chosen among [`Kind::Choice`]'s; 0: not set.
    pub chosen: usize,
    /// The line as the base has it.
    first: String,
}

/// What may stand in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Names or mail addresses, with commas between.
    People {
        one: bool,
    },
    /// Tags, with commas between.
    Words,
    /// `key:value`, with commas between.
    Pairs,
    Text,
    Number,
    Url,
    /// `2026-11-30`.
    Date,
    /// A moment: `2026-11-30T18:00:00Z`.
    Time,
    /// One of these, or none: the first is none.
    Choice(Vec<String>),
    /// Several with commas between, each one of these; empty: any.
    Several(Vec<String>),
    /// Why it cannot be edited here.
    Barred(String),
}

impl Extra {
    fn new(aspect: Aspect, name: &str, kind: Kind, line: &str) -> Self {
        let chosen = match &kind {
            Kind::Choice(options) => options.iter().position(|option| option == line).unwrap_or(0),
            _ => 0,
        };
        Self { aspect, name: name.to_owned(), kind, area: line_area(line), chosen, first: line.to_owned() }
    }

    /// What stands there, as one line.
    pub fn line(&self) -> String {
        match &self.kind {
            Kind::Choice(_) if self.chosen == 0 => String::new(),
            Kind::Choice(options) => options.get(self.chosen).cloned().unwrap_or_default(),
            _ => text_of(&self.area),
        }
    }

    /// The line as the base has it.
    pub fn first(&self) -> &str {
        &self.first
    }

    pub fn is_changed(&self) -> bool {
        self.line() != self.first
    }

    /// The word of the choice that clears the field.
    pub(super) fn clears(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Choice(options) if options.first().is_some_and(|first| first == word))
    }

    /// Writes the whole line; a choice that is not on offer is left as it is.
    pub(super) fn put(&mut self, line: &str) {
        match &self.kind {
            Kind::Choice(_) if line.is_empty() => self.chosen = 0,
            Kind::Choice(options) => {
                if let Some(at) = options.iter().position(|option| option.eq_ignore_ascii_case(line)) {
                    self.chosen = at;
                }
            }
            _ => self.area = line_area(line),
        }
    }

    /// Why it cannot be sent as it stands, with what to write instead.
    pub fn problem(&self, base: &Case, directory: Option<&Directory>) -> Option<String> {
        let line = self.line();
        let line = line.trim();
        if !self.is_changed() || line.is_empty() {
            return None;
        }
        match &self.kind {
            Kind::People { one } => {
                let words = words(line);
                let unknown = words.iter().find(|word| person(word, base, directory).is_none());
                match unknown {
                    Some(word) => Some(format!("nobody here is called {word}: write a name or mail address as the source has it")),
                    None if *one && words.len() > 1 => Some("a Datadog case has one assignee: write one name".into()),
                    None => None,
                }
            }
            Kind::Pairs => words(line)
                .into_iter()
                .find(|word| word.split_once(':').is_none_or(|(key, value)| key.trim().is_empty() || value.trim().is_empty()))
                .map(|word| format!("{word} is no attribute: write key:value, with commas between")),
            Kind::Number => (!line.parse::<f64>().is_ok_and(f64::is_finite)).then(|| "not a number: write 7 or 7.5".into()),
            Kind::Url => {
                let host = line.strip_prefix("https://").or_else(|| line.strip_prefix("http://"));
                host.is_none_or(|host| host.is_empty() || host.contains(' '))
                    .then(|| "not a URL: write http:// or https:// and the address".into())
            }
            Kind::Date => line.parse::<Date>().is_err().then(|| "not a date: write it as 2026-11-30".into()),
            Kind::Time => (line.parse::<Timestamp>().is_err() && line.parse::<DateTime>().is_err())
                .then(|| "not a moment: write it as 2026-11-30T18:00:00Z".into()),
            Kind::Several(options) if !options.is_empty() => words(line)
                .into_iter()
                .find(|word| !options.iter().any(|option| option == word))
                .map(|word| format!("{word} is not on offer: choose among {}", options.join(", "))),
            Kind::Words | Kind::Text | Kind::Choice(_) | Kind::Several(_) | Kind::Barred(_) => None,
        }
    }

    /// What it would send, as far as it can be read.
    pub(super) fn changes(&self, base: &Case, directory: Option<&Directory>) -> Vec<Change> {
        if !self.is_changed() || matches!(self.kind, Kind::Barred(_)) {
            return Vec::new();
        }
        let line = self.line();
        let (before, now) = (words(&self.first), words(&line));
        let gone = || before.iter().filter(|word| !now.contains(word)).map(|word| (*word).to_owned());
        let come = || now.iter().filter(|word| !before.contains(word)).map(|word| (*word).to_owned());
        match &self.kind {
            Kind::People { one } => {
                let found = |word: String| person(&word, base, directory);
                let come: Vec<Change> = come().filter_map(found).map(Change::Assign).collect();
                // Where a case holds one, the new one takes the place of the old.
                let gone: Vec<Change> = gone().filter_map(found).map(Change::Unassign).filter(|_| !*one || come.is_empty()).collect();
                come.into_iter().chain(gone).collect()
            }
            Kind::Words => {
                let (come, gone): (Vec<String>, Vec<String>) = (come().collect(), gone().collect());
                let come = (!come.is_empty()).then_some(Change::AddTags(come));
                come.into_iter().chain((!gone.is_empty()).then_some(Change::RemoveTags(gone))).collect()
            }
            Kind::Pairs => pairs_changed(&before, &now),
            Kind::Several(_) => vec![self.field(now.iter().map(|word| (*word).to_owned()).collect())],
            _ if line.trim().is_empty() => vec![self.field(Vec::new())],
            Kind::Text => vec![self.field(vec![line])],
            _ => vec![self.field(vec![line.trim().to_owned()])],
        }
    }

    fn field(&self, values: Vec<String>) -> Change {
        Change::Field { id: self.aspect.key.to_string(), values }
    }
}

/// The parts of a line, with commas between.
fn words(line: &str) -> Vec<&str> {
    line.split(',').map(str::trim).filter(|word| !word.is_empty()).collect()
}

fn pairs_changed(before: &[&str], now: &[&str]) -> Vec<Change> {
    let pair = |word: &str| word.split_once(':').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
    let (before, now): (Vec<_>, Vec<_>) =
        (before.iter().filter_map(|word| pair(word)).collect(), now.iter().filter_map(|word| pair(word)).collect());
    let mut keys: Vec<&String> = before.iter().chain(&now).map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    let of = |pairs: &[(String, String)], key: &String| {
        pairs.iter().filter(|(known, _)| known == key).map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    keys.into_iter()
        .filter(|key| of(&before, key) != of(&now, key))
        .map(|key| Change::Attribute { key: key.clone(), values: of(&now, key) })
        .collect()
}

/// Somebody by name, mail address or id: whom the case shows already, me, then the source's people.
fn person(word: &str, base: &Case, directory: Option<&Directory>) -> Option<Person> {
    let is = |person: &&Person| {
        [person.label(), person.name.as_str(), person.email.as_str(), &person.id]
            .iter()
            .any(|known| !known.is_empty() && known.eq_ignore_ascii_case(word))
    };
    let me = directory.and_then(|directory| directory.me.as_ref());
    let people = directory.into_iter().flat_map(|directory| &directory.people);
    base.row.assignees.iter().chain(me).chain(people).find(is).cloned()
}

/// The fields of a case below its texts, as its vendor has them.
pub(super) fn extras(vendor: Vendor, base: &Case, directory: Option<&Directory>) -> Vec<Extra> {
    let people: Vec<&str> = base.row.assignees.iter().map(Person::label).collect();
    let one = vendor == Vendor::Datadog;
    let mut extras = vec![Extra::new(Aspect::of_part(Part::Assignees), "assignee", Kind::People { one }, &people.join(", "))];
    if vendor == Vendor::Datadog {
        let pairs: Vec<String> =
            base.attributes.iter().flat_map(|(key, values)| values.iter().map(move |value| format!("{key}:{value}"))).collect();
        extras.push(Extra::new(Aspect::of_part(Part::Attributes), "attributes", Kind::Pairs, &pairs.join(", ")));
        extras.push(of_field(&known_or_empty(base, DUE_DATE, "due date"), Some(Kind::Date)));
        extras
            .push(of_field(&known_or_empty(base, RESOLVED_REASON, "reason"), Some(choice(REASONS.iter().copied(), base, RESOLVED_REASON))));
        extras.extend(datadog_fields(base, directory));
    } else {
        let tags: Vec<&str> = base.row.tags.iter().map(AsRef::as_ref).collect();
        extras.push(Extra::new(Aspect::of_part(Part::Tags), "tags", Kind::Words, &tags.join(", ")));
        extras.extend(base.fields.iter().filter(|field| !field.id.is_empty()).map(|field| of_field(field, None)));
    }
    extras
}

/// Custom attributes: those the case type names, and those of another type than plain text, which nothing else has.
fn datadog_fields(base: &Case, directory: Option<&Directory>) -> Vec<Extra> {
    let case_type = base.case_type.as_ref().map(|known| known.id.as_str());
    let named: Vec<_> =
        directory.into_iter().flat_map(|directory| &directory.fields).filter(|field| Some(field.case_type.as_str()) == case_type).collect();
    let is_custom = |field: &&Field| field.kind != FieldKind::Text || named.iter().any(|known| known.key == field.id);
    let set = base.fields.iter().filter(|field| field.id != DUE_DATE && field.id != RESOLVED_REASON).filter(is_custom);
    let unset = named.iter().filter(|known| !base.fields.iter().any(|field| field.id == known.key)).map(|known| Field {
        id: known.key.clone(),
        input_id: known.key.clone(),
        name: known.name.clone(),
        kind: if known.options.is_empty() { FieldKind::Text } else { FieldKind::Select },
        values: Vec::new(),
        is_multi: false,
        options: known.options.clone(),
    });
    set.map(|field| of_field(field, None)).chain(unset.map(|field| of_field(&field, None))).collect()
}

fn known_or_empty(base: &Case, id: &str, name: &str) -> Field {
    let known = base.fields.iter().find(|field| field.id == id).cloned();
    let name = crate::domain::text::Clean::line(name);
    let empty = |id: CompactString| Field {
        input_id: id.clone(),
        id,
        name: name.clone(),
        kind: FieldKind::Text,
        values: Vec::new(),
        is_multi: false,
        options: Vec::new(),
    };
    Field { name: name.clone(), is_multi: false, ..known.unwrap_or_else(|| empty(id.into())) }
}

/// Choices with none in front; what the case has is always among them.
fn choice<'a>(options: impl Iterator<Item = &'a str>, base: &'a Case, id: &str) -> Kind {
    let has = base.fields.iter().find(|field| field.id == id).and_then(|field| field.values.first()).map(AsRef::as_ref);
    one_of(options.chain(has))
}

/// One of these, or not set; a value may be called `none` as well.
fn one_of<'a>(options: impl Iterator<Item = &'a str>) -> Kind {
    let mut all: Vec<String> = Vec::new();
    for option in options {
        if !all.iter().any(|known| known == option) {
            all.push(option.to_owned());
        }
    }
    let is_free = |word: &&str| !all.iter().any(|option| option.eq_ignore_ascii_case(word));
    let not_set = NOT_SET.into_iter().find(is_free).unwrap_or_default();
    all.insert(0, not_set.to_owned());
    Kind::Choice(all)
}

fn of_field(field: &Field, kind: Option<Kind>) -> Extra {
    let values: Vec<&str> = field.values.iter().map(AsRef::as_ref).collect();
    let options = || field.options.iter().map(AsRef::as_ref);
    let kind = kind.unwrap_or_else(|| match &field.kind {
        FieldKind::Other(kind) => Kind::Barred(format!("fields of type {kind} are edited in the browser: o")),
        _ if field.is_multi && values.iter().any(|value| value.contains(',')) => {
            Kind::Barred("its values hold commas: edit it in the browser: o".into())
        }
        _ if field.is_multi => Kind::Several(options().map(str::to_owned).collect()),
        FieldKind::Select if !field.options.is_empty() => one_of(options().chain(values.first().copied())),
        FieldKind::Bool => one_of(["true", "false"].into_iter()),
        FieldKind::Number => Kind::Number,
        FieldKind::Url => Kind::Url,
        FieldKind::Time => Kind::Time,
        FieldKind::Text | FieldKind::Select => Kind::Text,
    });
    let aspect = Aspect { part: Part::Field, key: field.id.clone() };
    Extra::new(aspect, field.name.as_str(), kind, &values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample;
    use crate::domain::text::Clean;

    #[test]
    fn a_value_that_is_called_none_is_a_value_like_the_others() {
        let impact = Field {
            id: "impact".into(),
            input_id: "impact".into(),
            name: Clean::line("impact"),
            kind: FieldKind::Select,
            values: vec![Clean::line("none")],
            is_multi: false,
            options: ["none", "outage"].map(Clean::line).into(),
        };
        let mut case = sample::case(Vendor::Datadog, 7);
        case.fields = vec![impact.clone()];
        let mut extra = of_field(&impact, None);
        assert_eq!((extra.line().as_str(), extra.is_changed()), ("none", false), "a form that was not touched sends nothing");
        assert_eq!(extra.changes(&case, None), []);
        extra.put("outage");
        extra.put("none");
        assert!(!extra.is_changed());
        let Kind::Choice(choices) = &extra.kind else { panic!("{:?}", extra.kind) };
        assert_eq!(choices, &["not set", "none", "outage"]);
        assert!(extra.clears("not set") && !extra.clears("none"));
        extra.put("");
        assert_eq!(extra.changes(&case, None), [Change::Field { id: "impact".into(), values: Vec::new() }]);
    }
}
