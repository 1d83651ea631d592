//! What is taken back, made again, repeated and steered from the outbox.

use super::verbs::{agree, at, directory, give, person, queued, review, settles, wishes};
use super::*;
use crate::domain::aspect::{Aspect, Seen};
use crate::domain::case::Case;
use crate::domain::draft::Draft;
use crate::domain::edit::{Call, Method};
use crate::domain::part::Part;
use crate::tui::screens::review::Stage;
use crate::tui::screens::review::acts::{keeps_text, start_review_of, waits_behind};

#[test]
fn what_waits_is_counted_down_and_taken_back_with_its_text() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("c h i Ctrl-s");
    let order = agree(&mut sitting);
    assert!(matches!(order, Order::Submit { delay_ms: 5_000, .. }));
    queued(&mut sitting, "a", order);
    assert_eq!(sitting.app.model.countdown(&sitting.app.cx), Some((1, 5)));
    sitting.app.cx.take_dirty();
    let then = sitting.app.wake_at().unwrap();
    assert_eq!(then, at_ms(sitting.now_ms + 1_000));
    sitting.wait(500);
    assert!(!sitting.app.cx.take_dirty(), "nothing else is shown yet");
    sitting.wait(500);
    assert!(sitting.app.cx.take_dirty());
    assert_eq!(sitting.app.model.countdown(&sitting.app.cx), Some((1, 4)));
    let effects = sitting.press("u");
    assert_eq!(settles(&effects), [("a".to_owned(), Settle::TakeBack)]);
    assert!(settles(&sitting.press("u")).is_empty(), "once is enough");
    sitting.report(Report::Dropped { entry: "a".into() });
    sitting.done();
    assert!(sitting.said().contains("taken back, nothing was sent; your text is kept"), "{}", sitting.said());
    sitting.press("c");
    let Some(Overlay::Form(form)) = sitting.app.cx.overlays.last() else { panic!() };
    assert_eq!(crate::tui::screens::form::area::text_of(&form.comment), "hi");
    sitting.press("Esc U");
    assert_eq!(wishes(&sitting), [Change::Comment("hi".into())]);
    assert_eq!(sitting.app.model.kept.len(), 1);
    agree(&mut sitting);
    assert!(sitting.app.model.kept.is_empty(), "what is sent is not offered a second time");
}

#[test]
fn a_choice_that_is_taken_back_leaves_no_text_behind() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let order = agree(&mut sitting);
    queued(&mut sitting, "a", order);
    sitting.press("u");
    sitting.report(Report::Dropped { entry: "a".into() });
    sitting.done();
    assert!(sitting.said().ends_with("taken back, nothing was sent; U brings it back"), "{}", sitting.said());
    assert!(sitting.app.model.kept.is_empty(), "nobody has typed anything");
    sitting.press("U");
    assert_eq!(wishes(&sitting), [Change::Priority("CRITICAL".into())]);
}

#[test]
fn an_edit_of_another_sitting_is_not_taken_back_by_this_one_and_that_is_said() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let order = agree(&mut sitting);
    queued(&mut sitting, "a", order);
    assert!(sitting.app.model.takes_back_waiting(&sitting.app.cx));
    let entry = sitting.app.model.outbox[0].entry.clone();
    let mut other = at(Vendor::Tines, directory(), |_| {});
    other.report(Report::Outbox(Box::new(entry)));
    assert!(
        other.app.model.countdown(&other.app.cx).is_some() && !other.app.model.takes_back_waiting(&other.app.cx),
        "it is shown, and u is not offered"
    );
    assert!(other.press("u").is_empty());
    assert!(other.said().contains("not of this sitting; go lists it"), "{}", other.said());
}

