//! The embedded Tines: cases in version 2, and version 1 for reading as old tenants have it. Errors come in the four shapes
//! that were seen, each endpoint with its own.

mod activity;
mod case;
mod list;
mod shape;
mod write;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use self::activity::{Activity, Record};
use self::case::{Case, SUB_STATUSES, TEAMS, sub_status_id};
use self::shape::Page;
use super::Vendor;
use super::datadog::{Pairs, pair};
use super::dice::mix;
use super::gate::{is_read, json as reply};
use super::people::{COLLEAGUES, PEOPLE, Standing};
use super::scenes::Scenes;
use super::tenant::{Draft, Spec, Tenant, now_ms, rfc3339};
use super::world::{Secrets, World, hold};

pub(crate) use self::write::edit;

const TYPE: &str = "application/json; charset=utf-8";
const HOSTILE_AT: i64 = 17;
/// Timelines and records: documented for the first, assumed for the second.
const MAX_SUB_PAGE: usize = 50;

/// One tenant of Tines.
pub(crate) struct Tines {
    tenant: Mutex<Tenant<Case>>,
    /// Whose turn it is to scan all cases.
    turn: Mutex<()>,
    scenes: Scenes,
    /// Where downloads of this tenant are really served.
    port: u16,
}

/// The shapes of an error body.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// `{"errors":[{"message","details"}]}`: changes.
    Errors(u16, String, &'static str),
    /// A bare list of the same: timelines and records.
    List(u16, String),
    /// Plain text: teams.
    Text(u16, String),
    /// `{"error": text}`: cases.
    Single(u16, String),
}

impl Refusal {
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Errors(_, words, _) | Self::List(_, words) | Self::Text(_, words) | Self::Single(_, words) => words.clone(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Errors(status, message, details) => reply(status, TYPE, &json!({"errors": [{"message": message, "details": details}]})),
            Self::List(status, message) => reply(status, TYPE, &json!([{"message": message, "details": ""}])),
            Self::Text(status, text) => {
                (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), [(header::CONTENT_TYPE, "text/plain")], text)
                    .into_response()
            }
            Self::Single(status, error) => reply(status, TYPE, &json!({"error": error})),
        }
    }
}

fn no_case() -> Refusal {
    Refusal::Single(404, "Case not found".to_owned())
}

impl Tines {
    pub(crate) fn new(seed: u64, listed: u32, start_ms: i64, port: u16) -> Result<Self, String> {
        let spec = Spec::new(mix(seed, 0x71), listed, 0, start_ms, HOSTILE_AT);
        Ok(Self { tenant: Tenant::new(spec).into(), turn: Mutex::default(), scenes: Scenes::of('t')?, port })
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        hold(&self.tenant).newest(0).map(|n| case::id(n).to_string()).collect()
    }

    /// Every case since the start, whether it is listed, and its timeline.
    pub(crate) fn each<T>(&self, of: impl Fn(&Case, bool, &[Activity]) -> T) -> Vec<T> {
        let tenant = hold(&self.tenant);
        let one = |number| {
            let case = self.case(&tenant, number);
            of(&case, !tenant.is_hidden(number), &self.timeline(&tenant, &case))
        };
        tenant.numbers().map(one).collect()
    }

    /// The newest few of them.
    pub(crate) fn recent(&self, count: usize) -> Vec<String> {
        let tenant = hold(&self.tenant);
        tenant.newest(0).take(count).map(|n| case::id(n).to_string()).collect()
    }

    fn find(tenant: &Tenant<Case>, id: &str) -> Result<u32, Refusal> {
        case::number(id).filter(|n| tenant.exists(*n) && !tenant.is_hidden(*n)).ok_or_else(no_case)
    }

    fn draft(tenant: &Tenant<Case>, number: u32) -> Draft {
        let created_ms = tenant.touched(number).map_or_else(|| tenant.spec.created_ms(number), |c| c.created_ms);
        tenant.spec.draft(number, created_ms)
    }

    fn case(&self, tenant: &Tenant<Case>, number: u32) -> Arc<Case> {
        tenant.touched(number).map_or_else(|| Arc::new(self.made(&tenant.spec, number, tenant.spec.created_ms(number))), Arc::clone)
    }

    /// The case as it was at the start, or at its arrival.
    fn made(&self, spec: &Spec, number: u32, created_ms: i64) -> Case {
        let mut case = case::full(&spec.draft(number, created_ms), &self.scenes);
        for (linked, name) in &mut case.links {
            let draft = spec.draft(*linked, spec.created_ms(*linked));
            *name = self.scenes.get(case::sketch(&draft, &self.scenes).scene).title(&draft.facts);
        }
        case
    }

