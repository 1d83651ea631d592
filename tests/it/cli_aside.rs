//! Snooze and pin through the binary: kept on disk, read by the workbench, told to no vendor.

use caseload::demo::{Act, Vendor};
use caseload::domain::aside::{Aside, Until};
use caseload::domain::aspect::{Aspect, Value};
use caseload::domain::case::{CaseId, SourceId};
use caseload::domain::decided::Decided;
use caseload::domain::draft::Draft;
use caseload::domain::merge::{Choice, Conflict};
use caseload::domain::moved::Moved;
use caseload::domain::part::Part;
use caseload::store::{Access, Store};
use caseload::tui::app::App;
use jiff::Timestamp;

use crate::cli_desk::Desk;
use crate::cli_edit::{open_case, reference};
use crate::desk::House;

/// What is remembered: id, pinned, until when.
fn kept(desk: &Desk) -> Vec<(String, bool, Option<Until>)> {
    let mut store = Store::open(&desk.data(), Access::ReadOnly).unwrap();
    store.sources(&["datadog", "tines", "serverops"]).unwrap();
    let (asides, faults) = store.asides().unwrap();
    assert_eq!(faults, []);
    asides.into_iter().map(|aside| (aside.case.id.to_string(), aside.is_pinned, aside.snooze.map(|snooze| snooze.until))).collect()
}

#[test]
fn a_case_is_put_aside_pinned_and_taken_back() {
    let desk = Desk::calm(120);
    let case = open_case(&desk, Vendor::ServerOps);
    let (name, id) = (reference(&case), case["id"].as_str().unwrap().to_owned());
    let said = desk.run(&["snooze", &name, "--until", "change"]).expect(0);
    assert_eq!(said.out, format!("{name} sleeps until it changes\n"));
    assert_eq!(kept(&desk), [(id.clone(), false, Some(Until::Change))]);
    desk.run(&["pin", &name]).expect(0);
    assert_eq!(kept(&desk), [(id.clone(), true, Some(Until::Change))]);
    assert!(desk.run(&["snooze", &name, "--wake"]).expect(0).out.contains("is awake"));
    assert_eq!(kept(&desk), [(id, true, None)]);
    desk.run(&["pin", &name, "--off"]).expect(0);
    assert_eq!(kept(&desk), []);
    desk.run(&["pin", &name, "--off"]).expect(0);
    assert!(Vendor::ALL.iter().all(|vendor| desk.writes(*vendor).is_empty()), "no vendor is told");
}

