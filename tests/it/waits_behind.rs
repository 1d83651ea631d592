//! Edits of a case behind one that has stopped: they wait for what becomes of it, say so, and have a way past it.

use caseload::demo::{
    Act, Demo, {self},
};
use caseload::domain::case::{Case, Rid, SourceId, Vendor};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, OutboxEntry, Progress};
use caseload::domain::fault::FaultKind;
use caseload::protocol::{Order, Settle};
use caseload::store::{Access, Store};
use serde_json::{Value, json};

use crate::cli_desk::Desk;
use crate::cli_edit::{open_case, reference};
use crate::desk::House;
use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm, writes};

const ALL: [(SourceId, demo::Vendor, &str); 3] =
    [(DATADOG, demo::Vendor::Datadog, "POST"), (TINES, demo::Vendor::Tines, "PUT"), (SERVEROPS, demo::Vendor::ServerOps, "PATCH")];
const WAITS: &str = "waits behind an edit of this case that has stopped";

fn title(text: &str) -> Change {
    Change::Title(text.into())
}

fn refusal(vendor: demo::Vendor, method: &str) -> Act {
    Act::FailNext { vendor, method: method.into(), path_contains: String::new(), status: 422, times: 1 }
}

/// An edit that its vendor refuses, and one behind it.
fn stopped(demo: &Demo, watch: &mut Watch, (source, vendor, method): (SourceId, demo::Vendor, &str)) -> (Rid, [String; 2]) {
    let (rid, _) = watch.some_open(source);
    let case = watch.open(rid);
    demo.act(refusal(vendor, method)).unwrap();
    let first = watch.submit_seen(&case, vec![title("Refused at first")]);
    let Progress::Parked { .. } = watch.rests(&first) else { panic!("{:?}", watch.progress(&first)) };
    let behind = watch.submit_seen(&case, vec![Change::Description("Because of that title".into())]);
    (rid, [first, behind])
}

fn is_behind(watch: &Watch, entry: &str) -> bool {
    watch.entry(entry).is_some_and(OutboxEntry::is_behind)
}

/// Another case of the same source flows on: had the one behind been free to leave, it would have left before this.
fn flows_on(watch: &mut Watch, source: SourceId, not: Rid) {
    let other = watch.rows.iter().find(|(rid, row)| row.id.source == source && **rid != not).map(|(rid, _)| *rid).unwrap();
    let case: Case = watch.open(other);
    let entry = watch.submit_edit(&Edit::new(&case, vec![title(&format!("{} and on", case.row.title))]), 0);
    watch.verified(&entry);
}

#[test]
fn behind_a_stopped_edit_others_of_its_case_wait_until_it_is_decided_or_they_are_let_past() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    for of in ALL {
        for how in [Settle::Drop, Settle::Retry, Settle::Ahead] {
            let (source, vendor, _) = of;
            let (rid, [first, behind]) = stopped(&demo, &mut watch, of);
            assert!(is_behind(&watch, &behind), "{vendor:?}: {:?}", watch.entry(&behind));
            let sent = writes(&demo, vendor).len();
            flows_on(&mut watch, source, rid);
            // A restart changes nothing, and to try without a delay is not to let past.
            watch.stop();
            watch = Watch::start(&demo, directory.path());
            watch.full(&[DATADOG, TINES, SERVEROPS]);
            watch.settle(&behind, Settle::Retry).unwrap();
            flows_on(&mut watch, source, rid);
            assert_eq!(writes(&demo, vendor).len(), sent + 2, "{vendor:?} {how:?}");
            assert!(is_behind(&watch, &behind), "{vendor:?} {how:?}");

            watch.settle(if how == Settle::Ahead { &behind } else { &first }, how.clone()).unwrap();
            watch.verified(&behind);
            let now = watch.open(rid);
            let is_renamed = now.row.title.as_str() == "Refused at first";
            assert_eq!((now.description.as_str(), is_renamed), ("Because of that title", how == Settle::Retry), "{vendor:?} {how:?}");
            let left = watch.entry(&first).map(|entry| entry.progress.needs_person());
            assert_eq!(left == Some(true), how == Settle::Ahead, "{vendor:?} {how:?}: {left:?}");
            watch.settle(&first, Settle::Drop).ok();
            let back = watch.submit_seen(&now, vec![Change::Description("as it was".into()), title(&format!("{how:?} of {vendor:?}"))]);
            watch.verified(&back);
        }
    }
}

