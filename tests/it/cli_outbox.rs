//! The outbox and the journal through the binary: what waits is seen, held, let go, sent and given up.

use std::fs;

use caseload::demo::{Act, Vendor};
use caseload::domain::aspect::{Aspect, Value};
use caseload::domain::case::{CaseId, SourceId};
use caseload::domain::draft::Draft;
use caseload::domain::edit::{Method, PlanLine};
use caseload::domain::journal::{Event, JournalLine};
use caseload::domain::part::Part;
use caseload::store::{Access, Store};
use serde_json::json;

use crate::cli_desk::{Desk, assert_harmless};
use crate::cli_edit::{open_case, reference};
use crate::nobody::Nobody;

/// Queues an edit without the network.
fn queue(desk: &Desk, reference: &str, set: &str) {
    let said = desk.run(&["edit", reference, "--offline", "--yes", "--set", set]).expect(7);
    assert!(said.err.contains("saved and queued"), "{}", said.err);
}

#[test]
fn what_waits_is_listed_held_released_and_sent_once() {
    let desk = Desk::calm(120);
    let (so, tn) = (reference(&open_case(&desk, Vendor::ServerOps)), reference(&open_case(&desk, Vendor::Tines)));
    assert_eq!(desk.run(&["outbox", "list"]).expect(1).out, "");
    queue(&desk, &so, "title=One \u{1b}[31m");
    queue(&desk, &tn, "description=a\nb");
    let list = desk.run(&["outbox", "list"]).expect(0);
    assert_eq!(list.out.lines().count(), 2, "{}", list.out);
    assert!(list.out.contains("queued") && list.out.contains("tines:"), "{}", list.out);
    assert_harmless(&list.out);
    let entries = desk.run(&["outbox", "list", "--json"]).expect(0).json();
    let id = entries[1]["id"].as_str().unwrap();
    for name in ["2", id, &id[..id.len() - 1]] {
        let one = desk.run(&["outbox", "show", name, "--json"]).expect(0).json();
        assert_eq!((&one["id"], &one["state"], &one["landed"]), (&json!(id), &json!("queued"), &json!(0)));
    }
    assert!(desk.run(&["outbox", "show", "1"]).expect(0).out.contains("PATCH /v1/cases/"));
    assert!(desk.run(&["outbox", "show", "7"]).expect(1).err.contains("outbox list"));
    assert!(desk.run(&["outbox", "show", "ffff"]).expect(1).err.contains("no entry"));

    desk.run(&["outbox", "hold", "2"]).expect(0);
    let behind = desk.run(&["edit", &tn, "--offline", "--yes", "--set", "title=After it"]).expect(7);
    assert!(behind.err.contains("an edit of the same case is held; this one does not wait for it"), "{}", behind.err);
    assert!(behind.err.contains(&format!("outbox release {id}")), "{}", behind.err);
    desk.run(&["outbox", "drop", "3"]).expect(0);
    let flushed = desk.run(&["outbox", "flush"]).expect(5);
    assert!(flushed.err.contains("sent, read back ok") && flushed.err.contains("waits for you"), "{}", flushed.err);
    assert_eq!((desk.writes(Vendor::ServerOps).len(), desk.writes(Vendor::Tines).len()), (1, 0));
    assert_eq!(desk.run(&["outbox", "list", "--json"]).expect(0).json()[0]["held"], true);
    desk.run(&["outbox", "release"]).expect(0);
    assert!(desk.writes(Vendor::Tines).is_empty(), "to let go is not to send");
    desk.run(&["outbox", "flush"]).expect(0);
    assert_eq!(desk.writes(Vendor::Tines).len(), 1);
    assert_eq!(desk.run(&["outbox", "flush"]).expect(0).out, "");
    assert_eq!(desk.writes(Vendor::Tines).len(), 1);
    desk.run(&["outbox", "list"]).expect(1);
}

