//! What is typed is not lost and what is shown is what happens: the comment form of marks and of a triage run, boxes that
//! are left, menus that meet news, plans that meet news, and what is taken back of an edit that cannot be as a whole.

use super::verbs::{agree, at, directory, give, person, queued, review, wishes};
use super::*;
use crate::domain::aspect::{Aspect, Value};
use crate::domain::bulk::{Row as Planned, Sends, Verdict, Wanted};
use crate::domain::case::State;
use crate::domain::change_script::ChangeScript;
use crate::domain::directory::StatusOption;
use crate::domain::draft::Draft;
use crate::domain::part::Part;
use crate::domain::triage::Decision;
use crate::protocol::{Order, Ticket};
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::Confirm;
use crate::tui::screens::form::area::text_of;
use crate::tui::screens::palette::acts::{palette_entries, paste_in_palette};
use crate::tui::screens::review::acts::start_review;
use crate::tui::screens::review::{Origin, Stage};
use crate::tui::screens::triage::acts::is_in_triage;
use crate::tui::screens::views::acts::open_save_view;

fn sitting(count: u32) -> Sitting {
    let mut sitting = Sitting::with(rows(1..=count));
    sitting.report(Report::Directory(SourceId(0), Arc::new(directory())));
    sitting
}

fn read(sitting: &mut Sitting, number: u32) {
    let case = sample::case(Vendor::Tines, number);
    sitting.report(Report::Case { rid: Rid(number), case: Arc::new(case), read_at: at_ms(0), from: From::Network });
}

fn comment(sitting: &Sitting) -> Option<String> {
    sitting.app.cx.form().map(|form| text_of(&form.comment))
}

fn order<T>(effects: &[Effect], find: impl Fn(&Order) -> Option<T>) -> Option<(Ticket, T)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(ticket, order) => find(order).map(|found| (*ticket, found)),
        _ => None,
    })
}

fn kept(effects: &[Effect]) -> Option<Draft> {
    order(effects, |order| if let Order::KeepDraft(draft) = order { Some(draft.clone()) } else { None }).map(|(_, draft)| draft)
}

fn question(sitting: &Sitting) -> &Confirm {
    match sitting.app.cx.overlays.last() {
        Some(Overlay::Confirm(confirm)) => confirm,
        other => panic!("no question: {other:?}, {}", sitting.said()),
    }
}

/// An edit is saved, sent and read back.
fn land(sitting: &mut Sitting, id: &str) {
    let order = agree(sitting);
    let mut entry = queued(sitting, id, order);
    entry.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(entry)));
}

/// The edit of a triage run is on disk, in the outbox.
fn decided(sitting: &mut Sitting, effects: &[Effect], id: &str) {
    let find = |order: &Order| if let Order::Decide { edit, .. } = order { Some(edit.clone()) } else { None };
    let (ticket, edit) = order(effects, find).unwrap_or_else(|| panic!("nothing was decided: {effects:?}, {}", sitting.said()));
    let mut entry = OutboxEntry::queued(id, edit, Plan::default(), at_ms(sitting.now_ms));
    entry.send_after = Some(at_ms(sitting.now_ms + 5_000));
    sitting.report(Report::Done { ticket, result: Ok(()) });
    sitting.report(Report::Outbox(Box::new(entry)));
}

