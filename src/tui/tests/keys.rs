//! Keys that repeat, that cannot act, and that lead back.

use super::*;
use crate::tui::areas::scope;

#[test]
fn counts_repeat_and_unknown_keys_say_so() {
    let mut sitting = Sitting::with(rows(1..=50));
    sitting.press("1 0 j");
    assert_eq!(sitting.app.model.list.at(), 10);
    sitting.press("3 k 7 G");
    assert_eq!(sitting.app.model.list.at(), 6);
    sitting.press("G");
    assert_eq!(sitting.app.model.list.at(), 49);
    sitting.press("g g g q");
    assert_eq!((sitting.app.model.list.at(), sitting.said()), (0, "g q does nothing here; ? shows what does"));
    sitting.press("d");
    assert_eq!(sitting.said(), "d does nothing here; ? shows what does");
}

#[test]
fn a_key_that_cannot_act_says_why() {
    let mut sitting = Sitting::new();
    sitting.report(Report::DiskRead { rows: 0 });
    for (keys, reason) in [
        ("e", "no case is under the cursor"),
        ("o", "no case is under the cursor"),
        ("Enter", "the list is empty"),
        ("g o", "the outbox is empty: nothing waits to be sent"),
        ("g n", "there is no unseen change"),
        ("Ctrl-x", "no filter is on"),
        ("-", "there is nothing to go back to"),
        ("F", "no case is under the cursor"),
        ("f s", "the list is empty: there is nothing to count"),
        ("z a", "nothing to fold here; zg groups, zl folds look-alikes"),
        ("n", "no text was looked for yet; / looks for one"),
        ("g 9", "there is no view 9; there are 7"),
    ] {
        sitting.press(keys);
        assert_eq!(sitting.said(), reason, "{keys}");
    }
}

#[test]
fn escape_never_quits_and_q_quits_by_layers() {
    let mut sitting = Sitting::with(rows(1..=3));
    for _ in 0..20 {
        assert!(!sitting.press("Esc").contains(&Effect::Quit));
    }
    sitting.press("Enter ?");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::Help);
    sitting.press("Esc q");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::List);
    assert!(sitting.press("q").contains(&Effect::Quit));
    assert!(!Sitting::with(rows(1..=3)).press("Ctrl-c").contains(&Effect::Quit));
    assert!(Sitting::with(rows(1..=3)).press("Ctrl-c Ctrl-c").contains(&Effect::Quit));
    let mut slow = Sitting::with(rows(1..=3));
    slow.press("Ctrl-c");
    slow.wait(1_500);
    assert!(!slow.press("Ctrl-c").contains(&Effect::Quit));
}

#[test]
fn a_pane_without_a_case_is_left_like_any_other() {
    for out in ["Esc", "q", "h", "Tab", "g 1"] {
        let mut sitting = Sitting::with(rows(0..3));
        sitting.press("j Enter");
        assert_eq!(sitting.app.panes.focus, Pane::Detail);
        // Nothing is in the queue of somebody whom nobody knows.
        sitting.press("g 2");
        assert_eq!(sitting.cursor(), None);
        sitting.press("n");
        assert_eq!(sitting.said(), "no case is open");
        sitting.press("? Esc");
        assert!(sitting.app.cx.overlays.is_empty());
        sitting.press(out);
        let is_there = if out == "g 1" { sitting.cursor().is_some() } else { sitting.app.panes.focus == Pane::List };
        assert!(is_there, "{out} leads nowhere: {}", sitting.said());
    }
}

#[test]
fn a_review_that_is_declined_says_that_nothing_was_sent() {
    let mut sitting = crate::tui::screens::form::tests::Sitting::with(crate::domain::case::Vendor::Datadog);
    sitting.open(crate::domain::part::Part::Title).type_text("Now: ");
    let orders = sitting.press("Ctrl-s");
    sitting.planned(orders[0].0);
    sitting.wait(300);
    sitting.press("F1");
    let said = sitting.app.cx.notices.shown().unwrap().text.clone();
    assert!(said.starts_with("F1 does nothing here; these keys act: ") && said.contains(" y"), "{said}");
    assert_eq!(sitting.press("Enter"), []);
    assert!(!sitting.is_reviewing());
    assert_eq!(sitting.app.cx.notices.shown().unwrap().text, "nothing was sent");
}

#[test]
fn a_key_that_is_held_answers_no_question_that_came_meanwhile() {
    use crate::tui::cx::stack::TOO_SOON;
    use crate::tui::screens::confirm::OnYes;
    let mut sitting = Sitting::with(rows(1..=3));
    let ask = |sitting: &mut Sitting, entry: &str| sitting.app.cx.ask("Drop it?".into(), Vec::new(), OnYes::DropEntry(entry.into()));
    let drops = |effects: &[Effect]| super::verbs::settles(effects).into_iter().map(|(entry, _)| entry).collect::<Vec<_>>();
    ask(&mut sitting, "a");
    sitting.wait(400);
    assert_eq!(drops(&sitting.press("y")), ["a"]);
    ask(&mut sitting, "b");
    // The first repeat may take long to come, the others come soon.
    for gap_ms in [660, 30, 30, 140, 90] {
        sitting.wait(gap_ms);
        assert_eq!((drops(&sitting.press("y")), sitting.said()), (vec![], TOO_SOON), "{gap_ms}");
    }
    sitting.wait(300);
    assert_eq!(drops(&sitting.press("y")), ["b"], "it was let go and pressed once more");
    // A key that was pressed between, or a second of rest: what comes then was pressed for this question.
    for rest in ["k", ""] {
        ask(&mut sitting, "c");
        if rest.is_empty() {
            sitting.wait(1_000)
        } else {
            sitting.press(rest)
        };
        sitting.wait(300);
        assert_eq!(drops(&sitting.press("y")), ["c"], "{rest}");
    }
}

#[test]
fn help_offers_no_more_and_no_run_where_no_command_fits() {
    use crate::tui::available::unavailable;
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.press("?");
    assert_eq!(unavailable(Scope::Help, Action::PageDown, &sitting.app.model, &sitting.app.panes, &sitting.app.cx), None);
    sitting.press("z z z z z");
    for action in [Action::PageDown, Action::Run] {
        assert_eq!(
            unavailable(Scope::Help, action, &sitting.app.model, &sitting.app.panes, &sitting.app.cx).as_deref(),
            Some("no command is called that")
        );
    }
    sitting.press("Enter");
    assert_eq!(sitting.said(), "no command is called that");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::Help);
}