#[test]
fn what_could_not_be_taken_back_stays_mine() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let order = agree(&mut sitting);
    sitting.press("u");
    assert!(sitting.said().contains("press u again in a moment"), "it has no name yet: {}", sitting.said());
    let mut entry = queued(&mut sitting, "a", order);
    let effects = sitting.press("u");
    let Some(Effect::Send(ticket, _)) = effects.first() else { panic!("{effects:?}") };
    sitting.report(Report::Done { ticket: *ticket, result: Err(Fault::new(FaultKind::Busy, "it is being sent")) });
    entry.progress = Progress::Sending { done: 0, calls: 1 };
    sitting.report(Report::Outbox(Box::new(entry.clone())));
    sitting.press("Esc u");
    assert!(sitting.said().contains("u takes it back once it is read back"), "{}", sitting.said());
    entry.progress = Progress::Parked { fault: Fault::new(FaultKind::Rejected, "no"), done: 0 };
    sitting.report(Report::Outbox(Box::new(entry.clone())));
    sitting.press("Esc u");
    assert!(sitting.said().ends_with("go shows it: d drops it"), "nothing has landed: {}", sitting.said());
    entry.progress = Progress::Parked { fault: Fault::new(FaultKind::Rejected, "no"), done: 1 };
    sitting.report(Report::Outbox(Box::new(entry)));
    sitting.press("Esc u");
    assert!(sitting.said().ends_with("R rolls back what has landed, d drops it"), "{}", sitting.said());
}

#[test]
fn what_is_at_the_vendor_is_taken_back_by_another_edit_and_made_again() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let order = agree(&mut sitting);
    let mut entry = queued(&mut sitting, "a", order);
    entry.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(entry)));
    let mut critical = sample::case(Vendor::Tines, 7);
    critical.row.priority = Some(Priority::read("CRITICAL"));
    give(&mut sitting, critical);
    sitting.press("u");
    assert_eq!(wishes(&sitting), [Change::Priority("MEDIUM".into())]);
    let order = agree(&mut sitting);
    assert!(matches!(&order, Order::Submit { undoes: Some(entry), .. } if entry == "a"));
    let mut back = queued(&mut sitting, "b", order);
    // While it waits, U calls it off.
    assert_eq!(settles(&sitting.press("U")), [("b".to_owned(), Settle::TakeBack)]);
    sitting.done();
    back.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(back)));
    give(&mut sitting, sample::case(Vendor::Tines, 7));
    sitting.press("u");
    assert_eq!(sitting.said(), "no change of this sitting is left to take back; U makes the last one again", "undoing is not undone by u");
    sitting.press("U");
    assert_eq!(wishes(&sitting), [Change::Priority("CRITICAL".into())]);
    let order = agree(&mut sitting);
    assert!(matches!(&order, Order::Submit { undoes: Some(entry), .. } if entry == "b"));
    queued(&mut sitting, "c", order);
    sitting.press("U");
    assert_eq!(sitting.said(), "nothing was taken back");
    assert_eq!(settles(&sitting.press("u")), [("c".to_owned(), Settle::TakeBack)]);
}

#[test]
fn the_last_change_is_repeated_on_another_case_in_its_own_words() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let order = agree(&mut sitting);
    queued(&mut sitting, "a", order);
    sitting.press(".");
    assert_eq!(wishes(&sitting), [Change::Priority("CRITICAL".into())], "a refresh may have set it back");
    let Stage::Planning(ticket) = review(&sitting).stage else { panic!() };
    sitting.report(Report::Planned { ticket, plan: Plan::default() });
    sitting.wait(300);
    sitting.press("n");
    let mut critical = sample::case(Vendor::Tines, 7);
    critical.row.priority = Some(Priority::read("CRITICAL"));
    give(&mut sitting, critical);
    sitting.press(".");
    assert_eq!(sitting.said(), "the last change holds for this case already");
}

/// Two waiting edits of one case, one stopped after one of two calls, one in doubt.
fn full_outbox() -> Sitting {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    let case = sample::case(Vendor::Tines, 7);
    let call =
        |makes: usize| Call { method: Method::Put, path: "/x".into(), body: None, makes: vec![makes], lasting: None, stays: Vec::new() };
    let mut add = |id: &str, change: &dyn Fn(&mut OutboxEntry)| {
        let changes = vec![Change::Priority("LOW".into()), Change::AddTags(vec!["vip".into()])];
        let mut entry = OutboxEntry::queued(id, Edit::new(&case, changes), Plan::default(), at_ms(0));
        entry.calls = vec![call(0), call(1)];
        change(&mut entry);
        sitting.report(Report::Outbox(Box::new(entry)));
    };
    let fault = || Fault::new(FaultKind::Rejected, "no such tag");
    add("1", &|entry| entry.send_after = Some(at_ms(3_000)));
    add("2", &|_| {});
    add("3", &|entry| entry.progress = Progress::Parked { fault: fault(), done: 1 });
    add("4", &|entry| entry.progress = Progress::Unknown { fault: fault(), done: 0 });
    add("5", &|entry| entry.is_held = true);
    sitting.press("Esc g o");
    sitting
}

