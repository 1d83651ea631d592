//! Pictures of views, tables, groups, folds and completion.

use caseload::domain::case::State;
use caseload::protocol::{From, Report};

use crate::stage::{Stage, row};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

fn pictures(name: &str, make: impl Fn((u16, u16)) -> Stage) {
    for size in SIZES {
        let stage = make(size);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), stage.picture());
    }
}

/// The usual rows and a storm of six look-alikes.
fn stormy(size: (u16, u16)) -> Stage {
    let mut stage = Stage::usual(size);
    let one = |n: u32| row(n, 0, &format!("SEC-9{n}"), State::Open, "P3", None, 10_800, &[], &format!("Disk pressure node-{n}"));
    let rows = (30..36).map(one).collect();
    stage.report(Report::Rows { rows, from: From::Disk });
    stage.press("r");
    stage
}

#[test]
fn completion() {
    pictures("completion", |size| {
        let mut stage = Stage::usual(size);
        stage.press("/");
        stage.text("priority:");
        stage.press("Down Down");
        stage
    });
}

#[test]
fn what_is_wrong_in_a_filter() {
    pictures("filter_wrong", |size| {
        let mut stage = Stage::usual(size);
        stage.press("/");
        stage.text("sort:prioritty ");
        stage
    });
}

#[test]
fn frequency_table() {
    pictures("facets", |size| {
        let mut stage = Stage::usual(size);
        stage.press("f p j Space");
        stage
    });
}

#[test]
fn views_panel() {
    pictures("views_panel", |size| {
        let mut stage = Stage::usual(size);
        stage.press("g 2 g V j");
        stage
    });
}

#[test]
fn naming_a_view() {
    pictures("view_name", |size| {
        let mut stage = Stage::usual(size);
        stage.press("/");
        stage.text("phish");
        stage.press("Ctrl-s");
        stage
    });
}

#[test]
fn columns_panel_and_other_columns() {
    pictures("columns_panel", |size| {
        let mut stage = Stage::usual(size);
        stage.press("C j > >");
        stage
    });
    pictures("columns_other", |size| {
        let mut stage = Stage::usual(size);
        stage.press("/");
        stage.text("cols:key,tags,updated,title,assignee");
        stage.press("Enter");
        stage
    });
}

#[test]
fn groups_and_folds() {
    pictures("groups", |size| {
        let mut stage = stormy(size);
        stage.press("/");
        stage.text("group:priority");
        stage.press("Enter z l z c");
        stage
    });
    pictures("folds", |size| {
        let mut stage = stormy(size);
        stage.press("z l");
        stage
    });
}

#[test]
fn more_like_this() {
    pictures("more_like", |size| {
        let mut stage = Stage::usual(size);
        stage.press("j F");
        stage
    });
}

#[test]
fn a_note_below_the_filter_leaves_the_titles_of_the_panes_whole() {
    let mut stage = Stage::usual((120, 36));
    stage.press("/");
    stage.text("sla:<2h");
    stage.press("Enter");
    let picture = stage.picture();
    let line = picture.lines().find(|line| line.contains("without sla")).unwrap_or_else(|| panic!("{picture}"));
    assert!(line.starts_with("┌─ All+  by SLA ─") && line.contains(" without sla ─┐┌─ 1/"), "{picture}");
    stage.press("/");
    stage.text(" priority:>=high prioritty:x");
    let picture = stage.picture();
    let line = picture.lines().find(|line| line.contains("did you mean")).unwrap_or_else(|| panic!("{picture}"));
    assert!(line.contains("did you mean `priority:`?") && !line.contains('─'), "it has the line for itself: {picture}");
}
