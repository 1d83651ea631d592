//! Pictures of the verbs on a case: boxes, conditions for closing, the countdown, the outbox, and leaving.

use std::sync::Arc;

use caseload::domain::case::{Case, CaseId, ClosureCondition, Priority, Rid, State};
use caseload::domain::change::Change;
use caseload::domain::directory::{Directory, StatusOption};
use caseload::domain::edit::{Call, Edit, Method, OutboxEntry, Plan, PlanLine, Progress};
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::merge::Conflict;
use caseload::domain::part::Part;
use caseload::domain::person::Person;
use caseload::domain::text::Clean;
use caseload::protocol::{From, Order, Report};
use caseload::tui::io::effect::Effect;
use caseload::tui::io::message::Message;
use serde_json::json;

use crate::pictures_form::whole;
use crate::stage::{Stage, at, rows};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

fn pictures(name: &str, make: impl Fn((u16, u16)) -> Stage) {
    for size in SIZES {
        let stage = make(size);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), stage.picture());
    }
}

fn person(id: &str, name: &str) -> Person {
    let mail = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    Person { id: id.into(), name: Clean::line(name), email: Clean::line(&mail), is_service: false }
}

fn case(key: &str) -> (Rid, Case) {
    let (rid, row) = rows().into_iter().find(|(_, row)| row.key.as_str() == key).unwrap();
    (rid, whole(row))
}

/// All sources and rows, the cursor on a case that is whole.
fn on(size: (u16, u16), key: &str) -> Stage {
    let mut stage = Stage::usual(size);
    let status = |state, name: &str| StatusOption { state, name: Clean::line(name), id: name.into(), group: "".into() };
    let statuses = vec![status(State::Open, "To do"), status(State::InProgress, "In progress"), status(State::Closed, "Closed")];
    let people = ["A. Rossi", "K. Tan", "M. Lee", "Zoë van den Berg", "王小明", "J. Doe"];
    let people: Vec<_> = people.into_iter().enumerate().map(|(n, name)| person(&n.to_string(), name)).collect();
    let directory = Arc::new(Directory { me: Some(people[0].clone()), people, statuses, ..Directory::default() });
    let (rid, mut case) = case(key);
    for id in 0..2 {
        stage.report(Report::Directory(caseload::domain::case::SourceId(id), Arc::clone(&directory)));
    }
    case.closure_conditions = vec![
        condition("Somebody owns it", "=SIZE(team_case.assignees) > 0"),
        condition("At least three tags", "=SIZE(team_case.tags) > 2"),
        condition("Review written", "=CONTAINS(team_case.description, \"## Review\")"),
    ];
    stage.report(Report::Case { rid, case: Arc::new(case), read_at: at(20), from: From::Network });
    let steps = stage.app.model.list.order().iter().position(|known| *known == rid).unwrap();
    for _ in 0..steps {
        stage.press("j");
    }
    stage
}

fn condition(name: &str, formula: &str) -> ClosureCondition {
    ClosureCondition { name: Clean::line(name), formula: Clean::line(formula) }
}

fn call(makes: usize) -> Call {
    Call {
        method: Method::Put,
        path: "/api/v2/cases/4198".into(),
        body: Some(json!({ "status": "CLOSED" })),
        makes: vec![makes],
        lasting: None,
        stays: Vec::new(),
    }
}

/// Answers the plan that was asked for.
fn planned(stage: &mut Stage, effects: &[Effect], part: Part, old: &str, new: &str) {
    let ticket = effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Send(ticket, Order::Plan { .. }) => Some(*ticket),
            _ => None,
        })
        .expect("a plan was asked for");
    let lines = vec![PlanLine { part, old: old.into(), new: new.into() }];
    stage.report(Report::Planned { ticket, plan: Plan { lines, calls: vec![call(0)], side_effects: Vec::new() } });
    stage.report(Report::Done { ticket, result: Ok(()) });
}

#[test]
fn whom_to_assign() {
    pictures("people", |size| {
        let mut stage = on(size, "#4198");
        stage.press("a Down");
        stage
    });
    pictures("people_narrowed", |size| {
        let mut stage = on(size, "SEC-879");
        stage.press("a");
        stage.text("zo");
        stage
    });
}

#[test]
fn tags_to_add_and_remove() {
    pictures("tags", |size| {
        let mut stage = on(size, "#4198");
        stage.press("t");
        stage.text("+mfa -vip -lo");
        stage
    });
    pictures("tags_empty", |size| {
        let mut stage = on(size, "#4198");
        stage.press("t");
        stage
    });
}

#[test]
fn closing_with_conditions() {
    pictures("close", |size| {
        let mut stage = on(size, "#4198");
        let effects = stage.press("x");
        planned(&mut stage, &effects, Part::Status, "To do", "Closed");
        stage
    });
}

fn entry(id: &str, key: &str, source: u8, changes: Vec<Change>) -> OutboxEntry {
    let case = CaseId { source: caseload::domain::case::SourceId(source), id: key.trim_start_matches('#').into() };
    let calls = (0..changes.len()).map(call).collect();
    OutboxEntry::queued(id, Edit::unguarded(case, changes), Plan { calls, ..Plan::default() }, at(90))
}