    fn timeline(&self, tenant: &Tenant<Case>, case: &Case) -> Vec<Activity> {
        case.activities.clone().unwrap_or_else(|| activity::activities(&Self::draft(tenant, case.number), case, &self.scenes))
    }

    fn records(&self, tenant: &Tenant<Case>, case: &Case) -> Vec<Record> {
        activity::records(&Self::draft(tenant, case.number), case, &self.scenes)
    }

    fn whole(&self, tenant: &Tenant<Case>, case: &Case) -> Value {
        shape::whole(case, &self.timeline(tenant, case), &self.records(tenant, case), now_ms())
    }

    pub(crate) fn arrive(&self, now_ms: i64) -> bool {
        let mut tenant = hold(&self.tenant);
        let Some(number) = tenant.reserve() else { return false };
        let mut case = self.made(&tenant.spec, number, now_ms);
        (case.sub_status, case.resolved_ms, case.resolver, case.updated_ms) = (0, None, None, now_ms);
        (case.assignees, case.files) = (Vec::new(), 0);
        case.slas.iter_mut().for_each(|sla| sla.stopped_ms = None);
        case.activities = Some(activity::activities(&tenant.spec.draft(number, now_ms), &case, &self.scenes).into_iter().take(1).collect());
        tenant.put(number, case);
        true
    }

    pub(crate) fn remove(&self, id: &str) -> Result<(), String> {
        let mut tenant = hold(&self.tenant);
        let number = Self::find(&tenant, id).map_err(|r| r.words())?;
        tenant.hide(number, true);
        Ok(())
    }
}

/// None when the caller may pass.
pub(crate) fn authorise(secrets: &Secrets, headers: &HeaderMap, method: &str) -> Option<Response> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let bearer = text("authorization").strip_prefix("Bearer ").unwrap_or_default();
    let token = if bearer.is_empty() { text("x-user-token") } else { bearer };
    if token == secrets.tines || token == secrets.tines_read && is_read(method) {
        None
    } else if token == secrets.tines_read {
        Some(Refusal::Text(403, "You do not have permission to perform this action".to_owned()).into_response())
    } else {
        Some(Refusal::Single(401, "Unauthorized".to_owned()).into_response())
    }
}

/// An error that is made before any case code runs.
pub(crate) fn gateway_error(status: u16) -> Response {
    match status {
        401 => Refusal::Single(401, "Unauthorized".to_owned()).into_response(),
        403 => Refusal::Text(403, "You do not have permission to perform this action".to_owned()).into_response(),
        404 => no_case().into_response(),
        422 => Refusal::Errors(422, "Unprocessable".to_owned(), "").into_response(),
        429 => Refusal::Text(429, "Too many requests\n".to_owned()).into_response(),
        503 => Refusal::Text(503, "Service unavailable\n".to_owned()).into_response(),
        _ => Refusal::List(status, "Internal server error".to_owned()).into_response(),
    }
}

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route(
            "/api/v1/info",
            get(|| async {
                reply(
                    200,
                    TYPE,
                    &json!({"stack": {"name": "northwind-4471", "type": "shared", "region": "eu-west-1", "egress_ips": ["192.0.2.10"]}}),
                )
            }),
        )
        .route("/api/v1/teams", get(|| async { reply(200, TYPE, &json!({"teams": TEAMS.iter().map(team_json).collect::<Vec<_>>()})) }))
        .route("/api/v1/teams/{id}", get(team))
        .route("/api/v1/teams/{id}/members", get(members))
        .route("/api/v1/case_sub_statuses", get(sub_statuses))
        .route("/api/v1/cases", get(list::old_list))
        .route("/api/v1/cases/{id}", get(old_one))
        .route("/api/v2/cases", get(list::list))
        .route("/api/v2/cases/{id}", get(one).put(write::update))
        .route("/api/v2/cases/{id}/activities", get(activities))
        .route("/api/v2/cases/{id}/records", get(records))
        .route("/api/v2/cases/{id}/comments", post(write::comment))
        .route("/api/v2/cases/{id}/fields", get(fields))
        .route("/api/v2/cases/{id}/fields/{field}", put(write::set_field))
        .route("/api/v2/cases/{id}/linked_cases", get(linked))
        .route("/api/v2/cases/{id}/files", get(files))
        .route("/api/v2/cases/{id}/files/{file}/download", get(download))
        .fallback(|| async { Refusal::Text(404, "Not found".to_owned()) })
}

