//! A colleague changes a case that was read; its new row comes. What a key compares with is what the screen shows.

use super::verbs::{agree, at, directory, give, person, queued, review, status, wishes};
use super::*;
use crate::domain::aspect::{Aspect, Value};
use crate::domain::case::{Case, Status};
use crate::domain::part::Part;
use crate::protocol::Order;
use crate::tui::screens::Overlay;

/// The cursor on a case as it was read; then its row comes as a colleague left it.
fn listed(vendor: Vendor, read: impl Fn(&mut Case), now: impl Fn(&mut Row)) -> Sitting {
    let mut sitting = at(vendor, directory(), &read);
    let mut case = sample::case(vendor, 7);
    read(&mut case);
    relist(&mut sitting, case.row, now);
    sitting
}

fn relist(sitting: &mut Sitting, mut row: Row, now: impl Fn(&mut Row)) {
    row.updated_at = Some(at_ms(60_000));
    row.description = None;
    now(&mut row);
    sitting.network(vec![(Rid(7), row)]);
}

fn priority(name: &str) -> Priority {
    Priority::read(name)
}

fn stands(state: State, name: &str) -> Status {
    Status { state: Some(state), name: Clean::line(name) }
}

fn asks_to_read(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Open { rid: Rid(7) })))
}

/// What the edit says of the part as the person saw it.
fn base(sitting: &Sitting, part: Part) -> Value {
    let found = review(sitting).edit.base.iter().find(|seen| seen.aspect == Aspect::of_part(part));
    found.unwrap().value.clone()
}

#[test]
fn a_menu_starts_at_the_value_of_the_row_and_sends_the_one_that_was_before() {
    for (vendor, then, now, digit, other) in [(Vendor::Tines, "HIGH", "INFO", "2", "5"), (Vendor::Datadog, "P2", "P5", "2", "5")] {
        let open = || listed(vendor, |case| case.row.priority = Some(priority(then)), |row| row.priority = Some(priority(now)));
        let mut sitting = open();
        sitting.press("p");
        let Some(Overlay::Picker(picker)) = sitting.app.cx.overlays.last() else { panic!("{}", sitting.said()) };
        assert_eq!(picker.choices[picker.chosen].words, now, "{vendor:?}");
        sitting.press(digit);
        assert_eq!(wishes(&sitting), [Change::Priority(then.into())], "{vendor:?}");
        assert_eq!(base(&sitting, Part::Priority), Value::Text(now.into()), "a colleague who comes between is met by a conflict");
        let mut sitting = open();
        sitting.press(&format!("p {other}"));
        assert!(sitting.said().ends_with(&format!("priority is {now} already; nothing is sent")), "{}", sitting.said());
    }
}

#[test]
fn a_case_that_was_reopened_is_closed_and_one_that_was_closed_is_reopened() {
    let (open, closed) = (stands(State::Open, "To do"), stands(State::Closed, "Done"));
    let mut sitting = listed(Vendor::Tines, |case| case.row.status = closed.clone(), |row| row.status = open.clone());
    sitting.press("X");
    assert_eq!(sitting.said(), "this case is open");
    sitting.press("x");
    assert_eq!(wishes(&sitting), [Change::Status(status(State::Closed, "Done"))]);
    let mut sitting = listed(Vendor::Tines, |_| {}, |row| row.status = closed.clone());
    sitting.press("x");
    assert_eq!(sitting.said(), "this case is closed already: X reopens it");
    sitting.press("X");
    assert_eq!(wishes(&sitting), [Change::Status(status(State::Open, "To do"))]);
    for (from, to, key) in [(State::Closed, State::Open, "x"), (State::Open, State::Closed, "X")] {
        let read = |case: &mut Case| case.row.status = stands(from, from.name());
        let mut sitting = listed(Vendor::ServerOps, read, |row| row.status = stands(to, to.name()));
        sitting.press(key);
        assert!(matches!(&wishes(&sitting)[..], [Change::Status(wanted)] if wanted.state == from), "{key}");
    }
    let read = |case: &mut Case| case.row.status = stands(State::Archived, "Open");
    let mut sitting = listed(Vendor::Datadog, read, |row| row.status = stands(State::Open, "Open"));
    sitting.press("g a");
    assert_eq!(wishes(&sitting), [Change::Archive]);
}

