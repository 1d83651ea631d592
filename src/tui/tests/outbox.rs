//! Edits on their way, as the list and the outbox show them.

use super::verbs::{agree, at, directory, queued, settles};
use super::*;
use crate::domain::aspect::{Aspect, Value};
use crate::domain::draft::Draft;
use crate::domain::edit::PlanLine;
use crate::domain::elsewhere::Elsewhere;
use crate::domain::part::Part;
use crate::tui::areas::scope;

fn entry(id: &str, number: u32, progress: Progress) -> Report {
    let case = CaseId { source: SourceId(0), id: number.to_string().into() };
    let edit = Edit::unguarded(case, vec![Change::Priority("HIGH".into())]);
    Report::Outbox(Box::new(OutboxEntry { progress, ..OutboxEntry::queued(id, edit, Plan::default(), at_ms(0)) }))
}

#[test]
fn an_edit_wears_its_mark_until_it_is_verified_and_says_each_step() {
    let mut sitting = Sitting::with(rows(1..=3));
    for (progress, words) in [
        (Progress::Queued, "#2 queued (priority -> HIGH)"),
        (Progress::Sending { done: 0, calls: 2 }, "#2 sending 1 of 2 (priority -> HIGH)"),
        (Progress::Sent, "#2 sent, reading back (priority -> HIGH)"),
    ] {
        sitting.report(entry("a", 2, progress));
        assert_eq!(sitting.said(), words);
        assert!(sitting.app.model.queued(Rid(2)).is_some());
    }
    sitting.network(vec![row(2, 1, "case 2")]);
    assert!(!sitting.app.model.list.is_unseen(Rid(2)), "what I did myself is not news to me");
    sitting.report(entry("a", 2, Progress::Verified));
    assert_eq!(sitting.said(), "#2 sent, read back ok (priority -> HIGH)");
    assert!(sitting.app.model.queued(Rid(2)).is_none() && sitting.app.model.outbox.is_empty());
}

#[test]
fn before_the_disk_is_read_the_outbox_is_not_called_empty() {
    let mut sitting = Sitting::new();
    assert_eq!(sitting.app.model.unsent_told(), "?");
    sitting.press("g o");
    assert_eq!(sitting.said(), "the disk is still being read: what waits to be sent is not known yet");
    sitting.report(entry("a", 2, Progress::Queued));
    assert_eq!(sitting.app.model.unsent_told(), "1");
    sitting.report(entry("a", 2, Progress::Verified));
    assert_eq!(sitting.app.model.unsent_told(), "?");
    sitting.report(Report::DiskRead { rows: 0 });
    sitting.press("g o");
    assert_eq!((sitting.app.model.unsent_told().as_str(), sitting.said()), ("0", "the outbox is empty: nothing waits to be sent"));
}

#[test]
fn a_status_is_told_as_its_plan_told_it() {
    let mut sitting = Sitting::with(rows(1..=3));
    let closed = crate::domain::directory::plain_statuses(Vendor::Datadog).pop().unwrap();
    let case = CaseId { source: SourceId(0), id: "2".into() };
    let edit = Edit::unguarded(case, vec![Change::Status(closed), Change::Priority("HIGH".into())]);
    let new = "closed (the vendor picks which)".to_owned();
    let line = PlanLine { part: Part::Status, old: "New".into(), new };
    let plan = Plan { lines: vec![line], ..Plan::default() };
    let entry = OutboxEntry { progress: Progress::Verified, ..OutboxEntry::queued("a", edit, plan, at_ms(0)) };
    sitting.report(Report::Outbox(Box::new(entry)));
    assert_eq!(sitting.said(), "#2 sent, read back ok (status -> closed (the vendor picks which), priority -> HIGH)");
}

/// Nothing is sent offline: what another process had begun is not called on its way, nor unsent.
#[test]
fn what_had_begun_to_leave_is_called_neither_sent_nor_unsent_offline() {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.app.cx.setup.offline = true;
    sitting.report(entry("a", 2, Progress::Sending { done: 0, calls: 1 }));
    assert_eq!(sitting.said(), "#2 begun, may have arrived (priority -> HIGH)");
    sitting.press("g o");
    assert_eq!(sitting.app.model.entry_state(0, &sitting.app.cx), "may have left");
    assert!(settles(&sitting.press("d")).is_empty());
    assert!(sitting.said().starts_with("it has begun to leave and may have arrived"), "{}", sitting.said());
}

