//! What `caseload list` and `export` ask the vendors for when everything was read a moment ago: what is new, and what
//! they say about it.

use std::collections::BTreeSet;

use caseload::demo::{Act, Faults, Vendor};

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
fn a_second_list_costs_one_request_per_source() {
    let desk = Desk::calm(2_500);
    let (first, whole) = cost(&desk, &["list", "--json"]);
    let is_crawl = |cost: [usize; 3]| cost[0] > 10 && cost[1] > 3 && cost[2] > 3;
    assert!(is_crawl(first), "{first:?}");
    assert_eq!((whole.code, whole.err.as_str()), (0, ""));

    let (second, again) = cost(&desk, &["list", "limit:1", "--json"]);
    assert_eq!(second, [1, 1, 1]);
    assert!(again.err.contains("read completely datadog ") && again.err.contains("; now only for what is new"), "{}", again.err);
    assert!(again.err.contains("--full"), "{}", again.err);
    assert_eq!(again.code, 0);
    let (filtered, some) = cost(&desk, &["list", "status:open priority:<=P2", "--json"]);
    assert_eq!((filtered, some.code), ([1, 1, 1], 0));
    let (third, exported) = cost(&desk, &["export", "--format", "json"]);
    assert_eq!((third, exported.code), ([1, 1, 1], 0));
    let stamp = &exported.json()["export"];
    assert_eq!(stamp["complete"], true);
    let read_at = stamp["sources"][0]["read_at"].as_str().unwrap();
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
fn what_happened_meanwhile_is_found_as_far_as_the_vendors_tell() {
    let desk = Desk::calm(300);
    let first = desk.run(&["list", "--json"]).expect(0);
    // Tines tells what has changed, of the oldest case, too; all three show what has arrived.
    let oldest = desk.demo.ids(Vendor::Tines).remove(0);
    let edit = |field: &str, value: &str| Act::Edit { vendor: Vendor::Tines, id: oldest.clone(), field: field.into(), value: value.into() };
    desk.demo.act(edit("title", "Renamed by a colleague")).unwrap();
    for vendor in Vendor::ALL {
        desk.demo.act(Act::Arrive { vendor }).unwrap();
    }
    let second = desk.run(&["list", "--json"]).expect(0);
    assert_eq!(title(&second, &oldest), "Renamed by a colleague");
    assert_eq!(listed(&second).len(), listed(&first).len() + 3);

    // That one is gone is for a complete pass to say.
    desk.demo.act(Act::Remove { vendor: Vendor::Tines, id: oldest.clone() }).unwrap();
    let gone = format!("tines:{oldest}");
    let (_, third) = cost(&desk, &["list", "--json"]);
    assert!(listed(&third).contains(&gone) && third.err.contains("read completely"), "{}", third.err);
    let (_, full) = cost(&desk, &["list", "--json", "--full"]);
    assert!(!listed(&full).contains(&gone));
}

#[test]
fn a_source_that_is_down_is_named_and_nothing_is_complete() {
    let desk = Desk::calm(120);
    let first = desk.run(&["list", "--json"]).expect(0);
    desk.demo.set_faults(Faults::Outage(Vendor::Tines));
    let said = desk.run(&["list", "--json"]);
    assert_eq!((said.code, listed(&said)), (6, listed(&first)), "{}", said.err);
    assert!(said.err.contains("tines: ") && !said.err.contains("completely tines"), "{}", said.err);
    assert!(said.err.contains("read completely datadog "), "{}", said.err);
    let stamp = desk.run(&["export", "--format", "json"]).expect(6).json()["export"].clone();
    assert_eq!((&stamp["complete"], &stamp["sources"][1]["coverage"]), (&false.into(), &"out of date".into()), "{stamp}");
}

#[test]
fn a_pass_counts_for_the_settings_that_it_was_made_with() {
    let desk = Desk::calm(300);
    let (first, _) = cost(&desk, &["list", "--json"]);
    let config = std::fs::read_to_string(desk.config()).unwrap();
    desk.configure(&config.replace("vendor = 'tines'", "vendor = 'tines'\nteam_id = '7'"));
    let (other, said) = cost(&desk, &["list", "--json"]);
    assert!(other[0] == 1 && other[2] == 1 && other[1] > 1, "{other:?}: {}", said.err);
    assert!(!said.err.contains("completely tines") && !said.err.contains(", tines"), "{}", said.err);
    // What has nothing to do with which cases there are asks for nothing.
    desk.configure(&format!("{config}\n[poll]\nfocused_s = 45\n"));
    let (back, _) = cost(&desk, &["list", "--json"]);
    assert_eq!((back[0], back[2]), (1, 1), "{first:?}");
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
    assert_eq!((lists, listed(&said).len(), said.code), ([1, 1, 1], 600, 0), "{}", said.err);
}
