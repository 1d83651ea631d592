//! A query as rows are judged by it.

use crate::query::{Node, Query, fold};

/// One word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Needle {
    /// Folded, never empty.
    pub(super) text: String,
    /// The text must not occur.
    pub(super) exclude: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Plan {
    words: Vec<Needle>,
}

impl Plan {
    pub(super) fn of(query: &Query) -> Self {
        let words = query.conjuncts().iter().filter_map(|node| match node {
            Node::Text(word) => Some(Needle { text: fold(&word.text), exclude: false }),
            Node::Not(node) => match &**node {
                Node::Text(word) => Some(Needle { text: fold(&word.text), exclude: true }),
                _ => None,
            },
            _ => None,
        });
        Self { words: words.collect() }
    }

    pub(super) fn words(&self) -> &[Needle] {
        &self.words
    }

    /// Whether every word that must occur in `older` must occur here too, by itself or inside a longer one.
    pub(super) fn includes_all_of(&self, older: &Self) -> bool {
        let mut old = older.words.iter().filter(|word| !word.exclude);
        old.all(|old| self.words.iter().any(|new| !new.exclude && new.text.contains(&old.text)))
    }
}
