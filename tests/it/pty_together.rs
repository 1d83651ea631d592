//! The workbench beside other hands: a script on the same data directory, a colleague at the vendor, and half an edit.

use caseload::demo::{Act, Vendor};
use serde_json::{Value, json};

use crate::cli_desk::Desk;
use crate::pty::Tty;

/// Without the seconds in which an edit can be taken back.
fn desk() -> Desk {
    let desk = Desk::calm(60);
    let config = std::fs::read_to_string(desk.config()).unwrap();
    desk.configure(&format!("{config}\n[edit]\nsend_delay_s = 0\n"));
    desk
}

fn open_case(desk: &Desk, source: &str) -> Value {
    let list = desk.run(&["list", "--json", "--source", source]).expect(0).json();
    list.as_array().unwrap().iter().find(|case| case["status"]["state"] == "open").unwrap().clone()
}

fn at_case(desk: &Desk, key: &str) -> Tty {
    let mut tty = Tty::start(80, 24, &[], &desk.env());
    tty.has_read(60).filter(key);
    tty.keys("\r").comes_to_see("[Overview]").comes_to_see("read ");
    tty
}

/// The title, written anew, and sent.
fn rename(tty: &mut Tty, title: &str) {
    tty.keys("\x15\x0b").keys(title).comes_to_see(title);
}

fn send(tty: &mut Tty) {
    tty.keys("\x13").comes_to_see("y sends").answer("Send this", "y");
}

/// Of an edit by a command the screen may hear before it sees the case: then it is one's own.
fn retitle(desk: &Desk, vendor: Vendor, id: &str, title: &str) {
    desk.demo.act(Act::Edit { vendor, id: id.into(), field: "title".into(), value: title.into() }).unwrap();
}

#[test]
fn a_screen_a_script_and_a_colleague_at_one_case_lose_nothing() {
    let desk = desk();
    let case = open_case(&desk, "tines");
    let (key, reference) = (case["key"].as_str().unwrap(), format!("tines:{}", case["key"].as_str().unwrap()));
    let mut tty = at_case(&desk, key);

    // Three hands, three fields: all of it stays.
    tty.keys("e").comes_to_see("Edit TN");
    rename(&mut tty, "By the screen");
    desk.run(&["edit", &reference, "--yes", "--set", "description=By the script"]).expect(0);
    let id = case["id"].as_str().unwrap().to_owned();
    let tag = Act::Edit { vendor: Vendor::Tines, id: id.clone(), field: "add_tag".into(), value: "by-a-colleague".into() };
    desk.demo.act(tag).unwrap();
    send(&mut tty);
    tty.comes_to_see("read back ok");
    let now = desk.run(&["show", &reference, "--json"]).expect(0).json();
    assert_eq!((&now["title"], &now["description"]), (&json!("By the screen"), &json!("By the script")));
    assert!(now["tags"].as_array().unwrap().contains(&json!("by-a-colleague")), "{now}");

    // One field: said in the form, nothing sent, decided on the screen.
    tty.keys("e").comes_to_see("Edit TN");
    rename(&mut tty, "By the screen again");
    retitle(&desk, Vendor::Tines, &id, "By a colleague");
    let before = desk.writes(Vendor::Tines).len();
    tty.comes_to_see("changed title").comes_to_see("changed meanwhile");
    send(&mut tty);
    tty.comes_to_see("!1").keys("go").comes_to_see("Enter shows both sides");
    assert_eq!(desk.writes(Vendor::Tines).len(), before, "nothing leaves while it is undecided");
    tty.keys("\r").comes_to_see("Conflict").comes_to_see("By a colleague").comes_to_see("By the screen again");
    tty.keys("\x13").comes_to_see("is off: undecided");
    assert_eq!(desk.writes(Vendor::Tines).len(), before, "nothing leaves while it is undecided");
    tty.pause()
        .keys("m\x13")
        .comes_to_see("By a colleague -> By the screen again")
        .answer("Send what you decided", "y")
        .comes_to_see("read back ok")
        .comes_to_see("out 0");
    let now = desk.run(&["show", &reference, "--json"]).expect(0).json();
    assert_eq!(now["title"], "By the screen again");
    let events: Vec<Value> =
        desk.run(&["journal", "list", "--json"]).expect(0).json().as_array().unwrap().iter().map(|line| line["event"].clone()).collect();
    for event in ["conflict", "decided"] {
        assert_eq!(events.iter().filter(|known| **known == event).count(), 1, "{event}: {events:?}");
    }
    desk.run(&["journal", "verify"]).expect(0);
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
}

