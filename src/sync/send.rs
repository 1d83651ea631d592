//! Sends the edits of one case, one after the other, and reads each back. Nothing is sent twice unless it is known that
//! the first time did not happen, or a person says so.
//!
//! On disk, `Sending { done }` is written before call number `done` goes out: found at a later start, that call may or may
//! not have happened, and the case is read before anything else.

mod author;
mod back;
mod own;
mod proof;
mod ready;
pub(super) mod sender;

use std::rc::Rc;
use std::time::Duration;

use tokio::time::sleep;

use super::permit;
use super::schedule::wait_s;
use crate::domain::aside::Then;
use crate::domain::case::{Case, CaseId};
use crate::domain::change::Change;
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::journal::Event;
use crate::sync::push::known::Turn;
use crate::sync::send::sender::{Left, Sender, Talk, holds, id_of, made_by};

impl Sender {
    /// Sends until nothing of this case is due. Returns the case, for its place.
    pub(super) async fn run(mut self) -> CaseId {
        let shared = Rc::clone(&self.shared);
        let Ok(handle) = shared.handle(self.case.source) else { return self.case };
        let Ok(provider) = handle.network() else { return self.case };
        let talk = Talk { handle, provider, wall: &shared.wall };
        let mut failures = 0;
        // The entry whose next call surely was not sent by the try before.
        let mut unsent = None;
        while !*self.closing.borrow() {
            let Some(mut entry) = self.next().await else { break };
            let is_clear = unsent.take().is_some_and(|id| id == entry.id);
            self.known.told.borrow_mut().begin(&entry);
            let left = self.attempt(&talk, &mut entry, is_clear).await;
            self.known.told.borrow_mut().end(&entry);
            if entry.progress.needs_person() {
                self.tell_behind().await;
            }
            let fault = match left {
                Left::Settled | Left::Moved => {
                    failures = 0;
                    continue;
                }
                Left::Closing => break,
                Left::Unsent(fault) => {
                    unsent = Some(entry.id.clone());
                    fault
                }
                Left::Later(fault) => fault,
            };
            failures += 1;
            let pause = Duration::from_secs(wait_s(&fault, failures, fastrand::f64()));
            tokio::select! {
                () = sleep(pause) => {}
                () = self.wake.notified() => {}
                () = talk.handle.recovered.notified() => {}
                _ = self.closing.wait_for(|closing| *closing) => {}
            }
        }
        self.case
    }

    /// The first entry of this case that is due.
    async fn next(&self) -> Option<OutboxEntry> {
        let entries = self.shared.disk.outbox_of(self.case.clone()).await.ok()?;
        match self.known.next_of(&entries.iter().collect::<Vec<_>>(), &self.shared.wall) {
            Turn::Due(entry) => Some(entry.clone()),
            Turn::At(_) | Turn::Nothing => None,
        }
    }

    /// What waits behind an entry that has stopped says so, before this process may end.
    async fn tell_behind(&self) {
        let entries = self.shared.disk.outbox_of(self.case.clone()).await.unwrap_or_default();
        self.known.put_behind(&self.shared, &entries.iter().collect::<Vec<_>>()).await;
    }

    /// Takes one entry as far as it goes now, and writes down why it has to wait.
    async fn attempt(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, is_clear: bool) -> Left {
        let left = self.deliver(talk, entry, is_clear).await;
        if let Left::Unsent(fault) | Left::Later(fault) = &left {
            self.delay(entry, matches!(left, Left::Unsent(_)), fault).await;
        }
        left
    }

    /// Takes one entry as far as it goes now.
    async fn deliver(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, is_clear: bool) -> Left {
        let stored = self.stored(talk).await;
        if entry.progress == Progress::Queued {
            entry.found_at = stored.as_ref().and_then(|row| row.updated_at);
        }
        *self.shown.borrow_mut() = stored.as_ref().map(Then::of);
        match self.through(talk, entry, is_clear).await {
            Ok(()) => Left::Settled,
            Err(left) => left,
        }
    }

    async fn through(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, is_clear: bool) -> Result<(), Left> {
        let (mut done, mut case) = match entry.progress.clone() {
            Progress::Queued => (0, None),
            // Behind the last call none is out: another hand has made what was left, and a kill came right after that was found.
            Progress::Sending { done, .. } if is_clear || done >= entry.calls.len() => (done, None),
            Progress::Sending { done, .. } => self.recover(talk, entry, done).await?,
            Progress::Sent => return self.read_back(talk, entry).await,
            Progress::Verified => return Ok(()),
            Progress::Parked { done, .. } | Progress::Unknown { done, .. } => self.again(talk, entry, done).await?,
        };
        // Nothing that a comment adds can collide, but its case may be gone, or not what it was any more.
        let says = entry.edit.changes.iter().any(|change| matches!(change, Change::Comment(_))) && done < entry.calls.len();
        let mut is_compared = !entry.edit.is_guarded() && !entry.holds_shown_text && !says;
        loop {
            // Another workbench may have taken the permission back.
            permit::refresh(&self.shared, talk.handle).await;
            if *self.closing.borrow() || talk.handle.read_only().is_some() {
                return Err(Left::Closing);
            }
            if !is_compared || is_laid_over(entry, done) {
                self.compare(talk, entry, done, case.take()).await?;
                is_compared = true;
            }
            if done >= entry.calls.len() {
                break;
            }
            self.call(talk, entry, done).await?;
            done += 1;
        }
        // Theirs was chosen for all of it.
        entry.is_unsent = entry.calls.is_empty();
        self.put(entry, Progress::Sent).await?;
        self.read_back(talk, entry).await
    }

