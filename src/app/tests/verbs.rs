//! One key, one change: what each verb asks for, why it cannot, and how it is taken back.

use super::*;
use crate::app::overlay::Overlay;
use crate::app::people::PeoplePicker;
use crate::app::review::{Review, Stage};
use crate::domain::case::{Case, ClosureCondition, State, Status};
use crate::domain::directory::StatusOption;
use crate::domain::edit::{Call, Method, Part};
use crate::domain::formula::Verdict;
use crate::domain::person::Person;
use crate::protocol::{Order, Ticket};

fn person(id: &str, name: &str) -> Person {
    Person { id: id.into(), name: Clean::line(name), email: Clean::line(&format!("{name}@example.com")), is_service: false }
}

fn status(state: State, name: &str) -> StatusOption {
    StatusOption { state, name: Clean::line(name), id: name.into(), group: "".into() }
}

fn directory() -> Directory {
    let statuses = vec![status(State::Open, "To do"), status(State::InProgress, "Investigating"), status(State::Closed, "Done")];
    let people = vec![person("1", "me"), person("2", "ada"), person("3", "bob")];
    Directory { me: Some(person("1", "me")), people, statuses, ..Directory::default() }
}

/// The cursor on a case of a vendor, everything about it read.
fn at(vendor: Vendor, directory: Directory, change: impl FnOnce(&mut Case)) -> Sitting {
    let mut sitting = Sitting::new();
    sitting.report(Report::Sources(vec![card(0, vendor)]));
    sitting.report(Report::Directory(SourceId(0), Arc::new(directory)));
    let mut case = sample::case(vendor, 7);
    change(&mut case);
    sitting.report(Report::Rows { rows: vec![(Rid(7), case.row.clone())], from: From::Disk });
    sitting.report(Report::DiskRead { rows: 1 });
    sitting.full();
    give(&mut sitting, case);
    sitting
}

fn give(sitting: &mut Sitting, case: Case) {
    sitting.report(Report::Case { rid: Rid(7), case: Arc::new(case), read_at: at_ms(0), from: From::Network });
}

fn review(sitting: &Sitting) -> &Review {
    match sitting.app.overlays.last() {
        Some(Overlay::Review(review)) => review,
        other => panic!("no review: {other:?}, {}", sitting.said()),
    }
}

fn wishes(sitting: &Sitting) -> Vec<Change> {
    review(sitting).edit.changes.clone()
}

/// Lets the review be planned, says yes, and lets the edit be saved; returns the order to save it.
fn agree(sitting: &mut Sitting) -> Order {
    let Stage::Planning(ticket) = review(sitting).stage else { panic!("{:?}", review(sitting).stage) };
    sitting.report(Report::Planned { ticket, plan: Plan::default() });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    sitting.wait(300);
    let effects = sitting.press("y");
    let [Effect::Send(ticket, order)] = effects.as_slice() else { panic!("{effects:?}") };
    sitting.report(Report::Done { ticket: *ticket, result: Ok(()) });
    order.clone()
}

/// The entry that a submitted edit becomes, waiting for five seconds.
fn queued(sitting: &mut Sitting, id: &str, order: Order) -> OutboxEntry {
    let Order::Submit { edit, delay_ms, undoes } = order else { panic!("{order:?}") };
    let now = at_ms(sitting.now_ms);
    let mut entry = OutboxEntry::queued(id, edit, Plan::default(), now);
    entry.send_after = now.checked_add(SignedDuration::from_millis(i64::try_from(delay_ms).unwrap())).ok();
    entry.undoes = undoes;
    sitting.report(Report::Outbox(Box::new(entry.clone())));
    entry
}

fn settles(effects: &[Effect]) -> Vec<(String, Settle)> {
    let settle = |effect: &Effect| match effect {
        Effect::Send(_, Order::Settle { entry, how }) => Some((entry.clone(), how.clone())),
        _ => None,
    };
    effects.iter().filter_map(settle).collect()
}

