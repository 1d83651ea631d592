//! What a filter asks for ahead of the complete pass.

use super::*;
use crate::protocol::{Asked, Order, Ran};

fn fetches(effects: &[Effect]) -> Vec<String> {
    let orders = effects.iter().filter_map(|effect| match effect {
        Effect::Send(_, Order::Fetch { query, .. }) => Some(query.to_string()),
        _ => None,
    });
    orders.collect()
}

#[test]
fn a_filter_is_asked_for_once_it_rests_or_is_kept_and_called_off_when_it_changes() {
    let mut sitting = Sitting::new();
    sitting.network(rows(1..=3));
    let typed = sitting.press("/ s t a t u s : o p e n");
    assert_eq!(fetches(&typed), [] as [&str; 0], "not while it is typed");
    assert!(sitting.app.wake_at().unwrap() <= at_ms(500));
    assert_eq!(fetches(&sitting.wait(500)), ["status:open"]);
    assert_eq!(fetches(&sitting.wait(500)), [] as [&str; 0], "once");
    assert_eq!(fetches(&sitting.press("Enter")), [] as [&str; 0]);
    let effects = sitting.press("Ctrl-x");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Cancel(_)))), "{effects:?}");
    assert_eq!(fetches(&sitting.press("/ t a g : x Enter")), ["tag:x"]);
}

#[test]
fn what_a_vendor_was_asked_for_is_said_and_late_answers_to_old_filters_are_not() {
    let mut sitting = Sitting::new();
    sitting.network(rows(1..=3));
    let effects = sitting.press("/ s t a t u s : o p e n Enter");
    let Some(Effect::Send(ticket, _)) = effects.iter().find(|effect| matches!(effect, Effect::Send(_, Order::Fetch { .. }))) else {
        panic!("{effects:?}")
    };
    let terms = sitting.app.model.list.query().conjuncts().iter().cloned().map(|node| (node, Ran::Exact)).collect();
    let asked =
        Asked { source: SourceId(0), terms, words: "status:open".into(), met: vec![Rid(1)], is_whole: true, gap: None, fault: None };
    let asked = Report::Asked { ticket: *ticket, asked: Arc::new(asked) };
    sitting.report(asked.clone());
    assert_eq!(sitting.said(), "asked tines for: status:open; 1 case came");
    assert_eq!(sitting.app.model.ahead.asked().len(), 1);
    sitting.press("Ctrl-x");
    assert!(sitting.app.model.ahead.asked().is_empty());
    sitting.done();
    sitting.report(asked);
    assert!(sitting.app.model.ahead.asked().is_empty());
}

#[test]
fn nothing_is_asked_for_where_everything_is_here_or_nothing_may_leave() {
    let mut sitting = Sitting::with(rows(1..=3));
    assert_eq!(fetches(&sitting.press("/ s t a t u s : o p e n Enter")), [] as [&str; 0], "the pass is complete");
    let mut offline = Sitting::new();
    offline.app.cx.setup.offline = true;
    offline.network(rows(1..=3));
    assert_eq!(fetches(&offline.press("/ s t a t u s : o p e n Enter")), [] as [&str; 0]);
}

fn examined(effects: &[Effect]) -> Vec<u32> {
    let orders = effects.iter().filter_map(|effect| match effect {
        Effect::Send(_, Order::Examine { rids }) => Some(rids),
        _ => None,
    });
    orders.flatten().map(|rid| rid.0).collect()
}

/// The disk has told what it has: nothing more.
fn recalled(sitting: &mut Sitting) -> Vec<Effect> {
    let open = sitting.app.cx.pending.ticket_of(&crate::tui::cx::pending::Ask::Recall).unwrap();
    sitting.report(Report::Done { ticket: open, result: Ok(()) })
}

