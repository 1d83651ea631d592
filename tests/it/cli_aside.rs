//! Snooze and pin through the binary: kept on disk, read by the workbench, told to no vendor.

use caseload::demo::Vendor;
use caseload::domain::aside::Until;
use caseload::store::{Access, Store};

use crate::cli_desk::Desk;
use crate::cli_edit::{open_case, reference};

/// What is remembered: id, pinned, until when.
fn kept(desk: &Desk) -> Vec<(String, bool, Option<Until>)> {
    let mut store = Store::open(&desk.data(), Access::ReadOnly).unwrap();
    store.sources(&["datadog", "tines", "serverops"]).unwrap();
    let (asides, faults) = store.asides().unwrap();
    assert_eq!(faults, []);
    asides.into_iter().map(|aside| (aside.case.id.to_string(), aside.is_pinned, aside.snooze.map(|snooze| snooze.until))).collect()
}

#[test]
fn a_case_is_put_aside_pinned_and_taken_back() {
    let desk = Desk::calm(120);
    let case = open_case(&desk, Vendor::ServerOps);
    let (name, id) = (reference(&case), case["id"].as_str().unwrap().to_owned());
    let said = desk.run(&["snooze", &name, "--until", "change"]).expect(0);
    assert_eq!(said.out, format!("{name} sleeps until it changes\n"));
    assert_eq!(kept(&desk), [(id.clone(), false, Some(Until::Change))]);
    desk.run(&["pin", &name]).expect(0);
    assert_eq!(kept(&desk), [(id.clone(), true, Some(Until::Change))]);
    assert!(desk.run(&["snooze", &name, "--wake"]).expect(0).out.contains("is awake"));
    assert_eq!(kept(&desk), [(id, true, None)]);
    desk.run(&["pin", &name, "--off"]).expect(0);
    assert_eq!(kept(&desk), []);
    desk.run(&["pin", &name, "--off"]).expect(0);
    assert!(Vendor::ALL.iter().all(|vendor| desk.writes(*vendor).is_empty()), "no vendor is told");
}

#[test]
fn a_case_that_was_never_read_is_asked_for_first() {
    let elsewhere = Desk::calm(120);
    let name = reference(&open_case(&elsewhere, Vendor::Tines));
    let desk = Desk::calm(120);
    desk.run(&["--offline", "snooze", &name, "--until", "2h"]).expect(4);
    assert!(desk.run(&["snooze", &name, "--until", "2h"]).expect(0).out.contains("sleeps until"));
    assert!(matches!(kept(&desk)[..], [(_, false, Some(Until::Moment(_)))]));
    desk.run(&["snooze", "tines:99999999", "--until", "2h"]).expect(1);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_asked() {
    let desk = Desk::calm(120);
    for (until, word) in [("yesterday", "no time"), ("2020-01-01", "has passed"), ("100d", "90 days"), ("", "write until when")] {
        let said = desk.run(&["snooze", "tines:1", "--until", until]).expect(2);
        assert!(said.err.contains(word), "{until}: {}", said.err);
    }
    desk.run(&["snooze", "tines:1"]).expect(2);
    assert!(Vendor::ALL.iter().all(|vendor| desk.demo.received(*vendor).is_empty()));
    let name = reference(&open_case(&desk, Vendor::ServerOps));
    let said = desk.run(&["snooze", &name, "--until", "sla<30m"]).expect(2);
    assert!(said.err.contains("no SLA clock"), "{}", said.err);
}