#[test]
fn what_stops_while_others_wait_keeps_them_waiting() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[TINES]);
    let (rid, _) = watch.some_open(TINES);
    let case = watch.open(rid);
    demo.act(refusal(demo::Vendor::Tines, "PUT")).unwrap();
    let first = watch.submit_edit(&Edit::new(&case, vec![title("Refused")]), 600_000);
    let comment = watch.submit_edit(&Edit::unguarded(case.row.id.clone(), vec![Change::Comment("closed because of X".into())]), 0);
    assert!(!is_behind(&watch, &comment));
    watch.settle(&first, Settle::Retry).unwrap();
    watch.until("the comment waits behind it", |watch| is_behind(watch, &comment).then_some(()));
    watch.stop();
    assert_eq!(writes(&demo, demo::Vendor::Tines).len(), 1, "the one that was refused");
}

#[test]
fn what_opens_an_archived_case_again_leaves_before_the_edit_that_asks_for_it() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG]);
    let (rid, row) = watch.some_open(DATADOG);
    let case = watch.open(rid);
    let first = watch.submit_edit(&Edit::new(&case, vec![title("For an open case")]), 600_000);
    demo.act(Act::Remove { vendor: demo::Vendor::Datadog, id: row.id.id.to_string() }).unwrap();
    watch.settle(&first, Settle::Retry).unwrap();
    let Progress::Parked { fault, .. } = watch.rests(&first) else { panic!("{:?}", watch.progress(&first)) };
    assert!(fault.message.as_str().contains("unarchive it first"), "{fault}");
    let archived = watch.open(rid);
    let opens = watch.submit_edit(&Edit::new(&archived, vec![Change::Unarchive]), 0);
    watch.verified(&opens);
    assert!(watch.entry(&first).is_some_and(|entry| entry.progress.needs_person()));
    watch.settle(&first, Settle::Retry).unwrap();
    watch.verified(&first);
    assert_eq!(watch.open(rid).row.title.as_str(), "For an open case");
}

#[test]
fn a_comment_too_looks_at_its_case_before_it_leaves() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    let cases = [DATADOG, TINES].map(|source| watch.some_open(source));
    watch.stop();
    let mut offline = Watch::offline(&demo, directory.path());
    let comments = cases.each_ref().map(|(_, row)| offline.submit(row, vec![Change::Comment("Any news?".into())]));
    offline.stop();
    demo.act(Act::Remove { vendor: demo::Vendor::Tines, id: cases[1].1.id.id.to_string() }).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    assert_eq!(watch.rests(&comments[0]), Progress::Verified);
    let id = cases[0].1.id.id.as_str();
    let of_case: Vec<_> = demo.received(demo::Vendor::Datadog).into_iter().filter(|received| received.path.contains(id)).collect();
    assert_eq!(of_case.iter().map(|received| received.method.as_str()).take(2).collect::<Vec<_>>(), ["GET", "POST"]);
    let Progress::Parked { fault, done: 0 } = watch.rests(&comments[1]) else { panic!("{:?}", watch.progress(&comments[1])) };
    assert_eq!(fault.kind, FaultKind::NotFound);
    assert!(fault.request.as_str().starts_with("GET "), "{fault}");
    assert_eq!(writes(&demo, demo::Vendor::Tines), [], "nothing is posted into what is not there");
}

