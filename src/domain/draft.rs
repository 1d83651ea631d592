//! What was typed for a case and not sent yet.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::aspect::{Aspect, Seen, Value};
use super::case::CaseId;
use super::change::same_text;
use super::decided::{Decided, Written};
use super::part::Part;
use super::text::Clean;

/// Between comments that were typed apart on one case.
const BETWEEN: &str = "\n\n---\n\n";

/// How a draft stands that is not this run's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Another workbench has it, and runs.
    Held,
    /// A run has left it, and it does not fit into the one that this run has; or that run ended after this one began.
    Left,
}

/// The wishes of a form that was not sent: kept on disk, offered again where they were typed. In one run at most one per case,
/// one per set of cases that were marked together ([`CaseId::of_marks`]), and one per box of one line and the cases it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub case: CaseId,
    /// The cases that were marked, by identity, and what they are called; empty: it is for `case` alone.
    #[serde(default)]
    pub marked: Vec<(CaseId, String)>,
    /// Only what differs from the base. A comment is `Part::Comment` with its text.
    pub values: Vec<(Aspect, Value)>,
    /// What the person saw where they wrote this.
    pub base: Vec<Seen>,
    /// What was decided of conflicts of the case and typed for them, by entry.
    #[serde(default)]
    pub decided: Vec<Decided>,
    pub saved_at: Timestamp,
    /// It was kept by a caseload that kept texts as they are shown, not as the vendor has them.
    #[serde(default)]
    pub holds_shown_text: bool,
}

/// Cases named in a line; the others are a number.
const MAX_NAMED: usize = 3;

impl Draft {
    /// Where a text stands that could not be read back into the fields.
    pub fn as_written() -> Aspect {
        Aspect { part: Part::Description, key: "as written".into() }
    }

    /// What a field of it is called.
    pub fn name_of(field: &Aspect) -> String {
        match field.part {
            _ if *field == Self::as_written() => "the whole case, as it was written in an editor".into(),
            Part::Comment if !field.key.is_empty() => Clean::line(&field.key).to_string(),
            _ => field.name(),
        }
    }

    /// What was typed into a box of one line that asks this of these cases.
    pub fn of_box(place: CaseId, cases: Vec<(CaseId, String)>, asks: &str, text: String, saved_at: Timestamp) -> Self {
        let field = Aspect { part: Part::Comment, key: asks.into() };
        Self { marked: cases, values: vec![(field, Value::Text(text))], ..Self::new(place, saved_at) }
    }

    /// What the box of one line asks into which it was typed; None: it is of a form.
    pub fn asks(&self) -> Option<&str> {
        match &self.values[..] {
            [(Aspect { part: Part::Comment, key }, _)] if !key.is_empty() => Some(key),
            _ => None,
        }
    }

    /// Whether both are offered in the same place.
    pub fn is_of_same(&self, other: &Self) -> bool {
        let is_of_same_marks = || self.case.is_of_marks() && !self.marked.is_empty() && self.marked == other.marked;
        let is_of_same_cases = (self.case == other.case && self.marked == other.marked) || is_of_same_marks();
        is_of_same_cases && self.asks() == other.asks()
    }

    /// One for a case with nothing in it.
    pub fn new(case: CaseId, saved_at: Timestamp) -> Self {
        Self { case, marked: Vec::new(), values: Vec::new(), base: Vec::new(), decided: Vec::new(), saved_at, holds_shown_text: false }
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.decided.is_empty()
    }

    /// Whether anything in it was typed or chosen for the case itself, not only for how a conflict of it is settled.
    pub fn has_text(&self) -> bool {
        !self.values.is_empty() || self.decided.iter().any(Decided::has_text)
    }

    /// What was typed in a conflict that is no longer there stands in the field it was typed for. What that field holds already
    /// stays, and the text waits beside it.
    pub fn lay_in(&mut self, entry: &str) {
        let Some(at) = self.decided.iter().position(|decided| decided.entry == entry) else { return };
        for written in self.decided[at].written() {
            if self.lay_in_text(&written) {
                self.decided[at].forget(&written.aspect);
            }
        }
        if !self.decided[at].has_text() {
            self.decided.remove(at);
        }
    }

    /// False: its field holds something else.
    fn lay_in_text(&mut self, written: &Written) -> bool {
        if let Some((_, known)) = self.values.iter().find(|(field, _)| *field == written.aspect) {
            return *known == written.value;
        }
        self.values.push((written.aspect.clone(), written.value.clone()));
        self.base.push(Seen {
            aspect: written.aspect.clone(),
            value: written.theirs.clone(),
            state: None,
            people: Vec::new(),
            order: Vec::new(),
        });
        true
    }

