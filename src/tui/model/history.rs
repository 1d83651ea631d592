//! My own changes of this sitting: taking the last one back, making it again, and saying why not.
//!
//! A change that still waits is dropped before it leaves, and what was typed is offered again. One that is at the vendor
//! is taken back by another edit, which goes through the review like any other.

pub mod acts;
pub mod gone;
pub mod keys;
pub mod kinds;
pub mod together;

use std::collections::VecDeque;

use compact_str::CompactString;
use jiff::Timestamp;

use crate::domain::aspect::Stay;
use crate::domain::case::Rid;
use crate::domain::edit::{Edit, OutboxEntry};
use crate::domain::inverse;
pub use crate::tui::model::history::kinds::Together;
use crate::tui::model::history::kinds::Undone;
use crate::tui::model::outbox::Queued;
use crate::tui::screens::review::{Origin, is_typed};

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
    pub(in crate::tui) fn push(&mut self, own: Own) {
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

    pub(in crate::tui) fn last(&self) -> Option<Last> {
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
    pub(in crate::tui) fn knows(&self, id: &CompactString) -> bool {
        let done = self.done.iter().chain(&self.leaving).filter_map(|own| own.entry.as_ref());
        let back = self.undone.iter().filter_map(|own| own.by.as_ref()?.1.as_ref());
        done.chain(back).any(|known| known == id)
    }

    /// An edit is on disk.
    pub(in crate::tui) fn saved(&mut self, rid: Rid, key: String, edit: Edit, origin: &Origin) {
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
    pub(in crate::tui) fn is_decision(&self, entry: &CompactString) -> bool {
        self.done.iter().any(|own| own.entry.as_ref() == Some(entry) && own.is_decision)
    }

    /// An entry that was not known before: one of mine gets its name.
    pub(in crate::tui) fn meet(&mut self, entry: &OutboxEntry) {
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
    pub(in crate::tui) fn meet_all(&mut self, outbox: &[Queued]) {
        for queued in outbox.iter().rev() {
            if queued.entry.batch.is_none() && !self.knows(&queued.entry.id) {
                self.meet(&queued.entry);
            }
        }
    }

    /// How an entry went out: after a merge it is not what was wished, and that is what would be taken back. What nobody
    /// had to send is somebody else's doing.
    pub(in crate::tui) fn went(&mut self, entry: &OutboxEntry) {
        if let Some(own) = self.done.iter_mut().find(|own| own.entry.as_ref() == Some(&entry.id)) {
            own.edit.clone_from(&entry.edit);
            own.fixed = inverse::stays(&entry.calls);
            own.unsent = entry.unsent();
        }
    }

    /// Something new was done: what was taken back before it is not made again.
    pub(in crate::tui) fn forget_undone(&mut self) {
        self.undone.clear();
        self.undone_together.clear();
    }

    /// What came after every single change.
    pub(in crate::tui) fn last_together(&self) -> Option<&Together> {
        self.together.last().filter(|(_, before)| *before >= self.done.len()).map(|(what, _)| what)
    }

    /// One that was done is remembered no more: what was done together after it keeps its place among the others.
    pub(in crate::tui) fn take_done(&mut self, at: usize) -> Option<Own> {
        let own = self.done.remove(at);
        for (_, before) in self.together.iter_mut().filter(|(_, before)| *before > at) {
            *before -= 1;
        }
        own
    }
}

/// Begun seconds until a moment; 0: it has come.
pub fn seconds_until(at: Timestamp, now: Timestamp) -> i64 {
    let left_ms = (at.as_millisecond() - now.as_millisecond()).max(0);
    (left_ms + SECOND_MS - 1) / SECOND_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::change::Change;
    use crate::domain::sample;
    use crate::tui::screens::bulk::Course;

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
