//! What is said when the line or the configuration cannot be understood.

use caseload::demo::Vendor;

use crate::cli_desk::{Desk, Said, bare, said};

fn alone(arguments: &[&str]) -> Said {
    let home = tempfile::tempdir().unwrap();
    said(&bare(home.path(), arguments).output().unwrap())
}

#[test]
fn a_line_that_is_not_understood_is_usage() {
    for line in [
        &["frobnicate"][..],
        &["show"],
        &["show", "a:b", "--raw"],
        &["show", "a:b", "--json", "--md"],
        &["list", "--json", "--csv"],
        &["list", "--limit", "0"],
        &["edit", "a:b"],
        &["edit", "a:b", "--set", "title=x", "--yes", "--dry-run"],
        &["comment", "a:b"],
        &["comment", "a:b", "-m", "x", "-F", "y"],
        &["outbox"],
        &["outbox", "show"],
        &["journal"],
        &["config"],
        &["demo", "--faults", "stormy"],
        &["demo", "--cases", "0"],
        &["demo", "--pace", "-1"],
    ] {
        let said = alone(line);
        assert_eq!(said.code, 2, "{line:?}: {}", said.err);
        assert!(said.out.is_empty() && !said.err.is_empty(), "{line:?}");
    }
}

/// A dash before a word of a filter is NOT; of a flag that there is not it is never made one.
#[test]
fn a_flag_that_there_is_not_is_refused_with_what_to_write_instead() {
    for (flag, instead) in
        [(&["-n", "5"][..], "limit:5"), (&["-L", "2"], "limit:2"), (&["-s", "closed"], "status:closed"), (&["-v", "phish"], "-phish")]
    {
        for verb in ["list", "export"] {
            let said = alone(&[&[verb], flag].concat()).expect(2);
            assert!(said.out.is_empty() && said.err.contains(instead), "{verb} {flag:?}: {}", said.err);
        }
    }
}

#[test]
fn help_is_output_and_every_verb_has_examples() {
    let top = alone(&["--help"]).expect(0);
    assert!(top.out.contains("caseload demo") && top.out.contains("Exit codes:"), "{}", top.out);
    for verb in ["list", "show", "edit", "comment", "demo"] {
        let help = alone(&[verb, "--help"]).expect(0);
        assert!(help.out.contains("Examples:"), "{verb}: {}", help.out);
        assert!(help.out.contains("--offline"), "{verb}: {}", help.out);
    }
    assert!(alone(&["--version"]).expect(0).out.starts_with("caseload "));
}

#[test]
fn without_a_configuration_the_first_step_is_named() {
    for line in [&["list"][..], &["show", "a:b"], &["edit", "a:b", "--set", "title=x", "--yes"], &["config", "check"]] {
        let said = alone(line).expect(2);
        assert!(said.err.contains(".config/caseload/config.toml") && said.err.contains("caseload demo"), "{line:?}: {}", said.err);
        assert!(said.out.is_empty());
    }
}

#[test]
fn all_problems_of_the_file_are_told_at_once_with_their_lines() {
    let desk = Desk::calm(10);
    desk.configure("[ui]\nborder = 'ascii'\n\n[[source]]\nname = 'x'\nvendor = 'serverops'\ntoken = 'so_live_0123456789'\n");
    for line in [&["list"][..], &["config", "check"]] {
        let said = desk.run(line).expect(2);
        let file = desk.config();
        assert!(said.err.contains(&format!("{}:2: unknown key `border`", file.display())), "{}", said.err);
        assert!(said.err.contains(&format!("{}:7: `token` must not hold the secret itself", file.display())), "{}", said.err);
        assert!(!said.err.contains("0123456789"), "{}", said.err);
    }
}

#[test]
fn a_source_that_is_not_there_is_told_with_those_that_are() {
    let desk = Desk::calm(10);
    let said = desk.run(&["--source", "dd", "list"]).expect(2);
    assert!(said.err.contains("no source `dd`") && said.err.contains("datadog, tines, serverops"), "{}", said.err);
    desk.configure("[ui]\n");
    assert!(desk.run(&["list"]).expect(2).err.contains("configures no source"));
}

