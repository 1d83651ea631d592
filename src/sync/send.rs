//! Sends the edits of one case, one after the other, and reads each back. Nothing is sent twice unless it is known that
//! the first time did not happen, or a person says so.
//!
//! On disk, `Sending { done }` is written before call number `done` goes out: found at a later start, that call may or may
//! not have happened, and the case is read before anything else.

use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use super::push::Known;
use super::schedule::wait_s;
use super::worker::{Seat, Shared};
use crate::domain::case::{Case, CaseId};
use crate::domain::edit::{Change, OutboxEntry, Progress};
use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::{From, Report};
use crate::providers::Provider;

/// How often a case is read back before its edit counts as not shown; vendors may need a moment.
const READ_BACKS: u32 = 3;
/// Pause before the second reading; doubles.
const READ_BACK_PAUSE: Duration = Duration::from_millis(400);

pub(super) struct Sender {
    pub shared: Rc<Shared>,
    pub known: Rc<Known>,
    pub case: CaseId,
    /// A person wants it now.
    pub wake: Rc<Notify>,
    pub closing: watch::Receiver<bool>,
}

/// Why an entry is left for now.
enum Left {
    /// Verified, parked or unknown: the next entry's turn.
    Settled,
    /// Nothing is lost: later. The call that is next was surely not sent.
    Unsent(Fault),
    /// Reading or writing down failed: later, with a look at the case first where a call may have happened.
    Later(Fault),
    Closing,
}

/// A case and what is needed to talk about it.
struct Talk<'a> {
    seat: &'a Seat,
    provider: &'a Provider,
}

impl Sender {
    /// Sends until nothing of this case is due. Returns the case, for its place.
    pub(super) async fn run(mut self) -> CaseId {
        let shared = Rc::clone(&self.shared);
        let Ok(seat) = shared.seat(self.case.source) else { return self.case };
        let Ok(provider) = seat.network() else { return self.case };
        let talk = Talk { seat, provider };
        let mut failures = 0;
        // The entry whose next call surely was not sent by the try before.
        let mut unsent = None;
        while !*self.closing.borrow() {
            let Some(mut entry) = self.next().await else { break };
            let is_clear = unsent.take().is_some_and(|id| id == entry.id);
            let fault = match self.deliver(&talk, &mut entry, is_clear).await {
                Left::Settled => {
                    failures = 0;
                    continue;
                }
                Left::Closing => break,
                Left::Unsent(fault) => {
                    unsent = Some(entry.id);
                    fault
                }
                Left::Later(fault) => fault,
            };
            failures += 1;
            let pause = Duration::from_secs(wait_s(&fault, failures, fastrand::f64()));
            tokio::select! {
                () = sleep(pause) => {}
                () = self.wake.notified() => {}
                _ = self.closing.wait_for(|closing| *closing) => {}
            }
        }
        self.case
    }

    /// The first entry of this case that is due.
    async fn next(&self) -> Option<OutboxEntry> {
        let entries = self.shared.disk.outbox().await.ok()?;
        entries.into_iter().find(|entry| entry.edit.case == self.case && self.known.is_due(entry))
    }

    /// Takes one entry as far as it goes now.
    async fn deliver(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, is_clear: bool) -> Left {
        let begun = match entry.progress.clone() {
            Progress::Queued => Ok(Some(0)),
            Progress::Sending { done, .. } if is_clear => Ok(Some(done)),
            Progress::Sending { done, .. } => self.recover(talk, entry, done).await,
            Progress::Sent => Ok(Some(entry.calls.len())),
            Progress::Verified => return Left::Settled,
            Progress::Parked { done, .. } | Progress::Unknown { done, .. } => self.again(talk, entry, done).await,
        };
        let from = match begun {
            Ok(Some(from)) => from,
            Ok(None) => return Left::Settled,
            Err(fault) => return Left::Later(fault),
        };
        for done in from..entry.calls.len() {
            if *self.closing.borrow() {
                return Left::Closing;
            }
            if let Err(left) = self.call(talk, entry, done).await {
                return left;
            }
        }
        if let Err(fault) = self.write(entry, Progress::Sent).await {
            return Left::Later(fault);
        }
        self.read_back(talk, entry).await
    }

