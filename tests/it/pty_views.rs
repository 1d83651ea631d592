//! A person's own views, through the binary and two sittings: typed with completion, saved, found again, listed.

use crate::cli_desk::Desk;
use crate::pty::Tty;

fn two_sittings(width: u16, height: u16) {
    let desk = Desk::calm(120);
    let before = std::fs::read_to_string(desk.config()).unwrap();
    let commented = format!("# Ours: keep this line.\n{before}\n[poll]\nidle_s = 120 # calm\n# the end\n");
    desk.configure(&commented);

    let mut tty = Tty::start(width, height, &[], &desk.env());
    tty.has_read(120);
    // `prio` becomes `priority:`, and the arrow takes a value out of what is offered.
    tty.keys("/prio").comes_to_see("priority:").keys("\t").comes_to_see("priority:high");
    tty.keys("hi\t\x13").comes_to_see("Save as view").keys("\x15Hot\r").comes_to_see("view Hot is saved");
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);

    let after = std::fs::read_to_string(desk.config()).unwrap();
    assert!(after.starts_with(&commented), "{after}");
    assert!(after.contains("[[view]]\nname = \"Hot\"\nquery = \"priority:high\""), "{after}");

    // The view is there, and on.
    let mut again = Tty::start(width, height, &[], &desk.env());
    again.comes_to_see("Hot").comes_to_see(" of 120");
    let recall = std::fs::read_to_string(desk.data().join("recall.toml")).unwrap();
    assert!(recall.contains("view = \"Hot\"") && recall.contains("priority:high"), "{recall}");
    again.keys("Q");
    assert_eq!(again.ends().exit_code(), 0);
    again.assert_restored();

    let views = desk.run(&["views", "--json"]).expect(0).json();
    let hot = views.as_array().unwrap().iter().find(|view| view["name"] == "Hot").unwrap().clone();
    assert_eq!(hot["query"], "priority:high");
    assert!(desk.run(&["views"]).expect(0).out.contains("8  Hot"));
    let listed = desk.run(&["list", "view:hot", "--json", "--cached"]).expect(0).json();
    let same = desk.run(&["list", "priority:high", "--json", "--cached"]).expect(0).json();
    assert_eq!(listed, same);
    assert!(listed.as_array().unwrap().iter().all(|case| case["priority"]["level"] == "high"), "{listed}");
    let narrower = desk.run(&["list", "view:hot status:open", "--json", "--cached"]).expect(0).json();
    assert!(narrower.as_array().unwrap().len() < listed.as_array().unwrap().len());
    let none = desk.run(&["list", "view:nothing", "--cached"]).expect(2);
    assert!(none.err.contains("there is no view `nothing`") && none.err.contains("My queue"), "{}", none.err);
}

#[test]
fn a_view_is_made_and_found_again_at_120x36() {
    two_sittings(120, 36);
}

#[test]
fn a_view_is_made_and_found_again_at_80x24() {
    two_sittings(80, 24);
}

#[test]
fn a_view_is_made_and_found_again_at_40x12() {
    two_sittings(40, 12);
}

#[test]
fn of_two_workbenches_that_save_a_view_of_one_name_neither_loses_it() {
    let desk = Desk::calm(60);
    let mut one = Tty::start(120, 36, &[], &desk.env());
    let mut two = Tty::start(120, 36, &[], &desk.env());
    for tty in [&mut one, &mut two] {
        tty.has_read(60);
    }
    let save = |tty: &mut Tty, filter: &str| {
        tty.keys("/").until("a filter is typed", |screen| !screen.hide_cursor());
        tty.keys("\x15").keys(filter).keys("\x13").comes_to_see("Save as view").keys("\x15Night\r");
    };
    save(&mut one, "status:open sort:key");
    one.comes_to_see("view Night is saved, in the configuration");
    save(&mut two, "status:closed sort:key");
    two.comes_to_see("yours is Night 2").comes_to_see("Night 2");
    let views = || -> Vec<(String, String)> {
        let views = desk.run(&["views", "--json"]).expect(0).json();
        let word = |view: &serde_json::Value, key: &str| view[key].as_str().unwrap().to_owned();
        views
            .as_array()
            .unwrap()
            .iter()
            .map(|view| (word(view, "name"), word(view, "query")))
            .skip_while(|(name, _)| name != "Night")
            .collect()
    };
    let own = |name: &str, query: &str| (name.to_owned(), query.to_owned());
    assert_eq!(views(), [own("Night", "status:open sort:key"), own("Night 2", "status:closed sort:key")]);
    // The first one goes on with its own, which is as it was left.
    save(&mut one, "status:open sort:-key");
    one.comes_to_see("view Night is saved, in the configuration");
    one.until_true("both are there", || views() == [own("Night", "status:open sort:-key"), own("Night 2", "status:closed sort:key")]);
    for tty in [&mut one, &mut two] {
        assert_eq!(tty.quits().exit_code(), 0);
    }
}
