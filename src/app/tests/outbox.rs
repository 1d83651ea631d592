//! Edits on their way, as the list and the outbox show them.

use super::*;

fn entry(id: &str, number: u32, progress: Progress) -> Report {
    let case = CaseId { source: SourceId(0), id: number.to_string().into() };
    let edit = Edit::unguarded(case, vec![Change::Priority("HIGH".into())]);
    Report::Outbox(Box::new(OutboxEntry { progress, ..OutboxEntry::queued(id, edit, Plan::default(), at_ms(0)) }))
}

#[test]
fn an_edit_wears_its_mark_until_it_is_verified_and_says_each_step() {
    let mut sitting = Sitting::with(rows(1..=3));
    for (progress, words) in [
        (Progress::Queued, "#2 queued (priority -> HIGH)"),
        (Progress::Sending { done: 0, calls: 2 }, "#2 sending 1 of 2 (priority -> HIGH)"),
        (Progress::Sent, "#2 sent, reading back (priority -> HIGH)"),
    ] {
        sitting.report(entry("a", 2, progress));
        assert_eq!(sitting.said(), words);
        assert!(sitting.app.queued(Rid(2)).is_some());
    }
    sitting.network(vec![row(2, 1, "case 2")]);
    assert!(!sitting.app.list.is_unseen(Rid(2)), "what I did myself is not news to me");
    sitting.report(entry("a", 2, Progress::Verified));
    assert_eq!(sitting.said(), "#2 sent, read back ok (priority -> HIGH)");
    assert!(sitting.app.queued(Rid(2)).is_none() && sitting.app.outbox.is_empty());
}

#[test]
fn a_stuck_edit_is_decided_in_the_outbox_and_quitting_names_it() {
    let mut sitting = Sitting::new();
    let fault = Fault::new(FaultKind::Rejected, "no such status");
    let effects = sitting.report(entry("a", 2, Progress::Parked { fault, done: 0 }));
    assert!(effects.contains(&Effect::Bell) && sitting.app.stuck() == 1);
    assert_eq!(sitting.app.outbox[0].rid, None);
    sitting.report(Report::Rows { rows: rows(1..=3), from: From::Disk });
    assert_eq!((sitting.app.outbox[0].rid, sitting.app.outbox[0].key.as_str()), (Some(Rid(2)), "#2"));
    assert!(!sitting.press("Q").contains(&Effect::Quit));
    sitting.press("y");
    assert_eq!(sitting.app.scope(), Scope::Confirm, "a yes at once was meant for something else");
    assert!(sitting.said().contains("press it again"), "{}", sitting.said());
    sitting.wait(200);
    sitting.press("Enter");
    assert_eq!(sitting.app.scope(), Scope::List, "the next answer counts");
    sitting.press("g o d");
    sitting.wait(300);
    let effects = sitting.press("y");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Settle { how: Settle::Drop, .. }))), "{effects:?}");
    sitting.report(Report::Dropped { entry: "a".into() });
    sitting.done();
    assert!(sitting.app.outbox.is_empty());
    assert!(sitting.press("Esc Q").contains(&Effect::Quit));
}
