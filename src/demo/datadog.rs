//! The embedded Datadog: Case Management v2 as its documents and its recorded answers describe it.
//! What was not recorded (page 0, sizes over 100) is refused with 400, so that a client cannot come to rely on it.

mod case;
mod catalog;
mod filter;
mod search;
mod shape;
mod timeline;
mod write;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};

pub(crate) use self::case::Case;
pub(crate) use self::catalog::Group;
use self::catalog::{KINDS, PROJECTS};
pub use self::filter::Search;
use self::timeline::Cell;
use super::Vendor;
use super::dice::{mix, number_of, uuid};
use super::gate::{is_read, json as reply};
use super::scenes::Scenes;
use super::tenant::{Draft, Spec, Tenant, now_ms};
use super::world::{Secrets, World, hold};

/// Case endpoints answer with this, errors too.
const CASE_TYPE: &str = "application/vnd.api+json";
/// User endpoints and the gateway answer with this.
const PLAIN_TYPE: &str = "application/json";
/// Cases that were archived before the start: readable by id, never listed.
const SHELVED: u32 = 40;
/// Place of the first hostile case from the newest.
const HOSTILE_AT: i64 = 11;

/// Query pairs, decoded.
pub(crate) type Pairs = Vec<(String, String)>;

pub(crate) fn pair<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// One tenant of Datadog.
pub(crate) struct Datadog {
    tenant: Mutex<Tenant<Case>>,
    /// Whose turn it is to scan all cases.
    turn: Mutex<()>,
    scenes: Scenes,
    search: Mutex<Search>,
}

/// An error of the case endpoints: a status and one item.
#[derive(Debug)]
pub(crate) struct Refusal(u16, Value);

impl Refusal {
    /// 400 as recorded for empty titles and the like: no detail.
    fn bad() -> Self {
        Self(400, json!({"status": "400", "title": "Bad Request"}))
    }

    fn bad_because(detail: impl Into<String>) -> Self {
        Self(400, json!({"status": "400", "title": "Bad Request", "detail": detail.into()}))
    }

    /// 400 for a value outside of an enum: no `status` inside.
    fn not_one_of(what: &str, value: &str, names: &[&str]) -> Self {
        Self(400, json!({"title": "Generic Error", "detail": format!("invalid {what} {value}. Must be one of {}", names.join(", "))}))
    }

    fn invalid_parameter(detail: impl Into<String>) -> Self {
        Self(400, json!({"status": "400", "title": "Invalid Parameter", "detail": detail.into()}))
    }

    fn missing(title: impl Into<String>) -> Self {
        Self(404, json!({"code": "resource_not_found", "title": title.into()}))
    }
}

impl Refusal {
    /// What it says, for callers inside the process.
    pub(crate) fn words(&self) -> String {
        ["detail", "title"].iter().find_map(|key| self.1[*key].as_str()).unwrap_or("refused").to_owned()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        reply(self.0, CASE_TYPE, &json!({"errors": [self.1]}))
    }
}

/// RFC 3339, `Z`, fraction of two to nine digits because trailing zeros are cut off.
pub(crate) fn stamp(ms: i64) -> String {
    let grain = mix(0x57a3, ms.cast_unsigned());
    let below_ms = if grain.is_multiple_of(8) { (grain >> 8) % 999_999 + 1 } else { ((grain >> 8) % 999 + 1) * 1_000 };
    let ns = i128::from(ms) * 1_000_000 + i128::from(below_ms);
    jiff::Timestamp::from_nanosecond(ns).unwrap_or_default().to_string()
}

impl Datadog {
    pub(crate) fn new(seed: u64, listed: u32, start_ms: i64) -> Result<Self, String> {
        let spec = Spec::new(mix(seed, 0xdd), listed, SHELVED.min(listed / 10), start_ms, HOSTILE_AT);
        Ok(Self { tenant: Tenant::new(spec).into(), turn: Mutex::default(), scenes: Scenes::of('d')?, search: Mutex::default() })
    }

