//! What comes while something is on its way to the disk, or while something is typed: no key calls off what is sent, none
//! goes where it was not meant.

use super::bulk::{asked, entry, failed, in_dry_run, planned, read, sends, sitting, submitted, told};
use super::verbs::{at, directory, review};
use super::*;
use crate::config::{Macro, Question};
use crate::domain::batch::Batch;
use crate::protocol::{Order, SettleBatch, Ticket};
use crate::tui::cx::stack::BEING_WRITTEN;
use crate::tui::keys::action::Action;
use crate::tui::model::history::acts::can_undo;
use crate::tui::model::history::keys::undo;
use crate::tui::screens::Overlay;
use crate::tui::screens::bulk::acts::start_bulk_verb;
use crate::tui::screens::help::acts::open_help;
use crate::tui::screens::palette::acts::open_palette;
use crate::tui::screens::review::Stage;
use crate::tui::screens::triage::acts::is_in_triage;

fn sent<T>(effects: &[Effect], find: impl Fn(&Order) -> Option<T>) -> Option<(Ticket, T)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(ticket, order) => find(order).map(|found| (*ticket, found)),
        _ => None,
    })
}

fn top(sitting: &Sitting) -> &Overlay {
    sitting.app.cx.overlays.last().unwrap_or_else(|| panic!("the list: {}", sitting.said()))
}

fn done(sitting: &mut Sitting, ticket: Ticket) {
    sitting.report(Report::Done { ticket, result: Ok(()) });
}

#[test]
fn a_bulk_change_that_is_being_written_is_not_left_and_its_end_is_told() {
    for leave in ["Esc", "q", "Ctrl-c"] {
        let mut sitting = in_dry_run();
        sitting.press("2");
        let (ticket, batch) = submitted(&sitting.press("Enter"));
        sitting.press(leave);
        assert!(matches!(top(&sitting), Overlay::Bulk(_)), "{leave}: {}", sitting.said());
        assert!(sitting.said().starts_with(BEING_WRITTEN), "{leave}: {}", sitting.said());
        sitting.press("j j -");
        undo(&mut sitting.app.model, &mut sitting.app.cx);
        assert!(sitting.said().contains("just being written to disk"), "{}", sitting.said());
        done(&mut sitting, ticket);
        assert!(!sitting.app.model.marks.has_marks() && matches!(top(&sitting), Overlay::Batch(_)), "{leave}");
        for number in [1, 4] {
            let landed = OutboxEntry { batch: Some(batch.clone()), ..entry(number, Progress::Verified) };
            sitting.report(Report::Outbox(Box::new(landed)));
        }
        assert_eq!(asked(&sitting.press("u")).2, [1, 4], "{leave}: it is what is taken back");
    }
}

fn comment(number: u32) -> Edit {
    Edit::new(&sample::case(Vendor::Tines, number), vec![Change::Comment("hi".into())])
}

/// The dry run of a comment on three cases comes, and is answered.
fn send_comment(sitting: &mut Sitting, effects: &[Effect]) -> (Ticket, Batch) {
    let (ticket, ..) = asked(effects);
    let rows = [3, 2, 1].map(|number| planned(number, sends(&sample::case(Vendor::Tines, number), Change::Comment("hi".into()), false)));
    sitting.report(Report::BulkPlanned { ticket, rows: rows.into() });
    done(sitting, ticket);
    sitting.press("3");
    submitted(&sitting.press("Enter"))
}

/// A comment on three cases that is on disk.
fn commented() -> (Sitting, Batch) {
    let mut sitting = sitting(3);
    let effects = sitting.press("* c h i Ctrl-s");
    let (ticket, batch) = send_comment(&mut sitting, &effects);
    done(&mut sitting, ticket);
    (sitting, batch)
}

fn told_of(sitting: &mut Sitting, batch: &Batch, number: u32, progress: Progress) {
    let entry = OutboxEntry::queued(format!("e{number}").as_str(), comment(number), Plan::default(), at_ms(sitting.now_ms));
    sitting.report(Report::Outbox(Box::new(OutboxEntry { progress, batch: Some(batch.clone()), ..entry })));
}

#[test]
fn a_comment_on_marks_that_is_being_written_is_not_offered_again() {
    let mut sitting = sitting(3);
    let effects = sitting.press("* c h i Ctrl-s");
    let (ticket, _) = send_comment(&mut sitting, &effects);
    sitting.press("Esc Esc");
    open_help(&mut sitting.app.model, &sitting.app.panes, &mut sitting.app.cx);
    done(&mut sitting, ticket);
    assert!(matches!(&sitting.app.cx.overlays[..], [Overlay::Batch(_), Overlay::Help(_)]), "{:?}", sitting.app.cx.overlays);
    assert!(sitting.app.model.kept.drafts_of_marks().next().is_none() && !sitting.app.model.marks.has_marks());
}

