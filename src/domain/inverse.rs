//! The edit that takes another one back. Pure: from what the person saw and what they changed.

use super::aspect::{Aspect, Seen, Value};
use super::directory::StatusOption;
use super::edit::{Change, Edit};
use super::text::Clean;

impl Edit {
    /// The edit that restores what the person saw before this one, guarded by what this one made of it: where somebody
    /// has changed the same thing since, it meets a conflict like any other edit.
    ///
    /// # Errors
    /// One sentence: a comment, an edit that was compared with nothing, or one that changed nothing.
    pub fn inverse(&self) -> Result<Self, String> {
        if self.changes.iter().any(|change| matches!(change, Change::Comment(_))) {
            return Err("a comment cannot be taken back from here".into());
        }
        let mut changes = Vec::new();
        let mut base = Vec::new();
        let mut aspects: Vec<Aspect> = Vec::new();
        for aspect in self.changes.iter().filter_map(Aspect::of) {
            if aspects.contains(&aspect) {
                continue;
            }
            let seen = self.base.iter().find(|seen| seen.aspect == aspect);
            let seen = seen.ok_or_else(|| format!("what the {} was before is not known, so it cannot be restored", aspect.name()))?;
            let back = back(seen, self.about(&aspect))?;
            if !back.is_empty() {
                base.push(seen.after(self.about(&aspect).collect::<Vec<_>>().into_iter()));
                changes.extend(back);
            }
            aspects.push(aspect);
        }
        if changes.is_empty() {
            return Err("it changed nothing, so there is nothing to take back".into());
        }
        Ok(Self { case: self.case.clone(), changes, base })
    }
}

/// The changes that lead back to what was seen.
fn back<'a>(seen: &Seen, changes: impl Iterator<Item = &'a Change>) -> Result<Vec<Change>, String> {
    let mut out = Vec::new();
    let mut assigns = false;
    for change in changes {
        match change {
            Change::Comment(_) => {}
            Change::Title(text) | Change::Description(text) | Change::Priority(text) if *text == text_of(seen) => {}
            Change::Title(_) => out.push(Change::Title(text_of(seen))),
            Change::Description(_) => out.push(Change::Description(text_of(seen))),
            Change::Priority(_) if text_of(seen).is_empty() => return Err("the case had no priority to go back to".into()),
            Change::Priority(_) => out.push(Change::Priority(text_of(seen))),
            Change::Status(option) if option.name.as_str() == text_of(seen) => {}
            Change::Status(_) => out.push(Change::Status(status(seen)?)),
            Change::Archive if text_of(seen) != "true" => out.push(Change::Unarchive),
            Change::Unarchive if text_of(seen) == "true" => out.push(Change::Archive),
            Change::Archive | Change::Unarchive => {}
            Change::Assign(person) if !seen.people.iter().any(|known| known.is(person)) => {
                out.push(Change::Unassign(person.clone()));
                assigns = true;
            }
            Change::Unassign(person) if seen.people.iter().any(|known| known.is(person)) => out.push(Change::Assign(person.clone())),
            Change::Assign(_) | Change::Unassign(_) => {}
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
    let state = seen.state.ok_or("the status before is one that this version does not know, so it cannot be restored")?;
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
        Value::Set(all) => all.iter().cloned().collect(),
    }
}

fn some(tags: &[String], is: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let tags: Vec<String> = tags.iter().filter(|tag| is(tag)).cloned().collect();
    (!tags.is_empty()).then_some(tags)
}

#[cfg(test)]
mod tests {
    use super::super::case::{Case, CaseId, SourceId, State, Status, Vendor};
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
        let back = edit.inverse().unwrap();
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
        let again = back.inverse().unwrap();
        for seen in &again.base {
            let before = edit.base.iter().find(|known| known.aspect == seen.aspect).unwrap();
            assert_eq!(seen.value, before.value, "{}", seen.aspect.name());
        }
    }

    #[test]
    fn whoever_was_replaced_comes_back() {
        let back = Edit::new(&case(), vec![Change::Assign(person("2"))]).inverse().unwrap();
        assert_eq!(back.changes, [Change::Unassign(person("2")), Change::Assign(person("1"))]);
    }

    #[test]
    fn what_cannot_be_taken_back_is_said() {
        let said = |edit: Edit| edit.inverse().unwrap_err();
        assert!(said(Edit::new(&case(), vec![Change::Title("a".into()), Change::Comment("b".into())])).contains("comment"));
        let id = CaseId { source: SourceId(0), id: "1".into() };
        assert!(said(Edit::unguarded(id, vec![Change::Title("a".into())])).contains("title was before is not known"));
        assert!(said(Edit::new(&case(), vec![Change::AddTags(vec!["phish".into()])])).contains("changed nothing"));
        let mut odd = case();
        odd.row.status = Status { state: None, name: Clean::line("MERGED") };
        assert!(said(Edit::new(&odd, vec![status(State::Closed, "Done")])).contains("does not know"));
    }
}
