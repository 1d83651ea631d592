//! My own edits of one case, one after the other: none of them is a colleague's change, whoever sends them and when; and
//! whoever is known by mail to me and by id to the vendor is one person.

use std::path::Path;

use caseload::demo::{
    Act, Demo, {self},
};
use caseload::domain::aspect::Aspect;
use caseload::domain::case::{Case, Rid, SourceId, State};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, OutboxEntry, Progress};
use caseload::protocol::Report;

use crate::desk::House;
use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm, writes};

const ALL: [SourceId; 3] = [DATADOG, TINES, SERVEROPS];
const VENDORS: [(SourceId, demo::Vendor); 3] =
    [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines), (SERVEROPS, demo::Vendor::ServerOps)];

fn begin(directory: &Path) -> (Demo, Watch) {
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::start(&demo, directory);
    watch.full(&ALL);
    (demo, watch)
}

fn seen(watch: &mut Watch, source: SourceId) -> (Rid, Case) {
    let (rid, _) = watch.some_open(source);
    (rid, watch.open(rid))
}

/// Two values in turn of all that a vendor lets one change.
fn in_turn(watch: &Watch, source: SourceId, case: &Case) -> Vec<[Change; 2]> {
    let text = |text: &str| text.to_owned();
    let mut all = vec![
        [Change::Title(text("One")), Change::Title(text("Two"))],
        [Change::Description(text("One\nand more")), Change::Description(text("Two\nand other"))],
    ];
    let directory = watch.directory(source);
    let mut statuses = directory.statuses_of(case).into_iter().filter(|status| status.name != case.row.status.name).collect::<Vec<_>>();
    statuses.sort_by_key(|status| status.state == State::Closed);
    all.push([0, 1].map(|at| Change::Status((*statuses[at]).clone())));
    if source != SERVEROPS {
        let names = if source == DATADOG { ["P5", "P4", "P3"] } else { ["INFO", "LOW", "HIGH"] };
        let is = |name: &&&str| case.row.priority.as_ref().is_none_or(|known| known.name.as_str() != **name);
        let others: Vec<&str> = names.iter().filter(is).copied().collect();
        all.push([0, 1].map(|at| Change::Priority(text(others[at]))));
        let is_new = |person: &&caseload::domain::person::Person| !case.row.assignees.iter().any(|known| known.is(person));
        let people: Vec<_> = directory.people.iter().filter(is_new).collect();
        all.push([0, 1].map(|at| Change::Assign(people[at].clone())));
    }
    if source == TINES {
        all.push([Change::AddTags(vec![text("one")]), Change::AddTags(vec![text("two")])]);
    }
    if source == DATADOG {
        let ticket = |value: &str| Change::Attribute { key: text("ticket"), values: vec![text(value)] };
        all.push([ticket("INC-1"), ticket("INC-2")]);
    }
    all
}

#[test]
fn sync_what_i_queued_offline_does_not_conflict_with_itself() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let cases = VENDORS.map(|(source, _)| seen(&mut watch, source));
    let turns = VENDORS.map(|(source, _)| in_turn(&watch, source, &cases[usize::from(source.0)].1));
    watch.stop();
    let mut offline = Watch::offline(&demo, directory.path());
    let mut entries = Vec::new();
    for ((_, case), turns) in cases.iter().zip(&turns) {
        for turn in [0, 1] {
            // Each begun from what the case was before any of them.
            entries.extend(turns.iter().map(|changes| offline.submit_seen(case, vec![changes[turn].clone()])));
        }
    }
    offline.stop();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    for entry in &entries {
        watch.until("it is sent", |watch| {
            let known = watch.entry(entry)?;
            assert_eq!((&known.conflict, known.progress.needs_person()), (&None, false), "{:?}: {:?}", known.edit, known.progress);
            known.progress.is_settled().then_some(())
        });
    }
    for ((rid, _), turns) in cases.iter().zip(&turns) {
        let now = watch.open(*rid);
        for [_, last] in turns {
            assert_eq!(last.holds(&now), Some(true), "{last:?}");
        }
        let made = turns.iter().flatten().filter(|change| matches!(change, Change::AddTags(_)));
        assert!(made.into_iter().all(|change| change.holds(&now) == Some(true)), "{:?}", now.row.tags);
    }
}

#[test]
fn sync_a_colleague_between_two_of_my_edits_is_still_one() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut watch) = begin(directory.path());
    let cases = VENDORS.map(|(source, _)| seen(&mut watch, source));
    watch.stop();
    let mut offline = Watch::offline(&demo, directory.path());
    let title = |text: &str| vec![Change::Title(text.into())];
    let entries = cases.each_ref().map(|(_, case)| ["One", "Two"].map(|text| offline.submit_seen(case, title(text))));
    offline.stop();
    for ((source, vendor), (_, case)) in VENDORS.into_iter().zip(&cases) {
        let id = case.row.id.id.to_string();
        let method = ["POST", "PUT", "PATCH"][usize::from(source.0)];
        let then = Box::new(Act::Edit { vendor, id: id.clone(), field: "title".into(), value: "Theirs".into() });
        demo.act(Act::After { vendor, method: method.into(), path_contains: id, then }).unwrap();
    }
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    for (vendor, ((rid, _), entries)) in demo::Vendor::ALL.into_iter().zip(cases.iter().zip(&entries)) {
        for (at, entry) in entries.iter().enumerate() {
            let progress = watch.rests(entry);
            assert!(matches!(progress, Progress::Parked { .. }), "{progress:?}");
            let conflict = watch.entry(entry).unwrap().conflict.clone().unwrap();
            assert_eq!((conflict.undecided(), conflict.merges[0].theirs.line().as_str()), (1, "Theirs"));
            if at == 0 {
                watch.until("the second waits behind it", |watch| watch.entry(&entries[1])?.is_behind().then_some(()));
                watch.settle(entry, caseload::protocol::Settle::Drop).unwrap();
            }
        }
        assert_eq!(writes(&demo, vendor).len(), 1, "{vendor:?}");
        assert_eq!(watch.open(*rid).row.title.as_str(), "Theirs");
    }
}

