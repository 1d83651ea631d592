//! Least power: a source that nobody has decided about is read-only, in the program and for scripts.

use std::fs;

use caseload::demo::Vendor;

use crate::cli_desk::Desk;
use crate::pty::Tty;

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
    assert!(
        refused.err.contains("is read-only: allow changes among the sources") && refused.err.contains("read_only = false"),
        "{}",
        refused.err
    );
    let refused = desk.run(&["edit", &case, "--set", "title=too early", "--yes"]).expect(2);
    assert!(refused.err.contains("read-only"), "{}", refused.err);
    assert!(
        refused.err.contains("run `caseload` and allow changes of tines among its sources") && !refused.err.contains("--help"),
        "{}",
        refused.err
    );
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
fn doctor_and_config_check_say_where_changes_are_allowed() {
    let desk = undecided();
    let text = fs::read_to_string(desk.config()).unwrap();
    desk.configure(&text.replace("vendor = 'serverops'\n", "vendor = 'serverops'\nread_only = true\n"));
    let endpoint = desk.demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == Vendor::Tines).unwrap();
    fs::create_dir(desk.data()).unwrap();
    fs::write(desk.data().join("allowed.txt"), format!("tines {}\n", endpoint.base_url.trim_start_matches("http://"))).unwrap();
    for offline in [&[][..], &["--offline"]] {
        let report = desk.run(&[&["doctor", "--json"], offline].concat()).expect(0).json();
        let writes = |name: &str| {
            let all = report["checks"].as_array().unwrap().iter().filter(|check| check["area"] == "sources" && check["name"] == name);
            let found: Vec<&str> = all.filter_map(|check| check["says"].as_str()?.strip_prefix("writes: ")).collect();
            assert_eq!(found.len(), 1, "{report:#}");
            found[0].to_owned()
        };
        assert!(writes("datadog").starts_with("no, datadog is read-only: allow changes among the sources"), "{report:#}");
        assert_eq!(writes("serverops"), "no, serverops is read-only: its [[source]] says read_only = true");
        assert_eq!(writes("tines"), "allowed");
        let checked = desk.run(&[&["config", "check"], offline].concat()).expect(0).out;
        let line = |name: &str| checked.lines().find(|line| line.starts_with(name)).unwrap();
        assert!(line("datadog ").contains("  read-only  ") && line("tines ").contains("  allowed  "), "{checked}");
        assert!(checked.contains("\nserverops is read-only: its [[source]] says") && !checked.contains("tines is read-only"), "{checked}");
    }
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

/// Tines may be changed, Datadog may not, and nobody has decided about ServerOps.
fn mixed(first: &str) -> Desk {
    let desk = Desk::calm(60);
    let text = fs::read_to_string(desk.config()).unwrap();
    let parts: Vec<&str> = text.split("read_only = false\n").collect();
    assert_eq!(parts.len(), 4, "{text}");
    let lines = Vendor::ALL.map(|vendor| match vendor {
        Vendor::Datadog => "read_only = true\n",
        Vendor::Tines => "read_only = false\n",
        Vendor::ServerOps => "",
    });
    let whole: String = parts.into_iter().zip(lines.into_iter().chain([""])).flat_map(|(part, line)| [part, line]).collect();
    desk.configure(&format!("{first}{whole}"));
    desk
}

fn quiet(desk: &Desk) -> bool {
    [Vendor::Datadog, Vendor::ServerOps].into_iter().all(|vendor| desk.writes(vendor).is_empty())
}

