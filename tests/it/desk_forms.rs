//! What a person typed and what they take back, through the whole house.

use caseload::demo::Vendor;
use caseload::protocol::From;
use caseload::tui::app::App;
use caseload::tui::screens::Overlay;
use caseload::tui::screens::bulk::Stage;

use crate::desk::{Desk, House};
use crate::desk_writing::agree;

const MACRO: &str = r#"
[[macro]]
name = "False positive"
key = "f"
ask = ["reason: Why is it one?"]
steps = ["close", "add tag=fp", "comment False positive: {reason}"]
datadog = ["close", "comment False positive: {reason}"]
"#;

/// The dry run on top: what it is, and how many cases are sent something.
fn dry_run(app: &App) -> Option<(String, usize)> {
    match app.cx.overlays.last() {
        Some(Overlay::Bulk(pane)) if pane.stage == Stage::Asking => Some((pane.words.clone(), pane.summary.sends)),
        _ => None,
    }
}

/// Agrees to a dry run of one case and waits until it was read back.
fn send_one(desk: &mut Desk<'_>) -> String {
    desk.until("the dry run is there", |app| dry_run(app).is_some());
    let (words, sends) = dry_run(desk.app()).unwrap();
    assert_eq!(sends, 1, "{}", desk.shown());
    desk.press("1").press("<enter>");
    let is_through = |app: &App| app.model.batches.last().is_some_and(|sent| sent.tally().of == 1 && sent.tally().done == 1);
    desk.until("it was sent and read back", is_through).settle().press("Esc");
    words
}

/// Writes in front of the title and of the description, and agrees to send it.
fn write_in_front(desk: &mut Desk<'_>, word: &str) {
    desk.press("e").text(word);
    while !desk.shown().contains("> Description") {
        desk.press("Tab");
    }
    desk.text(word).press("Ctrl-s");
    agree(desk);
}

/// Of two edits of one text that wait, the second has the words of the first in it.
#[test]
fn a_form_goes_on_from_the_text_that_waits() {
    for vendor in Vendor::ALL {
        let house = House::new(30);
        let open = |desk: &mut Desk<'_>, from: From| {
            desk.press("/").text(&format!("src:{} status:open", vendor.name())).press("<enter>").press("<enter>");
            desk.until("the case is open", |app| app.panes.detail.loaded.as_ref().is_some_and(|loaded| loaded.from == from)).settle();
        };
        let mut desk = house.sit();
        open(desk.read_all(), From::Network);
        let loaded = desk.app().panes.detail.loaded.as_ref().unwrap();
        let (id, title) = (loaded.case.row.id.id.to_string(), loaded.case.row.title.raw().to_owned());
        let description = loaded.case.description.raw().to_owned();
        desk.leave();
        let mut offline = house.sit_offline();
        offline.until("the disk is read", |app| app.model.list.order().len() == 30).settle();
        open(&mut offline, From::Disk);
        for (count, word) in [(1, "first "), (2, "second ")] {
            write_in_front(&mut offline, word);
            offline.until("it waits", |app| app.model.outbox.len() == count).settle();
        }
        offline.press("e");
        assert!(offline.shown().contains("second first "), "{vendor:?}:\n{}", offline.shown());
        offline.press("<esc>");
        offline.leave();
        let mut desk = house.sit();
        desk.until("they are known", |app| !app.model.outbox.is_empty())
            .until("both have landed", |app| app.model.outbox.is_empty())
            .settle();
        desk.leave();
        let shown = house.run(&["show", &format!("{}:{id}", vendor.name()), "--json"]);
        let now: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
        assert_eq!(now["title"], format!("second first {title}"), "{vendor:?}");
        assert_eq!(now["description"], format!("second first {description}"), "{vendor:?}");
    }
}

#[test]
fn a_macro_is_taken_back_but_for_its_comment() {
    let house = House::configured(60, MACRO);
    let mut desk = house.sit();
    desk.read_all().press("/").text("src:tines status:open").press("<enter>").settle();
    desk.press("m").press("f").text("training").press("<enter>");
    desk.until("the dry run is there", |app| dry_run(app).is_some())
        .press("1")
        .press("<enter>")
        .until("it is through", is_through)
        .settle();
    assert_eq!(desk.shown().matches("all sent and read back").count(), 1, "{}", desk.shown());
    desk.sees("u takes it back; the comment stays").press("Esc");
    let wrote = desk.vendor("tines").wrote();
    assert_eq!(wrote.iter().filter(|call| call.contains("/comments")).count(), 1, "{wrote:?}");
    desk.press("u").until("the dry run is there", |app| dry_run(app).is_some()).sees("! the comment stays");
    for (width, height) in [(40, 12), (80, 24), (120, 36)] {
        desk.resize(width, height).sees("! the comment stays");
    }
    assert!(send_one(&mut desk).starts_with("take back: False positive"));
    let back = desk.vendor("tines").wrote().split_off(wrote.len()).join("\n");
    assert!(back.contains("\"remove_tag_names\":[\"fp\"]") && back.contains("\"status\":\"open\""), "{back}");
    assert!(!back.contains("comment"), "{back}");
    // Made again it is not commented twice, and that is said before.
    let before = desk.vendor("tines").wrote().len();
    desk.press("U").until("the dry run is there", |app| dry_run(app).is_some()).sees("! the comment stays");
    send_one(&mut desk);
    let again = desk.vendor("tines").wrote().split_off(before).join("\n");
    assert!(again.contains("\"status\":\"closed\"") && !again.contains("comment"), "{again}");
    desk.settle();
}

