//! People as vendors name them.

use std::collections::BTreeSet;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::text::Clean;

/// Characters of an id shown when a person has neither name nor mail.
const SHORT_ID_CHARS: usize = 8;

/// Somebody who is assigned, wrote, or changed something.
///
/// Datadog: `included[]` or `/users`. Tines: user objects in six shapes, `user_id` or `id`. `ServerOps`: no people at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// Datadog: UUID. Tines: number as text. Empty when the vendor sent an empty user object (automation).
    pub id: CompactString,
    /// Datadog: `name`, empty for pending users. Tines: first and last name joined.
    #[serde(with = "super::text::kept")]
    pub name: Clean,
    /// Datadog: `email`, else `handle`. May be empty.
    #[serde(with = "super::text::kept")]
    pub email: Clean,
    /// Tines `is_service_account`; Datadog `service_account`. Automation, marked `*` on the screen.
    pub is_service: bool,
}

impl Person {
    /// The best that can be shown: name, else mail, else the start of the id, else `system`.
    pub fn label(&self) -> &str {
        if !self.name.is_empty() {
            self.name.as_str()
        } else if !self.email.is_empty() {
            self.email.as_str()
        } else if self.id.is_empty() {
            "system"
        } else {
            let end = self.id.char_indices().nth(SHORT_ID_CHARS).map_or(self.id.len(), |(at, _)| at);
            &self.id[..end]
        }
    }

    /// [`Self::label`], with the mail address where somebody else among `others` is called the same.
    pub fn told<'p>(&self, others: impl IntoIterator<Item = &'p Self>) -> String {
        let label = self.label();
        let is_shared = others.into_iter().any(|other| !other.is(self) && other.label() == label);
        let mark = self.mark();
        if is_shared && !mark.is_empty() { format!("{label} <{mark}>") } else { label.to_owned() }
    }

    /// What tells somebody from others of the same name: the mail address, else the id.
    pub fn mark(&self) -> &str {
        if self.email.is_empty() { &self.id } else { self.email.as_str() }
    }

    /// What stands for somebody in a set: the id, else the mail address.
    pub fn key(&self) -> &str {
        if self.id.is_empty() { self.email.raw() } else { &self.id }
    }

    /// Same person: by id when both have one, else by mail without regard to case.
    pub fn is(&self, other: &Self) -> bool {
        if self.id.is_empty() || other.id.is_empty() {
            !self.email.is_empty() && self.email.as_str().eq_ignore_ascii_case(other.email.as_str())
        } else {
            self.id == other.id
        }
    }
}

/// People under one key each: a vendor holds by id whom a person may know by mail only.
pub struct Roster<'p> {
    /// Of several who are the same person, the first gives the key.
    people: Vec<&'p Person>,
}

impl<'p> Roster<'p> {
    pub fn of(people: impl IntoIterator<Item = &'p Person>) -> Self {
        Self { people: people.into_iter().collect() }
    }

    /// As the first who is the same person has it.
    pub fn person<'a>(&'a self, person: &'a Person) -> &'a Person {
        self.people.iter().find(|known| known.is(person)).copied().unwrap_or(person)
    }

    /// The keys of a set, each as the first of those who are the same person has it.
    pub fn keys(&self, keys: &BTreeSet<String>) -> BTreeSet<String> {
        keys.iter().map(|key| self.key(key).to_owned()).collect()
    }

    fn key<'k>(&'k self, key: &'k str) -> &'k str {
        let by_key = || self.people.iter().find(|person| person.key() == key);
        let by_mail = || self.people.iter().find(|person| !key.is_empty() && person.email.as_str().eq_ignore_ascii_case(key));
        by_key().or_else(by_mail).map_or(key, |named| self.person(named).key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, email: &str) -> Person {
        Person { id: id.into(), email: Clean::line(email), ..Person::default() }
    }

    #[test]
    fn whoever_is_known_by_mail_and_by_id_has_one_key() {
        let (both, mail, id) = (person("7", "me@x.io"), person("", "ME@x.io"), person("7", ""));
        let set = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
        let keys = |people: &[&Person], named: &[&str]| Roster::of(people.iter().copied()).keys(&set(named));
        assert_eq!(keys(&[&both, &mail, &id], &["ME@x.io", "7", "8"]), set(&["7", "8"]));
        assert_eq!(keys(&[&both], &["Me@X.io"]), set(&["7"]), "a key without its person");
        assert_eq!(keys(&[&mail, &both], &["7"]), set(&["ME@x.io"]), "the first one names");
        assert_eq!(keys(&[&mail, &id], &["ME@x.io", "7"]), set(&["ME@x.io", "7"]), "nothing says that they are one");
        let namesakes = [person("1", "shared@x.io"), person("2", "shared@x.io")];
        assert_eq!(keys(&[&namesakes[0], &namesakes[1]], &["1", "2"]), set(&["1", "2"]), "two ids are two people");
    }
}
