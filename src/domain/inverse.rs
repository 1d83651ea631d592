//! The edit that takes another one back. Pure: from what the person saw and what they changed.

use super::aspect::{Aspect, Seen, Stay, Value};
use super::change::Change;
use super::count::count;
use super::directory::StatusOption;
use super::edit::{Call, Edit, OutboxEntry, Progress};
use super::part::Part;
use super::text::Clean;

/// What takes an edit back, and what of it nothing takes back.
#[derive(Clone, Debug, PartialEq)]
pub struct Inverse {
    pub edit: Edit,
    /// One clause each: `the comment stays`, `the priority stays: the case had none before`.
    pub stays: Vec<String>,
}

impl Edit {
    /// The edit that restores what the person saw before this one, guarded by what this one made of it: where somebody
    /// has changed the same thing since, it meets a conflict like any other edit. What cannot be restored is named.
    ///
    /// # Errors
    /// One sentence: nothing of it can be restored.
    pub fn inverse(&self) -> Result<Inverse, String> {
        self.inverse_without(&[])
    }

    /// The same without what its vendor takes no old value back for, as its calls say.
    ///
    /// # Errors
    /// As [`Self::inverse`].
    pub fn inverse_without(&self, fixed: &[Stay]) -> Result<Inverse, String> {
        let (mut changes, mut base, mut stays) = (Vec::new(), Vec::new(), Vec::new());
        for aspect in self.aspects() {
            match self.way_back(&aspect, fixed) {
                Ok(back) if back.is_empty() => {}
                Ok(back) => {
                    base.extend(self.seen(&aspect).map(|seen| seen.after(self.about(&aspect).collect::<Vec<_>>().into_iter())));
                    changes.extend(back);
                }
                Err(why) => stays.push(format!("the {} stays: {why}", aspect.name())),
            }
        }
        match self.changes.iter().filter(|change| matches!(change, Change::Comment(_))).count() {
            0 => {}
            1 => stays.push("the comment stays".into()),
            many => stays.push(format!("{} stay", count(many, "comment"))),
        }
        match (changes.is_empty(), &stays[..]) {
            (false, _) => Ok(Inverse { edit: Self { case: self.case.clone(), changes, base }, stays }),
            (true, []) => Err("it changed nothing, so there is nothing to take back".into()),
            (true, [one]) if one == "the comment stays" => Err("a comment cannot be taken back from here".into()),
            (true, all) => Err(format!("it cannot be taken back: {}", all.join("; "))),
        }
    }

    /// Why nothing takes back the change at this place; None: its [`Edit::inverse`] does, or it changed nothing.
    pub fn lasting(&self, place: usize) -> Option<String> {
        match Aspect::of(self.changes.get(place)?) {
            None => Some("a comment cannot be taken back from here".into()),
            Some(aspect) => self.way_back(&aspect, &[]).err(),
        }
    }

    /// Those of its changes that its inverse takes back: what is made again afterwards. A comment is not said twice.
    #[must_use]
    pub fn restorable(&self, fixed: &[Stay]) -> Self {
        let lasts = |aspect: &Aspect| self.way_back(aspect, fixed).is_err();
        let changes = self.changes.iter().filter(|change| Aspect::of(change).is_some_and(|aspect| !lasts(&aspect)));
        let base = self.base.iter().filter(|seen| !lasts(&seen.aspect));
        Self { case: self.case.clone(), changes: changes.cloned().collect(), base: base.cloned().collect() }
    }

    /// What its changes are about, each once.
    pub fn aspects(&self) -> Vec<Aspect> {
        let mut aspects: Vec<Aspect> = Vec::new();
        for aspect in self.changes.iter().filter_map(Aspect::of) {
            if !aspects.contains(&aspect) {
                aspects.push(aspect);
            }
        }
        aspects
    }

    fn seen(&self, aspect: &Aspect) -> Option<&Seen> {
        self.base.iter().find(|seen| seen.aspect == *aspect)
    }

    /// The changes that restore one aspect; the error says why nothing does.
    fn way_back(&self, aspect: &Aspect, fixed: &[Stay]) -> Result<Vec<Change>, String> {
        if let Some(stay) = fixed.iter().find(|stay| stay.aspect == *aspect) {
            return Err(stay.why.clone());
        }
        let seen = self.seen(aspect).ok_or("what it was before is not known")?;
        back(seen, self.about(aspect))
    }
}

/// What calls leave for good.
pub fn stays(calls: &[Call]) -> Vec<Stay> {
    calls.iter().flat_map(|call| &call.stays).cloned().collect()
}

