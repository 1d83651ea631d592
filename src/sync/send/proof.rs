//! What the vendor's own answers prove: the id of a comment that it has made, a case that shows the change. What is proved is
//! done, also where it cannot be read back.

use compact_str::CompactString;

use super::{Left, Sender, Talk, made_by};
use crate::domain::edit::{Change, OutboxEntry, Progress, Proof};
use crate::domain::fault::Fault;
use crate::domain::journal::Event;
use crate::providers::Sent;

impl Sender {
    /// Writes down what the answer to call number `done` proves.
    pub(super) async fn learn(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize, sent: Sent) -> Result<(), Left> {
        let case = sent.case.and_then(|raw| talk.seat.decode(&raw, self.shared.wall.now()).ok());
        let proofs = made_by(entry, done).filter_map(|change| {
            let id = match (change, &sent.made, &case) {
                (Change::Comment(_), Some(id), _) => id.clone(),
                (_, _, Some(case)) if change.holds(case) == Some(true) => CompactString::default(),
                _ => return None,
            };
            Some(Proof { change: change.clone(), id })
        });
        let proofs: Vec<Proof> = proofs.collect();
        let mut now = entry.clone();
        now.proofs.extend(proofs);
        if now == *entry { Ok(()) } else { self.keep(entry, now).await }
    }

    /// Every call was answered and proves what it was to do; only reading it back came to nothing.
    pub(super) async fn settle_unread(&self, entry: &mut OutboxEntry, fault: Fault) -> Result<(), Left> {
        let words = fault.message.to_string();
        let now = OutboxEntry { progress: Progress::Verified, unread: Some(fault), delayed_by: None, ..entry.clone() };
        self.record(entry, now).await?;
        self.shared.journal(entry, Event::Answered { fault: words }, entry.lines.clone()).await;
        Ok(())
    }
}

/// Whether the answers prove the whole edit.
pub(super) fn is_proven(entry: &OutboxEntry) -> bool {
    entry.edit.changes.iter().all(|change| entry.proofs.iter().any(|proof| proof.change == *change))
}

/// The id that the vendor gave to what a change has made.
pub(super) fn id_of<'e>(entry: &'e OutboxEntry, change: &Change) -> Option<&'e str> {
    entry.proofs.iter().find(|proof| proof.change == *change).map(|proof| proof.id.as_str()).filter(|id| !id.is_empty())
}
