//! The embedded Datadog, held against the recorded answers.

use std::collections::BTreeSet;

use caseload::demo::Vendor::Datadog;
use caseload::demo::{Act, Options, start};
use reqwest::Method;
use serde_json::{Value, json};

use crate::demo_wire::{Wire, encoded, secret, still, texts};

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(many) => many.iter().any(has_null),
        Value::Object(map) => map.values().any(has_null),
        _ => false,
    }
}

#[tokio::test]
async fn a_walk_gives_every_case_once_newest_first_and_meta_means_what_was_recorded() {
    let demo = still(1_000);
    let wire = Wire::to(&demo, Datadog);
    let mut ids = Vec::new();
    let mut times = Vec::new();
    for page in 1..=5 {
        let body = wire.get(&format!("/api/v2/cases?page%5Bsize%5D=100&page%5Bnumber%5D={page}")).await.ok();
        assert_eq!(body["meta"]["page"], json!({"current": page, "size": if page < 5 { 100 } else { 50 }, "total": 5}));
        assert_eq!(body["meta"]["total_cases"], 450);
        assert!(!has_null(&body), "an absent value is a missing key");
        ids.extend(texts(&body["data"], "/id"));
        times.extend(texts(&body["data"], "/attributes/created_at").iter().map(|t| t.parse::<jiff::Timestamp>().unwrap()));
    }
    assert_eq!(ids, demo.ids(Datadog));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 450);
    assert!(times.is_sorted_by(|a, b| a > b));
    assert_eq!(wire.get("/api/v2/cases?page[number]=6&page[size]=100").await.ok()["data"], json!([]));
    let oldest = wire.get("/api/v2/cases?sort[field]=created_at&sort[asc]=true&page[size]=3").await.ok();
    assert_eq!(texts(&oldest["data"], "/id"), ids.iter().rev().take(3).cloned().collect::<Vec<_>>());
}

#[tokio::test]
async fn the_first_page_is_as_recorded() {
    let demo = still(2_000);
    let wire = Wire::to(&demo, Datadog);
    let answer = wire.get("/api/v2/cases?page[size]=100").await;
    assert_eq!(answer.header("content-type"), "application/vnd.api+json");
    let body = answer.ok();
    let included: BTreeSet<String> = texts(&body["included"], "/id").into_iter().collect();
    assert_eq!(included.len(), body["included"].as_array().unwrap().len(), "people are listed once");
    for case in body["data"].as_array().unwrap() {
        let attributes = &case["attributes"];
        assert_eq!(case["type"], "case");
        assert_eq!(attributes["internal_id"], case["id"]);
        assert!(attributes["comment_count"].is_u64() && attributes["public_id"].is_string());
        assert!(attributes["created_by_author"]["content"]["ID"].is_string());
        assert!(attributes["created_at"].as_str().unwrap().ends_with('Z'));
        assert!(!attributes["created_at"].as_str().unwrap().ends_with("0Z"), "trailing zeros are cut");
        for name in ["assignee", "created_by", "modified_by"] {
            if let Some(id) = case["relationships"][name]["data"]["id"].as_str() {
                assert!(included.contains(id), "{name} is sideloaded");
            }
        }
    }
    let statuses: BTreeSet<String> = texts(&body["data"], "/attributes/status_group").into_iter().collect();
    assert_eq!(statuses.len(), 3);
    assert!(texts(&body["data"], "/relationships/assignee").iter().any(String::is_empty), "somebody is unassigned");
    assert!(texts(&body["data"], "/attributes/modified_at").iter().any(String::is_empty), "something was never changed");
}

