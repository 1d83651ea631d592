//! Odd text of every kind on every way to a vendor, compared with what the vendor has: a change is what was asked for,
//! and all that nobody touched is there byte for byte. Few cases run each time; `PROPTEST_CASES` says how many.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use caseload::demo::{
    Act, Demo, Truth, Vendor, {self},
};
use caseload::domain::aspect::Aspect;
use caseload::domain::case::Case;
use caseload::domain::change::Change;
use caseload::domain::edit::Edit;
use caseload::tui::screens::Overlay;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::cli_desk::{Desk, assert_harmless};
use crate::cli_edit::open_case;
use crate::desk::House;
use crate::pty::Tty;
use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm};

fn few(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: wanted.unwrap_or(cases), max_shrink_iters: 24, failure_persistence: None, ..ProptestConfig::default() }
}

/// Text as vendors hold it, begun and ended by letters, as vendors trim; without the marks of what a macro asks for.
fn odd() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-z]{1,4}",
        1 => Just(" ".to_owned()),
        3 => prop::sample::select(vec![
            "\t", "\r\n", "\r", "\n", "\u{200c}", "\u{200d}", "👩\u{200d}💻", "⚠\u{fe0f}", "\u{202e}", "\u{2066}", "e\u{301}", "\u{7}",
            "\u{1b}[31m", "\u{85}", "\u{2028}", "می\u{200c}خواهم", "क\u{94d}\u{200d}ष", "    ", ", ", ":", "#", "\"",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| text.chars().filter(|c| !matches!(c, '\0' | '{' | '}')).take(4).collect()),
    ];
    prop::collection::vec(piece, 1..12).prop_map(|pieces| format!("a{}z", pieces.concat()))
}

#[derive(Clone, Debug)]
struct Texts {
    title: String,
    description: String,
    comment: String,
    /// No two of them alike.
    values: Vec<String>,
}

fn texts() -> impl Strategy<Value = Texts> {
    let values = prop::collection::vec(odd(), 3).prop_map(|values| {
        let apart = values.into_iter().enumerate();
        apart.map(|(place, value)| format!("{}{value}", ["c", "b", "a"][place])).collect()
    });
    (odd(), odd(), odd(), values).prop_map(|(title, description, comment, values)| Texts { title, description, comment, values })
}

fn rewrite(demo: &Demo, vendor: Vendor, id: &str, field: &str, value: &str) {
    demo.act(Act::Edit { vendor, id: id.into(), field: field.into(), value: value.into() }).unwrap();
}

fn truth(demo: &Demo, vendor: Vendor, id: &str) -> Truth {
    demo.truth(vendor).into_iter().find(|truth| truth.id == id).unwrap()
}

/// Several values in one word of the command line.
fn list(field: &str, values: &[String]) -> String {
    format!("{field}={}", json!(values))
}

/// A case with odd title and description, read by nobody yet; with a field of free text where its vendor has one.
fn prepared(desk: &Desk, vendor: Vendor, texts: &Texts) -> (String, Truth) {
    let listed = open_case(desk, vendor);
    let id = match field_of(vendor) {
        None => listed["id"].as_str().unwrap().to_owned(),
        Some(field) => {
            let has_it = |truth: &Truth| truth.is_listed && truth.is_open && truth.fields.contains_key(field);
            desk.demo.truth(vendor).into_iter().find(has_it).unwrap().id
        }
    };
    rewrite(&desk.demo, vendor, &id, "title", &texts.title);
    rewrite(&desk.demo, vendor, &id, "description", &texts.description);
    (format!("{}:{id}", vendor.name()), truth(&desk.demo, vendor, &id))
}

fn field_of(vendor: Vendor) -> Option<&'static str> {
    match vendor {
        Vendor::Datadog => Some("affected_hosts"),
        Vendor::Tines => Some("Reporter"),
        Vendor::ServerOps => None,
    }
}

/// The case is what it was, apart from what `change` makes of it.
#[track_caller]
fn assert_became(desk: &Desk, before: &mut Truth, what: &str, change: impl FnOnce(&mut Truth)) {
    change(before);
    assert_eq!(truth(&desk.demo, before.vendor, &before.id), *before, "{what}");
}

