//! Edits: committed first, sent once, read back; and what happens when the answer does not come.

use caseload::demo::{
    Act, Cut, Demo, {self},
};
use caseload::domain::case::{Row, SourceId, State};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, OutboxEntry, Plan, Progress};
use caseload::domain::fault::FaultKind;
use caseload::protocol::{Order, Report, Settle};
use caseload::store::{Access, Store};

use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm, sources, writes};

const ALL: [SourceId; 3] = [DATADOG, TINES, SERVEROPS];

fn title(text: &str) -> Change {
    Change::Title(text.into())
}

fn comment(text: &str) -> Change {
    Change::Comment(text.into())
}

fn begin(directory: &std::path::Path) -> (Demo, Watch) {
    let demo = demo::start(&calm(300)).unwrap();
    let mut watch = Watch::hasty(&demo, directory);
    watch.full(&ALL);
    (demo, watch)
}

fn plan(watch: &mut Watch, row: &Row, changes: Vec<Change>) -> Plan {
    let ticket = watch.send(Order::Plan { edit: Edit::unguarded(row.id.clone(), changes) });
    watch.done(ticket).unwrap();
    let planned = watch.heard.iter().find_map(|report| match report {
        Report::Planned { ticket: told, plan } if *told == ticket => Some(plan.clone()),
        _ => None,
    });
    planned.unwrap()
}

/// What the vendor should receive: paths of a plan stand behind the path of the base URL.
fn calls(plan: &Plan) -> Vec<(String, String)> {
    plan.calls.iter().map(|call| (call.method.name().to_owned(), call.path.clone())).collect()
}

/// Words of the progress as it was told, in order, without repetitions.
fn told(watch: &Watch, entry: &str) -> Vec<&'static str> {
    let mut words: Vec<_> = watch
        .heard
        .iter()
        .filter_map(|report| match report {
            Report::Outbox(told) if told.id == entry => Some(told.progress.name()),
            _ => None,
        })
        .collect();
    words.dedup();
    words
}

#[test]
fn an_edit_is_sent_as_planned_and_read_back() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    for (source, vendor) in [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines), (SERVEROPS, demo::Vendor::ServerOps)] {
        let (rid, row) = watch.some_open(source);
        let mut changes = vec![title("Contained: token revoked"), Change::Description("Two lines\n\nof it".into())];
        if source != SERVEROPS {
            changes.push(Change::Priority(if source == DATADOG { "P5".into() } else { "INFO".into() }));
            changes.push(comment("Revoked the token, watching for an hour."));
        }
        let plan = plan(&mut watch, &row, changes.clone());
        let entry = watch.submit(&row, changes);
        assert_eq!(watch.rests(&entry), Progress::Verified, "{vendor:?}");
        assert_eq!(writes(&demo, vendor), calls(&plan), "{vendor:?}");
        assert_eq!(told(&watch, &entry), ["queued", "sending", "sent", "verified"]);
        assert_eq!(watch.rows[&rid].title.as_str(), "Contained: token revoked");
        assert_eq!(watch.cases[&rid].description.as_str(), "Two lines\n\nof it");
    }
    watch.stop();
    let mut watch = Watch::offline(&demo, directory.path());
    watch.full(&ALL);
    assert!(watch.outbox.is_empty(), "what is verified is forgotten");
}

#[test]
fn done_comes_when_the_edit_is_on_disk_and_the_next_start_sends_it_once() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, row) = watch.some_open(TINES);
    watch.stop();

    // No request leaves, so the edit cannot have been sent when the worker ends.
    let mut watch = Watch::offline(&demo, directory.path());
    watch.full(&ALL);
    let entry = watch.submit(&row, vec![title("Renamed while the network was away")]);
    assert_eq!(watch.progress(&entry), Some(Progress::Queued));
    watch.stop();
    assert_eq!(writes(&demo, demo::Vendor::Tines), []);

    let mut watch = Watch::start(&demo, directory.path());
    assert_eq!(watch.rests(&entry), Progress::Verified);
    assert_eq!(writes(&demo, demo::Vendor::Tines).len(), 1);
    watch.stop();

    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    watch.stop();
    assert_eq!(writes(&demo, demo::Vendor::Tines).len(), 1);
}

