//! `caseload list`: every case once, whatever the weather, and words about what is missing.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use caseload::demo::{Act, Faults, Options, Vendor};
use caseload::domain::text::Clean;
use serde_json::Value;

use crate::cli_desk::{Desk, Said, assert_harmless};

fn ids(said: &Said) -> Vec<(String, String)> {
    let text = |case: &Value, key: &str| case[key].as_str().unwrap().to_owned();
    let mut ids: Vec<_> = said.json().as_array().unwrap().iter().map(|case| (text(case, "vendor"), text(case, "id"))).collect();
    ids.sort();
    ids
}

fn world(desk: &Desk) -> Vec<(String, String)> {
    let mut ids: Vec<_> = Vendor::ALL
        .into_iter()
        .flat_map(|vendor| desk.demo.ids(vendor).into_iter().map(move |id| (vendor.name().to_owned(), id)))
        .collect();
    ids.sort();
    ids
}

#[test]
fn every_case_of_a_calm_world_is_printed_once_in_every_format() {
    let desk = Desk::calm(2_500);
    let json = desk.run(&["list", "--json"]).expect(0);
    assert!(json.err.is_empty(), "{}", json.err);
    assert_eq!(ids(&json), world(&desk));
    let ndjson = desk.run(&["list", "--ndjson", "--cached"]).expect(0);
    let lines: Vec<Value> = ndjson.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::Array(lines), json.json());
    let sheet = desk.run(&["list", "--csv", "--cached"]).expect(0);
    assert_eq!(sheet.out.lines().count(), 2_501, "a header, and a line per case");
    let table = desk.run(&["list", "--cached"]).expect(0);
    assert_eq!(table.out.lines().count(), 2_501);
    for (text, escape) in [(&json.out, "\\u001b["), (&ndjson.out, "\\u001b["), (&sheet.out, "^["), (&table.out, "^[")] {
        assert_harmless(text);
        assert!(text.contains(escape), "the world holds escapes, and they are to be seen");
    }
}

#[test]
fn every_case_is_printed_once_in_rough_weather() {
    let desk = Desk::new(&Options { faults: Faults::Rough, pace: 0.0, ..Options::default() });
    assert_eq!(ids(&desk.run(&["list", "--json"]).expect(0)), world(&desk));
}

#[test]
fn every_case_is_printed_once_while_the_world_moves() {
    let desk = Desk::new(&Options { faults: Faults::Rough, pace: 10.0, ..Options::default() });
    let before: BTreeSet<_> = world(&desk).into_iter().collect();
    let printed = ids(&desk.run(&["list", "--json"]).expect(0));
    let after: BTreeSet<_> = world(&desk).into_iter().collect();
    let distinct: BTreeSet<_> = printed.iter().cloned().collect();
    assert_eq!(printed.len(), distinct.len(), "a case is printed twice");
    let stayed: Vec<_> = before.intersection(&after).filter(|id| !distinct.contains(id)).collect();
    assert!(stayed.is_empty(), "there all the time and not printed: {stayed:?}");
    let invented: Vec<_> = distinct.iter().filter(|id| !before.contains(id) && !after.contains(id)).collect();
    assert!(invented.is_empty(), "{invented:?}");
}

