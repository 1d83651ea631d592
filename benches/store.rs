//! Disk against its limits and peers, measured in one run. `-- load|list|screen|pass|outbox` for one part.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops at the first surprise")]

#[path = "generated/rows.rs"]
mod rows;

use std::fs;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use caseload::domain::case::{CaseId, Level, Rid, Row, SourceId, State};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, OutboxEntry, Plan};
use caseload::domain::page::Listed;
use caseload::domain::person::Person;
use caseload::domain::text::Clean;
use caseload::index::Index;
use caseload::store::{Access, Mark, Store};
use jiff::Timestamp;
use rusqlite::{Connection, params};

const PAGE: usize = 100;
const ROUNDS: usize = 7;
const SCREEN: usize = 50;
const SOURCE: SourceId = SourceId(0);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [task, what, path] = arguments.as_slice()
        && task == "load-here"
    {
        return load_here(what, Path::new(path));
    }
    let count = std::env::var("CASELOAD_BENCH_ROWS").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000);
    let cases = rows::cases(count, 7);
    let place = tempfile::tempdir().unwrap();
    let only = arguments.iter().find(|argument| !argument.starts_with('-'));
    let asked = |part: &str| only.is_none_or(|only| only == part);
    if asked("load") {
        first_load(place.path(), &cases);
    }
    let full = place.path().join("full");
    drop(filled(&full, &cases));
    if asked("list") {
        list_in_memory(place.path(), &full, &cases);
    }
    if asked("screen") {
        first_screen(place.path(), &full, &cases);
    }
    if asked("pass") {
        unchanged_pass(&full, &cases);
    }
    if asked("outbox") {
        outbox(place.path());
    }
}

/// Prints one ratio and what it must be.
fn judge(what: &str, ratio: f64, least: Option<f64>, most: Option<f64>) {
    let holds = least.is_none_or(|least| ratio >= least) && most.is_none_or(|most| ratio <= most);
    println!("TARGET {what}: {ratio:.2}x {}", if holds { "ok" } else { "MISSED" });
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// For work that only computes: other processes of the machine are not part of it.
fn best(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}

fn open(directory: &Path) -> Store {
    let mut store = Store::open(directory, Access::ReadWrite).unwrap();
    store.sources(&["datadog"]).unwrap();
    store
}

fn filled(directory: &Path, cases: &[Listed]) -> Store {
    let mut store = open(directory);
    let mut mark = Mark { pass: 1, ..Mark::default() };
    for page in cases.chunks(PAGE) {
        mark.seen += page.len() as u64;
        store.save_page(SOURCE, page, Some(&mark), Timestamp::UNIX_EPOCH).unwrap();
    }
    mark.complete_at = Some(Timestamp::UNIX_EPOCH);
    store.save_page(SOURCE, &[], Some(&mark), Timestamp::UNIX_EPOCH).unwrap();
    store
}

/// The peer: the vendor's id as a unique text key, the number asked back from `SQLite`; the same columns and bodies.
struct SchemeA(Connection);

impl SchemeA {
    fn open(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
                 CREATE TABLE rows (rid INTEGER PRIMARY KEY, source INTEGER NOT NULL, id TEXT NOT NULL, due_at INTEGER, created_at INTEGER,
                   updated_at INTEGER, closed_at INTEGER, state TEXT, level TEXT, key TEXT, title TEXT, status TEXT, priority TEXT,
                   assignees TEXT, tags TEXT, url TEXT, UNIQUE (source, id));
                 CREATE TABLE bodies (rid INTEGER PRIMARY KEY, raw TEXT NOT NULL);
                 CREATE TABLE marks (source INTEGER PRIMARY KEY, page INTEGER);",
            )
            .unwrap();
        Self(connection)
    }

    fn save_page(&mut self, page: &[Listed], number: usize) {
        let transaction = self.0.transaction().unwrap();
        {
            let mut row = transaction
                .prepare_cached(
                    "INSERT INTO rows (source, id, due_at, created_at, updated_at, closed_at, state, level, key, title, status, priority,
                       assignees, tags, url) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
                     ON CONFLICT (source, id) DO UPDATE SET due_at = excluded.due_at, created_at = excluded.created_at,
                       updated_at = excluded.updated_at, closed_at = excluded.closed_at, state = excluded.state, level = excluded.level,
                       key = excluded.key, title = excluded.title, status = excluded.status, priority = excluded.priority,
                       assignees = excluded.assignees, tags = excluded.tags, url = excluded.url RETURNING rid",
                )
                .unwrap();
            let mut body = transaction.prepare_cached("INSERT OR REPLACE INTO bodies (rid, raw) VALUES (?1, ?2)").unwrap();
            for item in page {
                let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
                let it = &item.row;
                let rid: i64 = row
                    .query_row(
                        params![
                            it.id.source.0,
                            it.id.id.as_str(),
                            micros(it.due_at),
                            micros(it.created_at),
                            micros(it.updated_at),
                            micros(it.closed_at),
                            it.status.state.map(State::name),
                            it.priority.as_ref().and_then(|priority| priority.level).map(Level::name),
                            it.key.as_str(),
                            it.title.as_str(),
                            it.status.name.as_str(),
                            it.priority.as_ref().map(|priority| priority.name.as_str()),
                            serde_json::to_string(&it.assignees).unwrap(),
                            serde_json::to_string(&it.tags).unwrap(),
                            it.url.as_ref().map(Clean::as_str),
                        ],
                        |row| row.get(0),
                    )
                    .unwrap();
                body.execute(params![rid, &*item.raw.0]).unwrap();
            }
            transaction.execute("INSERT OR REPLACE INTO marks (source, page) VALUES (0, ?1)", [i64::try_from(number).unwrap()]).unwrap();
        }
        transaction.commit().unwrap();
    }
}