#[test]
fn quitting_at_any_moment_sends_once() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, row) = watch.some_open(SERVEROPS);
    for round in 1..=4 {
        let text = format!("Renamed {round} times");
        // Quits with the edit queued, on its way, or answered: whatever this machine makes of it.
        let entry = watch.submit(&row, vec![title(&text)]);
        watch.stop();
        watch = Watch::hasty(&demo, directory.path());
        watch.full(&ALL);
        watch.until("nothing waits any more", |watch| watch.progress(&entry).is_none_or(|progress| progress.is_settled()).then_some(()));
        watch.ask(Order::Open { rid }).unwrap();
        assert_eq!(watch.cases[&rid].row.title.as_str(), text);
        assert_eq!(writes(&demo, demo::Vendor::ServerOps).len(), round);
    }
}

#[test]
fn edits_of_one_case_go_in_order_and_cases_do_not_wait_for_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, slow) = watch.some_open(TINES);
    let (rid, quick) = watch.some_open(SERVEROPS);
    demo.act(Act::HangNext { vendor: demo::Vendor::Tines, method: "PUT".into(), path_contains: slow.id.id.to_string() }).unwrap();
    let stuck = watch.submit(&slow, vec![title("This one hangs")]);
    let entries = ["first", "second", "third"].map(|text| watch.submit(&quick, vec![title(text)]));
    for entry in &entries {
        assert_eq!(watch.rests(entry), Progress::Verified);
    }
    assert_eq!(watch.rows[&rid].title.as_str(), "third");
    let bodies: Vec<_> = demo
        .received(demo::Vendor::ServerOps)
        .into_iter()
        .filter(|request| request.method == "PATCH")
        .map(|request| request.body)
        .collect();
    assert_eq!(bodies.len(), 3);
    for (body, text) in bodies.iter().zip(["first", "second", "third"]) {
        assert!(body.contains(text), "{body}");
    }
    assert!(matches!(watch.rests(&stuck), Progress::Unknown { .. }));
}

#[test]
fn a_refused_edit_waits_for_a_person_and_keeps_its_text() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, row) = watch.some_open(DATADOG);
    let fail =
        |times| Act::FailNext { vendor: demo::Vendor::Datadog, method: "POST".into(), path_contains: "/title".into(), status: 400, times };
    demo.act(fail(1)).unwrap();
    let entry = watch.submit(&row, vec![title("Refused at first")]);
    let Progress::Parked { fault, done } = watch.rests(&entry) else { panic!("{:?}", watch.progress(&entry)) };
    assert_eq!((fault.kind, fault.status, done), (FaultKind::Rejected, Some(400), 0));
    // It is still there after a restart, untouched.
    watch.stop();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    assert!(matches!(watch.progress(&entry), Some(Progress::Parked { .. })));

    watch.ask(Order::Settle { entry: entry.clone(), how: Settle::Retry }).unwrap();
    let verified = watch.until("the edit is verified", |watch| watch.progress(&entry).filter(Progress::is_settled));
    assert_eq!(verified, Progress::Verified);
    assert_eq!(writes(&demo, demo::Vendor::Datadog).len(), 2);
}

#[test]
fn a_parked_edit_can_be_dropped() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, row) = watch.some_open(DATADOG);
    demo.act(Act::FailNext { vendor: demo::Vendor::Datadog, method: "POST".into(), path_contains: "/title".into(), status: 403, times: 1 })
        .unwrap();
    let entry = watch.submit(&row, vec![title("Not allowed")]);
    assert!(matches!(watch.rests(&entry), Progress::Parked { .. }));
    watch.ask(Order::Settle { entry: entry.clone(), how: Settle::Drop }).unwrap();
    watch.until("it is dropped", |watch| watch.progress(&entry).is_none().then_some(()));
    assert_eq!(watch.ask(Order::Settle { entry, how: Settle::Drop }).unwrap_err().kind, FaultKind::NotPossible);
}

