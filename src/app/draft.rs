//! What was typed and not sent: on disk within a second of the last keystroke, offered again where it was typed.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::notice::{Cause, Grade};
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::domain::case::{CaseId, Rid};
use crate::domain::count::count;
use crate::domain::decided::Decided;
use crate::domain::draft::{Beside, Draft};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::fault::Fault;
use crate::protocol::Order;

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
    pub(super) elsewhere: Vec<Elsewhere>,
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
    pub(super) fn decided_of(&self, entry: &str) -> Option<(CaseId, Decided)> {
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

    pub(super) fn is_behind(&self) -> bool {
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

impl App {
    /// When something typed has to go to the disk, or the way out has waited long enough.
    pub(super) fn keep_at(&self) -> Option<Timestamp> {
        let typed = self.typed_at().and_then(|typed_at| typed_at.checked_add(KEEP_AFTER).ok());
        [typed, self.kept.retry_at, self.kept.leaving.as_ref().map(|leaving| leaving.until)].into_iter().flatten().min()
    }

    /// Since when something typed has not been handed over.
    fn typed_at(&self) -> Option<Timestamp> {
        let of = |overlay: &Overlay| match overlay {
            Overlay::Form(form) => form.typed_at,
            Overlay::Conflict(pane) => pane.typed_at,
            _ => None,
        };
        self.overlays.iter().filter_map(of).chain(self.left.typed_at).min()
    }

    /// Takes what was typed off its box when its time has come, hands it to the disk with what else is to be there, and leaves
    /// once all is.
    pub(super) fn keep_drafts(&mut self) {
        let due = self.typed_at().and_then(|typed_at| typed_at.checked_add(KEEP_AFTER).ok());
        if due.is_some_and(|due| due <= self.steady) {
            self.collect_draft();
        }
        if self.kept.retry_at.is_none_or(|at| at <= self.steady)
            && let Some((case, order)) = self.kept.next_order()
        {
            self.kept.retry_at = None;
            self.send(Ask::Draft(case), order);
        }
        self.keep_backlogs();
        self.leave_when_kept();
    }

    /// What the open form holds, what is written in an open conflict, and what stands in an open box, as of now.
    pub(super) fn collect_draft(&mut self) {
        let now = self.now;
        let (mut drafts, mut decided) = (Vec::new(), Vec::new());
        for overlay in &mut self.overlays {
            match overlay {
                Overlay::Form(form) if form.typed_at.is_some() => {
                    form.typed_at = None;
                    drafts.push((form.base.row.id.clone(), form.draft(now)));
                }
                Overlay::Conflict(pane) if pane.typed_at.is_some() => {
                    pane.typed_at = None;
                    decided.push((pane.case.clone(), pane.decided()));
                }
                _ => {}
            }
        }
        for (case, draft) in drafts {
            self.keep_draft(&case, draft);
        }
        self.collect_box();
        for (case, decided) in decided {
            self.keep_decided(&case, decided);
        }
    }

    /// What shall be offered in the form of a case; None: nothing any more.
    pub(super) fn keep_draft(&mut self, case: &CaseId, draft: Option<Draft>) {
        let draft = draft.map(|draft| self.landed.lead(draft));
        self.change_draft(case, |known| {
            let decided = std::mem::take(&mut known.decided);
            *known = Draft { decided, ..draft.unwrap_or_else(|| Draft::new(known.case.clone(), known.saved_at)) };
        });
    }

    /// What shall be offered in the conflict of an entry.
    pub(super) fn keep_decided(&mut self, case: &CaseId, decided: Decided) {
        let now = self.now;
        self.change_draft(case, |known| {
            if known.values.is_empty() {
                known.saved_at = now;
            }
            let at = known.decided.iter().position(|known| known.entry == decided.entry);
            match (at, decided.is_empty()) {
                (Some(at), true) => drop(known.decided.remove(at)),
                (Some(at), false) => known.decided[at] = decided,
                (None, true) => {}
                (None, false) => known.decided.push(decided),
            }
        });
    }

    /// What was typed in a conflict that has gone is offered in the form of its case.
    pub(super) fn lay_in_decided(&mut self, case: &CaseId) {
        let is_open = |entry: &str| self.outbox.iter().any(|queued| queued.entry.id == entry && queued.entry.conflict.is_some());
        let decided = self.kept.typed(case).map_or(&[][..], |draft| &draft.decided);
        let gone: Vec<_> = decided.iter().map(|decided| decided.entry.clone()).filter(|entry| !is_open(entry)).collect();
        for entry in gone {
            self.change_draft(case, |draft| draft.lay_in(&entry));
        }
    }

    /// The conflict of an entry is given up: what was typed in it goes to the form of its case.
    pub(super) fn lay_in_entry(&mut self, case: &CaseId, entry: &str) {
        self.change_draft(case, |draft| draft.lay_in(entry));
    }

    /// What was typed for something that does not overlap any more goes there, too.
    pub(super) fn lay_in_left(&mut self, case: &CaseId, left: Option<Decided>) {
        let Some(left) = left else { return };
        self.change_draft(case, |draft| {
            let entry = left.entry.clone();
            draft.decided.push(left);
            draft.lay_in(&entry);
        });
    }

    fn change_draft(&mut self, case: &CaseId, change: impl FnOnce(&mut Draft)) {
        let known = self.kept.drafts.get(case).and_then(|waiting| waiting.draft.clone());
        let mut draft = known.unwrap_or_else(|| Draft::new(case.clone(), self.now));
        change(&mut draft);
        self.kept.want(case, (!draft.is_empty()).then_some(draft));
        self.dirty = true;
    }

    /// A draft that was on disk at the start. What was typed since then is newer.
    pub(super) fn meet_draft(&mut self, draft: Draft) {
        if !self.kept.drafts.contains_key(&draft.case) {
            let of_marks = draft.case.is_of_marks().then(|| draft.marked_words());
            let asks = draft.asks().map(str::to_owned);
            let has_text = draft.has_text();
            self.kept.drafts.insert(draft.case.clone(), Waiting { draft: Some(draft), stage: Stage::Written });
            if !has_text {
                return;
            }
            let words = match self.kept.cases().filter(|case| !case.is_of_marks()).count() {
                _ if let Some((cases, asks)) = of_marks.as_ref().zip(asks) => {
                    format!("what you typed for {cases} was not sent: the same box ({asks}) offers it again there; {PRINTS}")
                }
                _ if let Some(cases) = of_marks => {
                    let (mark, comment) = (self.key(Action::Mark), self.key(Action::Comment));
                    let cases = if cases.is_empty() { "marked cases".into() } else { cases };
                    format!("a comment that you typed on {cases} was not sent: mark the same ones ({mark}), {comment} offers it again")
                }
                // Its case may be gone: its row is not known yet.
                1 => format!("text that you typed earlier waits for its case: {} there offers it again; {PRINTS}", self.key(Action::Edit)),
                many => {
                    let (cases, edit) = (count(many, "case"), self.key(Action::Edit));
                    format!("text that you typed earlier waits for {cases}: {edit} there offers it again; {PRINTS}")
                }
            };
            self.say(Grade::Info, words);
        }
    }

    pub(super) fn miss_drafts(&mut self, fault: &Fault) {
        let words = "what you typed earlier stays on disk and is not offered";
        self.say(Grade::Error, format!("{words}: {}; `caseload outbox list` shows it, start again once that is mended", fault.message));
    }

    /// Drafts that are not this run's own, as they stand now; told at once where such a case is being written on.
    pub(super) fn meet_beside(&mut self, beside: BTreeMap<CaseId, Beside>) {
        let before = std::mem::replace(&mut self.kept.beside, beside);
        let Some(case) = self.form().map(|form| form.base.row.id.clone()) else { return };
        if self.kept.beside.get(&case) != before.get(&case) {
            self.tell_beside(&case);
        }
    }

    /// Says where else something was typed for a case, if so.
    pub(super) fn tell_beside(&mut self, case: &CaseId) {
        let Some(how) = self.kept.beside.get(case).copied() else { return };
        let Some(key) = self.form().map(|form| form.base.row.key.to_string()) else { return };
        self.say(
            Grade::Info,
            match how {
                Beside::Held => {
                    format!("{key}: another caseload has unsent text for it; send or discard it there, it stays apart from yours")
                }
                Beside::Left => {
                    format!("{key}: other unsent text for it is on disk; `caseload outbox list` prints it, a later start offers it again")
                }
            },
        );
    }

    pub(super) fn close_draft(&mut self, case: &CaseId, result: Result<(), Fault>) {
        self.dirty = true;
        match result {
            Ok(()) => {
                self.kept.acknowledged(case);
                self.notices.put_away(&Cause::Drafts);
            }
            Err(fault) => {
                let is_news = self.kept.fault.as_ref().is_none_or(|known| known.kind != fault.kind);
                let words = format!("what you typed is NOT on disk yet: {}; {}", fault.message, fault.next_step());
                self.kept.refused(case, fault, self.steady);
                if is_news {
                    self.say(Grade::Error, words);
                    self.notices.tie_newest(Cause::Drafts);
                }
            }
        }
    }

    /// Does something that ends or stops the program, once everything typed is on disk.
    pub(super) fn once_kept(&mut self, then: Effect, is_forced: bool) {
        self.collect_draft();
        let until = self.steady.checked_add(LEAVE_LIMIT).unwrap_or(self.steady);
        self.kept.leaving = Some(Leaving { then, is_forced, until });
        self.leave_when_kept();
    }

    fn leave_when_kept(&mut self) {
        let Some(leaving) = &self.kept.leaving else { return };
        let is_kept = !self.kept.is_behind();
        let gave_up = leaving.until <= self.steady || self.kept.fault.is_some();
        if is_kept || (gave_up && leaving.is_forced) {
            if let Some(leaving) = self.kept.leaving.take() {
                self.effects.push(leaving.then);
            }
        } else if gave_up {
            self.kept.leaving = None;
            let quit = self.key(Action::Quit);
            self.say(
                Grade::Error,
                format!("stayed here: the disk does not take what you typed; copy it, or press {quit} once more to lose it"),
            );
            self.notices.tie_newest(Cause::Drafts);
        }
    }

    /// Whether a comment that was typed for what is marked waits to be sent.
    pub fn has_draft_of_marks(&self) -> bool {
        self.drafts_of_marks().next().is_some() && self.draft_of_cases(&self.cases_of(&self.marked_rids())).is_some()
    }

    /// The comments that were typed for marked cases and not sent, in the order in which they were begun.
    pub(super) fn drafts_of_marks(&self) -> impl Iterator<Item = &Draft> {
        self.drafts_of_sets().filter(|draft| draft.asks().is_none())
    }

    /// The same, with what was typed into boxes of one line.
    pub(super) fn drafts_of_sets(&self) -> impl Iterator<Item = &Draft> {
        let of_sets = self.kept.drafts.iter().filter(|(case, _)| case.is_of_marks());
        of_sets.filter_map(|(_, waiting)| waiting.draft.as_ref())
    }

    /// The comment that was typed for these very cases. Of what it was typed for, only what is gone since may be missing.
    pub(super) fn draft_of_cases(&self, cases: &[(CaseId, String)]) -> Option<&Draft> {
        let is_among = |all: &[(CaseId, String)], case: &CaseId| all.binary_search_by(|(known, _)| known.cmp(case)).is_ok();
        let is_for = |draft: &&Draft| {
            let mut others = draft.marked.iter().filter(|(case, _)| !is_among(cases, case));
            cases.iter().all(|(case, _)| is_among(&draft.marked, case)) && others.all(|(case, _)| self.is_gone(case))
        };
        // A caseload from before kept no cases beside it.
        let of_any = || self.drafts_of_marks().find(|draft| draft.marked.is_empty());
        self.drafts_of_marks().find(is_for).filter(|_| !cases.is_empty()).or_else(of_any)
    }

    /// The identities of cases and what they are called, sorted.
    pub(super) fn cases_of(&self, rids: &[Rid]) -> Vec<(CaseId, String)> {
        let case = |rid: &Rid| self.list.row(*rid).map(|row| (CaseId { source: row.source, id: row.id.into() }, row.key.to_owned()));
        let mut cases: Vec<_> = rids.iter().filter_map(case).collect();
        cases.sort();
        cases
    }

    /// What stands for cases that are marked together, among the drafts.
    pub(super) fn new_of_marks(&self) -> CaseId {
        let mut number = self.now.as_microsecond();
        while self.kept.drafts.contains_key(&CaseId::of_marks(number)) {
            number += 1;
        }
        CaseId::of_marks(number)
    }

    /// What was typed for the case in sight, which is gone.
    pub(super) fn draft_of_gone(&self) -> Option<&Draft> {
        let rid = self.case_in_sight().filter(|rid| self.list.is_gone(*rid))?;
        let row = self.list.row(rid)?;
        self.kept.typed(&CaseId { source: row.source, id: row.id.into() })
    }

    /// The keys that would offer text again copy it where its case is gone: no form leads anywhere there. False: it is not so.
    pub(super) fn hand_back(&mut self, action: Action) -> bool {
        if self.has_marks() || !matches!(action, Action::Edit | Action::EditWhole | Action::Comment) {
            return false;
        }
        let Some(text) = self.draft_of_gone().map(Draft::text) else { return false };
        let row = self.case_in_sight().and_then(|rid| self.list.row(rid));
        let key = row.map_or_else(String::new, |row| row.key.to_owned());
        let what = format!("what you typed for {key}, which is no longer there; `caseload outbox list` prints it too");
        self.effects.push(Effect::Copy { text, what });
        true
    }

    /// Cases are gone for which text was typed: where it is now. Before their rows go.
    pub(super) fn tell_lost_drafts(&mut self, rids: &[Rid]) {
        let lost = rids.iter().filter(|rid| self.has_draft(**rid)).filter_map(|rid| self.list.row(*rid));
        let keys: Vec<String> = lost.map(|row| row.key.to_owned()).collect();
        for key in keys {
            self.say(Grade::Warning, format!("{key} is no longer there; what you typed for it is kept: `caseload outbox list` prints it"));
        }
    }

    /// Whether text that was typed for a row waits to be sent.
    pub fn has_draft(&self, rid: Rid) -> bool {
        let row = if self.kept.drafts.is_empty() { None } else { self.list.row(rid) };
        row.is_some_and(|row| self.kept.typed(&CaseId { source: row.source, id: row.id.into() }).is_some())
    }
}

#[cfg(test)]
mod tests;
