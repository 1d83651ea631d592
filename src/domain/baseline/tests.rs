//! A pair of snapshots in, the exact difference out.

use super::*;
use crate::domain::case::Vendor;
use crate::domain::change::Change;
use crate::domain::record::Record;
use crate::domain::sample;
use crate::domain::text::Clean;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn person(id: &str) -> Person {
    Person { id: id.into(), name: Clean::line(id), ..Person::default() }
}

fn entry(id: &str, topic: Topic, kind: &str, who: &str, second: i64) -> Activity {
    Activity {
        id: id.into(),
        kind: Clean::line(kind),
        topic,
        who: Some(person(who)),
        at: Some(at(second)),
        text: Clean::default(),
        file: None,
        is_deleted: false,
    }
}

fn record(id: &str) -> Record {
    Record { id: id.into(), cells: vec![Clean::line("x")], created_at: None }
}

fn table(records: Vec<Record>) -> RecordTable {
    RecordTable { type_id: "1".into(), type_name: Clean::line("URL"), columns: vec![Clean::line("url")], rows: records }
}

fn case(vendor: Vendor) -> Case {
    let mut case = sample::case(vendor, 1);
    case.row.updated_at = Some(at(0));
    case.attributes = vec![(Clean::line("team"), vec![Clean::line("soc")])];
    case
}

#[test]
fn the_difference_of_two_snapshots_is_exact_for_each_vendor() {
    for vendor in Vendor::ALL {
        let then = case(vendor);
        let looked = Looked::of(&then, &[entry("1", Topic::Comment, "COMMENT", "ana", 1)], &[table(vec![record("r1")])], at(10));
        let mut now = then.clone();
        now.row.title = Clean::line("another title");
        now.row.tags.push(Clean::line("vip"));
        now.attributes[0].1 = vec![Clean::line("ir")];
        let timeline = [
            entry("1", Topic::Comment, "COMMENT", "ana", 1),
            entry("2", Topic::Comment, "COMMENT", "bo", 20),
            entry("3", Topic::Change, "TITLE_UPDATED", "bo", 21),
            entry("4", Topic::Comment, "COMMENT", "me", 22),
        ];
        let delta = looked.delta(&now, &timeline, &[table(vec![record("r1"), record("r2")])], Some(&person("me")));
        let fields: Vec<_> = delta.fields.iter().map(|field| (field.name.as_str(), field.old.clone(), field.new.clone())).collect();
        let tags =
            |case: &Case| case.row.tags.iter().map(Clean::as_str).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
        let expected = vec![
            ("title", then.row.title.to_string(), "another title".to_owned()),
            ("tags", tags(&then), tags(&now)),
            ("attribute team", "soc".to_owned(), "ir".to_owned()),
        ];
        assert_eq!(fields, expected, "{vendor}");
        assert_eq!(delta.fields[0].who, Some(person("bo")), "{vendor}");
        assert_eq!((delta.comments, delta.files, delta.records), (1, 0, 1), "{vendor}");
        assert_eq!(delta.first_new.as_deref(), Some("2"), "{vendor}");
        let same = looked.delta(&then, &timeline[..1], &[table(vec![record("r1")])], None);
        assert!(same.is_empty(), "{vendor}: {same:?}");
    }
}

#[test]
fn an_older_page_that_comes_later_is_no_news() {
    let then = case(Vendor::Datadog);
    let looked = Looked::of(&then, &[entry("9", Topic::Comment, "COMMENT", "ana", 9)], &[], at(10));
    let timeline = [entry("2", Topic::Comment, "COMMENT", "bo", 2), entry("9", Topic::Comment, "COMMENT", "ana", 9)];
    assert!(looked.delta(&then, &timeline, &[], None).is_empty());
    // Within the same second as the newest that was shown, the id decides.
    let late = [entry("10", Topic::Comment, "COMMENT", "bo", 9)];
    assert_eq!(looked.delta(&then, &late, &[], None).comments, 1);
}

#[test]
fn a_single_change_without_an_entry_is_whoever_changed_the_case_last() {
    let then = case(Vendor::Datadog);
    let looked = Looked::of(&then, &[], &[], at(10));
    let mut now = then.clone();
    now.row.title = Clean::line("new");
    now.changed_by = Some(person("bo"));
    now.row.updated_at = Some(at(30));
    let delta = looked.delta(&now, &[], &[], None);
    assert_eq!((delta.fields[0].who.clone(), delta.fields[0].at), (Some(person("bo")), Some(at(30))));
}

