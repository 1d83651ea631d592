//! What the vendor's own answers prove: the id of a comment that it has made, a case that shows the change. What is proved is
//! done, also where it cannot be read back.

use compact_str::CompactString;

use crate::domain::baseline::After;
use crate::domain::case::Case;
use crate::domain::change::Change;
use crate::domain::edit::{Edit, OutboxEntry, Progress, Proof};
use crate::domain::fault::Fault;
use crate::domain::journal::Event;
use crate::providers::Sent;
use crate::sync::baselines;
use crate::sync::send::sender::{Left, Sender, Talk, made_by};

impl Sender {
    /// Writes down what the answer to call number `done` proves.
    pub(super) async fn learn(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize, sent: Sent) -> Result<(), Left> {
        let case = sent.case.and_then(|raw| talk.handle.decode(&raw, self.shared.wall.now()).ok());
        let proofs = made_by(entry, done).filter_map(|change| {
            let (id, at) = match (change, &sent.made, &case) {
                (Change::Comment(_), Some(made), _) => (made.id.clone(), made.at),
                (_, _, Some(case)) if change.holds(case) == Some(true) => (CompactString::default(), case.row.updated_at),
                _ => return None,
            };
            Some(Proof { change: change.clone(), id, at })
        });
        let proofs: Vec<Proof> = proofs.collect();
        if proofs.is_empty() {
            return Ok(());
        }
        let at = proofs.iter().find_map(|proof| proof.at);
        let proven = proven(entry, &proofs);
        let mut now = entry.clone();
        now.proofs.extend(proofs);
        self.keep(entry, now).await?;
        // It may be all that is ever read of it.
        self.own(talk, entry, &proven, case.as_ref().map_or(After::Made(at), After::Read)).await;
        Ok(())
    }

    /// A kill may have come between writing down what an answer proved and moving along what the person knows. Once more it
    /// changes nothing.
    pub(super) async fn catch_up(&self, talk: &Talk<'_>, entry: &OutboxEntry, case: &Case) {
        let Some(at) = entry.proofs.iter().rev().find_map(|proof| proof.at) else { return };
        // What others did since is news.
        let after = if case.row.updated_at == Some(at) { After::Read(case) } else { After::Made(Some(at)) };
        self.own(talk, entry, &proven(entry, &entry.proofs), after).await;
    }

    /// Reads the case between the call that was refused and those before it: what their answers did not prove, it does. By the
    /// next try others may have changed it.
    pub(super) async fn look_back(&self, talk: &Talk<'_>, entry: &mut OutboxEntry, done: usize) -> Result<(), Left> {
        let Ok((case, read_at)) = self.read(talk, entry).await else { return Ok(()) };
        let at = case.row.updated_at;
        let is_open = |change: &&Change| change.holds(&case) == Some(true) && !entry.proofs.iter().any(|proof| proof.change == **change);
        let made = (0..done).flat_map(|call| made_by(entry, call)).filter(is_open);
        let proofs: Vec<Proof> = made.map(|change| Proof { change: change.clone(), id: CompactString::default(), at }).collect();
        if !proofs.is_empty() {
            let proven = proven(entry, &proofs);
            let mut now = entry.clone();
            now.proofs.extend(proofs);
            self.keep(entry, now).await?;
            self.own(talk, entry, &proven, After::Read(&case)).await;
        }
        self.keep_case(&case, read_at).await;
        Ok(())
    }

    /// What the person knows of the case moves along with what has landed of their edit.
    pub(super) async fn own(&self, talk: &Talk<'_>, entry: &OutboxEntry, landed: &Edit, after: After<'_>) {
        let own: Vec<_> = entry.proofs.iter().filter_map(|proof| proof.at).map(Some).chain([entry.found_at]).collect();
        let shown = self.shown.borrow().clone();
        baselines::own(&self.shared, talk.handle, shown, &own, landed, after).await;
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

/// What these prove of an edit.
fn proven(entry: &OutboxEntry, proofs: &[Proof]) -> Edit {
    let changes = proofs.iter().map(|proof| proof.change.clone()).collect();
    Edit { changes, base: Vec::new(), ..entry.edit.clone() }
}

/// The case was read before call number `done`: as it is now, it is what that call changes. Unless something landed whose answer
/// proved nothing: then only the reading before that tells one's own change from another. Behind the last call it changes nothing.
pub(super) fn found(entry: &mut OutboxEntry, done: usize, case: &Case) {
    if done >= entry.calls.len() {
        return;
    }
    let made: Vec<Change> = (0..done).flat_map(|call| made_by(entry, call)).cloned().collect();
    if made.iter().all(|change| entry.proofs.iter().any(|proof| proof.change == *change)) {
        entry.found_at = case.row.updated_at;
        for proof in entry.proofs.iter_mut().filter(|proof| made.contains(&proof.change)) {
            proof.at = None;
        }
    }
}

/// Whether the answers prove the whole edit.
pub(super) fn is_proven(entry: &OutboxEntry) -> bool {
    entry.edit.changes.iter().all(|change| entry.proofs.iter().any(|proof| proof.change == *change))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::edit::{Call, Method, Plan};
    use crate::domain::sample;

    #[test]
    fn only_a_reading_before_a_call_is_what_that_call_changes() {
        let at = |second| Some(Timestamp::from_second(second).unwrap());
        let mut case = sample::case(Vendor::Tines, 1);
        case.row.updated_at = at(37);
        let changes = vec![Change::Title("mine".into()), Change::Comment("a word".into())];
        let call =
            |place| Call { method: Method::Put, path: String::new(), body: None, makes: vec![place], lasting: None, stays: Vec::new() };
        let plan = Plan { calls: vec![call(0), call(1)], ..Plan::default() };
        let entry = OutboxEntry::queued("1", Edit::unguarded(case.row.id.clone(), changes.clone()), plan, Timestamp::UNIX_EPOCH);
        let proof = |place: usize| Proof {
            change: changes[place].clone(),
            id: CompactString::default(),
            at: at(35 + i64::try_from(place).unwrap()),
        };
        let sent = OutboxEntry { found_at: at(10), proofs: vec![proof(0), proof(1)], ..entry };
        let after = |done| {
            let mut entry = sent.clone();
            found(&mut entry, done, &case);
            (entry.found_at, entry.proofs.iter().map(|proof| proof.at).collect::<Vec<_>>())
        };
        assert_eq!(after(1), (at(37), vec![None, at(36)]));
        assert_eq!(after(2), (at(10), vec![at(35), at(36)]), "the vendor may count the comment a second after it was made");
    }
}
