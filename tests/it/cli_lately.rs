//! What `caseload list` and `export` ask the vendors for when everything was read a moment ago: what has changed where that
//! is told, else everything, and what they say about it.

use std::collections::BTreeSet;

use caseload::demo::{Act, Faults, Vendor};
use caseload::domain::case::SourceId;
use caseload::store::{Access, Mark, Store};
use jiff::Timestamp;
use serde_json::Value;

use crate::cli_desk::{Desk, Said};
use crate::pty::Tty;

/// Requests that each vendor has had so far.
fn asked(desk: &Desk) -> [usize; 3] {
    Vendor::ALL.map(|vendor| desk.demo.received(vendor).len())
}

/// Requests that this line costs, vendor by vendor, and what it said.
fn cost(desk: &Desk, arguments: &[&str]) -> ([usize; 3], Said) {
    let before = asked(desk);
    let said = desk.run(arguments);
    let after = asked(desk);
    ([0, 1, 2].map(|at| after[at] - before[at]), said)
}

fn listed(said: &Said) -> BTreeSet<String> {
    said.json()
        .as_array()
        .unwrap()
        .iter()
        .map(|case| format!("{}:{}", case["source"].as_str().unwrap(), case["id"].as_str().unwrap()))
        .collect()
}

fn title(said: &Said, id: &str) -> String {
    let cases = said.json();
    let case = cases.as_array().unwrap().iter().find(|case| case["id"] == id).unwrap();
    case["title"].as_str().unwrap().to_owned()
}

#[test]
fn a_second_list_costs_one_request_where_changes_are_told() {
    let desk = Desk::calm(1_000);
    let (first, whole) = cost(&desk, &["list", "--json"]);
    let is_crawl = |cost: [usize; 3]| cost.iter().all(|asked| *asked > 2);
    assert!(is_crawl(first), "{first:?}");
    assert_eq!((whole.code, whole.err.as_str()), (0, ""));

    let (second, again) = cost(&desk, &["list", "limit:1", "--json"]);
    assert!(second[0] > 2 && second[1] == 1 && second[2] > 2, "{second:?}");
    assert!(again.err.contains("read completely tines ") && again.err.contains("; now only for what has changed"), "{}", again.err);
    assert!(again.err.contains("--full") && !again.err.contains("datadog") && !again.err.contains("serverops"), "{}", again.err);
    assert_eq!(again.code, 0);
    let (filtered, some) = cost(&desk, &["list", "status:open priority:<=P2", "--json"]);
    assert_eq!((filtered[1], some.code), (1, 0));
    let (third, exported) = cost(&desk, &["export", "--format", "json"]);
    assert_eq!((third[1], exported.code), (1, 0));
    let stamp = &exported.json()["export"];
    assert_eq!(stamp["complete"], true);
    let read_at = stamp["sources"][1]["read_at"].as_str().unwrap();
    assert!(read_at < stamp["exported_at"].as_str().unwrap(), "complete as of the pass, not as of now: {stamp}");

    // Everything, when it is asked for.
    for wish in [&["--full"][..], &["--max-age", "0"], &["--max-age=0s"]] {
        let (full, said) = cost(&desk, &[&["list", "--json"], wish].concat());
        assert!(is_crawl(full) && said.err.is_empty(), "{wish:?}: {full:?} {}", said.err);
        assert_eq!(listed(&said), listed(&whole));
    }
    // And nothing.
    for wish in ["--cached", "--offline"] {
        let (none, said) = cost(&desk, &["list", "--json", wish]);
        assert_eq!((none, said.code), ([0, 0, 0], 0), "{wish}");
    }
    for wrong in [&["--full", "--cached"][..], &["--max-age", "soon"], &["--max-age", "5m", "--full"]] {
        assert_eq!(cost(&desk, &[&["list"], wrong].concat()).1.code, 2, "{wrong:?}");
    }
}

