//! What sleeps is out of sight, always comes back, and is on its way to the disk.

use super::*;
use crate::domain::aside::{Aside, Snooze, Then, Until};
use crate::domain::batch::Batch;
use crate::protocol::Order;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// What is written to the disk by these effects.
fn kept(effects: &[Effect]) -> Vec<(String, bool, bool)> {
    let orders = effects.iter().filter_map(|effect| match effect {
        Effect::Send(_, Order::SetAside(moves)) => Some(moves),
        _ => None,
    });
    orders.flatten().map(|moved| &moved.after).map(|aside| (aside.case.id.to_string(), aside.is_pinned, aside.snooze.is_some())).collect()
}

fn aside(n: u32, until: Until, since_ms: i64) -> Aside {
    let row = row(n, 2, &format!("case {n}")).1;
    Aside { case: row.id.clone(), is_pinned: false, snooze: Some(Snooze::new(until, Then::of(&row), at_ms(since_ms))) }
}

fn said(sitting: &Sitting, words: &str) -> bool {
    sitting.said().contains(words)
}

#[test]
fn a_snoozed_case_leaves_at_once_and_comes_back_when_its_time_comes() {
    let mut sitting = Sitting::with(rows(1..=4));
    let before = sitting.order();
    let first = sitting.cursor().unwrap();
    sitting.press("w");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Picker(_))));
    let effects = sitting.press("1");
    assert_eq!(kept(&effects), [(first.to_string(), false, true)]);
    assert_eq!(sitting.order(), before[1..], "it left, nothing else moved");
    assert_eq!(sitting.cursor(), Some(before[1]));
    assert_eq!(sitting.app.model.asides.snoozed(), 1);
    sitting.press("r / c a s e Enter");
    assert_eq!(sitting.order(), before[1..], "no new order brings it back");
    assert!(sitting.app.wake_at().unwrap() <= at_ms(HOUR_MS));
    assert!(kept(&sitting.wait(HOUR_MS - 1)).is_empty());
    let effects = sitting.wait(1);
    assert_eq!(kept(&effects), [(first.to_string(), false, false)]);
    assert!(said(&sitting, "is back: its time has come"));
    assert_eq!((sitting.held(), sitting.order()), (vec![first], before[1..].to_vec()), "it waits like any arrival");
    assert!(sitting.app.model.list.is_unseen(Rid(first)));
    sitting.press("r");
    assert_eq!(sitting.order(), before);
}

#[test]
fn what_rang_while_nobody_was_there_is_back_at_the_start_and_the_rest_is_never_shown() {
    let mut sitting = Sitting::new();
    let asides = [
        aside(1, Until::Moment(at_ms(-MINUTE_MS)), -HOUR_MS),
        aside(2, Until::Moment(at_ms(HOUR_MS)), -HOUR_MS),
        aside(3, Until::Change, -91 * 24 * HOUR_MS),
    ];
    sitting.report(Report::Asides(asides.to_vec()));
    sitting.report(Report::Rows { rows: rows(1..=4), from: From::Disk });
    assert!(!sitting.order().contains(&2));
    let effects = sitting.report(Report::DiskRead { rows: 4 });
    let mut back = kept(&effects);
    back.sort();
    assert_eq!(back, [("1".into(), false, false), ("3".into(), false, false)]);
    let mut order = sitting.order();
    order.sort_unstable();
    assert_eq!(order, [1, 3, 4]);
    assert!(said(&sitting, "2 snoozed cases are back"));
    sitting.wait(HOUR_MS);
    assert_eq!(sitting.held(), [2]);
}

#[test]
fn a_rise_of_priority_wakes_any_and_a_change_those_that_wait_for_it() {
    let mut sitting = Sitting::new();
    sitting.report(Report::Asides(vec![aside(1, Until::Moment(at_ms(HOUR_MS)), 0), aside(2, Until::Change, 0)]));
    sitting.network(rows(1..=3));
    sitting.full();
    sitting.press("g g");
    assert_eq!(sitting.order(), [3]);
    sitting.network(vec![row(1, 3, "other title"), row(2, 2, "case 2")]);
    assert_eq!(sitting.held(), [] as [u32; 0], "less urgent, and nothing new");
    sitting.network(vec![row(2, 2, "other title")]);
    assert_eq!(sitting.held(), [2]);
    assert!(said(&sitting, "its title changed"));
    sitting.network(vec![row(1, 1, "other title")]);
    assert_eq!(sitting.held(), [2, 1]);
    assert!(said(&sitting, "its priority rose"));
}

