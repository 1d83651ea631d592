//! Reading back: every call was answered with success, and the case itself has to show it.

use std::time::Duration;

use tokio::time::sleep;

use super::proof;
use crate::domain::baseline::After;
use crate::domain::case::{Case, Row};
use crate::domain::change::Change;
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::journal::Event;
use crate::domain::merge::Conflict;
use crate::sync::merge;
use crate::sync::send::sender::{Left, Sender, Talk, holds, id_of};

/// How often a case is read back before its edit counts as not shown; vendors may need a moment.
const READ_BACKS: u32 = 3;
/// Pause before the second reading; doubles.
const READ_BACK_PAUSE: Duration = Duration::from_millis(400);

/// Why a case that was read back is not as it was wished.
enum Missing {
    NotShown(Fault),
    /// The vendor's answer is proof of it, but it cannot be read.
    Unread(Fault),
    /// It cannot be read any more.
    Gone(Fault),
    /// Somebody has changed it since.
    Overwritten(Conflict),
}

impl Sender {
    /// Every call was answered with success: now the case itself has to show it.
    pub(super) async fn read_back(&self, talk: &Talk<'_>, entry: &mut OutboxEntry) -> Result<(), Left> {
        let mut pause = READ_BACK_PAUSE;
        let done = entry.calls.len();
        for reading in 1..=READ_BACKS {
            let missing = match self.missing(talk, entry).await {
                Ok(missing) => missing,
                Err(fault) if fault.is_passing() => return Err(Left::Later(fault)),
                Err(fault) => Some(Missing::Gone(fault)),
            };
            match missing {
                None => {
                    self.put(entry, Progress::Verified).await?;
                    self.shared.journal(entry, Event::Verified, entry.lines.clone()).await;
                    return Ok(());
                }
                Some(Missing::Overwritten(conflict)) => return Err(self.park_in_conflict(entry, conflict, done).await),
                Some(Missing::NotShown(fault)) if reading == READ_BACKS => return self.put(entry, Progress::Parked { fault, done }).await,
                Some(Missing::Unread(fault)) if reading == READ_BACKS => return self.settle_unread(entry, fault).await,
                Some(Missing::Gone(fault)) if proof::is_proven(entry) => return self.settle_unread(entry, fault).await,
                Some(Missing::Gone(fault)) => return self.put(entry, Progress::Parked { fault, done }).await,
                Some(Missing::NotShown(_) | Missing::Unread(_)) => {}
            }
            sleep(pause).await;
            pause *= 2;
        }
        Ok(())
    }

    /// The row of the case as it is on disk.
    pub(super) async fn stored(&self, talk: &Talk<'_>) -> Option<Row> {
        let row = async {
            let rid = self.shared.disk.rid(self.case.clone()).await.ok()??;
            let (raw, read_at, _) = self.shared.disk.raw(rid).await.ok()??;
            Some(talk.handle.decode(&raw, read_at).ok()?.row)
        };
        row.await
    }

    /// What a fresh reading of the case does not show; None: all is there.
    async fn missing(&self, talk: &Talk<'_>, entry: &OutboxEntry) -> Result<Option<Missing>, Fault> {
        let (case, read_at) = self.read(talk, entry).await?;
        let missing = self.judge(talk, entry, &case).await;
        if matches!(missing, Ok(None)) {
            self.respelled(talk, entry, &case).await;
        }
        if let Ok(None | Some(Missing::Unread(_))) = missing {
            self.own(talk, entry, &entry.edit, After::Read(&case)).await;
        }
        self.keep_case(&case, read_at).await;
        missing
    }

    async fn judge(&self, talk: &Talk<'_>, entry: &OutboxEntry, case: &Case) -> Result<Option<Missing>, Fault> {
        // Where it is known what was there before, somebody else's hand can be told from a slow vendor.
        let landed = if entry.edit.is_guarded() { merge::landed(&entry.edit, case, talk.handle.vendor) } else { None };
        if let Some(mut conflict) = landed.clone().filter(|conflict| conflict.undecided() > 0) {
            self.name_author(talk, entry, case, entry.found_at, &mut conflict).await;
            return Ok(Some(Missing::Overwritten(conflict)));
        }
        let mut unread = None;
        for change in &entry.edit.changes {
            let is_known = landed.is_some() && !matches!(change, Change::Comment(_));
            if is_known {
                continue;
            }
            let holds = holds(talk, entry, change, case).await;
            if let Some(id) = id_of(entry, change) {
                let absent =
                    || Fault::new(FaultKind::NotVerified, format!("its answer names it {id}, and the timeline does not show it yet"));
                unread = unread.or(holds.map_or_else(Some, |holds| (!holds).then(absent)));
            } else if !holds? {
                let words = format!("the vendor accepted it, but the case does not show the new {}", change.part().name());
                return Ok(Some(Missing::NotShown(Fault::new(FaultKind::NotVerified, words))));
            }
        }
        Ok(unread.map(Missing::Unread))
    }
}
