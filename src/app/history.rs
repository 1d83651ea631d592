//! My own changes of this sitting: taking the last one back, making it again, and saying why not.
//!
//! A change that still waits is dropped before it leaves, and what was typed is offered again. One that is at the vendor
//! is taken back by another edit, which goes through the review like any other.

mod gone;
mod together;

use std::collections::VecDeque;

use compact_str::CompactString;
use jiff::Timestamp;

use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::batch::Sent;
use crate::app::notice::Grade;
use crate::app::outbox::Queued;
use crate::app::overlay::{OnYes, Overlay};
use crate::app::pending::Ask;
use crate::app::review::{Origin, Review};
use crate::domain::aspect::{Aspect, Stay, Value};
use crate::domain::case::Rid;
use crate::domain::count::count;
use crate::domain::edit::{Change, Edit, OutboxEntry, Part, Progress};
use crate::domain::inverse::{self, Inverse};
use crate::domain::person::Person;
use crate::protocol::{From, Order, Settle};

pub use together::Together;
use together::Undone;

/// Own changes remembered; a sitting rarely goes back further than a few.
const MAX_OWN: usize = 100;
const SECOND_MS: i64 = 1_000;

/// A change that was committed in this sitting.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    rid: Rid,
    key: String,
    /// As the person wished it: what is told, and made again on other cases.
    wish: Edit,
    /// As it went out, which is less where the case was so already: what is taken back.
    edit: Edit,
    /// What of it its vendor takes no old value back for.
    fixed: Vec<Stay>,
    /// Why nothing of it was sent, so that nothing of it is taken back.
    unsent: Option<&'static str>,
    /// Its outbox entry; None: not reported yet.
    entry: Option<CompactString>,
    /// The entry that takes it back.
    by: Option<(Edit, Option<CompactString>)>,
    /// It was at the vendor when it was taken back, so what cannot be restored is still there.
    was_landed: bool,
    /// It decided its case in a triage run.
    is_decision: bool,
    /// Its texts are the person's own, not those of a key or a macro.
    is_typed: bool,
}

#[derive(Clone, Debug, Default)]
pub struct History {
    /// Latest last.
    done: VecDeque<Own>,
    /// Being dropped before they leave.
    leaving: Vec<Own>,
    /// Taken back, latest last.
    undone: Vec<Own>,
    /// Refused entries that are being dropped because a form has sent their wishes anew.
    replaced: Vec<CompactString>,
    /// What was done to several cases in one go, latest last, each with the number of single changes before it.
    together: Vec<(Together, usize)>,
    /// Of that what was taken back, latest last, each with the number of single changes taken back before it.
    undone_together: Vec<(Undone, usize)>,
    /// Bulk changes that were saved in this sitting, by their ids, latest last, each with whether the person typed any of it.
    batches: Vec<(CompactString, bool)>,
}

/// What was done last, alone or together.
#[derive(Clone, Debug, PartialEq)]
pub enum Last {
    Own(Box<Own>),
    Together(Together),
}

impl History {
    fn push(&mut self, own: Own) {
        if self.done.len() == MAX_OWN {
            self.done.pop_front();
            for (_, before) in &mut self.together {
                *before = before.saturating_sub(1);
            }
        }
        self.done.push_back(own);
    }

    fn push_undone(&mut self, own: Own) {
        if self.undone.len() == MAX_OWN {
            self.undone.remove(0);
            for (_, before) in &mut self.undone_together {
                *before = before.saturating_sub(1);
            }
        }
        self.undone.push(own);
    }

    fn last(&self) -> Option<Last> {
        match self.last_together() {
            Some(together) => Some(Last::Together(together.clone())),
            None => self.done.back().map(|own| Last::Own(Box::new(own.clone()))),
        }
    }

    /// What was done last is left as it is: the next one is the one before it that was sent.
    fn pass_over(&mut self, last: &Last) {
        match last {
            Last::Own(_) => drop(self.done.pop_back()),
            Last::Together(_) => drop(self.together.pop()),
        }
        while matches!(self.last(), Some(Last::Own(own)) if own.unsent.is_some()) {
            self.done.pop_back();
        }
    }

    /// Whether an entry was made in this sitting, be it to take another back.
    pub(super) fn knows(&self, id: &CompactString) -> bool {
        let done = self.done.iter().chain(&self.leaving).filter_map(|own| own.entry.as_ref());
        let back = self.undone.iter().filter_map(|own| own.by.as_ref()?.1.as_ref());
        done.chain(back).any(|known| known == id)
    }