#[test]
fn a_comment_on_marked_cases_has_several_lines_and_a_draft_on_disk() {
    let mut sitting = sitting(3);
    sitting.press("* c o n e Enter t w o");
    assert_eq!(comment(&sitting).as_deref(), Some("one\ntwo"));
    let draft = kept(&sitting.wait(400)).expect("the draft goes to the disk within half a second");
    assert!(draft.case.is_of_marks());
    sitting.done();
    sitting.press("Esc");
    assert!(
        sitting.app.cx.overlays.is_empty()
            && sitting.said().contains("your text is kept for these; c with the same ones marked offers it again"),
        "{}",
        sitting.said()
    );
    assert!(sitting.app.model.has_draft_of_marks());
    sitting.press("c");
    assert_eq!(comment(&sitting).as_deref(), Some("one\ntwo"), "it is offered again");

    let effects = sitting.press("Ctrl-s");
    let find = |order: &Order| if let Order::PlanBulk { wanted, .. } = order { Some(wanted.clone()) } else { None };
    let (ticket, wanted) = order(&effects, find).unwrap();
    assert_eq!(wanted, Wanted::ChangeScript(ChangeScript::comment("one\ntwo".into())));
    sitting.press("Esc");
    assert_eq!(comment(&sitting).as_deref(), Some("one\ntwo"), "leaving the dry run leaves the text");
    let effects = sitting.press("Ctrl-s");
    let (ticket, _) =
        order(&effects, find).map(|(new, wanted)| (if new == ticket { panic!("the same order") } else { new }, wanted)).unwrap();
    let case = sample::case(Vendor::Tines, 3);
    let edit = Edit::new(&case, vec![Change::Comment("one\ntwo".into())]);
    let sends = Sends { edit, plan: Plan::default(), lines: Vec::new(), objections: Vec::new(), busy: None };
    let row =
        Planned { rid: Rid(3), case: case.row.id, key: case.row.key, title: case.row.title, verdict: Verdict::Sends(Box::new(sends)) };
    sitting.report(Report::BulkPlanned { ticket, rows: vec![row] });
    sitting.report(Report::Done { ticket, result: Ok(()) });
    let effects = sitting.press("1 Enter");
    let (ticket, ()) = order(&effects, |order| matches!(order, Order::SubmitBulk { .. }).then_some(())).unwrap();
    assert!(sitting.app.cx.form().is_some(), "the form stays until all of it is on disk");
    let effects = sitting.report(Report::Done { ticket, result: Ok(()) });
    assert!(sitting.app.cx.form().is_none() && sitting.app.model.kept.drafts_of_marks().next().is_none());
    assert!(order(&effects, |order| matches!(order, Order::DropDraft(case) if case.is_of_marks()).then_some(())).is_some(), "{effects:?}");

    let mut next = self::sitting(2);
    next.report(Report::Draft(Box::new(draft.clone())));
    assert!(next.said().contains("was not sent: mark the same ones (Space), c offers it again"), "{}", next.said());
    let mut next = self::sitting(3);
    next.report(Report::Draft(Box::new(draft)));
    next.press("* c");
    assert_eq!(comment(&next).as_deref(), Some("one\ntwo"), "after a restart");
}

#[test]
fn a_comment_in_a_triage_run_is_the_form_of_its_case() {
    let mut sitting = sitting(2);
    sitting.press("T");
    read(&mut sitting, 2);
    sitting.press("c o n e Enter t w o");
    let draft = kept(&sitting.wait(400)).expect("the draft goes to the disk");
    assert_eq!(draft.case.id, "2");
    sitting.done();
    sitting.press("Esc");
    assert!(is_in_triage(&sitting.app.cx) && sitting.app.model.has_draft(Rid(2)));
    sitting.press("c");
    assert_eq!(comment(&sitting).as_deref(), Some("one\ntwo"));
    sitting.press("Ctrl-s");
    assert_eq!(wishes(&sitting), [Change::Comment("one\ntwo".into())]);
    sitting.app.model.send_delay_ms = 0;
    let saved = agree(&mut sitting);
    assert!(matches!(saved, Order::Submit { delay_ms: 5_000, .. }), "in a run it can always be taken back: {saved:?}");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Triage(_))));
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#2", "a comment decides nothing");
}

