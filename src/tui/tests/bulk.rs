//! Marks, the dry run and the number that sends it, how a bulk change goes, and macros.

use super::verbs::{directory, settles};
use super::*;
use crate::config::{Macro, Question};
use crate::domain::batch::Batch;
use crate::domain::bulk::{Row as Planned, Sends, Tally, Verdict, Wanted};
use crate::domain::busy::Busy;
use crate::domain::case::Case;
use crate::domain::change_script::ChangeScript;
use crate::domain::edit::{Call, Method, PlanLine};
use crate::domain::part::Part;
use crate::index::Flags;
use crate::protocol::{Order, SettleBatch, Ticket};
use crate::tui::cx::notice::Grade;
use crate::tui::screens::Overlay;
use crate::tui::screens::batch::acts::batch_in_sight;
use crate::tui::screens::bulk::{BulkPane, Stage};

pub(in crate::tui) fn sitting(count: u32) -> Sitting {
    let mut sitting = Sitting::with(rows(1..=count));
    sitting.report(Report::Directory(SourceId(0), Arc::new(directory())));
    sitting
}

pub(in crate::tui) fn pane(sitting: &Sitting) -> &BulkPane {
    match sitting.app.cx.overlays.last() {
        Some(Overlay::Bulk(pane)) => pane,
        other => panic!("no dry run: {other:?}, {}", sitting.said()),
    }
}

pub(in crate::tui) fn asked(effects: &[Effect]) -> (Ticket, Wanted, Vec<u32>) {
    let order = effects.iter().find_map(|effect| match effect {
        Effect::Send(ticket, Order::PlanBulk { wanted, targets }) => {
            Some((*ticket, wanted.clone(), targets.iter().map(|target| target.rid.0).collect()))
        }
        _ => None,
    });
    order.unwrap_or_else(|| panic!("no dry run was asked for: {effects:?}"))
}

pub(in crate::tui) fn sends(case: &Case, change: Change, busy: bool) -> Verdict {
    let line = PlanLine { part: Part::Status, old: "To do".into(), new: "Done".into() };
    let call = Call { method: Method::Put, path: "/".into(), body: None, makes: vec![0], lasting: None, stays: Vec::new() };
    let busy = busy.then(|| Busy { who: Clean::line("m.lee"), at: at_ms(0) });
    let plan = Plan { lines: vec![line], calls: vec![call], side_effects: Vec::new() };
    Verdict::Sends(Box::new(Sends { edit: Edit::new(case, vec![change]), lines: plan.lines.clone(), plan, objections: Vec::new(), busy }))
}

pub(in crate::tui) fn planned(rid: u32, verdict: Verdict) -> Planned {
    let case = sample::case(Vendor::Tines, rid);
    Planned { rid: Rid(rid), case: case.row.id, key: case.row.key, title: case.row.title, verdict }
}

/// A dry run over cases 1 to 4: one cannot, one is so already, one is worked on.
pub(in crate::tui) fn in_dry_run() -> Sitting {
    let mut sitting = sitting(4);
    sitting.press("* x");
    let effects = sitting.press("Enter");
    let (ticket, _, rids) = asked(&effects);
    assert_eq!(rids, [4, 3, 2, 1]);
    let sent = |rid, busy| planned(rid, sends(&sample::case(Vendor::Tines, rid), Change::Title(format!("t{rid}")), busy));
    let rows = vec![sent(4, false), planned(3, Verdict::Nothing), planned(2, Verdict::Cannot("no".into())), sent(1, true)];
    sitting.report(Report::BulkPlanned { ticket, rows });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    sitting
}

