//! Words of descriptions: found by free text wherever the list sends them, on screen and command line, with and without the
//! network, before and after a restart; and said where they were never read.

use caseload::demo::{Act, Vendor};
use caseload::protocol::{Doubt, Sign};
use caseload::tui::app::App;

use crate::cli_desk::Desk;
use crate::desk::House;

const WORD: &str = "zebraprose";

fn describes(vendor: Vendor, id: &str, text: &str) -> Act {
    Act::Edit { vendor, id: id.into(), field: "description".into(), value: text.into() }
}

fn undescribed(app: &App) -> usize {
    let cases = |doubt: &Doubt| if let Doubt::Undescribed { cases, .. } = doubt { *cases } else { 0 };
    app.model.known(&app.cx).doubts.iter().map(cases).sum()
}

#[test]
fn a_word_of_a_description_is_found_before_and_after_a_restart() {
    let house = House::new(60);
    for vendor in Vendor::ALL {
        let id = house.demo.ids(vendor)[7].clone();
        house.demo.act(describes(vendor, &id, "first line\n\nthen a ZebraProse in it")).unwrap();
    }
    let mut desk = house.sit();
    desk.read_all().press("/").text(WORD).press("<enter>");
    assert_eq!((desk.app().model.list.matching(), desk.app().model.known(&desk.app().cx).sign()), (3, Sign::Complete), "{}", desk.shown());
    desk.press("q");
    desk.leave();
    let mut offline = house.sit_offline();
    offline.until("the disk is read", |app| app.model.list.known() == 60).settle();
    offline.press("/").text(WORD).press("<enter>");
    assert_eq!(
        (offline.app().model.list.matching(), offline.app().model.known(&offline.app().cx).sign()),
        (3, Sign::Old),
        "{}",
        offline.shown()
    );
}

#[test]
fn a_description_that_a_colleague_rewrites_comes_in_and_goes() {
    for vendor in Vendor::ALL {
        // A house of its own: in a second sitting the lists on disk are complete while a round still reads.
        let house = House::new(60);
        let id = house.demo.ids(vendor)[7].clone();
        let mut desk = house.sit();
        desk.read_all().press("/").text(WORD).press("<enter>").sees("No case matches this filter. Every page was read.");
        house.demo.act(describes(vendor, &id, WORD)).unwrap();
        desk.press("R").until("it is found", |app| app.model.list.matching() == 1 && app.cx.is_idle()).settle();
        assert!(desk.app().model.known(&desk.app().cx).is_complete(), "{vendor:?}: {}", desk.shown());
        house.demo.act(describes(vendor, &id, "something else")).unwrap();
        desk.press("R").until("the lists are read", |app| app.cx.is_idle()).settle();
        desk.press("r").until("a new order is laid", |app| app.model.list.matching() == 0).settle();
        desk.acknowledge_all();
        desk.press("q");
        desk.leave();
    }
}

#[test]
fn descriptions_that_no_list_sends_are_a_doubt_until_they_are_read() {
    for vendor in Vendor::ALL {
        let house = House::new(60);
        let ids = house.demo.ids(vendor);
        house.demo.act(Act::BriefLists { vendor, brief: true }).unwrap();
        house.demo.act(describes(vendor, &ids[ids.len() / 2], WORD)).unwrap();
        let mut desk = house.sit();
        desk.read_all().press("/").text(WORD).press("<enter>");
        let open = undescribed(desk.app());
        assert!(open > 1 && open <= ids.len(), "{vendor:?}: {open} of {}", ids.len());
        assert_eq!(
            (desk.app().model.list.matching(), desk.app().model.known(&desk.app().cx).sign()),
            (0, Sign::Partial),
            "{}",
            desk.shown()
        );
        desk.sees(&format!("{open} descriptions not read"));
        desk.press("g e").sees("which its list does not send").press("<esc>");
        // What the words do not ask for is no doubt.
        desk.press("/").press("Ctrl-x").text("status:open").press("<enter>");
        assert!(desk.app().model.known(&desk.app().cx).is_complete(), "{:?}", desk.app().model.known(&desk.app().cx));
        desk.press("/").press("Ctrl-x").text(&format!("description:{WORD}")).press("<enter>");
        desk.until("all are read", |app| app.model.known(&app.cx).is_complete()).settle();
        assert_eq!(desk.app().model.list.matching(), 1, "{vendor:?}: {}", desk.shown());
        desk.press("/").press("Ctrl-x").text(WORD).press("<enter>");
        assert_eq!(
            (desk.app().model.list.matching(), desk.app().model.known(&desk.app().cx).sign()),
            (1, Sign::Complete),
            "{}",
            desk.shown()
        );
        // A list that says nothing of them takes nothing back, nor does a restart.
        desk.press("R");
        desk.until("the lists are read again", |app| app.cx.is_idle()).settle();
        assert_eq!((desk.app().model.list.matching(), undescribed(desk.app())), (1, 0), "{}", desk.shown());
        desk.acknowledge_all();
        desk.press("q");
        desk.leave();
        let mut offline = house.sit_offline();
        offline.until("the disk is read", |app| app.model.list.known() == 60).settle();
        offline.press("/").text(WORD).press("<enter>");
        assert_eq!(
            (offline.app().model.list.matching(), offline.app().model.known(&offline.app().cx).sign()),
            (1, Sign::Old),
            "{}",
            offline.shown()
        );
    }
}