#[test]
fn the_command_line_says_what_an_edit_waits_behind_and_sends_it_when_asked_to() {
    let desk = Desk::calm(120);
    let tn = reference(&open_case(&desk, demo::Vendor::Tines));
    let sent = || desk.writes(demo::Vendor::Tines).len();
    desk.demo.act(refusal(demo::Vendor::Tines, "PUT")).unwrap();
    let stopped = desk.run(&["edit", &tn, "--yes", "--set", "title=Refused"]);
    assert_ne!(stopped.code, 0, "{}", stopped.err);
    assert_eq!(sent(), 1);
    for line in [&["comment", &tn, "-m", "closed because of X"][..], &["edit", &tn, "--add", "tag=zz1", "--yes", "--offline"]] {
        let said = desk.run(line).expect(7);
        assert!(said.err.contains(&format!("saved and queued: it {WAITS}")) && said.err.contains("outbox flush "), "{}", said.err);
        assert!(said.err.contains("has stopped; this one waits behind it") && said.err.contains("outbox show "), "{}", said.err);
    }
    let bulk =
        desk.run(&["bulk", &format!("key:{}", tn.trim_start_matches("tines:")), "--set", "description=b", "--yes-count", "1"]).expect(7);
    assert!(
        bulk.out.contains("waiting") && bulk.out.contains(WAITS) && bulk.err.contains("1 of 1 wait behind"),
        "{} {}",
        bulk.out,
        bulk.err
    );
    let list = desk.run(&["outbox", "list"]).expect(0);
    assert_eq!(list.out.matches(WAITS).count(), 3, "{}", list.out);
    let entries = desk.run(&["outbox", "list", "--json"]).expect(0).json();
    assert_eq!((&entries[1]["state"], &entries[1]["fault"]), (&json!("queued"), &json!(WAITS)));
    assert!(desk.run(&["outbox", "show", "2"]).expect(0).out.contains("settle the stopped one, and it follows"));

    // All that is free to leave is nothing of it; by its number one is sent before what has stopped.
    let flush = desk.run(&["outbox", "flush"]).expect(5);
    assert_eq!(flush.err.matches(WAITS).count(), 3, "{}", flush.err);
    assert_eq!(sent(), 1);
    let one = desk.run(&["outbox", "flush", "3"]).expect(0);
    assert!(one.err.contains("sent, read back ok"), "{}", one.err);
    assert_eq!(sent(), 2);
    desk.run(&["outbox", "drop", "1"]).expect(0);
    assert!(!desk.run(&["outbox", "list"]).expect(0).out.contains(WAITS));
    desk.run(&["outbox", "flush"]).expect(0);
    assert_eq!(sent(), 4);
}

#[test]
fn the_command_line_tells_a_wish_that_waits_from_what_the_vendor_has() {
    const ALREADY: &str = "waits in the outbox already: `caseload outbox list`";
    let desk = Desk::calm(120);
    let case = open_case(&desk, demo::Vendor::Tines);
    let tn = reference(&case);
    let now = case["priority"]["name"].as_str().unwrap().to_owned();
    let mut others = ["LOW", "HIGH", "CRITICAL"].into_iter().filter(|name| *name != now);
    let (first, second) = (others.next().unwrap(), others.next().unwrap());
    let set = |name: &str| format!("priority={name}");
    let entries = || desk.run(&["outbox", "list", "--json"]).expect(0).json().as_array().unwrap().len();
    desk.demo.act(refusal(demo::Vendor::Tines, "PUT")).unwrap();
    assert_ne!(desk.run(&["edit", &tn, "--yes", "--set", "title=Refused"]).code, 0);
    let wish = ["edit", &tn, "--add", "tag=b1", "--set", &set(first)];
    desk.run(&[&wish[..], &["--yes"]].concat()).expect(7);
    for more in [&["--yes"][..], &["--yes", "--json"], &["--yes", "--offline"], &["--dry-run"], &["--dry-run", "--json"]] {
        let said = desk.run(&[&wish[..], more].concat()).expect(7);
        assert!(said.err.contains(ALREADY) && !said.err.contains("shows all of this") && said.out.is_empty(), "{more:?}: {}", said.err);
    }
    assert_eq!(entries(), 2);

    // Another value is told from what the vendor shows, and what leaves before it is named.
    let other = ["edit", &tn, "--set", &set(second), "--dry-run"];
    let words = desk.run(&other).expect(0).out;
    assert!(words.contains(&format!("{now} -> {second}")) && words.contains("waits before this one: `caseload outbox show "), "{words}");
    let plan = desk.run(&[&other[..], &["--json"]].concat()).expect(0).json();
    assert_eq!((&plan["changes"][0]["old"], &plan["changes"][0]["new"]), (&json!(now), &json!(second)));
    assert_eq!(plan["waiting"][0]["changes"].as_array().unwrap().len(), 2, "{plan}");

    let filter = format!("key:{}", tn.trim_start_matches("tines:"));
    let bulk = ["bulk", &filter, "--add", "tag=b1"];
    let dry = desk.run(&[&bulk[..], &["--dry-run"]].concat()).expect(0).out;
    assert!(dry.contains("0 are so already, 1 waits already, 0 cannot") && dry.contains(ALREADY), "{dry}");
    let dry = desk.run(&[&bulk[..], &["--dry-run", "--json"]].concat()).expect(0).json();
    assert_eq!(
        [&dry["nothing"], &dry["waits"], &dry["sources"][0]["waits"], &dry["rows"][0]["waits"]],
        [&json!(0), &json!(1), &json!(1), &json!(true)]
    );
    assert!(desk.run(&[&bulk[..], &["--yes-count", "1"]].concat()).expect(2).err.contains("1 waits already"));
    assert!(desk.run(&[&bulk[..], &["--yes-count", "0"]].concat()).expect(7).err.contains("1 case waits in the outbox already"));
    assert_eq!(entries(), 2);

    // Once it has landed, it is so.
    desk.run(&["outbox", "drop", "1"]).expect(0);
    desk.run(&["outbox", "flush"]).expect(0);
    let said = desk.run(&[&wish[..], &["--yes"]].concat()).expect(0);
    assert!(said.err.contains("the case shows all of this already"), "{}", said.err);
    assert!(desk.run(&[&bulk[..], &["--dry-run"]].concat()).expect(0).out.contains("1 is so already, 0 cannot"));
}

