//! The terminal goes: its window is closed, its line breaks. What was typed is on disk, and nothing runs on.

use std::process::Command;
use std::sync::mpsc::channel;
use std::{fs, thread};

use caseload::runtime::Ended;
use caseload::tui::model::draft::Stage;
use signal_hook::consts::SIGHUP;

use crate::cli_desk::Desk;
use crate::desk::House;
use crate::pty::{DEADLINE, Tty};

/// A terminal that tells nobody of its end but those who watch it: the program leads no session there, as under `setsid`.
/// What it ended with comes out.
fn closed_under(desk: &Desk, keys: impl FnOnce(&mut Tty)) -> String {
    let ended = desk.config().with_file_name("ended");
    assert!(Command::new("mkfifo").arg(&ended).status().unwrap().success());
    let program = format!("setsid -w sh -c '{}; echo $? > {}'", env!("CARGO_BIN_EXE_caseload"), ended.display());
    let mut tty = Tty::run(120, 36, &["script", "-qfc", &program, "/dev/null"], &desk.env());
    let (told, heard) = channel();
    thread::spawn(move || told.send(fs::read_to_string(ended).unwrap()));
    keys(&mut tty);
    // The other end of the terminal is in `script`, and goes with it.
    tty.signal("KILL");
    heard.recv_timeout(DEADLINE).expect("the program goes on without a terminal").trim().to_owned()
}

#[test]
fn a_program_whose_terminal_was_closed_ends_as_by_a_hang_up_and_offers_its_text_again() {
    let desk = Desk::calm(20);
    let code = closed_under(&desk, |tty| {
        tty.comes_to_see("complete").keys("/#\r").comes_to_see("[Overview]").comes_to_see("read ");
        tty.keys("c").comes_to_see("Comment on").keys("half a wor").comes_to_see("half a wor");
    });
    assert_eq!(code, (128 + SIGHUP).to_string());
    let mut tty = Tty::start(120, 36, &[], &desk.env());
    tty.comes_to_see("complete").keys("/#\r").comes_to_see("[Overview]").comes_to_see("read ");
    tty.keys("c").comes_to_see("half a wor").keys("\x1b").sees_no_more("Comment on").keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
}

#[test]
fn a_hang_up_that_is_told_twice_waits_for_the_disk_all_the_same() {
    let house = House::new(20);
    let mut desk = house.sit();
    desk.read_all().settle().press("/ # Enter").press("c").rapid("half");
    desk.hang_up();
    let app = desk.app();
    let stages: Vec<_> = app.model.kept.cases().map(|case| app.model.kept.stage(case)).collect();
    assert_eq!(stages, [Some(Stage::Written)]);
    let (ended, _) = desk.leave();
    assert!(matches!(ended, Ended::Signal(SIGHUP)), "{ended:?}");
    let mut desk = house.sit();
    desk.read_all().settle().press("/ # Enter").press("c").sees("half");
    desk.leave();
}
