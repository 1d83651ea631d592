//! The orders that the list can be put in.

use crate::index::{SortBy, SortKey};

/// What the list is sorted by first. Ties fall to urgency, then to the newest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Sla,
    Priority,
    Newest,
    Changed,
    Title,
    Source,
    Key,
    Status,
    Assignee,
}

impl Order {
    pub const ALL: [Self; 9] =
        [Self::Sla, Self::Priority, Self::Newest, Self::Changed, Self::Title, Self::Source, Self::Key, Self::Status, Self::Assignee];

    pub fn title(self) -> &'static str {
        match self {
            Self::Sla => "SLA, least time left first",
            Self::Priority => "priority, most urgent first",
            Self::Newest => "opened, newest first",
            Self::Changed => "changed, latest first",
            Self::Title => "title",
            Self::Source => "source",
            Self::Key => "key",
            Self::Status => "status",
            Self::Assignee => "assignee",
        }
    }

    /// For the frame of the list.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sla => "SLA",
            Self::Priority => "priority",
            Self::Newest => "opened",
            Self::Changed => "changed",
            Self::Title => "title",
            Self::Source => "source",
            Self::Key => "key",
            Self::Status => "status",
            Self::Assignee => "assignee",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    pub order: Order,
    /// The other way round than its title says.
    pub reversed: bool,
}

impl Sort {
    pub fn keys(self) -> Vec<SortKey> {
        let key = |by, descending| SortKey { by, descending };
        let first = match self.order {
            Order::Sla => key(SortBy::Sla, false),
            Order::Priority => key(SortBy::Priority, false),
            Order::Newest => key(SortBy::Created, true),
            Order::Changed => key(SortBy::Updated, true),
            Order::Title => key(SortBy::Title, false),
            Order::Source => key(SortBy::Source, false),
            Order::Key => key(SortBy::Key, false),
            Order::Status => key(SortBy::Status, false),
            Order::Assignee => key(SortBy::Assignee, false),
        };
        let first = SortKey { descending: first.descending != self.reversed, ..first };
        let mut keys = vec![first];
        keys.extend([key(SortBy::Priority, false), key(SortBy::Created, true)].into_iter().filter(|next| next.by != first.by));
        keys
    }
}