#[tokio::test]
async fn a_case_comes_by_id_and_by_key_and_its_timeline_counts_from_zero() {
    let demo = still(2_000);
    let wire = Wire::to(&demo, Datadog);
    let list = wire.get("/api/v2/cases?page[size]=100").await.ok();
    let row = list["data"].as_array().unwrap().iter().max_by_key(|c| c["attributes"]["comment_count"].as_u64()).unwrap();
    let (id, key) = (row["id"].as_str().unwrap(), row["attributes"]["key"].as_str().unwrap());
    let by_id = wire.get(&format!("/api/v2/cases/{id}")).await.ok();
    assert_eq!(by_id, wire.get(&format!("/api/v2/cases/{key}")).await.ok());
    assert_eq!(by_id["data"]["attributes"]["comment_count"], 0, "only the search knows");
    assert_eq!(by_id["data"]["attributes"]["title"], row["attributes"]["title"]);
    let mut cells = Vec::new();
    for page in 0.. {
        let body = wire.get(&format!("/api/v2/cases/{id}/timelines?page[size]=50&page[number]={page}")).await.ok();
        let rows = body["data"].as_array().unwrap().clone();
        if rows.is_empty() {
            break;
        }
        cells.extend(rows);
    }
    assert!(cells.len() > 60, "{} entries: sub-paging is real", cells.len());
    assert_eq!(cells.last().unwrap()["attributes"]["type"], "CASE_CREATED", "newest first");
    let comments = cells.iter().filter(|c| c["attributes"]["type"] == "COMMENT").count();
    assert_eq!(json!(comments), row["attributes"]["comment_count"]);
    assert_eq!(cells.iter().map(|c| c["id"].as_str().unwrap()).collect::<BTreeSet<_>>().len(), cells.len());
    let oldest = wire.get(&format!("/api/v2/cases/{id}/timelines?sort[ascending]=true&page[size]=1")).await.ok();
    assert_eq!(oldest["data"][0]["attributes"]["type"], "CASE_CREATED");
}

#[tokio::test]
async fn filters_find_what_they_say_and_unknown_facets_find_nothing() {
    let demo = still(2_000);
    let wire = Wire::to(&demo, Datadog);
    let total = async |filter: &str| wire.get(&format!("/api/v2/cases?page[size]=100&filter={}", encoded(filter))).await.ok();
    let count = |body: &Value| body["meta"]["total_cases"].as_u64().unwrap();
    let closed = total("status:closed").await;
    assert!(count(&closed) > 100);
    assert!(texts(&closed["data"], "/attributes/status_group").iter().all(|g| g == "SG_CLOSED"));
    let open = total("-status:closed").await;
    assert_eq!(count(&open) + count(&closed), 900);
    let urgent = total("status:open priority:(P1 OR P2)").await;
    assert!(count(&urgent) > 0 && texts(&urgent["data"], "/attributes/priority").iter().all(|p| p == "P1" || p == "P2"));
    let project = wire.get("/api/v2/cases/projects").await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    let of_project = total(&format!("project_id:{project}")).await;
    assert!(count(&of_project) > 0 && texts(&of_project["data"], "/relationships/project/data/id").iter().all(|p| *p == project));
    assert_eq!(count(&total("phish").await) + count(&total("NOT phish").await), 900);
    for nothing in ["assignee:@me", "key:SEC-1", "flavour:vanilla"] {
        assert_eq!(count(&total(nothing).await), 0, "{nothing}");
    }
    let by_priority = wire.get("/api/v2/cases?sort[field]=priority&page[size]=100").await.ok();
    let mut named = texts(&by_priority["data"], "/attributes/priority");
    // A value that no document names has no documented place.
    named.retain(|p| p != "P0");
    assert!(named.len() > 80 && named.is_sorted_by(|a, b| a >= b));
}