#[test]
fn the_command_line_finds_words_of_descriptions_and_says_what_it_did_not_read() {
    let desk = Desk::calm(60);
    let (brief, whole) = (Vendor::Tines, Vendor::Datadog);
    let (missed, found) = (desk.demo.ids(brief)[2].clone(), desk.demo.ids(whole)[2].clone());
    desk.demo.act(Act::BriefLists { vendor: brief, brief: true }).unwrap();
    for (vendor, id) in [(brief, &missed), (whole, &found)] {
        desk.demo.act(describes(vendor, id, "a zebraprose, read whole")).unwrap();
    }
    let ids = |said: &crate::cli_desk::Said| -> Vec<String> {
        said.json().as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect()
    };
    let part = desk.run(&["list", WORD, "--json"]).expect(6);
    assert_eq!(ids(&part), std::slice::from_ref(&found));
    let cases = desk.demo.ids(brief).len();
    let words = format!("tines: the descriptions of {cases} cases were not read: its list does not send them");
    assert!(part.err.contains(&words) && part.err.contains("`description:WORD` reads them"), "{}", part.err);
    desk.run(&["list", WORD, "src:datadog"]).expect(0);
    let export = desk.run(&["export", WORD, "--format", "json"]).expect(6);
    assert_eq!(export.json()["export"]["complete"], false);
    let read = desk.run(&["list", "description:zebraprose", "--json"]).expect(0);
    assert_eq!(ids(&read).len(), 2);
    assert_eq!(ids(&desk.run(&["list", WORD, "--json", "--cached"]).expect(0)).len(), 2, "what was read is on disk");
}

#[test]
fn a_description_edited_here_is_found_by_its_new_words_and_not_by_its_old_ones() {
    let desk = Desk::calm(60);
    for vendor in Vendor::ALL {
        let id = desk.demo.ids(vendor)[2].clone();
        desk.demo.act(describes(vendor, &id, "an old zebraprose")).unwrap();
        desk.run(&["list", WORD]).expect(0);
        let reference = format!("{}:{id}", vendor.name());
        desk.run(&["edit", &reference, "--yes", "--set", "description=a new giraffeprose"]).expect(0);
        assert!(desk.run(&["list", "giraffeprose", "--cached"]).expect(0).out.lines().count() == 2, "a header and the case");
        desk.run(&["list", WORD, "--cached"]).expect(1);
        desk.demo.act(describes(vendor, &id, "")).unwrap();
    }
}

#[test]
fn what_no_source_is_called_and_what_is_not_read_is_refused() {
    let desk = Desk::calm(60);
    let source = desk.run(&["list", "src:tinse", "status:open"]).expect(2);
    assert!(source.err.contains("no source is called `tinse`; it takes datadog, tines, serverops"), "{}", source.err);
    assert!(source.err.contains("did you mean `tines`?"), "{}", source.err);
    desk.run(&["export", "-src:nowhere", "--format", "json"]).expect(2);
    let tasks = desk.run(&["list", "has:task"]).expect(2);
    assert!(tasks.err.contains("tasks are not read") && tasks.err.contains("it takes comment, file"), "{}", tasks.err);
}

#[test]
fn a_source_that_is_not_there_is_named_on_the_screen_once_no_key_can_complete_it() {
    let house = House::new(60);
    let mut desk = house.sit();
    desk.read_all().press("/").text("src:tin");
    assert!(desk.app().model.list.problem().is_none(), "it may become tines");
    desk.text("se").sees("no source is called `tinse`; it takes datadog, tines, serverops");
    desk.press("<enter>").acknowledge("did you mean `tines`?");
    desk.press("Ctrl-x").text("src:tines").press("<enter>");
    assert!(desk.app().model.list.problem().is_none() && desk.app().model.list.matching() > 0);
}
