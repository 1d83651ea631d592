//! Every keystroke finds its way to the disk, in order, and nothing leaves before it is there.

use super::*;
use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::case::Vendor;
use crate::domain::fault::FaultKind;
use crate::domain::part::Part;
use crate::domain::sample;
use crate::domain::text::Clean;
use crate::protocol::{Report, Ticket};
use crate::tui::io::message::{Chord, Message};
use crate::tui::screens::Overlay;
use crate::tui::screens::form::area::text_of;
use crate::tui::screens::form::tests::{Sitting, at_ms, orders};

fn comment(order: &(Ticket, Order)) -> &str {
    let (_, Order::KeepDraft(draft)) = order else { panic!("{order:?}") };
    let (aspect, Value::Text(text)) = &draft.values[0] else { panic!("{draft:?}") };
    assert_eq!(aspect.part, Part::Comment);
    text
}

#[test]
fn what_is_typed_goes_to_the_disk_within_half_a_second_one_order_at_a_time() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment).type_text("a");
    let wake = sitting.app.wake_at().unwrap();
    assert!(wake <= at_ms(500), "{wake}");
    assert_eq!(sitting.orders_after(100), []);
    sitting.type_text("b");
    let first = sitting.orders_after(300);
    assert_eq!(comment(&first[0]), "ab", "later keys do not put it off");
    sitting.type_text("c");
    assert_eq!(sitting.orders_after(5_000), [], "the first is still on its way");
    let next = orders(sitting.done(first[0].0, Ok(())));
    assert_eq!(comment(&next[0]), "abc");
    assert_eq!(sitting.done(next[0].0, Ok(())), []);
    assert_eq!(sitting.app.model.kept.stage(&sitting.form().base.row.id), Some(Stage::Written));
    assert_eq!(sitting.orders_after(5_000), [], "what is on disk is not written again");
}

#[test]
fn leaving_the_form_does_not_wait_for_the_half_second() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment).type_text("kept");
    assert_eq!(comment(&sitting.press("Esc")[0]), "kept");
}

#[test]
fn the_program_ends_only_when_the_disk_has_it() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment).type_text("kept");
    let order = sitting.press("Esc");
    assert_eq!(sitting.app.update(Message::Key(Chord::char('Q'))), []);
    assert_eq!(sitting.done(order[0].0, Ok(())), [Effect::Quit]);
}

#[test]
fn a_signal_waits_for_the_disk_but_not_for_ever() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment).type_text("kept");
    let effects = sitting.app.update(Message::Ending);
    assert!(matches!(&effects[..], [Effect::Send(_, Order::KeepDraft(_))]), "{effects:?}");
    assert_eq!(sitting.orders_after(1_900), []);
    let effects = sitting.app.update(Message::Tick(at_ms(2_000)));
    assert_eq!(effects, [Effect::Quit]);
}

#[test]
fn a_disk_that_refuses_is_said_and_asked_again_and_quitting_asks() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment).type_text("kept");
    let order = sitting.orders_after(400);
    sitting.done(order[0].0, Err(Fault::new(FaultKind::DiskFull, "the disk is full")));
    assert!(sitting.app.cx.notices.shown().unwrap().text.contains("NOT on disk"));
    let again = sitting.orders_after(5_000);
    assert_eq!(comment(&again[0]), "kept");
    sitting.done(again[0].0, Err(Fault::new(FaultKind::DiskFull, "the disk is full")));
    sitting.press("Esc");
    assert_eq!(sitting.press("Q"), []);
    assert!(
        matches!(sitting.app.cx.overlays.last(), Some(Overlay::Confirm(question)) if question.details.iter().any(|line| line.contains("lost")))
    );
    let last = sitting.orders_after(5_000);
    sitting.done(last[0].0, Ok(()));
    assert_eq!(sitting.app.model.kept.fault(), None);
}

#[test]
fn sending_and_discarding_take_the_draft_off_the_disk() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment).type_text("sent");
    let kept = sitting.orders_after(400);
    sitting.done(kept[0].0, Ok(()));
    let plan = sitting.press("Ctrl-s");
    sitting.planned(plan[0].0);
    let sent = sitting.wait(400).press("y");
    let dropped = orders(sitting.done(sent[0].0, Ok(())));
    assert!(matches!(&dropped[..], [(_, Order::DropDraft(_))]), "{dropped:?}");
    sitting.done(dropped[0].0, Ok(()));
    assert!(sitting.app.model.kept.is_empty());

    sitting.open(Part::Comment).type_text("discarded");
    let kept = sitting.orders_after(400);
    sitting.done(kept[0].0, Ok(()));
    sitting.press("Ctrl-g");
    let dropped = sitting.wait(400).press("y");
    assert!(matches!(&dropped[..], [(_, Order::DropDraft(_))]), "{dropped:?}");
}