    /// Takes in what an earlier draft of the same place holds besides. What both hold stands once, comments one after the other.
    /// Gives back what is left of the earlier one: fields that hold something else here.
    pub fn take_in(&mut self, earlier: Self) -> Option<Self> {
        if self.values == earlier.values && self.decided == earlier.decided {
            return None;
        }
        // A text for all fields says something of each; and words as they are shown are no words as a vendor has them.
        let is_whole = |draft: &Self| draft.values.iter().any(|(field, _)| *field == Self::as_written());
        if is_whole(self) || is_whole(&earlier) || self.holds_shown_text != earlier.holds_shown_text {
            return Some(earlier);
        }
        let mut left = Self { values: Vec::new(), base: Vec::new(), decided: Vec::new(), ..earlier.clone() };
        for decided in &earlier.decided {
            match self.decided.iter().find(|known| known.entry == decided.entry) {
                None => self.decided.push(decided.clone()),
                Some(known) if known != decided && decided.has_text() => left.decided.push(decided.clone()),
                Some(_) => {}
            }
        }
        let mut fields: Vec<&Aspect> = earlier.values.iter().map(|(field, _)| field).collect();
        fields.dedup();
        for field in fields {
            let of = |draft: &Self| draft.values.iter().filter(|(known, _)| known == field).cloned().collect::<Vec<_>>();
            let (here, there) = (of(self), of(&earlier));
            match (&here[..], &there[..]) {
                _ if here == there => {}
                ([(_, Value::Text(here))], [(_, Value::Text(there))]) if *field == Aspect::of_part(Part::Comment) => {
                    if !same_text(here, there) {
                        let both = Value::Text(format!("{there}{BETWEEN}{here}"));
                        self.values.iter_mut().filter(|(known, _)| known == field).for_each(|(_, value)| *value = both.clone());
                    }
                }
                _ => {
                    let is_seen =
                        |seen: &&Seen| seen.aspect == *field || (field.part == Part::Attributes && seen.aspect.part == field.part);
                    let to = if here.is_empty() { &mut *self } else { &mut left };
                    to.values.extend(there);
                    to.base.extend(earlier.base.iter().filter(is_seen).cloned());
                }
            }
        }
        (!left.is_empty()).then_some(left)
    }

    /// What was typed, field by field. Of a list its line tells all, unless its values hold what a line does not show.
    pub fn typed(&self) -> Vec<(Aspect, Value)> {
        let is_told = |field: &Aspect, value: &Value| {
            let Value::Set(values) = value else { return false };
            let tells = |(known, line): &(Aspect, Value)| {
                known == field && matches!(line, Value::Text(line) if values.iter().all(|value| line.contains(value.as_str())))
            };
            self.values.iter().any(tells)
        };
        let in_fields = self.values.iter().filter(|(field, value)| !is_told(field, value)).cloned();
        let in_conflicts = self.decided.iter().flat_map(Decided::written).map(|written| (written.aspect, written.value));
        in_fields.chain(in_conflicts).collect()
    }

    /// What was typed, as one text; each field under its name where there are several.
    pub fn text(&self) -> String {
        match &self.typed()[..] {
            [(_, value)] => value.line(),
            values => {
                values.iter().map(|(field, value)| format!("{}:\n{}", Self::name_of(field), value.line())).collect::<Vec<_>>().join("\n\n")
            }
        }
    }

    /// `CASE-1, CASE-2, CASE-3 and 4 more`.
    pub fn marked_words(&self) -> String {
        let named: Vec<&str> = self.marked.iter().take(MAX_NAMED).map(|(_, key)| key.as_str()).collect();
        match self.marked.len().saturating_sub(MAX_NAMED) {
            0 => named.join(", "),
            more => format!("{} and {more} more", named.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::SourceId;

    #[test]
    fn of_a_list_that_was_typed_the_line_stands_once() {
        let tags = Aspect { part: Part::Tags, key: "".into() };
        let draft = |values: &[&str], line: &str| Draft {
            case: CaseId { source: SourceId(0), id: "7".into() },
            marked: Vec::new(),
            values: vec![
                (tags.clone(), Value::Set(values.iter().map(ToString::to_string).collect())),
                (tags.clone(), Value::Text(line.into())),
                (Aspect::of_part(Part::Comment), Value::Text("seen".into())),
            ],
            base: Vec::new(),
            saved_at: Timestamp::UNIX_EPOCH,
            decided: Vec::new(),
            holds_shown_text: false,
        };
        let lines = |draft: &Draft| draft.typed().into_iter().map(|(_, value)| value.line()).collect::<Vec<_>>();
        assert_eq!(lines(&draft(&["mail", "phish"], "phish, mail")), ["phish, mail", "seen"]);
        assert_eq!(lines(&draft(&[], "")), ["", "seen"], "all of them taken out");
        assert_eq!(lines(&draft(&["a\u{200d}b"], "ab")), ["a\u{200d}b", "ab", "seen"], "what the line does not show");
        assert_eq!(draft(&["mail"], "mail").text().matches("mail").count(), 1);
    }
}