#[test]
fn global_flags_stand_on_either_side_of_the_verb() {
    let desk = Desk::calm(60);
    let before = desk.run(&["--source", "tines", "--source", "SERVEROPS", "list", "--json"]).expect(0).json();
    let after = desk.run(&["list", "--json", "--source", "tines", "--source", "serverops"]).expect(0).json();
    assert_eq!(before, after);
    let sources: Vec<&str> = before.as_array().unwrap().iter().map(|case| case["source"].as_str().unwrap()).collect();
    assert!(sources.contains(&"tines") && sources.contains(&"serverops") && !sources.contains(&"datadog"), "{sources:?}");
}

#[test]
fn a_source_that_a_run_leaves_out_is_configured_all_the_same() {
    let desk = Desk::calm(60);
    let config = std::fs::read_to_string(desk.config()).unwrap();
    let tines = config.split("[[source]]").find(|section| section.contains("vendor = 'tines'")).unwrap();
    let second = tines.replace("name = 'tines'", "name = 'second'");
    let views = "[[view]]\nname = 'Both'\nquery = 'src:second OR src:tines'\n";
    desk.configure(&format!("{config}\n[[source]]{second}\n{views}"));
    let count = |arguments: &[&str], code| {
        let said = desk.run(arguments).expect(code);
        said.json().as_array().unwrap().len()
    };
    let all = count(&["--source", "tines", "list", "--json"], 0);
    assert_eq!(count(&["--source", "tines", "list", "--json", "view:both"], 0), all);
    assert_eq!(count(&["--source", "tines", "list", "--json", "src:second"], 1), 0);
    assert_eq!(count(&["--source", "tines", "list", "--json", "-src:second"], 0), all);
    // Codes are those of the whole configuration.
    assert_eq!(count(&["--source", "second", "list", "--json", "src:T2"], 0), all);
    assert_eq!(count(&["--source", "second", "list", "--json", "src:T1"], 1), 0);
    let id = &desk.demo.ids(Vendor::Tines)[0];
    let shown = desk.run(&["--source", "second", "show", &format!("T2:{id}"), "--json"]).expect(0).json();
    assert_eq!(shown["source"], "second");
    let unknown = desk.run(&["--source", "tines", "list", "src:third"]).expect(2);
    assert!(unknown.err.contains("no source is called `third`"), "{}", unknown.err);
}

#[test]
fn a_filter_of_which_a_part_is_missing_changes_nothing() {
    let desk = Desk::calm(60);
    for filter in ["", " ", "OR", " OR ", "|", "AND", "status:open OR", "OR status:open"] {
        let said = desk.run(&["bulk", filter, "--add", "tag=x", "--dry-run"]).expect(2);
        assert!(
            said.out.is_empty() && (said.err.contains("is not finished") || said.err.contains("needs a filter")),
            "{filter}: {}",
            said.err
        );
    }
}

#[test]
fn a_view_in_a_filter_is_found_however_its_name_is_written() {
    let desk = Desk::calm(60);
    let config = std::fs::read_to_string(desk.config()).unwrap();
    desk.configure(&format!("{config}\n[[view]]\nname = 'Open ones'\nquery = 'status:open sort:sla'\n"));
    let keys = |words: &[&str], code| {
        let mut arguments = vec!["list", "--json"];
        arguments.extend(words);
        desk.run(&arguments).expect(code).json()
    };
    let both = keys(&["status:open sort:sla", "src:tn"], 0);
    assert!(!both.as_array().unwrap().is_empty(), "there is something to find");
    for words in [
        &["view:Open ones", "src:tn"][..],
        &["view:Open ones src:tn"],
        &["view:\"Open ones\" src:tn"],
        &["src:tn view:open-ones"],
        &["src:tn", "view:open ones"],
        &["src:tn view:\"open ones\""],
        &["view:all (src:tn) view:Open ones"],
    ] {
        assert_eq!(keys(words, 0), both, "{words:?}");
    }
    for words in ["view:Nosuch src:tn", "view:\"Nosuch\" src:tn"] {
        let said = desk.run(&["list", words]).expect(2);
        assert!(said.err.contains("there is no view `Nosuch"), "{}", said.err);
    }
    for words in ["src:tn OR view:open", "view:open OR src:tn", "view:open | src:tn"] {
        assert!(desk.run(&["list", words]).expect(2).err.contains("not in an OR"), "{words}");
    }
    for words in ["-view:open", "(view:open)"] {
        assert!(desk.run(&["list", words]).expect(2).err.contains("a view is no condition"), "{words}");
    }
}

