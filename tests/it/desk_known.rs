//! What a count is worth at the desk: over restarts, without a network, with a source down, while cases wait in the tray.

use caseload::demo::{Act, Vendor};
use caseload::protocol::{Doubt, Gap, Sign};
use caseload::tui::app::App;

use crate::desk::House;
use crate::desk_writing::agree;

const MINE: &str = "status:open assignee:me";

/// How many cases are mine, once everything is known.
fn mine(house: &House) -> usize {
    let mut desk = house.sit();
    desk.read_all().press("/").text(MINE).press("<enter>");
    assert!(desk.app().model.known(&desk.app().cx).is_complete(), "{:?}", desk.app().model.known(&desk.app().cx));
    let count = desk.app().model.list.matching();
    assert!(count > 0, "the world has cases of mine");
    desk.press("q");
    desk.leave();
    count
}

fn is_whole(app: &App) -> bool {
    app.model.known(&app.cx).is_complete()
}

#[test]
fn a_restart_into_my_queue_finds_what_is_mine_before_any_answer() {
    let house = House::new(200);
    let count = mine(&house);
    let mut offline = house.sit_in("My queue", true);
    offline.until("the disk is read", |app| app.model.list.known() == 200).settle();
    assert_eq!(
        (offline.app().model.list.matching(), offline.app().model.known(&offline.app().cx).sign()),
        (count, Sign::Old),
        "{}",
        offline.shown()
    );
    offline.press("q");
    offline.leave();
    let mut online = house.sit_in("My queue", false);
    online.until("every source is read", is_whole).settle();
    assert_eq!((online.app().model.list.matching(), online.app().model.list.held().len()), (count, 0), "{}", online.shown());
}

#[test]
fn my_queue_with_a_source_down_shows_what_is_on_disk_and_how_old_it_is() {
    let house = House::new(200);
    let count = mine(&house);
    let down = Act::FailNext { vendor: Vendor::Datadog, method: String::new(), path_contains: String::new(), status: 403, times: 10_000 };
    house.demo.act(down).unwrap();
    let mut desk = house.sit_in("My queue", false);
    desk.until("the source has failed", |app| app.model.sources.iter().any(|source| source.state.fault.is_some())).settle();
    assert_eq!(desk.app().model.list.matching(), count, "{}", desk.shown());
    assert!(
        desk.app().model.known(&desk.app().cx).doubts.iter().any(|doubt| matches!(doubt, Doubt::Down { .. })),
        "{:?}",
        desk.app().model.known(&desk.app().cx)
    );
    desk.sees("DD <1m old").sees(&format!("My queue {count}~"));
    assert!(!desk.shown().contains("PARTIAL") && !desk.shown().contains("at least"), "no case is missing:\n{}", desk.shown());
    // All that speak of it say the same.
    desk.press("g e").sees("datadog cannot be read now, all that was known is shown: DD <1m old");
    desk.press("<esc>").press("g s").sees("complete: every page was read");
    desk.press("<esc>").acknowledge("datadog");
}

#[test]
fn a_first_start_into_my_queue_finds_what_is_mine_whoever_answers_first() {
    let count = mine(&House::new(200));
    let house = House::new(200);
    let mut desk = house.sit_in("My queue", false);
    desk.until("every source is read", is_whole).settle();
    assert_eq!((desk.app().model.list.matching(), desk.app().model.list.held().len()), (count, 0), "{}", desk.shown());
}

