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
