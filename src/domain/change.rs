//! What a person wants of one part of a case, and whether the case shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::{Case, FieldKind, State};
use super::directory::StatusOption;
use super::part::Part;
use super::person::Person;

/// One wish. Values are what the person typed or chose; they are sent as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Title(String),
    Description(String),
    Status(StatusOption),
    /// The vendor's spelling: `P2`, `HIGH`, `NOT_DEFINED`.
    Priority(String),
    /// Adds an assignee; Datadog holds one, so there it replaces.
    Assign(Person),
    Unassign(Person),
    AddTags(Vec<String>),
    RemoveTags(Vec<String>),
    /// Datadog attribute: all values of one key; an empty list removes the key.
    Attribute {
        key: String,
        values: Vec<String>,
    },
    /// A field by its [`super::case::Field::id`], also Datadog's `due_date` (`YYYY-MM-DD`) and `security_resolved_reason`:
    /// all its values; empty clears it.
    Field {
        id: String,
        values: Vec<String>,
    },
    Archive,
    Unarchive,
    Comment(String),
}

impl Change {
    pub fn part(&self) -> Part {
        match self {
            Self::Title(_) => Part::Title,
            Self::Description(_) => Part::Description,
            Self::Status(_) => Part::Status,
            Self::Priority(_) => Part::Priority,
            Self::Assign(_) | Self::Unassign(_) => Part::Assignees,
            Self::AddTags(_) | Self::RemoveTags(_) => Part::Tags,
            Self::Attribute { .. } => Part::Attributes,
            Self::Archive | Self::Unarchive => Part::Archived,
            Self::Field { .. } => Part::Field,
            Self::Comment(_) => Part::Comment,
        }
    }

    /// Whether the case holds this wish to the letter. A comment is judged by its timeline, not here: None.
    pub fn is_met(&self, case: &Case) -> Option<bool> {
        match self {
            Self::Title(title) => Some(case.row.title.raw() == title),
            Self::Description(text) => Some(case.description.raw() == text),
            // `1.10` is another version than `1.1`, though the same number.
            Self::Field { id, values } => {
                let known = case.fields.iter().find(|field| field.id == id.as_str());
                let is_text = known.is_some_and(|field| field.kind == FieldKind::Text);
                let is_there = |value: &String| known.is_some_and(|field| field.values.iter().any(|known| known.raw() == value));
                Some(self.holds(case)? && (!is_text || values.iter().all(is_there)))
            }
            _ => self.holds(case),
        }
    }

    /// Whether the case, read back, shows this wish as done: vendors trim texts, and write line ends, numbers and times in
    /// their own way. A comment is judged by its timeline, not here: None.
    pub fn holds(&self, case: &Case) -> Option<bool> {
        let row = &case.row;
        Some(match self {
            Self::Title(title) => same_text(row.title.raw(), title),
            Self::Description(text) => same_text(case.description.raw(), text),
            Self::Status(wanted) => row.status.name == wanted.name || (wanted.is_plain() && row.status.state == Some(wanted.state)),
            Self::Priority(name) => row.priority.as_ref().is_some_and(|priority| priority.name.as_str().eq_ignore_ascii_case(name)),
            Self::Assign(person) => row.assignees.iter().any(|known| known.is(person)),
            Self::Unassign(person) => !row.assignees.iter().any(|known| known.is(person)),
            Self::AddTags(tags) => tags.iter().all(|tag| row.tags.iter().any(|known| known.raw() == tag)),
            Self::RemoveTags(tags) => !tags.iter().any(|tag| row.tags.iter().any(|known| known.raw() == tag)),
            Self::Attribute { key, values } => {
                let known = case.attributes.iter().find(|(name, _)| name.raw() == key).map_or(&[][..], |(_, values)| values);
                known.len() == values.len() && values.iter().all(|value| known.iter().any(|known| known.raw() == value))
            }
            Self::Field { id, values } => {
                let known = case.fields.iter().find(|field| field.id == id.as_str()).map_or(&[][..], |field| &field.values);
                known.len() == values.len() && values.iter().all(|value| known.iter().any(|known| same_value(known.raw(), value)))
            }
            Self::Archive => row.status.state == Some(State::Archived),
            Self::Unarchive => row.status.state != Some(State::Archived),
            Self::Comment(_) => return None,
        })
    }
}

/// Whether one text may be the other as a vendor gives it back: trimmed, with its own line ends, and nothing else.
pub fn same_text(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.trim().replace("\r\n", "\n").replace('\r', "\n");
    a == b || plain(a) == plain(b)
}

/// Vendors write numbers and times in their own way: `5.0` comes back as `5`, `+00:00` as `Z`.
fn same_value(known: &str, typed: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite()).map(f64::to_bits);
    let time = |text: &str| text.trim().parse::<Timestamp>().ok();
    let is_same_number = number(known).is_some_and(|known| Some(known) == number(typed));
    same_text(known, typed) || is_same_number || time(known).is_some_and(|known| Some(known) == time(typed))
}

#[cfg(test)]
mod tests {
    use super::super::case::{Field, Vendor};
    use super::super::sample;
    use super::super::text::Clean;
    use super::*;

    #[test]
    fn a_text_is_met_to_the_letter_and_a_number_by_its_value() {
        let mut case = sample::case(Vendor::Tines, 1);
        for (kind, held, wished, is_met) in [
            (FieldKind::Text, "1.10", "1.1", false),
            (FieldKind::Text, "0123", "123", false),
            (FieldKind::Text, "1.10", "1.10", true),
            (FieldKind::Number, "5", "5.0", true),
            (FieldKind::Time, "2026-11-29T00:00:00Z", "2026-11-29T00:00:00+00:00", true),
        ] {
            case.fields = vec![Field {
                id: "9".into(),
                input_id: "1".into(),
                name: Clean::line("Version"),
                kind,
                values: vec![Clean::line(held)],
                is_multi: false,
                options: Vec::new(),
            }];
            let wish = Change::Field { id: "9".into(), values: vec![wished.into()] };
            assert_eq!(wish.is_met(&case), Some(is_met), "{held} {wished}");
            assert_eq!(wish.holds(&case), Some(true), "read back, a vendor may write it either way");
        }
    }
}
