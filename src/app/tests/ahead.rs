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
    let asked = Asked { source: SourceId(0), terms, words: "status:open".into(), met: vec![Rid(1)], is_whole: true, fault: None };
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
