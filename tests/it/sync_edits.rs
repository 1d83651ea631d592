//! What becomes of an edit when somebody else is at the same case, when half of it lands, and while it can be taken back.

use std::path::Path;

use caseload::demo::{
    Act, Demo, {self},
};
use caseload::domain::aspect::{Aspect, Value};
use caseload::domain::case::{Case, Rid, SourceId};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, Progress};
use caseload::domain::fault::FaultKind;
use caseload::domain::journal::Event;
use caseload::domain::merge::Outcome;
use caseload::domain::part::Part;
use caseload::domain::text::Clean;
use caseload::domain::wall::Wall;
use caseload::protocol::{Order, Settle};
use caseload::store::journal;
use jiff::{SignedDuration, Timestamp};

use crate::sync_watch::{DATADOG, SERVEROPS, TIMEOUT_MS, TINES, Watch, calm, sources, writes};

const ALL: [SourceId; 3] = [DATADOG, TINES, SERVEROPS];
const VENDORS: [(SourceId, demo::Vendor); 3] =
    [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines), (SERVEROPS, demo::Vendor::ServerOps)];
/// Longer than any test takes.
const LONG_MS: u64 = 600_000;

fn begin(directory: &Path) -> (Demo, Watch) {
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::start(&demo, directory);
    watch.full(&ALL);
    (demo, watch)
}

fn title(text: &str) -> Change {
    Change::Title(text.into())
}

fn describe(text: &str) -> Change {
    Change::Description(text.into())
}

/// A case as a person sees it who has just opened it.
fn seen(watch: &mut Watch, source: SourceId) -> (Rid, Case) {
    let (rid, _) = watch.some_open(source);
    (rid, watch.open(rid))
}

/// A colleague changes a field.
fn colleague(demo: &Demo, vendor: demo::Vendor, case: &Case, field: &str, value: &str) {
    demo.act(edit_of(vendor, case, field, value)).unwrap();
}

fn edit_of(vendor: demo::Vendor, case: &Case, field: &str, value: &str) -> Act {
    Act::Edit { vendor, id: case.row.id.id.to_string(), field: field.into(), value: value.into() }
}

fn refuse(demo: &Demo, vendor: demo::Vendor, path: &str) {
    demo.act(Act::FailNext { vendor, method: "POST".into(), path_contains: path.into(), status: 400, times: 1 }).unwrap();
}

/// The last part of each path that was written to.
fn verbs(demo: &Demo, vendor: demo::Vendor) -> Vec<String> {
    writes(demo, vendor).iter().map(|(_, path)| path.rsplit('/').next().unwrap().to_owned()).collect()
}

/// A Datadog edit of five fields, and what each was before.
fn five(case: &Case, watch: &Watch) -> Vec<Change> {
    let directory = watch.directory(DATADOG);
    let statuses = directory.statuses_of(case);
    let other = statuses.iter().find(|status| status.name != case.row.status.name && Some(status.state) != case.row.status.state).unwrap();
    let priority = if case.row.priority.as_ref().is_some_and(|known| known.name.as_str() == "P5") { "P4" } else { "P5" };
    vec![
        Change::Status((*other).clone()),
        Change::Priority(priority.into()),
        title("Five fields at once"),
        describe("First line\nSecond line"),
        Change::Attribute { key: "ticket".into(), values: vec!["INC-7".into()] },
    ]
}

fn shows(case: &Case, changes: &[Change]) -> Vec<bool> {
    changes.iter().map(|change| change.holds(case).unwrap()).collect()
}

#[test]
fn sync_after_a_failed_third_call_the_rest_is_resumed() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, case) = seen(&mut watch, DATADOG);
    let changes = five(&case, &watch);
    refuse(&demo, demo::Vendor::Datadog, "/title");
    let entry = watch.submit_seen(&case, changes.clone());
    let Progress::Parked { fault, done } = watch.rests(&entry) else { panic!("{:?}", watch.progress(&entry)) };
    assert_eq!((fault.kind, done), (FaultKind::Rejected, 2));
    assert_eq!(shows(&watch.cases[&rid], &changes), [true, true, false, false, false], "what landed is shown without being asked for");
    assert_eq!(verbs(&demo, demo::Vendor::Datadog), ["status", "priority", "title"]);

    watch.settle(&entry, Settle::Retry).unwrap();
    watch.verified(&entry);
    assert_eq!(verbs(&demo, demo::Vendor::Datadog)[3..], ["title", "description", "attributes"], "only what is missing");
    assert_eq!(shows(&watch.open(rid), &changes), [true; 5]);
}

