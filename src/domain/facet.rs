//! Conditions that a vendor may be asked for, so that it sends fewer cases than it has. What it sends is judged again here,
//! so a facet may only ever be too wide; one that hides what holds loses cases.

use std::fmt;

use jiff::Timestamp;

use super::case::{Level, Rank, Row, State};

/// One condition in words that every vendor's filter could have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    Status(Stage),
    /// One of these urgencies.
    Levels(Vec<Level>),
    /// This urgency or a greater one; words of a vendor that nobody knows may be greater.
    AtLeast(Level),
    /// Assigned to one of these.
    Assigned(Vec<Who>),
    /// Has one of these tags.
    Tagged(Vec<String>),
    /// Changed at this moment or later.
    UpdatedSince(Timestamp),
}

/// Where a case stands, as lists can be asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Neither closed nor archived.
    Open,
    Closed,
    Archived,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// By mail address.
    Mail(String),
    Nobody,
}

/// What a vendor does with a facet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It sends what holds, as its documents say.
    Exact,
    /// It sends all that holds, and more.
    Narrows,
    /// It may hide what holds: to be tried on cases that are known before it is used.
    Unproven,
    /// It cannot be asked, or would hide what holds.
    Never,
}

impl Facet {
    /// Whether the case holds.
    pub fn holds(&self, row: &Row) -> bool {
        match self {
            Self::Status(Stage::Open) => row.status.is_open(),
            Self::Status(Stage::Closed) => row.status.state == Some(State::Closed),
            Self::Status(Stage::Archived) => row.status.state == Some(State::Archived),
            Self::Levels(levels) => row.rank().level().is_some_and(|level| levels.contains(&level)),
            Self::AtLeast(level) => row.rank() <= Rank::Level(*level),
            Self::Assigned(people) => people.iter().any(|who| match who {
                Who::Nobody => row.assignees.is_empty(),
                Who::Mail(mail) => row.assignees.iter().any(|person| same(person.email.as_str(), mail)),
            }),
            Self::Tagged(tags) => row.tags.iter().any(|tag| tags.iter().any(|wanted| same(tag.as_str(), wanted))),
            Self::UpdatedSince(since) => row.updated_at.is_some_and(|at| at >= *since),
        }
    }

    /// A vendor is asked for one facet of a kind.
    pub fn is_kind_of(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// As a person would write it; equal facets give equal words, whatever the time is.
impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, name: &str, values: Vec<&str>| write!(f, "{name}:{}", values.join(","));
        match self {
            Self::Status(Stage::Open) => f.write_str("status:open"),
            Self::Status(Stage::Closed) => f.write_str("status:closed"),
            Self::Status(Stage::Archived) => f.write_str("status:archived"),
            Self::Levels(levels) => list(f, "priority", levels.iter().map(|level| level.name()).collect()),
            Self::AtLeast(level) => write!(f, "priority:>={}", level.name()),
            Self::Assigned(people) => {
                let name = |who| match who {
                    &Who::Nobody => "none",
                    Who::Mail(mail) => mail.as_str(),
                };
                list(f, "assignee", people.iter().map(name).collect())
            }
            Self::Tagged(tags) => list(f, "tag", tags.iter().map(String::as_str).collect()),
            Self::UpdatedSince(_) => f.write_str("updated"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{Priority, Vendor};
    use crate::domain::person::Person;
    use crate::domain::sample;
    use crate::domain::text::Clean;

    #[test]
    fn each_facet_holds_for_what_it_says() {
        let mut row = sample::case(Vendor::Tines, 1).row;
        let holds = |facet: &Facet, row: &Row| facet.holds(row);
        assert!(holds(&Facet::Assigned(vec![Who::Nobody]), &row));
        row.assignees = vec![Person { email: Clean::line("Ana@x.example"), ..Person::default() }];
        row.tags = vec![Clean::line("VIP")];
        row.priority = Some(Priority::read("HIGH"));
        let at = row.updated_at.unwrap();
        for facet in [
            Facet::Status(Stage::Open),
            Facet::Levels(vec![Level::High, Level::Low]),
            Facet::AtLeast(Level::High),
            Facet::AtLeast(Level::Low),
            Facet::Assigned(vec![Who::Nobody, Who::Mail("ana@x.example".into())]),
            Facet::Tagged(vec!["x".into(), "vip".into()]),
            Facet::UpdatedSince(at),
        ] {
            assert!(holds(&facet, &row), "{facet}");
        }
        for facet in [
            Facet::Status(Stage::Closed),
            Facet::Status(Stage::Archived),
            Facet::Levels(vec![Level::Low]),
            Facet::AtLeast(Level::Critical),
            Facet::Assigned(vec![Who::Nobody, Who::Mail("na@x.example".into())]),
            Facet::Tagged(vec!["vi".into()]),
            Facet::UpdatedSince(Timestamp::MAX),
        ] {
            assert!(!holds(&facet, &row), "{facet}");
        }
        row.priority = Some(Priority::read("URGENT"));
        assert!(holds(&Facet::AtLeast(Level::Critical), &row) && !holds(&Facet::Levels(Level::ALL.to_vec()), &row));
        row.priority = Some(Priority::read("NOT_DEFINED"));
        assert!(!holds(&Facet::AtLeast(Level::Info), &row));
    }
}
