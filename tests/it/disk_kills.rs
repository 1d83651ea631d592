//! Killed again and again on one directory: what was called saved is there, and every file stays sound.
//!
//! The children are this same test binary, started on the ignored test [`child`]. `CASELOAD_KILLS` says how many.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use caseload::domain::case::{CaseId, Row, SourceId, Status};
use caseload::domain::change::Change;
use caseload::domain::draft::Draft;
use caseload::domain::edit::{Edit, OutboxEntry, Plan};
use caseload::domain::journal::{Event, JournalLine};
use caseload::domain::page::Listed;
use caseload::domain::raw_body::RawBody;
use caseload::domain::text::Clean;
use caseload::store::{Access, Mark, Store, journal, upkeep};
use jiff::Timestamp;

const A: SourceId = SourceId(0);
const SAID: &str = "kills: ";
const KILLS: u64 = 100;
const PAGE: u64 = 20;
/// Steps of a child before it is killed, at most.
const STEPS: u64 = 24;

fn open(directory: &Path) -> Store {
    let mut store = Store::open(directory, Access::ReadWrite).unwrap();
    assert_eq!(store.faults(), []);
    store.sources(&["a"]).unwrap();
    store
}

fn id(number: u64) -> CaseId {
    CaseId { source: A, id: number.to_string().into() }
}

fn listed(number: u64) -> Listed {
    let row = Row {
        id: id(number),
        key: Clean::line(&format!("SEC-{number}")),
        title: Clean::line("of a page"),
        status: Status { state: None, name: Clean::default() },
        priority: None,
        assignees: Vec::new(),
        tags: Vec::new(),
        created_at: None,
        updated_at: None,
        closed_at: None,
        due_at: None,
        also_due: Vec::new(),
        url: None,
        description: None,
    };
    Listed { row, raw: RawBody(format!("{{\"id\":{number},\"text\":\"{}\"}}", "text ".repeat(80)).into()) }
}

/// One step of the work: a page with its mark, or an entry, a draft and a line of the journal.
fn step(store: &mut Store, number: u64) {
    if number.is_multiple_of(2) {
        let first = number / 2 * PAGE;
        let items: Vec<Listed> = (first..first + PAGE).map(listed).collect();
        let mark = Mark { pass: 1, seen: first + PAGE, ..Mark::default() };
        store.save_page(A, &items, Some(&mark), Timestamp::UNIX_EPOCH).unwrap();
    } else {
        let edit = Edit::unguarded(id(number), vec![Change::Comment(format!("comment {number}"))]);
        let entry = OutboxEntry::queued(format!("entry-{number:06}"), edit, Plan::default(), Timestamp::UNIX_EPOCH);
        let (at, source, case) = (Timestamp::UNIX_EPOCH, "a".into(), number.to_string().into());
        let line = JournalLine { at, entry: entry.id.clone(), source, case, event: Event::Queued, lines: Vec::new() };
        store.journal_add(&line).unwrap();
        store
            .draft_keep(&Draft {
                case: id(number),
                marked: Vec::new(),
                values: Vec::new(),
                base: Vec::new(),
                saved_at: Timestamp::UNIX_EPOCH,
                decided: Vec::new(),
                holds_shown_text: false,
            })
            .unwrap();
        // Last: an entry cannot be made twice, so a step that was cut before it is made anew.
        store.outbox_add(&entry).unwrap();
    }
}

#[test]
#[ignore = "a process that the test beside it starts and kills"]
fn child() {
    let (Ok(from), Ok(directory)) = (std::env::var("CASELOAD_TEST_FROM"), std::env::var("CASELOAD_TEST_DIRECTORY")) else { return };
    let mut store = open(Path::new(&directory));
    for number in from.parse::<u64>().unwrap().. {
        step(&mut store, number);
        let mut out = std::io::stdout().lock();
        writeln!(out, "{SAID}{number}").unwrap();
        out.flush().unwrap();
    }
}

fn start(directory: &Path, from: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["disk_kills::child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("CASELOAD_TEST_FROM", from.to_string())
        .env("CASELOAD_TEST_DIRECTORY", directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn after_every_kill_all_that_was_called_saved_is_there_and_sound() {
    let kills = std::env::var("CASELOAD_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("data");
    // Equal in every run; the moment within a step is the scheduler's.
    let mut dice: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = 0;
    for kill in 0..kills {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        let mut child = start(&directory, next);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let numbers = lines.filter_map(|line| line[line.find(SAID)? + SAID.len()..].parse::<u64>().ok());
        let last = numbers.take(usize::try_from(1 + dice % STEPS).unwrap()).last().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let found = upkeep::inspect(&directory);
        assert!(found.files.iter().all(|file| file.verdict.is_ok()), "kill {kill}: {found:?}");
        let store = open(&directory);
        let (rows, mark) = (store.each_rows(1_000, &mut |_| true).unwrap() as u64, store.mark(A).unwrap());
        let saved_pages = last / 2 + 1;
        assert!(rows == mark.seen && rows >= saved_pages * PAGE, "kill {kill} after step {last}: {rows} rows, {mark:?}");
        let entries = store.outbox().unwrap();
        let saved_entries = usize::try_from(last.div_ceil(2)).unwrap();
        assert!(entries.len() >= saved_entries, "kill {kill} after step {last}: {} entries", entries.len());
        let (drafts, faults) = store.drafts().unwrap();
        assert!(drafts.len() >= saved_entries && faults.is_empty());
        let verdict = journal::verify(&directory).unwrap();
        assert!(verdict.broken.is_none() && verdict.lines - verdict.torn >= saved_entries as u64, "kill {kill}: {verdict:?}");
        // The step that was cut may have been kept: it is not made twice, so that every count can be told.
        next = last + 1;
        while (next % 2 == 1 && entries.len() as u64 > next / 2) || (next % 2 == 0 && rows > next / 2 * PAGE) {
            next += 1;
        }
    }
}
