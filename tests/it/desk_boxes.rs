//! What a person types into a box of one line about cases is theirs until it is sent, whatever ends the workbench.

use std::time::Instant;
use std::{fs, thread};

use caseload::domain::text::Clean;
use caseload::tui::app::App;
use caseload::tui::screens::Overlay;

use crate::desk::{DEADLINE, Desk, House};

const MACRO: &str = r#"
[[macro]]
name = "False positive"
key = "f"
ask = ["reason: Why is it one?", "who: Who says so?"]
steps = ["comment False positive: {reason}, says {who}"]
"#;

/// What stands in the box on top.
fn line(desk: &Desk<'_>) -> String {
    match desk.app().cx.overlays.last() {
        Some(Overlay::Ask(ask)) => ask.typed().to_owned(),
        Some(Overlay::Labels(labels)) => labels.area.lines()[0].clone(),
        _ => panic!("no box:\n{}", desk.shown()),
    }
}

/// The drafts that the command line prints, with nothing between them.
fn drafts(house: &House) -> String {
    String::from_utf8(house.run(&["outbox", "list"]).stdout).unwrap()
}

/// Ends a sitting as a kill does. Its threads live on in this process for a moment, and what they hold nobody else takes up.
fn killed(house: &House, desk: Desk<'_>) {
    drop(desk);
    let is_held = || fs::read_dir(house.data()).unwrap().any(|file| file.unwrap().file_name().to_string_lossy().starts_with("drafts-"));
    let until = Instant::now() + DEADLINE;
    while is_held() {
        assert!(Instant::now() < until, "the drafts are still held");
        thread::yield_now();
    }
}

fn filtered<'a>(house: &'a House, filter: &str) -> Desk<'a> {
    let mut desk = house.sit();
    desk.read_all().press("/").text(filter).press("<enter>").settle();
    desk
}

#[test]
fn a_line_about_cases_outlives_the_workbench_and_is_offered_where_it_was_typed() {
    let house = House::configured(60, MACRO);
    for (filter, keys, typed) in [
        ("src:tines status:open", "t", "+vip -\"two words\""),
        ("src:datadog status:open", "t", "+team:soc"),
        ("status:open", "<space> <space> <space> t", "+night"),
        ("src:tines status:open", "m f", "known {word}"),
        ("status:open", "<space> <space> m f", "{\"a\": 1} 👩\u{200d}💻"),
    ] {
        let mut desk = filtered(&house, filter);
        desk.press(keys).text(typed);
        // A second later it is on disk; nobody leaves in order.
        desk.later(600, "");
        let shown = Clean::line(typed);
        assert_eq!(drafts(&house).matches(shown.as_str()).count(), 1, "{keys}: {}", drafts(&house));
        killed(&house, desk);
        let mut desk = filtered(&house, filter);
        assert_eq!(desk.press(keys).app().cx.notices.shown().map(|notice| notice.text.contains("offered again")), Some(true), "{keys}");
        assert_eq!(line(&desk), typed, "{keys}");
        // Left by Esc and quit at once, with one more letter.
        desk.text("x").press("Esc").press("Q");
        desk.leave();
        let mut desk = filtered(&house, filter);
        desk.press(keys);
        assert_eq!(line(&desk), format!("{typed}x"), "{keys}");
        // What is erased does not come again.
        desk.press("Ctrl-u Esc");
        desk.leave();
        let mut desk = filtered(&house, filter);
        desk.press(keys);
        assert_eq!((line(&desk), drafts(&house).contains(shown.as_str())), (String::new(), false), "{keys}");
        desk.press("Esc");
        desk.leave();
    }
}

#[test]
fn a_line_is_offered_for_its_own_cases_only_and_not_once_it_was_sent() {
    let house = House::configured(60, MACRO);
    let mut desk = filtered(&house, "src:tines status:open");
    desk.press("t").text("+night").press("Esc").press("j").press("t");
    assert_eq!(line(&desk), "", "another case");
    desk.press("Esc").press("k").press("t");
    assert_eq!(line(&desk), "+night");
    desk.press("<enter>").later(400, "y").until("it is saved", |app| app.cx.overlays.is_empty()).settle();
    assert_eq!(drafts(&house).matches("draft").count(), 0, "{}", drafts(&house));
    // Both answers wait until the dry run behind them is sent.
    desk.press("j").press("m f").text("training").press("<enter>").text("Mara").press("<enter>");
    desk.until("the dry run is there", is_asked).settle();
    assert_eq!(drafts(&house).matches("draft").count(), 2, "{}", drafts(&house));
    desk.press("Esc").press("m f");
    assert_eq!(line(&desk), "training");
    desk.press("<enter>");
    assert_eq!(line(&desk), "Mara");
    desk.press("<enter>").until("the dry run is there", is_asked).press("1").press("<enter>");
    desk.until("it is sent", |app| app.model.batches.last().is_some_and(|sent| sent.tally().done == 1)).settle();
    assert_eq!(drafts(&house).matches("draft").count(), 0, "{}", drafts(&house));
    desk.press("Esc");
    desk.leave();
}

fn is_asked(app: &App) -> bool {
    matches!(app.cx.overlays.last(), Some(Overlay::Bulk(pane)) if pane.stage == caseload::tui::screens::bulk::Stage::Asking)
}
