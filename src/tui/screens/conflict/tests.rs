//! Deciding a conflict: nothing leaves while something is undecided, and nothing decided or typed is lost.

use super::*;
use crate::domain::case::{Case, Vendor};
use crate::domain::edit::{Edit, OutboxEntry, Plan, Progress};
use crate::domain::fault::FaultKind;
use crate::domain::merge::{Conflict, Merge, Outcome, Piece};
use crate::domain::sample;
use crate::domain::text::Clean;
use crate::protocol::Report;
use crate::tui::areas::scope;
use crate::tui::io::message::{Chord, Message};
use crate::tui::screens::conflict::open_conflict;
use crate::tui::screens::form::area::text_of;
use crate::tui::screens::form::tests::{Sitting, at_ms};

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn overlap(theirs: &str, mine: &str) -> Piece {
    Piece::Overlap { base: "was\n".into(), theirs: theirs.into(), mine: mine.into() }
}

/// A description with two overlaps, a priority, and tags that fit together.
fn conflict() -> Conflict {
    let set = |words: &[&str]| Value::Set(words.iter().map(|word| (*word).to_owned()).collect());
    let merge = |part, base, theirs, mine, outcome| Merge { aspect: Aspect::of_part(part), base, theirs, mine, outcome };
    let pieces = vec![Piece::Agreed("a\n".into()), overlap("t1\n", "m1\n"), Piece::Mine("b\n".into()), overlap("t2\n", "m2\n")];
    Conflict {
        by: Some(Clean::line("m.lee")),
        by_me: false,
        at: Some(at_ms(0)),
        merges: vec![
            merge(Part::Tags, set(&["a"]), set(&["a", "b"]), set(&["a", "c"]), Outcome::Merged(set(&["a", "b", "c"]))),
            merge(
                Part::Priority,
                text("HIGH"),
                text("CRITICAL"),
                text("LOW"),
                Outcome::Overlap(vec![Piece::Overlap { base: "HIGH".into(), theirs: "CRITICAL".into(), mine: "LOW".into() }]),
            ),
            merge(Part::Description, text("a\nwas\nwas\n"), text("a\nt1\nt2\n"), text("a\nm1\nb\nm2\n"), Outcome::Overlap(pieces)),
        ],
    }
}

fn entry(conflict: Conflict) -> OutboxEntry {
    let case = sample::case(Vendor::Tines, 7);
    let changes = vec![
        Change::AddTags(vec!["c".into()]),
        Change::Priority("LOW".into()),
        Change::Description("a\nm1\nb\nm2\n".into()),
        Change::Comment("and this".into()),
    ];
    let fault = Fault::new(FaultKind::Conflict, "somebody else changed the same");
    OutboxEntry {
        progress: Progress::Parked { fault, done: 0 },
        conflict: Some(conflict),
        ..OutboxEntry::queued("e1", Edit::new(&case, changes), Plan::default(), at_ms(0))
    }
}

/// The list knows the case by this number.
fn listed(sitting: &mut Sitting, rid: u32, case: &Case) {
    let rows = vec![(Rid(rid), case.row.clone())];
    sitting.app.update(Message::Report(Report::Rows { rows, from: crate::protocol::From::Disk }));
}

fn at_conflict() -> Sitting {
    let mut sitting = Sitting::with(Vendor::Tines);
    listed(&mut sitting, 1, &sample::case(Vendor::Tines, 7));
    sitting.app.update(Message::Report(Report::Outbox(Box::new(entry(conflict())))));
    open_conflict("e1", &mut sitting.app.model, &mut sitting.app.cx);
    sitting
}

fn pane(sitting: &Sitting) -> &ConflictPane {
    let Some(Overlay::Conflict(pane)) = sitting.app.cx.overlays.last() else { panic!("the conflict is on the screen") };
    pane
}

