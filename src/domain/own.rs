//! One's own edits that have landed are nobody else's change: what was seen before them goes along with them. Pure.

use std::collections::BTreeSet;

use super::aspect::{Aspect, Seen, Value};
use super::case::Vendor;
use super::change::Change;
use super::edit::{Edit, OutboxEntry};
use super::merge::Outcome;
use super::person::Roster;

/// What one's own edit made of an aspect.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    pub before: Seen,
    pub after: Seen,
}

impl Own {
    /// What the changes of an edit make of an aspect as it was seen.
    pub fn of(edit: &Edit, seen: &Seen, vendor: Vendor) -> Self {
        let changes: Vec<&Change> = edit.about(&seen.aspect).collect();
        let value = seen.aspect.wished(&seen.value, &changes, vendor);
        let mut after = Seen { value, ..seen.after(changes.into_iter()) };
        let members = after.value.members();
        after.people.retain(|person| members.contains(person.key()));
        Self { before: seen.clone(), after }
    }
}

impl Aspect {
    /// What changes make of a value.
    pub fn wished(&self, base: &Value, changes: &[&Change], vendor: Vendor) -> Value {
        let assigned = || changes.iter().rev().find(|change| matches!(change, Change::Assign(_)));
        match assigned().filter(|_| self.holds_one(vendor)) {
            // One assignee, so that a new one replaces the old.
            Some(change) => Value::Set(BTreeSet::new()).after([*change]),
            None => base.after(changes.iter().copied()),
        }
    }
}

impl Seen {
    /// Whether both are the same, as vendors would give it back, and whoever is known by mail here and by id there.
    pub fn is_same(&self, other: &Self) -> bool {
        let roster = Roster::of(self.people.iter().chain(&other.people));
        let [a, b] = [self, other].map(|seen| seen.value.named_by(&seen.aspect, &roster));
        self.aspect == other.aspect && self.aspect.is_same(&a, &b)
    }

    /// Goes along with one's own edit, which is nobody else's; whether it has moved.
    pub fn follow(&mut self, own: &Own) -> bool {
        let moves = self.is_same(&own.before) && *self != own.after;
        if moves {
            self.clone_from(&own.after);
        }
        moves
    }
}

impl OutboxEntry {
    /// Takes one change out, with the call that makes nothing else.
    pub fn forget(&mut self, place: usize) {
        self.edit.changes.remove(place);
        if place < self.lines.len() {
            self.lines.remove(place);
        }
        for call in &mut self.calls {
            call.makes.retain(|made| *made != place);
            for made in &mut call.makes {
                *made -= usize::from(*made > place);
            }
        }
        self.calls.retain(|call| !call.makes.is_empty());
    }

    /// Goes along with one's own edits that have landed, as far as it has not landed itself and nobody has to decide it;
    /// whether anything of it has moved.
    pub fn follow(&mut self, own: &[Own]) -> bool {
        let merges = self.conflict.iter().flat_map(|conflict| &conflict.merges);
        let contested: Vec<&Aspect> =
            merges.filter(|merge| matches!(merge.outcome, Outcome::Overlap(_))).map(|merge| &merge.aspect).collect();
        let open: Vec<Aspect> = self.open_changes().filter_map(Aspect::of).filter(|aspect| !contested.contains(&aspect)).collect();
        let mut has_moved = false;
        for seen in self.edit.base.iter_mut().filter(|seen| open.contains(&seen.aspect)) {
            for own in own {
                has_moved |= seen.follow(own);
            }
        }
        has_moved
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::edit::{Plan, Progress};
    use super::super::fault::{Fault, FaultKind};
    use super::super::merge::{Conflict, Merge};
    use super::super::part::Part;
    use super::super::sample;
    use super::*;

    fn title(text: &str) -> Seen {
        let mut case = sample::case(Vendor::Tines, 1);
        case.row.title = super::super::text::Clean::line(text);
        Seen::of(&case, Aspect::of_part(Part::Title))
    }

    fn own(before: &str, after: &str) -> Own {
        Own { before: title(before), after: title(after) }
    }

    #[test]
    fn what_waits_follows_and_what_has_landed_or_is_to_be_decided_stays() {
        let case = sample::case(Vendor::Tines, 1);
        let edit = Edit::new(&case, vec![Change::Title("mine".into()), Change::Priority("HIGH".into())]);
        let waiting = OutboxEntry::queued("1", edit, Plan::default(), Timestamp::UNIX_EPOCH);
        let before = waiting.edit.base.clone();
        let landed = [own("Case number 1 ", "first"), own("first", "second")];
        let after = |mut entry: OutboxEntry, own: &[Own]| (entry.follow(own), entry.edit.base);
        let moved = (true, vec![title("second"), before[1].clone()]);
        assert_eq!(after(waiting.clone(), &landed), moved, "as its vendor gives it back, one after the other");
        assert_eq!(after(waiting.clone(), &[own("of somebody", "first")]), (false, before.clone()));
        let followed = OutboxEntry { edit: Edit { base: moved.1.clone(), ..waiting.edit.clone() }, ..waiting.clone() };
        assert_eq!(after(followed, &landed), (false, moved.1.clone()), "once is enough");

        let stopped = |done, conflict| {
            let fault = Fault::new(FaultKind::Rejected, "no");
            let call = |place| super::super::edit::Call {
                method: super::super::edit::Method::Put,
                path: String::new(),
                body: None,
                makes: vec![place],
                lasting: None,
                stays: Vec::new(),
            };
            OutboxEntry { progress: Progress::Parked { fault, done }, calls: vec![call(0), call(1)], conflict, ..waiting.clone() }
        };
        assert_eq!(after(stopped(0, None), &landed), moved, "it may be tried again");
        assert_eq!(after(stopped(1, None), &landed), (false, before.clone()), "what it was before is known for its way back");
        let text = |text: &str| Value::Text(text.into());
        let outcome = Outcome::Overlap(Vec::new());
        let merges = vec![Merge { aspect: Aspect::of_part(Part::Title), base: text("a"), theirs: text("b"), mine: text("c"), outcome }];
        let conflict = Conflict { by: None, by_me: false, at: None, merges };
        assert_eq!(after(stopped(0, Some(conflict)), &landed), (false, before));
    }
}
