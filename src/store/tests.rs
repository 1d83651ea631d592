//! What the store promises, on real files.

mod faults;
mod follow;
mod formats;
mod packs;

use std::path::Path;

use jiff::Timestamp;

use super::open::File;
use super::*;
use crate::domain::case::{CaseId, Level, Priority, Rid, Row, SourceId, State, Status};
use crate::domain::edit::{Edit, OutboxEntry, Plan, Progress};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::Listed;
use crate::domain::person::Person;
use crate::domain::raw_body::RawBody;
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
        also_due: Vec::new(),
        url: Some(Clean::line(&format!("https://x.io/{id}"))),
        description: None,
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
    OutboxEntry::queued(id, Edit::unguarded(CaseId { source: B, id: "77".into() }, Vec::new()), Plan::default(), at(1_700_000_000))
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
    store.outbox_set(&OutboxEntry { progress: Progress::Verified, ..entry("a") }).unwrap();
    let sending = Progress::Sending { done: 1, calls: 2 };
    store.outbox_set(&OutboxEntry { progress: sending.clone(), ..entry("m") }).unwrap();
    drop(store);
    let mut store = open(directory.path());
    assert_eq!(store.outbox().unwrap(), [entry("z"), OutboxEntry { progress: sending, ..entry("m") }]);
    assert_eq!(store.outbox_drop(&entry("m")).unwrap_err().kind, FaultKind::Conflict, "it has begun to leave since");
    store.outbox_drop(&entry("z")).unwrap();
    assert_eq!(store.outbox_drop(&entry("z")).unwrap_err().kind, FaultKind::NotFound);
    assert_eq!(store.outbox_set(&entry("z")).unwrap_err().kind, FaultKind::NotFound);
}

fn store_one(store: &mut Store, item: &Listed) -> (Rid, Change) {
    store.save_page(item.row.id.source, std::slice::from_ref(item), None, at(1)).unwrap()[0]
}

#[test]
fn a_row_is_new_then_same_then_changed() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let mut item = listed(A, "1", "one", 5);
    assert_eq!(store_one(&mut store, &item), (Rid(1), Change::New));
    assert_eq!(store_one(&mut store, &item), (Rid(1), Change::Same));
    // What is on disk from an earlier run counts as known.
    let mut store = open(directory.path());
    assert_eq!(store_one(&mut store, &item), (Rid(1), Change::Same));
    item.row.tags.clear();
    assert_eq!(store_one(&mut store, &item), (Rid(1), Change::Changed));
    assert_eq!(store_one(&mut store, &item), (Rid(1), Change::Same));
    assert_eq!(all(&store), [(Rid(1), item.row)]);
    assert_eq!(store_one(&mut store, &listed(B, "1", "one", 5)), (Rid(2), Change::New), "the same id in another source");
}

#[test]
fn one_page_may_name_a_case_twice() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let page = [listed(A, "1", "one", 5), listed(A, "2", "two", 6), listed(A, "1", "one", 5), listed(A, "2", "later", 6)];
    let saved = store.save_page(A, &page, None, at(1)).unwrap();
    assert_eq!(saved, [(Rid(1), Change::New), (Rid(2), Change::New), (Rid(1), Change::Same), (Rid(2), Change::Changed)]);
    assert_eq!(all(&store)[1].1.title.as_str(), "later");
}

#[test]
fn a_trembling_clock_is_no_change_and_does_not_drift() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let mut item = listed(A, "1", "one", 5);
    let shift = |item: &mut Listed, second: i64| {
        item.row.due_at = Some(at(1_000 + second));
        item.raw = RawBody(format!("{{\"remaining\":{second}}}").into());
    };
    shift(&mut item, 0);
    assert_eq!(store_one(&mut store, &item).1, Change::New);
    let first = item.raw.clone();
    for second in [3, 5] {
        shift(&mut item, second);
        assert_eq!(store_one(&mut store, &item).1, Change::Same, "{second}");
        assert_eq!(store.raw(Rid(1)).unwrap().unwrap().0, first, "nothing is written for a clock that runs as it should");
    }
    shift(&mut item, -6);
    assert_eq!(store_one(&mut store, &item).1, Change::Changed);
    assert_eq!(store.raw(Rid(1)).unwrap().unwrap().0, item.raw, "it ends sooner");
    item.row.due_at = None;
    assert_eq!(store_one(&mut store, &item).1, Change::Changed);
    assert_eq!(store_one(&mut open(directory.path()), &item).1, Change::Same);
}