fn team_json(team: &case::Team) -> Value {
    json!({"id": team.id, "name": team.name, "groups": []})
}

async fn team(Path(id): Path<String>) -> Response {
    match TEAMS.iter().find(|t| t.id.to_string() == id) {
        Some(team) => reply(200, TYPE, &team_json(team)),
        None => Refusal::Text(404, "Team not found".to_owned()).into_response(),
    }
}

/// Page parameters; what cannot be read falls back to the default, what is too large to the most.
fn page(query: &Pairs, path: &str, default: usize, most: usize, count: usize) -> Page {
    let number = |name: &str, default: usize| pair(query, name).and_then(|t| t.parse().ok()).filter(|n| *n > 0).unwrap_or(default);
    Page { path: path.to_owned(), number: number("page", 1), size: number("per_page", default).min(most), count }
}

async fn members(Path(id): Path<String>, Query(query): Query<Pairs>) -> Response {
    if !TEAMS.iter().any(|t| t.id.to_string() == id) {
        return Refusal::Text(404, "Team not found".to_owned()).into_response();
    }
    let all: Vec<usize> = (0..PEOPLE.len()).filter(|p| PEOPLE[*p].standing != Standing::Disabled).collect();
    let page = page(&query, &format!("/api/v1/teams/{id}/members"), 20, 500, all.len());
    let rows: Vec<Value> = page
        .slice(&all)
        .iter()
        .map(|person| {
            let (first, last) = shape::names(*person);
            json!({
                "id": shape::user_number(*person), "first_name": first, "last_name": last, "email": PEOPLE[*person].email, "is_admin": *person == 1,
                "created_at": "2024-03-25T15:40:39Z", "last_seen": "2026-11-19T08:00:00Z",
                "invitation_accepted": PEOPLE[*person].standing != Standing::Pending, "role": if *person < COLLEAGUES { "EDITOR" } else { "VIEWER" },
            })
        })
        .collect();
    reply(200, TYPE, &json!({"members": rows, "meta": page.meta(true)}))
}

async fn sub_statuses(Query(query): Query<Pairs>) -> Response {
    let Some(team) = pair(&query, "team_id").and_then(|id| TEAMS.iter().position(|t| t.id.to_string() == id)) else {
        return Refusal::Errors(422, "team_id is required".to_owned(), "Choose a team that you belong to").into_response();
    };
    let parent = pair(&query, "parent_status").map(str::to_uppercase);
    let words = pair(&query, "search").unwrap_or_default().to_lowercase();
    let fits =
        |(name, open): &(&str, bool)| parent.as_deref().is_none_or(|p| (p == "OPEN") == *open) && name.to_lowercase().contains(&words);
    let all: Vec<Value> = SUB_STATUSES
        .iter()
        .enumerate()
        .filter(|(_, s)| fits(s))
        .map(|(at, (name, open))| {
            json!({
                "id": sub_status_id(team, at), "name": name, "slug": name.to_lowercase().replace(' ', "_"), "description": null,
                "parent_status": if *open { "OPEN" } else { "CLOSED" }, "default": at == 0 || at == 4, "team": {"id": TEAMS[team].id},
                "created_at": "2025-02-11T09:30:00.125Z", "updated_at": "2025-02-11T09:30:00.125Z",
            })
        })
        .collect();
    let page = page(&query, "/api/v1/case_sub_statuses", 20, 500, all.len());
    reply(200, TYPE, &json!({"case_sub_statuses": page.slice(&all), "meta": page.meta(true)}))
}

