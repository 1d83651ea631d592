//! What a change is about, and the value it has in a case: what an edit is compared and merged by.

use std::collections::BTreeSet;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::capability::holds_one_assignee;
use super::case::{Case, State, Vendor};
use super::change::{Change, same_text};
use super::part::Part;
use super::person::{Person, Roster};
use super::text::{Clean, raws};

/// A part of a case, and for attributes and fields which one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Aspect {
    pub part: Part,
    /// Attribute: its key as the vendor has it. Field: [`super::case::Field::id`]. Empty for every other part.
    #[serde(default, skip_serializing_if = "CompactString::is_empty")]
    pub key: CompactString,
}

/// Something that no later edit restores, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stay {
    pub aspect: Aspect,
    pub why: String,
}

/// What an aspect holds, byte for byte as the vendor has it or as it was typed: never for a terminal as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// One value, or a text of several lines; empty: not set.
    Text(String),
    /// Values without an order: adding and removing different ones never collides.
    /// Assignees: their [`Person::key`].
    Set(BTreeSet<String>),
}

/// What an aspect held when the person saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub aspect: Aspect,
    pub value: Value,
    /// Status: where the case stood, for a name that several states may share. None for every other part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// Assignees: who they were, as a vendor may take them by mail only. Empty for every other part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// Attributes and fields of several values: these as they stood, one after the other. Empty for every other part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
}

impl Seen {
    /// The aspect as the case shows it.
    pub fn of(case: &Case, aspect: Aspect) -> Self {
        let state = case.row.status.state.filter(|_| aspect.part == Part::Status);
        let people = if aspect.part == Part::Assignees { case.row.assignees.clone() } else { Vec::new() };
        Self { value: aspect.read(case), order: aspect.held(case).map(raws).unwrap_or_default(), aspect, state, people }
    }

    /// The same, with people under the keys that the case has for them.
    #[must_use]
    pub fn named_by(&self, case: &Case) -> Self {
        Self { value: self.value.named_by(&self.aspect, &Roster::of(case.row.assignees.iter().chain(&self.people))), ..self.clone() }
    }

    /// The aspect as these changes leave it.
    #[must_use]
    pub fn after<'a>(&self, changes: impl Iterator<Item = &'a Change> + Clone) -> Self {
        let mut after = Self { value: self.value.after(changes.clone()), ..self.clone() };
        for change in changes {
            match change {
                Change::Status(option) => after.state = Some(option.state),
                Change::Assign(person) if !after.people.iter().any(|known| known.is(person)) => after.people.push(person.clone()),
                Change::Unassign(person) => after.people.retain(|known| !known.is(person)),
                Change::Attribute { values, .. } | Change::Field { values, .. } => after.order.clone_from(values),
                _ => {}
            }
        }
        after
    }
}

impl Aspect {
    pub fn of_part(part: Part) -> Self {
        Self { part, key: CompactString::default() }
    }

    /// Several lines, in which Enter makes a new one.
    pub fn is_block(&self) -> bool {
        matches!(self.part, Part::Description | Part::Comment)
    }

    /// None: a comment, which adds and changes nothing that is there.
    pub fn of(change: &Change) -> Option<Self> {
        let key = match change {
            Change::Comment(_) => return None,
            Change::Attribute { key, .. } => key.as_str().into(),
            Change::Field { id, .. } => id.as_str().into(),
            _ => CompactString::default(),
        };
        Some(Self { part: change.part(), key })
    }

