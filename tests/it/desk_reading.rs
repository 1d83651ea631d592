//! Sittings that read: the queue opens, narrows, a case is open beside it.

use caseload::demo::{Act, Faults, Options, Vendor};
use caseload::protocol::From;
use caseload::runtime::Ended;
use caseload::tui::app::App;
use caseload::tui::screens::detail::tab::Tab;

use crate::desk::{Desk, House};

#[test]
fn the_queue_opens_and_leaves_everything_on_disk() {
    let house = House::new(120);
    let mut desk = house.sit();
    desk.read_all().settle();
    assert_eq!(desk.list().count(), 120);
    desk.press("q");
    assert_eq!(desk.leave().0, Ended::Quit);

    let mut again = house.sit_offline();
    again.until("the disk is read", |app| app.model.list.order().len() == 120);
    again.sees("OFFLINE");
}

#[test]
fn the_first_page_is_usable_while_the_rest_still_comes() {
    let house = House::of(&Options { cases: 3_000, pace: 0.0, quota: false, latency_ms: 20, ..Options::default() });
    let mut desk = house.sit();
    desk.until("some rows are there", |app| !app.model.list.order().is_empty());
    let before = desk.list().cursor();
    desk.rapid("j");
    desk.until("the cursor has moved", |app| app.model.list.at() == 1);
    let held = desk.list().cursor();
    assert_ne!(before, held);
    desk.read_all();
    assert_eq!(desk.list().cursor(), held, "the cursor stays on its case while rows stream in");
}

#[test]
fn the_filter_narrows_with_every_key_and_escape_restores() {
    let house = House::new(300);
    let mut desk = house.sit();
    desk.read_all().press("j").press("j");
    let (cursor, before) = (desk.list().cursor(), desk.list().keys());
    let word = desk.list().titles()[4].split_whitespace().next().unwrap().to_lowercase();
    desk.press("/").text(&word);
    assert!(desk.list().count() < 300 && desk.list().count() > 0);
    assert!(desk.list().titles().iter().any(|title| title.to_lowercase().contains(&word)));
    desk.press("<esc>");
    assert_eq!((desk.list().cursor(), desk.list().keys()), (cursor, before));
}

#[test]
fn type_ahead_is_taken_in_order() {
    let house = House::new(200);
    let mut desk = house.sit();
    desk.read_all();
    desk.rapid("jjjj/zz");
    desk.until("the filter has the text", |app| app.model.list.filter() == "zz");
    desk.press("<esc>");
    assert_eq!(desk.app().model.list.at(), 4);
}

#[test]
fn the_timeline_is_read_to_its_end_by_scrolling() {
    let house = House::new(400);
    let mut desk = house.sit();
    desk.read_all();
    open_one(&mut desk, |app| app.panes.detail.activities.next.is_some());
    desk.press("]");
    assert_eq!(desk.app().panes.detail.tab, Tab::Activity);
    let first = desk.app().panes.detail.activities.items.len();
    let total = desk.app().panes.detail.activities.total;
    while desk.app().panes.detail.activities.next.is_some() {
        desk.press("G");
    }
    let pages = &desk.app().panes.detail.activities;
    assert!(pages.items.len() > first);
    assert_eq!(Some(pages.items.len() as u64), total.or(Some(pages.items.len() as u64)));
    let all = format!("all {} loaded", pages.items.len());
    desk.sees(&all);
}

#[test]
fn records_are_read_to_their_end_sorted_and_opened() {
    let house = House::new(400);
    let mut desk = house.sit();
    desk.read_all();
    open_one(&mut desk, |app| app.panes.detail.records.next.is_some());
    desk.press("]").press("]");
    assert_eq!(desk.app().panes.detail.tab, Tab::Records);
    while desk.app().panes.detail.records.next.is_some() {
        desk.press("G");
    }
    assert!(desk.app().panes.detail.records.rows() > 100);
    desk.press("g g").press("<enter>");
    assert_eq!(desk.app().panes.detail.open_record, desk.app().panes.detail.chosen);
    desk.sees("record 1 of").press("<esc>");
    assert_eq!(desk.app().panes.detail.open_record, None);
    desk.press("S").press("1");
    let sorted = desk.app().panes.detail.record_sort.clone().unwrap();
    desk.sees(&format!(", by {} ascending", sorted.column));
}

