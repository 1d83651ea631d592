//! The triage run: what decides a case, what is passed by, and how a run goes on.

use super::bulk::{read, sitting};
use super::*;
use crate::domain::triage::{Decision, Triage};
use crate::protocol::Order;
use crate::tui::model::history::acts::can_undo;
use crate::tui::screens::Overlay;
use crate::tui::screens::triage::acts::{triage_elsewhere, triage_rid};

#[test]
fn in_a_triage_run_a_digit_decides_and_the_next_case_comes_up() {
    let mut sitting = sitting(3);
    sitting.press("T");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#3");
    assert_eq!(sitting.press("1").len(), 0, "it is still being read");
    read(&mut sitting, 3);
    let effects = sitting.press("1");
    let (ticket, run) = effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Send(ticket, Order::Decide { edit, delay_ms: 5_000, run }) => {
                assert!(matches!(&edit.changes[..], [Change::Assign(_), Change::Status(_)]), "{edit:?}");
                Some((*ticket, run.clone()))
            }
            _ => None,
        })
        .unwrap();
    assert_eq!(run.queue.len(), 2, "the run as it is then goes to disk with the edit");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().queue.len(), 3);
    sitting.report(Report::Done { ticket, result: Ok(()) });
    let edit =
        effects.iter().find_map(|effect| if let Effect::Send(_, Order::Decide { edit, .. }) = effect { Some(edit.clone()) } else { None });
    sitting.report(Report::Outbox(Box::new(OutboxEntry::queued("a", edit.unwrap(), Plan::default(), at_ms(0)))));
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#2");
    sitting.press("n");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#1", "what is put off comes at the end");
    sitting.press("u");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#3", "taken back, it is in sight again");
    sitting.press("Esc");
    assert!(sitting.app.cx.overlays.is_empty() && sitting.app.model.triage.is_some());
    sitting.press("T");
    sitting.press("1");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#3", "it goes on where it was left");
}

#[test]
fn what_another_workbench_gave_the_case_in_sight_is_said_before_it_is_decided_again() {
    let mut sitting = sitting(3);
    let case = |id: &str| CaseId { source: SourceId(0), id: id.into() };
    let entry = |name: &str, of: &str, change: Change, at_s: i64| {
        Box::new(OutboxEntry::queued(name, Edit::unguarded(case(of), vec![change]), Plan::default(), at_ms(at_s * 1_000)))
    };
    let elsewhere = |sitting: &Sitting| triage_elsewhere(&sitting.app.model, &sitting.app.cx);
    sitting.report(Report::Outbox(entry("before", "3", Change::Priority("LOW".into()), -60)));
    sitting.press("T");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#3");
    sitting.report(Report::Outbox(entry("words", "3", Change::Comment("seen".into()), 60)));
    sitting.report(Report::Outbox(entry("next", "2", Change::Priority("HIGH".into()), 60)));
    let back = OutboxEntry { undoes: Some("x".into()), ..*entry("back", "3", Change::Priority("LOW".into()), 60) };
    sitting.report(Report::Outbox(Box::new(back)));
    assert_eq!(elsewhere(&sitting), None, "older, a comment, of another case, or what takes back");
    sitting.report(Report::Outbox(entry("theirs", "3", Change::Priority("HIGH".into()), 60)));
    assert_eq!(elsewhere(&sitting).as_deref(), Some("priority -> HIGH"));
    sitting.press("d");
    assert_eq!(elsewhere(&sitting).as_deref(), Some("priority -> HIGH"), "also of one that comes up later");
    sitting.press("d");
    assert_eq!(elsewhere(&sitting), None);
}

#[test]
fn a_triage_run_passes_by_what_a_colleague_took_and_ends() {
    let mut sitting = sitting(3);
    sitting.press("T");
    let (rid, mut taken) = row(2, 2, "case 2");
    taken.assignees = vec![super::verbs::person("7", "m.lee")];
    sitting.network(vec![(rid, taken)]);
    sitting.press("d");
    let run = sitting.app.model.triage.as_ref().unwrap();
    assert_eq!(run.current().unwrap().key, "#1");
    assert_eq!(run.decided[1].how, Decision::Taken { by: "m.lee".into() });
    let effects = sitting.press("d");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::KeepTriage(run)) if run.queue.is_empty())));
    assert_eq!((sitting.app.cx.overlays.len(), sitting.said()), (0, "the run is through: 0 changed, 2 left, 1 skipped"));
}