#[test]
fn what_another_process_has_begun_to_send_is_not_taken_back() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, row) = watch.some_open(DATADOG);
    watch.stop();
    let mut watch = Watch::offline(&demo, directory.path());
    let entry = watch.submit(&row, vec![title("Begun")]);
    let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
    store.sources(&demo::Vendor::ALL.map(demo::Vendor::name)).unwrap();
    let known = store.outbox_entry(&entry).unwrap().unwrap();
    store.outbox_set(&OutboxEntry { progress: Progress::Sending { done: 0, calls: 1 }, ..known }).unwrap();
    let refused = watch.ask(Order::Settle { entry: entry.clone(), how: Settle::TakeBack }).unwrap_err();
    assert_eq!(refused.kind, FaultKind::Busy);
    assert!(matches!(watch.progress(&entry), Some(Progress::Sending { .. })), "the screen hears of it");
    assert!(store.outbox_entry(&entry).unwrap().is_some());
}

#[test]
fn what_had_landed_to_its_last_call_when_its_process_was_killed_is_read_back() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    for (source, vendor) in ALL.into_iter().zip(demo::Vendor::ALL) {
        let (rid, row) = watch.some_open(source);
        let seen = watch.open(rid);
        for edit in [Edit::new(&seen, vec![title("Guarded")]), Edit::unguarded(row.id.clone(), vec![title("Unguarded")])] {
            watch.stop();
            watch = Watch::offline(&demo, directory.path());
            let entry = watch.submit_edit(&edit, 0);
            watch.stop();
            let Change::Title(text) = &edit.changes[0] else { unreachable!() };
            demo.act(Act::Edit { vendor, id: row.id.id.to_string(), field: "title".into(), value: text.clone() }).unwrap();
            let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
            store.sources(&demo::Vendor::ALL.map(demo::Vendor::name)).unwrap();
            let known = store.outbox_entry(&entry).unwrap().unwrap();
            store.outbox_set(&OutboxEntry { progress: Progress::Sending { done: 1, calls: 1 }, ..known }).unwrap();
            drop(store);
            watch = Watch::start(&demo, directory.path());
            watch.verified(&entry);
            assert_eq!(writes(&demo, vendor), [], "{vendor:?}");
            let first = |is: fn(&Report) -> bool| watch.heard.iter().position(is).unwrap();
            let is_told = first(|report| matches!(report, Report::Outbox(_))) < first(|report| matches!(report, Report::DiskRead { .. }));
            assert!(is_told, "what waits is told before the disk counts as read");
            watch.full(&ALL);
        }
    }
}

#[test]
fn an_edit_that_happened_although_its_answer_was_cut_is_not_sent_again() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, row) = watch.some_open(DATADOG);
    for (when, text) in [(Cut::AfterRead, "Answer lost"), (Cut::MidAnswer, "Answer broken")] {
        let before = writes(&demo, demo::Vendor::Datadog).len();
        demo.act(Act::CutNext { vendor: demo::Vendor::Datadog, method: "POST".into(), path_contains: "/title".into(), when }).unwrap();
        let entry = watch.submit(&row, vec![title(text), comment(text)]);
        watch.until("the edit is verified", |watch| watch.progress(&entry).filter(Progress::is_settled));
        assert_eq!(writes(&demo, demo::Vendor::Datadog).len() - before, 2, "one title, one comment");
    }
}

#[test]
fn a_comment_that_happened_although_its_answer_was_cut_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    for (source, vendor) in [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines)] {
        let (_, row) = watch.some_open(source);
        demo.act(Act::CutNext { vendor, method: "POST".into(), path_contains: "/comment".into(), when: Cut::AfterRead }).unwrap();
        let entry = watch.submit(&row, vec![comment("Said once")]);
        watch.until("the edit is verified", |watch| watch.progress(&entry).filter(Progress::is_settled));
        assert_eq!(writes(&demo, vendor).len(), 1, "{vendor:?}");
    }
}