fn whole(n: u32, comment: &str) -> Vec<Report> {
    use crate::domain::activity::{Activity, Topic};
    use crate::domain::record::Slice;
    let case = Arc::new(sample::case(Vendor::Tines, n));
    let activity = Activity {
        id: "1".into(),
        kind: Clean::line("COMMENTED"),
        topic: Topic::Comment,
        at: None,
        who: None,
        text: Clean::block(comment),
        file: None,
        is_deleted: false,
    };
    let slice = Slice { items: vec![activity], next: None, total: Some(1), malformed: 0 };
    let read_at = at_ms(0);
    vec![Report::Case { rid: Rid(n), case, read_at, from: From::Network }, Report::Activities { rid: Rid(n), page: 1, slice, read_at }]
}

#[test]
fn cases_that_a_deep_condition_is_about_are_read_the_most_urgent_first_until_all_are_examined() {
    let mut sitting = Sitting::with((1..=40).map(|n| row(n, if n == 7 { 0 } else { 2 }, "case")).collect());
    sitting.press("/ c o m m e n t : x y z Enter");
    let effects = recalled(&mut sitting);
    let first = examined(&effects);
    assert_eq!((first.len(), first[0]), (32, 7), "{effects:?}");
    assert_eq!(sitting.app.model.list.unexamined(), 40);
    for n in &first {
        for report in whole(*n, if *n == 7 { "see xyz" } else { "nothing" }) {
            sitting.report(report);
        }
    }
    assert_eq!((sitting.app.model.list.unexamined(), sitting.order()), (8, vec![7]));
    assert!(sitting.app.model.cached.get(Rid(first[5])).is_none(), "what nobody looks at stays out of the cache");
    let open = sitting.app.cx.pending.ticket_of(&crate::tui::cx::pending::Ask::Examine(SourceId(0))).unwrap();
    let effects = sitting.report(Report::Done { ticket: open, result: Ok(()) });
    assert_eq!(examined(&effects).len(), 8, "the rest");
    let effects = sitting.press("Ctrl-x");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Cancel(_)))), "called off with its filter");
}

/// The source cannot give more for so many seconds.
fn spared(sitting: &mut Sitting, source: u8, wait_s: Option<u64>) -> Vec<Effect> {
    let open = sitting.app.cx.pending.ticket_of(&crate::tui::cx::pending::Ask::Examine(SourceId(source))).unwrap();
    let mut fault = Fault::new(FaultKind::Busy, "the rest of the quota of tines is kept for single cases");
    fault.wait_s = wait_s;
    sitting.report(Report::Done { ticket: open, result: Err(fault) })
}

#[test]
fn a_quota_that_is_to_be_spared_pauses_it_with_words_until_it_refills() {
    let mut sitting = Sitting::with(rows(1..=40));
    sitting.press("/ c o m m e n t : x Enter");
    let first = examined(&recalled(&mut sitting));
    assert_eq!(first.len(), 32);
    assert_eq!(examined(&spared(&mut sitting, 0, Some(90))), [] as [u32; 0]);
    assert_eq!(sitting.said(), "40 cases of tines not examined: the rest of the quota of tines is kept for single cases; it goes on in 2m");
    assert!(sitting.app.wake_at().unwrap() <= at_ms(90_000), "by itself, without a key");
    assert_eq!(examined(&sitting.wait(89_000)), [] as [u32; 0]);
    assert_eq!(examined(&sitting.wait(1_000)), first, "what was not read before the quota ran out is asked for again");
    // A source that does not say when is asked again after a while.
    spared(&mut sitting, 0, None);
    assert_eq!(examined(&sitting.wait(60_000)), first);
}

#[test]
fn the_filter_explained_tells_what_is_not_examined_and_what_holds_it_up() {
    let mut sitting = Sitting::with(rows(1..=40));
    sitting.press("/ c a s e Space c o m m e n t : x Enter");
    recalled(&mut sitting);
    spared(&mut sitting, 0, Some(90));
    sitting.press("g e");
    let steps = sitting.app.model.explained(&sitting.app.cx);
    let places: Vec<_> = steps.iter().map(|step| (step.unexamined, step.places.as_str())).collect();
    let [known, examined] = ["tines: here, all its cases are known", "tines: here, over the cases that were examined"];
    assert_eq!(places, [(0, known), (40, examined)], "what every row shows is judged of all of them");
    let told = sitting.app.model.explain_lines(u16::MAX, &sitting.app.cx).pop().unwrap().text;
    let why = "tines: the rest of the quota of tines is kept for single cases; it goes on in 2m.";
    assert!(told.starts_with("40 cases of tines are not examined: ") && told.ends_with(why), "{told}");
    // It goes on: nothing holds it up any more.
    sitting.wait(90_000);
    let told = sitting.app.model.explain_lines(u16::MAX, &sitting.app.cx).pop().unwrap().text;
    assert!(told.starts_with("40 cases of tines are not examined: ") && !told.contains("quota"), "{told}");
}