#[test]
fn a_view_that_is_open_through_an_outage_at_the_first_start_fills_once_it_is_over() {
    for (view, key) in [("My queue", "r"), ("My queue", "R"), ("SLA risk", "r")] {
        let house = House::new(200);
        let down = |vendor| Act::FailNext { vendor, method: String::new(), path_contains: String::new(), status: 403, times: 10_000 };
        for vendor in Vendor::ALL {
            house.demo.act(down(vendor)).unwrap();
        }
        let mut desk = house.sit_in(view, false);
        desk.until("every source has failed", |app| app.model.sources.iter().all(|source| source.state.fault.is_some())).settle();
        assert!(!is_whole(desk.app()) && !desk.shown().contains("complete"), "{}", desk.shown());
        for vendor in Vendor::ALL {
            house.demo.act(Act::Mend { vendor }).unwrap();
        }
        // What comes after the first rows waits to be let in, and the count says so.
        let is_read = |app: &App| app.model.known(&app.cx).doubts.iter().all(|doubt| matches!(doubt, Doubt::Held { .. }));
        desk.press(key).until("every source is read", is_read).settle();
        desk.press("r").until("what came later is let in", is_whole).settle();
        let shown = desk.app().model.list.matching();
        assert!(shown > 0, "{view}:\n{}", desk.shown());
        let tab = desk.app().model.views.tabs().iter().find(|tab| tab.view.name == view).unwrap();
        assert_eq!(tab.tally.as_ref().map(|tally| desk.app().model.known_of(tally, &desk.app().cx).count), Some(shown), "{view}");
        desk.acknowledge_all();
    }
}

#[test]
fn who_i_am_is_not_known_is_said_and_nothing_is_called_complete() {
    let house = House::new(120);
    let fails =
        Act::FailNext { vendor: Vendor::Datadog, method: "GET".into(), path_contains: "/current_user".into(), status: 403, times: 10_000 };
    house.demo.act(fails).unwrap();
    let mut desk = house.sit_in("My queue", false);
    desk.read_all().settle();
    desk.until("the directory has come", |app| app.model.sources.iter().all(|source| source.directory.is_some())).settle();
    let doubts = desk.app().model.known(&desk.app().cx).doubts;
    assert!(matches!(doubts[..], [Doubt::Me { is_final: true, .. }]), "{doubts:?}");
    desk.sees("me not known: DD");
    desk.press("g e").sees("datadog does not tell who you are");
}

#[test]
fn who_i_am_is_remembered_though_the_vendor_does_not_tell_it_again() {
    let house = House::new(200);
    let count = mine(&house);
    let (vendor, path_contains) = (Vendor::Datadog, "/current_user".into());
    house.demo.act(Act::FailNext { vendor, method: "GET".into(), path_contains, status: 403, times: 10_000 }).unwrap();
    for _ in 0..2 {
        let mut desk = house.sit_in("My queue", false);
        desk.until("every source is read", is_whole).settle();
        assert_eq!(desk.app().model.list.matching(), count, "{}", desk.shown());
        desk.press("R");
        desk.until("it is read again", |app| app.cx.is_idle() && is_whole(app)).settle();
        assert_eq!(desk.app().model.list.matching(), count, "{}", desk.shown());
        desk.press("q");
        desk.leave();
    }
}

#[test]
fn a_case_whose_fate_the_vendor_does_not_tell_is_in_no_complete_count() {
    for (vendor, status) in Vendor::ALL.into_iter().flat_map(|vendor| [(vendor, 403), (vendor, 422)]) {
        let house = House::new(60);
        let mut desk = house.sit();
        desk.read_all().settle();
        let id = house.demo.ids(vendor)[0].clone();
        house.demo.act(Act::Remove { vendor, id: id.clone() }).unwrap();
        let refused = Act::FailNext { vendor, method: "GET".into(), path_contains: id, status, times: 10_000 };
        house.demo.act(refused).unwrap();
        desk.press("R").settle();
        let doubts = desk.app().model.known(&desk.app().cx).doubts;
        let unsettled = Some(Gap::Unsettled { cases: 1 });
        assert!(matches!(&doubts[..], [Doubt::Partial { gap, .. }] if *gap == unsettled), "{vendor:?} {status}: {doubts:?}");
        assert_eq!(house.run(&["list", "--full", "--json"]).status.code(), Some(6), "{vendor:?} {status}");
        // Once the vendor tells, all is known again.
        house.demo.act(Act::Mend { vendor }).unwrap();
        desk.press("R").settle();
        assert!(is_whole(desk.app()), "{vendor:?} {status}: {:?}", desk.app().model.known(&desk.app().cx).doubts);
        desk.acknowledge_all();
        desk.leave();
    }
}