#[test]
fn a_case_that_was_never_read_is_asked_for_first() {
    let elsewhere = Desk::calm(120);
    let name = reference(&open_case(&elsewhere, Vendor::Tines));
    let desk = Desk::calm(120);
    desk.run(&["--offline", "snooze", &name, "--until", "2h"]).expect(4);
    assert!(desk.run(&["snooze", &name, "--until", "2h"]).expect(0).out.contains("sleeps until"));
    assert!(matches!(kept(&desk)[..], [(_, false, Some(Until::Moment(_)))]));
    desk.run(&["snooze", "tines:99999999", "--until", "2h"]).expect(1);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_asked() {
    let desk = Desk::calm(120);
    for (until, word) in [("yesterday", "no time"), ("2020-01-01", "has passed"), ("100d", "90 days"), ("", "write until when")] {
        let said = desk.run(&["snooze", "tines:1", "--until", until]).expect(2);
        assert!(said.err.contains(word), "{until}: {}", said.err);
    }
    desk.run(&["snooze", "tines:1"]).expect(2);
    assert!(Vendor::ALL.iter().all(|vendor| desk.demo.received(*vendor).is_empty()));
    let name = reference(&open_case(&desk, Vendor::ServerOps));
    let said = desk.run(&["snooze", &name, "--until", "sla<30m"]).expect(2);
    assert!(said.err.contains("no SLA clock"), "{}", said.err);
}

fn listed(desk: &Desk, words: &[&str], code: i32) -> (Vec<String>, String) {
    let said = desk.run(&[&["list", "--cached", "--json"], words].concat()).expect(code);
    let refs = said.json().as_array().unwrap().iter().map(reference).collect();
    (refs, said.err)
}

#[test]
fn what_is_put_aside_is_found_by_the_filter_and_what_sleeps_is_not_listed_otherwise() {
    let desk = Desk::calm(120);
    // What was never read could match, too: a count is whole only where all sources were.
    desk.run(&["list", "--json"]).expect(0);
    let name = reference(&open_case(&desk, Vendor::ServerOps));
    let pinned = reference(&open_case(&desk, Vendor::Tines));
    let all = listed(&desk, &[], 0).0.len();
    assert_eq!(listed(&desk, &["is:snoozed"], 1).0, [] as [String; 0]);
    desk.run(&["snooze", &name, "--until", "2h"]).expect(0);
    desk.run(&["pin", &pinned]).expect(0);
    assert_eq!(listed(&desk, &["is:snoozed"], 0).0, std::slice::from_ref(&name));
    assert_eq!(listed(&desk, &["view:Snoozed"], 0).0, std::slice::from_ref(&name));
    assert_eq!(listed(&desk, &["is:pinned"], 0).0, [pinned]);
    let (rest, said) = listed(&desk, &[], 0);
    assert!(rest.len() == all - 1 && !rest.contains(&name), "it sleeps here, too");
    assert!(said.contains("1 snoozed case is left out"), "{said}");
    assert_eq!(listed(&desk, &["(is:snoozed OR -is:snoozed)"], 0).0.len(), all);
    let steps = desk.run(&["list", "--cached", "--explain", "status:open"]).expect(0);
    assert!(steps.out.contains("-is:snoozed"), "the step that took it is told: {}", steps.out);
    let sheet = desk.run(&["export", "--cached", "--format", "csv"]).expect(0);
    assert!(sheet.err.contains("1 snoozed case is left out"), "{}", sheet.err);
    desk.run(&["snooze", &name, "--wake"]).expect(0);
    assert_eq!(listed(&desk, &[], 0).0.len(), all);
}

#[test]
fn a_snooze_that_nobody_saw_end_is_over_all_the_same() {
    let desk = Desk::calm(120);
    // What was never read could match, too: a count is whole only where all sources were.
    desk.run(&["list", "--json"]).expect(0);
    let name = reference(&open_case(&desk, Vendor::ServerOps));
    desk.run(&["snooze", &name, "--until", "2h"]).expect(0);
    let mut store = Store::open(&desk.data(), Access::ReadWrite).unwrap();
    store.sources(&["datadog", "tines", "serverops"]).unwrap();
    let before = store.asides().unwrap().0.remove(0);
    let mut after = before.clone();
    if let Some(snooze) = &mut after.snooze {
        snooze.until = Until::Moment(snooze.since);
    }
    store.asides_keep(&[Moved { before, after }]).unwrap();
    drop(store);
    assert_eq!(listed(&desk, &["is:snoozed"], 1).0, [] as [String; 0]);
    assert!(listed(&desk, &[], 0).0.contains(&name));
}

#[test]
fn what_waits_in_the_outbox_and_what_was_typed_is_found_by_the_filter() {
    let desk = Desk::calm(120);
    // What was never read could match, too: a count is whole only where all sources were.
    desk.run(&["list", "--json"]).expect(0);
    let case = open_case(&desk, Vendor::Tines);
    let name = reference(&case);
    desk.run(&["--offline", "comment", &name, "-m", "seen"]).expect(7);
    assert_eq!(listed(&desk, &["is:queued"], 0).0, std::slice::from_ref(&name));
    assert_eq!(listed(&desk, &["is:conflict"], 1).0, [] as [String; 0]);
    let mut store = Store::open(&desk.data(), Access::ReadWrite).unwrap();
    store.sources(&["datadog", "tines", "serverops"]).unwrap();
    let id = CaseId { source: SourceId(1), id: case["id"].as_str().unwrap().into() };
    store
        .draft_keep(&Draft {
            case: id,
            marked: Vec::new(),
            values: vec![(Aspect::of_part(Part::Comment), Value::Text("typed".into()))],
            base: Vec::new(),
            saved_at: Timestamp::UNIX_EPOCH,
            decided: Vec::new(),
            holds_shown_text: false,
        })
        .unwrap();
    drop(store);
    assert_eq!(listed(&desk, &["is:dirty"], 0).0, [name]);
    assert!(listed(&desk, &["is:unseen"], 1).1.contains("an open workbench only"));
}

#[test]
fn list_command_line_and_doctor_agree_on_which_cases_have_unsent_text() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().settle();
    desk.leave();
    let mut store = Store::open(&house.data(), Access::ReadWrite).unwrap();
    store.sources(&["datadog", "tines", "serverops"]).unwrap();
    let ids = house.demo.ids(Vendor::Tines);
    let draft = |n: usize| Draft::new(CaseId { source: SourceId(1), id: ids[n].as_str().into() }, Timestamp::UNIX_EPOCH);
    let typed = (Aspect::of_part(Part::Comment), Value::Text("typed".into()));
    store.draft_keep(&Draft { values: vec![typed], ..draft(0) }).unwrap();
    // Of a conflict it was chosen whose side counts, and nothing was typed.
    let conflict = Conflict { by: None, by_me: false, at: None, merges: Vec::new() };
    let chosen = Decided { choices: vec![vec![Some(Choice::Mine)]], ..Decided::new("entry".into(), conflict) };
    store.draft_keep(&Draft { decided: vec![chosen], ..draft(1) }).unwrap();
    drop(store);
    let out = |words: &[&str]| String::from_utf8(house.run(words).stdout).unwrap();
    let count = |words: &[&str]| serde_json::from_str::<serde_json::Value>(&out(words)).unwrap().as_array().unwrap().len();
    assert_eq!(count(&["list", "--cached", "--json", "is:dirty"]), 1);
    assert_eq!(count(&["outbox", "list", "--json"]), 1);
    let doctor = out(&["doctor"]);
    assert!(doctor.contains("nothing waits, 1 draft\n"), "{doctor}");
    let mut desk = house.sit();
    desk.read_all().settle();
    desk.press("/").text("is:dirty").press("<enter>").settle();
    assert_eq!((desk.list().count(), desk.app().model.list.matching()), (1, 1), "{}", desk.shown());
    desk.leave();
}

