//! `caseload export` and `caseload keys`: files that say how complete they are, and keys as the configuration has them.

use std::fs;

use caseload::demo::{Faults, Vendor};
use serde_json::Value;

use crate::cli_desk::{Desk, assert_harmless};

#[test]
fn an_export_is_whole_stamped_and_never_over_another_file() {
    let desk = Desk::calm(300);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("q.json");
    let path = file.to_str().unwrap();
    let said = desk.run(&["export", "--format", "json", "-o", path]).expect(0);
    assert_eq!((said.out.as_str(), said.err.trim()), ("", "caseload: 300 cases, complete"));
    let json: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!((json["cases"].as_array().unwrap().len(), &json["export"]["complete"]), (300, &true.into()));
    assert!(json["export"]["exported_at"].is_string());
    let again = desk.run(&["export", "--cached", "--format", "csv", "-o", path]).expect(2);
    assert!(again.err.contains("there is a file already") && again.err.contains("--force"), "{}", again.err);
    desk.run(&["export", "--cached", "--format", "csv", "-o", path, "--force"]).expect(0);
    let csv = fs::read_to_string(&file).unwrap();
    assert_eq!(csv.lines().count(), 301);
    assert_harmless(&csv);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn what_was_not_read_now_is_not_called_complete() {
    let desk = Desk::calm(60);
    // Nothing was read, so that nothing matches (1) is not known.
    let empty = desk.run(&["export", "--cached", "--format", "json"]).expect(6);
    assert_eq!(empty.json()["export"]["sources"][0]["coverage"], "never read");
    desk.run(&["list"]).expect(0);
    let cached = desk.run(&["export", "--cached", "--format", "ndjson"]).expect(0);
    assert!(cached.out.lines().all(|line| line.contains("\"coverage\":\"out of date\"")), "{}", cached.out);
    let markdown = desk.run(&["export", "--cached", "--format", "markdown"]).expect(0);
    assert!(markdown.out.starts_with("All cases, ") && markdown.out.contains("NOT COMPLETE"), "{}", markdown.out);
    desk.demo.set_faults(Faults::Outage(Vendor::Tines));
    let part = desk.run(&["export", "--format", "csv"]);
    assert_eq!(part.code, 6, "{}", part.err);
    assert!(part.err.contains("out of date"), "{}", part.err);
}

#[test]
fn a_reader_that_has_gone_ends_every_verb_quietly() {
    let desk = Desk::calm(300);
    desk.run(&["list"]).expect(0);
    let key = desk.run(&["list", "--json", "--limit", "1", "--source", "tines"]).expect(0).json()[0]["key"].as_str().unwrap().to_owned();
    let case = format!("tines:{key}");
    let formats = ["csv", "json", "ndjson", "markdown"].map(|format| vec!["export", "--cached", "--format", format]);
    let verbs = [
        vec!["list"],
        vec!["list", "--cached", "--json"],
        vec!["list", "--cached", "--ndjson"],
        vec!["list", "--cached", "--csv"],
        vec!["show", &case],
        vec!["show", &case, "--json"],
        vec!["show", &case, "--md"],
        vec!["edit", &case, "--set", "title=x", "--dry-run"],
        vec!["views"],
        vec!["keys"],
        vec!["doctor", "--offline"],
        vec!["completions", "bash"],
        vec!["man"],
        vec!["--help"],
    ];
    for verb in verbs.into_iter().chain(formats) {
        // Whoever would read it was gone before the first byte, as `head -c 0` is.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_caseload"));
        let run = command.args(&verb).envs(desk.env()).stdout(writer).output().unwrap();
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(0), "{verb:?}: {said}");
        assert!(!said.contains("rite") && !said.contains("pipe"), "{verb:?}: {said}");
    }
}

#[test]
fn what_was_not_examined_and_what_a_limit_leaves_out_is_in_the_stamp() {
    let desk = Desk::calm(60);
    desk.run(&["list"]).expect(0);
    let cached = desk.run(&["export", "comment:~zebra OR status:open", "--cached", "--format", "json"]).expect(6);
    let stamp = &cached.json()["export"];
    assert_eq!((&stamp["complete"], &stamp["sources"][1]["coverage"]), (&false.into(), &"known so far".into()), "{stamp}");
    let told = stamp["doubts"].as_array().unwrap();
    assert!(told.iter().any(|doubt| doubt.as_str().unwrap().contains("not examined")), "{stamp}");
    let read = desk.run(&["export", "comment:~zebra OR status:open", "--format", "json"]).expect(0);
    assert_eq!((&read.json()["export"]["complete"], &read.json()["export"]["doubts"]), (&true.into(), &serde_json::json!([])));
    let cut = desk.run(&["export", "limit:1", "--format", "json"]).expect(0);
    let stamp = &cut.json()["export"];
    assert_eq!((&stamp["complete"], &stamp["doubts"]), (&false.into(), &serde_json::json!(["showing 1 of 60"])));
    assert!(cut.err.contains("showing 1 of 60") && !cut.err.contains(", complete"), "{}", cut.err);
    let sheet = desk.run(&["export", "limit:1", "--format", "csv"]).expect(0);
    assert!(sheet.out.contains("cut by a limit"), "{}", sheet.out);
}

#[test]
fn a_query_that_is_not_understood_asks_nobody() {
    let desk = Desk::calm(10);
    let said = desk.run(&["export", "prioritty:high", "--format", "csv"]).expect(2);
    assert!(said.err.contains("did you mean `priority:`?"), "{}", said.err);
    assert_eq!(said.out, "");
}

#[test]
fn the_key_table_is_the_configurations_and_what_cannot_hold_is_named() {
    let desk = Desk::calm(10);
    let plain = desk.run(&["keys"]).expect(0);
    assert!(plain.out.contains("| `x` | close it, conditions checked |"), "{}", plain.out);
    let arrows = desk.run(&["keys", "--preset", "arrows"]).expect(0);
    assert!(arrows.out.contains("| `F8` `x` | close it, conditions checked |") && !arrows.out.contains("`gg`"), "{}", arrows.out);
    let json = desk.run(&["keys", "--json"]).expect(0).json();
    let take = json.as_array().unwrap().iter().find(|line| line["place"] == "list" && line["action"] == "take").unwrap();
    assert_eq!(take["keys"], serde_json::json!(["i"]));
    desk.run(&["keys", "--check"]).expect(0);
    let mut text = fs::read_to_string(desk.config()).unwrap();
    let line = text.lines().count() + 2;
    text.push_str("[keys.list]\ntake = \"x\"\nclose-case = [\"d d\", \"F8\"]\nstauts = \"Ctrl-t\"\n");
    fs::write(desk.config(), text).unwrap();
    let wrong = desk.run(&["keys", "--check"]).expect(2);
    let file = desk.config();
    let name = file.display();
    assert_eq!(
        wrong.err.trim(),
        format!("caseload: {name}:{}: there is no command `stauts`\n  did you mean `status`?", line + 2),
        "the others hold: close-case gave x away"
    );
    let table = desk.run(&["keys"]).expect(0);
    assert!(table.out.contains("| `dd` `F8` | close it"), "{}", table.out);
    desk.run(&["list", "--cached"]);
}
