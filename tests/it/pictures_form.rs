//! Pictures of the edit form and the review of what it would send.

use std::sync::Arc;

use caseload::domain::aspect::{Aspect, Value};
use caseload::domain::case::{Case, Field, FieldKind, Named, Row, State, Status, Vendor};
use caseload::domain::change::Change;
use caseload::domain::directory::{CaseType, Directory, StatusOption};
use caseload::domain::edit::{Call, Edit, Method, OutboxEntry, Plan, PlanLine, Progress};
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::merge::{Conflict, Merge, Outcome, Piece};
use caseload::domain::part::Part;
use caseload::domain::person::Person;
use caseload::domain::raw_body::RawBody;
use caseload::domain::text::Clean;
use caseload::protocol::{From, Order, Quota, Report, SourceInfo, Ticket};
use caseload::tui::io::effect::Effect;
use caseload::tui::io::message::Message;
use serde_json::json;

use crate::stage::{Stage, at, full, info, rows};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

fn pictures(name: &str, make: impl Fn((u16, u16)) -> Stage) {
    for size in SIZES {
        let stage = make(size);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), stage.picture());
    }
}

/// The third row of the drawings, whole: a Datadog case.
fn case() -> Case {
    whole(rows().into_iter().find(|(_, row)| row.key.as_str() == "SEC-882").unwrap().1)
}

/// A case with nothing but its row and a description.
pub(crate) fn whole(row: Row) -> Case {
    Case {
        row,
        description: Clean::block("## What\n5xx on canary gateway only; stable pool is healthy.\n\n## Next\n- find owner"),
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

fn status(state: State, name: &str) -> StatusOption {
    StatusOption { state, name: Clean::line(name), id: "".into(), group: "".into() }
}

/// The cursor on SEC-882, its case and directory read.
fn at_case(size: (u16, u16)) -> Stage {
    let mut stage = Stage::bare(size);
    stage.sources();
    let row = rows().into_iter().filter(|(_, row)| row.key.as_str() == "SEC-882").collect();
    stage.report(Report::Rows { rows: row, from: From::Network });
    stage.all_full();
    let quota = Quota { limit: 300, remaining: 298, resets_at: at(-9), period_s: 10 };
    stage.source(0, caseload::protocol::SourceState { quota: Some(quota), ..full() });
    stage.report(Report::Directory(case().row.id.source, Arc::new(Directory { statuses: statuses(), ..Directory::default() })));
    read(&mut stage, case());
    stage
}

fn statuses() -> Vec<StatusOption> {
    vec![status(State::Open, "Open"), status(State::InProgress, "In progress"), status(State::Closed, "Closed")]
}

fn read(stage: &mut Stage, case: Case) {
    let rid = rows().into_iter().find(|(_, row)| row.key.as_str() == "SEC-882").unwrap().0;
    stage.report(Report::Case { rid, case: Arc::new(case), read_at: at(20), from: From::Network });
}

/// The same where the case's type is known, so that its statuses go by their names.
fn at_typed_case(size: (u16, u16)) -> Stage {
    let mut stage = at_case(size);
    let standard = Named { id: "standard".into(), name: Clean::line("Standard") };
    let case_types = vec![CaseType { id: standard.id.clone(), name: standard.name.clone(), statuses: statuses() }];
    stage.report(Report::Directory(case().row.id.source, Arc::new(Directory { case_types, ..Directory::default() })));
    read(&mut stage, Case { case_type: Some(standard), ..case() });
    stage
}

fn plan() -> Plan {
    let line = |part, old: &str, new: &str| PlanLine { part, old: old.into(), new: new.into() };
    let call = |path: &str, attributes: serde_json::Value, lasting: Option<&str>| Call {
        method: Method::Post,
        path: format!("/api/v2/cases/SEC-882/{path}"),
        body: Some(json!({ "data": { "type": "case", "attributes": attributes } })),
        makes: vec![0],
        lasting: lasting.map(str::to_owned),
        stays: Vec::new(),
    };
    Plan {
        lines: vec![
            line(Part::Priority, "P1", "P2"),
            line(
                Part::Description,
                case().description.as_str(),
                "## What\n5xx on canary gateway only; stable pool is healthy.\n\n## Next\n- roll back canary 2026.11.20-3",
            ),
            line(Part::Comment, "", "Rolling back now.\nWatch the canary."),
        ],
        calls: vec![
            call("priority", json!({ "priority": "P2" }), None),
            call("description", json!({ "description": "…" }), None),
            call("comment", json!({ "comment": "Rolling back now.\nWatch the canary." }), Some("a comment is seen by everybody at once")),
        ],
        side_effects: vec!["watchers are notified".into()],
    }
}

/// Ctrl-s, answered with the plan above.
fn review(stage: &mut Stage) {
    let effects = stage.press("Ctrl-s");
    let ticket = plan_ticket(&effects);
    stage.report(Report::Planned { ticket, plan: plan() });
    stage.report(Report::Done { ticket, result: Ok(()) });
}

fn plan_ticket(effects: &[Effect]) -> Ticket {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Send(ticket, Order::Plan { .. } | Order::PlanDecided { .. }) => Some(*ticket),
            _ => None,
        })
        .expect("a plan was asked for")
}

