//! The verbs that write against vendors on a bad day: answers that are late, refused, broken or cut. Whatever happens on
//! the way, each write happens once, or is listed as waiting for a person.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::cli_desk::{Said, bare, said};

/// As often as a script would try again before it gives up.
const TRIES: usize = 12;
/// What a writing verb may end with when the vendor is the matter: done, network, waits for a person, part of it, queued.
const HONEST: [i32; 5] = [0, 4, 5, 6, 7];

/// `caseload demo serve`, and a home that knows it.
struct Rough {
    serve: Child,
    home: tempfile::TempDir,
    config: PathBuf,
    secrets: Vec<(String, String)>,
}

impl Drop for Rough {
    fn drop(&mut self) {
        let _ = self.serve.kill();
        let _ = self.serve.wait();
    }
}

impl Rough {
    fn start(seed: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("demo.toml");
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("caseload"));
        command.args(["demo", "serve", "--cases", "60", "--pace", "0", "--faults", "rough", "--seed", seed, "--write-config"]).arg(&config);
        let mut serve = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(serve.stdout.take().unwrap()).lines();
        let lines: Vec<String> = lines.map(Result::unwrap).take_while(|line| line != "ready").collect();
        let exports = lines.iter().filter_map(|line| line.strip_prefix("export ")?.split_once('='));
        let secrets = exports.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        // A request that hangs is given up soon.
        let text = std::fs::read_to_string(&config).unwrap().replace("vendor = ", "timeout_s = 5\nvendor = ");
        std::fs::write(&config, text).unwrap();
        Self { serve, home, config, secrets }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let mut command = bare(self.home.path(), arguments);
        command.arg("--config").arg(&self.config).arg("--data-dir").arg(Path::new(self.home.path()).join("data"));
        said(&command.envs(self.secrets.clone()).output().unwrap())
    }

    /// Reads are repeated until one gets through.
    fn read(&self, arguments: &[&str]) -> Value {
        let mut tries = (0..TRIES).map(|_| self.run(arguments));
        tries.find(|said| said.code == 0).expect("no try got through").json()
    }

    fn open_case(&self, source: &str) -> String {
        let mut tries = (0..TRIES).map(|_| self.run(&["list", "--json", "--source", source]));
        let list = tries.find(|said| [0, 6].contains(&said.code) && said.out.len() > 3).unwrap().json();
        let open = list.as_array().unwrap().iter().find(|case| case["status"]["state"] == "open").unwrap();
        format!("{source}:{}", open["id"].as_str().unwrap())
    }
}

#[test]
fn on_a_bad_day_every_write_happens_once_or_waits_in_sight() {
    let rough = Rough::start("11");
    let mut references = Vec::new();
    for source in ["datadog", "tines", "serverops"] {
        let reference = rough.open_case(source);
        let title = format!("Renamed at {source}");
        let said = rough.run(&["edit", &reference, "--yes", "--set", &format!("title={title}"), "--set", "description=Two\nlines"]);
        assert!(HONEST.contains(&said.code), "{}: {}", said.code, said.err);
        if source != "serverops" {
            for number in 1..=3 {
                let said = rough.run(&["comment", &reference, "-m", &format!("Note {number}")]);
                assert!(HONEST.contains(&said.code), "{}: {}", said.code, said.err);
            }
        }
        references.push((reference, title));
    }
    for _ in 0..TRIES {
        if [0, 5].contains(&rough.run(&["outbox", "flush"]).code) {
            break;
        }
    }
    let waiting = rough.run(&["outbox", "list", "--json"]).json();
    let waiting = waiting.as_array().unwrap();
    let waits = |reference: &str, new: &str| {
        let (_, id) = reference.split_once(':').unwrap();
        waiting.iter().any(|entry| entry["case"] == id && entry["changes"].as_array().unwrap().iter().any(|change| change["new"] == new))
    };
    for (reference, title) in references {
        let case = rough.read(&["show", &reference, "--json"]);
        assert!(case["title"] == title.as_str() || waits(&reference, &title), "{reference} is lost: {waiting:?}");
        for number in 1..=3 {
            let text = format!("Note {number}");
            let landed = case["activities"].as_array().unwrap().iter().filter(|activity| activity["text"] == text.as_str()).count();
            let expected = usize::from(!reference.starts_with("serverops"));
            assert!(landed <= 1, "{reference}: {text} happened {landed} times");
            assert!(landed == expected || waits(&reference, &text), "{reference}: {text} is lost: {waiting:?}");
        }
    }
    assert_eq!(rough.run(&["journal", "verify"]).code, 0);
}
