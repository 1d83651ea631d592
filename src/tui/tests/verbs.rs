//! One key, one change: what each verb asks for, why it cannot, and how it is taken back.

use super::*;
use crate::domain::case::{Case, ClosureCondition, State, Status};
use crate::domain::directory::StatusOption;
use crate::domain::formula::Verdict;
use crate::domain::part::Part;
use crate::domain::person::Person;
use crate::protocol::{Order, Ticket};
use crate::tui::screens::Overlay;
use crate::tui::screens::people::PeoplePicker;
use crate::tui::screens::review::{Review, Stage};

pub(in crate::tui) fn person(id: &str, name: &str) -> Person {
    Person { id: id.into(), name: Clean::line(name), email: Clean::line(&format!("{name}@example.com")), is_service: false }
}

pub(in crate::tui) fn status(state: State, name: &str) -> StatusOption {
    StatusOption { state, name: Clean::line(name), id: name.into(), group: "".into() }
}

pub(in crate::tui) fn directory() -> Directory {
    let statuses = vec![status(State::Open, "To do"), status(State::InProgress, "Investigating"), status(State::Closed, "Done")];
    let people = vec![person("1", "me"), person("2", "ada"), person("3", "bob")];
    Directory { me: Some(person("1", "me")), people, statuses, ..Directory::default() }
}

/// The cursor on a case of a vendor, everything about it read.
pub(in crate::tui) fn at(vendor: Vendor, directory: Directory, change: impl FnOnce(&mut Case)) -> Sitting {
    let mut sitting = Sitting::new();
    sitting.report(Report::Sources(vec![info(0, vendor)]));
    sitting.report(Report::Directory(SourceId(0), Arc::new(directory)));
    let mut case = sample::case(vendor, 7);
    change(&mut case);
    sitting.report(Report::Rows { rows: vec![(Rid(7), case.row.clone())], from: From::Disk });
    sitting.report(Report::DiskRead { rows: 1 });
    sitting.full();
    give(&mut sitting, case);
    sitting
}

pub(in crate::tui) fn give(sitting: &mut Sitting, case: Case) {
    sitting.report(Report::Case { rid: Rid(7), case: Arc::new(case), read_at: at_ms(0), from: From::Network });
}

pub(in crate::tui) fn review(sitting: &Sitting) -> &Review {
    match sitting.app.cx.overlays.last() {
        Some(Overlay::Review(review)) => review,
        other => panic!("no review: {other:?}, {}", sitting.said()),
    }
}

pub(in crate::tui) fn wishes(sitting: &Sitting) -> Vec<Change> {
    review(sitting).edit.changes.clone()
}