#[test]
fn the_outbox_tells_every_state_and_what_has_landed() {
    let sitting = full_outbox();
    let states: Vec<_> = (0..5).map(|at| sitting.app.model.entry_state(at, &sitting.app.cx)).collect();
    assert_eq!(states, ["sends in 3 s", "after 1", "STOPPED !", "UNKNOWN !", "held"]);
    assert_eq!(sitting.app.model.outbox[2].landed(&sitting.app.model), Some(("priority -> LOW".into(), "+vip".into())));
    assert_eq!(sitting.app.model.outbox[3].landed(&sitting.app.model), None);
}

#[test]
fn the_outbox_is_steered_by_one_key_each_and_what_takes_back_asks() {
    let mut sitting = full_outbox();
    assert_eq!(settles(&sitting.press("F")), [("1".to_owned(), Settle::Retry), ("2".to_owned(), Settle::Retry)]);
    assert_eq!(settles(&sitting.press("p")), [("1".to_owned(), Settle::Hold)]);
    assert_eq!(settles(&sitting.press("4 j p")), [("5".to_owned(), Settle::Release)]);
    assert!(sitting.press("P").iter().any(|effect| matches!(effect, Effect::Send(_, Order::HoldAll(true)))));
    assert_eq!(settles(&sitting.press("2 k r")), [("3".to_owned(), Settle::Retry)]);
    assert!(settles(&sitting.press("R y")).is_empty(), "it asks, and takes no answer at once");
    sitting.wait(300);
    assert_eq!(settles(&sitting.press("y")), [("3".to_owned(), Settle::RollBack)]);
    sitting.press("d");
    sitting.wait(300);
    assert!(settles(&sitting.press("Enter")).is_empty());
    sitting.press("j R");
    assert_eq!(sitting.said(), "r finds out first what has landed");
    // The cursor stays on its entry when others leave.
    sitting.report(Report::Dropped { entry: "1".into() });
    assert_eq!(settles(&sitting.press("r")), [("4".to_owned(), Settle::Retry)]);
}

#[test]
fn what_waits_behind_a_stopped_edit_says_so_and_leaves_only_by_its_own_key() {
    let mut sitting = full_outbox();
    let behind = OutboxEntry { send_after: Some(at_ms(9_000)), ..sitting.app.model.outbox[1].entry.clone() };
    sitting.report(Report::Outbox(Box::new(behind.put_behind(true))));
    assert_eq!(
        (sitting.app.model.entry_state(1, &sitting.app.cx).as_str(), sitting.app.model.entry_state(0, &sitting.app.cx).as_str()),
        ("behind 3 !", "sends in 3 s")
    );
    assert_eq!(sitting.app.model.outbox[1].progress(false), "waits behind an edit of this case that has stopped");
    assert!(!sitting.app.model.outbox[1].counts_down(sitting.app.cx.steady));
    assert_eq!(settles(&sitting.press("F")), [("1".to_owned(), Settle::Retry)], "all at once is not past it");
    assert_eq!(settles(&sitting.press("j r")), [("2".to_owned(), Settle::Ahead)]);
}

#[test]
fn an_edit_behind_a_stopped_one_is_not_said_to_be_sent() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    let says = |sitting: &Sitting| (waits_behind(review(sitting), &sitting.app.model, &sitting.app.cx), sitting.said().to_owned());
    sitting.press("p 1");
    assert!(!says(&sitting).0);
    agree(&mut sitting);
    assert_eq!(sitting.said(), "#7: queued on disk", "a delay runs, and is told beside it");
    sitting.app.model.send_delay_ms = 0;
    sitting.press("p 1");
    agree(&mut sitting);
    assert_eq!(sitting.said(), "#7: queued on disk, being sent");

    let edit = Edit::new(&sample::case(Vendor::Tines, 7), vec![Change::Title("x".into())]);
    let progress = Progress::Parked { fault: Fault::new(FaultKind::Rejected, "no"), done: 0 };
    let stopped = OutboxEntry { progress, ..OutboxEntry::queued("0", edit, Plan::default(), at_ms(0)) };
    sitting.report(Report::Outbox(Box::new(stopped)));
    sitting.press("p 1");
    assert!(says(&sitting).0, "it is known before the answer");
    let order = agree(&mut sitting);
    let waits = "waits behind an edit of this case that has stopped; go decides that one";
    assert_eq!(sitting.said(), format!("#7: {waits}"));
    let entry = queued(&mut sitting, "1", order);
    sitting.report(Report::Outbox(Box::new(entry.put_behind(true))));
    assert_eq!(sitting.said(), format!("#7 {waits} (priority -> CRITICAL)"));
}