#[test]
fn a_run_from_disk_goes_on() {
    let mut sitting = sitting(3);
    sitting.press("T");
    sitting.press("n Esc");
    let run = sitting.app.model.triage.clone().unwrap();
    let mut again = self::sitting(3);
    again.report(Report::Triage(Box::new(run)));
    again.press("T");
    again.press("1");
    assert_eq!(again.app.model.triage.as_ref().unwrap().current().unwrap().key, "#2");
}

#[test]
fn no_run_begins_over_one_that_is_still_on_disk() {
    let mut left = sitting(3);
    left.press("T");
    left.press("d Esc");
    let run = left.app.model.triage.clone().unwrap();
    let mut sitting = Sitting::new();
    sitting.report(Report::Rows { rows: rows(2..=3), from: From::Disk });
    let effects = sitting.press("T");
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Send(_, Order::KeepTriage(_)))), "{effects:?}");
    assert_eq!((sitting.app.cx.overlays.len(), sitting.said()), (0, "the cases are still being read from disk; press T again in a moment"));
    sitting.report(Report::Triage(Box::new(run.clone())));
    sitting.report(Report::Rows { rows: rows(1..=1), from: From::Disk });
    sitting.report(Report::DiskRead { rows: 3 });
    sitting.press("T");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Picker(menu)) if menu.title == "A run was left"));
    sitting.press("1");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().queue, run.queue);
}

#[test]
fn a_case_that_is_not_read_yet_stays_in_the_run() {
    let mut left = sitting(3);
    left.press("T");
    let run = left.app.model.triage.clone().unwrap();
    // The file of the cases was put away, and the network has not answered.
    let mut sitting = Sitting::new();
    sitting.report(Report::Triage(Box::new(run)));
    sitting.report(Report::DiskRead { rows: 0 });
    sitting.network(rows(1..=1));
    sitting.press("T 1");
    let run = sitting.app.model.triage.as_ref().unwrap();
    assert_eq!((run.current().unwrap().key.as_str(), run.decided.len(), triage_rid(&sitting.app.cx)), ("#3", 0, None));
    sitting.network(rows(3..=3));
    assert_eq!(triage_rid(&sitting.app.cx), Some(Rid(3)), "it comes into sight as soon as it is read");
    sitting.press("d");
    assert_eq!(triage_rid(&sitting.app.cx), None);
    sitting.full();
    let run = sitting.app.model.triage.as_ref().unwrap();
    assert_eq!((run.current().unwrap().key.as_str(), &run.decided[1].how), ("#1", &Decision::Gone), "all was read, and it was not there");
}

#[test]
fn in_a_triage_run_a_snooze_decides_and_is_taken_back_and_help_lists_every_digit() {
    let mut sitting = sitting(3);
    sitting.press("T w");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Picker(menu)) if menu.title == "Snooze #3"));
    sitting.press("1");
    let run = sitting.app.model.triage.as_ref().unwrap();
    assert!(matches!(run.decided[0].how, Decision::Snoozed { .. }));
    assert_eq!((run.current().unwrap().key.as_str(), sitting.app.model.asides.snoozed()), ("#2", 1));
    assert_eq!(crate::tui::screens::triage::tally(run), "0 changed, 1 snoozed, 0 left, 0 skipped");
    sitting.press("u");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#3");
    assert_eq!(sitting.app.model.asides.snoozed(), 0);
    let listed: Vec<String> = sitting.app.cx.keymap.bindings(Scope::Triage).map(crate::tui::keys::remap::Bound::first_key).collect();
    assert!(["1", "2", "3", "4", "5", "w", "n", "c", "o", "u"].iter().all(|key| listed.iter().any(|known| known == key)), "{listed:?}");
}

#[test]
fn everybody_that_a_colleague_took_is_named() {
    let mut sitting = sitting(5);
    sitting.press("T");
    for rid in [4, 3] {
        let (rid, mut taken) = row(rid, 2, "case");
        taken.assignees = vec![super::verbs::person("7", "m.lee")];
        sitting.network(vec![(rid, taken)]);
    }
    sitting.press("d");
    let note = sitting.app.cx.triage_pane().unwrap().note.clone();
    assert_eq!(note.as_deref(), Some("2 skipped: #4 was taken by m.lee, #3 was taken by m.lee"));
}

/// The decision that a key made is on disk, and waits.
pub(in crate::tui) fn decided(sitting: &mut Sitting, effects: &[Effect], id: &str) -> Edit {
    let decide = |effect: &Effect| match effect {
        Effect::Send(ticket, Order::Decide { edit, .. }) => Some((*ticket, edit.clone())),
        _ => None,
    };
    let (ticket, edit) = effects.iter().find_map(decide).unwrap_or_else(|| panic!("nothing was decided: {}", sitting.said()));
    sitting.report(Report::Done { ticket, result: Ok(()) });
    sitting.report(Report::Outbox(Box::new(OutboxEntry::queued(id, edit.clone(), Plan::default(), at_ms(0)))));
    edit
}