#[test]
fn a_clock_that_stands_still_is_told_at_each_reading_and_written_now_and_then() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let mut item = listed(A, "1", "one", 5);
    item.row.due_at = Some(at(1_000));
    store_one(&mut store, &item);
    let on_disk = |store: &Store| all(store)[0].1.due_at;
    for minute in 1..=10 {
        item.row.due_at = Some(at(1_000 + minute * 60));
        assert_eq!(store_one(&mut store, &item).1, Change::Changed, "the list shows the new end");
        assert_eq!(on_disk(&store), Some(at(1_000)), "minute {minute}");
    }
    item.row.due_at = Some(at(1_000 + 601));
    assert_eq!(store_one(&mut store, &item).1, Change::Changed);
    assert_eq!(on_disk(&store), item.row.due_at);
}

#[test]
fn the_row_and_the_body_are_of_one_moment_when_two_processes_write() {
    let directory = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (open(directory.path()), open(directory.path()));
    let item = |title: &str| Listed { raw: RawBody(format!("{{\"title\":\"{title}\"}}").into()), ..listed(A, "1", title, 5) };
    store_one(&mut one, &item("first"));
    store_one(&mut two, &item("second"));
    // For the one process nothing is new; what the other has written is replaced all the same.
    store_one(&mut one, &item("first"));
    assert_eq!(all(&one)[0].1.title.as_str(), "first");
    assert_eq!(one.raw(Rid(1)).unwrap().unwrap().0, item("first").raw);
}

#[test]
fn a_list_page_never_replaces_the_whole_case_of_the_same_change() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let mut item = listed(A, "1", "one", 5);
    let whole = RawBody("{\"whole\":1}".into());
    store_one(&mut store, &item);
    assert_eq!(store.raw(Rid(1)).unwrap(), Some((item.raw.clone(), at(1), Depth::List)));
    assert_eq!(store.save_case(&item.row, &whole, at(2)).unwrap(), (Rid(1), Change::Same));
    for _ in 0..2 {
        assert_eq!(store_one(&mut store, &item).1, Change::Same);
        assert_eq!(store.raw(Rid(1)).unwrap(), Some((whole.clone(), at(2), Depth::Whole)));
    }
    // Also when the row says something else under the same time, and when there is no time at all.
    item.row.title = Clean::line("other");
    assert_eq!(store_one(&mut store, &item).1, Change::Changed);
    assert_eq!(store.raw(Rid(1)).unwrap().unwrap().0, whole);
    item.row.updated_at = Some(at(99));
    store_one(&mut store, &item);
    assert_eq!(store.raw(Rid(1)).unwrap(), Some((item.raw.clone(), at(1), Depth::List)));
    item.row.updated_at = None;
    store.save_case(&item.row, &whole, at(3)).unwrap();
    store_one(&mut store, &item);
    assert_eq!(store.raw(Rid(1)).unwrap(), Some((whole, at(3), Depth::Whole)));
}

#[test]
fn a_whole_case_of_the_same_text_counts_as_whole() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let item = listed(A, "1", "one", 5);
    store_one(&mut store, &item);
    store.save_case(&item.row, &item.raw, at(2)).unwrap();
    assert_eq!(store.raw(Rid(1)).unwrap(), Some((item.raw, at(2), Depth::Whole)));
    assert_eq!(store.raw(Rid(9)).unwrap(), None);
}

#[test]
fn a_case_that_is_gone_keeps_its_number_and_its_outbox() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let items = [listed(A, "1", "one", 5), listed(A, "2", "two", 6)];
    store.save_page(A, &items, None, at(1)).unwrap();
    store.save_part(Rid(2), Part::Records, 1, "[]", at(1)).unwrap();
    store.outbox_add(&OutboxEntry { edit: Edit::unguarded(items[1].row.id.clone(), Vec::new()), ..entry("e") }).unwrap();
    store.remove(&[Rid(2), Rid(77)]).unwrap();
    for store in [&store, &open(directory.path())] {
        assert_eq!(all(store).len(), 1);
        assert_eq!(store.first_rows(9).unwrap().len(), 1);
        assert_eq!(store.raw(Rid(2)).unwrap(), None);
        assert!(store.parts(Rid(2), Part::Records).unwrap().is_empty());
        assert_eq!((store.rid(&items[1].row.id), store.id(Rid(2)).unwrap()), (Some(Rid(2)), items[1].row.id.clone()));
        assert_eq!(store.outbox().unwrap().len(), 1);
    }
    let mut store = open(directory.path());
    assert_eq!(store_one(&mut store, &listed(A, "3", "three", 7)).0, Rid(3), "the number of a case that is gone is not free");
    assert_eq!(store_one(&mut store, &items[1]), (Rid(2), Change::New));
    assert_eq!(store_one(&mut store, &items[1]), (Rid(2), Change::Same));
    drop(store);
    assert_eq!(all(&open(directory.path())).len(), 3);
}

