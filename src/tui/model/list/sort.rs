//! The orders that the list can be put in: what the menu offers, and how a query's `sort:` becomes the index's keys.

use crate::index::{SortBy, SortKey};
use crate::query::{Column, Key};

/// What the menu offers to sort by first. Ties fall to urgency, then to the newest.
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

    /// For the palette.
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

    /// As a query says it.
    pub fn key(self) -> Key {
        let (column, descending) = match self {
            Self::Sla => (Column::Sla, false),
            Self::Priority => (Column::Priority, false),
            Self::Newest => (Column::Created, true),
            Self::Changed => (Column::Updated, true),
            Self::Title => (Column::Title, false),
            Self::Source => (Column::Source, false),
            Self::Key => (Column::Key, false),
            Self::Status => (Column::Status, false),
            Self::Assignee => (Column::Assignee, false),
        };
        Key { column, descending }
    }

    /// The one that sorts by this column.
    pub fn of(column: &Column) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.key().column == *column)
    }
}

/// For the frame of the list: `SLA`, `priority, opened reversed`.
pub fn words(sort: &[Key]) -> String {
    if sort.is_empty() {
        return "SLA".into();
    }
    let word = |key: &Key| {
        let name = match &key.column {
            Column::Sla => "SLA".to_owned(),
            Column::Created => "opened".to_owned(),
            Column::Updated => "changed".to_owned(),
            other => other.to_string(),
        };
        let usual = Order::of(&key.column).is_some_and(|order| order.key().descending);
        if key.descending == usual { name } else { format!("{name} reversed") }
    };
    sort.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// As the index sorts; without a wish by the time left. What is closed comes last wherever urgency decides.
pub(in crate::tui) fn keys(sort: &[Key]) -> Vec<SortKey> {
    let usual = [Order::default().key()];
    let wanted = if sort.is_empty() { &usual } else { sort };
    let key = |by: SortBy, descending| SortKey { by, descending };
    let mut keys: Vec<SortKey> = Vec::new();
    for wish in wanted.iter().map(SortKey::from) {
        if wish.by == SortBy::Priority && keys.is_empty() {
            keys.push(key(SortBy::Closed, false));
        }
        if !keys.iter().any(|known| known.by == wish.by) {
            keys.push(wish);
        }
    }
    for tie in [key(SortBy::Closed, false), key(SortBy::Priority, false), key(SortBy::Created, true)] {
        if !keys.iter().any(|known| known.by == tie.by) {
            keys.push(tie);
        }
    }
    keys
}
