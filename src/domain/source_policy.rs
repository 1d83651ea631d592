//! What a source is marked with, and whether anything may be changed there.

use super::capability::Reason;
use super::text::Clean;

/// How a person tells a source apart, and what they let happen there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcePolicy {
    /// `PROD`; in the header, and above everything that is sent there.
    pub banner: Option<Clean>,
    /// The banner's colour.
    pub accent: Option<Accent>,
    pub writes: Writes,
}

/// Whether a person has allowed changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writes {
    #[default]
    Allowed,
    /// Nobody has decided yet: read-only.
    Undecided,
    /// The configuration says read-only.
    Refused,
}

impl Writes {
    /// Why nothing is sent; None: it may be.
    pub fn refusal(self, source: &str) -> Option<Reason> {
        match self {
            Self::Allowed => None,
            Self::Undecided => Some(Reason::Undecided(source.to_owned())),
            Self::Refused => Some(Reason::Refused(source.to_owned())),
        }
    }
}

/// One of the terminal's own colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accent {
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
}

impl Accent {
    /// By the names that a configuration uses.
    pub const ALL: [(&'static str, Self); 6] = [
        ("red", Self::Red),
        ("green", Self::Green),
        ("yellow", Self::Yellow),
        ("blue", Self::Blue),
        ("magenta", Self::Magenta),
        ("cyan", Self::Cyan),
    ];
}