#[test]
fn what_another_process_removed_is_told_unless_it_has_come_back() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let items = [listed(A, "1", "one", 5), listed(A, "2", "two", 6), listed(A, "3", "three", 7)];
    store.save_page(A, &items, None, at(1)).unwrap();
    open(directory.path()).remove(&[Rid(2), Rid(3)]).unwrap();
    assert_eq!(store_one(&mut store, &items[0]), (Rid(1), Change::Same));
    assert_eq!(store_one(&mut store, &items[1]), (Rid(2), Change::New));
    assert_eq!(store.gone_elsewhere(A).unwrap(), [Rid(3)], "the second has been met again and told as new");
    assert_eq!(all(&store).len(), 2);
    // Its next removal is news again.
    open(directory.path()).remove(&[Rid(2)]).unwrap();
    assert_eq!(store_one(&mut store, &items[0]), (Rid(1), Change::Same));
    assert_eq!(store.gone_elsewhere(A).unwrap(), [Rid(2)]);
    assert_eq!(store.gone_elsewhere(A).unwrap(), []);
}

#[test]
fn what_another_process_removed_before_the_first_write_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let items = [listed(A, "1", "one", 5), listed(A, "2", "two", 6)];
    open(directory.path()).save_page(A, &items, None, at(1)).unwrap();
    let mut store = open(directory.path());
    assert_eq!(all(&store).len(), 2);
    open(directory.path()).remove(&[Rid(2)]).unwrap();
    store_one(&mut store, &items[0]);
    assert_eq!(store.gone_elsewhere(A).unwrap(), [Rid(2)]);
    assert_eq!(store.gone_elsewhere(A).unwrap(), []);
    // What was gone before it was listed is nothing to tell.
    let mut later = open(directory.path());
    assert_eq!(all(&later).len(), 1);
    store_one(&mut later, &items[0]);
    assert_eq!(later.gone_elsewhere(A).unwrap(), []);
}

#[test]
fn a_mark_moves_with_its_page_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    assert_eq!(store.mark(A).unwrap(), Mark::default());
    let mark =
        Mark { pass: 3, complete_at: Some(at(4)), newest_change: Some(at(5)), expected: Some(6), seen: 7, question: -8, malformed: 9 };
    store.save_page(A, &[], Some(&mark), at(1)).unwrap();
    assert_eq!(store.mark(A).unwrap(), mark);
    let later = Mark { pass: 4, ..Mark::default() };
    let (one, two) = ([listed(A, "1", "one", 5)], [listed(SourceId(9), "2", "two", 6)]);
    let good = Batch { source: A, items: &one, mark: Some(&later), read_at: at(1) };
    let undeclared = Batch { source: SourceId(9), items: &two, mark: None, read_at: at(1) };
    assert_eq!(store.save_pages(&[good, undeclared]).unwrap_err().kind, FaultKind::NotFound);
    assert_eq!((store.mark(A).unwrap(), all(&store).len()), (mark, 0), "the first page of a group that failed is not there either");
    assert_eq!(store.save_pages(&[good]).unwrap(), [[(Rid(1), Change::New)]]);
    assert_eq!((open(directory.path()).mark(A).unwrap(), store.mark(B).unwrap()), (later, Mark::default()));
}

