//! `caseload edit`: nothing leaves unasked, what leaves is what was shown, and what is printed is what came of it.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use caseload::demo::{Act, Vendor};
use caseload::store::{Access, Store};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::cli_desk::{Desk, assert_harmless};

/// The first case of a vendor that is open.
pub(crate) fn open_case(desk: &Desk, vendor: Vendor) -> serde_json::Value {
    let list = desk.run(&["list", "--json", "--source", vendor.name()]).expect(0).json();
    let is_plain = |case: &&serde_json::Value| case["status"]["state"] == "open";
    list.as_array().unwrap().iter().find(is_plain).unwrap().clone()
}

pub(crate) fn reference(case: &serde_json::Value) -> String {
    format!("{}:{}", case["source"].as_str().unwrap(), case["id"].as_str().unwrap())
}

/// `METHOD path body` of the calls that a plan in JSON names.
fn planned(plan: &serde_json::Value) -> Vec<String> {
    let calls = plan["calls"].as_array().unwrap();
    calls.iter().map(|call| format!("{} {} {}", call["method"].as_str().unwrap(), call["path"].as_str().unwrap(), call["body"])).collect()
}

#[test]
fn the_vendor_receives_exactly_the_calls_that_were_shown() {
    let desk = Desk::calm(120);
    for (vendor, sets) in [
        (Vendor::Datadog, &["title=New title", "priority=", "description=Two\nlines", "comment=Done."][..]),
        (Vendor::Tines, &["title=New title", "priority=", "comment=Done."]),
        (Vendor::ServerOps, &["title=New title", "status=closed", "description=Two\nlines"]),
    ] {
        let case = open_case(&desk, vendor);
        // In the words of the other vendor, and not what it is already.
        let (word, level) = if case["priority"]["level"] == "high" { ("P4", "low") } else { ("P2", "high") };
        let sets: Vec<String> =
            sets.iter().map(|set| if *set == "priority=" { format!("priority={word}") } else { (*set).into() }).collect();
        let reference = reference(&case);
        let line: Vec<&str> = ["edit", &reference].into_iter().chain(sets.iter().flat_map(|set| ["--set", set])).collect();
        let plan = desk.run(&[&line[..], &["--dry-run", "--json"]].concat()).expect(0).json();
        assert!(desk.writes(vendor).is_empty(), "a dry run sends nothing");
        assert_eq!(plan["changes"].as_array().unwrap().len(), sets.len(), "{plan}");
        let said = desk.run(&[&line[..], &["--yes", "--json"]].concat()).expect(0);
        // Calls are named by what stands behind the base URL, and ServerOps' base goes down to its version.
        let received = desk.writes(vendor);
        assert_eq!(received, planned(&plan), "{vendor:?}");
        assert_eq!(said.json()["title"], "New title");
        if vendor != Vendor::ServerOps {
            assert_eq!(said.json()["priority"]["level"], level);
            let activities = said.json()["activities"].as_array().unwrap().clone();
            assert!(activities.iter().any(|activity| activity["text"] == "Done."), "{activities:?}");
        }
    }
}