#[test]
fn a_case_that_arrives_into_an_empty_list_comes_in_by_itself() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().press("/").text("zebracrossing").press("<enter>");
    desk.sees("No case matches this filter. Every page was read.");
    colleague_names(&house, "zebracrossing");
    desk.press("r");
    desk.until("it is there", |app| app.model.list.matching() == 1).settle();
    assert!(desk.app().model.list.held().is_empty() && is_whole(desk.app()), "{}", desk.shown());
}

#[test]
fn a_count_is_not_complete_while_matching_cases_wait_in_the_tray() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().press("/").text("status:open").press("<enter>").press("j");
    assert!(is_whole(desk.app()));
    let before = desk.app().model.list.matching();
    house.demo.act(Act::Arrive { vendor: Vendor::Datadog }).unwrap();
    desk.press("r");
    desk.until("it is held", |app| app.model.list.held().len() == 1).settle();
    assert_eq!(desk.app().model.known(&desk.app().cx).doubts, [Doubt::Held { cases: 1 }]);
    desk.sees("1 held").sees(&format!("All+ {before}?"));
    desk.press("g e").sees("1 more is held back").press("<esc>").press("r");
    desk.until("it came in", is_whole);
    assert_eq!(desk.app().model.list.matching(), before + 1);
}

fn colleague_names(house: &House, title: &str) {
    let id = house.demo.ids(Vendor::Tines)[0].clone();
    house.demo.act(Act::Edit { vendor: Vendor::Tines, id, field: "title".into(), value: title.into() }).unwrap();
}

#[test]
fn a_deep_condition_is_read_to_its_end_and_only_then_complete() {
    let house = House::new(60);
    let id = house.demo.ids(Vendor::Tines)[3].clone();
    house.demo.act(Act::Comment { vendor: Vendor::Tines, id, text: "please zebrawatch this".into() }).unwrap();
    let mut desk = house.sit();
    desk.read_all().press("/").text("comment:~zebrawatch").press("<enter>");
    desk.until("all are examined", is_whole).settle();
    assert_eq!(desk.app().model.list.matching(), 1, "{}", desk.shown());
    desk.press("q");
    desk.leave();
    let mut offline = house.sit_offline();
    offline.until("the disk is read", |app| app.model.list.known() == 60).settle();
    offline.press("/").text("comment:~zebrawatch").press("<enter>");
    let known = offline.app().model.known(&offline.app().cx);
    assert_eq!((known.count, known.sign()), (1, Sign::Old), "what was examined is on disk: {:?}", known.doubts);
}

#[test]
fn a_word_looked_for_in_files_leaves_every_count_of_files_as_it_was() {
    for vendor in Vendor::ALL {
        let house = House::new(90);
        let source = vendor.name();
        let keys = |filter: &str| {
            let output = house.run(&["list", &format!("{filter} src:{source}"), "--json"]);
            let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
            rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<std::collections::BTreeSet<_>>()
        };
        let asked = ["has:file", "has:image", "file:png", "-has:file"];
        let before = asked.map(keys);
        assert_eq!(before[0].is_empty(), vendor == Vendor::Datadog, "the others have cases with files");
        assert!(keys("file:zzz").is_empty() && keys("ioc:192.0.2.250").is_empty());
        assert_eq!(asked.map(keys), before, "{vendor:?}: on the command line");
        let mut desk = house.sit();
        desk.read_all();
        for (filter, before) in asked.iter().zip(&before) {
            desk.press("/").press("Ctrl-x").text(&format!("{filter} src:{source}")).press("<enter>");
            desk.until("all that it asks for is read", is_whole).settle();
            assert_eq!(desk.app().model.list.matching(), before.len(), "{vendor:?}: {filter} on the screen\n{}", desk.shown());
        }
        desk.acknowledge_all();
    }
}

