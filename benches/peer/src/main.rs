//! Reads the same generated pages with caseload and with Datadog's own client, in turns, and prints how many times as fast
//! we are: rows of a list (what a sync does) and whole cases (what the client does with every page).

#[path = "../../generated/pages.rs"]
#[allow(dead_code)]
mod pages;

use std::hint::black_box;
use std::time::Instant;

use caseload::domain::case::{SourceId, Vendor};
use caseload::domain::directory::Directory;
use caseload::domain::page::{Cursor, Listed};
use caseload::domain::secret::Secret;
use caseload::providers::{Api, Auth, Provider, Settings};
use datadog_api_client::datadogV2::model::{CaseResponse, CasesResponse};
use fastrand::Rng;
use jiff::Timestamp;

const CASES: usize = 100;
const PAGES: usize = 40;
const ROUNDS: usize = 15;
/// How often a round changes sides.
const TURNS: usize = 10;

fn main() {
    let mut rng = Rng::with_seed(7);
    let pages: Vec<Vec<u8>> = (0..PAGES).map(|_| pages::datadog(&mut rng, CASES).into_bytes()).collect();
    let provider = Provider::new(Settings {
        vendor: Vendor::Datadog,
        source: SourceId(0),
        base_url: "https://api.datadoghq.eu".into(),
        web_url: None,
        auth: Auth::Bearer(Secret::from("x")),
        api: Api::V2,
        filter: None,
        team_id: None,
        me: None,
        timeout_ms: 1_000,
    })
    .expect("settings");
    let text = |body: &[u8]| String::from_utf8(body.to_vec()).expect("UTF-8");
    let listed: Vec<Listed> = pages.iter().flat_map(|page| provider.read_page(&text(page), &Cursor::Start).expect("page").items).collect();
    let singles: Vec<Vec<u8>> = listed.iter().map(|item| item.raw.0.as_bytes().to_vec()).collect();
    let (directory, now) = (Directory::default(), Timestamp::now());

    compare(
        "rows of a list",
        Some(4.0),
        &pages,
        |page| {
            drop(black_box(provider.read_page(std::str::from_utf8(page).expect("UTF-8"), &Cursor::Start).expect("page")));
        },
        |page| {
            let read: CasesResponse = serde_json::from_slice(page).expect("page");
            assert!(read.data.as_ref().is_some_and(|data| data.len() == CASES));
            drop(black_box(read));
        },
    );
    let mut at = 0;
    compare(
        "whole cases",
        Some(3.0),
        &singles,
        |_| {
            drop(black_box(provider.decode(&listed[at % listed.len()].raw, &directory, now).expect("case")));
            at += 1;
        },
        |single| drop(black_box(serde_json::from_slice::<CaseResponse>(single).expect("case"))),
    );
}

fn compare(what: &str, least: Option<f64>, bodies: &[Vec<u8>], mut ours: impl FnMut(&[u8]), theirs: impl Fn(&[u8])) {
    let bytes: usize = bodies.iter().map(Vec::len).sum();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let (mut our_s, mut their_s) = (0.0, 0.0);
        // A few milliseconds each in turn, so that a busy machine slows both alike.
        for turn in bodies.chunks(bodies.len().div_ceil(TURNS)) {
            let start = Instant::now();
            turn.iter().for_each(|body| ours(body));
            our_s += start.elapsed().as_secs_f64();
            let start = Instant::now();
            turn.iter().for_each(|body| theirs(body));
            their_s += start.elapsed().as_secs_f64();
        }
        rounds.push((their_s / our_s, our_s, their_s));
    }
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, our_s, their_s) = rounds[rounds.len() / 2];
    let speed = |seconds: f64| bytes as f64 / seconds / 1e6;
    let verdict = least.map_or_else(String::new, |least| format!(", TARGET >= {least}x: {}", if ratio >= least { "ok" } else { "MISSED" }));
    println!("decode/datadog {what}: {:.0} MB/s, datadog-api-client {:.0} MB/s, {ratio:.2}x{verdict}", speed(our_s), speed(their_s));
}