#[test]
fn a_pass_knows_whom_it_has_not_met() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let items: Vec<Listed> = (0..200).map(|number| listed(A, &number.to_string(), "x", number)).collect();
    let pass = |number| Mark { pass: number, ..Mark::default() };
    store.save_page(A, &items, Some(&pass(1)), at(1)).unwrap();
    store.save_page(B, &[listed(B, "b", "x", 1)], Some(&pass(1)), at(1)).unwrap();
    assert!(store.unseen_in_pass(A, 1, 10).unwrap().is_empty());
    store.save_page(A, &items[..100], Some(&pass(2)), at(1)).unwrap();
    assert_eq!(store.unseen_in_pass(A, 2, 1_000).unwrap().len(), 100);
    // Newest first, without a mark, while the pass runs: met is met.
    store.save_page(A, &items[150..], None, at(1)).unwrap();
    store.save_case(&items[149].row, &items[149].raw, at(1)).unwrap();
    let unseen = store.unseen_in_pass(A, 2, 3).unwrap();
    assert_eq!(unseen, (100..103).map(|number| (Rid(number + 1), items[number as usize].row.id.clone())).collect::<Vec<_>>());
    assert_eq!(store.unseen_in_pass(A, 2, 1_000).unwrap().len(), 49);
    store.remove(&[Rid(101)]).unwrap();
    assert_eq!(store.unseen_in_pass(A, 2, 1_000).unwrap().len(), 48);
    assert!(store.unseen_in_pass(A, 1, 10).unwrap().is_empty(), "a pass that is over");
    assert!(open(directory.path()).unseen_in_pass(A, 2, 10).unwrap().is_empty(), "a pass of another process");
}

#[test]
fn the_first_screen_is_the_newest_of_all_sources_by_index() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let mut items: Vec<Listed> = [5, 9, 1].map(|created| listed(A, &created.to_string(), "x", created)).into();
    items.push(Listed { row: Row { created_at: None, ..listed(A, "none", "x", 0).row }, raw: RawBody::default() });
    store.save_page(A, &items, None, at(1)).unwrap();
    store.save_page(B, &[listed(B, "7", "x", 7), listed(B, "2", "x", 2)], None, at(1)).unwrap();
    let ids = |store: &Store, limit| store.first_rows(limit).unwrap().into_iter().map(|(_, row)| row.id.id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(&store, 3), ["9", "7", "5"]);
    assert_eq!(ids(&store, 9), ["9", "7", "5", "2", "1", "none"]);
    // Another run knows other sources, in another order.
    let mut store = Store::open(directory.path(), Access::ReadOnly).unwrap();
    store.sources(&["other", "b"]).unwrap();
    assert_eq!(ids(&store, 9), ["7", "2"]);
    assert_eq!((all(&store).len(), store.first_rows(1).unwrap()[0].1.id.source), (2, B));
    assert_eq!(store.id(Rid(1)).unwrap_err().kind, FaultKind::NotFound);
    let cases = store.cases().unwrap();
    assert!(cases.ids.get().is_none(), "reading the list does not wait for the numbers");
    let plan: String = cases
        .file
        .connection
        .query_row("EXPLAIN QUERY PLAN SELECT list FROM rows WHERE source = 1 ORDER BY created_at DESC LIMIT 50", [], |row| row.get(3))
        .unwrap();
    assert!(plan.contains("rows_newest"), "{plan}");
}

#[test]
fn reading_all_rows_stops_when_told() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let items: Vec<Listed> = (0..10).map(|number| listed(A, &number.to_string(), "x", number)).collect();
    store.save_page(A, &items, None, at(1)).unwrap();
    let mut met = Vec::new();
    let count = store.each_rows(4, &mut |rows| {
        met.extend(rows.into_iter().map(|(rid, _)| rid.0));
        met.len() < 8
    });
    assert_eq!((count.unwrap(), met), (8, (3..=10).rev().collect()));
}

#[test]
fn cases_are_found_by_key_or_id() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let mut tines = listed(B, "4187", "x", 1);
    tines.row.key = Clean::line("#4187");
    let mut trap = listed(A, "sec-AbC", "x", 1);
    trap.row.key = Clean::line("X-1");
    store.save_page(A, &[listed(A, "AbC", "x", 1), trap], None, at(1)).unwrap();
    store.save_page(B, &[tines], None, at(1)).unwrap();
    for (source, reference, expected) in [
        (A, "AbC", Some(Rid(1))),
        (A, "x-1", Some(Rid(2))),
        (A, "sec-abc", Some(Rid(2))),
        (A, "SEC-ABCD", None),
        (B, "#4187", Some(Rid(3))),
        (B, " 4187 ", Some(Rid(3))),
        (A, "4187", None),
        (SourceId(9), "4187", None),
        (B, "", None),
        (B, "#", None),
    ] {
        assert_eq!(store.find(source, reference).unwrap(), expected, "{reference}");
    }
}

