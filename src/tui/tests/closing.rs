//! Conditions for closing, where a triage run closes a case.

use super::bulk::sitting;
use super::*;
use crate::config::Macro;
use crate::domain::case::ClosureCondition;
use crate::protocol::Order;
use crate::tui::screens::Overlay;

fn condition(name: &str, formula: &str) -> ClosureCondition {
    ClosureCondition { name: Clean::line(name), formula: Clean::line(formula) }
}

/// Reads the case with conditions: one that nobody owns does not meet the first.
fn read(sitting: &mut Sitting, number: u32) {
    let mut case = sample::case(Vendor::Tines, number);
    case.row.title = Clean::line(&format!("case {number}"));
    case.row.assignees.clear();
    case.closure_conditions = vec![
        condition("Owned", "=SIZE(team_case.assignees) > 0"),
        condition("Written", "=NOT(IS_EMPTY(team_case.description))"),
        condition("Reviewed", "=CONTAINS(team_case.description, \"## Review\")"),
    ];
    sitting.report(Report::Case { rid: Rid(number), case: Arc::new(case), read_at: at_ms(0), from: From::Network });
}

/// What was decided, by the orders to keep it.
fn decided(effects: &[Effect]) -> Vec<Vec<Change>> {
    let changes =
        |effect: &Effect| if let Effect::Send(_, Order::Decide { edit, .. }) = effect { Some(edit.changes.clone()) } else { None };
    effects.iter().filter_map(changes).collect()
}

fn lacks(sitting: &Sitting, number: u32) -> Option<(String, bool)> {
    sitting.app.model.lacks_for_closing(Rid(number))
}

#[test]
fn a_triage_run_names_what_closing_lacks_and_asks_before_it_closes_without() {
    for key in ["4", "2", "5 1"] {
        let mut sitting = sitting(3);
        sitting.app.model.macros = vec![Macro { name: "Close".into(), steps: vec!["close".into()], ..Macro::default() }];
        sitting.press("T");
        assert_eq!(lacks(&sitting, 3), None, "it is not read yet");
        read(&mut sitting, 3);
        assert_eq!(lacks(&sitting, 3), Some(("To close it, NOT MET: Owned; not evaluated here: Reviewed".into(), true)));
        assert_eq!(decided(&sitting.press(key)), [] as [Vec<Change>; 0], "{key}");
        let Some(Overlay::Confirm(question)) = sitting.app.cx.overlays.last() else { panic!("{key}: {}", sitting.said()) };
        assert_eq!(question.question, "Close #3 all the same?");
        assert_eq!(
            question.details[..3],
            ["1 CONDITION IS NOT MET: Tines may refuse to close this", "NOT MET  Owned", "met      Written"],
            "{key}"
        );
        // No goes back to the case, which is still to be decided.
        sitting.wait(400);
        sitting.press("n");
        assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Triage(_))));
        assert_eq!(sitting.app.model.triage.as_ref().unwrap().current().unwrap().key, "#3");
        sitting.press(key);
        sitting.wait(400);
        let sent = decided(&sitting.press("y"));
        assert!(matches!(&sent[..], [changes] if matches!(changes.last(), Some(Change::Status(_)))), "{key}: {sent:?}");
    }
}

#[test]
fn what_waits_to_be_sent_counts_towards_the_conditions() {
    let mut sitting = sitting(3);
    sitting.press("T");
    read(&mut sitting, 3);
    let case = CaseId { source: SourceId(0), id: "3".into() };
    let take = Edit::unguarded(case, vec![Change::Assign(super::verbs::person("1", "me"))]);
    sitting.report(Report::Outbox(Box::new(OutboxEntry::queued("a", take, Plan::default(), at_ms(0)))));
    assert_eq!(lacks(&sitting, 3), Some(("To close it, not evaluated here: Reviewed".into(), false)));
    assert_eq!(decided(&sitting.press("4")).len(), 1, "nothing is asked: {}", sitting.said());
}
