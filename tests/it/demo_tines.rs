//! The embedded Tines, held against its documents.

use std::collections::BTreeSet;

use caseload::demo::Act;
use caseload::demo::Vendor::Tines;
use reqwest::Method;
use serde_json::{Value, json};

use crate::demo_wire::{Wire, encoded, secret, still, texts};

#[tokio::test]
async fn a_walk_gives_every_case_once_and_the_page_size_that_comes_back_is_the_one_used() {
    let demo = still(2_000);
    let wire = Wire::to(&demo, Tines);
    let mut ids = Vec::new();
    let mut next = Some(1);
    while let Some(page) = next {
        let body = wire.get(&format!("/api/v2/cases?per_page=9999&page={page}")).await.ok();
        assert_eq!((&body["meta"]["per_page"], &body["meta"]["pages"], &body["meta"]["count"]), (&json!(500), &json!(2), &json!(800)));
        assert!(!body["meta"]["current_page"].as_str().unwrap().starts_with(&wire.base), "links point to the tenant's own name");
        ids.extend(texts(&body["cases"], "/case_id"));
        next = body["meta"]["next_page_number"].as_u64();
    }
    assert_eq!(ids, demo.ids(Tines));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 800);
    assert_eq!(wire.get("/api/v2/cases").await.ok()["meta"]["per_page"], 20);
    assert_eq!(wire.get("/api/v2/cases?page=41").await.ok()["cases"], json!([]));
}