#[test]
fn a_tag_an_attribute_and_an_assignee_that_a_colleague_took_off_are_given_again() {
    let tags = |tags: &[&str]| tags.iter().map(|tag| Clean::line(tag)).collect::<Vec<_>>();
    let mut sitting = listed(Vendor::Tines, |case| case.row.tags = tags(&["a", "customer"]), |row| row.tags = tags(&["a"]));
    sitting.press("t + c u s t o m e r Enter");
    assert_eq!(wishes(&sitting), [Change::AddTags(vec!["customer".into()])]);

    let read = |case: &mut Case| {
        case.attributes = vec![(Clean::line("env"), tags(&["eu", "us"]))];
        case.row.tags = tags(&["env:eu", "env:us"]);
    };
    let mut sitting = listed(Vendor::Datadog, read, |row| row.tags = tags(&["env:us", "env:apac"]));
    sitting.press("t + e n v : e u Enter");
    let values = ["us", "apac", "eu"].map(String::from).to_vec();
    assert_eq!(wishes(&sitting), [Change::Attribute { key: "env".into(), values }], "and the colleague's stays");

    let mine = |case: &mut Case| {
        case.row.assignees = vec![person("1", "me")];
        case.row.status = stands(State::InProgress, "Investigating");
    };
    let mut sitting = listed(Vendor::Tines, mine, |row| row.assignees = Vec::new());
    sitting.press("i");
    assert_eq!(wishes(&sitting), [Change::Assign(person("1", "me"))]);
}

#[test]
fn a_box_that_is_open_goes_by_the_row_that_comes() {
    let tag = |name: &str| vec![Clean::line(name)];
    let mut sitting = at(Vendor::Tines, directory(), |case| case.row.tags = tag("vip"));
    sitting.press("t + v i p");
    relist(&mut sitting, sample::case(Vendor::Tines, 7).row, |_| {});
    sitting.press("Enter");
    assert_eq!(wishes(&sitting), [Change::AddTags(vec!["vip".into()])]);
    let mut sitting = at(Vendor::Tines, directory(), |case| case.row.assignees = vec![person("2", "ada")]);
    sitting.press("a a d a");
    relist(&mut sitting, sample::case(Vendor::Tines, 7).row, |_| {});
    sitting.press("Enter");
    assert_eq!(wishes(&sitting), [Change::Assign(person("2", "ada"))]);
}

#[test]
fn the_form_opens_with_the_row_and_the_rest_is_read_at_once() {
    let title = |row: &mut Row| row.title = Clean::line("theirs");
    let mut sitting = listed(Vendor::Tines, |_| {}, title);
    sitting.done();
    assert!(asks_to_read(&sitting.press("e")), "its description may have changed too");
    let form = sitting.app.cx.form().unwrap();
    assert_eq!(form.base.row.title.as_str(), "theirs");
    // A form that is open already keeps what was seen, and says what has changed.
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("e");
    relist(&mut sitting, sample::case(Vendor::Tines, 7).row, title);
    let form = sitting.app.cx.form().unwrap();
    assert_eq!(form.base.row.title.as_str(), "Case number 7");
    assert_eq!(form.moved.as_ref().unwrap().fields, ["title"]);
}

