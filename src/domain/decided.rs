//! What a person has decided of a conflict and typed for it, before it is settled: on disk beside what else was typed for the case.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::aspect::{Aspect, Value};
use super::edit::Edit;
use super::merge::{Choice, Conflict, Merge, Outcome, Piece, ended, text_of};
use super::part::Part;

/// Behind an entry whose conflict was another one before: no entry is called that.
const BEFORE: &str = " before";

/// How each overlap is settled so far: per aspect of the conflict, per overlap in its text.
pub type Choices = Vec<Vec<Option<Choice>>>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The outbox entry.
    pub entry: CompactString,
    pub conflict: Conflict,
    pub choices: Choices,
    /// Texts for overlaps that are not decided by them: not finished, written before the case moved again, or not chosen.
    pub begun: Vec<Vec<Option<String>>>,
}

/// What was typed for an aspect, whole: overlaps that nobody decided are as the person wanted them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub aspect: Aspect,
    pub value: Value,
    /// What the person saw in its place.
    pub theirs: Value,
}

impl Decided {
    /// Nothing of it is decided yet.
    pub fn new(entry: CompactString, conflict: Conflict) -> Self {
        let choices: Choices = conflict.merges.iter().map(|merge| vec![None; merge.overlaps().count()]).collect();
        let begun = choices.iter().map(|choices| vec![None; choices.len()]).collect();
        Self { entry, conflict, choices, begun }
    }

    pub fn is_empty(&self) -> bool {
        self.choices.iter().flatten().all(Option::is_none) && self.begun.iter().flatten().all(Option::is_none)
    }

    pub fn has_text(&self) -> bool {
        self.choices.iter().zip(&self.begun).any(|(choices, begun)| texts(choices, begun).any(|text| text.is_some()))
    }

    pub fn written(&self) -> Vec<Written> {
        let of = |(at, merge): (usize, &Merge)| {
            let (choices, begun) = (&self.choices[at], &self.begun[at]);
            texts(choices, begun).any(|text| text.is_some()).then_some(())?;
            let as_text = |(choice, text): (&Option<Choice>, Option<&str>)| match text {
                Some(text) => Some(Choice::Text(text.to_owned())),
                None => Some(choice.clone().unwrap_or(Choice::Mine)),
            };
            let choices: Vec<_> = choices.iter().zip(texts(choices, begun)).map(as_text).collect();
            Some(Written { aspect: merge.aspect.clone(), value: merge.decided(&choices)?, theirs: merge.theirs.clone() })
        };
        self.conflict.merges.iter().enumerate().filter_map(of).collect()
    }

    /// It has another place now, or none.
    pub fn forget(&mut self, aspect: &Aspect) {
        for (at, _) in self.conflict.merges.iter().enumerate().filter(|(_, merge)| merge.aspect == *aspect) {
            self.choices[at].fill(None);
            self.begun[at].fill(None);
        }
    }

    /// What its entry wishes already was decided with it, and waits for nothing.
    pub fn forget_wished(&mut self, edit: &Edit) {
        for written in self.written() {
            if edit.about(&written.aspect).next().is_some() && written.theirs.after(edit.about(&written.aspect)) == written.value {
                self.forget(&written.aspect);
            }
        }
    }

    /// The same for the conflict as it is now: what still fits stays decided, a text for what has moved is begun again. And what
    /// was typed for aspects that do not overlap any more, of a conflict that is over.
    pub fn follow(self, conflict: Conflict) -> (Self, Option<Self>) {
        if self.conflict == conflict {
            return (self, None);
        }
        let mut fresh = Self::new(self.entry.clone(), conflict);
        for (at, merge) in fresh.conflict.merges.iter().enumerate() {
            let Some(known) = self.conflict.merges.iter().position(|known| known.aspect == merge.aspect) else { continue };
            if self.conflict.merges[known] == *merge {
                fresh.choices[at].clone_from(&self.choices[known]);
                fresh.begun[at].clone_from(&self.begun[known]);
                continue;
            }
            let typed = || texts(&self.choices[known], &self.begun[known]).map(|text| text.map(str::to_owned));
            if fresh.begun[at].len() == self.begun[known].len() {
                fresh.begun[at] = typed().collect();
            } else if let Some(first) = fresh.begun[at].first_mut() {
                *first = typed().flatten().reduce(|all, text| if all.ends_with('\n') { all + &text } else { format!("{all}\n{text}") });
            }
        }
        let mut left = Self { entry: format!("{}{BEFORE}", self.entry).into(), ..self };
        for merge in fresh.conflict.merges.iter().filter(|merge| merge.overlaps().count() > 0) {
            left.forget(&merge.aspect);
        }
        (fresh, Some(left).filter(Self::has_text))
    }
}

