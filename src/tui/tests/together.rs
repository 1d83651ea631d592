//! What is taken back and made again of several cases at once, and what is said of it before.

use super::bulk::{asked, batch, entry, failed, in_dry_run, pane, planned, sends, sitting, submitted, told};
use super::*;
use crate::domain::batch::Batch;
use crate::domain::bulk::{Verdict, Wanted};
use crate::domain::case::Case;
use crate::domain::part::Part;
use crate::protocol::{Order, SettleBatch};
use crate::tui::available;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::outbox::Queued;
use crate::tui::screens::batch::acts::open_batch;

/// A bulk change over cases 1 and 4 that has just been sent in this sitting.
fn sent() -> (Sitting, Batch) {
    let mut sitting = in_dry_run();
    sitting.press("2");
    let (ticket, sent) = submitted(&sitting.press("Enter"));
    sitting.report(Report::Done { ticket, result: Ok(()) });
    (sitting, sent)
}

fn case(number: u32) -> Case {
    sample::case(Vendor::Tines, number)
}

/// The entry of a case in that bulk change, with these changes.
fn goes(sitting: &mut Sitting, of: &Batch, number: u32, changes: Vec<Change>, progress: Progress) {
    let edit = Edit::new(&case(number), changes);
    let entry = OutboxEntry { edit, batch: Some(of.clone()), ..entry(number, progress) };
    sitting.report(Report::Outbox(Box::new(entry)));
}

fn titled(number: u32) -> Change {
    Change::Title(format!("new {number}"))
}

fn said(text: &str) -> Change {
    Change::Comment(text.into())
}

#[test]
fn what_is_taken_back_is_said_at_the_end_and_in_the_dry_run_and_what_stays_is_named() {
    let (mut sitting, of) = sent();
    goes(&mut sitting, &of, 1, vec![titled(1), said("FP")], Progress::Verified);
    goes(&mut sitting, &of, 4, vec![said("FP")], Progress::Verified);
    assert_eq!(sitting.app.model.undo_of_batch(&of.id, &sitting.app.cx), "u takes back 1 of 2 cases; the comment stays");
    let effects = sitting.press("u");
    let targets = effects.iter().find_map(|effect| match effect {
        Effect::Send(ticket, Order::PlanBulk { targets, .. }) => Some((*ticket, targets.clone())),
        _ => None,
    });
    let (ticket, targets) = targets.unwrap();
    assert_eq!((targets[0].rid, &targets[0].refused), (Rid(1), &None));
    assert_eq!(targets[1].refused.as_deref(), Some("a comment cannot be taken back from here"), "a case is never left out unsaid");
    let rows = vec![planned(1, sends(&case(1), Change::Title("Case number 1".into()), false)), planned(4, Verdict::Cannot("no".into()))];
    sitting.report(Report::BulkPlanned { ticket, rows });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    assert_eq!(pane(&sitting).stays, "the comment stays");
    let row = pane(&sitting).rows.iter().find(|row| row.rid == Rid(1)).unwrap();
    assert_eq!(pane(&sitting).stays_of(row), ["the comment stays"]);
    sitting.wait(1_000);
    sitting.press("1");
    let (ticket, back) = submitted(&sitting.press("Enter"));
    sitting.report(Report::Done { ticket, result: Ok(()) });
    goes(&mut sitting, &back, 1, vec![Change::Title("Case number 1".into())], Progress::Verified);
    assert_eq!(
        sitting.app.model.undo_of_batch(&back.id, &sitting.app.cx),
        "U makes it again after all",
        "u would take back something else"
    );
    assert_eq!(sitting.app.model.undo_of_batch(&of.id, &sitting.app.cx), "it was taken back; U makes it again", "it is of this sitting");
    // Made again, the comment is not said a second time, and that is said too.
    let (ticket, wanted, rids) = asked(&sitting.press("U"));
    let Wanted::Again(edits) = wanted else { panic!("{wanted:?}") };
    assert_eq!((rids, edits[0].changes.as_slice()), (vec![1], &[titled(1)][..]));
    sitting.report(Report::BulkPlanned { ticket, rows: vec![planned(1, sends(&case(1), titled(1), false))] });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    assert_eq!(pane(&sitting).stays, "the comment stays");
}