proptest! {
    #![proptest_config(few(2))]

    #[test]
    fn the_command_line_changes_what_it_names_and_nothing_else(texts in texts(), new in texts()) {
        let desk = Desk::calm(120);
        for vendor in Vendor::ALL {
            let (case, mut at) = prepared(&desk, vendor, &texts);
            let edit = |flag: &str, word: &str| {
                let said = desk.run(&["edit", &case, "--yes", flag, word]).expect(0);
                assert_harmless(&said.out);
                assert_harmless(&said.err);
            };
            edit("--set", &format!("title={}", new.title));
            assert_became(&desk, &mut at, "title", |at| at.title.clone_from(&new.title));
            edit("--set", &format!("description={}", new.description));
            assert_became(&desk, &mut at, "description", |at| at.description = Some(new.description.clone()));
            if vendor == Vendor::ServerOps {
                continue;
            }
            desk.run(&["comment", &case, "-m", &new.comment]).expect(0);
            assert_became(&desk, &mut at, "comment", |at| at.comments.push(new.comment.clone()));
            let (first, rest) = (&texts.values[..1], &texts.values[1..]);
            if vendor == Vendor::Tines {
                let tags = at.tags.clone();
                edit("--add", &list("tag", &texts.values));
                assert_became(&desk, &mut at, "tags that come", |at| at.tags.extend(texts.values.clone()));
                edit("--remove", &list("tag", first));
                assert_became(&desk, &mut at, "a tag that goes", |at| at.tags = [&tags[..], rest].concat());
                edit("--set", &format!("field.Reporter={}", new.title));
                assert_became(&desk, &mut at, "field", |at| drop(at.fields.insert("Reporter".into(), json!(new.title))));
            } else {
                edit("--add", &list("attr.odd", &texts.values));
                assert_became(&desk, &mut at, "attribute", |at| drop(at.attributes.insert("odd".into(), texts.values.clone())));
                edit("--remove", &list("attr.odd", first));
                assert_became(&desk, &mut at, "a value that goes", |at| drop(at.attributes.insert("odd".into(), rest.to_vec())));
                edit("--add", &list("field.affected_hosts", &texts.values));
                assert_became(&desk, &mut at, "values of a field", |at| hosts(at).extend(texts.values.iter().map(|value| json!(value))));
                edit("--remove", &list("field.affected_hosts", first));
                assert_became(&desk, &mut at, "a value of a field", |at| hosts(at).retain(|value| *value != json!(first[0])));
            }
        }
    }

    #[test]
    fn many_cases_at_once_get_what_was_asked_for_and_keep_the_rest(texts in texts(), new in texts()) {
        let desk = Desk::calm(60);
        let config = fs::read_to_string(desk.config()).unwrap();
        let steps = json!([format!("add {}", list("tag", &new.values[..1])), format!("comment {}", json!(new.comment).as_str().unwrap())]);
        // A string of TOML as JSON writes it, with what only JSON leaves as it is.
        let steps = steps.to_string().replace('\u{7f}', "\\u007f");
        desk.configure(&format!("{config}\n[[macro]]\nname = \"odd\"\nsteps = {steps}\ndatadog = []\nserverops = []\n"));
        for vendor in Vendor::ALL {
            let ids: Vec<String> = desk.demo.truth(vendor).into_iter().filter(|truth| truth.is_listed && truth.is_open).take(2).map(|truth| truth.id).collect();
            for id in &ids {
                rewrite(&desk.demo, vendor, id, "title", &format!("zqxj {}", texts.title));
                rewrite(&desk.demo, vendor, id, "description", &texts.description);
                match vendor {
                    Vendor::Datadog => rewrite(&desk.demo, vendor, id, "attribute odd", &texts.values[0]),
                    Vendor::Tines => rewrite(&desk.demo, vendor, id, "add_tag", &texts.values[0]),
                    Vendor::ServerOps => {}
                }
            }
            let mut all: Vec<Truth> = ids.iter().map(|id| truth(&desk.demo, vendor, id)).collect();
            let filter = format!("src:{} zqxj", vendor.name());
            let bulk = |words: &[&str]| desk.run(&[&["bulk", &filter, "--yes-count", "2"], words].concat()).expect(0);
            if vendor == Vendor::ServerOps {
                bulk(&["--set", &format!("description={}", new.description)]);
            } else {
                let field = if vendor == Vendor::Tines { "tag" } else { "attr.odd" };
                bulk(&["--add", &list(field, &new.values[1..2]), "--set", &format!("comment={}", new.comment)]);
            }
            for at in &mut all {
                assert_became(&desk, at, "bulk", |at| match vendor {
                    Vendor::Datadog => {
                        at.attributes.insert("odd".into(), vec![texts.values[0].clone(), new.values[1].clone()]);
                        at.comments.push(new.comment.clone());
                    }
                    Vendor::Tines => {
                        at.tags.push(new.values[1].clone());
                        at.comments.push(new.comment.clone());
                    }
                    Vendor::ServerOps => at.description = Some(new.description.clone()),
                });
            }
            if vendor == Vendor::Tines {
                bulk(&["--macro", "odd"]);
                for at in &mut all {
                    assert_became(&desk, at, "macro", |at| {
                        at.tags.push(new.values[0].clone());
                        at.comments.push(new.comment.clone());
                    });
                }
            }
        }
    }

    #[test]
    fn what_is_merged_and_taken_back_is_as_it_was(texts in texts(), theirs in odd()) {
        for (source, vendor) in [(DATADOG, Vendor::Datadog), (TINES, Vendor::Tines), (SERVEROPS, Vendor::ServerOps)] {
            let directory = tempfile::tempdir().unwrap();
            let demo = demo::start(&calm(60)).unwrap();
            let mut watch = Watch::start(&demo, directory.path());
            watch.full(&[source]);
            let (rid, row) = watch.some_open(source);
            let id = row.id.id.to_string();
            rewrite(&demo, vendor, &id, "title", &texts.title);
            let text = |first: &str, last: &str| format!("{first}\nbetween\n{}\nand\n{last}\n", texts.description);
            rewrite(&demo, vendor, &id, "description", &text("first", "last"));
            let seen = watch.open(rid);
            let before = truth(&demo, vendor, &id);
            let mine = seen.description.retyped(&seen.description.as_str().replacen("last\n", "mine\n", 1));
            let made = send(&mut watch, &seen, vec![Change::Title(seen.row.title.retyped(&format!("X{}", seen.row.title))), Change::Description(mine)]);
            let after = truth(&demo, vendor, &id);
            let description = before.description.as_ref().unwrap().replacen("last\n", "mine\n", 1);
            prop_assert_eq!((&after.title, after.description.as_ref()), (&format!("X{}", texts.title), Some(&description)));
            take_back(&mut watch, &made);
            prop_assert_eq!(&truth(&demo, vendor, &id), &before, "{:?}: taken back", vendor);
            // A colleague writes the first line anew while I change the last one.
            let seen = watch.open(rid);
            let mine = seen.description.retyped(&seen.description.as_str().replacen("last\n", "mine\n", 1));
            rewrite(&demo, vendor, &id, "description", &text(&theirs, "last"));
            send(&mut watch, &seen, vec![Change::Description(mine)]);
            prop_assert_eq!(truth(&demo, vendor, &id).description, Some(text(&theirs, "mine")), "{:?}: merged", vendor);
        }
    }

    #[test]
    fn values_come_back_in_their_order_and_as_often_as_they_were(texts in texts()) {
        let directory = tempfile::tempdir().unwrap();
        let demo = demo::start(&calm(120)).unwrap();
        let mut watch = Watch::start(&demo, directory.path());
        watch.full(&[DATADOG, TINES]);
        let id = demo.truth(Vendor::Datadog).into_iter().find(|truth| truth.is_listed && truth.is_open && truth.fields.contains_key("affected_hosts")).unwrap().id;
        let rid = watch.rid(DATADOG, &id);
        let seen = watch.open(rid);
        let with = |values: &[String]| [values, &["new".to_owned()]].concat();
        let attribute = |values: &[String]| Change::Attribute { key: "odd".into(), values: values.to_vec() };
        let field = |values: &[String]| Change::Field { id: "affected_hosts".into(), values: values.to_vec() };
        send(&mut watch, &seen, vec![attribute(&texts.values), field(&texts.values)]);
        let (seen, before) = (watch.open(rid), truth(&demo, Vendor::Datadog, &id));
        prop_assert_eq!(&before.attributes["odd"], &texts.values);
        let made = send(&mut watch, &seen, vec![attribute(&with(&texts.values)), field(&with(&texts.values))]);
        prop_assert_eq!(&truth(&demo, Vendor::Datadog, &id).attributes["odd"], &with(&texts.values));
        take_back(&mut watch, &made);
        prop_assert_eq!(truth(&demo, Vendor::Datadog, &id), before, "taken back");
        // A colleague's value comes while I take one away: theirs stay in their places.
        let seen = watch.open(rid);
        let aspect = Aspect::of(&attribute(&[])).unwrap();
        prop_assert_eq!(aspect.held(&seen).map(<[_]>::len), Some(3));
        let other = watch.submit_edit(&Edit::unguarded(seen.row.id.clone(), vec![attribute(&with(&texts.values))]), 0);
        watch.verified(&other);
        send(&mut watch, &seen, vec![attribute(&texts.values[1..])]);
        prop_assert_eq!(&truth(&demo, Vendor::Datadog, &id).attributes["odd"], &with(&texts.values[1..]), "merged");

        let (rid, row) = watch.some_open(TINES);
        let (seen, before) = (watch.open(rid), truth(&demo, Vendor::Tines, &row.id.id));
        let made = send(&mut watch, &seen, vec![Change::AddTags(texts.values.clone())]);
        take_back(&mut watch, &made);
        prop_assert_eq!(truth(&demo, Vendor::Tines, &row.id.id), before, "tags taken back");
    }
}

