//! What a person or a vendor may flood: it stays bounded, the latest is kept, and what does not fit is said.

use super::*;
use crate::config::recall::MAX_FILTERS;
use crate::config::{MAX_MACROS, Macro};
use crate::domain::batch::Batch;
use crate::tui::areas::scope;
use crate::tui::screens::Overlay;
use crate::tui::screens::help::acts::open_help;
use crate::tui::screens::palette::acts::open_palette;

#[test]
fn a_flood_of_filters_keeps_the_latest_two_hundred() {
    let mut sitting = Sitting::with(rows(1..=4));
    for n in 0..MAX_FILTERS * 3 {
        sitting.press("/ Ctrl-x");
        sitting.app.update(Message::Paste(format!("case {n}")));
        sitting.press("Enter");
    }
    assert_eq!(sitting.app.model.filters.len(), MAX_FILTERS);
    assert_eq!(sitting.app.model.filters.last().map(String::as_str), Some(format!("case {}", MAX_FILTERS * 3 - 1).as_str()));
}

#[test]
fn places_to_go_back_to_are_bounded_and_the_end_is_said() {
    let mut sitting = Sitting::with(rows(1..=4));
    for _ in 0..500 {
        sitting.press("g 2 g 1");
    }
    let mut back = 0;
    while sitting.said() != "there is nothing to go back to" {
        sitting.press("-");
        back += 1;
        assert!(back <= 100, "it is never at its end");
    }
    assert!(back > 10, "several steps back are kept: {back}");
}

#[test]
fn a_flood_of_bulk_changes_keeps_the_latest_in_sight() {
    let mut sitting = Sitting::with(rows(1..=4));
    for n in 0..200_u32 {
        let edit = Edit::new(&sample::case(Vendor::Tines, 1 + n % 4), vec![Change::Title(format!("t{n}"))]);
        let mut entry = OutboxEntry::queued(format!("e{n}").as_str(), edit, Plan::default(), at_ms(0));
        entry.batch = Some(Batch { id: format!("b{n}").into(), words: "retitle".into(), of: 1, keeps_going: false });
        entry.progress = Progress::Verified;
        sitting.report(Report::Outbox(Box::new(entry)));
        assert!(sitting.app.model.batches.len() <= 16);
    }
    assert!(sitting.app.model.batch("b199").is_some() && sitting.app.model.batch("b0").is_none());
    assert!(sitting.app.model.outbox.is_empty(), "what is done waits for nobody");
}

#[test]
fn a_storm_of_faults_fills_neither_the_notices_nor_the_pending() {
    let mut sitting = Sitting::with(rows(1..=4));
    sitting.done();
    for n in 0..10_000 {
        sitting.app.cx.say(Grade::Error, format!("fault {n}"));
        let effects = sitting.press("R");
        for effect in effects {
            let Effect::Send(ticket, _) = effect else { continue };
            let busy = Fault::new(FaultKind::Busy, "too much is waiting already");
            sitting.report(Report::Done { ticket, result: Err(busy) });
        }
    }
    assert!(sitting.app.cx.notices.iter().count() <= 64);
    assert!(sitting.app.cx.is_idle(), "what was refused is not waited for");
    assert!(sitting.app.cx.notices.iter().any(|notice| notice.text.contains("too much is waiting")), "and it was said");
}

#[test]
fn as_many_macros_as_a_configuration_holds_are_recorded_and_no_more() {
    let mut sitting = Sitting::with(rows(1..=4));
    let known = |n: usize| Macro { name: format!("macro {n}"), ..Macro::default() };
    sitting.app.model.macros = (0..MAX_MACROS - 1).map(known).collect();
    sitting.press("m r");
    assert!(sitting.app.model.recording.is_some());
    sitting.app.model.recording = None;
    sitting.app.model.macros.push(known(MAX_MACROS));
    sitting.press("m r");
    assert!(sitting.app.model.recording.is_none());
    assert!(sitting.said().contains("64 macros"), "{}", sitting.said());
}

#[test]
fn boxes_on_boxes_end() {
    let mut sitting = Sitting::with(rows(1..=4));
    for _ in 0..100 {
        open_help(&mut sitting.app.model, &sitting.app.panes, &mut sitting.app.cx);
        let App { model, panes, cx, .. } = &mut sitting.app;
        open_palette(model, panes, cx);
    }
    assert!(sitting.app.cx.overlays.len() <= 8);
    for _ in 0..sitting.app.cx.overlays.len() {
        sitting.press("Esc");
    }
    assert!(sitting.app.cx.overlays.is_empty());
}