#[test]
fn a_clock_that_runs_short_wakes_its_case() {
    let mut sitting = Sitting::new();
    let due = |n: u32, minutes: i64| {
        let (rid, mut row) = row(n, 2, "clock");
        row.due_at = Some(at_ms(minutes * MINUTE_MS));
        (rid, row)
    };
    sitting.network(vec![due(1, 120), due(2, 20), row(3, 2, "no clock")]);
    sitting.full();
    sitting.press("g g");
    assert_eq!(sitting.order()[0], 2, "the shortest clock is first");
    sitting.press("w");
    let Some(Overlay::Picker(menu)) = sitting.app.cx.overlays.last() else { panic!("no menu") };
    assert!(!menu.choices.iter().any(|choice| choice.words.contains("SLA")), "less than that is left already");
    assert_eq!(menu.choices.len(), 6);
    assert_eq!(sitting.press("7"), [], "no choice has this number");
    sitting.press("Esc j w 6");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Snooze(_))), "as on a case without a clock, a time is typed");
    sitting.press("Esc w 7");
    assert_eq!(sitting.order(), [2, 3]);
    sitting.wait(90 * MINUTE_MS - 1);
    assert_eq!(sitting.held(), [] as [u32; 0]);
    sitting.wait(1);
    assert_eq!(sitting.held(), [1]);
    assert!(said(&sitting, "its SLA runs short"));
}

#[test]
fn a_time_can_be_typed_and_what_is_wrong_with_it_is_said() {
    let mut sitting = Sitting::with(rows(1..=2));
    let first = sitting.cursor().unwrap();
    sitting.press("w");
    assert_eq!(sitting.press("6"), [], "typed");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Snooze(_))));
    sitting.press("9 9 d Enter");
    assert!(said(&sitting, "90 days at most"));
    sitting.press("Backspace Backspace Backspace 2 h Enter");
    assert!(sitting.app.cx.overlays.is_empty());
    assert!(!sitting.order().contains(&first));
    sitting.wait(2 * HOUR_MS);
    assert_eq!(sitting.held(), [first]);
    sitting.press("w Esc");
    assert_eq!(sitting.app.model.asides.snoozed(), 0, "Esc changes nothing");
}

#[test]
fn my_own_change_does_not_wake_what_waits_for_one() {
    let mut sitting = Sitting::with(rows(1..=2));
    let first = sitting.cursor().unwrap();
    sitting.press("w 5");
    let edit = Edit::unguarded(row(first, 2, "").1.id, vec![Change::Comment("seen".into())]);
    let entry = OutboxEntry::queued("e", edit, Plan::default(), at_ms(0));
    let entry = OutboxEntry { progress: Progress::Sending { done: 0, calls: 1 }, ..entry };
    sitting.report(Report::Outbox(Box::new(entry.clone())));
    let (rid, mut changed) = row(first, 2, "case");
    changed.updated_at = Some(at_ms(5_000));
    sitting.network(vec![(rid, changed.clone())]);
    assert_eq!((sitting.held(), sitting.app.model.asides.snoozed()), (vec![], 1));
    sitting.report(moved_along(&sitting, &changed));
    sitting.report(Report::Outbox(Box::new(OutboxEntry { progress: Progress::Verified, ..entry })));
    sitting.network(vec![(rid, changed.clone())]);
    assert_eq!(sitting.app.model.asides.snoozed(), 1, "what I did is what it showed then");
    changed.updated_at = Some(at_ms(9_000));
    sitting.network(vec![(rid, changed)]);
    assert_eq!(sitting.held(), [first]);
}