#[test]
fn form_untouched() {
    pictures("form_untouched", |size| {
        let mut stage = at_case(size);
        stage.press("e");
        stage
    });
}

#[test]
fn form_changed() {
    pictures("form_changed", |size| {
        let mut stage = at_typed_case(size);
        stage.press("e Ctrl-e");
        stage.text(" (gateway canary)");
        stage.press("Tab Right Tab Right Tab Tab");
        stage.text("Rolling back now.");
        stage
    });
}

#[test]
fn a_form_without_its_directory_names_no_status_that_the_vendor_picks() {
    let mut stage = Stage::bare((120, 36));
    stage.report(Report::Sources(vec![info(0, Vendor::Datadog)]));
    let row = rows().into_iter().filter(|(_, row)| row.key.as_str() == "SEC-882").collect();
    stage.report(Report::Rows { rows: row, from: From::Disk });
    stage.report(Report::DiskRead { rows: 1 });
    read(&mut stage, case());
    stage.press("e Tab Right");
    let picture = stage.picture();
    assert!(picture.contains("(the vendor picks which)"), "{picture}");
}

#[test]
fn form_invalid() {
    pictures("form_invalid", |size| {
        let mut stage = at_case(size);
        stage.press("e Ctrl-k Ctrl-s");
        stage
    });
}

#[test]
fn form_where_the_vendor_lacks_fields() {
    pictures("form_serverops", |size| {
        let mut stage = at_case(size);
        let numbered = |id| SourceInfo { code: format!("S{}", id + 1).into(), ..info(id, Vendor::ServerOps) };
        let cards: Vec<SourceInfo> = (0..3).map(numbered).collect();
        stage.report(Report::Sources(cards));
        let rid = rows().into_iter().find(|(_, row)| row.key.as_str() == "SEC-882").unwrap().0;
        stage.report(Report::Case { rid, case: Arc::new(case()), read_at: at(20), from: From::Network });
        stage.press("e");
        stage
    });
}

#[test]
fn comment_box() {
    pictures("comment_box", |size| {
        let mut stage = at_case(size);
        stage.press("c");
        stage.app.update(Message::Paste("Rolling back now.\nWatch the canary, please: the last one took an hour to show.".into()));
        stage
    });
}

#[test]
fn comment_box_beside_a_draft_of_something_else() {
    pictures("comment_box_empty", |size| {
        let mut stage = at_case(size);
        stage.press("e");
        stage.text("Now: ");
        stage.press("Esc c");
        stage
    });
}

