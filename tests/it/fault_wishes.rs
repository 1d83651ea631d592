//! Every kind of write that a vendor knows, as wishes for cases that can have them.

use caseload::domain::case::{Case, Field, FieldKind, State, Vendor};
use caseload::domain::change::Change;
use caseload::domain::directory::{Directory, StatusOption};

/// A kind of write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Title,
    Description,
    Comment,
    Priority,
    Status,
    Assign,
    Tags,
    Attribute,
    Field,
    /// Datadog's own: a field that is emptied.
    Clear,
    DueDate,
    Archive,
}

impl Wish {
    /// What few cases can have comes first.
    pub(crate) fn all(vendor: Vendor) -> &'static [Self] {
        use Wish::{Archive, Assign, Attribute, Clear, Comment, Description, DueDate, Field, Priority, Status, Tags, Title};
        match vendor {
            Vendor::Datadog => &[Field, Clear, Status, Title, Description, Comment, Priority, Assign, Attribute, DueDate, Archive],
            Vendor::Tines => &[Field, Status, Title, Description, Comment, Priority, Assign, Tags],
            Vendor::ServerOps => &[Title, Description, Status],
        }
    }

    /// The change, other in every round; None: this case cannot have it.
    pub(crate) fn change(self, vendor: Vendor, case: &Case, directory: &Directory, round: usize) -> Option<Change> {
        let words = format!("night watch, round {round}");
        let state = case.row.status.state?;
        Some(match self {
            Self::Title => Change::Title(words),
            Self::Description => Change::Description(words),
            Self::Comment => Change::Comment(words),
            Self::Priority => {
                let names = if vendor == Vendor::Datadog { ["P4", "P5"] } else { ["LOW", "INFO"] };
                let known = case.row.priority.as_ref().map(|level| level.name.as_str());
                Change::Priority(names.into_iter().find(|name| Some(*name) != known)?.into())
            }
            Self::Status => {
                if !case.closure_conditions.is_empty() {
                    return None;
                }
                let is_other = |option: &&&StatusOption| option.state != state && option.state != State::Archived;
                Change::Status(directory.statuses_of(case).iter().find(is_other).copied()?.clone())
            }
            Self::Assign => {
                let is_new = |person: &&caseload::domain::person::Person| {
                    !person.email.is_empty() && !case.row.assignees.iter().any(|known| known.is(person))
                };
                match &case.row.assignees[..] {
                    [first, _, _, ..] => Change::Unassign(first.clone()),
                    _ => Change::Assign(directory.people.iter().find(is_new)?.clone()),
                }
            }
            Self::Tags => Change::AddTags(vec![format!("round-{round}")]),
            Self::Attribute => Change::Attribute { key: "night".into(), values: vec![format!("round-{round}")] },
            Self::Field => {
                let field = case.fields.iter().find(|field| !field.is_multi && is_number(field))?;
                Change::Field { id: field.id.to_string(), values: vec![(700 + round).to_string()] }
            }
            Self::Clear => {
                let field = case.fields.iter().find(|field| field.kind == FieldKind::Text && field.is_multi)?;
                let values = if field.values.is_empty() { vec![words] } else { Vec::new() };
                Change::Field { id: field.id.to_string(), values }
            }
            Self::DueDate => Change::Field { id: "due_date".into(), values: vec![format!("2027-01-{:02}", round % 28 + 1)] },
            Self::Archive if state == State::Archived => Change::Unarchive,
            Self::Archive => Change::Archive,
        })
    }
}

/// Tines does not say of every field what kind it is.
fn is_number(field: &Field) -> bool {
    field.values.first().is_some_and(|value| value.as_str().parse::<u32>().is_ok())
}