#[test]
fn an_edit_that_may_still_arrive_waits_for_a_person() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, row) = watch.some_open(SERVEROPS);
    demo.act(Act::HangNext { vendor: demo::Vendor::ServerOps, method: "PATCH".into(), path_contains: String::new() }).unwrap();
    let entry = watch.submit(&row, vec![title("No answer came")]);
    let Progress::Unknown { fault, done } = watch.rests(&entry) else { panic!("{:?}", watch.progress(&entry)) };
    assert_eq!((fault.kind, done), (FaultKind::TimedOut, 0));
    watch.ask(Order::Settle { entry: entry.clone(), how: Settle::Retry }).unwrap();
    watch.until("the edit is verified", |watch| watch.progress(&entry).filter(Progress::is_settled));
    assert_eq!(watch.rows[&rid].title.as_str(), "No answer came");
}

#[test]
fn an_edit_waits_while_its_vendor_is_overloaded() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, row) = watch.some_open(TINES);
    demo.act(Act::FailNext { vendor: demo::Vendor::Tines, method: "PUT".into(), path_contains: String::new(), status: 503, times: 1 })
        .unwrap();
    let entry = watch.submit(&row, vec![title("Sent in the second try")]);
    watch.until("it was tried", |watch| (told(watch, &entry) == ["queued", "sending", "queued"]).then_some(()));
    // A person need not wait for the pause to end.
    watch.ask(Order::Settle { entry: entry.clone(), how: Settle::Retry }).unwrap();
    assert_eq!(watch.rests(&entry), Progress::Verified);
}

/// Leaves an entry with a call on its way, as a killed process does: the worker ends while the vendor does not answer.
fn leave_in_flight(demo: &Demo, watch: &mut Watch, row: &Row, method: &str, vendor: demo::Vendor, change: Change) -> String {
    demo.act(Act::HangNext { vendor, method: method.into(), path_contains: row.id.id.to_string() }).unwrap();
    let entry = watch.submit(row, vec![change]);
    watch.until("the call is out", |watch| matches!(watch.progress(&entry), Some(Progress::Sending { .. })).then_some(()));
    watch.stop();
    entry
}

#[test]
fn a_field_that_shows_its_old_value_is_sent_again_after_a_crash() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, row) = watch.some_open(TINES);
    let entry = leave_in_flight(&demo, &mut watch, &row, "PUT", demo::Vendor::Tines, title("Sent after all"));
    let mut watch = Watch::start(&demo, directory.path());
    assert_eq!(watch.rests(&entry), Progress::Verified);
    assert_eq!(watch.rows[&rid].title.as_str(), "Sent after all");
}

#[test]
fn a_field_that_somebody_else_changed_is_not_overwritten_after_a_crash() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, row) = watch.some_open(TINES);
    let entry = leave_in_flight(&demo, &mut watch, &row, "PUT", demo::Vendor::Tines, title("Mine"));
    let theirs = Act::Edit { vendor: demo::Vendor::Tines, id: row.id.id.to_string(), field: "title".into(), value: "Theirs".into() };
    demo.act(theirs).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    let Progress::Parked { fault, .. } = watch.rests(&entry) else { panic!("{:?}", watch.progress(&entry)) };
    assert_eq!(fault.kind, FaultKind::NotVerified);
    watch.full(&ALL);
    assert_eq!(watch.rows[&rid].title.as_str(), "Theirs");
}

#[test]
fn a_comment_that_is_not_there_after_a_crash_waits_for_a_person() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, row) = watch.some_open(DATADOG);
    let entry = leave_in_flight(&demo, &mut watch, &row, "POST", demo::Vendor::Datadog, comment("Said, or not?"));
    let mut watch = Watch::start(&demo, directory.path());
    assert!(matches!(watch.rests(&entry), Progress::Parked { .. }));
    watch.full(&ALL);
    watch.stop();
    let carried_out =
        demo.received(demo::Vendor::Datadog).into_iter().filter(|request| request.method == "POST" && request.status == 200).count();
    assert_eq!(carried_out, 0);
}

