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
fn a_priority_that_nobody_knows_may_be_the_most_urgent() {
    let (mut index, asker) = (Index::new(), naive::asker());
    for (rid, source, word) in [(1, 0, "P5"), (2, 0, "P0"), (3, 1, "CRITICAL"), (4, 1, "URGENT"), (5, 0, "NOT_DEFINED"), (6, 1, "LOW")] {
        let mut row = row(source, "i", "k", "a case");
        row.priority = Some(Priority::read(word));
        index.upsert(Rid(rid), &row);
    }
    let by_priority = [SortKey { by: SortBy::Priority, descending: false }];
    let mut found = |text: &str| index.select(&parse(text).query, &asker, &by_priority).into_iter().map(|rid| rid.0).collect::<Vec<_>>();
    assert_eq!(found(""), [2, 4, 3, 6, 1, 5], "above what is known, and what is not set last");
    for (text, rids) in [
        ("priority:>=high", &[2, 4, 3][..]),
        ("priority:<=P2", &[2, 4, 3]),
        ("priority:>critical", &[2, 4]),
        ("priority:<high", &[6, 1]),
        ("priority:critical", &[3]),
        ("priority:none", &[5]),
        ("-priority:none", &[2, 4, 3, 6, 1]),
        ("priority:URGENT", &[4]),
        ("priority:urgent,P0", &[2, 4]),
        ("-priority:P0 priority:>=low", &[4, 3, 6]),
    ] {
        assert_eq!(parse(text).problems, [], "{text}");
        assert_eq!(found(text), rids, "{text}");
    }
    let all: Vec<Rid> = (1..7).map(Rid).collect();
    let counted = told(&index.facet(&Column::Priority, &all, &asker));
    assert_eq!(counted, ["=1", "P0=1", "URGENT=1", "critical=1", "info=1", "low=1"]);
    assert_eq!(index.get(Rid(4)).unwrap().priority_marked(), "URGENT?");
}

#[test]
fn a_case_is_found_as_it_is_named() {
    let (mut index, asker) = (filled(), naive::asker());
    let mut found = |text: &str| index.select(&parse(text).query, &asker, &[]).into_iter().map(|rid| rid.0).collect::<Vec<_>>();
    for (text, rids) in [
        ("tn:3", &[3][..]),
        ("soar:#3", &[3]),
        ("TN #3", &[3]),
        ("TN#3", &[3]),
        ("\"TN #3\"", &[3]),
        ("(TN #3) OR DD SEC-1", &[1, 3]),
        ("-tn:3", &[1, 2, 4]),
        ("key:3", &[3]),
        ("key:#3", &[3]),
        ("key:tn:3", &[3]),
        ("SEC-2", &[2]),
        ("eu:sec-2", &[2]),
        ("dd:SEC-2 env:prod", &[2]),
        ("so:c4", &[4]),
        ("DD c4", &[]),
    ] {
        assert_eq!(found(text), rids, "{text}");
    }
    let steps: Vec<_> = index.explain(&parse("case TN #3").query, &asker, 9).into_iter().map(|step| (step.term, step.left)).collect();
    assert_eq!(steps, [("case".to_owned(), Some(4)), ("TN #3".to_owned(), Some(1))]);
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