/// Waiting, held, stopped and behind, alone and of a bulk change: the two ways to look count the same edits.
#[test]
fn the_command_line_and_the_workbench_count_the_same_unsent_edits() {
    let house = House::new(120);
    let run = |arguments: &[&str]| {
        let output = house.run(arguments);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let entries = || serde_json::from_str::<Vec<Value>>(&run(&["outbox", "list", "--json"]).1).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&run(&["list", "--json"]).1).unwrap();
    let of = |vendor: &str, nth: usize| -> String {
        let id = cases.iter().filter(|case| case["vendor"] == vendor && case["status"]["state"] == "open").nth(nth).unwrap()["id"]
            .as_str()
            .unwrap();
        format!("{vendor}:{id}")
    };
    let (stopped, held, waiting) = (of("tines", 0), of("serverops", 0), of("datadog", 0));
    house.demo.act(refusal(demo::Vendor::Tines, "PUT")).unwrap();
    assert_ne!(run(&["edit", &stopped, "--yes", "--set", "title=Refused"]).0, 0);
    assert_eq!(run(&["comment", &stopped, "-m", "closed because of X"]).0, 7);
    assert_eq!(run(&["edit", &held, "--yes", "--offline", "--set", "title=Held"]).0, 7);
    assert_eq!(run(&["outbox", "hold", "3"]).0, 0);
    assert_eq!(run(&["edit", &waiting, "--yes", "--offline", "--set", "title=Waits"]).0, 7);
    let marked = [stopped, of("tines", 1), of("tines", 2)];
    for case in &marked {
        assert_eq!(run(&["show", case]).0, 0, "without the network a bulk change goes by cases that were read whole");
    }
    let more = marked.each_ref().map(|case| case.trim_start_matches("tines:")).join(",");
    let bulk = ["bulk", &format!("src:tines id:{more}"), "--set", "description=b", "--yes-count", "3", "--offline"];
    let (code, _, said) = run(&bulk);
    assert!(code == 7 && said.contains("1 of 3 wait behind stopped edits") && said.contains("2 edits are saved and queued"), "{said}");
    let behind = |entries: &[Value]| entries.iter().filter(|entry| entry["fault"] == WAITS).count();
    let told = entries();
    let states: Vec<&str> = told.iter().map(|entry| entry["state"].as_str().unwrap()).collect();
    assert_eq!((told.len(), behind(&told), states.iter().filter(|state| **state != "queued").count()), (7, 2, 1), "{told:#?}");
    assert_eq!(run(&["outbox", "list"]).1.lines().count(), 7);

    let mut desk = house.sit_offline();
    desk.until("all edits are met", |app| app.model.unsent() == 7).settle();
    assert_eq!((desk.app().model.unsent(), desk.app().model.stuck(), desk.app().model.batches_unsent()), (7, 1, 2));
    desk.sees("outbox 7 !1").press("g o").sees("Outbox 7, 1 stopped");
    desk.acknowledge_all();
    desk.leave();
    // With the vendors there, what is free to leave leaves, and both count what does not.
    let mut desk = house.sit();
    // They are told one by one, the free one before the fifth: four may also be the first four.
    let rests = |entry: &OutboxEntry| !entry.leaves_by_itself() || entry.is_behind();
    desk.until("what is free has left", |app| app.model.unsent() == 4 && app.model.outbox.iter().all(|queued| rests(&queued.entry)))
        .settle();
    let left = entries();
    assert_eq!((left.len(), behind(&left), run(&["outbox", "list"]).1.lines().count()), (4, 2, 4), "{left:#?}");
    assert_eq!((desk.app().model.unsent(), desk.app().model.stuck(), desk.app().model.batches_unsent()), (4, 1, 0));
    desk.sees("outbox 4 !1").acknowledge_all();
    desk.leave();
}

