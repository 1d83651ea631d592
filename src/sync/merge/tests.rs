//! Any base, any theirs, any mine: nothing that only one side changed is lost, and nothing undecided would leave.

use proptest::prelude::*;

use super::*;
use crate::domain::case::{CaseId, Field, FieldKind, Priority, SourceId, State, Status};
use crate::domain::sample;

const TAGS: [&str; 5] = ["phish", "triage", "vip", "kit", "mail"];
const WORDS: [&str; 4] = ["one", "two", "three", "four"];
const PRIORITIES: [&str; 3] = ["HIGH", "MEDIUM", "LOW"];

fn person(id: &str) -> Person {
    Person { id: id.into(), name: Clean::line(&format!("Person {id}")), ..Person::default() }
}

fn status(name: &str) -> StatusOption {
    StatusOption { state: State::InProgress, name: Clean::line(name), id: "7".into(), group: "".into() }
}

/// A case in one of many shapes, drawn from a small space so that sides often agree by chance.
fn any_case() -> impl Strategy<Value = Case> {
    let texts = (0..WORDS.len(), prop::collection::vec(0..WORDS.len(), 0..7));
    let sets = (prop::collection::btree_set(0..TAGS.len(), 0..4), prop::collection::btree_set(0_u8..4, 0..3));
    (texts, 0..PRIORITIES.len(), 0..WORDS.len(), sets, prop::collection::vec(0..WORDS.len(), 0..3), 0..WORDS.len()).prop_map(
        |((title, lines), priority, status, (tags, people), attribute, field)| {
            let mut case = sample::case(Vendor::Tines, 1);
            case.row.title = Clean::line(WORDS[title]);
            case.description = Clean::block(&lines.iter().map(|word| WORDS[*word]).collect::<Vec<_>>().join("\n"));
            case.row.priority = Some(Priority::read(PRIORITIES[priority]));
            case.row.status = Status { state: Some(State::InProgress), name: Clean::line(WORDS[status]) };
            case.row.tags = tags.iter().map(|tag| Clean::line(TAGS[*tag])).collect();
            case.row.assignees = people.iter().map(|id| person(&id.to_string())).collect();
            let values: BTreeSet<_> = attribute.iter().map(|word| Clean::line(WORDS[*word])).collect();
            case.attributes = vec![(Clean::line("team"), values.into_iter().collect())];
            case.fields = vec![text_field(WORDS[field])];
            case
        },
    )
}

fn text_field(value: &str) -> Field {
    Field {
        id: "f".into(),
        input_id: "f".into(),
        name: Clean::line("f"),
        kind: FieldKind::Text,
        values: vec![Clean::line(value)],
        is_multi: false,
        options: Vec::new(),
    }
}

/// The edit that makes `wanted` of `seen`, as a form would.
fn edit_between(seen: &Case, wanted: &Case) -> Edit {
    let mut changes = vec![
        Change::Title(wanted.row.title.to_string()),
        Change::Description(wanted.description.to_string()),
        Change::Priority(wanted.row.priority.as_ref().unwrap().name.to_string()),
        Change::Status(status(wanted.row.status.name.as_str())),
        Change::Field { id: "f".into(), values: vec![wanted.fields[0].values[0].to_string()] },
        Change::Attribute { key: "team".into(), values: wanted.attributes[0].1.iter().map(ToString::to_string).collect() },
    ];
    let not_in = |a: &[Clean], b: &[Clean]| a.iter().filter(|tag| !b.contains(tag)).map(ToString::to_string).collect::<Vec<_>>();
    changes.push(Change::AddTags(not_in(&wanted.row.tags, &seen.row.tags)));
    changes.push(Change::RemoveTags(not_in(&seen.row.tags, &wanted.row.tags)));
    let gone = |a: &Case, b: &Case| {
        let (a, b) = (a.row.assignees.clone(), b.row.assignees.clone());
        a.into_iter().filter(move |person| !b.contains(person))
    };
    changes.extend(gone(wanted, seen).map(Change::Assign));
    changes.extend(gone(seen, wanted).map(Change::Unassign));
    changes.retain(|change| change.holds(seen) != Some(true));
    Edit::new(seen, changes)
}

