//! What the embedded vendors have in common: worlds that repeat, worlds that are huge, life, faults, the control plane.

use std::time::Duration;

use caseload::demo::{Act, Cut, Demo, Faults, Options, Vendor, start};
use reqwest::Method;
use serde_json::{Value, json};

use crate::demo_wire::{Wire, still, texts};

const FIRST_PAGE: [&str; 3] = ["/api/v2/cases?page[size]=100", "/api/v2/cases?per_page=500", "/cases?limit=100"];

fn rows(vendor: Vendor, body: &Value) -> &Value {
    if vendor == Vendor::Datadog { &body["data"] } else { &body["cases"] }
}

/// The words of every case on the first page; times depend on the start and are left out.
async fn words(demo: &Demo, vendor: Vendor) -> Vec<String> {
    let body = Wire::to(demo, vendor).get(FIRST_PAGE[vendor as usize]).await.ok();
    let pointers: [&str; 3] = match vendor {
        Vendor::Datadog => ["/id", "/attributes/title", "/attributes/custom_attributes"],
        Vendor::Tines => ["/case_id", "/name", "/tags"],
        Vendor::ServerOps => ["/id", "/title", "/status"],
    };
    pointers.iter().flat_map(|pointer| texts(rows(vendor, &body), pointer)).collect()
}

#[tokio::test]
async fn a_seed_repeats_its_world_and_another_seed_makes_another() {
    let (one, two) = (still(600), still(600));
    let other = start(&Options { cases: 600, seed: 8, pace: 0.0, ..Options::default() }).unwrap();
    for vendor in Vendor::ALL {
        let first = words(&one, vendor).await;
        assert_eq!(first, words(&two, vendor).await);
        assert_ne!(first, words(&other, vendor).await);
        assert_eq!(one.endpoints()[vendor as usize].secrets, two.endpoints()[vendor as usize].secrets);
    }
}

#[tokio::test]
async fn a_million_cases_answer_on_their_first_and_last_page() {
    let demo = still(1_000_000);
    let pages = [
        ["/api/v2/cases?page[size]=100", "/api/v2/cases?page[size]=100&page[number]=4500"],
        ["/api/v2/cases?per_page=100", "/api/v2/cases?per_page=100&page=4000"],
    ];
    for (vendor, pages) in [Vendor::Datadog, Vendor::Tines].into_iter().zip(pages) {
        let wire = Wire::to(&demo, vendor);
        for page in pages {
            assert_eq!(rows(vendor, &wire.get(page).await.ok()).as_array().unwrap().len(), 100, "{page}");
        }
    }
    assert_eq!(Wire::to(&demo, Vendor::Datadog).get("/api/v2/cases?page[size]=1").await.ok()["meta"]["total_cases"], 450_000);
    assert_eq!(Wire::to(&demo, Vendor::ServerOps).get("/cases?limit=1").await.ok()["has_more"], true);
    assert!(start(&Options { cases: u32::MAX, ..Options::default() }).is_err());
}

#[tokio::test]
async fn words_differ_and_hostile_ones_are_few() {
    let demo = still(2_500);
    let mut titles = Vec::new();
    for vendor in Vendor::ALL {
        let body = Wire::to(&demo, vendor).get(FIRST_PAGE[vendor as usize]).await.ok();
        let pointer = match vendor {
            Vendor::Datadog => "/attributes/title",
            Vendor::Tines => "/name",
            Vendor::ServerOps => "/title",
        };
        titles.extend(texts(rows(vendor, &body), pointer));
    }
    let hostile = |t: &&String| {
        t.chars().any(|c| c.is_control() || ('\u{200b}'..='\u{202e}').contains(&c) || c >= '\u{e0000}')
            || t.starts_with(['=', '+', '@', '-'])
            || t.chars().count() >= 10_000
    };
    let count = titles.iter().filter(hostile).count();
    assert!((3..=titles.len() / 40).contains(&count), "{count} of {}", titles.len());
    let mut distinct = titles.clone();
    distinct.sort();
    distinct.dedup();
    // Storms of look-alikes repeat themselves; little else does.
    assert!(distinct.len() * 100 > titles.len() * 90, "{} of {}", distinct.len(), titles.len());
    assert!(titles.iter().all(|t| !t.contains('[') || hostile(&t) || !t.contains("[n")), "every word is filled in");
}