#[test]
fn nothing_is_sent_while_an_overlap_is_undecided() {
    let mut sitting = at_conflict();
    assert_eq!(sitting.press("m m m Ctrl-s"), [], "keys of the first moments were meant for what was there before");
    assert_eq!(pane(&sitting).undecided(), 3);
    sitting.wait(400);
    let decided = sitting.press("m Ctrl-s");
    assert!(matches!(decided[..], [(_, Order::KeepDraft(_))]), "only the disk is told: {decided:?}");
    assert!(sitting.app.cx.notices.shown().unwrap().text.contains("2 overlaps of description"));
    let asked = sitting.press("t b Ctrl-s");
    let [(plan, Order::PlanDecided { values: planned, .. })] = &asked[..] else { panic!("{asked:?}") };
    sitting.wait(400);
    assert_eq!(sitting.press("y"), [], "nothing is agreed to before its calls are shown");
    sitting.planned(*plan);
    sitting.wait(1_000);
    let sent = sitting.press("y");
    let [(ticket, Order::Settle { entry, how: Settle::Decide(values) })] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!((entry.as_str(), values), ("e1", planned), "what was shown is what is sent");
    let expected = [(Aspect::of_part(Part::Priority), text("LOW")), (Aspect::of_part(Part::Description), text("a\nt1\nb\nt2\nm2\n"))];
    assert_eq!(values[..], expected);
    assert_eq!(sitting.press("Ctrl-s"), [], "once is enough");
    sitting.done(*ticket, Ok(()));
    assert!(sitting.app.cx.overlays.is_empty());
}

#[test]
fn what_cannot_be_taken_is_said_and_one_of_a_few_is_not_written() {
    let mut sitting = at_conflict();
    sitting.wait(400).press("b");
    assert!(sitting.app.cx.notices.shown().unwrap().text.contains("one value"));
    sitting.press("e");
    assert!(pane(&sitting).editor.is_none());
    sitting.press("k t");
    assert!(sitting.app.cx.notices.shown().unwrap().text.contains("nothing to decide here"));
    assert_eq!(pane(&sitting).undecided(), 3);
}

#[test]
fn an_overlap_is_written_anew_and_survives_leaving() {
    let mut sitting = at_conflict();
    sitting.wait(400).press("m e");
    sitting.type_text("new ");
    sitting.app.update(Message::Paste("pasted\nt".into()));
    sitting.press("Esc");
    assert_eq!(pane(&sitting).undecided(), 1);
    sitting.press("Esc");
    assert!(sitting.app.cx.overlays.is_empty());
    open_conflict("e1", &mut sitting.app.model, &mut sitting.app.cx);
    assert_eq!(pane(&sitting).undecided(), 1);
    sitting.wait(400).press("j j");
    let asked = sitting.press("t Ctrl-s");
    sitting.planned(asked[0].0);
    sitting.wait(400);
    let sent = sitting.press("y");
    let [(ticket, Order::Settle { how: Settle::Decide(values), .. })] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(values[1].1, text("a\nnew pasted\ntm1\nb\nt2\n"));
    let fault = Fault::new(FaultKind::Disk, "no");
    sitting.done(*ticket, Err(fault));
    assert_eq!(pane(&sitting).undecided(), 0, "a failure leaves everything as it was");
}

#[test]
fn a_case_that_moved_again_keeps_what_still_fits() {
    let mut sitting = at_conflict();
    sitting.wait(400).press("m t");
    let mut moved = conflict();
    moved.merges[1].theirs = text("INFO");
    sitting.app.update(Message::Report(Report::Outbox(Box::new(entry(moved)))));
    assert_eq!(pane(&sitting).choices, [vec![], vec![None], vec![Some(Choice::Theirs), None]]);
    // What was decided for another conflict is not sent any more, and a key that was meant for it does nothing.
    let asked = sitting.wait(400).press("m m Ctrl-s");
    sitting.planned(asked[0].0);
    assert!(sitting.is_reviewing());
    let mut moved = conflict();
    moved.merges[1].theirs = text("HIGH");
    sitting.app.update(Message::Report(Report::Outbox(Box::new(entry(moved)))));
    assert_eq!(pane(&sitting).undecided(), 1);
    assert_eq!(sitting.wait(400).press("y"), []);
    let settled = OutboxEntry { conflict: None, progress: Progress::Queued, ..entry(conflict()) };
    sitting.app.update(Message::Report(Report::Outbox(Box::new(settled))));
    assert!(pane(&sitting).is_gone, "there is nothing left to decide");
    assert_eq!(sitting.wait(400).press("t m b e d Ctrl-s"), []);
    assert!(sitting.app.cx.notices.shown().unwrap().text.contains("settled elsewhere"));
    sitting.press("Esc");
    assert!(sitting.app.cx.overlays.is_empty());
}