/// What a vendor makes of an edit.
fn carried_out(case: &Case, edit: &Edit) -> Case {
    let mut case = case.clone();
    for change in &edit.changes {
        let row = &mut case.row;
        match change {
            Change::Title(text) => row.title = Clean::line(text),
            Change::Description(text) => case.description = Clean::block(text),
            Change::Priority(name) => row.priority = Some(Priority::read(name)),
            Change::Status(option) => row.status.name = option.name.clone(),
            Change::Assign(person) => row.assignees.push(person.clone()),
            Change::Unassign(person) => row.assignees.retain(|known| !known.is(person)),
            Change::AddTags(tags) => row.tags.extend(tags.iter().map(|tag| Clean::line(tag))),
            Change::RemoveTags(tags) => row.tags.retain(|tag| !tags.iter().any(|gone| gone == tag.as_str())),
            Change::Attribute { values, .. } => case.attributes[0].1 = values.iter().map(|value| Clean::line(value)).collect(),
            Change::Field { values, .. } => case.fields[0].values = values.iter().map(|value| Clean::line(value)).collect(),
            Change::Archive | Change::Unarchive | Change::Comment(_) => {}
        }
    }
    case
}

fn undecided(conflict: &Conflict, aspect: &Aspect) -> bool {
    conflict.merges.iter().any(|merge| merge.aspect == *aspect && matches!(merge.outcome, Outcome::Overlap(_)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn what_only_one_side_changed_stays(base in any_case(), theirs in any_case(), mine in any_case()) {
        let edit = edit_between(&base, &mine);
        let conflict = merge(&edit, &theirs, Vendor::Tines);
        let mut sent = rewritten(&edit, &conflict, &theirs);
        sent.changes.retain(|change| !undecided(&conflict, &Aspect::of(change).unwrap()));
        let after = carried_out(&theirs, &sent);
        for aspect in [Part::Title, Part::Description, Part::Priority, Part::Status, Part::Tags, Part::Assignees].map(Aspect::of_part) {
            let read = |case: &Case| aspect.read(case);
            let (b, t, m, a) = (read(&base), read(&theirs), read(&mine), read(&after));
            if undecided(&conflict, &aspect) {
                prop_assert_eq!(&a, &t, "{}: undecided, so it is left alone", aspect.name());
                prop_assert!(!aspect.is_same(&b, &t) && !aspect.is_same(&b, &m) && !aspect.is_same(&t, &m));
            } else if aspect.is_same(&b, &m) {
                prop_assert!(aspect.is_same(&a, &t), "{}: only they changed it", aspect.name());
            } else if aspect.is_same(&b, &t) {
                prop_assert!(aspect.is_same(&a, &m), "{}: only I changed it", aspect.name());
            }
            if matches!(b, Value::Set(_)) {
                let (b, t, m, a) = (b.members(), t.members(), m.members(), a.members());
                prop_assert!(!undecided(&conflict, &aspect), "sets never collide");
                for member in t.union(&m).chain(&b) {
                    let was = b.contains(member);
                    let is_moved = (t.contains(member) != was) || (m.contains(member) != was);
                    prop_assert_eq!(a.contains(member), was != is_moved, "{} {}", aspect.name(), member);
                }
            }
        }
    }

    #[test]
    fn merging_the_merged_changes_nothing(base in any_case(), theirs in any_case(), mine in any_case()) {
        let edit = edit_between(&base, &mine);
        let conflict = merge(&edit, &theirs, Vendor::Tines);
        let sent = rewritten(&edit, &conflict, &theirs);
        let again = merge(&sent, &theirs, Vendor::Tines);
        prop_assert_eq!(again.undecided(), conflict.undecided());
        prop_assert!(again.merges.iter().all(|merge| matches!(merge.outcome, Outcome::Mine | Outcome::Overlap(_))), "{:?}", again);
        prop_assert_eq!(&rewritten(&sent, &again, &theirs), &sent);
        if conflict.undecided() == 0 {
            let after = carried_out(&theirs, &sent);
            let done = merge(&sent, &after, Vendor::Tines);
            prop_assert!(done.merges.iter().all(|merge| merge.outcome == Outcome::Same), "{:?}", done);
            prop_assert_eq!(rewritten(&sent, &done, &after).changes, vec![]);
            let read_back = landed(&sent, &after, Vendor::Tines).unwrap();
            prop_assert_eq!(read_back.undecided(), 0);
        }
    }

    #[test]
    fn an_edit_and_its_inverse_are_nothing(base in any_case(), mine in any_case()) {
        let edit = edit_between(&base, &mine);
        prop_assume!(!edit.changes.is_empty());
        let after = carried_out(&base, &edit);
        let back = edit.inverse().unwrap().edit;
        let conflict = merge(&back, &after, Vendor::Tines);
        prop_assert_eq!(conflict.undecided(), 0, "{:?}", conflict);
        let restored = carried_out(&after, &rewritten(&back, &conflict, &after));
        for seen in &edit.base {
            prop_assert!(seen.aspect.is_same(&seen.aspect.read(&restored), &seen.value), "{}", seen.aspect.name());
        }
    }

    #[test]
    fn what_is_decided_is_what_is_wished(base in any_case(), theirs in any_case(), mine in any_case(), take in any::<u64>()) {
        let edit = edit_between(&base, &mine);
        let conflict = merge(&edit, &theirs, Vendor::Tines);
        let overlaps: Vec<&Merge> = conflict.merges.iter().filter(|merge| matches!(merge.outcome, Outcome::Overlap(_))).collect();
        let statuses = WORDS.map(status).to_vec();
        let directory = Directory { statuses, ..Directory::default() };
        let choose = |(at, merge): (usize, &&Merge)| {
            let value = if take >> at & 1 == 0 { &merge.theirs } else { &merge.mine };
            (merge.aspect.clone(), value.clone())
        };
        let values: Vec<_> = overlaps.iter().enumerate().map(choose).collect();
        if !values.is_empty() {
            prop_assert!(decided(&edit, &conflict, &values[1..], &theirs, &directory).unwrap_err().contains("not decided"));
        }
        let wish = decided(&edit, &conflict, &values, &theirs, &directory).unwrap();
        let last = merge(&wish, &theirs, Vendor::Tines);
        prop_assert_eq!(last.undecided(), 0, "{:?}", last);
        let after = carried_out(&theirs, &rewritten(&wish, &last, &theirs));
        for (aspect, value) in values {
            prop_assert!(aspect.is_same(&aspect.read(&after), &value), "{}", aspect.name());
        }
    }
}

fn datadog(assignees: &[&str]) -> Case {
    let mut case = sample::case(Vendor::Datadog, 1);
    case.row.assignees = assignees.iter().map(|id| person(id)).collect();
    case
}

#[test]
fn one_assignee_is_one_value() {
    let edit = Edit::new(&datadog(&["a"]), vec![Change::Assign(person("b"))]);
    let outcome = |theirs: &[&str]| merge(&edit, &datadog(theirs), Vendor::Datadog).merges.remove(0).outcome;
    assert_eq!(outcome(&["a"]), Outcome::Mine);
    assert_eq!(outcome(&["b"]), Outcome::Same);
    let overlap = Piece::Overlap { base: "Person a".into(), theirs: "Person c".into(), mine: "Person b".into() };
    assert_eq!(outcome(&["c"]), Outcome::Overlap(vec![overlap]));

    // Decided for mine, whoever is there now is replaced.
    let conflict = merge(&edit, &datadog(&["c"]), Vendor::Datadog);
    let values = [(Aspect::of_part(Part::Assignees), conflict.merges[0].mine.clone())];
    let wish = decided(&edit, &conflict, &values, &datadog(&["c"]), &Directory::default()).unwrap();
    assert_eq!(wish.changes, [Change::Unassign(person("c")), Change::Assign(person("b"))]);
    assert_eq!(merge(&wish, &datadog(&["c"]), Vendor::Datadog).merges[0].outcome, Outcome::Mine);

    // Taken back, the one who was there comes again; not where a third was put there since.
    let back = edit.inverse().unwrap().edit;
    let left = |theirs: &[&str]| {
        let conflict = merge(&back, &datadog(theirs), Vendor::Datadog);
        (conflict.undecided(), rewritten(&back, &conflict, &datadog(theirs)).changes)
    };
    assert_eq!(left(&["b"]), (0, vec![Change::Unassign(person("b")), Change::Assign(person("a"))]));
    assert_eq!(left(&["a"]).1, []);
    assert_eq!(left(&["c"]).0, 1);
}

#[test]
fn ones_own_change_is_no_surprise() {
    let mut case = sample::case(Vendor::ServerOps, 1);
    let edit = Edit::new(&case, vec![Change::Title("third".into())]);
    case.row.title = Clean::line("second");
    let mut seen = edit.base[0].clone();
    let text = |text: &str| Value::Text(text.into());
    let title = |title: &str| Seen { value: text(title), ..edit.base[0].clone() };
    let own = |before: &str, after: &str| Own { before: title(before), after: title(after) };
    follow(&mut seen, &case, [own("Case number 1", "first"), own("first", "second ")].iter());
    assert_eq!(seen.value, text("second"));
    case.row.title = Clean::line("of somebody");
    follow(&mut seen, &case, [own("second", "third")].iter());
    assert_eq!(seen.value, text("second"));
}

#[test]
fn an_edit_without_a_base_is_sent_as_it_is() {
    let case = sample::case(Vendor::Tines, 1);
    let id = CaseId { source: SourceId(0), id: "1".into() };
    let edit = Edit::unguarded(id, vec![Change::Title("mine".into()), Change::Comment("said".into())]);
    let conflict = merge(&edit, &case, Vendor::Tines);
    assert_eq!(conflict.undecided(), 0);
    assert_eq!(rewritten(&edit, &conflict, &case).changes, edit.changes);
}

#[test]
fn read_back_tells_late_from_overwritten() {
    let case = |title: &str, text: &str| {
        let mut case = sample::case(Vendor::Tines, 1);
        case.row.title = Clean::line(title);
        case.description = Clean::block(text);
        case
    };
    let edit = Edit::new(&case("old", "a\nb\nc\nd\n"), vec![Change::Title("mine".into()), Change::Description("a\nb\nc\nD\n".into())]);
    assert_eq!(landed(&edit, &case("old", "a\nb\nc\nD\n"), Vendor::Tines), None, "it may be late");
    let undecided = |now: &Case| landed(&edit, now, Vendor::Tines).unwrap().undecided();
    assert_eq!(undecided(&case("mine", "a\nb\nc\nD\n")), 0);
    assert_eq!(undecided(&case("mine", "A\nb\nc\nD\n")), 0, "they wrote beside it, and mine is there");
    assert_eq!(undecided(&case("theirs", "a\nb\nc\nD\n")), 1);
    // Written over from an older text: taking mine keeps both.
    let lost = landed(&edit, &case("mine", "A\nb\nc\nd\n"), Vendor::Tines).unwrap();
    assert_eq!(lost.merges[1].mine, Value::Text("A\nb\nc\nD\n".into()));
    assert_eq!(lost.undecided(), 1);
}

fn me(id: &str) -> Person {
    Person { id: id.into(), email: Clean::line("Me@x.io"), ..Person::default() }
}

fn tines(assignees: &[Person]) -> Case {
    let mut case = sample::case(Vendor::Tines, 1);
    case.row.assignees = assignees.to_vec();
    case
}

/// What is left to send of an edit, and how many overlaps it has.
fn left(edit: &Edit, now: &Case, vendor: Vendor) -> (Vec<Change>, usize) {
    let conflict = merge(edit, now, vendor);
    (rewritten(edit, &conflict, now).changes, conflict.undecided())
}

#[test]
fn whom_i_know_by_mail_and_the_case_by_id_is_no_colleague() {
    let (known, theirs) = (me(""), Person { email: Clean::line("me@X.io"), ..person("7") });
    let others = [person("1"), person("2")];
    let before = tines(&others[..1]);
    let edit = Edit::new(&before, vec![Change::Assign(known.clone())]);
    let back = edit.inverse().unwrap().edit;
    let unassign = vec![Change::Unassign(known.clone())];
    let now = tines(&[others[0].clone(), theirs.clone()]);
    assert_eq!(landed(&edit, &now, Vendor::Tines).map(|conflict| conflict.undecided()), Some(0));
    assert_eq!(left(&back, &now, Vendor::Tines), (unassign.clone(), 0), "taking me off is mine to do");
    // A colleague who was added beside me stays, and so does one who was taken off.
    assert_eq!(left(&back, &tines(&[others[0].clone(), theirs.clone(), others[1].clone()]), Vendor::Tines), (unassign, 0));
    assert_eq!(left(&back, &before, Vendor::Tines).0, []);
    // Asking for me who was there when I looked asks for nothing: a colleague has taken me off since.
    let again = Edit::new(&now, vec![Change::Assign(known.clone()), Change::Assign(others[1].clone())]);
    assert_eq!(left(&again, &before, Vendor::Tines), (vec![Change::Assign(others[1].clone())], 0));

    // One assignee: put there by me, then taken off or given to another by me; a third is somebody else's doing.
    let mut mine = datadog(&[]);
    mine.row.assignees = vec![theirs];
    let back = Edit::new(&datadog(&["a"]), vec![Change::Assign(known)]).inverse().unwrap().edit;
    assert_eq!(left(&back, &mine, Vendor::Datadog).1, 0);
    assert_ne!(left(&back, &mine, Vendor::Datadog).0, []);
    assert_eq!(left(&back, &datadog(&["c"]), Vendor::Datadog).1, 1);
}