#[test]
fn a_stuck_edit_is_decided_in_the_outbox_and_quitting_names_it() {
    let mut sitting = Sitting::new();
    let fault = Fault::new(FaultKind::Rejected, "no such status");
    let effects = sitting.report(entry("a", 2, Progress::Parked { fault, done: 0 }));
    assert!(effects.contains(&Effect::Bell) && sitting.app.model.stuck() == 1);
    assert_eq!(sitting.app.model.outbox[0].rid, None);
    sitting.report(Report::Rows { rows: rows(1..=3), from: From::Disk });
    assert_eq!((sitting.app.model.outbox[0].rid, sitting.app.model.outbox[0].key.as_str()), (Some(Rid(2)), "#2"));
    assert!(!sitting.press("Q").contains(&Effect::Quit));
    sitting.press("y");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::Confirm, "a yes at once was meant for something else");
    assert!(sitting.said().contains("press it again"), "{}", sitting.said());
    sitting.wait(200);
    sitting.press("Enter");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::List, "the next answer counts");
    sitting.press("g o d");
    sitting.wait(300);
    let effects = sitting.press("y");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Settle { how: Settle::Drop, .. }))), "{effects:?}");
    sitting.report(Report::Dropped { entry: "a".into() });
    sitting.done();
    assert!(sitting.app.model.outbox.is_empty());
    assert!(sitting.press("Esc Q").contains(&Effect::Quit));
}

#[test]
fn the_outbox_says_of_a_case_that_is_gone_that_it_is() {
    let stopped = |id, number| entry(id, number, Progress::Parked { fault: Fault::new(FaultKind::Rejected, "no"), done: 0 });
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.report(stopped("a", 2));
    sitting.press("/ t i t l e : n o n e Enter g o Enter");
    assert_eq!(sitting.said(), "#2 is not in the list under this filter");
    sitting.press("Esc / Ctrl-u Enter");
    sitting.report(Report::Gone(vec![Rid(2)]));
    sitting.press("r g o Enter");
    assert_eq!(sitting.said(), "#2 is no longer there");

    // After a restart its row is not known any more; its id still tells what people call it.
    let mut sitting = Sitting::with(rows(3..=3));
    sitting.full();
    let fault = Fault::new(FaultKind::Rejected, "no");
    sitting.report(entry("a", 2, Progress::Parked { fault, done: 0 }));
    assert!(sitting.said().starts_with("#2 STOPPED"), "{}", sitting.said());
    sitting.press("g o Enter");
    assert_eq!(sitting.said(), "#2 is no longer there");
}

#[test]
fn what_waits_for_a_person_is_not_said_to_be_sent_by_the_next_start() {
    let stays = |states: &[Progress]| {
        let mut sitting = Sitting::with(rows(1..=3));
        for (id, progress) in ["a", "b"].into_iter().zip(states) {
            sitting.report(entry(id, 2, progress.clone()));
        }
        sitting.press("Q");
        let Some(Overlay::Confirm(question)) = sitting.app.cx.overlays.last() else { panic!("{}", sitting.said()) };
        question.details[0].clone()
    };
    let conflict = Progress::Parked { fault: Fault::new(FaultKind::Conflict, "both"), done: 0 };
    let (one, two) = ("1 edit is not sent. What is unsent stays on disk", "2 edits are not sent. What is unsent stays on disk");
    assert_eq!(stays(&[Progress::Queued]), format!("{one}; the next start sends it."));
    assert_eq!(stays(std::slice::from_ref(&conflict)), format!("{one}, where it waits for you."));
    let but = "; the next start sends it, but for 1: what is stopped or held waits for you.";
    assert_eq!(stays(&[conflict, Progress::Queued]), format!("{two}{but}"));
}

#[test]
fn an_edit_of_which_nothing_is_left_is_told_without_brackets() {
    let mut sitting = Sitting::with(rows(1..=3));
    let Report::Outbox(queued) = entry("a", 2, Progress::Queued) else { panic!() };
    sitting.report(Report::Outbox(queued.clone()));
    let edit = Edit { changes: Vec::new(), ..queued.edit.clone() };
    sitting.report(Report::Outbox(Box::new(OutboxEntry { edit, progress: Progress::Verified, is_unsent: true, ..*queued })));
    assert!(sitting.said().ends_with("nothing was sent: left as theirs"), "{}", sitting.said());
}

#[test]
fn what_another_workbench_need_not_send_is_not_said_of_what_was_sent_here() {
    let mut sitting = Sitting::with(rows(1..=3));
    let Report::Outbox(queued) = entry("theirs", 2, Progress::Queued) else { panic!() };
    sitting.report(Report::Outbox(queued.clone()));
    sitting.report(Report::Outbox(Box::new(OutboxEntry { progress: Progress::Verified, is_unsent: true, ..*queued })));
    assert_eq!(sitting.said(), "#2, an edit not of this sitting: nothing was sent: was so already (priority -> HIGH)");
}

#[test]
fn edits_of_a_source_that_is_not_configured_are_counted_and_named() {
    let mut sitting = Sitting::with(rows(1..=3));
    assert_eq!(
        (sitting.app.model.kept.edits_elsewhere(), sitting.app.model.nothing_to_send(&sitting.app.cx)),
        (0, "the outbox is empty: nothing waits to be sent".to_owned())
    );
    let of = |name: &str, edits, drafts| Elsewhere { source: Clean::line(name), edits, drafts };
    sitting.report(Report::Elsewhere(vec![of("tines", 6, 1), of("old", 0, 2)]));
    assert!(sitting.said().contains("2 drafts belong to `old`, which is not configured"), "{}", sitting.said());
    assert_eq!(sitting.app.model.kept.edits_elsewhere(), 6);
    sitting.press("g o");
    assert!(sitting.app.cx.overlays.is_empty());
    assert!(sitting.said().starts_with("6 edits and 1 draft belong to `tines`, which is not configured"), "{}", sitting.said());
}

