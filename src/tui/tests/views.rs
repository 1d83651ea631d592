//! Tabs, folds, groups, pickers, completion and history, from keys to state and effects.

use super::*;
use crate::config::{View, ViewChange, ready_made};
use crate::query::Column;
use crate::tui::areas::{areas, scope};
use crate::tui::io::layout::Columns as Tier;
use crate::tui::screens::Overlay;
use crate::tui::screens::columns::{Cell, USUAL};

pub(in crate::tui) fn type_in(sitting: &mut Sitting, text: &str) {
    for c in text.chars() {
        sitting.app.update(Message::Key(Chord::char(c)));
    }
}

fn view(name: &str, query: &str) -> View {
    View { name: name.into(), query: query.into(), ..View::default() }
}

fn with_file() -> Sitting {
    let mut sitting = Sitting::with(rows(1..=12));
    sitting.app.model.open_views(
        vec![view("All", ""), view("Ones", "\"case 1\""), view("Twos", "\"case 2\" sort:title")],
        Some("ones"),
        true,
        &mut sitting.app.cx,
    );
    sitting
}

fn names(sitting: &Sitting) -> Vec<&str> {
    sitting.app.model.views.tabs().iter().map(|tab| tab.view.name.as_str()).collect()
}

fn remembers(effects: &[Effect]) -> Vec<(Option<&str>, Option<&str>)> {
    let remember = |effect: &'_ Effect| match effect {
        Effect::Remember { view, filter } => Some((view.clone(), filter.clone())),
        _ => None,
    };
    let found: Vec<_> = effects.iter().filter_map(remember).collect();
    found.iter().map(|(view, filter)| (view.clone().map(|view| &*view.leak()), filter.clone().map(|filter| &*filter.leak()))).collect()
}

#[test]
fn the_last_view_is_on_at_the_start_and_tabs_have_their_figures() {
    let sitting = with_file();
    assert_eq!((sitting.app.model.views.at(), sitting.app.model.list.filter()), (1, "\"case 1\""));
    let figures: Vec<_> = sitting.app.model.views.tabs().iter().map(|tab| tab.tally.as_ref().map(|tally| tally.counted.count)).collect();
    assert_eq!(figures, [Some(12), Some(4), Some(1)]);
    assert!(!sitting.app.model.is_view_changed());
    let mut unknown = Sitting::with(rows(1..=3));
    unknown.app.model.open_views(ready_made(), Some("gone meanwhile"), true, &mut unknown.app.cx);
    assert_eq!(unknown.app.model.views.at(), 0);
}

#[test]
fn a_view_that_is_chosen_while_the_disk_is_read_holds_nothing_back() {
    let mut sitting = Sitting::new();
    sitting.app.model.open_views(vec![view("All", ""), view("Cases", "case")], None, true, &mut sitting.app.cx);
    let read = |sitting: &mut Sitting, rows| sitting.report(Report::Rows { rows, from: From::Disk });
    read(&mut sitting, vec![row(1, 3, "case 1"), row(2, 1, "other")]);
    sitting.press("g 2");
    read(&mut sitting, vec![row(3, 0, "case 3"), row(4, 2, "case 4")]);
    assert_eq!((sitting.order(), sitting.held(), sitting.cursor()), (vec![3, 4, 1], vec![], Some(3)));
    // Chosen once more, though it is on already.
    sitting.press("g 2");
    read(&mut sitting, vec![row(9, 0, "case 9")]);
    assert_eq!((sitting.order(), sitting.held(), sitting.cursor()), (vec![9, 3, 4, 1], vec![], Some(9)));
    // From the next key on nothing moves.
    sitting.press("j");
    read(&mut sitting, vec![row(5, 0, "case 5"), row(6, 4, "case 6")]);
    assert_eq!((sitting.order(), sitting.held(), sitting.cursor()), (vec![9, 3, 4, 1, 6], vec![5], Some(3)));
    // Nor where a view is found again as it was left.
    sitting.press("g 1 g 2");
    assert!(sitting.held().is_empty());
    read(&mut sitting, vec![row(7, 0, "case 7")]);
    assert_eq!((sitting.held(), sitting.cursor()), (vec![7], Some(3)));
    // Once the disk is read, what comes waits.
    sitting.report(Report::DiskRead { rows: 7 });
    sitting.full();
    sitting.press("g 1 g 2 g 2");
    sitting.network(vec![row(8, 0, "case 8")]);
    assert_eq!(sitting.held().last(), Some(&8));
}