    /// An edit is on disk.
    pub(super) fn saved(&mut self, rid: Rid, key: String, edit: Edit, origin: &Origin) {
        let is_decision = matches!(origin, Origin::Decision { .. });
        // What is done again word for word was typed if it was the first time.
        let was_written_by_a_key = |known: &Own| {
            !known.is_typed && edit.changes.iter().filter(|change| is_typed(change)).all(|change| known.edit.changes.contains(change))
        };
        let is_repeated = *origin == Origin::Wish && self.done.iter().any(was_written_by_a_key);
        let is_typed = !matches!(origin, Origin::Decision { is_typed: false }) && !is_repeated;
        let wish = edit.clone();
        let fixed = Vec::new();
        let own = Own { rid, key, wish, edit, fixed, unsent: None, entry: None, by: None, was_landed: false, is_decision, is_typed };
        match origin {
            Origin::Wish | Origin::Decision { .. } => {
                self.forget_undone();
                self.push(own);
            }
            Origin::Undo { entry, .. } => {
                if let Some(at) = self.done.iter().position(|known| known.entry.as_ref() == Some(entry))
                    && let Some(back) = self.take_done(at)
                {
                    self.push_undone(Own { by: Some((own.edit, None)), was_landed: true, ..back });
                }
            }
            // Its entry was saved when it was wished.
            Origin::Decided { .. } => {}
            Origin::Redo { .. } => {
                let is_typed = self.undone.pop().is_none_or(|undone| undone.is_typed);
                self.push(Own { is_typed, ..own });
            }
        }
    }

    /// Whether this entry decided a case of a triage run.
    pub(super) fn is_decision(&self, entry: &CompactString) -> bool {
        self.done.iter().any(|own| own.entry.as_ref() == Some(entry) && own.is_decision)
    }

    /// An entry that was not known before: one of mine gets its name.
    pub(super) fn meet(&mut self, entry: &OutboxEntry) {
        let name = |slot: &mut Option<CompactString>| *slot = Some(entry.id.clone());
        // What was seen may have moved on already, with an edit of mine that has landed.
        let is = |edit: &Edit| edit.case == entry.edit.case && edit.changes == entry.edit.changes;
        if let Some(own) = self.done.iter_mut().rev().find(|own| own.entry.is_none() && is(&own.edit)) {
            return name(&mut own.entry);
        }
        let by = self.undone.iter_mut().rev().filter_map(|own| own.by.as_mut());
        if let Some((_, slot)) = by.into_iter().find(|(edit, slot)| slot.is_none() && is(edit)) {
            name(slot);
        }
    }

    /// Entries are told before the order that saved them is done: one that was just saved gets its name now.
    pub(super) fn meet_all(&mut self, outbox: &[Queued]) {
        for queued in outbox.iter().rev() {
            if queued.entry.batch.is_none() && !self.knows(&queued.entry.id) {
                self.meet(&queued.entry);
            }
        }
    }

    /// How an entry went out: after a merge it is not what was wished, and that is what would be taken back. What nobody
    /// had to send is somebody else's doing.
    pub(super) fn went(&mut self, entry: &OutboxEntry) {
        if let Some(own) = self.done.iter_mut().find(|own| own.entry.as_ref() == Some(&entry.id)) {
            own.edit.clone_from(&entry.edit);
            own.fixed = inverse::stays(&entry.calls);
            own.unsent = entry.unsent();
        }
    }
}

impl App {
    /// The last change of this sitting, for making it again on another case.
    pub(super) fn last_wish(&self) -> Option<&Edit> {
        self.history.done.back().map(|own| &own.wish)
    }

    /// Whether `u` and `U` have something to act on.
    pub fn can_undo(&self) -> bool {
        !self.history.done.is_empty() || !self.history.together.is_empty() || self.decided_before().is_some()
    }

    pub fn can_redo(&self) -> bool {
        !self.history.undone.is_empty() || !self.history.undone_together.is_empty()
    }

    /// Why `u` has nothing to act on; an edit that counts down may be another caseload's, on the same data directory.
    pub(super) fn nothing_to_undo(&self) -> String {
        let is_other = |queued: &&Queued| {
            let entry = &queued.entry;
            entry.progress == Progress::Queued && entry.batch.is_none() && !self.history.knows(&entry.id)
        };
        let others = self.outbox.iter().find(is_other);
        let drops = self.keymap.key(Scope::Batch, Action::Drop);
        let bulk = || self.batches.iter().find(|sent| sent.next_to_leave(self.steady).is_some());
        let of_bulk = |sent: &Sent| {
            let place = self.key(Action::Batch);
            format!("{}: this bulk change is not of this sitting; {place} shows it, {drops} gives up the rest there", sent.batch.words)
        };
        others.map_or_else(
            || bulk().map_or_else(|| self.sent_before().unwrap_or_else(|| self.nothing_left()), of_bulk),
            |queued| {
                let drops = self.keymap.key(Scope::Outbox, Action::Drop);
                format!("{}: this edit is not of this sitting; {} lists it, {drops} drops it there", queued.key, self.key(Action::Outbox))
            },
        )
    }

