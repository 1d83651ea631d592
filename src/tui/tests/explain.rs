//! The filter explained on the screen.

use super::*;
use crate::domain::aside::Until;
use crate::protocol::{Asked, Doubt, Gap, Order, Ran, Sign, Why};
use crate::tui::areas::{areas, scope};
use crate::tui::screens::explain::{Explained, Tone};

fn steps(sitting: &Sitting) -> Vec<Explained> {
    sitting.app.model.explained(&sitting.app.cx)
}

#[test]
fn each_term_says_what_it_leaves_and_which_one_took_the_last_case() {
    let mut sitting = Sitting::with(rows(1..=4));
    sitting.press("g e");
    assert_eq!(sitting.said(), "there is no filter to explain: every case is shown");
    sitting.press("/ c a s e Space t a g : n o n e w h e r e Space i s : p i n n e d Enter g e");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::Explain);
    let told: Vec<_> = steps(&sitting).into_iter().map(|step| (step.term, step.left, step.took_last)).collect();
    let all = |term: &str, left, last| (term.to_owned(), Some(left), last);
    assert_eq!(told, [all("case", 4, false), all("tag:nonewhere", 0, true), all("is:pinned", 0, false)]);
    assert!(steps(&sitting).iter().all(|step| step.places == "tines: here, all its cases are known"), "{:?}", steps(&sitting));
    let lines = sitting.app.model.explain_lines(38, &sitting.app.cx);
    assert!(lines.iter().any(|line| line.tone == Tone::Guilty && line.text.contains("took the last case")), "{lines:?}");
    sitting.press("Esc");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::List);
}

#[test]
fn an_or_is_told_branch_by_branch() {
    let mut sitting = Sitting::with(rows(1..=4));
    sitting.press("/ c a s e Space ( t a g : n o n e w h e r e Space O R Space # 1 Space O R Space # 2 ) Enter g e");
    let told: Vec<_> = steps(&sitting).into_iter().map(|step| (step.term, step.left, step.is_branch)).collect();
    let branch = |term: &str, left| (term.to_owned(), Some(left), true);
    let whole = ("tag:nonewhere OR #1 OR #2".to_owned(), Some(2), false);
    assert_eq!(told[1..], [whole, branch("tag:nonewhere", 0), branch("#1", 1), branch("#2", 1)]);
    assert!(steps(&sitting).iter().all(|step| !step.took_last), "an empty branch takes nothing");
    let lines: Vec<_> = sitting.app.model.explain_lines(60, &sitting.app.cx).into_iter().map(|line| (line.count, line.text)).collect();
    assert!(lines.contains(&("0".into(), "  or tag:nonewhere".into())), "{lines:?}");
}

#[test]
fn where_a_term_was_judged_is_said_source_by_source() {
    let mut sitting = Sitting::new();
    sitting.report(Report::Sources(vec![info(0, Vendor::Tines), info(1, Vendor::Datadog)]));
    sitting.network(rows(1..=3));
    let effects = sitting.press("/ s t a t u s : o p e n Space c a s e Enter");
    let Some(Effect::Send(ticket, _)) = effects.iter().find(|effect| matches!(effect, Effect::Send(_, Order::Fetch { .. }))) else {
        panic!("{effects:?}")
    };
    let ran = [Ran::Exact, Ran::Here(Why::NotOffered)];
    let terms = sitting.app.model.list.query().conjuncts().iter().cloned().zip(ran).collect();
    let asked =
        Asked { source: SourceId(0), terms, words: "status:open".into(), met: vec![Rid(1)], is_whole: true, gap: None, fault: None };
    sitting.report(Report::Asked { ticket: *ticket, asked: Arc::new(asked) });
    let places: Vec<_> = steps(&sitting).into_iter().map(|step| step.places).collect();
    assert_eq!(places[0], "tines: by the vendor, exactly; datadog: here so far, its answer is not there yet");
    assert_eq!(places[1], "tines: here; datadog: here so far, its answer is not there yet");
    sitting.app.cx.setup.offline = true;
    sitting.app.model.ahead = crate::tui::model::ahead::Ahead::default();
    assert_eq!(steps(&sitting)[0].places, "here, over what is on disk");
}

