//! The embedded ServerOps.gg, held against its documents.

use std::collections::BTreeSet;

use caseload::demo::Vendor::ServerOps;
use caseload::demo::{Act, Options, start};
use reqwest::Method;
use serde_json::{Value, json};

use crate::demo_wire::{Wire, secret, still, texts};

/// All pages behind a query; the ids as they came.
async fn walk(wire: &Wire, query: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let body = wire.get(&format!("/cases?{query}&cursor={cursor}")).await.ok();
        rows.extend(body["cases"].as_array().unwrap().clone());
        match body["next_cursor"].as_str().filter(|c| !c.is_empty() && body["has_more"] == true) {
            Some(next) => next.clone_into(&mut cursor),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn the_cursor_leads_through_every_case_once_also_while_cases_arrive() {
    let demo = still(2_000);
    let wire = Wire::to(&demo, ServerOps);
    let rows = walk(&wire, "limit=100").await;
    assert_eq!(rows.iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), demo.ids(ServerOps));
    assert_eq!(rows.len(), 300);
    assert_eq!(wire.get("/cases").await.ok()["cases"].as_array().unwrap().len(), 50);
    let first = wire.get("/cases?limit=100").await.ok();
    demo.act(Act::Arrive { vendor: ServerOps }).unwrap();
    let second = wire.get(&format!("/cases?limit=100&cursor={}", first["next_cursor"].as_str().unwrap())).await.ok();
    assert_eq!(texts(&second["cases"], "/id")[0], rows[100]["id"]);
    let mut sum = 0;
    for status in ["open", "closed", "archived"] {
        let found = walk(&wire, &format!("limit=100&status={status}")).await;
        assert!(found.iter().all(|c| c["status"] == status) && !found.is_empty());
        sum += found.len();
    }
    assert!(sum < 301, "some carry a status that no document names");
    let seen: BTreeSet<&str> = rows.iter().map(|r| r["status"].as_str().unwrap()).collect();
    assert!(seen.contains("under_review") && seen.len() == 4);
    assert!(rows.iter().any(|r| r["description"].is_null()));
}

#[tokio::test]
async fn a_case_has_no_wrapper_and_its_attachments_are_real_files_behind_no_token() {
    let demo = still(400);
    let wire = Wire::to(&demo, ServerOps);
    let rows = walk(&wire, "limit=100").await;
    let row = rows.iter().find(|r| r["attachments"].as_array().unwrap().iter().any(|a| a["content_type"] == "image/png")).unwrap();
    assert_eq!(wire.get(&format!("/cases/{}", row["id"].as_str().unwrap())).await.ok(), *row);
    let png = row["attachments"].as_array().unwrap().iter().find(|a| a["content_type"] == "image/png").unwrap();
    let bare = Wire::with(&demo, ServerOps, vec![]);
    let response = bare.request(Method::GET, png["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    let bytes = response.bytes().await.unwrap();
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.ends_with(b"IEND\xae\x42\x60\x82"));
    assert_eq!(json!(bytes.len()), png["size"]);
}

#[tokio::test]
async fn patch_changes_three_fields_and_errors_carry_their_codes() {
    let demo = still(400);
    let wire = Wire::to(&demo, ServerOps);
    let id = demo.ids(ServerOps)[2].clone();
    let before = wire.get(&format!("/cases/{id}")).await.ok();
    let patch = async |body: Value| wire.send(Method::PATCH, &format!("/cases/{id}"), &body).await;
    let after = patch(json!({"title": "New", "description": "text", "status": "archived"})).await.ok();
    assert_eq!((&after["title"], &after["description"], &after["status"]), (&json!("New"), &json!("text"), &json!("archived")));
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    for wrong in [json!({}), json!({"priority": "high"}), json!({"status": "OPEN"}), json!({"title": ""}), json!({"title": 3})] {
        let answer = patch(wrong.clone()).await;
        assert_eq!((answer.status, &answer.json["error"]["code"]), (400, &json!("bad_request")), "{wrong}");
    }
    for path in ["/cases?limit=0", "/cases?limit=101", "/cases?cursor=made-up", "/cases?status=paused"] {
        assert_eq!(wire.get(path).await.status, 400, "{path}");
    }
    let missing = wire.get("/cases/c_00000000000000000000000000").await;
    assert_eq!((missing.status, &missing.json["error"]), (404, &json!({"code": "not_found", "message": "file not found"})));
    let read = Wire::with(&demo, ServerOps, vec![("Authorization", format!("Bearer {}", secret(&demo, ServerOps, "DEMO_SO_READ_TOKEN")))]);
    assert_eq!(read.get("/cases").await.status, 200);
    let denied = read.send(Method::PATCH, &format!("/cases/{id}"), &json!({"title": "x"})).await;
    assert_eq!((denied.status, &denied.json["error"]["code"]), (403, &json!("forbidden")));
    let nobody = Wire::with(&demo, ServerOps, vec![]).get("/cases").await;
    assert_eq!((nobody.status, &nobody.json["error"]["code"]), (401, &json!("unauthorized")));
}

#[tokio::test]
async fn the_endpoints_can_be_not_there_yet() {
    let demo = still(100);
    let wire = Wire::to(&demo, ServerOps);
    demo.act(Act::ServerOpsLive { live: false }).unwrap();
    let answer = wire.get("/cases").await;
    assert_eq!(answer.status, 404);
    assert!(answer.header("content-type").starts_with("text/html") && answer.json.is_null());
    demo.act(Act::ServerOpsLive { live: true }).unwrap();
    assert_eq!(wire.get("/cases").await.status, 200);
}

/// That sixty a second pass and no more is tested where they are counted: a busy machine does not ask so fast.
#[tokio::test]
async fn the_reset_of_the_quota_is_a_time() {
    let demo = start(&Options { cases: 100, pace: 0.0, ..Options::default() }).unwrap();
    let wire = Wire::to(&demo, ServerOps);
    let now_s = || u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    let refuse = Act::FailNext { vendor: ServerOps, method: String::new(), path_contains: String::new(), status: 429, times: 1 };
    for is_refused in [false, false, true] {
        if is_refused {
            demo.act(refuse.clone()).unwrap();
        }
        let before_s = now_s();
        let answer = wire.get("/cases?limit=1").await;
        let reset_s = answer.header("x-ratelimit-reset").parse::<u64>().unwrap();
        assert!((before_s..=now_s() + 60).contains(&reset_s), "Unix seconds");
        assert_eq!((answer.status == 429, answer.header("x-ratelimit-remaining") == "0"), (is_refused, is_refused));
        if is_refused {
            assert_eq!((&answer.json["error"]["code"], answer.header("retry-after")), (&json!("rate_limited"), ""));
        }
    }
}