#[test]
fn ones_own_edit_moves_the_baseline_and_a_colleagues_does_not() {
    let then = case(Vendor::Tines);
    let edit = Edit::new(&then, vec![Change::Title("mine".into())]);
    let known = || Baseline { case: then.row.id.clone(), row: Some(Then::of(&then.row)), looked: Some(Looked::of(&then, &[], &[], at(0))) };
    let mut now = then.clone();
    now.row.title = Clean::line("mine");
    now.row.updated_at = Some(at(50));
    let alone = Baseline::after_own(Some(known()), None, &[then.row.updated_at], &edit, After::Read(&now));
    assert_eq!(alone.row, Some(Then::of(&now.row)));
    assert!(alone.looked.unwrap().delta(&now, &[], &[], None).is_empty());
    // A colleague has written a comment before the edit left: the case had changed by then.
    let beside = Baseline::after_own(Some(known()), None, &[Some(at(40))], &edit, After::Read(&now));
    assert_ne!(beside.row, Some(Then::of(&now.row)));
    // A colleague has raised the priority: that part stays as it was seen.
    now.row.priority = Some(crate::domain::case::Priority::read("CRITICAL"));
    let raised = Baseline::after_own(Some(known()), None, &[then.row.updated_at], &edit, After::Read(&now));
    assert_ne!(raised.row, Some(Then::of(&now.row)));
    assert_eq!(raised.looked.unwrap().delta(&now, &[], &[], None).fields.len(), 1);
}

#[test]
fn what_an_answer_says_of_ones_own_edit_moves_the_baseline_before_anything_is_read_back() {
    let then = case(Vendor::Tines);
    let edit = Edit::new(&then, vec![Change::Comment("mine".into())]);
    let known = || Some(Baseline { case: then.row.id.clone(), row: Some(Then::of(&then.row)), looked: None });
    let mut now = then.clone();
    now.row.updated_at = Some(at(50));
    let own = [now.row.updated_at, then.row.updated_at];
    let made = Baseline::after_own(known(), None, &own, &edit, After::Made(now.row.updated_at));
    assert_eq!(made.row, Some(Then::of(&now.row)));
    assert!(made.row.as_ref().unwrap().is_past(&Then::of(&then.row)), "a row that was read before tells nothing new");
    // A second answer, and the reading back of both.
    now.row.updated_at = Some(at(60));
    let again = Baseline::after_own(Some(made), None, &own, &edit, After::Read(&now));
    assert_eq!(again.row, Some(Then::of(&now.row)));
    // An answer without a time tells nothing, and a colleague's comment before it stays news.
    assert_eq!(Baseline::after_own(known(), None, &own, &edit, After::Made(None)), known().unwrap());
    assert_eq!(Baseline::after_own(known(), None, &[Some(at(40))], &edit, After::Made(Some(at(50)))), known().unwrap());
}

#[test]
fn the_status_that_taking_a_case_brings_is_ones_own_doing() {
    let mut then = case(Vendor::Datadog);
    then.row.status.state = Some(State::Open);
    let edit = Edit::new(&then, vec![Change::Assign(person("ana"))]);
    let known = || Baseline { case: then.row.id.clone(), row: Some(Then::of(&then.row)), looked: Some(Looked::of(&then, &[], &[], at(0))) };
    let mut now = then.clone();
    now.row.status = crate::domain::case::Status { name: Clean::line("In Progress"), state: Some(State::InProgress) };
    now.row.assignees = vec![person("ana")];
    now.row.updated_at = Some(at(50));
    let taken = Baseline::after_own(Some(known()), None, &[then.row.updated_at], &edit, After::Read(&now));
    assert!(!taken.row.unwrap().is_news(&Then::of(&now.row)));
    assert!(taken.looked.unwrap().delta(&now, &[], &[], None).is_empty());
    // A colleague was at the case before: what they did of it is not told apart.
    let beside = Baseline::after_own(Some(known()), None, &[Some(at(40))], &edit, After::Read(&now));
    assert!(beside.row.unwrap().is_news(&Then::of(&now.row)));
    let commented = Edit::new(&then, vec![Change::Comment("mine".into())]);
    let other = Baseline::after_own(Some(known()), None, &[then.row.updated_at], &commented, After::Read(&now));
    assert!(other.row.unwrap().is_news(&Then::of(&now.row)), "a comment starts nothing");
}

#[test]
fn a_case_that_was_never_opened_is_compared_with_its_stored_row() {
    let then = case(Vendor::Tines);
    let edit = Edit::new(&then, vec![Change::Title("mine".into())]);
    let mut now = then.clone();
    now.row.title = Clean::line("mine");
    let baseline = Baseline::after_own(None, Some(Then::of(&then.row)), &[then.row.updated_at], &edit, After::Read(&now));
    assert_eq!((baseline.row, baseline.looked), (Some(Then::of(&now.row)), None));
}

#[test]
fn a_change_is_seen_under_a_key_that_does_not_show_whole() {
    let mut then = case(Vendor::Datadog);
    then.attributes[0].0 = Clean::line("te\u{200d}am");
    let looked = Looked::of(&then, &[], &[], at(10));
    let mut now = then.clone();
    now.attributes[0].1 = vec![Clean::line("ir")];
    let fields = looked.delta(&now, &[], &[], None).fields;
    let told: Vec<_> = fields.iter().map(|field| (field.old.as_str(), field.new.as_str())).collect();
    assert_eq!(told, [("soc", "ir")]);
}