#[test]
fn a_colleagues_change_that_is_read_while_mine_is_sent_wakes_it_once_mine_has_landed() {
    let ends: [fn(OutboxEntry) -> Report; 2] = [
        |entry| Report::Outbox(Box::new(OutboxEntry { progress: Progress::Verified, ..entry })),
        |entry| Report::Dropped { entry: entry.id.into() },
    ];
    for (end, batch) in ends.into_iter().flat_map(|end| [(end, None), (end, Some("b"))]) {
        let mut sitting = Sitting::with(rows(1..=2));
        let first = sitting.cursor().unwrap();
        sitting.press("w 5");
        let (rid, mine) = row(first, 2, "mine");
        let edit = Edit::unguarded(mine.id.clone(), vec![Change::Title("mine".into())]);
        let batch = batch.map(|id| Batch { id: id.into(), words: "set title".into(), of: 1, keeps_going: false });
        let entry = OutboxEntry { progress: Progress::Sent, batch, ..OutboxEntry::queued("e", edit, Plan::default(), at_ms(0)) };
        sitting.report(Report::Outbox(Box::new(entry.clone())));
        let theirs = Row { updated_at: Some(at_ms(7_000)), ..row(first, 2, "theirs").1 };
        sitting.network(vec![(rid, theirs)]);
        assert_eq!((sitting.held(), sitting.app.model.asides.snoozed()), (vec![], 1), "whose it is is not known yet");
        sitting.report(moved_along(&sitting, &mine));
        let effects = sitting.report(end(entry.clone()));
        assert_eq!((sitting.held(), sitting.app.model.asides.snoozed()), (vec![first], 0));
        assert_eq!(kept(&effects), [(first.to_string(), false, false)], "on disk too");
        assert!(sitting.app.model.list.is_unseen(rid));
        assert!(entry.batch.is_some() || said(&sitting, "is back: its title changed"), "{}", sitting.said());
    }
}

/// What a snooze compares with, after an edit of one's own has left the case so.
fn moved_along(sitting: &Sitting, row: &Row) -> Report {
    let known = sitting.app.model.asides.get(&row.id).unwrap().clone();
    let snooze = known.snooze.clone().map(|snooze| Snooze { then: Then::of(row), ..snooze });
    Report::Asides(vec![Aside { snooze, ..known }])
}

#[test]
fn a_colleagues_change_wakes_it_though_an_edit_of_mine_waits() {
    let mut sitting = Sitting::with(rows(1..=2));
    let first = sitting.cursor().unwrap();
    sitting.press("w 5");
    let edit = Edit::unguarded(row(first, 2, "").1.id, vec![Change::Comment("seen".into())]);
    sitting.report(Report::Outbox(Box::new(OutboxEntry::queued("e", edit, Plan::default(), at_ms(0)))));
    let (rid, mut changed) = row(first, 2, "case");
    changed.updated_at = Some(at_ms(5_000));
    sitting.network(vec![(rid, changed)]);
    assert_eq!((sitting.held(), sitting.app.model.asides.snoozed()), (vec![first], 0));
    assert!(sitting.app.model.list.is_unseen(rid));
}

#[test]
fn a_pinned_case_stands_first_in_every_order_and_stays_under_the_cursor() {
    let mut sitting = Sitting::with(rows(1..=5));
    let order = sitting.order();
    sitting.press("G");
    let last = sitting.cursor().unwrap();
    let effects = sitting.press("b");
    assert_eq!(kept(&effects), [(last.to_string(), true, false)]);
    assert_eq!((sitting.order(), sitting.cursor()), (order.clone(), Some(last)), "nothing moves under the cursor");
    sitting.press("r");
    assert_eq!((sitting.order()[0], sitting.cursor()), (last, Some(last)));
    sitting.press("S 5");
    assert_eq!(sitting.order()[0], last);
    let effects = sitting.press("b");
    assert_eq!(kept(&effects), [(last.to_string(), false, false)], "forgotten on disk too");
    sitting.press("S 1");
    assert_eq!(sitting.order(), order);
}

#[test]
fn a_disk_that_refuses_is_told() {
    let mut sitting = Sitting::with(rows(1..=2));
    let effects = sitting.press("b");
    let Some(Effect::Send(ticket, _)) = effects.first() else { panic!("{effects:?}") };
    sitting.report(Report::Done { ticket: *ticket, result: Err(Fault::new(FaultKind::DiskFull, "no room left")) });
    assert!(said(&sitting, "not on disk"));
}

