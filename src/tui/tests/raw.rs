//! Text that nobody touched reaches the outbox byte for byte, through the form, the editor, undo and macros.

use std::sync::Arc;

use proptest::prelude::*;

use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::case::{Case, Field, FieldKind, Rid, SourceId, Vendor};
use crate::domain::change::Change;
use crate::domain::change_script::{ChangeScript, Step, step_of};
use crate::domain::directory::Directory;
use crate::domain::draft::Draft;
use crate::domain::edit::Edit;
use crate::domain::field::edits::{
    Absent, {self},
};
use crate::domain::field::raw::{EditOp, of_flags};
use crate::domain::part::Part;
use crate::domain::person::Person;
use crate::domain::sample;
use crate::domain::text::{Clean, raws};
use crate::protocol::{Order, Report};
use crate::tui::io::effect::Effect;
use crate::tui::io::message::{Chord, Message};
use crate::tui::screens::form::open::acts::open_form_at;
use crate::tui::screens::form::tests::{Sitting, at_ms, orders};

/// Text as vendors hold it, begun and ended by letters so that a change beside it is a change of nothing in it.
fn odd() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-z]{1,4}",
        1 => Just(" ".to_owned()),
        3 => prop::sample::select(vec![
            "\t", "\r\n", "\r", "\n", "\u{200c}", "\u{200d}", "👩\u{200d}💻", "⚠\u{fe0f}", "\u{202e}", "\u{2066}", "e\u{301}", "\u{7}",
            "\u{85}", "\u{2028}", "می\u{200c}خواهم", "क\u{94d}\u{200d}ष", "    ", ", ", ":", "#", "---",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| text.chars().filter(|c| *c != '\0').take(4).collect()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| format!("a{}z", pieces.concat()))
}

#[derive(Clone, Debug)]
struct Texts {
    title: String,
    description: String,
    values: Vec<String>,
}

fn texts() -> impl Strategy<Value = Texts> {
    let values = prop::collection::btree_set(odd(), 2..4).prop_map(|values| values.into_iter().collect());
    (odd(), odd(), values).prop_map(|(title, description, values)| Texts { title, description, values })
}

fn case(vendor: Vendor, texts: &Texts) -> Case {
    let mut case = sample::case(vendor, 7);
    case.row.title = Clean::line(&texts.title);
    case.description = Clean::block(&texts.description);
    let values = || texts.values.iter().map(|value| Clean::line(value)).collect::<Vec<_>>();
    case.row.tags = if vendor == Vendor::Tines { values() } else { Vec::new() };
    case.attributes = if vendor == Vendor::Datadog { vec![(Clean::line("team"), values())] } else { Vec::new() };
    let field = |id: &str, values, is_multi| Field {
        id: id.into(),
        input_id: id.into(),
        name: Clean::line(id),
        kind: if is_multi { FieldKind::Select } else { FieldKind::Text },
        values,
        is_multi,
        options: Vec::new(),
    };
    if vendor == Vendor::Tines {
        case.fields = vec![field("one", vec![Clean::block(&texts.title)], false), field("many", values(), true)];
    }
    case
}

fn sitting(vendor: Vendor, texts: &Texts) -> Sitting {
    let mut sitting = Sitting::with(vendor);
    sitting.app.update(Message::Report(Report::Directory(SourceId(0), Arc::new(Directory::default()))));
    sitting.give(case(vendor, texts));
    sitting
}

/// What goes to the outbox when the form is sent.
fn sent(sitting: &mut Sitting) -> Edit {
    let planned = sitting.press("Ctrl-s");
    let [(ticket, Order::Plan { .. })] = &planned[..] else { panic!("{planned:?}") };
    sitting.planned(*ticket);
    sitting.wait(1_000);
    let sent = sitting.press("y");
    let Some((_, Order::Submit { edit, .. })) = sent.into_iter().next() else { panic!("nothing was sent") };
    edit
}

/// What two values that show alike are cannot be told from a line of text.
fn are_told_apart(values: &[String]) -> bool {
    let mut shown: Vec<String> = values.iter().map(|value| Clean::line(value).as_str().trim().to_owned()).collect();
    shown.sort();
    shown.dedup();
    shown.len() == values.len()
}

