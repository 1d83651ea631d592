//! Fields of one line below the texts: people, tags, attributes, and the vendors' own fields by their type.

mod values;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use tui_textarea::TextArea;

use self::values::pairs_of;
use super::origin::Origin;
use super::{line_area, text_of};
use crate::domain::aspect::Aspect;
use crate::domain::capability::Reason;
use crate::domain::case::{Case, Field, FieldKind, Vendor};
use crate::domain::directory::Directory;
use crate::domain::edit::{Change, Part};
use crate::domain::list::{spellings, split};
use crate::domain::person::Person;
use crate::domain::text::{Clean, raws};

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
    /// The raw text behind the line, where it is one text.
    origin: Origin,
    /// Values that the line may name, with their raw texts: the base's first, then what may be chosen, then what was put in.
    known: Vec<Clean>,
    /// How many of the known ones the base has.
    held: usize,
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
    Barred(Reason),
}

impl Extra {
    fn new(aspect: Aspect, name: &str, kind: Kind, held: &[Clean], options: &[Clean]) -> Self {
        let line = held.iter().map(Clean::as_str).collect::<Vec<_>>().join(", ");
        let chosen = match &kind {
            Kind::Choice(options) => options.iter().position(|option| *option == line).unwrap_or(0),
            _ => 0,
        };
        let origin = Origin::of(held.first().cloned().unwrap_or_default());
        let known = held.iter().chain(options).cloned().collect();
        Self { aspect, name: name.to_owned(), kind, area: line_area(&line), chosen, first: line, origin, known, held: held.len() }
    }

    /// Several values with commas between, or a choice: what is written there names values.
    pub(super) fn is_list(&self) -> bool {
        !matches!(self.kind, Kind::Text | Kind::Number | Kind::Url | Kind::Date | Kind::Time)
    }

    /// The line as it is kept: of one text its raw form.
    pub(super) fn kept(&self) -> String {
        if self.is_list() { self.line() } else { self.origin.raw(&self.line()) }
    }

    /// What may stand in the line beside what was read: what was to be added before.
    pub(super) fn expect(&mut self, texts: impl IntoIterator<Item = Clean>) {
        for text in texts {
            if !self.known.contains(&text) {
                self.known.push(text);
            }
        }
    }

    /// The line is about to show this raw text.
    pub(super) fn expect_text(&mut self, raw: &str) -> Clean {
        let text = Clean::line(raw);
        if self.is_list() {
            let words: Vec<Clean> = split(raw, &spellings(self.known.iter())).into_iter().map(Clean::line).collect();
            self.expect(words.into_iter().filter(|word| !word.is_verbatim()));
        } else {
            self.origin.add(text.clone());
        }
        text
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
        if self.is_list() { self.line() != self.first } else { self.kept() != self.held().first().map_or("", Clean::raw) }
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
            _ if self.is_list() => self.area = line_area(self.expect_text(line).as_str()),
            _ => {
                let text = Clean::block(line);
                self.area = line_area(text.as_str());
                self.origin.add(text);
            }
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
                let words = self.words(line);
                let wrong = words.iter().find_map(|word| person(word, base, directory).err());
                wrong.or_else(|| (*one && words.len() > 1).then(|| "a Datadog case has one assignee: write one name".into()))
            }
            Kind::Pairs => self
                .words(line)
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
            Kind::Several(options) if !options.is_empty() => self
                .words(line)
                .into_iter()
                .find(|word| !options.iter().any(|option| option.trim() == *word))
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
        match &self.kind {
            Kind::People { one } => {
                let found = |words: Vec<&str>| words.into_iter().filter_map(|word| person(word, base, directory).ok()).collect::<Vec<_>>();
                let (before, now) = (&base.row.assignees, found(self.words(&line)));
                let not_in = |these: &[Person], those: &[Person]| {
                    these.iter().filter(|person| !those.iter().any(|known| known.is(person))).cloned().collect::<Vec<_>>()
                };
                let (come, gone) = (not_in(&now, before), not_in(before, &now));
                // Where a case holds one, the new one takes the place of the old.
                let gone = if *one && !come.is_empty() { Vec::new() } else { gone };
                come.into_iter().map(Change::Assign).chain(gone.into_iter().map(Change::Unassign)).collect()
            }
            Kind::Words => {
                let (now, gone) = self.values(&line);
                let has = raws(self.held());
                let mut come: Vec<String> = Vec::new();
                for value in now {
                    if !has.contains(&value) && !come.contains(&value) {
                        come.push(value);
                    }
                }
                let come = (!come.is_empty()).then_some(Change::AddTags(come));
                come.into_iter().chain((!gone.is_empty()).then_some(Change::RemoveTags(gone))).collect()
            }
            Kind::Pairs => self.pairs_changed(&line, base),
            Kind::Several(_) => vec![self.field(self.values(&line).0)],
            _ if line.trim().is_empty() => vec![self.field(Vec::new())],
            Kind::Text => vec![self.field(vec![self.origin.raw(&line)])],
            Kind::Choice(_) => vec![self.field(self.values(&line).0)],
            _ => vec![self.field(vec![line.trim().to_owned()])],
        }
    }

    fn field(&self, values: Vec<String>) -> Change {
        Change::Field { id: self.aspect.key.to_string(), values }
    }
}

