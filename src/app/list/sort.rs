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
    /// As the index sorts. What is closed comes last wherever urgency decides.
    pub fn keys(self) -> Vec<SortKey> {
        let (by, descending) = match self.order {
            Order::Sla => (SortBy::Sla, false),
            Order::Priority => (SortBy::Priority, false),
            Order::Newest => (SortBy::Created, true),
            Order::Changed => (SortBy::Updated, true),
            Order::Title => (SortBy::Title, false),
            Order::Source => (SortBy::Source, false),
            Order::Key => (SortBy::Key, false),
            Order::Status => (SortBy::Status, false),
            Order::Assignee => (SortBy::Assignee, false),
        };
        let first = SortKey { by, descending: descending != self.reversed };
        let key = |by: SortBy, descending| SortKey { by, descending };
        let ties = [key(SortBy::Closed, false), key(SortBy::Priority, false), key(SortBy::Created, true)];
        let is_first = |tie: &SortKey| tie.by == first.by;
        let ties: Vec<_> = ties.into_iter().filter(|tie| !is_first(tie)).collect();
        let mut keys: Vec<_> = std::iter::once(first).chain(ties).collect();
        if self.order == Order::Priority {
            keys.swap(0, 1);
        }
        keys
    }
}