#[test]
fn sync_after_a_failed_third_call_what_landed_is_rolled_back() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, case) = seen(&mut watch, DATADOG);
    let changes = five(&case, &watch);
    refuse(&demo, demo::Vendor::Datadog, "/title");
    let entry = watch.submit_seen(&case, changes);
    assert!(matches!(watch.rests(&entry), Progress::Parked { done: 2, .. }));

    watch.settle(&entry, Settle::RollBack).unwrap();
    let back = watch.until("the way back is in the outbox", |watch| {
        watch.outbox.iter().find(|known| known.undoes.as_deref() == Some(entry.as_str())).map(|known| known.id.to_string())
    });
    watch.verified(&back);
    assert!(watch.entry(&entry).is_none(), "the edit is given up");
    assert_eq!(verbs(&demo, demo::Vendor::Datadog)[3..], ["status", "priority"]);
    let now = watch.open(rid);
    assert_eq!((&now.row.status, &now.row.priority, &now.row.title), (&case.row.status, &case.row.priority, &case.row.title));
    assert_eq!((now.description, now.attributes), (case.description, case.attributes));
}

#[test]
fn sync_a_roll_back_asks_where_a_colleague_has_gone_on() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, case) = seen(&mut watch, DATADOG);
    let changes = five(&case, &watch);
    refuse(&demo, demo::Vendor::Datadog, "/title");
    let entry = watch.submit_seen(&case, changes);
    assert!(matches!(watch.rests(&entry), Progress::Parked { .. }));
    colleague(&demo, demo::Vendor::Datadog, &case, "priority", "P1");
    watch.settle(&entry, Settle::RollBack).unwrap();
    let back = watch.until("the way back is in the outbox", |watch| {
        watch.outbox.iter().find(|known| known.undoes.is_some()).map(|known| known.id.to_string())
    });
    let Progress::Parked { fault, .. } = watch.rests(&back) else { panic!("{:?}", watch.progress(&back)) };
    assert_eq!(fault.kind, FaultKind::Conflict);
    assert!(fault.message.as_str().contains("the priority"), "{fault}");
    assert_eq!(watch.open(rid).row.priority.unwrap().name.as_str(), "P1");
}

#[test]
fn sync_what_has_not_landed_cannot_be_rolled_back() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, case) = seen(&mut watch, DATADOG);
    refuse(&demo, demo::Vendor::Datadog, "/title");
    let entry = watch.submit_seen(&case, vec![title("Refused")]);
    assert!(matches!(watch.rests(&entry), Progress::Parked { .. }));
    let fault = watch.settle(&entry, Settle::RollBack).unwrap_err();
    assert!(fault.message.as_str().contains("drop it instead"), "{fault}");
    assert!(watch.entry(&entry).is_some());
}

