//! The screen of a conflict: how each overlap is settled so far, and the text that is written for one.

use compact_str::CompactString;
use jiff::Timestamp;
use tui_textarea::{Input, TextArea};

use crate::domain::aspect::{Aspect, Value};
use crate::domain::case::{CaseId, Rid};
use crate::domain::decided::{Choices, Decided};
use crate::domain::merge::{Choice, Conflict, Merge};
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::protocol::Ticket;
use crate::tui::io::message::Chord;
use crate::tui::model::outbox::Queued;
use crate::tui::screens::form::area::{text_area, text_of};

#[derive(Clone, Debug)]
pub struct ConflictPane {
    /// The outbox entry.
    pub entry: CompactString,
    pub case: CaseId,
    pub rid: Option<Rid>,
    pub key: String,
    pub conflict: Conflict,
    pub choices: Choices,
    /// What was written for an overlap and does not decide it.
    pub(in crate::tui) begun: Vec<Vec<Option<String>>>,
    /// Which stop has the keys.
    pub at: usize,
    /// An overlap that is being written anew.
    pub editor: Option<TextArea<'static>>,
    /// The text that it began with.
    pub(in crate::tui) origin: Clean,
    /// Anything was typed in it.
    pub(in crate::tui) is_typed: bool,
    /// Since when something typed has not been handed over to be kept.
    pub typed_at: Option<Timestamp>,
    /// When this was shown: keys of the first moments were meant for what was there before.
    pub(in crate::tui) shown_at: Timestamp,
    pub(in crate::tui) saving: Option<Ticket>,
    /// The conflict was settled by somebody else. The screen stays until the person leaves it, so that no key meant for it acts
    /// on what lies below.
    pub is_gone: bool,
}

impl ConflictPane {
    /// Into the overlap that is being written anew: shown harmless, sent as it was pasted. Whether there is one.
    pub(in crate::tui) fn paste(&mut self, text: &str, now: Timestamp) -> bool {
        let Some(area) = &mut self.editor else { return false };
        self.is_typed = true;
        self.typed_at.get_or_insert(now);
        area.insert_str(text);
        let shown = Clean::block(text);
        if !shown.is_verbatim() {
            self.origin = Clean::block(&self.origin.retyped(&text_of(area)));
            area.undo();
            area.insert_str(shown.as_str());
        }
        true
    }

    pub(in crate::tui) fn type_in(&mut self, chord: Chord, now: Timestamp) {
        let Some(area) = &mut self.editor else { return };
        area.input(Input::from(chord));
        self.is_typed = true;
        self.typed_at.get_or_insert(now);
    }

    pub(in crate::tui) fn new(queued: &Queued, decided: Decided, now: Timestamp) -> Self {
        let mut pane = Self {
            entry: decided.entry,
            case: queued.entry.edit.case.clone(),
            rid: queued.rid,
            key: queued.key.to_string(),
            conflict: decided.conflict,
            choices: decided.choices,
            begun: decided.begun,
            at: 0,
            editor: None,
            origin: Clean::default(),
            is_typed: false,
            typed_at: None,
            shown_at: now,
            saving: None,
            is_gone: false,
        };
        let stops = pane.stops();
        let waits = |(merge, overlap): &(usize, Option<usize>)| {
            overlap.is_some_and(|overlap| pane.choices[*merge][overlap].is_none() && pane.begun[*merge][overlap].is_some())
        };
        // Where a text waits to be gone on with, else what needs the person first.
        pane.at = stops.iter().position(waits).or_else(|| stops.iter().position(|(_, overlap)| overlap.is_some())).unwrap_or(0);
        pane
    }

    /// What is decided, with what is being written as a text that is begun.
    pub(in crate::tui) fn decided(&self) -> Decided {
        let mut begun = self.begun.clone();
        let (merge, overlap) = self.chosen();
        if let (Some(text), Some(place)) = (self.text(), overlap.and_then(|overlap| begun.get_mut(merge)?.get_mut(overlap))) {
            *place = Some(text);
        }
        Decided { entry: self.entry.clone(), conflict: self.conflict.clone(), choices: self.choices.clone(), begun }
    }

    /// What is typed for the overlap that is being written anew.
    pub(in crate::tui) fn text(&self) -> Option<String> {
        self.editor.as_ref().filter(|_| self.is_typed).map(|area| self.as_overlap(area))
    }

    /// A text as it stands in place of the overlap that has the keys.
    pub(in crate::tui) fn as_overlap(&self, area: &TextArea<'_>) -> String {
        let (theirs, mine) = self.sides().unwrap_or_default();
        let text = self.origin.retyped(&text_of(area));
        let ends = theirs.ends_with('\n') || mine.ends_with('\n');
        if ends && !text.is_empty() { format!("{text}\n") } else { text }
    }

    /// What was written for the overlap that has the keys and does not decide it.
    pub fn begun(&self) -> Option<&str> {
        let (merge, overlap) = self.chosen();
        self.begun.get(merge)?.get(overlap?)?.as_deref()
    }

    /// What was begun for the overlap that has the keys is given up.
    pub(in crate::tui) fn forget_begun(&mut self) {
        let (merge, overlap) = self.chosen();
        if let Some(begun) = overlap.and_then(|overlap| self.begun.get_mut(merge)?.get_mut(overlap)) {
            *begun = None;
        }
    }

    pub(in crate::tui) fn write(&mut self, text: &str) {
        self.origin = Clean::block(text.strip_suffix('\n').unwrap_or(text));
        self.editor = Some(text_area(self.origin.as_str()));
        self.is_typed = false;
    }