#[test]
fn a_comment_alone_is_said_to_stay_and_no_other_change_is_taken_back_unasked() {
    let mut sitting = super::verbs::at(Vendor::Tines, super::verbs::directory(), |_| {});
    sitting.press("p 1");
    let order = super::verbs::agree(&mut sitting);
    super::verbs::queued(&mut sitting, "a", order);
    sitting.done();
    let of = Batch { id: "b9".into(), words: "comment FP".into(), of: 1, keeps_going: false };
    sitting.app.model.history.saved_batch(of.id.clone(), crate::tui::screens::bulk::Course::Wish, &[Rid(1)], true);
    goes(&mut sitting, &of, 1, vec![said("FP")], Progress::Verified);
    assert_eq!(sitting.app.model.undo_of_batch("b9", &sitting.app.cx), "nothing takes it back: a comment cannot be taken back from here");
    let effects = sitting.press("u");
    assert!(super::verbs::settles(&effects).is_empty(), "{effects:?}");
    let Some(Overlay::Confirm(question)) = sitting.app.cx.overlays.last() else { panic!("{}", sitting.said()) };
    assert!(question.details.join(" ").contains("comment FP: a comment cannot be taken back"), "{question:?}");
}

#[test]
fn what_is_stopped_or_on_its_way_is_neither_lost_nor_passed_over() {
    for (progress, words) in [
        (failed(), "close: 2 stopped, and may be there in part; gb shows which"),
        (Progress::Sending { done: 0, calls: 1 }, "2 being sent: u takes that back once it is read back"),
    ] {
        let (mut sitting, of) = sent();
        for number in [1, 4] {
            goes(&mut sitting, &of, number, vec![titled(number)], progress.clone());
        }
        sitting.press("Esc");
        let effects = sitting.press("u");
        assert_eq!((sitting.said(), effects.len()), (words, 0));
        assert!(sitting.app.model.history.is_last(&of.id), "it can be taken back later");
    }
    // One waits still: it is given up, and the one on its way stays the last change.
    let (mut sitting, of) = sent();
    goes(&mut sitting, &of, 1, vec![titled(1)], Progress::Sent);
    goes(&mut sitting, &of, 4, vec![titled(4)], Progress::Queued);
    let effects = sitting.press("u");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::SettleBatch { how: SettleBatch::Cancel, .. }))));
    assert!(
        sitting.said().starts_with("1 case: taken back before anything was sent; U makes it again; 1 being sent"),
        "{}",
        sitting.said()
    );
    assert!(sitting.app.model.history.is_last(&of.id));
}

#[test]
fn a_bulk_change_of_another_sitting_is_not_said_to_be_taken_back() {
    let mut sitting = sitting(3);
    for number in 1..=3 {
        let waits = OutboxEntry { send_after: Some(at_ms(5_000)), ..entry(number, Progress::Queued) };
        sitting.report(Report::Outbox(Box::new(waits)));
    }
    assert!(
        !sitting.app.model.takes_back_waiting(&sitting.app.cx) && sitting.app.model.counting_key(&sitting.app.cx) == "#1",
        "{}",
        sitting.app.model.counting_key(&sitting.app.cx)
    );
    sitting.press("u");
    assert_eq!(sitting.said(), "close: this bulk change is not of this sitting; gb shows it, x gives up the rest there");
    for number in 1..=3 {
        told(&mut sitting, number, Progress::Verified);
    }
    assert_eq!(sitting.app.model.undo_of_batch(&batch().id, &sitting.app.cx), "u does not take it back: it is not of this sitting");
}