#[test]
fn sync_an_overlap_parks_and_nothing_leaves_until_it_is_decided() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    for (source, vendor) in VENDORS {
        for takes_mine in [true, false] {
            let (rid, case) = seen(&mut watch, source);
            let before = writes(&demo, vendor).len();
            let (theirs, mine) = (format!("Theirs {takes_mine}"), format!("Mine {takes_mine}"));
            colleague(&demo, vendor, &case, "title", &theirs);
            let text = format!("Text {takes_mine}");
            let entry = watch.submit_seen(&case, vec![title(&mine), describe(&text)]);
            let Progress::Parked { fault, done } = watch.rests(&entry) else { panic!("{:?}", watch.progress(&entry)) };
            assert_eq!((fault.kind, done), (FaultKind::Conflict, 0));
            // Tines has no entry for a new title, and ServerOps no timeline.
            let is_named = source == DATADOG;
            assert_eq!(fault.message.as_str().contains("changed the title too, at "), is_named, "{fault}");
            assert_eq!(fault.message.as_str().starts_with("somebody changed the title too: "), !is_named, "{fault}");
            let conflict = watch.entry(&entry).unwrap().conflict.clone().unwrap();
            assert_eq!(conflict.undecided(), 1);
            assert_eq!(conflict.merges[0].theirs, Value::Text(theirs.clone()));
            assert_eq!(conflict.merges[1].outcome, Outcome::Mine);

            // Neither trying again nor half a decision lets it go.
            watch.settle(&entry, Settle::Retry).unwrap();
            watch.until("it is compared again", |watch| {
                let parked =
                    watch.heard.iter().filter(|report| matches!(report, caseload::protocol::Report::Outbox(told) if told.id == entry.as_str() && told.conflict.is_some()));
                (parked.count() >= 2).then_some(())
            });
            let fault = watch.settle(&entry, Settle::Decide(vec![])).unwrap_err();
            assert!(fault.message.as_str().contains("title is not decided"), "{fault}");
            assert_eq!(writes(&demo, vendor).len(), before, "{vendor:?}");

            let chosen = if takes_mine { &mine } else { &theirs };
            let decision = vec![(Aspect::of_part(Part::Title), Value::Text(chosen.clone()))];
            // What is shown before the answer is what leaves after it.
            let ticket = watch.send(caseload::protocol::Order::PlanDecided { entry: entry.clone(), values: decision.clone() });
            let shown = watch.calls_told(ticket).len();
            assert_eq!(writes(&demo, vendor).len(), before, "{vendor:?}: a plan sends nothing");
            watch.settle(&entry, Settle::Decide(decision)).unwrap();
            watch.verified(&entry);
            assert_eq!(writes(&demo, vendor).len() - before, shown, "{vendor:?}");
            let now = watch.open(rid);
            assert_eq!((now.row.title.as_str(), now.description.as_str()), (chosen.as_str(), text.as_str()), "{vendor:?}");
        }
    }
}

#[test]
fn sync_ones_own_comment_after_a_colleagues_change_names_nobody_who_did_not_make_it() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    for (source, vendor) in VENDORS {
        let (_, case) = seen(&mut watch, source);
        colleague(&demo, vendor, &case, "title", "Theirs");
        if source != SERVEROPS {
            let entry = watch.submit_seen(&case, vec![Change::Comment("Seen.".into())]);
            watch.verified(&entry);
        }
        let entry = watch.submit_seen(&case, vec![title("Mine")]);
        let Progress::Parked { fault, .. } = watch.rests(&entry) else { panic!("{:?}", watch.progress(&entry)) };
        let conflict = watch.entry(&entry).unwrap().conflict.clone().unwrap();
        assert!(!conflict.by_me, "{vendor:?}: {fault}");
        assert!(!fault.message.as_str().starts_with("you"), "{vendor:?}: {fault}");
    }
}

#[test]
fn sync_a_colleague_is_named_whose_entry_is_about_the_field() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    for (source, vendor) in &VENDORS[..2] {
        let (_, case) = seen(&mut watch, *source);
        let is = |name: &str| case.row.priority.as_ref().is_some_and(|known| known.name.raw() == name);
        let [one, two, three] = if *source == DATADOG { ["P5", "P4", "P3"] } else { ["LOW", "INFO", "HIGH"] };
        let [theirs, mine] = if is(one) || is(two) { [three, if is(one) { two } else { one }] } else { [one, two] };
        colleague(&demo, *vendor, &case, "priority", theirs);
        let entry = watch.submit_seen(&case, vec![Change::Priority(mine.into())]);
        let Progress::Parked { fault, .. } = watch.rests(&entry) else { panic!("{:?}", watch.progress(&entry)) };
        let message = fault.message.as_str();
        assert!(message.contains(" changed the priority too, at ") && !message.starts_with("somebody"), "{fault}");
    }
}

#[test]
fn sync_a_decision_is_compared_again_before_it_leaves() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, case) = seen(&mut watch, TINES);
    colleague(&demo, demo::Vendor::Tines, &case, "title", "Theirs");
    let entry = watch.submit_seen(&case, vec![title("Mine")]);
    assert!(matches!(watch.rests(&entry), Progress::Parked { .. }));
    colleague(&demo, demo::Vendor::Tines, &case, "title", "Theirs again");
    watch.settle(&entry, Settle::Decide(vec![(Aspect::of_part(Part::Title), Value::Text("Mine".into()))])).unwrap();
    let theirs = |watch: &Watch| watch.entry(&entry)?.conflict.as_ref().map(|conflict| conflict.merges[0].theirs.clone());
    let again = Value::Text("Theirs again".into());
    watch.until("it is back", |watch| (theirs(watch).as_ref() == Some(&again)).then_some(()));
    assert_eq!(writes(&demo, demo::Vendor::Tines), []);
    assert_eq!(watch.open(rid).row.title.as_str(), "Theirs again");

    // Taking theirs leaves nothing to be sent.
    watch.settle(&entry, Settle::Decide(vec![(Aspect::of_part(Part::Title), again)])).unwrap();
    watch.verified(&entry);
    assert_eq!(writes(&demo, demo::Vendor::Tines), []);
}

