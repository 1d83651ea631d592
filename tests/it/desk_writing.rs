//! Sittings that change cases, and a world that changes under the person's eyes.

use caseload::demo::{Act, Truth, Vendor};
use caseload::domain::edit::{Call, Progress};
use caseload::protocol::From;
use caseload::tui::app::App;
use caseload::tui::screens::Overlay;
use caseload::tui::screens::review::Stage;

use crate::desk::{Desk, House};

/// Opens the first Tines case and waits until the vendor has given it.
fn open_tines(desk: &mut Desk<'_>) {
    desk.read_all().press("/").text("#").press("<enter>").press("<enter>");
    desk.until("the case came from the vendor", |app| app.panes.detail.loaded.as_ref().is_some_and(|loaded| loaded.from == From::Network));
    desk.settle();
}

fn asked(app: &App) -> Option<Vec<Call>> {
    match app.cx.overlays.last() {
        Some(Overlay::Review(review)) => match &review.stage {
            Stage::Asking { plan, .. } => Some(plan.calls.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Answers the question with yes, as soon as it takes answers.
pub(crate) fn agree(desk: &mut Desk<'_>) -> Vec<Call> {
    desk.until("the calls are shown", |app| asked(app).is_some());
    let calls = asked(desk.app()).unwrap();
    while desk.app().cx.overlays.iter().any(|overlay| matches!(overlay, Overlay::Review(_))) {
        // As fast as a key that is held repeats, no answer counts.
        desk.later(400, "y");
    }
    calls
}

/// Another priority than the case has: its number in the menu.
fn other_priority(desk: &Desk<'_>) -> (&'static str, &'static str) {
    let level = desk.app().panes.detail.loaded.as_ref().and_then(|loaded| loaded.case.row.priority.clone()).unwrap();
    if level.name.as_str() == "LOW" { ("2", "HIGH") } else { ("4", "LOW") }
}

#[test]
fn a_priority_is_changed_by_exactly_the_calls_that_were_shown() {
    let house = House::new(120);
    let mut desk = house.sit();
    open_tines(&mut desk);
    let (digit, name) = other_priority(&desk);
    desk.press("p").press(digit);
    let shown = agree(&mut desk);
    desk.until("it was read back", |app| app.model.outbox.is_empty()).comes_to_see("read back ok");
    let sent: Vec<String> =
        shown.iter().map(|call| format!("{} {} {}", call.method.name(), call.path, call.body.as_ref().unwrap())).collect();
    assert_eq!(desk.vendor("tines").wrote(), sent);
    desk.until("the case shows it", |app| {
        app.panes
            .detail
            .loaded
            .as_ref()
            .and_then(|loaded| loaded.case.row.priority.as_ref())
            .is_some_and(|priority| priority.name.as_str() == name)
    });
}

#[test]
fn enter_never_sends() {
    let house = House::new(60);
    let mut desk = house.sit();
    open_tines(&mut desk);
    let (digit, _) = other_priority(&desk);
    desk.press("p").press(digit);
    desk.until("the calls are shown", |app| asked(app).is_some());
    while desk.app().cx.overlays.iter().any(|overlay| matches!(overlay, Overlay::Review(_))) {
        desk.later(400, "<enter>");
    }
    desk.settle();
    assert!(desk.vendor("tines").wrote().is_empty() && desk.app().model.outbox.is_empty());
}

#[test]
fn a_refused_edit_waits_for_the_person_and_is_not_sent_again() {
    let house = House::new(60);
    let mut desk = house.sit();
    open_tines(&mut desk);
    house
        .demo
        .act(Act::FailNext { vendor: Vendor::Tines, method: "PUT".into(), path_contains: String::new(), status: 422, times: 1 })
        .unwrap();
    let (digit, _) = other_priority(&desk);
    desk.press("p").press(digit);
    agree(&mut desk);
    desk.until("it is parked", |app| app.model.outbox.iter().any(|queued| matches!(queued.entry.progress, Progress::Parked { .. })));
    desk.settle().acknowledge("#");
    assert_eq!(desk.vendor("tines").wrote().len(), 1);
}

#[test]
fn a_comment_is_written_and_seen_in_the_timeline() {
    let house = House::new(60);
    let mut desk = house.sit();
    open_tines(&mut desk);
    desk.press("c").text("Contained; the host is off the network.").press("Ctrl-s");
    agree(&mut desk);
    desk.until("it was read back", |app| app.model.outbox.is_empty());
    desk.press("]").press("r");
    desk.until("the timeline shows it", |app| {
        app.panes.detail.activities.items.iter().any(|entry| entry.text.as_str().contains("the host is off the network"))
    });
    assert_eq!(desk.vendor("tines").wrote().len(), 1);
}

#[test]
fn arrivals_wait_in_the_tray_until_they_are_let_in() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().press("j");
    let (keys, cursor) = (desk.list().keys(), desk.list().cursor());
    house.demo.act(Act::Arrive { vendor: Vendor::Tines }).unwrap();
    desk.press("R");
    desk.until("it is held", |app| app.model.list.held().len() == 1).settle();
    assert_eq!((desk.list().keys(), desk.list().cursor()), (keys, cursor.clone()), "nothing moves under the cursor");
    desk.sees("held back").press("r");
    assert_eq!(desk.list().count(), 61);
    assert_eq!(desk.list().cursor(), cursor);
}

#[test]
fn an_edit_made_offline_waits_on_disk_and_is_sent_by_the_next_sitting() {
    let house = House::new(60);
    let mut desk = house.sit();
    open_tines(&mut desk);
    let key = desk.list().cursor();
    let (digit, _) = other_priority(&desk);
    desk.press("Q");
    desk.leave();

    let mut offline = house.sit_offline();
    offline.until("the disk is read", |app| app.model.list.order().len() == 60);
    offline.press("/").text(&key).press("<enter>").press("<enter>");
    offline.until("the case came from disk", |app| app.panes.detail.loaded.is_some()).settle();
    offline.press("p").press(digit);
    agree(&mut offline);
    offline.until("it is queued", |app| app.model.outbox.len() == 1).settle();
    assert!(offline.vendor("tines").wrote().is_empty());
    offline.press("Q").press("y");
    offline.leave();

    let mut again = house.sit();
    let arrived = || house.demo.received(Vendor::Tines).iter().any(|call| call.method == "PUT");
    again.until("it was sent and read back", |app| arrived() && app.model.outbox.is_empty());
    again.read_all().settle();
    assert_eq!(again.vendor("tines").wrote().len(), 1);
}

#[test]
fn what_waits_already_is_not_queued_a_second_time() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().settle();
    desk.leave();
    let mut offline = house.sit_offline();
    offline.until("the disk is read", |app| app.model.list.order().len() == 60).settle();
    for (count, vendor) in ["src:tn", "src:dd"].into_iter().enumerate() {
        offline.press("Ctrl-x").press("/").text(&format!("{vendor} status:open assignee:none")).press("<enter>").press("i");
        agree(&mut offline);
        offline.until("it waits", |app| app.model.outbox.len() == count + 1).settle();
        let why = |app: &App| match app.cx.overlays.last() {
            Some(Overlay::Review(review)) => match &review.stage {
                Stage::Failed { fault, .. } => Some(fault.message.to_string()),
                _ => None,
            },
            _ => None,
        };
        offline.press("i").until("it is refused", |app| why(app).is_some());
        assert!(why(offline.app()).unwrap().contains("waits in the outbox already"), "{vendor}");
        offline.press("<esc>").press("u").until("it is given up", |app| app.model.outbox.len() == count).press("U");
        agree(&mut offline);
        offline.until("it waits again", |app| app.model.outbox.len() == count + 1).settle();
    }
}

#[test]
fn what_is_taken_back_without_the_network_is_never_called_sent() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().settle();
    desk.leave();
    let mut offline = house.sit_offline();
    offline.until("the disk is read", |app| app.model.list.order().len() == 60).settle();
    offline.press("c").text("seen").press("Ctrl-s").later(400, "y");
    offline.until("it waits", |app| app.model.outbox.len() == 1).press("u");
    offline.until("it is given up", |app| app.model.outbox.is_empty()).settle();
    // Another process gives one up: of a comment, the case itself tells nothing.
    offline.press("c").text(", once more").press("Ctrl-s").later(400, "y");
    offline.until("it waits", |app| app.model.outbox.len() == 1);
    let entry = offline.app().model.outbox[0].entry.id.to_string();
    assert!(house.run(&["outbox", "drop", &entry]).status.success());
    offline.until("it is given up elsewhere", |app| app.model.outbox.is_empty()).settle();
    offline.press("Space Space Space c").text("seen by all").press("Ctrl-s").later(400, "3").later(400, "<enter>");
    let waiting = |app: &App| app.model.batches.iter().map(|sent| sent.listed().len()).sum::<usize>();
    offline.until("three wait", |app| waiting(app) == 3).press("<esc>").press("u");
    offline.until("they are given up", |app| waiting(app) == 0).settle();
    let is_said = |app: &App, words: &str| app.cx.notices.iter().any(|notice| notice.text.contains(words));
    assert!(!is_said(offline.app(), "read back"), "{}", offline.shown());
    let has = |text: &str| {
        Vendor::ALL.into_iter().any(|vendor| house.demo.truth(vendor).iter().any(|case| case.comments.concat().contains(text)))
    };
    assert!(!has("seen"), "nothing was sent");
    // And one sends.
    offline.press("Ctrl-\\").press("c").press("Ctrl-u").text("really seen").press("Ctrl-s").later(400, "y");
    offline.until("it waits", |app| app.model.outbox.len() == 1);
    assert!(house.run(&["outbox", "flush"]).status.success());
    offline.until("it is sent", |app| app.model.outbox.is_empty()).settle();
    assert!(is_said(offline.app(), "read back ok") && has("really seen"), "{}", offline.shown());
    offline.acknowledge_all();
    offline.leave();
}

/// A colleague does the same between the question and the answer: nothing is sent, and `u` leaves theirs alone.
#[test]
fn what_a_colleague_had_done_already_is_not_taken_back() {
    for vendor in Vendor::ALL {
        let house = House::hasty(120);
        let me = house.demo.endpoints().iter().find(|known| known.vendor == vendor).unwrap().me.clone();
        let cases = house.demo.truth(vendor);
        let id = cases.iter().find(|case| case.is_listed && case.is_open && case.assignees.is_empty()).unwrap().id.clone();
        let mut desk = house.sit();
        desk.read_all().press("/").text(&format!("id:{id}")).press("<enter>").press("<enter>");
        desk.until("the case came from the vendor", |app| {
            app.panes.detail.loaded.as_ref().is_some_and(|loaded| loaded.case.row.id.id == id && loaded.from == From::Network)
        });
        desk.settle();
        let (field, value) = if vendor == Vendor::ServerOps {
            desk.press("x");
            ("status", "closed".to_owned())
        } else {
            desk.press("a").text("me").press("<enter>");
            ("assignee", me)
        };
        desk.until("the calls are shown", |app| asked(app).is_some()).settle();
        house.demo.act(Act::Edit { vendor, id: id.clone(), field: field.into(), value }).unwrap();
        agree(&mut desk);
        desk.comes_to_see("nothing was sent: was so already");
        desk.until("it is over", |app| app.model.outbox.is_empty()).settle();
        desk.press("u").settle();
        assert!(desk.app().cx.overlays.is_empty(), "{vendor:?}: {}", desk.shown());
        desk.sees("nothing was sent, was so already");
        assert!(house.demo.received(vendor).iter().all(|call| call.method == "GET"), "{vendor:?}");
        desk.acknowledge_all();
        desk.leave();
        let journal = String::from_utf8(house.run(&["journal", "list"]).stdout).unwrap();
        assert!(journal.contains("not sent by us: it was so already"), "{journal}");
    }
}

/// A colleague changes a case that was read, `r` brings its row: what the row shows is what a key compares with, and what was
/// there before is sent.
#[test]
fn what_a_colleague_changed_is_changed_back_from_the_list() {
    for (vendor, field, theirs, keys) in [
        (Vendor::Datadog, "priority", "P5", "p 2"),
        (Vendor::Tines, "priority", "INFO", "p 2"),
        (Vendor::Tines, "remove_tag", "customer", "t"),
        (Vendor::ServerOps, "status", "closed", "X"),
    ] {
        let house = House::hasty(60);
        let act = |id: &str, field: &str, value: &str| {
            house.demo.act(Act::Edit { vendor, id: id.into(), field: field.into(), value: value.into() }).unwrap();
        };
        let id = house.demo.truth(vendor).iter().find(|case| case.is_listed && case.is_open).unwrap().id.clone();
        match field {
            "priority" => act(&id, field, if vendor == Vendor::Datadog { "P2" } else { "HIGH" }),
            "remove_tag" => act(&id, "add_tag", theirs),
            _ => act(&id, field, "open"),
        }
        let truth = || house.demo.truth(vendor).into_iter().find(|case| case.id == id).unwrap();
        let stood = |case: &Truth| (case.priority.clone(), case.tags.contains(&"customer".to_owned()), case.status.clone());
        let before = stood(&truth());
        let mut desk = house.sit();
        desk.read_all().press("/").text(&format!("id:{id}")).press("<enter>").press("<enter>");
        desk.until("the case came from the vendor", |app| {
            app.panes.detail.loaded.as_ref().is_some_and(|loaded| loaded.case.row.id.id == id && loaded.from == From::Network)
        });
        desk.settle().press("<esc>").settle();
        let row = |app: &App| {
            let row = app.model.list.row(app.model.list.cursor().unwrap()).unwrap();
            (row.priority.to_owned(), row.status.to_owned(), row.tags().map(str::to_owned).collect::<Vec<_>>())
        };
        let known = row(desk.app());
        act(&id, field, theirs);
        let after = stood(&truth());
        assert_ne!(after, before, "{vendor:?}");
        desk.press("r");
        desk.until("its row shows it", |app| row(app) != known).settle();
        for key in keys.split(' ') {
            desk.press(key);
        }
        if field == "remove_tag" {
            desk.text("+customer").press("<enter>");
        }
        agree(&mut desk);
        desk.until("it was read back", |app| app.model.outbox.is_empty()).settle();
        assert_eq!(stood(&truth()), before, "{vendor:?} {field}: {}", desk.shown());
        desk.acknowledge_all();
    }
}

#[test]
fn a_slip_in_a_triage_run_is_taken_back_also_after_a_restart() {
    let house = House::new(30);
    let mut desk = house.sit();
    desk.read_all().press("/").text("src:tn").press("<enter>");
    let current = |desk: &Desk<'_>| desk.app().model.triage.as_ref().unwrap().current().unwrap().key.clone();
    desk.press("T");
    desk.shown().lines().for_each(|line| assert!(!line.contains("takes back"), "nothing is decided yet: {line}"));
    let first = current(&desk);
    desk.press("d").sees("u takes back");
    let second = current(&desk);
    desk.press("d").press("u");
    assert_eq!(current(&desk), second, "the slip is taken back");
    desk.press("<esc>");
    desk.leave();

    // Of the one that was left and never taken back, the disk knows in the next sitting.
    let mut desk = house.sit_offline();
    desk.until("the disk is read", |app| app.model.triage.is_some() && app.model.list.order().len() > 1).settle();
    desk.press("T").press("1").sees("u takes back");
    assert_eq!(current(&desk), second);
    desk.press("u").sees("1 of ");
    assert_eq!(current(&desk), first);
    assert!(!desk.shown().contains("u takes back"), "{}", desk.shown());
    desk.press("<esc>");
    desk.leave();
    let mut desk = house.sit_offline();
    desk.until("the disk is read", |app| app.model.triage.is_some() && app.model.list.order().len() > 1).settle();
    assert_eq!((current(&desk), desk.app().model.triage.as_ref().unwrap().decided.len()), (first, 0), "on disk too");
    desk.leave();
}

#[test]
fn a_triage_run_says_what_closing_lacks_before_the_vendor_refuses_it() {
    let house = House::new(300);
    let mut desk = house.sit();
    desk.read_all().press("/").text("src:tn assignee:none").press("<enter>").press("T");
    let asked = |app: &App| matches!(app.cx.overlays.last(), Some(Overlay::Confirm(_)));
    let current = |desk: &Desk<'_>| desk.app().model.triage.as_ref().map(|run| run.current().unwrap().clone());
    // To one whose conditions ask for an assignee.
    let lacks = loop {
        let waiting = current(&desk).expect("one of so many cases has conditions");
        let rid = desk.app().model.list.find(&waiting.case).unwrap();
        desk.until("the case was read", |app| app.model.cached.get(rid).is_some_and(|loaded| loaded.from == From::Network)).settle();
        match desk.app().model.lacks_for_closing(rid) {
            Some((words, true)) => break words,
            _ => _ = desk.press("d"),
        }
    };
    assert!(lacks.contains("NOT MET: "), "{lacks}");
    desk.sees("To close it, NOT MET: ").press("4");
    if matches!(desk.app().cx.overlays.last(), Some(Overlay::Picker(_))) {
        desk.press("1");
    }
    assert!(asked(desk.app()), "{}", desk.shown());
    desk.sees("CONDITION").sees("Tines may refuse to close this");
    let before = current(&desk);
    desk.later(400, "n");
    assert_eq!((current(&desk), desk.app().model.outbox.len()), (before, 0), "nothing was decided");
    assert!(desk.vendor("tines").wrote().is_empty());
}

#[test]
fn a_review_begins_with_what_waits_for_its_case() {
    let house = House::new(60);
    let mut desk = house.sit();
    open_tines(&mut desk);
    let key = desk.list().cursor();
    let was = desk.app().panes.detail.loaded.as_ref().and_then(|loaded| loaded.case.row.priority.clone()).unwrap().name.to_string();
    let (digit, name) = other_priority(&desk);
    desk.leave();
    let mut offline = house.sit_offline();
    offline.until("the disk is read", |app| app.model.list.order().len() == 60).settle();
    offline.press("/").text("#").press("<enter>");
    assert_eq!(offline.list().cursor(), key);
    offline.press("p").press(digit);
    agree(&mut offline);
    offline.until("it waits", |app| app.model.outbox.len() == 1).settle();
    // Back to what the vendor still shows: that is a change, from what waits.
    let back = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"].iter().position(|known| *known == was).unwrap() + 1;
    offline.press("p").press(&back.to_string());
    offline.until("the calls are shown", |app| asked(app).is_some());
    let Some(Overlay::Review(review)) = offline.app().cx.overlays.last() else { panic!("{}", offline.shown()) };
    let lines: Vec<_> = review.plan().unwrap().lines.iter().map(|line| (line.old.as_str(), line.new.as_str())).collect();
    assert_eq!(lines, [(name, was.as_str())]);
    agree(&mut offline);
    offline.until("both wait", |app| app.model.outbox.len() == 2).settle();
    // What is chosen again is said to be so already.
    offline.press("p").press(&back.to_string());
    assert!(offline.shown().contains("already; nothing is sent"), "{}", offline.shown());
    offline.leave();
    // Sent one after the other, the case ends as it was, and nobody is asked.
    let mut desk = house.sit();
    desk.until("they are known", |app| !app.model.outbox.is_empty()).until("both have landed", |app| app.model.outbox.is_empty()).settle();
    assert_eq!(desk.vendor("tines").wrote().len(), 2);
    desk.leave();
}

#[test]
fn a_decision_whose_edit_still_waits_is_taken_back_after_a_restart() {
    let house = House::new(30);
    let mut desk = house.sit();
    desk.read_all().press("/").text("src:tn assignee:none").press("<enter>").press("T");
    let current = |desk: &Desk<'_>| desk.app().model.triage.as_ref().unwrap().current().unwrap().clone();
    let first = current(&desk);
    let rid = desk.app().model.list.find(&first.case).unwrap();
    desk.until("the case was read", |app| app.model.cached.get(rid).is_some()).settle();
    desk.press("1").until("it is decided", |app| app.model.outbox.len() == 1).settle();
    assert_ne!(current(&desk), first);
    desk.press("<esc>").press("Q");
    desk.leave();
    let mut desk = house.sit_offline();
    desk.until("the disk is read", |app| app.model.triage.is_some() && app.model.list.order().len() > 1).settle();
    desk.press("T").press("1").sees("u takes back").press("u");
    desk.until("it is taken back", |app| app.model.outbox.is_empty()).settle();
    assert_eq!(current(&desk).key, first.key);
    desk.press("<esc>");
    desk.leave();
}

#[test]
fn a_decision_that_a_command_drops_is_asked_for_again() {
    let house = House::new(30);
    let mut desk = house.sit();
    desk.read_all().press("/").text("src:tn assignee:none").press("<enter>").press("T");
    let first = desk.app().model.triage.as_ref().unwrap().current().unwrap().clone();
    let rid = desk.app().model.list.find(&first.case).unwrap();
    desk.until("the case was read", |app| app.model.cached.get(rid).is_some()).settle();
    desk.press("1").until("it is decided", |app| app.model.outbox.len() == 1).settle();
    let second = desk.app().model.triage.as_ref().unwrap().current().unwrap().clone();
    let entry = desk.app().model.outbox[0].entry.id.to_string();
    assert!(house.run(&["outbox", "drop", &entry]).status.success());
    desk.until("it is dropped", |app| app.model.outbox.is_empty()).settle();
    desk.sees(&format!("{}: its edit was dropped; it comes up next", first.key));
    let run = desk.app().model.triage.as_ref().unwrap();
    assert_eq!((&run.queue[0], &run.queue[1].key, run.decided.len()), (&second, &first.key, 0));
    desk.press("<esc>");
    desk.leave();
}