#[test]
fn the_page_of_a_bulk_change_that_was_taken_back_says_so_and_offers_no_undo() {
    let (mut sitting, of) = sent();
    for number in [1, 4] {
        goes(&mut sitting, &of, number, vec![titled(number)], Progress::Verified);
    }
    assert_eq!(sitting.app.model.undo_of_batch(&of.id, &sitting.app.cx), "u takes it back");
    let (ticket, ..) = asked(&sitting.press("u"));
    let back = |number: u32| planned(number, sends(&case(number), Change::Title(format!("Case number {number}")), false));
    sitting.report(Report::BulkPlanned { ticket, rows: vec![back(1), back(4)] });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    sitting.wait(1_000);
    sitting.press("2");
    let (ticket, by) = submitted(&sitting.press("Enter"));
    sitting.report(Report::Done { ticket, result: Ok(()) });
    for number in [1, 4] {
        goes(&mut sitting, &by, number, vec![Change::Title(format!("Case number {number}"))], Progress::Verified);
    }
    sitting.press("Esc");
    assert!(sitting.app.cx.overlays.is_empty(), "its page has taken the place of the one before");
    open_batch(Some(of.id.clone()), &mut sitting.app.model, &mut sitting.app.cx);
    assert_eq!(sitting.app.model.undo_of_batch(&of.id, &sitting.app.cx), "it was taken back; U makes it again");
    assert!(
        available::unavailable(Scope::Batch, Action::Undo, &sitting.app.model, &sitting.app.panes, &sitting.app.cx).is_some(),
        "its hints do not offer it"
    );
    sitting.press("u");
    assert!(!sitting.said().contains("not of this sitting"), "{}", sitting.said());
}

#[test]
fn what_was_left_as_theirs_is_neither_counted_as_sent_nor_taken_back() {
    let (mut sitting, of) = sent();
    goes(&mut sitting, &of, 1, vec![titled(1)], Progress::Verified);
    let edit = Edit::new(&case(4), Vec::new());
    let theirs = OutboxEntry { edit, is_unsent: true, batch: Some(of.clone()), ..entry(4, Progress::Verified) };
    sitting.report(Report::Outbox(Box::new(theirs.clone())));
    let sent = sitting.app.model.batch(&of.id).unwrap();
    assert_eq!(sent.tally().words(), "1 sent, 1 left as it is");
    assert_eq!(sitting.app.model.undo_of_batch(&of.id, &sitting.app.cx), "u takes it back");
    let (_, _, rids) = asked(&sitting.press("u"));
    assert_eq!(rids, [1]);
    let alone = OutboxEntry { batch: None, ..theirs };
    let words = Queued { entry: alone, rid: None, key: "#4".into(), leaves_at: None }.progress(false);
    assert_eq!(words, "nothing was sent: left as theirs");
}

#[test]
fn the_end_is_said_once_where_it_is_in_sight() {
    let (mut sitting, of) = sent();
    for progress in [Progress::Queued, Progress::Verified] {
        for number in [1, 4] {
            goes(&mut sitting, &of, number, vec![titled(number)], progress.clone());
        }
    }
    assert!(!sitting.said().contains("all sent"), "its panel says so: {}", sitting.said());
    let (mut sitting, of) = sent();
    sitting.press("Esc");
    for progress in [Progress::Queued, Progress::Verified] {
        for number in [1, 4] {
            goes(&mut sitting, &of, number, vec![titled(number)], progress.clone());
        }
    }
    assert_eq!(sitting.said(), "2 cases: close: all sent and read back");
}

#[test]
fn two_people_of_one_name_are_told_apart_in_the_words_of_an_edit() {
    let mut sitting = sitting(2);
    let kim = |id: &str, mail: &str| crate::domain::person::Person {
        id: id.into(),
        name: Clean::line("Kim Lee"),
        email: Clean::line(mail),
        ..Default::default()
    };
    let people = vec![kim("1", "kim@a.io"), kim("2", "kim@b.io")];
    sitting.report(Report::Directory(SourceId(0), Arc::new(Directory { people, ..Directory::default() })));
    let edit = Edit::new(&case(1), vec![Change::Assign(kim("2", "kim@b.io"))]);
    sitting.report(Report::Outbox(Box::new(OutboxEntry::queued("e", edit, Plan::default(), at_ms(0)))));
    assert!(sitting.said().contains("assign Kim Lee <kim@b.io>"), "{}", sitting.said());
    assert_eq!(sitting.app.model.outbox[0].wishes(&sitting.app.model), "assign Kim Lee <kim@b.io>");
    assert_eq!(sitting.app.model.outbox[0].entry.edit.changes[0].part(), Part::Assignees);
}
