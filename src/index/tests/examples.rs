//! Every example of `docs/filter.md`: it reads, it prints as itself, and it tells cases apart.

use super::*;

const PAGE: &str = include_str!("../../../docs/filter.md");

fn examples() -> Vec<String> {
    let chapter = PAGE.split("<!-- filter:begin -->").nth(1).and_then(|rest| rest.split("<!-- filter:end -->").next()).unwrap();
    let rows = chapter.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split("` |").next().unwrap().replace("\\|", "|")).collect()
}

/// One case of each vendor that has everything that the examples ask for, one that has nothing, and one closed noise.
fn filled(asker: &Asker) -> Index {
    let mut index = Index::new();
    let ago = |seconds: i64| Some(Timestamp::from_second(asker.now.as_second() - seconds).unwrap());
    let rossi = Person { id: "u1".into(), name: Clean::line("Anna Rossi"), email: Clean::line("a.rossi@x.io"), is_service: false };
    let mut bad = row(0, "d-1", "SEC-1", "Phish invoice: impossible travel from 197.210.4.4");
    bad.priority = Some(Priority::read("P1"));
    bad.assignees = vec![rossi.clone()];
    bad.tags = ["phish", "env:prod"].map(Clean::line).to_vec();
    (bad.created_at, bad.updated_at, bad.closed_at, bad.due_at) = (ago(3 * 86_400), ago(60), ago(60), ago(-600));
    let mut read = naive::whole(&bad, "please escalate", 4);
    read.author = Some(rossi);
    index.upsert(Rid(1), &bad);
    index.learn(Rid(1), Deep::of_case(&read, crate::domain::case::Vendor::Datadog, true));
    index.set_flags(Rid(1), Flags::UNSEEN);

    let mut soar = row(1, "2", "#2", "Other");
    soar.status.name = Clean::line("To do");
    soar.due_at = ago(600);
    let mut read = naive::whole(&soar, "x", 4);
    let cells = vec![Clean::line("10.0.0.1")];
    let record = crate::domain::record::Record { id: "r".into(), cells, created_at: None };
    let table = crate::domain::record::RecordTable {
        type_id: "t".into(),
        type_name: Clean::line("t"),
        columns: vec![Clean::line("src_ip")],
        rows: vec![record],
    };
    read.records = Some(crate::domain::record::Slice { items: vec![table], next: None, total: None, malformed: 0 });
    index.upsert(Rid(2), &soar);
    index.learn(Rid(2), Deep::of_case(&read, crate::domain::case::Vendor::Tines, true));

    let mut noise = row(2, "3", "c3", "test noise");
    noise.status = Status { state: Some(State::Closed), name: Clean::line("closed") };
    noise.tags = vec![Clean::line("noise")];
    noise.created_at = ago(60);
    index.upsert(Rid(3), &noise);
    index.learn(Rid(3), Deep::of_case(&naive::whole(&noise, "", 0), crate::domain::case::Vendor::ServerOps, true));
    index
}

#[test]
fn every_example_of_the_readme_reads_and_tells_cases_apart() {
    let mut asker = naive::asker();
    asker.now = "2026-11-21T12:00:00Z".parse().unwrap();
    let mut index = filled(&asker);
    // The first case was opened three days before.
    let when = |text: &str| text.replace("created:2026-11-20", "created:2026-11-18");
    let examples = examples();
    assert!(examples.len() > 35, "{}", examples.len());
    for text in examples {
        let parsed = parse(&when(&text));
        assert_eq!(parsed.problems, [], "{text}");
        assert!(!parsed.is_half_typed, "{text}");
        assert_eq!(parse(&parsed.query.to_string()).query, parsed.query, "{text}");
        let found = index.select(&parsed.query, &asker, &[]);
        assert!(!found.is_empty(), "{text} finds nothing");
        assert!(found.len() < index.len(), "{text} finds everything");
        assert_eq!(index.unexamined_count(), 0, "{text}");
    }
}
