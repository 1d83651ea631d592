//! The comparison before anything leaves: the case is read again, what a colleague did is merged in, and what overlaps waits
//! for a person.

use std::collections::BTreeSet;
use std::mem::discriminant;

use super::proof;
use crate::domain::aspect::Aspect;
use crate::domain::case::Case;
use crate::domain::change::Change;
use crate::domain::edit::{Call, Edit, OutboxEntry, Plan, PlanLine, Progress};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::journal::Event;
use crate::domain::merge::{Conflict, Outcome};
use crate::sync::merge;
use crate::sync::send::sender::{Left, Sender, Talk};

impl Sender {
    /// Lays what is left of an entry, from call `done` on, over the case as it is now. Ok: its calls are to be sent.
    pub(super) async fn compare(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize, case: Option<Case>) -> Result<(), Left> {
        let case = match case {
            Some(case) => case,
            None => match self.fresh(talk, entry).await {
                Ok(case) => case,
                Err(fault) if fault.is_passing() || fault.kind == FaultKind::Offline => return Err(Left::Unsent(fault)),
                Err(fault) => return Err(self.refuse(entry, fault, done).await),
            },
        };
        let found_at = entry.found_at;
        proof::found(entry, done, &case);
        let (landed, mut left) = divided(entry, done);
        if self.known.saved.borrow().contains(&entry.id) {
            self.follow(&mut left, &case);
        }
        let mut conflict = merge::merge(&left, &case, talk.handle.vendor);
        if entry.holds_shown_text {
            merge::ask_about_shown(&mut conflict);
        }
        if conflict.undecided() > 0 {
            self.name_author(talk, entry, &case, found_at, &mut conflict).await;
            return Err(self.park_in_conflict(entry, conflict, done).await);
        }
        let wish = merge::rewritten(&left, &conflict, &case);
        let unsent = landed.left_out(entry, &wish);
        if wish.changes.is_empty() && landed.calls.is_empty() {
            return Err(self.settle_unsent(entry).await);
        }
        let plan = if wish.changes.is_empty() {
            Plan::default()
        } else {
            match talk.provider.plan(&case, &wish, &talk.handle.directory()) {
                Ok(plan) => plan,
                Err(fault) => return Err(self.refuse(entry, fault, done).await),
            }
        };
        let calls = done + plan.calls.len();
        let progress = if done == 0 { Progress::Queued } else { Progress::Sending { done, calls } };
        let now = landed.with(entry, wish, plan, progress);
        if now != *entry {
            self.replace(entry, now).await?;
        }
        if !unsent.is_empty() {
            self.shared.journal(entry, Event::Unsent, unsent).await;
        }
        Ok(())
    }

    /// All of it was so already: nothing is sent, and nothing of it is called one's own.
    pub(super) async fn settle_unsent(&self, entry: &mut OutboxEntry) -> Left {
        let now = OutboxEntry { progress: Progress::Verified, is_unsent: true, ..entry.clone() };
        if let Err(left) = self.replace(entry, now).await {
            return left;
        }
        self.shared.journal(entry, Event::Unsent, entry.lines.clone()).await;
        self.shared.journal(entry, Event::Verified, entry.lines.clone()).await;
        Left::Settled
    }

    /// Parks the entry with what a person has to decide.
    pub(super) async fn park_in_conflict(&self, entry: &mut OutboxEntry, conflict: Conflict, done: usize) -> Left {
        let fault = Fault::new(FaultKind::Conflict, words(&conflict));
        let now = OutboxEntry { progress: Progress::Parked { fault, done }, conflict: Some(conflict.clone()), ..entry.clone() };
        match self.replace(entry, now).await {
            Ok(()) => {
                self.shared.journal_conflict(entry, &conflict).await;
                Left::Settled
            }
            Err(left) => left,
        }
    }

    /// Parks the entry for what the vendor, or its plan, says about it now.
    async fn refuse(&self, entry: &mut OutboxEntry, fault: Fault, done: usize) -> Left {
        let now = OutboxEntry { progress: Progress::Parked { fault, done }, conflict: None, ..entry.clone() };
        match self.replace(entry, now).await {
            Ok(()) => Left::Settled,
            Err(left) => left,
        }
    }