#[test]
fn waking_by_hand_needs_a_sleeper() {
    let mut sitting = Sitting::with(rows(1..=2));
    assert_eq!(sitting.press("W"), []);
    assert!(said(&sitting, "does not sleep"));
}

#[test]
fn what_is_snoozed_from_the_open_case_leaves_the_list_behind_it() {
    let mut sitting = Sitting::new();
    sitting.network(rows(0..1));
    sitting.press("Enter");
    sitting.full();
    sitting.press("w 1");
    sitting.network(rows(1..2));
    sitting.press("Esc Esc Esc");
    sitting.press("r");
    assert_eq!(sitting.order(), [1]);
}

#[test]
fn with_marks_all_of_them_sleep_and_one_key_takes_it_back_and_another_does_it_again() {
    let mut sitting = Sitting::with(rows(1..=5));
    let before = sitting.order();
    sitting.press("Space Space j Space");
    let effects = sitting.press("w 1");
    assert_eq!(kept(&effects).len(), 3);
    assert!(said(&sitting, "3 snoozed until") && said(&sitting, "u takes it back"), "{}", sitting.said());
    assert_eq!((sitting.order(), sitting.app.model.marks.has_marks()), (vec![3, 1], false));
    let effects = sitting.press("u");
    assert!(kept(&effects).iter().all(|(_, _, sleeps)| !sleeps) && kept(&effects).len() == 3);
    assert!(said(&sitting, "taken back: 3 cases are awake"), "{}", sitting.said());
    sitting.press("r");
    assert_eq!(sitting.order(), before);
    sitting.press("U");
    assert_eq!((sitting.order(), sitting.app.model.asides.snoozed()), (vec![3, 1], 3));
    assert!(said(&sitting, "3 cases are snoozed"), "{}", sitting.said());
    sitting.press("u r");
    assert_eq!(sitting.order(), before);
}

#[test]
fn pins_act_on_the_marks_and_are_taken_back_one_after_the_other() {
    let mut sitting = Sitting::with(rows(1..=4));
    sitting.press("b j");
    sitting.press("* b");
    assert!([1, 2, 3, 4].iter().all(|rid| sitting.app.model.list.is_pinned(Rid(*rid))), "one that is not pinned yet: all are");
    sitting.press("u");
    assert!(sitting.app.model.list.is_pinned(Rid(4)) && !sitting.app.model.list.is_pinned(Rid(1)), "as it was before");
    sitting.press("u");
    assert!(!sitting.app.model.list.is_pinned(Rid(4)));
    sitting.press("u");
    assert!(said(&sitting, "no change of this sitting is left to take back"), "{}", sitting.said());
    sitting.press("* W");
    assert!(said(&sitting, "none of the marked cases sleeps"), "{}", sitting.said());
}

#[test]
fn what_another_process_puts_aside_is_taken_over_and_nothing_leaves_from_under_the_cursor() {
    let mut sitting = Sitting::with(rows(1..=4));
    sitting.press("j");
    let other = |until| Aside { is_pinned: false, ..aside(3, until, 0) };
    let effects = sitting.report(Report::Asides(vec![other(Until::Moment(at_ms(HOUR_MS)))]));
    assert_eq!(kept(&effects), [], "it is on disk already");
    assert!(said(&sitting, "#3 was snoozed elsewhere until"), "{}", sitting.said());
    assert_eq!((sitting.cursor(), sitting.order(), sitting.app.model.asides.snoozed()), (Some(3), vec![4, 3, 2, 1], 1));
    sitting.press("r");
    assert_eq!(sitting.order(), [4, 2, 1]);
    let awake = Aside { snooze: None, ..other(Until::Change) };
    sitting.report(Report::Asides(vec![awake]));
    assert!(said(&sitting, "woken elsewhere"), "{}", sitting.said());
    assert_eq!(sitting.held(), [3]);
    sitting.report(Report::Asides(vec![Aside { is_pinned: true, snooze: None, ..other(Until::Change) }]));
    sitting.press("r");
    assert_eq!(sitting.order()[0], 3, "a pin of another process counts, too");
    sitting.report(Report::Asides(vec![other(Until::Moment(at_ms(sitting.now_ms + HOUR_MS)))]));
    sitting.press("r");
    assert!(!sitting.order().contains(&3));
    sitting.wait(HOUR_MS);
    assert_eq!(sitting.held(), [3], "what another process sent to sleep wakes here");
}

