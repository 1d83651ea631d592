//! An edit that overlaps with what somebody else did: decided overlap by overlap, and sent only when none is left.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::Timestamp;
use tui_textarea::TextArea;

use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::form::{text_area, text_of};
use crate::app::keymap::ANSWERS_AFTER;
use crate::app::notice::Grade;
use crate::app::outbox::Queued;
use crate::app::overlay::{OnYes, Overlay, TOO_SOON};
use crate::app::pending::Ask;
use crate::app::review::{Origin, Review, Stage};
use crate::domain::aspect::{Aspect, Value};
use crate::domain::case::Rid;
use crate::domain::edit::{Change, Part};
use crate::domain::fault::Fault;
use crate::domain::merge::{Choice, Conflict, Merge, Outcome, Piece, ended, text_of as merged_text};
use crate::domain::text::Clean;
use crate::protocol::{Order, Settle, Ticket};

/// How each overlap is settled so far: per aspect of the conflict, per overlap in its text.
type Choices = Vec<Vec<Option<Choice>>>;

/// What was decided on conflict screens that were left, by entry, with the conflict it was decided for.
pub type Decisions = BTreeMap<CompactString, (Conflict, Choices)>;

#[derive(Clone, Debug)]
pub struct ConflictPane {
    /// The outbox entry.
    pub entry: CompactString,
    pub rid: Option<Rid>,
    pub key: String,
    pub conflict: Conflict,
    pub choices: Choices,
    /// Which stop has the keys.
    pub at: usize,
    /// An overlap that is being written anew.
    pub editor: Option<TextArea<'static>>,
    /// The text that it began with.
    origin: Clean,
    /// When this was shown: keys of the first moments were meant for what was there before.
    shown_at: Timestamp,
    saving: Option<Ticket>,
}

impl ConflictPane {
    /// Into the overlap that is being written anew: shown harmless, sent as it was pasted. Whether there is one.
    pub(super) fn paste(&mut self, text: &str) -> bool {
        let Some(area) = &mut self.editor else { return false };
        area.insert_str(text);
        let shown = Clean::block(text);
        if !shown.is_verbatim() {
            self.origin = Clean::block(&self.origin.retyped(&text_of(area)));
            area.undo();
            area.insert_str(shown.as_str());
        }
        true
    }

    fn new(queued: &Queued, conflict: Conflict, now: Timestamp) -> Self {
        let choices = conflict.merges.iter().map(|merge| vec![None; overlaps(merge).count()]).collect();
        let mut pane = Self {
            entry: queued.entry.id.clone(),
            rid: queued.rid,
            key: queued.key.to_string(),
            conflict,
            choices,
            at: 0,
            editor: None,
            origin: Clean::default(),
            shown_at: now,
            saving: None,
        };
        pane.at = pane.stops().iter().position(|(_, overlap)| overlap.is_some()).unwrap_or(0);
        pane
    }

