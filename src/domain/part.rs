//! The parts of a case that can be changed by themselves.

use serde::{Deserialize, Serialize};

/// A part of a case that can be changed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Title,
    Description,
    Status,
    Priority,
    Assignees,
    Tags,
    Attributes,
    Archived,
    /// Datadog custom attribute, due date or resolved reason; Tines field.
    Field,
    Comment,
}

impl Part {
    pub const ALL: [Self; 10] = [
        Self::Title,
        Self::Description,
        Self::Status,
        Self::Priority,
        Self::Assignees,
        Self::Tags,
        Self::Attributes,
        Self::Archived,
        Self::Field,
        Self::Comment,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Assignees => "assignees",
            Self::Tags => "tags",
            Self::Attributes => "attributes",
            Self::Archived => "archived",
            Self::Field => "field",
            Self::Comment => "comment",
        }
    }
}