    fn nothing_left(&self) -> String {
        let left = "no change of this sitting is left to take back";
        if self.can_redo() { format!("{left}; {} makes the last one again", self.key(Action::Redo)) } else { left.to_owned() }
    }

    /// Whether `u` takes back what counts down now, or one of it: it was done last.
    pub fn takes_back_waiting(&self) -> bool {
        match self.history.last() {
            Some(Last::Own(own)) => self.entry(own.entry.as_ref()).is_some_and(|queued| queued.counts_down(self.steady)),
            Some(Last::Together(Together::Batch(id))) => self.batch(&id).is_some_and(|sent| sent.next_to_leave(self.steady).is_some()),
            Some(Last::Together(_)) | None => false,
        }
    }

    fn entry(&self, id: Option<&CompactString>) -> Option<&Queued> {
        self.outbox.iter().find(|queued| Some(&queued.entry.id) == id)
    }

    pub(super) fn undo(&mut self) {
        // Otherwise the change before it would be taken back in its place.
        if self.pending.any(|ask| matches!(ask, Ask::Submit(_) | Ask::SubmitBulk | Ask::Decide)) {
            return self.undo_in_a_moment();
        }
        let before = self.decided_before();
        self.history.take_up(before);
        if self.undo_together() {
            return;
        }
        let Some(own) = self.history.done.back().cloned() else { return };
        let Some(id) = own.entry.clone() else {
            return self.undo_in_a_moment();
        };
        if let Some(why) = own.unsent {
            return self.offer_the_one_before(&format!("{}: nothing was sent, {why}", self.wished(&own)));
        }
        match self.entry(Some(&id)).map(|queued| queued.entry.progress.clone()) {
            Some(Progress::Queued) => {
                self.history.done.pop_back();
                if own.is_decision {
                    self.undecide(&own.edit.case);
                }
                self.history.leaving.push(own);
                self.settle_entry(id.to_string(), Settle::TakeBack);
            }
            Some(Progress::Parked { done, .. } | Progress::Unknown { done, .. }) => {
                let key = |action| self.keymap.key(Scope::Outbox, action);
                let (place, back, drop) = (self.key(Action::Outbox), key(Action::RollBack), key(Action::Drop));
                let back = if done > 0 { format!("{back} rolls back what has landed, ") } else { String::new() };
                let words = format!("{}: your last change is stopped; {place} shows it: {back}{drop} drops it", own.key);
                self.say(Grade::Info, words);
            }
            Some(_) => {
                let undo = self.key(Action::Undo);
                self.say(Grade::Info, format!("{}: your last change is being sent; {undo} takes it back once it is read back", own.key));
            }
            None => self.undo_landed(&own, id),
        }
    }

    fn undo_in_a_moment(&mut self) {
        let undo = self.key(Action::Undo);
        self.say(Grade::Info, format!("your last change is just being written to disk; press {undo} again in a moment"));
    }

    /// Takes back what is at the vendor, by another edit.
    fn undo_landed(&mut self, own: &Own, entry: CompactString) {
        let Inverse { edit: mut back, stays } = match own.edit.inverse_without(&own.fixed) {
            Ok(back) => back,
            Err(why) => return self.offer_the_one_before(&format!("{}: {why}", self.wished(own))),
        };
        if let Some((case, _)) = self.case_to_edit(own.rid) {
            // Where a vendor holds several assignees, nobody was replaced, and whoever is there still needs no call.
            let is_there = |person: &Person| case.row.assignees.iter().any(|known| known.is(person));
            back.changes.retain(|change| !matches!(change, Change::Assign(person) if is_there(person)));
        }
        self.start_review_of(own.rid, back, Origin::Undo { entry, stays });
    }

    /// Whether the review would take back what is as it was before, as far as is known: then the case is read first.
    pub(super) fn has_idle_undo(&self, rid: Rid) -> bool {
        let Some((case, _)) = self.case_to_edit(rid) else { return false };
        let is_idle = |review: &Review| {
            let is_undo = review.rid == rid && matches!(review.origin, Origin::Undo { .. }) && !review.is_saving();
            is_undo && review.edit.changes.iter().all(|change| change.holds(&case) == Some(true))
        };
        matches!(self.overlays.last(), Some(Overlay::Review(review)) if is_idle(review))
    }