    /// The values that the case lists for an attribute or a field; None: there is no such list.
    pub fn held<'c>(&self, case: &'c Case) -> Option<&'c [Clean]> {
        match self.part {
            Part::Attributes => Some(&case.attributes.iter().find(|(name, _)| name.raw() == self.key)?.1),
            Part::Field => Some(&case.fields.iter().find(|field| field.id == self.key && field.is_multi)?.values),
            _ => None,
        }
    }

    /// What the case holds.
    pub fn read(&self, case: &Case) -> Value {
        let row = &case.row;
        match self.part {
            Part::Title => Value::Text(row.title.raw().into()),
            Part::Description => Value::Text(case.description.raw().into()),
            Part::Status => Value::Text(row.status.name.raw().into()),
            Part::Priority => Value::Text(row.priority.as_ref().map_or_else(String::new, |priority| priority.name.raw().into())),
            Part::Assignees => Value::Set(row.assignees.iter().map(|person| person.key().to_owned()).collect()),
            Part::Tags => Value::Set(row.tags.iter().map(|tag| tag.raw().to_owned()).collect()),
            Part::Attributes => {
                let found = case.attributes.iter().find(|(name, _)| name.raw() == self.key);
                Value::Set(found.into_iter().flat_map(|(_, values)| values).map(|value| value.raw().to_owned()).collect())
            }
            Part::Archived => Value::Text((row.status.state == Some(State::Archived)).to_string()),
            Part::Field => match case.fields.iter().find(|field| field.id == self.key) {
                Some(field) if field.is_multi => Value::Set(field.values.iter().map(|value| value.raw().to_owned()).collect()),
                Some(field) => Value::Text(field.values.first().map_or_else(String::new, |value| value.raw().into())),
                None => Value::Text(String::new()),
            },
            Part::Comment => Value::Text(String::new()),
        }
    }

    /// Whether two values are the same, as vendors would give them back.
    pub fn is_same(&self, a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Text(a), Value::Text(b)) if self.part == Part::Priority => a.eq_ignore_ascii_case(b),
            (Value::Text(a), Value::Text(b)) => same_text(a, b),
            (a, b) => a.members() == b.members(),
        }
    }

    /// Whether somebody else has changed what the person saw: it is neither the same as its vendor would give it back, nor
    /// one of those whom the wish itself names.
    pub fn has_moved(&self, seen: &Value, now: &Value, vendor: Vendor) -> bool {
        !self.is_same(seen, now) && !self.is_one_of(now, seen, vendor)
    }

    /// Where a case holds one assignee, an edit that takes another back names both who was there and who came: whichever of
    /// them is there is no surprise.
    pub fn is_one_of(&self, now: &Value, seen: &Value, vendor: Vendor) -> bool {
        let (now, seen) = (now.members(), seen.members());
        self.holds_one(vendor) && !now.is_empty() && now.is_subset(&seen)
    }

    /// It holds one member, so that a new one replaces the old.
    pub fn holds_one(&self, vendor: Vendor) -> bool {
        self.part == Part::Assignees && holds_one_assignee(vendor)
    }

    /// `status`, `attribute team`, `field 12`; harmless.
    pub fn name(&self) -> String {
        match self.part {
            Part::Attributes => format!("attribute {}", Clean::line(&self.key)),
            Part::Field => format!("field {}", Clean::line(&self.key)),
            part => part.name().into(),
        }
    }
}