fn hosts(at: &mut Truth) -> &mut Vec<Json> {
    at.fields.get_mut("affected_hosts").unwrap()["value"].as_array_mut().unwrap()
}

/// Sent, and read back as it was meant.
fn send(watch: &mut Watch, seen: &Case, changes: Vec<Change>) -> Edit {
    let edit = Edit::new(seen, changes);
    let entry = watch.submit_edit(&edit, 0);
    watch.verified(&entry);
    edit
}

fn take_back(watch: &mut Watch, edit: &Edit) {
    let entry = watch.submit_edit(&edit.inverse().unwrap().edit, 0);
    watch.verified(&entry);
}

proptest! {
    #![proptest_config(few(1))]

    #[test]
    fn an_editor_changes_one_word_of_a_case_and_the_rest_stays(texts in texts()) {
        let desk = Desk::calm(60);
        let path = desk.config().with_file_name("editor.sh");
        fs::write(&path, "#!/bin/sh\nsed -i -e 's/needle/thread/' \"$1\"\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        let mut env = desk.env();
        env.push(("VISUAL".into(), path.display().to_string()));
        for vendor in Vendor::ALL {
            for id in desk.demo.ids(vendor) {
                rewrite(&desk.demo, vendor, &id, "title", &texts.title);
                rewrite(&desk.demo, vendor, &id, "description", &format!("{}\n{} needle {}", texts.comment, texts.description, texts.comment));
            }
            let before = desk.demo.truth(vendor);
            let mut tty = Tty::start(80, 24, &["--source", vendor.name()], &env);
            tty.comes_to_see("complete").keys("\r").comes_to_see("[Overview]").comes_to_see("read ");
            tty.keys("E").comes_to_see("M1").keys("\x13").answer("Send th", "y").comes_to_see("read back ok").keys("Q");
            prop_assert_eq!(tty.ends().exit_code(), 0);
            let after = desk.demo.truth(vendor);
            let moved: Vec<(Truth, Truth)> = before.into_iter().zip(after).filter(|(then, now)| then != now).collect();
            prop_assert_eq!(moved.len(), 1, "{:?}", vendor);
            let (mut then, now) = moved.into_iter().next().unwrap();
            then.description = then.description.map(|text| text.replacen("needle", "thread", 1));
            prop_assert_eq!(now, then);
        }
    }
}

/// How a colleague at work is told everywhere.
const WORDS: &str = "! being worked on by ";

/// Who changes a case, one right after the other, and whether a colleague is among them.
const HANDS: [(&[bool], bool); 4] = [(&[true], false), (&[false], true), (&[true, false], true), (&[false, true], true)];

/// An open case that nobody has: no name is to be had from the case itself.
fn unassigned(demo: &Demo, vendor: Vendor) -> impl Iterator<Item = Truth> {
    demo.truth(vendor).into_iter().filter(|truth| truth.is_listed && truth.is_open && truth.assignees.is_empty())
}

fn comment(demo: &Demo, vendor: Vendor, id: &str, text: &str) {
    demo.act(Act::Comment { vendor, id: id.into(), text: text.into() }).unwrap();
}

#[test]
fn a_colleague_at_work_is_named_before_anything_is_sent() {
    let desk = Desk::calm(120);
    for vendor in Vendor::ALL {
        // ServerOps knows no people.
        let names_people = vendor != Vendor::ServerOps;
        let mut cases = Vec::new();
        for (case, (hands, is_busy)) in unassigned(&desk.demo, vendor).zip(HANDS) {
            let reference = format!("{}:{}", vendor.name(), case.id);
            for is_me in hands {
                match (is_me, names_people) {
                    (true, true) => drop(desk.run(&["comment", &reference, "-m", "I did"]).expect(0)),
                    (true, false) => drop(desk.run(&["edit", &reference, "--set", "title=I did", "--yes"]).expect(0)),
                    (false, true) => comment(&desk.demo, vendor, &case.id, "A colleague did"),
                    (false, false) => rewrite(&desk.demo, vendor, &case.id, "title", "A colleague did"),
                }
            }
            cases.push((case.id, reference, is_busy && names_people));
        }
        assert_eq!(cases.len(), HANDS.len(), "{vendor:?} has too few cases");
        let filter = format!("src:{} status:open", vendor.name());
        let bulk = desk.run(&["bulk", &filter, "--do", "close", "--dry-run", "--json"]).expect(0).json();
        for (id, reference, is_busy) in cases {
            let row = bulk["rows"].as_array().unwrap().iter().find(|row| row["id"] == *id).unwrap();
            let plan = ["edit", &reference, "--set", "title=Mine", "--dry-run"];
            let single = desk.run(&[&plan[..], &["--json"]].concat()).expect(0).json();
            let said = desk.run(&plan).expect(0).out;
            for (who, way) in [(&row["busy"], "bulk"), (&single["busy"], "edit")] {
                assert_eq!(who.is_string(), is_busy, "{way} {reference}: {row:#} {single:#}");
                assert_ne!(who.as_str(), Some("Mara Lindqvist"), "{way} {reference}");
            }
            assert_eq!(said.contains(WORDS), is_busy, "{said}");
            if let Some(who) = single["busy"].as_str() {
                assert!(said.contains(&format!("{WORDS}{who} (changed at 20")), "{said}");
            }
        }
    }
}

#[test]
fn a_colleague_at_work_is_named_in_the_triage_run() {
    for vendor in [Vendor::Datadog, Vendor::Tines] {
        let house = House::hasty(40);
        let mut screen = house.sit();
        screen.read_all().press("/").text(&format!("src:{} status:open", vendor.name())).press("<enter>");
        for id in house.demo.ids(vendor) {
            comment(&house.demo, vendor, &id, "A colleague did");
        }
        screen.press("T").settle();
        assert!(screen.shown().contains("Triage run") && screen.shown().contains(WORDS), "{vendor:?}: {}", screen.shown());
    }
}

/// The case as its vendor has it now, once this comment is here.
fn anew(screen: &mut crate::desk::Desk, text: &str) {
    screen
        .press("r")
        .until("the timeline came anew", |app| app.panes.detail.activities.items.iter().any(|entry| entry.text.as_str() == text));
    screen.settle();
}

#[test]
fn a_colleague_at_work_is_named_in_the_case_its_form_and_its_review() {
    let house = House::hasty(200);
    let is_long = |truth: &Truth| truth.comments.len() > 25;
    let cases = [
        unassigned(&house.demo, Vendor::Datadog).next().unwrap(),
        unassigned(&house.demo, Vendor::Tines).find(|truth| !is_long(truth)).unwrap(),
        // Its timeline does not come with it. A colleague has it, which is not to change it.
        house.demo.truth(Vendor::Tines).into_iter().find(|truth| truth.is_listed && truth.is_open && is_long(truth)).unwrap(),
    ];
    for Truth { vendor, id, key, .. } in cases {
        let reference = format!("{}:{id}", vendor.name());
        let mine = |text: &str| assert!(house.run(&["comment", &reference, "-m", text]).status.success());
        let mut screen = house.sit();
        screen.read_all().resize(80, 24).press("/").text(&format!("src:{} {key}", vendor.name())).press("<enter>").press("<enter>");
        mine("I did");
        anew(&mut screen, "I did");
        assert!(!screen.shown().contains(WORDS), "{key}: an own change: {}", screen.shown());
        comment(&house.demo, vendor, &id, "A colleague did");
        anew(&mut screen, "A colleague did");
        assert!(screen.shown().contains(WORDS), "{key}: the case: {}", screen.shown());
        mine("I did again");
        anew(&mut screen, "I did again");
        let me = screen.app().model.sources.iter().find_map(|source| source.me()).unwrap().label().to_owned();
        assert!(screen.shown().contains(WORDS), "{key}: an own change hides nobody: {}", screen.shown());
        assert!(!screen.shown().contains(&format!("{WORDS}{me}")), "{key}: {}", screen.shown());
        screen.press("e");
        assert!(screen.shown().contains(WORDS) && !screen.shown().contains("[Overview]"), "{key}: the form: {}", screen.shown());
        screen.text("X").press("Ctrl-s");
        screen
            .until("the calls are shown", |app| matches!(app.cx.overlays.last(), Some(Overlay::Review(review)) if review.plan().is_some()));
        assert!(screen.settle().shown().contains(WORDS), "{key}: the review: {}", screen.shown());
        screen.acknowledge_all();
    }
}