#[test]
fn sync_of_two_workers_the_one_that_sends_takes_the_others_edits_along() {
    let directory = tempfile::tempdir().unwrap();
    let (demo, mut one) = begin(directory.path());
    let mut offline = Watch::offline(&demo, directory.path());
    let (rid, case) = seen(&mut one, TINES);
    // Both wait on disk when the first of them leaves; the other belongs to a process that never sends.
    let first = one.submit_edit(&Edit::new(&case, vec![Change::Title("By the one".into())]), 600_000);
    let second = offline.submit_seen(&case, vec![Change::Title("By the other".into())]);
    one.settle(&first, caseload::protocol::Settle::Retry).unwrap();
    one.verified(&first);
    one.until("the other's is sent too", |watch| {
        let known = watch.entry(&second)?;
        assert_eq!(known.conflict, None);
        known.progress.is_settled().then_some(())
    });
    assert_eq!(one.open(rid).row.title.as_str(), "By the other");
}

/// The directory of Tines is refused: who I am is known by mail alone, while each case names its assignees by id.
fn refuse_directory(demo: &Demo) {
    let vendor = demo::Vendor::Tines;
    let act = Act::FailNext { vendor, method: "GET".into(), path_contains: "/api/v1/teams".into(), status: 403, times: 10_000 };
    demo.act(act).unwrap();
}

/// The mail addresses of those who are assigned to a Tines case.
fn assigned(demo: &Demo, id: &str) -> Vec<String> {
    demo.truth(demo::Vendor::Tines).into_iter().find(|case| case.id == id).unwrap().assignees
}

#[test]
fn sync_whoever_is_known_by_mail_alone_is_taken_off_again() {
    for restarts in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let demo = demo::start(&calm(120)).unwrap();
        refuse_directory(&demo);
        let mut watch = Watch::start(&demo, directory.path());
        watch.full(&[TINES]);
        watch.until("the directory has come", |watch| {
            watch.heard.iter().find(|report| matches!(report, Report::Directory(TINES, _))).map(drop)
        });
        let me = watch.directory(TINES).me.clone().unwrap();
        assert!(me.id.is_empty() && !me.email.is_empty(), "{me:?}");
        let free = watch.rows.iter().find(|(_, row)| row.id.source == TINES && row.status.is_open() && row.assignees.is_empty());
        let rid = *free.unwrap().0;
        let case = watch.open(rid);
        let id = case.row.id.id.to_string();
        let edit = Edit::new(&case, vec![Change::Assign(me.clone())]);
        let entry = watch.submit_edit(&edit, 0);
        watch.verified(&entry);
        assert_eq!(assigned(&demo, &id), [me.email.to_string()]);
        assert!(watch.open(rid).row.assignees.iter().all(|known| !known.id.is_empty()), "the case knows more of me than I do");

        let back = edit.inverse().unwrap().edit;
        if restarts {
            watch.stop();
            watch = Watch::offline(&demo, directory.path());
        }
        let entry = watch.submit_edit(&back, 0);
        if restarts {
            watch.stop();
            watch = Watch::start(&demo, directory.path());
            watch.full(&[TINES]);
        }
        watch.verified(&entry);
        assert_eq!(watch.entry(&entry).and_then(OutboxEntry::unsent), None, "restarts: {restarts}");
        assert_eq!(assigned(&demo, &id), [""; 0]);
        let of_case = |(_, path): &(String, String)| path.contains(&id);
        assert_eq!(writes(&demo, demo::Vendor::Tines).iter().filter(|call| of_case(call)).count(), 2);
        let people = Aspect::of_part(caseload::domain::part::Part::Assignees);
        assert_eq!(people.read(&watch.open(rid)).members().len(), 0);
    }
}

#[test]
fn a_sitting_that_knows_me_by_mail_alone_takes_me_off_with_u() {
    let house = House::hasty(120);
    refuse_directory(&house.demo);
    let free = house.demo.truth(demo::Vendor::Tines).into_iter().find(|case| case.is_listed && case.is_open && case.assignees.is_empty());
    let id = free.unwrap().id;
    let mut desk = house.sit();
    desk.read_all().press("/").text(&format!("id:{id}")).press("<enter>").press("<enter>");
    desk.until("the case came from the vendor", |app| {
        app.panes
            .detail
            .loaded
            .as_ref()
            .is_some_and(|loaded| loaded.case.row.id.id == id && loaded.from == caseload::protocol::From::Network)
    });
    desk.settle().press("a").text("me").press("<enter>");
    crate::desk_writing::agree(&mut desk);
    desk.until("I am on it", |app| app.model.outbox.is_empty() && !assigned(&house.demo, &id).is_empty()).settle();
    desk.press("u");
    desk.until("it says what it would do", |app| app.cx.overlays.last().is_some()).settle();
    assert!(!desk.shown().contains("was changed meanwhile"), "nobody else was there: {}", desk.shown());
    crate::desk_writing::agree(&mut desk);
    desk.until("it is sent", |app| app.model.outbox.is_empty()).settle();
    assert_eq!(assigned(&house.demo, &id), [""; 0]);
    desk.comes_to_see("read back ok");
}