    /// Sends call number `done`; Ok: it has landed.
    async fn call(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize) -> Result<(), Left> {
        let calls = entry.calls.len();
        // From here on a crash leaves the mark that this call may have happened.
        self.write(entry, Progress::Sending { done, calls }).await.map_err(|left| match left {
            Left::Later(fault) => Left::Unsent(fault),
            left => left,
        })?;
        self.known.out.borrow_mut().insert(entry.id.clone());
        self.shared.step();
        let answer = talk.provider.send(&entry.calls[done]).await;
        self.shared.step();
        self.known.out.borrow_mut().remove(&entry.id);
        let fault = match answer {
            Ok(sent) => {
                self.learn(talk, entry, done, sent).await?;
                self.landed(talk, entry, done).await;
                return Ok(());
            }
            Err(fault) => fault,
        };
        if fault.leaves_write_unknown() {
            // On disk at once; told only when a look at the case does not settle it.
            let unknown = OutboxEntry { progress: Progress::Unknown { fault: fault.clone(), done }, delayed_by: None, ..entry.clone() };
            self.keep(entry, unknown).await?;
            self.shared.journal_failed(entry, done, &fault, true).await;
            if let Ok(true) = self.has_landed(talk, entry, done).await {
                self.landed(talk, entry, done).await;
                return Ok(());
            }
            // Absent or unreadable: it may still arrive, so only a person may send it again.
            self.tell(entry).await;
            return Err(Left::Settled);
        }
        if fault.is_passing() || fault.kind == FaultKind::Offline {
            return Err(Left::Unsent(fault));
        }
        if done > 0 {
            // What has landed is shown at once; should it not be readable now, the next opening shows it.
            self.look_back(talk, entry, done).await?;
        }
        self.put(entry, Progress::Parked { fault: fault.clone(), done }).await?;
        self.shared.journal_failed(entry, done, &fault, false).await;
        Err(Left::Settled)
    }

    /// Writes down why it has to wait. Should the disk refuse that, only the words are missing: a mark that a call may be
    /// out makes the next try look at the case first.
    async fn delay(&self, entry: &mut OutboxEntry, is_unsent: bool, fault: &Fault) {
        let progress = match entry.progress {
            Progress::Sending { done: 0, .. } if is_unsent => Progress::Queued,
            _ => entry.progress.clone(),
        };
        let now = OutboxEntry { progress, delayed_by: Some(fault.clone()), ..entry.clone() };
        if now != *entry && matches!(self.record(entry, now).await, Err(Left::Later(_))) {
            tracing::warn!(%fault, "an edit waits, and why could not be written down");
        }
    }

    /// A call was out when an earlier process ended: where to go on, and the case as it was read for that.
    async fn recover(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize) -> Result<(usize, Option<Case>), Left> {
        let case = match self.fresh(talk, entry).await {
            Ok(case) => case,
            Err(fault) => return Err(self.stop_unless_passing(entry, fault, done).await),
        };
        self.catch_up(talk, entry, &case).await;
        if self.shows(talk, entry, done, &case).await.map_err(Left::Later)? {
            self.landed(talk, entry, done).await;
            return Ok((done + 1, Some(case)));
        }
        let says = made_by(entry, done).any(|change| matches!(change, Change::Comment(_)));
        // A comment adds, so it is never sent again unasked. What was compared once is compared again.
        if !says && (entry.edit.is_guarded() || is_as_before(talk, entry, done, &case)) {
            return Ok((done, Some(case)));
        }
        let fault = Fault::new(FaultKind::NotVerified, "caseload ended while this was being sent, and the case does not show it");
        self.put(entry, Progress::Parked { fault, done }).await?;
        Err(Left::Settled)
    }

