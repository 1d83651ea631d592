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
    send_one(&mut desk);
    let wrote = desk.vendor("tines").wrote();
    assert_eq!(wrote.iter().filter(|call| call.contains("/comments")).count(), 1, "{wrote:?}");
    desk.press("u");
    let words = send_one(&mut desk);
    assert!(words.starts_with("take back: False positive") && words.contains("the comment stays"), "{words}");
    let back = desk.vendor("tines").wrote().split_off(wrote.len()).join("\n");
    assert!(back.contains("\"remove_tag_names\":[\"fp\"]") && back.contains("\"status\":\"open\""), "{back}");
    assert!(!back.contains("comment"), "{back}");
    desk.settle();
}