#[test]
fn dropping_asks_and_keeps_the_text_for_the_form() {
    let mut sitting = at_conflict();
    sitting.wait(400).press("d");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Confirm(_))));
    let orders = sitting.wait(400).press("y");
    assert!(orders.iter().any(|(_, order)| *order == Order::Settle { entry: "e1".into(), how: Settle::Drop }), "{orders:?}");
    let kept = orders.iter().find_map(|(_, order)| if let Order::KeepDraft(draft) = order { Some(draft) } else { None }).unwrap();
    assert!(kept.values.contains(&(Aspect::of_part(Part::Comment), text("and this"))));
    assert!(kept.values.contains(&(Aspect::of_part(Part::Description), text("a\nm1\nb\nm2\n"))));
}

/// The entry of a conflict about the priority of a case, with these wishes besides.
fn with_wishes(case: &Case, wishes: Vec<Change>) -> OutboxEntry {
    let merges = conflict().merges.into_iter().filter(|merge| merge.aspect.part == Part::Priority).collect();
    let changes = [vec![Change::Priority("LOW".into())], wishes].concat();
    OutboxEntry { edit: Edit::new(case, changes), ..entry(Conflict { merges, ..conflict() }) }
}

fn drops(orders: &[(Ticket, Order)]) -> bool {
    orders.iter().any(|(_, order)| matches!(order, Order::Settle { how: Settle::Drop, .. }))
}

#[test]
fn dropping_keeps_every_wish_beside_what_was_typed_since() {
    let who = crate::domain::person::Person { id: "9".into(), name: Clean::line("Kim Lee"), ..Default::default() };
    let lists = |vendor| match vendor {
        Vendor::Tines => vec![Change::Assign(who.clone()), Change::AddTags(vec!["x,y".into()]), Change::RemoveTags(vec!["old".into()])],
        _ => vec![Change::Assign(who.clone()), Change::Attribute { key: "team".into(), values: vec!["soc".into()] }],
    };
    for vendor in [Vendor::Tines, Vendor::Datadog] {
        let mut sitting = Sitting::with(vendor);
        let mut case = sample::case(vendor, 7);
        if vendor == Vendor::Tines {
            case.row.tags = vec![Clean::line("old")];
        }
        listed(&mut sitting, 1, &case);
        sitting.give(case.clone());
        let directory = crate::domain::directory::Directory { people: vec![who.clone()], ..Default::default() };
        sitting.app.update(Message::Report(Report::Directory(crate::domain::case::SourceId(0), std::sync::Arc::new(directory))));
        sitting.open(Part::Comment).type_text("since");
        sitting.press("Esc");
        let title = Change::Title("mine".into());
        let wishes = [vec![title.clone()], lists(vendor), vec![Change::Comment("before".into())]].concat();
        sitting.app.update(Message::Report(Report::Outbox(Box::new(with_wishes(&case, wishes)))));
        open_conflict("e1", &mut sitting.app.model, &mut sitting.app.cx);
        sitting.wait(400).press("d");
        let orders = sitting.wait(400).press("y");
        assert!(drops(&orders), "{orders:?}");
        sitting.app.update(Message::Report(Report::Dropped { entry: "e1".into() }));
        sitting.open(Part::Title);
        let mut all = sitting.form().changes();
        all.retain(|change| !matches!(change, Change::Priority(_)));
        let wanted = [vec![title], lists(vendor), vec![Change::Comment("before\n\nsince".into())]].concat();
        assert_eq!(all, wanted, "{vendor}");
    }
}