#[test]
fn json_has_the_promised_keys_and_invents_nothing() {
    let desk = Desk::calm(2_500);
    let cases = desk.run(&["list", "--json"]).expect(0).json();
    let keys = [
        "assignees",
        "attributes",
        "closed_at",
        "created_at",
        "description",
        "due_date",
        "id",
        "key",
        "priority",
        "schema",
        "sla",
        "sla_clock",
        "sla_due_at",
        "sla_over",
        "source",
        "status",
        "tags",
        "title",
        "updated_at",
        "url",
        "vendor",
    ];
    let (mut unknown, mut as_they_came) = (BTreeSet::new(), 0);
    for case in cases.as_array().unwrap() {
        assert_eq!(case.as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(keys));
        let (status, priority) = (&case["status"], &case["priority"]);
        let state = status["state"].as_str();
        assert!(state.is_none_or(|state| ["open", "in_progress", "closed", "archived"].contains(&state)), "{case}");
        let level = priority["level"].as_str();
        assert!(level.is_none_or(|level| ["critical", "high", "medium", "low", "info"].contains(&level)), "{case}");
        if case["vendor"] == "serverops" {
            assert!(priority["level"].is_null() && priority["name"].is_null(), "{case}");
            assert_eq!((&case["assignees"], &case["tags"]), (&Value::Array(vec![]), &Value::Array(vec![])));
        } else if level.is_none() {
            unknown.insert(priority["name"].as_str().unwrap().to_owned());
        }
        for person in case["assignees"].as_array().unwrap() {
            assert_eq!(person.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(), ["email", "id", "name"]);
            assert!(person.as_object().unwrap().values().all(|value| value.as_str() != Some("")), "{person}");
        }
        every_text(case, &mut |text| as_they_came += usize::from(!Clean::block(text).is_verbatim()));
    }
    assert!(as_they_came > 0, "a program gets what the vendor has, not what a screen would show of it");
    assert!(unknown.contains("NOT_DEFINED"), "{unknown:?}");
    let some =
        |vendor: &str, holds: &dyn Fn(&Value) -> bool| cases.as_array().unwrap().iter().any(|case| case["vendor"] == vendor && holds(case));
    assert!(cases.as_array().unwrap().iter().all(|case| case["schema"] == 1));
    assert!(some("tines", &|case| case["sla"][0]["due_at"].is_string() && case["sla_due_at"].is_string()));
    assert!(some("datadog", &|case| case["attributes"]["team"][0].is_string()));
}

fn every_text(value: &Value, look: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(items) => items.iter().for_each(|item| every_text(item, look)),
        Value::Object(items) => items.values().for_each(|item| every_text(item, look)),
        _ => {}
    }
}

#[test]
fn words_narrow_and_exclude_and_nothing_is_exit_one() {
    let desk = Desk::calm(400);
    let all = desk.run(&["list", "--json"]).expect(0).json();
    let has = |case: &Value, word: &str| case.to_string().to_lowercase().contains(word);
    let some = desk.run(&["list", "mail", "-phish", "--json", "--cached"]).expect(0).json();
    let some = some.as_array().unwrap();
    assert!(!some.is_empty() && some.len() < all.as_array().unwrap().len());
    assert!(some.iter().all(|case| has(case, "mail")), "every case has the word");
    assert!(some.iter().all(|case| !case["title"].as_str().unwrap().to_lowercase().contains("phish")));
    let two = desk.run(&["list", "--limit", "2", "--json", "--cached"]).expect(0).json();
    assert_eq!(two.as_array().unwrap()[..], all.as_array().unwrap()[..2], "the newest first");
    let none = desk.run(&["list", "no-such-word-anywhere", "--json", "--cached"]).expect(1);
    assert_eq!(none.json(), Value::Array(vec![]));
    assert!(desk.run(&["list", "no-such-word-anywhere", "--cached"]).expect(1).out.is_empty());
}

#[test]
fn one_vendor_down_is_named_and_the_others_are_complete() {
    let desk = Desk::calm(400);
    desk.demo
        .act(Act::FailNext { vendor: Vendor::Tines, method: String::new(), path_contains: String::new(), status: 503, times: 100_000 })
        .unwrap();
    let said = desk.run(&["list", "--json"]).expect(6);
    let expected: Vec<_> = world(&desk).into_iter().filter(|(vendor, _)| vendor != "tines").collect();
    assert_eq!(ids(&said), expected);
    assert!(said.err.contains("tines: ") && said.err.contains("503"), "{}", said.err);
    assert!(!said.err.contains("datadog: ") && !said.err.contains("serverops: "), "{}", said.err);
}