#[test]
fn what_happened_meanwhile_is_found_wherever_it_stands() {
    let desk = Desk::calm(900);
    let first = desk.run(&["list", "--json"]).expect(0);
    // A colleague changes any case, not only one of the first page.
    let oldest = Vendor::ALL.map(|vendor| (vendor, desk.demo.ids(vendor).remove(0)));
    let newest = Vendor::ALL.map(|vendor| (vendor, desk.demo.ids(vendor).pop().unwrap()));
    for (vendor, id) in oldest.iter().chain(&newest) {
        let (field, value) = ("title".into(), "Renamed by a colleague".into());
        desk.demo.act(Act::Edit { vendor: *vendor, id: id.clone(), field, value }).unwrap();
    }
    for vendor in Vendor::ALL {
        desk.demo.act(Act::Arrive { vendor }).unwrap();
    }
    let second = desk.run(&["list", "--json"]).expect(0);
    for (vendor, id) in oldest.iter().chain(&newest) {
        assert_eq!(title(&second, id), "Renamed by a colleague", "{vendor:?} {id}");
    }
    assert_eq!(listed(&second).len(), listed(&first).len() + 3);
    let found = listed(&desk.run(&["list", "title:renamed", "--json"]).expect(0));
    assert_eq!(found.len(), 6, "{found:?}");

    // That one is gone only a complete pass says; where none is made, that is said. Datadog deletes none.
    let deleted = &oldest[1..];
    for (vendor, id) in deleted {
        desk.demo.act(Act::Remove { vendor: *vendor, id: id.clone() }).unwrap();
    }
    let gone_and_listed = |said: &Said| {
        let listed = listed(said);
        let names = deleted.iter().filter(|(vendor, id)| listed.contains(&format!("{}:{id}", vendor.name())));
        names.map(|(vendor, _)| vendor.name()).collect::<Vec<_>>()
    };
    let third = desk.run(&["list", "--json"]).expect(0);
    assert_eq!(gone_and_listed(&third), ["tines"], "{}", third.err);
    assert!(
        third.err.contains("read completely tines") && third.err.contains("a case deleted since then is still listed"),
        "{}",
        third.err
    );
    assert!(gone_and_listed(&desk.run(&["list", "--json", "--full"]).expect(0)).is_empty());
}

#[test]
fn a_source_that_is_down_is_named_and_nothing_is_complete() {
    let desk = Desk::calm(120);
    let first = desk.run(&["list", "--json"]).expect(0);
    desk.demo.set_faults(Faults::Outage(Vendor::Tines));
    let said = desk.run(&["list", "--json"]);
    assert_eq!((said.code, listed(&said)), (6, listed(&first)), "{}", said.err);
    assert!(said.err.contains("tines: ") && !said.err.contains("completely tines"), "{}", said.err);
    assert!(
        said.err.contains("tines: its cases are from disk, read completely ") && !said.err.contains("datadog: its cases"),
        "{}",
        said.err
    );
    let some = desk.run(&["list", "limit:3"]).expect(6);
    assert!(some.err.contains("showing 3 of 120 that are known"), "{}", some.err);
    let fresh = Desk::calm(10);
    fresh.demo.set_faults(Faults::Outage(Vendor::Tines));
    let said = fresh.run(&["list"]).expect(6);
    assert!(said.err.contains("tines: nothing of it is on disk"), "{}", said.err);
    let stamp = desk.run(&["export", "--format", "json"]).expect(6).json()["export"].clone();
    assert_eq!((&stamp["complete"], &stamp["sources"][1]["coverage"]), (&false.into(), &"out of date".into()), "{stamp}");
}

#[test]
fn a_pass_counts_for_the_settings_that_it_was_made_with() {
    let desk = Desk::calm(300);
    desk.run(&["list", "--json"]).expect(0);
    let config = std::fs::read_to_string(desk.config()).unwrap();
    // What has nothing to do with which cases there are asks for nothing.
    desk.configure(&format!("{config}\n[poll]\nfocused_s = 45\n"));
    assert_eq!(cost(&desk, &["list", "--json"]).0[1], 1);
    desk.configure(&config.replace("vendor = 'tines'", "vendor = 'tines'\nteam_id = '7'"));
    let (other, said) = cost(&desk, &["list", "--json"]);
    assert!(other[1] > 1 && !said.err.contains("completely tines"), "{other:?}: {}", said.err);
    desk.configure(&config);
    let (back, said) = cost(&desk, &["list", "--json"]);
    assert!(back[1] > 1 && !said.err.contains("completely tines"), "{back:?}: {}", said.err);
}