/// Lets the review be planned, says yes, and lets the edit be saved; returns the order to save it.
pub(in crate::tui) fn agree(sitting: &mut Sitting) -> Order {
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
pub(in crate::tui) fn queued(sitting: &mut Sitting, id: &str, order: Order) -> OutboxEntry {
    let Order::Submit { edit, delay_ms, undoes } = order else { panic!("{order:?}") };
    let now = at_ms(sitting.now_ms);
    let mut entry = OutboxEntry::queued(id, edit, Plan::default(), now);
    entry.send_after = now.checked_add(SignedDuration::from_millis(i64::try_from(delay_ms).unwrap())).ok();
    entry.undoes = undoes;
    sitting.report(Report::Outbox(Box::new(entry.clone())));
    entry
}

pub(in crate::tui) fn settles(effects: &[Effect]) -> Vec<(String, Settle)> {
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
        assert!(sitting.app.cx.overlays.is_empty(), "{key}");
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
    assert_eq!(said(Vendor::Datadog, directory(), &archived, "a"), "this case is archived: gA brings it back");
    assert_eq!(said(Vendor::Tines, directory(), &plain, "."), "no change of this sitting is left to repeat");
    assert_eq!(said(Vendor::Tines, directory(), &plain, "u"), "no change of this sitting is left to take back");
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
fn a_completed_name_stays_with_whom_was_highlighted() {
    let kim = |id: &str| Person { email: Clean::line(&format!("kim{id}@example.com")), ..person(id, "Kim Lee") };
    for vendor in [Vendor::Datadog, Vendor::Tines] {
        let known = Directory { people: vec![kim("21"), kim("22")], ..Directory::default() };
        let mut sitting = at(vendor, known, |_| {});
        sitting.press("a k i m Down Tab Enter");
        assert_eq!(wishes(&sitting), [Change::Assign(kim("22"))], "{vendor:?}");
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
        let Some(Overlay::People(picker)) = sitting.app.cx.overlays.last() else { panic!("no box") };
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
    assert!(sitting.app.cx.overlays.is_empty());
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
        (Vendor::Tines, "+old", "the case is like that already"),
        (Vendor::Tines, "+vip -typo", "the case has no tag typo: what it has is offered behind a -"),
        (Vendor::Datadog, "+team:soc -typo", "the case has no attribute typo: what it has is offered behind a -"),
        (Vendor::Datadog, "+team:soc -env:typo", "the case has no attribute env:typo: what it has is offered behind a -"),
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
    let verdicts: Vec<_> = sitting.app.model.conditions(review(&sitting)).into_iter().map(|(_, verdict)| verdict).collect();
    assert_eq!(verdicts[0], Verdict::Met);
    assert!(matches!(verdicts[1], Verdict::NotMet { about: Some(_) }) && matches!(verdicts[2], Verdict::NotEvaluated { .. }));
    sitting.press("f");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::People(_))), "to the assignees");
    for (formula, part) in [("=SIZE(team_case.tags) > 3", None), ("=team_case.priority = \"LOW\"", Some(Part::Priority))] {
        let mut sitting = at(Vendor::Tines, directory(), |case| case.closure_conditions = vec![condition("c", formula)]);
        sitting.press("x f");
        match (part, sitting.app.cx.overlays.as_slice()) {
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
    assert!(sitting.app.model.conditions(review(&sitting)).is_empty(), "only closing asks for them");
}

#[test]
fn a_verb_pressed_too_early_waits_for_its_case_and_another_key_calls_it_off() {
    let mut sitting = Sitting::new();
    sitting.report(Report::Sources(vec![info(0, Vendor::Tines)]));
    sitting.report(Report::Directory(SourceId(0), Arc::new(directory())));
    let case = sample::case(Vendor::Tines, 7);
    sitting.report(Report::Rows { rows: vec![(Rid(7), case.row.clone())], from: From::Disk });
    sitting.report(Report::DiskRead { rows: 1 });
    sitting.full();
    sitting.press("p");
    assert_eq!(sitting.said(), "priority: as soon as the case is read; another key calls it off");
    assert!(sitting.app.cx.overlays.is_empty());
    give(&mut sitting, case.clone());
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Picker(_))));

    let mut sitting = Sitting::new();
    sitting.report(Report::Sources(vec![info(0, Vendor::Tines)]));
    sitting.report(Report::Rows { rows: vec![(Rid(7), case.row.clone())], from: From::Disk });
    sitting.report(Report::DiskRead { rows: 1 });
    sitting.press("p j");
    give(&mut sitting, case);
    assert!(sitting.app.cx.overlays.is_empty());
}

#[test]
fn the_people_of_a_directory_tell_who_i_am() {
    let mut sitting = Sitting::with(rows(1..=3));
    let me = crate::domain::person::Person { id: "7".into(), name: Clean::line("a.rossi"), ..Default::default() };
    let directory = Directory { me: Some(me), ..Directory::default() };
    sitting.report(Report::Directory(SourceId(0), Arc::new(directory)));
    assert_eq!(sitting.app.model.sources[0].me().unwrap().label(), "a.rossi");
}

#[test]
fn a_value_that_is_chosen_again_is_named_and_sends_nothing() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p");
    assert_eq!(sitting.press("Enter"), []);
    assert!(sitting.said().contains(": priority is ") && sitting.said().ends_with(" already; nothing is sent"), "{}", sitting.said());
}
