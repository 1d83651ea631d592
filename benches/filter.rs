//! Narrowing as somebody types, against one pass of memchr over the same text and against frizbee, the fastest fuzzy
//! matcher there is, in turns in the same run; the same with descriptions; conditions on fields; what the rows take; and typing
//! while a sync runs.
//!
//! What differs from frizbee: words here must occur as they are, there letter by letter and ranked.
//!
//! Both sizes by default; `CASELOAD_BENCH_ROWS=100000 cargo bench --bench filter` for one.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops at the first surprise")]

#[path = "generated/keystrokes.rs"]
mod keystrokes;
#[path = "generated/rows.rs"]
mod rows;
#[path = "shared/table.rs"]
mod table;

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use caseload::config::Poll;
use caseload::demo::{
    Options, {self},
};
use caseload::domain::case::{Row, SourceId, Vendor};
use caseload::domain::secret::Secret;
use caseload::domain::text::Clean;
use caseload::domain::wall::Wall;
use caseload::index::{Index, SortBy, SortKey};
use caseload::protocol::{Coverage, Report};
use caseload::providers::{Api, Auth, Provider, Settings};
use caseload::query::{Asker, Query, parse};
use caseload::sync::setup::Setup;
use caseload::sync::{
    SourceSetup, {self},
};
use keystrokes::{Rows, best, each, load, newest_first, queries, timed, typed};
use table::{Table, quantile, rounded};

const ROUNDS: usize = 5;
const MEMORY: &str = "memory-here";
/// Rows of the index while a sync runs.
const UNDER_SYNC: usize = 100_000;
const SYNC_ROUNDS: usize = 9;
/// Rows that have descriptions of some 700 bytes each.
const DESCRIBED: usize = 100_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [task, count] = arguments.as_slice()
        && task == MEMORY
    {
        return println!("{}", memory(count.parse().unwrap()));
    }
    let only = arguments.iter().find(|argument| !argument.starts_with('-')).map(String::as_str);
    let asked = |part: &str| only.is_none_or(|only| only == part);
    let mut table = Table::default();
    for count in table::sizes() {
        if asked("memory") {
            bytes(count, &mut table);
        }
        if asked("descriptions") && count <= DESCRIBED {
            descriptions(count, &mut table);
        }
        if asked("typing") || asked("conditions") {
            let mut rows = load(count);
            if asked("typing") {
                typing(&mut rows, &mut table);
            }
            if asked("conditions") {
                conditions(&mut rows, &mut table);
            }
        }
    }
    if asked("sync") {
        under_sync(&mut table);
    }
    if asked("typing") {
        table.missing("keystroke p50 / nucleo", "nucleo is under the MPL, which deny.toml does not let in");
    }
    table.print();
}

fn ms(seconds: f64) -> String {
    format!("{:.3} ms", seconds * 1e3)
}

/// The rows in a process of their own, so that nothing else counts.
fn bytes(count: usize, table: &mut Table) {
    let told = Command::new(std::env::current_exe().unwrap()).args([MEMORY, &count.to_string()]).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let mut figures = told.split_whitespace().map(|figure| figure.parse::<f64>().unwrap());
    let (resident, payload) = (figures.next().unwrap(), figures.next().unwrap());
    let size = rounded(count);
    let ours = format!("{resident:.0} B");
    table.at_most(&format!("bytes a row, folded text and mask included, {size}"), &ours, "-", resident, 330.0);
    let what = format!("resident / payload, {size}");
    table.at_most(&what, &ours, &format!("{payload:.0} B of text and cells"), resident / payload, 1.1);
}

/// Bytes a row that the system counts and that are needed, after a sort and a filter.
fn memory(count: usize) -> String {
    // What the allocator keeps of generating a piece is not the index's.
    drop(rows::cases(keystrokes::PIECE, 0));
    let before = resident_bytes();
    let mut index = Index::new();
    each(count, |rid, case| index.upsert(rid, &case.row));
    index.select(&parse("a").query, &Asker::default(), &newest_first());
    let grown = resident_bytes().saturating_sub(before);
    format!("{} {}", grown / count, index.payload() / count)
}