#[tokio::test]
async fn a_still_world_does_not_move_and_a_lively_one_does() {
    let demo = still(300);
    let before: Vec<Vec<String>> = futures(&demo).await;
    demo.set_pace(400.0);
    let moved = async {
        while futures(&demo).await == before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(5), moved).await.unwrap();
    demo.set_pace(0.0);
    let mut now = futures(&demo).await;
    // A beat may be under way when the pace drops to nothing; after it nothing comes.
    for _ in 0..3 {
        now = futures(&demo).await;
    }
    for _ in 0..20 {
        assert_eq!(futures(&demo).await, now);
    }
}

async fn futures(demo: &Demo) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for vendor in Vendor::ALL {
        let body = Wire::to(demo, vendor).get(FIRST_PAGE[vendor as usize]).await.ok();
        all.push(
            rows(vendor, &body)
                .as_array()
                .unwrap()
                .iter()
                .map(|row| if vendor == Vendor::Tines { row["updated_at"].to_string() } else { row.to_string() })
                .collect(),
        );
    }
    all
}

#[tokio::test]
async fn gzip_comes_when_it_is_asked_for() {
    let demo = still(300);
    let wire = Wire::to(&demo, Vendor::Tines);
    let plain = wire.request(Method::GET, "/api/v2/cases").header("accept-encoding", "identity").send().await.unwrap();
    assert!(plain.headers().get("content-encoding").is_none());
    let packed = wire.request(Method::GET, "/api/v2/cases").header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let bytes = packed.bytes().await.unwrap();
    assert!(bytes.starts_with(&[0x1f, 0x8b]) && bytes.len() * 2 < plain.bytes().await.unwrap().len());
}

#[tokio::test]
async fn scripted_failures_come_in_the_vendors_shapes_and_are_not_carried_out() {
    let demo = still(300);
    let id = demo.ids(Vendor::Datadog)[0].clone();
    let wire = Wire::to(&demo, Vendor::Datadog);
    let fail =
        |vendor, method: &str, status, times| Act::FailNext { vendor, method: method.into(), path_contains: "cases".into(), status, times };
    let rename = async || {
        wire.send(
            Method::POST,
            &format!("/api/v2/cases/{id}/title"),
            &json!({"data": {"type": "case", "attributes": {"title": "changed"}}}),
        )
        .await
    };
    demo.act(fail(Vendor::Datadog, "POST", 500, 2)).unwrap();
    assert_eq!(wire.get("/api/v2/cases").await.status, 200);
    assert_eq!((rename().await.status, rename().await.status), (500, 500));
    assert_ne!(wire.get(&format!("/api/v2/cases/{id}")).await.ok()["data"]["attributes"]["title"], "changed");
    assert_eq!(rename().await.status, 200);
    assert_eq!(demo.received(Vendor::Datadog).iter().filter(|r| r.method == "POST").map(|r| r.status).collect::<Vec<_>>(), [500, 500, 200]);
    demo.act(fail(Vendor::Datadog, "", 429, 1)).unwrap();
    let limited = wire.get("/api/v2/cases").await;
    assert_eq!((limited.status, limited.header("x-ratelimit-remaining")), (429, "0"));
    assert!(limited.header("x-ratelimit-reset").parse::<u64>().unwrap() <= 10);
    demo.act(fail(Vendor::Tines, "", 429, 1)).unwrap();
    let limited = Wire::to(&demo, Vendor::Tines).get("/api/v2/cases").await;
    assert_eq!((limited.status, limited.header("x-ratelimit-reset"), limited.header("retry-after")), (429, "", ""));
    assert!(demo.act(fail(Vendor::Tines, "", 200, 1)).is_err());
}