#[test]
fn a_clock_by_a_rule_of_ones_own_can_be_waited_for() {
    let desk = Desk::calm(120);
    let name = reference(&open_case(&desk, Vendor::ServerOps));
    let text = std::fs::read_to_string(desk.config()).unwrap();
    desk.configure(&format!("{text}\n[[sla]]\nwhen = 'src:so'\nclose = '80d'\n"));
    let said = desk.run(&["snooze", &name, "--until", "sla<30m"]);
    assert!(said.code == 0 || said.err.contains("runs short"), "the rule's clock counts: {}{}", said.out, said.err);
}

#[test]
fn undo_beside_the_command_line_keeps_what_was_chosen_there_and_counts_what_it_did() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().settle();
    desk.press("/").text("src:tines status:open").press("<enter>").settle();
    let ids: Vec<String> =
        desk.app().model.list.order()[..3].iter().map(|rid| desk.app().model.list.row(*rid).unwrap().id.to_owned()).collect();
    let case = |n: usize| CaseId { source: SourceId(1), id: ids[n].as_str().into() };
    desk.press("g g <space> <space> <space> w").later(400, "1").settle();
    assert_eq!(desk.app().model.asides.snoozed(), 3);
    for (n, wish) in [(0, ["--wake"].as_slice()), (1, &["--until", "3h"])] {
        let name = format!("tines:{}", ids[n]);
        let output = house.run(&[&["snooze", &name], wish].concat());
        assert!(output.status.success(), "{output:?}");
    }
    let chosen =
        |app: &App| app.model.asides.get(&case(0)).is_none() && app.model.asides.get(&case(1)).is_some_and(|aside| is_of(aside, 3));
    desk.until("both are told", chosen);
    desk.press("u").settle();
    assert!(desk.shown().contains("taken back: #"), "{}", desk.shown());
    assert_eq!(asleep(&house), [ids[1].clone()], "on disk, too");
    assert!(chosen(desk.app()));
    desk.press("U").settle();
    assert!(desk.shown().contains(" is snoozed; u takes it back"), "{}", desk.shown());
    let mut two = vec![ids[1].clone(), ids[2].clone()];
    two.sort();
    assert_eq!(asleep(&house), two);
    desk.press("r").settle().sees("2 snoozed");
    desk.leave();
}