fn is_through(app: &App) -> bool {
    app.model.batches.last().is_some_and(|sent| sent.tally().done == sent.tally().of)
}

/// As `docs/bulk-and-triage.md` has it.
const DOCUMENTED: &str = r#"
[[macro]]
name = "False positive"
key = "f"
when = "status:open -priority:critical"
ask = ["reason: Why is it one?"]
steps = ["close", "add tag=fp", "comment False positive: {reason}"]
datadog = ["close", "set resolved_reason=FALSE_POSITIVE", "comment False positive: {reason}"]
serverops = ["close"]
"#;

/// Datadog takes no reason for closing back. The status goes back all the same, and what stays is named before it is sent, at
/// its end, and before it is taken back.
#[test]
fn of_a_bulk_change_all_is_taken_back_but_what_the_vendor_keeps() {
    let house = House::configured(60, DOCUMENTED);
    let mut desk = house.sit();
    desk.set(|app| app.model.send_delay_ms = 0);
    desk.read_all().press("/").text("src:datadog status:open priority:P4").press("<enter>").settle().press("2 <space>");
    desk.press("m").press("f").text("training").press("<enter>");
    desk.until("the dry run is there", |app| dry_run(app).is_some_and(|(_, sends)| sends == 2));
    let is_done = "close, set resolved_reason=FALSE_POSITIVE, comment False positive: training";
    assert_eq!(dry_run(desk.app()).unwrap().0, format!("False positive: {is_done}"), "no tag, which is for Tines");
    desk.sees("! no way back: 2 cases: the comment stays; 2 cases: the field security_resolved_reason stays");
    desk.press("d").sees("cannot be taken back: Datadog takes no reason back");
    assert_eq!(desk.shown().matches("cannot be taken back: ").count(), 4, "a reason and a comment each:\n{}", desk.shown());
    desk.press("2").press("<enter>").until("it is through", is_through).settle();
    desk.sees("u takes it back; 2 cases: the comment stays; 2 cases: the field security_resolved_reason stays");
    let wrote = desk.vendor("datadog").wrote();
    desk.press("u").until("the dry run is there", |app| dry_run(app).is_some_and(|(_, sends)| sends == 2));
    assert!(!desk.shown().contains("CANNOT"), "{}", desk.shown());
    desk.sees("! 2 cases: the comment stays; 2 cases: the field security_resolved_reason stays");
    desk.press("2").press("<enter>").until("it is through", is_through).settle();
    let back = desk.vendor("datadog").wrote().split_off(wrote.len());
    assert!(back.len() == 2 && back.iter().all(|call| call.contains("/status")), "{back:?}");
    // One screen of a bulk change takes the place of another.
    desk.press("Esc");
    assert!(desk.app().cx.overlays.is_empty(), "{}", desk.shown());
    desk.press("U").until("the dry run is there", |app| dry_run(app).is_some_and(|(_, sends)| sends == 2));
    desk.press("2").press("<enter>").until("it is through", is_through).settle();
    let again = desk.vendor("datadog").wrote().split_off(wrote.len() + back.len());
    assert!(again.len() == 2 && again.iter().all(|call| call.contains("/status")), "{again:?}");
    desk.press("Esc").settle();
    assert!(desk.app().cx.overlays.is_empty(), "{}", desk.shown());
}