#[test]
fn sync_what_a_colleague_did_beside_it_is_merged() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    for (source, vendor) in VENDORS {
        let (rid, case) = seen(&mut watch, source);
        let text = "One\nTwo\nThree\nFour\nFive";
        let entry = watch.submit_seen(&case, vec![describe(text)]);
        watch.verified(&entry);
        let case = watch.open(rid);
        colleague(&demo, vendor, &case, "description", "One, theirs\nTwo\nThree\nFour\nFive");
        colleague(&demo, vendor, &case, "title", "Their title");
        if source == TINES {
            colleague(&demo, vendor, &case, "add_tag", "theirs");
        }
        let mut changes = vec![describe("One\nTwo\nThree\nFour\nFive, mine")];
        if source == TINES {
            changes.push(Change::AddTags(vec!["mine".into()]));
        }
        let entry = watch.submit_seen(&case, changes);
        watch.verified(&entry);
        let now = watch.open(rid);
        assert_eq!(now.description.as_str(), "One, theirs\nTwo\nThree\nFour\nFive, mine", "{vendor:?}");
        assert_eq!(now.row.title.as_str(), "Their title");
        if source == TINES {
            let has = |tag: &str| now.row.tags.contains(&Clean::line(tag));
            assert!(has("mine") && has("theirs") && case.row.tags.iter().all(|tag| now.row.tags.contains(tag)), "{:?}", now.row.tags);
        }
    }
}

#[test]
fn sync_what_a_colleague_did_already_and_what_is_left_as_theirs_are_not_called_sent() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    for (source, vendor) in VENDORS {
        let (rid, case) = seen(&mut watch, source);
        colleague(&demo, vendor, &case, "title", "The same words");
        let entry = watch.submit_seen(&case, vec![title("The same words")]);
        watch.verified(&entry);
        assert_eq!(watch.entry(&entry).unwrap().unsent(), Some("was so already"), "{vendor:?}");

        let case = watch.open(rid);
        colleague(&demo, vendor, &case, "title", "Theirs");
        let entry = watch.submit_seen(&case, vec![title("Mine")]);
        watch.until("it is asked about", |watch| watch.entry(&entry)?.conflict.as_ref().map(drop));
        let theirs = vec![(Aspect::of_part(Part::Title), Value::Text("Theirs".into()))];
        watch.settle(&entry, Settle::Decide(theirs)).unwrap();
        watch.verified(&entry);
        assert_eq!(watch.entry(&entry).unwrap().unsent(), Some("left as theirs"), "{vendor:?}");
        assert_eq!(writes(&demo, vendor), [], "{vendor:?}");

        let entry = watch.submit_seen(&watch.cases[&rid].clone(), vec![title("Sent")]);
        watch.verified(&entry);
        assert_eq!(watch.entry(&entry).unwrap().unsent(), None, "{vendor:?}");
    }
}

/// What the journal has about an entry.
fn journaled(directory: &Path, entry: &str) -> Vec<Event> {
    let lines = journal::read(directory).unwrap().map(|kept| kept.unwrap().line.unwrap());
    lines.filter(|line| line.entry == entry).map(|line| line.event).collect()
}

#[test]
fn sync_what_was_refused_and_another_hand_has_made_is_not_called_sent_when_it_is_tried_again() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let mut entries = Vec::new();
    for (source, vendor) in VENDORS {
        let (_, case) = seen(&mut watch, source);
        let method = ["POST", "PUT", "PATCH"][usize::from(source.0)].to_owned();
        demo.act(Act::FailNext { vendor, method, path_contains: case.row.id.id.to_string(), status: 400, times: 1 }).unwrap();
        let entry = watch.submit_seen(&case, vec![title("The same words")]);
        assert!(matches!(watch.rests(&entry), Progress::Parked { done: 0, .. }), "{vendor:?}");
        colleague(&demo, vendor, &case, "title", "The same words");
        watch.settle(&entry, Settle::Retry).unwrap();
        watch.verified(&entry);
        assert_eq!(watch.entry(&entry).unwrap().unsent(), Some("was so already"), "{vendor:?}");
        assert_eq!(writes(&demo, vendor).len(), 1, "{vendor:?}: only the one that was refused");
        entries.push(entry);
    }
    watch.stop();
    for entry in entries {
        let told = journaled(directory.path(), &entry);
        assert!(matches!(told[..], [Event::Queued, Event::Refused { .. }, Event::Unsent, Event::Verified]), "{told:?}");
    }
}