impl Value {
    /// For one line: a set's members by comma.
    pub fn line(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Set(values) => values.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        }
    }

    /// As [`Self::line`], harmless: for showing and printing.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => Clean::block(text).to_string(),
            Self::Set(values) => values.iter().map(|value| Clean::line(value).to_string()).collect::<Vec<_>>().join(", "),
        }
    }

    /// The same, where it is people, under the keys of a roster.
    #[must_use]
    pub fn named_by(&self, aspect: &Aspect, roster: &Roster<'_>) -> Self {
        match self {
            Self::Set(keys) if aspect.part == Part::Assignees => Self::Set(roster.keys(keys)),
            value => value.clone(),
        }
    }

    /// As a set; a field that was empty reads as a text.
    pub fn members(&self) -> BTreeSet<String> {
        match self {
            Self::Set(members) => members.clone(),
            Self::Text(text) if text.is_empty() => BTreeSet::new(),
            Self::Text(text) => [text.clone()].into(),
        }
    }

    /// What the changes of one aspect make of this value.
    #[must_use]
    pub fn after<'a>(&self, changes: impl IntoIterator<Item = &'a Change>) -> Self {
        let mut now = self.clone();
        for change in changes {
            now.apply(change);
        }
        now
    }

    fn apply(&mut self, change: &Change) {
        let all = |values: &[String]| values.iter().cloned().collect::<BTreeSet<_>>();
        match (change, &mut *self) {
            (Change::Title(text) | Change::Description(text) | Change::Priority(text), now) => *now = Self::Text(text.clone()),
            (Change::Status(status), now) => *now = Self::Text(status.name.raw().into()),
            (Change::Archive, now) => *now = Self::Text("true".into()),
            (Change::Unarchive, now) => *now = Self::Text("false".into()),
            (Change::Assign(person), Self::Set(now)) => drop(now.insert(person.key().to_owned())),
            (Change::Unassign(person), Self::Set(now)) => drop(now.remove(person.key())),
            (Change::AddTags(tags), Self::Set(now)) => now.extend(tags.iter().cloned()),
            (Change::RemoveTags(tags), Self::Set(now)) => now.retain(|tag| !tags.contains(tag)),
            (Change::Attribute { values, .. } | Change::Field { values, .. }, Self::Set(now)) => *now = all(values),
            (Change::Attribute { values, .. } | Change::Field { values, .. }, now) => {
                *now = Self::Text(values.first().cloned().unwrap_or_default());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::directory::StatusOption;
    use super::super::sample;
    use super::*;

    #[test]
    fn adds_and_removes_make_a_set() {
        let seen = Value::Set(["a", "b"].map(String::from).into());
        let changes = [Change::AddTags(vec!["c".into()]), Change::RemoveTags(vec!["a".into()])];
        assert_eq!(seen.after(&changes), Value::Set(["b", "c"].map(String::from).into()));
    }

    #[test]
    fn what_moved_is_neither_the_vendors_spelling_nor_one_of_those_whom_an_undo_names() {
        let set = |ids: &[&str]| Value::Set(ids.iter().map(|id| (*id).to_owned()).collect());
        let text = |text: &str| Value::Text(text.into());
        let [title, priority, people, tags] = [Part::Title, Part::Priority, Part::Assignees, Part::Tags].map(Aspect::of_part);
        let both = set(&["kim", "lee"]);
        for (aspect, seen, now, is_moved) in [
            (&title, text("a "), text("a"), false),
            (&title, text("a"), text("b"), true),
            (&priority, text("HIGH"), text("High"), false),
            (&tags, both.clone(), set(&["lee"]), true),
            (&people, both.clone(), set(&["lee"]), false),
            (&people, both.clone(), set(&[]), true),
            (&people, both.clone(), set(&["ana"]), true),
        ] {
            assert_eq!(aspect.has_moved(&seen, &now, Vendor::Datadog), is_moved, "{aspect:?}: {seen:?}, {now:?}");
        }
        assert!(people.has_moved(&both, &set(&["lee"]), Vendor::Tines), "one of two has been taken off");
    }

    #[test]
    fn a_status_after_its_change_is_the_status_that_is_read_then() {
        let option = StatusOption {
            state: State::InProgress,
            name: Clean::line("On\u{200d} hold"),
            id: CompactString::default(),
            group: CompactString::default(),
        };
        let mut case = sample::case(super::super::case::Vendor::Tines, 1);
        let aspect = Aspect::of_part(Part::Status);
        let after = aspect.read(&case).after([&Change::Status(option.clone())]);
        case.row.status.name = option.name;
        assert_eq!(after, aspect.read(&case), "a name with a joiner is no conflict with itself");
    }

    #[test]
    fn an_aspect_reads_what_a_change_would_make() {
        let case = sample::case(super::super::case::Vendor::Tines, 1);
        for change in [Change::Title("new".into()), Change::Priority("LOW".into()), Change::AddTags(vec!["vip".into()])] {
            let aspect = Aspect::of(&change).unwrap();
            assert_ne!(aspect.read(&case), aspect.read(&case).after([&change]), "{change:?}");
        }
        assert_eq!(Aspect::of(&Change::Comment("x".into())), None);
    }
}