    /// What this run itself has changed since the person looked is theirs already.
    fn follow(&self, left: &mut Edit, case: &Case) {
        let known = self.known.own.borrow();
        for seen in &mut left.base {
            let of_case = known.iter().filter(|(case, _)| *case == left.case).map(|(_, own)| own);
            merge::follow(seen, case, of_case);
        }
    }
}

/// `m.lee changed the title and the priority too, at 14:29:40 UTC: choose between theirs and yours`.
fn words(conflict: &Conflict) -> String {
    let overlaps = conflict.merges.iter().filter(|merge| matches!(merge.outcome, Outcome::Overlap(_)));
    let names: Vec<String> = overlaps.map(|merge| format!("the {}", merge.aspect.name())).collect();
    let names = match &names[..] {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        names => names.concat(),
    };
    let by = conflict.who();
    let at = conflict.at.map_or_else(String::new, |at| format!(", at {}", at.strftime("%H:%M:%S UTC")));
    format!("{by} changed {names} too{at}: choose between theirs and yours")
}

/// Whether one change is what is left of another.
fn is_of(left: &Change, whole: &Change) -> bool {
    match (left, whole) {
        (Change::Assign(a), Change::Assign(b)) | (Change::Unassign(a), Change::Unassign(b)) => a.is(b),
        _ => discriminant(left) == discriminant(whole) && Aspect::of(left) == Aspect::of(whole),
    }
}

/// The part of an entry that has landed.
struct Landed {
    calls: Vec<Call>,
    /// Places of the changes that these calls made, in order.
    places: Vec<usize>,
}

/// What has landed before call `done`, and the edit that is left.
fn divided(entry: &OutboxEntry, done: usize) -> (Landed, Edit) {
    let calls: Vec<Call> = entry.calls.iter().take(done).cloned().collect();
    let made: BTreeSet<usize> = calls.iter().flat_map(|call| call.makes.iter().copied()).collect();
    let changes = entry.edit.changes.iter().enumerate();
    let left: Vec<Change> = changes.filter(|(place, _)| !made.contains(place)).map(|(_, change)| change.clone()).collect();
    let is_left = |aspect: &Aspect| left.iter().any(|change| Aspect::of(change).as_ref() == Some(aspect));
    let base = entry.edit.base.iter().filter(|seen| is_left(&seen.aspect)).cloned().collect();
    (Landed { calls, places: made.into_iter().collect() }, Edit { case: entry.edit.case.clone(), changes: left, base })
}

impl Landed {
    /// The lines of what has neither landed nor is to be sent: the case shows it already.
    fn left_out(&self, entry: &OutboxEntry, wish: &Edit) -> Vec<PlanLine> {
        let is_left_out =
            |place: usize, change: &Change| !self.places.contains(&place) && !wish.changes.iter().any(|kept| is_of(kept, change));
        let changes = entry.edit.changes.iter().enumerate().filter(|(place, change)| is_left_out(*place, change));
        changes.filter_map(|(place, _)| entry.lines.get(place).cloned()).collect()
    }

    /// The entry with what has landed first, then what is left to be sent.
    fn with(self, entry: &OutboxEntry, wish: Edit, plan: Plan, progress: Progress) -> OutboxEntry {
        let moved = self.places.len();
        let place = |old: &usize| self.places.iter().position(|known| known == old);
        let mut calls = self.calls.clone();
        for call in &mut calls {
            call.makes = call.makes.iter().filter_map(place).collect();
        }
        calls.extend(plan.calls.into_iter().map(|call| Call { makes: call.makes.iter().map(|at| at + moved).collect(), ..call }));
        let mut changes: Vec<Change> = self.places.iter().filter_map(|place| entry.edit.changes.get(*place).cloned()).collect();
        let mut base: Vec<_> = entry.edit.base.clone();
        base.retain(|seen| changes.iter().any(|change| Aspect::of(change).as_ref() == Some(&seen.aspect)));
        base.extend(wish.base.into_iter().filter(|seen| !base.iter().any(|known| known.aspect == seen.aspect)).collect::<Vec<_>>());
        changes.extend(wish.changes);
        let mut lines: Vec<_> = self.places.iter().filter_map(|place| entry.lines.get(*place).cloned()).collect();
        lines.extend(plan.lines);
        OutboxEntry { edit: Edit { case: wish.case, changes, base }, lines, calls, progress, conflict: None, ..entry.clone() }
    }
}