#[tokio::test]
async fn every_change_answers_with_the_case_as_it_is_now() {
    let demo = still(400);
    let wire = Wire::to(&demo, Datadog);
    let id = demo.ids(Datadog)[20].clone();
    let before = wire.get(&format!("/api/v2/cases/{id}")).await.ok();
    let me = wire.get("/api/v2/current_user").await.ok()["data"]["id"].as_str().unwrap().to_owned();
    let change = async |action: &str, attributes: Value| {
        wire.send(Method::POST, &format!("/api/v2/cases/{id}/{action}"), &json!({"data": {"type": "case", "attributes": attributes}}))
            .await
            .ok()
    };
    assert_eq!(change("title", json!({"title": "Renamed"})).await["data"]["attributes"]["title"], "Renamed");
    assert_eq!(change("description", json!({"description": ""})).await["data"]["attributes"]["description"], "");
    assert_eq!(change("priority", json!({"priority": "P1"})).await["data"]["attributes"]["priority"], "P1");
    let progress = change("status", json!({"status": "IN_PROGRESS"})).await;
    assert_eq!(
        (&progress["data"]["attributes"]["status_name"], &progress["data"]["attributes"]["status_group"]),
        (&json!("In Progress"), &json!("SG_IN_PROGRESS"))
    );
    let closed = change("status", json!({"status_name": "Closed"})).await;
    assert!(closed["data"]["attributes"]["closed_at"].is_string());
    let assigned = change("assign", json!({"assignee_id": me})).await;
    assert_eq!(assigned["data"]["relationships"]["assignee"]["data"]["id"], json!(me));
    assert!(texts(&assigned["included"], "/id").contains(&me));
    assert!(change("unassign", json!({})).await["data"]["relationships"].get("assignee").is_none(), "the key is absent, not null");
    change("unassign", json!({})).await;
    assert_eq!(
        change("attributes", json!({"attributes": {"team": ["soc", "night"]}})).await["data"]["attributes"]["attributes"],
        json!({"team": ["soc", "night"]})
    );
    assert_eq!(change("due_date", json!({"due_date": "2026-12-24"})).await["data"]["attributes"]["due_date"], "2026-12-24");
    assert!(change("due_date", json!({"due_date": null})).await["data"]["attributes"].get("due_date").is_none());
    let custom = change("custom_attributes/events", json!({"type": "NUMBER", "is_multi": false, "value": 12})).await;
    assert_eq!(custom["data"]["attributes"]["custom_attributes"]["events"]["value"], 12);
    let cleared = wire.send(Method::DELETE, &format!("/api/v2/cases/{id}/custom_attributes/events"), &json!({})).await;
    assert_eq!(cleared.status, 200);
    let after = wire.get(&format!("/api/v2/cases/{id}")).await.ok();
    assert_eq!(after["data"]["relationships"]["modified_by"]["data"]["id"], json!(me));
    assert_ne!(after["data"]["attributes"]["modified_at"], before["data"]["attributes"]["modified_at"]);
    let archived = change("archive", json!({})).await;
    assert!(archived["data"]["attributes"]["archived_at"].is_string());
    assert!(!demo.ids(Datadog).contains(&id), "archived cases leave the list");
    assert_eq!(wire.get(&format!("/api/v2/cases/{id}")).await.status, 200, "and stay readable");
    assert!(change("unarchive", json!({})).await["data"]["attributes"].get("archived_at").is_none());
    assert_eq!(demo.ids(Datadog)[20], id, "back in its place");
    let writes: Vec<String> = demo.received(Datadog).into_iter().filter(|r| r.method == "POST").map(|r| r.path).collect();
    assert_eq!(writes.len(), 14);
    assert_eq!(writes[0], format!("/api/v2/cases/{id}/title"));
}

