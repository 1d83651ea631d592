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
    let terms = sitting.app.list.query().conjuncts().iter().cloned().map(|node| (node, Ran::Exact)).collect();
    let asked =
        Asked { source: SourceId(0), terms, words: "status:open".into(), met: vec![Rid(1)], is_whole: true, gap: None, fault: None };
    let asked = Report::Asked { ticket: *ticket, asked: Arc::new(asked) };
    sitting.report(asked.clone());
    assert_eq!(sitting.said(), "asked tines for: status:open; 1 case came");
    assert_eq!(sitting.app.ahead.asked().len(), 1);
    sitting.press("Ctrl-x");
    assert!(sitting.app.ahead.asked().is_empty());
    sitting.done();
    sitting.report(asked);
    assert!(sitting.app.ahead.asked().is_empty());
}

#[test]
fn nothing_is_asked_for_where_everything_is_here_or_nothing_may_leave() {
    let mut sitting = Sitting::with(rows(1..=3));
    assert_eq!(fetches(&sitting.press("/ s t a t u s : o p e n Enter")), [] as [&str; 0], "the pass is complete");
    let mut offline = Sitting::new();
    offline.app.setup.offline = true;
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
    let effects = sitting.press("/ c o m m e n t : x y z Enter");
    let first = examined(&effects);
    assert_eq!((first.len(), first[0]), (32, 7), "{effects:?}");
    assert_eq!(sitting.app.list.unexamined(), 40);
    for n in &first {
        for report in whole(*n, if *n == 7 { "see xyz" } else { "nothing" }) {
            sitting.report(report);
        }
    }
    assert_eq!((sitting.app.list.unexamined(), sitting.order()), (8, vec![7]));
    assert!(sitting.app.shelf.get(Rid(first[5])).is_none(), "what nobody looks at stays off the shelf");
    let open = sitting.app.pending.ticket_of(&crate::app::pending::Ask::Examine).unwrap();
    let effects = sitting.report(Report::Done { ticket: open, result: Ok(()) });
    assert_eq!(examined(&effects).len(), 8, "the rest");
    let effects = sitting.press("Ctrl-x");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Cancel(_)))), "called off with its filter");
}

#[test]
fn a_quota_that_is_to_be_spared_ends_it_with_words() {
    let mut sitting = Sitting::with(rows(1..=40));
    let effects = sitting.press("/ c o m m e n t : x Enter");
    assert_eq!(examined(&effects).len(), 32);
    let open = sitting.app.pending.ticket_of(&crate::app::pending::Ask::Examine).unwrap();
    let fault = Fault::new(FaultKind::Busy, "the rest of the quota of tines is left for what you open");
    let effects = sitting.report(Report::Done { ticket: open, result: Err(fault) });
    assert_eq!(examined(&effects), [] as [u32; 0]);
    assert_eq!(sitting.said(), "40 cases stay not examined: the rest of the quota of tines is left for what you open");
}
