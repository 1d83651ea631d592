//! What changed since you looked, over restarts, offline, beside one's own edits, and from the command line.

use caseload::demo::{Act, Vendor};
use caseload::domain::case::Rid;
use caseload::tui::app::App;
use serde_json::{Value, json};

use crate::cli_desk::Desk as Shell;
use crate::desk::{Desk, House};
use crate::pty::Tty;

fn comment(vendor: Vendor, id: &str, text: &str) -> Act {
    Act::Comment { vendor, id: id.into(), text: text.into() }
}

fn rename(vendor: Vendor, id: &str, title: &str) -> Act {
    Act::Edit { vendor, id: id.into(), field: "title".into(), value: title.into() }
}

/// The number of the case with this id.
fn rid(app: &App, id: &str) -> Rid {
    *app.model.list.order().iter().find(|rid| app.model.list.row(**rid).is_some_and(|row| row.id == id)).unwrap()
}

fn is_unseen(app: &App, id: &str) -> bool {
    app.model.list.is_unseen(rid(app, id))
}

/// How many cases of the list have a title that begins so.
fn titled(app: &App, title: &str) -> usize {
    app.model.list.order().iter().filter_map(|rid| app.model.list.row(*rid)).filter(|row| row.title.starts_with(title)).count()
}

/// Opens a case and waits until it was read whole.
fn open(desk: &mut Desk<'_>, id: &str) {
    let wanted = rid(desk.app(), id);
    desk.press("g g");
    while desk.app().model.list.cursor() != Some(wanted) {
        desk.press("j");
    }
    desk.press("<enter>").settle();
}

fn house_and_case() -> (House, String) {
    let house = House::new(60);
    let id = house.demo.ids(Vendor::Tines)[0].clone();
    (house, id)
}

/// A desk at the list, after the case was opened and read.
fn looked_at<'h>(house: &'h House, id: &str) -> Desk<'h> {
    let mut desk = house.sit();
    desk.read_all().settle();
    open(&mut desk, id);
    desk.press("q");
    desk
}

#[test]
fn a_colleagues_change_stays_marked_over_restarts_until_it_was_read() {
    let house = House::new(60);
    let ids: Vec<(Vendor, String)> = Vendor::ALL.into_iter().map(|vendor| (vendor, house.demo.ids(vendor)[0].clone())).collect();
    let mut desk = house.sit();
    desk.read_all().settle();
    assert_eq!(desk.app().model.list.unseen(), 0, "a first pass brings no news");
    for (vendor, id) in &ids {
        house.demo.act(rename(*vendor, id, &format!("renamed by a colleague at {}", vendor.name()))).unwrap();
    }
    desk.press("r").until("the changes are marked", |app| app.model.list.unseen() == 3);
    desk.settle();
    desk.leave();

    let mut offline = house.sit_offline();
    offline.until("the disk is read", |app| app.model.list.order().len() == 60);
    offline.settle();
    assert_eq!(offline.app().model.list.unseen(), 3, "kept on disk");
    open(&mut offline, &ids[1].1);
    assert!(is_unseen(offline.app(), &ids[1].1), "nothing was read");
    offline.leave();

    let mut again = house.sit();
    again.until("the disk is read", |app| app.model.list.order().len() == 60).read_all().settle();
    assert_eq!(again.app().model.list.unseen(), 3);
    for (count, (vendor, id)) in (0..3).rev().zip(&ids) {
        open(&mut again, id);
        again.until("it was read", |app| !is_unseen(app, id));
        assert_eq!(again.app().model.list.unseen(), count, "{}", vendor.name());
        again.press("q");
    }
    again.leave();
    let mut last = house.sit();
    last.read_all().settle();
    assert_eq!(last.app().model.list.unseen(), 0, "what was looked at stays looked at");
    last.leave();
}

#[test]
fn what_came_while_no_workbench_was_open_is_marked_though_the_disk_knows_it() {
    let (house, id) = house_and_case();
    looked_at(&house, &id).leave();
    house.demo.act(comment(Vendor::Tines, &id, "while you were away")).unwrap();
    // Another process brings the disk up to date.
    let list = house.run(&["list"]);
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
    let mut desk = house.sit_offline();
    desk.until("the disk is read", |app| app.model.list.order().len() == 60).settle();
    assert!(is_unseen(desk.app(), &id));
    desk.leave();
}

