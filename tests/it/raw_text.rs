//! What nobody touched reaches the vendor byte for byte: from the form, the command line, `u`, a merge, and from what an
//! older version left on disk.

use caseload::demo::{
    Act, Vendor, {self},
};
use caseload::domain::aspect::Value;
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, OutboxEntry, Plan, Progress};
use caseload::domain::part::Part;
use caseload::domain::text::Clean;
use caseload::protocol::{From, Settle};
use caseload::store::{Access, Store};
use caseload::tui::screens::Overlay;
use caseload::tui::screens::review::Stage;
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::cli_desk::{Desk, assert_harmless};
use crate::cli_edit::{open_case, reference};
use crate::desk::{Desk as Screen, House};
use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm};

/// Tabs, joiners, a selector, a direction mark, and line ends of two kinds.
const TITLE: &str = "می\u{200c}خواهم 👩\u{200d}💻 ⚠\u{fe0f} a\u{202e}b";
const TEXT: &str = "ts\tsrc\tnote\r\n1\t10.0.0.1\tमैं\u{200d} here\r\nlast می\u{200c}خواهم\tend\n";

fn rewrite(demo: &demo::Demo, vendor: Vendor, id: &str, field: &str, value: &str) {
    demo.act(Act::Edit { vendor, id: id.into(), field: field.into(), value: value.into() }).unwrap();
}