#[test]
fn what_was_typed_for_a_case_that_is_gone_is_copied_where_its_form_was() {
    let mut sitting = Sitting::with(rows(1..=3));
    let (rid, of) = row(3, 2, "case 3");
    let draft = |case: CaseId| Draft {
        case,
        marked: Vec::new(),
        values: vec![(Aspect::of_part(Part::Comment), Value::Text("half a\nreport".into()))],
        base: Vec::new(),
        saved_at: at_ms(-1_000),
        decided: Vec::new(),
        holds_shown_text: false,
    };
    sitting.report(Report::Draft(Box::new(draft(of.id))));
    assert_eq!(sitting.cursor(), Some(3));
    sitting.report(Report::Gone(vec![rid, Rid(2)]));
    let words = "#3 is no longer there; what you typed for it is kept: `caseload outbox list` prints it";
    assert_eq!(sitting.said(), words);
    for key in ["e", "c", "E"] {
        let effects = sitting.press(key);
        let copied: Vec<_> =
            effects.iter().filter_map(|effect| if let Effect::Copy { text, .. } = effect { Some(text.as_str()) } else { None }).collect();
        assert_eq!(copied, ["half a\nreport"], "{key}");
        assert!(sitting.app.cx.overlays.is_empty(), "{key}");
        assert_eq!(sitting.said(), words, "what was copied says where it is, and nothing says it twice");
    }
    sitting.press("s");
    assert_eq!(sitting.said(), "this case is no longer there; r takes it off the list");
    sitting.press("j");
    assert_eq!(sitting.cursor(), Some(2));
    assert_eq!(sitting.press("e"), [], "nothing was typed there");
}

#[test]
fn text_of_an_earlier_start_is_in_reach_also_where_its_case_is_gone() {
    let mut sitting = Sitting::with(rows(1..=3));
    let (_, unknown) = row(77, 2, "case 77");
    let draft = Draft {
        case: unknown.id,
        marked: Vec::new(),
        values: vec![(Aspect::of_part(Part::Comment), Value::Text("half a report".into()))],
        base: Vec::new(),
        saved_at: at_ms(-1_000),
        decided: Vec::new(),
        holds_shown_text: false,
    };
    sitting.report(Report::Draft(Box::new(draft)));
    assert!(sitting.said().ends_with("e there offers it again; `caseload outbox list` prints it"), "{}", sitting.said());
}

#[test]
fn quitting_names_edits_of_a_source_that_is_not_configured() {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.report(Report::Elsewhere(vec![Elsewhere { source: Clean::line("tines"), edits: 2, drafts: 0 }]));
    assert!(!sitting.press("Q").contains(&Effect::Quit));
    let Some(Overlay::Confirm(question)) = sitting.app.cx.overlays.last() else { panic!("{}", sitting.said()) };
    assert!(question.details.iter().any(|line| line.starts_with("2 edits belong to `tines`")), "{:?}", question.details);
    assert!(!question.details.iter().any(|line| line.contains("the next start sends")), "{:?}", question.details);
    sitting.wait(300);
    assert!(sitting.press("y").contains(&Effect::Quit));
}

#[test]
fn offline_no_edit_is_said_to_leave_in_seconds() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("c h i Ctrl-s");
    let order = agree(&mut sitting);
    queued(&mut sitting, "a", order);
    assert_eq!(
        (sitting.app.model.countdown(&sitting.app.cx), sitting.app.model.entry_state(0, &sitting.app.cx).as_str()),
        (Some((1, 5)), "sends in 5 s")
    );
    sitting.app.cx.setup.offline = true;
    assert_eq!(
        (sitting.app.model.countdown(&sitting.app.cx), sitting.app.model.entry_state(0, &sitting.app.cx).as_str()),
        (None, "waiting")
    );
    sitting.app.cx.setup.offline = false;
    sitting.app.model.sources.iter_mut().for_each(|source| source.state.fault = Some(Fault::new(FaultKind::Unreachable, "nobody answers")));
    assert_eq!(
        (sitting.app.model.countdown(&sitting.app.cx), sitting.app.model.entry_state(0, &sitting.app.cx).as_str()),
        (None, "waiting")
    );
}

#[test]
fn drafts_that_were_on_disk_before_their_rows_are_found_as_such() {
    let mut sitting = Sitting::new();
    let draft = |number: u32| {
        let (case, values) = (row(number, 2, "a").1.id, vec![(Aspect::of_part(Part::Comment), Value::Text("typed".into()))]);
        Report::Draft(Box::new(Draft {
            case,
            marked: vec![],
            values,
            base: vec![],
            decided: vec![],
            saved_at: at_ms(0),
            holds_shown_text: false,
        }))
    };
    sitting.report(draft(1));
    sitting.report(draft(2));
    sitting.network(rows(1..=3));
    sitting.press("/ i s : d i r t y Enter");
    let found: std::collections::BTreeSet<u32> = sitting.order().into_iter().collect();
    assert_eq!(found, [1, 2].into());
}
