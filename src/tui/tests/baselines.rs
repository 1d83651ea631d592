//! What counts as changed since you looked: until the case was read and shown, and only what others did.

use super::*;
use crate::domain::aside::Then;
use crate::domain::baseline::Baseline;
use crate::tui::cx::pending::Ask;

/// The case of a row, changed at this millisecond.
fn changed(n: u32, ms: i64) -> (Rid, Row) {
    let (rid, mut row) = row(n, 2, &format!("case {n}"));
    row.updated_at = Some(at_ms(ms));
    (rid, row)
}

fn read(sitting: &mut Sitting, row: &Row, rid: Rid, from: From) {
    let case = Arc::new(crate::domain::case::Case { row: row.clone(), ..sample::case(Vendor::Tines, rid.0) });
    sitting.report(Report::Case { rid, case, read_at: at_ms(0), from });
}

fn kept(effects: &[Effect]) -> Vec<&Baseline> {
    let orders = effects.iter().filter_map(|effect| match effect {
        Effect::Send(_, Order::KeepBaselines(kept)) => Some(kept),
        _ => None,
    });
    orders.flatten().collect()
}

#[test]
fn the_mark_stays_until_the_case_was_read_and_shown() {
    let mut sitting = Sitting::with(rows(1..=3));
    let (rid, row) = changed(3, 60_000);
    sitting.network(vec![(rid, row.clone())]);
    assert!(sitting.app.model.list.is_unseen(rid));
    sitting.press("g g Enter");
    assert!(sitting.app.model.list.is_unseen(rid), "opened, but not read yet");
    read(&mut sitting, &row, rid, From::Disk);
    assert!(sitting.app.model.list.is_unseen(rid), "what is on disk may be older than the change");
    read(&mut sitting, &row, rid, From::Network);
    assert!(sitting.app.model.list.is_unseen(rid), "its timeline has not come yet");
    let open = sitting.app.cx.pending.ticket_of(&Ask::Open(rid)).unwrap();
    let effects = sitting.report(Report::Done { ticket: open, result: Ok(()) });
    assert!(!sitting.app.model.list.is_unseen(rid));
    assert!(kept(&effects)[0].looked.is_some());
}

#[test]
fn a_reading_that_fails_leaves_the_mark() {
    let mut sitting = Sitting::with(rows(1..=3));
    let (rid, row) = changed(3, 60_000);
    sitting.network(vec![(rid, row)]);
    sitting.press("g g Enter");
    let open = sitting.app.cx.pending.ticket_of(&Ask::Open(rid)).unwrap();
    sitting.report(Report::Done { ticket: open, result: Err(Fault::new(FaultKind::Server, "broken")) });
    assert!(sitting.app.model.list.is_unseen(rid));
}

#[test]
fn what_was_known_before_a_restart_still_counts() {
    let (rid, now) = changed(2, 60_000);
    let before = super::row(2, 2, "case 2").1;
    let mut sitting = Sitting::new();
    sitting.report(Report::Baselines(vec![(before.id.clone(), Some(Then::of(&before)))]));
    sitting.report(Report::Rows { rows: vec![changed(1, 0), (rid, now)], from: From::Disk });
    sitting.report(Report::DiskRead { rows: 2 });
    sitting.full();
    assert_eq!(sitting.app.model.list.unseen(), 1);
    assert!(sitting.app.model.list.is_unseen(rid));
}

#[test]
fn a_change_under_the_eyes_is_read_again_and_marked_until_then() {
    let mut sitting = Sitting::with(rows(1..=3));
    let (rid, row) = super::row(3, 2, "case 3");
    sitting.press("g g Enter");
    read(&mut sitting, &row, rid, From::Network);
    sitting.done();
    let (rid, row) = changed(3, 60_000);
    sitting.network(vec![(rid, row.clone())]);
    assert!(sitting.app.model.list.is_unseen(rid));
    assert!(sitting.app.cx.pending.any(|ask| *ask == Ask::Open(rid)), "its comments on the screen are old");
    read(&mut sitting, &row, rid, From::Network);
    sitting.done();
    assert!(!sitting.app.model.list.is_unseen(rid));
}

#[test]
fn an_edit_that_landed_is_no_news_and_a_colleague_beside_it_is() {
    let mut sitting = Sitting::with(rows(1..=3));
    let (rid, mine) = changed(3, 60_000);
    let edit = Edit::unguarded(mine.id.clone(), vec![Change::Comment("seen".into())]);
    let entry = OutboxEntry::queued("e", edit, Plan::default(), at_ms(0));
    sitting.report(Report::Outbox(Box::new(OutboxEntry { progress: Progress::Sent, ..entry.clone() })));
    sitting.network(vec![(rid, mine.clone())]);
    assert!(!sitting.app.model.list.is_unseen(rid), "it is on its way");
    sitting.report(Report::Baselines(vec![(mine.id.clone(), Some(Then::of(&mine)))]));
    sitting.report(Report::Outbox(Box::new(OutboxEntry { progress: Progress::Verified, ..entry })));
    assert!(!sitting.app.model.list.is_unseen(rid));
    sitting.network(vec![changed(3, 90_000)]);
    assert!(sitting.app.model.list.is_unseen(rid));
}

#[test]
fn a_name_that_becomes_known_is_no_change() {
    let mut sitting = Sitting::with(rows(1..=3));
    let (rid, mut row) = super::row(3, 2, "case 3");
    row.assignees = vec![crate::domain::person::Person { id: "7".into(), name: Clean::line("Ana"), ..Default::default() }];
    sitting.network(vec![(rid, row)]);
    assert_eq!(sitting.app.model.list.unseen(), 0);
}
