//! What the whole of a case looks like in JSON: an [`Item`] and all that belongs to it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::cli::run::base::base;
use crate::domain::activity::Activity;
use crate::domain::case::{Attachment, Case, FieldKind};
use crate::domain::record::RecordTable;
use crate::domain::text::Clean;
use crate::export::item::{Item, PersonShape, some};

/// One case with everything that belongs to it.
#[derive(Serialize)]
pub(in crate::cli) struct Whole<'a> {
    #[serde(flatten)]
    item: Item<'a>,
    /// For `edit --if-base`.
    base: String,
    author: Option<PersonShape<'a>>,
    opened_by: Option<PersonShape<'a>>,
    opened_at: Option<Timestamp>,
    closed_by: Option<PersonShape<'a>>,
    changed_by: Option<PersonShape<'a>>,
    group: Option<&'a str>,
    #[serde(rename = "type")]
    case_type: Option<&'a str>,
    comment_count: Option<u64>,
    activities: Vec<ActivityShape<'a>>,
    records: Vec<TableShape<'a>>,
    fields: Vec<FieldShape<'a>>,
    attachments: Vec<AttachmentShape<'a>>,
    links: Vec<LinkShape<'a>>,
    actions: Vec<ActionShape<'a>>,
    closure_conditions: Vec<ConditionShape<'a>>,
    /// Only when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct ActivityShape<'a> {
    id: &'a str,
    at: Option<Timestamp>,
    who: Option<PersonShape<'a>>,
    kind: &'a str,
    topic: crate::domain::activity::Topic,
    text: Option<&'a str>,
    file: Option<&'a str>,
    deleted: bool,
}

#[derive(Serialize)]
struct TableShape<'a> {
    type_id: Option<&'a str>,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
    columns: &'a [Clean],
    rows: Vec<RecordShape<'a>>,
}

#[derive(Serialize)]
struct RecordShape<'a> {
    id: &'a str,
    created_at: Option<Timestamp>,
    /// By column; null where the record has no value.
    values: BTreeMap<&'a str, Option<&'a str>>,
}

#[derive(Serialize)]
struct FieldShape<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    values: &'a [Clean],
    options: &'a [Clean],
}

/// What the vendor offers to do; `url` of a page only.
#[derive(Serialize)]
struct ActionShape<'a> {
    id: Option<&'a str>,
    label: &'a str,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct AttachmentShape<'a> {
    id: Option<&'a str>,
    name: &'a str,
    content_type: Option<&'a str>,
    size_bytes: Option<u64>,
    sha256: Option<&'a str>,
    url: Option<&'a str>,
    abuse_status: Option<&'a str>,
    visibility: Option<&'a str>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    key: Option<&'a str>,
    folder: Option<&'a str>,
    tags: &'a [Clean],
    storage_class: Option<&'a str>,
}

/// Another case of the same source, or a ticket elsewhere.
#[derive(Serialize)]
struct LinkShape<'a> {
    system: &'a str,
    id: Option<&'a str>,
    title: Option<&'a str>,
    url: Option<&'a str>,
    state: Option<&'a str>,
}

#[derive(Serialize)]
struct ConditionShape<'a> {
    name: &'a str,
    formula: &'a str,
}

/// How a field's type is called in text and JSON.
pub(in crate::cli) fn kind_name(kind: &FieldKind) -> &str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::Number => "number",
        FieldKind::Url => "url",
        FieldKind::Select => "select",
        FieldKind::Bool => "bool",
        FieldKind::Time => "time",
        FieldKind::Other(name) => name.as_str(),
    }
}

