//! Cases read whole for a condition: source by source, to their end, and from disk as long as they are true.

use std::collections::BTreeSet;

use caseload::demo::{
    Act, Vendor, {self},
};
use caseload::domain::case::{Rid, SourceId};
use caseload::domain::fault::FaultKind;
use caseload::protocol::{From, Order, Report};

use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm};

const ALL: [SourceId; 3] = [DATADOG, TINES, SERVEROPS];

fn some(watch: &Watch, source: SourceId, count: usize) -> Vec<Rid> {
    watch.ids(source).iter().take(count).map(|id| watch.rid(source, id)).collect()
}

fn read(watch: &Watch) -> BTreeSet<Rid> {
    let told = watch.heard.iter().filter_map(|report| match report {
        Report::Case { rid, from: From::Network, .. } => Some(*rid),
        _ => None,
    });
    told.collect()
}

fn recalled(watch: &mut Watch, rids: &[Rid]) -> BTreeSet<Rid> {
    watch.ask(Order::Recall { rids: rids.to_vec() }).unwrap();
    let told = watch.heard.iter().filter_map(|report| match report {
        Report::Deep { rid, .. } => Some(*rid),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_source_that_gives_no_more_ends_its_own_part_only() {
    let demo = demo::start(&calm(120)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let (of_datadog, of_tines) = (some(&watch, DATADOG, 12), some(&watch, TINES, 12));
    let (vendor, path_contains) = (Vendor::Tines, String::new());
    demo.act(Act::FailNext { vendor, method: "GET".into(), path_contains, status: 401, times: 10_000 }).unwrap();
    let asked_before = demo.received(Vendor::Tines).len();
    let rids = of_tines.iter().zip(&of_datadog).flat_map(|(one, other)| [*one, *other]).collect();
    let fault = watch.ask(Order::Examine { rids }).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unauthorized, "{fault}");
    assert_eq!(read(&watch), of_datadog.into_iter().collect(), "every case of the other source");
    let asked = demo.received(Vendor::Tines).len() - asked_before;
    assert!(asked < of_tines.len(), "no further case of it is asked for: {asked} requests");
}

#[test]
fn a_case_that_cannot_be_had_keeps_no_other_from_being_read() {
    let demo = demo::start(&calm(120)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let rids = some(&watch, TINES, 6);
    let closed = watch.ids(TINES).first().unwrap().clone();
    let (vendor, path_contains) = (Vendor::Tines, format!("/cases/{closed}"));
    demo.act(Act::FailNext { vendor, method: "GET".into(), path_contains, status: 403, times: 10_000 }).unwrap();
    watch.ask(Order::Examine { rids: rids.clone() }).unwrap();
    assert_eq!(read(&watch), rids.into_iter().filter(|rid| *rid != watch.rid(TINES, &closed)).collect());
}

#[test]
fn what_was_read_whole_is_told_from_disk_until_its_case_changes() {
    let demo = demo::start(&calm(120)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let rids: Vec<Rid> = [DATADOG, TINES].into_iter().flat_map(|source| some(&watch, source, 4)).collect();
    assert_eq!(recalled(&mut watch, &rids), BTreeSet::new(), "listed only");
    watch.ask(Order::Examine { rids: rids.clone() }).unwrap();
    watch.stop();
    let mut watch = Watch::offline(&demo, directory.path());
    watch.full(&ALL);
    assert_eq!(recalled(&mut watch, &rids), rids.iter().copied().collect(), "after a restart, without a network");
    watch.stop();
    let id = demo.ids(Vendor::Tines).into_iter().find(|id| rids.contains(&watch.rid(TINES, id))).unwrap();
    demo.act(Act::Comment { vendor: Vendor::Tines, id: id.clone(), text: "one more".into() }).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    watch.ask(Order::Refresh { source: None, full: true }).unwrap();
    let changed = watch.rid(TINES, &id);
    let told = recalled(&mut watch, &rids);
    assert_eq!(told, rids.iter().copied().filter(|rid| *rid != changed).collect(), "its timeline may have grown");
}