#[test]
fn a_review_that_is_covered_while_it_is_written_closes_all_the_same() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let Stage::Planning(ticket) = review(&sitting).stage else { panic!() };
    open_help(&mut sitting.app.model, &sitting.app.panes, &mut sitting.app.cx);
    sitting.report(Report::Planned { ticket, plan: Plan::default() });
    done(&mut sitting, ticket);
    sitting.press("Esc");
    sitting.wait(400);
    let (ticket, ()) = sent(&sitting.press("y"), |order| matches!(order, Order::Submit { .. }).then_some(())).expect("it is sent");
    for leave in ["Esc", "n", "Ctrl-c"] {
        sitting.press(leave);
        assert!(matches!(top(&sitting), Overlay::Review(_)), "{leave}");
    }
    open_help(&mut sitting.app.model, &sitting.app.panes, &mut sitting.app.cx);
    done(&mut sitting, ticket);
    assert!(matches!(&sitting.app.cx.overlays[..], [Overlay::Help(_)]), "{:?}", sitting.app.cx.overlays);
    assert!(sitting.said().contains("queued on disk"), "{}", sitting.said());
}

#[test]
fn a_batch_that_stops_takes_no_letter_of_what_is_typed() {
    let mut sitting = sitting(3);
    for number in 1..=3 {
        told(&mut sitting, number, Progress::Queued);
    }
    let App { model, panes, cx, .. } = &mut sitting.app;
    open_palette(model, panes, cx);
    told(&mut sitting, 1, failed());
    told(&mut sitting, 2, failed());
    sitting.report(Report::BatchStopped { batch: "b1".into() });
    let effects = sitting.press("p r");
    assert!(sent(&effects, |order| matches!(order, Order::SettleBatch { .. }).then_some(())).is_none(), "{effects:?}");
    assert!(matches!(top(&sitting), Overlay::Palette(_)));
    sitting.press("Esc");
    let effects = sitting.press("r");
    let is_retry = |order: &Order| matches!(order, Order::SettleBatch { how: SettleBatch::Retry, .. }).then_some(());
    assert!(sent(&effects, is_retry).is_none(), "nor a key of the list");
    assert!(sitting.app.cx.notices.unacknowledged().any(|notice| notice.text.starts_with("two failures in a row")));
}

#[test]
fn a_decision_that_is_being_written_is_neither_left_nor_passed_over_by_undo() {
    let mut sitting = sitting(3);
    let decided = |order: &Order| if let Order::Decide { edit, .. } = order { Some(edit.clone()) } else { None };
    sitting.press("T");
    read(&mut sitting, 3);
    let (ticket, edit) = sent(&sitting.press("1"), decided).expect("a decision");
    done(&mut sitting, ticket);
    sitting.report(Report::Outbox(Box::new(OutboxEntry::queued("a", edit, Plan::default(), at_ms(0)))));
    read(&mut sitting, 2);
    let (ticket, edit) = sent(&sitting.press("1"), decided).expect("another one");
    assert_eq!(sitting.press("u"), [], "the one before it stays");
    for leave in ["Esc", "q", "Ctrl-c"] {
        assert!(sent(&sitting.press(leave), |order| matches!(order, Order::KeepTriage(_)).then_some(())).is_none(), "{leave}");
    }
    assert!(is_in_triage(&sitting.app.cx));
    done(&mut sitting, ticket);
    sitting.report(Report::Outbox(Box::new(OutboxEntry::queued("b", edit, Plan::default(), at_ms(0)))));
    let run = sitting.app.model.triage.as_ref().unwrap();
    assert_eq!((run.decided.len(), run.current().unwrap().key.as_str()), (2, "#1"));
    let dropped = |order: &Order| if let Order::Settle { entry, how: Settle::TakeBack } = order { Some(entry.clone()) } else { None };
    assert_eq!(sent(&sitting.press("u"), dropped).expect("it is taken back").1, "b");
}

#[test]
fn what_was_chosen_for_marks_is_never_done_to_the_case_under_the_cursor() {
    let is_dry_run = |order: &Order| matches!(order, Order::PlanBulk { .. }).then_some(());
    let mut sitting = sitting(3);
    sitting.press("* c h i");
    sitting.report(Report::Gone(vec![Rid(1), Rid(2), Rid(3)]));
    assert!(sent(&sitting.press("Ctrl-s"), is_dry_run).is_none());
    assert!(sitting.said().contains("no case is marked any more"), "{}", sitting.said());
    assert!(matches!(top(&sitting), Overlay::Form(_)), "what was typed stays");

    let mut sitting = super::bulk::sitting(3);
    sitting.press("j Space");
    start_bulk_verb(Action::Tags, &mut sitting.app.model, &sitting.app.panes, &mut sitting.app.cx);
    sitting.press("+ v i p");
    sitting.report(Report::Gone(vec![Rid(2)]));
    assert!(sent(&sitting.press("Enter"), is_dry_run).is_none(), "{}", sitting.said());
    assert!(sitting.said().contains("no case is marked any more"), "{}", sitting.said());
}