#[test]
fn a_bulk_change_names_what_is_read_only_and_sends_the_rest() {
    let desk = mixed("");
    let filter = ["bulk", "status:open", "--set", "title=renamed at night"];
    let plan = desk.run(&[&filter[..], &["--dry-run", "--json"]].concat()).expect(0).json();
    let rows = plan["rows"].as_array().unwrap();
    let (mut refused, mut sent) = (0, 0);
    for row in rows {
        let why = row["cannot"].as_str().unwrap_or_default();
        match row["source"].as_str().unwrap() {
            "tines" => sent += usize::from(!row["calls"].as_array().unwrap().is_empty()),
            "datadog" => {
                assert!(why.contains("read-only: its [[source]] says read_only = true"), "{row}");
                refused += 1;
            }
            _ => {
                assert!(why.contains("read-only: allow changes among the sources"), "{row}");
                refused += 1;
            }
        }
        assert!(why.is_empty() || row["calls"].as_array().unwrap().is_empty(), "{row}");
    }
    assert!(refused > 5 && sent > 5, "{plan:#}");
    assert_eq!((plan["cannot"].as_u64(), plan["sends"].as_u64()), (Some(refused as u64), Some(sent as u64)));
    let told = desk.run(&[&filter[..], &["--dry-run"]].concat()).expect(0).out;
    assert!(told.contains("CANNOT: datadog is read-only"), "{told}");
    assert!(Vendor::ALL.into_iter().all(|vendor| desk.writes(vendor).is_empty()));
    // The number is of those that are sent; the code says that some were not.
    desk.run(&[&filter[..], &["--yes-count", &(refused + sent).to_string()]].concat()).expect(2);
    assert!(desk.writes(Vendor::Tines).is_empty());
    let said = desk.run(&[&filter[..], &["--yes-count", &sent.to_string()]].concat()).expect(6);
    assert!(said.out.contains("cannot") && said.out.contains("is read-only"), "{}", said.out);
    assert_eq!(desk.writes(Vendor::Tines).len(), sent);
    assert!(quiet(&desk));
    desk.run(&["outbox", "list"]).expect(1);
}

#[test]
fn a_macro_changes_nothing_where_nothing_may_be_changed() {
    let desk = mixed("[[macro]]\nname = 'night'\nsteps = ['set title=renamed at night', 'comment seen']\n");
    for source in ["datadog", "serverops"] {
        let words = ["bulk", &format!("src:{source}"), "--macro", "night", "--yes-count", "0"];
        let said = desk.run(&words).expect(6);
        assert!(said.err.contains("nothing was sent"), "{}", said.err);
    }
    assert!(quiet(&desk));
    desk.run(&["outbox", "list"]).expect(1);
}

#[test]
fn the_filter_knows_what_is_read_only_by_configuration_and_by_permit() {
    let desk = mixed("");
    let found = |desk: &Desk| {
        let rows = desk.run(&["list", "is:readonly", "--json"]).expect(0).json();
        let sources: std::collections::BTreeSet<String> =
            rows.as_array().unwrap().iter().map(|row| row["source"].as_str().unwrap().to_owned()).collect();
        sources.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(found(&desk), ["datadog", "serverops"]);
    let endpoint = desk.demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == Vendor::ServerOps).unwrap();
    let host = endpoint.base_url.trim_start_matches("http://").split('/').next().unwrap().to_owned();
    fs::write(desk.data().join("allowed.txt"), format!("serverops {host}\n")).unwrap();
    assert_eq!(found(&desk), ["datadog"]);
}

#[test]
fn a_permission_that_is_taken_back_elsewhere_binds_an_open_workbench() {
    let desk = undecided();
    let endpoint = desk.demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == Vendor::Tines).unwrap();
    let allowed = format!("tines {}\n", endpoint.base_url.trim_start_matches("http://"));
    let file = desk.data().join("allowed.txt");
    fs::create_dir_all(desk.data()).unwrap();
    fs::write(&file, &allowed).unwrap();
    // Long enough to take the file away before the edit leaves.
    desk.configure(&format!("{}\n[edit]\nsend_delay_s = 20\n", fs::read_to_string(desk.config()).unwrap()));
    let mut tty = Tty::start(120, 36, &["--source", "tines"], &desk.env());
    tty.comes_to_see("complete").keys("c").comes_to_see("omment").keys("taken back").comes_to_see("taken back");
    tty.keys("\x13").comes_to_see("y sends");
    tty.answer("Send this", "y").comes_to_see("leaves in");
    fs::remove_file(&file).unwrap();
    tty.comes_to_see("READ-ONLY").keys("go").comes_to_see(" waiting ");
    assert!(desk.writes(Vendor::Tines).is_empty(), "{}", tty.shown());
    // Allowed again, what waited leaves by itself.
    fs::write(&file, &allowed).unwrap();
    tty.comes_to_see("read back ok");
    assert_eq!(desk.writes(Vendor::Tines).len(), 1);
    tty.keys("Q").ends();
}