#[test]
fn a_draft_of_an_earlier_run_is_offered_against_what_was_seen_then() {
    let mut sitting = Sitting::with(Vendor::Datadog);
    let case = sample::case(Vendor::Datadog, 7);
    let priority = Aspect::of_part(Part::Priority);
    let draft = Draft {
        case: case.row.id.clone(),
        marked: Vec::new(),
        values: vec![(Aspect::of_part(Part::Comment), Value::Text("typed\nearlier".into())), (priority.clone(), Value::Text("P1".into()))],
        base: vec![Seen::of(&case, priority.clone())],
        saved_at: at_ms(-3_600_000),
        decided: Vec::new(),
        holds_shown_text: false,
    };
    let mut theirs = case.clone();
    theirs.row.priority = Some(crate::domain::case::Priority::read("P5"));
    sitting.give(theirs);
    sitting.app.update(Message::Report(Report::Draft(Box::new(draft.clone()))));
    assert!(sitting.app.cx.notices.shown().unwrap().text.contains("e there offers it again"));
    sitting.open(Part::Title);
    let form = sitting.form();
    assert_eq!(text_of(&form.comment), "typed\nearlier");
    assert_eq!(form.kept_at, Some(at_ms(-3_600_000)));
    assert_eq!(form.moved.as_ref().unwrap().fields, ["priority"]);
    assert_eq!(form.edit().base, draft.base, "it is compared with what was seen, not with what is there now");
}

#[test]
fn drafts_that_a_disk_does_not_let_go_are_named_where_they_are() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.app.update(Message::Report(Report::DraftsNotTakenUp(Fault::new(FaultKind::DiskFull, "the disk is full"))));
    let said = &sitting.app.cx.notices.shown().unwrap().text;
    assert!(said.contains("not offered: the disk is full; `caseload outbox list` shows it"), "{said}");
}

#[test]
fn a_draft_that_is_not_ones_own_is_said_in_the_form_and_never_shown_in_it() {
    let mut sitting = Sitting::with(Vendor::Tines);
    let case = sample::case(Vendor::Tines, 7).row.id;
    let beside = |sitting: &mut Sitting, how: Option<Beside>| {
        let told = how.map(|how| (case.clone(), how)).into_iter().collect();
        sitting.app.update(Message::Report(Report::DraftsBeside(told)));
    };
    let said = |sitting: &Sitting| sitting.app.cx.notices.shown().map(|notice| notice.text.clone()).unwrap_or_default();
    beside(&mut sitting, Some(Beside::Held));
    assert_eq!(said(&sitting), "", "of a case that nobody writes on here there is nothing to say");
    sitting.open(Part::Comment);
    assert!(said(&sitting).contains("another caseload has unsent text for it; send or discard it there"), "{}", said(&sitting));
    assert_eq!(text_of(&sitting.form().comment), "");
    // It is told again only when it turns.
    sitting.app.cx.notices.acknowledge();
    beside(&mut sitting, Some(Beside::Held));
    beside(&mut sitting, None);
    assert_eq!(said(&sitting), "");
    beside(&mut sitting, Some(Beside::Left));
    assert!(said(&sitting).contains("`caseload outbox list` prints it"), "{}", said(&sitting));
    assert!(sitting.app.model.kept.is_empty(), "it counts as nothing of one's own");
}

#[test]
fn a_refresh_leaves_cursor_selection_and_undo_alone() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Description).type_text("abc ");
    sitting.press("Shift-Left Shift-Left");
    let before = (sitting.form().description.cursor(), sitting.form().description.selection_range());
    let mut theirs = sample::case(Vendor::Tines, 7);
    theirs.description = Clean::block("written over");
    sitting.give(theirs);
    assert_eq!((sitting.form().description.cursor(), sitting.form().description.selection_range()), before);
    assert!(before.1.is_some());
    sitting.press("Left Ctrl-u");
    assert_ne!(text_of(&sitting.form().description), "abc What\nhappened");
}
