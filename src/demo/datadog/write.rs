//! Changes to a case. Every one answers 200 with the case as it is now, so that a client can refresh its row.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::case::{
    Case, PRIORITIES, {self},
};
use super::catalog::{CUSTOM, Group, KINDS, PROJECTS};
use super::{shape, timeline};
use crate::demo::datadog::cell::Cell;
use crate::demo::datadog::state::{CASE_TYPE, Datadog, Refusal, gateway_fallback, is_uuid};
use crate::demo::dice::{mix, uuid};
use crate::demo::lock::hold;
use crate::demo::people::ME;
use crate::demo::reply::reply;
use crate::demo::service::Here;
use crate::demo::time::now_ms;

/// What the server accepts as deprecated status, in the order in which it lists them.
const LEGACY: [&str; 14] = [
    "NOT_STARTED",
    "IN_PROGRESS",
    "CLOSED",
    "ACKNOWLEDGED",
    "TRIGGERED",
    "PENDING_APPROVAL",
    "COMPLETED",
    "CANCELLED",
    "DECLINED",
    "SUNKNOWN",
    "OPEN",
    "RESOLVED",
    "APPROVED",
    "IMPLEMENTING",
];

/// `data.attributes` of a body; wrong JSON, a wrong type and absent data are refused as recorded.
fn attributes(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let body: Value = serde_json::from_slice(body).map_err(|why| Refusal::bad_because(format!("error decoding body: {why}")))?;
    match body["data"]["type"].as_str() {
        Some("case") => Ok(body["data"]["attributes"].as_object().cloned().unwrap_or_default()),
        Some(other) => Err(Refusal::bad_because(format!("got type {other:?} expected one of \"case\""))),
        None => Err(Refusal::bad()),
    }
}

fn text<'a>(attributes: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    attributes.get(name).and_then(Value::as_str).ok_or_else(Refusal::bad)
}

fn non_empty<'a>(attributes: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    text(attributes, name).and_then(|t| if t.trim().is_empty() { Err(Refusal::bad()) } else { Ok(t) })
}

impl Datadog {
    /// Carries out `POST /cases/{id}/{action}` for `who`.
    pub(crate) fn act(&self, id: &str, action: &str, body: &[u8], who: usize, now_ms: i64) -> Result<Response, Refusal> {
        if action == "comment" {
            let attributes = attributes(body)?;
            let message = non_empty(&attributes, "comment")?.to_owned();
            let cell = self.comment(id, &message, who, now_ms)?;
            return Ok(reply(200, CASE_TYPE, &json!({"data": [timeline::cell_json(&cell)]})));
        }
        if ![
            "title",
            "description",
            "status",
            "priority",
            "assign",
            "unassign",
            "archive",
            "unarchive",
            "attributes",
            "due_date",
            "resolved_reason",
        ]
        .contains(&action)
        {
            return Ok(gateway_fallback());
        }
        // The id is looked at before the body, as everywhere on the path.
        self.find(&hold(&self.tenant), id)?;
        let attributes = attributes(body)?;
        self.change(id, who, now_ms, |case| apply(case, action, &attributes, who, now_ms))
    }

    /// Changes a stored copy and puts the note into its timeline.
    fn change(
        &self,
        id: &str,
        who: usize,
        now_ms: i64,
        change: impl FnOnce(&mut Case) -> Result<Value, Refusal>,
    ) -> Result<Response, Refusal> {
        let mut tenant = hold(&self.tenant);
        let number = self.find(&tenant, id)?;
        let mut case = self.case(&tenant, number).as_ref().clone();
        let note = change(&mut case)?;
        let mut cells = self.timeline(&tenant, &case);
        cells.push(Cell {
            id: next_cell_id(&case, &cells),
            kind: "ATTRIBUTE_UPDATE",
            author: Some(who),
            created_ms: now_ms,
            modified_ms: None,
            deleted_ms: None,
            content: note,
        });
        case.cells = Some(cells);
        // Never equal to the value before, so that a reader can tell that something happened.
        case.modified_ms = Some(case.modified_ms.map_or(now_ms, |before| now_ms.max(before + 1)));
        case.modifier = Some(who);
        let id = uuid(number, tenant.spec.key());
        let answer = shape::single(&case, &id);
        if tenant.is_hidden(number) != case.archived_ms.is_some() {
            tenant.hide(number, case.archived_ms.is_some());
        }
        tenant.put(number, case);
        Ok(reply(200, CASE_TYPE, &answer))
    }

