//! What was typed and not sent: on disk within a second of the last keystroke, offered again where it was typed.

pub mod acts;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::case::CaseId;
use crate::domain::decided::Decided;
use crate::domain::draft::{Beside, Draft};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::fault::Fault;
use crate::protocol::Order;
use crate::tui::io::effect::Effect;

/// What leads to text whose case is gone, too.
const PRINTS: &str = "`caseload outbox list` prints it";

/// From the first keystroke that is not on disk to the order that puts it there: half of the second that is promised,
/// the other half is the disk's.
const KEEP_AFTER: SignedDuration = SignedDuration::from_millis(400);
/// A disk that refused is asked again after this.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// How long the way out waits for the disk.
const LEAVE_LIMIT: SignedDuration = SignedDuration::from_secs(2);
/// Drafts held in memory. One more, and the one that came first is left to the disk, which offers it at the next start.
const MAX_KEPT: usize = 512;

/// Drafts by case, and how far each is on its way to the disk.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    drafts: BTreeMap<CaseId, Waiting>,
    /// What waits on disk for sources that this run does not have.
    pub(in crate::tui) elsewhere: Vec<Elsewhere>,
    /// Cases of which there is a draft that is not this run's own.
    beside: BTreeMap<CaseId, Beside>,
    /// The case whose order is open: one at a time, so that a later text never arrives before an earlier one.
    open: Option<CaseId>,
    retry_at: Option<Timestamp>,
    /// Why the disk did not take the last one.
    fault: Option<Fault>,
    leaving: Option<Leaving>,
}

#[derive(Clone, Debug)]
struct Waiting {
    /// None: it is to be forgotten.
    draft: Option<Draft>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Newer than what the disk was told.
    Unwritten,
    Writing,
    Written,
}

/// What follows once everything typed is on disk.
#[derive(Clone, Debug)]
struct Leaving {
    then: Effect,
    /// A signal ends the program whether or not the disk answers.
    is_forced: bool,
    until: Timestamp,
}

impl Kept {
    /// What was typed in the form of a case.
    pub fn get(&self, case: &CaseId) -> Option<&Draft> {
        self.drafts.get(case)?.draft.as_ref().filter(|draft| !draft.values.is_empty())
    }

    /// What was typed for a case, wherever.
    pub fn typed(&self, case: &CaseId) -> Option<&Draft> {
        self.drafts.get(case)?.draft.as_ref().filter(|draft| draft.has_text())
    }

    /// What was decided of the conflict of an entry of this case, and is not settled.
    pub fn decided(&self, case: &CaseId, entry: &str) -> Option<&Decided> {
        self.drafts.get(case)?.draft.as_ref()?.decided.iter().find(|decided| decided.entry == entry)
    }

    /// The same by its entry, with its case.
    pub(in crate::tui) fn decided_of(&self, entry: &str) -> Option<(CaseId, Decided)> {
        let mut found = self.drafts.keys().filter_map(|case| Some((case.clone(), self.decided(case, entry)?.clone())));
        found.next()
    }

    /// How far the draft of a case is; None: there is none.
    pub fn stage(&self, case: &CaseId) -> Option<Stage> {
        self.drafts.get(case).filter(|waiting| waiting.draft.is_some()).map(|waiting| waiting.stage)
    }

    /// Cases with something typed and not sent.
    pub fn cases(&self) -> impl Iterator<Item = &CaseId> {
        self.drafts.iter().filter(|(_, waiting)| waiting.draft.as_ref().is_some_and(Draft::has_text)).map(|(case, _)| case)
    }

    pub fn len(&self) -> usize {
        self.cases().count()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Why what was typed is not on disk; None: the disk took everything that it was given.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// What shall be on disk for a case from now on.
    fn want(&mut self, case: &CaseId, draft: Option<Draft>) {
        let known = self.drafts.get(case).and_then(|waiting| waiting.draft.as_ref());
        let is_same = match (known, &draft) {
            (None, None) => true,
            (Some(known), Some(draft)) => known.values == draft.values && known.base == draft.base && known.decided == draft.decided,
            _ => false,
        };
        if is_same {
            return;
        }
        if self.drafts.len() >= MAX_KEPT && !self.drafts.contains_key(case) {
            let first = self.drafts.iter().filter(|(_, waiting)| waiting.stage == Stage::Written);
            let oldest = first.min_by_key(|(_, waiting)| waiting.draft.as_ref().map(|draft| draft.saved_at)).map(|(case, _)| case.clone());
            if let Some(oldest) = oldest {
                self.drafts.remove(&oldest);
            }
        }
        self.drafts.insert(case.clone(), Waiting { draft, stage: Stage::Unwritten });
    }

    pub(in crate::tui) fn is_behind(&self) -> bool {
        self.drafts.values().any(|waiting| waiting.stage != Stage::Written)
    }

    /// The next order for the disk; its case counts as being written.
    fn next_order(&mut self) -> Option<(CaseId, Order)> {
        if self.open.is_some() {
            return None;
        }
        let (case, waiting) = self.drafts.iter_mut().find(|(_, waiting)| waiting.stage == Stage::Unwritten)?;
        waiting.stage = Stage::Writing;
        self.open = Some(case.clone());
        let order = waiting.draft.clone().map_or_else(|| Order::DropDraft(case.clone()), Order::KeepDraft);
        Some((case.clone(), order))
    }

    fn acknowledged(&mut self, case: &CaseId) {
        self.open = None;
        self.fault = None;
        self.retry_at = None;
        let Some(waiting) = self.drafts.get_mut(case).filter(|waiting| waiting.stage == Stage::Writing) else { return };
        waiting.stage = Stage::Written;
        if waiting.draft.is_none() {
            self.drafts.remove(case);
        }
    }

    fn refused(&mut self, case: &CaseId, fault: Fault, now: Timestamp) {
        self.open = None;
        self.fault = Some(fault);
        self.retry_at = now.checked_add(RETRY_AFTER).ok();
        if let Some(waiting) = self.drafts.get_mut(case).filter(|waiting| waiting.stage == Stage::Writing) {
            waiting.stage = Stage::Unwritten;
        }
    }
}