fn person(id: &str, name: &str, email: &str) -> Person {
    Person { id: id.into(), name: Clean::line(name), email: Clean::line(email), ..Person::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_letter_typed_in_the_form_changes_one_letter(texts in texts()) {
        for vendor in Vendor::ALL {
            for part in [Part::Title, Part::Description] {
                let mut sitting = sitting(vendor, &texts);
                sitting.open(part);
                sitting.type_text("X");
                let edit = sent(&mut sitting);
                let (before, after) = if part == Part::Title {
                    (&texts.title, Change::Title(format!("X{}", texts.title)))
                } else {
                    (&texts.description, Change::Description(format!("X{}", texts.description)))
                };
                prop_assert_eq!(&edit.changes, &[after], "{}", vendor);
                prop_assert_eq!(edit.base[0].value.line(), before.as_str(), "compared with what the vendor holds");
                let back = edit.inverse().unwrap();
                let restored = if part == Part::Title { Change::Title(before.clone()) } else { Change::Description(before.clone()) };
                prop_assert_eq!(back.edit.changes, [restored], "taken back byte for byte");
            }
        }
    }

    #[test]
    fn a_value_added_in_the_form_leaves_the_others_as_they_were(texts in texts()) {
        prop_assume!(are_told_apart(&texts.values));
        let add = |vendor: Vendor, field: Aspect, new: &str| {
            let mut sitting = sitting(vendor, &texts);
            sitting.open(Part::Title);
            for _ in 0..40 {
                if sitting.form().field != field {
                    sitting.press("Tab");
                }
            }
            sitting.press("End");
            sitting.type_text(", ");
            sitting.type_text(new);
            sent(&mut sitting).changes
        };
        let with_new = || texts.values.iter().cloned().chain(["new".to_owned()]).collect::<Vec<_>>();
        prop_assert_eq!(add(Vendor::Tines, Aspect::of_part(Part::Tags), "new"), [Change::AddTags(vec!["new".into()])]);
        let field = Aspect { part: Part::Field, key: "many".into() };
        prop_assert_eq!(add(Vendor::Tines, field, "new"), [Change::Field { id: "many".into(), values: with_new() }]);
        let attributes = add(Vendor::Datadog, Aspect::of_part(Part::Attributes), "team:new");
        prop_assert_eq!(attributes, [Change::Attribute { key: "team".into(), values: with_new() }]);
    }

    #[test]
    fn an_editor_changes_the_words_that_were_changed_in_it(texts in texts()) {
        for vendor in Vendor::ALL {
            let mut sitting = sitting(vendor, &texts);
            sitting.open(Part::Title);
            let effects = sitting.app.update(Message::Key(Chord::parse("Alt-e").unwrap()));
            let [Effect::Edit(about)] = &effects[..] else { panic!("{effects:?}") };
            let (about, text) = (about.clone(), about.opened.text.clone());
            prop_assert_eq!(&Clean::block(&text).to_string(), &text, "the editor is given nothing that steers a terminal");
            sitting.app.update(Message::Edited { about: about.clone(), result: Ok(Clean::block(&text)) });
            prop_assert_eq!(sitting.form().changes(), [], "what was not touched is no change");
            let shown = format!("title: {}\n", Clean::line(&texts.title));
            let written = text.strip_suffix('\n').unwrap().replacen(&shown, &format!("{}!\n", shown.trim_end_matches('\n')), 1) + "Y\tZ\n";
            sitting.app.update(Message::Edited { about, result: Ok(Clean::block(&written)) });
            let wanted = [Change::Title(format!("{}!", texts.title)), Change::Description(format!("{}Y\tZ", texts.description))];
            prop_assert_eq!(&sent(&mut sitting).changes, &wanted, "{}", vendor);
        }
    }

    #[test]
    fn a_draft_brings_back_the_bytes_that_were_not_touched(texts in texts()) {
        let mut first = sitting(Vendor::Tines, &texts);
        first.open(Part::Description);
        first.type_text("X");
        let kept = first.orders_after(1_000);
        let Some((_, Order::KeepDraft(draft))) = kept.into_iter().find(|(_, order)| matches!(order, Order::KeepDraft(_))) else {
            panic!("the draft goes to the disk");
        };
        let mut second = sitting(Vendor::Tines, &texts);
        second.app.update(Message::Report(Report::Draft(Box::new(draft))));
        second.open(Part::Description);
        second.type_text("Y");
        prop_assert_eq!(sent(&mut second).changes, [Change::Description(format!("X{}Y", texts.description))]);
    }

    #[test]
    fn steps_of_a_macro_and_words_of_a_command_line_carry_bytes(texts in texts()) {
        let case = case(Vendor::Tines, &texts);
        let changes = [
            Change::Title(format!(" {}\n", texts.title)),
            Change::Description(format!("{}\r\n", texts.description)),
            Change::Comment(format!("\t{}", texts.description)),
            Change::RemoveTags(texts.values.clone()),
        ];
        let steps: Vec<Step> = changes.iter().flat_map(|change| step_of(change, &case)).collect();
        let again: Vec<Step> = steps.iter().map(|step| Step::parse(&step.to_string()).unwrap()).collect();
        for steps in [steps, again] {
            let found = ChangeScript::of(steps).changes(Vendor::Tines, &case, &Directory::default()).unwrap();
            prop_assert_eq!(&found, &changes);
        }
        prop_assume!(are_told_apart(&texts.values));
        let gone = &texts.values[0];
        for written in [gone.clone(), Clean::line(gone).to_string()] {
            let wishes = of_flags(EditOp::Remove, &[format!("tag={written}")]).unwrap();
            let found = edits::changes(&wishes, Vendor::Tines, &case, &Directory::default(), Absent::IsAnError);
            prop_assert_eq!(found, Ok(vec![Change::RemoveTags(vec![gone.clone()])]), "{:?}", written);
            let wishes = of_flags(EditOp::Remove, &[format!("field.many={written}")]).unwrap();
            let found = edits::changes(&wishes, Vendor::Tines, &case, &Directory::default(), Absent::IsAnError);
            prop_assert_eq!(found, Ok(vec![Change::Field { id: "many".into(), values: texts.values[1..].to_vec() }]));
        }
    }
}

#[test]
fn two_of_one_name_are_told_apart_by_mail_and_a_comma_in_a_name_is_none_between() {
    let people = vec![person("1", "Kim Lee", "kim@a.io"), person("2", "Kim Lee", "kim@b.io"), person("3", "Smith, John", "john@x.io")];
    let mut sitting = Sitting::with(Vendor::Tines);
    let directory = Directory { people: people.clone(), ..Directory::default() };
    sitting.app.update(Message::Report(Report::Directory(SourceId(0), Arc::new(directory))));
    let mut case = sample::case(Vendor::Tines, 7);
    case.row.assignees = people[..2].to_vec();
    sitting.give(case);
    sitting.open(Part::Assignees);
    let line = sitting.form().extra(&Aspect::of_part(Part::Assignees)).unwrap().line();
    assert_eq!(line, "Kim Lee <kim@a.io>, Kim Lee <kim@b.io>");
    sitting.press("Ctrl-a Ctrl-k");
    sitting.type_text("Kim Lee <kim@b.io>, Smith, John");
    assert_eq!(sitting.form().changes(), [Change::Assign(people[2].clone()), Change::Unassign(people[0].clone())]);
    sitting.press("Ctrl-a Ctrl-k");
    sitting.type_text("Kim Lee");
    let (_, why) = sitting.form().blocked().unwrap();
    assert!(why.contains("kim@a.io, kim@b.io"), "{why}");
    assert_eq!(orders(sitting.app.update(Message::Key(Chord::parse("Ctrl-s").unwrap()))), [], "nothing is sent by guessing");
}

#[test]
fn what_is_pasted_is_shown_harmless_and_sent_as_it_was() {
    let pasted = "host\tstate\nweb\u{200c}1\tdown";
    let texts = Texts { title: "a\u{200d}z".into(), description: "kept\there".into(), values: vec!["a,b".into(), "c\u{200d}d".into()] };
    for (part, sent_title) in [(Part::Description, None), (Part::Title, Some("host state web\u{200c}1 down"))] {
        let mut sitting = sitting(Vendor::Tines, &texts);
        sitting.open(part);
        sitting.app.update(Message::Paste(pasted.into()));
        sitting.type_text("!");
        let area = if part == Part::Title { &sitting.form().title } else { &sitting.form().description };
        let shown = area.lines().join("\n");
        assert_eq!(Clean::block(&shown).as_str(), shown, "what stands in the form steers no terminal");
        let wanted = match sent_title {
            None => Change::Description(format!("{pasted}!kept\there")),
            Some(line) => Change::Title(format!("{line}!a\u{200d}z")),
        };
        assert_eq!(sent(&mut sitting).changes, [wanted]);
    }
    let mut sitting = sitting(Vendor::Tines, &texts);
    sitting.open(Part::Tags);
    sitting.press("End");
    sitting.app.update(Message::Paste(", new\u{200d}one".into()));
    assert_eq!(sent(&mut sitting).changes, [Change::AddTags(vec!["new\u{200d}one".into()])]);
}

#[test]
fn a_draft_of_a_version_that_kept_what_was_shown_changes_no_other_byte() {
    let texts = Texts { title: "a\u{200d}z".into(), description: "ts\tsrc\r\nlast".into(), values: vec!["a".into(), "b".into()] };
    let mut sitting = sitting(Vendor::Tines, &texts);
    let case = case(Vendor::Tines, &texts);
    let description = Aspect::of_part(Part::Description);
    let text = |text: &str| Value::Text(text.into());
    let draft = Draft {
        case: case.row.id.clone(),
        marked: Vec::new(),
        values: vec![(description.clone(), text("ts    src, dst\nlast"))],
        base: vec![Seen { value: text("ts    src\nlast"), ..Seen::of(&case, description) }],
        saved_at: at_ms(0),
        decided: Vec::new(),
        holds_shown_text: true,
    };
    sitting.app.update(Message::Report(Report::Draft(Box::new(draft))));
    sitting.open(Part::Description);
    assert_eq!(sitting.form().moved, None, "the case is as it was seen then");
    assert_eq!(sent(&mut sitting).changes, [Change::Description("ts\tsrc, dst\r\nlast".into())]);
}

#[test]
fn a_colleague_at_work_is_named_for_a_quarter_of_an_hour() {
    let texts = Texts { title: "a".into(), description: "b".into(), values: vec!["a".into(), "b".into()] };
    let mut sitting = sitting(Vendor::Datadog, &texts);
    let mut case = case(Vendor::Datadog, &texts);
    case.changed_by = Some(person("k", "Kim Lee", "kim@a.io"));
    case.row.updated_at = Some(at_ms(-240_000));
    case.row.created_at = Some(at_ms(-9_000_000));
    sitting.give(case);
    assert_eq!(sitting.app.model.busy_words(Rid(1), &sitting.app.cx).as_deref(), Some("! being worked on by Kim Lee (4m ago)"));
    sitting.wait(12 * 60_000);
    assert_eq!(sitting.app.model.busy_words(Rid(1), &sitting.app.cx), None, "a quarter of an hour ago is no moment ago");
}

#[test]
fn values_of_a_case_stand_in_raw_form_in_a_list() {
    let case = case(Vendor::Tines, &Texts { title: "a".into(), description: "b".into(), values: vec!["a,b".into(), "c\u{200d}".into()] });
    assert_eq!(raws(&case.row.tags), ["a,b", "c\u{200d}"]);
}

fn list(vendor: Vendor) -> (Aspect, &'static str) {
    match vendor {
        Vendor::Datadog => (Aspect::of_part(Part::Attributes), "team:"),
        _ => (Aspect::of_part(Part::Tags), ""),
    }
}

fn odd_values() -> Texts {
    Texts { title: "a".into(), description: "b".into(), values: vec!["a, b".into(), "c\u{200d}d".into()] }
}

/// Opens the form at one field, and pastes at its end.
fn paste_into(sitting: &mut Sitting, field: &Aspect, pasted: &str) {
    open_form_at(Rid(1), field, &mut sitting.app.model, &mut sitting.app.cx);
    sitting.press("End");
    sitting.app.update(Message::Paste(pasted.into()));
}

/// The draft as the next run reads it from the disk.
fn kept(sitting: &mut Sitting) -> Draft {
    sitting.wait(1_000);
    let draft = sitting.app.model.kept.get(&sample::case(Vendor::Tines, 7).row.id).expect("a draft");
    serde_json::from_str(&serde_json::to_string(draft).unwrap()).unwrap()
}

#[test]
fn what_is_pasted_into_a_list_outlives_its_draft_byte_for_byte() {
    let many = Aspect { part: Part::Field, key: "many".into() };
    let new = "👩\u{200d}💻";
    let added = || odd_values().values.into_iter().chain([new.to_owned()]).collect::<Vec<_>>();
    for (vendor, field, before, wanted) in [
        (Vendor::Datadog, list(Vendor::Datadog).0, "team:", Change::Attribute { key: "team".into(), values: added() }),
        (Vendor::Tines, list(Vendor::Tines).0, "", Change::AddTags(vec![new.into()])),
        (Vendor::Tines, many, "", Change::Field { id: "many".into(), values: added() }),
    ] {
        let mut first = sitting(vendor, &odd_values());
        paste_into(&mut first, &field, &format!(", {before}{new}"));
        let draft = kept(&mut first);
        assert_eq!(sent(&mut first).changes, std::slice::from_ref(&wanted), "{vendor}: at once");
        let mut second = sitting(vendor, &odd_values());
        second.app.update(Message::Report(Report::Draft(Box::new(draft))));
        second.open(Part::Title);
        assert_eq!(sent(&mut second).changes, [wanted], "{vendor}: from its draft");
    }
}

#[test]
fn a_draft_that_kept_a_list_as_its_line_is_still_read() {
    let mut sitting = sitting(Vendor::Tines, &odd_values());
    let case = case(Vendor::Tines, &odd_values());
    let tags = Aspect::of_part(Part::Tags);
    let draft = Draft {
        case: case.row.id.clone(),
        marked: Vec::new(),
        values: vec![(tags.clone(), Value::Text("a, b, c<U+200D>d, new".into()))],
        base: vec![Seen::of(&case, tags)],
        saved_at: at_ms(0),
        decided: Vec::new(),
        holds_shown_text: false,
    };
    sitting.app.update(Message::Report(Report::Draft(Box::new(draft))));
    sitting.open(Part::Title);
    assert_eq!(sent(&mut sitting).changes, [Change::AddTags(vec!["new".into()])]);
}

#[test]
fn a_wish_that_comes_back_changes_values_and_not_a_joined_line() {
    let (one, other) = (person("1", "Kim Lee", "kim@a.io"), person("2", "Kim Lee", "kim@b.io"));
    let strings = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    for (vendor, changes) in [
        (
            Vendor::Tines,
            vec![
                Change::Unassign(other.clone()),
                Change::AddTags(strings(&["x,y", "n\u{200d}m"])),
                Change::RemoveTags(strings(&["a, b"])),
                Change::Field { id: "many".into(), values: strings(&["c\u{200d}d", "1, 2"]) },
            ],
        ),
        (
            Vendor::Datadog,
            vec![
                Change::Attribute { key: "k:l".into(), values: strings(&["1, 2", "p\u{200d}q"]) },
                Change::Attribute { key: "team".into(), values: strings(&["c\u{200d}d", "x, y"]) },
            ],
        ),
    ] {
        let mut case = case(vendor, &odd_values());
        if vendor == Vendor::Tines {
            case.row.assignees = vec![one.clone(), other.clone()];
        } else {
            case.attributes.push((Clean::line("k:l"), vec![Clean::line("o, p")]));
        }
        let given = || {
            let mut sitting = sitting(vendor, &odd_values());
            sitting.give(case.clone());
            sitting
        };
        let mut first = given();
        let wished = Edit::new(&case, [vec![Change::Title("new".into())], changes].concat());
        assert!(first.app.model.offer_again(Rid(1), &wished, &mut first.app.cx));
        let draft = kept(&mut first);
        let mut second = given();
        second.app.update(Message::Report(Report::Draft(Box::new(draft))));
        second.open(Part::Title);
        assert_eq!(second.form().changes(), wished.changes, "{vendor}");
        assert_eq!(second.form().blocked(), None);
    }
}

#[test]
fn members_that_come_back_stand_beside_what_was_typed_since() {
    let mut sitting = sitting(Vendor::Tines, &odd_values());
    paste_into(&mut sitting, &Aspect::of_part(Part::Tags), ", since");
    sitting.press("Esc");
    let case = case(Vendor::Tines, &odd_values());
    let changes = vec![Change::AddTags(vec!["before".into()]), Change::RemoveTags(vec!["a, b".into()])];
    assert!(sitting.app.model.offer_again(Rid(1), &Edit::new(&case, changes), &mut sitting.app.cx));
    sitting.open(Part::Title);
    let both = vec!["since".to_owned(), "before".to_owned()];
    assert_eq!(sent(&mut sitting).changes, [Change::AddTags(both), Change::RemoveTags(vec!["a, b".into()])]);
}