#[test]
fn a_view_that_is_chosen_while_a_source_is_read_for_the_first_time_holds_nothing_back() {
    let mut sitting = Sitting::new();
    sitting.app.model.open_views(vec![view("All", ""), view("Cases", "case")], None, true, &mut sitting.app.cx);
    sitting.report(Report::DiskRead { rows: 0 });
    let reading = |sitting: &mut Sitting| {
        let phase = Phase::Reading { pages: 1, of: None };
        sitting.report(Report::Source(SourceId(0), Box::new(SourceState { phase, ..SourceState::default() })));
    };
    reading(&mut sitting);
    sitting.network(vec![row(1, 3, "case 1"), row(2, 1, "other")]);
    sitting.press("g 2");
    sitting.network(vec![row(3, 0, "case 3"), row(4, 2, "case 4")]);
    assert_eq!((sitting.order(), sitting.held(), sitting.cursor()), (vec![3, 4, 1], vec![], Some(3)));
    // It was read once: what a later reading brings waits.
    sitting.full();
    reading(&mut sitting);
    sitting.press("g 1 g 2");
    sitting.network(vec![row(8, 0, "case 8")]);
    assert_eq!(sitting.held(), [8]);
}

#[test]
fn views_are_left_and_found_again_as_they_were() {
    let mut sitting = with_file();
    sitting.press("j j");
    let cursor = sitting.cursor();
    sitting.press("/");
    type_in(&mut sitting, " -\"case 12\"");
    sitting.press("Enter");
    assert!(sitting.app.model.is_view_changed());
    let left = sitting.order();
    assert_eq!(remembers(&sitting.press("]")), [(Some("Twos"), None)]);
    assert_eq!(sitting.order(), [2]);
    sitting.press("[");
    assert_eq!((sitting.order(), sitting.app.model.views.at()), (left.clone(), 1));
    // The number of the view that is on: as it is saved. And back.
    sitting.press("g 2");
    assert_eq!((sitting.order().len(), sitting.app.model.is_view_changed()), (4, false));
    sitting.press("-");
    assert_eq!(sitting.order(), left);
    sitting.press("g 1 - g 3 g 1 - -");
    assert_eq!(sitting.app.model.views.at(), 1);
    sitting.press("Alt-3");
    assert_eq!(sitting.app.model.views.at(), 2);
    sitting.press("] {");
    assert_eq!(sitting.app.model.views.at(), 2);
    sitting.press("2 ]");
    assert_eq!(sitting.app.model.views.at(), 1);
    assert!(cursor.is_some());
}

#[test]
fn a_filter_is_saved_as_a_view_from_the_bar_and_stays_when_the_file_refuses() {
    let mut sitting = with_file();
    sitting.press("Alt-1 /");
    type_in(&mut sitting, "case 3");
    sitting.press("Ctrl-s Ctrl-u");
    type_in(&mut sitting, "Threes");
    let effects = sitting.press("Enter");
    let saved = ViewChange::Save(view("Threes", "case 3"));
    assert!(effects.contains(&Effect::ChangeViews { change: saved.clone(), known: None }), "{effects:?}");
    assert_eq!((names(&sitting), sitting.app.model.views.at()), (vec!["All", "Ones", "Twos", "Threes"], 3));
    assert!(!sitting.app.model.is_view_changed());
    sitting.app.update(Message::Views { change: saved.clone(), result: Err("config.toml:3: unknown key".into()) });
    assert_eq!(sitting.said(), "view Threes is saved, but only for this sitting. Not written: config.toml:3: unknown key");
    assert_eq!(names(&sitting).len(), 4);
    // What the file says counts, once nothing is under way any more.
    sitting.app.update(Message::Views { change: saved.clone(), result: Ok((saved, vec![view("Threes", "case 3"), view("By hand", "x")])) });
    assert_eq!((names(&sitting), sitting.app.model.views.at()), (vec!["Threes", "By hand"], 0));
}

