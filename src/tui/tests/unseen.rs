//! A window that shows only the size it needs: nothing is sent that nobody sees, and nothing typed is lost.

use super::*;
use crate::domain::part::Part;
use crate::tui::areas::scope;
use crate::tui::screens::confirm::acts::asks_to_quit;
use crate::tui::screens::form::tests::Sitting as Form;

const SMALL: [(u16, u16); 3] = [(10, 3), (39, 24), (80, 9)];

#[test]
fn a_review_is_answered_only_once_it_was_in_sight() {
    for (width, height) in SMALL {
        let mut sitting = Form::with(Vendor::Datadog);
        sitting.open(Part::Title).type_text("Now: ");
        let orders = sitting.press("Ctrl-s");
        sitting.planned(orders[0].0);
        sitting.wait(400);
        sitting.app.update(Message::Resize(width, height));
        assert_eq!(sitting.press("y"), [], "{width}x{height}");
        sitting.app.update(Message::Resize(80, 24));
        assert_eq!(sitting.press("y"), [], "it was on its way before the question could be read");
        assert!(sitting.is_reviewing());
        assert!(sitting.app.cx.notices.shown().unwrap().text.contains("too small"));
        sitting.wait(300);
        assert!(matches!(&sitting.press("y")[..], [(_, Order::Submit { .. })]));
    }
}

#[test]
fn what_is_typed_out_of_sight_is_kept_and_not_reviewed() {
    let mut sitting = Form::with(Vendor::Datadog);
    sitting.open(Part::Title);
    sitting.app.update(Message::Resize(39, 9));
    sitting.type_text("Now: ");
    assert_eq!(sitting.press("Ctrl-s Ctrl-g"), []);
    assert_eq!(sitting.form().changed(), 1);
    sitting.press("Esc");
    assert!(sitting.app.cx.overlays.is_empty() && !sitting.app.model.kept.is_empty());
}

#[test]
fn no_command_acts_out_of_sight_and_every_way_out_does() {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.app.update(Message::Resize(39, 9));
    for keys in ["c", "e", "i", "x", "p", "s", "t", "a", ".", "u", "U", "T", "m m", "g o", "g b", ":", "g a", "w", "b"] {
        let effects = sitting.press(keys);
        assert!(sitting.app.cx.overlays.is_empty() && effects.is_empty(), "{keys}: {effects:?}");
        assert!(sitting.said().contains("too small"), "{keys}: {}", sitting.said());
    }
    assert!(sitting.press("Q").contains(&Effect::Quit));
}

#[test]
fn an_outbox_is_left_alone_out_of_sight_and_a_yes_to_quitting_quits() {
    let mut sitting = Sitting::new();
    let edit = Edit::unguarded(CaseId { source: SourceId(0), id: "2".into() }, vec![Change::Priority("HIGH".into())]);
    let fault = Fault::new(FaultKind::Rejected, "no such status");
    let parked = OutboxEntry::queued("a", edit, Plan::default(), at_ms(0));
    sitting.report(Report::Outbox(Box::new(OutboxEntry { progress: Progress::Parked { fault, done: 0 }, ..parked })));
    sitting.press("g o d");
    sitting.wait(300);
    sitting.app.update(Message::Resize(10, 3));
    let settles = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Settle { .. })));
    assert!(!settles(&sitting.press("y")));
    sitting.press("Esc");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::Outbox);
    assert!(!settles(&sitting.press("r")) && !settles(&sitting.press("F")));
    assert!(!asks_to_quit(&sitting.app.model, &sitting.app.cx) && !sitting.press("Q").contains(&Effect::Quit));
    assert!(asks_to_quit(&sitting.app.model, &sitting.app.cx), "and the one line that is there asks it");
    sitting.wait(300);
    assert!(sitting.press("y").contains(&Effect::Quit));
}
