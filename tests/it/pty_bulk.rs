//! Many cases at once as a person does it, in the binary: mark by filter, dry run, send, take back; and a triage run.

use caseload::demo::{Options, Vendor};

use crate::cli_desk::Desk;
use crate::pty::Tty;

fn still(cases: u32) -> Desk {
    Desk::new(&Options { cases, pace: 0.0, quota: false, ..Options::default() })
}

fn mark_send_and_take_back(width: u16, height: u16) {
    let desk = still(120);
    let mut tty = Tty::start(width, height, &[], &desk.env());
    tty.has_read(120).filter("src:tn").comes_to_see("48");
    tty.keys("*").comes_to_see("48 marked");
    tty.keys("t").comes_to_see("Tags of").keys("+night\r").comes_to_see("dry run").comes_to_see("Enter to send");
    let shown = tty.shown();
    let at = shown.find("type ").unwrap() + 5;
    let count: usize = shown[at..].split(' ').next().unwrap().parse().unwrap();
    assert!(count > 5 && count <= 48, "{shown}");
    // Enter alone does nothing: what is typed after it still stands in the dry run.
    tty.keys("\r").keys(&count.to_string()).comes_to_see(&format!("send {count}: {count}"));
    assert_eq!(desk.writes(Vendor::Tines).len(), 0);
    tty.keys("\r").comes_to_see("bulk change");
    tty.comes_to_see(&format!("{count} of {count}"));
    assert_eq!(desk.writes(Vendor::Tines).len(), count);
    tty.keys("u").comes_to_see("take back").comes_to_see("Enter to send");
    tty.keys(&count.to_string()).keys("\r").comes_to_see("bulk change").comes_to_see(&format!("{count} of {count}"));
    let writes = desk.writes(Vendor::Tines);
    assert_eq!(writes.len(), 2 * count, "each case was changed once and set back once");
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
}

#[test]
fn mark_by_filter_send_and_take_back_at_120x36() {
    mark_send_and_take_back(120, 36);
}

#[test]
fn mark_by_filter_send_and_take_back_at_80x24() {
    mark_send_and_take_back(80, 24);
}

#[test]
fn mark_by_filter_send_and_take_back_at_40x12() {
    mark_send_and_take_back(40, 12);
}

#[test]
fn a_triage_run_of_ten_is_killed_and_goes_on() {
    let desk = still(60);
    let mut tty = Tty::start(80, 24, &[], &desk.env());
    tty.has_read(60).filter("src:tn status:open");
    tty.keys("T").comes_to_see("Triage run");
    for decided in 1..=5 {
        tty.sees_no_more("being read...");
        // Every second one is given away, the last too: that is on disk before the next case shows.
        if decided % 2 == 1 {
            tty.keys("3").comes_to_see("Assign to").keys("me\r");
        } else {
            tty.keys("d");
        }
        tty.comes_to_see(&format!("{} of ", decided + 1));
    }
    tty.signal("KILL").ends();
    let mut again = Tty::start(80, 24, &[], &desk.env());
    again.has_read(60);
    again.keys("T").comes_to_see("go on").keys("1").comes_to_see("6 of ");
    for decided in 6..=10 {
        again.keys("d").comes_to_see(&format!("{} of ", decided + 1));
    }
    again.keys("\u{1b}").comes_to_see("the run waits");
    assert_eq!(again.quits().exit_code(), 0);
}

/// Two workbenches at the first case of one triage run: the second goes on with what the first began.
fn in_one_run(desk: &Desk) -> [Tty; 2] {
    let mut one = Tty::start(120, 36, &[], &desk.env());
    one.has_read(60).filter("src:tn status:open");
    one.keys("T").comes_to_see("Triage run").comes_to_see("1 of ").sees_no_more("being read...");
    let mut two = Tty::start(120, 36, &[], &desk.env());
    two.has_read(60);
    two.keys("T").comes_to_see("go on").keys("1").comes_to_see("1 of ").sees_no_more("being read...");
    [one, two]
}

#[test]
fn of_two_workbenches_in_one_run_neither_forgets_what_the_other_left() {
    let desk = still(60);
    let [mut one, mut two] = in_one_run(&desk);
    for decided in 1..=2 {
        one.keys("d").comes_to_see(&format!("{} of ", decided + 1)).sees_no_more("being read...");
    }
    one.keys("\u{1b}").sees_no_more("Triage run");
    let shown = one.keys("T").comes_to_see("go on: ").comes_to_see("begin anew").shown();
    let left = shown.split_once("go on: ").unwrap().1.split_once(" left").unwrap().0.to_owned();
    assert_eq!(one.keys("\u{1b}").sees_no_more("A run was left").quits().exit_code(), 0);
    // The other one hears of both at the latest when it puts its first one off.
    let (_, of) = left.split_once(" of ").unwrap();
    two.keys("n").comes_to_see(&format!(" 3 of {of}"));
    assert_eq!(two.keys("\u{1b}").sees_no_more("Triage run").quits().exit_code(), 0);
    let mut three = Tty::start(120, 36, &[], &desk.env());
    three.has_read(60);
    three.keys("T").comes_to_see(&format!("go on: {left} left"));
    assert_eq!(three.keys("\u{1b}").sees_no_more("A run was left").quits().exit_code(), 0);
}

#[test]
fn of_two_workbenches_in_one_run_the_second_sees_what_the_first_decided() {
    let desk = still(60);
    let config = std::fs::read_to_string(desk.config()).unwrap();
    desk.configure(&format!("{config}\n[edit]\nsend_delay_s = 60\n"));
    let [mut one, mut two] = in_one_run(&desk);
    one.keys("3").comes_to_see("Assign to").keys("me\r").comes_to_see("2 of ");
    two.comes_to_see("given elsewhere just now:");
    two.keys("n").sees_no_more("given elsewhere");
    assert_eq!(one.quits().exit_code(), 0);
    assert_eq!(two.quits().exit_code(), 0);
    assert!(desk.writes(Vendor::Tines).is_empty(), "all of it waits");
}