/// Every text in the bodies that a vendor was sent.
fn sent(demo: &demo::Demo, vendor: Vendor) -> Vec<String> {
    fn texts(json: &Json, out: &mut Vec<String>) {
        match json {
            Json::String(text) => out.push(text.clone()),
            Json::Array(all) => all.iter().for_each(|one| texts(one, out)),
            Json::Object(all) => all.values().for_each(|one| texts(one, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    for received in demo.received(vendor).into_iter().filter(|received| received.method != "GET") {
        texts(&serde_json::from_str(&received.body).unwrap(), &mut out);
    }
    out
}

#[test]
fn a_tag_is_removed_whole_and_one_that_is_not_there_is_an_error() {
    let desk = Desk::calm(60);
    let case = reference(&open_case(&desk, Vendor::Tines));
    let edit = |flag: &str, value: &str, code: i32| desk.run(&["edit", &case, "--yes", flag, value]).expect(code);
    let last = || desk.writes(Vendor::Tines).last().cloned().unwrap();
    for (added, tag) in [(r#"tag=["a,b"]"#, "a,b"), ("tag=dev 👩\u{200d}💻", "dev 👩\u{200d}💻"), ("tag=x\u{200b}y", "x\u{200b}y")]
    {
        edit("--add", added, 0);
        assert!(last().contains(&format!(r#""add_tag_names":["{tag}"]"#)), "{}", last());
    }
    let before = desk.writes(Vendor::Tines).len();
    let said = edit("--remove", "tag=never", 2);
    assert!(said.err.contains("there is no `never` to remove") && said.err.contains("`a,b`"), "{}", said.err);
    assert_harmless(&said.err);
    assert_eq!(desk.writes(Vendor::Tines).len(), before, "nothing was sent");
    // By its bytes, or as it is shown.
    for (removed, tag) in [("tag=a,b", "a,b"), ("tag=dev 👩💻", "dev 👩\u{200d}💻"), ("tag=x<U+200B>y", "x\u{200b}y")] {
        edit("--remove", removed, 0);
        assert!(last().contains(&format!(r#""remove_tag_names":["{tag}"]"#)), "{}", last());
    }
}

#[test]
fn two_edits_of_one_field_offline_leave_one_after_the_other() {
    let desk = Desk::calm(60);
    for vendor in Vendor::ALL {
        let case = reference(&open_case(&desk, vendor));
        desk.run(&["show", &case]).expect(0);
        for title in ["title=First", "title=Second"] {
            desk.run(&["edit", &case, "--offline", "--yes", "--set", title]).expect(7);
        }
        let again = desk.run(&["edit", &case, "--offline", "--yes", "--set", "title=Second"]).expect(7);
        assert!(again.err.contains("nothing was added"), "what is on its way is not wished twice: {}", again.err);
        desk.run(&["outbox", "flush"]).expect(0);
        let titles: Vec<String> = sent(&desk.demo, vendor).into_iter().filter(|text| text == "First" || text == "Second").collect();
        assert_eq!(titles, ["First", "Second"], "{vendor:?}");
        assert_eq!(desk.run(&["show", &case, "--json"]).expect(0).json()["title"], "Second");
    }
}

#[test]
fn an_attribute_is_added_and_the_others_keep_their_bytes() {
    let desk = Desk::calm(60);
    let case = open_case(&desk, Vendor::Datadog);
    rewrite(&desk.demo, Vendor::Datadog, case["id"].as_str().unwrap(), "attribute odd", TITLE);
    desk.run(&["edit", &reference(&case), "--yes", "--add", "attr.odd=new", "--add", "attr.other=1"]).expect(0);
    let body: Json =
        serde_json::from_str(&desk.demo.received(Vendor::Datadog).iter().rfind(|received| received.method == "POST").unwrap().body)
            .unwrap();
    assert_eq!(body["data"]["attributes"]["attributes"]["odd"], serde_json::json!([TITLE, "new"]));
}

/// Sends what is under review; `arrived`: the vendor has it.
fn agree(screen: &mut Screen<'_>, arrived: impl Fn() -> bool) {
    screen.until(
        "the calls are shown",
        |app| matches!(app.cx.overlays.last(), Some(Overlay::Review(review)) if matches!(review.stage, Stage::Asking { .. })),
    );
    while screen.app().cx.overlays.iter().any(|overlay| matches!(overlay, Overlay::Review(_))) {
        screen.later(400, "y");
    }
    screen.until("it was read back", |app| app.model.outbox.is_empty() && arrived());
    screen.settle();
}

#[test]
fn a_letter_typed_on_the_screen_is_one_letter_at_the_vendor_and_u_takes_it_back() {
    for vendor in Vendor::ALL {
        let house = House::hasty(40);
        let mut screen = house.sit();
        screen.read_all().press("/").text(&format!("src:{} status:open", vendor.name())).press("<enter>");
        screen.press("<enter>");
        screen.until("the case came from its vendor", |app| {
            app.panes.detail.loaded.as_ref().is_some_and(|loaded| loaded.from == From::Network)
        });
        let id = screen.app().panes.detail.loaded.as_ref().unwrap().case.row.id.id.to_string();
        rewrite(&house.demo, vendor, &id, "title", TITLE);
        rewrite(&house.demo, vendor, &id, "description", TEXT);
        screen.press("r");
        screen.until("the case came as it is now", |app| {
            app.panes
                .detail
                .loaded
                .as_ref()
                .is_some_and(|loaded| loaded.case.row.title.raw() == TITLE && loaded.case.description.raw() == TEXT)
        });
        let texts = || {
            let is_it = |text: &String| text.contains("خواهم");
            sent(&house.demo, vendor).into_iter().filter(is_it).collect::<Vec<_>>()
        };
        screen.settle().press("e").text("X").press("Ctrl-s");
        agree(&mut screen, || texts().len() == 1);
        screen.press("e");
        while screen.app().cx.form().unwrap().field.part != Part::Description {
            screen.press("<tab>");
        }
        screen.text("Y").press("Ctrl-s");
        agree(&mut screen, || texts().len() == 2);
        assert_eq!(texts(), [format!("X{TITLE}"), format!("Y{TEXT}")], "{vendor:?}");
        for count in [3, 4] {
            screen.press("u");
            agree(&mut screen, || texts().len() == count);
        }
        assert_eq!(texts()[2..], [TEXT, TITLE], "{vendor:?}");
    }
}

#[test]
fn a_colleague_and_i_change_lines_of_one_text_and_every_byte_stays() {
    for (source, vendor) in [(DATADOG, Vendor::Datadog), (TINES, Vendor::Tines), (SERVEROPS, Vendor::ServerOps)] {
        let directory = tempfile::tempdir().unwrap();
        let demo = demo::start(&calm(40)).unwrap();
        let mut watch = Watch::start(&demo, directory.path());
        watch.full(&[source]);
        let (rid, row) = watch.some_open(source);
        rewrite(&demo, vendor, &row.id.id, "description", TEXT);
        let case = watch.open(rid);
        assert_eq!(case.description.raw(), TEXT);
        let mine = case.description.retyped(&case.description.as_str().replace("last", "the last"));
        assert_eq!(mine, TEXT.replace("last", "the last"));
        rewrite(&demo, vendor, &row.id.id, "description", &TEXT.replace("note", "re\u{200d}mark"));
        let entry = watch.submit_seen(&case, vec![Change::Description(mine)]);
        watch.verified(&entry);
        let both = TEXT.replace("note", "re\u{200d}mark").replace("last", "the last");
        assert!(sent(&demo, vendor).contains(&both), "{vendor:?}: {:?}", sent(&demo, vendor));
    }
}

#[test]
fn what_an_older_version_saved_as_it_is_shown_is_asked_about() {
    for (source, vendor) in [(DATADOG, Vendor::Datadog), (TINES, Vendor::Tines), (SERVEROPS, Vendor::ServerOps)] {
        let directory = tempfile::tempdir().unwrap();
        let demo = demo::start(&calm(40)).unwrap();
        let mut watch = Watch::start(&demo, directory.path());
        watch.full(&[source]);
        let (rid, row) = watch.some_open(source);
        rewrite(&demo, vendor, &row.id.id, "title", TITLE);
        let case = watch.open(rid);
        watch.stop();
        let shown = Clean::line(TITLE).to_string();
        let mut plain = case.clone();
        plain.row.title = Clean::line(&shown);
        let edit = Edit::new(&plain, vec![Change::Title(format!("{shown}!"))]);
        let entry = OutboxEntry { holds_shown_text: true, ..OutboxEntry::queued("old", edit, Plan::default(), Timestamp::now()) };
        let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
        store.sources(&["datadog", "tines", "serverops"]).unwrap();
        store.outbox_add(&entry).unwrap();
        drop(store);
        let mut watch = Watch::start(&demo, directory.path());
        let Progress::Parked { .. } = watch.rests("old") else { panic!("{:?}", watch.progress("old")) };
        let conflict = watch.entry("old").unwrap().conflict.clone().unwrap();
        assert_eq!(conflict.merges[0].theirs, Value::Text(TITLE.into()), "{vendor:?}");
        assert!(sent(&demo, vendor).is_empty(), "it is asked about, not sent");
        let chosen = vec![(conflict.merges[0].aspect.clone(), Value::Text(format!("{TITLE}!")))];
        watch.settle("old", Settle::Decide(chosen)).unwrap();
        watch.verified("old");
        assert!(sent(&demo, vendor).contains(&format!("{TITLE}!")));
    }
}

#[test]
fn json_holds_each_text_as_its_vendor_has_it_and_nothing_in_it_steers() {
    let desk = Desk::calm(120);
    for vendor in Vendor::ALL {
        let case = open_case(&desk, vendor);
        let (id, reference) = (case["id"].as_str().unwrap().to_owned(), reference(&case));
        let steers = format!("{TITLE}\u{1b}[31m\u{9b}");
        rewrite(&desk.demo, vendor, &id, "title", &steers);
        rewrite(&desk.demo, vendor, &id, "description", TEXT);
        let show = desk.run(&["show", &reference, "--json"]).expect(0);
        assert_eq!((&show.json()["title"], &show.json()["description"]), (&Json::from(&*steers), &Json::from(TEXT)), "{vendor:?}");
        let picked = desk.run(&["show", &reference, "--json", "title"]).expect(0);
        let list = desk.run(&["list", "--full", "--json", "--source", vendor.name()]).expect(0);
        let lines = desk.run(&["list", "--full", "--ndjson", "--source", vendor.name()]).expect(0);
        let export = desk.run(&["export", &format!("src:{}", vendor.name()), "--json"]).expect(0);
        let plan = desk.run(&["edit", &reference, "--set", "title=x", "--dry-run", "--json"]).expect(0);
        let of = |all: &Json| all.as_array().unwrap().iter().find(|case| case["id"] == *id).unwrap()["title"].clone();
        let line = lines.out.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()).collect();
        assert_eq!(picked.json()["title"], *steers, "{vendor:?}");
        assert_eq!([of(&list.json()), of(&line), of(&export.json()["cases"])].map(|title| title == *steers), [true; 3], "{vendor:?}");
        assert_eq!(plan.json()["changes"][0]["old"], *steers, "{vendor:?}");
        for said in [show, picked, list, lines, export, plan] {
            assert_harmless(&said.out);
        }
    }
}
