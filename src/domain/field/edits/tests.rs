//! What wishes become for a case.

use super::*;
use crate::domain::field::raw::of_flags;
use crate::domain::sample;

fn person(id: &str, email: &str) -> Person {
    Person { id: id.into(), email: Clean::line(email), ..Person::default() }
}

fn case(vendor: Vendor) -> Case {
    let mut case = sample::case(vendor, 1);
    case.row.tags = ["old", "vip"].map(Clean::line).into();
    case.row.assignees = vec![person("1", "ana@x.io")];
    case.attributes = vec![(Clean::line("team"), ["a", "b"].map(Clean::line).into())];
    let field = |id: &str, name: &str, kind, is_multi, values: &[&str], options: &[&str]| Field {
        id: id.into(),
        input_id: id.into(),
        name: Clean::line(name),
        kind,
        is_multi,
        values: values.iter().map(|value| Clean::line(value)).collect(),
        options: options.iter().map(|option| Clean::line(option)).collect(),
    };
    case.fields = vec![
        field("11", "System", FieldKind::Select, false, &["Linux"], &["Linux", "macOS"]),
        field("12", "Hosts", FieldKind::Text, true, &["h1", "h2"], &[]),
        field("13", "Personal data", FieldKind::Bool, false, &[], &[]),
    ];
    case
}

fn of(vendor: Vendor, set: &[&str], add: &[&str], remove: &[&str]) -> Result<Vec<Change>, Vec<String>> {
    let wishes = [(EditOp::Set, set), (EditOp::Add, add), (EditOp::Remove, remove)].into_iter().flat_map(|(op, flags)| {
        let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
        of_flags(op, &flags).unwrap()
    });
    let directory = Directory {
        me: Some(person("9", "me@x.io")),
        people: vec![person("1", "ana@x.io"), person("2", "bo@x.io")],
        ..Directory::default()
    };
    changes(&wishes.collect::<Vec<_>>(), vendor, &case(vendor), &directory, Absent::IsFine)
}

fn field(id: &str, values: &[&str]) -> Change {
    Change::Field { id: id.into(), values: values.iter().map(ToString::to_string).collect() }
}

#[test]
fn tags_are_added_and_removed_and_what_is_so_already_is_left_out() {
    let both = of(Vendor::Tines, &[], &["tag=new", "tag=vip"], &["tag=old", "tag=never"]).unwrap();
    assert_eq!(both, [Change::AddTags(vec!["new".into()]), Change::RemoveTags(vec!["old".into()])]);
    let set = of(Vendor::Tines, &["tags=vip,x"], &[], &[]).unwrap();
    assert_eq!(set, [Change::AddTags(vec!["x".into()]), Change::RemoveTags(vec!["old".into()])]);
    assert_eq!(of(Vendor::Tines, &[], &["tag=vip"], &[]).unwrap(), []);
    assert!(of(Vendor::Datadog, &[], &["tag=x"], &[]).unwrap_err()[0].contains("attr.KEY"));
}