#[test]
fn nothing_is_dropped_before_the_form_can_keep_it() {
    let mut sitting = Sitting::with(Vendor::Tines);
    let case = sample::case(Vendor::Tines, 8);
    listed(&mut sitting, 2, &case);
    sitting.app.update(Message::Report(Report::Outbox(Box::new(with_wishes(&case, vec![Change::AddTags(vec!["vip".into()])])))));
    open_conflict("e1", &mut sitting.app.model, &mut sitting.app.cx);
    sitting.wait(400).press("d");
    let orders = sitting.wait(400).press("y");
    assert!(!drops(&orders), "the case was not read yet: {orders:?}");
    assert!(sitting.app.cx.notices.shown().unwrap().text.starts_with("nothing was dropped"));
    let report = Report::Case { rid: Rid(2), case: case.clone().into(), read_at: at_ms(0), from: crate::protocol::From::Network };
    sitting.app.update(Message::Report(report));
    sitting.press("d");
    let orders = sitting.wait(400).press("y");
    assert!(drops(&orders), "{orders:?}");
    assert!(sitting.app.model.kept.get(&case.row.id).is_some_and(|draft| draft.values.iter().any(|(aspect, _)| aspect.part == Part::Tags)));
}

#[test]
fn what_has_landed_of_a_dropped_edit_is_not_offered_again() {
    let mut sitting = at_conflict();
    let case = sample::case(Vendor::Tines, 7);
    let mut entry = with_wishes(&case, vec![Change::Comment("said already".into())]);
    let call = |makes| crate::domain::edit::Call {
        method: crate::domain::edit::Method::Post,
        path: "/".into(),
        body: None,
        makes,
        lasting: None,
        stays: Vec::new(),
    };
    entry.calls = vec![call(vec![1]), call(vec![0])];
    entry.progress = Progress::Parked { fault: Fault::new(FaultKind::Conflict, "changed"), done: 1 };
    sitting.app.update(Message::Report(Report::Outbox(Box::new(entry))));
    sitting.wait(400).press("d");
    sitting.wait(400).press("y");
    let draft = sitting.app.model.kept.get(&case.row.id).unwrap();
    let parts: Vec<Part> = draft.values.iter().map(|(aspect, _)| aspect.part).collect();
    assert_eq!(parts, [Part::Priority]);
}

#[test]
fn pasted_text_never_decides() {
    let mut sitting = at_conflict();
    sitting.wait(400);
    assert_eq!(sitting.app.update(Message::Paste("tmb\x13y".into())), []);
    assert_eq!(pane(&sitting).undecided(), 3);
    sitting.app.update(Message::Key(Chord::char('d')));
    sitting.wait(400);
    assert_eq!(sitting.app.update(Message::Paste("y".into())), []);
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Confirm(_))));
}

#[test]
fn both_is_offered_only_where_there_is_room_for_both() {
    use crate::tui::available::unavailable;
    use crate::tui::keys::action::{Action, Scope};
    let mut sitting = at_conflict();
    assert_eq!(pane(&sitting).merge().unwrap().aspect.part, Part::Priority, "it holds one value");
    assert!(
        unavailable(Scope::Conflict, Action::Both, &sitting.app.model, &sitting.app.panes, &sitting.app.cx)
            .is_some_and(|why| why.contains("one value"))
    );
    sitting.wait(400);
    sitting.press("j");
    assert_eq!(pane(&sitting).merge().unwrap().aspect.part, Part::Description);
    assert_eq!(unavailable(Scope::Conflict, Action::Both, &sitting.app.model, &sitting.app.panes, &sitting.app.cx), None);
}

#[test]
fn while_an_overlap_is_written_anew_only_its_own_keys_are_offered() {
    use crate::tui::keys::action::{Action, Scope};
    let mut sitting = at_conflict();
    sitting.wait(400).press("j e");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::Rewrite);
    let offered: Vec<Action> = sitting
        .app
        .cx
        .keymap
        .bindings(Scope::Rewrite)
        .map(|bound| bound.binding.action)
        .filter(|action| *action != Action::Redraw)
        .collect();
    assert_eq!(offered, [Action::Review, Action::Leave, Action::Discard], "Tab leads nowhere, and there is no editor");
    sitting.type_text("x");
    sitting.press("Ctrl-g");
    assert_eq!((scope(&sitting.app.panes, &sitting.app.cx), pane(&sitting).undecided()), (Scope::Conflict, 3));
}

/// The drafts that went to the disk.
fn drafts(orders: Vec<(Ticket, Order)>) -> Vec<crate::domain::draft::Draft> {
    orders.into_iter().filter_map(|(_, order)| if let Order::KeepDraft(draft) = order { Some(draft) } else { None }).collect()
}