#[test]
fn with_all_vendors_away_the_last_state_is_there_with_its_age() {
    let desk = Desk::calm(400);
    let before = desk.run(&["list", "--json"]).expect(0);
    let addresses = std::fs::read_to_string(desk.config()).unwrap();
    // Nobody listens on the port of discard.
    desk.configure(
        &desk
            .demo
            .endpoints()
            .iter()
            .fold(addresses.clone(), |text, endpoint| text.replace(endpoint.base_url.trim_end_matches("/v1"), "http://127.0.0.1:9")),
    );
    let down = desk.run(&["list", "--json"]).expect(4);
    assert_eq!(down.err.matches("127.0.0.1:9 cannot be reached").count(), 3, "{}", down.err);
    let lines = [&["list", "--json", "--offline"][..], &["list", "--json", "--cached"]];
    for line in lines {
        let said = desk.run(line).expect(6);
        assert_eq!(ids(&said), ids(&before));
        assert_eq!(said.err.matches("its configuration has changed since it was read").count(), 3, "another address: {}", said.err);
    }
    desk.configure(&addresses);
    for line in lines {
        let said = desk.run(line).expect(0);
        assert_eq!(ids(&said), ids(&before));
        assert_eq!(said.err.matches("from disk, read ").count(), 3, "{}", said.err);
    }
}

#[test]
fn nothing_on_disk_is_said_and_not_an_empty_success() {
    let desk = Desk::calm(50);
    // Nothing was read, so that nothing matches (1) is not known.
    let said = desk.run(&["list", "--offline"]).expect(6);
    assert_eq!(said.err.matches("never read").count(), 3, "{}", said.err);
    assert!(desk.demo.received(Vendor::Datadog).is_empty(), "offline means offline");
}

#[test]
fn refused_keys_are_exit_three() {
    let desk = Desk::calm(50);
    let said = desk.run_with(("DEMO_TINES_TOKEN", "wrong"), &["list", "--source", "tines"]).expect(3);
    assert!(said.err.contains("tines: ") && said.err.contains("check the secret"), "{}", said.err);
}

#[test]
fn a_reader_that_goes_away_is_not_an_error() {
    let desk = Desk::calm(2_500);
    desk.run(&["list"]).expect(0);
    for format in ["--json", "--ndjson", "--csv", "--cached"] {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("caseload"));
        command.args(["list", "--cached"]).args((format != "--cached").then_some(format)).envs(desk.env());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}");
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(words.lines().all(|line| line.contains("from disk")), "{words}");
    }
}

#[test]
fn spreadsheets_are_given_no_formula() {
    let desk = Desk::calm(2_500);
    let sheet = desk.run(&["list", "--csv"]).expect(0).out;
    let mut disarmed = 0;
    for record in csv::Reader::from_reader(sheet.as_bytes()).records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            assert!(!cell.contains(['\n', '\r']), "{cell}");
            disarmed += usize::from(cell.starts_with("'="));
        }
    }
    assert!(disarmed > 0, "the world holds formulas");
}

#[test]
fn a_disk_that_cannot_be_used_is_said_once_and_destroyed_never() {
    let desk = Desk::calm(50);
    desk.run(&["list"]).expect(0);
    let file = desk.data().join("cases.db");
    std::fs::write(&file, "not a database, and longer than the header of one, which is a hundred bytes, all of them of importance")
        .unwrap();
    let asked = desk.demo.received(Vendor::Datadog).len();
    for line in [&["list"][..], &["list", "--cached"], &["show", "tines:1"]] {
        let said = desk.run(line).expect(2);
        assert_eq!(said.err.matches("cases.db is damaged").count(), 1, "{}", said.err);
        assert!(said.out.is_empty());
    }
    assert_eq!(desk.demo.received(Vendor::Datadog).len(), asked, "no vendor was asked");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("not a database"));
}

