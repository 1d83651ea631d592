//! Who is meant in a body, and which of two ids is the older.

use std::cmp::Ordering;

use super::wire::User;
use crate::domain::person::Person;
use crate::domain::text::Clean;

/// A person, or None for the empty object that stands for automation.
pub(super) fn person(user: &User<'_>) -> Option<Person> {
    let person = any_person(user);
    (!person.id.is_empty() || !person.email.is_empty() || !person.name.is_empty()).then_some(person)
}

/// As [`person`], but the empty object becomes a person without an id: `system`.
pub(super) fn any_person(user: &User<'_>) -> Person {
    let id = if user.newer_id.is_filled() { user.newer_id.id() } else { user.id.id() };
    let name = format!("{} {}", user.first_name.as_str().trim(), user.last_name.as_str().trim());
    let email = Clean::line(user.email.as_str().trim());
    Person { id, name: Clean::line(name.trim()), email, is_service: user.is_service_account.is_true() }
}

/// Whether `older` is before `newer` where ids are numbers, as text otherwise.
pub(super) fn by_id(older: &str, newer: &str) -> Ordering {
    match (older.parse::<u64>(), newer.parse::<u64>()) {
        (Ok(older), Ok(newer)) => older.cmp(&newer),
        _ => older.cmp(newer),
    }
}