#[test]
fn a_view_that_somebody_else_has_saved_meanwhile_stays_and_ones_own_stands_beside_it() {
    let mut sitting = with_file();
    sitting.press("Alt-2 /");
    type_in(&mut sitting, "-\"case 12\"");
    sitting.press("Enter g v");
    let effects = sitting.press("Enter");
    let mine = view("Ones", "\"case 1\" -\"case 12\"");
    let change = ViewChange::Save(mine.clone());
    assert!(effects.contains(&Effect::ChangeViews { change: change.clone(), known: Some(view("Ones", "\"case 1\"")) }), "{effects:?}");
    let kept = View { name: "Ones 2".into(), ..mine };
    let there = vec![view("All", ""), view("Ones", "theirs"), view("Twos", "\"case 2\" sort:title"), kept.clone()];
    let effects = sitting.app.update(Message::Views { change, result: Ok((ViewChange::Save(kept), there)) });
    assert_eq!(remembers(&effects), [(Some("Ones 2"), None)]);
    assert_eq!((names(&sitting), sitting.app.model.views.at()), (vec!["All", "Ones", "Twos", "Ones 2"], 3));
    assert_eq!(sitting.app.model.views.tabs()[1].view.query, "theirs");
    assert!(!sitting.app.model.is_view_changed(), "what is on the screen is one's own");
    assert!(sitting.said().contains("another view Ones meanwhile: it stays, and yours is Ones 2"), "{}", sitting.said());
}

#[test]
fn views_are_put_in_order_renamed_and_deleted_in_their_panel() {
    let mut sitting = with_file();
    let effects = sitting.press("g V J");
    assert!(effects.contains(&Effect::ChangeViews { change: ViewChange::Move { name: "Ones".into(), to: 2 }, known: None }));
    assert_eq!((names(&sitting), sitting.app.model.views.at()), (vec!["All", "Twos", "Ones"], 2));
    sitting.press("r Ctrl-u");
    type_in(&mut sitting, "twos");
    sitting.press("Enter");
    assert_eq!(sitting.said(), "there is a view of this name already");
    sitting.press("Ctrl-u");
    type_in(&mut sitting, "First ones");
    sitting.press("Enter");
    assert_eq!(names(&sitting), ["All", "Twos", "First ones"]);
    assert_eq!(sitting.app.model.views.current().unwrap().name, "First ones");
    sitting.press("d");
    sitting.wait(400);
    sitting.press("Enter");
    assert_eq!(names(&sitting).len(), 3, "Enter is no yes");
    sitting.press("d");
    sitting.wait(400);
    let effects = sitting.press("y");
    assert!(
        effects.contains(&Effect::ChangeViews {
            change: ViewChange::Delete("First ones".into()),
            known: Some(view("First ones", "\"case 1\""))
        })
    );
    assert_eq!((names(&sitting), sitting.app.model.list.filter()), (vec!["All", "Twos"], "\"case 2\" sort:title"));
}

#[test]
fn without_a_file_changes_last_as_long_as_the_sitting_and_that_is_said() {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.press("g v Ctrl-u");
    type_in(&mut sitting, "Mine");
    let effects = sitting.press("Enter");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::ChangeViews { .. })));
    assert_eq!(sitting.said(), "view Mine is saved for this sitting only: there is no configuration file");
}

/// Six look-alikes of high priority within an hour, one of them critical, and two other cases.
pub(in crate::tui) fn storm() -> Sitting {
    let mut all: Vec<_> = (1..=6).map(|n| row(n, 1, &format!("Disk pressure node-{n}"))).collect();
    all.push(row(7, 0, "Disk pressure node-7"));
    all.push(row(8, 1, "Something else entirely"));
    all.push(row(9, 2, "And another thing"));
    for (_, row) in &mut all {
        row.created_at = Some(at_ms(0));
    }
    Sitting::with(all)
}