/// What waits is not shown as what the case holds, though it leaves before.
#[test]
fn a_dry_run_starts_from_what_the_vendor_shows_not_from_what_only_waits() {
    let house = House::new(60);
    house.sit().read_all().settle();
    let mut desk = house.sit_offline();
    desk.settle().press("/").text("src:tines status:open").press("<enter>").settle();
    let rid = desk.app().model.list.order()[0];
    let tags: Vec<String> = desk.app().model.list.row(rid).unwrap().tags().map(ToString::to_string).collect();
    let tagged = |desk: &mut Desk<'_>, tag: &str| {
        desk.press("<space> k").press("t").text(&format!("+{tag}")).press("<enter>");
        desk.until("the dry run is there", |app| dry_run(app).is_some());
        let Some(Overlay::Bulk(pane)) = desk.app().cx.overlays.last() else { panic!() };
        let told: Vec<_> = pane.summary.turns.iter().map(|turn| (turn.old.clone(), turn.new.clone())).collect();
        let dry = house.run(&[
            "bulk",
            &format!("src:tines id:{}", pane.rows[0].case.id),
            "--add",
            &format!("tag={tag}"),
            "--offline",
            "--dry-run",
            "--json",
        ]);
        let dry: serde_json::Value = serde_json::from_slice(&dry.stdout).unwrap();
        let change = &dry["rows"][0]["changes"][0];
        (told, [&change["old"], &change["new"]].map(|value| value.as_str().unwrap().to_owned()))
    };
    let shown = |more: &[&str]| tags.iter().map(String::as_str).chain(more.iter().copied()).collect::<Vec<_>>().join(", ");
    for tag in ["one", "two"] {
        let (told, dry) = tagged(&mut desk, tag);
        assert_eq!(dry, [shown(&[]), shown(&[tag])], "{tag}");
        let [(old, new)] = &told[..] else { panic!("{told:?}") };
        let start = |whole: &str, part: &str| whole == part || part.strip_suffix("..").is_some_and(|part| whole.starts_with(part));
        assert!(start(&shown(&[]), old) && start(&shown(&[tag]), new), "{told:?}");
        desk.press("1").press("<enter>").until("it is on disk", |app| matches!(app.cx.overlays.last(), Some(Overlay::Batch(_)))).settle();
        desk.press("Esc").settle();
    }
    desk.leave();
    // Both land, one after the other.
    let mut desk = house.sit();
    desk.until("both are sent", |app| app.model.batches.iter().all(|sent| sent.tally().done == 1) && app.model.batches.len() == 2).settle();
    let wrote = desk.vendor("tines").wrote().join("\n");
    assert!(wrote.contains("[\"one\"]") && wrote.contains("[\"two\"]"), "{wrote}");
}

const NOTE: &str = r#"
[[macro]]
name = "Note"
key = "n"
steps = ["add tag=seen", "comment seen"]
datadog = ["comment seen"]
serverops = ["close"]
"#;

#[test]
fn of_a_bulk_change_over_three_vendors_the_case_that_stays_is_named() {
    let house = House::configured(60, NOTE);
    let mut desk = house.sit();
    desk.read_all();
    for vendor in ["tines", "datadog", "serverops"] {
        desk.press("Ctrl-x").press("/").text(&format!("src:{vendor} status:open")).press("<enter>").settle().press("<space>");
    }
    desk.press("m").press("n").until("the dry run is there", |app| dry_run(app).is_some_and(|(_, sends)| sends == 3));
    desk.press("3").press("<enter>").until("it is through", is_through).sees("u takes back 2 of 3 cases; the comment stays");
    desk.press("Esc").press("u").until("the dry run is there", |app| dry_run(app).is_some_and(|(_, sends)| sends == 2));
    desk.sees("CANNOT: a comment cannot be taken back from here").sees("! the comment stays");
    let wrote = desk.vendor("datadog").wrote();
    assert!(wrote.iter().any(|call| call.contains("/comment")), "{wrote:?}");
    desk.press("2").press("<enter>").until("it is through", is_through).sees("U makes it again after all");
    assert_eq!(desk.vendor("datadog").wrote(), wrote, "what cannot be taken back is sent nothing");
    // Nothing is left that this sitting could take back.
    desk.press("u").sees("no change of this sitting is left to take back").press("Esc").settle();
}

#[test]
fn a_bulk_change_is_taken_back_only_where_nobody_came_between() {
    let house = House::configured(60, MACRO);
    let mut desk = house.sit();
    desk.read_all().press("/").text("src:datadog status:open").press("<enter>").settle();
    let key = desk.list().cursor();
    desk.press("m").press("f").text("training").press("<enter>");
    send_one(&mut desk);
    let id = key.clone();
    let change = caseload::demo::Act::Edit { vendor: caseload::demo::Vendor::Datadog, id, field: "status".into(), value: "Open".into() };
    house.demo.act(change).unwrap();
    let wrote = desk.vendor("datadog").wrote().len();
    desk.press("u").until("the dry run is there", |app| dry_run(app).is_some()).press("1").press("<enter>");
    desk.until("it meets the colleague", |app| app.model.outbox.iter().any(|queued| queued.entry.conflict.is_some()));
    assert_eq!(desk.vendor("datadog").wrote().len(), wrote, "{}", desk.shown());
    desk.acknowledge_all();
    // After a restart it is of another sitting, and nothing claims otherwise.
    desk.leave();
    let mut desk = house.sit();
    desk.read_all().press("g b").settle();
    assert!(!desk.shown().contains("takes it back"), "{}", desk.shown());
    desk.acknowledge_all();
}