#[test]
fn take_assigns_to_me_and_starts() {
    for key in ["i", "Enter i"] {
        let mut sitting = at(Vendor::Tines, directory(), |_| {});
        sitting.press(key);
        assert_eq!(wishes(&sitting), [Change::Assign(person("1", "me")), Change::Status(status(State::InProgress, "Investigating"))]);
        assert_eq!(review(&sitting).edit.base.len(), 2, "it is compared with what was seen");
    }
    let mine = |case: &mut Case| {
        case.row.assignees = vec![person("1", "me")];
        case.row.status = Status { state: Some(State::InProgress), name: Clean::line("Investigating") };
    };
    let mut sitting = at(Vendor::Tines, directory(), mine);
    sitting.press("i");
    assert_eq!(sitting.said(), "it is yours already, nothing is left to start");
}

#[test]
fn a_verb_that_does_not_fit_says_why() {
    let nobody = || Directory { me: None, ..directory() };
    let closed = |case: &mut Case| case.row.status = Status { state: Some(State::Closed), name: Clean::line("Done") };
    let archived = |case: &mut Case| case.row.status = Status { state: Some(State::Archived), name: Clean::line("Archived") };
    let said = |vendor, directory, change: &dyn Fn(&mut Case), key: &str| {
        let mut sitting = at(vendor, directory, change);
        assert!(sitting.press(key).is_empty(), "{key}");
        assert!(sitting.app.overlays.is_empty(), "{key}");
        sitting.said().to_owned()
    };
    let plain = |_: &mut Case| {};
    assert!(said(Vendor::Tines, nobody(), &plain, "i").contains("write me ="));
    assert!(said(Vendor::Datadog, nobody(), &plain, "i").contains("has not said who"));
    assert_eq!(said(Vendor::ServerOps, Directory::default(), &plain, "i"), "ServerOps cases have no assignee, and no status in progress");
    assert_eq!(said(Vendor::ServerOps, Directory::default(), &plain, "a"), "ServerOps cases have no assignee");
    assert_eq!(said(Vendor::ServerOps, Directory::default(), &plain, "t"), "ServerOps cases have no tags");
    assert_eq!(said(Vendor::Tines, directory(), &plain, "A"), "nobody is assigned");
    assert_eq!(said(Vendor::Tines, directory(), &plain, "X"), "this case is open");
    assert_eq!(said(Vendor::Tines, directory(), &closed, "x"), "this case is closed already: X reopens it");
    assert_eq!(said(Vendor::Tines, directory(), &closed, "i"), "this case is closed: X reopens it");
    assert_eq!(said(Vendor::Tines, directory(), &plain, "g a"), "Tines cases are closed, not archived");
    assert_eq!(said(Vendor::Datadog, directory(), &plain, "g A"), "this case is not archived");
    assert_eq!(said(Vendor::Datadog, directory(), &archived, "a"), "this case is archived: unarchive it first");
    assert_eq!(said(Vendor::Tines, directory(), &plain, "."), "nothing was changed in this sitting yet");
    assert_eq!(said(Vendor::Tines, directory(), &plain, "u"), "nothing was changed in this sitting yet");
    assert_eq!(said(Vendor::Tines, directory(), &plain, "U"), "nothing was taken back");
}

#[test]
fn closing_reopening_and_archiving_use_the_vendors_own_states() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("x");
    assert_eq!(wishes(&sitting), [Change::Status(status(State::Closed, "Done"))]);
    let mut two = directory();
    two.statuses.push(status(State::Closed, "False alarm"));
    let mut sitting = at(Vendor::Tines, two, |_| {});
    sitting.press("x 2");
    assert_eq!(wishes(&sitting), [Change::Status(status(State::Closed, "False alarm"))]);
    let closed = |case: &mut Case| case.row.status = Status { state: Some(State::Closed), name: Clean::line("Done") };
    let mut sitting = at(Vendor::Tines, directory(), closed);
    sitting.press("X");
    assert_eq!(wishes(&sitting), [Change::Status(status(State::Open, "To do"))]);
    let mut sitting = at(Vendor::Datadog, Directory::default(), |_| {});
    sitting.press("g a");
    assert_eq!(wishes(&sitting), [Change::Archive]);
    let archived = |case: &mut Case| case.row.status = Status { state: Some(State::Archived), name: Clean::line("archived") };
    let mut sitting = at(Vendor::Datadog, Directory::default(), archived);
    sitting.press("g A");
    assert_eq!(wishes(&sitting), [Change::Unarchive]);
    for (keys, from, to) in [("g a", State::Open, State::Archived), ("g A", State::Archived, State::Open)] {
        let stands = |case: &mut Case| case.row.status = Status { state: Some(from), name: Clean::line("x") };
        let mut sitting = at(Vendor::ServerOps, Directory::default(), stands);
        sitting.press(keys);
        assert!(matches!(wishes(&sitting).as_slice(), [Change::Status(status)] if status.state == to), "{keys}");
    }
}