#[test]
fn a_line_that_was_left_is_offered_again_where_it_was_typed() {
    let mut sitting = sitting(3);
    sitting.press("* t + v i p Esc t");
    let typed = |sitting: &Sitting| match sitting.app.cx.overlays.last() {
        Some(Overlay::Ask(ask)) => ask.typed().to_owned(),
        Some(Overlay::People(people)) => crate::tui::widgets::text::line_text(&people.area).to_owned(),
        Some(Overlay::Labels(labels)) => crate::tui::widgets::text::line_text(&labels.area).to_owned(),
        other => panic!("no box: {other:?}"),
    };
    assert_eq!(typed(&sitting), "+vip");
    assert!(order(&sitting.press("Enter"), |order| matches!(order, Order::PlanBulk { .. }).then_some(())).is_some());
    sitting.press("Esc");
    assert_eq!(typed(&sitting), "+vip", "leaving the dry run leaves the line");
    sitting.press("Ctrl-u x Esc Ctrl-\\");

    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    for (key, text) in [("a", "o b"), ("t", "+ n e w")] {
        sitting.press(&format!("{key} {text} Esc {key}"));
        assert_eq!(typed(&sitting), text.replace(' ', ""), "{key}");
        sitting.press("Ctrl-u Esc");
        sitting.press(key);
        assert_eq!(typed(&sitting), "", "what was cleared is not offered");
        sitting.press("Esc");
    }
    sitting.press("/ s t a t u s : o p e n Esc / Ctrl-p");
    let Some(Overlay::Filter(bar)) = sitting.app.cx.overlays.last() else { panic!() };
    assert_eq!(crate::tui::widgets::text::line_text(&bar.area), "status:open", "a filter that was left is among those of before");
}

#[test]
fn of_a_macro_status_and_tag_are_set_back_and_the_comment_is_named() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    let closed = StatusOption { state: State::Closed, name: Clean::line("Done"), id: "Done".into(), group: "".into() };
    let changes = vec![Change::Status(closed), Change::AddTags(vec!["fp".into()]), Change::Comment("not one".into())];
    start_review(Rid(7), Edit::new(&sample::case(Vendor::Tines, 7), changes.clone()), &mut sitting.app.model, &mut sitting.app.cx);
    land(&mut sitting, "a");
    let mut now = sample::case(Vendor::Tines, 7);
    now.row.status = crate::domain::case::Status { state: Some(State::Closed), name: Clean::line("Done") };
    now.row.tags = vec![Clean::line("fp")];
    give(&mut sitting, now);
    sitting.press("u");
    assert!(matches!(&wishes(&sitting)[..], [Change::Status(was), Change::RemoveTags(_)] if was.name.as_str() == "To do"));
    assert!(matches!(&review(&sitting).origin, Origin::Undo { stays, .. } if stays[..] == ["the comment stays"]));
    land(&mut sitting, "b");
    give(&mut sitting, sample::case(Vendor::Tines, 7));
    sitting.press("U");
    assert_eq!(wishes(&sitting), changes[..2], "made again, the comment is not said twice");
}

#[test]
fn another_change_is_never_taken_back_unasked() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    land(&mut sitting, "a");
    let mut critical = sample::case(Vendor::Tines, 7);
    critical.row.priority = Some(Priority::read("CRITICAL"));
    give(&mut sitting, critical);
    sitting.press("c h i Ctrl-s");
    land(&mut sitting, "b");
    for _ in 0..3 {
        sitting.press("u");
        let details = question(&sitting).details.join(" ");
        assert!(details.contains("a comment cannot be taken back") && details.contains("priority -> CRITICAL"), "{details}");
        sitting.wait(300);
        sitting.press("n");
        assert!(sitting.app.cx.overlays.is_empty(), "a no leaves both as they are");
    }
    sitting.press("u");
    sitting.wait(300);
    sitting.press("y");
    assert_eq!(wishes(&sitting), [Change::Priority("MEDIUM".into())]);
}