#[test]
fn marks_are_by_case_and_hidden_ones_count() {
    let mut sitting = sitting(6);
    sitting.press("Space Space");
    assert_eq!((sitting.app.model.marked(), sitting.cursor()), ((2, 0), Some(4)));
    sitting.press("k Space");
    assert_eq!(sitting.app.model.marked(), (1, 0), "a second Space takes the mark off");
    sitting.press("g g v j j v");
    assert_eq!(sitting.app.model.marked(), (3, 0));
    sitting.network(vec![row(9, 0, "urgent")]);
    sitting.press("r");
    assert_eq!(sitting.order()[0], 9, "rows have moved");
    assert!([6, 5, 4].iter().all(|rid| sitting.app.model.is_marked(Rid(*rid))) && !sitting.app.model.is_marked(Rid(9)));
    sitting.press("/ c a s e Space 6 Enter");
    assert_eq!(sitting.app.model.marked(), (3, 2), "two of them are not in this list");
    sitting.press("%");
    assert_eq!(sitting.app.model.marked(), (2, 2), "only what is shown is turned round");
    sitting.report(Report::Gone(vec![Rid(5)]));
    assert_eq!(sitting.app.model.marked().0, 1, "what is gone is not marked");
    sitting.press("g m");
    assert!(!sitting.app.model.marks.has_marks());
}

#[test]
fn a_range_ends_with_a_command_or_escape() {
    let mut sitting = sitting(5);
    sitting.press("v j j");
    assert_eq!(sitting.app.model.marked().0, 3);
    sitting.press("Esc");
    assert_eq!(sitting.app.model.marked().0, 0);
    sitting.press("v j");
    let effects = sitting.press("i");
    assert_eq!(asked(&effects).2, [3, 2], "take acts on the range");
}

#[test]
fn all_in_the_filter_needs_a_complete_pass_or_a_typed_word() {
    let mut sitting = sitting(3);
    sitting.press("*");
    assert_eq!(sitting.app.model.marked().0, 3);
    sitting.press("g m");
    let fault = Fault::new(FaultKind::Unreachable, "down");
    let state =
        SourceState { coverage: Coverage::Partial { seen: 3, of: Some(9), gap: None }, fault: Some(fault), ..SourceState::default() };
    sitting.report(Report::Source(SourceId(0), Box::new(state)));
    sitting.press("*");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Ask(_))) && sitting.app.model.marked().0 == 0);
    sitting.press("y e s Enter");
    assert_eq!((sitting.app.model.marked().0, sitting.said()), (0, "`yes` is not `partial`: nothing is marked"));
    sitting.press("Ctrl-u p a r t i a l Enter");
    assert_eq!(sitting.app.model.marked().0, 3);
}

#[test]
fn only_the_number_and_enter_send() {
    let mut sitting = in_dry_run();
    assert_eq!((pane(&sitting).summary.sends, pane(&sitting).summary.cannot, pane(&sitting).summary.busy), (2, 1, 1));
    assert_eq!(pane(&sitting).rows[0].rid, Rid(2), "what cannot stands first");
    assert_eq!(sitting.press("Enter"), [], "Enter alone does nothing");
    assert_eq!(sitting.press("y"), []);
    sitting.press("3");
    assert_eq!(sitting.press("Enter"), [], "nor does another number");
    assert_eq!(pane(&sitting).typed, "");
    sitting.press("j -");
    assert_eq!((pane(&sitting).summary.sends, pane(&sitting).summary.skipped), (1, 1), "m.lee keeps that one");
    sitting.press("k + 2");
    let effects = sitting.press("Enter");
    let [Effect::Send(ticket, Order::SubmitBulk { batch, edits, delay_ms: 5_000 })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((batch.of, edits.len(), batch.words.as_str()), (2, 2, "close"));
    assert!(edits.iter().all(|edit| edit.plan.calls.len() == 1 && edit.undoes.is_none()));
    let ticket = *ticket;
    sitting.report(Report::Done { ticket, result: Ok(()) });
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Batch(_))) && !sitting.app.model.marks.has_marks());
}

#[test]
fn escape_leaves_the_dry_run_and_the_marks_stay() {
    let mut sitting = in_dry_run();
    assert_eq!(sitting.press("2 Esc"), []);
    assert_eq!((sitting.app.cx.overlays.len(), sitting.app.model.marked().0), (0, 4));
}