#[test]
fn people_narrow_as_one_types_and_datadog_is_asked_one_question_at_a_time() {
    let asked = |effects: &[Effect]| -> Vec<(Ticket, String)> {
        let find = |effect: &Effect| match effect {
            Effect::Send(ticket, Order::FindPeople { text, .. }) => Some((*ticket, text.clone())),
            _ => None,
        };
        effects.iter().filter_map(find).collect()
    };
    let names = |sitting: &Sitting| -> Vec<String> {
        let Some(Overlay::People(picker)) = sitting.app.overlays.last() else { panic!("no box") };
        PeoplePicker::people(picker).iter().map(|person| person.label().to_owned()).collect()
    };
    let mut sitting = at(Vendor::Datadog, directory(), |case| case.row.assignees = vec![person("2", "ada")]);
    sitting.press("a");
    assert_eq!(names(&sitting), ["me", "ada", "bob"]);
    assert!(asked(&sitting.press("c")).is_empty(), "one letter is no question");
    let first = asked(&sitting.press("a"));
    assert_eq!(first[0].1, "ca");
    assert!(asked(&sitting.press("r l")).is_empty(), "the question before is open");
    assert!(names(&sitting).is_empty());
    sitting.report(Report::People { ticket: Ticket(9_999), people: vec![person("8", "carlsson")] });
    assert!(names(&sitting).is_empty(), "an answer to another question");
    sitting.report(Report::People { ticket: first[0].0, people: vec![person("9", "carla"), person("10", "cable")] });
    assert_eq!(names(&sitting), ["carla"]);
    let effects = sitting.report(Report::Done { ticket: first[0].0, result: Ok(()) });
    assert_eq!(asked(&effects)[0].1, "carl");
    sitting.press("Enter");
    assert_eq!(wishes(&sitting), [Change::Assign(person("9", "carla"))]);
    // A no goes back to the box with what was typed.
    let Stage::Planning(ticket) = review(&sitting).stage else { panic!() };
    sitting.report(Report::Planned { ticket, plan: Plan::default() });
    sitting.wait(300);
    sitting.press("n");
    assert_eq!(names(&sitting), ["carla"]);
    sitting.press("Ctrl-w a d a Enter");
    assert_eq!(sitting.said(), "ada is assigned already");
    sitting.press("Esc");
    assert!(sitting.app.overlays.is_empty());
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    assert!(asked(&sitting.press("a x y z")).is_empty(), "Tines gives its people whole");
}

#[test]
fn unassigning_one_needs_no_question_and_several_are_a_choice() {
    let mut sitting = at(Vendor::Tines, directory(), |case| case.row.assignees = vec![person("2", "ada")]);
    sitting.press("A");
    assert_eq!(wishes(&sitting), [Change::Unassign(person("2", "ada"))]);
    let both = |case: &mut Case| case.row.assignees = vec![person("2", "ada"), person("3", "bob")];
    let mut sitting = at(Vendor::Tines, directory(), both);
    sitting.press("A 2");
    assert_eq!(wishes(&sitting), [Change::Unassign(person("3", "bob"))]);
    let mut sitting = at(Vendor::Tines, directory(), both);
    sitting.press("A 3");
    assert_eq!(wishes(&sitting), [Change::Unassign(person("2", "ada")), Change::Unassign(person("3", "bob"))]);
}

