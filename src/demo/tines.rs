//! The embedded Tines: cases in version 2, and version 1 for reading as old tenants have it. Errors come in the four shapes
//! that were seen, each endpoint with its own.

mod account;
mod activity;
mod case;
mod entry;
mod list;
mod shape;
mod state;
mod truth;
mod write;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use self::case::{SUB_STATUSES, TEAMS, sub_status_id};
use self::shape::Page;
pub(crate) use self::state::Tines;
use self::state::{MAX_SUB_PAGE, Refusal, TYPE, gateway_error, page};
use super::gate::Gate;
use super::lock::hold;
use super::people::{COLLEAGUES, PEOPLE, Standing};
use super::reply::{Pairs, is_read, pair, reply};
use super::service::{Here, Service};
use super::time::{now_ms, rfc3339};
use super::tokens::rotate;
use super::truth::Truth;

impl Service for Tines {
    fn routes(self: Arc<Self>, gate: Arc<Gate>) -> Router {
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
        .with_state(Here { vendor: self, gate })
    }

    fn authorise(&self, headers: &HeaderMap, method: &str, _path: &str) -> Option<Response> {
        let [full, read_only] = &*hold(&self.tokens);
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let bearer = text("authorization").strip_prefix("Bearer ").unwrap_or_default();
        let token = if bearer.is_empty() { text("x-user-token") } else { bearer };
        if token == *full || token == *read_only && is_read(method) {
            None
        } else if token == *read_only {
            Some(Refusal::Text(403, "You do not have permission to perform this action".to_owned()).into_response())
        } else {
            Some(Refusal::Single(401, "Unauthorized".to_owned()).into_response())
        }
    }

    fn error(&self, status: u16) -> Response {
        gateway_error(status)
    }

    fn tokens(&self) -> Vec<(&'static str, String)> {
        ["DEMO_TINES_TOKEN", "DEMO_TINES_READ_TOKEN"].into_iter().zip(hold(&self.tokens).clone()).collect()
    }

    fn rotate(&self) {
        rotate(&mut *hold(&self.tokens));
    }

    fn newest(&self, count: usize) -> Vec<String> {
        let tenant = hold(&self.tenant);
        tenant.newest(0).take(count).map(|n| case::id(n).to_string()).collect()
    }

    fn arrive(&self, now_ms: i64) -> bool {
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

    fn edit(&self, id: &str, field: &str, value: &str, who: usize) -> Result<(), String> {
        write::edit(self, id, field, value, who)
    }

    fn comment(&self, id: &str, text: &str, who: usize) -> Result<(), String> {
        Self::comment(self, id, text, who, now_ms()).map(drop).map_err(|r| r.words())
    }

    fn remove(&self, id: &str, _who: usize) -> Result<(), String> {
        let mut tenant = hold(&self.tenant);
        let number = Self::find(&tenant, id).map_err(|r| r.words())?;
        tenant.hide(number, true);
        Ok(())
    }

    fn statuses(&self) -> &'static [&'static str] {
        &["Investigating", "Waiting on user", "Done", "To do", "False positive"]
    }

    fn priorities(&self) -> &'static [&'static str] {
        &["CRITICAL", "HIGH", "MEDIUM", "LOW"]
    }

    fn truth(&self) -> Vec<Truth> {
        truth::of(self)
    }
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
                "id": account::user_number(*person), "first_name": first, "last_name": last, "email": PEOPLE[*person].email, "is_admin": *person == 1,
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