#[test]
fn an_edit_passes_by_what_is_held_and_says_so() {
    let desk = Desk::calm(120);
    let tn = reference(&open_case(&desk, Vendor::Tines));
    queue(&desk, &tn, "title=Held");
    desk.run(&["outbox", "hold", "1"]).expect(0);
    let passed = |desk: &Desk, line: &[&str]| {
        let before = desk.writes(Vendor::Tines).len();
        let said = desk.run(line).expect(0);
        assert!(said.err.contains("this one does not wait for it") && !said.err.contains("queued"), "{}", said.err);
        assert_eq!(desk.writes(Vendor::Tines).len(), before + 1, "{line:?}");
    };
    for line in
        [&["edit", &tn, "--add", "tag=zz1", "--yes"][..], &["comment", &tn, "-m", "seen"], &["edit", &tn, "--set", "title=Mine", "--yes"]]
    {
        passed(&desk, line);
    }
    // What is held is not on its way: the same wish is sent, not called done already.
    passed(&desk, &["edit", &tn, "--set", "title=Held", "--yes"]);
    assert_eq!(desk.run(&["show", &tn, "--json"]).expect(0).json()["title"], "Held");
}

#[test]
fn what_is_dropped_is_printed_whole_and_never_sent() {
    let desk = Desk::calm(120);
    let so = reference(&open_case(&desk, Vendor::ServerOps));
    queue(&desk, &so, "description=a long\nstory");
    let dropped = desk.run(&["outbox", "drop", "1"]).expect(0);
    assert!(dropped.out.contains("+ story"), "{}", dropped.out);
    desk.run(&["outbox", "drop", "1"]).expect(1);
    desk.run(&["outbox", "flush"]).expect(0);
    assert!(desk.writes(Vendor::ServerOps).is_empty());
}

#[test]
fn what_belongs_to_a_source_that_is_not_configured_is_counted_and_named() {
    let desk = Desk::calm(120);
    let (so, tn) = (reference(&open_case(&desk, Vendor::ServerOps)), reference(&open_case(&desk, Vendor::Tines)));
    queue(&desk, &tn, "title=One");
    queue(&desk, &tn, "description=Another");
    let good = fs::read_to_string(desk.config()).unwrap();
    desk.configure(&good.replace("name = 'tines'", "name = 'renamed'"));
    let words = "2 edits belong to `tines`, which is not configured: a [[source]] of that name brings them back";
    let list = desk.run(&["outbox", "list"]).expect(0);
    assert!(list.out.lines().all(|line| line.contains("tines:")) && list.err.contains(words), "{} {}", list.out, list.err);
    let entries = desk.run(&["outbox", "list", "--json"]).expect(0).json();
    assert_eq!((&entries[0]["source"], &entries[1]["number"]), (&json!("tines"), &json!(2)));
    let flushed = desk.run(&["outbox", "flush"]).expect(7);
    assert!(flushed.err.contains(words) && !flushed.err.contains("is empty"), "{}", flushed.err);
    let held = desk.run(&["outbox", "hold"]).expect(1);
    assert!(held.err.contains(words) && !held.err.contains("is empty"), "{}", held.err);
    assert!(desk.run(&["outbox", "drop", "7"]).expect(1).err.contains(words));
    assert!(desk.run(&["outbox", "flush", "1"]).expect(1).err.contains(words), "it can be given up, not sent");
    let doctor = desk.run(&["doctor", "--offline"]).out;
    assert!(doctor.contains("2 not confirmed yet, 0 drafts") && doctor.contains(words), "{doctor}");
    // What of the others waits is sent beside it, and the exit code does not call that all.
    queue(&desk, &so, "title=Two");
    let flushed = desk.run(&["outbox", "flush"]).expect(7);
    assert!(flushed.err.contains("sent, read back ok") && flushed.err.contains(words), "{}", flushed.err);
    assert_eq!((desk.writes(Vendor::ServerOps).len(), desk.writes(Vendor::Tines).len()), (1, 0));
    desk.configure(&good);
    let flushed = desk.run(&["outbox", "flush"]).expect(0);
    assert!(!flushed.err.contains("not configured"), "{}", flushed.err);
    assert!(!desk.writes(Vendor::Tines).is_empty());
    desk.run(&["outbox", "list"]).expect(1);
}