#[test]
fn a_choice_is_written_over_what_was_known_and_an_own_edit_that_moves_it_along_is_not_told() {
    let mut sitting = Sitting::with(rows(1..=4));
    let effects = sitting.press("w 5");
    let Some(Effect::Send(_, Order::SetAside(moves))) = effects.first() else { panic!("{effects:?}") };
    let mine = moves[0].after.clone();
    assert_eq!(moves[0].before, Aside::nothing(&mine.case));
    let mut after = mine.clone();
    after.snooze.as_mut().unwrap().then.title = "renamed by myself".into();
    let said_before = sitting.said().to_owned();
    sitting.report(Report::Asides(vec![after.clone()]));
    assert_eq!(sitting.said(), said_before, "the same choice");
    let effects = sitting.press("u");
    let Some(Effect::Send(_, Order::SetAside(moves))) = effects.first() else { panic!("{effects:?}") };
    assert_eq!((&moves[0].before, moves[0].after.is_nothing()), (&after, true));
}

#[test]
fn a_clock_by_a_rule_of_ones_own_is_waited_for() {
    let mut sitting = Sitting::new();
    let rule = crate::config::SlaRule {
        when: "case".into(),
        respond_s: None,
        close_s: Some(400 * 24 * 3_600),
        business_hours: false,
        file: "c.toml".into(),
        line: 1,
    };
    let config = crate::config::Config { sla: vec![rule], ..crate::config::Config::default() };
    sitting.app.model.list.set_rules(crate::sla::Rules::new(&config).0);
    let (rid, mut clocked) = row(1, 2, "case 1");
    clocked.created_at = Some(at_ms(-398 * 24 * HOUR_MS));
    sitting.network(vec![(rid, clocked.clone()), row(2, 2, "other")]);
    sitting.full();
    sitting.press("g g");
    assert_eq!(sitting.cursor(), Some(1), "its clock is the only one");
    sitting.press("w 7");
    assert_eq!(sitting.order(), [2]);
    sitting.network(vec![(rid, clocked)]);
    assert_eq!((sitting.app.model.asides.snoozed(), sitting.held()), (1, vec![]), "an answer that says nothing new wakes nothing");
    sitting.wait(47 * HOUR_MS);
    assert_eq!(sitting.held(), [] as [u32; 0]);
    sitting.wait(HOUR_MS);
    assert_eq!(sitting.held(), [1]);
}

/// What another process says of a case: until when it sleeps, if it does.
fn elsewhere(sitting: &mut Sitting, n: u32, until_ms: Option<i64>) -> Aside {
    let slept = aside(n, Until::Moment(at_ms(until_ms.unwrap_or(0))), 7);
    let said = if until_ms.is_some() { slept } else { Aside { snooze: None, ..slept } };
    sitting.report(Report::Asides(vec![said.clone()]));
    said
}

#[test]
fn what_somebody_chose_since_is_kept_by_undo_and_redo_and_both_count_what_they_did() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press("Space Space j Space");
    sitting.press("w 1");
    assert_eq!(sitting.order(), [3, 1]);
    elsewhere(&mut sitting, 5, None);
    let newer = elsewhere(&mut sitting, 4, Some(3 * HOUR_MS));
    let effects = sitting.press("u");
    assert_eq!(kept(&effects), [("2".into(), false, false)], "the others are left as somebody chose them");
    assert_eq!(sitting.app.model.aside(Rid(4)), Some(&newer));
    for words in ["taken back: #2 is awake", "#5 is awake already", "#4 keeps the newer snooze, until", "r shows it", "U does it again"] {
        assert!(said(&sitting, words), "{words}: {}", sitting.said());
    }
    let effects = sitting.press("U");
    assert_eq!(kept(&effects), [("2".into(), false, true)]);
    assert_eq!((sitting.said(), sitting.app.model.asides.snoozed()), ("#2 is snoozed; u takes it back", 2));
    assert_eq!(kept(&sitting.press("u")), [("2".into(), false, false)]);
    // What was chosen since is kept by the way forward, too.
    let newest = elsewhere(&mut sitting, 2, Some(9 * HOUR_MS));
    assert_eq!(kept(&sitting.press("U")), []);
    assert!(said(&sitting, "#2 keeps the newer snooze") && !said(&sitting, "takes it back"), "{}", sitting.said());
    assert_eq!((sitting.app.model.aside(Rid(2)), sitting.app.model.history.can_redo()), (Some(&newest), false));
}