#[test]
fn of_a_five_field_edit_whose_third_call_fails_vendor_journal_and_screen_agree() {
    let desk = desk();
    let case = open_case(&desk, "datadog");
    let (key, reference) = (case["key"].as_str().unwrap(), format!("datadog:{}", case["key"].as_str().unwrap()));
    let refuse =
        |path: &str| Act::FailNext { vendor: Vendor::Datadog, method: "POST".into(), path_contains: path.into(), status: 400, times: 1 };
    let five = ["--set", "status=In Progress", "--set", "priority=P5", "--set", "title=Five at once", "--set", "description=All of it"];
    let before = desk.run(&["show", &reference, "--json"]).expect(0).json();
    let sent = |desk: &Desk| -> Vec<String> {
        let paths = desk.writes(Vendor::Datadog);
        paths.iter().map(|call| call.split(' ').nth(1).unwrap().rsplit('/').next().unwrap().to_owned()).collect()
    };
    desk.demo.act(refuse("/title")).unwrap();
    let mut arguments = vec!["edit", reference.as_str(), "--yes", "--add", "attr.ticket=INC-7"];
    arguments.extend(five);
    let said = desk.run(&arguments);
    assert_ne!(said.code, 0, "{}{}", said.out, said.err);
    assert_eq!(sent(&desk), ["status", "priority", "title"], "{}", said.err);

    let mut tty = at_case(&desk, key);
    tty.keys("go").comes_to_see("landed: status").comes_to_see("not yet: title");
    let journal = desk.run(&["journal", "list", "--json"]).expect(0).json();
    let events: Vec<&str> = journal.as_array().unwrap().iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["queued", "landed", "landed", "refused"]);

    // Resumed: only what is missing.
    tty.keys("r").comes_to_see("nothing waits to be sent");
    assert_eq!(sent(&desk)[3..], ["title", "description", "attributes"]);
    let now = desk.run(&["show", &reference, "--json"]).expect(0).json();
    assert_eq!((&now["title"], &now["priority"]["name"], &now["description"]), (&json!("Five at once"), &json!("P5"), &json!("All of it")));

    // Another one, rolled back: as it was.
    desk.demo.act(refuse("/title")).unwrap();
    let title = format!("title={}", before["title"].as_str().unwrap());
    let priority = format!("priority={}", before["priority"]["name"].as_str().unwrap());
    assert_ne!(desk.run(&["edit", &reference, "--yes", "--set", &priority, "--set", &title]).code, 0);
    // The screen may see it on its way first.
    tty.comes_to_see("not yet: title")
        .comes_to_see("R sets back")
        .keys("R")
        .answer("Roll this edit", "y")
        .comes_to_see("nothing waits to be sent");
    let now = desk.run(&["show", &reference, "--json"]).expect(0).json();
    assert_eq!((&now["title"], &now["priority"]["name"]), (&json!("Five at once"), &json!("P5")));
    desk.run(&["journal", "verify"]).expect(0);
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
}

/// The comment box of the case, open.
fn comment(desk: &Desk, key: &str) -> Tty {
    let mut tty = at_case(desk, key);
    tty.keys("c").comes_to_see("Comment on");
    tty
}