#[test]
fn quitting_names_what_is_unsent_and_its_default_is_no() {
    let mut sitting = full_outbox();
    sitting.press("Esc q");
    let Some(Overlay::Confirm(question)) = sitting.app.cx.overlays.last() else { panic!() };
    assert!(question.details[3].contains("#7") && question.details[3].contains("STOPPED"), "{:?}", question.details);
    assert!(question.details.iter().any(|line| line.contains("stays on disk")), "{:?}", question.details);
    assert!(!sitting.press("y").contains(&Effect::Quit));
    sitting.wait(300);
    assert!(!sitting.press("Enter").contains(&Effect::Quit));
    sitting.press("Q");
    sitting.wait(300);
    assert!(sitting.press("y").contains(&Effect::Quit));
}

#[test]
fn enter_held_for_two_seconds_sends_nothing_from_any_place() {
    let places: [(&str, Option<&str>); 14] = [
        ("i", None),
        ("a", None),
        ("a", Some("ada")),
        ("A", None),
        ("t", Some("+vip -old")),
        ("x", None),
        ("s", None),
        ("p", None),
        ("c", Some("hello")),
        ("e", Some("new title")),
        ("g o", None),
        ("g o d", None),
        ("Q", None),
        ("?", Some("take")),
    ];
    for (keys, text) in places {
        let people = |case: &mut Case| case.row.assignees = vec![person("3", "bob"), person("4", "eve")];
        let mut sitting = at(Vendor::Tines, directory(), people);
        let stuck = OutboxEntry {
            progress: Progress::Parked { fault: Fault::new(FaultKind::Rejected, "no"), done: 0 },
            ..OutboxEntry::queued(
                "z",
                Edit::unguarded(sample::case(Vendor::Tines, 7).row.id, vec![Change::Archive]),
                Plan::default(),
                at_ms(0),
            )
        };
        sitting.report(Report::Outbox(Box::new(stuck)));
        sitting.press(keys);
        if let Some(text) = text {
            sitting.app.update(Message::Paste(text.into()));
        }
        for _ in 0..60 {
            let mut effects = sitting.wait(33);
            effects.extend(sitting.press("Enter"));
            for effect in effects {
                let Effect::Send(ticket, order) = effect else {
                    assert_ne!(effect, Effect::Quit, "{keys}");
                    continue;
                };
                assert!(!matches!(order, Order::Submit { .. } | Order::Settle { .. } | Order::HoldAll(_)), "{keys}: {order:?}");
                if matches!(order, Order::Plan { .. }) {
                    sitting.report(Report::Planned { ticket, plan: Plan::default() });
                }
                sitting.report(Report::Done { ticket, result: Ok(()) });
            }
        }
    }
}

#[test]
fn an_entry_that_is_told_before_its_order_is_done_is_ones_own() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let Stage::Planning(ticket) = review(&sitting).stage else { panic!("{:?}", review(&sitting).stage) };
    sitting.report(Report::Planned { ticket, plan: crate::domain::edit::Plan::default() });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    sitting.wait(300);
    let effects = sitting.press("y");
    let [Effect::Send(saving, order)] = effects.as_slice() else { panic!("{effects:?}") };
    queued(&mut sitting, "a", order.clone());
    sitting.report(Report::Done { ticket: *saving, result: Ok(()) });
    assert_eq!(settles(&sitting.press("u")), [("a".to_owned(), Settle::TakeBack)]);
}

