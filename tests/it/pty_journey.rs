//! A person's way through the binary, at three sizes, against vendors that count what they receive.

use caseload::demo::{Act, Options, Vendor};

use crate::cli_desk::Desk;
use crate::pty::Tty;

/// A Tines case with more records than one page, found through the command line.
fn with_many_records(desk: &Desk) -> String {
    let listed = desk.run(&["list", "--json", "--source", "tines"]).expect(0).json();
    let keys = listed.as_array().unwrap().iter().map(|case| case["key"].as_str().unwrap().to_owned());
    let mut many = keys.filter(|key| {
        let shown = desk.run(&["show", &format!("tines:{key}"), "--json"]).expect(0).json();
        let records: usize = shown["records"].as_array().unwrap().iter().map(|table| table["rows"].as_array().map_or(0, Vec::len)).sum();
        records > 60
    });
    many.next().expect("the world has a case with many records")
}

fn journey(width: u16, height: u16) {
    let desk = Desk::new(&Options { cases: 200, pace: 0.0, ..Options::default() });
    let key = with_many_records(&desk);
    let mut tty = Tty::start(width, height, &[], &desk.env());
    tty.has_read(200).filter(&key);
    tty.keys("\r").comes_to_see("[Overview]").comes_to_see("read ");
    // Activity, then records, to their end.
    tty.keys("]").comes_to_see("[Activity").keys("]").comes_to_see("[Records");
    while !tty.shown().lines().any(|line| line.contains("all ") && line.contains("loaded")) {
        let before = tty.shown();
        tty.keys("G").until("more records are read", |screen| screen.contents() != before);
    }
    let before = priority(&desk, &key);
    let (digit, wanted) = if before == "LOW" { ("2", "HIGH") } else { ("4", "LOW") };
    tty.keys("p").comes_to_see("priority of").keys(digit).comes_to_see("PUT").answer("Send this", "y").comes_to_see("read back ok");
    let writes = desk.writes(Vendor::Tines);
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert!(writes[0].starts_with("PUT /api/v2/cases/") && writes[0].contains(&wanted.to_lowercase()), "{writes:?}");
    assert_eq!(priority(&desk, &key), wanted);
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
}

fn priority(desk: &Desk, key: &str) -> String {
    let shown = desk.run(&["show", &format!("tines:{key}"), "--json"]).expect(0).json();
    shown["priority"]["name"].as_str().unwrap().to_owned()
}

#[test]
fn open_filter_read_change_at_120x36() {
    journey(120, 36);
}

#[test]
fn open_filter_read_change_at_80x24() {
    journey(80, 24);
}

#[test]
fn open_filter_read_change_at_40x12() {
    journey(40, 12);
}

#[test]
fn killed_between_saving_and_sending_it_is_sent_once_by_the_next_start() {
    let desk = Desk::new(&Options { cases: 60, pace: 0.0, ..Options::default() });
    let mut tty = Tty::start(120, 36, &[], &desk.env());
    tty.has_read(60);
    // The vendor refuses the first tries: the edit is committed and stays queued.
    let refuse = Act::FailNext { vendor: Vendor::Tines, method: "PUT".into(), path_contains: String::new(), status: 503, times: 3 };
    desk.demo.act(refuse).unwrap();
    tty.filter("#").keys("\r").comes_to_see("[Overview]").comes_to_see("read ");
    tty.keys("p").comes_to_see("priority of").keys("5").comes_to_see("PUT").answer("Send this", "y").comes_to_see("outbox 1");
    tty.signal("KILL").ends();
    let landed = desk.demo.received(Vendor::Tines).iter().filter(|call| call.method == "PUT" && call.status == 200).count();
    assert_eq!(landed, 0);

    let mut again = Tty::start(120, 36, &[], &desk.env());
    again.comes_to_see("60 cases").comes_to_see("read back ok").comes_to_see("outbox 0");
    again.keys("Q");
    assert_eq!(again.ends().exit_code(), 0);
    let landed = desk.demo.received(Vendor::Tines).iter().filter(|call| call.method == "PUT" && call.status == 200).count();
    assert_eq!(landed, 1);
}
