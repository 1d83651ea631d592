//! What the vendors know of every case, in one plain shape: for a judge that compares what is shown and sent with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Vendor;
use super::datadog::Datadog;
use super::people::PEOPLE;
use super::serverops::ServerOps;
use super::tines::Tines;
use super::world::World;

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

impl World {
    /// Cases that were archived before the start are left out.
    pub(crate) fn truth(&self, vendor: Vendor) -> Vec<Truth> {
        match vendor {
            Vendor::Datadog => self.datadog.truth(),
            Vendor::Tines => self.tines.truth(),
            Vendor::ServerOps => self.serverops.truth(),
        }
    }
}

fn mail(person: usize) -> String {
    PEOPLE.get(person).map_or_else(String::new, |person| person.email.to_owned())
}

fn name(person: usize) -> String {
    PEOPLE.get(person).map_or_else(String::new, |person| person.name.to_owned())
}

impl Datadog {
    fn truth(&self) -> Vec<Truth> {
        self.each(|id, case, is_listed, cells| Truth {
            vendor: Vendor::Datadog,
            id,
            key: case.key(),
            is_listed,
            title: case.title.clone(),
            description: Some(case.description.clone()),
            status: case.status_name().to_owned(),
            is_open: case.group() != super::datadog::Group::Closed && case.archived_ms.is_none(),
            priority: case.priority_name().to_owned(),
            assignees: case.assignee.map(mail).into_iter().collect(),
            names: case.assignee.map(name).into_iter().collect(),
            tags: Vec::new(),
            attributes: case.attributes.clone(),
            fields: case.custom.clone().into_iter().collect(),
            comments: cells.iter().filter(|cell| cell.kind == "COMMENT").filter_map(|cell| text(&cell.content["message"])).collect(),
        })
    }
}

impl Tines {
    fn truth(&self) -> Vec<Truth> {
        self.each(|case, is_listed, activities| {
            let is_comment = |kind: &str| kind == "COMMENTED" || kind == "FILE_ATTACHED_AND_COMMENTED";
            Truth {
                vendor: Vendor::Tines,
                id: case.id().to_string(),
                key: case.id().to_string(),
                is_listed,
                title: case.name.clone(),
                description: case.description.clone(),
                status: case.status_name().to_owned(),
                is_open: case.is_open(),
                priority: case.priority.clone(),
                assignees: case.assignees.iter().copied().map(mail).collect(),
                names: case.assignees.iter().copied().map(name).collect(),
                tags: case.tags.clone(),
                attributes: BTreeMap::new(),
                fields: case.fields.iter().map(|field| (field.name().to_owned(), field.value.clone())).collect(),
                comments: activities.iter().filter(|entry| is_comment(entry.kind)).filter_map(|entry| text(&entry.value)).collect(),
            }
        })
    }
}

impl ServerOps {
    fn truth(&self) -> Vec<Truth> {
        self.each(|id, case, is_listed| Truth {
            vendor: Vendor::ServerOps,
            key: id.clone(),
            id,
            is_listed,
            title: case.title.clone(),
            description: case.description.clone(),
            is_open: !matches!(case.status.as_str(), "closed" | "archived"),
            status: case.status.clone(),
            priority: String::new(),
            assignees: Vec::new(),
            names: Vec::new(),
            tags: Vec::new(),
            attributes: BTreeMap::new(),
            fields: BTreeMap::new(),
            comments: Vec::new(),
        })
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

impl super::Demo {
    /// Every case of a vendor as the vendor has it now, in the order of their numbers, also those that left the list since
    /// the start.
    pub fn truth(&self, vendor: Vendor) -> Vec<Truth> {
        Arc::clone(&self.world).truth(vendor)
    }
}