/// What was typed for each overlap of an aspect.
fn texts<'a>(choices: &'a [Option<Choice>], begun: &'a [Option<String>]) -> impl Iterator<Item = Option<&'a str>> {
    choices.iter().zip(begun).map(|(choice, begun)| match choice {
        Some(Choice::Text(text)) => Some(text.as_str()),
        _ => begun.as_deref(),
    })
}

impl Merge {
    /// Base, theirs and mine of every overlap.
    pub fn overlaps(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let pieces = if let Outcome::Overlap(pieces) = &self.outcome { &pieces[..] } else { &[] };
        pieces.iter().filter_map(|piece| match piece {
            Piece::Overlap { base, theirs, mine } => Some((base.as_str(), theirs.as_str(), mine.as_str())),
            _ => None,
        })
    }

    /// What the aspect becomes; None: an overlap is undecided, or there is none.
    pub fn decided(&self, choices: &[Option<Choice>]) -> Option<Value> {
        match (&self.theirs, &self.mine, &self.outcome) {
            (Value::Set(theirs), Value::Set(mine), _) => match choices.first()?.as_ref()? {
                Choice::Theirs => Some(self.theirs.clone()),
                Choice::Both => Some(Value::Set(theirs.union(mine).cloned().collect())),
                Choice::Mine | Choice::Text(_) => Some(self.mine.clone()),
            },
            (_, _, Outcome::Overlap(pieces)) => {
                let text = text_of(pieces, choices)?;
                let is_lines = pieces.len() > 1 || self.aspect.part == Part::Description;
                let end = |text| ended(text, &self.base.line(), &self.theirs.line(), &self.mine.line());
                Some(Value::Text(if is_lines { end(text) } else { text }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn merge(part: Part, theirs: &str, overlaps: usize) -> Merge {
        let overlap = |at| Piece::Overlap { base: "b\n".into(), theirs: format!("{theirs}{at}\n"), mine: format!("m{at}\n") };
        let outcome = if overlaps == 0 { Outcome::Mine } else { Outcome::Overlap((0..overlaps).map(overlap).collect()) };
        Merge { aspect: Aspect::of_part(part), base: text("b\n"), theirs: text(&format!("{theirs}\n")), mine: text("m\n"), outcome }
    }

    fn decided(merges: Vec<Merge>) -> Decided {
        Decided::new("e1".into(), Conflict { by: None, by_me: false, at: None, merges })
    }

    #[test]
    fn a_text_outlives_every_turn_of_its_conflict() {
        let mut first = decided(vec![merge(Part::Title, "t", 1), merge(Part::Description, "t", 2)]);
        assert!(first.is_empty() && first.written().is_empty());
        first.choices[0][0] = Some(Choice::Text("title\n".into()));
        first.choices[1][0] = Some(Choice::Theirs);
        first.begun[1][1] = Some("half\n".into());
        let values = |decided: &Decided| decided.written().into_iter().map(|written| written.value).collect::<Vec<_>>();
        assert_eq!(values(&first), [text("title\n"), text("t0\nhalf\n")]);
        let json = serde_json::to_string(&first).unwrap();
        assert_eq!(serde_json::from_str::<Decided>(&json).unwrap(), first);
        // The title moved again: its text is begun for what it is now; the description is as it was.
        let moved = decided(vec![merge(Part::Title, "u", 1), merge(Part::Description, "t", 2)]);
        let (next, left) = first.clone().follow(moved.conflict);
        assert_eq!((&next.choices[0], &next.begun[0], left), (&vec![None], &vec![Some("title\n".to_owned())], None));
        assert_eq!((&next.choices[1], &next.begun[1]), (&first.choices[1], &first.begun[1]));
        // Fewer overlaps take the texts together, and none at all leaves them to the case.
        let (next, left) = first.follow(decided(vec![merge(Part::Title, "t", 0), merge(Part::Description, "u", 1)]).conflict);
        assert_eq!(next.begun, [vec![], vec![Some("half\n".to_owned())]]);
        let written = Written { aspect: Aspect::of_part(Part::Title), value: text("title\n"), theirs: text("t\n") };
        assert_eq!(left.unwrap().written(), [written]);
    }
}
