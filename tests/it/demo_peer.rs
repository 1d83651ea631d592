//! Datadog's own Python client against the embedded Datadog: a reading of the API that nobody here wrote.

use std::io::Write;
use std::process::{Command, Stdio};

use caseload::demo::Vendor::Datadog;
use serde_json::{Value, json};

use crate::demo_wire::{Wire, secret, still, texts};

/// Names the interpreter that has `tests/peer/requirements.txt` installed.
const PYTHON: &str = "CASELOAD_PEER_PYTHON";

/// What the script saw.
fn run(python: &str, given: &Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peer/datadog_client.py");
    let mut child = Command::new(python)
        .arg(script)
        .env_remove("HTTP_PROXY")
        .env_remove("http_proxy")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn the_official_client_walks_edits_and_is_refused_as_on_the_real_api() {
    let Ok(python) = std::env::var(PYTHON) else {
        eprintln!("not run: set {PYTHON} to a Python that has tests/peer/requirements.txt installed");
        return;
    };
    let demo = still(2_000);
    let wire = Wire::to(&demo, Datadog);
    let ids = demo.ids(Datadog);
    let newest = wire.get("/api/v2/cases?page[size]=100").await.ok();
    let plain = |c: &&Value| c["attributes"]["type"] == "STANDARD" && c["attributes"]["status_group"] == "SG_OPEN";
    let target = newest["data"].as_array().unwrap().iter().find(plain).unwrap()["id"].as_str().unwrap().to_owned();
    let given = json!({
        "base_url": wire.base, "target": target, "api_key": secret(&demo, Datadog, "DEMO_DD_API_KEY"),
        "app_key": secret(&demo, Datadog, "DEMO_DD_APP_KEY"), "read_token": secret(&demo, Datadog, "DEMO_DD_READ_TOKEN"),
    });
    let seen = tokio::task::spawn_blocking(move || run(&python, &given)).await.unwrap();

    assert_eq!(texts(&seen["walked"], ""), ids, "every case once, in order");
    assert_eq!(texts(&seen["oldest"], ""), ids.iter().rev().take(3).cloned().collect::<Vec<_>>());
    assert!(seen["by_tens"].as_array().unwrap().len() > 100);
    let case = wire.get(&format!("/api/v2/cases/{target}")).await.ok();
    let attributes = &case["data"]["attributes"];
    assert_eq!((&attributes["status_group"], &attributes["priority"]), (&json!("SG_IN_PROGRESS"), &json!("P1")));
    let cells = wire.get(&format!("/api/v2/cases/{target}/timelines?page[size]=100")).await.ok();
    assert!(texts(&cells["data"], "/id").contains(&seen["cell"].as_str().unwrap().to_owned()));
    let writes: Vec<(String, u16)> = demo
        .received(Datadog)
        .into_iter()
        .filter(|r| r.method == "POST")
        .map(|r| (r.path.rsplit('/').next().unwrap().to_owned(), r.status))
        .collect();
    let expected = [
        ("status", 200),
        ("priority", 200),
        ("assign", 200),
        ("comment", 200),
        ("archive", 200),
        ("unarchive", 200),
        ("unassign", 200),
        ("archive", 404),
        ("comment", 400),
        ("assign", 400),
        ("priority", 403),
    ];
    assert_eq!(writes, expected.map(|(path, status)| (path.to_owned(), status)));
    for (what, body) in seen["errors"].as_object().unwrap() {
        assert!(body["errors"].is_array(), "{what}: {body}");
    }
}