#[test]
fn what_a_form_sends_anew_is_neither_called_dropped_nor_made_again() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let first = agree(&mut sitting);
    let mut entry = queued(&mut sitting, "refused", first);
    entry.progress = Progress::Parked { fault: Fault::new(FaultKind::Rejected, "not met").with_status(422), done: 0 };
    sitting.report(Report::Outbox(Box::new(entry)));
    sitting.press("b");
    sitting.done();
    sitting.press("e ! Ctrl-s");
    assert!(wishes(&sitting).contains(&Change::Priority("CRITICAL".into())), "{:?}", wishes(&sitting));
    let Stage::Planning(ticket) = review(&sitting).stage else { panic!("{:?}", review(&sitting).stage) };
    sitting.report(Report::Planned { ticket, plan: crate::domain::edit::Plan::default() });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    sitting.wait(300);
    let effects = sitting.press("y");
    let Some(Effect::Send(save, anew)) = effects.first() else { panic!("{effects:?}") };
    sitting.report(Report::Done { ticket: *save, result: Ok(()) });
    queued(&mut sitting, "anew", anew.clone());
    sitting.report(Report::Dropped { entry: "refused".into() });
    sitting.done();
    assert!(sitting.said().ends_with("the edit you have just sent takes its place"), "{}", sitting.said());
    sitting.press("U");
    assert_eq!(sitting.said(), "nothing was taken back");
    // The pin came before it.
    assert_eq!(settles(&sitting.press("u")), [("anew".to_owned(), Settle::TakeBack)]);
}

#[test]
fn what_is_dropped_is_offered_by_the_key_that_brings_it_back_or_by_none() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let order = agree(&mut sitting);
    let mut entry = queued(&mut sitting, "a", order);
    let mut other = at(Vendor::Tines, directory(), |_| {});
    other.report(Report::Outbox(Box::new(entry.clone())));
    other.report(Report::Dropped { entry: "a".into() });
    assert!(other.said().ends_with("dropped, nothing more is sent"), "it is of another sitting: {}", other.said());
    other.press("U");
    assert_eq!(other.said(), "nothing was taken back");
    // It landed, and what was to take it back is dropped.
    entry.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(entry)));
    let mut critical = sample::case(Vendor::Tines, 7);
    critical.row.priority = Some(Priority::read("CRITICAL"));
    give(&mut sitting, critical);
    sitting.press("u");
    let order = agree(&mut sitting);
    queued(&mut sitting, "b", order);
    sitting.report(Report::Dropped { entry: "b".into() });
    assert!(sitting.said().ends_with("dropped, nothing more is sent; u brings it back"), "{}", sitting.said());
    sitting.press("u");
    assert_eq!(wishes(&sitting), [Change::Priority("MEDIUM".into())]);
    let order = agree(&mut sitting);
    let mut entry = queued(&mut sitting, "c", order);
    entry.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(entry)));
    give(&mut sitting, sample::case(Vendor::Tines, 7));
    sitting.press("U");
    let order = agree(&mut sitting);
    queued(&mut sitting, "d", order);
    sitting.report(Report::Dropped { entry: "d".into() });
    assert!(sitting.said().ends_with("dropped, nothing more is sent; U brings it back"), "{}", sitting.said());
}

#[test]
fn text_that_was_dropped_is_kept_when_it_cannot_be_sent_again() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("c h i Ctrl-s");
    let order = agree(&mut sitting);
    let mut entry = queued(&mut sitting, "a", order);
    entry.progress = Progress::Parked { fault: Fault::new(FaultKind::NotFound, "gone").with_status(404), done: 0 };
    sitting.report(Report::Outbox(Box::new(entry)));
    sitting.report(Report::Dropped { entry: "a".into() });
    assert!(sitting.app.model.kept.is_empty(), "it was dropped by a person who can bring it back");
    sitting.press("U");
    let Stage::Planning(ticket) = review(&sitting).stage else { panic!("{:?}", review(&sitting).stage) };
    sitting.report(Report::Done {
        ticket,
        result: Err(Fault::new(FaultKind::NotFound, "this case is not on disk (never read here, or purged)")),
    });
    assert!(matches!(review(&sitting).stage, Stage::Failed { .. }) && keeps_text(review(&sitting), &sitting.app.cx));
    let draft = sitting.app.model.kept.get(&review(&sitting).edit.case).expect("the text waits");
    assert_eq!(draft.text(), "hi");
    // A choice is made again with a key, and is no text.
    sitting.press("n p 1");
    let order = agree(&mut sitting);
    queued(&mut sitting, "b", order);
    sitting.report(Report::Dropped { entry: "b".into() });
    sitting.press("U");
    let Stage::Planning(ticket) = review(&sitting).stage else { panic!("{:?}", review(&sitting).stage) };
    sitting.report(Report::Done {
        ticket,
        result: Err(Fault::new(FaultKind::NotFound, "this case is not on disk (never read here, or purged)")),
    });
    assert!(!keeps_text(review(&sitting), &sitting.app.cx));
    assert_eq!(sitting.app.model.kept.get(&review(&sitting).edit.case).map(Draft::text).as_deref(), Some("hi"));
}