/// Another process has begun to send it and the screen has not heard of that: what is on its way is called neither dropped
/// nor held.
#[test]
fn what_has_begun_to_leave_is_neither_dropped_nor_held() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    let rows = ALL.map(|(source, vendor, _)| (vendor, watch.some_open(source).1));
    watch.stop();
    for (vendor, row) in rows {
        for progress in [Progress::Sending { done: 0, calls: 1 }, Progress::Sent] {
            let mut watch = Watch::offline(&demo, directory.path());
            let wish = title(&format!("{progress:?} of {vendor:?}"));
            let entry = watch.submit(&row, vec![wish]);
            let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
            store.sources(&demo::Vendor::ALL.map(demo::Vendor::name)).unwrap();
            let known = store.outbox_entry(&entry).unwrap().unwrap();
            store.outbox_swap(&known, &OutboxEntry { progress: progress.clone(), ..known.clone() }).unwrap();
            for how in [Settle::Drop, Settle::Hold] {
                assert_eq!(watch.settle(&entry, how.clone()).unwrap_err().kind, FaultKind::Busy, "{vendor:?} {progress:?} {how:?}");
            }
            watch.ask(Order::HoldAll(true)).unwrap();
            assert_eq!(watch.progress(&entry), Some(progress), "it is told as it stands");
            assert!(!store.outbox_entry(&entry).unwrap().unwrap().is_held);
            watch.stop();
        }
    }
}

/// The second was wished where the first had landed. Without the first it begins with what the vendor has.
#[test]
fn what_waits_behind_a_dropped_edit_begins_with_what_was_there() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    for (source, of) in [(DATADOG, Vendor::Datadog), (TINES, Vendor::Tines), (SERVEROPS, Vendor::ServerOps)] {
        let (rid, _) = watch.some_open(source);
        let case = watch.open(rid);

        let first = Edit::new(&case, vec![title("The first")]);
        let second = Edit::new(&case.clone().with(&first, of), vec![title("The second")]);
        let (first, second) = (watch.submit_edit(&first, 600_000), watch.submit_edit(&second, 600_000));
        assert_eq!(watch.entry(&second).unwrap().lines[0].old, "The first");
        watch.settle(&first, Settle::Drop).unwrap();
        let was = case.row.title.as_str();
        watch.until("it is led back", |watch| (watch.entry(&second)?.lines[0].old == was).then_some(()));
        watch.settle(&second, Settle::Retry).unwrap();
        watch.verified(&second);
        assert_eq!(watch.open(rid).row.title.raw(), "The second");
    }
}