#[test]
fn conflict_with_oneself() {
    pictures("conflict_own", |size| {
        let mut stage = at_conflict_with(size, Conflict { by_me: true, ..conflict() });
        stage.press("j");
        stage
    });
}

#[test]
fn conflict_that_is_decided_shows_its_calls() {
    pictures("conflict_decided", |size| {
        let mut stage = at_conflict(size);
        stage.wait_ms(400);
        stage.press("t m");
        let effects = stage.press("Ctrl-s");
        let mut shown = plan();
        shown.lines.retain(|line| line.part != Part::Priority);
        shown.calls.remove(0);
        stage.report(Report::Planned { ticket: plan_ticket(&effects), plan: shown });
        stage
    });
}

/// A plan whose texts are longer than a line of a narrow screen: a title, a long list of tags, and a comment of one paragraph.
fn long_plan() -> Plan {
    let words = |prefix: &str| (0..40).map(|n| format!("{prefix}{n:02}")).collect::<Vec<_>>();
    let line = |part, old: String, new: String| PlanLine { part, old, new };
    let tags = words("tag");
    let lines = vec![
        line(Part::Title, words("old").join(" "), words("new").join(" ")),
        line(Part::Tags, tags[..39].join(", "), tags[1..].join(", ")),
        line(Part::Comment, String::new(), words("said").join(" ")),
    ];
    Plan { lines, ..plan() }
}

#[test]
fn what_will_be_written_is_wholly_readable_with_its_marks() {
    for size in [(40, 12), (80, 24), (120, 36)] {
        let mut stage = at_case(size);
        stage.press("e Tab Tab Right");
        let effects = stage.press("Ctrl-s");
        stage.report(Report::Planned { ticket: plan_ticket(&effects), plan: long_plan() });
        let mut seen = String::new();
        for _ in 0..60 {
            seen.push_str(&stage.picture());
            stage.press("j");
        }
        for word in ["old", "new", "said"].iter().flat_map(|prefix| (0..40).map(move |n| format!("{prefix}{n:02}"))) {
            let mark = if word.starts_with("old") { "- " } else { "+ " };
            let is_marked = |line: &str| line.contains(&word) && line.contains(mark);
            assert!(seen.lines().any(is_marked), "{size:?}: {word}\n{}", stage.picture());
        }
        for tag in ["- tag00", "+ tag39"] {
            assert!(seen.contains(tag), "{size:?}: {tag}\n{seen}");
        }
    }
}

#[test]
fn review_of_three_calls() {
    pictures("review", |size| {
        let mut stage = at_case(size);
        stage.press("e Tab Tab Right");
        review(&mut stage);
        stage
    });
}

#[test]
fn review_that_could_not_be_saved() {
    pictures("review_failed", |size| {
        let mut stage = at_case(size);
        stage.press("e Tab Tab Right");
        review(&mut stage);
        stage.wait_ms(400);
        let effects = stage.press("y");
        let Some(Effect::Send(ticket, Order::Submit { .. })) = effects.first() else { panic!("{effects:?}") };
        let fault = Fault::new(FaultKind::DiskFull, "the disk is full: outbox.db could not be written");
        stage.report(Report::Done { ticket: *ticket, result: Err(fault) });
        stage
    });
}

#[test]
fn priority_menu() {
    pictures("priority_menu", |size| {
        let mut stage = at_case(size);
        stage.press("p");
        stage
    });
}