#[test]
fn of_two_workers_on_one_directory_one_sends_and_both_know() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut one) = begin(directory.path());
    let mut two = Watch::start(&demo, directory.path());
    two.full(&ALL);
    let (_, row) = one.some_open(DATADOG);
    let (_, other) = two.some_open(SERVEROPS);
    demo.act(Act::HangNext { vendor: demo::Vendor::Datadog, method: "POST".into(), path_contains: "/title".into() }).unwrap();
    let first = one.submit(&row, vec![title("From the one")]);
    one.until("the one is sending", |watch| matches!(watch.progress(&first), Some(Progress::Sending { .. })).then_some(()));
    // The lock is held: this one is left to whoever sends, or sent when the lock is free.
    let second = two.submit(&other, vec![title("From the other")]);
    assert!(matches!(one.rests(&first), Progress::Unknown { .. }));
    Watch::until_of_two(&mut one, &mut two, "the other's edit is sent by somebody", |watch| {
        watch.progress(&second).is_none_or(|progress| progress.is_settled())
    });
    assert_eq!(writes(&demo, demo::Vendor::ServerOps).len(), 1);
    assert_eq!(writes(&demo, demo::Vendor::Datadog).len(), 1);
}

#[test]
fn an_archived_case_is_kept_as_such() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, row) = watch.some_open(DATADOG);
    let entry = watch.submit(&row, vec![Change::Archive]);
    assert_eq!(watch.rests(&entry), Progress::Verified);
    assert_eq!(watch.rows[&rid].status.state, Some(State::Archived));
    watch.ask(Order::Refresh { source: Some(DATADOG), full: true }).unwrap();
    assert_eq!(watch.rows[&rid].status.state, Some(State::Archived));
    assert!(!demo.ids(demo::Vendor::Datadog).contains(&row.id.id.to_string()));
}

#[test]
fn what_another_process_does_is_seen_while_ones_own_edit_waits_for_its_vendor() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(300)).unwrap();
    // The vendor hangs for longer than the test takes, time after time.
    let mut one = Watch::start_with(sources(&demo, 12_000), directory.path(), false);
    one.full(&ALL);
    let mut two = Watch::start(&demo, directory.path());
    two.full(&ALL);
    let (_, row) = one.some_open(TINES);
    let other = one.rows.values().find(|other| other.id.source == TINES && other.id != row.id).cloned().unwrap();
    for _ in 0..15 {
        let path_contains = row.id.id.to_string();
        demo.act(Act::HangNext { vendor: demo::Vendor::Tines, method: String::new(), path_contains }).unwrap();
    }
    let mine = one.submit(&row, vec![title("Mine")]);
    for (case, change) in [(&other, title("Theirs")), (&row, comment("Theirs, of the same case"))] {
        let theirs = two.submit_edit(&Edit::unguarded(case.id.clone(), vec![change]), 600_000);
        Watch::until_of_two(&mut two, &mut one, "it is seen", |one| one.entry(&theirs).is_some());
        two.settle(&theirs, Settle::Hold).unwrap();
        Watch::until_of_two(&mut two, &mut one, "it is seen to be held", |one| one.entry(&theirs).is_some_and(|entry| entry.is_held));
        two.settle(&theirs, Settle::Drop).unwrap();
        Watch::until_of_two(&mut two, &mut one, "it is seen to be gone", |one| one.entry(&theirs).is_none());
    }
    assert!(!one.entry(&mine).unwrap().progress.is_settled());
}

