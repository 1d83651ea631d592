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
    let numbers = match format {
        "csv" => csv::Reader::from_reader(text.as_bytes()).records().map(|line| line.unwrap()[2].parse().unwrap()).collect(),
        _ => {
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            json["cases"].as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap().parse().unwrap()).collect()
        }
    };
    (numbers, what)
}

/// What `*`, the run and an export take; no marks and no run are left.
fn taken(sitting: &mut Sitting) -> [BTreeSet<u32>; 4] {
    sitting.press("*");
    let marked = sitting.app.marked_rids().iter().map(|rid| rid.0).collect();
    sitting.press("%");
    assert!(!sitting.app.has_marks(), "all that the filter leaves was marked, and is turned round");
    let (json, said) = exported(sitting, "json");
    assert_eq!(said, format!("{} cases, complete", sitting.app.list.matching()));
    let csv = exported(sitting, "csv").0;
    sitting.press("T");
    let run = sitting.app.triage.take().unwrap_or_else(|| panic!("no run: {}", sitting.said()));
    sitting.press("Esc");
    assert_eq!(run.of, run.queue.len());
    [marked, json, csv, run.queue.iter().map(|waiting| waiting.case.id.parse().unwrap()).collect()]
}

#[test]
fn marks_export_and_run_take_what_a_fold_hides() {
    let mut sitting = storm();
    sitting.press("z l");
    assert_eq!((sitting.order().len(), sitting.app.list.matching()), (4, 9));
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
    assert_eq!((sitting.order().len(), sitting.app.list.matching()), (2, 7));
    for taken in taken(&mut sitting) {
        assert_eq!(taken, (1..=7).collect());
    }
    sitting.press("z l z M");
    assert_eq!((sitting.order().len(), sitting.app.list.matching()), (2, 7), "folds in closed groups");
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
    assert_eq!((sitting.order().len(), sitting.app.list.matching()), (4, 2), "nothing moves under the eye");
    for taken in taken(&mut sitting) {
        assert_eq!(taken, BTreeSet::from([1, 4]));
    }
}
