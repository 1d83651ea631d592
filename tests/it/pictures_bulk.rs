//! Pictures of marks, the dry run, a bulk change on its way, and the triage run.

use std::sync::Arc;

use caseload::domain::batch::Batch;
use caseload::domain::bulk::{Row, Sends, Verdict};
use caseload::domain::busy::Busy;
use caseload::domain::case::{Case, Rid};
use caseload::domain::change::Change;
use caseload::domain::edit::{Call, Edit, Method, OutboxEntry, Plan, PlanLine, Progress};
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::part::Part;
use caseload::domain::text::Clean;
use caseload::protocol::{From, Order, Report};
use caseload::tui::io::effect::Effect;

use crate::pictures_form::whole;
use crate::stage::{Stage, at, rows};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

fn pictures(name: &str, make: impl Fn((u16, u16)) -> Stage) {
    for size in SIZES {
        let stage = make(size);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), stage.picture());
    }
}

fn cases() -> Vec<(Rid, Case)> {
    rows().into_iter().take(9).map(|(rid, row)| (rid, whole(row))).collect()
}

fn verdict(n: usize, case: &Case) -> Verdict {
    let line = |part, old: &str, new: &str| PlanLine { part, old: old.into(), new: new.into() };
    let call = Call {
        method: Method::Put,
        path: format!("/api/v2/cases/{}", case.row.id.id),
        body: None,
        makes: vec![0],
        lasting: None,
        stays: Vec::new(),
    };
    let plan = Plan {
        lines: vec![line(Part::Status, case.row.status.name.as_str(), "Closed"), line(Part::Tags, "", "fp-diskpressure")],
        calls: vec![call; 1 + n % 2],
        side_effects: Vec::new(),
    };
    let edit = Edit::new(case, vec![Change::AddTags(vec!["fp-diskpressure".into()])]);
    let objections = if n == 1 { vec!["has at least 1 assignee".into()] } else { Vec::new() };
    let busy = (n == 2).then(|| Busy { who: Clean::line("m.lee"), at: at(240) });
    match n {
        3 => Verdict::Cannot("tag: ServerOps cases have no tags".into()),
        4 => Verdict::Nothing,
        _ => Verdict::Sends(Box::new(Sends { edit, lines: plan.lines.clone(), plan, objections, busy })),
    }
}

fn marked(size: (u16, u16)) -> Stage {
    let mut stage = Stage::usual(size);
    stage.all_full();
    stage.press("Space Space Space j Space");
    stage
}

fn dry_run(size: (u16, u16)) -> Stage {
    let mut stage = marked(size);
    stage.press("i");
    let effects = stage.press("Esc i");
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::Send(ticket, Order::PlanBulk { .. }) => Some(*ticket),
        _ => None,
    });
    let ticket = ticket.unwrap();
    let row = |(n, (rid, case)): (usize, (Rid, Case))| Row {
        rid,
        case: case.row.id.clone(),
        key: case.row.key.clone(),
        title: case.row.title.clone(),
        verdict: verdict(n, &case),
    };
    stage.report(Report::BulkPlanned { ticket, rows: cases().into_iter().enumerate().map(row).collect() });
    stage.report(Report::Done { ticket, result: Ok(()) });
    stage
}

fn under_way(size: (u16, u16)) -> Stage {
    sent(size, false)
}

fn sent(size: (u16, u16), is_held: bool) -> Stage {
    let mut stage = Stage::usual(size);
    stage.all_full();
    let batch = Batch { id: "b".into(), words: "close, add tag=fp-diskpressure".into(), of: 9, keeps_going: false };
    for (n, (_, case)) in cases().into_iter().enumerate() {
        let edit = Edit::new(&case, vec![Change::AddTags(vec!["fp-diskpressure".into()])]);
        let progress = match n {
            0..=3 => Progress::Verified,
            4 => Progress::Parked { fault: Fault::new(FaultKind::Rejected, "422 Closure conditions are not met"), done: 0 },
            5 => Progress::Sending { done: 0, calls: 1 },
            _ => Progress::Queued,
        };
        let entry = OutboxEntry::queued(format!("{n}"), edit, Plan::default(), at(10));
        let first = OutboxEntry { batch: Some(batch.clone()), ..entry };
        stage.report(Report::Outbox(Box::new(first.clone())));
        let is_held = is_held && progress == Progress::Queued;
        stage.report(Report::Outbox(Box::new(OutboxEntry { progress, is_held, ..first })));
    }
    stage.press("g b");
    stage
}

fn triage(size: (u16, u16)) -> Stage {
    let mut stage = Stage::usual(size);
    stage.all_full();
    stage.press("T");
    let rid = stage.app.model.list.order()[0];
    let (_, row) = rows().into_iter().find(|(known, _)| *known == rid).unwrap();
    stage.report(Report::Case { rid, case: Arc::new(whole(row)), read_at: at(20), from: From::Network });
    stage
}

#[test]
fn pictures_of_marked_cases() {
    pictures("marked", marked);
}

#[test]
fn pictures_of_a_dry_run() {
    pictures("dry_run", dry_run);
    pictures("dry_run_diffs", |size| {
        let mut stage = dry_run(size);
        stage.press("j j - d");
        stage
    });
}

#[test]
fn what_a_case_would_be_sent_is_wholly_readable_in_the_dry_run() {
    let words: Vec<String> = (0..60).map(|n| format!("word{n:02}")).collect();
    for size in [(40, 12), (80, 24)] {
        let mut stage = marked(size);
        let effects = stage.press("i");
        let ticket = effects.iter().find_map(|effect| match effect {
            Effect::Send(ticket, Order::PlanBulk { .. }) => Some(*ticket),
            _ => None,
        });
        let ticket = ticket.unwrap();
        let (rid, case) = cases().remove(0);
        let text = words.chunks(6).map(|line| line.join(" ")).collect::<Vec<_>>().join("\n");
        let lines = vec![PlanLine { part: Part::Comment, old: String::new(), new: text.clone() }];
        let edit = Edit::new(&case, vec![Change::Comment(text)]);
        let sends = Sends { edit, lines, plan: Plan::default(), objections: Vec::new(), busy: None };
        let verdict = Verdict::Sends(Box::new(sends));
        let row = Row { rid, case: case.row.id.clone(), key: case.row.key.clone(), title: case.row.title.clone(), verdict };
        stage.report(Report::BulkPlanned { ticket, rows: vec![row] });
        stage.report(Report::Done { ticket, result: Ok(()) });
        stage.press("d");
        let mut seen = String::new();
        for _ in 0..30 {
            seen.push_str(&stage.picture());
            stage.press("PgDn");
        }
        for word in &words {
            assert!(seen.lines().any(|line| line.contains(word.as_str()) && line.contains("+ ")), "{size:?}: {word}\n{seen}");
        }
    }
}

#[test]
fn pictures_of_a_bulk_change_on_its_way() {
    pictures("bulk_under_way", under_way);
    pictures("held", |size| sent(size, true));
}

#[test]
fn pictures_of_a_triage_run() {
    pictures("triage", triage);
}

#[test]
fn pictures_of_a_comment_in_a_triage_run() {
    pictures("triage_comment", |size| {
        let mut stage = triage(size);
        stage.press("c");
        stage
    });
}