/// What was typed and not sent, oldest first, as it is on disk.
fn typed(desk: &Desk) -> Vec<String> {
    let list = desk.run(&["outbox", "list", "--json"]).json();
    let drafts = list.as_array().unwrap().iter().filter(|line| line["state"] == "draft");
    drafts.map(|draft| draft["typed"][0]["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn two_workbenches_at_one_case_keep_the_words_of_both() {
    let desk = desk();
    let case = open_case(&desk, "tines");
    let key = case["key"].as_str().unwrap();
    let mut one = comment(&desk, key);
    one.keys("words of the first").comes_to_see("draft saved");
    let mut two = comment(&desk, key);
    two.comes_to_see("another caseload has unsent text");
    assert!(!two.shown().contains("words of the first"), "it is not taken from one that runs:\n{}", two.shown());
    two.keys("words of the second").comes_to_see("draft saved");
    one.comes_to_see("another caseload has unsent text");
    assert_eq!(typed(&desk), ["words of the first", "words of the second"]);

    send(&mut one);
    one.comes_to_see("read back ok");
    assert_eq!(typed(&desk), ["words of the second"], "what was sent takes only itself off the disk");
    two.signal("KILL").ends();
    let mut two = comment(&desk, key);
    two.comes_to_see("words of the second");

    // Both are killed: the next one has the words of both.
    one.keys("c").comes_to_see("Comment on").keys("more of the first").comes_to_see("draft saved");
    one.signal("KILL").ends();
    two.signal("KILL").ends();
    let mut next = comment(&desk, key);
    next.comes_to_see("words of the second").comes_to_see("more of the first").comes_to_see("---");
    // Discarding it is the end of both.
    next.keys("\x07").answer("Discard", "y").sees_no_more("Comment on");
    next.until_true("nothing is on disk", || typed(&desk).is_empty());
    assert_eq!(next.quits().exit_code(), 0);
}

#[test]
fn whatever_the_second_workbench_does_the_first_ones_words_stay() {
    let desk = desk();
    let case = open_case(&desk, "datadog");
    let key = case["key"].as_str().unwrap();
    let mut one = comment(&desk, key);
    one.keys("words of the first").comes_to_see("draft saved");
    let mut two = comment(&desk, key);
    two.keys("given up").comes_to_see("draft saved").keys("\x07").answer("Discard", "y").sees_no_more("Comment on");
    two.until_true("its own is off the disk", || typed(&desk) == ["words of the first"]);
    two.keys("c").comes_to_see("Comment on").keys("kept").comes_to_see("draft saved").keys("\x1b").sees_no_more("Comment on");
    assert_eq!(two.quits().exit_code(), 0);
    assert_eq!(typed(&desk), ["words of the first", "kept"]);

    // A command neither takes nor removes them; a third one goes on with what was left.
    desk.run(&["edit", &format!("datadog:{key}"), "--yes", "--set", "title=By the script"]).expect(0);
    let mut three = comment(&desk, key);
    three.comes_to_see("kept");
    assert!(!three.shown().contains("words of the first"), "{}", three.shown());
    send(&mut three);
    three.comes_to_see("read back ok");
    assert_eq!(typed(&desk), ["words of the first"]);
    one.keys(", and on").comes_to_see("words of the first, and on");
    assert_eq!(one.keys("\x1b").sees_no_more("Comment on").quits().exit_code(), 0);
    assert_eq!(three.quits().exit_code(), 0);
    assert_eq!(typed(&desk), ["words of the first, and on"]);
}

/// The screen of the conflict that waits.
fn decide(tty: &mut Tty) {
    tty.comes_to_see("!1").keys("go").comes_to_see("Enter shows both sides").keys("\r").comes_to_see("Conflict").pause();
}

#[test]
fn what_is_written_in_a_conflict_outlives_a_kill_a_quit_and_the_conflict() {
    for (source, vendor) in [("tines", Vendor::Tines), ("datadog", Vendor::Datadog)] {
        let desk = desk();
        let case = open_case(&desk, source);
        let (key, reference) = (case["key"].as_str().unwrap(), format!("{source}:{}", case["key"].as_str().unwrap()));
        let mut tty = at_case(&desk, key);
        tty.keys("e").comes_to_see("Edit ");
        rename(&mut tty, "By the screen");
        retitle(&desk, vendor, case["id"].as_str().unwrap(), "By a colleague");
        tty.comes_to_see("changed title");
        send(&mut tty);
        decide(&mut tty);
        tty.keys("e").comes_to_see("takes it").keys("Half ");
        tty.until_true("half a text is on disk", || typed(&desk) == ["Half By the screen"]);
        tty.signal("KILL").ends();

        let mut tty = Tty::start(80, 24, &[], &desk.env());
        tty.has_read(60);
        decide(&mut tty);
        tty.comes_to_see("decide !").comes_to_see("What you wrote here is kept").keys("e").comes_to_see("Half By the screen");
        tty.keys("\x13").comes_to_see("as you wrote it").keys("Q").answer("Quit now", "y");
        assert_eq!(tty.ends().exit_code(), 0);

        let mut tty = Tty::start(80, 24, &[], &desk.env());
        tty.has_read(60);
        decide(&mut tty);
        tty.comes_to_see("as you wrote it").comes_to_see("all decided").keys("e").comes_to_see("takes it").keys("A ");
        // Its ground goes while the person types.
        let writes = desk.writes(caseload::demo::Vendor::Tines).len();
        desk.run(&["outbox", "drop", "1"]).expect(0);
        tty.comes_to_see("settled elsewhere").keys("prd").comes_to_see("A prdHalf By the screen");
        tty.keys("\x1b").comes_to_see("your text is kept").keys("\x1b").sees_no_more("Outbox 0").filter(key);
        tty.keys("e").comes_to_see("Edit ").comes_to_see("A prdHalf By the screen");
        assert_eq!(typed(&desk), ["A prdHalf By the screen"]);
        assert_eq!(desk.writes(caseload::demo::Vendor::Tines).len(), writes);
        // From here on it is an edit like any other.
        send(&mut tty);
        tty.comes_to_see("read back ok");
        let now = desk.run(&["show", &reference, "--json"]).expect(0).json();
        assert_eq!(now["title"], "A prdHalf By the screen");
        assert_eq!(typed(&desk), [""; 0]);
        assert_eq!(tty.quits().exit_code(), 0);
    }
}