#[test]
fn an_older_row_and_an_older_case_from_disk_change_nothing() {
    let mut sitting = listed(Vendor::Tines, |_| {}, |row| row.priority = Some(priority("INFO")));
    let old = Arc::new(sample::case(Vendor::Tines, 7));
    sitting.report(Report::Case { rid: Rid(7), case: Arc::clone(&old), read_at: at_ms(0), from: From::Disk });
    sitting.network(vec![(Rid(7), old.row.clone())]);
    sitting.press("p 3");
    assert_eq!(wishes(&sitting), [Change::Priority("MEDIUM".into())]);
}

#[test]
fn a_change_is_made_again_on_a_case_only_once_all_of_it_is_known() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 2");
    let order = agree(&mut sitting);
    queued(&mut sitting, "a", order);
    sitting.done();
    relist(&mut sitting, sample::case(Vendor::Tines, 7).row, |_| {});
    assert!(asks_to_read(&sitting.press(".")));
    assert!(sitting.app.cx.overlays.is_empty());
    give(&mut sitting, sample::case(Vendor::Tines, 7));
    assert_eq!(wishes(&sitting), [Change::Priority("HIGH".into())]);
}

#[test]
fn a_triage_run_gives_again_what_a_colleague_took_back() {
    let mut sitting = super::bulk::sitting(3);
    sitting.press("T");
    let mut case = sample::case(Vendor::Tines, 3);
    super::bulk::read(&mut sitting, 3);
    let me = sitting.app.model.sources[0].me().unwrap().clone();
    case.row.assignees = vec![me.clone()];
    case.row.status = stands(State::InProgress, "Investigating");
    let row = Row { updated_at: Some(at_ms(60_000)), ..case.row.clone() };
    sitting.network(vec![(Rid(3), row.clone())]);
    sitting.press("1");
    assert_eq!(sitting.said(), "it is yours already, nothing is left to start");
    let row = Row { updated_at: Some(at_ms(90_000)), assignees: Vec::new(), ..row };
    sitting.network(vec![(Rid(3), row)]);
    let decided = sitting.press("1");
    let changes = decided.iter().find_map(|effect| match effect {
        Effect::Send(_, Order::Decide { edit, .. }) => Some(edit.changes.clone()),
        _ => None,
    });
    assert_eq!(changes.unwrap(), [Change::Assign(me)]);
}

#[test]
fn what_a_colleague_took_back_is_not_taken_back_again() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    let as_now = |name: &str, ms: i64| {
        let mut case = sample::case(Vendor::Tines, 7);
        (case.row.priority, case.row.updated_at) = (Some(priority(name)), Some(at_ms(ms)));
        case
    };
    sitting.press("p 2");
    let order = agree(&mut sitting);
    let entry = queued(&mut sitting, "a", order);
    give(&mut sitting, as_now("HIGH", 10_000));
    sitting.report(Report::Outbox(Box::new(OutboxEntry { progress: Progress::Verified, ..entry })));
    sitting.done();
    relist(&mut sitting, as_now("MEDIUM", 60_000).row, |_| {});
    assert!(asks_to_read(&sitting.press("u")), "only its vendor knows");
    assert_eq!(wishes(&sitting), [Change::Priority("MEDIUM".into())], "until then it is a question");
    sitting.report(Report::Case { rid: Rid(7), case: Arc::new(as_now("MEDIUM", 60_000)), read_at: at_ms(0), from: From::Disk });
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Review(_))), "the disk is not asked");
    give(&mut sitting, as_now("MEDIUM", 60_000));
    assert!(sitting.app.cx.overlays.is_empty());
    assert_eq!(
        sitting.said(),
        "#7 priority -> HIGH: it is taken back already, nothing is sent; there is no change before it in this sitting"
    );
    give(&mut sitting, as_now("HIGH", 90_000));
    sitting.press("u");
    assert_eq!(wishes(&sitting), [Change::Priority("MEDIUM".into())]);
    give(&mut sitting, as_now("HIGH", 90_000));
    assert_eq!(wishes(&sitting), [Change::Priority("MEDIUM".into())], "what still stands is taken back");
}
