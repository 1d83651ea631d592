//! `doctor` finds what is wrong and says the next step; `purge` removes what can be read again and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::cli_desk::{Desk, assert_harmless, bare, said};

/// `area name` of everything that is graded so.
fn graded(report: &Value, grade: &str) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap();
    for check in checks {
        assert_eq!(check["grade"] == "ok", check["next"].is_null(), "{check}");
        assert!(!check["says"].as_str().unwrap().is_empty());
    }
    let found = checks.iter().filter(|check| check["grade"] == grade);
    found.map(|check| format!("{} {}", check["area"].as_str().unwrap(), check["name"].as_str().unwrap())).collect()
}

/// Every file beside the cache, with what is in it.
fn others(data: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(data).unwrap().map(|entry| entry.unwrap());
    let named = files.map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()));
    named.filter(|(name, _)| !name.starts_with("cases.db")).collect()
}

#[test]
fn a_good_installation_is_told_in_full() {
    let desk = Desk::calm(60);
    desk.run(&["list"]).expect(0);
    let report = desk.run(&["doctor", "--json"]).expect(0).json();
    assert_eq!(graded(&report, "bad"), Vec::<String>::new());
    let says = |wanted: &str| report["checks"].as_array().unwrap().iter().any(|check| check["says"].as_str().unwrap().contains(wanted));
    for wanted in [
        "3 sources",
        "secrets: env DEMO_DD_API_KEY, env DEMO_DD_APP_KEY",
        "answers in",
        "calls left",
        "clock: as",
        "writes: allowed",
        "can be written",
        "sound,",
    ] {
        assert!(says(wanted), "{wanted}: {report:#}");
    }
    let text = desk.run(&["doctor"]).expect(0).out;
    for area in ["configuration\n", "\nsources\n", "\ndisk\n", "\nterminal\n", " ok, "] {
        assert!(text.contains(area), "{text}");
    }
    for (_, secret) in desk.env().iter().filter(|(name, _)| name.starts_with("DEMO_")) {
        assert!(!text.contains(secret.as_str()));
    }
    assert_harmless(&text);
}

