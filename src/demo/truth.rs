//! What the vendors know of every case, in one plain shape: for a judge that compares what is shown and sent with it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::people::PEOPLE;
use super::vendor::Vendor;

/// A case as its vendor has it at this moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    pub vendor: Vendor,
    /// As in [`super::Demo::ids`].
    pub id: String,
    /// As people name it: at Datadog `SEC-882`, else the id.
    pub key: String,
    /// The vendor's list has it: it is neither archived nor deleted.
    pub is_listed: bool,
    /// Byte for byte, like all texts here.
    pub title: String,
    /// None: the vendor has none, which is not an empty one.
    pub description: Option<String>,
    /// The vendor's own name.
    pub status: String,
    /// Neither closed nor archived.
    pub is_open: bool,
    /// The vendor's own name; empty where the vendor has none.
    pub priority: String,
    /// Mail addresses.
    pub assignees: Vec<String>,
    /// Their names, in the same order; empty where the vendor has none.
    pub names: Vec<String>,
    /// Names at Tines; at the others none.
    pub tags: Vec<String>,
    /// Datadog's attributes.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Tines' fields by their names; Datadog's custom attributes by their keys.
    pub fields: BTreeMap<String, Value>,
    /// Texts that people wrote into the timeline, oldest first.
    pub comments: Vec<String>,
}

/// A person's address.
pub(crate) fn mail(person: usize) -> String {
    PEOPLE.get(person).map_or_else(String::new, |person| person.email.to_owned())
}

/// A person's name.
pub(crate) fn name(person: usize) -> String {
    PEOPLE.get(person).map_or_else(String::new, |person| person.name.to_owned())
}

/// A JSON text.
pub(crate) fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
