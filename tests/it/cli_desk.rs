//! The binary as a script runs it: against embedded vendors of this process, with a home of its own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use caseload::demo::{
    Demo, Options, Vendor, {self},
};
use caseload::domain::text::Clean;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Desk {
    pub(crate) demo: Demo,
    home: TempDir,
}

/// What a run said, and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new(options: &Options) -> Self {
        let desk = Self { demo: demo::start(options).unwrap(), home: tempfile::tempdir().unwrap() };
        let mut text = String::new();
        for endpoint in desk.demo.endpoints() {
            let name = endpoint.vendor.name();
            write!(text, "[[source]]\nname = '{name}'\nvendor = '{name}'\nbase_url = '{}'\nread_only = false\n", endpoint.base_url)
                .unwrap();
            match endpoint.vendor {
                Vendor::Datadog => writeln!(text, "api_key = {{ env = 'DEMO_DD_API_KEY' }}\napp_key = {{ env = 'DEMO_DD_APP_KEY' }}"),
                Vendor::Tines => writeln!(text, "token = {{ env = 'DEMO_TINES_TOKEN' }}\nme = '{}'", endpoint.me),
                Vendor::ServerOps => writeln!(text, "token = {{ env = 'DEMO_SO_TOKEN' }}"),
            }
            .unwrap();
        }
        desk.configure(&text);
        desk
    }

    /// A world that stands still.
    pub(crate) fn calm(cases: u32) -> Self {
        Self::new(&Options { cases, pace: 0.0, ..Options::default() })
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.home.path().join("config.toml")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    pub(crate) fn configure(&self, text: &str) {
        std::fs::write(self.config(), text).unwrap();
    }

    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let secrets = self.demo.endpoints().into_iter().flat_map(|endpoint| endpoint.secrets);
        let mut env: Vec<_> = secrets.map(|(name, value)| (name.to_owned(), value)).collect();
        env.push(("CASELOAD_CONFIG".into(), self.config().display().to_string()));
        env.push(("CASELOAD_DATA_DIR".into(), self.data().display().to_string()));
        env
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(self.home.path(), arguments);
        command.envs(self.env());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(&self.command(arguments).output().unwrap())
    }

    /// Runs it with another value for an environment variable.
    pub(crate) fn run_with(&self, variable: (&str, &str), arguments: &[&str]) -> Said {
        said(&self.command(arguments).env(variable.0, variable.1).output().unwrap())
    }

    /// What the vendor was asked to change, in order: `METHOD path body`.
    pub(crate) fn writes(&self, vendor: Vendor) -> Vec<String> {
        let received = self.demo.received(vendor).into_iter().filter(|received| received.method != "GET");
        received.map(|received| format!("{} {} {}", received.method, received.path, received.body)).collect()
    }
}

/// The binary in a home where nothing is.
pub(crate) fn bare(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("caseload").unwrap();
    command.args(arguments).env("HOME", home);
    for name in ["CASELOAD_CONFIG", "CASELOAD_DATA_DIR", "CASELOAD_LOG", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "NO_COLOR"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Said { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out, self.err))
    }

    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out.chars().take(2_000).collect::<String>(), self.err);
        self
    }
}

/// Nothing in it steers a terminal, hides, or reorders.
pub(crate) fn assert_harmless(text: &str) {
    for line in text.split('\n') {
        assert_eq!(Clean::line(line).as_str(), line);
    }
}