#[test]
fn a_case_whose_decision_another_hand_drops_is_to_be_decided_again() {
    let mut sitting = sitting(3);
    sitting.press("T");
    for (rid, id) in [(3, "a"), (2, "b"), (1, "c")] {
        read(&mut sitting, rid);
        let effects = sitting.press("1");
        let decide = |effect: &Effect| match effect {
            Effect::Send(ticket, Order::Decide { edit, .. }) => Some((*ticket, edit.clone())),
            _ => None,
        };
        let (ticket, edit) = effects.iter().find_map(decide).unwrap();
        if id == "b" {
            // While the next one is being written to disk, too.
            sitting.report(Report::Dropped { entry: "a".into() });
        }
        sitting.report(Report::Outbox(Box::new(OutboxEntry::queued(id, edit, Plan::default(), at_ms(0)))));
        sitting.report(Report::Done { ticket, result: Ok(()) });
        if id == "b" {
            assert_eq!(stands(&sitting), ("#1".into(), vec!["#2".into()]), "the next case comes up first");
            assert_eq!(kept(&sitting.press("n")).queue.iter().map(|next| &*next.key).collect::<Vec<_>>(), ["#3", "#1"]);
            sitting.press("d");
        }
    }
    assert_eq!((sitting.app.model.triage.as_ref(), sitting.said().starts_with("the run is through")), (None, true), "{}", sitting.said());
    let run = kept(&sitting.report(Report::Dropped { entry: "c".into() }));
    assert_eq!(sitting.said(), "#1: its edit was dropped; it comes up when the run goes on with T");
    assert_eq!((run.queue.len(), stands(&sitting)), (1, ("#1".into(), vec!["#2".into(), "#3".into()])));
    sitting.press("T 1 Esc");
    let edit = Edit::unguarded(CaseId { source: SourceId(0), id: "1".into() }, vec![Change::Comment("x".into())]);
    sitting.report(Report::Outbox(Box::new(OutboxEntry::queued("other", edit, Plan::default(), at_ms(0)))));
    assert_eq!(sitting.report(Report::Dropped { entry: "other".into() }), [], "it decided nothing");
}

#[test]
fn what_a_key_wrote_is_no_draft_once_it_is_taken_back() {
    let mut sitting = sitting(3);
    sitting.press("T");
    read(&mut sitting, 3);
    let effects = sitting.press("2");
    let edit = decided(&mut sitting, &effects, "a");
    assert!(matches!(&edit.changes[..], [Change::Comment(text), ..] if text.starts_with("Same as")), "{edit:?}");
    sitting.press("u");
    sitting.report(Report::Dropped { entry: "a".into() });
    assert!(sitting.said().contains("taken back, nothing was sent; U brings it back"), "{}", sitting.said());
    assert!(sitting.app.model.kept.is_empty(), "nobody typed it");
    // Made again and taken back once more, it is still nobody's text.
    sitting.press("Esc U");
    let order = super::verbs::agree(&mut sitting);
    super::verbs::queued(&mut sitting, "b", order);
    sitting.press("u");
    sitting.report(Report::Dropped { entry: "b".into() });
    assert!(sitting.said().contains("taken back, nothing was sent"), "{}", sitting.said());
    assert!(sitting.app.model.kept.is_empty());
}

#[test]
fn what_a_key_wrote_is_nobodys_text_when_it_is_done_again_to_another_case() {
    let mut sitting = sitting(3);
    sitting.press("T");
    read(&mut sitting, 3);
    let effects = sitting.press("2");
    decided(&mut sitting, &effects, "a");
    sitting.press("Esc j");
    let at = sitting.cursor().unwrap();
    assert_ne!(at, 3);
    read(&mut sitting, at);
    sitting.press(".");
    assert!(matches!(&super::verbs::wishes(&sitting)[..], [Change::Comment(text), ..] if text.starts_with("Same as")));
    let order = super::verbs::agree(&mut sitting);
    super::verbs::queued(&mut sitting, "b", order);
    sitting.press("u");
    sitting.report(Report::Dropped { entry: "b".into() });
    assert!(sitting.said().contains("taken back, nothing was sent; U brings it back"), "{}", sitting.said());
    assert!(sitting.app.model.kept.is_empty(), "nobody typed it");
}

/// The run as it is kept by the last of these orders.
fn kept(effects: &[Effect]) -> Triage {
    let run = |effect: &Effect| if let Effect::Send(_, Order::KeepTriage(run)) = effect { Some((**run).clone()) } else { None };
    effects.iter().rev().find_map(run).unwrap()
}

