//! Fields of one line below the texts: people, tags, attributes, and the vendors' own fields by their type.

pub mod changes;
pub mod pairs;
pub mod people;
pub mod values;

use compact_str::CompactString;
use tui_textarea::TextArea;

use crate::domain::aspect::Aspect;
use crate::domain::capability::Reason;
use crate::domain::case::{Case, Field, FieldKind, Vendor};
use crate::domain::change::Change;
use crate::domain::directory::Directory;
use crate::domain::list::{spellings, split};
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::tui::screens::form::area::{line_area, text_of};
use crate::tui::screens::form::extra::pairs::pairs_of;
use crate::tui::screens::form::extra::people::everybody;
use crate::tui::screens::form::origin::Origin;

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
    pub(in crate::tui) fn new(aspect: Aspect, name: &str, kind: Kind, held: &[Clean], options: &[Clean]) -> Self {
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
    pub(in crate::tui) fn is_list(&self) -> bool {
        !matches!(self.kind, Kind::Text | Kind::Number | Kind::Url | Kind::Date | Kind::Time)
    }

    /// The line as it is kept: of one text its raw form.
    pub(in crate::tui) fn kept(&self) -> String {
        if self.is_list() { self.line() } else { self.origin.raw(&self.line()) }
    }

    /// What may stand in the line beside what was read: what was to be added before.
    pub(in crate::tui) fn expect(&mut self, texts: impl IntoIterator<Item = Clean>) {
        for text in texts {
            if !self.known.contains(&text) {
                self.known.push(text);
            }
        }
    }

    /// The line is about to show this raw text.
    pub(in crate::tui) fn expect_text(&mut self, raw: &str) -> Clean {
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

    /// The word of the choice that clears the field.
    pub(in crate::tui) fn clears(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Choice(options) if options.first().is_some_and(|first| first == word))
    }

    /// Writes the whole line; a choice that is not on offer is left as it is.
    pub(in crate::tui) fn put(&mut self, line: &str) {
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

    pub(in crate::tui) fn field(&self, values: Vec<String>) -> Change {
        Change::Field { id: self.aspect.key.to_string(), values }
    }
}

/// The fields of a case below its texts, as its vendor has them.
pub(in crate::tui) fn extras(vendor: Vendor, base: &Case, directory: Option<&Directory>) -> Vec<Extra> {
    let has = vendor.capabilities();
    let one = has.holds_one_assignee;
    let people: Vec<Clean> = base.row.assignees.iter().map(|person| Clean::line(&person.told(everybody(base, directory)))).collect();
    let with_comma = everybody(base, directory).map(|person| &person.name).filter(|name| name.as_str().contains(','));
    let with_comma: Vec<Clean> = with_comma.cloned().collect();
    let mut extras = vec![Extra::new(Aspect::of_part(Part::Assignees), "assignee", Kind::People { one }, &people, &with_comma)];
    if has.has_attributes {
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