fn typing(rows: &mut Rows, table: &mut Table) {
    let queries = queries();
    let (mut ours, mut one, mut two, mut pass, mut sorted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let by_title = [SortKey { by: SortBy::Title, descending: false }];
        sorted.push(timed(|| drop(rows.index.select(&Query::default(), &Asker::default(), &by_title))));
        best(&mut ours, typed(&mut rows.index, &queries));
        pass.push(timed(|| assert!(black_box(memchr::memchr(1, black_box(rows.folded.as_bytes()))).is_none())));
        best(&mut one, frizbee(&rows.lines, &queries, 1));
        best(&mut two, frizbee(&rows.lines, &queries, 2));
    }
    let size = rounded(rows.lines.len());
    let (p50, p99, pass) = (quantile(&mut ours, 50), quantile(&mut ours, 99), quantile(&mut pass, 0));
    println!(
        "{size} rows, indexed in {:.0} ms; {} keystrokes x {ROUNDS}: p50 {}, p99 {}; sort by title {}",
        rows.loaded_s * 1e3,
        ours.len(),
        ms(p50),
        ms(p99),
        ms(quantile(&mut sorted, 50))
    );
    table.at_most(&format!("keystroke p99 / one memchr pass, {size}"), &ms(p99), &format!("memchr {}", ms(pass)), p99 / pass, 6.0);
    let (peer_p50, peer_p99) = (quantile(&mut one, 50), quantile(&mut one, 99));
    table.at_most(&format!("keystroke p50, {size}"), &ms(p50), &format!("frizbee, 1 thread {}", ms(peer_p50)), p50 / peer_p50, 1.0 / 12.0);
    table.at_most(&format!("keystroke p99, {size}"), &ms(p99), &format!("frizbee, 1 thread {}", ms(peer_p99)), p99 / peer_p99, 1.0 / 6.0);
    println!(
        "frizbee on two threads p50 {}, p99 {}; one thread here is {:.3}x and {:.3}x of that",
        ms(quantile(&mut two, 50)),
        ms(quantile(&mut two, 99)),
        p50 / quantile(&mut two, 50),
        p99 / quantile(&mut two, 99)
    );
}

/// Typing over rows whose descriptions are known, against one pass of memchr over all that text.
fn descriptions(count: usize, table: &mut Table) {
    let (mut index, mut plain, mut text) = (Index::new(), Index::new(), String::new());
    each(count, |rid, case| {
        let said = case.raw.0.split("\"description\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        text.push_str(said);
        plain.upsert(rid, &case.row);
        index.upsert(rid, &Row { description: Some(Clean::block(said)), ..case.row.clone() });
    });
    let queries = queries();
    let (mut ours, mut pass) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        best(&mut ours, typed(&mut index, &queries));
        pass.push(timed(|| assert!(black_box(memchr::memchr(1, black_box(text.as_bytes()))).is_none())));
    }
    let size = rounded(count);
    let (p50, p99, pass) = (quantile(&mut ours, 50), quantile(&mut ours, 99), quantile(&mut pass, 0));
    let more = (index.payload() - plain.payload()) / count;
    println!("{size} rows with descriptions: p50 {}, p99 {}; {more} B a row more, {} B of them text", ms(p50), ms(p99), text.len() / count);
    table.at_most(&format!("keystroke p99 with descriptions, {size}"), &ms(p99), &format!("memchr {}", ms(pass)), p99 / pass, 6.0);
}

/// Seconds per keystroke of the peer, with the same words typed.
fn frizbee(lines: &[String], queries: &[String], threads: usize) -> Vec<f64> {
    let config = frizbee::Config { max_typos: Some(0), ..frizbee::Config::default() };
    let texts = queries.iter().map(|text| text.replace(['"', '-'], ""));
    let keys = texts.flat_map(|text| (1..=text.len()).map(move |end| text[..end].to_owned()));
    keys.map(|text| {
        timed(|| {
            let mut matcher = frizbee::Matcher::new(&text, &config);
            drop(black_box(if threads == 1 { matcher.match_list(lines) } else { matcher.match_list_parallel(lines, threads) }));
        })
    })
    .collect()
}

