//! Cases, users and what is sideloaded with them, as Datadog writes them: an absent value is a missing key.

use serde_json::{Map, Value, json};

use super::case::{Case, PRIORITIES, handle, user_id};
use super::catalog::{KINDS, PROJECTS};
use crate::demo::datadog::stamp::stamp;
use crate::demo::people::{ME, PEOPLE, Standing};
use crate::demo::reply::{Pairs, pair};

/// One case. `comments` is the true count, which only the search knows; elsewhere the vendor says 0.
pub(crate) fn case(case: &Case, id: &str, comments: Option<usize>) -> Value {
    let kind = &KINDS[case.kind];
    let mut attributes = Map::new();
    let mut put = |name: &str, value: Value| {
        attributes.insert(name.to_owned(), value);
    };
    put("title", json!(case.title));
    put("description", json!(case.description));
    put("key", json!(case.key()));
    put("status", json!(case.legacy_status()));
    put("status_name", json!(case.status_name()));
    put("status_group", json!(case.group().name()));
    put("priority", json!(PRIORITIES[case.priority]));
    put("type", json!(kind.legacy_type));
    put("type_id", json!(kind.id));
    put("created_at", json!(stamp(case.created_ms)));
    for (name, ms) in [("modified_at", case.modified_ms), ("closed_at", case.closed_ms), ("archived_at", case.archived_ms)] {
        if let Some(ms) = ms {
            put(name, json!(stamp(ms)));
        }
    }
    put("attributes", json!(case.attributes));
    put("custom_attributes", Value::Object(case.custom.clone()));
    put("comment_count", json!(comments.unwrap_or(0)));
    put("creation_source", json!(case.source));
    put("internal_id", json!(id));
    put("public_id", json!((u64::from(case.number) + 1).to_string()));
    put("merge_status", json!("NOT_MERGED"));
    if comments.is_some() {
        put("created_by_author", super::timeline::author_json(case.creator));
    }
    for (name, value) in &case.extra {
        put(name, value.clone());
    }
    let to = |kind: &str, id: String| json!({"data": {"id": id, "type": kind}});
    let mut relationships = json!({
        "project": to("project", PROJECTS[case.project].id.to_owned()),
        "created_by": to("user", user_id(case.creator)),
    });
    for (name, person) in [("assignee", case.assignee), ("modified_by", case.modifier)] {
        if let Some(person) = person {
            relationships[name] = to("user", user_id(person));
        }
    }
    json!({"id": id, "type": "case", "attributes": attributes, "relationships": relationships})
}

/// The people of these cases, each once.
pub(crate) fn included<'a>(cases: impl Iterator<Item = &'a Case>) -> Vec<Value> {
    let mut people: Vec<usize> = cases.flat_map(|c| [c.assignee, Some(c.creator), c.modifier]).flatten().collect();
    people.sort_unstable();
    people.dedup();
    people
        .into_iter()
        .map(|person| {
            let who = &PEOPLE[person];
            json!({"id": user_id(person), "type": "user", "attributes": {
                "active": matches!(who.standing, Standing::Active | Standing::Service),
                "email": who.email, "handle": handle(person), "name": who.name,
            }})
        })
        .collect()
}

/// The answer of one case and of every change to one.
pub(crate) fn single(one: &Case, id: &str) -> Value {
    json!({"data": case(one, id, None), "included": included(std::iter::once(one))})
}

/// A user as the user endpoints write one: plural type, offset instead of `Z`.
pub(crate) fn user(person: usize) -> Value {
    let who = &PEOPLE[person];
    let status = match who.standing {
        Standing::Active | Standing::Service => "Active",
        Standing::Pending => "Pending",
        Standing::Disabled => "Disabled",
    };
    json!({"id": user_id(person), "type": "users", "attributes": {
        "name": if who.name.is_empty() { Value::Null } else { json!(who.name) },
        "handle": handle(person), "email": who.email, "icon": "", "title": null,
        "verified": who.standing == Standing::Active, "service_account": who.standing == Standing::Service,
        "disabled": who.standing == Standing::Disabled, "status": status, "mfa_enabled": false,
        "created_at": "2024-03-04T09:12:44.125531+00:00", "modified_at": "2026-01-19T10:00:01.5+00:00", "last_login_time": null,
    }})
}

pub(crate) fn current_user() -> Value {
    let permission = |number: u8, name: &str| {
        json!({"id": format!("1f2e3d4c-0000-4000-8000-00000000001{number}"), "type": "permissions", "attributes": {
            "name": name, "display_name": name, "group_name": "Case Management", "restricted": false,
        }})
    };
    json!({"data": user(ME), "included": [
        {"id": "1f2e3d4c-0000-4000-8000-000000000001", "type": "orgs", "attributes": {"name": "Northwind", "public_id": "nw01"}},
        {"id": "1f2e3d4c-0000-4000-8000-000000000002", "type": "roles", "attributes": {"name": "Responder"}},
        permission(1, "dashboards_read"), permission(2, "cases_read"), permission(3, "cases_write"), permission(4, "user_access_read"),
    ]})
}

/// The user list: zero-based pages, substring filter, standings; `meta` counts users.
pub(crate) fn users(query: &Pairs) -> Value {
    let size = pair(query, "page[size]").and_then(|t| t.parse().ok()).unwrap_or(10_usize).clamp(1, 100);
    let page = pair(query, "page[number]").and_then(|t| t.parse().ok()).unwrap_or(0_usize);
    let words = pair(query, "filter").unwrap_or_default().to_lowercase();
    let standings: Option<Vec<&str>> = pair(query, "filter[status]").map(|t| t.split(',').map(str::trim).collect());
    let mut found: Vec<(String, Value)> = (0..PEOPLE.len())
        .map(user)
        .filter(|u| {
            let text = |name: &str| u["attributes"][name].as_str().unwrap_or_default().to_lowercase();
            [text("name"), text("email"), text("handle")].iter().any(|t| t.contains(&words))
                && standings.as_ref().is_none_or(|s| s.iter().any(|s| u["attributes"]["status"] == *s))
        })
        .map(|u| (u["attributes"]["name"].as_str().unwrap_or_default().to_owned(), u))
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let filtered = found.len();
    let data: Vec<Value> = found.into_iter().map(|(_, u)| u).skip(page.saturating_mul(size)).take(size).collect();
    json!({"data": data, "included": [], "meta": {"page": {"total_count": PEOPLE.len(), "total_filtered_count": filtered}}})
}