#[test]
fn an_export_from_closed_groups_has_the_cases_that_the_command_writes() {
    let house = House::new(200);
    let filter = "status:open group:status";
    let mut desk = house.sit();
    desk.read_all().press("/").text(filter).press("<enter>").press("z M");
    let (shown, count) = (desk.app().model.list.order().len(), desk.app().model.list.matching());
    assert!(shown < count, "groups are closed: {shown} of {count}");
    let file = house.beside("inside.json");
    desk.press("g x").text(&format!("json {}", file.display())).press("<enter>");
    desk.comes_to_see(&format!("{count} cases, complete"));
    desk.press("q");
    desk.leave();
    let keys = |text: &[u8]| {
        let json: serde_json::Value = serde_json::from_slice(text).unwrap();
        let key = |case: &serde_json::Value| (case["source"].to_string(), case["id"].to_string());
        json["cases"].as_array().unwrap().iter().map(key).collect::<std::collections::BTreeSet<_>>()
    };
    let outside = house.run(&["export", filter, "--format", "json"]);
    assert!(outside.status.success(), "{}", String::from_utf8_lossy(&outside.stderr));
    let (inside, outside) = (keys(&std::fs::read(file).unwrap()), keys(&outside.stdout));
    assert_eq!(inside.len(), count);
    assert_eq!(inside, outside);
}

/// Where a type's own statuses cannot be read, Datadog is asked for a state and chooses the status; neither the plan nor the
/// notice names one that it may not choose.
#[test]
fn a_status_that_the_vendor_picks_is_not_named_before_it_is_known() {
    let house = House::new(900);
    let (vendor, path_contains) = (Vendor::Datadog, "/cases/types".into());
    house.demo.act(Act::FailNext { vendor, method: "GET".into(), path_contains, status: 403, times: 10_000 }).unwrap();
    let of_own_type = ["New", "Needs evidence", "With the bank", "Waiting on customer", "Pending Approval", "Implementing"];
    let is_its = |truth: &&caseload::demo::Truth| truth.is_listed && of_own_type.contains(&truth.status.as_str());
    let now = |key: &str| house.demo.truth(vendor).into_iter().find(|truth| truth.key == key).unwrap();
    let truths = house.demo.truth(vendor);
    let keys: Vec<&str> = truths.iter().filter(is_its).map(|truth| truth.key.as_str()).collect();
    let [at_the_screen, on_the_line, ..] = keys[..] else { panic!("{keys:?}") };
    let picked = "closed (the vendor picks which)";

    let edit = ["edit", on_the_line, "--set", "status=closed"];
    let planned = house.run(&[&edit[..], &["--dry-run"]].concat());
    let words = String::from_utf8(planned.stdout).unwrap();
    assert!(words.contains(picked), "{words}");
    assert!(house.run(&[&edit[..], &["--yes"]].concat()).status.success());
    assert!(!now(on_the_line).is_open && now(on_the_line).status != "Closed", "{:?}", now(on_the_line));

    let mut desk = house.sit();
    desk.read_all().press("/").text(at_the_screen).press("<enter>").settle().press("x");
    desk.until("the plan is shown", |app| !app.cx.overlays.is_empty()).sees(picked);
    agree(&mut desk);
    desk.until("it was read back", |app| app.model.outbox.is_empty()).settle();
    desk.acknowledge(&format!("sent, read back ok (status -> {picked})"));
    let status = now(at_the_screen).status;
    assert!(!now(at_the_screen).is_open && status != "Closed", "{status}");
    desk.press("<enter>").comes_to_see(&status);
}