#[test]
fn tags_and_attributes_are_added_and_removed_in_one_line() {
    let tagged = |case: &mut Case| case.row.tags = vec![Clean::line("old"), Clean::line("two words")];
    let typed = |vendor, text: &str| {
        let mut sitting = at(vendor, directory(), |case| {
            if vendor == Vendor::Tines {
                tagged(case);
            } else {
                case.attributes = vec![(Clean::line("env"), vec![Clean::line("prod")]), (Clean::line("owner"), vec![Clean::line("x")])];
            }
        });
        sitting.press("t");
        sitting.app.update(Message::Paste(text.into()));
        sitting.press("Enter");
        sitting
    };
    let add = |tags: &[&str]| Change::AddTags(tags.iter().map(|tag| (*tag).to_owned()).collect());
    let remove = |tags: &[&str]| Change::RemoveTags(tags.iter().map(|tag| (*tag).to_owned()).collect());
    assert_eq!(wishes(&typed(Vendor::Tines, "+vip -old new")), [add(&["vip", "new"]), remove(&["old"])]);
    assert_eq!(wishes(&typed(Vendor::Tines, "-\"two words\" +\"a b\"")), [add(&["a b"]), remove(&["two words"])]);
    let attribute =
        |key: &str, values: &[&str]| Change::Attribute { key: key.into(), values: values.iter().map(|v| (*v).into()).collect() };
    let sitting = typed(Vendor::Datadog, "+team:soc +env:eu -env:prod -owner");
    assert_eq!(wishes(&sitting), [attribute("env", &["eu"]), attribute("owner", &[]), attribute("team", &["soc"])]);
    for (vendor, text, why) in [
        (Vendor::Tines, "+old -missing", "the case is like that already"),
        (Vendor::Tines, "+vip -vip", "vip is added and removed"),
        (Vendor::Tines, "  ", "type +new to add and -old to remove"),
        (Vendor::Tines, "+", "nothing stands behind the +"),
        (Vendor::Tines, "-\"two", "a quote is not closed"),
        (Vendor::Datadog, "+vip", "vip: an attribute is written key:value"),
        (Vendor::Datadog, "+team:", "team:: an attribute is written key:value"),
    ] {
        assert_eq!(typed(vendor, text).said(), why, "{text}");
    }
    let mut sitting = at(Vendor::Tines, directory(), tagged);
    sitting.press("t - w Tab - o Tab Enter");
    assert_eq!(wishes(&sitting), [remove(&["two words", "old"])], "Tab completes what the case has");
}

fn condition(name: &str, formula: &str) -> ClosureCondition {
    ClosureCondition { name: Clean::line(name), formula: Clean::line(formula) }
}

#[test]
fn closing_shows_its_conditions_and_leads_to_what_is_missing() {
    let with = |case: &mut Case| {
        case.closure_conditions = vec![
            condition("Written", "=NOT(IS_EMPTY(team_case.description))"),
            condition("Owned", "=SIZE(team_case.assignees) > 0"),
            condition("Reviewed", "=CONTAINS(team_case.description, \"## Review\")"),
        ];
    };
    let mut sitting = at(Vendor::Tines, directory(), with);
    sitting.press("x");
    let verdicts: Vec<_> = sitting.app.conditions(review(&sitting)).into_iter().map(|(_, verdict)| verdict).collect();
    assert_eq!(verdicts[0], Verdict::Met);
    assert!(matches!(verdicts[1], Verdict::NotMet { about: Some(_) }) && matches!(verdicts[2], Verdict::NotEvaluated { .. }));
    sitting.press("f");
    assert!(matches!(sitting.app.overlays.last(), Some(Overlay::People(_))), "to the assignees");
    for (formula, part) in [("=SIZE(team_case.tags) > 3", None), ("=team_case.priority = \"LOW\"", Some(Part::Priority))] {
        let mut sitting = at(Vendor::Tines, directory(), |case| case.closure_conditions = vec![condition("c", formula)]);
        sitting.press("x f");
        match (part, sitting.app.overlays.as_slice()) {
            (None, [Overlay::Labels(_)]) => {}
            (Some(part), [Overlay::Form(form)]) => assert_eq!(form.field.part, part),
            other => panic!("{formula}: {other:?}"),
        }
    }
    let mut sitting = at(Vendor::Tines, directory(), |case| case.closure_conditions = vec![condition("c", "=TRUE")]);
    sitting.press("x f");
    assert_eq!(sitting.said(), "no condition lacks anything that can be given here");
    let order = agree(&mut sitting);
    assert!(matches!(order, Order::Submit { .. }), "conditions forbid nothing");
    let mut sitting = at(Vendor::Tines, directory(), with);
    sitting.press("p 1");
    assert!(sitting.app.conditions(review(&sitting)).is_empty(), "only closing asks for them");
}