#[test]
fn a_change_that_was_set_back_by_others_is_said_so() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    land(&mut sitting, "a");
    sitting.press("u");
    let Stage::Planning(ticket) = review(&sitting).stage else { panic!() };
    let fault = Fault::new(FaultKind::NotPossible, "the case shows all of this already");
    sitting.report(Report::Done { ticket, result: Err(fault) });
    assert!(sitting.app.cx.overlays.is_empty());
    assert!(sitting.said().contains("shows all of this already; there is no change before it"), "{}", sitting.said());
}

#[test]
fn a_decision_comes_back_with_its_edit_and_not_without() {
    let mut sitting = sitting(3);
    sitting.press("T");
    read(&mut sitting, 3);
    let effects = sitting.press("1");
    decided(&mut sitting, &effects, "a");
    let current = |sitting: &Sitting| sitting.app.model.triage.as_ref().unwrap().current().unwrap().key.clone();
    assert_eq!(current(&sitting), "#2");
    let mut entry = sitting.app.model.outbox[0].entry.clone();
    entry.progress = Progress::Sending { done: 0, calls: 1 };
    sitting.report(Report::Outbox(Box::new(entry.clone())));
    sitting.press("u");
    assert!(sitting.said().contains("is being sent"), "{}", sitting.said());
    assert_eq!(current(&sitting), "#2", "what is being sent is not taken back, so its case stays decided");
    entry.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(entry)));
    let mut taken = sample::case(Vendor::Tines, 3);
    taken.row.assignees = vec![person("1", "me")];
    taken.row.status = crate::domain::case::Status { state: Some(State::InProgress), name: Clean::line("Investigating") };
    sitting.report(Report::Case { rid: Rid(3), case: Arc::new(taken), read_at: at_ms(0), from: From::Network });
    sitting.press("u");
    assert_eq!(current(&sitting), "#2");
    agree(&mut sitting);
    assert_eq!(current(&sitting), "#3", "the edit that takes it back is on disk");
    assert!(sitting.app.model.triage.as_ref().unwrap().decided.is_empty());
}

#[test]
fn a_decision_taken_back_outside_its_run_comes_up_again_when_the_run_goes_on() {
    let mut sitting = sitting(2);
    sitting.press("T");
    read(&mut sitting, 2);
    let effects = sitting.press("1");
    decided(&mut sitting, &effects, "a");
    sitting.press("Esc u");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#2");
}

#[test]
fn a_comment_takes_no_refused_edit_out_of_the_outbox_whose_fields_it_does_not_show() {
    let status = Change::Status(StatusOption { state: State::Closed, name: Clean::line("Done"), id: "9".into(), group: "".into() });
    let comment = Change::Comment("looked".into());
    let cases = [(vec![status.clone()], ""), (vec![status, comment.clone()], ""), (vec![comment], "looked")];
    for (changes, offered) in cases {
        let mut sitting = at(Vendor::Tines, directory(), |_| {});
        let case = sample::case(Vendor::Tines, 7);
        let mut entry = OutboxEntry::queued("refused", Edit::new(&case, changes), Plan::default(), at_ms(0));
        entry.progress = Progress::Parked { fault: Fault::new(FaultKind::Rejected, "not met").with_status(422), done: 0 };
        sitting.report(Report::Outbox(Box::new(entry)));
        sitting.press("c");
        assert_eq!(self::comment(&sitting).as_deref(), Some(offered));
        sitting.press("! Ctrl-s");
        assert_eq!(wishes(&sitting), [Change::Comment(format!("!{offered}"))]);
        let Stage::Planning(ticket) = review(&sitting).stage else { panic!("{:?}", review(&sitting).stage) };
        sitting.report(Report::Planned { ticket, plan: Plan::default() });
        sitting.report(Report::Done { ticket, result: Ok(()) });
        sitting.wait(300);
        let (save, ()) = order(&sitting.press("y"), |order| matches!(order, Order::Submit { .. }).then_some(())).unwrap();
        let effects = sitting.report(Report::Done { ticket: save, result: Ok(()) });
        let dropped: Vec<String> = super::verbs::settles(&effects).into_iter().map(|(entry, _)| entry).collect();
        let expected: &[&str] = if offered.is_empty() { &[] } else { &["refused"] };
        assert_eq!(dropped, expected, "what the comment does not say stays in the outbox");
    }
}