impl OutboxEntry {
    /// The edit that takes it back once it has landed, as far as its vendor lets it and the way back is known.
    ///
    /// # Errors
    /// One sentence: nothing of it can be restored.
    pub fn inverse(&self) -> Result<Inverse, String> {
        self.known_edit().inverse_without(&stays(&self.calls))
    }

    /// Those of its changes that [`Self::inverse`] takes back: what is made again afterwards.
    pub fn restorable(&self) -> Edit {
        self.known_edit().restorable(&stays(&self.calls))
    }

    /// Its edit as far as the way back is known: where texts were kept as they are shown, what the vendor had is not.
    pub fn known_edit(&self) -> Edit {
        let is_text = |part: Part| matches!(part, Part::Title | Part::Description | Part::Tags | Part::Attributes | Part::Field);
        let mut edit = self.edit.clone();
        edit.base.retain(|seen| !self.holds_shown_text || !is_text(seen.aspect.part));
        edit
    }

    /// The edit that takes back what has landed of a stopped entry, or may have: taking back what never happened changes
    /// nothing.
    ///
    /// # Errors
    /// One sentence: nothing of it has landed, or nothing of that can be restored.
    pub fn roll_back(&self) -> Result<Inverse, String> {
        let mut made = self.made();
        if let Progress::Unknown { done, .. } = &self.progress {
            made.extend(self.calls.get(*done).into_iter().flat_map(|call| &call.makes));
        }
        if made.is_empty() {
            return Err("nothing of this edit has landed that could be taken back: drop it instead".into());
        }
        let known = self.known_edit();
        let changes: Vec<Change> = made.iter().filter_map(|place| known.changes.get(*place)).cloned().collect();
        let is_about = |aspect: &Aspect| changes.iter().any(|change| Aspect::of(change).as_ref() == Some(aspect));
        let base = known.base.into_iter().filter(|seen| is_about(&seen.aspect)).collect();
        Edit { case: known.case, changes, base }.inverse_without(&stays(&self.calls))
    }

    /// Places of the changes whose calls have landed.
    pub fn made(&self) -> Vec<usize> {
        let (Progress::Parked { done, .. } | Progress::Unknown { done, .. }) = &self.progress else { return Vec::new() };
        self.calls.iter().take(*done).flat_map(|call| call.makes.iter().copied()).collect()
    }
}

/// The changes that lead back to what was seen.
fn back<'a>(seen: &Seen, changes: impl Iterator<Item = &'a Change>) -> Result<Vec<Change>, String> {
    let mut out = Vec::new();
    let mut assigns = false;
    for change in changes {
        match change {
            Change::Title(text) | Change::Description(text) | Change::Priority(text) if *text == text_of(seen) => {}
            Change::Title(_) => out.push(Change::Title(text_of(seen))),
            Change::Description(_) => out.push(Change::Description(text_of(seen))),
            Change::Priority(_) if text_of(seen).is_empty() => return Err("the case had none before".into()),
            Change::Priority(_) => out.push(Change::Priority(text_of(seen))),
            Change::Status(option) if option.name.as_str() == text_of(seen) => {}
            Change::Status(_) => out.push(Change::Status(status(seen)?)),
            Change::Archive if text_of(seen) != "true" => out.push(Change::Unarchive),
            Change::Unarchive if text_of(seen) == "true" => out.push(Change::Archive),
            Change::Assign(person) if !seen.people.iter().any(|known| known.is(person)) => {
                out.push(Change::Unassign(person.clone()));
                assigns = true;
            }
            Change::Unassign(person) if seen.people.iter().any(|known| known.is(person)) => out.push(Change::Assign(person.clone())),
            Change::Archive | Change::Unarchive | Change::Assign(_) | Change::Unassign(_) | Change::Comment(_) => {}
            Change::AddTags(tags) => out.extend(some(tags, |tag| !has(seen, tag)).map(Change::RemoveTags)),
            Change::RemoveTags(tags) => out.extend(some(tags, |tag| has(seen, tag)).map(Change::AddTags)),
            Change::Attribute { key, .. } => out.push(Change::Attribute { key: key.clone(), values: values(seen) }),
            Change::Field { id, .. } => out.push(Change::Field { id: id.clone(), values: values(seen) }),
        }
    }
    // A vendor that holds one assignee has replaced whoever was there; where they stayed, this is done already.
    let given_back = |out: &[Change], person| out.iter().any(|change| matches!(change, Change::Assign(known) if known.is(person)));
    if assigns {
        for person in &seen.people {
            if !given_back(&out, person) {
                out.push(Change::Assign(person.clone()));
            }
        }
    }
    Ok(out)
}