#[test]
fn look_alikes_become_one_row_that_never_hides_a_higher_priority() {
    let mut sitting = storm();
    assert_eq!(sitting.order().len(), 9);
    sitting.press("z l");
    let order = sitting.order();
    assert_eq!(order.len(), 4, "{order:?}");
    assert!(order.contains(&7), "the critical one stands for itself");
    let first = Rid(*order.iter().find(|n| (1..=6).contains(*n)).unwrap());
    assert_eq!(sitting.app.model.list.folded(first).map(|folded| folded.count), Some(6));
    assert_eq!(sitting.app.model.list.matching(), 9, "what is folded is counted");
    // One behind it becomes critical: the row before it says so, and nothing moves.
    let behind = sitting.app.model.list.behind(first).iter().copied().find(|rid| *rid != first).unwrap();
    let mut urgent = row(behind.0, 0, "Disk pressure node-1");
    urgent.1.created_at = Some(at_ms(0));
    sitting.network(vec![urgent]);
    assert_eq!(sitting.order(), order);
    assert_eq!(
        sitting.app.model.list.folded(first).map(|folded| folded.worst),
        Some(crate::domain::case::Rank::Level(crate::domain::case::Level::Critical))
    );
    // In the next order it stands before them.
    sitting.press("r");
    assert_eq!(sitting.order().len(), 5);
    assert!(sitting.order().contains(&behind.0));
}

#[test]
fn folds_open_and_close_around_the_cursor_and_an_unseen_change_comes_out() {
    let mut sitting = storm();
    sitting.press("z l");
    let at = sitting.order().iter().position(|n| (1..=6).contains(n)).unwrap();
    sitting.press("g g");
    for _ in 0..at {
        sitting.press("j");
    }
    let cursor = sitting.cursor();
    sitting.press("z o");
    assert_eq!((sitting.order().len(), sitting.cursor()), (9, cursor));
    sitting.press("j j z c");
    assert_eq!((sitting.order().len(), sitting.cursor()), (4, cursor), "the row that stands for the fold has the cursor");
    sitting.press("z R");
    assert_eq!(sitting.order().len(), 9);
    sitting.press("z M");
    assert_eq!(sitting.order().len(), 4);
    let behind = *sitting.app.model.list.behind(Rid(cursor.unwrap())).last().unwrap();
    let mut changed = row(behind.0, 1, "Disk pressure node-9");
    changed.1.created_at = Some(at_ms(0));
    sitting.network(vec![changed]);
    assert!(sitting.app.model.list.hides_unseen(Rid(cursor.unwrap())));
    sitting.press("g g g n");
    assert_eq!(sitting.cursor(), Some(behind.0));
    assert_eq!(sitting.order().len(), 9, "its fold has opened");
}

#[test]
fn groups_stand_under_their_line_and_the_cursor_stays_on_its_case_and_in_sight() {
    let mut all = rows(1..=60);
    for (n, (_, row)) in all.iter_mut().enumerate() {
        row.priority = Some(Priority::read(["HIGH", "LOW", "CRITICAL"][n % 3]));
    }
    let mut sitting = Sitting::with(all);
    sitting.press("j j j");
    let cursor = sitting.cursor();
    sitting.press("z g");
    let Some(Overlay::Picker(menu)) = sitting.app.cx.overlays.last() else { panic!("no menu") };
    let at = menu.choices.iter().position(|choice| choice.words == "priority").unwrap();
    sitting.press(&format!("{}", at + 1));
    assert_eq!(sitting.app.model.list.query().group, Some(Column::Priority));
    assert_eq!(sitting.cursor(), cursor);
    let in_sight = |sitting: &Sitting| sitting.app.model.list.visible().iter().any(|rid| Some(rid.0) == sitting.cursor());
    let room = areas(&sitting.app.model, &sitting.app.panes, &sitting.app.cx).list_rows();
    for keys in ["G", "g g", "2 0 j", "z t", "z b", "z z", "Ctrl-f", "Ctrl-b", "z a", "z M", "G", "z R", "g g"] {
        sitting.press(keys);
        assert!(in_sight(&sitting), "{keys}");
        let shown = sitting.app.model.list.visible().len();
        let heads = (0..shown).filter(|n| sitting.app.model.list.head(*n).is_some()).count();
        assert!(shown + heads <= room && heads > 0, "{keys}: {shown} rows and {heads} lines in {room}");
    }
    let levels: Vec<_> = sitting.app.model.list.order().iter().map(|rid| sitting.app.model.list.row(*rid).unwrap().rank.level()).collect();
    assert!(levels.is_sorted(), "{levels:?}");
    sitting.press("z M");
    assert_eq!(sitting.order().len(), 3);
}

