//! The verbs that write, through the binary: each kind of change, comments, bases, and two people at the same case.

use std::io::{Read, Write};

use caseload::demo::{Act, Cut, Vendor};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde_json::{Value, json};

use crate::cli_desk::{Desk, Said, said};
use crate::cli_edit::{open_case, reference};

/// Runs it with something on its stdin.
fn piped(desk: &Desk, input: &str, arguments: &[&str]) -> Said {
    said(&desk.command(arguments).write_stdin(input).output().unwrap())
}

fn show(desk: &Desk, reference: &str) -> Value {
    desk.run(&["show", reference, "--json"]).expect(0).json()
}

/// The first open case that `fits` once it is shown whole.
fn whole_case(desk: &Desk, vendor: Vendor, fits: impl Fn(&Value) -> bool) -> Value {
    let list = desk.run(&["list", "--json", "--source", vendor.name()]).expect(0).json();
    let open = list.as_array().unwrap().iter().filter(|case| case["status"]["state"] == "open");
    open.map(|case| show(desk, &reference(case))).find(fits).unwrap()
}

fn field<'a>(case: &'a Value, id: &str) -> &'a Value {
    case["fields"].as_array().unwrap().iter().find(|field| field["id"] == id).unwrap_or(&Value::Null)
}

#[test]
fn datadog_fields_are_written_in_their_type_and_read_back() {
    let desk = Desk::calm(120);
    let reference = reference(&open_case(&desk, Vendor::Datadog));
    let sets = ["field.customer_impact=OUTAGE", "field.Events=42.5", "field.affected_hosts=h1, h2", "due_date=2031-02-28", "attr.team=a,b"];
    let line: Vec<&str> = ["edit", &reference, "--yes", "--json"].into_iter().chain(sets.iter().flat_map(|set| ["--set", *set])).collect();
    let case = desk.run(&line).expect(0).json();
    assert_eq!(field(&case, "customer_impact")["values"], json!(["outage"]));
    assert_eq!(field(&case, "events")["values"], json!(["42.5"]));
    assert_eq!(field(&case, "affected_hosts")["values"], json!(["h1", "h2"]));
    assert_eq!(field(&case, "due_date")["values"], json!(["2031-02-28"]));
    assert_eq!(case["attributes"]["team"], json!(["a", "b"]));
    let line = ["edit", &reference, "--yes", "--json", "--set", "due_date=none", "--set", "field.events="];
    let line = [&line[..], &["--add", "attr.team=c", "--remove", "attr.team=a", "--remove", "field.affected_hosts=h1"]].concat();
    let case = desk.run(&line).expect(0).json();
    assert_eq!((field(&case, "due_date"), &field(&case, "events")["values"]), (&Value::Null, &json!([])));
    assert_eq!((&case["attributes"]["team"], &field(&case, "affected_hosts")["values"]), (&json!(["b", "c"]), &json!(["h2"])));
    let before = desk.writes(Vendor::Datadog).len();
    for (set, words) in [
        ("field.events=many", "a number"),
        ("field.runbook=wiki", "https://"),
        ("field.nonsense=x", "customer_impact"),
        ("due_date=soon", "2026-11-21"),
    ] {
        let said = desk.run(&["edit", &reference, "--yes", "--set", set]).expect(2);
        assert!(said.err.contains(words), "{set}: {}", said.err);
    }
    assert_eq!(desk.writes(Vendor::Datadog).len(), before);
}

#[test]
fn tines_tags_people_and_fields_come_and_go() {
    let desk = Desk::calm(160);
    let case =
        whole_case(&desk, Vendor::Tines, |case| case["fields"].as_array().unwrap().iter().any(|field| field["name"] == "Operating system"));
    let reference = reference(&case);
    let line = [
        "edit",
        &reference,
        "--yes",
        "--json",
        "--add",
        "tag=vip",
        "--add",
        "tag=new one",
        "--add",
        "assignee=me",
        "--set",
        "field.Operating system=linux",
    ];
    let after = desk.run(&line).expect(0).json();
    let tags: Vec<&str> = after["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
    assert!(tags.contains(&"vip") && tags.contains(&"new one"), "{tags:?}");
    let me = desk.demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == Vendor::Tines).unwrap().me;
    assert!(after["assignees"].as_array().unwrap().iter().any(|person| person["email"] == me.as_str()));
    let system = after["fields"].as_array().unwrap().iter().find(|field| field["name"] == "Operating system").unwrap();
    assert_eq!(system["values"], json!(["Linux"]));
    let back = desk.run(&["edit", &reference, "--yes", "--json", "--remove", "tag=vip", "--remove", "assignee=me"]).expect(0).json();
    assert!(!back["tags"].as_array().unwrap().contains(&json!("vip")) && back["tags"].as_array().unwrap().contains(&json!("new one")));
    assert!(!back["assignees"].as_array().unwrap().iter().any(|person| person["email"] == me.as_str()));
}