pub(in crate::tui) fn batch() -> Batch {
    Batch { id: "b1".into(), words: "close".into(), of: 3, keeps_going: false }
}

pub(in crate::tui) fn entry(number: u32, progress: Progress) -> OutboxEntry {
    let case = sample::case(Vendor::Tines, number);
    let edit = Edit::new(&case, vec![Change::Title(format!("new {number}"))]);
    OutboxEntry { progress, batch: Some(batch()), ..OutboxEntry::queued(format!("e{number}"), edit, Plan::default(), at_ms(0)) }
}

pub(in crate::tui) fn told(sitting: &mut Sitting, number: u32, progress: Progress) {
    sitting.report(Report::Outbox(Box::new(entry(number, progress))));
}

pub(in crate::tui) fn failed() -> Progress {
    Progress::Parked { fault: Fault::new(FaultKind::Rejected, "no"), done: 0 }
}

#[test]
fn a_batch_is_known_from_its_entries_and_told_once_it_is_over() {
    let mut sitting = sitting(3);
    for number in 1..=3 {
        told(&mut sitting, number, Progress::Queued);
    }
    assert_eq!((sitting.app.model.outbox.len(), sitting.app.model.batches_unsent()), (0, 3));
    assert!(sitting.app.model.queued(Rid(2)).is_some(), "the list marks its cases");
    let queued = |sitting: &Sitting| (1..=3).filter(|n| sitting.app.model.list.row(Rid(*n)).unwrap().flags().has(Flags::QUEUED)).count();
    assert_eq!(queued(&sitting), 3, "`is:queued` finds them");
    told(&mut sitting, 1, Progress::Verified);
    told(&mut sitting, 2, failed());
    assert_eq!(queued(&sitting), 2);
    assert_eq!(sitting.app.model.outbox.len(), 1, "what failed waits in the outbox, too");
    let tally = sitting.app.model.batch("b1").unwrap().tally();
    assert_eq!(tally, Tally { of: 3, done: 1, unsent: 0, stuck: 1, waiting: 1, held: 0, dropped: 0 });
    told(&mut sitting, 3, Progress::Verified);
    assert_eq!(sitting.said(), "close: 2 sent, 1 failed; gb shows which");
    sitting.press("g b");
    let effects = sitting.press("r");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::SettleBatch { how: SettleBatch::Retry, .. }))));
    told(&mut sitting, 2, Progress::Verified);
    assert_eq!((sitting.app.model.outbox.len(), sitting.app.model.batch("b1").unwrap().tally().done), (0, 3));
    let effects = sitting.press("Esc");
    let put_away = |effect: &Effect| matches!(effect, Effect::Send(_, Order::SettleBatch { how: SettleBatch::PutAway, .. }));
    assert!(effects.iter().any(put_away), "what is wholly done is put away once it was seen");
}

#[test]
fn what_of_a_batch_waits_behind_a_stopped_edit_is_listed_counted_and_dropped_alone() {
    let mut sitting = sitting(3);
    for number in 1..=3 {
        told(&mut sitting, number, Progress::Queued);
    }
    sitting.press("g o");
    assert_eq!(sitting.said(), "3 edits on their way in bulk changes: gb shows them");
    sitting.report(Report::Outbox(Box::new(entry(2, Progress::Queued).put_behind(true))));
    let counts = |sitting: &Sitting| (sitting.app.model.outbox.len(), sitting.app.model.batches_unsent(), sitting.app.model.unsent());
    assert_eq!(counts(&sitting), (1, 2, 3), "each is counted once");
    assert_eq!((sitting.app.model.outbox[0].rid, sitting.app.model.outbox[0].key.as_str()), (Some(Rid(2)), "#2"));
    sitting.press("g o");
    assert_eq!(settles(&sitting.press("r")), [("e2".to_owned(), Settle::Ahead)]);
    sitting.press("d");
    sitting.wait(300);
    assert_eq!(settles(&sitting.press("y")), [("e2".to_owned(), Settle::Drop)]);
    sitting.report(Report::Dropped { entry: "e2".into() });
    assert_eq!(counts(&sitting), (0, 2, 2));

    sitting.report(Report::Outbox(Box::new(entry(3, Progress::Queued).put_behind(true))));
    assert_eq!(counts(&sitting), (1, 1, 2));
    told(&mut sitting, 3, Progress::Sending { done: 0, calls: 1 });
    assert_eq!(counts(&sitting), (0, 2, 2), "what has left it follows its batch again");
}

