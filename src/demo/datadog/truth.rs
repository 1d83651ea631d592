//! What Datadog knows of every case.

use super::catalog::Group;
use super::state::Datadog;
use crate::demo::truth::{Truth, mail, name, text};
use crate::demo::vendor::Vendor;

pub(super) fn of(datadog: &Datadog) -> Vec<Truth> {
    datadog.each(|id, case, is_listed, cells| Truth {
        vendor: Vendor::Datadog,
        id,
        key: case.key(),
        is_listed,
        title: case.title.clone(),
        description: Some(case.description.clone()),
        status: case.status_name().to_owned(),
        is_open: case.group() != Group::Closed && case.archived_ms.is_none(),
        priority: case.priority_name().to_owned(),
        assignees: case.assignee.map(mail).into_iter().collect(),
        names: case.assignee.map(name).into_iter().collect(),
        tags: Vec::new(),
        attributes: case.attributes.clone(),
        fields: case.custom.clone().into_iter().collect(),
        comments: cells.iter().filter(|cell| cell.kind == "COMMENT").filter_map(|cell| text(&cell.content["message"])).collect(),
    })
}