#[test]
fn taking_a_reassignment_back_says_of_nobody_that_they_changed_it() {
    let [ada, bob] = [person("2", "ada"), person("3", "bob")];
    let mut sitting = at(Vendor::Datadog, directory(), |case| case.row.assignees = vec![bob.clone()]);
    let case = sample::case(Vendor::Datadog, 7);
    let people = Aspect::of_part(Part::Assignees);
    // As it was made: by whoever was there before, and by who came.
    let named = Seen::of(&case, people).after([Change::Assign(ada.clone()), Change::Assign(bob.clone())].iter());
    let edit = Edit { case: case.row.id, changes: vec![Change::Assign(ada)], base: vec![named] };
    let origin = crate::tui::screens::review::Origin::Undo { entry: "a".into(), stays: Vec::new() };
    start_review_of(Rid(7), edit, origin, &mut sitting.app.model, &mut sitting.app.cx);
    assert_eq!(review(&sitting).moved, [""; 0]);
}

#[test]
fn what_another_hand_had_done_already_is_not_taken_back() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    let go = |sitting: &mut Sitting, keys: &str, id: &str, is_unsent: bool, now: &str| {
        sitting.press(keys);
        let order = agree(sitting);
        let entry = queued(sitting, id, order);
        sitting.report(Report::Outbox(Box::new(OutboxEntry { progress: Progress::Verified, is_unsent, ..entry })));
        let mut case = sample::case(Vendor::Tines, 7);
        case.row.priority = Some(Priority::read(now));
        give(sitting, case);
    };
    go(&mut sitting, "p 2", "a", false, "HIGH");
    go(&mut sitting, "p 1", "b", true, "CRITICAL");
    assert!(sitting.said().contains("nothing was sent: was so already"), "{}", sitting.said());
    sitting.press("u");
    let Some(Overlay::Confirm(question)) = sitting.app.cx.overlays.last() else { panic!("{:?}", sitting.app.cx.overlays.last()) };
    let [not, before] = question.details.as_slice() else { panic!("{:?}", question.details) };
    assert_eq!(not, "Not your last one, #7 priority -> CRITICAL: nothing was sent, was so already.");
    assert_eq!(before, "The one before it: #7 priority -> HIGH.");
    sitting.wait(300);
    sitting.press("y");
    assert_eq!(wishes(&sitting), [Change::Priority("MEDIUM".into())], "that one was mine");
    sitting.press("Esc");

    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    go(&mut sitting, "p 1", "b", true, "CRITICAL");
    sitting.press("u");
    assert!(sitting.said().ends_with("was so already; there is no change before it in this sitting"), "{}", sitting.said());
    give(&mut sitting, sample::case(Vendor::Tines, 7));
    sitting.press(".");
    assert_eq!(wishes(&sitting), [Change::Priority("CRITICAL".into())], "it is made on another case all the same");
}

#[test]
fn of_what_was_so_already_in_part_only_the_rest_is_taken_back_and_all_is_repeated() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("i");
    let wished = wishes(&sitting);
    let [Change::Assign(_), Change::Status(_)] = wished.as_slice() else { panic!("{wished:?}") };
    let order = agree(&mut sitting);
    let mut entry = queued(&mut sitting, "a", order);
    // A colleague has given it to me, and I have started it.
    let mut mine = sample::case(Vendor::Tines, 7);
    mine.row.assignees = vec![person("1", "me")];
    entry.edit = Edit::new(&mine, wished[1..].to_vec());
    entry.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(entry)));
    mine.row.status =
        crate::domain::case::Status { name: Clean::line("Investigating"), state: Some(crate::domain::case::State::InProgress) };
    give(&mut sitting, mine);
    sitting.press("u");
    let back = wishes(&sitting);
    assert!(matches!(back.as_slice(), [Change::Status(status)] if status.name.as_str() == "To do"), "{back:?}");
    sitting.press("Esc");
    give(&mut sitting, sample::case(Vendor::Tines, 7));
    sitting.press(".");
    assert_eq!(wishes(&sitting), wished);
}
