//! `caseload demo serve`: the embedded vendors in the foreground, for other programs to talk to.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use std::{fs, thread};

use super::stop::{Exit, Stop, end};
use crate::config::{Problem, write_new};
use crate::demo::{self, Demo, Endpoint, Vendor};

/// How a file begins that may be replaced: it was written here.
const MARK: &str = "# Written by `caseload demo serve`";

/// Serves until the process is told to end. Writes a configuration for the vendors to `config` when it is given.
pub fn serve(options: &demo::Options, config: Option<&Path>) -> Exit {
    end(run(options, config))
}

fn run(options: &demo::Options, config: Option<&Path>) -> Result<Exit, Stop> {
    let demo = demo::start(options).map_err(|error| Stop::usage(format!("the embedded vendors cannot start: {error}")))?;
    if let Some(path) = config {
        write_config(path, &configuration(&demo.endpoints()))?;
    }
    announce(&demo)?;
    // Ctrl-c and SIGTERM end the process, and with it the vendors: they keep nothing.
    loop {
        thread::park();
    }
}

fn announce(demo: &Demo) -> io::Result<()> {
    let endpoints = demo.endpoints();
    let mut out = io::stdout().lock();
    for endpoint in &endpoints {
        writeln!(out, "{} {}", endpoint.vendor.name(), endpoint.base_url)?;
    }
    writeln!(out, "control {}", demo.control_url())?;
    for (name, value) in endpoints.iter().flat_map(|endpoint| &endpoint.secrets) {
        writeln!(out, "export {name}={value}")?;
    }
    writeln!(out, "ready")?;
    out.flush()
}

fn configuration(endpoints: &[Endpoint]) -> String {
    let mut text = format!("{MARK}: these vendors live as long as it runs, and their tokens are what it prints.\n");
    for Endpoint { vendor, base_url, me, .. } in endpoints {
        let name = vendor.name();
        // Writing to a String cannot fail.
        let _ = write!(text, "\n[[source]]\nname = \"{name}\"\nvendor = \"{name}\"\nbase_url = \"{base_url}\"\nread_only = false\n");
        let _ = match vendor {
            Vendor::Datadog => writeln!(text, "api_key = {{ env = \"DEMO_DD_API_KEY\" }}\napp_key = {{ env = \"DEMO_DD_APP_KEY\" }}"),
            Vendor::Tines => writeln!(text, "token = {{ env = \"DEMO_TINES_TOKEN\" }}\nme = \"{me}\""),
            Vendor::ServerOps => writeln!(text, "token = {{ env = \"DEMO_SO_TOKEN\" }}"),
        };
    }
    text
}

/// Replaces what an earlier run has written, and nothing else.
fn write_config(path: &Path, text: &str) -> Result<(), Problem> {
    if fs::read_to_string(path).is_ok_and(|old| old.starts_with(MARK)) {
        // When it cannot be removed, writing says so.
        drop(fs::remove_file(path));
    }
    write_new(path, text)
}