#[test]
fn undo_of_a_bulk_change_tells_what_is_on_its_way_and_keeps_it() {
    let (mut sitting, batch) = commented();
    for number in 1..=3 {
        told_of(&mut sitting, &batch, number, Progress::Queued);
    }
    told_of(&mut sitting, &batch, 1, Progress::Sent);
    sitting.press("u");
    assert!(sitting.said().starts_with("2 cases: taken back before anything was sent"), "{}", sitting.said());
    assert!(sitting.said().contains("1 being sent: u takes that back once it is read back"), "{}", sitting.said());
    for entry in ["e2", "e3"] {
        sitting.report(Report::Dropped { entry: entry.into() });
    }
    assert!(can_undo(&sitting.app.model, &sitting.app.cx), "it is still known");
    told_of(&mut sitting, &batch, 1, Progress::Unknown { fault: Fault::new(FaultKind::Unreachable, "cut off"), done: 0 });
    sitting.press("u");
    assert!(sitting.said().contains("1 stopped, and may be there in part"), "{}", sitting.said());
    assert!(!sitting.said().contains("nothing of it was sent"), "{}", sitting.said());
}

#[test]
fn a_bulk_comment_that_is_made_again_is_not_offered_as_unsent() {
    let (mut sitting, batch) = commented();
    for number in 1..=3 {
        told_of(&mut sitting, &batch, number, Progress::Queued);
    }
    sitting.press("u");
    assert_eq!(sitting.app.model.kept.drafts_of_marks().count(), 1, "it never left");
    for entry in ["e1", "e2", "e3"] {
        sitting.report(Report::Dropped { entry: entry.into() });
    }
    sitting.press("Esc");
    sitting.wait(1_000);
    let effects = sitting.press("U");
    let (ticket, _) = send_comment(&mut sitting, &effects);
    assert_eq!(sitting.app.model.kept.drafts_of_marks().count(), 1, "until it is on disk");
    done(&mut sitting, ticket);
    assert_eq!(sitting.app.model.kept.drafts_of_marks().count(), 0);
}

#[test]
fn the_comment_of_a_macro_is_no_draft_once_it_is_taken_back() {
    let mut sitting = sitting(3);
    sitting.app.model.macros = vec![Macro { name: "Noise".into(), key: Some('f'), steps: vec!["comment hi".into()], ..Macro::default() }];
    let effects = sitting.press("* m f");
    let (ticket, batch) = send_comment(&mut sitting, &effects);
    done(&mut sitting, ticket);
    for number in 1..=3 {
        told_of(&mut sitting, &batch, number, Progress::Queued);
    }
    sitting.press("u");
    assert!(sitting.said().starts_with("3 cases: taken back before anything was sent"), "{}", sitting.said());
    assert!(sitting.app.model.kept.is_empty(), "nobody typed it");
}

fn set_aside(effects: &[Effect]) -> Option<(Ticket, Vec<String>)> {
    let find = |order: &Order| match order {
        Order::SetAside(moves) => {
            Some(moves.iter().filter(|moved| moved.after.is_pinned).map(|moved| moved.case().id.to_string()).collect())
        }
        _ => None,
    };
    sent(effects, find)
}

fn refused(sitting: &mut Sitting, ticket: Ticket) {
    sitting.report(Report::Done { ticket, result: Err(Fault::new(FaultKind::Disk, "the disk is full")) });
}

fn errors(sitting: &Sitting) -> Vec<&str> {
    sitting.app.cx.notices.unacknowledged().map(|notice| notice.text.as_str()).collect()
}

#[test]
fn a_pin_that_the_disk_refused_is_written_again_and_its_error_stays_until_then() {
    let mut sitting = sitting(3);
    sitting.app.model.pin(&[Rid(1)], &mut sitting.app.cx);
    let (first, one) = set_aside(&sitting.wait(0)).expect("it goes to the disk");
    sitting.app.model.pin(&[Rid(2)], &mut sitting.app.cx);
    let (second, _) = set_aside(&sitting.wait(0)).expect("so does the other");
    refused(&mut sitting, first);
    done(&mut sitting, second);
    assert_eq!(errors(&sitting).len(), 1, "the first is not there yet: {:?}", errors(&sitting));
    assert!(sitting.app.wake_at().is_some_and(|at| at <= at_ms(sitting.now_ms + 5_000)));
    let (again, what) = set_aside(&sitting.wait(5_000)).expect("it is tried again");
    assert_eq!(what, one);
    refused(&mut sitting, again);
    assert_eq!(errors(&sitting).len(), 1, "it is said once");
    let (again, _) = set_aside(&sitting.wait(5_000)).expect("and again");
    done(&mut sitting, again);
    assert_eq!(errors(&sitting), [""; 0]);
}