#[test]
fn details_and_directories_are_kept_by_page_and_source() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    store_one(&mut store, &listed(A, "1", "one", 5));
    store.save_part(Rid(1), Part::Activities, 2, "two", at(2)).unwrap();
    store.save_part(Rid(1), Part::Activities, 1, "old", at(1)).unwrap();
    store.save_part(Rid(1), Part::Activities, 1, "one", at(3)).unwrap();
    store.save_part(Rid(1), Part::Records, 1, "records", at(4)).unwrap();
    store.save_directory(B, "{}").unwrap();
    store.save_directory(B, "{\"me\":null}").unwrap();
    let store = open(directory.path());
    assert_eq!(store.parts(Rid(1), Part::Activities).unwrap(), [(1, "one".into(), at(3)), (2, "two".into(), at(2))]);
    assert_eq!(store.parts(Rid(1), Part::Records).unwrap(), [(1, "records".into(), at(4))]);
    assert_eq!((store.directory(A).unwrap(), store.directory(B).unwrap().as_deref()), (None, Some("{\"me\":null}")));
}

#[test]
fn outbox_entries_follow_their_source_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    store.outbox_add(&entry("e")).unwrap();
    assert_eq!(
        store
            .outbox_add(&OutboxEntry { edit: Edit::unguarded(CaseId { source: SourceId(9), id: "1".into() }, Vec::new()), ..entry("f") })
            .unwrap_err()
            .kind,
        FaultKind::NotFound
    );
    store.sources(&["b"]).unwrap();
    assert_eq!(store.outbox().unwrap()[0].edit.case.source, A);
    store.sources(&["z"]).unwrap();
    assert!(store.outbox().unwrap().is_empty());
    store.sources(&["z", "y", "b"]).unwrap();
    assert_eq!(store.outbox().unwrap()[0].edit.case.source, SourceId(2));
}

#[test]
fn the_outbox_commits_to_the_medium_and_the_cache_does_not_wait_for_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let ask = |file: &File, pragma: &str| {
        file.connection.pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0)).unwrap()
    };
    let (cases, outbox) = (&store.cases.as_ref().unwrap().file, store.outbox.as_ref().unwrap());
    for file in [cases, outbox] {
        assert_eq!(ask(file, "journal_mode"), "wal".to_owned().into());
    }
    assert_eq!((ask(cases, "synchronous"), ask(outbox, "synchronous")), (1.into(), 2.into()));
}

#[test]
fn what_is_written_between_the_list_and_the_first_page_is_news() {
    let directory = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (open(directory.path()), open(directory.path()));
    store_one(&mut two, &listed(A, "1", "x", 1));
    store_one(&mut two, &listed(A, "2", "x", 1));
    assert_eq!(all(&one).len(), 2);
    store_one(&mut two, &listed(A, "1", "y", 1));
    assert_eq!(store_one(&mut one, &listed(A, "1", "y", 1)), (Rid(1), Change::New));
    assert_eq!(store_one(&mut one, &listed(A, "1", "y", 1)), (Rid(1), Change::Same));
}

#[test]
fn two_stores_on_one_directory_never_number_two_cases_alike() {
    let directory = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (open(directory.path()), open(directory.path()));
    let item = |id: &str| listed(A, id, "x", 1);
    assert_eq!(store_one(&mut one, &item("1")), (Rid(1), Change::New));
    assert_eq!(store_one(&mut two, &item("2")), (Rid(2), Change::New));
    assert_eq!(store_one(&mut one, &item("3")), (Rid(3), Change::New));
    // Written elsewhere since this process read the list: news here, and the same number.
    assert_eq!(store_one(&mut one, &item("2")), (Rid(2), Change::New));
    assert_eq!(store_one(&mut two, &item("3")), (Rid(3), Change::New));
    assert_eq!(store_one(&mut two, &item("3")), (Rid(3), Change::Same));
    // What was written elsewhere and has come back to what was written here is written again.
    store_one(&mut two, &listed(A, "3", "other", 1));
    assert_eq!(store_one(&mut one, &item("3")), (Rid(3), Change::Same));
    assert_eq!(all(&two)[2].1.title.as_str(), "x");
    two.remove(&[Rid(1)]).unwrap();
    assert_eq!(store_one(&mut one, &item("1")), (Rid(1), Change::New), "removed elsewhere, and back");
    assert_eq!(all(&one), all(&two));
    assert_eq!(all(&one).len(), 3);
}
