//! A row as the index shows it.

use compact_str::{CompactString, format_compact};

use super::codes::{Clock, NO_TIME};
use super::columns::Columns;
use super::flags::Flags;
use crate::domain::case::{Rank, SourceId, State};
use crate::query::Column;

/// A row as the index shows it. Times are seconds since 1970.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub title: &'a str,
    pub key: &'a str,
    pub id: &'a str,
    pub source: SourceId,
    pub state: Option<State>,
    /// The vendor's own name.
    pub status: &'a str,
    pub rank: Rank,
    /// The vendor's own spelling; empty when there is none.
    pub priority: &'a str,
    /// The vendor has a priority for this case, set or not.
    pub has_priority: bool,
    pub due_at: Option<i64>,
    pub created_at: Option<i64>,
    pub updated_at: Option<i64>,
    pub closed_at: Option<i64>,
    columns: &'a Columns,
    slot: u32,
}

impl<'a> Seen<'a> {
    pub(super) fn of(columns: &'a Columns, slot: u32) -> Self {
        let second = |clock: Clock| Some(columns.time(slot, clock)).filter(|at| *at != NO_TIME).map(|millis| millis.div_euclid(1000));
        Self {
            title: columns.title(slot),
            key: columns.key(slot),
            id: columns.id(slot),
            source: columns.source(slot),
            state: columns.state(slot),
            status: columns.status(slot),
            rank: columns.rank(slot),
            priority: columns.priority(slot),
            has_priority: columns.has_priority(slot),
            due_at: second(Clock::Due),
            created_at: second(Clock::Created),
            updated_at: second(Clock::Updated),
            closed_at: second(Clock::Closed),
            columns,
            slot,
        }
    }

    /// The best that can be shown of each assignee.
    pub fn assignees(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.columns.people(self.slot)
    }

    /// The vendor's own word, with a mark behind one that nobody here knows; `--` where the vendor has no priority.
    pub fn priority_marked(&self) -> CompactString {
        match self.rank {
            _ if !self.has_priority => "--".into(),
            Rank::Unknown => format_compact!("{}?", self.priority),
            _ => self.priority.into(),
        }
    }

    pub fn tags(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.columns.tags(self.slot)
    }

    /// How it stands on this desk.
    pub fn flags(&self) -> Flags {
        Flags::from_bits(self.columns.flags()[self.slot as usize])
    }

    /// The first value of a column that only some cases have: attribute, custom field, author, group, type.
    pub fn value(&self, column: &Column) -> Option<String> {
        self.columns.value(self.slot, column)
    }

    /// Whether all that it has in such a column has been read.
    pub fn knows(&self, column: &Column) -> bool {
        self.columns.knows(self.slot, column)
    }

    /// The page in the vendor's web UI.
    pub fn url(&self) -> Option<String> {
        self.columns.url(self.slot)
    }
}