/// Everybody whom a line may name.
fn everybody<'a>(base: &'a Case, directory: Option<&'a Directory>) -> impl Iterator<Item = &'a Person> + Clone {
    let me = directory.and_then(|directory| directory.me.as_ref());
    base.row.assignees.iter().chain(me).chain(directory.into_iter().flat_map(|directory| &directory.people))
}

/// Somebody by name, mail address or id: whom the case shows already, me, then the source's people.
///
/// # Errors
/// Nobody, or several, in words.
fn person(word: &str, base: &Case, directory: Option<&Directory>) -> Result<Person, String> {
    let is = |known: &str| !known.is_empty() && known.eq_ignore_ascii_case(word);
    let by_mark = |person: &&Person| {
        is(person.email.as_str()) || is(&person.id) || (word.ends_with('>') && is(&person.told(everybody(base, directory))))
    };
    let mut found: Vec<&Person> = Vec::new();
    for person in everybody(base, directory).filter(|person| is(person.label()) || is(person.name.as_str()) || by_mark(person)) {
        if !found.iter().any(|known| known.is(person)) {
            found.push(person);
        }
    }
    match (found.iter().find(|person| by_mark(person)), &found[..]) {
        (Some(one), _) | (None, [one]) => Ok((*one).clone()),
        (None, []) => Err(format!("nobody here is called {word}: write a name or mail address as the source has it")),
        (None, several) => {
            let marks: Vec<&str> = several.iter().map(|person| person.mark()).collect();
            Err(format!("several people are called {word}: write one of {}", marks.join(", ")))
        }
    }
}

/// The fields of a case below its texts, as its vendor has them.
pub(super) fn extras(vendor: Vendor, base: &Case, directory: Option<&Directory>) -> Vec<Extra> {
    let one = vendor == Vendor::Datadog;
    let people: Vec<Clean> = base.row.assignees.iter().map(|person| Clean::line(&person.told(everybody(base, directory)))).collect();
    let with_comma = everybody(base, directory).map(|person| &person.name).filter(|name| name.as_str().contains(','));
    let with_comma: Vec<Clean> = with_comma.cloned().collect();
    let mut extras = vec![Extra::new(Aspect::of_part(Part::Assignees), "assignee", Kind::People { one }, &people, &with_comma)];
    if vendor == Vendor::Datadog {
        let pairs = base.attributes.iter().flat_map(|(key, values)| pairs_of(key, values));
        let pairs: Vec<Clean> = pairs.map(|(key, value)| Clean::line(&format!("{key}:{value}"))).collect();
        extras.push(Extra::new(Aspect::of_part(Part::Attributes), "attributes", Kind::Pairs, &pairs, &[]));
        extras.push(of_field(&known_or_empty(base, DUE_DATE, "due date"), Some(Kind::Date)));
        extras
            .push(of_field(&known_or_empty(base, RESOLVED_REASON, "reason"), Some(choice(REASONS.iter().copied(), base, RESOLVED_REASON))));
        extras.extend(datadog_fields(base, directory));
    } else {
        extras.push(Extra::new(Aspect::of_part(Part::Tags), "tags", Kind::Words, &base.row.tags, &[]));
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
    let name = Clean::line(name);
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
        FieldKind::Other(kind) => Kind::Barred(Reason::OddField(kind.clone())),
        _ if field.is_multi => Kind::Several(options().map(str::to_owned).collect()),
        FieldKind::Select if !field.options.is_empty() => one_of(options().chain(values.first().copied())),
        FieldKind::Bool => one_of(["true", "false"].into_iter()),
        FieldKind::Number => Kind::Number,
        FieldKind::Url => Kind::Url,
        FieldKind::Time => Kind::Time,
        FieldKind::Text | FieldKind::Select => Kind::Text,
    });
    let aspect = Aspect { part: Part::Field, key: field.id.clone() };
    Extra::new(aspect, field.name.as_str(), kind, &field.values, &field.options)
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
