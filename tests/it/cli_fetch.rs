//! `caseload list` with a filter gives the same answer whether a vendor narrowed it or everything was judged here.

use std::collections::BTreeSet;

use caseload::demo::{Act, Search, Vendor};

use crate::cli_desk::Desk;

/// Who is listed, by source and id.
fn listed(desk: &Desk, arguments: &[&str]) -> BTreeSet<String> {
    let said = desk.run(&[&["list", "--json"], arguments].concat());
    assert!(matches!(said.code, 0 | 1), "{}", said.err);
    let cases = said.json();
    cases.as_array().unwrap().iter().map(|case| format!("{}:{}", case["source"], case["id"])).collect()
}

#[test]
fn no_search_of_datadogs_loses_a_case() {
    for search in [Search::Documented, Search::Ignores, Search::Hides, Search::Silent] {
        let desk = Desk::calm(400);
        desk.demo.act(Act::DatadogSearch { does: search }).unwrap();
        // First, while nothing is on disk: what came is all there is to judge.
        let fetched = listed(&desk, &["status:open", "priority:<=P2"]);
        listed(&desk, &[]);
        let here = listed(&desk, &["--cached", "status:open", "priority:<=P2"]);
        assert_eq!(fetched, here, "{search:?}");
        assert!(!here.is_empty());
    }
}

#[test]
fn explaining_says_where_each_condition_ran() {
    let desk = Desk::calm(400);
    desk.demo.act(Act::DatadogSearch { does: Search::Hides }).unwrap();
    let said = desk.run(&["list", "--explain", "status:open", "nothingholdsthis"]).expect(1);
    assert!(said.out.contains("tines by the vendor, exactly") && said.out.contains("filter hid"), "{}", said.out);
    assert!(said.out.contains("took the last"), "{}", said.out);
    let narrowed = desk.demo.received(Vendor::Tines).iter().any(|received| received.query.contains("filters"));
    assert!(narrowed, "Tines was asked for what matches");
}
