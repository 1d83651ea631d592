//! What completion and pickers are given: values with counts, names behind a dot, and what the filter left out.

use super::*;

fn filled() -> Index {
    let mut index = Index::new();
    for (rid, source, key, level, tags) in [
        (1, 0, "SEC-1", Some("P1"), vec!["env:prod", "service:api"]),
        (2, 0, "SEC-2", Some("P2"), vec!["env:prod"]),
        (3, 1, "#3", None, vec!["phish"]),
        (4, 2, "c4", None, vec![]),
    ] {
        let mut row = row(source, key, key, "a case");
        row.priority = level.map(Priority::read);
        row.tags = tags.into_iter().map(Clean::line).collect();
        index.upsert(Rid(rid), &row);
    }
    index
}

fn told(values: &[(String, usize)]) -> Vec<String> {
    values.iter().map(|(value, count)| format!("{value}={count}")).collect()
}

#[test]
fn columns_are_counted_by_value() {
    let (index, asker) = (filled(), naive::asker());
    let all: Vec<Rid> = (1..5).map(Rid).collect();
    let facet = |column, rows: &[Rid]| told(&index.facet(&column, rows, &asker));
    assert_eq!(facet(Column::Tags, &all), ["env:prod=2", "=1", "phish=1", "service:api=1"]);
    assert_eq!(facet(Column::Priority, &all), ["=2", "critical=1", "high=1"]);
    assert_eq!(facet(Column::Source, &all), ["eu=2", "ops=1", "soar=1"]);
    assert_eq!(facet(Column::Attr("ENV".into()), &all[..3]), ["prod=2", "=1"]);
    assert_eq!(facet(Column::Assignee, &all[..1]), ["=1"]);
    assert_eq!(told(&index.values(&Field::Tag, &asker)), ["env:prod=2", "phish=1", "service:api=1"]);
    assert_eq!(told(&index.values(&Field::Attr("service".into()), &asker)), ["api=1"]);
    assert_eq!(told(&index.names(&Field::Attr(String::new().into()))), ["env=2", "service=1"]);
}

#[test]
fn rows_that_lack_what_is_asked_for_are_counted() {
    let (mut index, asker) = (filled(), naive::asker());
    let mut lacking = |text: &str| {
        index.select(&parse(text).query, &asker, &[]);
        index.lacking().into_iter().map(|(field, count)| format!("{field}={count}")).collect::<Vec<_>>()
    };
    assert_eq!(lacking("priority:>=high"), ["priority=2"]);
    assert_eq!(lacking("priority:>=high src:ops"), ["priority=1"]);
    assert_eq!(lacking("priority:>=high -phish"), ["priority=1"]);
    assert_eq!(lacking("priority:>=high,none").len(), 0);
    assert_eq!(lacking("-priority:P1").len(), 0);
    assert_eq!(lacking("sla:<1h created:>1d").len(), 0);
}

#[test]
fn the_condition_that_took_the_last_row_is_seen() {
    let (index, asker) = (filled(), naive::asker());
    let steps = index.explain(&parse("case comment:x priority:P1 tag:phish").query, &asker, usize::MAX);
    let told: Vec<_> = steps.iter().map(|step| format!("{} {:?}", step.term, step.left)).collect();
    assert_eq!(told, ["case Some(4)", "priority:P1 Some(1)", "tag:phish Some(0)", "comment:x Some(0)"]);
    assert_eq!(index.explain(&parse("comment:x").query, &asker, 1)[0].left, None);
}

#[test]
fn the_most_urgent_is_examined_first() {
    let (mut index, asker) = (filled(), naive::asker());
    let mut late = row(1, "5", "#5", "a case");
    late.due_at = Timestamp::from_second(9).ok();
    index.upsert(Rid(5), &late);
    index.select(&parse("comment:x").query, &asker, &[]);
    // ServerOps has no comments, so nothing is open there.
    assert_eq!(index.unexamined(usize::MAX), [5, 1, 2, 3].map(Rid));
    assert_eq!(index.unexamined(2), [5, 1].map(Rid));
    assert_eq!(index.unexamined_count(), 4);
}