#[test]
fn a_batch_that_only_waits_hides_none_with_news() {
    let mut sitting = sitting(3);
    let of = |id: &str, number: u32, progress: Progress| {
        let batch = Some(Batch { id: id.into(), of: 1, ..batch() });
        OutboxEntry { batch, ..entry(number, progress) }
    };
    let shown = |sitting: &Sitting| batch_in_sight(&sitting.app.model, &sitting.app.cx).map(|(sent, _)| sent.batch.id.to_string());
    sitting.report(Report::Outbox(Box::new(of("b2", 2, failed()))));
    sitting.report(Report::Outbox(Box::new(of("b3", 1, Progress::Queued).put_behind(true))));
    sitting.press("g b");
    assert_eq!(shown(&sitting).as_deref(), Some("b2"), "the older has failed, the newer waits");
    sitting.report(Report::Outbox(Box::new(of("b2", 2, Progress::Verified))));
    sitting.press("Esc g b");
    assert_eq!(shown(&sitting).as_deref(), Some("b3"));
    sitting.report(Report::Outbox(Box::new(of("b4", 3, failed()))));
    sitting.press("Esc g b");
    assert_eq!(shown(&sitting).as_deref(), Some("b4"), "said to be shown there");
}

#[test]
fn a_batch_that_stops_asks_and_can_be_given_up() {
    let mut sitting = sitting(3);
    for number in 1..=3 {
        told(&mut sitting, number, Progress::Queued);
    }
    told(&mut sitting, 1, failed());
    let held = OutboxEntry { is_held: true, ..entry(3, Progress::Queued) };
    sitting.report(Report::Outbox(Box::new(held)));
    told(&mut sitting, 2, failed());
    sitting.report(Report::BatchStopped { batch: "b1".into() });
    assert!(sitting.said().starts_with("two failures in a row: 1 case is held"), "{}", sitting.said());
    let effects = sitting.press("g b p");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::SettleBatch { how: SettleBatch::Continue, .. }))));
    sitting.press("x");
    sitting.wait(400);
    let effects = sitting.press("y");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::SettleBatch { how: SettleBatch::Cancel, .. }))));
    sitting.report(Report::Dropped { entry: "e3".into() });
    assert_eq!(sitting.app.model.batch("b1").unwrap().tally().dropped, 1);
    sitting.press("m");
    assert_eq!(sitting.app.model.marked().0, 2, "those that failed are marked");
}