    /// The vendor has just said that somebody took it back already.
    pub(super) fn leave_idle_undo(&mut self, rid: Rid, from: From) {
        if from == From::Network
            && self.has_idle_undo(rid)
            && let Some(own) = self.history.done.back().cloned()
        {
            self.pop();
            self.offer_the_one_before(&format!("{}: it is taken back already, nothing is sent", self.wished(&own)));
        }
    }

    /// The last change cannot be taken back. Another one is taken back only when the person says so.
    pub(super) fn offer_the_one_before(&mut self, why: &str) {
        let Some(last) = self.history.last() else { return };
        match self.one_before() {
            None => self.say(Grade::Warning, format!("{why}; there is no change before it in this sitting")),
            Some(words) => {
                let details = vec![format!("Not your last one, {why}."), format!("The one before it: {words}.")];
                self.ask("Take back the change before it instead?".into(), details, OnYes::UndoBefore(last));
            }
        }
    }

    /// The change before the last one, in words.
    fn one_before(&self) -> Option<String> {
        let mut before = self.history.clone();
        before.pass_over(&before.last()?);
        match before.last()? {
            Last::Together(Together::Batch(id)) => Some(
                self.batch(&id)
                    .map_or_else(|| "a bulk change".into(), |sent| format!("{}: {}", count(sent.batch.of, "case"), sent.batch.words)),
            ),
            Last::Together(Together::Asides(asides)) => {
                let kind = if asides.len() == 1 { "a pin or snooze" } else { "pins or snoozes" };
                Some(format!("{kind} of {}", count(asides.len(), "case")))
            }
            Last::Together(Together::Left { key, .. }) => Some(format!("{key} left as it is")),
            Last::Own(own) => Some(self.wished(&own)),
        }
    }

    /// `#7 status -> Done`.
    fn wished(&self, own: &Own) -> String {
        format!("{} {}", own.key, self.wishes(&own.wish, &own.wish.changes))
    }

    /// The person has agreed to leave this one and to take back the one before it.
    pub(super) fn undo_before(&mut self, last: &Last) {
        if self.history.last().as_ref() == Some(last) {
            self.history.pass_over(last);
            self.undo();
        }
    }

    pub(super) fn redo(&mut self) {
        if self.redo_together() {
            return;
        }
        let Some(own) = self.history.undone.last().cloned() else { return };
        let by = own.by.and_then(|(_, by)| by);
        match self.entry(by.as_ref()).map(|queued| queued.entry.progress.clone()) {
            Some(Progress::Queued) => {
                if let Some(by) = by {
                    self.settle_entry(by.to_string(), Settle::TakeBack);
                }
            }
            Some(_) => {
                let place = self.key(Action::Outbox);
                self.say(Grade::Info, format!("{}: taking it back is not through yet; {place} shows how far it is", own.key));
            }
            None => {
                // What nothing took back is there still.
                let edit = if own.was_landed { own.edit.restorable(&own.fixed) } else { own.edit };
                let Some((case, _)) = self.case_to_edit(own.rid) else {
                    let redo = self.key(Action::Redo);
                    self.say(Grade::Info, format!("{} has to be read again first: open it, then press {redo}", own.key));
                    return;
                };
                self.start_review_of(own.rid, Edit::new(&case, edit.changes), Origin::Redo { undoes: by });
            }
        }
    }

    /// What was offered again has gone out after all: its draft holds only the rest.
    pub(super) fn forget_offered(&mut self, edit: &Edit) {
        let Some(mut draft) = self.kept.get(&edit.case).cloned() else { return };
        let base = &draft.base;
        let is_out = |(aspect, value): &&(Aspect, Value)| match value {
            Value::Text(text) if aspect.part == Part::Comment => edit.changes.contains(&Change::Comment(text.clone())),
            // The field of all attributes is none of a case.
            _ if aspect.part == Part::Attributes => false,
            _ => base.iter().any(|seen| seen.aspect == *aspect && seen.value.after(edit.about(aspect)) == *value),
        };
        // A list is kept as its line and as its values.
        let out: Vec<Aspect> = draft.values.iter().filter(is_out).map(|(aspect, _)| aspect.clone()).collect();
        draft.values.retain(|(aspect, _)| !out.contains(aspect));
        let draft = (!draft.values.is_empty()).then_some(draft);
        self.keep_draft(&edit.case, draft);
    }

    /// What a person decides about an entry.
    pub(super) fn settle_entry(&mut self, entry: String, how: Settle) {
        self.send(Ask::Settle { entry: entry.clone() }, Order::Settle { entry, how });
    }

