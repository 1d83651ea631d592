//! Least power: a source that nobody has decided about is read-only, in the program and for scripts.

use std::fs;

use caseload::demo::Vendor;

use crate::cli_desk::Desk;

fn undecided() -> Desk {
    let desk = Desk::calm(60);
    let text = fs::read_to_string(desk.config()).unwrap();
    desk.configure(&text.replace("read_only = false\n", ""));
    desk
}

fn a_case(desk: &Desk) -> String {
    let listed = desk.run(&["list", "--json", "--limit", "1", "--source", "tines"]).expect(0).json();
    format!("tines:{}", listed[0]["key"].as_str().unwrap())
}

#[test]
fn nothing_is_sent_to_a_source_until_a_person_has_allowed_it() {
    let desk = undecided();
    let case = a_case(&desk);
    let refused = desk.run(&["comment", &case, "-m", "too early"]).expect(2);
    assert!(refused.err.contains("is read-only: gs and 3 allow changes") && refused.err.contains("read_only = false"), "{}", refused.err);
    let refused = desk.run(&["edit", &case, "--set", "title=too early", "--yes"]).expect(2);
    assert!(refused.err.contains("read-only"), "{}", refused.err);
    desk.run(&["outbox", "list"]).expect(1);
    assert!(desk.writes(Vendor::Tines).is_empty());
    // As the workbench writes it, with the source's name and host.
    let endpoint = desk.demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == Vendor::Tines).unwrap();
    let host = endpoint.base_url.trim_start_matches("http://").to_owned();
    fs::write(desk.data().join("allowed.txt"), "tines elsewhere.example\n").unwrap();
    desk.run(&["comment", &case, "-m", "allowed somewhere else"]).expect(2);
    fs::write(desk.data().join("allowed.txt"), format!("tines {host}\n")).unwrap();
    desk.run(&["comment", &case, "-m", "allowed"]).expect(0);
    assert_eq!(desk.writes(Vendor::Tines).len(), 1);
}

#[test]
fn what_waits_in_the_outbox_of_a_source_that_became_read_only_stays_there() {
    let desk = Desk::calm(60);
    let case = a_case(&desk);
    desk.run(&["--offline", "comment", &case, "-m", "queued"]).expect(7);
    let text = fs::read_to_string(desk.config()).unwrap();
    desk.configure(&text.replace("read_only = false\n", "read_only = true\n"));
    assert_ne!(desk.run(&["outbox", "flush"]).code, 0);
    assert!(desk.writes(Vendor::Tines).is_empty());
    assert!(desk.run(&["outbox", "list"]).expect(0).out.contains("queued"));
    desk.configure(&text);
    desk.run(&["outbox", "flush"]).expect(0);
    assert_eq!(desk.writes(Vendor::Tines).len(), 1);
}