    /// Sends call number `done`; Ok: it has landed.
    async fn call(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize) -> Result<(), Left> {
        let calls = entry.calls.len();
        // From here on a crash leaves the mark that this call may have happened.
        self.write(entry, Progress::Sending { done, calls }).await.map_err(Left::Unsent)?;
        self.known.out.borrow_mut().insert(entry.id.clone());
        let answer = talk.provider.send(&entry.calls[done]).await;
        self.known.out.borrow_mut().remove(&entry.id);
        let Err(fault) = answer else { return Ok(()) };
        if fault.leaves_write_unknown() {
            self.write(entry, Progress::Unknown { fault: fault.clone(), done }).await.map_err(Left::Later)?;
            return match self.has_landed(talk, entry, done).await {
                Ok(true) => Ok(()),
                // Absent or unreadable: it may still arrive, so only a person may send it again.
                Ok(false) | Err(_) => Err(Left::Settled),
            };
        }
        if fault.is_passing() || fault.kind == FaultKind::Offline {
            if done == 0 {
                self.write(entry, Progress::Queued).await.map_err(Left::Later)?;
            }
            return Err(Left::Unsent(fault));
        }
        self.write(entry, Progress::Parked { fault, done }).await.map_err(Left::Later)?;
        Err(Left::Settled)
    }

    /// A call was out when an earlier process ended: where to go on. None: it waits for a person.
    async fn recover(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize) -> Result<Option<usize>, Fault> {
        let case = match self.fresh(talk, entry).await {
            Ok(case) => case,
            Err(fault) => return self.park_unless_passing(entry, fault, done).await,
        };
        if self.shows(talk, entry, done, &case).await? {
            return Ok(Some(done + 1));
        }
        if is_as_before(talk, entry, done, &case) {
            return Ok(Some(done));
        }
        let fault = Fault::new(FaultKind::NotVerified, "caseload ended while this was being sent, and the case does not show it");
        self.write(entry, Progress::Parked { fault, done }).await?;
        Ok(None)
    }

    /// A person wants it tried again: reads the case, then goes on behind what it shows.
    async fn again(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize) -> Result<Option<usize>, Fault> {
        let case = match self.fresh(talk, entry).await {
            Ok(case) => case,
            Err(fault) => {
                let left = self.park_unless_passing(entry, fault, done).await;
                if left.is_ok() {
                    self.known.retry.borrow_mut().remove(&entry.id);
                }
                return left;
            }
        };
        // Every call was answered, but the case does not show it: begin at the first that is missing.
        let from = if done < entry.calls.len() { done } else { 0 };
        let mut next = from;
        while next < entry.calls.len() && (next == from || done >= entry.calls.len()) && self.shows(talk, entry, next, &case).await? {
            next += 1;
        }
        self.known.retry.borrow_mut().remove(&entry.id);
        Ok(Some(next))
    }

    async fn park_unless_passing(&self, entry: &mut OutboxEntry, fault: Fault, done: usize) -> Result<Option<usize>, Fault> {
        if fault.is_passing() {
            return Err(fault);
        }
        self.write(entry, Progress::Parked { fault, done }).await?;
        Ok(None)
    }

    /// Whether the vendor shows what call number `done` was to make.
    async fn has_landed(&self, talk: &Talk<'_>, entry: &OutboxEntry, done: usize) -> Result<bool, Fault> {
        let case = self.fresh(talk, entry).await?;
        self.shows(talk, entry, done, &case).await
    }