#[test]
fn a_change_that_a_command_read_first_is_marked_in_every_later_sitting() {
    let house = House::new(60);
    let ids: Vec<(Vendor, String)> = Vendor::ALL.into_iter().map(|vendor| (vendor, house.demo.ids(vendor)[1].clone())).collect();
    // Never opened: nothing but their rows was ever shown.
    let mut desk = house.sit();
    desk.read_all().settle();
    let marked = |app: &App| ids.iter().filter(|(_, id)| is_unseen(app, id)).count();
    house.demo.act(rename(ids[0].0, &ids[0].1, "renamed while the workbench is open")).unwrap();
    assert!(house.run(&["list"]).status.success());
    desk.leave();
    house.demo.act(rename(ids[1].0, &ids[1].1, "renamed while it is closed")).unwrap();
    assert!(house.run(&["list"]).status.success());
    house.demo.act(rename(ids[2].0, &ids[2].1, "renamed and read alone")).unwrap();
    assert!(house.run(&["show", &format!("{}:{}", ids[2].0.name(), ids[2].1)]).status.success());
    let mut offline = house.sit_offline();
    offline.until("the disk is read", |app| app.model.list.order().len() == 60).settle();
    assert_eq!((marked(offline.app()), offline.app().model.list.unseen()), (3, 3), "{}", offline.shown());
    offline.leave();
    let mut again = house.sit();
    again.until("the disk is read", |app| app.model.list.order().len() == 60).read_all().settle();
    assert_eq!((marked(again.app()), again.app().model.list.unseen()), (3, 3), "{}", again.shown());
    again.leave();
}

#[test]
fn an_edit_by_a_command_is_no_news_for_a_workbench_that_reads_it_at_once() {
    let house = House::hasty(60);
    let mut desk = house.sit();
    desk.read_all().settle();
    for vendor in Vendor::ALL {
        let reference = format!("{}:{}", vendor.name(), house.demo.ids(vendor)[1]);
        let said = house.run(&["edit", &reference, "--set", "title=by myself", "--yes"]);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }
    desk.press("R").settle();
    desk.until("the titles are there", |app| titled(app, "by myself") == 3).settle();
    assert_eq!(desk.app().model.list.unseen(), 0, "{}", desk.shown());
    desk.leave();
}

#[test]
fn ones_own_edit_whose_command_was_killed_on_the_way_is_no_news() {
    /// Of an edit of two calls, from saving it to reading it back, and one more.
    const STEPS: usize = 12;
    let house = House::hasty(90);
    let mut desk = house.sit();
    desk.read_all().settle();
    desk.leave();
    for step in 1..=STEPS {
        for vendor in Vendor::ALL {
            let reference = format!("{}:{}", vendor.name(), house.demo.ids(vendor)[step]);
            let title = format!("title=killed at step {step}");
            let comment: &[&str] = if vendor == Vendor::ServerOps { &[] } else { &["--set", "comment=so it is"] };
            let edit = [&["edit", &reference, "--yes", "--set", &title][..], comment].concat();
            let said = house.run_with(&edit, &[("CASELOAD_CRASH", &step.to_string())]);
            assert_ne!(said.status.code(), Some(2), "{}", String::from_utf8_lossy(&said.stderr));
        }
        // The list may show the new title before the edit is found to have landed.
        assert_eq!(house.run(&["list", "--full"]).status.code(), Some(0));
        // Else the next commands may be killed in what these left, before they save their own.
        let mut flushed = house.run(&["outbox", "flush"]);
        // A comment that may have arrived is sent again for a person only.
        for _ in 0..3 {
            if flushed.status.code() == Some(5) {
                flushed = house.run(&["outbox", "flush", "1"]);
            }
        }
        let rest = house.run(&["outbox", "list"]);
        assert!(flushed.status.success(), "{}{}", String::from_utf8_lossy(&flushed.stderr), String::from_utf8_lossy(&rest.stdout));
    }
    let mut desk = house.sit();
    desk.until("all was sent", |app| app.model.outbox.is_empty() && titled(app, "killed at step ") == 3 * STEPS).settle();
    assert_eq!(desk.app().model.list.unseen(), 0, "{}", desk.shown());
    desk.acknowledge_all();
    desk.leave();
}

