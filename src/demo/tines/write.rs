//! Changes: PUT merges the keys that it is given; comments and field values have endpoints of their own.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::case::{
    Case, PRIORITIES, SUB_STATUSES, TEAMS, sub_status_id, {self},
};
use super::shape;
use crate::demo::lock::hold;
use crate::demo::people::{ME, PEOPLE, by_email};
use crate::demo::reply::reply;
use crate::demo::service::Here;
use crate::demo::time::{now_ms, parse_time, rfc3339};
use crate::demo::tines::account::user_number;
use crate::demo::tines::entry::Activity;
use crate::demo::tines::state::{Refusal, TYPE, Tines};

fn unprocessable(message: impl Into<String>, details: &'static str) -> Refusal {
    Refusal::Errors(422, message.into(), details)
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(Refusal::Errors(400, "The request body is not a JSON object".to_owned(), "")),
    }
}

/// What a PUT did, beside the case itself.
#[derive(Default)]
struct Trace {
    /// Entries for the timeline.
    notes: Vec<(&'static str, Value)>,
    reopened: bool,
}

pub(crate) async fn update(State(here): State<Here<Tines>>, Path(id): Path<String>, body: Bytes) -> Response {
    object(&body)
        .and_then(|keys| put(&here.vendor, &id, &keys, ME))
        .map_or_else(IntoResponse::into_response, |case| reply(200, TYPE, &case))
}

/// Merges `keys` into the case; all or nothing.
fn put(tines: &Tines, id: &str, keys: &Map<String, Value>, who: usize) -> Result<Value, Refusal> {
    let mut tenant = hold(&tines.tenant);
    let number = Tines::find(&tenant, id)?;
    let mut case = tines.case(&tenant, number).as_ref().clone();
    let mut activities = tines.timeline(&tenant, &case);
    let mut trace = Trace::default();
    texts(&mut case, keys, &mut trace)?;
    people_and_tags(&mut case, keys, &mut trace)?;
    status(&mut case, keys, who, &mut trace)?;
    for (kind, value) in trace.notes {
        note(&case, &mut activities, kind, value, who);
    }
    // Whole seconds are all that a reader sees; two changes within one must still differ.
    case.updated_ms = now_ms().max(case.updated_ms + 1_000);
    case.activities = Some(activities);
    if trace.reopened {
        for person in &case.assignees {
            tines.mails.send(PEOPLE[*person].email, format!("Case {} was reopened: {}", case.id(), case.name));
        }
    }
    let answer = tines.whole(&tenant, &case);
    tenant.put(number, case);
    Ok(answer)
}

/// Entries are never removed, so their count names the next one.
fn note(case: &Case, activities: &mut Vec<Activity>, kind: &'static str, value: Value, user: usize) -> u64 {
    let id = case.id() * 1_000 + activities.len() as u64;
    activities.push(Activity { id, kind, value, user: Some(user), created_ms: now_ms(), file: None });
    id
}

fn texts(case: &mut Case, keys: &Map<String, Value>, trace: &mut Trace) -> Result<(), Refusal> {
    if let Some(name) = keys.get("name") {
        let name = name.as_str().filter(|n| !n.trim().is_empty()).ok_or_else(|| unprocessable("Name can't be blank", "name"))?;
        name.clone_into(&mut case.name);
    }
    match keys.get("description") {
        None => {}
        Some(Value::Null) => case.description = None,
        Some(Value::String(text)) => case.description = Some(text.clone()),
        Some(_) => return Err(unprocessable("Description must be a string", "description")),
    }
    if let Some(priority) = keys.get("priority") {
        let priority = priority.as_str().unwrap_or_default().to_uppercase();
        if !PRIORITIES.contains(&priority.as_str()) {
            return Err(unprocessable("Priority is not included in the list", "priority"));
        }
        trace.notes.push(("SEVERITY_UPDATED", json!(priority.to_lowercase())));
        case.priority = priority;
    }
    if let Some(team) = keys.get("team_id") {
        let id = team.as_u64().or_else(|| team.as_str()?.parse().ok());
        case.team = TEAMS.iter().position(|t| Some(t.id) == id).ok_or_else(|| unprocessable("Team must exist", "team_id"))?;
    }
    if let Some(conditions) = keys.get("closure_conditions").and_then(Value::as_array) {
        let pair = |c: &Value| Some((c["name"].as_str()?.to_owned(), c["formula"].as_str()?.to_owned()));
        case.closure = conditions
            .iter()
            .map(pair)
            .collect::<Option<_>>()
            .ok_or_else(|| unprocessable("Closure conditions need a name and a formula", "closure_conditions"))?;
    }
    if let Some(time) = keys.get("resolved_at").and_then(Value::as_str) {
        case.resolved_ms = Some(parse_time(time).ok_or_else(|| unprocessable("resolved_at is not a time", "resolved_at"))?);
    }
    Ok(())
}

fn list<'a>(keys: &'a Map<String, Value>, name: &str) -> Result<Option<Vec<&'a str>>, Refusal> {
    match keys.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(many)) => many
            .iter()
            .map(Value::as_str)
            .collect::<Option<Vec<_>>>()
            .map(Some)
            .ok_or_else(|| unprocessable(format!("{name} must be an array of strings"), "")),
        Some(_) => Err(unprocessable(format!("{name} must be an array of strings"), "")),
    }
}