#[test]
fn one_source_without_quota_does_not_hold_up_the_others() {
    let mut sitting = Sitting::new();
    sitting.report(Report::Sources(vec![info(0, Vendor::Tines), info(1, Vendor::Datadog)]));
    let of_datadog = rows(51..=90).into_iter().map(|(rid, mut row)| {
        row.id.source = SourceId(1);
        (rid, row)
    });
    sitting.report(Report::Rows { rows: rows(1..=40).into_iter().chain(of_datadog).collect(), from: From::Disk });
    sitting.press("/ c o m m e n t : x Enter");
    recalled(&mut sitting);
    spared(&mut sitting, 0, Some(3_600));
    let open = sitting.app.cx.pending.ticket_of(&crate::tui::cx::pending::Ask::Examine(SourceId(1))).unwrap();
    let more = examined(&sitting.report(Report::Done { ticket: open, result: Ok(()) }));
    assert_eq!(more.len(), 8, "{more:?}");
    assert!(more.iter().all(|n| *n > 50), "of the source that can: {more:?}");
}

#[test]
fn a_case_that_changes_after_it_was_read_is_read_again() {
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.press("/ c o m m e n t : x Enter");
    assert_eq!(examined(&recalled(&mut sitting)).len(), 2);
    for report in whole(1, "see x").into_iter().chain(whole(2, "nothing")) {
        sitting.report(report);
    }
    sitting.done();
    assert_eq!((sitting.app.model.list.unexamined(), sitting.order()), (0, vec![1]));
    let mut changed = rows(2..=2);
    changed[0].1.updated_at = Some(at_ms(5_000));
    sitting.network(changed);
    let effects = recalled(&mut sitting);
    assert_eq!((examined(&effects), sitting.app.model.list.unexamined()), (vec![2], 1));
    assert_eq!(sitting.app.model.worth(&sitting.app.model.known(&sitting.app.cx), u16::MAX, &sitting.app.cx), "1 not examined");
    sitting.app.model.export(crate::export::Format::Json, Some("list.json"), &mut sitting.app.cx);
    let effects = sitting.wait(1);
    let Some(Effect::Export { text, what, .. }) = effects.iter().find(|effect| matches!(effect, Effect::Export { .. })) else {
        panic!("{effects:?}")
    };
    let export: serde_json::Value = serde_json::from_slice(text).unwrap();
    assert_eq!((&export["export"]["complete"], what.as_str()), (&false.into(), "1 case, 1 not examined"));
}

#[test]
fn what_is_on_disk_of_cases_is_taken_before_any_vendor_is_asked_and_offline_too() {
    use crate::index::Deep;
    for offline in [false, true] {
        let mut sitting = Sitting::with(rows(1..=2));
        sitting.app.cx.setup.offline = offline;
        let effects = sitting.press("/ c o m m e n t : x Enter");
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Recall { rids }) if rids.len() == 2)), "{effects:?}");
        let Some(Report::Activities { slice, read_at, .. }) = whole(1, "see x").pop() else { panic!() };
        for deep in Deep::of_disk(&sample::case(Vendor::Tines, 1), Vendor::Tines, Some(read_at), &[(1, slice, read_at)], &[]) {
            sitting.report(Report::Deep { rid: Rid(1), deep: Box::new(deep) });
        }
        let asked = examined(&recalled(&mut sitting));
        assert_eq!(asked, if offline { vec![] } else { vec![2] }, "only what is not on disk");
        assert_eq!((sitting.order(), sitting.app.model.list.unexamined()), (vec![1], 1));
    }
}
