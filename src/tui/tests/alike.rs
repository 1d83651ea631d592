//! Look-alikes in the triage run: which case is offered, and what closing as it writes.

use super::bulk::{read, sitting};
use super::triage::{decided, stands};
use super::*;

/// The key named by the run's offer, as things stand.
fn offered(sitting: &Sitting) -> Option<String> {
    let alike = sitting.app.cx.triage_pane().unwrap().alike?;
    Some(sitting.app.model.list.row(alike).unwrap().key.to_owned())
}

/// The comment that `2` wrote.
fn same_as(edit: &Edit) -> &str {
    let [Change::Comment(text), Change::Status(_)] = &edit.changes[..] else { panic!("{edit:?}") };
    text
}

#[test]
fn look_alikes_are_not_closed_in_a_circle() {
    let mut sitting = sitting(3);
    sitting.press("T");
    assert_eq!(offered(&sitting).as_deref(), Some("#2"));
    for (rid, entry, same) in [(3, "a", "Same as #2"), (2, "b", "Same as #1")] {
        read(&mut sitting, rid);
        let effects = sitting.press("2");
        assert_eq!(same_as(&decided(&mut sitting, &effects, entry)), same);
    }
    read(&mut sitting, 1);
    assert_eq!(offered(&sitting), None, "the two others are being closed");
    assert_eq!(sitting.press("2"), []);
    assert_eq!(sitting.said(), "#3 looks like this one, but is being closed itself: none stays open");
    // Sent and read back, the row is closed, and nothing waits any more.
    sitting.report(Report::Dropped { entry: "a".into() });
    sitting.report(Report::Dropped { entry: "b".into() });
    assert_eq!(sitting.press("2"), [], "the run has decided to close them, whatever the list shows");
    // Taken back, the case is open after all.
    sitting.press("Esc");
    let mut run = sitting.app.model.triage.clone().unwrap();
    assert!(run.take_back(&CaseId { source: SourceId(0), id: "2".into() }));
    run.put_off();
    sitting.app.model.triage = Some(run);
    sitting.press("T 1");
    assert_eq!((stands(&sitting).0, offered(&sitting)), ("#1".into(), Some("#2".into())));
}

#[test]
fn a_case_that_this_run_closes_by_a_status_is_nobodys_look_alike_and_one_that_was_taken_is() {
    let mut sitting = sitting(3);
    sitting.press("T");
    read(&mut sitting, 3);
    let effects = sitting.press("4");
    let edit = decided(&mut sitting, &effects, "a");
    assert!(matches!(&edit.changes[..], [Change::Status(status)] if status.state == State::Closed), "{edit:?}");
    sitting.report(Report::Dropped { entry: "a".into() });
    assert_eq!(offered(&sitting).as_deref(), Some("#1"));
    read(&mut sitting, 2);
    let effects = sitting.press("1");
    decided(&mut sitting, &effects, "b");
    assert_eq!((stands(&sitting).0, offered(&sitting)), ("#1".into(), Some("#2".into())));
}

#[test]
fn the_look_alike_on_offer_is_renewed_when_it_closes_or_a_close_of_it_waits() {
    let mut sitting = sitting(4);
    sitting.press("T");
    read(&mut sitting, 4);
    assert_eq!(offered(&sitting).as_deref(), Some("#3"));
    let closes = |of: &str, change: Change| {
        let case = CaseId { source: SourceId(0), id: of.into() };
        Box::new(OutboxEntry::queued(of, Edit::unguarded(case, vec![change]), Plan::default(), at_ms(0)))
    };
    let done = super::verbs::directory().statuses.into_iter().find(|status| status.state == State::Closed).unwrap();
    sitting.report(Report::Outbox(closes("3", Change::Status(done))));
    assert_eq!(offered(&sitting).as_deref(), Some("#2"), "a close of the other one waits");
    let (rid, mut done_by_now) = row(2, 2, "case 2");
    done_by_now.status.state = Some(State::Closed);
    sitting.network(vec![(rid, done_by_now)]);
    assert_eq!(offered(&sitting).as_deref(), Some("#1"), "it is closed by now");
    sitting.report(Report::Outbox(closes("1", Change::Archive)));
    assert_eq!(offered(&sitting), None);
    // One that comes while nothing is on offer is shown before it is named in a comment.
    sitting.network(vec![row(9, 2, "case 9")]);
    assert_eq!(sitting.press("2"), []);
    assert_eq!(sitting.said(), "the open case that looks like this one is #9 now; press 2 again");
    let effects = sitting.press("2");
    assert_eq!(same_as(&decided(&mut sitting, &effects, "x")), "Same as #9");
}

#[test]
fn a_look_alike_is_found_outside_the_filter_of_the_run_too() {
    let mut sitting = sitting(3);
    sitting.press("/ k e y : # 2 Enter T");
    assert_eq!(sitting.app.model.triage.as_ref().unwrap().of, 1);
    read(&mut sitting, 2);
    let other = offered(&sitting);
    assert!(other.is_some(), "{}", sitting.said());
    let effects = sitting.press("2");
    assert_eq!(same_as(&decided(&mut sitting, &effects, "a")), format!("Same as {}", other.unwrap()));
    // None anywhere: only then it is said.
    let mut sitting = Sitting::with(vec![row(1, 2, "case 1"), row(2, 2, "another")]);
    sitting.press("T 2");
    assert_eq!(sitting.said(), "no other open case looks like this one");
}