fn people_and_tags(case: &mut Case, keys: &Map<String, Value>, trace: &mut Trace) -> Result<(), Refusal> {
    let people = |name: &str| -> Result<Vec<usize>, Refusal> {
        list(keys, name)?
            .unwrap_or_default()
            .iter()
            .map(|email| by_email(email).ok_or_else(|| unprocessable(format!("User {email} is not a member of the team"), "assignees")))
            .collect()
    };
    let ids = |people: &[usize]| json!(people.iter().map(|p| user_number(*p).to_string()).collect::<Vec<_>>().join(","));
    let mut added = people("add_assignee_emails")?;
    let mut removed = people("remove_assignee_emails")?;
    if keys.contains_key("assignee_emails") {
        let wanted = people("assignee_emails")?;
        removed.extend(case.assignees.iter().copied().filter(|p| !wanted.contains(p)));
        added.extend(wanted);
    }
    added.retain(|p| !case.assignees.contains(p));
    removed.retain(|p| case.assignees.contains(p));
    if !added.is_empty() {
        trace.notes.push(("ASSIGNED", ids(&added)));
        case.assignees.extend(added);
    }
    if !removed.is_empty() {
        case.assignees.retain(|p| !removed.contains(p));
        trace.notes.push(("UNASSIGNED", ids(&removed)));
    }
    let mut fresh = list(keys, "add_tag_names")?.unwrap_or_default();
    fresh.retain(|tag| !tag.trim().is_empty() && !case.tags.iter().any(|t| t == tag));
    if !fresh.is_empty() {
        trace.notes.push(("TAGS_ADDED", json!(fresh.join(","))));
        case.tags.extend(fresh.into_iter().map(str::to_owned));
    }
    let gone = list(keys, "remove_tag_names")?.unwrap_or_default();
    if case.tags.iter().any(|t| gone.contains(&t.as_str())) {
        case.tags.retain(|t| !gone.contains(&t.as_str()));
        trace.notes.push(("TAGS_REMOVED", json!(gone.join(","))));
    }
    Ok(())
}

/// Comes last, so that conditions are judged by what the same PUT changed.
fn status(case: &mut Case, keys: &Map<String, Value>, who: usize, trace: &mut Trace) -> Result<(), Refusal> {
    let was_open = case.is_open();
    if let Some(id) = keys.get("sub_status_id") {
        let id = id.as_u64().or_else(|| id.as_str()?.parse().ok());
        let at = (0..SUB_STATUSES.len()).find(|at| Some(sub_status_id(case.team, *at)) == id);
        case.sub_status = at.ok_or_else(|| unprocessable("Sub status must belong to the team of the case", "sub_status_id"))?;
        trace.notes.push(("SUB_STATUS_UPDATED", json!(SUB_STATUSES[case.sub_status].0)));
    }
    if let Some(status) = keys.get("status") {
        let open = match status.as_str().unwrap_or_default().to_lowercase().as_str() {
            "open" => true,
            "closed" => false,
            _ => return Err(unprocessable("Status is not included in the list", "status")),
        };
        if open != case.is_open() {
            case.sub_status = if open { 0 } else { 4 };
        }
    }
    match (was_open, case.is_open()) {
        (true, false) => {
            let unmet = case.unmet();
            if !unmet.is_empty() {
                return Err(unprocessable(format!("Closure conditions are not met: {}", unmet.join("; ")), "closure_conditions"));
            }
            case.resolved_ms = Some(now_ms());
            case.resolver = Some(who);
            case.slas.iter_mut().for_each(|sla| sla.stopped_ms = sla.stopped_ms.or(case.resolved_ms));
            trace.notes.push(("STATUS_UPDATED", json!("closed")));
        }
        (false, true) => {
            (case.resolved_ms, case.resolver) = (None, None);
            case.slas.iter_mut().filter(|sla| sla.kind == "completion").for_each(|sla| sla.stopped_ms = None);
            trace.notes.push(("STATUS_UPDATED", json!("open")));
            trace.reopened = true;
        }
        _ => {}
    }
    Ok(())
}

