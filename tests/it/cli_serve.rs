//! `caseload demo serve`: vendors for other programs, and a configuration that works.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::cli_desk::{bare, said};

/// Ends the child whatever the test does.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_written_configuration_works_with_the_printed_tokens() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("demo.toml");
    for round in 1..=2 {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("caseload"));
        command.args(["demo", "serve", "--cases", "300", "--pace", "0", "--write-config"]).arg(&config);
        let mut serve = Running(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap());
        let lines = BufReader::new(serve.0.stdout.take().unwrap()).lines();
        let lines: Vec<String> = lines.map(Result::unwrap).take_while(|line| line != "ready").collect();
        let exports = lines.iter().filter_map(|line| line.strip_prefix("export ")).map(|line| line.split_once('=').unwrap());
        for vendor in ["datadog", "tines", "serverops"] {
            assert!(lines.iter().any(|line| line.starts_with(&format!("{vendor} http://127.0.0.1:"))), "{lines:?}");
        }
        let text = std::fs::read_to_string(&config).unwrap();
        assert!(exports.clone().all(|(_, value)| !text.contains(value)), "the file holds a secret");
        let data = home.path().join(format!("data{round}"));
        let mut list = bare(home.path(), &["list", "--json", "--config"]);
        list.arg(&config).arg("--data-dir").arg(&data).envs(exports);
        let listed = said(&list.output().unwrap()).expect(0).json();
        assert_eq!(listed.as_array().unwrap().len(), 300);
        assert!(serve.0.try_wait().unwrap().is_none(), "it stays");
    }
}

#[test]
fn a_file_of_somebody_else_is_not_replaced() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("mine.toml");
    std::fs::write(&config, "# mine\n").unwrap();
    let mut command = bare(home.path(), &["demo", "serve", "--cases", "10", "--write-config"]);
    let refused = said(&command.arg(&config).output().unwrap()).expect(2);
    assert!(refused.err.contains("left as it is") && !refused.out.contains("ready"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "# mine\n");
}

#[test]
fn its_help_says_what_may_be_posted_to_the_control_address_it_prints() {
    let home = tempfile::tempdir().unwrap();
    let help = said(&bare(home.path(), &["demo", "serve", "--help"]).output().unwrap()).expect(0).out;
    for word in ["control URL", "/act", "/faults", "/pace", "outage=VENDOR", "/received"] {
        assert!(help.contains(word), "{word}\n{help}");
    }
}