#[test]
fn a_value_is_picked_counted_and_left_out() {
    let mut all = rows(1..=10);
    for (n, (_, row)) in all.iter_mut().enumerate() {
        row.tags = vec![Clean::line(if n < 7 { "phish" } else { "two words" })];
    }
    let mut sitting = Sitting::with(all);
    sitting.press("f t");
    let Some(Overlay::Facets(facets)) = sitting.app.cx.overlays.last() else { panic!("no table") };
    let seen: Vec<_> = facets.choices.iter().map(|choice| (choice.words.as_str(), choice.count)).collect();
    assert_eq!(seen, [("phish", Some(7)), ("two words", Some(3))]);
    let effects = sitting.press("j Enter");
    assert_eq!(sitting.app.model.list.filter(), "tag:\"two words\"");
    assert_eq!(remembers(&effects), [(None, Some("tag:\"two words\""))]);
    sitting.press("- f t -");
    assert_eq!(sitting.app.model.list.filter(), "-tag:phish");
    sitting.press("- f t Space Space Enter");
    assert_eq!(sitting.app.model.list.filter(), "tag:phish,\"two words\"");
    sitting.press("- F");
    let Some(Overlay::Picker(menu)) = sitting.app.cx.overlays.last() else { panic!("no menu") };
    assert!(
        menu.choices.iter().any(|choice| choice.words.starts_with("tags  phish  ") || choice.words.starts_with("tags  two words  ")),
        "{:?}",
        menu.choices
    );
    sitting.press("=");
    assert!(sitting.app.model.list.filter().starts_with("status:"), "{}", sitting.app.model.list.filter());
}

#[test]
fn a_word_is_completed_from_what_there_is_and_counts_what_it_leaves() {
    let mut all = rows(1..=10);
    for (n, (_, row)) in all.iter_mut().enumerate() {
        row.tags = vec![Clean::line(if n < 7 { "phish" } else { "phone" })];
    }
    let mut sitting = Sitting::with(all);
    sitting.press("/");
    type_in(&mut sitting, "ta");
    let offered = |sitting: &Sitting| match sitting.app.cx.overlays.last() {
        Some(Overlay::Filter(bar)) => bar.offers.offers.iter().map(|offer| (offer.text.clone(), offer.count)).collect::<Vec<_>>(),
        _ => panic!("no bar"),
    };
    assert_eq!(offered(&sitting), [("tag:".to_owned(), None)]);
    sitting.press("Tab");
    assert_eq!(offered(&sitting), [("tag:phish".to_owned(), Some(7)), ("tag:phone".to_owned(), Some(3))]);
    type_in(&mut sitting, "pho");
    assert_eq!(offered(&sitting), [("tag:phone".to_owned(), Some(3))]);
    sitting.press("Backspace Down Down Enter");
    assert!(
        matches!(sitting.app.cx.overlays.last(), Some(Overlay::Filter(bar)) if crate::tui::widgets::text::line_text(&bar.area) == "tag:phone ")
    );
    sitting.press("Enter");
    assert_eq!(sitting.app.model.list.filter(), "tag:phone");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::List);
}

#[test]
fn filters_of_before_come_back_and_what_was_begun_is_not_lost() {
    let mut sitting = Sitting::with(rows(1..=12));
    sitting.app.model.filters = vec!["case 1".into(), "case 2".into()];
    sitting.press("/ Up");
    assert_eq!(sitting.app.model.list.filter(), "case 2");
    sitting.press("Ctrl-p Ctrl-p");
    assert_eq!((sitting.app.model.list.filter(), sitting.said()), ("case 1", "no older filter"));
    sitting.press("Ctrl-n Ctrl-n");
    assert_eq!(sitting.app.model.list.filter(), "");
    type_in(&mut sitting, "nine");
    sitting.press("Ctrl-p Ctrl-n");
    assert_eq!(sitting.app.model.list.filter(), "nine");
    sitting.press("Ctrl-p Ctrl-p");
    let effects = sitting.press("Enter");
    assert_eq!(remembers(&effects), [(None, Some("case 1"))]);
    assert_eq!(sitting.app.model.filters, ["case 2", "case 1"]);
}