    /// Entries whose send delay runs, soonest first.
    fn counting(&self) -> impl Iterator<Item = Timestamp> {
        self.outbox.iter().filter(|queued| queued.counts_down(self.steady)).filter_map(|queued| queued.leaves_at)
    }

    /// How many edits wait for their send delay, and the seconds until the next one leaves; None offline, where none leaves.
    pub fn countdown(&self) -> Option<(usize, i64)> {
        let batches: usize = self.batches_leave_at().map(|(count, _)| count).sum();
        Some((self.counting().count() + batches, seconds_until(self.leaving().min()?, self.steady)))
    }

    fn leaving(&self) -> impl Iterator<Item = Timestamp> {
        self.counting().chain(self.batches_leave_at().map(|(_, at)| at)).filter(|_| !self.is_offline())
    }

    /// The case of the edit that leaves next.
    pub fn counting_key(&self) -> &str {
        self.next_to_leave().map_or("", |queued| queued.key.as_str())
    }

    /// The edit that leaves next, alone or as the first of a bulk change.
    fn next_to_leave(&self) -> Option<&Queued> {
        let of_batches = self.batches.iter().filter_map(|sent| sent.next_to_leave(self.steady));
        let alone = self.outbox.iter().filter(|queued| queued.counts_down(self.steady));
        alone.chain(of_batches).min_by_key(|queued| queued.leaves_at)
    }

    /// When the countdown shows another second.
    pub(super) fn countdown_at(&self) -> Option<Timestamp> {
        let next = |at: Timestamp| {
            let left_ms = at.as_millisecond() - self.steady.as_millisecond();
            Timestamp::from_millisecond(self.steady.as_millisecond() + (left_ms - 1).rem_euclid(SECOND_MS) + 1).ok()
        };
        self.leaving().filter_map(next).min()
    }

    /// Whether another second is shown at `now` than at `then`.
    pub(super) fn counted_down(&self, then: Timestamp, now: Timestamp) -> bool {
        self.outbox
            .iter()
            .filter_map(|queued| queued.leaves_at)
            .chain(self.batches.iter().filter_map(|sent| sent.rows.first()?.leaves_at))
            .any(|at| then < at && seconds_until(at, then) != seconds_until(at, now))
    }
}

/// Letters went into it, rather than a choice.
pub(super) fn is_typed(change: &Change) -> bool {
    matches!(
        change,
        Change::Title(_)
            | Change::Description(_)
            | Change::Comment(_)
            | Change::Field { .. }
            | Change::Attribute { .. }
            | Change::AddTags(_)
    )
}

/// Begun seconds until a moment; 0: it has come.
pub fn seconds_until(at: Timestamp, now: Timestamp) -> i64 {
    let left_ms = (at.as_millisecond() - now.as_millisecond()).max(0);
    (left_ms + SECOND_MS - 1) / SECOND_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::bulk::Course;
    use crate::domain::case::Vendor;
    use crate::domain::sample;

    fn edit(n: u32) -> Edit {
        Edit::new(&sample::case(Vendor::Tines, n), vec![Change::Title(format!("title {n}"))])
    }

    #[test]
    fn a_flood_of_changes_keeps_the_latest_hundred_both_ways() {
        let mut history = History::default();
        let many = u32::try_from(MAX_OWN).unwrap() * 10;
        for n in 0..many {
            history.saved(Rid(n), n.to_string(), edit(n), &Origin::Wish);
            let entry = OutboxEntry::queued(n.to_string().as_str(), edit(n), crate::domain::edit::Plan::default(), Timestamp::UNIX_EPOCH);
            history.meet(&entry);
            history.saved_batch(format!("batch {n}").as_str().into(), Course::Wish, &[], true);
            assert!(history.done.len() <= MAX_OWN && history.together.len() <= MAX_OWN);
        }
        assert_eq!(history.done.back().map(|own| own.rid), Some(Rid(many - 1)), "the latest is taken back first");
        // Taken back one after the other, each before it left, and a new one made for each.
        for n in (0..many).rev() {
            history.dropped(&n.to_string());
            history.push(Own {
                rid: Rid(n),
                key: String::new(),
                wish: edit(n),
                edit: edit(n),
                fixed: Vec::new(),
                unsent: None,
                entry: Some(n.to_string().as_str().into()),
                by: None,
                was_landed: false,
                is_decision: false,
                is_typed: true,
            });
            history.dropped(&n.to_string());
            assert!(history.undone.len() <= MAX_OWN && history.done.len() <= MAX_OWN && history.leaving.is_empty());
        }
        assert_eq!(history.undone.len(), MAX_OWN);
    }
}