impl Tines {
    /// Adds a comment; the answer is the comment as the endpoint shows it.
    pub(crate) fn comment(&self, id: &str, text: &str, who: usize, now_ms: i64) -> Result<Value, Refusal> {
        let mut tenant = hold(&self.tenant);
        let number = Self::find(&tenant, id)?;
        if text.trim().is_empty() {
            return Err(unprocessable("Value can't be blank", "value"));
        }
        let mut case = self.case(&tenant, number).as_ref().clone();
        let mut activities = self.timeline(&tenant, &case);
        let comment = note(&case, &mut activities, "COMMENTED", json!(text), who);
        case.activities = Some(activities);
        case.updated_ms = now_ms.max(case.updated_ms + 1_000);
        let answer = json!({
            "case_id": case.id(), "id": comment, "activity_type": "COMMENTED", "value": text, "created_at": rfc3339(now_ms), "user": shape::user(Some(who)), "reactions": [],
        });
        tenant.put(number, case);
        Ok(answer)
    }
}

pub(crate) async fn comment(State(here): State<Here<Tines>>, Path(id): Path<String>, body: Bytes) -> Response {
    let add = || {
        let body = object(&body)?;
        here.vendor.comment(&id, body.get("value").and_then(Value::as_str).unwrap_or_default(), ME, now_ms())
    };
    add().map_or_else(IntoResponse::into_response, |comment| reply(201, TYPE, &comment))
}

pub(crate) async fn set_field(State(here): State<Here<Tines>>, Path((id, field)): Path<(String, String)>, body: Bytes) -> Response {
    let set = || -> Result<Value, Refusal> {
        let body = object(&body)?;
        let mut tenant = hold(&here.vendor.tenant);
        let number = Tines::find(&tenant, &id)?;
        let mut case = here.vendor.case(&tenant, number).as_ref().clone();
        let input = field.parse::<u64>().ok().and_then(|f| f.checked_sub(case.id() * 10));
        let at = case
            .fields
            .iter()
            .position(|f| Some(f.input as u64) == input)
            .ok_or_else(|| Refusal::Single(404, "Field not found".to_owned()))?;
        let value = body.get("value").cloned().unwrap_or_default();
        let (input, options) = (case.fields[at].input, case::INPUTS[case.fields[at].input].3);
        if !options.is_empty() && !value.is_null() && !value.as_str().is_some_and(|v| options.contains(&v)) {
            return Err(unprocessable("Value is not one of the options", "value"));
        }
        case.fields[at].value = value;
        case.updated_ms = now_ms().max(case.updated_ms + 1_000);
        let mut activities = here.vendor.timeline(&tenant, &case);
        note(&case, &mut activities, "FIELD_UPDATED", json!(case::INPUTS[input].0), ME);
        case.activities = Some(activities);
        let answer = json!({"case_id": case.id(), "field": shape::field(&case, input, &case.fields[at].value)});
        tenant.put(number, case);
        Ok(answer)
    };
    set().map_or_else(IntoResponse::into_response, |field| reply(200, TYPE, &field))
}

/// A change made inside the world, through the same code as a request's.
pub(super) fn edit(tines: &Tines, id: &str, field: &str, value: &str, who: usize) -> Result<(), String> {
    let body = match field {
        "title" => json!({"name": value}),
        "description" | "priority" => json!({field: value}),
        "add_tag" => json!({"add_tag_names": [value]}),
        "remove_tag" => json!({"remove_tag_names": [value]}),
        "assignee" => json!({"assignee_emails": if value.is_empty() { vec![] } else { vec![value] }}),
        "status" if ["open", "closed"].contains(&value.to_lowercase().as_str()) => json!({"status": value}),
        "status" => {
            let at = SUB_STATUSES
                .iter()
                .position(|(name, _)| name.eq_ignore_ascii_case(value))
                .ok_or_else(|| format!("Tines has no status `{value}` here"))?;
            let tenant = hold(&tines.tenant);
            let number = Tines::find(&tenant, id).map_err(|r| r.words())?;
            json!({"sub_status_id": sub_status_id(tines.case(&tenant, number).team, at)})
        }
        _ => {
            return Err(format!(
                "Tines cases have no field `{field}` that can be set here; use title, description, status, priority, assignee, add_tag or remove_tag"
            ));
        }
    };
    put(tines, id, body.as_object().unwrap_or(&Map::new()), who).map(drop).map_err(|r| r.words())
}