#[test]
fn a_snooze_that_was_chosen_anew_is_not_taken_back_and_the_one_before_is_offered() {
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.press("w 1");
    let newer = elsewhere(&mut sitting, 2, Some(72 * HOUR_MS));
    assert_eq!(kept(&sitting.press("u")), []);
    assert!(said(&sitting, "#2 keeps the newer snooze") && said(&sitting, "there is no change before it"), "{}", sitting.said());
    assert_eq!(sitting.app.model.aside(Rid(2)), Some(&newer));

    let mut sitting = Sitting::with(rows(1..=2));
    sitting.press("b");
    sitting.press("w 1");
    let newer = Aside { is_pinned: true, ..aside(2, Until::Change, 7) };
    sitting.report(Report::Asides(vec![newer.clone()]));
    assert_eq!(kept(&sitting.press("u")), []);
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Confirm(_))), "{}", sitting.said());
    sitting.wait(1_000);
    assert_eq!(kept(&sitting.press("y")), [("2".into(), false, true)], "the pin goes, the snooze stays");
}

#[test]
fn what_is_taken_back_is_the_one_thing_that_was_done() {
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.press("w 1");
    let pinned = Aside { is_pinned: true, ..sitting.app.model.aside(Rid(2)).unwrap().clone() };
    sitting.report(Report::Asides(vec![pinned]));
    assert_eq!(kept(&sitting.press("u")), [("2".into(), true, false)], "the pin is somebody else's");
    assert_eq!(kept(&sitting.press("U")), [("2".into(), true, true)]);
    // A pin that somebody took off since, and one that is put on again.
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.press("b");
    elsewhere(&mut sitting, 2, None);
    assert_eq!(kept(&sitting.press("u")), []);
    assert!(said(&sitting, "#2 is not pinned already"), "{}", sitting.said());
    // A second snooze gives way to the first.
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.press("j");
    let first = elsewhere(&mut sitting, 1, Some(HOUR_MS));
    sitting.press("w 2");
    assert_ne!(sitting.app.model.aside(Rid(1)), Some(&first));
    sitting.press("u");
    assert_eq!(sitting.app.model.aside(Rid(1)), Some(&first));
    assert!(said(&sitting, "taken back: #1 is snoozed"), "{}", sitting.said());
}

#[test]
fn a_snooze_whose_time_has_come_is_neither_taken_back_nor_made_again() {
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.press("w 1");
    sitting.wait(HOUR_MS);
    assert_eq!(kept(&sitting.press("u")), []);
    assert!(said(&sitting, "#2 is awake already"), "{}", sitting.said());
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.press("w 1 u");
    sitting.wait(HOUR_MS);
    assert_eq!(kept(&sitting.press("U")), []);
    assert!(said(&sitting, "#2 stays awake: its time has come"), "{}", sitting.said());
    assert_eq!(sitting.app.model.asides.snoozed(), 0);
}

#[test]
fn taking_back_a_pin_leaves_what_a_run_decided() {
    let mut sitting = super::bulk::sitting(2);
    sitting.press("T");
    sitting.press("d Esc");
    let decided = sitting.app.model.triage.as_ref().unwrap().decided.clone();
    assert_eq!(decided.len(), 1);
    let rid = sitting.app.model.list.find(&decided[0].waiting.case);
    assert_eq!(sitting.app.model.list.cursor(), rid, "on the case that was left");
    sitting.press("b u");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().decided, decided);
}