#[test]
fn what_the_disk_refused_does_not_come_back_over_something_newer() {
    let mut sitting = sitting(1);
    sitting.app.model.pin(&[Rid(1)], &mut sitting.app.cx);
    let (first, _) = set_aside(&sitting.wait(0)).expect("pinned");
    sitting.app.model.pin(&[Rid(1)], &mut sitting.app.cx);
    let (second, none) = set_aside(&sitting.wait(0)).expect("and not any more");
    assert!(none.is_empty());
    refused(&mut sitting, first);
    done(&mut sitting, second);
    assert!(set_aside(&sitting.wait(5_000)).is_none());
}

#[test]
fn an_error_about_a_bulk_change_stays_when_another_one_is_settled() {
    let mut sitting = sitting(3);
    sitting.app.cx.settle_batch("b1".into(), SettleBatch::Pause);
    sitting.app.cx.settle_batch("b2".into(), SettleBatch::Pause);
    let open: Vec<Ticket> = sitting.app.cx.pending.iter().map(|(ticket, _)| ticket).collect();
    let [.., first, second] = open[..] else { panic!("{open:?}") };
    refused(&mut sitting, first);
    done(&mut sitting, second);
    assert_eq!(errors(&sitting).len(), 1, "b1 goes on though it was to wait");
    sitting.app.cx.settle_batch("b1".into(), SettleBatch::Pause);
    sitting.done();
    assert_eq!(errors(&sitting), [""; 0]);
}

#[test]
fn a_filter_by_the_clock_is_judged_again_as_time_goes_on() {
    let hours = |n: u32, hours: i64| {
        let (rid, mut row) = row(n, 2, &format!("case {n}"));
        row.due_at = Some(at_ms(hours * 3_600_000));
        (rid, row)
    };
    let mut sitting = Sitting::with(vec![hours(1, 1), hours(2, 3), hours(3, 9)]);
    sitting.press("/ s l a : < 2 h Enter");
    assert_eq!((sitting.order(), sitting.app.model.list.matching()), (vec![1], 1));
    sitting.wait(65 * 60_000);
    assert_eq!((sitting.order(), sitting.held()), (vec![1], vec![2]), "it waits in the tray, nothing moves");
    sitting.press("r / Ctrl-x s l a : > 2 h Enter");
    assert_eq!(sitting.order(), [3]);
    sitting.wait(6 * 3_600_000);
    assert_eq!((sitting.order(), sitting.app.model.list.matching()), (vec![3], 0), "it stays in sight, and is counted no more");
    sitting.app.update(Message::ClockSet(jiff::SignedDuration::from_hours(-6)));
    assert_eq!(sitting.app.model.list.matching(), 1);
}

#[test]
fn what_is_sent_forgets_the_lines_that_led_to_it_and_no_other() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    let ask = vec![Question::parse("why: Why?").unwrap()];
    sitting.app.model.macros =
        vec![Macro { name: "Noise".into(), key: Some('f'), ask, steps: vec!["comment FP: {why}".into()], ..Macro::default() }];
    sitting.press("t + v i p Esc m f n o Enter");
    let (ticket, ..) = asked(&sitting.press("Esc m f Enter"));
    let case = sample::case(Vendor::Tines, 7);
    let rows = vec![planned(7, sends(&case, Change::Comment("FP: no".into()), false))];
    sitting.report(Report::BulkPlanned { ticket, rows });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    sitting.wait(300);
    let sent = sitting.press("1 Enter").into_iter().find_map(|effect| match effect {
        Effect::Send(ticket, Order::SubmitBulk { .. }) => Some(ticket),
        _ => None,
    });
    sitting.report(Report::Done { ticket: sent.unwrap_or_else(|| panic!("nothing was sent: {}", sitting.said())), result: Ok(()) });
    sitting.press("Esc m f");
    let Some(Overlay::Ask(ask)) = sitting.app.cx.overlays.last() else { panic!("{}", sitting.said()) };
    assert_eq!(ask.typed(), "", "the answer that was sent");
    sitting.press("Esc t");
    let Some(Overlay::Labels(labels)) = sitting.app.cx.overlays.last() else { panic!("{}", sitting.said()) };
    assert_eq!(crate::tui::widgets::text::line_text(&labels.area), "+vip", "tags of a case that nothing was sent to");
}