#[test]
fn undo_after_a_bulk_change_takes_it_back_through_a_dry_run() {
    let mut sitting = in_dry_run();
    sitting.press("2");
    let effects = sitting.press("Enter");
    let (ticket, sent) = effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Send(ticket, Order::SubmitBulk { batch, .. }) => Some((*ticket, batch.clone())),
            _ => None,
        })
        .unwrap();
    sitting.report(Report::Done { ticket, result: Ok(()) });
    for number in [1, 4] {
        let done = OutboxEntry { batch: Some(sent.clone()), ..entry(number, Progress::Verified) };
        sitting.report(Report::Outbox(Box::new(done)));
    }
    let effects = sitting.press("u");
    let (_, wanted, rids) = asked(&effects);
    let Wanted::Edits(edits) = wanted else { panic!("{wanted:?}") };
    assert_eq!(rids, [1, 4]);
    assert_eq!(edits[0].changes, [Change::Title("Case number 1".into())]);
    assert_eq!(pane(&sitting).words, "take back: close");
    sitting.press("Esc Esc Esc");
    assert!(sitting.app.cx.overlays.is_empty());
    let effects = sitting.press("u");
    let (ticket, ..) = asked(&effects);
    let back = |rid: u32| planned(rid, sends(&sample::case(Vendor::Tines, rid), Change::Title(format!("Case number {rid}")), false));
    sitting.report(Report::BulkPlanned { ticket, rows: vec![back(1), back(4)] });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    // Batches are told apart by their moment.
    sitting.wait(1_000);
    sitting.press("2");
    let (ticket, sent) = submitted(&sitting.press("Enter"));
    sitting.report(Report::Done { ticket, result: Ok(()) });
    for number in [1, 4] {
        let waits = OutboxEntry { id: format!("b{number}").into(), batch: Some(sent.clone()), ..entry(number, Progress::Queued) };
        sitting.report(Report::Outbox(Box::new(waits)));
    }
    sitting.press("Esc U");
    assert!(sitting.said().contains("taking it back is not through yet; gb shows"), "{}", sitting.said());
    for number in [1, 4] {
        let done = OutboxEntry { id: format!("b{number}").into(), batch: Some(sent.clone()), ..entry(number, Progress::Verified) };
        sitting.report(Report::Outbox(Box::new(done)));
    }
    sitting.press("u");
    assert!(
        sitting.said().starts_with("no change of this sitting is left"),
        "taking back is not taken back by u, but by U: {}",
        sitting.said()
    );
    let effects = sitting.press("U");
    let (_, wanted, rids) = asked(&effects);
    let Wanted::Again(edits) = wanted else { panic!("{wanted:?}") };
    assert_eq!((pane(&sitting).words.as_str(), rids), ("close", vec![1, 4]));
    assert_eq!(edits[0].changes, entry(1, Progress::Queued).edit.changes);
}

/// The bulk change that these effects send.
pub(in crate::tui) fn submitted(effects: &[Effect]) -> (Ticket, Batch) {
    let order = effects.iter().find_map(|effect| match effect {
        Effect::Send(ticket, Order::SubmitBulk { batch, .. }) => Some((*ticket, batch.clone())),
        _ => None,
    });
    order.unwrap_or_else(|| panic!("nothing is sent: {effects:?}"))
}

#[test]
fn a_bulk_change_that_has_not_left_is_taken_back_at_once_and_can_be_made_again() {
    let mut sitting = in_dry_run();
    sitting.press("2");
    let (ticket, sent) = submitted(&sitting.press("Enter"));
    sitting.report(Report::Done { ticket, result: Ok(()) });
    for number in [1, 4] {
        let waits = OutboxEntry { batch: Some(sent.clone()), ..entry(number, Progress::Queued) };
        sitting.report(Report::Outbox(Box::new(waits)));
    }
    sitting.press("u");
    assert!(sitting.said().contains("2 cases: taken back before anything was sent; U makes it again"), "{}", sitting.said());
    sitting.press("Esc");
    let (_, _, rids) = asked(&sitting.press("U"));
    assert_eq!(rids, [1, 4]);
}

#[test]
fn a_macro_asks_then_shows_a_dry_run_with_its_condition() {
    let mut sitting = sitting(3);
    sitting.app.model.macros = vec![Macro {
        name: "False positive".into(),
        key: Some('f'),
        when: Some("\"case 2\"".into()),
        ask: vec![Question::parse("why: Why?").unwrap()],
        steps: vec!["close".into(), "comment FP: {why}".into()],
        variants: Vec::new(),
    }];
    sitting.press("* m f");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Ask(ask)) if ask.title == "False positive: Why?"), "{}", sitting.said());
    sitting.press("n o i s e");
    let effects = sitting.press("Enter");
    let planned = effects.iter().find_map(|effect| match effect {
        Effect::Send(ticket, Order::PlanBulk { wanted: Wanted::ChangeScript(script), targets }) => {
            assert_eq!(script.to_string(), "close, comment FP: noise");
            Some((*ticket, targets.clone()))
        }
        _ => None,
    });
    let (ticket, targets) = planned.unwrap();
    let fits: Vec<u32> = targets.iter().filter(|target| target.refused.is_none()).map(|target| target.rid.0).collect();
    assert_eq!(fits, [2]);
    assert_eq!(pane(&sitting).stage, Stage::Planning(ticket));
    sitting.press("Esc g m m x");
    assert_eq!(sitting.said(), "m x does nothing here; ? shows what does");
}

