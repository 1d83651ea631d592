//! What the vendor's answer to a write proves: an edit that cannot be read back afterwards is done all the same, and says so.

use caseload::demo::{
    Act, Cut, Demo, {self},
};
use caseload::domain::aside::Then;
use caseload::domain::case::{Field, FieldKind, Row, SourceId};
use caseload::domain::change::Change;
use caseload::domain::edit::{OutboxEntry, Progress};
use caseload::domain::fault::FaultKind;
use caseload::protocol::{Report, Settle};
use caseload::store::{Access, Store};

use crate::cli_desk::Desk;
use crate::cli_edit::{open_case, reference};
use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm, writes};

/// More often than anybody reads back.
const EVER: u32 = 30;

fn begin() -> (tempfile::TempDir, Demo, Watch) {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::hasty(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    (directory, demo, watch)
}

fn fail(vendor: demo::Vendor, path_contains: &str, status: u16) -> Act {
    Act::FailNext { vendor, method: "GET".into(), path_contains: path_contains.into(), status, times: EVER }
}

/// The entry as it was told last, once it rests.
fn last(watch: &mut Watch, entry: &str) -> OutboxEntry {
    watch.rests(entry);
    let told = watch.heard.iter().rev().find_map(|report| match report {
        Report::Outbox(told) if told.id == entry => Some((**told).clone()),
        _ => None,
    });
    told.unwrap()
}

fn comments(vendor: SourceId) -> (demo::Vendor, &'static str) {
    if vendor == DATADOG { (demo::Vendor::Datadog, "/timelines") } else { (demo::Vendor::Tines, "/activities") }
}

#[test]
fn a_comment_with_an_id_is_done_although_its_timeline_cannot_be_read() {
    let (_directory, demo, mut watch) = begin();
    for source in [DATADOG, TINES] {
        let (vendor, timeline) = comments(source);
        let faults = [(403, FaultKind::Forbidden), (404, FaultKind::NotFound), (500, FaultKind::Server)];
        let open = watch.rows.values().filter(|row| row.id.source == source && row.status.is_open());
        let rows: Vec<Row> = open.take(faults.len()).cloned().collect();
        for ((status, kind), row) in faults.into_iter().zip(rows) {
            let before = writes(&demo, vendor).len();
            demo.act(fail(vendor, &format!("{}{timeline}", row.id.id), status)).unwrap();
            let entry = watch.submit(&row, vec![Change::Comment(format!("Said although {status}"))]);
            let entry = last(&mut watch, &entry);
            assert_eq!(entry.progress, Progress::Verified, "{vendor:?} {status}");
            assert_eq!(entry.unread.unwrap().kind, kind, "{vendor:?} {status}");
            assert_eq!(writes(&demo, vendor).len(), before + 1);
        }
    }
}

#[test]
fn a_change_that_the_answer_shows_is_done_although_the_case_cannot_be_read_again() {
    let (_directory, demo, mut watch) = begin();
    for (source, vendor) in [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines), (SERVEROPS, demo::Vendor::ServerOps)] {
        let (_, row) = watch.some_open(source);
        demo.act(fail(vendor, &row.id.id, 403)).unwrap();
        let entry = watch.submit(&row, vec![Change::Title("Contained".into())]);
        let entry = last(&mut watch, &entry);
        assert_eq!((entry.progress, entry.unread.map(|fault| fault.kind)), (Progress::Verified, Some(FaultKind::Forbidden)), "{vendor:?}");
    }
}

#[test]
fn ones_own_edit_that_could_not_be_read_back_is_no_news_when_the_case_is_read_again() {
    let (directory, demo, mut watch) = begin();
    let mut store = Store::open(directory.path(), Access::ReadOnly).unwrap();
    store.sources(&demo::Vendor::ALL.map(demo::Vendor::name)).unwrap();
    let title = || Change::Title("Contained".into());
    let comment = || Change::Comment("Contained.".into());
    let edits = [(DATADOG, title()), (DATADOG, comment()), (TINES, title()), (TINES, comment()), (SERVEROPS, title())];
    let mut met = Vec::new();
    for (source, change) in edits {
        let vendor = demo::Vendor::ALL[usize::from(source.0)];
        // Each at a case of its own: two changes within a second show the same time.
        let is_meant = |row: &Row| row.id.source == source && row.status.is_open() && !met.contains(&row.id);
        let (rid, row) = watch.rows.iter().find(|(_, row)| is_meant(row)).map(|(rid, row)| (*rid, row.clone())).unwrap();
        met.push(row.id.clone());
        // A comment, too, reads its case before it leaves.
        let (method, then) = ("POST".into(), Box::new(fail(vendor, &row.id.id, 403)));
        let is_comment = matches!(change, Change::Comment(_));
        demo.act(if is_comment { Act::After { vendor, method, path_contains: row.id.id.to_string(), then } } else { *then }).unwrap();
        let entry = watch.submit(&row, vec![change]);
        assert!(last(&mut watch, &entry).unread.is_some(), "{vendor:?}");
        demo.act(Act::Mend { vendor }).unwrap();
        let now = Then::of(&watch.open(rid).row);
        assert!(Then::of(&row).is_news(&now), "{vendor:?}");
        let known = store.baseline(&row.id).unwrap().unwrap().row.unwrap();
        assert!(!known.is_news(&now), "{vendor:?}: {known:?}, and now {now:?}");
    }
}

