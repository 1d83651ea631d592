//! Reading list pages: the whole way from bytes to clean rows with their bodies, beside the least that any JSON reader
//! can do with the same bytes (`serde_json` checking the syntax and keeping nothing).
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, reason = "a bench prints, and stops at the first surprise")]

#[path = "generated/pages.rs"]
mod pages;

use std::hint::black_box;
use std::time::{Duration, Instant};

use caseload::domain::case::{SourceId, Vendor};
use caseload::domain::directory::Directory;
use caseload::domain::page::Cursor;
use caseload::domain::secret::Secret;
use caseload::providers::{Api, Auth, Provider, Settings};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fastrand::Rng;
use jiff::Timestamp;
use serde::de::IgnoredAny;

const CASES: usize = 100;
/// Different pages in turn, more than fit the caches of the core.
const PAGES: usize = 40;
/// Page by page in turn, so that a busy machine slows both sides alike; the median round counts.
const ROUNDS: usize = 21;

fn provider(vendor: Vendor, base_url: &str) -> Provider {
    Provider::new(Settings {
        vendor,
        source: SourceId(0),
        base_url: base_url.to_owned(),
        web_url: None,
        auth: Auth::Bearer(Secret::from("so_test_x")),
        api: Api::V2,
        filter: None,
        team_id: None,
        me: None,
        timeout_ms: 1_000,
    })
    .unwrap()
}

/// Vendor, its pages, and what share of the syntax check's speed is asked of us.
fn subjects() -> [(Provider, Vec<Vec<u8>>, Option<f64>); 3] {
    let mut rng = Rng::with_seed(7);
    let mut make = |page: fn(&mut Rng, usize) -> String| (0..PAGES).map(|_| page(&mut rng, CASES).into_bytes()).collect();
    [
        (provider(Vendor::Datadog, "https://api.datadoghq.eu"), make(pages::datadog), Some(0.27)),
        (provider(Vendor::Tines, "https://t.tines.com"), make(pages::tines), None),
        (provider(Vendor::ServerOps, "https://api.serverops.gg/v1"), make(pages::serverops), None),
    ]
}

fn rows(provider: &Provider, body: &[u8]) -> usize {
    let body = std::str::from_utf8(body).unwrap();
    let page = provider.read_page(body, &Cursor::Start).unwrap();
    assert!(page.malformed.is_empty());
    black_box(page).items.len()
}

fn syntax(body: &[u8]) {
    black_box(serde_json::from_slice::<IgnoredAny>(body).unwrap());
}

fn decode(criterion: &mut Criterion) {
    for (provider, pages, least) in subjects() {
        let name = provider.vendor().name();
        let bytes: usize = pages.iter().map(Vec::len).sum();
        let mut group = criterion.benchmark_group(format!("decode/{name}"));
        group.throughput(Throughput::Bytes(bytes as u64)).sample_size(10).measurement_time(Duration::from_secs(2));
        group.bench_function("rows", |bench| bench.iter(|| pages.iter().map(|page| rows(&provider, page)).sum::<usize>()));
        group.bench_function("limit: syntax only", |bench| bench.iter(|| pages.iter().for_each(|page| syntax(page))));
        if provider.vendor() == Vendor::Datadog {
            let listed =
                pages.iter().flat_map(|page| provider.read_page(std::str::from_utf8(page).unwrap(), &Cursor::Start).unwrap().items);
            let raws: Vec<_> = listed.map(|item| item.raw).collect();
            let (directory, now) = (Directory::default(), Timestamp::now());
            group.throughput(Throughput::Bytes(raws.iter().map(|raw| raw.0.len() as u64).sum()));
            group.bench_function("whole cases", |bench| {
                bench.iter(|| raws.iter().for_each(|raw| drop(black_box(provider.decode(raw, &directory, now).unwrap()))));
            });
        }
        group.finish();
        judge(&provider, &pages, least);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
fn judge(provider: &Provider, pages: &[Vec<u8>], least: Option<f64>) {
    let timed = |work: &dyn Fn(&[u8]), page: &[u8]| {
        let start = Instant::now();
        work(page);
        start.elapsed().as_secs_f64()
    };
    let mut rounds: Vec<(f64, f64, f64)> = Vec::new();
    for _ in 0..ROUNDS {
        let (mut ours, mut limit) = (0.0, 0.0);
        for page in pages {
            ours += timed(
                &|page| {
                    black_box(rows(provider, page));
                },
                page,
            );
            limit += timed(&syntax, page);
        }
        rounds.push((limit / ours, ours, limit));
    }
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, ours, limit) = rounds[rounds.len() / 2];
    let bytes = pages.iter().map(Vec::len).sum::<usize>() as f64;
    let verdict = least.map_or_else(String::new, |least| format!(", TARGET >= {least}x: {}", if ratio >= least { "ok" } else { "MISSED" }));
    let name = provider.vendor().name();
    eprintln!(
        "decode/{name}: {:.0} MB/s, {:.2} us/case, {:.0} B/case; syntax only {:.0} MB/s; ratio {ratio:.3}x{verdict}",
        bytes / ours / 1e6,
        ours * 1e6 / (CASES * PAGES) as f64,
        bytes / (CASES * PAGES) as f64,
        bytes / limit / 1e6,
    );
}

criterion_group!(benches, decode);
criterion_main!(benches);
