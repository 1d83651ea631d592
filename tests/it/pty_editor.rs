//! What was saved in the person's editor, in the binary: the run that opened the editor ends before it is back.

use std::fs;
use std::path::PathBuf;

use crate::cli_desk::Desk;
use crate::pty::Tty;
use crate::pty_form::{at_case, desk, with_editor};

/// Saves words and waits; it ends with its terminal.
const SAVES: &str = "printf '%s and then the disk was full\\nsecond line\\n' \"$(cat \"$1\")\" > \"$1\"; echo IS SAVED; read -r line";

/// The files of editors in the data directory, without their notes.
fn sheets(desk: &Desk) -> Vec<String> {
    let names = fs::read_dir(desk.data()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("edit-")).collect()
}

fn text_and_note(desk: &Desk) -> [PathBuf; 2] {
    let paths: Vec<PathBuf> = sheets(desk).iter().map(|name| desk.data().join(name)).collect();
    ["md", "json"].map(|end| paths.iter().find(|path| path.extension().is_some_and(|found| found == end)).unwrap().clone())
}

/// A comment is begun, the editor has saved more of it and is still open.
fn in_the_editor(desk: &Desk) -> Tty {
    let mut tty = Tty::start(80, 24, &[], &with_editor(desk, SAVES));
    at_case(&mut tty);
    tty.keys("c")
        .comes_to_see("Comment on")
        .keys("it began\x0f")
        .until("the editor has saved", |screen| !screen.alternate_screen() && screen.contents().contains("IS SAVED"));
    tty
}

/// The comment is offered as it was saved, once, and its file is gone.
fn assert_offered(desk: &Desk) {
    let mut next = Tty::start(80, 24, &[], &desk.env());
    next.comes_to_see("you typed earlier");
    at_case(&mut next);
    next.keys("c").comes_to_see("it began and then the disk was full").comes_to_see("second line").comes_to_see("draft saved");
    assert_eq!(next.shown().matches("it began").count(), 1, "{}", next.shown());
    assert_eq!(sheets(desk), [] as [&str; 0]);
    let listed = desk.run(&["outbox", "list"]).expect(0).out;
    assert_eq!(listed.matches("it began").count(), 1, "{listed}");
    next.keys("\x1b").sees_no_more("Comment on").keys("Q");
    assert_eq!(next.ends().exit_code(), 0);
}

#[test]
fn what_was_saved_in_an_editor_outlives_a_kill_and_is_the_draft_of_its_box() {
    let desk = desk();
    in_the_editor(&desk).signal("KILL").ends();
    let listed = desk.run(&["outbox", "list"]).expect(0).out;
    let [path, _] = text_and_note(&desk);
    let path = path.to_str().unwrap();
    assert!(listed.contains(path) && listed.contains("it began and then the disk was full"), "{listed}");
    let json = desk.run(&["outbox", "list", "--json"]).expect(0).json();
    assert!(json.as_array().unwrap().iter().any(|line| line["file"] == path && line["state"] == "draft"), "{json}");
    let doctor = desk.run(&["doctor", "--offline"]);
    assert!(doctor.out.contains(path), "{}{}", doctor.out, doctor.err);
    assert_offered(&desk);
    let doctor = desk.run(&["doctor", "--offline"]);
    assert!(!doctor.out.contains("edit-"), "{}", doctor.out);
}

#[test]
fn what_was_saved_in_an_editor_outlives_its_terminal() {
    let desk = desk();
    in_the_editor(&desk).signal("HUP").ends();
    assert_offered(&desk);
}

#[test]
fn another_workbench_leaves_an_open_editor_alone() {
    let desk = desk();
    let mut first = in_the_editor(&desk);
    let mut second = Tty::start(80, 24, &[], &desk.env());
    at_case(&mut second);
    second.keys("c").comes_to_see("Comment on").comes_to_see("another caseload has unsent text");
    assert!(!second.shown().contains("it began"), "{}", second.shown());
    second.keys("\x1b").sees_no_more("Comment on").keys("Q");
    assert_eq!(second.ends().exit_code(), 0);
    assert_eq!(sheets(&desk).len(), 2, "the text and its note");
    let doctor = desk.run(&["doctor", "--offline"]);
    assert!(!doctor.out.contains("edit-"), "{}", doctor.out);
    first.keys("\r").until("the form is back", vt100::Screen::alternate_screen).comes_to_see("second line").comes_to_see("draft saved");
    assert_eq!(sheets(&desk), [] as [&str; 0]);
}

#[test]
fn a_whole_case_that_was_saved_in_an_editor_outlives_a_kill() {
    let desk = desk();
    let script =
        "sed -i -e 's/^title: .*/title: Renamed before the end/' -e 's/^priority: .*/priority: LOW/' \"$1\"; echo IS SAVED; read -r line";
    let mut tty = Tty::start(80, 24, &[], &with_editor(&desk, script));
    at_case(&mut tty);
    tty.keys("E").until("the editor has saved", |screen| !screen.alternate_screen() && screen.contents().contains("IS SAVED"));
    tty.signal("KILL").ends();
    let listed = desk.run(&["outbox", "list"]).expect(0).out;
    assert!(listed.contains("the whole case, as it was written in an editor") && listed.contains("Renamed before the end"), "{listed}");

    let mut next = Tty::start(80, 24, &[], &desk.env());
    next.comes_to_see("you typed earlier");
    at_case(&mut next);
    next.keys("e").comes_to_see("Renamed before the end").comes_to_see("M2");
    next.keys("\x13").comes_to_see("y sends").answer("Send th", "y").comes_to_see("read back ok");
    next.keys("Q");
    assert_eq!(next.ends().exit_code(), 0);
    assert_eq!(sheets(&desk), [] as [&str; 0]);
}

#[test]
fn a_file_that_cannot_be_placed_or_read_is_named_and_stays() {
    let desk = desk();
    in_the_editor(&desk).signal("KILL").ends();
    let [text, note] = text_and_note(&desk);
    fs::write(&text, b"caf\xe9").unwrap();
    let is_named = |why: &str| {
        let path = text.to_str().unwrap();
        let listed = desk.run(&["outbox", "list"]);
        let doctor = desk.run(&["doctor", "--offline"]).out;
        assert!(listed.err.contains(path) && listed.err.contains(why), "{}", listed.err);
        assert!(doctor.contains(path) && doctor.contains(why), "{doctor}");
        let mut next = Tty::start(200, 24, &[], &desk.env());
        next.comes_to_see("is not offered").has_read(60).keys("Q");
        assert_eq!(next.ends().exit_code(), 0);
        assert!(text.exists());
    };
    is_named("not UTF-8");
    fs::write(&text, "caf\u{e9}").unwrap();
    fs::write(&note, "{").unwrap();
    is_named("its note of the case cannot be read");
    fs::remove_file(&note).unwrap();
    is_named("for which case is not known any more");
}