async fn one(State(world): State<Arc<World>>, Path(id): Path<String>, Query(query): Query<Pairs>) -> Response {
    let tenant = hold(&world.tines.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let mut case = world.tines.case(&tenant, number).as_ref().clone();
            if pair(&query, "resolve_mentions") == Some("true") {
                case.description = case.description.map(|text| resolved(&text));
            }
            reply(200, TYPE, &world.tines.whole(&tenant, &case))
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Mention tokens replaced by display names.
fn resolved(text: &str) -> String {
    (0..PEOPLE.len()).fold(text.to_owned(), |text, person| {
        text.replace(&format!("<@user-{}>", shape::user_number(person)), &format!("@{}", PEOPLE[person].name))
    })
}

async fn old_one(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&world.tines.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let case = world.tines.case(&tenant, number);
            reply(200, TYPE, &shape::old(&case, &world.tines.timeline(&tenant, &case), &world.tines.records(&tenant, &case)))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn activities(State(world): State<Arc<World>>, Path(id): Path<String>, Query(query): Query<Pairs>) -> Response {
    let tenant = hold(&world.tines.tenant);
    let Ok(number) = Tines::find(&tenant, &id) else { return Refusal::List(404, "Case not found".to_owned()).into_response() };
    let case = world.tines.case(&tenant, number);
    let mut all = world.tines.timeline(&tenant, &case);
    drop(tenant);
    // One name, several, and the bracketed spelling are all in use.
    let kinds: Vec<&str> =
        query.iter().filter(|(k, _)| k == "activity_type" || k == "activity_type[]").map(|(_, v)| v.trim_start_matches("[]=")).collect();
    if !kinds.is_empty() {
        all.retain(|a| kinds.iter().any(|k| k.eq_ignore_ascii_case(a.kind)));
    }
    let page = page(&query, &format!("cases/{}/activities", case.id()), 20, world.gate(Vendor::Tines).given(MAX_SUB_PAGE), all.len());
    let rows: Vec<Value> = page.slice(&all).iter().map(|a| shape::activity(&case, a)).collect();
    reply(200, TYPE, &json!({"case_id": case.id(), "activities": rows, "meta": page.meta(true)}))
}

async fn records(State(world): State<Arc<World>>, Path(id): Path<String>, Query(query): Query<Pairs>) -> Response {
    let tenant = hold(&world.tines.tenant);
    let Ok(number) = Tines::find(&tenant, &id) else { return Refusal::List(404, "Case not found".to_owned()).into_response() };
    let case = world.tines.case(&tenant, number);
    let all = world.tines.records(&tenant, &case);
    drop(tenant);
    let page = page(&query, &format!("cases/{}/records", case.id()), 20, MAX_SUB_PAGE, all.len());
    reply(200, TYPE, &json!({"case_id": case.id(), "records": shape::grouped(page.slice(&all)), "meta": shape::records_meta(&page, &all)}))
}

async fn fields(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&world.tines.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let case = world.tines.case(&tenant, number);
            let rows: Vec<Value> = case.fields.iter().map(|f| shape::field(&case, f.input, &f.value)).collect();
            let page = Page { path: format!("cases/{id}/fields"), number: 1, size: 20, count: rows.len() };
            reply(200, TYPE, &json!({"case_id": case.id(), "fields": rows, "meta": page.meta(true)}))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn linked(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&world.tines.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let case = world.tines.case(&tenant, number);
            let rows: Vec<Value> = case.links.iter().map(|(n, name)| json!({"case_id": case::id(*n), "name": name})).collect();
            let page = Page { path: format!("cases/{id}/linked_cases"), number: 1, size: 20, count: rows.len() };
            reply(200, TYPE, &json!({"case_id": case.id(), "name": case.name, "linked_cases": rows, "meta": page.meta(false)}))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn files(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&world.tines.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let case = world.tines.case(&tenant, number);
            let rows: Vec<Value> = (0..case.files)
                .map(|at| {
                    let (file, file_id) = (activity::attached(&case, at), case.id() * 10 + at);
                    json!({
                        "id": file_id, "filename": file.name, "content_type": file.content_type, "size": file.bytes.len(), "created_at": rfc3339(case.created_ms),
                        "url": format!("http://127.0.0.1:{}/api/v2/cases/{}/files/{file_id}/download", world.tines.port, case.id()),
                    })
                })
                .collect();
            let page = Page { path: format!("cases/{id}/files"), number: 1, size: 20, count: rows.len() };
            reply(200, TYPE, &json!({"case_id": case.id(), "files": rows, "meta": page.meta(true)}))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn download(State(world): State<Arc<World>>, Path((id, file)): Path<(String, String)>) -> Response {
    let tenant = hold(&world.tines.tenant);
    let found = Tines::find(&tenant, &id).ok().map(|number| world.tines.case(&tenant, number)).and_then(|case| {
        let at = file.parse::<u64>().ok()?.checked_sub(case.id() * 10).filter(|at| *at < case.files)?;
        Some(activity::attached(&case, at))
    });
    match found {
        // Names with other letters than ASCII cannot stand in the plain parameter.
        Some(file) => {
            let plain: String = file.name.chars().map(|c| if c.is_ascii_graphic() && c != '"' { c } else { '_' }).collect();
            (
                [
                    (header::CONTENT_TYPE, file.content_type.to_owned()),
                    (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{plain}\"")),
                ],
                file.bytes,
            )
                .into_response()
        }
        None => Refusal::Single(404, "File not found".to_owned()).into_response(),
    }
}