/// Another vendor's case with people, tags and a field of every kind.
fn at_rich_case(size: (u16, u16)) -> Stage {
    let mut stage = Stage::bare(size);
    stage.sources();
    let (rid, row) = rows().into_iter().find(|(_, row)| row.key.as_str() == "#4198").unwrap();
    stage.report(Report::Rows { rows: vec![(rid, row.clone())], from: From::Network });
    stage.all_full();
    let field = |name: &str, kind, value: &str, options: &[&str]| Field {
        id: name.into(),
        input_id: name.into(),
        name: Clean::line(name),
        kind,
        values: vec![Clean::line(value)],
        is_multi: false,
        options: options.iter().map(|option| Clean::line(option)).collect(),
    };
    let fields = vec![
        field("Operating system", FieldKind::Select, "Linux", &["Windows 11", "macOS 15", "Linux"]),
        field("People affected", FieldKind::Number, "14", &[]),
        field("Runbook", FieldKind::Url, "https://wiki.example.test/phish", &[]),
        field("Personal data", FieldKind::Bool, "true", &[]),
        field("Seen first", FieldKind::Time, "2026-11-20T08:00:00Z", &[]),
        field("Score card", FieldKind::Other(Clean::line("hologram")), "x", &[]),
    ];
    let case = Case { row, fields, ..case() };
    stage.report(Report::Case { rid, case: Arc::new(case), read_at: at(20), from: From::Network });
    stage
}

#[test]
fn form_with_fields() {
    pictures("form_fields", |size| {
        let mut stage = at_rich_case(size);
        stage.press("e Shift-Tab Shift-Tab Shift-Tab");
        stage.text("http//");
        stage.press("Shift-Tab Shift-Tab Left");
        stage.press("Tab Tab");
        stage
    });
}

#[test]
fn form_whose_case_was_changed_by_somebody() {
    pictures("form_moved", |size| {
        let mut stage = at_rich_case(size);
        stage.press("e");
        stage.text("Now: ");
        stage.wait_ms(500);
        let (rid, row) = rows().into_iter().find(|(_, row)| row.key.as_str() == "#4198").unwrap();
        let row =
            Row { updated_at: Some(at(5)), status: Status { state: Some(State::InProgress), name: Clean::line("In progress") }, ..row };
        let changed_by = Some(Person { id: "9".into(), name: Clean::line("m.lee"), ..Person::default() });
        let case = Case { row, changed_by, ..case() };
        stage.report(Report::Case { rid, case: Arc::new(case), read_at: at(0), from: From::Network });
        stage
    });
}

fn conflict() -> Conflict {
    let text = |text: &str| Value::Text(text.into());
    let set = |words: &[&str]| Value::Set(words.iter().map(|word| (*word).to_owned()).collect());
    let merge = |part, base, theirs, mine, outcome| Merge { aspect: Aspect::of_part(part), base, theirs, mine, outcome };
    let whole = |base: &str, theirs: &str, mine: &str| {
        Outcome::Overlap(vec![Piece::Overlap { base: base.into(), theirs: theirs.into(), mine: mine.into() }])
    };
    let pieces = vec![
        Piece::Agreed("## What\n14 mailboxes received the mail between 09:02 and 09:11.\n".into()),
        Piece::Theirs("11 opened it, 2 entered credentials (k.tan, p.osei).\n".into()),
        Piece::Mine("Kit hash 9f2c..e1 matches the campaign of 12 Nov.\n".into()),
        Piece::Agreed("## Next\n".into()),
        Piece::Overlap {
            base: "- reset passwords\n".into(),
            theirs: "- reset passwords for the two users   (m.lee, doing it)\n".into(),
            mine: "- reset passwords for all 14 users\n".into(),
        },
    ];
    Conflict {
        by: Some(Clean::line("m.lee")),
        by_me: false,
        at: Some(at(60)),
        merges: vec![
            merge(Part::Status, text("To do"), text("In progress"), text("In progress"), Outcome::Same),
            merge(Part::Priority, text("HIGH"), text("CRITICAL"), text("MEDIUM"), whole("HIGH", "CRITICAL", "MEDIUM")),
            merge(
                Part::Tags,
                set(&["phish", "triage"]),
                set(&["phish", "triage", "vip"]),
                set(&["phish", "phish-kit"]),
                Outcome::Merged(set(&["x"])),
            ),
            merge(Part::Description, text("a\nb\n"), text("a\nb\nc\n"), text("a\nb\nc\nd\n"), Outcome::Overlap(pieces)),
        ],
    }
}