fn first_load(place: &Path, cases: &[Listed]) {
    let (mut ours, mut peer, mut limit) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let directory = tempfile::tempdir_in(place).unwrap();
        ours.push(seconds(|| drop(filled(&directory.path().join("ours"), cases))));
        let mut scheme_a = SchemeA::open(&directory.path().join("a.db"));
        peer.push(seconds(|| {
            for (number, page) in cases.chunks(PAGE).enumerate() {
                scheme_a.save_page(page, number);
            }
            drop(scheme_a);
        }));
        let bytes = cases.iter().map(|case| case.raw.0.len() + 250).sum::<usize>() / cases.len() * PAGE;
        let page = vec![b'x'; bytes];
        let mut file = fs::File::create(directory.path().join("limit")).unwrap();
        limit.push(seconds(|| {
            for _ in 0..cases.len().div_ceil(PAGE) {
                file.write_all(&page).unwrap();
                file.sync_data().unwrap();
            }
        }));
    }
    let count = cases.len();
    let (ours, peer, limit) = (rate(count, median(ours)), rate(count, median(peer)), rate(count, median(limit)));
    println!("first load, rows/s: ours {ours:.0}, scheme A {peer:.0}, write + fdatasync {limit:.0}");
    judge("first load >= 2.0x scheme A", ours / peer, Some(2.0), None);
    judge("first load >= 0.35x write + fdatasync", ours / limit, Some(0.35), None);
}

/// Asks the kernel to forget what it has read. False: this user may not.
fn forget_page_cache() -> bool {
    std::process::Command::new("sync").status().is_ok_and(|status| status.success()) && fs::write("/proc/sys/vm/drop_caches", "1").is_ok()
}

fn list_in_memory(place: &Path, full: &Path, cases: &[Listed]) {
    let count = cases.len();
    let columns = place.join("columns.db");
    let mut scheme_a = SchemeA::open(&columns);
    for (number, page) in cases.chunks(PAGE).enumerate() {
        scheme_a.save_page(page, number);
    }
    drop(scheme_a);
    let (mut ours, mut with_index, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(fresh("rows", full, count));
        with_index.push(fresh("index", full, count));
        peer.push(fresh("columns", &columns, count));
    }
    let (ours, with_index, peer) = (best(&ours), best(&with_index), best(&peer));
    println!("list, ms: ours {:.1}, with index {:.1}, SQL rows {:.1}", ours * 1e3, with_index * 1e3, peer * 1e3);
    judge("list in memory <= 0.2x SQL rows", ours / peer, None, Some(0.2));
    let connection = Connection::open(full.join("cases.db")).unwrap();
    let bytes: i64 = connection.query_row("SELECT sum(length(list)) FROM packs", [], |row| row.get(0)).unwrap();
    let packed = full.join("read.bin");
    fs::write(&packed, vec![1; usize::try_from(bytes).unwrap()]).unwrap();
    let (mut cold, mut read) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        if !forget_page_cache() {
            println!("SKIPPED list in memory <= 2.5x cold fs::read: the page cache cannot be dropped here");
            return;
        }
        cold.push(fresh("rows", full, count));
        forget_page_cache();
        read.push(seconds(|| assert!(fs::read(&packed).is_ok())));
    }
    let (cold, read) = (best(&cold), best(&read));
    println!("list cold, ms: ours {:.1}, fs::read of the same bytes {:.1} ({} MB)", cold * 1e3, read * 1e3, bytes >> 20);
    judge("list in memory <= 2.5x cold fs::read", cold / read, None, Some(2.5));
}

/// Seconds of one load in a process of its own: a start has an empty heap, this process has all cases in it.
fn fresh(what: &str, path: &Path, count: usize) -> f64 {
    let child = std::process::Command::new(std::env::current_exe().unwrap()).arg("load-here").arg(what).arg(path).output().unwrap();
    let said = String::from_utf8(child.stdout).unwrap();
    let (rows, took) = said.trim().split_once(' ').unwrap();
    assert_eq!(rows.parse(), Ok(count));
    took.parse().unwrap()
}

