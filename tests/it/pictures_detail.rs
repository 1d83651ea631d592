//! Pictures of the case: its tabs, what find marks, and what it says when it cannot be read.

use std::sync::Arc;

use caseload::domain::activity::{Activity, Topic};
use caseload::domain::case::{Attachment, Button, Case, ClosureCondition, ExternalLink, Field, FieldKind, Link, Named, Rid};
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::person::Person;
use caseload::domain::raw_body::RawBody;
use caseload::domain::record::{Record, RecordTable, Slice};
use caseload::domain::sla::Sla;
use caseload::domain::text::Clean;
use caseload::protocol::{From, Order, Report};
use caseload::tui::io::effect::Effect;

use crate::stage::{Stage, at, rows};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

fn pictures(name: &str, make: impl Fn((u16, u16)) -> Stage) {
    for size in SIZES {
        let stage = make(size);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), stage.picture());
    }
}

fn line(text: &str) -> Clean {
    Clean::line(text)
}

fn person(name: &str, is_service: bool) -> Person {
    Person { id: name.into(), name: line(name), is_service, ..Person::default() }
}

fn bare(key: &str) -> Case {
    let (_, row) = rows().into_iter().find(|(_, row)| row.key.as_str() == key).unwrap();
    Case {
        row,
        description: Clean::default(),
        author: None,
        opened_by: None,
        opened_at: None,
        closed_by: None,
        changed_by: None,
        group: None,
        case_type: None,
        attributes: Vec::new(),
        fields: Vec::new(),
        slas: Vec::new(),
        links: Vec::new(),
        tickets: Vec::new(),
        attachments: Vec::new(),
        buttons: Vec::new(),
        closure_conditions: Vec::new(),
        comment_count: None,
        activities: None,
        records: None,
        raw: RawBody::default(),
    }
}