#[test]
fn what_is_changed_while_recording_becomes_a_macro() {
    let mut sitting = super::verbs::at(Vendor::Tines, directory(), |_| {});
    sitting.press("m r");
    sitting.press("x");
    super::verbs::agree(&mut sitting);
    sitting.done();
    sitting.press("m r");
    sitting.press("d o n e");
    let effects = sitting.press("Enter");
    assert_eq!(effects, [Effect::KeepMacro("[[macro]]\nname = \"done\"\nsteps = [\"set status=Done\"]\n".into())]);
    assert_eq!(sitting.app.model.macros.len(), 1);
    sitting.press("m m");
    assert_eq!(
        asked(&sitting.press("1")).1,
        Wanted::ChangeScript(ChangeScript::of(vec![crate::domain::change_script::Step::parse("set status=Done").unwrap()]))
    );
}

pub(in crate::tui) fn read(sitting: &mut Sitting, number: u32) {
    let mut case = sample::case(Vendor::Tines, number);
    case.row.title = Clean::line(&format!("case {number}"));
    sitting.report(Report::Case { rid: Rid(number), case: Arc::new(case), read_at: at_ms(0), from: From::Network });
}

#[test]
fn the_key_of_a_macro_works_also_where_no_other_command_begins_with_its_prefix() {
    let mut sitting = sitting(2);
    let known = Macro { name: "Close".into(), key: Some('f'), steps: vec!["close".into()], ..Macro::default() };
    let unbound = |action: &str| crate::config::Remap {
        place: "list".into(),
        action: action.into(),
        keys: Vec::new(),
        file: "c.toml".into(),
        line: 1,
    };
    let keys = crate::config::Keys { remaps: vec![unbound("macros"), unbound("record")], ..crate::config::Keys::default() };
    let (map, problems) = crate::tui::keys::remap::Keymap::of_config(&keys, std::slice::from_ref(&known));
    assert_eq!(problems, []);
    sitting.app.cx.keymap = map;
    sitting.app.model.macros = vec![known];
    assert_eq!(asked(&sitting.press("m f")).2, [2]);
}

#[test]
fn an_error_leaves_with_its_cause_and_hides_no_refusal() {
    let mut sitting = sitting(3);
    for number in 1..=3 {
        told(&mut sitting, number, Progress::Queued);
    }
    told(&mut sitting, 1, Progress::Verified);
    told(&mut sitting, 2, failed());
    told(&mut sitting, 3, failed());
    let error = "close: 1 sent, 2 failed; gb shows which";
    assert_eq!(sitting.said(), error);
    sitting.wait(2_000);
    sitting.app.cx.say(Grade::Warning, "not exported: no such folder");
    assert_eq!(sitting.said(), "not exported: no such folder");
    sitting.wait(10_000);
    assert_eq!(sitting.said(), error, "it waits for somebody still");
    for entry in ["e2", "e3"] {
        sitting.report(Report::Dropped { entry: entry.into() });
    }
    assert_eq!(sitting.said(), "", "nothing of it is left to look at");

    let well = sitting.app.model.sources[0].state.clone();
    let mut ill = well.clone();
    ill.fault = Some(Fault::new(FaultKind::Rejected, "the token is not accepted"));
    sitting.report(Report::Source(SourceId(0), Box::new(ill)));
    assert!(sitting.said().contains("the token is not accepted"), "{}", sitting.said());
    sitting.report(Report::Source(SourceId(0), Box::new(well)));
    assert!(sitting.said().contains("answers again"), "{}", sitting.said());
    sitting.wait(10_000);
    assert_eq!(sitting.said(), "");
}