#[test]
fn a_state_means_the_status_that_the_case_has_in_it_else_the_first() {
    let option = |state, name: &str| StatusOption { state, name: Clean::line(name), id: name.into(), group: "".into() };
    let statuses = [(State::Open, "To do"), (State::Open, "Reopened"), (State::Closed, "Done"), (State::Closed, "False positive")];
    let directory = Directory { statuses: statuses.map(|(state, name)| option(state, name)).into(), ..Directory::default() };
    let chosen = |state: State, has: &str, wanted: &str| {
        let mut case = case(Vendor::Tines);
        case.row.status = crate::domain::case::Status { state: Some(state), name: Clean::line(has) };
        match status(wanted, Vendor::Tines, &case, &directory) {
            Ok(Change::Status(status)) => status.name.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(chosen(State::Closed, "False positive", "closed"), "False positive", "why it was closed stays");
    assert_eq!(chosen(State::Open, "Reopened", "open"), "Reopened");
    assert_eq!(chosen(State::Open, "To do", "closed"), "Done");
    assert_eq!(chosen(State::Closed, "False positive", "done"), "Done", "the vendor's own name is what was asked for");
}

#[test]
fn an_attribute_keeps_the_values_that_nobody_spoke_of() {
    let team = |values: &[&str]| Change::Attribute { key: "team".into(), values: values.iter().map(ToString::to_string).collect() };
    assert_eq!(of(Vendor::Datadog, &[], &["attr.team=c"], &["attr.team=a"]).unwrap(), [team(&["b", "c"])]);
    assert_eq!(of(Vendor::Datadog, &["attr.team="], &[], &[]).unwrap(), [team(&[])]);
}

#[test]
fn people_come_and_go_by_themselves() {
    let (ana, bo, me) = (person("1", "ana@x.io"), person("2", "bo@x.io"), person("9", "me@x.io"));
    assert_eq!(
        of(Vendor::Tines, &[], &["assignee=me", "assignee=bo@x.io"], &["assignee=ANA@x.io"]).unwrap(),
        [Change::Unassign(ana.clone()), Change::Assign(me.clone()), Change::Assign(bo)]
    );
    assert_eq!(of(Vendor::Tines, &["assignee=me"], &[], &[]).unwrap(), [Change::Unassign(ana.clone()), Change::Assign(me.clone())]);
    assert_eq!(of(Vendor::Tines, &["assignee=none"], &[], &[]).unwrap(), [Change::Unassign(ana)]);
    assert_eq!(of(Vendor::Datadog, &["assignee=me"], &[], &[]).unwrap(), [Change::Assign(me)]);
    assert!(of(Vendor::Datadog, &["assignee=me,bo@x.io"], &[], &[]).unwrap_err()[0].contains("one person"));
    let wishes = of_flags(EditOp::Add, &["assignee=stranger@x.io".into(), "assignee=none".into()]).unwrap();
    assert_eq!(strangers(&wishes, &Directory::default()), ["stranger@x.io"]);
}

#[test]
fn fields_go_by_id_or_name_and_in_the_vendors_spelling() {
    assert_eq!(
        of(Vendor::Tines, &["field.system=MACOS", "field.13=yes"], &["field.Hosts=h3"], &["field.Hosts=h1"]).unwrap(),
        [field("11", &["macOS"]), field("13", &["true"]), field("12", &["h2", "h3"])]
    );
    assert_eq!(of(Vendor::Tines, &["field.12=x, y", "field.11="], &[], &[]).unwrap(), [field("12", &["x", "y"]), field("11", &[])]);
    assert_eq!(of(Vendor::Datadog, &["due_date=2026-11-21"], &[], &[]).unwrap(), [field("due_date", &["2026-11-21"])]);
    assert!(of(Vendor::Tines, &["field.99=x"], &[], &[]).unwrap_err()[0].contains("11 (System)"));
    assert!(of(Vendor::Tines, &["due_date=2026-11-21"], &[], &[]).unwrap_err()[0].contains("only Datadog"));
}

#[test]
fn what_cannot_be_is_said_all_at_once() {
    let wrong = of(Vendor::Tines, &["tag=a", "title=", "titel=x"], &["tag=b", "title=c", "field.11=Linux"], &[]).unwrap_err();
    for words in
        ["tag: either set it, or add and remove", "title: it cannot be empty", "did you mean title?", "field.11: it holds one value"]
    {
        assert!(wrong.iter().any(|said| said.contains(words)), "{words}: {wrong:?}");
    }
    let both = of(Vendor::Tines, &[], &["tag=a"], &["tag=a"]).unwrap_err();
    assert!(both[0].contains("both added and removed"), "{both:?}");
}

#[test]
fn of_two_people_of_one_name_nobody_is_taken_off_by_guessing() {
    let kim = |id: &str, email: &str| Person { name: Clean::line("Kim Lee"), ..person(id, email) };
    let mut case = case(Vendor::Tines);
    case.row.assignees = vec![kim("1", "kim@a.io"), kim("2", "kim@b.io")];
    let take_off = |who: &str| {
        let wishes = of_flags(EditOp::Remove, &[format!("assignee={who}")]).unwrap();
        changes(&wishes, Vendor::Tines, &case, &Directory::default(), Absent::IsAnError)
    };
    let said = take_off("Kim Lee").unwrap_err().join("\n");
    assert!(said.contains("kim@a.io") && said.contains("kim@b.io"), "{said}");
    for who in ["kim@b.io", "KIM@B.IO", "2", "Kim Lee <kim@b.io>"] {
        assert_eq!(take_off(who), Ok(vec![Change::Unassign(kim("2", "kim@b.io"))]), "{who}");
    }
    let said = take_off("lee@a.io").unwrap_err().join("\n");
    assert!(said.contains("lee@a.io"), "who is not there is said: {said}");
}
