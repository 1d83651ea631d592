//! The embedded Datadog: Case Management v2 as its documents and its recorded answers describe it.
//! What was not recorded (page 0, sizes over 100) is refused with 400, so that a client cannot come to rely on it.

mod case;
mod catalog;
mod cell;
pub(crate) mod filter;
mod search;
mod shape;
mod stamp;
mod state;
mod timeline;
mod truth;
mod write;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use self::catalog::{KINDS, PROJECTS};
pub(crate) use self::state::Datadog;
use self::state::{CASE_TYPE, PLAIN_TYPE, Refusal, gateway_error, gateway_fallback, is_uuid};
use super::dice::uuid;
use super::gate::Gate;
use super::lock::hold;
use super::people::{ME, by_email};
use super::reply::{Pairs, is_read, pair, reply};
use super::service::{Here, Service};
use super::time::now_ms;
use super::tokens::rotate;
use super::truth::Truth;

impl Service for Datadog {
    fn routes(self: Arc<Self>, gate: Arc<Gate>) -> Router {
        Router::new()
            .route("/api/v1/validate", get(|| async { reply(200, PLAIN_TYPE, &json!({"valid": true})) }))
            .route("/api/v2/validate_keys", get(|| async { reply(200, PLAIN_TYPE, &json!({"status": "ok"})) }))
            .route("/api/v2/current_user", get(|| async { reply(200, PLAIN_TYPE, &shape::current_user()) }))
            .route("/api/v2/users", get(users))
            .route("/api/v2/users/{id}", get(one_user))
            .route("/api/v2/cases", get(search::search))
            .route("/api/v2/cases/projects", get(projects))
            .route("/api/v2/cases/projects/{id}", get(one_project))
            .route(
                "/api/v2/cases/types",
                get(|| async { reply(200, CASE_TYPE, &json!({"data": KINDS.iter().map(catalog::kind_json).collect::<Vec<_>>()})) }),
            )
            .route(
                "/api/v2/cases/types/custom_attributes",
                get(|| async { reply(200, CASE_TYPE, &json!({"data": KINDS.iter().flat_map(catalog::custom_json).collect::<Vec<_>>()})) }),
            )
            .route("/api/v2/cases/types/{id}/custom_attributes", get(custom_of_type))
            .route("/api/v2/cases/link", get(search::links))
            .route("/api/v2/cases/{id}", get(one))
            .route("/api/v2/cases/{id}/timelines", get(timelines))
            .route("/api/v2/cases/{id}/watchers", get(search::watchers))
            .route("/api/v2/cases/{id}/comment/{cell}", put(write::edit_comment).delete(write::delete_comment))
            .route("/api/v2/cases/{id}/custom_attributes/{key}", post(write::set_custom).delete(write::clear_custom))
            .route("/api/v2/cases/{id}/{action}", post(action))
            .fallback(|| async { gateway_fallback() })
            .with_state(Here { vendor: self, gate })
    }

    fn authorise(&self, headers: &HeaderMap, method: &str, path: &str) -> Option<Response> {
        let [of_organization, of_person, full, read_only] = &*hold(&self.tokens);
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let (api, application) = (text("dd-api-key"), text("dd-application-key"));
        let bearer = text("authorization").strip_prefix("Bearer ").unwrap_or_default();
        let gateway = |status: u16, words: &str| Some(reply(status, PLAIN_TYPE, &json!({"errors": [words]})));
        // A personal access token may stand in the place of the application key; the API key is then ignored.
        let token = if application.starts_with("ddpat_") { application } else { bearer };
        if token == *read_only && is_read(method) || token == *full {
            return None;
        }
        if token == *read_only {
            // The one recorded refusal for want of permission: objects, served as plain text.
            return Some(
                (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/plain")], r#"{"errors":[{"title":"Forbidden"}]}"#).into_response(),
            );
        }
        if api == *of_organization && (application == *of_person || path == "/api/v1/validate") {
            return None;
        }
        match (api.is_empty(), application.is_empty(), token.is_empty()) {
            (true, true, true) if path == "/api/v1/validate" => gateway(403, "API key required"),
            (true, true, true) => gateway(401, "Unauthorized"),
            _ => gateway(403, "Forbidden"),
        }
    }

    fn error(&self, status: u16) -> Response {
        gateway_error(status)
    }

    fn tokens(&self) -> Vec<(&'static str, String)> {
        let names = ["DEMO_DD_API_KEY", "DEMO_DD_APP_KEY", "DEMO_DD_TOKEN", "DEMO_DD_READ_TOKEN"];
        names.into_iter().zip(hold(&self.tokens).clone()).collect()
    }

    fn rotate(&self) {
        rotate(&mut *hold(&self.tokens));
    }

    fn newest(&self, count: usize) -> Vec<String> {
        let tenant = hold(&self.tenant);
        tenant.newest(0).take(count).map(|n| uuid(n, tenant.spec.key())).collect()
    }

    fn arrive(&self, now_ms: i64) -> bool {
        let mut tenant = hold(&self.tenant);
        let Some(number) = tenant.reserve() else { return false };
        let draft = tenant.spec.draft(number, now_ms);
        let mut case = case::full(&draft, &self.scenes);
        case.status = 0;
        (case.assignee, case.modifier, case.modified_ms, case.closed_ms) = (None, None, None, None);
        case.extra.remove("security_resolved_reason");
        case.cells = Some(timeline::cells(&draft, &case, &self.scenes).into_iter().take(1).collect());
        tenant.put(number, case);
        true
    }

    fn edit(&self, id: &str, field: &str, value: &str, who: usize) -> Result<(), String> {
        let (action, attributes) = match field {
            "title" | "description" | "priority" => (field, json!({field: value})),
            "status" => ("status", json!({"status_name": value})),
            "assignee" if value.is_empty() => ("unassign", json!({})),
            "assignee" => {
                let person = by_email(value).ok_or_else(|| format!("nobody here has the address {value}"))?;
                ("assign", json!({"assignee_id": case::user_id(person)}))
            }
            "archive" | "unarchive" => (field, json!({})),
            _ if field.starts_with("attribute ") => {
                let tenant = hold(&self.tenant);
                let number = self.find(&tenant, id).map_err(|r| r.words())?;
                let mut map = self.case(&tenant, number).attributes.clone();
                map.insert(field["attribute ".len()..].to_owned(), vec![value.to_owned()]);
                ("attributes", json!({"attributes": map}))
            }
            _ => {
                return Err(format!(
                    "Datadog cases have no field `{field}` that can be set here; use title, description, status, priority, assignee or `attribute KEY`"
                ));
            }
        };
        let body = json!({"data": {"type": "case", "attributes": attributes}}).to_string();
        self.act(id, action, body.as_bytes(), who, now_ms()).map(drop).map_err(|r| r.words())
    }

    fn comment(&self, id: &str, text: &str, who: usize) -> Result<(), String> {
        Self::comment(self, id, text, who, now_ms()).map(drop).map_err(|r| r.words())
    }

    fn remove(&self, id: &str, who: usize) -> Result<(), String> {
        self.edit(id, "archive", "", who)
    }

    fn statuses(&self) -> &'static [&'static str] {
        &["In Progress", "In Progress", "Closed", "Open"]
    }