/// The case of the drawings, whole: the first row.
fn impossible_travel() -> Case {
    let text = "j.doe signed in from Lagos (197.210.x.x) 6 min after Dublin. Session reached `/admin`.\n\n\
        - [x] Confirm with user\n- [ ] Reset **MFA**\n\n| ip | seen in |\n|---|---|\n| 197.210.64.9 | 2 other cases |\n\n\
        [runbook](https://wiki.example/travel)";
    Case {
        description: Clean::block(text),
        author: Some(person("Tines", true)),
        group: Some(Named { id: "1".into(), name: line("SOC-EMEA") }),
        slas: vec![
            // The exceeded one is shown first all the same.
            Sla { kind: line("response"), due_at: Some(at(-3_900)), exceeded: false, elapsed_percent: Some(40.0), current_s: None },
            Sla { kind: line("completion"), due_at: Some(at(720)), exceeded: true, elapsed_percent: Some(104.0), current_s: None },
        ],
        fields: vec![
            Field {
                id: "1".into(),
                input_id: "1".into(),
                name: line("Verdict"),
                kind: FieldKind::Select,
                values: Vec::new(),
                is_multi: false,
                options: vec![line("true positive"), line("false positive")],
            },
            Field {
                id: "2".into(),
                input_id: "2".into(),
                name: line("Affected business unit"),
                kind: FieldKind::Text,
                values: vec![line("Payroll")],
                is_multi: false,
                options: Vec::new(),
            },
        ],
        links: vec![Link { id: "4187".into(), title: line("OAuth consent: MailSync") }],
        tickets: vec![ExternalLink {
            system: line("Jira"),
            label: line("SEC-77"),
            url: Some(line("https://jira.example/SEC-77")),
            state: line("IN_PROGRESS"),
        }],
        buttons: vec![Button { id: "1".into(), label: line("Isolate host"), kind: line("webhook"), url: None }],
        closure_conditions: vec![ClosureCondition { name: line("has at least 1 assignee"), formula: line("SIZE(assignees) > 0") }],
        activities: Some(Slice { items: timeline(), next: Some(2), total: Some(64), malformed: 0 }),
        records: Some(Slice { items: tables(), next: Some(2), total: Some(40), malformed: 0 }),
        raw: RawBody(r#"{"case_id":4211,"actions":[{"id":1,"url":"https://t/webhook/x/s3cret","label":"Isolate host"}],"tags":[]}"#.into()),
        ..bare("#4211")
    }
}

fn entry(n: u32, before_s: i64, who: Option<Person>, kind: &str, topic: Topic, text: &str) -> Activity {
    Activity {
        id: n.to_string().into(),
        kind: line(kind),
        topic,
        who,
        at: Some(at(before_s)),
        text: Clean::block(text),
        file: None,
        is_deleted: false,
    }
}

fn timeline() -> Vec<Activity> {
    let lee = || Some(person("m.lee", false));
    vec![
        entry(1, 9_600, Some(person("Tines", true)), "CREATED", Topic::Other, ""),
        entry(2, 3_600, None, "RECORD_RESULT_SET_ADDED", Topic::Record, "Sign-in #88213 added to Sign-ins"),
        entry(3, 1_260, lee(), "SEVERITY_UPDATED", Topic::Change, "HIGH -> CRITICAL"),
        entry(
            4,
            1_140,
            lee(),
            "COMMENTED",
            Topic::Comment,
            "User confirms **not** travelling. Sessions revoked 14:02. Waiting for HR on device.",
        ),
        Activity { is_deleted: true, ..entry(5, 600, lee(), "DELETED_COMMENT", Topic::Comment, "gone") },
    ]
}

fn tables() -> Vec<RecordTable> {
    let record =
        |n: u32, cells: [&str; 4]| Record { id: n.to_string().into(), cells: cells.map(line).to_vec(), created_at: Some(at(7_200)) };
    vec![
        RecordTable {
            type_id: "1".into(),
            type_name: line("Sign-ins"),
            columns: ["User", "Address", "Country", "Risk"].map(line).to_vec(),
            rows: vec![
                record(88_213, ["j.doe", "197.210.64.9", "Nigeria", "92"]),
                record(88_207, ["j.doe", "87.32.10.4", "Ireland", "3"]),
                record(88_199, ["m.lee", "203.0.113.7", "", ""]),
            ],
        },
        RecordTable {
            type_id: "2".into(),
            type_name: line("Files"),
            columns: ["Name", "SHA-256", "Verdict", "Host"].map(line).to_vec(),
            rows: vec![record(7, ["inv.js", "9f2c7e01aa55b1c3d9e8f70021ab34cd56ef7890aa55b1c3d9e8f70021ab34cd", "malicious", "WS-1190"])],
        },
    ]
}

/// The case under the cursor has come from the vendor, and has the keys.
fn opened(size: (u16, u16), rid: u32, case: Case) -> Stage {
    let mut stage = Stage::usual(size);
    while stage.app.model.list.cursor() != Some(Rid(rid)) {
        stage.press("j");
    }
    stage.press("Enter");
    stage.report(Report::Case { rid: Rid(rid), case: Arc::new(case), read_at: at(180), from: From::Network });
    settle(&mut stage);
    stage
}

/// What was asked about the case is answered, so that nothing is being read.
fn settle(stage: &mut Stage) {
    let open: Vec<_> = stage.app.cx.pending.iter().map(|(ticket, _)| ticket).collect();
    for ticket in open {
        stage.report(Report::Done { ticket, result: Ok(()) });
    }
}

#[test]
fn overview() {
    pictures("overview", |size| opened(size, 1, impossible_travel()));
}

#[test]
fn overview_further_down() {
    pictures("overview_end", |size| {
        let mut stage = opened(size, 1, impossible_travel());
        stage.press("G");
        stage
    });
}

#[test]
fn activity() {
    pictures("activity", |size| {
        let mut stage = opened(size, 1, impossible_travel());
        stage.press("]");
        settle(&mut stage);
        stage
    });
}

#[test]
fn records() {
    pictures("records", |size| {
        let mut stage = opened(size, 1, impossible_travel());
        stage.press("] ] j");
        settle(&mut stage);
        stage
    });
}

#[test]
fn one_record() {
    pictures("record", |size| {
        let mut stage = opened(size, 1, impossible_travel());
        stage.press("] ] G Enter");
        settle(&mut stage);
        stage
    });
}

#[test]
fn fields() {
    pictures("fields", |size| {
        let mut stage = opened(size, 1, impossible_travel());
        stage.press("] ] ]");
        stage
    });
}

#[test]
fn files() {
    pictures("files", |size| {
        let file = |name: &str, abuse: &str| Attachment {
            id: name.into(),
            name: line(name),
            content_type: line("image/png"),
            size_bytes: Some(49_152),
            sha256: line("9f2c7e01aa55b1c3d9e8f70021ab34cd56ef7890aa55b1c3d9e8f70021ab34cd"),
            url: None,
            abuse_status: line(abuse),
            visibility: line("private"),
            created_at: Some(at(86_400)),
            ..Attachment::default()
        };
        let case = Case { attachments: vec![file("screenshot.png", "clean"), file("trade\u{202e}gpj.exe", "flagged")], ..bare("c_81f0") };
        let mut stage = opened(size, 8, case);
        stage.press("] ] ] ]");
        stage
    });
}

#[test]
fn raw() {
    pictures("raw", |size| {
        let mut stage = opened(size, 1, impossible_travel());
        stage.press("[");
        stage
    });
}

#[test]
fn finding() {
    pictures("finding", |size| {
        let mut stage = opened(size, 1, impossible_travel());
        stage.press("/");
        stage.text("con");
        stage
    });
}

#[test]
fn not_read_and_why() {
    pictures("not_read", |size| {
        let mut stage = Stage::usual(size);
        let effects = stage.press("Enter");
        let ticket = effects.iter().find_map(|effect| match effect {
            Effect::Send(ticket, Order::Open { .. }) => Some(*ticket),
            _ => None,
        });
        let fault = Fault::new(FaultKind::Unreachable, "acme.tines.com: connection refused");
        stage.report(Report::Done { ticket: ticket.unwrap(), result: Err(fault) });
        settle(&mut stage);
        stage
    });
}

#[test]
fn no_tab_panics_at_any_size() {
    for width in [1, 2, 3, 5, 8, 13, 21, 39, 40, 41, 59, 60, 79, 80, 109, 110, 150, 300] {
        for height in [1, 2, 3, 6, 9, 10, 11, 13, 14, 19, 20, 24, 50, 100] {
            let mut stage = opened((120, 36), 1, impossible_travel());
            stage.app.update(caseload::tui::io::message::Message::Resize(width, height));
            for _ in 0..6 {
                stage.press("j J G ]");
                stage.picture();
            }
            stage.press("/");
            stage.text("漢字 a");
            stage.picture();
        }
    }
}