#[test]
fn pasted_bytes_reach_marked_cases_and_stay_beside_what_is_taken_back() {
    let text = "join\u{200d}er and\ta tab, \u{202e}turned";
    let mut marked = sitting(3);
    marked.press("* c");
    marked.app.update(Message::Paste(text.into()));
    let find = |order: &Order| if let Order::PlanBulk { wanted, .. } = order { Some(wanted.clone()) } else { None };
    let (_, wanted) = order(&marked.press("Ctrl-s"), find).unwrap();
    assert_eq!(wanted, Wanted::ChangeScript(ChangeScript::comment(text.into())));

    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("c h i Ctrl-s");
    let sent = agree(&mut sitting);
    queued(&mut sitting, "a", sent);
    sitting.press("c");
    sitting.app.update(Message::Paste(text.into()));
    sitting.press("Esc u");
    sitting.report(Report::Dropped { entry: "a".into() });
    sitting.done();
    let draft = sitting.app.model.kept.get(&sample::case(Vendor::Tines, 7).row.id).unwrap();
    let both = (Aspect::of_part(Part::Comment), Value::Text(format!("hi\n\n{text}")));
    assert!(draft.values.contains(&both), "{draft:?}");
}

#[test]
fn a_menu_does_what_it_shows_whatever_comes_in_meanwhile() {
    let mut sitting = at(Vendor::Tines, Directory::default(), |_| {});
    sitting.press("s");
    let Some(Overlay::Picker(menu)) = sitting.app.cx.overlays.last() else { panic!() };
    let shown: Vec<_> = menu.choices.iter().map(|choice| choice.words.clone()).collect();
    assert_eq!(shown, ["OPEN", "CLOSED"]);
    sitting.report(Report::Directory(SourceId(0), Arc::new(directory())));
    sitting.press("2");
    assert!(matches!(&wishes(&sitting)[..], [Change::Status(status)] if status.name.as_str() == "CLOSED"), "{:?}", wishes(&sitting));
}

#[test]
fn a_bulk_menu_offers_only_what_can_act() {
    let mut sitting = sitting(3);
    let refunded = StatusOption { state: State::Closed, name: Clean::line("Refunded"), id: "9".into(), group: "another team".into() };
    let mut known = directory();
    known.statuses.push(refunded);
    known.groups = vec![crate::domain::case::Named { id: "t".into(), name: Clean::line("SOC") }];
    sitting.report(Report::Sources(vec![info(0, Vendor::Tines), info(1, Vendor::Datadog)]));
    sitting.full();
    let full = sitting.app.model.sources[0].state.clone();
    sitting.report(Report::Source(SourceId(1), Box::new(full)));
    let foreign = vec![crate::domain::directory::CaseType {
        id: "shop".into(),
        name: Clean::line("Shop"),
        statuses: vec![StatusOption { state: State::Closed, name: Clean::line("Sold out"), id: "".into(), group: "".into() }],
    }];
    sitting.report(Report::Directory(SourceId(1), Arc::new(Directory { case_types: foreign, ..Directory::default() })));
    sitting.report(Report::Directory(SourceId(0), Arc::new(known)));
    for number in 1..=3 {
        let mut case = sample::case(Vendor::Tines, number);
        case.group = Some(crate::domain::case::Named { id: "t".into(), name: Clean::line("SOC") });
        sitting.report(Report::Case { rid: Rid(number), case: Arc::new(case), read_at: at_ms(0), from: From::Network });
    }
    let lines = |sitting: &Sitting| match sitting.app.cx.overlays.last() {
        Some(Overlay::Picker(menu)) => menu.choices.iter().map(|choice| choice.words.clone()).collect::<Vec<_>>(),
        other => panic!("no menu: {other:?}, {}", sitting.said()),
    };
    sitting.press("* x");
    assert_eq!(lines(&sitting), ["closed, in each vendor's own word", "Done"]);
    sitting.press("Esc p");
    assert_eq!(lines(&sitting), ["critical", "high", "medium", "low", "info"], "Tines has no priority none");
    sitting.press("Esc z g");
    assert!(lines(&sitting).contains(&"project".to_owned()));
}

