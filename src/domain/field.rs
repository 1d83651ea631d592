//! A field of a case as a person names it: on the command line, in a macro, in JSON. One name per field, and what it stands for.

pub mod edits;
pub mod raw;

use std::fmt;

use super::change::Change;
use super::nearest::nearest;
use super::part::Part;

/// How the name of an attribute and of a field of the vendor's own begin.
const ATTRIBUTE: &str = "attr.";
const CUSTOM: &str = "field.";
/// Datadog's ids of what has a name here.
const DUE_DATE: &str = "due_date";
const RESOLVED_REASON: &str = "security_resolved_reason";

/// The name of a field that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldName {
    Title,
    Description,
    Status,
    Priority,
    Assignee,
    Tag,
    Archived,
    Comment,
    /// Datadog's.
    DueDate,
    /// Datadog's.
    ResolvedReason,
    /// An attribute of Datadog's, by its key as a person writes it.
    Attribute(String),
    /// A field by its id or its name as a person writes it.
    Custom(String),
    /// No field has this name; it is refused together with what else is wrong.
    Unknown(String),
}

impl FieldName {
    /// Those with a name of their own, as they are listed.
    const PLAIN: [(&'static str, Self); 10] = [
        ("title", Self::Title),
        ("description", Self::Description),
        ("status", Self::Status),
        ("priority", Self::Priority),
        ("assignee", Self::Assignee),
        ("tag", Self::Tag),
        ("archived", Self::Archived),
        ("comment", Self::Comment),
        ("due_date", Self::DueDate),
        ("resolved_reason", Self::ResolvedReason),
    ];

    /// Reads a name; `show --json` says some in the plural.
    pub fn read(name: &str) -> Self {
        let one = match name {
            "tags" => "tag",
            "assignees" => "assignee",
            RESOLVED_REASON => "resolved_reason",
            other => other,
        };
        let plain = Self::PLAIN.into_iter().find(|(known, _)| *known == one).map(|(_, field)| field);
        let behind = |start| name.strip_prefix(start).filter(|rest| !rest.is_empty()).map(str::to_owned);
        let named = plain.or_else(|| behind(ATTRIBUTE).map(Self::Attribute)).or_else(|| behind(CUSTOM).map(Self::Custom));
        named.unwrap_or_else(|| Self::Unknown(name.to_owned()))
    }

    /// The field that a change is about.
    pub fn of(change: &Change) -> Self {
        match change {
            Change::Title(_) => Self::Title,
            Change::Description(_) => Self::Description,
            Change::Status(_) => Self::Status,
            Change::Priority(_) => Self::Priority,
            Change::Assign(_) | Change::Unassign(_) => Self::Assignee,
            Change::AddTags(_) | Change::RemoveTags(_) => Self::Tag,
            Change::Archive | Change::Unarchive => Self::Archived,
            Change::Comment(_) => Self::Comment,
            Change::Attribute { key, .. } => Self::Attribute(key.clone()),
            Change::Field { id, .. } => match id.as_str() {
                DUE_DATE => Self::DueDate,
                RESOLVED_REASON => Self::ResolvedReason,
                _ => Self::Custom(id.clone()),
            },
        }
    }

    /// The part of a case that it is.
    ///
    /// # Errors
    /// There is no such field: all names, and the nearest one.
    pub fn part(&self) -> Result<Part, String> {
        Ok(match self {
            Self::Title => Part::Title,
            Self::Description => Part::Description,
            Self::Status => Part::Status,
            Self::Priority => Part::Priority,
            Self::Assignee => Part::Assignees,
            Self::Tag => Part::Tags,
            Self::Archived => Part::Archived,
            Self::Comment => Part::Comment,
            Self::Attribute(_) => Part::Attributes,
            Self::DueDate | Self::ResolvedReason | Self::Custom(_) => Part::Field,
            Self::Unknown(name) => {
                let names = Self::PLAIN.map(|(known, _)| known);
                let near = nearest(name, names).map_or_else(String::new, |near| format!("; did you mean {near}?"));
                return Err(format!("there is no field `{name}`: it is one of {}, attr.KEY, field.NAME{near}", names.join(", ")));
            }
        })
    }

    /// The id under which Datadog has it; None: its name is not an id.
    pub fn datadog_id(&self) -> Option<&'static str> {
        match self {
            Self::DueDate => Some(DUE_DATE),
            Self::ResolvedReason => Some(RESOLVED_REASON),
            _ => None,
        }
    }

    /// It holds one text, in which a comma is a comma.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Title | Self::Description | Self::Comment | Self::Status | Self::Priority)
    }

    /// It is only in a case that was read by itself, not in a list.
    pub fn is_deep(&self) -> bool {
        matches!(self, Self::Description | Self::Attribute(_) | Self::Custom(_))
    }
}

/// As [`FieldName::read`] reads it.
impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(key) => write!(f, "{ATTRIBUTE}{key}"),
            Self::Custom(name) => write!(f, "{CUSTOM}{name}"),
            Self::Unknown(name) => f.write_str(name),
            plain => f.write_str(Self::PLAIN.iter().find(|(_, known)| known == plain).map_or("", |(name, _)| name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let plain = FieldName::PLAIN.map(|(name, _)| name);
        for name in plain.into_iter().chain(["attr.team", "attr.a.b", "field.12", "field.Personal data"]) {
            let field = FieldName::read(name);
            assert!(field.part().is_ok(), "{name}");
            assert_eq!(field.to_string(), name);
        }
        for (plural, one) in [("tags", FieldName::Tag), ("assignees", FieldName::Assignee), (RESOLVED_REASON, FieldName::ResolvedReason)] {
            assert_eq!(FieldName::read(plural), one);
        }
        for wrong in ["", "attr.", "field.", "Title", "prioritty"] {
            let field = FieldName::read(wrong);
            assert_eq!(field.to_string(), wrong);
            assert!(field.part().unwrap_err().starts_with("there is no field"), "{wrong}");
        }
        assert!(FieldName::read("prioritty").part().unwrap_err().ends_with("; did you mean priority?"));
    }

    #[test]
    fn a_change_and_its_field_are_of_one_part() {
        let values = || vec!["a".to_owned()];
        for change in [
            Change::Title("a".into()),
            Change::AddTags(values()),
            Change::RemoveTags(values()),
            Change::Archive,
            Change::Comment("a".into()),
            Change::Attribute { key: "team".into(), values: values() },
            Change::Field { id: DUE_DATE.into(), values: values() },
            Change::Field { id: "12".into(), values: values() },
        ] {
            assert_eq!(FieldName::of(&change).part(), Ok(change.part()), "{change:?}");
        }
    }
}