/// The next start, with this draft on disk, at the same conflict.
fn started_again(draft: crate::domain::draft::Draft) -> Sitting {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.app.update(Message::Report(Report::Draft(Box::new(draft))));
    listed(&mut sitting, 1, &sample::case(Vendor::Tines, 7));
    sitting.app.update(Message::Report(Report::Outbox(Box::new(entry(conflict())))));
    open_conflict("e1", &mut sitting.app.model, &mut sitting.app.cx);
    sitting.wait(400);
    sitting
}

fn description(sitting: &Sitting) -> Option<String> {
    let draft = sitting.app.model.kept.get(&sample::case(Vendor::Tines, 7).row.id)?;
    draft.values.iter().find(|(aspect, _)| aspect.part == Part::Description).map(|(_, value)| value.line())
}

#[test]
fn what_is_written_in_a_conflict_is_on_disk_within_a_second_and_there_after_a_kill() {
    let mut sitting = at_conflict();
    sitting.wait(400).press("j e");
    assert_eq!(sitting.orders_after(2_000), [], "nothing is typed yet");
    sitting.type_text("ne");
    sitting.app.update(Message::Paste("w ".into()));
    let half = drafts(sitting.orders_after(500)).pop().expect("half a word is on its way to the disk");
    let mut next = started_again(half);
    assert_eq!((pane(&next).undecided(), pane(&next).begun()), (3, Some("new m1\n")), "nobody has decided it");
    assert!(next.app.model.kept.cases().next().is_some(), "it is said of the case that text waits");
    next.press("e");
    next.type_text("> ");
    next.press("Esc");
    assert_eq!(pane(&next).choices[2], [Some(Choice::Text("> new m1\n".into())), None]);
}

#[test]
fn what_was_decided_outlives_leaving_the_program_and_goes_once_it_is_sent() {
    let mut sitting = at_conflict();
    sitting.wait(400).press("m e");
    sitting.type_text("new ");
    // The disk has one order at a time: the first choice is on its way, the rest follows.
    let first = sitting.app.cx.pending.iter().find(|(_, ask)| matches!(ask, Ask::Draft(_))).map(|(ticket, _)| ticket).unwrap();
    sitting.press("Esc t");
    let case = sample::case(Vendor::Tines, 7).row.id;
    let draft = drafts(crate::tui::screens::form::tests::orders(sitting.done(first, Ok(())))).pop().unwrap();
    let mut next = started_again(draft);
    let written = Choice::Text("new m1\n".into());
    assert_eq!(pane(&next).choices, [vec![], vec![Some(Choice::Mine)], vec![Some(written), Some(Choice::Theirs)]]);
    let asked = next.press("Ctrl-s");
    next.planned(asked[0].0);
    let sent = next.wait(400).press("y");
    assert_eq!(next.press("Esc"), [], "it is being written to disk");
    // The entry is told before the ticket closes, or after it.
    let queued = OutboxEntry { conflict: None, progress: Progress::Queued, ..entry(conflict()) };
    next.app.update(Message::Report(Report::Outbox(Box::new(queued))));
    assert!(!pane(&next).is_gone, "it was decided here");
    let orders = crate::tui::screens::form::tests::orders(next.done(sent[0].0, Ok(())));
    assert!(orders.iter().any(|(_, order)| *order == Order::DropDraft(case.clone())), "{orders:?}");
    assert!(next.app.cx.overlays.is_empty() && next.app.model.kept.decided(&case, "e1").is_none());
}