#[test]
fn changes_come_as_json_from_stdin_or_a_file() {
    let desk = Desk::calm(120);
    let tines = reference(&open_case(&desk, Vendor::Tines));
    let changes = r#"{"title":"From a script","tags":{"add":["a, with comma"]},"priority":"low","description":"one\ntwo"}"#;
    let case = piped(&desk, changes, &["edit", &tines, "--json", "-", "--yes"]).expect(0).json();
    assert_eq!(
        (&case["title"], &case["priority"]["level"], &case["description"]),
        (&json!("From a script"), &json!("low"), &json!("one\ntwo"))
    );
    assert!(case["tags"].as_array().unwrap().contains(&json!("a, with comma")));
    let file = desk.data().join("changes.json");
    std::fs::write(&file, r#"{"title":"From a file"}"#).unwrap();
    let case = desk.run(&["edit", &tines, &format!("--json={}", file.display()), "--yes"]).expect(0).json();
    assert_eq!(case["title"], "From a file");
    let before = desk.writes(Vendor::Tines).len();
    for (input, words) in
        [("[]", "one JSON object"), ("{", "not JSON"), ("{}", "nothing to change"), (r#"{"title":{"put":1}}"#, "`add`, `remove` or `set`")]
    {
        let said = piped(&desk, input, &["edit", &tines, "--json", "-", "--yes"]).expect(2);
        assert!(said.err.contains(words), "{input}: {}", said.err);
    }
    assert!(piped(&desk, changes, &["edit", &tines, "--json", "-"]).expect(2).err.contains("--yes"));
    assert_eq!(desk.writes(Vendor::Tines).len(), before);
}

#[test]
fn a_comment_comes_from_the_line_a_file_or_stdin() {
    let desk = Desk::calm(120);
    let datadog = reference(&open_case(&desk, Vendor::Datadog));
    let file = desk.config().with_file_name("note.md");
    std::fs::write(&file, "From a *file*\nsecond line\n\n").unwrap();
    desk.run(&["comment", &datadog, "-m", "- from the line"]).expect(0);
    desk.run(&["comment", &datadog, "-F", &file.display().to_string()]).expect(0);
    let case = piped(&desk, "from stdin\n", &["comment", &datadog, "-", "--json"]).expect(0).json();
    let texts: Vec<&str> = case["activities"].as_array().unwrap().iter().filter_map(|activity| activity["text"].as_str()).collect();
    for text in ["- from the line", "From a *file*\nsecond line", "from stdin"] {
        assert_eq!(texts.iter().filter(|known| **known == text).count(), 1, "{text}: {texts:?}");
    }
    let before = desk.writes(Vendor::Datadog).len();
    let plan = desk.run(&["comment", &datadog, "-m", "x", "--dry-run"]).expect(0);
    assert!(plan.out.contains("cannot be taken back"), "{}", plan.out);
    for line in [
        &["comment", &datadog][..],
        &["comment", &datadog, "-m", "x", "-"],
        &["comment", &datadog, "-m", " "],
        &["comment", &datadog, "-F", "/nowhere/at/all"],
    ] {
        desk.run(line).expect(2);
    }
    let so = reference(&open_case(&desk, Vendor::ServerOps));
    assert!(desk.run(&["comment", &so, "-m", "x"]).expect(2).err.contains("take no comments"));
    assert_eq!(desk.writes(Vendor::Datadog).len(), before);
}

#[test]
fn a_base_that_is_no_longer_true_sends_nothing_and_says_what_differs() {
    let desk = Desk::calm(120);
    let case = open_case(&desk, Vendor::Tines);
    let tines = reference(&case);
    let base = show(&desk, &tines)["base"].as_str().unwrap().to_owned();
    assert!(desk.run(&["show", &tines]).expect(0).out.contains(&base));
    assert!(desk.run(&["show", &tines, "--md"]).expect(0).out.contains(&base));
    desk.demo
        .act(Act::Edit { vendor: Vendor::Tines, id: case["id"].as_str().unwrap().into(), field: "title".into(), value: "Theirs".into() })
        .unwrap();
    let said = desk.run(&["edit", &tines, "--if-base", &base, "--set", "description=Mine", "--yes"]).expect(5);
    assert!(said.err.contains("title: ") && said.err.contains("-> Theirs") && said.err.contains("nothing was sent"), "{}", said.err);
    assert!(desk.writes(Vendor::Tines).is_empty());
    assert!(desk.run(&["edit", &tines, "--if-base", "xyz", "--set", "title=x", "--yes"]).expect(2).err.contains("--if-base"));
    let base = show(&desk, &tines)["base"].as_str().unwrap().to_owned();
    let after = desk.run(&["edit", &tines, "--if-base", &base[..4], "--set", "description=Mine", "--yes", "--json"]).expect(0).json();
    assert_eq!((&after["title"], &after["description"]), (&json!("Theirs"), &json!("Mine")));
    assert_ne!(after["base"], base.as_str());
}

#[test]
fn the_plan_shows_hunks_what_lasts_and_what_comes_with_it() {
    let desk = Desk::calm(160);
    let list = desk.run(&["list", "--json", "--source", "tines"]).expect(0).json();
    let closed = list.as_array().unwrap().iter().find(|case| case["status"]["state"] == "closed").unwrap();
    let said = desk.run(&["edit", &reference(closed), "--set", "status=open", "--dry-run"]).expect(0);
    assert!(
        said.out.contains("besides: re-opening mails the assignees") && said.out.contains("cannot be taken back: the mails"),
        "{}",
        said.out
    );
    let datadog = reference(&open_case(&desk, Vendor::Datadog));
    // An archived case takes no title, but it comes back in the same edit; a reason is never cleared again.
    let said = desk.run(&["edit", &datadog, "--set", "title=Other", "--set", "archived=true", "--dry-run"]).expect(0);
    assert!(!said.out.contains("cannot be taken back"), "{}", said.out);
    let said = desk.run(&["edit", &datadog, "--set", "resolved_reason=TRUE_POSITIVE", "--dry-run"]).expect(0);
    assert!(said.out.contains("cannot be taken back: Datadog takes no reason back"), "{}", said.out);
    desk.run(&["edit", &datadog, "--yes", "--set", "description=one\ntwo\nthree\nfour\nfive"]).expect(0);
    let said = desk.run(&["edit", &datadog, "--dry-run", "--set", "description=one\ntwo\nthree\nFOUR\nfive"]).expect(0);
    for words in ["@@ -3,3 +3,3 @@", "    - four", "    + FOUR", "all of it can be taken back"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    let json = desk.run(&["edit", &datadog, "--dry-run", "--json", "--set", "comment=x"]).expect(0).json();
    assert!(json["calls"][0]["lasting"].is_string() && json["base"].is_string(), "{json}");
}

/// The binary on a terminal, up to its question.
struct Asked {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    reader: Box<dyn Read + Send>,
    seen: String,
}

impl Asked {
    fn run(desk: &Desk, arguments: &[&str]) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows: 40, cols: 200, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(assert_cmd::cargo::cargo_bin("caseload"));
        command.args(arguments);
        desk.env().into_iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let reader = pair.master.try_clone_reader().unwrap();
        let mut asked = Self { child, master: pair.master, reader, seen: String::new() };
        let mut bytes = [0; 4096];
        while !asked.seen.contains("[y/N]") {
            let read = asked.reader.read(&mut bytes).unwrap();
            asked.seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        asked
    }

    /// Says yes; the exit code, and all that was said.
    fn yes(mut self) -> (u32, String) {
        self.master.take_writer().unwrap().write_all(b"y\n").unwrap();
        let mut bytes = [0; 4096];
        // The end of a pseudo-terminal is an error on Linux.
        while let Ok(read @ 1..) = self.reader.read(&mut bytes) {
            self.seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        (self.child.wait().unwrap().exit_code(), self.seen)
    }
}

#[test]
fn two_people_on_different_fields_both_win_and_on_the_same_the_second_is_asked() {
    let desk = Desk::calm(120);
    let tines = reference(&open_case(&desk, Vendor::Tines));
    let first = Asked::run(&desk, &["edit", &tines, "--set", "title=First", "--add", "tag=mine"]);
    desk.run(&["edit", &tines, "--yes", "--set", "description=Second", "--add", "tag=theirs"]).expect(0);
    let (code, seen) = first.yes();
    assert_eq!(code, 0, "{seen}");
    let case = show(&desk, &tines);
    assert_eq!((&case["title"], &case["description"]), (&json!("First"), &json!("Second")));
    let tags = case["tags"].as_array().unwrap();
    assert!(tags.contains(&json!("mine")) && tags.contains(&json!("theirs")), "{tags:?}");

    let late = Asked::run(&desk, &["edit", &tines, "--set", "title=Late"]);
    desk.run(&["edit", &tines, "--yes", "--set", "title=Early"]).expect(0);
    let before = desk.writes(Vendor::Tines).len();
    let (code, seen) = late.yes();
    assert_eq!(code, 5, "{seen}");
    assert!(seen.contains("you saw `First`, it is `Early` now, you want `Late`") && seen.contains("nothing was sent"), "{seen}");
    assert_eq!((desk.writes(Vendor::Tines).len(), &show(&desk, &tines)["title"]), (before, &json!("Early")));
    let waiting = desk.run(&["outbox", "list", "--json"]).expect(0).json();
    assert_eq!((&waiting[0]["state"], &waiting[0]["conflict"][0]["theirs"]), (&json!("parked"), &json!("Early")), "{waiting}");
    desk.run(&["outbox", "drop", "1"]).expect(0);
    desk.run(&["journal", "verify"]).expect(0);
}

#[test]
fn a_write_whose_answer_is_lost_is_called_sent_once_the_case_shows_it() {
    let desk = Desk::calm(120);
    for vendor in Vendor::ALL {
        let reference = reference(&open_case(&desk, vendor));
        let cut = Act::CutNext { vendor, method: String::new(), path_contains: String::new(), when: Cut::AfterRead };
        // The readings before the write have no such method.
        let cut = |method: &str| match cut.clone() {
            Act::CutNext { vendor, path_contains, when, .. } => Act::CutNext { vendor, method: method.into(), path_contains, when },
            other => other,
        };
        let before = desk.writes(vendor).len();
        for method in ["POST", "PUT", "PATCH"] {
            desk.demo.act(cut(method)).unwrap();
        }
        let said = desk.run(&["edit", &reference, "--yes", "--set", "title=lost on its way"]).expect(0);
        assert!(!said.err.contains("not known"), "{vendor:?}: {}", said.err);
        assert_eq!(desk.writes(vendor).len(), before + 1, "{vendor:?}");
        desk.run(&["outbox", "list"]).expect(1);
    }
}

#[test]
fn a_journal_that_cannot_be_written_is_told_and_holds_no_edit_up() {
    let desk = Desk::calm(60);
    let reference = reference(&open_case(&desk, Vendor::Tines));
    std::fs::create_dir(desk.data().join("journal.jsonl")).unwrap();
    let said = desk.run(&["comment", &reference, "-m", "unwritten"]).expect(0);
    assert_eq!(said.err.matches("not written down").count(), 1, "{}", said.err);
    assert!(said.err.contains("journal.jsonl"), "{}", said.err);
    assert_eq!(desk.writes(Vendor::Tines).len(), 1);
}

#[test]
fn what_was_written_for_a_case_that_cannot_be_opened_comes_back_with_the_next_step() {
    let desk = Desk::calm(120);
    let id = &desk.demo.ids(Vendor::Tines)[0];
    let never_read = format!("tines:{id}");
    let file = desk.config().with_file_name("note.md");
    std::fs::write(&file, "Seen at the gate:\nbadge 7\n").unwrap();
    let from_file = file.display().to_string();
    for said in [
        desk.run(&["--offline", "comment", &never_read, "-m", "Seen at the gate:\nbadge 7"]),
        desk.run(&["--offline", "comment", &never_read, "-F", &from_file]),
        piped(&desk, "Seen at the gate:\nbadge 7\n", &["--offline", "comment", &never_read, "-"]),
        piped(&desk, "{\"comment\": \"Seen at the gate:\\nbadge 7\"}", &["--offline", "edit", &never_read, "--yes", "--json", "-"]),
    ] {
        let said = said.expect(4);
        for words in
            ["is not on disk (never read here, or purged), and nothing was saved", "without --offline", "Seen at the gate:", "badge 7"]
        {
            assert!(said.err.contains(words), "{words}: {}", said.err);
        }
    }
    let gone = desk.run(&["comment", "tines:999999", "-m", "for nobody"]).expect(1);
    assert!(gone.err.contains("has no case") && gone.err.contains("for nobody"), "{}", gone.err);
    desk.run(&["outbox", "list"]).expect(1);
    // A case that was read once takes it without the network.
    desk.run(&["show", &never_read]).expect(0);
    desk.run(&["--offline", "comment", &never_read, "-m", "Seen at the gate"]).expect(7);
}