#[test]
fn a_prefix_never_acts_as_its_second_key_in_a_panel() {
    let mut sitting = sitting(2);
    sitting.press("g s");
    let before = sitting.app.model.sources[0].info.clone();
    let effects = sitting.press("g 3");
    assert!(effects.is_empty() && sitting.app.model.sources[0].info == before, "{effects:?}");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Sources(_))));
    assert!(sitting.said().contains("g 3 does nothing here"), "{}", sitting.said());
}

#[test]
fn what_somebody_changed_meanwhile_is_in_the_plan_and_is_replaced_knowingly() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1");
    let Stage::Planning(first) = review(&sitting).stage else { panic!() };
    sitting.report(Report::Planned { ticket: first, plan: Plan::default() });
    let mut high = sample::case(Vendor::Tines, 7);
    high.row.priority = Some(Priority::read("HIGH"));
    let effects = sitting.report(Report::Case { rid: Rid(7), case: Arc::new(high), read_at: at_ms(1), from: From::Network });
    let planned = |order: &Order| if let Order::Plan { edit } = order { Some(edit.clone()) } else { None };
    let (_, edit) = order(&effects, planned).expect("it is planned anew against what the case is now");
    assert_eq!(edit.base[0].value, crate::domain::aspect::Value::Text("HIGH".into()));
    assert_eq!(review(&sitting).moved, ["priority was changed meanwhile: MEDIUM then, HIGH now"]);
    assert!(matches!(agree(&mut sitting), Order::Submit { edit: sent, .. } if sent.base == edit.base));
}

#[test]
fn an_answer_that_came_too_soon_is_said_and_the_next_one_counts() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("p 1 y");
    assert!(sitting.said().contains("still being worked out"), "{}", sitting.said());
    let Stage::Planning(ticket) = review(&sitting).stage else { panic!() };
    sitting.report(Report::Planned { ticket, plan: Plan::default() });
    assert!(sitting.press("y").is_empty());
    assert!(sitting.said().contains("before the question could be read"), "{}", sitting.said());
    for _ in 0..30 {
        sitting.wait(33);
        assert!(sitting.press("y").is_empty(), "a key that is held down answers nothing, however long");
    }
    sitting.wait(200);
    assert!(order(&sitting.press("y"), |order| matches!(order, Order::Submit { .. }).then_some(())).is_some());
}

#[test]
fn whom_to_assign_is_asked_the_same_way_everywhere() {
    let mut sitting = sitting(3);
    sitting.press("T");
    read(&mut sitting, 3);
    sitting.press("3 o b");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::People(_))), "the box that a opens in the list");
    let effects = sitting.press("Enter");
    let find = |order: &Order| if let Order::Decide { edit, run, .. } = order { Some((edit.changes.clone(), run.clone())) } else { None };
    let (ticket, (changes, run)) = order(&effects, find).unwrap_or_else(|| panic!("{}", sitting.said()));
    assert_eq!(changes, [Change::Assign(person("3", "bob"))]);
    assert!(matches!(&run.decided[0].how, Decision::Changed(script) if script.to_string() == "add assignee=bob@example.com"));
    let fault = Fault::new(FaultKind::Disk, "full");
    sitting.report(Report::Done { ticket, result: Err(fault) });
    assert!(
        matches!(sitting.app.cx.overlays.last(), Some(Overlay::People(picker)) if crate::tui::widgets::text::line_text(&picker.area) == "ob")
    );
    let effects = sitting.press("Enter");
    decided(&mut sitting, &effects, "a");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Triage(_))));

    let mut many = self::sitting(2);
    many.press("* a o b");
    let find = |order: &Order| if let Order::PlanBulk { wanted, .. } = order { Some(wanted.clone()) } else { None };
    let (_, wanted) = order(&many.press("Enter"), find).unwrap();
    assert!(
        matches!(wanted, Wanted::ChangeScript(script) if script.to_string() == "set assignee=bob@example.com"),
        "part of a name is enough"
    );
}