#[test]
fn the_filter_language_is_spoken_here_too() {
    let desk = Desk::calm(300);
    let all = desk.run(&["list", "--json"]).expect(0).json();
    let cases = all.as_array().unwrap();
    let counted = |holds: &dyn Fn(&Value) -> bool| cases.iter().filter(|case| holds(case)).count();
    let found = |filter: &str| {
        let said = desk.run(&["list", filter, "--json", "--cached"]);
        (said.json().as_array().map_or(0, Vec::len), said.err)
    };
    let is_open = |case: &Value| !["closed", "archived"].contains(&case["status"]["state"].as_str().unwrap_or(""));
    // A word that nobody knows may be the most urgent of all.
    let is_urgent = |case: &Value| match case["priority"]["level"].as_str() {
        Some(level) => ["critical", "high"].contains(&level),
        None => case["priority"]["name"].as_str().is_some_and(|name| name != "NOT_DEFINED"),
    };
    assert!(counted(&|case| case["priority"]["level"].is_null() && is_urgent(case)) > 0, "the world has such words");
    assert_eq!(found("status:open").0, counted(&is_open));
    let (urgent, said) = found("priority:<=P2");
    assert_eq!(urgent, counted(&is_urgent));
    assert!(urgent > 0 && said.contains("have no priority"), "{said}");
    assert_eq!(found("priority:<=P2 OR -status:open").0, counted(&|case| is_urgent(case) || !is_open(case)));
    assert_eq!(found("src:so").0, counted(&|case| case["vendor"] == "serverops"));
    // What only whole cases tell is read from the disk.
    assert_eq!(found("src:so -description:~zzzz").0, counted(&|case| case["vendor"] == "serverops"));
}

#[test]
fn limits_orders_and_columns_of_the_filter_are_honoured_and_said() {
    let desk = Desk::calm(300);
    desk.run(&["list", "--json"]).expect(0);
    let table = desk.run(&["list", "sort:title cols:key,title,status limit:5", "--cached"]).expect(0);
    let lines: Vec<&str> = table.out.lines().collect();
    assert_eq!(lines.len(), 6, "{}", table.out);
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["KEY", "TITLE", "STATUS"]);
    assert!(table.err.contains("showing 5 of 300"), "{}", table.err);
    let explained = desk.run(&["list", "status:open priority:P1 title:zzzz", "--explain", "--cached"]).expect(1);
    let lines: Vec<&str> = explained.out.lines().collect();
    assert!(lines[0].ends_with("300  all cases") && lines[1].ends_with("status:open"), "{}", explained.out);
    assert!(lines[3].trim_start().starts_with("0  title:zzzz  <- took the last"), "{}", explained.out);
}

#[test]
fn a_wrong_filter_is_named_before_anything_is_read() {
    let desk = Desk::calm(3);
    let said = desk.run(&["list", "priority:hihg x"]).expect(2);
    assert!(said.err.contains("at `hihg`") && said.err.contains("did you mean `high`?"), "{}", said.err);
    let said = desk.run(&["list", "status:"]).expect(2);
    assert!(said.err.contains("is not finished"), "{}", said.err);
}

fn commented(desk: &Desk, vendor: Vendor, place: usize, text: &str) -> (String, String) {
    let id = desk.demo.ids(vendor)[place].clone();
    desk.demo.act(Act::Comment { vendor, id: id.clone(), text: text.into() }).unwrap();
    (vendor.name().to_owned(), id)
}

#[test]
fn a_condition_on_comments_is_examined_on_a_fresh_directory() {
    let desk = Desk::calm(60);
    let expected = [commented(&desk, Vendor::Datadog, 4, "a zebrawatch"), commented(&desk, Vendor::Tines, 2, "zebrawatch, too")];
    assert_eq!(ids(&desk.run(&["list", "comment:~zebrawatch", "--json"]).expect(0)), expected);
    let again = desk.run(&["list", "comment:~zebrawatch", "--json", "--cached"]).expect(0);
    assert_eq!(ids(&again), expected, "what was read is on disk");
    desk.run(&["list", "comment:~zebrastripe"]).expect(1);
}

#[test]
fn what_was_examined_before_a_colleague_commented_is_examined_again() {
    let desk = Desk::calm(60);
    desk.run(&["list", "comment:~zebrawatch"]).expect(1);
    let expected = [commented(&desk, Vendor::Datadog, 4, "a zebrawatch"), commented(&desk, Vendor::Tines, 2, "zebrawatch, too")];
    assert_eq!(ids(&desk.run(&["list", "comment:~zebrawatch", "--json"]).expect(0)), expected);
}