/// The status that was seen, by its name: vendors that want an id find it by that.
fn status(seen: &Seen) -> Result<StatusOption, String> {
    let state = seen.state.ok_or("the one before is unknown to this version")?;
    Ok(StatusOption { state, name: Clean::line(&text_of(seen)), id: "".into(), group: "".into() })
}

fn text_of(seen: &Seen) -> String {
    match &seen.value {
        Value::Text(text) => text.clone(),
        Value::Set(_) => String::new(),
    }
}

fn has(seen: &Seen, member: &str) -> bool {
    matches!(&seen.value, Value::Set(all) if all.contains(member))
}

fn values(seen: &Seen) -> Vec<String> {
    match &seen.value {
        Value::Text(text) if text.is_empty() => Vec::new(),
        Value::Text(text) => vec![text.clone()],
        // An older version kept no order.
        Value::Set(all) if seen.order.is_empty() => all.iter().cloned().collect(),
        Value::Set(_) => seen.order.clone(),
    }
}

fn some(tags: &[String], is: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let tags: Vec<String> = tags.iter().filter(|tag| is(tag)).cloned().collect();
    (!tags.is_empty()).then_some(tags)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::case::{Case, CaseId, SourceId, State, Status, Vendor};
    use super::super::edit::{Call, Method, Plan};
    use super::super::fault::{Fault, FaultKind};
    use super::super::person::Person;
    use super::super::sample;
    use super::*;

    fn person(id: &str) -> Person {
        Person { id: id.into(), ..Person::default() }
    }

    fn case() -> Case {
        let mut case = sample::case(Vendor::Tines, 1);
        case.row.tags = vec![Clean::line("phish"), Clean::line("triage")];
        case.row.assignees = vec![person("1")];
        case.attributes = vec![(Clean::line("team"), vec![Clean::line("soc")])];
        case
    }

    fn status(state: State, name: &str) -> Change {
        Change::Status(StatusOption { state, name: Clean::line(name), id: "7".into(), group: "".into() })
    }

    #[test]
    fn every_part_goes_back_to_what_was_seen() {
        let edit = Edit::new(
            &case(),
            vec![
                Change::Title("new".into()),
                status(State::InProgress, "Investigating"),
                Change::Priority("HIGH".into()),
                Change::Unassign(person("1")),
                Change::AddTags(vec!["vip".into(), "phish".into()]),
                Change::RemoveTags(vec!["triage".into(), "absent".into()]),
                Change::Attribute { key: "team".into(), values: vec![] },
                Change::Field { id: "due_date".into(), values: vec!["2026-01-01".into()] },
                Change::Archive,
            ],
        );
        let back = edit.inverse().unwrap().edit;
        let to_do = StatusOption { state: State::Open, name: Clean::line("To do"), id: "".into(), group: "".into() };
        let expected = vec![
            Change::Title("Case number 1".into()),
            Change::Status(to_do),
            Change::Priority("MEDIUM".into()),
            Change::Assign(person("1")),
            Change::RemoveTags(vec!["vip".into()]),
            Change::AddTags(vec!["triage".into()]),
            Change::Attribute { key: "team".into(), values: vec!["soc".into()] },
            Change::Field { id: "due_date".into(), values: vec![] },
            Change::Unarchive,
        ];
        let sorted = |edit: Vec<Change>| {
            let mut words: Vec<String> = edit.iter().map(|change| format!("{change:?}")).collect();
            words.sort();
            words
        };
        assert_eq!(sorted(back.changes.clone()), sorted(expected));
        for seen in &back.base {
            let before = edit.base.iter().find(|known| known.aspect == seen.aspect).unwrap();
            assert_eq!(seen.value, before.value.after(edit.about(&seen.aspect)), "{}", seen.aspect.name());
        }
        // Taken back twice, it is the same values again.
        let again = back.inverse().unwrap().edit;
        for seen in &again.base {
            let before = edit.base.iter().find(|known| known.aspect == seen.aspect).unwrap();
            assert_eq!(seen.value, before.value, "{}", seen.aspect.name());
        }
    }

    #[test]
    fn values_that_stand_twice_come_back_twice() {
        let mut case = case();
        let twice = [Clean::line("b"), Clean::line("a"), Clean::line("b")];
        case.attributes = vec![(Clean::line("team"), twice.to_vec())];
        let wishes = vec![Change::Attribute { key: "team".into(), values: vec!["soc".into()] }];
        let back = Edit::new(&case, wishes).inverse().unwrap().edit;
        assert_eq!(back.changes, [Change::Attribute { key: "team".into(), values: ["b", "a", "b"].map(str::to_owned).to_vec() }]);
    }

    #[test]
    fn whoever_was_replaced_comes_back() {
        let back = Edit::new(&case(), vec![Change::Assign(person("2"))]).inverse().unwrap().edit;
        assert_eq!(back.changes, [Change::Unassign(person("2")), Change::Assign(person("1"))]);
    }

    #[test]
    fn what_cannot_be_taken_back_is_said() {
        let said = |edit: Edit| edit.inverse().unwrap_err();
        assert_eq!(said(Edit::new(&case(), vec![Change::Comment("b".into())])), "a comment cannot be taken back from here");
        let id = CaseId { source: SourceId(0), id: "1".into() };
        assert!(said(Edit::unguarded(id, vec![Change::Title("a".into())])).contains("title stays: what it was before is not known"));
        assert!(said(Edit::new(&case(), vec![Change::AddTags(vec!["phish".into()])])).contains("changed nothing"));
        let mut odd = case();
        odd.row.status = Status { state: None, name: Clean::line("MERGED") };
        assert!(said(Edit::new(&odd, vec![status(State::Closed, "Done")])).contains("unknown to this version"));
    }

    #[test]
    fn what_can_be_restored_is_and_the_rest_is_named() {
        let mut case = case();
        case.row.priority = None;
        let changes = vec![
            status(State::Closed, "Done"),
            Change::Priority("HIGH".into()),
            Change::AddTags(vec!["fp".into()]),
            Change::Comment("a false positive".into()),
        ];
        let edit = Edit::new(&case, changes.clone());
        let back = edit.inverse().unwrap();
        assert!(
            matches!(&back.edit.changes[..], [Change::Status(was), Change::RemoveTags(tags)] if was.name.as_str() == "To do" && tags[..] == ["fp"])
        );
        assert_eq!(back.stays, ["the priority stays: the case had none before", "the comment stays"]);
        assert_eq!((0..4).map(|place| edit.lasting(place).is_some()).collect::<Vec<_>>(), [false, true, false, true]);
        assert_eq!(edit.restorable(&[]).changes, [changes[0].clone(), changes[2].clone()], "a comment is not said twice");
    }

    fn stopped(changes: Vec<Change>) -> OutboxEntry {
        let call =
            |place| Call { method: Method::Put, path: String::new(), body: None, makes: vec![place], lasting: None, stays: Vec::new() };
        let calls = (0..changes.len()).map(call).collect();
        let edit = Edit::new(&case(), changes);
        let fault = Fault::new(FaultKind::Rejected, "422");
        let mut entry = OutboxEntry::queued("1", edit, Plan { calls, ..Plan::default() }, Timestamp::UNIX_EPOCH);
        entry.progress = Progress::Parked { fault, done: 2 };
        entry
    }

    #[test]
    fn a_roll_back_names_what_it_leaves() {
        let mut entry = stopped(vec![Change::Priority("HIGH".into()), Change::Comment("b".into()), Change::Title("new".into())]);
        let back = entry.roll_back().unwrap();
        assert_eq!(
            (&back.edit.changes[..], &back.stays[..]),
            (&[Change::Priority("MEDIUM".into())][..], &["the comment stays".to_owned()][..])
        );
        if let Progress::Parked { done, .. } = &mut entry.progress {
            *done = 0;
        }
        assert!(entry.roll_back().unwrap_err().contains("nothing of this edit has landed"));
    }

    /// What was seen of a text was kept as it is shown: tabs as blanks, joiners gone. That is never written back.
    #[test]
    fn a_text_whose_bytes_are_not_known_is_never_written_back() {
        let changes = vec![Change::Title("new".into()), Change::Priority("HIGH".into()), Change::Comment("b".into())];
        let entry = OutboxEntry { holds_shown_text: true, ..stopped(changes.clone()) };
        let back = entry.roll_back().unwrap();
        assert_eq!(back.edit.changes, [Change::Priority("MEDIUM".into())]);
        assert_eq!(back.stays, ["the title stays: what it was before is not known"]);
        assert_eq!(entry.restorable().changes, [changes[1].clone()]);
        for change in [
            Change::Description("d".into()),
            Change::AddTags(vec!["vip".into()]),
            Change::RemoveTags(vec!["phish".into()]),
            Change::Attribute { key: "team".into(), values: vec![] },
            Change::Field { id: "due_date".into(), values: vec!["2026-01-01".into()] },
        ] {
            let entry = OutboxEntry { holds_shown_text: true, ..stopped(vec![change.clone(), change]) };
            assert!(entry.roll_back().unwrap_err().contains("what it was before is not known"));
        }
    }
}