#[test]
fn what_waits_is_counted_down_and_taken_back_with_its_text() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("c h i Ctrl-s");
    let order = agree(&mut sitting);
    assert!(matches!(order, Order::Submit { delay_ms: 5_000, .. }));
    queued(&mut sitting, "a", order);
    assert_eq!(sitting.app.countdown(), Some((1, 5)));
    sitting.app.take_dirty();
    let then = sitting.app.wake_at().unwrap();
    assert_eq!(then, at_ms(sitting.now_ms + 1_000));
    sitting.wait(500);
    assert!(!sitting.app.take_dirty(), "nothing else is shown yet");
    sitting.wait(500);
    assert!(sitting.app.take_dirty());
    assert_eq!(sitting.app.countdown(), Some((1, 4)));
    let effects = sitting.press("u");
    assert_eq!(settles(&effects), [("a".to_owned(), Settle::Drop)]);
    assert!(settles(&sitting.press("u")).is_empty(), "once is enough");
    sitting.report(Report::Dropped { entry: "a".into() });
    sitting.done();
    assert!(sitting.said().contains("taken back, nothing was sent; your text is kept"), "{}", sitting.said());
    sitting.press("c");
    let Some(Overlay::Form(form)) = sitting.app.overlays.last() else { panic!() };
    assert_eq!(crate::app::form::text_of(&form.comment), "hi");
    sitting.press("Esc U");
    assert_eq!(wishes(&sitting), [Change::Comment("hi".into())]);
    assert_eq!(sitting.app.kept.len(), 1);
    agree(&mut sitting);
    assert!(sitting.app.kept.is_empty(), "what is sent is not offered a second time");
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
    sitting.report(Report::Outbox(Box::new(entry)));
    sitting.press("Esc u");
    assert!(sitting.said().contains("R rolls back, d drops"), "{}", sitting.said());
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
    assert_eq!(settles(&sitting.press("U")), [("b".to_owned(), Settle::Drop)]);
    sitting.done();
    back.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(back)));
    give(&mut sitting, sample::case(Vendor::Tines, 7));
    sitting.press("u");
    assert_eq!(sitting.said(), "nothing was changed in this sitting yet", "undoing is not undone by u");
    sitting.press("U");
    assert_eq!(wishes(&sitting), [Change::Priority("CRITICAL".into())]);
    let order = agree(&mut sitting);
    assert!(matches!(&order, Order::Submit { undoes: Some(entry), .. } if entry == "b"));
    queued(&mut sitting, "c", order);
    sitting.press("U");
    assert_eq!(sitting.said(), "nothing was taken back");
    assert_eq!(settles(&sitting.press("u")), [("c".to_owned(), Settle::Drop)]);
}

#[test]
fn a_comment_that_was_sent_is_not_taken_back_and_the_change_before_it_is_next() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    for (keys, id) in [("p 1", "a"), ("c h i Ctrl-s", "b")] {
        sitting.press(keys);
        let order = agree(&mut sitting);
        let mut entry = queued(&mut sitting, id, order);
        entry.progress = Progress::Verified;
        sitting.report(Report::Outbox(Box::new(entry)));
    }
    sitting.press("u");
    assert!(sitting.said().contains("a comment cannot be taken back"), "{}", sitting.said());
    sitting.press("u");
    assert_eq!(wishes(&sitting), [Change::Priority("MEDIUM".into())]);
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
    let call = |makes: usize| Call { method: Method::Put, path: "/x".into(), body: None, makes: vec![makes], lasting: None };
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
    let states: Vec<_> = (0..5).map(|at| sitting.app.entry_state(at)).collect();
    assert_eq!(states, ["sends in 3 s", "after 1", "STOPPED !", "UNKNOWN !", "held"]);
    assert_eq!(sitting.app.outbox[2].landed(), Some(("priority -> LOW".into(), "+vip".into())));
    assert_eq!(sitting.app.outbox[3].landed(), None);
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
fn quitting_names_what_is_unsent_and_its_default_is_no() {
    let mut sitting = full_outbox();
    sitting.press("Esc q");
    let Some(Overlay::Confirm(question)) = sitting.app.overlays.last() else { panic!() };
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