#[test]
fn what_could_not_be_examined_is_said_and_is_no_success() {
    let desk = Desk::calm(60);
    let found = commented(&desk, Vendor::Tines, 2, "a zebrawatch");
    let closed = commented(&desk, Vendor::Tines, 3, "another zebrawatch");
    let path_contains = format!("/cases/{}", closed.1);
    desk.demo.act(Act::FailNext { vendor: Vendor::Tines, method: "GET".into(), path_contains, status: 403, times: 1_000 }).unwrap();
    let said = desk.run(&["list", "comment:~zebrawatch", "--json"]).expect(6);
    assert_eq!(ids(&said), [found]);
    assert!(said.err.contains("tines: 1 case not examined"), "{}", said.err);
    let bulk = desk.run(&["bulk", "comment:~zebrawatch", "--do", "take", "--dry-run"]).expect(6);
    assert!(bulk.err.contains("not every case is known") && bulk.out.is_empty(), "{} {}", bulk.err, bulk.out);
    let cached = desk.run(&["list", "record.Verdict:malicious", "--cached"]);
    assert_eq!(cached.code, 6, "{}", cached.err);
}

#[test]
fn a_source_that_the_filter_is_not_about_is_no_doubt() {
    let desk = Desk::calm(60);
    let down = Act::FailNext { vendor: Vendor::Tines, method: String::new(), path_contains: String::new(), status: 403, times: 10_000 };
    desk.demo.act(down).unwrap();
    desk.run(&["export", "src:datadog", "--format", "json"]).expect(0);
    let part = desk.run(&["export", "", "--format", "json"]).expect(6);
    assert_eq!(part.json()["export"]["complete"], false);
}

#[test]
fn who_i_am_has_to_be_known_for_a_complete_queue() {
    let desk = Desk::calm(120);
    let (vendor, path_contains) = (Vendor::Datadog, "/current_user".into());
    desk.demo.act(Act::FailNext { vendor, method: "GET".into(), path_contains, status: 403, times: 10_000 }).unwrap();
    let said = desk.run(&["list", "assignee:me", "--json"]).expect(6);
    assert!(said.err.contains("datadog: it does not tell who you are"), "{}", said.err);
    desk.run(&["list", "status:open", "--json"]).expect(0);
}

#[test]
fn a_quota_that_refills_soon_is_waited_for_until_all_is_examined() {
    // Datadog lets 600 requests through in ten seconds, and a quarter of them is kept for single cases. Each of its timelines
    // has a second page, so the quarter is reached in the middle of a case.
    let desk = Desk::new(&Options { cases: 540, pace: 0.0, quota: true, ..Options::default() });
    let expected = [commented(&desk, Vendor::Datadog, 100, "a zebrawatch"), commented(&desk, Vendor::Tines, 100, "zebrawatch, too")];
    for place in 0..desk.demo.ids(Vendor::Datadog).len() {
        for _ in 0..50 {
            commented(&desk, Vendor::Datadog, place, "still looking");
        }
    }
    assert_eq!(ids(&desk.run(&["list", "comment:~zebrawatch", "--json"]).expect(0)), expected);
}

#[test]
fn a_dry_run_lists_its_cases_in_one_order_on_every_directory() {
    let desk = Desk::calm(300);
    let keys = |data: &std::path::Path| {
        let data = data.to_str().unwrap();
        let said = desk.run(&["--data-dir", data, "bulk", "status:open", "--do", "close", "--dry-run", "--json"]).expect(0).json();
        said["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = tempfile::tempdir().unwrap();
    let expected = keys(first.path());
    assert!(expected.len() > 50, "{}", expected.len());
    assert_eq!(keys(first.path()), expected, "run again");
    for _ in 0..3 {
        let fresh = tempfile::tempdir().unwrap();
        assert_eq!(keys(fresh.path()), expected, "on a fresh directory, whichever source answers first");
    }
}
