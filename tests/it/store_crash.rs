//! The store under real processes: killed at any moment, and two at once on one directory.
//!
//! The children are this same test binary, started on the ignored test [`child`] with their task in the environment.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use caseload::domain::case::{CaseId, Row, SourceId, Status};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, OutboxEntry, Plan};
use caseload::domain::page::Listed;
use caseload::domain::raw_body::RawBody;
use caseload::domain::text::Clean;
use caseload::store::{Access, Mark, Store};
use jiff::Timestamp;

const A: SourceId = SourceId(0);
/// Starts every line that a child says; the test harness talks too.
const SAID: &str = "child: ";
const PAGE: usize = 50;

fn open(directory: &Path) -> Store {
    let mut store = Store::open(directory, Access::ReadWrite).unwrap();
    assert_eq!(store.faults(), []);
    store.sources(&["a"]).unwrap();
    store
}

fn listed(id: usize, title: &str) -> Listed {
    let row = Row {
        id: CaseId { source: A, id: id.to_string().into() },
        key: Clean::line(&format!("SEC-{id}")),
        title: Clean::line(title),
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
    Listed { row, raw: RawBody(format!("{{\"id\":{id},\"title\":\"{title}\",\"description\":\"{}\"}}", "text ".repeat(300)).into()) }
}

fn entry(number: usize) -> OutboxEntry {
    let edit = Edit::unguarded(CaseId { source: A, id: "7".into() }, vec![Change::Comment(format!("comment {number}"))]);
    OutboxEntry::queued(format!("entry-{number:04}"), edit, Plan::default(), Timestamp::UNIX_EPOCH)
}

/// A process that works on `directory` until it is done or killed.
fn start(task: &str, directory: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["store_crash::child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("CASELOAD_TEST_TASK", task)
        .env("CASELOAD_TEST_DIRECTORY", directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the child says, line by line.
fn said(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok).filter_map(|line| {
        let at = line.find(SAID)?;
        Some(line[at + SAID.len()..].to_owned())
    })
}

fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{SAID}{what}").unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "a process that the tests beside it start and kill"]
fn child() {
    let (Ok(task), Ok(directory)) = (std::env::var("CASELOAD_TEST_TASK"), std::env::var("CASELOAD_TEST_DIRECTORY")) else { return };
    let mut store = open(Path::new(&directory));
    match task.as_str() {
        "pages" => {
            for page in 1..=100_000 {
                let items: Vec<Listed> = (0..PAGE).map(|place| listed(page * PAGE + place, "of a page")).collect();
                let mark = Mark { pass: 1, seen: (page * PAGE) as u64, ..Mark::default() };
                store.save_page(A, &items, Some(&mark), Timestamp::UNIX_EPOCH).unwrap();
                say(&page.to_string());
            }
        }
        "one big page" => {
            let items: Vec<Listed> = (0..100_000).map(|id| listed(id, "of a big page")).collect();
            say("saving");
            store.save_page(A, &items, Some(&Mark { pass: 1, ..Mark::default() }), Timestamp::UNIX_EPOCH).unwrap();
            say("saved");
        }
        "outbox" => {
            for number in 0..100_000 {
                store.outbox_add(&entry(number)).unwrap();
                say(&number.to_string());
            }
        }
        name => {
            for round in 0..40 {
                let items: Vec<Listed> =
                    (round * 10..round * 10 + 20).map(|id| listed(id, &format!("by {name} in round {round}"))).collect();
                store.save_page(A, &items, None, Timestamp::UNIX_EPOCH).unwrap();
                store.outbox_add(&OutboxEntry { id: format!("{name}-{round:02}").into(), ..entry(round) }).unwrap();
            }
            say("done");
        }
    }
}

fn is_sound(directory: &Path) {
    for file in ["cases.db", "outbox.db"] {
        let connection = rusqlite::Connection::open(directory.join(file)).unwrap();
        let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok", "{file}");
    }
}

fn count(store: &Store) -> usize {
    store.each_rows(1_000, &mut |_| true).unwrap()
}

#[test]
fn killed_anywhere_a_page_and_its_mark_are_there_together() {
    for patience in [1, 2, 7, 30] {
        let directory = tempfile::tempdir().unwrap();
        let mut child = start("pages", directory.path());
        let last: usize = said(&mut child).nth(patience).unwrap().parse().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        is_sound(directory.path());
        let store = open(directory.path());
        let (rows, mark) = (count(&store), store.mark(A).unwrap());
        assert_eq!(rows as u64, mark.seen, "killed after page {last}");
        assert!(rows >= last * PAGE, "page {last} was called saved, {rows} rows are there");
    }
}

#[test]
fn killed_inside_a_transaction_nothing_of_it_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = start("one big page", directory.path());
    let mut said = said(&mut child);
    assert_eq!(said.next().as_deref(), Some("saving"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(said.next(), None, "killed before it was done");
    is_sound(directory.path());
    let mut store = open(directory.path());
    assert_eq!((count(&store), store.mark(A).unwrap()), (0, Mark::default()));
    store.save_page(A, &[listed(1, "goes on")], None, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(count(&store), 1);
}

#[test]
fn an_edit_that_was_called_saved_survives_the_kill() {
    for patience in [0, 5] {
        let directory = tempfile::tempdir().unwrap();
        let mut child = start("outbox", directory.path());
        let last: usize = said(&mut child).nth(patience).unwrap().parse().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        is_sound(directory.path());
        let entries = open(directory.path()).outbox().unwrap();
        assert!(entries.len() > last);
        for (number, found) in entries.iter().enumerate() {
            assert_eq!(*found, entry(number));
        }
    }
}

#[test]
fn processes_that_start_at_once_share_a_directory() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("new");
    let mut children = ["one", "two", "three"].map(|name| start(name, &directory));
    for child in &mut children {
        assert_eq!(said(child).last().as_deref(), Some("done"));
        assert!(child.wait().unwrap().success());
    }
    is_sound(&directory);
    let store = open(&directory);
    let mut ids = BTreeMap::new();
    store
        .each_rows(100, &mut |rows| {
            for (rid, row) in rows {
                assert_eq!(ids.insert(row.id.id.clone(), rid), None, "{} twice", row.id.id);
                assert_eq!(store.id(rid).unwrap(), row.id);
                assert!(store.raw(rid).unwrap().unwrap().0.0.contains(row.title.as_str()), "the row and the body are of one moment");
            }
            true
        })
        .unwrap();
    assert_eq!(ids.len(), 410);
    assert_eq!(store.outbox().unwrap().len(), 3 * 40);
}