#[test]
fn what_is_looked_for_in_a_case_is_found_and_walked() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().press("<enter>");
    desk.until("the case came", |app| app.panes.detail.loaded.is_some()).press("[").press("/").text("created_at").press("<enter>");
    assert!(!desk.app().panes.detail.body.marks.is_empty());
    desk.press("n").press("N").sees("created_at  ").press("<esc>");
    assert_eq!(desk.app().panes.detail.needle, "");
}

/// Walks the Tines cases from the open case until one holds the condition.
fn open_one(desk: &mut Desk<'_>, mut is_it: impl FnMut(&App) -> bool) {
    desk.press("/").text("#").press("<enter>").press("<enter>");
    for _ in 0..desk.list().count() {
        let rid = desk.app().model.list.cursor();
        desk.until("the case came from the vendor", |app| {
            app.panes.detail.rid == rid && app.panes.detail.loaded.as_ref().is_some_and(|loaded| loaded.from == From::Network)
        });
        desk.settle();
        if is_it(desk.app()) {
            return;
        }
        desk.press("J");
    }
    panic!("no case of this world is like that");
}

#[test]
fn copies_and_pages_leave_through_the_terminal() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all();
    let key = desk.list().cursor();
    desk.press("y y");
    assert_eq!(desk.glass().copied, [key]);
    desk.press("/").text("#").press("<enter>").press("o");
    assert_eq!(desk.glass().browsed.len(), 1);
    assert!(desk.glass().browsed[0].starts_with("http"), "{:?}", desk.glass().browsed);
}

#[test]
fn a_vendor_that_is_down_leaves_the_others_usable() {
    let house = House::of(&Options { cases: 200, pace: 0.0, quota: false, faults: Faults::Outage(Vendor::Tines), ..Options::default() });
    let mut desk = house.sit();
    desk.until("Datadog is read and Tines has failed", |app| {
        let state = |name: &str| app.model.sources.iter().find(|source| source.info.name == name).map(|source| &source.state);
        state("datadog").is_some_and(|state| matches!(state.coverage, caseload::protocol::Coverage::Full { .. }))
            && state("tines").is_some_and(|state| state.fault.is_some())
    });
    assert!(desk.list().count() > 50);
    desk.press("j").sees("tines");
}

#[test]
fn every_size_is_painted_without_a_panic() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().press("<enter>");
    for (width, height) in [(120, 36), (80, 24), (40, 12), (10, 3), (1, 1), (300, 100), (79, 50), (39, 12), (120, 10)] {
        desk.resize(width, height);
        for _ in 0..7 {
            desk.press("]");
        }
    }
}

#[test]
fn what_is_printed_at_the_end_is_printed_once_however_often_it_was_asked_for() {
    let house = House::new(12);
    let mut desk = house.sit();
    desk.read_all().settle();
    for _ in 0..50 {
        desk.press("g ?");
    }
    let (_, said) = desk.leave();
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("Ctrl-l"), "{}", said[0]);
}

#[test]
fn a_case_that_another_process_found_gone_leaves_this_list_too() {
    let house = House::new(40);
    let mut desk = house.sit();
    desk.read_all().settle();
    assert_eq!(desk.list().count(), 40);
    let gone = house.demo.ids(Vendor::ServerOps)[0].clone();
    house.demo.act(Act::Remove { vendor: Vendor::ServerOps, id: gone.clone() }).unwrap();
    let said = house.run(&["list", "src:so", "--full", "--json"]);
    assert!(!String::from_utf8_lossy(&said.stdout).contains(&gone), "the command has read it");
    desk.press("R").press("r");
    assert!(!desk.list().keys().contains(&gone) && desk.list().count() == 39, "{:?}", desk.list().keys());
    desk.sees("39 cases | complete");
    desk.acknowledge_all();
}
