//! The JSON of a case: one object for `list`, `show` and `export`, and fields picked out of it.

use std::collections::BTreeSet;

use caseload::demo::Vendor;
use caseload::export::item::{KEYS, STAMP_KEYS, WHOLE_KEYS};
use serde_json::Value;

use crate::cli_desk::Desk;

const PAGE: &str = include_str!("../../docs/cli.md");

fn keys(case: &Value) -> BTreeSet<String> {
    case.as_object().unwrap().keys().cloned().collect()
}

fn set<'k>(known: impl IntoIterator<Item = &'k &'static str>) -> BTreeSet<String> {
    known.into_iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn list_show_and_export_write_the_same_object() {
    let desk = Desk::calm(400);
    let config = std::fs::read_to_string(desk.config()).unwrap();
    desk.configure(&format!("{config}\n[[sla]]\nwhen = 'src:datadog priority:critical'\nclose = '4h'\n"));
    let list = desk.run(&["list", "--json"]).expect(0).json();
    let export = desk.run(&["export", "--cached", "--format", "json"]).expect(0).json();
    let lines = desk.run(&["export", "--cached", "--format", "ndjson"]).expect(0).out;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (list, export) = (list.as_array().unwrap(), export["cases"].as_array().unwrap());
    assert_eq!((list.len(), export.len(), lines.len()), (400, 400, 400));
    // What has run out since is another matter.
    let of = |case: &Value| KEYS.iter().filter(|key| **key != "sla_over").map(|key| case[*key].clone()).collect::<Vec<_>>();
    for ((listed, exported), line) in list.iter().zip(export).zip(&lines) {
        assert_eq!((of(listed), of(listed)), (of(exported), of(line)));
        assert_eq!((keys(listed), keys(exported)), (set(&KEYS), set(KEYS.iter().chain(&STAMP_KEYS))));
    }
    let by_clock = |clock: &str| list.iter().find(|case| case["sla_clock"] == clock).unwrap_or_else(|| panic!("none has a clock: {clock}"));
    let some = Vendor::ALL.map(|vendor| list.iter().find(|case| case["source"] == vendor.name()).unwrap());
    for case in some.into_iter().chain([by_clock("local"), by_clock("vendor")]) {
        let reference = format!("{}:{}", case["source"].as_str().unwrap(), case["id"].as_str().unwrap());
        let whole = desk.run(&["show", &reference, "--json", "--raw", "--offline"]).expect(0).json();
        assert_eq!((of(&whole), keys(&whole)), (of(case), set(KEYS.iter().chain(&WHOLE_KEYS))), "{reference}");
    }
    assert!(by_clock("local")["vendor"] == "datadog" && by_clock("local")["sla_due_at"].is_string());
}

#[test]
fn fields_are_picked_in_their_order_and_wrong_ones_asked_of_nobody() {
    let desk = Desk::calm(60);
    for wrong in [
        &["list", "--json", "key,titel"][..],
        &["list", "--ndjson=titel"],
        &["export", "--json", "key,titel"],
        &["show", "tines:1", "--json=titel"],
        // Only where they are.
        &["list", "--json", "key,activities"],
        &["export", "--json", "key,base"],
        &["show", "tines:1", "--json", "key,coverage"],
    ] {
        let said = desk.run(wrong).expect(2);
        assert!(said.err.contains("there is no field `") && said.err.contains("the fields are schema, source"), "{wrong:?}: {}", said.err);
    }
    desk.run(&["export", "--format", "csv", "--json", "key,title"]).expect(2);
    desk.run(&["show", "tines:1", "--since", "--json", "key"]).expect(2);
    assert!(Vendor::ALL.iter().all(|vendor| desk.demo.received(*vendor).is_empty()), "no vendor was asked");

    let list = desk.run(&["list", "--json", "title,key"]).expect(0);
    let whole = desk.run(&["list", "--json", "--cached"]).expect(0).json();
    let first = whole[0].clone();
    let line = |case: &Value| format!("{{\"title\":{},\"key\":{}}}", case["title"], case["key"]);
    assert_eq!(list.out.lines().nth(1).unwrap().trim_end_matches(','), line(&first));
    assert_eq!(list.json().as_array().unwrap().len(), 60);
    let lines = desk.run(&["list", "--ndjson", "title,key", "--cached"]).expect(0).out;
    assert_eq!(lines.lines().next().unwrap(), line(&first));
    let exported = desk.run(&["export", "--cached", "--json", "key,coverage"]).expect(0).json();
    assert!(exported["export"]["sources"].is_array());
    assert!(exported["cases"].as_array().unwrap().iter().all(|case| keys(case) == set(&["key", "coverage"])));
    let lines = desk.run(&["export", "--cached", "--format", "ndjson", "--json", "title,key"]).expect(0).out;
    assert_eq!(lines.lines().next().unwrap(), line(&first));
    let reference = format!("{}:{}", first["source"].as_str().unwrap(), first["id"].as_str().unwrap());
    let shown = desk.run(&["show", &reference, "--json", "raw,base"]).expect(0).json();
    assert!(keys(&shown) == set(&["raw", "base"]) && shown["raw"].is_object(), "{shown}");
}

#[test]
fn the_page_names_every_field_and_its_samples_hold() {
    let chapter = PAGE.split("## The JSON of a case\n").nth(1).unwrap();
    let (tables, rest) = chapter.split_once("```sh\n").unwrap();
    let mut left = tables;
    let named = KEYS.iter().chain(&WHOLE_KEYS).chain(&STAMP_KEYS);
    for key in named {
        let at = left.find(&format!("`{key}`")).unwrap_or_else(|| panic!("`{key}` is not there, or not in its place"));
        left = &left[at..];
    }
    let desk = Desk::calm(2_500);
    let samples: Vec<&str> = rest.split_once("```").unwrap().0.lines().collect();
    assert_eq!(samples.len(), 3);
    for sample in samples {
        // Words in quotes are one.
        let pieces = sample.split('\'').enumerate();
        let words = pieces.flat_map(|(at, piece)| if at % 2 == 1 { vec![piece] } else { piece.split_whitespace().collect() });
        let words: Vec<&str> = words.skip(1).collect();
        let json = desk.run(&words).expect(0).json();
        let cases = json.get("cases").unwrap_or(&json);
        let first = cases.get(0).unwrap_or(cases);
        let picked: BTreeSet<String> = words.last().unwrap().split(',').map(str::to_owned).collect();
        assert_eq!(keys(first), picked, "{sample}");
    }
}
