//! The two lists, their orders and their filters.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::case::{
    Case, PRIORITIES, SUB_STATUSES, TEAMS, {self},
};
use super::shape;
use crate::demo::lock::hold;
use crate::demo::people::{ME, PEOPLE};
use crate::demo::reply::{Pairs, pair, reply};
use crate::demo::service::Here;
use crate::demo::tenant::{Tenant, scanned};
use crate::demo::time::{now_ms, parse_time};
use crate::demo::tines::account::user_number;
use crate::demo::tines::state::{TYPE, Tines, page};

const DEFAULT_SIZE: usize = 20;
/// Version 1 stops here, version 2 at 500.
const MAX_OLD_SIZE: usize = 50;
const MAX_SIZE: usize = 500;

/// Filter keys and their values; a metadata pair is one value, `key=value`.
type Filters = BTreeMap<String, Vec<String>>;

/// Filters arrive as JSON in one value, in brackets, or in a JSON body on the GET; all three are in use.
fn filters(query: &Pairs, body: &[u8]) -> Filters {
    let mut out = Filters::new();
    let mut add = |key: &str, value: &Value| match value {
        Value::Array(many) => out.entry(key.to_owned()).or_default().extend(many.iter().map(plain)),
        Value::Object(map) => out.entry(key.to_owned()).or_default().extend(map.iter().map(|(k, v)| format!("{k}={}", plain(v)))),
        Value::Null => {}
        one => out.entry(key.to_owned()).or_default().push(plain(one)),
    };
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let in_query = pair(query, "filters").and_then(|text| serde_json::from_str::<Value>(text).ok()).unwrap_or_default();
    for object in [&body["filters"], &in_query].into_iter().filter_map(Value::as_object) {
        for (key, value) in object {
            add(key, value);
        }
    }
    for (name, value) in query {
        let Some((key, rest)) = name.strip_prefix("filters[").and_then(|n| n.split_once(']')) else { continue };
        match rest.strip_prefix('[').and_then(|r| r.strip_suffix(']')) {
            Some(inner) if !inner.is_empty() => add(key, &json!({inner: value})),
            _ => add(key, &json!(value)),
        }
    }
    out
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn accepts(case: &Case, filters: &Filters, team: Option<&str>) -> bool {
    team.is_none_or(|team| TEAMS[case.team].id.to_string() == team) && filters.iter().all(|(key, values)| fits(case, key, values))
}

/// Whether one filter lets the case through; unknown keys let everything through, as Rails does with parameters it does not permit.
fn fits(case: &Case, key: &str, values: &[String]) -> bool {
    let yes = values.first().is_some_and(|v| v == "true");
    let person =
        |value: &String, person: usize| value.eq_ignore_ascii_case(PEOPLE[person].email) || *value == user_number(person).to_string();
    let assigned = |value: &String| {
        (value.eq_ignore_ascii_case("unassigned") && case.assignees.is_empty()) || case.assignees.iter().any(|p| person(value, *p))
    };
    let authored = |value: &String| match case.author {
        Some(author) => person(value, author),
        None => value.eq_ignore_ascii_case("tines"),
    };
    let tagged = |value: &String| case.tags.iter().any(|t| t == value);
    let at = |ms: Option<i64>, after: bool| {
        let bound = values.first().and_then(|v| parse_time(v));
        bound.is_none_or(|bound| ms.is_some_and(|ms| if after { ms >= bound } else { ms <= bound }))
    };
    match key {
        "status" => values.iter().any(|v| v.eq_ignore_ascii_case(case.status())),
        "sub_status_names" => values.iter().any(|v| v.eq_ignore_ascii_case(SUB_STATUSES[case.sub_status].0)),
        "priority" => values.iter().any(|v| v.eq_ignore_ascii_case(&case.priority)),
        "assigned_to_me" => !yes || case.assignees.contains(&ME),
        "unassigned" => !yes || case.assignees.is_empty(),
        "assignees" | "assignee_emails" => values.iter().any(assigned),
        "and_assignees" => values.iter().all(assigned),
        "exclude_assignees" => !values.iter().any(assigned),
        "authors" | "author_emails" => values.iter().any(authored),
        "exclude_authors" => !values.iter().any(authored),
        "or_tags" => values.iter().any(tagged),
        "and_tags" | "tags" => values.iter().all(tagged),
        "exclude_tags" | "excluded_tags" => !values.iter().any(tagged),
        "case_ids" => values.contains(&case.id().to_string()),
        "search" => values.iter().all(|v| {
            let v = v.to_lowercase();
            case.name.to_lowercase().contains(&v)
                || case.description.as_ref().is_some_and(|d| d.to_lowercase().contains(&v))
                || case.id().to_string() == v
        }),
        "metadata" => values.iter().all(|v| v.split_once('=').is_some_and(|(k, v)| case.metadata.get(k).map(plain).as_deref() == Some(v))),
        "start_date" => at(Some(case.created_ms), true),
        "end_date" => at(Some(case.created_ms), false),
        "updated_at_start_date" => at(Some(case.updated_ms), true),
        "updated_at_end_date" => at(Some(case.updated_ms), false),
        "resolved_at_start_date" => at(case.resolved_ms, true),
        "resolved_at_end_date" => at(case.resolved_ms, false),
        _ => true,
    }
}

/// Filters that a case without texts can answer.
fn is_light(filters: &Filters) -> bool {
    filters
        .keys()
        .all(|key| !matches!(key.as_str(), "search" | "metadata" | "or_tags" | "and_tags" | "tags" | "exclude_tags" | "excluded_tags"))
}

fn rank(case: &Case, order: &str) -> i64 {
    let urgency = || PRIORITIES.iter().position(|p| *p == case.priority).map_or(0, |at| 5 - i64::try_from(at).unwrap_or(5));
    match order {
        "RECENTLY_EDITED" => -case.updated_ms,
        "LEAST_RECENTLY_EDITED" => case.updated_ms,
        "PRIORITY_ASC" => urgency(),
        "PRIORITY_DESC" => -urgency(),
        "OPENED_ASC" | "CREATED_ASC" => case.created_ms,
        _ => -case.created_ms,
    }
}

/// The count of all that fit, and the cases of one page.
fn found(
    tines: &Tines,
    query: &Pairs,
    body: &[u8],
    order: &str,
    slice: impl FnOnce(usize) -> shape::Page,
) -> (shape::Page, Vec<Arc<Case>>) {
    let filters = filters(query, body);
    let team = pair(query, "team_id");
    let (newest, oldest) = (matches!(order, "CREATED_DESC" | "OPENED_DESC"), matches!(order, "CREATED_ASC" | "OPENED_ASC"));
    let plain = filters.is_empty() && team.is_none() && (newest || oldest);
    let all = (!plain).then(|| {
        let light = is_light(&filters);
        let question = format!("{order} {team:?} {filters:?}");
        scanned(&tines.tenant, &tines.turn, &question, |tenant| scan(tines, tenant, &filters, team, order, light))
    });
    let tenant = hold(&tines.tenant);
    let page = slice(all.as_ref().map_or_else(|| tenant.len(), |all| all.len()));
    let numbers: Vec<u32> = match all {
        Some(all) => page.slice(&all).to_vec(),
        None if newest => tenant.newest(page.skip()).take(page.size).collect(),
        None => tenant.oldest(page.skip()).take(page.size).collect(),
    };
    let spec = tenant.spec;
    let stored: Vec<(u32, Option<Arc<Case>>)> = numbers.into_iter().map(|n| (n, tenant.touched(n).map(Arc::clone))).collect();
    drop(tenant);
    let made = |n| Arc::new(tines.made(&spec, n, spec.created_ms(n)));
    (page, stored.into_iter().map(|(n, stored)| stored.unwrap_or_else(|| made(n))).collect())
}

fn scan(tines: &Tines, tenant: &Tenant<Case>, filters: &Filters, team: Option<&str>, order: &str, light: bool) -> Vec<u32> {
    let mut rows: Vec<(i64, u32)> = tenant
        .newest(0)
        .filter_map(|number| {
            let made;
            let case = if let Some(case) = tenant.touched(number) {
                case.as_ref()
            } else {
                let draft = tenant.spec.draft(number, tenant.spec.created_ms(number));
                made = if light { case::sketch(&draft, &tines.scenes) } else { case::full(&draft, &tines.scenes) };
                &made
            };
            accepts(case, filters, team).then(|| (rank(case, order), number))
        })
        .collect();
    rows.sort_by_key(|(rank, _)| *rank);
    rows.into_iter().map(|(_, number)| number).collect()
}

/// `GET /api/v2/cases`. The default order is not documented; here it is the newest first.
pub(crate) async fn list(State(here): State<Here<Tines>>, Query(query): Query<Pairs>, body: Bytes) -> Response {
    here.shift();
    let order = pair(&query, "order").unwrap_or("CREATED_DESC").to_owned();
    let (page, cases) = found(&here.vendor, &query, &body, &order, |count| page(&query, "/api/v2/cases", DEFAULT_SIZE, MAX_SIZE, count));
    let now_ms = now_ms();
    let rows: Vec<Value> = cases.iter().map(|case| here.gate.listed(shape::item(case, now_ms))).collect();
    reply(200, TYPE, &json!({"cases": rows, "meta": page.meta(true)}))
}

/// `GET /api/v1/cases`: everything inline, six keys of meta, no order.
pub(crate) async fn old_list(State(here): State<Here<Tines>>, Query(query): Query<Pairs>, body: Bytes) -> Response {
    here.shift();
    let (page, cases) =
        found(&here.vendor, &query, &body, "CREATED_DESC", |count| page(&query, "/api/v1/cases", DEFAULT_SIZE, MAX_OLD_SIZE, count));
    let tenant = hold(&here.vendor.tenant);
    let old = |case: &Arc<Case>| shape::old(case, &here.vendor.timeline(&tenant, case), &here.vendor.records(&tenant, case));
    let rows: Vec<Value> = cases.iter().map(|case| here.gate.listed(old(case))).collect();
    drop(tenant);
    reply(200, TYPE, &json!({"cases": rows, "meta": page.meta(false)}))
}