/// A priority landed, and the comment beside it was refused; what the person knows of the case and what it is, once that was
/// tried again after something else. Its answer is lost, so that nothing but the reading before it tells what the person knew.
///
/// `is_field`: a field landed instead, whose answer says nothing of the case.
fn tried_again(is_guarded: bool, is_field: bool, meanwhile: impl FnOnce(&Demo, &mut Watch, &Row)) -> (Then, Then) {
    let (directory, demo, mut watch) = begin();
    let rows = watch.rows.iter().filter(|(_, row)| row.id.source == TINES && row.status.is_open());
    let rids: Vec<_> = rows.map(|(rid, _)| *rid).collect();
    let is_text = |field: &Field| field.kind == FieldKind::Text && field.options.is_empty();
    let (rid, seen) = rids.into_iter().map(|rid| (rid, watch.open(rid))).find(|(_, case)| case.fields.iter().any(is_text)).unwrap();
    let row = watch.rows[&rid].clone();
    let priority = if seen.row.priority.as_ref().is_some_and(|priority| priority.name.raw() == "LOW") { "HIGH" } else { "LOW" };
    let field = seen.fields.iter().find(|field| is_text(field)).unwrap();
    let first = if is_field {
        Change::Field { id: field.id.to_string(), values: vec!["Another one".into()] }
    } else {
        Change::Priority(priority.into())
    };
    let changes = vec![first, Change::Comment("Contained.".into())];
    let (vendor, method, path_contains) = (demo::Vendor::Tines, "POST".to_owned(), "/comments".to_owned());
    demo.act(Act::FailNext { vendor, method: method.clone(), path_contains: path_contains.clone(), status: 403, times: 1 }).unwrap();
    let entry = if is_guarded { watch.submit_seen(&seen, changes) } else { watch.submit(&row, changes) };
    assert!(matches!(watch.rests(&entry), Progress::Parked { done: 1, .. }));
    meanwhile(&demo, &mut watch, &row);
    demo.act(Act::CutNext { vendor, method, path_contains, when: Cut::AfterRead }).unwrap();
    watch.settle(&entry, Settle::Retry).unwrap();
    watch.verified(&entry);
    let now = Then::of(&watch.open(rid).row);
    let mut store = Store::open(directory.path(), Access::ReadOnly).unwrap();
    store.sources(&demo::Vendor::ALL.map(demo::Vendor::name)).unwrap();
    (store.baseline(&row.id).unwrap().unwrap().row.unwrap(), now)
}

#[test]
fn what_is_tried_again_after_another_edit_of_ones_own_is_no_news() {
    for (is_guarded, is_field) in [(true, false), (false, false), (true, true), (false, true)] {
        let (known, now) = tried_again(is_guarded, is_field, |_, watch, row| {
            let title = watch.submit(row, vec![Change::Title("Contained".into())]);
            watch.settle(&title, Settle::Ahead).unwrap();
            watch.verified(&title);
        });
        assert!(!known.is_news(&now), "{is_guarded} {is_field}: {known:?}, and now {now:?}");
    }
}

#[test]
fn what_a_colleague_did_before_an_edit_was_tried_again_stays_news() {
    for (is_guarded, is_field) in [(true, false), (false, false), (true, true), (false, true)] {
        let (known, now) = tried_again(is_guarded, is_field, |demo, _, row| {
            demo.act(Act::Comment { vendor: demo::Vendor::Tines, id: row.id.id.to_string(), text: "Look at this.".into() }).unwrap();
        });
        assert!(known.is_news(&now), "{is_guarded} {is_field}: {known:?}, and now {now:?}");
    }
}

#[test]
fn the_command_line_says_sent_and_that_reading_back_failed() {
    let desk = Desk::calm(60);
    let case = open_case(&desk, demo::Vendor::Datadog);
    desk.demo.act(fail(demo::Vendor::Datadog, "/timelines", 403)).unwrap();
    let said = desk.run(&["edit", &reference(&case), "--set", "comment=Done.", "--yes"]).expect(0);
    assert!(said.err.contains("the vendor's answer is proof of it") && said.err.contains("403"), "{}", said.err);
    assert_eq!(desk.writes(demo::Vendor::Datadog).len(), 1);
}