    /// The conflict is another one now; false: what was being written has no overlap any more.
    pub(in crate::tui) fn follow(&mut self, queued: &Queued, fresh: Decided, now: Timestamp) -> bool {
        let place = self.merge().map(|merge| merge.aspect.clone());
        let (written, overlap) = (self.text(), self.chosen().1);
        let (editor, origin) = (self.editor.take(), std::mem::take(&mut self.origin));
        *self = Self { typed_at: self.typed_at, ..Self::new(queued, fresh, now) };
        if editor.is_none() {
            return true;
        }
        let here = |(merge, _): &(usize, Option<usize>)| self.conflict.merges.get(*merge).map(|merge| &merge.aspect) == place.as_ref();
        let stops: Vec<(usize, (usize, Option<usize>))> =
            self.stops().into_iter().enumerate().filter(|(_, stop)| here(stop) && stop.1.is_some()).collect();
        let Some((at, _)) = stops.iter().find(|(_, stop)| stop.1 == overlap).or(stops.first()).copied() else { return written.is_none() };
        self.at = at;
        self.origin = origin;
        self.editor = editor;
        self.is_typed = written.is_some();
        if let Some(text) = self.begun().filter(|text| written.as_deref().is_some_and(|written| written != *text)).map(str::to_owned) {
            self.write(&text);
            self.is_typed = true;
        }
        true
    }

    pub(in crate::tui) fn is_saving(&self) -> bool {
        self.saving.is_some()
    }

    /// Where `j` and `k` go: every aspect, and in a text every overlap by itself.
    pub fn stops(&self) -> Vec<(usize, Option<usize>)> {
        let of = |(at, merge): (usize, &Merge)| match merge.overlaps().count() {
            0 => vec![(at, None)],
            count => (0..count).map(|overlap| (at, Some(overlap))).collect(),
        };
        self.conflict.merges.iter().enumerate().flat_map(of).collect()
    }

    /// The aspect that has the keys, by its place, and the overlap in it.
    pub fn chosen(&self) -> (usize, Option<usize>) {
        self.stops().get(self.at).copied().unwrap_or_default()
    }

    pub fn merge(&self) -> Option<&Merge> {
        self.conflict.merges.get(self.chosen().0)
    }

    /// Overlaps that nobody has decided yet.
    pub fn undecided(&self) -> usize {
        self.choices.iter().flatten().filter(|choice| choice.is_none()).count()
    }

    /// Texts can be taken from both sides, and so can members of a set.
    pub fn can_take_both(&self) -> bool {
        self.merge().is_some_and(|merge| matches!(merge.mine, Value::Set(_)) || is_block(merge))
    }

    /// A value that is one of a few cannot be written anew, and people have names that only the vendor knows.
    pub fn can_rewrite(&self) -> bool {
        let is_free = |merge: &Merge| {
            matches!(merge.mine, Value::Text(_)) && !matches!(merge.aspect.part, Part::Status | Part::Priority | Part::Archived)
        };
        self.merge().is_some_and(is_free) && self.chosen().1.is_some()
    }

    /// `priority and 1 overlap of description`.
    pub(in crate::tui) fn missing(&self) -> String {
        let open = self.conflict.merges.iter().zip(&self.choices).filter_map(|(merge, choices)| {
            let count = choices.iter().filter(|choice| choice.is_none()).count();
            match (count, choices.len()) {
                (0, _) => None,
                (_, 1) => Some(merge.aspect.name()),
                (count, _) => Some(format!("{count} overlaps of {}", merge.aspect.name())),
            }
        });
        open.collect::<Vec<_>>().join(", ")
    }

    /// What every overlapping aspect shall become; None: something is undecided.
    pub(in crate::tui) fn values(&self) -> Option<Vec<(Aspect, Value)>> {
        let overlapping = self.conflict.merges.iter().zip(&self.choices).filter(|(_, choices)| !choices.is_empty());
        overlapping.map(|(merge, choices)| Some((merge.aspect.clone(), merge.decided(choices)?))).collect()
    }

    pub(in crate::tui) fn choose(&mut self, choice: Option<Choice>) {
        let (merge, overlap) = self.chosen();
        let place = overlap.and_then(|overlap| self.choices.get_mut(merge)?.get_mut(overlap));
        let Some(place) = place else { return };
        let before = std::mem::replace(place, choice);
        let is_text = matches!(place, Some(Choice::Text(_)));
        if let Some(begun) = overlap.and_then(|overlap| self.begun.get_mut(merge)?.get_mut(overlap)) {
            match before {
                _ if is_text => *begun = None,
                // Another choice does not take the text away.
                Some(Choice::Text(text)) => *begun = Some(text),
                _ => {}
            }
        }
    }

    /// To the next overlap that is undecided, if there is one.
    pub(in crate::tui) fn go_on(&mut self) {
        let stops = self.stops();
        let is_open = |(merge, overlap): &(usize, Option<usize>)| overlap.is_some_and(|overlap| self.choices[*merge][overlap].is_none());
        let after = (1..=stops.len()).map(|step| (self.at + step) % stops.len()).find(|at| is_open(&stops[*at]));
        self.at = after.unwrap_or(self.at);
    }

    /// The two sides of the overlap that has the keys: theirs and mine.
    pub fn sides(&self) -> Option<(&str, &str)> {
        let (_, overlap) = self.chosen();
        self.merge()?.overlaps().nth(overlap?).map(|(_, theirs, mine)| (theirs, mine))
    }
}

/// A text of several lines.
pub fn is_block(merge: &Merge) -> bool {
    let has_lines = |value: &Value| matches!(value, Value::Text(text) if text.contains('\n'));
    merge.aspect.part == Part::Description || has_lines(&merge.theirs) || has_lines(&merge.mine)
}
