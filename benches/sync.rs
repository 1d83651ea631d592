//! A complete pass against its limits, measured in one run beside them: the network alone, fetching and decoding alone,
//! and the same pipeline into a plain store.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops at the first surprise")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, header};
use caseload::config::Poll;
use caseload::demo::{
    Demo, Endpoint, Options, {self},
};
use caseload::domain::case::{SourceId, Vendor};
use caseload::domain::page::{Cursor, Listed, Scan};
use caseload::domain::secret::Secret;
use caseload::domain::wall::Wall;
use caseload::protocol::{Coverage, Report};
use caseload::providers::{Api, Auth, Provider, Settings};
use caseload::sync::setup::Setup;
use caseload::sync::{
    SourceSetup, {self},
};
use futures_util::{StreamExt, stream};
use rusqlite::{Connection, params};

/// Datadog keeps 45 of 100 cases, 100 to a page: 450 pages; `ServerOps` 15 of 100: 150 pages.
const CASES: u32 = 100_000;
/// As the provider says; the peers are given the same.
const LANES: usize = 8;
const LATENCY_MS: u64 = 50;
const ROUNDS: usize = 3;

fn main() {
    // One core is the client's, one the vendor's, as on a small machine; ratios are what counts.
    latency_bound();
    cpu_bound();
}

/// Prints one ratio and what it must be.
fn judge(what: &str, ratio: f64, holds: bool) {
    println!("TARGET {what}: {ratio:.3}x {}", if holds { "ok" } else { "MISSED" });
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn vendors(latency_ms: u64) -> Demo {
    demo::start(&Options { cases: CASES, latency_ms, pace: 0.0, quota: false, ..Options::default() }).unwrap()
}

fn endpoint(demo: &Demo, vendor: demo::Vendor) -> Endpoint {
    demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == vendor).unwrap()
}

fn secret(endpoint: &Endpoint, name: &str) -> String {
    endpoint.secrets.iter().find(|(known, _)| *known == name).unwrap().1.clone()
}

fn provider(endpoint: &Endpoint) -> Provider {
    let held = |name: &str| Secret::from(secret(endpoint, name));
    let (vendor, auth) = match endpoint.vendor {
        demo::Vendor::Datadog => (Vendor::Datadog, Auth::Keys { api: held("DEMO_DD_API_KEY"), app: held("DEMO_DD_APP_KEY") }),
        demo::Vendor::Tines => (Vendor::Tines, Auth::Bearer(held("DEMO_TINES_TOKEN"))),
        demo::Vendor::ServerOps => (Vendor::ServerOps, Auth::Bearer(held("DEMO_SO_TOKEN"))),
    };
    let settings = Settings {
        vendor,
        source: SourceId(0),
        base_url: endpoint.base_url.clone(),
        web_url: None,
        auth,
        api: Api::V2,
        filter: None,
        team_id: None,
        me: None,
        timeout_ms: 30_000,
    };
    Provider::new(settings).unwrap()
}