#[test]
fn a_vendor_that_answers_one_question_is_asked_for_its_list_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, _) = watch.some_open(TINES);
    let vendor = demo::Vendor::Tines;
    demo.act(Act::FailNext { vendor, method: String::new(), path_contains: String::new(), status: 503, times: 10_000 }).unwrap();
    // Each reading that fails makes the wait for the next one longer: after these it is more than three minutes.
    for _ in 0..7 {
        watch.ask(Order::Refresh { source: Some(TINES), full: false }).unwrap_err();
    }
    assert!(watch.states[&TINES].fault.is_some());
    demo.act(Act::Mend { vendor }).unwrap();
    watch.open(rid);
    watch.until("its list is read again", |watch| watch.states[&TINES].fault.is_none().then_some(()));
}

/// One process looks on, another brings the edits to their end.
#[test]
fn what_another_process_ends_without_a_call_is_not_called_sent() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut two) = begin(directory.path());
    let mut one = Watch::offline(&demo, directory.path());
    let (rid, row) = two.some_open(TINES);
    let id = row.id.id.to_string();
    let case = two.open(rid);
    let change_title = |value: &str| {
        let act = Act::Edit { vendor: demo::Vendor::Tines, id: id.clone(), field: "title".into(), value: value.into() };
        demo.act(act).unwrap();
    };
    let queue = |two: &mut Watch, one: &mut Watch, seen: &caseload::domain::case::Case, change: Change| {
        let entry = two.submit_edit(&Edit::new(seen, vec![change]), 600_000);
        Watch::until_of_two(two, one, "it is seen", |one| one.entry(&entry).is_some());
        entry
    };
    let ended = |two: &mut Watch, one: &mut Watch, entry: &str| {
        Watch::until_of_two(two, one, "its end is seen", |one| one.progress(entry).is_none_or(|progress| progress.is_settled()));
        one.entry(entry).map(OutboxEntry::unsent)
    };

    // The case shows it already, by somebody else's hand.
    let entry = queue(&mut two, &mut one, &case, title("As it is"));
    change_title("As it is");
    two.settle(&entry, Settle::Retry).unwrap();
    assert_eq!(ended(&mut two, &mut one, &entry), Some(Some("was so already")));

    // Theirs is chosen.
    let case = two.open(rid);
    let entry = queue(&mut two, &mut one, &case, title("Mine"));
    change_title("Theirs");
    two.settle(&entry, Settle::Retry).unwrap();
    two.until("it is asked about", |watch| watch.entry(&entry)?.conflict.is_some().then_some(()));
    let theirs = caseload::domain::aspect::Value::Text("Theirs".into());
    two.settle(&entry, Settle::Decide(vec![(caseload::domain::aspect::Aspect::of_part(caseload::domain::part::Part::Title), theirs)]))
        .unwrap();
    assert_eq!(ended(&mut two, &mut one, &entry), Some(Some("left as theirs")));

    // Given up, with the case showing it; the last time by a process that died before it had written that down.
    let case = two.open(rid);
    for has_died in [false, true] {
        let text = format!("Given up {has_died}");
        let entry = queue(&mut two, &mut one, &case, title(&text));
        change_title(&text);
        two.open(rid);
        if has_died {
            let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
            store.sources(&demo::Vendor::ALL.map(demo::Vendor::name)).unwrap();
            let known = store.outbox_entry(&entry).unwrap().unwrap();
            store.outbox_drop(&known).unwrap();
            assert_eq!(ended(&mut two, &mut one, &entry), Some(Some("was so already")), "nothing says that a call has landed");
        } else {
            two.settle(&entry, Settle::Drop).unwrap();
            assert_eq!(ended(&mut two, &mut one, &entry), None);
        }
    }
    assert_eq!(writes(&demo, demo::Vendor::Tines), []);

    // And one is sent.
    let case = two.open(rid);
    let entry = queue(&mut two, &mut one, &case, title("Sent"));
    two.settle(&entry, Settle::Retry).unwrap();
    assert_eq!(ended(&mut two, &mut one, &entry), Some(None));
    assert_eq!(writes(&demo, demo::Vendor::Tines).len(), 1);
}