#[tokio::test]
async fn comments_are_added_edited_and_scrubbed() {
    let demo = still(400);
    let wire = Wire::to(&demo, Datadog);
    let id = &demo.ids(Datadog)[3];
    let body = |text: &str| json!({"data": {"type": "case", "attributes": {"comment": text}}});
    let added = wire.send(Method::POST, &format!("/api/v2/cases/{id}/comment"), &body("first **words**")).await;
    assert_eq!(added.status, 200, "not 201");
    assert_eq!(added.json["data"].as_array().unwrap().len(), 1, "an array of one");
    let cell = added.json["data"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/cases/{id}/comment/{cell}");
    let edited = wire.send(Method::PUT, &path, &body("second")).await;
    assert_eq!((edited.status, edited.text.as_str()), (200, ""));
    let newest = async || wire.get(&format!("/api/v2/cases/{id}/timelines?page[size]=1")).await.ok()["data"][0].clone();
    assert_eq!(newest().await["attributes"]["cell_content"]["message"], "second");
    assert_eq!(wire.send(Method::DELETE, &path, &json!({})).await.status, 204);
    assert_eq!(wire.send(Method::DELETE, &path, &json!({})).await.status, 404);
    let scrubbed = newest().await;
    assert_eq!(scrubbed["attributes"]["cell_content"]["message"], "");
    assert!(scrubbed["attributes"]["deleted_at"].is_string());
}

#[tokio::test]
async fn errors_are_the_recorded_ones() {
    let demo = still(400);
    let wire = Wire::to(&demo, Datadog);
    let id = demo.ids(Datadog)[0].clone();
    let post = async |path: String, body: Value| {
        let answer = wire.send(Method::POST, &path, &body).await;
        assert_eq!(answer.header("content-type"), "application/vnd.api+json");
        (answer.status, answer.json["errors"][0].clone())
    };
    let case = |attributes: Value| json!({"data": {"type": "case", "attributes": attributes}});
    let at = |action: &str| format!("/api/v2/cases/{id}/{action}");
    assert_eq!(
        post(at("priority"), json!({"data": {"type": "ticket"}})).await,
        (400, json!({"status": "400", "title": "Bad Request", "detail": "got type \"ticket\" expected one of \"case\""}))
    );
    assert_eq!(post(at("title"), case(json!({"title": " "}))).await, (400, json!({"status": "400", "title": "Bad Request"})));
    assert_eq!(
        post(at("assign"), case(json!({"assignee_id": "me@here.example"}))).await,
        (400, json!({"status": "400", "title": "Bad Request"}))
    );
    assert_eq!(post(at("comment"), case(json!({"comment": ""}))).await, (400, json!({"status": "400", "title": "Bad Request"})));
    let (status, item) = post(at("priority"), case(json!({"priority": "P9"}))).await;
    assert_eq!((status, &item["title"], item.get("status")), (400, &json!("Generic Error"), None));
    let (_, item) = post(at("status"), case(json!({"status": "SNOOZED"}))).await;
    assert!(item["detail"].as_str().unwrap().ends_with("Must be one of NOT_STARTED, IN_PROGRESS, CLOSED, ACKNOWLEDGED, TRIGGERED, PENDING_APPROVAL, COMPLETED, CANCELLED, DECLINED, SUNKNOWN, OPEN, RESOLVED, APPROVED, IMPLEMENTING"));
    let (_, item) = post(at("attributes"), case(json!({"attributes": {"team": "soc"}}))).await;
    assert_eq!(item["detail"], "error decoding attribute \"attributes\": invalid type string");
    let unknown = "/api/v2/cases/00000000-0000-4000-8000-000000000000";
    assert_eq!(
        post(format!("{unknown}/archive"), json!({"data": {"type": "case"}})).await,
        (404, json!({"code": "resource_not_found", "title": "case not found"}))
    );
    assert_eq!(wire.get("/api/v2/cases/SEC-999999").await.status, 404);
    assert_eq!(wire.get("/api/v2/cases/NOPE-1").await.status, 404, "a number with another project's key");
    let malformed = wire.get("/api/v2/cases/not-an-id").await;
    assert_eq!((malformed.status, &malformed.json["errors"][0]["title"]), (400, &json!("Invalid Parameter")));
    for refused in ["page[size]=101", "page[size]=0", "page[number]=0", "sort[field]=modified_at"] {
        assert_eq!(wire.get(&format!("/api/v2/cases?{refused}")).await.status, 400, "{refused}");
    }
}

#[tokio::test]
async fn who_may_come_in() {
    let demo = still(100);
    let secret = |name| secret(&demo, Datadog, name);
    let status = async |headers, method, path: &str| {
        let wire = Wire::with(&demo, Datadog, headers);
        let body = json!({"data": {"type": "case", "attributes": {"priority": "P2"}}});
        if method == Method::GET { wire.get(path).await } else { wire.send(method, path, &body).await }
    };
    let write = format!("/api/v2/cases/{}/priority", demo.ids(Datadog)[0]);
    let bearer = |token: String| vec![("Authorization", format!("Bearer {token}"))];
    let none = status(vec![], Method::GET, "/api/v2/cases").await;
    assert_eq!((none.status, none.text.as_str()), (401, r#"{"errors":["Unauthorized"]}"#));
    let wrong =
        status(vec![("DD-API-KEY", "x".to_owned()), ("DD-APPLICATION-KEY", "y".to_owned())], Method::GET, "/api/v2/validate_keys").await;
    assert_eq!((wrong.status, wrong.text.as_str()), (403, r#"{"errors":["Forbidden"]}"#));
    assert_eq!(status(vec![("DD-API-KEY", secret("DEMO_DD_API_KEY"))], Method::GET, "/api/v2/cases").await.status, 403);
    assert_eq!(status(vec![("DD-API-KEY", secret("DEMO_DD_API_KEY"))], Method::GET, "/api/v1/validate").await.status, 200);
    assert_eq!(status(bearer(secret("DEMO_DD_TOKEN")), Method::POST, &write).await.status, 200);
    assert_eq!(status(vec![("DD-APPLICATION-KEY", secret("DEMO_DD_TOKEN"))], Method::GET, "/api/v2/cases").await.status, 200);
    assert_eq!(status(bearer(secret("DEMO_DD_READ_TOKEN")), Method::GET, "/api/v2/cases").await.status, 200);
    let denied = status(bearer(secret("DEMO_DD_READ_TOKEN")), Method::POST, &write).await;
    assert_eq!(
        (denied.status, denied.header("content-type"), denied.text.as_str()),
        (403, "text/plain", r#"{"errors":[{"title":"Forbidden"}]}"#)
    );
}

/// That it is kept is tested where it is counted: over the wire a busy machine never reaches it.
#[tokio::test]
async fn the_quota_is_announced_on_every_answer() {
    let demo = start(&Options { cases: 100, pace: 0.0, ..Options::default() }).unwrap();
    let wire = Wire::to(&demo, Datadog);
    let mut before = 600;
    for _ in 0..20 {
        let answer = wire.get("/api/v2/cases/types").await;
        let number = |name: &str| answer.header(name).parse::<u64>().unwrap();
        assert_eq!((answer.status, number("x-ratelimit-limit"), number("x-ratelimit-period")), (200, 600, 10));
        assert!((1..=10).contains(&number("x-ratelimit-reset")), "seconds left, not a time");
        let left = number("x-ratelimit-remaining");
        assert!(left == before - 1 || left == 599, "{left} after {before}, and it is no new window");
        before = left;
    }
    let refuse = Act::FailNext { vendor: Datadog, method: String::new(), path_contains: String::new(), status: 429, times: 1 };
    demo.act(refuse).unwrap();
    let refused = wire.get("/api/v2/cases/types").await;
    assert_eq!((refused.status, refused.header("x-ratelimit-remaining")), (429, "0"));
    assert!(refused.json["errors"][0].is_string());
    assert_eq!(wire.get("/api/v2/nothing").await.header("x-ratelimit-name"), "case_management_org");
}

#[tokio::test]
async fn users_types_and_projects() {
    let demo = still(100);
    let wire = Wire::to(&demo, Datadog);
    let all = wire.get("/api/v2/users?page[size]=100").await.ok();
    let standing: BTreeSet<String> = texts(&all["data"], "/attributes/status").into_iter().collect();
    assert_eq!(standing, BTreeSet::from(["Active".to_owned(), "Disabled".to_owned(), "Pending".to_owned()]));
    assert!(all["data"].as_array().unwrap().iter().any(|u| u["attributes"]["name"].is_null()));
    let second = wire.get("/api/v2/users?page[size]=10&page[number]=1").await.ok();
    assert_eq!(second["data"][0], all["data"][10], "pages count from zero");
    let found = wire.get("/api/v2/users?filter=tanaka&filter[status]=Active").await.ok();
    assert_eq!(found["meta"]["page"]["total_filtered_count"], 1);
    let user = found["data"][0]["id"].as_str().unwrap();
    assert_eq!(wire.get(&format!("/api/v2/users/{user}")).await.ok()["data"]["type"], "users");
    let types = wire.get("/api/v2/cases/types").await.ok();
    assert!(types["data"].as_array().unwrap().iter().any(|t| t["attributes"].get("deleted_at").is_some()), "deleted types are listed");
    let change = types["data"].as_array().unwrap().iter().find(|t| t["id"] == "00000000-0000-0000-0000-000000000004").unwrap();
    assert_eq!(change["attributes"]["statuses_config"]["in_progress"]["default"], "Pending Approval");
    let statuses = |group: &str| texts(&change["attributes"]["statuses_config"][group]["status_options"], "/name");
    assert_eq!(statuses("closed"), ["Completed", "Cancelled", "Declined"]);
}

#[tokio::test]
async fn a_colleague_can_be_made_to_act() {
    let demo = still(200);
    let wire = Wire::to(&demo, Datadog);
    let id = demo.ids(Datadog)[0].clone();
    demo.act(Act::Edit { vendor: Datadog, id: id.clone(), field: "title".into(), value: "By a colleague".into() }).unwrap();
    demo.act(Act::Comment { vendor: Datadog, id: id.clone(), text: "seen".into() }).unwrap();
    let case = wire.get(&format!("/api/v2/cases/{id}")).await.ok();
    assert_eq!(case["data"]["attributes"]["title"], "By a colleague");
    assert_ne!(case["data"]["relationships"]["modified_by"]["data"]["id"], wire.get("/api/v2/current_user").await.ok()["data"]["id"]);
    demo.act(Act::Arrive { vendor: Datadog }).unwrap();
    assert_eq!(demo.ids(Datadog).len(), 91);
    assert_eq!(wire.get("/api/v2/cases?page[size]=2").await.ok()["data"][1]["id"], json!(id));
    demo.act(Act::Remove { vendor: Datadog, id: id.clone() }).unwrap();
    assert!(!demo.ids(Datadog).contains(&id));
    let error = demo.act(Act::Edit { vendor: Datadog, id, field: "mood".into(), value: String::new() }).unwrap_err();
    assert!(error.contains("priority"), "{error}");
}