/// Every state that an entry can be in.
fn every_state(stage: &mut Stage) {
    let status =
        |name: &str| Change::Status(StatusOption { state: State::InProgress, name: Clean::line(name), id: "".into(), group: "".into() });
    let fault = |kind, words: &str| Fault::new(kind, words).with_status(422);
    let entries = [
        OutboxEntry { send_after: Some(at(-4)), ..entry("1", "#4198", 1, vec![status("In progress")]) },
        entry("2", "#4198", 1, vec![Change::Comment("x".repeat(212))]),
        OutboxEntry {
            progress: Progress::Unknown { fault: Fault::new(FaultKind::Cut, "the answer broke off"), done: 0 },
            ..entry("3", "SEC-882", 0, vec![Change::Priority("P1".into())])
        },
        OutboxEntry {
            progress: Progress::Parked { fault: fault(FaultKind::Rejected, "assignee_id: is not a user of this organisation"), done: 2 },
            ..entry("4", "SEC-879", 0, vec![Change::Priority("P1".into()), status("In progress"), Change::Assign(person("9", "K. Tan"))])
        },
        OutboxEntry {
            progress: Progress::Parked { fault: Fault::new(FaultKind::Conflict, "k.tan changed the priority too"), done: 0 },
            conflict: Some(Conflict { by: None, by_me: false, at: None, merges: Vec::new() }),
            ..entry("5", "SEC-870", 0, vec![Change::Priority("P2".into())])
        },
        OutboxEntry { is_held: true, ..entry("6", "#4160", 1, vec![Change::AddTags(vec!["usb".into()])]) },
        OutboxEntry { progress: Progress::Sending { done: 1, calls: 5 }, ..entry("7", "SEC-861", 0, vec![Change::Archive]) },
    ];
    for entry in entries {
        stage.report(Report::Outbox(Box::new(entry)));
    }
    while stage.app.cx.notices.shown().is_some() {
        stage.press("Esc");
    }
}

#[test]
fn the_outbox() {
    pictures("outbox", |size| {
        let mut stage = Stage::usual(size);
        every_state(&mut stage);
        stage.press("g o 3 j");
        stage
    });
    pictures("outbox_waiting", |size| {
        let mut stage = Stage::usual(size);
        stage.report(Report::Outbox(Box::new(OutboxEntry {
            send_after: Some(at(-4)),
            ..entry("1", "#4198", 1, vec![Change::Priority("LOW".into())])
        })));
        stage.press("g o");
        stage
    });
}

#[test]
fn the_outbox_without_the_network_promises_no_try() {
    for (progress, says) in [
        (Progress::Queued, "it is sent with the next caseload started without --offline; p holds it; d drops it"),
        (Progress::Sending { done: 0, calls: 1 }, "it goes on with the next caseload started without --offline"),
        (Progress::Sent, "it goes on with the next caseload started without --offline"),
        (
            Progress::Unknown { fault: Fault::new(FaultKind::Cut, "the answer broke off"), done: 0 },
            "r tries it again in a caseload started without --offline",
        ),
    ] {
        let mut stage = Stage::with((140, 40), |setup| setup.offline = true);
        stage.sources();
        let delayed_by = Some(Fault::new(FaultKind::TimedOut, "no answer within 5 s"));
        let entry = OutboxEntry { progress, delayed_by, ..entry("1", "#4198", 1, vec![Change::Priority("LOW".into())]) };
        stage.report(Report::Outbox(Box::new(entry)));
        stage.press("g o");
        let pane = |line: &str| line.rsplit("││").next().unwrap_or_default().trim_matches(['│', ' ']).to_owned();
        let picture = stage.picture().lines().map(pane).collect::<Vec<_>>().join(" ");
        assert!(picture.contains(says) && !picture.contains("by itself") && !picture.contains("tries now"), "{picture}");
    }
}

#[test]
fn what_waits_is_counted_down() {
    pictures("countdown", |size| {
        let mut stage = Stage::usual(size);
        stage.report(Report::Outbox(Box::new(OutboxEntry {
            send_after: Some(at(-5)),
            ..entry("1", "#4198", 1, vec![Change::Priority("LOW".into())])
        })));
        stage.wait_ms(1_200);
        stage
    });
}

#[test]
fn leaving_with_unsent_edits() {
    pictures("quit", |size| {
        let mut stage = Stage::usual(size);
        every_state(&mut stage);
        stage.press("Q");
        stage
    });
}

#[test]
fn taking_back() {
    pictures("undo", |size| {
        let mut stage = on(size, "#4198");
        let effects = stage.press("p 4");
        planned(&mut stage, &effects, Part::Priority, "HIGH", "LOW");
        stage.wait_ms(400);
        let effects = stage.press("y");
        let Some(Effect::Send(ticket, Order::Submit { edit, .. })) = effects.first() else { panic!("{effects:?}") };
        let sent = OutboxEntry { progress: Progress::Verified, ..OutboxEntry::queued("1", edit.clone(), Plan::default(), at(0)) };
        stage.report(Report::Done { ticket: *ticket, result: Ok(()) });
        stage.report(Report::Outbox(Box::new(OutboxEntry { progress: Progress::Queued, ..sent.clone() })));
        let (rid, mut low) = case("#4198");
        low.row.priority = Some(Priority::read("LOW"));
        stage.report(Report::Case { rid, case: Arc::new(low), read_at: stage.now, from: From::Network });
        stage.report(Report::Outbox(Box::new(sent)));
        let effects = stage.press("u");
        planned(&mut stage, &effects, Part::Priority, "LOW", "HIGH");
        stage
    });
}

#[test]
fn pasted_text_goes_into_the_box() {
    let mut stage = on((80, 24), "#4198");
    stage.press("t");
    stage.app.update(Message::Paste("+vip2\ny".into()));
    assert!(stage.picture().contains("+vip2 y"));
}