#[test]
fn an_offline_desk_shows_what_a_command_has_sent_of_its_queue() {
    let house = House::hasty(60);
    let mut desk = house.sit();
    desk.read_all().settle();
    desk.leave();
    for vendor in Vendor::ALL {
        let reference = format!("{}:{}", vendor.name(), house.demo.ids(vendor)[1]);
        house.run(&["edit", &reference, "--set", "title=sent by a command", "--yes", "--offline"]);
    }
    let mut offline = house.sit_offline();
    offline.until("the queue is known", |app| app.model.outbox.len() == 3);
    let flushed = house.run(&["outbox", "flush"]);
    assert!(flushed.status.success(), "{}", String::from_utf8_lossy(&flushed.stderr));
    offline.until("the queue is empty", |app| app.model.outbox.is_empty()).settle();
    assert_eq!(titled(offline.app(), "sent by a command"), 3, "{}", offline.shown());
    assert_eq!(offline.app().model.list.unseen(), 0, "one's own edits are no news");
    offline.acknowledge_all();
    offline.leave();
}

#[test]
fn opening_a_changed_case_shows_the_new_comment_before_the_mark_goes() {
    let (house, id) = house_and_case();
    let mut desk = looked_at(&house, &id);
    house.demo.act(comment(Vendor::Tines, &id, "a comment that matters")).unwrap();
    desk.press("r").until("the change is marked", |app| is_unseen(app, &id)).settle();
    desk.press("<enter>").until("it was read", |app| !is_unseen(app, &id)).settle();
    let texts: Vec<&str> = desk.app().panes.detail.activities.items.iter().map(|entry| entry.text.as_str()).collect();
    assert!(texts.contains(&"a comment that matters"), "{texts:?}");
    // And while it is open: read again by itself.
    house.demo.act(comment(Vendor::Tines, &id, "and another one")).unwrap();
    desk.press("r").until("the new comment is there", |app| {
        app.panes.detail.activities.items.iter().any(|entry| entry.text.as_str() == "and another one")
    });
    desk.until("it was read", |app| !is_unseen(app, &id)).settle();
    desk.leave();
}

fn shell() -> Shell {
    let shell = Shell::calm(60);
    let config = std::fs::read_to_string(shell.config()).unwrap();
    shell.configure(&format!("{config}\n[edit]\nsend_delay_s = 0\n"));
    shell
}

#[test]
fn ones_own_edit_from_the_command_line_is_no_news_and_the_colleague_beside_it_is() {
    let shell = shell();
    let list = shell.run(&["list", "--json", "--source", "tines"]).expect(0).json();
    let case = list.as_array().unwrap().iter().find(|case| case["status"]["state"] == "open").unwrap().clone();
    let (key, id) = (case["key"].as_str().unwrap(), case["id"].as_str().unwrap());
    let reference = format!("tines:{id}");
    let unopened = shell.run(&["show", &reference, "--since"]).expect(2);
    assert!(unopened.err.contains("not opened this case"), "{}", unopened.err);

    let mut tty = Tty::start(120, 36, &[], &shell.env());
    tty.comes_to_see("complete");
    tty.keys("/").keys(key).keys("\r").comes_to_see(" 1 of 60");
    tty.keys("\r").comes_to_see("read ");
    let looked = |shell: &Shell| shell.run(&["show", &reference, "--since", "--json"]);
    // The look is on disk a moment after the case is in sight.
    let first = (0..200).map(|_| looked(&shell)).find(|said| said.code == 0).unwrap().json();
    assert_eq!((&first["fields"], &first["comments"]), (&json!([]), &json!(0)), "{first}");
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);

    let priority = if case["priority"]["name"] == "LOW" { "HIGH" } else { "LOW" };
    shell.run(&["edit", &reference, "--yes", "--set", &format!("priority={priority}")]).expect(0);
    assert_eq!(looked(&shell).expect(0).json()["fields"], json!([]), "one's own edit");
    shell.demo.act(rename(Vendor::Tines, id, "another title")).unwrap();
    shell.demo.act(comment(Vendor::Tines, id, "look at this")).unwrap();
    let delta = looked(&shell).expect(0).json();
    let field: &Value = &delta["fields"][0];
    assert_eq!((&field["field"], &field["old"], &field["new"]), (&json!("title"), &case["title"], &json!("another title")), "{delta}");
    assert_eq!((delta["fields"].as_array().unwrap().len(), &delta["comments"]), (1, &json!(1)), "{delta}");
    let text = shell.run(&["show", &reference, "--since"]).expect(0).out;
    assert!(text.contains("since you looked, ") && text.contains("> another title") && text.contains("+1 comment"), "{text}");
    // Looking from the shell is no looking: it says the same again.
    assert_eq!(looked(&shell).expect(0).json()["comments"], json!(1));
}
