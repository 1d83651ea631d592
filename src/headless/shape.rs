//! What the whole of a case looks like in JSON: an [`Item`] and all that belongs to it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::base::base;
use crate::app::item::{Item, PersonShape, some};
use crate::domain::activity::Activity;
use crate::domain::case::{Attachment, Case, FieldKind};
use crate::domain::record::RecordTable;
use crate::domain::text::{Clean, MAX_MARKS, is_mark};

/// One case with everything that belongs to it.
#[derive(Serialize)]
pub(super) struct Whole<'a> {
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
pub(super) fn kind_name(kind: &FieldKind) -> &str {
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
    pub(super) fn new(
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
            group: case.group.as_ref().map(|group| group.name.as_str()),
            case_type: case.case_type.as_ref().map(|kind| kind.name.as_str()),
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
                .map(|condition| ConditionShape { name: condition.name.as_str(), formula: condition.formula.as_str() })
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
            name: field.name.as_str(),
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
            label: button.label.as_str(),
            kind: some(button.kind.as_str()),
            url: button.url.as_ref().map(Clean::as_str),
        })
        .collect()
}

fn links(case: &Case) -> Vec<LinkShape<'_>> {
    let cases = case.links.iter().map(|link| LinkShape {
        system: "case",
        id: some(&link.id),
        title: some(link.title.as_str()),
        url: None,
        state: None,
    });
    let tickets = case.tickets.iter().map(|ticket| LinkShape {
        system: ticket.system.as_str(),
        id: None,
        title: some(ticket.label.as_str()),
        url: ticket.url.as_ref().map(Clean::as_str),
        state: some(ticket.state.as_str()),
    });
    cases.chain(tickets).collect()
}

impl<'a> From<&'a Activity> for ActivityShape<'a> {
    fn from(activity: &'a Activity) -> Self {
        Self {
            id: &activity.id,
            at: activity.at,
            who: activity.who.as_ref().map(PersonShape::from),
            kind: activity.kind.as_str(),
            topic: activity.topic,
            text: some(activity.text.as_str()),
            file: activity.file.as_ref().map(Clean::as_str),
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
                values: table.columns.iter().zip(&record.cells).map(|(column, cell)| (column.as_str(), some(cell.as_str()))).collect(),
            })
            .collect();
        Self { type_id: some(&table.type_id), type_name: some(table.type_name.as_str()), columns: &table.columns, rows }
    }
}

impl<'a> From<&'a Attachment> for AttachmentShape<'a> {
    fn from(file: &'a Attachment) -> Self {
        Self {
            id: some(&file.id),
            name: file.name.as_str(),
            content_type: some(file.content_type.as_str()),
            size_bytes: file.size_bytes,
            sha256: some(file.sha256.as_str()),
            url: file.url.as_ref().map(Clean::as_str),
            abuse_status: some(file.abuse_status.as_str()),
            visibility: some(file.visibility.as_str()),
            created_at: file.created_at,
            updated_at: file.updated_at,
            key: some(file.key.as_str()),
            folder: some(file.folder.as_str()),
            tags: &file.tags,
            storage_class: some(file.storage_class.as_str()),
        }
    }
}

/// The vendor's JSON, the same values in fewer and harmless bytes: blanks between tokens go, and whatever could steer
/// a terminal is written as `\uXXXX`. None when it is not JSON.
pub(super) fn vendor_json(raw: &str) -> Option<Box<RawValue>> {
    let mut out = String::with_capacity(raw.len());
    let mut in_string = false;
    let mut escaped = false;
    let mut marks = 0;
    for c in raw.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            in_string = c == '"';
        }
        marks = if is_mark(c) { marks + 1 } else { 0 };
        let is_piled = marks > MAX_MARKS;
        if c == '\u{7f}' || is_piled || (!c.is_ascii() && Clean::line(c.encode_utf8(&mut [0; 4])).as_str().starts_with(['<', ' '])) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    RawValue::from_string(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_json_keeps_its_values_and_loses_its_teeth() {
        let raw = "{\r\n \"b\" : \"x\u{202e}y\u{9b}z\\\" \u{7f}\u{e0041}\",\t\"a\":[1.50, 12345678901234567890123]}";
        let safe = vendor_json(raw).unwrap();
        assert_eq!(safe.get(), r#"{"b":"x\u202ey\u009bz\" \u007f\udb40\udc41","a":[1.50,12345678901234567890123]}"#);
        let (before, after): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(raw).unwrap(), serde_json::from_str(safe.get()).unwrap());
        assert_eq!(before, after);
        assert!(vendor_json("<html>").is_none());
        assert_eq!(vendor_json("\"é漢🙂\\\\\"").unwrap().get(), "\"é漢🙂\\\\\"");
    }
}