#[test]
fn sync_of_several_calls_what_another_hand_has_made_is_left_out_of_what_was_sent() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let mut entries = Vec::new();
    for is_refused in [true, false] {
        let (_, case) = seen(&mut watch, DATADOG);
        let changes = vec![title(&format!("Title {is_refused}")), describe("Their words, and mine")];
        if is_refused {
            refuse(&demo, demo::Vendor::Datadog, "/description");
        } else {
            colleague(&demo, demo::Vendor::Datadog, &case, "description", "Their words, and mine");
        }
        let entry = watch.submit_seen(&case, changes.clone());
        if is_refused {
            assert!(matches!(watch.rests(&entry), Progress::Parked { done: 1, .. }));
            colleague(&demo, demo::Vendor::Datadog, &case, "description", "Their words, and mine");
            watch.settle(&entry, Settle::Retry).unwrap();
        }
        watch.verified(&entry);
        let sent = watch.entry(&entry).unwrap();
        assert_eq!((&sent.edit.changes[..], sent.unsent()), (&changes[..1], None), "{is_refused}");
        assert_eq!(sent.edit.inverse().unwrap().edit.changes, [title(case.row.title.raw())], "{is_refused}");
        entries.push(entry);
    }
    watch.stop();
    for entry in entries {
        let told = journaled(directory.path(), &entry);
        assert_eq!(told.iter().filter(|event| matches!(event, Event::Landed { .. })).count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|event| **event == Event::Unsent).count(), 1, "{told:?}");
    }
}

#[test]
fn sync_what_another_process_did_not_have_to_send_is_not_called_sent_here() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut one) = begin(directory.path());
    let mut offline = Watch::offline(&demo, directory.path());
    let (_, case) = seen(&mut one, DATADOG);
    let entry = offline.submit_edit(&Edit::new(&case, vec![title("Mine"), describe("Their words, and mine")]), LONG_MS);
    one.until("it is known here", |watch| watch.entry(&entry).map(drop));
    colleague(&demo, demo::Vendor::Datadog, &case, "description", "Their words, and mine");
    one.settle(&entry, Settle::Retry).unwrap();
    one.verified(&entry);
    offline.until("it is told there", |watch| watch.progress(&entry).filter(Progress::is_settled));
    assert_eq!(offline.entry(&entry).unwrap().edit.changes, [title("Mine")]);
}

#[test]
fn sync_an_attribute_that_a_colleague_sets_between_two_calls_stays() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, case) = seen(&mut watch, DATADOG);
    let after = |path: &str, field: &str, value: &str| Act::After {
        vendor: demo::Vendor::Datadog,
        method: "POST".into(),
        path_contains: path.into(),
        then: Box::new(edit_of(demo::Vendor::Datadog, &case, field, value)),
    };
    demo.act(after("/title", "attribute theirs", "kept")).unwrap();
    let mine = Change::Attribute { key: "mine".into(), values: vec!["kept".into()] };
    let entry = watch.submit_seen(&case, vec![title("Before the attributes"), mine.clone()]);
    watch.verified(&entry);
    let theirs = Change::Attribute { key: "theirs".into(), values: vec!["kept".into()] };
    assert_eq!(shows(&watch.open(rid), &[mine, theirs]), [true, true]);
}