    /// A person wants it tried again: reads the case, then goes on behind what it shows.
    async fn again(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize) -> Result<(usize, Option<Case>), Left> {
        let case = match self.fresh(talk, entry).await {
            Ok(case) => case,
            Err(fault) => {
                let left = self.stop_unless_passing(entry, fault, done).await;
                if matches!(left, Left::Settled) {
                    self.known.retry.borrow_mut().remove(&entry.id);
                }
                return Err(left);
            }
        };
        // Every call was answered, but the case does not show it: begin at the first that is missing.
        let restarts = done >= entry.calls.len();
        if restarts {
            self.forget_comments(talk, entry, &case).await?;
        }
        let from = if restarts { 0 } else { done };
        let is_refused = is_refused(entry);
        let mut next = from;
        // What is compared finds by itself what is missing of what was sent.
        let looks_on = restarts && !entry.edit.is_guarded();
        while next < entry.calls.len()
            && ((next == from && !restarts && !is_refused) || looks_on)
            && self.shows(talk, entry, next, &case).await.map_err(Left::Later)?
        {
            if !restarts {
                self.landed(talk, entry, next).await;
            }
            next += 1;
        }
        // What the case shows is surely not of the call that is tried again.
        if !restarts && (is_refused || next == from) {
            proof::found(entry, from, &case);
        }
        let is_theirs = is_refused && !restarts && self.shows(talk, entry, from, &case).await.map_err(Left::Later)?;
        self.known.retry.borrow_mut().remove(&entry.id);
        if is_theirs {
            self.leave_out(entry, from).await?;
        }
        Ok((next, Some(case)))
    }

    /// Takes out call number `done`, which was refused: another hand has made what it was to make.
    async fn leave_out(&self, entry: &mut OutboxEntry, done: usize) -> Result<(), Left> {
        if entry.calls.len() == 1 {
            return Err(self.settle_unsent(entry).await);
        }
        let mut places = entry.calls[done].makes.clone();
        places.sort_unstable();
        let unsent = places.iter().filter_map(|place| entry.lines.get(*place).cloned()).collect();
        let mut now = entry.clone();
        places.iter().rev().for_each(|place| now.forget(*place));
        self.replace(entry, now).await?;
        self.shared.journal(entry, Event::Unsent, unsent).await;
        Ok(())
    }

    /// Takes out the comments that are there: they are not made again with what is missing beside them.
    async fn forget_comments(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, case: &Case) -> Result<(), Left> {
        let mut now = entry.clone();
        for place in (0..entry.edit.changes.len()).rev() {
            let change = &entry.edit.changes[place];
            let is_there = async || match id_of(entry, change) {
                Some(_) => Ok(true),
                None => holds(talk, entry, change, case).await,
            };
            if matches!(change, Change::Comment(_)) && is_there().await.map_err(Left::Later)? {
                now.forget(place);
            }
        }
        if now == *entry { Ok(()) } else { self.replace(entry, now).await }
    }

    /// Why nothing more is done now. A call that may have happened is in doubt until the case can be read.
    async fn stop_unless_passing(&self, entry: &mut OutboxEntry, fault: Fault, done: usize) -> Left {
        if fault.is_passing() {
            return Left::Later(fault);
        }
        let is_in_doubt = done < entry.calls.len() && !is_refused(entry);
        let progress = if is_in_doubt { Progress::Unknown { fault, done } } else { Progress::Parked { fault, done } };
        match self.put(entry, progress).await {
            Ok(()) => Left::Settled,
            Err(left) => left,
        }
    }

    /// Whether the vendor shows what call number `done` was to make.
    async fn has_landed(&self, talk: &Talk<'_>, entry: &OutboxEntry, done: usize) -> Result<bool, Fault> {
        let case = self.fresh(talk, entry).await?;
        self.shows(talk, entry, done, &case).await
    }
}

/// A call that sends a whole map, worked out from the case: laid over a reading that is older than one round trip, it would
/// undo what a colleague did meanwhile.
fn is_laid_over(entry: &OutboxEntry, done: usize) -> bool {
    done > 0
        && entry.edit.is_guarded()
        && done < entry.calls.len()
        && made_by(entry, done).any(|change| matches!(change, Change::Attribute { .. }))
}

/// It has stopped, and the call that is next surely did not happen.
fn is_refused(entry: &OutboxEntry) -> bool {
    matches!(&entry.progress, Progress::Parked { fault, .. } if fault.kind != FaultKind::NotVerified)
}

/// Whether the case still shows, for all that a call makes, what the person saw before. Never for a comment, which adds.
fn is_as_before(talk: &Talk<'_>, entry: &OutboxEntry, done: usize, case: &Case) -> bool {
    if made_by(entry, done).any(|change| matches!(change, Change::Comment(_))) {
        return false;
    }
    let Ok(plan) = talk.provider.plan(case, &entry.edit, &talk.handle.directory()) else { return false };
    let same = |place: &usize| plan.lines.get(*place).zip(entry.lines.get(*place)).is_some_and(|(now, then)| now.old == then.old);
    entry.calls[done].makes.iter().all(same)
}