#[tokio::test]
async fn orders_and_filters_in_all_three_spellings() {
    let demo = still(1_500);
    let wire = Wire::to(&demo, Tines);
    let list = async |query: &str| wire.get(&format!("/api/v2/cases?per_page=500&{query}")).await.ok();
    let edited = list("order=RECENTLY_EDITED").await;
    assert!(texts(&edited["cases"], "/updated_at").is_sorted_by(|a, b| a >= b));
    assert!(texts(&list("order=CREATED_ASC").await["cases"], "/created_at").is_sorted());
    let rank = |p: &String| ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"].iter().position(|n| n == p);
    assert!(texts(&list("order=PRIORITY_DESC").await["cases"], "/priority").iter().filter_map(rank).is_sorted_by(|a, b| a >= b));
    let brackets = list("filters[status]=CLOSED&filters[or_tags][]=phishing&filters[or_tags][]=dlp").await;
    let in_json = list(&format!("filters={}", encoded(r#"{"status":"CLOSED","or_tags":["phishing","dlp"]}"#))).await;
    let in_body =
        wire.send(Method::GET, "/api/v2/cases", &json!({"filters": {"status": "CLOSED", "or_tags": ["phishing", "dlp"]}})).await.ok();
    assert!(brackets["meta"]["count"].as_u64().unwrap() > 5);
    assert_eq!(texts(&brackets["cases"], "/case_id"), texts(&in_json["cases"], "/case_id"));
    assert_eq!(in_body["meta"]["count"], brackets["meta"]["count"]);
    assert!(texts(&brackets["cases"], "/status").iter().all(|s| s == "CLOSED"));
    let mine = list("filters[assigned_to_me]=true").await;
    let me = &demo.endpoints()[1].me;
    assert!(mine["meta"]["count"].as_u64().unwrap() > 0);
    assert!(mine["cases"].as_array().unwrap().iter().all(|c| texts(&c["assignees"], "/email").contains(me)));
    assert!(list("filters[unassigned]=true").await["cases"].as_array().unwrap().iter().all(|c| c["assignees"] == json!([])));
    let team = list("team_id=281").await;
    assert!(team["meta"]["count"].as_u64().unwrap() > 0 && texts(&team["cases"], "/team/name").iter().all(|t| t == "Privacy"));
    assert_eq!(list(&format!("filters[case_ids][]={}", demo.ids(Tines)[7])).await["meta"]["count"], 1);
}

#[tokio::test]
async fn a_case_embeds_first_pages_and_the_rest_can_be_walked() {
    let demo = still(1_500);
    let wire = Wire::to(&demo, Tines);
    let (mut long_timeline, mut long_records, mut kinds, mut users) = (false, false, BTreeSet::new(), BTreeSet::new());
    for id in demo.ids(Tines).iter().take(160) {
        let case = wire.get(&format!("/api/v2/cases/{id}")).await.ok();
        assert!(case["activities"].as_array().unwrap().len() <= 20);
        assert_eq!(case["activities"][0]["activity_type"], "CREATED");
        kinds.extend(texts(&case["activities"], "/activity_type"));
        users.extend(texts(&case["activities"], "/user"));
        for person in case["assignees"].as_array().unwrap() {
            assert!(person["user_id"].is_string(), "version 2 has text for people's numbers");
        }
        assert_eq!(case["sla"], case["slas"].get(0).cloned().unwrap_or_default());
        if case["activities_meta"]["pages"].as_u64().unwrap() > 3 && !long_timeline {
            long_timeline = true;
            let body = wire.get(&format!("/api/v2/cases/{id}/activities?per_page=500&page=2")).await.ok();
            assert_eq!(
                (&body["meta"]["per_page"], body["activities"].as_array().unwrap().len()),
                (&json!(50), usize::try_from(body["meta"]["count"].as_u64().unwrap() - 50).unwrap().min(50))
            );
            let comments = wire.get(&format!("/api/v2/cases/{id}/activities?activity_type[]=COMMENTED")).await.ok();
            assert!(texts(&comments["activities"], "/activity_type").iter().all(|k| k == "COMMENTED"));
        }
        if case["records_meta"]["pages"].as_u64().unwrap() > 5 && !long_records {
            long_records = true;
            assert_ne!(case["records_meta"]["count"], case["records_meta"]["pages"], "count speaks of types");
            let mut rows = BTreeSet::new();
            for page in 1..=case["records_meta"]["pages"].as_u64().unwrap() {
                let body = wire.get(&format!("/api/v2/cases/{id}/records?page={page}")).await.ok();
                for group in body["records"].as_array().unwrap() {
                    rows.extend(texts(&group["record_type_record_results"], "/id"));
                }
            }
            assert!(rows.len() > 120, "{} rows", rows.len());
        }
    }
    assert!(long_timeline && long_records);
    assert!(users.contains("{}"), "the system is an empty user");
    assert!(kinds.len() > 15 && kinds.contains("COMMENTED"), "{kinds:?}");
}

#[tokio::test]
async fn clocks_are_near_past_stopped_and_not_started() {
    let demo = still(2_000);
    let wire = Wire::to(&demo, Tines);
    let body = wire.get("/api/v2/cases?per_page=500").await.ok();
    let slas: Vec<&Value> = body["cases"].as_array().unwrap().iter().flat_map(|c| c["slas"].as_array().unwrap()).collect();
    let some = |test: &dyn Fn(&Value) -> bool| slas.iter().filter(|s| test(s)).count();
    let left = |s: &Value| s["remaining_time_seconds"].as_i64().unwrap();
    assert!(some(&|s| !s["exceeded"].as_bool().unwrap() && (1..1_900).contains(&left(s))) > 5, "near the end");
    assert!(some(&|s| s["exceeded"] == true && left(s) == 0 && s["percent_elapsed"] == 100) > 5, "past");
    assert!(some(&|s| s["exceeded"] == false && left(s) == 0 && s["percent_elapsed"] == 0) > 0, "not started, as sampled");
    assert!(body["cases"].as_array().unwrap().iter().any(|c| c["sla"].is_null()));
    let kinds: BTreeSet<String> = slas.iter().map(|s| s["sla_type"].as_str().unwrap().to_owned()).collect();
    assert!(kinds.contains("completion") && kinds.contains("response"));
}

#[tokio::test]
async fn version_one_has_other_names_for_the_same_case() {
    let demo = still(400);
    let wire = Wire::to(&demo, Tines);
    let body = wire.get("/api/v1/cases?per_page=500").await.ok();
    assert_eq!(body["cases"].as_array().unwrap().len(), 50);
    assert!(body["meta"].get("next_page_number").is_none());
    let old = &body["cases"][4];
    let new = wire.get(&format!("/api/v2/cases/{}", old["case_id"])).await.ok();
    for same in ["case_id", "name", "description", "status", "priority", "created_at", "updated_at", "tags", "team", "closure_conditions"] {
        assert_eq!(old[same], new[same], "{same}");
    }
    for absent in ["sub_status", "sla", "slas", "fields", "activities", "activities_meta", "actions"] {
        assert!(old.get(absent).is_none(), "{absent}");
    }
    assert_eq!(old["team_case_actions"][0]["action"], "CREATED");
    assert!(old["team_case_actions"][0].get("created_at").is_none());
    let people = body["cases"].as_array().unwrap().iter().flat_map(|c| c["assignees"].as_array().unwrap());
    assert!(people.map(|p| &p["id"]).all(Value::is_u64), "numbers for people");
    assert_eq!(wire.get(&format!("/api/v1/cases/{}", old["case_id"])).await.ok()["name"], old["name"]);
}

/// The first case that fits, by its whole.
async fn find(wire: &Wire, ids: &[String], fits: impl Fn(&Value) -> bool) -> (String, Value) {
    for id in ids {
        let case = wire.get(&format!("/api/v2/cases/{id}")).await.ok();
        if fits(&case) {
            return (id.clone(), case);
        }
    }
    panic!("no such case among {}", ids.len());
}

#[tokio::test]
async fn put_merges_and_leaves_its_marks_in_the_timeline() {
    let demo = still(500);
    let wire = Wire::to(&demo, Tines);
    let (id, before) = find(&wire, &demo.ids(Tines), |c| {
        c["status"] == "OPEN" && c["activities_meta"]["pages"] == 1 && c["closure_conditions"] == json!([]) && c["assignees"] == json!([])
    })
    .await;
    let path = format!("/api/v2/cases/{id}");
    let me = demo.endpoints()[1].me.clone();
    let after = wire
        .send(Method::PUT, &path, &json!({"name": "Renamed", "priority": "low", "add_tag_names": ["fresh", "extra"], "add_assignee_emails": [me, "aiko.tanaka@northwind.example"]}))
        .await
        .ok();
    assert_eq!((&after["name"], &after["priority"], &after["description"]), (&json!("Renamed"), &json!("LOW"), &before["description"]));
    assert_eq!(texts(&after["assignees"], "/email"), [me.as_str(), "aiko.tanaka@northwind.example"]);
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    let marks = after["activities"].as_array().unwrap()[before["activities"].as_array().unwrap().len()..].to_vec();
    assert_eq!(
        marks.iter().map(|m| (m["activity_type"].as_str().unwrap(), m["value"].as_str().unwrap())).collect::<Vec<_>>(),
        [("SEVERITY_UPDATED", "low"), ("ASSIGNED", "168,170"), ("TAGS_ADDED", "fresh,extra")]
    );
    let after = wire.send(Method::PUT, &path, &json!({"remove_tag_names": ["extra"], "remove_assignee_emails": [me]})).await.ok();
    assert!(!texts(&after["tags"], "/name").contains(&"extra".to_owned()) && after["assignees"].as_array().unwrap().len() == 1);
    let team = after["team"]["id"].clone();
    let statuses = wire.get(&format!("/api/v1/case_sub_statuses?team_id={team}")).await.ok();
    let done = statuses["case_sub_statuses"].as_array().unwrap().iter().find(|s| s["name"] == "False positive").unwrap();
    let closed = wire.send(Method::PUT, &path, &json!({"sub_status_id": done["id"]})).await.ok();
    assert_eq!((&closed["status"], &closed["sub_status"]["name"]), (&json!("CLOSED"), &json!("False positive")));
    assert!(closed["resolved_at"].is_string());
    assert_eq!(demo.mails(), []);
    let open = wire.send(Method::PUT, &path, &json!({"status": "open"})).await.ok();
    assert_eq!((&open["status"], &open["resolved_at"], &open["sub_status"]["name"]), (&json!("OPEN"), &Value::Null, &json!("To do")));
    assert_eq!(
        demo.mails().iter().map(|m| m.to.as_str()).collect::<Vec<_>>(),
        ["aiko.tanaka@northwind.example"],
        "reopening writes to the assignees"
    );
}

#[tokio::test]
async fn unmet_conditions_forbid_closing() {
    let demo = still(1_500);
    let wire = Wire::to(&demo, Tines);
    let unmet = |c: &Value| {
        c["status"] == "OPEN" && c["assignees"] == json!([]) && texts(&c["closure_conditions"], "/name") == ["Number of assignees"]
    };
    let (id, _) = find(&wire, &demo.ids(Tines), unmet).await;
    let path = format!("/api/v2/cases/{id}");
    let refused = wire.send(Method::PUT, &path, &json!({"status": "closed", "name": "not this either"})).await;
    assert_eq!(
        (refused.status, &refused.json["errors"][0]["message"]),
        (422, &json!("Closure conditions are not met: Number of assignees"))
    );
    assert_ne!(wire.get(&path).await.ok()["name"], "not this either", "all or nothing");
    let closed = wire.send(Method::PUT, &path, &json!({"status": "CLOSED", "add_assignee_emails": [demo.endpoints()[1].me]})).await;
    assert_eq!(closed.ok()["status"], "CLOSED");
}

#[tokio::test]
async fn comments_fields_and_files() {
    let demo = still(800);
    let wire = Wire::to(&demo, Tines);
    let has_all = |c: &Value| {
        c["fields"].as_array().unwrap().iter().any(|f| f["case_input"]["key"] == "operating_system")
            && texts(&c["activities"], "/file/url").iter().any(|u| !u.is_empty())
    };
    let (id, case) = find(&wire, &demo.ids(Tines), has_all).await;
    let answer = wire.send(Method::POST, &format!("/api/v2/cases/{id}/comments"), &json!({"value": "looks **bad**"})).await;
    assert_eq!(answer.status, 201);
    assert_eq!((&answer.json["activity_type"], &answer.json["user"]["email"]), (&json!("COMMENTED"), &json!(demo.endpoints()[1].me)));
    let comments = wire.get(&format!("/api/v2/cases/{id}/activities?activity_type=COMMENTED&per_page=50")).await.ok();
    assert!(comments["activities"].as_array().unwrap().iter().any(|a| a["id"] == answer.json["id"] && a["value"] == "looks **bad**"));
    let field = case["fields"].as_array().unwrap().iter().find(|f| f["case_input"]["key"] == "operating_system").unwrap();
    let path = format!("/api/v2/cases/{id}/fields/{}", field["id"]);
    assert_eq!(wire.send(Method::PUT, &path, &json!({"value": "Linux"})).await.ok()["field"]["value"], "Linux");
    assert_eq!(wire.send(Method::PUT, &path, &json!({"value": "Amiga"})).await.status, 422);
    let url = texts(&case["activities"], "/file/url").into_iter().find(|u| !u.is_empty()).unwrap();
    let listed = wire.get(&format!("/api/v2/cases/{id}/files")).await.ok();
    let bytes = wire.request(Method::GET, &url).send().await.unwrap();
    assert_eq!(bytes.headers()["content-type"].to_str().unwrap(), listed["files"][0]["content_type"]);
    assert!(bytes.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(json!(bytes.bytes().await.unwrap().len()), listed["files"][0]["size"]);
}

#[tokio::test]
async fn errors_differ_by_endpoint() {
    let demo = still(200);
    let wire = Wire::to(&demo, Tines);
    let id = demo.ids(Tines)[0].clone();
    let answer = wire.get("/api/v2/cases/5").await;
    assert_eq!((answer.status, answer.json), (404, json!({"error": "Case not found"})));
    assert_eq!(wire.get("/api/v2/cases/5/activities").await.json, json!([{"message": "Case not found", "details": ""}]));
    let put = async |body: Value| wire.send(Method::PUT, &format!("/api/v2/cases/{id}"), &body).await;
    for (body, details) in [
        (json!({"name": ""}), "name"),
        (json!({"priority": "P1"}), "priority"),
        (json!({"status": "CLOSE"}), "status"),
        (json!({"sub_status_id": 1}), "sub_status_id"),
        (json!({"add_assignee_emails": ["who@else.example"]}), "assignees"),
    ] {
        let answer = put(body.clone()).await;
        assert_eq!((answer.status, &answer.json["errors"][0]["details"]), (422, &json!(details)), "{body}");
    }
    assert_eq!(put(json!([])).await.status, 400);
    let text = wire.get("/api/v1/teams/1/members").await;
    assert_eq!((text.status, text.text.as_str(), text.header("content-type")), (404, "Team not found", "text/plain"));
    assert_eq!(wire.get("/api/v1/case_sub_statuses").await.status, 422);
    let status = async |name: &'static str, value: String, method: Method| {
        let wire = Wire::with(&demo, Tines, vec![(name, value)]);
        wire.send(method, &format!("/api/v2/cases/{id}"), &json!({"name": "x"})).await
    };
    let token = secret(&demo, Tines, "DEMO_TINES_TOKEN");
    assert_eq!(status("X-User-Token", token, Method::GET).await.status, 200, "the older header");
    assert_eq!(status("Authorization", "Bearer no".to_owned(), Method::GET).await.json, json!({"error": "Unauthorized"}));
    let read = format!("Bearer {}", secret(&demo, Tines, "DEMO_TINES_READ_TOKEN"));
    assert_eq!(status("Authorization", read.clone(), Method::GET).await.status, 200);
    let denied = status("Authorization", read, Method::PUT).await;
    assert_eq!((denied.status, denied.header("content-type")), (403, "text/plain"));
}

#[tokio::test]
async fn teams_and_their_members() {
    let demo = still(100);
    let wire = Wire::to(&demo, Tines);
    assert_eq!(wire.get("/api/v1/info").await.ok()["stack"]["type"], "shared");
    assert_eq!(texts(&wire.get("/api/v1/teams").await.ok()["teams"], "/name"), ["SOC", "Identity", "Privacy", "Platform security"]);
    let members = wire.get("/api/v1/teams/276/members?per_page=100").await.ok();
    let emails = texts(&members["members"], "/email");
    assert!(emails.contains(&demo.endpoints()[1].me) && emails.len() > 20);
    assert!(members["members"].as_array().unwrap().iter().all(|m| m["id"].is_u64()));
    let open = wire.get("/api/v1/case_sub_statuses?team_id=276&parent_status=OPEN").await.ok();
    assert_eq!(open["case_sub_statuses"][0]["default"], true);
    assert!(texts(&open["case_sub_statuses"], "/parent_status").iter().all(|p| p == "OPEN"));
}

#[tokio::test]
async fn a_colleague_can_be_made_to_act() {
    let demo = still(200);
    let wire = Wire::to(&demo, Tines);
    let id = demo.ids(Tines)[5].clone();
    for (field, value) in [
        ("title", "By a colleague"),
        ("status", "Investigating"),
        ("add_tag", "odd"),
        ("assignee", "jonas.weber@northwind.example"),
        ("priority", "high"),
    ] {
        demo.act(Act::Edit { vendor: Tines, id: id.clone(), field: field.into(), value: value.into() }).unwrap();
    }
    demo.act(Act::Comment { vendor: Tines, id: id.clone(), text: "seen".into() }).unwrap();
    let first = wire.get("/api/v2/cases?order=RECENTLY_EDITED&per_page=1").await.ok()["cases"][0].clone();
    assert_eq!(first["case_id"].to_string(), id);
    assert_eq!(
        (&first["name"], &first["sub_status"]["name"], &first["priority"]),
        (&json!("By a colleague"), &json!("Investigating"), &json!("HIGH"))
    );
    demo.act(Act::Remove { vendor: Tines, id: id.clone() }).unwrap();
    assert_eq!(wire.get(&format!("/api/v2/cases/{id}")).await.status, 404);
    demo.act(Act::Arrive { vendor: Tines }).unwrap();
    assert_eq!(wire.get("/api/v2/cases?per_page=1").await.ok()["meta"]["count"], 80);
}