#[test]
fn the_plan_in_words_names_old_new_and_the_calls() {
    let desk = Desk::calm(120);
    let case = open_case(&desk, Vendor::Datadog);
    let said =
        desk.run(&["edit", &reference(&case), "--set", "title=Z\u{202e}\u{1b}[31m", "--set", "description=a\nb", "--dry-run"]).expect(0);
    assert!(said.out.contains("Z<U+202E>^[[31m") && said.out.contains("    + b") && said.out.contains("calls (2"), "{}", said.out);
    assert!(said.out.contains(&format!("POST /api/v2/cases/{}/title", case["id"].as_str().unwrap())), "{}", said.out);
    assert_harmless(&said.out);
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_sent() {
    let desk = Desk::calm(120);
    let case = open_case(&desk, Vendor::Tines);
    let said = desk.run(&["edit", &reference(&case), "--set", "title=x"]).expect(2);
    assert!(said.err.contains("--yes") && said.out.is_empty(), "{}", said.err);
    assert!(desk.writes(Vendor::Tines).is_empty());
}

#[test]
fn wishes_that_cannot_be_are_all_told_and_nothing_is_sent() {
    let desk = Desk::calm(120);
    let tines = reference(&open_case(&desk, Vendor::Tines));
    let sets = ["status=Nonsense", "priority=P9", "assignee=nobody.such", "archived=true", "titel=x", "attr.a=b", "title="];
    let line: Vec<&str> = ["edit", &tines, "--yes"].into_iter().chain(sets.iter().flat_map(|set| ["--set", *set])).collect();
    let said = desk.run(&line).expect(2);
    for words in [
        "no `Nonsense`",
        "no `P9`",
        "`nobody.such`",
        "closed, not archived",
        "did you mean title?",
        "have no attributes",
        "cannot be empty",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    let so = reference(&open_case(&desk, Vendor::ServerOps));
    let said = desk.run(&["edit", &so, "--yes", "--set", "priority=high", "--set", "comment=x"]).expect(2);
    assert!(said.err.contains("ServerOps cases have no priority") && said.err.contains("take no comments"), "{}", said.err);
    assert!(desk.run(&["edit", &so, "--yes", "--set", "title=a", "--set", "title=b"]).expect(2).err.contains("set twice"));
    assert!(Vendor::ALL.into_iter().all(|vendor| desk.writes(vendor).is_empty()));
}

#[test]
fn what_is_so_already_is_not_sent_again() {
    let desk = Desk::calm(120);
    let case = open_case(&desk, Vendor::ServerOps);
    let title = format!("title={}", case["title"].as_str().unwrap());
    let said = desk.run(&["edit", &reference(&case), "--yes", "--set", &title, "--set", "status=open"]).expect(0);
    assert!(said.err.contains("shows all of this already"), "{}", said.err);
    assert!(desk.writes(Vendor::ServerOps).is_empty());
}

#[test]
fn a_key_that_may_only_read_is_exit_three() {
    let desk = Desk::calm(120);
    let reference = reference(&open_case(&desk, Vendor::ServerOps));
    let read_only = desk.env().into_iter().find(|(name, _)| name == "DEMO_SO_READ_TOKEN").unwrap().1;
    let said = desk.run_with(("DEMO_SO_TOKEN", &read_only), &["edit", &reference, "--yes", "--set", "title=x"]).expect(3);
    assert!(said.err.contains("403") || said.err.contains("scope") || said.err.contains("right"), "{}", said.err);
}

#[test]
fn a_vendor_that_is_away_leaves_it_queued_and_the_next_run_sends_it_once() {
    let desk = Desk::calm(120);
    let case = open_case(&desk, Vendor::ServerOps);
    let reference = reference(&case);
    let offline = desk.run(&["edit", &reference, "--offline", "--yes", "--set", "title=Later"]).expect(7);
    assert!(offline.err.contains("saved and queued") && offline.out.is_empty(), "{}", offline.err);
    assert!(desk.writes(Vendor::ServerOps).is_empty());
    desk.demo
        .act(Act::FailNext { vendor: Vendor::ServerOps, method: "PATCH".into(), path_contains: String::new(), status: 429, times: 1 })
        .unwrap();
    let second = desk.run(&["edit", &reference, "--yes", "--set", "description=Second"]);
    // The first edit goes out before it; whichever met the refusal waits for the quota.
    assert!([0, 7].contains(&second.code), "{}", second.err);
    let third = desk.run(&["edit", &reference, "--yes", "--set", "status=closed", "--json"]).expect(0).json();
    assert_eq!((third["title"].as_str(), third["description"].as_str()), (Some("Later"), Some("Second")));
    let landed = desk.demo.received(Vendor::ServerOps).into_iter().filter(|received| received.method == "PATCH" && received.status == 200);
    assert_eq!(landed.count(), 3, "each once");
}

#[test]
fn on_a_terminal_only_y_sends() {
    let desk = Desk::calm(120);
    let case = open_case(&desk, Vendor::ServerOps);
    for (answer, code, writes) in [("\n", 0, 0), ("n\n", 0, 0), ("yes\n", 0, 0), ("y\n", 0, 1)] {
        let pair = native_pty_system().openpty(PtySize { rows: 40, cols: 200, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(assert_cmd::cargo::cargo_bin("caseload"));
        command.args(["edit", &reference(&case), "--set", "title=Asked"]);
        desk.env().into_iter().for_each(|(name, value)| command.env(name, value));
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let mut writer = pair.master.take_writer().unwrap();
        let mut seen = String::new();
        let mut bytes = [0; 4096];
        while !seen.contains("[y/N]") {
            let read = reader.read(&mut bytes).unwrap();
            seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        assert!(seen.contains("PATCH /v1/cases/"), "{seen}");
        writer.write_all(answer.as_bytes()).unwrap();
        // The end of a pseudo-terminal is an error on Linux.
        while let Ok(read @ 1..) = reader.read(&mut bytes) {
            seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        assert_eq!(child.wait().unwrap().exit_code(), code, "{seen}");
        assert_eq!(desk.writes(Vendor::ServerOps).len(), writes, "{answer:?}: {seen}");
    }
}

#[test]
fn killed_between_saving_and_sending_it_is_sent_once() {
    let desk = Desk::calm(120);
    let reference = reference(&open_case(&desk, Vendor::ServerOps));
    // Whoever holds this lock sends; while the test holds it, the edit is saved and stays.
    let lock = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(desk.data().join("outbox.lock")).unwrap();
    lock.lock().unwrap();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("caseload"));
    command.args(["edit", &reference, "--yes", "--set", "title=Survives"]).envs(desk.env());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_mins(5);
    let saved = || {
        let mut store = Store::open(&desk.data(), Access::ReadOnly).ok()?;
        store.sources(&["serverops"]).ok()?;
        store.outbox().ok()?.pop()
    };
    while saved().is_none() {
        assert!(Instant::now() < until, "the edit was never saved");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(lock);
    assert!(desk.writes(Vendor::ServerOps).is_empty());
    let next = desk.run(&["edit", &reference, "--yes", "--set", "description=After", "--json"]).expect(0).json();
    assert_eq!((next["title"].as_str(), next["description"].as_str()), (Some("Survives"), Some("After")));
    let titles = desk.writes(Vendor::ServerOps).into_iter().filter(|call| call.contains("Survives")).count();
    assert_eq!(titles, 1);
}

#[test]
fn closing_a_closed_case_leaves_why_it_was_closed() {
    let desk = Desk::calm(60);
    let close = |id: &String| {
        let act = Act::Edit { vendor: Vendor::Tines, id: id.clone(), field: "status".into(), value: "False positive".into() };
        desk.demo.act(act).is_ok()
    };
    // Some cannot be closed before their conditions are met.
    let id = desk.demo.ids(Vendor::Tines).into_iter().find(close).unwrap();
    let said = desk.run(&["edit", &format!("tines:{id}"), "--yes", "--set", "status=closed"]).expect(0);
    assert!(said.err.contains("shows all of this already"), "{}", said.err);
    assert!(desk.writes(Vendor::Tines).is_empty());
}
