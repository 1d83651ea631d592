//! What is typed, in the binary: an editor on the same terminal, a kill in the middle of a word, a key that is held.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use caseload::demo::{Options, Vendor};

use crate::cli_desk::Desk;
use crate::pty::Tty;

/// What a key repeats at while it is held.
const REPEAT: Duration = Duration::from_millis(33);

pub(crate) fn desk() -> Desk {
    Desk::new(&Options { cases: 60, pace: 0.0, ..Options::default() })
}

/// The first Tines case, open and read.
pub(crate) fn at_case(tty: &mut Tty) {
    tty.has_read(60).filter("#");
    tty.keys("\r").comes_to_see("[Overview]").comes_to_see("read ");
}

pub(crate) fn with_editor(desk: &Desk, script: &str) -> Vec<(String, String)> {
    let path = desk.config().with_file_name("editor.sh");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    let mut env = desk.env();
    env.push(("VISUAL".into(), path.display().to_string()));
    env
}

#[test]
fn an_editor_gets_the_terminal_with_every_key_and_gives_it_back() {
    let desk = desk();
    let script = "echo \"MODE $(stat -c %a \"$1\") OF $1\"; head -c 60 \"$1\"; read -r line; printf '%s\\n' \"$line\" > \"$1\"";
    let mut tty = Tty::start(80, 24, &[], &with_editor(&desk, script));
    at_case(&mut tty);
    tty.keys("c").comes_to_see("Comment on").keys("before ");
    for round in 0..3 {
        // The ordinary screen still shows what the editors before have written.
        tty.keys("\x0f").until("the editor is there", |screen| {
            !screen.alternate_screen() && screen.contents().matches("MODE 600").count() == round + 1
        });
        tty.keys(&format!("round {round} q Q y\r"));
        tty.until("the form is back", vt100::Screen::alternate_screen).comes_to_see(&format!("round {round} q Q y"));
    }
    tty.keys(" and on").comes_to_see("q Q y and on").comes_to_see("draft saved");
    let left: Vec<_> = fs::read_dir(desk.data()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.starts_with("edit-")), "{left:?}");
    tty.keys("\x1b").sees_no_more("Comment on").keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
}

#[test]
fn the_whole_case_is_edited_as_front_matter_and_reviewed_before_it_is_sent() {
    let desk = desk();
    let script = "sed -i -e 's/^title: .*/title: Renamed in an editor/' -e 's/^priority: .*/priority: LOW/' \"$1\"";
    let mut tty = Tty::start(80, 24, &[], &with_editor(&desk, script));
    at_case(&mut tty);
    tty.keys("E").comes_to_see("Renamed in an editor").comes_to_see("M2");
    assert_eq!(desk.writes(Vendor::Tines), [] as [&str; 0]);
    tty.keys("\x13").comes_to_see("y sends").answer("Send th", "y").comes_to_see("read back ok");
    assert!(desk.writes(Vendor::Tines).iter().any(|write| write.contains("Renamed in an editor")));
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
}

#[test]
fn an_editor_that_is_not_there_is_said_and_nothing_is_lost() {
    let desk = desk();
    let mut env = desk.env();
    env.push(("VISUAL".into(), "/nowhere/editor".into()));
    let mut tty = Tty::start(80, 24, &[], &env);
    at_case(&mut tty);
    tty.keys("c").comes_to_see("Comment on").keys("still here\x0f").comes_to_see("/nowhere/editor").comes_to_see("still here");
    tty.keys("\x1b").sees_no_more("Comment on").keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
}