fn at_conflict(size: (u16, u16)) -> Stage {
    at_conflict_with(size, conflict())
}

fn at_conflict_with(size: (u16, u16), conflict: Conflict) -> Stage {
    let mut stage = at_rich_case(size);
    let (_, row) = rows().into_iter().find(|(_, row)| row.key.as_str() == "#4198").unwrap();
    let case = Case { row, ..case() };
    let edit = Edit::new(&case, vec![Change::Priority("MEDIUM".into())]);
    let fault = Fault::new(FaultKind::Conflict, "somebody else changed the same");
    let entry = OutboxEntry {
        progress: Progress::Parked { fault, done: 0 },
        conflict: Some(conflict),
        ..OutboxEntry::queued("e1", edit, Plan::default(), at(90))
    };
    stage.report(Report::Outbox(Box::new(entry)));
    stage.press("e");
    stage.wait_ms(400);
    stage
}

#[test]
fn conflict_undecided() {
    pictures("conflict", |size| {
        let mut stage = at_conflict(size);
        stage.press("j");
        stage
    });
}

#[test]
fn conflict_half_decided() {
    pictures("conflict_half", |size| {
        let mut stage = at_conflict(size);
        stage.press("t Ctrl-s");
        stage
    });
}

#[test]
fn conflict_written_anew() {
    pictures("conflict_write", |size| {
        let mut stage = at_conflict(size);
        stage.press("t e");
        stage.text("m.lee does it: ");
        stage
    });
}

#[test]
fn choices_that_do_not_fit_are_left_out_whole() {
    let names = ["Open", "In progress", "Escalated", "Waiting for the vendor", "Closed"];
    for width in 40..=99 {
        let mut stage = at_case((width, 24));
        let statuses = names.map(|name| status(if name == "Closed" { State::Closed } else { State::InProgress }, name)).to_vec();
        stage.report(Report::Directory(case().row.id.source, Arc::new(Directory { statuses, ..Directory::default() })));
        stage.press("e Tab");
        for chosen in 0..names.len() {
            let picture = stage.picture();
            let line = picture.lines().find(|line| line.trim_start_matches(['>', ' ']).starts_with("Status")).unwrap();
            let shown = line.trim_start_matches(['>', ' ']).trim_start_matches("Status").trim_end().trim_end_matches(" M");
            // The chosen one is in sight also where it has not all the room it needs, and says so.
            let rest = names.iter().fold(shown.replace("Waiting for the..", ""), |rest, name| rest.replace(name, ""));
            assert!(rest.chars().all(|c| " <>".contains(c)), "{width} {chosen}: {line}");
            stage.press("Right");
        }
    }
}

#[test]
fn of_two_sources_of_one_vendor_the_form_and_every_question_say_which() {
    let sees = |stage: &Stage, words: &str| assert!(stage.picture().contains(words), "{words}\n{}", stage.picture());
    for size in SIZES {
        let mut stage = at_case(size);
        let of = |id: u8, code: &str| SourceInfo { code: code.into(), ..info(id, Vendor::Datadog) };
        stage.report(Report::Sources(vec![of(0, "D1"), of(1, "D2")]));
        let statuses = vec![status(State::Open, "Open"), status(State::Closed, "Closed"), status(State::Closed, "Not an issue")];
        stage.report(Report::Directory(case().row.id.source, Arc::new(Directory { statuses, ..Directory::default() })));
        for (key, words) in [("p", "priority of D1 SEC-882"), ("x", "Close as: D1 SEC-882"), ("t", "Attributes of D1 SEC-882")] {
            stage.press(key);
            sees(&stage, words);
            stage.press("Esc");
        }
        stage.press("e");
        sees(&stage, "D1 SEC-882  API");
        stage.text("x");
        review(&mut stage);
        sees(&stage, "Send these 3 calls to D1 SEC-882?");
    }
}