/// Everything that a start does until the source is complete: the newest page, names, every page, all of it on disk.
fn sync_all(endpoint: &Endpoint) -> f64 {
    let place = tempfile::tempdir().unwrap();
    seconds(|| {
        let source = provider(endpoint);
        let sources = vec![SourceSetup::new("bench", source.vendor(), Ok(source))];
        let mut link =
            sync::start(Setup { sources, data: place.path().to_owned(), offline: false, poll: Poll::default(), wall: Wall::default() })
                .unwrap();
        let reports = link.reports();
        for report in reports {
            if let Report::Source(_, state) = report {
                assert_eq!(state.fault, None);
                if matches!(state.coverage, Coverage::Full { .. }) {
                    break;
                }
            }
        }
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Fetches and decodes every page with so many requests in flight; the pages go to `take`.
fn fetch_all(endpoint: &Endpoint, mut take: impl FnMut(Vec<Listed>)) {
    let provider = provider(endpoint);
    runtime().block_on(async {
        let first = provider.page(Scan::All, &Cursor::Start).await.unwrap();
        let (pages, mut next) = (first.pages, first.next.clone());
        take(first.items);
        if let Some(pages) = pages {
            let mut rest = stream::iter(2..=pages).map(|page| {
                let provider = provider.clone();
                async move { provider.page(Scan::All, &Cursor::Number(page)).await.unwrap() }
            });
            let mut rest = rest.by_ref().buffer_unordered(LANES);
            while let Some(page) = rest.next().await {
                take(page.items);
            }
        } else {
            while let Some(cursor) = next {
                let page = provider.page(Scan::All, &cursor).await.unwrap();
                next = page.next;
                take(page.items);
            }
        }
    });
}

/// `curl --parallel` over the pages that a pass asks for, answers thrown away.
fn curl(endpoint: &Endpoint) -> Option<f64> {
    let pages = runtime().block_on(provider(endpoint).page(Scan::All, &Cursor::Start)).unwrap().pages.unwrap();
    let place = tempfile::tempdir().unwrap();
    let config = place.path().join("curl");
    let mut text = format!(
        "header = \"DD-API-KEY: {}\"\nheader = \"DD-APPLICATION-KEY: {}\"\n",
        secret(endpoint, "DEMO_DD_API_KEY"),
        secret(endpoint, "DEMO_DD_APP_KEY")
    );
    for page in 1..=pages {
        let query = format!("page%5Bsize%5D=100&page%5Bnumber%5D={page}&sort%5Bfield%5D=created_at&sort%5Basc%5D=true");
        let _ = writeln!(text, "url = \"{}/api/v2/cases?{query}\"\noutput = \"/dev/null\"", endpoint.base_url);
    }
    std::fs::write(&config, text).unwrap();
    let lanes = LANES.to_string();
    let arguments = ["--silent", "--fail", "--compressed", "--parallel", "--parallel-immediate", "--parallel-max", &lanes, "--config"];
    let mut has_run = false;
    let took = seconds(|| {
        let ended = Command::new("curl").args(arguments).arg(&config).stdout(Stdio::null()).stderr(Stdio::null()).status();
        has_run = ended.is_ok_and(|status| status.success());
    });
    has_run.then_some(took)
}

/// A vendor that answers after 50 ms: nothing but its answers should be waited for.
fn latency_bound() {
    let demo = vendors(LATENCY_MS);
    let datadog = endpoint(&demo, demo::Vendor::Datadog);
    let (mut ours, mut curls, mut fetches) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(sync_all(&datadog));
        fetches.push(seconds(|| fetch_all(&datadog, drop)));
        curls.extend(curl(&datadog));
    }
    let ours = median(ours);
    println!("numbered pages, {LATENCY_MS} ms, {LANES} in flight: sync {ours:.2} s, fetch and decode {:.2} s", median(fetches.clone()));
    if curls.len() == ROUNDS {
        let limit = median(curls);
        println!("  curl --parallel-max {LANES}: {limit:.2} s");
        judge("latency-bound sync <= 1.05x curl --parallel", ours / limit, ours <= 1.05 * limit);
    } else {
        let limit = median(fetches);
        judge("latency-bound sync <= 1.05x concurrent fetch (no curl here)", ours / limit, ours <= 1.05 * limit);
    }

    let serverops = endpoint(&demo, demo::Vendor::ServerOps);
    let (mut ours, mut fetches) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(sync_all(&serverops));
        fetches.push(seconds(|| fetch_all(&serverops, drop)));
    }
    let (ours, limit) = (median(ours), median(fetches));
    println!("chained pages, {LATENCY_MS} ms: sync {ours:.2} s, fetch only {limit:.2} s");
    judge("cursor API sync <= 1.02x fetch only", ours / limit, ours <= 1.02 * limit);
}

/// Answers of a vendor, given again from memory: making them would take longer than reading them.
struct Recorded {
    upstream: String,
    client: reqwest::Client,
    answers: Mutex<HashMap<String, (StatusCode, Bytes)>>,
}

async fn replay(State(recorded): State<Arc<Recorded>>, request: Request) -> (StatusCode, [(HeaderName, &'static str); 1], Bytes) {
    let target = request.uri().path_and_query().unwrap().to_string();
    let known = recorded.answers.lock().unwrap().get(&target).cloned();
    let (status, body) = if let Some(answer) = known {
        answer
    } else {
        let mut headers = request.headers().clone();
        headers.remove(header::HOST);
        headers.remove(header::ACCEPT_ENCODING);
        let answer = recorded.client.get(format!("{}{target}", recorded.upstream)).headers(headers).send().await.unwrap();
        let answer = (answer.status(), answer.bytes().await.unwrap());
        recorded.answers.lock().unwrap().insert(target, answer.clone());
        answer
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body)
}

/// Stands before a vendor and remembers what it answered. Lives as long as the bench.
fn recorded(endpoint: &Endpoint) -> Endpoint {
    let recorded = Arc::new(Recorded { upstream: endpoint.base_url.clone(), client: reqwest::Client::new(), answers: Mutex::default() });
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        runtime().block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, axum::Router::new().fallback(replay).with_state(recorded)).await.unwrap();
        });
    });
    Endpoint { base_url, ..endpoint.clone() }
}