    async fn shows(&self, talk: &Talk<'_>, entry: &OutboxEntry, done: usize, case: &Case) -> Result<bool, Fault> {
        for change in made_by(entry, done) {
            if !holds(talk, entry, change, case).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Every call was answered with success: now the case itself has to show it.
    async fn read_back(&self, talk: &Talk<'_>, entry: &mut OutboxEntry) -> Left {
        let mut pause = READ_BACK_PAUSE;
        for reading in 1..=READ_BACKS {
            let missing = match self.missing(talk, entry).await {
                Ok(missing) => missing,
                Err(fault) if fault.is_passing() => return Left::Later(fault),
                Err(fault) => Some(fault),
            };
            let Some(fault) = missing else {
                return self.write(entry, Progress::Verified).await.map_or_else(Left::Later, |()| Left::Settled);
            };
            if reading == READ_BACKS || fault.kind != FaultKind::NotVerified {
                let done = entry.calls.len();
                return self.write(entry, Progress::Parked { fault, done }).await.map_or_else(Left::Later, |()| Left::Settled);
            }
            sleep(pause).await;
            pause *= 2;
        }
        Left::Settled
    }

    /// What a fresh reading of the case does not show; None: all is there.
    async fn missing(&self, talk: &Talk<'_>, entry: &OutboxEntry) -> Result<Option<Fault>, Fault> {
        let case = self.fresh(talk, entry).await?;
        for change in &entry.edit.changes {
            if !holds(talk, entry, change, &case).await? {
                let words = format!("the vendor accepted it, but the case does not show the new {}", change.part().name());
                return Ok(Some(Fault::new(FaultKind::NotVerified, words)));
            }
        }
        Ok(None)
    }

    /// Reads the case from its vendor, keeps it, tells it.
    async fn fresh(&self, talk: &Talk<'_>, entry: &OutboxEntry) -> Result<Case, Fault> {
        let fetched = talk.provider.case(&entry.edit.case.id).await?;
        let read_at = Timestamp::now();
        let case = talk.seat.decode(&fetched.raw, read_at)?;
        let rid = self.shared.keep(&case, read_at).await?;
        self.shared.report(Report::Case { rid, case: case.clone().into(), read_at, from: From::Network }).await;
        Ok(case)
    }

    /// Writes the progress down, synced, then tells it.
    async fn write(&self, entry: &mut OutboxEntry, progress: Progress) -> Result<(), Fault> {
        let now = OutboxEntry { progress, ..entry.clone() };
        self.shared.disk.outbox_set(now.clone()).await?;
        *entry = now;
        self.shared.report(Report::Outbox(Box::new(entry.clone()))).await;
        Ok(())
    }
}

/// The wishes that call number `done` makes.
fn made_by(entry: &OutboxEntry, done: usize) -> impl Iterator<Item = &Change> {
    entry.calls[done].makes.iter().filter_map(|place| entry.edit.changes.get(*place))
}

/// Whether the vendor shows a wish: on the case, or for a comment in its timeline.
async fn holds(talk: &Talk<'_>, entry: &OutboxEntry, change: &Change, case: &Case) -> Result<bool, Fault> {
    match (change.holds(case), change) {
        (Some(holds), _) => Ok(holds),
        (None, Change::Comment(text)) => talk.provider.find_comment(&entry.edit.case.id, text, entry.saved_at).await,
        (None, _) => Ok(false),
    }
}

/// Whether the case still shows, for all that a call makes, what the person saw before. Never for a comment, which adds.
fn is_as_before(talk: &Talk<'_>, entry: &OutboxEntry, done: usize, case: &Case) -> bool {
    if made_by(entry, done).any(|change| matches!(change, Change::Comment(_))) {
        return false;
    }
    let Ok(plan) = talk.provider.plan(case, &entry.edit, &talk.seat.directory()) else { return false };
    let same = |place: &usize| plan.lines.get(*place).zip(entry.lines.get(*place)).is_some_and(|(now, then)| now.old == then.old);
    entry.calls[done].makes.iter().all(same)
}