#[test]
fn what_was_typed_and_left_has_a_way_back_in_every_box() {
    let mut sitting = sitting(3);
    sitting.press(":");
    let App { model, panes, cx, .. } = &mut sitting.app;
    paste_in_palette("filter status:closed vip", model, panes, cx);
    sitting.press("Esc :");
    let Some(Overlay::Palette(pane)) = sitting.app.cx.overlays.last() else { panic!() };
    assert_eq!(
        palette_entries(pane, &sitting.app.model, &sitting.app.panes, &sitting.app.cx)[0].name,
        "filter status:closed vip",
        "it stands first"
    );
    sitting.press("Enter");
    assert_eq!(sitting.app.model.list.filter(), "status:closed vip");
    sitting.press("Ctrl-\\");

    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("Enter / c a s e Esc / Enter");
    assert_eq!(sitting.app.panes.detail.needle, "case", "Enter in an empty bar looks for the last words");
    sitting.press("/ Ctrl-x Enter");
    assert_eq!(sitting.app.panes.detail.needle, "", "unless it was emptied on purpose");

    let mut sitting = self::sitting(1);
    open_save_view(&mut sitting.app.model, &mut sitting.app.cx);
    let typed = |sitting: &Sitting| match sitting.app.cx.overlays.last() {
        Some(Overlay::Name(name)) => name.name().to_owned(),
        other => panic!("no name: {other:?}"),
    };
    sitting.press("M i n e Esc");
    open_save_view(&mut sitting.app.model, &mut sitting.app.cx);
    assert!(typed(&sitting).ends_with("Mine"));
}

#[test]
fn palette_and_views_act_on_what_is_highlighted_and_not_on_its_place() {
    let view = |name: &str| crate::config::View { name: name.into(), ..crate::config::View::default() };
    let mut sitting = sitting(1);
    sitting.app.model.open_views(vec![view("All"), view("Ones"), view("Twos")], Some("All"), true, &mut sitting.app.cx);
    sitting.press(":");
    let App { model, panes, cx, .. } = &mut sitting.app;
    paste_in_palette("view ", model, panes, cx);
    sitting.press("Down Down");
    let change = crate::config::ViewChange::Delete("Other".into());
    sitting.app.model.views.take_views(
        &change,
        Ok((change.clone(), vec![view("By hand"), view("All"), view("Ones"), view("Twos")])),
        &mut sitting.app.cx,
    );
    sitting.press("Enter");
    assert_eq!(sitting.app.model.views.current().unwrap().name, "Twos");

    sitting.press("g V");
    sitting.app.model.views.take_views(&change, Ok((change.clone(), vec![view("Twos"), view("All"), view("Ones")])), &mut sitting.app.cx);
    sitting.press("j Enter");
    assert_eq!(sitting.app.model.views.current().unwrap().name, "All", "the one below the one that was highlighted");
    sitting.press("g V");
    sitting.app.model.views.take_views(&change, Ok((change.clone(), vec![view("Twos"), view("Ones")])), &mut sitting.app.cx);
    sitting.press("d");
    assert!(sitting.said().contains("that view is gone"), "{}", sitting.said());
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Views(_))), "nothing is to be deleted");
}
