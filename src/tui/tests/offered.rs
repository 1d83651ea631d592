//! Every count that is offered is what choosing it gives: tables of values, completion, "more like this", groups.

use proptest::prelude::*;

use super::views::type_in;
use super::*;
use crate::domain::case::Named;
use crate::domain::directory::StatusOption;
use crate::domain::person::Person;
use crate::query::Column;
use crate::tui::screens::facets::acts::{open_facets, open_more_like};
use crate::tui::screens::facets::{COLUMNS, Facets};
use crate::tui::screens::filter::acts::paste_in_filter;
use crate::tui::screens::filter::complete::MAX_OFFERS;

/// A row of one of three vendors with values that differ little, and whether its case was read.
fn arb_row() -> impl Strategy<Value = (Row, bool)> {
    let status = prop::sample::select(vec!["Closed", "CLOSED", "open", "In progress"]);
    let priority = prop::sample::select(vec!["P1", "HIGH", "URGENT", "P0", "Very High", "NOT_DEFINED"]);
    let tag = prop::sample::select(vec!["phish", "PHISH", "kind:phish", "env:prod", "prod", "two words", "a,b", "none"]);
    let who = prop::sample::select(vec!["Ana", "Ana Lima", "ana lima", "Bo", "none"]);
    (0u8..3, status, priority, prop::collection::vec(tag, 0..3), prop::collection::vec(who, 0..2), 0i64..3, any::<bool>()).prop_map(
        |(source, status, priority, tags, people, day, is_read)| {
            let vendor = Vendor::ALL[usize::from(source)];
            let mut row = sample::case(vendor, 1).row;
            row.id.source = SourceId(source);
            row.status.state = Some(if status.eq_ignore_ascii_case("closed") { State::Closed } else { State::Open });
            row.status.name = Clean::line(status);
            row.priority = (vendor != Vendor::ServerOps).then(|| Priority::read(priority));
            row.tags = if vendor == Vendor::ServerOps { Vec::new() } else { tags.into_iter().map(Clean::line).collect() };
            let person = |name: &str| Person { id: name.into(), name: Clean::line(name), ..Person::default() };
            row.assignees = if vendor == Vendor::ServerOps { Vec::new() } else { people.into_iter().map(person).collect() };
            row.created_at = Some(at_ms(-day * 86_400_000 - 60_000));
            row.title = Clean::line(["Disk is full", "disk is full", "Disk"][usize::try_from(day).unwrap()]);
            (row, is_read)
        },
    )
}

fn filled(drawn: Vec<(Row, bool)>) -> Sitting {
    let (rows, read) = named(drawn);
    let mut sitting = Sitting::new();
    sitting.report(Report::Sources((0..).zip(Vendor::ALL).map(|(id, vendor)| info(id, vendor)).collect()));
    sitting.report(Report::Rows { rows, from: From::Disk });
    sitting.report(Report::DiskRead { rows: 0 });
    for (rid, case) in read {
        sitting.report(Report::Case { rid, case: Arc::new(case), read_at: at_ms(0), from: From::Network });
    }
    sitting.press("g g");
    sitting
}

type Read = (Rid, crate::domain::case::Case);

/// Rows with a name each, and what was read of some.
fn named(drawn: Vec<(Row, bool)>) -> (Vec<(Rid, Row)>, Vec<Read>) {
    let (mut rows, mut read) = (Vec::new(), Vec::new());
    for (n, (mut row, is_read)) in (1_u32..).zip(drawn) {
        let vendor = Vendor::ALL[usize::from(row.id.source.0)];
        row.id.id = n.to_string().into();
        row.key = Clean::line(&match vendor {
            Vendor::Datadog => format!("{}-{n}", ["SEC", "PLAT"][n as usize % 2]),
            Vendor::Tines => format!("#{n}"),
            Vendor::ServerOps => format!("c-{n}"),
        });
        if is_read {
            let group = Some(Named { id: "7".into(), name: Clean::line(["Blue", "SEC"][n as usize % 2]) });
            let author = row.assignees.first().cloned();
            read.push((Rid(n), crate::domain::case::Case { row: row.clone(), group, author, ..sample::case(vendor, n) }));
        }
        rows.push((Rid(n), row));
    }
    (rows, read)
}

