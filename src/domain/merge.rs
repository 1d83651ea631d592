//! What comes of comparing an edit with what its case holds by now: plain data, worked out by the worker, shown and
//! decided on the screen.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::aspect::{Aspect, Value};
use super::text::Clean;

/// An edit beside what somebody else did to the same case meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Who changed what overlaps, where the vendor proves it.
    pub by: Option<Clean>,
    /// It was the person themselves, from somewhere else.
    #[serde(default)]
    pub by_me: bool,
    /// When that was; None: nobody is named.
    pub at: Option<Timestamp>,
    /// One per aspect of the edit, in its order; at least one is an [`Outcome::Overlap`] while a person is needed.
    pub merges: Vec<Merge>,
}

/// One aspect from three sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    pub aspect: Aspect,
    /// What the person saw.
    pub base: Value,
    /// What the case holds now.
    pub theirs: Value,
    /// What the person wants.
    pub mine: Value,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The case shows the wish already: nothing to do.
    Same,
    /// Only the person changed it.
    Mine,
    /// Both changed it, and both changes fit together.
    Merged(Value),
    /// Both changed the same thing differently: a person decides. For a value that is one whole, one piece.
    Overlap(Vec<Piece>),
}

/// A stretch of a merged text; lines keep their line ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// As in the base, or changed alike on both sides.
    Agreed(String),
    Theirs(String),
    Mine(String),
    Overlap {
        base: String,
        theirs: String,
        mine: String,
    },
}

/// How one overlap is settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Theirs,
    Mine,
    /// Theirs, then mine; for texts only.
    Both,
    /// Written anew.
    Text(String),
}

impl Conflict {
    /// Who changed what overlaps, for a sentence that goes on with `changed`: `m.lee`, `you, elsewhere,`, `you`, `somebody`.
    pub fn who(&self) -> &str {
        match &self.by {
            _ if self.by_me => "you, elsewhere,",
            Some(by) => by.as_str(),
            None => "somebody",
        }
    }

    /// How many overlaps are left to a person.
    pub fn undecided(&self) -> usize {
        self.merges.iter().filter(|merge| matches!(merge.outcome, Outcome::Overlap(_))).count()
    }
}

/// The text that pieces make, overlaps taken as chosen, in their order. None: a choice is missing.
pub fn text_of(pieces: &[Piece], choices: &[Option<Choice>]) -> Option<String> {
    let mut out = String::new();
    let mut choices = choices.iter();
    for piece in pieces {
        match piece {
            Piece::Agreed(text) | Piece::Theirs(text) | Piece::Mine(text) => out.push_str(text),
            Piece::Overlap { theirs, mine, .. } => match choices.next()?.as_ref()? {
                Choice::Theirs => out.push_str(theirs),
                Choice::Mine => out.push_str(mine),
                Choice::Both => {
                    out.push_str(theirs);
                    if !theirs.is_empty() && !theirs.ends_with('\n') {
                        out.push('\n');
                    }
                    out.push_str(mine);
                }
                Choice::Text(text) => out.push_str(text),
            },
        }
    }
    Some(out)
}

/// A merged text whose last line was ended for the comparison: it ends as mine does where I changed how it ends, else as
/// theirs does.
pub fn ended(mut text: String, base: &str, theirs: &str, mine: &str) -> String {
    let is_ended = |text: &str| text.ends_with('\n');
    let i_changed_it = !mine.is_empty() && (base.is_empty() || is_ended(mine) != is_ended(base));
    let like = if i_changed_it || theirs.is_empty() { mine } else { theirs };
    if !is_ended(like) && is_ended(&text) {
        text.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_whole_only_when_every_overlap_is_decided() {
        let overlap = Piece::Overlap { base: "b\n".into(), theirs: "t\n".into(), mine: "m\n".into() };
        let pieces = [Piece::Agreed("a\n".into()), overlap.clone(), Piece::Mine("c\n".into()), overlap];
        assert_eq!(text_of(&pieces, &[Some(Choice::Mine), None]), None);
        assert_eq!(text_of(&pieces, &[Some(Choice::Mine)]), None);
        assert_eq!(text_of(&pieces, &[Some(Choice::Both), Some(Choice::Theirs)]).as_deref(), Some("a\nt\nm\nc\nt\n"));
    }
}