#[tokio::test]
async fn cuts_are_real() {
    let demo = still(300);
    let id = demo.ids(Vendor::ServerOps)[0].clone();
    let path = format!("/cases/{id}");
    let wire = Wire::to(&demo, Vendor::ServerOps);
    let cut = |when| Act::CutNext { vendor: Vendor::ServerOps, method: String::new(), path_contains: String::new(), when };
    let rename = async |title: &str| wire.request(Method::PATCH, &path).json(&json!({"title": title})).send().await;
    let title = async || wire.get(&path).await.ok()["title"].clone();
    demo.act(cut(Cut::BeforeRead)).unwrap();
    assert!(rename("before").await.is_err());
    assert_ne!(title().await, "before");
    demo.act(cut(Cut::AfterRead)).unwrap();
    assert!(rename("after").await.is_err());
    assert_eq!(title().await, "after", "carried out, unanswered");
    demo.act(cut(Cut::MidAnswer)).unwrap();
    let answer = rename("mid").await.unwrap();
    let promised = answer.content_length().unwrap();
    assert!(answer.status().is_success() && promised > 100);
    assert!(answer.bytes().await.is_err(), "the body ends early");
    assert_eq!(title().await, "mid");
    let writes: Vec<(String, u16)> =
        demo.received(Vendor::ServerOps).into_iter().filter(|r| r.method == "PATCH").map(|r| (r.body, r.status)).collect();
    assert_eq!(writes, [(r#"{"title":"after"}"#.to_owned(), 200), (r#"{"title":"mid"}"#.to_owned(), 200)], "the first was never seen");
}

#[tokio::test]
async fn a_cut_body_arrives_half() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let demo = still(300);
    demo.act(Act::CutNext { vendor: Vendor::Tines, method: "GET".into(), path_contains: "/api/v2/cases".into(), when: Cut::MidAnswer })
        .unwrap();
    let endpoint = &demo.endpoints()[1];
    let mut socket = tokio::net::TcpStream::connect(endpoint.base_url.strip_prefix("http://").unwrap()).await.unwrap();
    let request = format!("GET /api/v2/cases?per_page=100 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", endpoint.secrets[0].1);
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    // The end may come as a plain end or as a reset; what counts is what came before.
    let _ = socket.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let promised: usize =
        head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ").map(str::to_owned)).unwrap().parse().unwrap();
    assert!(promised > 10_000);
    assert!(body.len() > promised / 3 && body.len() < promised * 2 / 3, "{} of {promised}", body.len());
}

#[tokio::test]
async fn a_hanging_request_is_known_to_the_vendor_and_blocks_nobody_else() {
    let demo = still(100);
    let wire = Wire::to(&demo, Vendor::Tines);
    demo.act(Act::HangNext { vendor: Vendor::Tines, method: String::new(), path_contains: "/info".into() }).unwrap();
    let mut hanging = Box::pin(wire.request(Method::GET, "/api/v1/info").send());
    let others = async {
        while !demo.received(Vendor::Tines).iter().any(|r| r.path == "/api/v1/info" && r.status == 0) {
            assert_eq!(wire.get("/api/v1/teams").await.status, 200);
        }
    };
    tokio::select! {
        answer = &mut hanging => panic!("{answer:?}"),
        () = others => {}
    }
}

#[tokio::test]
async fn rough_weather_hurts_some_and_a_patient_client_reads_everything() {
    let demo = start(&Options { cases: 4_000, pace: 0.0, faults: Faults::Rough, quota: false, ..Options::default() }).unwrap();
    let wire = Wire::to(&demo, Vendor::Datadog);
    let (mut ids, mut hurt, mut kinds) = (Vec::new(), 0, std::collections::BTreeSet::new());
    for page in 1..=180 {
        let mut tries = 0;
        let body = loop {
            tries += 1;
            assert!(tries <= 5, "five tries are always enough");
            match wire.request(Method::GET, &format!("/api/v2/cases?page[size]=10&page[number]={page}")).send().await {
                Ok(answer) if answer.status() == 200 => match answer.json::<Value>().await {
                    Ok(body) => break body,
                    Err(_) => kinds.insert("cut".to_owned()),
                },
                Ok(answer) => kinds.insert(answer.status().to_string()),
                Err(_) => kinds.insert("closed".to_owned()),
            };
            hurt += 1;
        };
        ids.extend(texts(&body["data"], "/id"));
    }
    assert_eq!(ids, demo.ids(Vendor::Datadog));
    assert!((3..40).contains(&hurt), "{hurt} of 180");
    assert!(kinds.len() >= 3, "{kinds:?}");
}

#[tokio::test]
async fn in_rough_weather_a_living_list_shifts_under_its_reader() {
    let demo = start(&Options { cases: 4_000, pace: 0.000_1, faults: Faults::Rough, quota: false, ..Options::default() }).unwrap();
    let wire = Wire::to(&demo, Vendor::Tines);
    let before = demo.ids(Vendor::Tines).len();
    for page in 1..=40 {
        drop(wire.request(Method::GET, &format!("/api/v2/cases?page={page}")).send().await);
    }
    assert!(demo.ids(Vendor::Tines).len() > before);
}

#[tokio::test]
async fn an_outage_strikes_one_vendor_and_ends() {
    let demo = start(&Options { cases: 100, pace: 0.0, faults: "outage=serverops".parse().unwrap(), ..Options::default() }).unwrap();
    let wire = Wire::to(&demo, Vendor::ServerOps);
    assert_eq!(wire.get("/cases").await.status, 503);
    assert!(wire.request(Method::GET, "/cases").send().await.is_err());
    for other in [Vendor::Datadog, Vendor::Tines] {
        assert_eq!(Wire::to(&demo, other).get(FIRST_PAGE[other as usize]).await.status, 200);
    }
    demo.set_faults(Faults::Calm);
    assert_eq!(wire.get("/cases").await.status, 200);
}

#[tokio::test]
async fn the_control_plane_shows_and_steers() {
    let demo = still(100);
    let wire = Wire::with(&demo, Vendor::Datadog, vec![]);
    let at = |path: &str| format!("{}{path}", demo.control_url());
    let id = demo.ids(Vendor::Tines)[0].clone();
    assert_eq!(wire.get(&at("/ids?vendor=tines")).await.ok(), json!(demo.ids(Vendor::Tines)));
    let act = wire
        .send(Method::POST, &at("/act"), &json!({"act": "edit", "vendor": "tines", "id": id, "field": "title", "value": "steered"}))
        .await;
    assert_eq!(act.ok(), json!({"done": true}));
    let tines = Wire::to(&demo, Vendor::Tines);
    assert_eq!(tines.get(&format!("/api/v2/cases/{id}")).await.ok()["name"], "steered");
    assert_eq!(
        wire.get(&at("/received?vendor=tines")).await.ok()[0],
        json!({"method": "GET", "path": format!("/api/v2/cases/{id}"), "query": "", "body": "", "status": 200})
    );
    assert_eq!(wire.send(Method::POST, &at("/faults"), &json!("outage=tines")).await.status, 200);
    assert_eq!(tines.get("/api/v1/info").await.status, 503);
    assert_eq!(wire.send(Method::POST, &at("/faults"), &json!("calm")).await.status, 200);
    assert_eq!(wire.send(Method::POST, &at("/pace"), &json!(0)).await.status, 200);
    assert_eq!(wire.get(&at("/mails")).await.ok(), json!([]));
    let cut = json!({"act": "cut_next", "vendor": "tines", "when": "before_read"});
    assert_eq!(wire.send(Method::POST, &at("/act"), &cut).await.status, 200);
    assert!(tines.request(Method::GET, "/api/v1/info").send().await.is_err());
    for (path, body) in [("/act", json!({"act": "dance"})), ("/faults", json!("stormy")), ("/pace", json!("fast"))] {
        let answer = wire.send(Method::POST, &at(path), &body).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.json["error"].as_str().unwrap().len() > 20);
    }
    assert_eq!(wire.get(&at("/ids")).await.status, 400);
}

#[test]
fn dropping_it_closes_the_ports_and_latency_is_added() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let demo = start(&Options { cases: 50, latency_ms: 40, pace: 0.0, ..Options::default() }).unwrap();
    let wire = Wire::to(&demo, Vendor::Tines);
    let before = std::time::Instant::now();
    runtime.block_on(wire.get("/api/v1/info")).ok();
    assert!(before.elapsed() >= Duration::from_millis(40));
    runtime.block_on(async { drop(demo) });
    let closed = runtime.block_on(async {
        tokio::time::timeout(Duration::from_mins(5), async {
            while wire.request(Method::GET, "/api/v1/info").send().await.is_ok() {
                tokio::task::yield_now().await;
            }
        })
        .await
    });
    assert!(closed.is_ok());
}