    /// Where `j` and `k` go: every aspect, and in a text every overlap by itself.
    pub fn stops(&self) -> Vec<(usize, Option<usize>)> {
        let of = |(at, merge): (usize, &Merge)| match overlaps(merge).count() {
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
    pub(super) fn missing(&self) -> String {
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
    fn values(&self) -> Option<Vec<(Aspect, Value)>> {
        let overlapping = self.conflict.merges.iter().zip(&self.choices).filter(|(_, choices)| !choices.is_empty());
        overlapping.map(|(merge, choices)| Some((merge.aspect.clone(), decided(merge, choices)?))).collect()
    }

    fn choose(&mut self, choice: Option<Choice>) {
        let (merge, overlap) = self.chosen();
        let place = overlap.and_then(|overlap| self.choices.get_mut(merge)?.get_mut(overlap));
        if let Some(place) = place {
            *place = choice;
        }
    }

    /// To the next overlap that is undecided, if there is one.
    fn go_on(&mut self) {
        let stops = self.stops();
        let is_open = |(merge, overlap): &(usize, Option<usize>)| overlap.is_some_and(|overlap| self.choices[*merge][overlap].is_none());
        let after = (1..=stops.len()).map(|step| (self.at + step) % stops.len()).find(|at| is_open(&stops[*at]));
        self.at = after.unwrap_or(self.at);
    }

    /// The two sides of the overlap that has the keys: theirs and mine.
    pub fn sides(&self) -> Option<(&str, &str)> {
        let (_, overlap) = self.chosen();
        overlaps(self.merge()?).nth(overlap?).map(|(_, theirs, mine)| (theirs, mine))
    }
}

/// A text of several lines.
pub fn is_block(merge: &Merge) -> bool {
    let has_lines = |value: &Value| matches!(value, Value::Text(text) if text.contains('\n'));
    merge.aspect.part == Part::Description || has_lines(&merge.theirs) || has_lines(&merge.mine)
}

/// Base, theirs and mine of every overlap.
fn overlaps(merge: &Merge) -> impl Iterator<Item = (&str, &str, &str)> {
    let pieces = if let Outcome::Overlap(pieces) = &merge.outcome { &pieces[..] } else { &[] };
    pieces.iter().filter_map(|piece| match piece {
        Piece::Overlap { base, theirs, mine } => Some((base.as_str(), theirs.as_str(), mine.as_str())),
        _ => None,
    })
}

fn decided(merge: &Merge, choices: &[Option<Choice>]) -> Option<Value> {
    match (&merge.theirs, &merge.mine, &merge.outcome) {
        (Value::Set(theirs), Value::Set(mine), _) => match choices.first()?.as_ref()? {
            Choice::Theirs => Some(merge.theirs.clone()),
            Choice::Both => Some(Value::Set(theirs.union(mine).cloned().collect())),
            Choice::Mine | Choice::Text(_) => Some(merge.mine.clone()),
        },
        (_, _, Outcome::Overlap(pieces)) => {
            let text = merged_text(pieces, choices)?;
            let is_lines = pieces.len() > 1 || merge.aspect.part == Part::Description;
            let end = |text| ended(text, &merge.base.line(), &merge.theirs.line(), &merge.mine.line());
            Some(Value::Text(if is_lines { end(text) } else { text }))
        }
        _ => None,
    }
}

impl App {
    /// Shows the conflict of an outbox entry, with what was decided of it before.
    pub(super) fn open_conflict(&mut self, entry: &str) {
        let found = self.outbox.iter().find(|queued| queued.entry.id == entry);
        let Some((queued, conflict)) = found.and_then(|queued| Some((queued, queued.entry.conflict.clone()?))) else {
            return self.say(Grade::Info, "this edit has no conflict to decide");
        };
        let rid = queued.rid;
        let mut pane = ConflictPane::new(queued, conflict, self.steady);
        if let Some((known, choices)) = self.decisions.get(entry)
            && *known == pane.conflict
        {
            pane.choices.clone_from(choices);
        }
        // The news that brought the person here has been seen; it would cover what is said next.
        self.notices.acknowledge();
        self.push(Overlay::Conflict(Box::new(pane)));
        // For the form that takes what is given up.
        if let Some(rid) = rid {
            self.read_for_form(rid);
        }
    }

    /// The conflict of a case that waits for a person: its entry.
    pub fn conflict_of(&self, rid: Rid) -> Option<&str> {
        let queued = self.outbox.iter().find(|queued| queued.rid == Some(rid) && queued.entry.conflict.is_some())?;
        Some(&queued.entry.id)
    }

    pub(super) fn act_in_conflict(&mut self, action: Action, times: usize) {
        let now = self.steady;
        let Some(Overlay::Conflict(pane)) = self.overlays.last_mut() else { return };
        let last = pane.stops().len().saturating_sub(1);
        match action {
            Action::Down => pane.at = (pane.at + times).min(last),
            Action::Up => pane.at = pane.at.saturating_sub(times),
            _ if pane.saving.is_some() => self.say(Grade::Info, "what you decided is being written to disk"),
            // The pane may have come by itself: keys of its first moments were meant for what was there before.
            _ if now.duration_since(pane.shown_at) < ANSWERS_AFTER || self.keys.is_held() => self.say(Grade::Info, TOO_SOON),
            Action::Theirs => self.choose(Choice::Theirs),
            Action::Mine => self.choose(Choice::Mine),
            Action::Both => self.choose(Choice::Both),
            Action::Rewrite => {
                let (merge, overlap) = pane.chosen();
                let written = overlap.and_then(|overlap| pane.choices[merge][overlap].clone());
                let text = match (written, pane.sides()) {
                    (Some(Choice::Text(text)), _) => text,
                    (Some(Choice::Theirs), Some((theirs, _))) => theirs.to_owned(),
                    (Some(Choice::Both), Some((theirs, mine))) => format!("{theirs}{mine}"),
                    (_, Some((_, mine))) => mine.to_owned(),
                    (_, None) => return,
                };
                pane.origin = Clean::block(text.strip_suffix('\n').unwrap_or(&text));
                pane.editor = Some(text_area(pane.origin.as_str()));
            }
            Action::Review => self.send_decided(),
            Action::Drop => {
                let details = vec!["Nothing more is sent; what you wanted is kept in the form of the case.".to_owned()];
                let (question, entry) = (format!("Drop your edit of {}?", pane.key), pane.entry.to_string());
                self.ask(question, details, OnYes::DropConflict(entry));
            }
            _ => {}
        }
    }

    fn choose(&mut self, choice: Choice) {
        let Some(Overlay::Conflict(pane)) = self.overlays.last_mut() else { return };
        pane.choose(Some(choice));
        pane.go_on();
        self.remember_choices();
    }

    fn remember_choices(&mut self) {
        if let Some(Overlay::Conflict(pane)) = self.overlays.last() {
            self.decisions.insert(pane.entry.clone(), (pane.conflict.clone(), pane.choices.clone()));
        }
    }

    fn send_decided(&mut self) {
        let Some(Overlay::Conflict(pane)) = self.overlays.last() else { return };
        let Some(values) = pane.values() else {
            let words = format!("{} is off: undecided is {}", self.keymap.key(Scope::Conflict, Action::Review), pane.missing());
            return self.say(Grade::Warning, words);
        };
        let entry = pane.entry.to_string();
        let is_theirs =
            |(aspect, value): &&(Aspect, Value)| pane.conflict.merges.iter().any(|merge| merge.aspect == *aspect && merge.theirs == *value);
        let theirs = values.iter().filter(is_theirs).map(|(aspect, _)| aspect.name()).collect();
        let (rid, key) = (pane.rid, pane.key.clone());
        let Some(queued) = self.outbox.iter().find(|queued| queued.entry.id == entry.as_str()) else { return };
        let edit = queued.entry.edit.clone();
        let ticket = self.send(Ask::Plan, Order::PlanDecided { entry: entry.clone(), values: values.clone() });
        self.push(Overlay::Review(Box::new(Review {
            // A case that the list does not know has no row to be read again for.
            rid: rid.unwrap_or(Rid(u32::MAX)),
            key,
            edit,
            origin: Origin::Decided { entry, values, theirs },
            moved: Vec::new(),
            stage: Stage::Planning(ticket),
            scroll: 0,
        })));
    }

    pub(super) fn carry_out_decision(&mut self, entry: String, values: Vec<(Aspect, Value)>) {
        let ticket = self.send(Ask::Settle { entry: entry.clone() }, Order::Settle { entry, how: Settle::Decide(values) });
        if let Some(Overlay::Conflict(pane)) = self.overlays.last_mut() {
            pane.saving = Some(ticket);
        }
    }

    /// A ticket about an entry has closed: the screen of its conflict leaves once the decision is on disk.
    pub(super) fn close_conflict(&mut self, ticket: Ticket, result: &Result<(), Fault>) {
        let at = self.overlays.iter().position(|overlay| matches!(overlay, Overlay::Conflict(pane) if pane.saving == Some(ticket)));
        let Some(at) = at else { return };
        if result.is_ok() {
            if let Overlay::Conflict(pane) = self.overlays.remove(at) {
                self.decisions.remove(&pane.entry);
                self.say(Grade::Info, format!("{}: decided and on disk; the case is read once more before it is sent", pane.key));
            }
        } else if let Some(Overlay::Conflict(pane)) = self.overlays.get_mut(at) {
            pane.saving = None;
        }
    }

    /// An entry has changed: the screen of its conflict follows, and what was decided stays where it still fits.
    pub(super) fn follow_conflict(&mut self) {
        let outbox = &self.outbox;
        self.decisions.retain(|entry, _| outbox.iter().any(|queued| queued.entry.id == *entry && queued.entry.conflict.is_some()));
        let now = self.steady;
        let Some(at) = self.overlays.iter().position(|overlay| matches!(overlay, Overlay::Conflict(_))) else { return };
        let Some(Overlay::Conflict(pane)) = self.overlays.get_mut(at) else { return };
        let queued = self.outbox.iter().find(|queued| queued.entry.id == pane.entry);
        let Some((queued, conflict)) = queued.and_then(|queued| Some((queued, queued.entry.conflict.clone()?))) else {
            let entry = pane.entry.to_string();
            self.overlays.remove(at);
            return self.leave_decided(&entry);
        };
        if conflict == pane.conflict {
            return;
        }
        let entry = pane.entry.to_string();
        let mut fresh = ConflictPane::new(queued, conflict, now);
        for (merge, choices) in fresh.conflict.merges.iter().zip(&mut fresh.choices) {
            let known = pane.conflict.merges.iter().position(|known| known == merge);
            if let Some(known) = known.and_then(|known| pane.choices.get(known)) {
                choices.clone_from(known);
            }
        }
        fresh.editor = pane.editor.take();
        fresh.origin = std::mem::take(&mut pane.origin);
        **pane = fresh;
        self.keys.begin_question();
        self.leave_decided(&entry);
        self.say(Grade::Warning, "the case was changed again meanwhile: look at what is left to decide");
    }

    /// What was about to be sent of a conflict was decided for another one.
    fn leave_decided(&mut self, entry: &str) {
        let is_of = |overlay: &Overlay| matches!(overlay, Overlay::Review(review) if matches!(&review.origin, Origin::Decided { entry: known, .. } if known == entry));
        self.overlays.retain(|overlay| !is_of(overlay));
    }

    /// Gives the entry up; what it wished stays in the form of its case.
    pub(super) fn drop_conflict(&mut self, entry: &str) {
        let Some(queued) = self.outbox.iter().find(|queued| queued.entry.id == entry).cloned() else { return };
        let Some(rid) = queued.rid.filter(|rid| self.case_to_edit(*rid).is_some()) else {
            return self.say_no_form(&queued);
        };
        self.offer_given_up(rid, &queued.entry);
        self.settle_entry(entry.to_owned(), Settle::Drop);
    }

    /// Nothing is given up that no form can keep.
    fn say_no_form(&mut self, queued: &Queued) {
        let words = if let Some(rid) = queued.rid {
            self.read_for_form(rid);
            let drop = self.keymap.key(Scope::Conflict, Action::Drop);
            format!(
                "nothing was dropped: the form that keeps your text is not there before {} is read; then press {drop} again",
                queued.key
            )
        } else {
            let place = self.key(Action::Outbox);
            format!("nothing was dropped: {} is not in the list, so no form can keep your text; {place} drops it without", queued.key)
        };
        self.say(Grade::Warning, words);
    }

    /// The case of a conflict, on the shelf.
    fn read_for_form(&mut self, rid: Rid) {
        let is_asked = self.pending.any(|ask| *ask == Ask::Open(rid));
        if self.case_to_edit(rid).is_none() && !is_asked {
            self.send(Ask::Open(rid), Order::Open { rid });
        }
    }

    /// Keys while an overlap is written anew. Esc takes the text too: nothing that was typed is lost.
    pub(super) fn act_in_rewrite(&mut self, action: Action) {
        let Some(Overlay::Conflict(pane)) = self.overlays.last_mut() else { return };
        match action {
            Action::Review | Action::Leave => {
                let Some(area) = pane.editor.take() else { return };
                let (theirs, mine) = pane.sides().unwrap_or_default();
                let ends = |side: &str| side.ends_with('\n');
                let text = pane.origin.retyped(&text_of(&area));
                let text = if (ends(theirs) || ends(mine)) && !text.is_empty() { format!("{text}\n") } else { text };
                pane.choose(Some(Choice::Text(text)));
                pane.go_on();
                self.remember_choices();
            }
            Action::Discard => pane.editor = None,
            _ => {}
        }
    }

    /// The members of a set as a person knows them: people by their names.
    pub fn member_name(&self, pane: &ConflictPane, aspect: &Aspect, member: &str) -> String {
        if aspect.part != Part::Assignees {
            return Clean::line(member).to_string();
        }
        let queued = self.outbox.iter().find(|queued| queued.entry.id == pane.entry);
        let edit = queued.map(|queued| &queued.entry.edit);
        let wished = edit.into_iter().flat_map(|edit| &edit.changes).filter_map(|change| match change {
            Change::Assign(person) | Change::Unassign(person) => Some(person),
            _ => None,
        });
        let seen = edit.into_iter().flat_map(|edit| &edit.base).flat_map(|seen| &seen.people);
        let shown = pane.rid.and_then(|rid| self.shelf.get(rid)).into_iter().flat_map(|loaded| &loaded.case.row.assignees);
        let directory = edit.and_then(|edit| self.source(edit.case.source)).and_then(|source| source.directory.as_ref());
        let known = directory.into_iter().flat_map(|directory| directory.me.iter().chain(&directory.people));
        let is = |person: &&crate::domain::person::Person| person.id == member || person.email.raw() == member;
        wished
            .chain(seen)
            .chain(shown)
            .chain(known)
            .find(is)
            .map_or_else(|| Clean::line(member).to_string(), |person| person.label().to_owned())
    }
}

#[cfg(test)]
mod tests;