    fn priorities(&self) -> &'static [&'static str] {
        &["P1", "P2", "P3", "P4"]
    }

    fn truth(&self) -> Vec<Truth> {
        truth::of(self)
    }
}

async fn action(State(here): State<Here<Datadog>>, Path((id, action)): Path<(String, String)>, body: Bytes) -> Response {
    here.vendor.act(&id, &action, &body, ME, now_ms()).unwrap_or_else(IntoResponse::into_response)
}

async fn one(State(here): State<Here<Datadog>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    match here.vendor.find(&tenant, &id) {
        Ok(number) => {
            let case = here.vendor.case(&tenant, number);
            reply(200, CASE_TYPE, &shape::single(&case, &uuid(number, tenant.spec.key())))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn timelines(State(here): State<Here<Datadog>>, Path(id): Path<String>, Query(query): Query<Pairs>) -> Response {
    let number_or = |name: &str, default: usize| pair(&query, name).map_or(Some(default), |text| text.parse().ok());
    let (Some(size), Some(page)) = (number_or("page[size]", 10).filter(|s| (1..=100).contains(s)), number_or("page[number]", 0)) else {
        return Refusal::invalid_parameter("page[size] must be between 1 and 100, page[number] not negative").into_response();
    };
    let size = here.gate.given(size);
    let tenant = hold(&here.vendor.tenant);
    let number = match here.vendor.find(&tenant, &id) {
        Ok(number) => number,
        Err(refusal) => return refusal.into_response(),
    };
    let case = here.vendor.case(&tenant, number);
    let mut cells = here.vendor.timeline(&tenant, &case);
    drop(tenant);
    if pair(&query, "sort[ascending]") != Some("true") {
        cells.reverse();
    }
    let data: Vec<Value> = cells.iter().skip(page.saturating_mul(size)).take(size).map(timeline::cell_json).collect();
    reply(200, CASE_TYPE, &json!({"data": data}))
}

async fn projects() -> Response {
    reply(200, CASE_TYPE, &json!({"data": PROJECTS.iter().map(catalog::project_json).collect::<Vec<_>>()}))
}

async fn one_project(Path(id): Path<String>) -> Response {
    if !is_uuid(&id) {
        return Refusal::invalid_parameter(format!("invalid UUID: {id}")).into_response();
    }
    match PROJECTS.iter().find(|p| p.id == id) {
        Some(project) => reply(200, CASE_TYPE, &json!({"data": catalog::project_json(project)})),
        None => Refusal::missing("failed to get project: project not found").into_response(),
    }
}

async fn custom_of_type(Path(id): Path<String>) -> Response {
    match KINDS.iter().find(|k| k.id == id) {
        Some(kind) => reply(200, CASE_TYPE, &json!({"data": catalog::custom_json(kind)})),
        None => Refusal::missing("case_type not found").into_response(),
    }
}

async fn users(Query(query): Query<Pairs>) -> Response {
    reply(200, PLAIN_TYPE, &shape::users(&query))
}

async fn one_user(Path(id): Path<String>) -> Response {
    match case::user(&id) {
        Some(person) => reply(200, PLAIN_TYPE, &json!({"data": shape::user(person), "included": []})),
        None => reply(404, PLAIN_TYPE, &json!({"errors": ["User not found"]})),
    }
}