#[test]
fn what_belongs_to_a_source_that_is_not_configured_can_be_given_up() {
    let desk = Desk::calm(120);
    let (so, tn) = (reference(&open_case(&desk, Vendor::ServerOps)), reference(&open_case(&desk, Vendor::Tines)));
    for (case, set) in [(&tn, "title=One"), (&tn, "description=a long\nstory"), (&so, "title=Two")] {
        queue(&desk, case, set);
    }
    let good = fs::read_to_string(desk.config()).unwrap();
    desk.configure(&good.replace("name = 'tines'", "name = 'renamed'"));
    assert!(desk.run(&["outbox", "show", "3"]).expect(0).out.contains("+ story"));
    let id = desk.run(&["outbox", "list", "--json"]).expect(0).json()[2]["id"].as_str().unwrap().to_owned();
    let dropped = desk.run(&["outbox", "drop", &id]).expect(0);
    assert!(dropped.out.contains("+ story"), "{}", dropped.out);
    desk.run(&["outbox", "drop", "2"]).expect(0);
    assert!(!desk.run(&["outbox", "list"]).expect(0).err.contains("not configured"));
    let journal = desk.run(&["journal", "list"]).expect(0).out;
    assert_eq!(journal.lines().filter(|line| line.contains("dropped") && line.contains("tines:")).count(), 2, "{journal}");
    desk.run(&["journal", "verify"]).expect(0);
    desk.configure(&good);
    desk.run(&["outbox", "flush"]).expect(0);
    assert_eq!((desk.writes(Vendor::ServerOps).len(), desk.writes(Vendor::Tines).len()), (1, 0));
}

#[test]
fn drafts_are_listed_with_their_text_also_when_their_case_is_gone() {
    let desk = Desk::calm(120);
    let tn = reference(&open_case(&desk, Vendor::Tines));
    let id = desk.run(&["show", &tn, "--json"]).expect(0).json()["id"].as_str().unwrap().to_owned();
    let mut store = Store::open(&desk.data(), Access::ReadWrite).unwrap();
    store.sources(&["tines"]).unwrap();
    let draft = |case, marked, text: &str| Draft {
        case,
        marked,
        values: vec![(Aspect::of_part(Part::Comment), Value::Text(text.into()))],
        base: Vec::new(),
        saved_at: jiff::Timestamp::now(),
        decided: Vec::new(),
        holds_shown_text: false,
    };
    let case = |id: &str| CaseId { source: SourceId(0), id: id.into() };
    store.draft_keep(&draft(case(&id), Vec::new(), "half a\nreport \u{1b}[31m")).unwrap();
    store.draft_keep(&draft(CaseId::of_marks(7), vec![(case(&id), "#41".into())], "for all")).unwrap();
    drop(store);
    desk.demo.act(Act::Remove { vendor: Vendor::Tines, id: id.clone() }).unwrap();
    desk.run(&["list", "--full"]);
    let list = desk.run(&["outbox", "list"]).expect(0);
    for words in [&format!("tines:{id}"), "comment", "half a", "report ", "#41", "for all"] {
        assert!(list.out.contains(words), "{words}: {}", list.out);
    }
    assert_harmless(&list.out);
    let drafts = desk.run(&["outbox", "list", "--json"]).expect(0).json();
    assert_eq!((&drafts[0]["state"], &drafts[0]["source"], &drafts[0]["case"]), (&json!("draft"), &json!("tines"), &json!(id)));
    assert_eq!(drafts[0]["typed"][0]["field"], "comment");
    assert!(drafts[0]["typed"][0]["text"].as_str().unwrap().starts_with("half a\nreport "), "{drafts:#}");
    assert_eq!((&drafts[1]["source"], &drafts[1]["marked"]), (&json!(null), &json!(["#41"])));
    // They are not edits: nothing of them leaves.
    desk.run(&["outbox", "flush"]).expect(0);
    assert!(desk.writes(Vendor::Tines).is_empty());
}