async fn one(State(here): State<Here<Tines>>, Path(id): Path<String>, Query(query): Query<Pairs>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let mut case = here.vendor.case(&tenant, number).as_ref().clone();
            if pair(&query, "resolve_mentions") == Some("true") {
                case.description = case.description.map(|text| resolved(&text));
            }
            reply(200, TYPE, &here.vendor.whole(&tenant, &case))
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Mention tokens replaced by display names.
fn resolved(text: &str) -> String {
    (0..PEOPLE.len()).fold(text.to_owned(), |text, person| {
        text.replace(&format!("<@user-{}>", account::user_number(person)), &format!("@{}", PEOPLE[person].name))
    })
}

async fn old_one(State(here): State<Here<Tines>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let case = here.vendor.case(&tenant, number);
            reply(200, TYPE, &shape::old(&case, &here.vendor.timeline(&tenant, &case), &here.vendor.records(&tenant, &case)))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn activities(State(here): State<Here<Tines>>, Path(id): Path<String>, Query(query): Query<Pairs>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    let Ok(number) = Tines::find(&tenant, &id) else { return Refusal::List(404, "Case not found".to_owned()).into_response() };
    let case = here.vendor.case(&tenant, number);
    let mut all = here.vendor.timeline(&tenant, &case);
    drop(tenant);
    // One name, several, and the bracketed spelling are all in use.
    let kinds: Vec<&str> =
        query.iter().filter(|(k, _)| k == "activity_type" || k == "activity_type[]").map(|(_, v)| v.trim_start_matches("[]=")).collect();
    if !kinds.is_empty() {
        all.retain(|a| kinds.iter().any(|k| k.eq_ignore_ascii_case(a.kind)));
    }
    let page = page(&query, &format!("cases/{}/activities", case.id()), 20, here.gate.given(MAX_SUB_PAGE), all.len());
    let rows: Vec<Value> = page.slice(&all).iter().map(|a| shape::activity(&case, a)).collect();
    reply(200, TYPE, &json!({"case_id": case.id(), "activities": rows, "meta": page.meta(true)}))
}

async fn records(State(here): State<Here<Tines>>, Path(id): Path<String>, Query(query): Query<Pairs>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    let Ok(number) = Tines::find(&tenant, &id) else { return Refusal::List(404, "Case not found".to_owned()).into_response() };
    let case = here.vendor.case(&tenant, number);
    let all = here.vendor.records(&tenant, &case);
    drop(tenant);
    let page = page(&query, &format!("cases/{}/records", case.id()), 20, MAX_SUB_PAGE, all.len());
    reply(200, TYPE, &json!({"case_id": case.id(), "records": shape::grouped(page.slice(&all)), "meta": shape::records_meta(&page, &all)}))
}

async fn fields(State(here): State<Here<Tines>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let case = here.vendor.case(&tenant, number);
            let rows: Vec<Value> = case.fields.iter().map(|f| shape::field(&case, f.input, &f.value)).collect();
            let page = Page { path: format!("cases/{id}/fields"), number: 1, size: 20, count: rows.len() };
            reply(200, TYPE, &json!({"case_id": case.id(), "fields": rows, "meta": page.meta(true)}))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn linked(State(here): State<Here<Tines>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let case = here.vendor.case(&tenant, number);
            let rows: Vec<Value> = case.links.iter().map(|(n, name)| json!({"case_id": case::id(*n), "name": name})).collect();
            let page = Page { path: format!("cases/{id}/linked_cases"), number: 1, size: 20, count: rows.len() };
            reply(200, TYPE, &json!({"case_id": case.id(), "name": case.name, "linked_cases": rows, "meta": page.meta(false)}))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn files(State(here): State<Here<Tines>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    match Tines::find(&tenant, &id) {
        Ok(number) => {
            let case = here.vendor.case(&tenant, number);
            let rows: Vec<Value> = (0..case.files)
                .map(|at| {
                    let (file, file_id) = (activity::attached(&case, at), case.id() * 10 + at);
                    json!({
                        "id": file_id, "filename": file.name, "content_type": file.content_type, "size": file.bytes.len(), "created_at": rfc3339(case.created_ms),
                        "url": format!("http://127.0.0.1:{}/api/v2/cases/{}/files/{file_id}/download", here.vendor.port, case.id()),
                    })
                })
                .collect();
            let page = Page { path: format!("cases/{id}/files"), number: 1, size: 20, count: rows.len() };
            reply(200, TYPE, &json!({"case_id": case.id(), "files": rows, "meta": page.meta(true)}))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn download(State(here): State<Here<Tines>>, Path((id, file)): Path<(String, String)>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    let found = Tines::find(&tenant, &id).ok().map(|number| here.vendor.case(&tenant, number)).and_then(|case| {
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