#[test]
fn config_check_reaches_every_source_and_names_what_fails() {
    let desk = Desk::calm(60);
    let all = desk.run(&["config", "check"]).expect(0);
    assert_eq!(all.out.matches("ok in ").count(), 3, "{}", all.out);
    for (name, value) in desk.env().into_iter().filter(|(name, _)| name.starts_with("DEMO_")) {
        assert!(!all.out.contains(&value) && !all.err.contains(&value), "{name} was printed");
    }
    let unset = said(&desk.command(&["config", "check"]).env_remove("DEMO_SO_TOKEN").output().unwrap()).expect(6);
    assert!(unset.err.contains("serverops: ") && unset.err.contains("DEMO_SO_TOKEN is not set"), "{}", unset.err);
    let refused = desk.run_with(("DEMO_TINES_TOKEN", "wrong"), &["config", "check", "--source", "tines"]).expect(3);
    assert!(refused.out.contains("FAILED: 401") && refused.err.contains("check the secret"), "{}{}", refused.out, refused.err);
    let offline = desk.run(&["config", "check", "--offline"]).expect(0);
    assert_eq!(offline.out.matches("not asked").count(), 3, "{}", offline.out);
}

/// The verbs as the help names them.
fn verbs() -> Vec<String> {
    let help = alone(&["--help"]).expect(0).out;
    let commands = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let first = |line: &str| line.starts_with("  ").then(|| line[2..].split(' ').next().unwrap().to_owned());
    commands.lines().filter_map(first).filter(|verb| !verb.is_empty() && verb != "help").collect()
}

#[test]
fn completions_and_manual_page_name_every_verb() {
    let verbs = verbs();
    assert!(["list", "bulk", "snooze", "doctor", "purge"].iter().all(|verb| verbs.iter().any(|known| known == verb)), "{verbs:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = alone(&["completions", shell]).expect(0);
        for verb in &verbs {
            assert!(said.out.contains(verb.as_str()), "{shell} does not complete {verb}");
        }
        // The shell itself judges, where it is installed.
        if shell == "bash" || shell == "zsh" {
            let mut child = match std::process::Command::new(shell).arg("-n").stdin(std::process::Stdio::piped()).spawn() {
                Ok(child) => child,
                Err(_) if shell == "zsh" => continue,
                Err(error) => panic!("{error}"),
            };
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), said.out.as_bytes()).unwrap();
            assert!(child.wait().unwrap().success(), "{shell} cannot read its completions");
        }
    }
    let manual = alone(&["man"]).expect(0).out;
    assert!(manual.contains(".TH") && manual.contains(".SH NAME"), "{manual}");
    for verb in &verbs {
        assert!(manual.contains(verb.as_str()), "the manual page lacks {verb}");
    }
    // Each example and each exit code is an entry of its own, never part of a paragraph.
    let entry = |term: &str, meaning: &str| manual.contains(&format!(".TP\n\\fB{term}\\fR\n{meaning}\n"));
    assert!(!manual.contains(".SH EXTRA") && manual.contains(".SH EXAMPLES\n.TP\n") && manual.contains("\n.SH \"EXIT STATUS\"\n.TP\n"));
    assert!(entry("caseload demo", "the workbench on three made\\-up tenants") && entry("3", "a vendor refused the keys"), "{manual}");
}