/// A vendor that answers at once: decoding and storing are what is left.
fn cpu_bound() {
    let demo = vendors(0);
    let datadog = recorded(&endpoint(&demo, demo::Vendor::Datadog));
    // The first time fills the memory.
    sync_all(&datadog);
    let (mut ours, mut fetches, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(sync_all(&datadog));
        fetches.push(seconds(|| fetch_all(&datadog, drop)));
        plain.push(seconds(|| scheme_a(&datadog)));
    }
    let (ours, limit, plain) = (median(ours), median(fetches), median(plain));
    println!("numbered pages, 0 ms: sync {ours:.2} s, fetch and decode {limit:.2} s, fetch, decode and scheme A {plain:.2} s");
    judge("CPU-bound sync >= 0.4x of fetch and decode alone", limit / ours, limit / ours >= 0.4);
    judge("CPU-bound sync >= 1.8x scheme A", plain / ours, plain / ours >= 1.8);
}

/// The peer: the same requests, a thread that stores each page by the vendor's id as a unique text key and asks the row's
/// number back, the body beside it.
fn scheme_a(endpoint: &Endpoint) {
    let place = tempfile::tempdir().unwrap();
    let (pages, queue) = mpsc::sync_channel::<Vec<Listed>>(16);
    let path = place.path().join("a.db");
    let storing = thread::spawn(move || store_plainly(&path, &queue));
    fetch_all(endpoint, |items| pages.send(items).unwrap());
    drop(pages);
    storing.join().unwrap();
}

fn store_plainly(path: &Path, queue: &mpsc::Receiver<Vec<Listed>>) {
    let mut disk = Connection::open(path).unwrap();
    disk.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         CREATE TABLE cases (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT, title TEXT, status TEXT, priority TEXT, people TEXT, tags TEXT,
           created_at INTEGER, updated_at INTEGER);
         CREATE TABLE bodies (rid INTEGER PRIMARY KEY, raw TEXT NOT NULL);",
    )
    .unwrap();
    for page in queue {
        let transaction = disk.transaction().unwrap();
        {
            let mut row = transaction
                .prepare_cached(
                    "INSERT INTO cases (id, key, title, status, priority, people, tags, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                     ON CONFLICT (id) DO UPDATE SET title = excluded.title RETURNING rid",
                )
                .unwrap();
            let mut body = transaction.prepare_cached("INSERT OR REPLACE INTO bodies (rid, raw) VALUES (?1, ?2)").unwrap();
            for Listed { row: case, raw } in &page {
                let people = case.assignees.iter().map(caseload::domain::person::Person::label).collect::<Vec<_>>().join(",");
                let tags = case.tags.iter().map(caseload::domain::text::Clean::as_str).collect::<Vec<_>>().join(",");
                let seconds = |at: Option<jiff::Timestamp>| at.map(jiff::Timestamp::as_microsecond);
                let priority = case.priority.as_ref().map(|priority| priority.name.as_str());
                let values = params![
                    case.id.id.as_str(),
                    case.key.as_str(),
                    case.title.as_str(),
                    case.status.name.as_str(),
                    priority,
                    people,
                    tags,
                    seconds(case.created_at),
                    seconds(case.updated_at)
                ];
                let rid: i64 = row.query_row(values, |row| row.get(0)).unwrap();
                body.execute(params![rid, &*raw.0]).unwrap();
            }
        }
        transaction.commit().unwrap();
    }
}