    pub(crate) fn set_search(&self, does: Search) {
        *hold(&self.search) = does;
    }

    /// Ids of the cases that the search would list, newest first.
    pub(crate) fn ids(&self) -> Vec<String> {
        let tenant = hold(&self.tenant);
        tenant.newest(0).map(|n| uuid(n, tenant.spec.key())).collect()
    }

    /// Every case since the start with its id, whether it is listed, and its timeline.
    pub(crate) fn each<T>(&self, of: impl Fn(String, &Case, bool, &[Cell]) -> T) -> Vec<T> {
        let tenant = hold(&self.tenant);
        let one = |number| {
            let case = self.case(&tenant, number);
            of(uuid(number, tenant.spec.key()), &case, !tenant.is_hidden(number), &self.timeline(&tenant, &case))
        };
        tenant.numbers().map(one).collect()
    }

    /// The newest few of them.
    pub(crate) fn recent(&self, count: usize) -> Vec<String> {
        let tenant = hold(&self.tenant);
        tenant.newest(0).take(count).map(|n| uuid(n, tenant.spec.key())).collect()
    }

    fn draft(tenant: &Tenant<Case>, number: u32) -> Draft {
        let created_ms = tenant.touched(number).map_or_else(|| tenant.spec.created_ms(number), |c| c.created_ms);
        tenant.spec.draft(number, created_ms)
    }

    fn case(&self, tenant: &Tenant<Case>, number: u32) -> Arc<Case> {
        tenant.touched(number).map_or_else(|| Arc::new(self.made(&tenant.spec, number)), Arc::clone)
    }

    /// The case as it was at the start.
    fn made(&self, spec: &Spec, number: u32) -> Case {
        let mut case = case::full(&spec.draft(number, spec.created_ms(number)), &self.scenes);
        case.archived_ms = (number < spec.shelved).then_some(spec.start_ms - 3_600_000);
        case
    }

    fn timeline(&self, tenant: &Tenant<Case>, case: &Case) -> Vec<Cell> {
        case.cells.clone().unwrap_or_else(|| timeline::cells(&Self::draft(tenant, case.number), case, &self.scenes))
    }

    /// The number behind a UUID or a key.
    fn find(&self, tenant: &Tenant<Case>, id: &str) -> Result<u32, Refusal> {
        let by_key = || id.rsplit_once('-')?.1.parse::<u32>().ok()?.checked_sub(1);
        let looks_like_key = id.rsplit_once('-').is_some_and(|(k, n)| {
            k.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                && !n.is_empty()
                && n.bytes().all(|b| b.is_ascii_digit())
                && !k.is_empty()
        });
        if !looks_like_key && !is_uuid(id) {
            return Err(Refusal::invalid_parameter(format!("invalid UUID or case key: {id}")));
        }
        let number = if is_uuid(id) { number_of(id, tenant.spec.key()) } else { by_key() };
        let number = number.filter(|n| tenant.exists(*n));
        // A number belongs to one project: another project's key with it names nothing.
        let number = number.filter(|n| is_uuid(id) || self.case(tenant, *n).key() == id);
        number.ok_or_else(|| Refusal::missing("case not found"))
    }

