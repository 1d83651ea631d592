//! What a person typed and what they take back, through the whole house.

use caseload::app::App;
use caseload::app::bulk::Stage;
use caseload::app::overlay::Overlay;

use crate::desk::{Desk, House};

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
    match app.overlays.last() {
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
    let is_through = |app: &App| app.batches.last().is_some_and(|sent| sent.tally().of == 1 && sent.tally().done == 1);
    desk.until("it was sent and read back", is_through).settle().press("Esc");
    words
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
    app.batches.last().is_some_and(|sent| sent.tally().done == sent.tally().of)
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
    desk.until("it meets the colleague", |app| app.outbox.iter().any(|queued| queued.entry.conflict.is_some()));
    assert_eq!(desk.vendor("datadog").wrote().len(), wrote, "{}", desk.shown());
    desk.acknowledge_all();
    // After a restart it is of another sitting, and nothing claims otherwise.
    desk.leave();
    let mut desk = house.sit();
    desk.read_all().press("g b").settle();
    assert!(!desk.shown().contains("takes it back"), "{}", desk.shown());
    desk.acknowledge_all();
}
