//! The connection is cut at every call of every vendor's edits: before the request, after it, in the middle of its answer.
//! Each write happens exactly once, or a person is told that it is not known.

use std::collections::BTreeMap;

use caseload::demo::{
    Act, Cut, Demo, {self},
};
use caseload::domain::case::{Case, SourceId};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, Progress};
use caseload::protocol::Settle;

use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm};

/// An edit of several calls where the vendor has several; `name` makes its words the only ones of their kind.
pub(crate) fn shape(source: SourceId, name: &str) -> Vec<Change> {
    let mut changes = vec![Change::Title(format!("Title {name}")), Change::Description(format!("Text {name}\nof two lines"))];
    if source != SERVEROPS {
        // With what a terminal is not shown as it is.
        changes.push(Change::Comment(format!("Said {name} \u{2764}\u{fe0f} \u{202e}turned\u{202c}")));
    }
    if source == DATADOG {
        changes.push(Change::Attribute { key: "seen".into(), values: vec![name.into()] });
    }
    if source == TINES {
        changes.push(Change::AddTags(vec![name.into()]));
    }
    changes
}

/// How often the vendor has carried out each write that bears this name, by method and path.
pub(crate) fn carried_out(demo: &Demo, vendor: demo::Vendor, name: &str) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for request in demo.received(vendor) {
        if request.method != "GET" && (200..300).contains(&request.status) && request.body.contains(name) {
            *counts.entry((request.method, request.path)).or_default() += 1;
        }
    }
    counts
}

/// Every wish is there, and every call was carried out once.
pub(crate) fn is_done_once(demo: &Demo, vendor: demo::Vendor, name: &str, now: &Case, changes: &[Change], calls: usize) {
    for change in changes {
        assert_ne!(change.holds(now), Some(false), "{name}: {change:?}");
    }
    let counts = carried_out(demo, vendor, name);
    assert_eq!(counts.len(), calls, "{name}: {counts:?}");
    assert!(counts.values().all(|count| *count == 1), "{name}: {counts:?}");
}

fn every_cut_of(source: SourceId, vendor: demo::Vendor) {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(60)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[source]);
    let (rid, _) = watch.some_open(source);
    let mut rounds = 0;
    for when in [Cut::BeforeRead, Cut::AfterRead, Cut::MidAnswer] {
        let mut at = 0;
        loop {
            let case = watch.open(rid);
            let name = format!("cut-{when:?}-{at}");
            let changes = shape(source, &name);
            let calls = watch.planned(Edit::new(&case, changes.clone()));
            let Some((method, path)) = calls.get(at).cloned() else { break };
            demo.act(Act::CutNext { vendor, method, path_contains: path, when }).unwrap();
            let entry = watch.submit_seen(&case, changes.clone());
            let rests = watch.until("it comes to rest, or is found by itself", |watch| {
                watch.progress(&entry).filter(|progress| progress.is_settled() || progress.needs_person())
            });
            let counts = carried_out(&demo, vendor, &name);
            match when {
                Cut::BeforeRead => {
                    assert!(rests.needs_person(), "{name}: it may still arrive: {rests:?}");
                    assert!(counts.len() <= at && counts.values().all(|count| *count == 1), "{name}: {counts:?}");
                    // A person has it sent again.
                    watch.settle(&entry, Settle::Retry).unwrap();
                    watch.verified(&entry);
                }
                Cut::AfterRead | Cut::MidAnswer => assert_eq!(rests, Progress::Verified, "{name}: {rests:?}"),
            }
            let now = watch.open(rid);
            is_done_once(&demo, vendor, &name, &now, &changes, calls.len());
            at += 1;
            rounds += 1;
        }
    }
    assert!(rounds >= 3, "{rounds} calls were cut");
}

#[test]
fn sync_cut_datadog() {
    every_cut_of(DATADOG, demo::Vendor::Datadog);
}

#[test]
fn sync_cut_tines() {
    every_cut_of(TINES, demo::Vendor::Tines);
}

#[test]
fn sync_cut_serverops() {
    every_cut_of(SERVEROPS, demo::Vendor::ServerOps);
}

/// Readings are cut as well: nothing is lost, and nothing is sent that was not compared.
#[test]
fn sync_cut_readings() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(60)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    for (source, vendor) in [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines), (SERVEROPS, demo::Vendor::ServerOps)] {
        for when in [Cut::BeforeRead, Cut::MidAnswer] {
            let (rid, _) = watch.some_open(source);
            let case = watch.open(rid);
            let name = format!("read-{when:?}");
            demo.act(Act::CutNext { vendor, method: "GET".into(), path_contains: case.row.id.id.to_string(), when }).unwrap();
            let changes = shape(source, &name);
            let calls = watch.planned(Edit::new(&case, changes.clone()));
            let entry = watch.submit_seen(&case, changes.clone());
            watch.verified(&entry);
            let now = watch.open(rid);
            is_done_once(&demo, vendor, &name, &now, &changes, calls.len());
        }
    }
}