#[test]
fn a_kill_in_the_middle_of_a_comment_loses_nothing_that_was_called_saved() {
    let desk = desk();
    let mut tty = Tty::start(80, 24, &[], &desk.env());
    at_case(&mut tty);
    tty.keys("c").comes_to_see("Comment on");
    let letters: String = (0..500_u32).map(|n| char::from(b'a' + u8::try_from(n % 26).unwrap())).collect();
    let (saved, more) = letters.split_at(300);
    // That it is saved within a second of each key is for the state's own tests, which hold the clock.
    let is_saved = |screen: &vt100::Screen| letters_of(&screen.contents()).contains(saved) && screen.contents().contains("draft saved");
    tty.keys(saved).until("all of it is on disk", is_saved).keys(more).signal("KILL").ends();

    let mut again = Tty::start(120, 36, &[], &desk.env());
    at_case(&mut again);
    again.keys("c").comes_to_see("Comment on").comes_to_see("draft saved");
    again.until("what was called saved is offered", |screen| written(&screen.contents()).contains(saved));
    again.keys("\x07").answer("Discard", "y").sees_no_more("Comment on").keys("Q");
    assert_eq!(again.ends().exit_code(), 0);
}

#[test]
fn a_comment_in_a_triage_run_and_one_on_marks_outlive_a_kill() {
    let desk = desk();
    let mut tty = Tty::start(80, 24, &[], &desk.env());
    tty.has_read(60).filter("#");
    tty.keys("T").comes_to_see("Triage run").comes_to_see("decided:").sees_no_more("being read...");
    tty.keys("c").comes_to_see("Comment on").keys("first line\rsecond line").comes_to_see("draft saved");
    tty.keys("\x1b").sees_no_more("Comment on").keys("c").comes_to_see("second line");
    tty.keys("\x1b").sees_no_more("Comment on").keys("\x1b").sees_no_more("Triage run");
    tty.keys(" c").comes_to_see("Comment on 1 marked case").keys("for all\rof them").comes_to_see("draft saved");
    tty.signal("KILL").ends();

    let mut again = Tty::start(80, 24, &[], &desk.env());
    again.has_read(60).filter("#");
    again.keys(" c").comes_to_see("Comment on 1 marked case").comes_to_see("for all").comes_to_see("of them");
    again.keys("\x1b").sees_no_more("Comment on").keys("T").comes_to_see("A run was left").keys("1");
    again.comes_to_see("Triage run").sees_no_more("being read...");
    again.keys("c").comes_to_see("first line").comes_to_see("second line");
    again.keys("\x1b").sees_no_more("Comment on").keys("\x1b").sees_no_more("Triage run").keys("Q");
    assert_eq!(again.ends().exit_code(), 0);
}

/// What stands in the box of the form.
fn written(shown: &str) -> String {
    shown.lines().filter_map(|line| line.split('│').nth(1)).map(str::trim).collect()
}

/// The letters that stand in a form as wide as the screen.
fn letters_of(shown: &str) -> String {
    shown.lines().map(str::trim).filter(|line| line.len() > 1 && line.bytes().all(|byte| byte.is_ascii_lowercase())).collect()
}

/// Enter as a keyboard repeats it for two seconds.
fn hold_enter(tty: &mut Tty) {
    for _ in 0..60 {
        tty.keys("\r").passes(REPEAT);
    }
}

/// Leaves whatever is open, until the list is there alone. Apart: one that is held answers no question.
fn back_to_list(tty: &mut Tty) {
    for _ in 0..20 {
        tty.keys("\x1b").pause();
        if tty.shown().contains("Space mark") {
            return;
        }
    }
    panic!("it does not lead back:\n{}", tty.shown());
}

#[test]
fn enter_held_for_two_seconds_sends_nothing_anywhere() {
    let desk = desk();
    let mut tty = Tty::start(80, 24, &[], &desk.env());
    tty.has_read(60);
    // In the list, and from there into the case.
    hold_enter(&mut tty);
    for opens in ["p", "s", "e", "c", "i", "x", "t", "a", "go", "gs", "?", "S"] {
        back_to_list(&mut tty);
        tty.keys(opens).pause();
        hold_enter(&mut tty);
    }
    back_to_list(&mut tty);
    tty.keys("c").comes_to_see("omment on").keys("words\x13").comes_to_see("y sends");
    hold_enter(&mut tty);
    // Keys are taken in their order: once this one has acted, each Enter has.
    back_to_list(&mut tty);
    for vendor in [Vendor::Datadog, Vendor::Tines, Vendor::ServerOps] {
        assert_eq!(desk.writes(vendor), [] as [&str; 0], "{vendor:?}");
    }
}
