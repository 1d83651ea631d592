//! Whose turn it is among the edits of one case: behind one that has stopped, later ones wait for what a person makes of it.

use compact_str::CompactString;

use super::change::Change;
use super::edit::{Edit, OutboxEntry, Progress};
use super::fault::{Fault, FaultKind};
use super::part::Part;

/// The stopped edit that keeps this one waiting; None: none does. `before`: what was saved before it for the same case.
pub fn stopped_before<'a>(before: impl IntoIterator<Item = &'a OutboxEntry>, entry: &OutboxEntry) -> Option<&'a OutboxEntry> {
    if entry.progress != Progress::Queued || entry.is_ahead {
        return None;
    }
    stopped_for(before, &entry.edit, entry.undoes.as_ref())
}

/// The same for an edit that is not saved yet. `undoes`: the entry that it takes back.
pub fn stopped_for<'a>(
    before: impl IntoIterator<Item = &'a OutboxEntry>,
    edit: &Edit,
    undoes: Option<&CompactString>,
) -> Option<&'a OutboxEntry> {
    // What takes an edit back does not wait for it, and what opens an archived case again not for those that ask for it.
    let opens = edit.changes == [Change::Unarchive];
    let asks = |other: &OutboxEntry| {
        matches!(other.progress, Progress::Parked { .. }) && other.edit.changes.iter().all(|change| change.part() != Part::Archived)
    };
    before.into_iter().find(|other| other.progress.needs_person() && undoes != Some(&other.id) && !(opens && asks(other)))
}

/// Why an edit behind a stopped one is not sent.
pub fn behind() -> Fault {
    Fault::new(FaultKind::Behind, "waits behind an edit of this case that has stopped")
}

impl OutboxEntry {
    /// Its turn comes without a person. What is held is passed by; what waits behind a stopped one follows that.
    pub fn leaves_by_itself(&self) -> bool {
        !self.is_held && !self.progress.is_settled() && !self.progress.needs_person()
    }

    /// It waits behind a stopped one.
    pub fn is_behind(&self) -> bool {
        self.progress == Progress::Queued && self.delayed_by.as_ref().is_some_and(|fault| fault.kind == FaultKind::Behind)
    }

    /// The same entry, with or without that reason to wait.
    #[must_use]
    pub fn put_behind(mut self, is_behind: bool) -> Self {
        if is_behind {
            self.delayed_by = Some(behind());
        } else if self.is_behind() {
            self.delayed_by = None;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::case::Vendor;
    use super::super::edit::Plan;
    use super::super::sample;
    use super::*;

    fn entry(id: &str) -> OutboxEntry {
        let edit = Edit::new(&sample::case(Vendor::Tines, 1), vec![Change::Comment("x".into())]);
        OutboxEntry::queued(id, edit, Plan::default(), jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn only_what_has_stopped_keeps_others_waiting_unless_they_are_let_past_or_take_it_back() {
        let fault = Fault::new(FaultKind::Rejected, "no");
        let stopped = OutboxEntry { progress: Progress::Parked { fault: fault.clone(), done: 0 }, ..entry("a") };
        let unknown = OutboxEntry { progress: Progress::Unknown { fault, done: 0 }, ..entry("b") };
        let by =
            |before: &[&OutboxEntry], entry: &OutboxEntry| stopped_before(before.iter().copied(), entry).map(|other| other.id.to_string());
        let (held, free) = (OutboxEntry { is_held: true, ..entry("h") }, entry("q"));
        assert_eq!(by(&[&held, &entry("c")], &free), None);
        assert_eq!(by(&[&held, &stopped, &unknown], &free).as_deref(), Some("a"));
        assert_eq!(by(&[&unknown], &free).as_deref(), Some("b"));
        assert_eq!(by(&[&stopped], &OutboxEntry { is_ahead: true, ..entry("q") }), None);
        let back = OutboxEntry { undoes: Some("a".into()), ..entry("q") };
        assert_eq!((by(&[&stopped], &back), by(&[&stopped, &unknown], &back).as_deref()), (None, Some("b")));
        let with = |entry: &OutboxEntry, change| {
            let edit = Edit { changes: vec![change], ..entry.edit.clone() };
            OutboxEntry { edit, ..entry.clone() }
        };
        let opens = with(&free, Change::Unarchive);
        assert_eq!(by(&[&stopped], &opens), None, "the stopped one may ask for just this");
        assert_eq!(by(&[&with(&stopped, Change::Archive)], &opens).as_deref(), Some("a"), "but not past its opposite");
        assert_eq!(by(&[&unknown], &opens).as_deref(), Some("b"));
        let out = OutboxEntry { progress: Progress::Sending { done: 0, calls: 1 }, ..entry("q") };
        assert_eq!(by(&[&stopped], &out), None, "what has begun to leave goes on");
        assert!(free.clone().put_behind(true).is_behind() && !free.put_behind(true).put_behind(false).is_behind());
    }
}