/// How many rows the list shows with this filter.
fn left(sitting: &mut Sitting, filter: &str) -> usize {
    sitting.app.model.list.set_filter(filter);
    while sitting.app.model.list.is_judging() {
        sitting.app.model.list.go_on();
    }
    sitting.app.model.list.matching()
}

fn table(sitting: &Sitting) -> Facets {
    let Some(Overlay::Facets(facets)) = sitting.app.cx.overlays.last() else { panic!("no table: {}", sitting.said()) };
    Facets::clone(facets)
}

/// The value of the first row under each heading, and how many the heading counts.
fn heads(sitting: &mut Sitting) -> Vec<(String, usize)> {
    sitting.app.model.list.to_top();
    let list = &sitting.app.model.list;
    let Some(column) = &list.query().group else { return Vec::new() };
    let value = |head: crate::tui::model::list::Head<'_>| (list.facet(column, &[head.first]).remove(0).0, head.count);
    (0..list.order().len()).filter_map(|n| list.head(n)).map(value).collect()
}

const FILTERS: [&str; 5] = ["", "-status:closed", "tag:phish OR priority:>=high", "src:dd limit:2", "-team:Blue"];
/// Ends of filters that are being typed.
const TYPED: [&str; 16] = [
    "tag:",
    "-tag:",
    "NOT tag:",
    "-status:closed -tag:p",
    "(priority:P1 OR tag:",
    "tag:phish,",
    "-(src:dd tag:",
    "status:",
    "-status:",
    "priority:",
    "priority:>=",
    "assignee:",
    "src:",
    "-project:",
    "team:",
    "key:#",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn every_count_that_is_offered_is_what_choosing_it_gives(drawn in prop::collection::vec(arb_row(), 1..24)) {
        let mut sitting = filled(drawn);
        for filter in FILTERS {
            if left(&mut sitting, filter) == 0 {
                continue;
            }
            let query = sitting.app.model.list.query().clone();
            for column in COLUMNS {
                left(&mut sitting, filter);
                open_facets(column.clone(), &mut sitting.app.model, &mut sitting.app.cx);
                let facets = table(&sitting);
                sitting.press("Esc");
                prop_assert_eq!(facets.total, left(&mut sitting, filter), "{} by {}", filter, column);
                for choice in facets.choices {
                    let chosen = query.clone().with(choice.node.clone()).to_string();
                    prop_assert_eq!(choice.count, Some(left(&mut sitting, &chosen)), "{} by {}: {}", filter, column, choice.words);
                }
            }
            for column in [Column::Source, Column::Status, Column::Priority, Column::Project, Column::Team, Column::Type] {
                let grouped = query.clone().to_string() + &format!(" group:{column}");
                let all = left(&mut sitting, &grouped);
                let heads = heads(&mut sitting);
                prop_assert_eq!(heads.iter().map(|(_, count)| count).sum::<usize>(), all, "{}", grouped);
                if query.limit.is_some() {
                    continue;
                }
                for (value, count) in heads {
                    let Some((_, node)) = sitting.app.model.named_value(&column, &value) else { continue };
                    let chosen = query.clone().with(node).to_string();
                    prop_assert_eq!(count, left(&mut sitting, &chosen), "{} {}: {}", filter, grouped, value);
                }
            }
            let tally = sitting.app.model.list.tally(&query).unwrap();
            prop_assert_eq!(tally.counted.count, left(&mut sitting, filter), "the tab of {}", filter);
            for (count, mark) in [(tally.unseen, "is:unseen"), (tally.alarms, "status:open sla:<30m")] {
                let chosen = query.clone().with(crate::query::parse(mark).query.node).to_string();
                prop_assert_eq!(count, left(&mut sitting, &chosen), "the tab of {}: {}", filter, mark);
            }
            left(&mut sitting, filter);
            open_more_like(&sitting.app.model, &mut sitting.app.cx);
            let Some(Overlay::Picker(menu)) = sitting.app.cx.overlays.last().cloned() else { panic!("no menu") };
            let here = sitting.cursor();
            sitting.press("Esc");
            for crate::tui::screens::picker::Choice { words, does } in menu.choices {
                let crate::tui::screens::picker::Does::MoreLike(node) = does else { panic!("another menu") };
                let chosen = query.clone().with(node).to_string();
                let count = left(&mut sitting, &chosen);
                prop_assert!(words.ends_with(&format!("  {count}")), "{}: {} leaves {}", filter, words, count);
                prop_assert!(query.limit.is_some() || sitting.order().contains(&here.unwrap()), "{}: {} loses its own row", filter, words);
            }
        }
        for typed in TYPED {
            left(&mut sitting, "");
            sitting.press("/");
            paste_in_filter(typed, &mut sitting.app.model, &mut sitting.app.cx);
            let Some(Overlay::Filter(bar)) = sitting.app.cx.overlays.last() else { panic!("no bar") };
            let offers = bar.offers.clone();
            sitting.press("Esc");
            for offer in &offers.offers {
                let (text, _) = crate::tui::screens::filter::complete::accept(typed, &offers, offer);
                prop_assert_eq!(offer.count, Some(left(&mut sitting, &text)), "{}", text);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Choosing makes a new order, which takes in what waits: it counts.
    #[test]
    fn rows_that_wait_in_the_tray_count(
        drawn in prop::collection::vec(arb_row(), 2..24),
        filter in prop::sample::select(FILTERS.to_vec()),
        column in prop::sample::select(COLUMNS.to_vec()),
    ) {
        let late = named(drawn.clone()).0.split_off(drawn.len() / 2);
        let mut sitting = filled(drawn[..drawn.len() / 2].to_vec());
        for id in 0..3 {
            let state = SourceState { coverage: Coverage::Full { at: at_ms(0), hidden: 0 }, read_at: Some(at_ms(0)), ..SourceState::default() };
            sitting.report(Report::Source(SourceId(id), Box::new(state)));
        }
        prop_assume!(left(&mut sitting, filter) > 0);
        let shown = sitting.app.model.list.matching();
        sitting.report(Report::Rows { rows: late, from: From::Network });
        prop_assert_eq!(sitting.app.model.list.matching(), shown, "none comes in by itself");
        let query = sitting.app.model.list.query().clone();
        open_facets(column.clone(), &mut sitting.app.model, &mut sitting.app.cx);
        let facets = table(&sitting);
        sitting.press("Esc");
        for choice in &facets.choices {
            let chosen = query.clone().with(choice.node.clone()).to_string();
            prop_assert_eq!(choice.count, Some(left(&mut sitting, &chosen)), "{} by {}: {}", filter, column, &choice.words);
        }
        // A new order takes in what waits; the same filter is none.
        left(&mut sitting, "title:nothing");
        prop_assert_eq!(facets.total, left(&mut sitting, filter), "{} by {}", filter, column);
    }
}

#[test]
fn groups_are_by_what_the_rows_have() {
    let row = |source: u8, tags: &[&str]| {
        let mut row = sample::case(Vendor::ALL[usize::from(source)], 1).row;
        row.id.source = SourceId(source);
        row.tags = tags.iter().map(|tag| Clean::line(tag)).collect();
        (row, false)
    };
    let mut sitting = filled(vec![row(0, &["env:prod"]), row(0, &["env:stage"]), row(0, &["env:prod"]), row(1, &[])]);
    let mut values = |filter: &str| {
        left(&mut sitting, filter);
        let list = &sitting.app.model.list;
        let heads = (0..list.order().len()).filter_map(|n| list.head(n));
        heads.map(|head| (list.row(head.first).unwrap().value(list.query().group.as_ref().unwrap()), head.count)).collect::<Vec<_>>()
    };
    let some = |value: &str, count: usize| (Some(value.to_owned()), count);
    assert_eq!(values("src:dd group:attr.env"), [some("prod", 2), some("stage", 1)]);
    assert_eq!(values("src:dd group:project"), [some("PLAT", 2), some("SEC", 1)]);
    // What was not read is no group of those that have none.
    assert_eq!(values("group:team").len(), 2);
    sitting.app.cx.overlays.clear();
    open_facets(Column::Team, &mut sitting.app.model, &mut sitting.app.cx);
    assert_eq!((table(&sitting).total, table(&sitting).unread), (4, 1), "the case of Tines was not read");
}

#[test]
fn a_bulk_menu_leaves_out_what_fits_the_fewest_cases_and_counts_it() {
    let named = |id: &str| Named { id: id.into(), name: Clean::line(id) };
    let of = |name: &str, group: &str| StatusOption { state: State::Closed, name: Clean::line(name), id: name.into(), group: group.into() };
    let mut known = Directory { groups: vec![named("a"), named("b")], ..Directory::default() };
    known.statuses = (0..50).map(|n| of(&format!("rare {n}"), "a")).chain([of("common", "a"), of("common", "b")]).collect();
    let mut sitting = super::bulk::sitting(3);
    sitting.report(Report::Directory(SourceId(0), Arc::new(known)));
    // The case that is looked at first has the rare ones.
    for (number, group) in [(3, "a"), (2, "b"), (1, "b")] {
        let case = crate::domain::case::Case { group: Some(named(group)), ..sample::case(Vendor::Tines, number) };
        sitting.report(Report::Case { rid: Rid(number), case: Arc::new(case), read_at: at_ms(0), from: From::Network });
    }
    sitting.press("* s");
    let Some(Overlay::Picker(menu)) = sitting.app.cx.overlays.last() else { panic!("no menu: {}", sitting.said()) };
    assert_eq!(menu.title, "status of 3 marked cases, and 12 more: set status=NAME in a macro");
    let first: Vec<&str> = menu.choices.iter().take(3).map(|choice| choice.words.as_str()).collect();
    assert_eq!(first, ["closed", "common", "rare 0  (1 of 3)"]);
    assert_eq!(menu.choices.len(), 40);
}

#[test]
fn however_many_values_a_field_has_they_are_gathered_once_and_few_are_counted() {
    let mut all = rows(1..=400);
    for (n, (_, row)) in all.iter_mut().enumerate() {
        row.tags = vec![Clean::line(&format!("tag {n}"))];
    }
    let mut sitting = Sitting::with(all);
    let offers = |sitting: &Sitting| match sitting.app.cx.overlays.last() {
        Some(Overlay::Filter(bar)) => bar.offers.clone(),
        _ => panic!("no bar"),
    };
    // The list of values itself, wherever it moves.
    let gathered = |sitting: &Sitting| match sitting.app.cx.overlays.last() {
        Some(Overlay::Filter(bar)) => bar.offers.known.as_ref().map(|(_, values)| (values.as_ptr(), values.len())),
        _ => panic!("no bar"),
    };
    sitting.press("/");
    type_in(&mut sitting, "tag:");
    let first = gathered(&sitting).unwrap();
    assert!(first.1 >= 400, "{first:?}");
    assert_eq!(offers(&sitting).offers.len(), MAX_OFFERS);
    assert!(offers(&sitting).offers.iter().all(|offer| offer.count == Some(1)), "{:?}", offers(&sitting).offers);
    for (letter, offered) in [('"', MAX_OFFERS), ('t', MAX_OFFERS), ('a', MAX_OFFERS)] {
        type_in(&mut sitting, &letter.to_string());
        assert_eq!((gathered(&sitting), offers(&sitting).offers.len()), (Some(first), offered), "after {letter}");
    }
    type_in(&mut sitting, "g 399");
    assert_eq!(gathered(&sitting), Some(first));
    assert_eq!(
        offers(&sitting).offers.iter().map(|offer| (offer.text.as_str(), offer.count)).collect::<Vec<_>>(),
        [("tag:\"tag 399\"", Some(1))]
    );
    // Another field has other values.
    sitting.press("Esc /");
    type_in(&mut sitting, "status:");
    assert_ne!(gathered(&sitting), Some(first));
}