/// Conditions on fields, judged anew each time; the slow ones to their end and by their longest slice.
fn conditions(rows: &mut Rows, table: &mut Table) {
    let (index, size) = (&mut rows.index, rounded(rows.lines.len()));
    let now = jiff::Timestamp::from_second(1_700_100_000).unwrap();
    let asker = Asker::at(now, jiff::tz::TimeZone::UTC);
    let sort = newest_first();
    for text in [
        "status:open",
        "status:open priority:<=P2 age:>1d updated:<9w",
        "tag:~ba -assignee:none",
        "(priority:P1 OR tag:ba*) -status:closed",
    ] {
        let query = parse(text).query;
        let (mut took, mut pass, mut shown) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            index.select(&Query::default(), &asker, &sort);
            took.push(timed(|| index.begin(&query, &asker)));
            shown.push(timed(|| drop(black_box(index.found(&sort)))));
            pass.push(timed(|| assert!(black_box(memchr::memchr(1, black_box(rows.folded.as_bytes()))).is_none())));
        }
        let (took, pass) = (quantile(&mut took, 0), quantile(&mut pass, 0));
        println!(
            "{size} rows, {text}: judged in {}, {:.2}x one memchr pass; put in order in {}",
            ms(took),
            took / pass,
            ms(quantile(&mut shown, 0))
        );
    }
    for text in ["title:/ba[a-m]+ (ta|lo)/", "comment:x"] {
        index.select(&Query::default(), &asker, &sort);
        index.begin(&parse(text).query, &asker);
        let (mut all, mut longest, mut slices) = (0.0, 0.0_f64, 0);
        let mut is_done = false;
        while !is_done {
            let took = timed(|| is_done = index.advance(1 << 20));
            (all, longest, slices) = (all + took, longest.max(took), slices + 1);
        }
        let what = format!("longest slice of `{text}`, {size}");
        table.at_most(&what, &format!("{} of {} in {slices}", ms(longest), ms(all)), "a frame of 16 ms", longest * 1e3, 16.0);
    }
}

/// Typing at rest and while passes run one after the other at full speed, in turns.
fn under_sync(table: &mut Table) {
    let mut rows = load(UNDER_SYNC);
    let queries = queries();
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    let synced = Arc::new(AtomicUsize::new(0));
    for _ in 0..SYNC_ROUNDS {
        idle.extend(typed(&mut rows.index, &queries));
        let (is_over, told) = (Arc::new(AtomicBool::new(false)), Arc::clone(&synced));
        let before = synced.load(Ordering::Relaxed);
        let ends = Arc::clone(&is_over);
        let syncing = thread::spawn(move || sync_until(&ends, &told));
        while synced.load(Ordering::Relaxed) == before {
            thread::yield_now();
        }
        busy.extend(typed(&mut rows.index, &queries));
        is_over.store(true, Ordering::Relaxed);
        syncing.join().unwrap();
    }
    let (quiet, loud) = (quantile(&mut idle, 99), quantile(&mut busy, 99));
    println!(
        "typing at rest p50 {}, under a sync p50 {}; {} rows were read meanwhile",
        ms(quantile(&mut idle, 50)),
        ms(quantile(&mut busy, 50)),
        synced.load(Ordering::Relaxed)
    );
    let what = format!("keystroke p99 under a sync, {}", rounded(UNDER_SYNC));
    table.at_most(&what, &ms(loud), &format!("at rest {}", ms(quiet)), loud / quiet, 1.5);
}

/// Reads everything of an embedded vendor into a store, and again, until it is called off.
fn sync_until(is_over: &AtomicBool, synced: &AtomicUsize) {
    let demo = demo::start(&Options { cases: 100_000, pace: 0.0, quota: false, ..Options::default() }).unwrap();
    let endpoint = demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == demo::Vendor::Datadog).unwrap();
    let secret = |name: &str| Secret::from(endpoint.secrets.iter().find(|(known, _)| *known == name).unwrap().1.clone());
    while !is_over.load(Ordering::Relaxed) {
        let settings = Settings {
            vendor: Vendor::Datadog,
            source: SourceId(0),
            base_url: endpoint.base_url.clone(),
            web_url: None,
            auth: Auth::Keys { api: secret("DEMO_DD_API_KEY"), app: secret("DEMO_DD_APP_KEY") },
            api: Api::V2,
            filter: None,
            team_id: None,
            me: None,
            timeout_ms: 30_000,
        };
        let place = tempfile::tempdir().unwrap();
        let sources = vec![SourceSetup::new("bench", Vendor::Datadog, Provider::new(settings))];
        let mut link =
            sync::start(Setup { sources, data: place.path().to_owned(), offline: false, poll: Poll::default(), wall: Wall::default() })
                .unwrap();
        for report in link.reports() {
            match report {
                Report::Rows { rows, .. } => {
                    synced.fetch_add(rows.len(), Ordering::Relaxed);
                }
                Report::Source(_, state) if matches!(state.coverage, Coverage::Full { .. }) => break,
                _ => {}
            }
            if is_over.load(Ordering::Relaxed) {
                break;
            }
        }
        link.stop();
    }
}

/// Memory of this process as the system counts it; 0 where it does not tell.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    status.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