    /// Opens a case now; false when the world is full.
    pub(crate) fn arrive(&self, now_ms: i64) -> bool {
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
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| if matches!(at, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}

/// None when the caller may pass.
pub(crate) fn authorise(secrets: &Secrets, headers: &HeaderMap, method: &str, path: &str) -> Option<Response> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (api, application) = (text("dd-api-key"), text("dd-application-key"));
    let bearer = text("authorization").strip_prefix("Bearer ").unwrap_or_default();
    let gateway = |status: u16, words: &str| Some(reply(status, PLAIN_TYPE, &json!({"errors": [words]})));
    // A personal access token may stand in the place of the application key; the API key is then ignored.
    let token = if application.starts_with("ddpat_") { application } else { bearer };
    if token == secrets.datadog_read && is_read(method) || token == secrets.datadog_token {
        return None;
    }
    if token == secrets.datadog_read {
        // The one recorded refusal for want of permission: objects, served as plain text.
        return Some(
            (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/plain")], r#"{"errors":[{"title":"Forbidden"}]}"#).into_response(),
        );
    }
    if api == secrets.datadog_api && (application == secrets.datadog_app || path == "/api/v1/validate") {
        return None;
    }
    match (api.is_empty(), application.is_empty(), token.is_empty()) {
        (true, true, true) if path == "/api/v1/validate" => gateway(403, "API key required"),
        (true, true, true) => gateway(401, "Unauthorized"),
        _ => gateway(403, "Forbidden"),
    }
}

/// An error that Datadog's gateway makes before any case code runs: a list of strings.
pub(crate) fn gateway_error(status: u16) -> Response {
    let words = match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => return Refusal::missing("case not found").into_response(),
        413 => "Request body too large",
        429 => "Rate limit of 600 requests in 10 seconds reached. Please try again later.",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
    reply(status, PLAIN_TYPE, &json!({"errors": [words]}))
}

pub(crate) fn routes() -> Router<Arc<World>> {
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
}

fn gateway_fallback() -> Response {
    reply(404, PLAIN_TYPE, &json!({"errors": ["Not found"]}))
}

async fn action(State(world): State<Arc<World>>, Path((id, action)): Path<(String, String)>, body: Bytes) -> Response {
    world.datadog.act(&id, &action, &body, super::people::ME, now_ms()).unwrap_or_else(IntoResponse::into_response)
}

async fn one(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&world.datadog.tenant);
    match world.datadog.find(&tenant, &id) {
        Ok(number) => {
            let case = world.datadog.case(&tenant, number);
            reply(200, CASE_TYPE, &shape::single(&case, &uuid(number, tenant.spec.key())))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn timelines(State(world): State<Arc<World>>, Path(id): Path<String>, Query(query): Query<Pairs>) -> Response {
    let number_or = |name: &str, default: usize| pair(&query, name).map_or(Some(default), |text| text.parse().ok());
    let (Some(size), Some(page)) = (number_or("page[size]", 10).filter(|s| (1..=100).contains(s)), number_or("page[number]", 0)) else {
        return Refusal::invalid_parameter("page[size] must be between 1 and 100, page[number] not negative").into_response();
    };
    let size = world.gate(Vendor::Datadog).given(size);
    let tenant = hold(&world.datadog.tenant);
    let number = match world.datadog.find(&tenant, &id) {
        Ok(number) => number,
        Err(refusal) => return refusal.into_response(),
    };
    let case = world.datadog.case(&tenant, number);
    let mut cells = world.datadog.timeline(&tenant, &case);
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

/// A change made inside the world, through the same code as a request's.
pub(crate) fn edit(datadog: &Datadog, id: &str, field: &str, value: &str, who: usize) -> Result<(), String> {
    let (action, attributes) = match field {
        "title" | "description" | "priority" => (field, json!({field: value})),
        "status" => ("status", json!({"status_name": value})),
        "assignee" if value.is_empty() => ("unassign", json!({})),
        "assignee" => {
            let person = super::people::by_email(value).ok_or_else(|| format!("nobody here has the address {value}"))?;
            ("assign", json!({"assignee_id": case::user_id(person)}))
        }
        "archive" | "unarchive" => (field, json!({})),
        _ if field.starts_with("attribute ") => {
            let tenant = hold(&datadog.tenant);
            let number = datadog.find(&tenant, id).map_err(|r| r.words())?;
            let mut map = datadog.case(&tenant, number).attributes.clone();
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
    datadog.act(id, action, body.as_bytes(), who, now_ms()).map(drop).map_err(|r| r.words())
}