#[test]
fn what_sleeps_is_a_term_of_its_own_and_the_panel_scrolls_on_a_small_screen() {
    let mut sitting = Sitting::with(rows(1..=2));
    sitting.app.update(Message::Resize(40, 12));
    sitting.press("w 1");
    let snooze = Until::Moment(at_ms(3_600_000));
    assert_eq!(sitting.app.model.asides.snoozed(), 1, "{snooze:?}");
    sitting.press("g e");
    assert_eq!(
        scope(&sitting.app.panes, &sitting.app.cx),
        Scope::Explain,
        "without a filter there is still something left out: {}",
        sitting.said()
    );
    let told = steps(&sitting);
    assert_eq!((told[0].term.as_str(), told[0].left), ("-is:snoozed", Some(1)));
    sitting.press("Esc / c a s e Space - t a g : a Space - t a g : b Space - t a g : c Space - t a g : d Enter g e");
    let count = sitting
        .app
        .model
        .explain_lines(areas(&sitting.app.model, &sitting.app.panes, &sitting.app.cx).overlay.inner().width, &sitting.app.cx)
        .len();
    sitting.press("G");
    let Some(Overlay::Explain(pane)) = sitting.app.cx.overlays.last() else { panic!() };
    assert_eq!(pane.scroll, count - usize::from(areas(&sitting.app.model, &sitting.app.panes, &sitting.app.cx).overlay.inner().height));
    assert!(pane.scroll > 0);
    sitting.press("g g /");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::Filter);
}

#[test]
fn look_alikes_are_found_by_the_filter_folded_or_not() {
    let named = |n: u32, title: &str| row(n, 2, title);
    let storm: Vec<_> = (1..=4).map(|n| named(n, &format!("Disk pressure on host number {n}"))).collect();
    let mut sitting = Sitting::with(storm.into_iter().chain([named(9, "Something else entirely")]).collect());
    sitting.press("/ i s : f o l d e d Enter");
    let mut found = sitting.order();
    found.sort_unstable();
    assert_eq!(found, [1, 2, 3, 4]);
    sitting.press("/ Ctrl-u - i s : f o l d e d Enter");
    assert_eq!(sitting.order(), [9]);
    sitting.press("/ Ctrl-u n u m b e r Space 1 Space i s : f o l d e d Enter");
    assert_eq!(sitting.order(), [] as [u32; 0], "one row of the rest of the filter is no storm");
}

#[test]
fn what_was_read_before_this_sitting_is_complete_only_while_it_is_fresh() {
    let mut sitting = Sitting::with(rows(1..=4));
    let read = |sitting: &mut Sitting, at_s: i64, gap: Option<Gap>| {
        let at = at_ms(at_s * 1_000);
        let partial = gap.is_some();
        let coverage = if partial { Coverage::Partial { seen: 3, of: Some(4), gap } } else { Coverage::Full { at, hidden: 0 } };
        let state = SourceState { coverage, read_at: Some(at), ..SourceState::default() };
        sitting.report(Report::Source(SourceId(0), Box::new(state)));
    };
    read(&mut sitting, -180, None);
    assert_eq!(
        sitting.app.model.known(&sitting.app.cx).sign(),
        Sign::Old,
        "a source that hangs since the start has not shown that nothing changed"
    );
    read(&mut sitting, -30, None);
    assert_eq!(sitting.app.model.known(&sitting.app.cx).sign(), Sign::Complete);
    read(&mut sitting, 0, None);
    sitting.wait(180_000);
    assert_eq!(sitting.app.model.known(&sitting.app.cx).sign(), Sign::Complete, "between its passes");
    sitting.press("/ c a s e Enter");
    let places = |sitting: &Sitting| steps(sitting).remove(0).places;
    assert_eq!(places(&sitting), "tines: here, all its cases are known");
    read(&mut sitting, 180, Some(Gap::Moved));
    assert_eq!(places(&sitting), "tines: here, over the cases that were read");
}

/// Offline and before the disk is told nothing was "never read" yet.
#[test]
fn before_the_disk_is_told_no_source_counts_as_never_read() {
    let mut sitting = Sitting::new();
    sitting.app.cx.setup.offline = true;
    let doubts = |sitting: &Sitting| sitting.app.model.known_in_all(&sitting.app.cx).doubts;
    assert!(doubts(&sitting).iter().all(|doubt| matches!(doubt, Doubt::Reading { .. })), "{:?}", doubts(&sitting));
    assert!(!doubts(&sitting).is_empty());
    sitting.report(Report::DiskRead { rows: 0 });
    assert!(matches!(doubts(&sitting)[..], [Doubt::FromDisk { .. }, Doubt::Unread { .. }, ..]), "{:?}", doubts(&sitting));
}