#[test]
fn ones_own_edit_by_a_command_wakes_no_snooze_and_a_colleagues_does() {
    let house = House::hasty(60);
    let mut desk = house.sit();
    desk.read_all().settle();
    let ids = Vendor::ALL.map(|vendor| (vendor, house.demo.ids(vendor)[1].clone()));
    let run = |words: &[&str]| {
        let output = house.run(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    for (vendor, id) in &ids {
        run(&["snooze", &format!("{}:{id}", vendor.name()), "--until", "change"]);
    }
    desk.until("they are told", |app| app.model.asides.snoozed() == 3);
    for (vendor, id) in &ids {
        let name = format!("{}:{id}", vendor.name());
        run(&["edit", &name, "--set", "title=by myself", "--yes"]);
        if *vendor != Vendor::ServerOps {
            run(&["comment", &name, "-m", "by myself"]);
        }
        assert_eq!(asleep(&house).len(), 3);
    }
    // A rise of the priority, too.
    run(&["edit", &format!("tines:{}", ids[1].1), "--set", "priority=CRITICAL", "--yes"]);
    let said = house.run(&["list", "--cached", "--json", "is:snoozed title:\"by myself\""]);
    let found: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 3, "the command line agrees");
    let is_read = |app: &App| {
        let row = |id: &str| app.model.list.order().iter().find_map(|rid| app.model.list.row(*rid).filter(|row| row.id == id));
        ids.iter().all(|(_, id)| row(id).is_some_and(|row| row.title == "by myself"))
    };
    desk.press("R").settle();
    desk.until("the desk has read it", is_read).settle();
    assert_eq!((desk.app().model.asides.snoozed(), asleep(&house).len()), (3, 3), "{}", desk.shown());
    for (vendor, id) in &ids {
        house.demo.act(Act::Edit { vendor: *vendor, id: id.clone(), field: "title".into(), value: "by a colleague".into() }).unwrap();
    }
    desk.press("R").settle();
    desk.until("a colleague wakes them", |app| app.model.asides.snoozed() == 0).settle();
    assert_eq!(asleep(&house), [""; 0]);
    desk.leave();
}

/// Whether it sleeps for so many hours from when that was chosen.
fn is_of(aside: &Aside, hours: i64) -> bool {
    let Some(snooze) = &aside.snooze else { return false };
    matches!(snooze.until, Until::Moment(at) if at.duration_since(snooze.since).as_hours() == hours)
}

/// The ids of what sleeps by the disk of a house.
fn asleep(house: &House) -> Vec<String> {
    let mut store = Store::open(&house.data(), Access::ReadOnly).unwrap();
    store.sources(&["datadog", "tines", "serverops"]).unwrap();
    let mut ids: Vec<String> =
        store.asides().unwrap().0.into_iter().filter(|aside| aside.snooze.is_some()).map(|aside| aside.case.id.to_string()).collect();
    ids.sort();
    ids
}