#[test]
fn a_conflict_that_goes_under_the_typist_leaves_the_text_and_no_letter_is_a_command() {
    let case = sample::case(Vendor::Tines, 7);
    let other = OutboxEntry {
        is_held: true,
        ..OutboxEntry::queued(
            "e2",
            Edit::new(&sample::case(Vendor::Tines, 8), vec![Change::Comment("held".into())]),
            Plan::default(),
            at_ms(0),
        )
    };
    let settled = OutboxEntry { conflict: None, progress: Progress::Verified, ..entry(conflict()) };
    for gone in [Report::Dropped { entry: "e1".into() }, Report::Outbox(Box::new(settled))] {
        let mut sitting = Sitting::with(Vendor::Tines);
        listed(&mut sitting, 1, &case);
        sitting.give(case.clone());
        for entry in [entry(conflict()), other.clone()] {
            sitting.app.update(Message::Report(Report::Outbox(Box::new(entry))));
        }
        sitting.press("g o Enter");
        sitting.wait(400).press("j e");
        sitting.type_text("mine: ");
        sitting.app.update(Message::Report(gone));
        sitting.type_text("prdaqy");
        let orders = sitting.orders_after(1_000);
        assert!(!orders.iter().any(|(_, order)| matches!(order, Order::Settle { .. } | Order::HoldAll(_))), "{orders:?}");
        assert!(pane(&sitting).is_gone && pane(&sitting).editor.is_some(), "the text stays under the keys");
        sitting.press("Esc");
        assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Outbox(_))));
        let text = "a\nmine: prdaqym1\nb\nm2\n";
        assert_eq!(description(&sitting).as_deref(), Some(text));
        sitting.press("Esc");
        sitting.open(Part::Title);
        assert!(sitting.form().changes().contains(&Change::Description(text.into())), "{:?}", sitting.form().changes());
    }
}

#[test]
fn a_text_whose_conflict_went_while_nobody_was_there_is_offered_by_the_form() {
    let mut sitting = at_conflict();
    sitting.wait(400).press("j e");
    sitting.type_text("new ");
    let draft = drafts(sitting.orders_after(500)).pop().unwrap();
    assert_eq!(draft.text(), "a\nnew m1\nb\nm2\n", "`outbox list` prints it");
    let case = sample::case(Vendor::Tines, 7);
    let mut next = Sitting::with(Vendor::Tines);
    next.app.update(Message::Report(Report::Draft(Box::new(draft))));
    listed(&mut next, 1, &case);
    next.give(case);
    next.open(Part::Title);
    assert!(next.form().changes().contains(&Change::Description("a\nnew m1\nb\nm2\n".into())));
    // From then on it is a text of the form like any other: taken out there, it is gone.
    next.press("Ctrl-g");
    next.wait(400).press("y");
    assert!(next.app.model.kept.is_empty());
}

#[test]
fn a_text_stays_with_its_overlap_when_the_case_moves_again() {
    let mut sitting = at_conflict();
    sitting.wait(400).press("j j e");
    sitting.type_text("two ");
    let mut moved = conflict();
    moved.merges[1].theirs = text("INFO");
    sitting.app.update(Message::Report(Report::Outbox(Box::new(entry(moved)))));
    assert!(pane(&sitting).editor.is_some());
    sitting.type_text("more ");
    sitting.press("Esc");
    assert_eq!(pane(&sitting).choices, [vec![], vec![None], vec![None, Some(Choice::Text("two more m2\n".into()))]]);
    // The text itself was changed by others: what was written is not decided any more, and `e` goes on with it.
    let mut moved = conflict();
    moved.merges[2].outcome = Outcome::Overlap(vec![overlap("t3\n", "m1\nb\nm2\n")]);
    sitting.app.update(Message::Report(Report::Outbox(Box::new(entry(moved)))));
    sitting.wait(400).press("j");
    assert_eq!((pane(&sitting).undecided(), pane(&sitting).begun()), (2, Some("two more m2\n")));
    // It overlaps no more: the text is left to the case.
    let mut moved = conflict();
    moved.merges[2].outcome = Outcome::Mine;
    sitting.app.update(Message::Report(Report::Outbox(Box::new(entry(moved)))));
    assert_eq!(description(&sitting).as_deref(), Some("two more m2\n"));
}

#[test]
fn another_choice_does_not_take_a_text_away_and_dropping_puts_it_into_the_form() {
    let mut sitting = at_conflict();
    sitting.wait(400).press("j e");
    sitting.type_text("new ");
    sitting.press("Esc k t");
    assert_eq!(pane(&sitting).choices[2][0], Some(Choice::Theirs));
    sitting.press("k e");
    assert_eq!(pane(&sitting).editor.as_ref().map(text_of).as_deref(), Some("new m1"), "`e` still has it");
    sitting.press("Ctrl-s k t");
    sitting.app.update(Message::Key(Chord::char('d')));
    sitting.wait(400).press("y");
    assert_eq!(description(&sitting).as_deref(), Some("a\nnew m1\nb\nm2\n"));
    assert!(sitting.app.cx.overlays.is_empty());
}