impl<'a> Whole<'a> {
    pub(in crate::cli) fn new(
        item: Item<'a>,
        case: &'a Case,
        activities: &'a [Activity],
        records: &'a [RecordTable],
        raw: Option<Box<RawValue>>,
    ) -> Self {
        Self {
            item,
            base: base(case),
            author: case.author.as_ref().map(PersonShape::from),
            opened_by: case.opened_by.as_ref().map(PersonShape::from),
            opened_at: case.opened_at,
            closed_by: case.closed_by.as_ref().map(PersonShape::from),
            changed_by: case.changed_by.as_ref().map(PersonShape::from),
            group: case.group.as_ref().map(|group| group.name.raw()),
            case_type: case.case_type.as_ref().map(|kind| kind.name.raw()),
            comment_count: case.comment_count,
            activities: activities.iter().map(ActivityShape::from).collect(),
            records: records.iter().map(TableShape::from).collect(),
            fields: fields(case),
            attachments: case.attachments.iter().map(AttachmentShape::from).collect(),
            links: links(case),
            actions: actions(case),
            closure_conditions: case
                .closure_conditions
                .iter()
                .map(|condition| ConditionShape { name: condition.name.raw(), formula: condition.formula.raw() })
                .collect(),
            raw,
        }
    }
}

fn fields(case: &Case) -> Vec<FieldShape<'_>> {
    case.fields
        .iter()
        .map(|field| FieldShape {
            id: &field.id,
            name: field.name.raw(),
            kind: kind_name(&field.kind),
            values: &field.values,
            options: &field.options,
        })
        .collect()
}

fn actions(case: &Case) -> Vec<ActionShape<'_>> {
    case.buttons
        .iter()
        .map(|button| ActionShape {
            id: some(&button.id),
            label: button.label.raw(),
            kind: some(button.kind.raw()),
            url: button.url.as_ref().map(Clean::raw),
        })
        .collect()
}

fn links(case: &Case) -> Vec<LinkShape<'_>> {
    let cases = case.links.iter().map(|link| LinkShape {
        system: "case",
        id: some(&link.id),
        title: some(link.title.raw()),
        url: None,
        state: None,
    });
    let tickets = case.tickets.iter().map(|ticket| LinkShape {
        system: ticket.system.raw(),
        id: None,
        title: some(ticket.label.raw()),
        url: ticket.url.as_ref().map(Clean::raw),
        state: some(ticket.state.raw()),
    });
    cases.chain(tickets).collect()
}

impl<'a> From<&'a Activity> for ActivityShape<'a> {
    fn from(activity: &'a Activity) -> Self {
        Self {
            id: &activity.id,
            at: activity.at,
            who: activity.who.as_ref().map(PersonShape::from),
            kind: activity.kind.raw(),
            topic: activity.topic,
            text: some(activity.text.raw()),
            file: activity.file.as_ref().map(Clean::raw),
            deleted: activity.is_deleted,
        }
    }
}

impl<'a> From<&'a RecordTable> for TableShape<'a> {
    fn from(table: &'a RecordTable) -> Self {
        let rows = table
            .rows
            .iter()
            .map(|record| RecordShape {
                id: &record.id,
                created_at: record.created_at,
                values: table.columns.iter().zip(&record.cells).map(|(column, cell)| (column.raw(), some(cell.raw()))).collect(),
            })
            .collect();
        Self { type_id: some(&table.type_id), type_name: some(table.type_name.raw()), columns: &table.columns, rows }
    }
}

impl<'a> From<&'a Attachment> for AttachmentShape<'a> {
    fn from(file: &'a Attachment) -> Self {
        Self {
            id: some(&file.id),
            name: file.name.raw(),
            content_type: some(file.content_type.raw()),
            size_bytes: file.size_bytes,
            sha256: some(file.sha256.raw()),
            url: file.url.as_ref().map(Clean::raw),
            abuse_status: some(file.abuse_status.raw()),
            visibility: some(file.visibility.raw()),
            created_at: file.created_at,
            updated_at: file.updated_at,
            key: some(file.key.raw()),
            folder: some(file.folder.raw()),
            tags: &file.tags,
            storage_class: some(file.storage_class.raw()),
        }
    }
}