#[test]
fn sync_what_a_colleague_writes_over_it_is_asked_about_and_not_sent_again() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    for (source, vendor) in VENDORS {
        let (rid, case) = seen(&mut watch, source);
        let method = ["POST", "PUT", "PATCH"][usize::from(source.0)];
        let then = Box::new(edit_of(vendor, &case, "title", "Over it"));
        demo.act(Act::After { vendor, method: method.into(), path_contains: case.row.id.id.to_string(), then }).unwrap();
        let entry = watch.submit_seen(&case, vec![title("Mine")]);
        let Progress::Parked { fault, done } = watch.rests(&entry) else { panic!("{:?}", watch.progress(&entry)) };
        assert_eq!((fault.kind, done), (FaultKind::Conflict, 1), "{vendor:?}");
        assert_eq!(writes(&demo, vendor).len(), 1);

        watch.settle(&entry, Settle::Decide(vec![(Aspect::of_part(Part::Title), Value::Text("Mine".into()))])).unwrap();
        watch.verified(&entry);
        assert_eq!(writes(&demo, vendor).len(), 2);
        assert_eq!(watch.open(rid).row.title.as_str(), "Mine");
    }
}

#[test]
fn sync_ones_own_edits_of_one_field_follow_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, case) = seen(&mut watch, TINES);
    // All three were begun from what was seen before the first had landed.
    let entries = ["first", "second", "third"].map(|text| watch.submit_seen(&case, vec![title(text)]));
    for entry in &entries {
        watch.verified(entry);
    }
    assert_eq!(watch.open(rid).row.title.as_str(), "third");
    assert_eq!(writes(&demo, demo::Vendor::Tines).len(), 3);
}

#[test]
fn sync_an_edit_is_taken_back_by_its_inverse() {
    let directory = tempfile::tempdir().unwrap();
    let (_demo, mut watch) = begin(directory.path());
    for (source, _) in VENDORS {
        let (rid, case) = seen(&mut watch, source);
        let directory = watch.directory(source);
        let statuses = directory.statuses_of(&case);
        let mut changes = vec![title("To be taken back"), describe("Other\nwords")];
        let other =
            statuses.iter().find(|status| status.name != case.row.status.name && status.state != caseload::domain::case::State::Closed);
        changes.extend(other.filter(|_| source != SERVEROPS).map(|status| Change::Status((*status).clone())));
        if source != SERVEROPS {
            let person = directory.people.iter().find(|person| !case.row.assignees.iter().any(|known| known.is(person))).unwrap();
            changes.push(Change::Assign(person.clone()));
            changes.push(Change::Priority(if source == DATADOG { "P5" } else { "INFO" }.into()));
        }
        if source == TINES {
            changes.push(Change::AddTags(vec!["for-now".into()]));
            changes.push(Change::RemoveTags(case.row.tags.iter().take(1).map(ToString::to_string).collect()));
        }
        changes.retain(|change| change.holds(&case) != Some(true));
        let edit = Edit::new(&case, changes);
        let entry = watch.submit_edit(&edit, 0);
        watch.verified(&entry);
        let entry = watch.submit_edit(&edit.inverse().unwrap().edit, 0);
        watch.verified(&entry);
        let now = watch.open(rid);
        for seen in &edit.base {
            assert_eq!(seen.aspect.read(&now), seen.value, "{source:?} {}", seen.aspect.name());
        }
        assert_eq!(now.row.status, case.row.status);
    }
}

#[test]
fn sync_within_its_delay_an_edit_can_be_taken_back() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, case) = seen(&mut watch, TINES);
    let entry = watch.submit_edit(&Edit::new(&case, vec![title("Never sent")]), LONG_MS);
    assert!(watch.entry(&entry).unwrap().send_after.unwrap() > Timestamp::now());
    watch.settle(&entry, Settle::Drop).unwrap();
    watch.until("it is dropped", |watch| watch.entry(&entry).is_none().then_some(()));

    // Sent before its time by a person; what is behind it waits for it.
    let first = watch.submit_edit(&Edit::new(&case, vec![title("Sent now")]), LONG_MS);
    let second = watch.submit_seen(&case, vec![describe("Behind it")]);
    let (_, other) = seen(&mut watch, SERVEROPS);
    let beside = watch.submit_seen(&other, vec![title("Another case")]);
    watch.verified(&beside);
    assert_eq!(watch.progress(&second), Some(Progress::Queued));
    assert_eq!(writes(&demo, demo::Vendor::Tines), []);
    watch.settle(&first, Settle::Retry).unwrap();
    watch.verified(&first);
    watch.verified(&second);
    let now = watch.open(rid);
    assert_eq!((now.row.title.as_str(), now.description.as_str()), ("Sent now", "Behind it"));
}