#[test]
fn what_is_wrong_keeps_the_last_good_rows_and_is_not_kept() {
    let mut sitting = Sitting::with(rows(1..=12));
    sitting.press("/");
    type_in(&mut sitting, "\"case 1\" ");
    assert_eq!(sitting.order().len(), 4);
    type_in(&mut sitting, "sort:colour ");
    assert_eq!(sitting.order().len(), 4);
    sitting.press("Enter");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::Filter, "{}", sitting.said());
    sitting.press("Esc");
    assert_eq!(sitting.order().len(), 12);
}

#[test]
fn n_walks_over_the_text_that_was_looked_for() {
    let mut sitting = Sitting::with(rows(1..=12));
    sitting.press("/");
    type_in(&mut sitting, "\"case 1\"");
    sitting.press("Enter Ctrl-x g g");
    assert_eq!(sitting.order().len(), 12);
    let mut met = Vec::new();
    for _ in 0..3 {
        sitting.press("n");
        met.push(sitting.cursor().unwrap());
    }
    assert_eq!(met, [11, 10, 1], "12 had the cursor");
    sitting.press("2 N");
    assert_eq!(sitting.cursor(), Some(11));
}

#[test]
fn columns_are_chosen_moved_and_made_wider_and_the_view_keeps_them() {
    let mut sitting = Sitting::with(rows(1..=3));
    let shown =
        |sitting: &Sitting| sitting.app.model.list_columns(Tier::All, 80).into_iter().map(|one| (one.cell, one.width)).collect::<Vec<_>>();
    assert_eq!(shown(&sitting).len(), USUAL.len() + 1);
    // The source goes, the key is wider and stands behind the status.
    sitting.press("C Space j > > J");
    assert_eq!(sitting.app.model.list.filter(), "cols:status,key,priority,sla,age,assignee,title");
    assert_eq!(shown(&sitting)[1..3], [(Cell::Of(Column::Status), 5), (Cell::Of(Column::Key), 11)]);
    sitting.press("Esc g v Ctrl-u");
    type_in(&mut sitting, "Mine");
    sitting.press("Enter g 1");
    assert_eq!(shown(&sitting)[2], (Cell::Of(Column::Key), 9));
    sitting.press("[");
    assert_eq!(shown(&sitting)[2], (Cell::Of(Column::Key), 11));
    // As it was: the filter says nothing any more.
    sitting.press("C j K G");
    assert!(sitting.app.model.is_view_changed());
}

#[test]
fn the_list_is_sorted_by_several_columns_and_the_filter_says_so() {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.press("S 2 S j j j +");
    assert_eq!(sitting.app.model.list.filter(), "sort:priority,title");
    assert_eq!(sitting.said(), "sorted by priority, title");
    sitting.press("S 1");
    assert_eq!(sitting.app.model.list.filter(), "");
}

#[test]
fn arrivals_and_folds_leave_the_rows_under_the_cursor_alone() {
    let mut sitting = storm();
    sitting.press("z l z g 4");
    sitting.press("j");
    let (order, cursor) = (sitting.order(), sitting.cursor());
    for n in 20..60 {
        sitting.network(vec![row(n, u8::try_from(n % 5).unwrap(), &format!("Disk pressure node-{n}"))]);
        assert_eq!((sitting.order(), sitting.cursor()), (order.clone(), cursor));
    }
    assert_eq!(sitting.held().len(), 40);
    sitting.press("/");
    type_in(&mut sitting, " nothing has this");
    assert!(sitting.order().is_empty());
    sitting.press("Esc");
    assert_eq!((sitting.order(), sitting.cursor()), (order, cursor));
}

#[test]
fn what_is_typed_behind_a_filter_is_a_term_of_its_own() {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.press("/ s o r t : k e y Enter");
    assert_eq!(sitting.app.model.list.filter(), "sort:key");
    sitting.press("/ # 2");
    assert_eq!((sitting.app.model.list.filter(), sitting.order()), ("sort:key #2", vec![2]));
    sitting.press("Ctrl-w Enter");
    assert_eq!(sitting.app.model.list.filter(), "sort:key", "no blank is left behind");
    sitting.press("/ Enter");
    assert_eq!((sitting.app.model.list.filter(), sitting.order().len()), ("sort:key", 3));
    sitting.press("/ Ctrl-w Enter");
    assert_eq!(sitting.app.model.list.filter(), "");
}