#[test]
fn what_another_workbench_decided_in_the_run_is_not_asked_again() {
    let mut sitting = sitting(5);
    sitting.press("T");
    let mut other = sitting.app.model.triage.clone().unwrap();
    other.decide(Decision::Left);
    other.decide(Decision::Left);
    // Under a box about the case in sight nothing moves.
    read(&mut sitting, 5);
    sitting.press("3");
    assert_eq!(sitting.app.cx.overlays.len(), 2, "{}", sitting.said());
    sitting.report(Report::Triage(Box::new(other.clone())));
    assert_eq!(triage_rid(&sitting.app.cx), Some(Rid(5)));
    sitting.press("Esc");
    sitting.report(Report::Triage(Box::new(other.clone())));
    assert_eq!(triage_rid(&sitting.app.cx), Some(Rid(3)));
    let Some(Overlay::Triage(pane)) = sitting.app.cx.overlays.last() else { panic!("{:?}", sitting.app.cx.overlays) };
    assert_eq!(pane.note.as_deref(), Some("#5 was decided in another workbench: skipped"));
    let run = kept(&sitting.press("d"));
    assert_eq!((run.queue.len(), run.decided.len()), (2, 3), "and it is kept with both");

    // Paused, and ended elsewhere: there is nothing to go on with.
    sitting.press("Esc");
    other.unite(&run);
    other.decide(Decision::Left);
    other.decide(Decision::Left);
    sitting.report(Report::Triage(Box::new(other.clone())));
    assert_eq!(sitting.app.model.triage, None);
    sitting.report(Report::Triage(Box::new(other)));
    assert_eq!(sitting.app.model.triage, None, "what is over is not offered");
}

#[test]
fn a_run_of_another_workbench_does_not_replace_the_one_under_way() {
    let mut sitting = sitting(3);
    sitting.press("T");
    let mine = sitting.app.model.triage.clone().unwrap();
    sitting.report(Report::Triage(Box::new(Triage { started_at: at_ms(90_000), ..mine.clone() })));
    assert_eq!(sitting.app.model.triage.as_ref(), Some(&mine));
    sitting.press("Esc T");
    let effects = sitting.press("2");
    let dropped = effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::DropTriage(run)) if run.is_same(&mine)));
    assert!(dropped, "only the run that was left for a new one is forgotten: {effects:?}");
}

/// The case in sight, and the keys of those that are decided.
pub(in crate::tui) fn stands(sitting: &Sitting) -> (String, Vec<String>) {
    let run = sitting.app.model.triage.as_ref().unwrap();
    (run.current().unwrap().key.clone(), run.decided.iter().map(|decided| decided.waiting.key.clone()).collect())
}

#[test]
fn what_was_left_as_it_is_comes_back_before_what_was_decided_earlier() {
    let mut sitting = sitting(4);
    sitting.press("T");
    read(&mut sitting, 4);
    let effects = sitting.press("1");
    decided(&mut sitting, &effects, "a");
    assert_eq!(stands(&sitting), ("#3".into(), vec!["#4".into()]));
    sitting.press("d");
    let run = kept(&sitting.press("u"));
    assert_eq!(stands(&sitting), ("#3".into(), vec!["#4".into()]), "the slip is taken back, not the change before it");
    assert_eq!((run.queue.len(), run.decided.len()), (3, 1), "on disk too");
    assert!(sitting.said().starts_with("#3 is to be decided again; U leaves"), "{}", sitting.said());
    let run = kept(&sitting.press("U"));
    assert_eq!((run.queue.len(), &run.decided[1].how), (2, &Decision::Left), "made again after all");
    sitting.press("u");
    let effects = sitting.press("u");
    assert_eq!(stands(&sitting), ("#4".into(), vec![]), "then what was decided before it");
    let settled = |effect: &Effect| matches!(effect, Effect::Send(_, Order::Settle { entry, how: Settle::TakeBack }) if entry == "a");
    assert!(effects.iter().any(settled), "{effects:?}");
}

