//! A fold and a closed group are ways of showing: whatever takes all that the filter leaves takes what is behind them, too.

use std::collections::BTreeSet;

use super::views::{storm, type_in};
use super::*;

fn filter(sitting: &mut Sitting, text: &str) {
    sitting.press("/");
    type_in(sitting, text);
    sitting.press("Enter");
}

/// The numbers of the cases in an export, and what is said of it.
fn exported(sitting: &mut Sitting, format: &str) -> (BTreeSet<u32>, String) {
    sitting.press("g x");
    type_in(sitting, &format!("{format} q"));
    let effects = sitting.press("Enter");
    let Some(Effect::Export { text, what, .. }) = effects.into_iter().find(|effect| matches!(effect, Effect::Export { .. })) else {
        panic!("nothing is exported: {}", sitting.said())
    };
    let text = String::from_utf8(text).unwrap();
    let numbers = if format == "csv" {
        csv::Reader::from_reader(text.as_bytes()).records().map(|line| line.unwrap()[2].parse().unwrap()).collect()
    } else {
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        json["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap().parse().unwrap()).collect()
    };
    (numbers, what)
}

/// What `*`, the run and an export take; no marks and no run are left.
fn taken(sitting: &mut Sitting) -> [BTreeSet<u32>; 4] {
    sitting.press("*");
    let marked = sitting.app.model.marked_rids().iter().map(|rid| rid.0).collect();
    sitting.press("%");
    assert!(!sitting.app.model.marks.has_marks(), "all that the filter leaves was marked, and is turned round");
    let (json, said) = exported(sitting, "json");
    assert_eq!(said, format!("{} cases, complete", sitting.app.model.list.matching()));
    let csv = exported(sitting, "csv").0;
    sitting.press("T");
    let run = sitting.app.model.triage.take().unwrap_or_else(|| panic!("no run: {}", sitting.said()));
    sitting.press("Esc");
    assert_eq!(run.of, run.queue.len());
    [marked, json, csv, run.queue.iter().map(|waiting| waiting.case.id.parse().unwrap()).collect()]
}

#[test]
fn marks_export_and_run_take_what_a_fold_hides() {
    let mut sitting = storm();
    sitting.press("z l");
    assert_eq!((sitting.order().len(), sitting.app.model.list.matching()), (4, 9));
    for taken in taken(&mut sitting) {
        assert_eq!(taken, (1..=9).collect());
    }
    assert_eq!(sitting.order().len(), 4, "no fold has opened");
}

#[test]
fn marks_export_and_run_take_what_a_closed_group_hides() {
    let mut sitting = storm();
    filter(&mut sitting, "disk group:priority");
    sitting.press("z M");
    assert_eq!((sitting.order().len(), sitting.app.model.list.matching()), (2, 7));
    for taken in taken(&mut sitting) {
        assert_eq!(taken, (1..=7).collect());
    }
    sitting.press("z l z M");
    assert_eq!((sitting.order().len(), sitting.app.model.list.matching()), (2, 7), "folds in closed groups");
    for taken in taken(&mut sitting) {
        assert_eq!(taken, (1..=7).collect());
    }
}

#[test]
fn what_is_done_to_marked_cases_reaches_those_behind_a_fold_in_the_order_of_the_list() {
    let mut sitting = storm();
    sitting.report(Report::Directory(SourceId(0), Arc::new(super::verbs::directory())));
    let all = sitting.order();
    sitting.press("z l *");
    let effects = sitting.press("i");
    assert_eq!(super::bulk::asked(&effects).2, all);
}

#[test]
fn a_row_that_only_stays_in_sight_is_not_what_the_filter_leaves() {
    let mut sitting = Sitting::with(rows(1..=4));
    filter(&mut sitting, "case");
    sitting.network(vec![row(2, 2, "other")]);
    sitting.report(Report::Gone(vec![Rid(3)]));
    assert_eq!((sitting.order().len(), sitting.app.model.list.matching()), (4, 2), "nothing moves under the eye");
    for taken in taken(&mut sitting) {
        assert_eq!(taken, BTreeSet::from([1, 4]));
    }
}

#[test]
fn marks_behind_a_fold_or_in_a_closed_group_count_as_hidden() {
    let mut sitting = storm();
    sitting.press("* z l");
    assert_eq!((sitting.order().len(), sitting.app.model.marked()), (4, (9, 5)));
    sitting.press("*");
    assert_eq!(sitting.said(), "9 cases are marked, 5 of them hidden");
    sitting.report(Report::Directory(SourceId(0), Arc::new(super::verbs::directory())));
    sitting.press("i");
    assert_eq!(super::bulk::pane(&sitting).hidden, 5, "the dry run says so, too");
    sitting.press("Esc z R");
    assert_eq!(sitting.app.model.marked(), (9, 0));
    filter(&mut sitting, "group:priority");
    sitting.press("z M");
    assert_eq!((sitting.order().len(), sitting.app.model.marked()), (3, (9, 6)));
    sitting.press("z R");
    assert_eq!(sitting.app.model.marked(), (9, 0));
}

#[test]
fn a_row_shows_the_mark_and_the_change_of_one_that_it_stands_for() {
    for close in ["z l", "/ g r o u p : p r i o r i t y Enter z M"] {
        let mut sitting = storm();
        sitting.press(close);
        let shows = sitting.order().into_iter().map(Rid).find(|rid| sitting.app.model.list.behind(*rid).len() > 2).unwrap();
        let behind = sitting.app.model.list.behind(shows)[1];
        assert_ne!(behind, shows);
        sitting.app.model.mark_only([behind], &mut sitting.app.cx);
        assert!(sitting.app.model.shows_marked(shows) && !sitting.app.model.is_marked(shows), "{close}");
        let others = sitting.order().into_iter().map(Rid).filter(|rid| *rid != shows);
        assert!(others.into_iter().all(|rid| !sitting.app.model.shows_marked(rid)), "{close}");
        assert!(!sitting.app.model.list.hides_unseen(shows), "{close}");
        sitting.network(vec![row(behind.0, 1, "Disk pressure node-77")]);
        assert!(sitting.app.model.list.hides_unseen(shows), "{close}");
        sitting.press("z R");
        assert!(!sitting.app.model.shows_marked(shows) && sitting.app.model.shows_marked(behind), "{close}: open, each shows its own");
    }
}
