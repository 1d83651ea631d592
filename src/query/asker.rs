//! Who asks, and when: what a query leaves open.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::case::{SourceId, Vendor};
use crate::domain::person::Person;

/// Everything that a query means beyond its text. Equal askers and rows give equal results.
#[derive(Clone, Debug, PartialEq)]
pub struct Asker {
    pub now: Timestamp,
    /// For days.
    pub zone: TimeZone,
    /// When the shift that is on now began; None: at midnight.
    pub shift_at: Option<Timestamp>,
    /// What `src:` names, and who `me` is there.
    pub origins: Vec<Origin>,
    /// By which else `src:` names sources that are configured and no part of this run: it finds nothing, and is no mistake.
    pub left_out: Vec<CompactString>,
}

impl Asker {
    /// Knows no source and nobody.
    pub fn at(now: Timestamp, zone: TimeZone) -> Self {
        Self { now, zone, shift_at: None, origins: Vec::new(), left_out: Vec::new() }
    }
}

/// In 1970, in UTC.
impl Default for Asker {
    fn default() -> Self {
        Self::at(Timestamp::UNIX_EPOCH, TimeZone::UTC)
    }
}

/// A source as a query sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub id: SourceId,
    /// As configured.
    pub name: CompactString,
    /// As the list writes it: [`Vendor::codes`].
    pub code: CompactString,
    pub vendor: Vendor,
    /// Nothing can be written there at all.
    pub is_read_only: bool,
    pub me: Option<Me>,
}

/// The person at the keyboard as one source knows them; either may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    pub id: CompactString,
    pub mail: CompactString,
}

impl From<&Person> for Me {
    fn from(person: &Person) -> Self {
        Self { id: person.id.clone(), mail: person.email.as_str().into() }
    }
}
