//! What Tines knows of every case.

use std::collections::BTreeMap;

use super::state::Tines;
use crate::demo::truth::{Truth, mail, name, text};
use crate::demo::vendor::Vendor;

pub(super) fn of(tines: &Tines) -> Vec<Truth> {
    tines.each(|case, is_listed, activities| {
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