    /// Adds a comment.
    pub(crate) fn comment(&self, id: &str, message: &str, who: usize, now_ms: i64) -> Result<Cell, Refusal> {
        let mut tenant = hold(&self.tenant);
        let number = self.find(&tenant, id)?;
        let mut case = self.case(&tenant, number).as_ref().clone();
        let mut cells = self.timeline(&tenant, &case);
        let cell = Cell {
            id: next_cell_id(&case, &cells),
            kind: "COMMENT",
            author: Some(who),
            created_ms: now_ms,
            modified_ms: None,
            deleted_ms: None,
            content: json!({"message": message}),
        };
        cells.push(cell.clone());
        case.cells = Some(cells);
        case.modified_ms = Some(case.modified_ms.map_or(now_ms, |before| now_ms.max(before + 1)));
        case.modifier = Some(who);
        tenant.put(number, case);
        Ok(cell)
    }

    fn change_cell(&self, id: &str, cell_id: &str, change: impl FnOnce(&mut Cell)) -> Result<(), Refusal> {
        let mut tenant = hold(&self.tenant);
        let number = self.find(&tenant, id)?;
        if !is_uuid(cell_id) {
            return Err(Refusal::invalid_parameter(format!("invalid UUID: {cell_id}")));
        }
        let mut case = self.case(&tenant, number).as_ref().clone();
        let mut cells = self.timeline(&tenant, &case);
        let cell = cells.iter_mut().find(|c| c.id == cell_id && c.kind == "COMMENT" && c.deleted_ms.is_none());
        change(cell.ok_or_else(|| Refusal::missing("timeline cell not found"))?);
        case.cells = Some(cells);
        tenant.put(number, case);
        Ok(())
    }
}

/// Cells are never removed, so their count names the next one.
fn next_cell_id(case: &Case, cells: &[Cell]) -> String {
    uuid(u32::try_from(cells.len()).unwrap_or(u32::MAX), mix(u64::from(case.number), 0xce12))
}

/// Applies one action; the answer is the note for the timeline.
fn apply(case: &mut Case, action: &str, attributes: &Map<String, Value>, who: usize, now_ms: i64) -> Result<Value, Refusal> {
    match action {
        "title" => non_empty(attributes, "title")?.clone_into(&mut case.title),
        "description" => text(attributes, "description")?.clone_into(&mut case.description),
        "status" => {
            let before = case.status_name();
            set_status(case, attributes, now_ms)?;
            return Ok(json!({"attribute": "status", "old": before, "new": case.status_name()}));
        }
        "priority" => {
            let name = text(attributes, "priority")?;
            let before = PRIORITIES[case.priority];
            let settable = &PRIORITIES[..6];
            case.priority = settable.iter().position(|p| *p == name).ok_or_else(|| Refusal::not_one_of("priority", name, settable))?;
            return Ok(json!({"attribute": "priority", "old": before, "new": name}));
        }
        "assign" => {
            let id = text(attributes, "assignee_id")?;
            if !is_uuid(id) {
                return Err(Refusal::bad());
            }
            let person = case::user(id).ok_or_else(|| Refusal::missing("user not found"))?;
            case.assignee = Some(person);
            if PROJECTS[case.project].starts_on_self_assign && person == who && case.group() == Group::Open {
                case.status = default_of(case.kind, Group::InProgress);
            }
            return Ok(json!({"attribute": "assignee", "new": id}));
        }
        "unassign" => case.assignee = None,
        "archive" => case.archived_ms = Some(case.archived_ms.unwrap_or(now_ms)),
        "unarchive" => case.archived_ms = None,
        "attributes" => set_attributes(case, attributes)?,
        "due_date" => match attributes.get("due_date") {
            Some(Value::Null) => drop(case.extra.remove("due_date")),
            Some(Value::String(date)) if date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok() => {
                drop(case.extra.insert("due_date".to_owned(), json!(date)));
            }
            _ => return Err(Refusal::bad()),
        },
        _ => {
            let reason = non_empty(attributes, "security_resolved_reason")?;
            case.extra.insert("security_resolved_reason".to_owned(), json!(reason));
        }
    }
    Ok(json!({"attribute": action}))
}

fn default_of(kind: usize, group: Group) -> usize {
    KINDS[kind].statuses.iter().position(|s| s.0 == group).unwrap_or(0)
}

