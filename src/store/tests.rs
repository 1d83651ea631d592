//! What the store promises, on real files.

use jiff::Timestamp;

use super::*;
use crate::domain::case::{CaseId, Level, Priority, Row, State, Status};
use crate::domain::edit::{Edit, OutboxEntry, Progress};
use crate::domain::fault::FaultKind;
use crate::domain::page::RawBody;
use crate::domain::person::Person;
use crate::domain::text::Clean;

const A: SourceId = SourceId(0);
const B: SourceId = SourceId(1);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn listed(source: SourceId, id: &str, title: &str, created: i64) -> Listed {
    let row = Row {
        id: CaseId { source, id: id.into() },
        key: Clean::line(&format!("SEC-{id}")),
        title: Clean::line(title),
        status: Status { state: Some(State::InProgress), name: Clean::line("Triaged") },
        priority: Some(Priority { level: Some(Level::High), name: Clean::line("P2") }),
        assignees: vec![Person { id: "u1".into(), name: Clean::line("Ana \"A\""), email: Clean::line("ana@x.io"), is_service: true }],
        tags: vec![Clean::line("team:soc"), Clean::line("日本")],
        created_at: Some(at(created)),
        updated_at: Some(at(created + 60)),
        closed_at: None,
        due_at: Some(Timestamp::from_microsecond(created * 1_000_000 + 123_456).unwrap()),
        url: Some(Clean::line(&format!("https://x.io/{id}"))),
    };
    Listed { row, raw: RawBody(format!(r#"{{"id":"{id}","title":"{title}"}}"#).into()) }
}

fn open(directory: &Path) -> Store {
    let mut store = Store::open(directory, Access::ReadWrite).unwrap();
    store.sources(&["a", "b"]).unwrap();
    store
}

fn all(store: &Store) -> Vec<(Rid, Row)> {
    let mut rows = Vec::new();
    store
        .each_rows(3, &mut |piece| {
            assert!(piece.len() <= 3);
            rows.extend(piece);
            true
        })
        .unwrap();
    rows.sort_by_key(|(rid, _)| *rid);
    rows
}

fn entry(id: &str) -> OutboxEntry {
    OutboxEntry {
        id: id.into(),
        edit: Edit { case: CaseId { source: B, id: "77".into() }, changes: Vec::new() },
        calls: Vec::new(),
        progress: Progress::Queued,
        saved_at: at(1_700_000_000),
    }
}

#[test]
fn rows_come_back_as_they_were_written() {
    let directory = tempfile::tempdir().unwrap();
    let mut bare = listed(B, "2", "", 0);
    bare.row.priority = None;
    bare.row.status.state = None;
    bare.row.assignees.clear();
    bare.row.tags.clear();
    (bare.row.created_at, bare.row.updated_at, bare.row.due_at, bare.row.url) = (None, None, None, None);
    let mut store = open(directory.path());
    let saved = store.save_page(A, &[listed(A, "1", "one", 5)], None, at(9)).unwrap();
    assert_eq!(saved, [(Rid(1), Change::New)]);
    store.save_page(B, std::slice::from_ref(&bare), None, at(9)).unwrap();
    let expected = vec![(Rid(1), listed(A, "1", "one", 5).row), (Rid(2), bare.row)];
    assert_eq!(all(&store), expected);
    drop(store);
    assert_eq!(all(&open(directory.path())), expected);
}

#[test]
fn outbox_keeps_order_and_forgets_what_is_settled() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    for id in ["z", "a", "m"] {
        store.outbox_add(&entry(id)).unwrap();
    }
    assert_eq!(store.outbox_add(&entry("a")).unwrap_err().kind, FaultKind::Conflict);
    store.outbox_set("a", &Progress::Verified).unwrap();
    let sending = Progress::Sending { done: 1, calls: 2 };
    store.outbox_set("m", &sending).unwrap();
    drop(store);
    let mut store = open(directory.path());
    assert_eq!(store.outbox().unwrap(), [entry("z"), OutboxEntry { progress: sending, ..entry("m") }]);
    store.outbox_drop("z").unwrap();
    assert_eq!(store.outbox_drop("z").unwrap_err().kind, FaultKind::NotFound);
    assert_eq!(store.outbox_set("z", &Progress::Queued).unwrap_err().kind, FaultKind::NotFound);
}
