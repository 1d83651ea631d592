//! The fields by name: how each is written, and what values it takes.

use super::ast::{Column, Field, Mark, StateWord, Thing};

/// What a field's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words, whole unless the field says otherwise.
    Text,
    /// Words, `me`, `none`.
    Person,
    /// The states that every vendor has, or a vendor's own name in quotes.
    State,
    Level,
    /// Spans only.
    Age,
    /// Spans, moments, `none`.
    Time,
    /// Spans, `breached`, `none`.
    Clock,
    Thing,
    Mark,
    /// Whatever a custom field holds: words, numbers, spans, moments.
    Free,
}

/// Fields without a name of their own; the first spelling of each is the one that is printed.
pub const PLAIN: [(&str, Field); 28] = [
    ("src", Field::Source),
    ("source", Field::Source),
    ("status", Field::Status),
    ("priority", Field::Priority),
    ("assignee", Field::Assignee),
    ("author", Field::Author),
    ("tag", Field::Tag),
    ("team", Field::Team),
    ("project", Field::Project),
    ("type", Field::Type),
    ("key", Field::Key),
    ("id", Field::Id),
    ("title", Field::Title),
    ("description", Field::Description),
    ("age", Field::Age),
    ("created", Field::Created),
    ("updated", Field::Updated),
    ("opened", Field::Opened),
    ("closed", Field::Closed),
    ("due", Field::Due),
    ("sla", Field::Sla),
    ("sla.kind", Field::SlaKind),
    ("has", Field::Has),
    ("is", Field::Is),
    ("ioc", Field::Ioc),
    ("comment", Field::Comment),
    ("file", Field::File),
    ("record", Field::Record(None)),
];

/// Fields that are followed by a dot and a name.
pub const NAMED: [&str; 4] = ["field", "attr", "meta", "record"];
/// How the rows are shown, and not which.
pub const DIRECTIVES: [&str; 5] = ["sort", "group", "cols", "limit", "show"];

impl Field {
    /// A field by how it is written, capitals or not. `name`: what stands behind the dot of those that have one.
    pub fn read(text: &str, name: Option<&str>) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let Some(name) = name else { return PLAIN.into_iter().find(|(known, _)| *known == lower).map(|(_, field)| field) };
        match lower.as_str() {
            "field" => Some(Self::Custom(name.into())),
            "attr" => Some(Self::Attr(name.into())),
            "meta" => Some(Self::Meta(name.into())),
            "record" => Some(Self::Record(Some(name.into()))),
            _ => None,
        }
    }

    /// As it is printed, and the name behind the dot.
    pub fn written(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Custom(name) => ("field", Some(name)),
            Self::Attr(name) => ("attr", Some(name)),
            Self::Meta(name) => ("meta", Some(name)),
            Self::Record(Some(name)) => ("record", Some(name)),
            plain => (PLAIN.iter().find(|(_, field)| field == plain).map_or("", |(name, _)| name), None),
        }
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Status => Kind::State,
            Self::Priority => Kind::Level,
            Self::Assignee | Self::Author => Kind::Person,
            Self::Age => Kind::Age,
            Self::Created | Self::Updated | Self::Opened | Self::Closed | Self::Due => Kind::Time,
            Self::Sla => Kind::Clock,
            Self::Has => Kind::Thing,
            Self::Is => Kind::Mark,
            Self::Attr(_) | Self::Custom(_) | Self::Meta(_) | Self::Record(_) => Kind::Free,
            Self::Source
            | Self::Tag
            | Self::Team
            | Self::Project
            | Self::Type
            | Self::Key
            | Self::Id
            | Self::Title
            | Self::Description
            | Self::SlaKind
            | Self::Ioc
            | Self::Comment
            | Self::File => Kind::Text,
        }
    }

    /// A row may lack it: then it fails every comparison.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Self::Priority | Self::Age | Self::Created | Self::Updated | Self::Opened | Self::Closed | Self::Due | Self::Sla)
    }
}

impl Kind {
    /// Words that mean something by themselves.
    pub fn keywords(self) -> Vec<&'static str> {
        fn names<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
            table.iter().map(|(name, _)| *name).collect()
        }
        match self {
            Self::Text | Self::Free | Self::Age => Vec::new(),
            Self::Person => vec!["me", "none"],
            Self::State => names(&StateWord::ALL),
            Self::Level => vec!["P1", "P2", "P3", "P4", "P5", "critical", "high", "medium", "low", "info", "none"],
            Self::Time => vec!["today", "yesterday", "shift", "none"],
            Self::Clock => vec!["breached", "none"],
            Self::Thing => names(&Thing::ALL),
            Self::Mark => names(&Mark::ALL),
        }
    }

    /// Values of it come before and after one another.
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::Level | Self::Age | Self::Time | Self::Clock | Self::Free)
    }

    /// It is compared as text.
    pub fn is_textual(self) -> bool {
        matches!(self, Self::Text | Self::Person | Self::State | Self::Free)
    }

    /// What it takes, in words.
    pub fn takes(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Person => "a mail, a part of a name, an id, `me` or `none`",
            Self::State => "open, new, active, closed, archived, any, or a vendor's own name in quotes",
            Self::Level => "P1 to P5, critical, high, medium, low, info, none, or a vendor's own word like URGENT",
            Self::Age => "a span like 30m, 2d or 1d12h",
            Self::Time => "a span like 30m or 2d, a date like 2026-11-20 or 2026-11-20T14:22Z, today, yesterday, shift or none",
            Self::Clock => "a span like 30m or 2h, breached or none",
            Self::Thing => "comment, file, image, record, link, sla, due or ticket",
            Self::Mark => "unseen, pinned, snoozed, marked, dirty, queued, conflict, folded, mine or readonly",
            Self::Free => "text, a number, a span or a date",
        }
    }
}

impl Column {
    /// A column by how it is written: `priority`, `field.NAME`, `attr.NAME`.
    pub fn read(text: &str) -> Option<Self> {
        if let Some((kind, name)) = text.split_once('.') {
            return match (kind.to_ascii_lowercase().as_str(), name) {
                (_, "") => None,
                ("field", name) => Some(Self::Custom(name.into())),
                ("attr" | "meta", name) => Some(Self::Attr(name.into())),
                _ => None,
            };
        }
        let lower = text.to_ascii_lowercase();
        let known = match lower.as_str() {
            "source" => "src",
            "tag" => "tags",
            "opened" => "created",
            known => known,
        };
        Self::PLAIN.into_iter().find(|(name, _)| *name == known).map(|(_, column)| column)
    }

    /// As it is printed, and the name behind the dot.
    pub fn written(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Custom(name) => ("field", Some(name)),
            Self::Attr(name) => ("attr", Some(name)),
            plain => (Self::PLAIN.iter().find(|(_, column)| column == plain).map_or("", |(name, _)| name), None),
        }
    }
}

/// The known spelling that is nearest; None: none is near enough to have been meant.
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = text.to_lowercase();
    let reach = if lower.chars().count() <= 4 { 1 } else { 2 };
    let distance = |known: &str| strsim::osa_distance(&lower, &known.to_lowercase());
    known
        .into_iter()
        .map(|known| (distance(known), known))
        .filter(|(distance, _)| *distance <= reach)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}
