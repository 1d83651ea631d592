//! What is typed into boxes of one line: on its way to the disk where it says something of cases, else in memory.

use super::*;
use crate::domain::draft::Draft;
use crate::protocol::Order;
use crate::tui::screens::Overlay;

fn kept(effects: &[Effect]) -> Option<Draft> {
    effects.iter().find_map(|effect| if let Effect::Send(_, Order::KeepDraft(draft)) = effect { Some(draft.clone()) } else { None })
}

fn details(sitting: &Sitting) -> Vec<String> {
    match sitting.app.cx.overlays.last() {
        Some(Overlay::Confirm(confirm)) => confirm.details.clone(),
        other => panic!("no question: {other:?}"),
    }
}

#[test]
fn a_line_about_a_case_is_handed_to_the_disk_within_half_a_second() {
    let mut sitting = verbs::at(Vendor::Tines, verbs::directory(), |_| {});
    sitting.press("t");
    sitting.text("+vip");
    assert_eq!(kept(&sitting.wait(100)), None);
    let draft = kept(&sitting.wait(400)).expect("an order for the disk");
    assert_eq!((draft.asks(), draft.text(), draft.marked_words()), (Some("tags"), "+vip".into(), "#7".into()));
    // The end of a sitting waits for what was typed last.
    sitting.done();
    sitting.text("+x");
    let effects = sitting.app.update(Message::Ending);
    assert_eq!(kept(&effects).map(|draft| draft.text()), Some("+vip+x".into()));
    assert!(!effects.contains(&Effect::Quit));
}

#[test]
fn a_draft_of_a_box_is_no_comment_on_marked_cases() {
    let mut sitting = bulk::sitting(3);
    sitting.press("Space Space t");
    sitting.text("+vip");
    sitting.press("Esc");
    assert!(!sitting.app.model.has_draft_of_marks());
    sitting.press("c");
    assert_eq!(sitting.app.cx.form().map(|form| form.comment.lines().join("")), Some(String::new()));
}

#[test]
fn a_name_and_a_recording_are_not_lost_by_quitting_without_a_word() {
    let mut sitting = verbs::at(Vendor::Tines, verbs::directory(), |_| {});
    sitting.press("m r x");
    verbs::agree(&mut sitting);
    sitting.done();
    sitting.press("m r");
    sitting.text("done");
    sitting.press("Esc Q");
    let lost = details(&sitting);
    assert!(lost.contains(&"`done`, typed as a name and not given, is lost.".to_owned()), "{lost:?}");
    assert!(lost.iter().any(|line| line.starts_with("The macro of 1 step that is being recorded is lost")), "{lost:?}");
    sitting.wait(400);
    sitting.press("n m r");
    sitting.press("Enter");
    sitting.press("Q");
    assert!(
        !matches!(sitting.app.cx.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.details.iter().any(|line| line.contains("lost")))
    );
}