#[test]
fn the_slip_that_ended_a_run_is_taken_back_and_the_run_goes_on() {
    let mut sitting = sitting(2);
    sitting.press("T");
    sitting.press("d d");
    assert_eq!((sitting.app.model.triage.as_ref(), sitting.said()), (None, "the run is through: 0 changed, 2 left, 0 skipped"));
    let run = kept(&sitting.press("u"));
    assert_eq!((run.queue.len(), run.decided.len()), (1, 1));
    assert!(sitting.said().starts_with("#1 is to be decided again, T goes on with it"), "{}", sitting.said());
    sitting.press("T 1");
    assert_eq!(stands(&sitting), ("#1".into(), vec!["#2".into()]));
    // A snooze that ended it, too.
    sitting.press("w 1");
    assert_eq!(sitting.app.model.triage, None);
    sitting.press("u T 1");
    assert_eq!((stands(&sitting), sitting.app.model.asides.snoozed()), (("#1".into(), vec!["#2".into()]), 0));
    // A run that is begun anew knows nothing of it.
    sitting.press("Esc T 2");
    assert!(!can_undo(&sitting.app.model, &sitting.app.cx), "{:?}", sitting.app.model.triage);
}

#[test]
fn a_run_taken_up_after_a_restart_takes_back_what_it_can_and_offers_no_more() {
    let mut before = sitting(5);
    before.press("T");
    read(&mut before, 5);
    let effects = before.press("1");
    decided(&mut before, &effects, "a");
    before.press("w 1 d Esc");
    let run = before.app.model.triage.clone().unwrap();
    let asides: Vec<_> = [Rid(4)].iter().map(|rid| before.app.model.aside(*rid).unwrap().clone()).collect();

    let mut sitting = sitting(5);
    sitting.report(Report::Asides(asides));
    sitting.report(Report::Triage(Box::new(run)));
    assert!(!can_undo(&sitting.app.model, &sitting.app.cx), "only the run itself gives back what it decided");
    sitting.press("T 1");
    assert!(can_undo(&sitting.app.model, &sitting.app.cx));
    let run = kept(&sitting.press("u"));
    assert_eq!((stands(&sitting), run.decided.len()), (("#3".into(), vec!["#5".into(), "#4".into()]), 2));
    assert!(can_undo(&sitting.app.model, &sitting.app.cx));
    sitting.press("u");
    assert_eq!((stands(&sitting), sitting.app.model.asides.snoozed()), (("#4".into(), vec!["#5".into()]), 0));
    assert!(!can_undo(&sitting.app.model, &sitting.app.cx), "the edit is of another sitting, and the run does not offer to take it back");
    sitting.press("u");
    assert_eq!(stands(&sitting), ("#4".into(), vec!["#5".into()]));
}

#[test]
fn the_corner_says_of_an_edit_only_then_that_it_is_taken_back_when_it_comes_first() {
    let mut sitting = sitting(3);
    sitting.press("T");
    read(&mut sitting, 3);
    let effects = sitting.press("1");
    let decide =
        |effect: &Effect| if let Effect::Send(ticket, Order::Decide { edit, .. }) = effect { Some((*ticket, edit.clone())) } else { None };
    let (ticket, edit) = effects.iter().find_map(decide).unwrap();
    let entry = OutboxEntry { send_after: Some(at_ms(5_000)), ..OutboxEntry::queued("a", edit, Plan::default(), at_ms(0)) };
    sitting.report(Report::Outbox(Box::new(entry)));
    sitting.report(Report::Done { ticket, result: Ok(()) });
    assert!(sitting.app.model.countdown(&sitting.app.cx).is_some() && sitting.app.model.takes_back_waiting(&sitting.app.cx));
    sitting.press("d");
    assert!(
        sitting.app.model.countdown(&sitting.app.cx).is_some() && !sitting.app.model.takes_back_waiting(&sitting.app.cx),
        "u takes back what was left"
    );
    sitting.press("u");
    assert!(sitting.app.model.takes_back_waiting(&sitting.app.cx));
}

#[test]
fn a_snooze_that_somebody_woke_is_to_be_decided_again_and_one_chosen_anew_is_not() {
    let mut sitting = sitting(3);
    sitting.press("T");
    sitting.press("w 1");
    let slept = sitting.app.model.aside(Rid(3)).unwrap().clone();
    sitting.report(Report::Asides(vec![crate::domain::aside::Aside { snooze: None, ..slept.clone() }]));
    sitting.press("u");
    assert!(sitting.said().contains("#3 is awake already, and to be decided again"), "{}", sitting.said());
    assert_eq!((stands(&sitting), sitting.app.model.history.can_redo()), (("#3".into(), vec![]), false));
    sitting.press("w 1");
    let mut newer = sitting.app.model.aside(Rid(3)).unwrap().clone();
    newer.snooze.as_mut().unwrap().since = at_ms(7);
    sitting.report(Report::Asides(vec![newer]));
    sitting.press("u");
    assert!(sitting.said().contains("#3 keeps the newer snooze"), "{}", sitting.said());
    assert_eq!(stands(&sitting).0, "#2", "its decision stands");
}
