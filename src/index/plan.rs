//! A query as rows are judged by it: nothing left open, cheap conditions apart from dear ones.

use super::codes::Clock;
use super::deep::Parts;
use super::matcher::Matcher;
use crate::domain::case::SourceId;
use crate::query::Field;

/// Rows are yes, no, or not examined yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    No,
    Unexamined,
    Yes,
}

impl Verdict {
    pub(super) fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// A word of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needle {
    /// Folded, never empty.
    pub(super) text: String,
    /// It begins a word.
    pub(super) is_start: bool,
}

impl Needle {
    /// Whatever holds for this word holds for the other.
    fn implies(&self, other: &Self) -> bool {
        if other.is_start { self == other } else { self.text.contains(&other.text) }
    }
}

/// Sources by number, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sources([u64; 4]);

impl Sources {
    pub(super) fn of(ids: impl Iterator<Item = SourceId>) -> Self {
        let mut sources = Self::default();
        ids.for_each(|id| sources.0[usize::from(id.0 / 64)] |= 1 << (id.0 % 64));
        sources
    }

    pub(super) fn has(self, id: SourceId) -> bool {
        self.0[usize::from(id.0 / 64)] >> (id.0 % 64) & 1 == 1
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaf {
    Always(bool),
    Text(Needle),
    Sources(Sources),
    /// Bits by [`super::codes::state_code`].
    States(u8),
    /// Bits by [`super::codes::rank_code`].
    Levels(u8),
    /// The vendor's own word.
    Priority(Matcher),
    /// From the first millisecond up to the second.
    Time(Clock, i64, i64),
    NoTime(Clock),
    Status(Matcher),
    /// By name or mail.
    People(Matcher),
    /// By id, folded.
    PersonId(String),
    NoPeople,
    /// All of a tag, or what stands behind its colon.
    Tags(Matcher),
    /// What stands behind this folded beginning of a tag.
    Attribute(String, Matcher),
    Title(Matcher),
    Key(Matcher),
    /// What stands before the dash of the key, folded.
    KeyGroup(String),
    Id(Matcher),
    /// Anywhere in title and tags.
    Anywhere(Matcher),
    Flags(u16),
    Deep(DeepLeaf),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct DeepLeaf {
    /// In any of these.
    pub(super) parts: Parts,
    /// Folded.
    pub(super) name: Option<String>,
    pub(super) matcher: Matcher,
    /// By source: what none of its cases has.
    pub(super) lacking: Vec<Parts>,
}

impl DeepLeaf {
    pub(super) fn lacking(&self, source: SourceId) -> Parts {
        self.lacking.get(usize::from(source.0)).copied().unwrap_or(Parts::NONE)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    Leaf(Leaf),
}

impl Tree {
    pub(super) fn any(mut trees: Vec<Self>) -> Self {
        match (trees.len(), trees.pop()) {
            (_, None) => Self::Leaf(Leaf::Always(false)),
            (1, Some(one)) => one,
            (_, Some(last)) => {
                trees.push(last);
                Self::Any(trees)
            }
        }
    }

    pub(super) fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// What it asks for beyond rows.
    pub(super) fn parts(&self) -> Parts {
        match self {
            Self::All(trees) | Self::Any(trees) => trees.iter().map(Self::parts).fold(Parts::NONE, Parts::with),
            Self::Not(tree) => tree.parts(),
            Self::Leaf(Leaf::Deep(deep)) => deep.parts,
            Self::Leaf(_) => Parts::NONE,
        }
    }

    /// No row holds of which nothing was read.
    pub(super) fn needs_reading(&self) -> bool {
        match self {
            Self::All(trees) => trees.iter().any(Self::needs_reading),
            Self::Any(trees) => trees.iter().all(Self::needs_reading),
            Self::Not(_) => false,
            // Descriptions come with rows, where their list sends them.
            Self::Leaf(leaf) => matches!(leaf, Leaf::Deep(deep) if !deep.parts.has_any(Parts::DESCRIPTION)),
        }
    }

    /// A word of the text is among what it asks for.
    fn has_text(&self) -> bool {
        match self {
            Self::All(trees) | Self::Any(trees) => trees.iter().any(Self::has_text),
            Self::Not(tree) => tree.has_text(),
            Self::Leaf(leaf) => matches!(leaf, Leaf::Text(_)),
        }
    }

    /// It is judged row by row, a slice at a time.
    pub(super) fn is_slow(&self) -> bool {
        match self {
            Self::All(trees) | Self::Any(trees) => trees.iter().any(Self::is_slow),
            Self::Not(tree) => tree.is_slow(),
            Self::Leaf(Leaf::Deep(_)) => true,
            Self::Leaf(Leaf::Title(matcher) | Leaf::Key(matcher) | Leaf::Id(matcher) | Leaf::Anywhere(matcher)) => matcher.is_slow(),
            Self::Leaf(_) => false,
        }
    }
}

/// All of it must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plan {
    /// Words that must occur.
    pub(super) words: Vec<Needle>,
    /// Words that must not.
    pub(super) excluded: Vec<Needle>,
    pub(super) fast: Vec<Tree>,
    pub(super) slow: Vec<Tree>,
    /// A field that a row may lack: the place of its condition in `fast`, and what holds for the rows that lack it.
    pub(super) scalars: Vec<(Field, usize, Leaf)>,
}

impl Plan {
    /// It asks for words that may stand in a description.
    pub(super) fn has_text(&self) -> bool {
        !self.words.is_empty() || !self.excluded.is_empty() || self.trees().any(Tree::has_text)
    }

    /// What it asks for beside words.
    pub(super) fn trees(&self) -> impl Iterator<Item = &Tree> {
        self.fast.iter().chain(&self.slow)
    }

    /// Whether every word that must occur in `older` must occur here too. Then nothing that lacks them needs to be
    /// judged again.
    pub(super) fn has_words_of(&self, older: &Self) -> bool {
        older.words.iter().all(|old| self.words.iter().any(|new| new.implies(old)))
    }

    /// Whether whatever holds here held for `older` too.
    pub(super) fn implies(&self, older: &Self) -> bool {
        self.has_words_of(older)
            && older.excluded.iter().all(|word| self.excluded.contains(word))
            && older.fast.iter().all(|tree| self.fast.contains(tree))
            && older.slow.iter().all(|tree| self.slow.contains(tree))
    }
}