/// What [`fresh`] starts.
fn load_here(what: &str, path: &Path) {
    let mut rows = 0;
    let took = seconds(|| match what {
        "rows" => rows = load(&open(path), |_| ()),
        "index" => {
            let mut index = Index::new();
            load(&open(path), |rows| rows.iter().for_each(|(rid, row)| index.upsert(*rid, row)));
            rows = index.len();
        }
        _ => rows = sql_rows(path),
    });
    println!("{rows} {took}");
}

fn load(store: &Store, mut take: impl FnMut(&[(Rid, Row)])) -> usize {
    store
        .each_rows(1000, &mut |rows| {
            take(&rows);
            true
        })
        .unwrap()
}

/// The peer: every column of every row by SQL.
fn sql_rows(path: &Path) -> usize {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT rid, id, key, title, status, priority, state, level, url, assignees, tags, created_at, updated_at, due_at FROM rows",
        )
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut read = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let text = |at: usize| row.get::<_, Option<String>>(at).unwrap().unwrap_or_default();
        let number = |at: usize| row.get::<_, Option<i64>>(at).unwrap().unwrap_or_default();
        let people: Vec<Person> = serde_json::from_str(&text(9)).unwrap();
        let tags: Vec<Clean> = serde_json::from_str(&text(10)).unwrap();
        read.push((number(0), [1, 2, 3, 4, 5, 6, 7, 8].map(text), people, tags, [11, 12, 13].map(number)));
    }
    read.len()
}

fn first_screen(place: &Path, full: &Path, cases: &[Listed]) {
    let small = place.join("small");
    drop(filled(&small, &cases[..1000.min(cases.len())]));
    let screen = |directory: &Path| seconds(|| assert_eq!(open(directory).first_rows(SCREEN).unwrap().len(), SCREEN));
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS * 20 {
        few.push(screen(&small));
        many.push(screen(full));
    }
    let (few, many) = (median(few), median(many));
    println!("open and first screen, ms: 1000 rows {:.2}, {} rows {:.2}", few * 1e3, cases.len(), many * 1e3);
    judge("first screen independent of N, <= 1.25x of 1000 rows", many / few, None, Some(1.25));
}

/// Context, no target: a pass in which nothing changed, and one in which every hundredth case did.
fn unchanged_pass(full: &Path, cases: &[Listed]) {
    let mut store = open(full);
    store.rid(&cases[0].row.id).unwrap();
    let pass = |store: &mut Store, cases: &[Listed]| {
        seconds(|| {
            for page in cases.chunks(PAGE) {
                store.save_page(SOURCE, page, Some(&Mark { pass: 2, ..Mark::default() }), Timestamp::UNIX_EPOCH).unwrap();
            }
        })
    };
    let same = pass(&mut store, cases);
    let changed: Vec<Listed> = cases
        .iter()
        .step_by(PAGE)
        .map(|case| {
            let mut case = case.clone();
            case.row.status.name = Clean::line("changed");
            case.raw.0 = format!("{} ", case.raw.0).into();
            case
        })
        .collect();
    let scattered = pass(&mut store, &changed);
    println!("a pass, rows/s: nothing changed {:.0}, scattered changes {:.0}", rate(cases.len(), same), rate(changed.len(), scattered));
}

fn outbox(place: &Path) {
    const APPENDS: usize = 300;
    let mut store = open(&place.join("outbox"));
    let entry = |number: usize| {
        let edit =
            Edit::unguarded(CaseId { source: SOURCE, id: "x".into() }, vec![Change::Comment("looks like a false alarm to me".repeat(8))]);
        OutboxEntry::queued(format!("0192f0c4-0000-7000-8000-{number:012}"), edit, Plan::default(), Timestamp::UNIX_EPOCH)
    };
    let file = fs::File::create(place.join("preallocated")).unwrap();
    let bytes = serde_json::to_vec(&entry(0)).unwrap();
    file.write_all_at(&vec![0; bytes.len() * APPENDS], 0).unwrap();
    file.sync_all().unwrap();
    let (mut ours, mut limit) = (Vec::new(), Vec::new());
    for number in 0..APPENDS {
        let entry = entry(number);
        ours.push(seconds(|| store.outbox_add(&entry).unwrap()));
        limit.push(seconds(|| {
            file.write_all_at(&bytes, (number * bytes.len()) as u64).unwrap();
            file.sync_data().unwrap();
        }));
    }
    let (ours, limit) = (median(ours), median(limit));
    println!("outbox append, us: ours {:.0}, preallocated write + fdatasync {:.0}", ours * 1e6, limit * 1e6);
    judge("outbox append <= 3x preallocated fdatasync", ours / limit, None, Some(3.0));
    assert!(Duration::from_secs_f64(ours) < Duration::from_secs(1));
}