#[test]
fn what_was_complete_with_other_settings_is_not_called_complete() {
    let desk = Desk::calm(120);
    let config = std::fs::read_to_string(desk.config()).unwrap();
    let settings = [
        ("datadog", "api_key = {", "filter = 'status:OPEN'\napi_key = {"),
        ("tines", "vendor = 'tines'", "vendor = 'tines'\nteam_id = '7'"),
        ("serverops", "'DEMO_SO_TOKEN'", "'OTHER_TOKEN'"),
    ];
    for (name, from, to) in settings {
        desk.configure(&config);
        desk.run(&["list", "--json"]).expect(0);
        desk.run(&["list", "--json", "--cached"]).expect(0);
        desk.configure(&config.replace(from, to));
        let said = desk.run(&["list", "--json", "--cached"]).expect(6);
        assert!(said.err.contains(&format!("{name}: from disk, and its configuration has changed")), "{}", said.err);
        let stamp = desk.run(&["export", "--cached", "--format", "json"]).expect(6).json()["export"].clone();
        assert_eq!(stamp["complete"], false, "{stamp}");
    }
}

#[test]
fn rows_that_the_pass_could_not_read_stay_a_doubt() {
    let desk = Desk::calm(60);
    let bad = desk.demo.ids(Vendor::Tines).remove(3);
    let broken = format!("\"case_id\":{bad},");
    let _server = crate::bad_json::behind(&desk, Vendor::Tines, move |target, body| {
        if target.contains("/cases?") { body.replace(&broken, &format!("{broken},")) } else { body }
    });
    let first = desk.run(&["list", "--json"]).expect(6);
    assert!(first.err.contains("1 of its rows could not be read"), "{}", first.err);
    for again in [&["list", "--json"][..], &["list", "--json", "--cached"]] {
        let said = desk.run(again).expect(6);
        assert!(said.err.contains("1 of its rows could not be read"), "{}", said.err);
    }
}

#[test]
fn what_the_workbench_has_read_is_read() {
    let desk = Desk::calm(600);
    let mut tty = Tty::start(100, 30, &[], &desk.env());
    tty.comes_to_see("600").comes_to_see("complete");
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    let (lists, said) = cost(&desk, &["list", "--json"]);
    assert_eq!((lists[1], listed(&said).len(), said.code), (1, 600, 0), "{}", said.err);
}

#[test]
fn a_change_that_is_yet_to_come_hides_no_other() {
    let desk = Desk::calm(900);
    let ids = desk.demo.ids(Vendor::Tines);
    let odd: u64 = ids[7].parse().unwrap();
    let _server = crate::bad_json::behind(&desk, Vendor::Tines, move |target, body| {
        let Some(mut page) = target.contains("/cases?").then(|| serde_json::from_str::<Value>(&body).unwrap()) else { return body };
        for case in page["cases"].as_array_mut().into_iter().flatten().filter(|case| case["case_id"] == odd) {
            case["updated_at"] = "9999-12-31T23:59:59Z".into();
        }
        page.to_string()
    });
    let renamed = |to: &str| {
        for id in &ids {
            let (field, value) = ("title".into(), to.to_owned());
            desk.demo.act(Act::Edit { vendor: Vendor::Tines, id: id.clone(), field, value }).unwrap();
        }
        let said = desk.run(&["list", "--json", "--source", "tines"]).expect(0).json();
        let cases = said.as_array().unwrap().clone();
        cases.iter().filter(|case| case["title"] == to).count()
    };
    desk.run(&["list", "--json", "--source", "tines"]).expect(0);
    assert_eq!(renamed("once"), ids.len());
    // An older version has written it down as how far everything was read.
    let mut store = Store::open(&desk.data(), Access::ReadWrite).unwrap();
    store.sources(&["tines"]).unwrap();
    let mark = Mark { newest_change: Some(Timestamp::MAX), ..store.mark(SourceId(0)).unwrap() };
    store.save_page(SourceId(0), &[], Some(&mark), Timestamp::now()).unwrap();
    drop(store);
    assert_eq!(renamed("twice"), ids.len());
    assert_eq!(renamed("three times"), ids.len());
}