#[test]
fn a_network_that_is_down_leaves_it_queued_and_says_so_soon() {
    let desk = Desk::calm(120);
    let so = reference(&open_case(&desk, Vendor::ServerOps));
    let good = fs::read_to_string(desk.config()).unwrap();
    let base = desk.demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == Vendor::ServerOps).unwrap().base_url;
    let nobody = Nobody::new();
    let dead = nobody.address();
    desk.configure(&good.replace(&base, &format!("http://{dead}/v1")));
    let said = desk.run(&["edit", &so, "--yes", "--set", "title=Later"]).expect(7);
    assert!(said.err.contains("saved and queued") && said.err.contains("as it is on disk"), "{}", said.err);
    let flushed = desk.run(&["outbox", "flush"]).expect(7);
    assert!(flushed.err.contains("stays queued"), "{}", flushed.err);
    assert!(desk.run(&["outbox", "flush", "--offline"]).expect(7).err.contains("no request leaves"));
    desk.configure(&good);
    desk.run(&["outbox", "flush"]).expect(0);
    assert_eq!(desk.writes(Vendor::ServerOps).len(), 1);
    assert_eq!(desk.run(&["show", &so, "--json"]).expect(0).json()["title"], "Later");
}

#[test]
fn the_journal_is_listed_and_a_changed_byte_is_found() {
    let desk = Desk::calm(10);
    assert!(desk.run(&["journal", "verify"]).expect(0).out.contains("nothing was written yet"));
    desk.run(&["journal", "list"]).expect(1);
    let mut store = Store::open(&desk.data(), Access::ReadWrite).unwrap();
    for (entry, event) in [
        ("e1", Event::Queued),
        ("e1", Event::Refused { call: 0, method: Method::Put, path: "/api/v2/cases/7".into(), fault: "no \u{1b}[2J".into() }),
        ("e1", Event::Dropped),
    ] {
        let lines = vec![PlanLine { part: Part::Title, old: "before".into(), new: "after".into() }];
        store
            .journal_add(&JournalLine {
                at: jiff::Timestamp::now(),
                entry: entry.into(),
                source: "tines".into(),
                case: "7".into(),
                event,
                lines,
            })
            .unwrap();
    }
    drop(store);
    let list = desk.run(&["journal", "list"]).expect(0);
    assert!(
        list.out.contains("refused") && list.out.contains("1 PUT /api/v2/cases/7") && list.out.contains("before -> after"),
        "{}",
        list.out
    );
    assert_harmless(&list.out);
    let json = desk.run(&["journal", "list", "--json"]).expect(0).json();
    assert_eq!((json.as_array().unwrap().len(), &json[2]["event"], &json[0]["changes"][0]["new"]), (3, &json!("dropped"), &json!("after")));
    desk.run(&["journal", "list", "--source", "datadog"]).expect(1);
    assert!(desk.run(&["journal", "verify"]).expect(0).out.contains("intact: 3 lines"));
    let file = desk.data().join("journal.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    let second = text.lines().nth(1).unwrap();
    fs::write(&file, text.lines().next().unwrap().to_owned() + "\n").unwrap();
    let cut = desk.run(&["journal", "verify"]).expect(5);
    let (written, left) = (text.len(), text.lines().next().unwrap().len() + 1);
    assert!(cut.err.contains(&format!("is missing: {written} bytes were written, and {left} of them are left")), "{}", cut.err);
    assert!(desk.run(&["doctor", "--offline"]).out.contains("its end is missing"));
    fs::write(&file, text.replace(second, &second.replace("/cases/7", "/cases/8"))).unwrap();
    let verdict = desk.run(&["journal", "verify"]).expect(5);
    assert!(verdict.err.contains("line 2 of ") && verdict.err.contains("its hash"), "{}", verdict.err);
    assert!(desk.run(&["journal", "list"]).expect(6).err.contains("line 2"));
}

#[test]
fn an_edit_leaves_though_the_cases_on_disk_are_broken() {
    let desk = Desk::calm(120);
    let tn = reference(&open_case(&desk, Vendor::Tines));
    queue(&desk, &tn, "title=sent all the same");
    for companion in ["cases.db-wal", "cases.db-shm"] {
        drop(fs::remove_file(desk.data().join(companion)));
    }
    fs::write(desk.data().join("cases.db"), "broken".repeat(2_000)).unwrap();
    let flushed = desk.run(&["outbox", "flush"]);
    assert_eq!(desk.writes(Vendor::Tines).len(), 1, "{} {}", flushed.out, flushed.err);
    desk.run(&["outbox", "list"]).expect(1);
}