#[test]
fn sync_a_delay_is_kept_over_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (_, case) = seen(&mut watch, TINES);
    let (_, other) = seen(&mut watch, SERVEROPS);
    let entry = watch.submit_edit(&Edit::new(&case, vec![title("Sent later")]), LONG_MS);
    watch.stop();
    let wall = Wall::default();
    let mut watch = Watch::start_by(wall.clone(), sources(&demo, TIMEOUT_MS), directory.path(), false);
    let beside = watch.submit_seen(&other, vec![title("Another case")]);
    watch.verified(&beside);
    assert_eq!((watch.progress(&entry), writes(&demo, demo::Vendor::Tines)), (Some(Progress::Queued), vec![]));
    watch.stop();
    wall.set(SignedDuration::from_millis(i64::try_from(LONG_MS).unwrap()));
    let mut watch = Watch::start_by(wall, sources(&demo, TIMEOUT_MS), directory.path(), false);
    watch.verified(&entry);
    assert_eq!(writes(&demo, demo::Vendor::Tines).len(), 1);
}

#[test]
fn sync_what_is_held_waits_for_its_release() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let (rid, case) = seen(&mut watch, TINES);
    let (_, other) = seen(&mut watch, SERVEROPS);
    let held = [
        watch.submit_edit(&Edit::new(&case, vec![title("Held")]), LONG_MS),
        watch.submit_edit(&Edit::new(&other, vec![title("Held too")]), LONG_MS),
    ];
    watch.ask(Order::HoldAll(true)).unwrap();
    watch.until("both are held", |watch| held.iter().all(|entry| watch.entry(entry).unwrap().is_held).then_some(()));
    // Others of the same case pass by; a restart changes nothing.
    let passing = watch.submit_seen(&case, vec![describe("Passing by")]);
    watch.verified(&passing);
    watch.stop();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    assert!(held.iter().all(|entry| watch.entry(entry).unwrap().is_held));
    assert_eq!(writes(&demo, demo::Vendor::Tines).len(), 1);

    watch.settle(&held[0], Settle::Release).unwrap();
    watch.settle(&held[0], Settle::Retry).unwrap();
    watch.verified(&held[0]);
    assert_eq!(watch.open(rid).row.title.as_str(), "Held");
    assert_eq!(writes(&demo, demo::Vendor::ServerOps), []);
    watch.ask(Order::HoldAll(false)).unwrap();
    watch.settle(&held[1], Settle::Retry).unwrap();
    watch.verified(&held[1]);
}

#[test]
fn sync_two_workers_and_a_colleague_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut one) = begin(directory.path());
    let mut two = Watch::start(&demo, directory.path());
    two.full(&ALL);
    let (rid, case) = seen(&mut one, TINES);
    let same = two.rid(TINES, &case.row.id.id);
    let seen_by_two = two.open(same);
    // Three hands, three fields.
    let first = one.submit_seen(&case, vec![title("By the one")]);
    let second = two.submit_seen(&seen_by_two, vec![describe("By the other")]);
    colleague(&demo, demo::Vendor::Tines, &case, "add_tag", "by-a-colleague");
    one.verified(&first);
    Watch::until_of_two(&mut one, &mut two, "the other's edit is sent", |watch| {
        watch.progress(&second).is_none_or(|progress| progress.is_settled())
    });
    let now = one.open(rid);
    assert_eq!((now.row.title.as_str(), now.description.as_str()), ("By the one", "By the other"));
    assert!(now.row.tags.contains(&Clean::line("by-a-colleague")));

    // One field: the second to come is asked.
    let third = one.submit_seen(&now, vec![title("By the one again")]);
    one.verified(&third);
    let fourth = two.submit_seen(&now, vec![title("By the other again")]);
    Watch::until_of_two(&mut one, &mut two, "the other is asked", |watch| {
        watch.entry(&fourth).is_some_and(|entry| entry.conflict.is_some())
    });
    assert_eq!(one.open(rid).row.title.as_str(), "By the one again");
    let decision = vec![(Aspect::of_part(Part::Title), Value::Text("By both".into()))];
    two.settle(&fourth, Settle::Decide(decision)).unwrap();
    Watch::until_of_two(&mut one, &mut two, "it is sent", |watch| watch.progress(&fourth).is_none_or(|progress| progress.is_settled()));
    assert_eq!(one.open(rid).row.title.as_str(), "By both");
}