#[test]
fn nothing_at_all_is_a_diagnosis_too() {
    let home = tempfile::tempdir().unwrap();
    let said = said(&bare(home.path(), &["doctor", "--json"]).output().unwrap()).expect(2);
    let report = said.json();
    assert_eq!(graded(&report, "bad"), ["configuration file"]);
    assert!(report["checks"][0]["next"].as_str().unwrap().contains("caseload demo"), "{report:#}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "it makes nothing");
}

#[test]
fn every_problem_of_the_file_stands_with_its_line_and_the_rest_is_still_looked_at() {
    let desk = Desk::calm(10);
    desk.configure("[poll]\nfocused_s = 1\n[[source]]\nname = 'a'\nvendor = 'tinse'\n");
    let report = desk.run(&["doctor", "--json"]).expect(2).json();
    assert_eq!(graded(&report, "bad"), ["configuration file", "configuration file"]);
    assert!(report["checks"][0]["says"].as_str().unwrap().starts_with("line 2: "), "{report:#}");
    assert!(report["checks"].as_array().unwrap().iter().any(|check| check["area"] == "terminal"));
}

#[test]
fn a_missing_secret_a_refused_one_and_a_dead_host_are_three_things() {
    let desk = Desk::calm(10);
    let refused = |name: &str, value: &str| desk.command(&["doctor", "--json"]).env(name, value).output().unwrap();
    let missing = said(&desk.command(&["doctor", "--json"]).env_remove("DEMO_TINES_TOKEN").output().unwrap()).expect(2);
    assert_eq!(graded(&missing.json(), "bad"), ["sources tines"]);
    let wrong = said(&refused("DEMO_TINES_TOKEN", "wrong-token")).expect(3);
    assert_eq!(graded(&wrong.json(), "bad"), ["sources tines"]);
    assert!(!wrong.out.contains("wrong-token"), "{}", wrong.out);
    desk.configure("[[source]]\nname = 'x'\nvendor = 'tines'\nbase_url = 'http://127.0.0.1:9'\ntoken = { env = 'DEMO_TINES_TOKEN' }\n");
    let dead = desk.run(&["doctor", "--json"]).expect(4).json();
    assert_eq!(graded(&dead, "bad"), ["sources x"]);
    let offline = desk.run(&["doctor", "--json", "--offline"]).expect(0).json();
    assert_eq!(graded(&offline, "bad"), Vec::<String>::new());
}

#[test]
fn where_a_vendor_answers_wrong_keys_with_403_both_reasons_are_named() {
    let desk = Desk::calm(10);
    let step = |name: &str, area: &str| {
        let said = desk.run_with((name, "wrong"), &["doctor", "--json"]).expect(3);
        assert_eq!(graded(&said.json(), "bad"), [format!("sources {area}")]);
        let checks = said.json()["checks"].as_array().unwrap().clone();
        checks.iter().find(|check| check["grade"] == "bad").unwrap()["next"].as_str().unwrap().to_owned()
    };
    for key in ["DEMO_DD_API_KEY", "DEMO_DD_APP_KEY"] {
        let step = step(key, "datadog");
        assert!(step.starts_with("a wrong API key, application key or token, or one without the right: "), "{step}");
    }
    assert!(!step("DEMO_TINES_TOKEN", "tines").contains("without the right"));
}

#[test]
fn keys_that_cannot_hold_are_found_as_by_config_check() {
    let desk = Desk::calm(10);
    let text = fs::read_to_string(desk.config()).unwrap();
    desk.configure(&format!("{text}[keys.list]\nfly-away = 'x'\nclose-case = ['F6']\nstatus = ['F6']\n"));
    let report = desk.run(&["doctor", "--json", "--offline"]).expect(2).json();
    assert_eq!(graded(&report, "bad"), ["configuration file", "configuration file"]);
    let checked = desk.run(&["config", "check", "--offline"]).expect(2);
    for check in report["checks"].as_array().unwrap().iter().filter(|check| check["grade"] == "bad") {
        let what = check["says"].as_str().unwrap().split_once(": ").unwrap().1;
        assert!(checked.err.contains(what), "{what}: {}", checked.err);
    }
}

#[test]
fn a_secret_that_others_may_read_is_not_the_configurations_fault() {
    let desk = Desk::calm(10);
    let secret = desk.config().with_file_name("token");
    fs::write(&secret, "secret\n").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    desk.configure(&format!(
        "[[source]]\nname = 'x'\nvendor = 'tines'\nbase_url = 'http://127.0.0.1:9'\ntoken = {{ file = '{}' }}\n",
        secret.display()
    ));
    for arguments in [&["list"][..], &["config", "check"], &["doctor"]] {
        let said = desk.run(arguments);
        let all = said.out + &said.err;
        assert!(all.contains("chmod 600") && all.contains("put that right") && !all.contains("correct the configuration"), "{all}");
    }
}

#[test]
fn a_data_directory_that_cannot_be_made_or_lets_others_look_is_found() {
    let desk = Desk::calm(10);
    let file = desk.config().with_file_name("in-the-way");
    fs::write(&file, "").unwrap();
    // No right of anybody makes a directory there.
    for place in [file.join("deep/data"), "/proc/nowhere/data".into()] {
        let place = place.to_str().unwrap();
        let report = desk.run(&["doctor", "--json", "--offline", "--data-dir", place]).expect(2).json();
        assert!(graded(&report, "bad").contains(&"disk directory".to_owned()), "{report:#}");
        assert!(report.to_string().contains("the first start cannot make it"), "{report:#}");
        desk.run(&["list", "--data-dir", place]).expect(2);
    }
    let free = desk.config().with_file_name("deep").join("data");
    desk.run(&["doctor", "--offline", "--data-dir", free.to_str().unwrap()]).expect(0);
    assert!(!free.parent().unwrap().exists(), "it makes nothing");
    desk.run(&["list"]).expect(0);
    let warned = || graded(&desk.run(&["doctor", "--json", "--offline"]).expect(0).json(), "warn").contains(&"disk mode".to_owned());
    assert!(!warned());
    fs::set_permissions(desk.data(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(warned());
}

#[test]
fn modes_that_let_others_in_are_found() {
    let desk = Desk::calm(10);
    desk.run(&["list"]).expect(0);
    fs::set_permissions(desk.config(), fs::Permissions::from_mode(0o664)).unwrap();
    fs::set_permissions(desk.data().join("cases.db"), fs::Permissions::from_mode(0o644)).unwrap();
    let report = desk.run(&["doctor", "--json", "--offline"]).expect(2).json();
    assert_eq!(graded(&report, "bad"), ["configuration mode"]);
    assert!(graded(&report, "warn").contains(&"disk mode".to_owned()), "{report:#}");
}

#[test]
fn a_configuration_that_everybody_may_write_is_not_used() {
    let desk = Desk::calm(1);
    let mark = desk.data().with_file_name("ran");
    let text = fs::read_to_string(desk.config()).unwrap();
    let command = format!("token = {{ command = [\"touch\", \"{}\"] }}", mark.display());
    desk.configure(&text.replace("token = { env = 'DEMO_TINES_TOKEN' }", &command));
    assert!(fs::read_to_string(desk.config()).unwrap().contains("touch"));
    fs::set_permissions(desk.config(), fs::Permissions::from_mode(0o666)).unwrap();
    for arguments in [&["list"][..], &["doctor"], &["config", "check"]] {
        let refused = desk.run(arguments).expect(2);
        assert!(format!("{}{}", refused.out, refused.err).contains("chmod o-w"), "{arguments:?}: {} {}", refused.out, refused.err);
    }
    assert!(!mark.exists(), "its command was run");
}

#[test]
fn a_broken_cache_costs_no_edit_and_purge_mends_it() {
    let desk = Desk::calm(60);
    desk.run(&["list"]).expect(0);
    let key = desk.run(&["list", "--json", "--limit", "1", "--source", "tines"]).expect(0).json()[0]["key"].as_str().unwrap().to_owned();
    let offline = ["--offline", "comment", &format!("tines:{key}"), "-m", "typed at night"];
    desk.run(&offline).expect(7);
    let waiting = desk.run(&["outbox", "list", "--json"]).json();
    fs::write(desk.data().join("cases.db"), "broken".repeat(2_000)).unwrap();
    for companion in ["cases.db-wal", "cases.db-shm"] {
        drop(fs::remove_file(desk.data().join(companion)));
    }
    let broken = desk.run(&["outbox", "list", "--json"]).expect(0);
    assert!(broken.err.contains("cases.db is damaged"), "{}", broken.err);
    assert_eq!(broken.json()[0]["id"], waiting[0]["id"], "the outbox does not need the cache");
    assert!(broken.out.contains("typed at night"), "{}", broken.out);
    let report = desk.run(&["doctor", "--json", "--offline"]).expect(2).json();
    assert_eq!(graded(&report, "bad"), ["disk cases.db"]);
    assert!(report.to_string().contains("caseload purge"), "{report:#}");
    // Nobody can be asked in a pipe.
    let refused = desk.run(&["purge"]).expect(2);
    assert!(refused.err.contains("--yes") && desk.data().join("cases.db").exists());
    desk.run(&["purge", "--source", "tines", "--yes"]).expect(2);
    fs::write(desk.data().join("allowed.txt"), "tines somewhere.example\n").unwrap();
    let others = others(&desk.data());
    assert!(others.iter().any(|(name, _)| name == "journal.jsonl"), "{:?}", others.keys());
    desk.run(&["purge", "--yes"]).expect(0);
    assert!(!desk.data().join("cases.db").exists());
    assert_eq!(self::others(&desk.data()), others, "drafts, outbox, asides, journal and permits stay to the byte");
    assert!(desk.run(&["purge", "--yes"]).expect(0).out.contains("nothing is cached"));
    assert_eq!(desk.run(&["outbox", "list", "--json"]).json()[0]["id"], waiting[0]["id"]);
    desk.run(&["list"]).expect(0);
    assert_eq!(graded(&desk.run(&["doctor", "--json", "--offline"]).expect(0).json(), "bad"), Vec::<String>::new());
}

#[test]
fn a_file_from_a_newer_version_is_named_and_left() {
    let desk = Desk::calm(10);
    desk.run(&["list"]).expect(0);
    for file in ["cases.db", "outbox.db"] {
        let path = desk.data().join(file);
        let whole = fs::read(&path).unwrap();
        let mut newer = whole.clone();
        // The format is the big-endian number at byte 60 of a file's head.
        newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
        fs::write(&path, &newer).unwrap();
        let report = desk.run(&["doctor", "--json", "--offline"]).expect(2).json();
        assert_eq!(graded(&report, "bad"), [format!("disk {file}")]);
        assert!(report.to_string().contains("format 99, this one knows"), "{report:#}");
        assert_eq!(fs::read(&path).unwrap(), newer, "it is left as it is");
        fs::write(&path, whole).unwrap();
    }
    desk.run(&["doctor", "--offline"]).expect(0);
}