/// By the type's own status name, or by the deprecated word.
fn set_status(case: &mut Case, attributes: &Map<String, Value>, now_ms: i64) -> Result<(), Refusal> {
    let statuses = KINDS[case.kind].statuses;
    case.status = if let Some(name) = attributes.get("status_name") {
        let name = name.as_str().ok_or_else(Refusal::bad)?;
        let names: Vec<&str> = statuses.iter().map(|s| s.1).collect();
        names.iter().position(|n| *n == name).ok_or_else(|| Refusal::not_one_of("status_name", name, &names))?
    } else {
        let word = text(attributes, "status")?;
        if !LEGACY.contains(&word) {
            return Err(Refusal::not_one_of("status", word, &LEGACY));
        }
        let group = match word {
            "OPEN" | "NOT_STARTED" | "TRIGGERED" | "SUNKNOWN" => Group::Open,
            "CLOSED" | "COMPLETED" | "CANCELLED" | "DECLINED" | "RESOLVED" => Group::Closed,
            _ => Group::InProgress,
        };
        statuses.iter().position(|s| s.2 == word && s.0 == group).unwrap_or_else(|| default_of(case.kind, group))
    };
    case.closed_ms = (case.group() == Group::Closed).then(|| case.closed_ms.unwrap_or(now_ms));
    Ok(())
}

fn set_attributes(case: &mut Case, attributes: &Map<String, Value>) -> Result<(), Refusal> {
    let map = attributes.get("attributes").and_then(Value::as_object).ok_or_else(Refusal::bad)?;
    let mut next = std::collections::BTreeMap::new();
    for (key, value) in map {
        let wrong = |what: &str| Refusal::bad_because(format!("error decoding attribute \"attributes\": invalid type {what}"));
        let values = value.as_array().ok_or_else(|| wrong(kind_of(value)))?;
        let values: Option<Vec<String>> = values.iter().map(|v| v.as_str().map(str::to_owned)).collect();
        next.insert(key.clone(), values.ok_or_else(|| wrong("array"))?);
    }
    case.attributes = next;
    Ok(())
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A comment's new text; the answer is 200 without a body.
pub(crate) async fn edit_comment(State(here): State<Here<Datadog>>, Path((id, cell)): Path<(String, String)>, body: Bytes) -> Response {
    let edit = || -> Result<(), Refusal> {
        let attributes = attributes(&body)?;
        let message = non_empty(&attributes, "comment")?;
        here.vendor.change_cell(&id, &cell, |cell| {
            cell.content = json!({"message": message});
            cell.modified_ms = Some(now_ms());
        })
    };
    edit().map_or_else(IntoResponse::into_response, |()| StatusCode::OK.into_response())
}

/// The comment stays in the list, scrubbed; the answer is 204, and 404 the second time.
pub(crate) async fn delete_comment(State(here): State<Here<Datadog>>, Path((id, cell)): Path<(String, String)>) -> Response {
    let scrub = |cell: &mut Cell| {
        cell.content = json!({"message": ""});
        cell.deleted_ms = Some(now_ms());
    };
    here.vendor.change_cell(&id, &cell, scrub).map_or_else(IntoResponse::into_response, |()| StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn set_custom(State(here): State<Here<Datadog>>, Path((id, key)): Path<(String, String)>, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let attributes = &body["data"]["attributes"];
    let set = |case: &mut Case| {
        let (_, _, kind, is_multi) = CUSTOM.iter().find(|c| c.0 == key).ok_or_else(|| unknown_custom(&key))?;
        let value = &attributes["value"];
        let one_fits = |v: &Value| if *kind == "NUMBER" { v.is_number() } else { v.is_string() };
        let fits = if *is_multi { value.as_array().is_some_and(|many| many.iter().all(one_fits)) } else { one_fits(value) };
        if attributes["type"] != *kind || attributes["is_multi"] != *is_multi || !fits {
            return Err(Refusal::bad());
        }
        case.custom.insert(key.clone(), json!({"type": kind, "is_multi": is_multi, "value": value}));
        Ok(json!({"attribute": key}))
    };
    here.vendor.change(&id, ME, now_ms(), set).unwrap_or_else(IntoResponse::into_response)
}

/// Clearing answers with the case, not with 204.
pub(crate) async fn clear_custom(State(here): State<Here<Datadog>>, Path((id, key)): Path<(String, String)>) -> Response {
    let clear = |case: &mut Case| case.custom.remove(&key).map(|_| json!({"attribute": key})).ok_or_else(|| unknown_custom(&key));
    here.vendor.change(&id, ME, now_ms(), clear).unwrap_or_else(IntoResponse::into_response)
}

fn unknown_custom(key: &str) -> Refusal {
    Refusal(
        404,
        json!({"code": "resource_not_found", "title": format!("rpc error: failed to resolve custom attribute config for key {key}: not found"), "meta": {"key": key}}),
    )
}
