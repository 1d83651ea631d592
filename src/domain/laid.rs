//! A case as it will be once edits that are on their way have landed. Pure.

use super::capability::holds_one_assignee;
use super::case::{Case, Priority, State, Status, Vendor};
use super::change::Change;
use super::edit::Edit;
use super::text::Clean;

impl Case {
    /// With what an edit makes of it. A comment adds nothing here.
    #[must_use]
    pub fn with(mut self, edit: &Edit, vendor: Vendor) -> Self {
        for change in &edit.changes {
            self.take(change, vendor);
        }
        self
    }

    fn take(&mut self, change: &Change, vendor: Vendor) {
        let row = &mut self.row;
        match change {
            Change::Title(text) => row.title = Clean::line(text),
            Change::Description(text) => self.description = Clean::block(text),
            Change::Status(option) => row.status = Status { state: Some(option.state), name: option.name.clone() },
            Change::Priority(name) => row.priority = Some(Priority::read(name)),
            Change::Assign(person) => {
                if holds_one_assignee(vendor) {
                    row.assignees.clear();
                }
                if !row.assignees.iter().any(|known| known.is(person)) {
                    row.assignees.push(person.clone());
                }
            }
            Change::Unassign(person) => row.assignees.retain(|known| !known.is(person)),
            Change::AddTags(tags) => {
                let come: Vec<Clean> = tags.iter().map(|tag| Clean::line(tag)).filter(|tag| !row.tags.contains(tag)).collect();
                row.tags.extend(come);
            }
            Change::RemoveTags(tags) => row.tags.retain(|known| !tags.iter().any(|tag| tag == known.raw())),
            Change::Attribute { key, values } => {
                let values: Vec<Clean> = values.iter().map(|value| Clean::line(value)).collect();
                match self.attributes.iter_mut().find(|(known, _)| known.raw() == key) {
                    Some((_, known)) => *known = values,
                    None => self.attributes.push((Clean::line(key), values)),
                }
                self.attributes.retain(|(_, values)| !values.is_empty());
            }
            Change::Field { id, values } => {
                if let Some(field) = self.fields.iter_mut().find(|field| field.id == id.as_str()) {
                    field.values = values.iter().map(|value| Clean::block(value)).collect();
                }
            }
            Change::Archive => row.status.state = Some(State::Archived),
            Change::Unarchive if row.status.state == Some(State::Archived) => row.status.state = None,
            Change::Unarchive | Change::Comment(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::directory::StatusOption;
    use super::super::person::Person;
    use super::super::sample;
    use super::*;

    #[test]
    fn a_case_with_an_edit_meets_all_of_its_changes() {
        for vendor in Vendor::ALL {
            let case = sample::case(vendor, 1);
            let person = Person { id: "9".into(), ..Person::default() };
            let status = StatusOption { state: State::Closed, name: Clean::line("Done"), id: "".into(), group: "".into() };
            let changes = vec![
                Change::Title("a\tb".into()),
                Change::Description("x\r\n".into()),
                Change::Status(status),
                Change::Priority("HIGH".into()),
                Change::Assign(person),
                Change::AddTags(vec!["a,b".into(), "👩\u{200d}💻".into()]),
                Change::Attribute { key: "k".into(), values: vec!["v\t1".into()] },
            ];
            let edit = Edit::new(&case, changes);
            let laid = case.with(&edit, vendor);
            for change in &edit.changes {
                assert_eq!(change.is_met(&laid), Some(true), "{change:?}");
            }
            let back =
                Edit::new(&laid, vec![Change::RemoveTags(vec!["a,b".into()]), Change::Attribute { key: "k".into(), values: Vec::new() }]);
            assert!(back.changes.iter().all(|change| change.is_met(&laid) == Some(false)));
            let laid = laid.with(&back, vendor);
            assert!(back.changes.iter().all(|change| change.is_met(&laid) == Some(true)));
        }
    }
}