#[test]
fn an_empty_case_pane_is_left_and_its_keys_hold() {
    let mut sitting = Sitting::with(rows(1..=4));
    let empty = |sitting: &mut Sitting| {
        sitting.press("g 1");
        sitting.press("Enter");
        // A view in which nothing is.
        sitting.press("g 5");
        assert_eq!((scope(&sitting.app.panes, &sitting.app.cx), sitting.app.panes.detail.rid), (Scope::Detail, None));
    };
    empty(&mut sitting);
    assert!(sitting.press("Ctrl-l").contains(&Effect::Redraw), "{}", sitting.said());
    sitting.press("?");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Help(_))), "{}", sitting.said());
    sitting.press("Esc");
    sitting.press("j");
    assert_eq!(sitting.said(), "no case is open", "what is about a case says that there is none");
    sitting.press("i");
    assert_eq!(sitting.said(), "no case is under the cursor");
    for leave in ["Esc", "h", "q", "Tab"] {
        empty(&mut sitting);
        sitting.press(leave);
        assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::List, "{leave}");
    }
    empty(&mut sitting);
    assert!(sitting.press("Q").contains(&Effect::Quit), "{}", sitting.said());
}

/// `CASELOAD_SEED=1`, step 88 376 of the random steps.
#[test]
fn what_is_gone_and_then_put_to_sleep_is_counted_once() {
    use crate::domain::aside::{Aside, Snooze, Then, Until};
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.report(Report::Gone(vec![Rid(1), Rid(2)]));
    assert_eq!((sitting.app.model.list.order().len(), sitting.app.model.list.matching()), (2, 0), "they stay in sight, marked");
    let asleep = |n: u32| {
        let row = row(n, 2, "case").1;
        let snooze = Snooze::new(Until::Moment(at_ms(3_600_000)), Then::of(&row), at_ms(0));
        Aside { case: row.id, is_pinned: false, snooze: Some(snooze) }
    };
    sitting.report(Report::Asides(vec![asleep(1), asleep(2)]));
    assert_eq!(sitting.app.model.list.matching(), 0);
    sitting.press("r");
    assert_eq!(sitting.app.model.list.matching(), 0);
}

/// Rows stay where they are until a new order; what is counted is what matches.
#[test]
fn a_row_that_matches_no_more_stays_in_sight_and_is_not_counted() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press("/ p r i o r i t y : P 3 Enter j");
    let urgent = || vec![row(3, 0, "case 3")];
    assert_eq!((sitting.order().len(), sitting.app.model.known(&sitting.app.cx).count), (5, 5));
    sitting.network(urgent());
    assert_eq!((sitting.order().len(), sitting.app.model.known(&sitting.app.cx).count), (5, 4));
    // Typing another filter and going back changes nothing about that.
    sitting.press("/ x Esc");
    assert_eq!((sitting.order().len(), sitting.app.model.known(&sitting.app.cx).count), (5, 4));
    sitting.press("/ x");
    sitting.network(vec![row(4, 0, "case 4")]);
    sitting.press("Esc");
    assert_eq!((sitting.order().len(), sitting.app.model.known(&sitting.app.cx).count), (5, 3));
    sitting.network(rows(4..=4));
    assert_eq!((sitting.order().len(), sitting.app.model.known(&sitting.app.cx).count), (5, 4));
    sitting.report(Report::Gone(vec![Rid(3)]));
    assert_eq!((sitting.order().len(), sitting.app.model.known(&sitting.app.cx).count), (5, 4), "not taken off twice");
    sitting.press("r");
    assert_eq!((sitting.order().len(), sitting.app.model.known(&sitting.app.cx).count), (4, 4));
}

#[test]
fn a_tab_does_not_count_what_is_gone_and_still_in_sight() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press("j");
    sitting.report(Report::Gone(vec![Rid(3)]));
    let counted = |sitting: &Sitting| sitting.app.model.views.tabs()[0].tally.as_ref().map(|tally| tally.counted.count);
    assert_eq!((sitting.order().len(), sitting.app.model.known(&sitting.app.cx).count, counted(&sitting)), (5, 4, Some(4)));
    sitting.press("r");
    assert_eq!((sitting.order().len(), counted(&sitting)), (4, Some(4)));
}

#[test]
fn a_tab_counts_what_was_put_to_sleep_and_woken_by_oneself() {
    let mut sitting = Sitting::with(rows(1..=3));
    let counted = |sitting: &Sitting| sitting.app.model.views.tabs()[0].tally.as_ref().map(|tally| tally.counted.count);
    sitting.press("j w 1");
    assert_eq!(counted(&sitting), Some(2));
    sitting.press("u");
    assert_eq!(counted(&sitting), Some(3));
}
