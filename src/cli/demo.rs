//! `caseload demo serve`: the embedded vendors in the foreground, for other programs to talk to.

use std::fmt::Write as _;
use std::io::{
    Write, {self},
};
use std::path::{Path, PathBuf};
use std::{fs, thread};

use clap::{Args, Subcommand};

use crate::cli::run::stop::{Exit, Stop};
use crate::config::{Problem, write_new};
use crate::demo::{
    Demo, Endpoint, Faults, Vendor, {self},
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = DEMO_HELP)]
pub struct DemoArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    #[command(subcommand)]
    pub verb: Option<DemoVerb>,
}

const DEMO_HELP: &str = "Examples:
  caseload demo
  caseload demo --cases 100000 --pace 0
  caseload demo --faults outage=tines         what a vendor's bad day looks like";

#[derive(Debug, Subcommand)]
pub enum DemoVerb {
    /// Only the vendors, in the foreground, for other programs to talk to
    Serve(ServeArgs),
}

#[derive(Debug, Args)]
#[command(after_help = SERVE_HELP)]
pub struct ServeArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    /// Write a complete configuration for these vendors to FILE; an earlier one of `demo serve` is replaced
    #[arg(long, value_name = "FILE")]
    pub write_config: Option<PathBuf>,
}

const SERVE_HELP: &str = "Prints `VENDOR URL` per vendor, `control URL`, `export NAME=value` lines with the vendors' tokens, then \
`ready`. Ctrl-c ends it.

The control URL steers the world while it runs, without a token:
  POST /act      what a colleague or the vendor does, JSON with `act`:
                 edit, comment, arrive, remove, fail_next and others
  POST /faults   calm, rough or outage=VENDOR, as --faults
  POST /pace     a number, as --pace; 0 stops the world
  GET /received  with ?vendor=VENDOR: the requests that it received
  GET /ids       with ?vendor=VENDOR: its cases; GET /mails the mails

Example:
  caseload demo serve --write-config /tmp/demo.toml > /tmp/demo.out &
  until grep -qx ready /tmp/demo.out; do sleep 0.1; done
  eval \"$(grep ^export /tmp/demo.out)\"
  caseload --config /tmp/demo.toml --data-dir /tmp/demo.data list --json
  control=$(sed -n 's/^control //p' /tmp/demo.out)
  curl -d '{\"act\":\"arrive\",\"vendor\":\"tines\"}' $control/act";

/// What the made-up world is like.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "The made-up world")]
pub struct WorldArgs {
    /// How many cases there are, all vendors together
    #[arg(long, default_value_t = 2500, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub cases: u32,
    /// The same seed makes the same world
    #[arg(long, default_value_t = 7, value_name = "N")]
    pub seed: u64,
    /// Milliseconds that every answer takes
    #[arg(long, default_value_t = 0, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=60_000))]
    pub latency: u64,
    /// How lively colleagues are: 1 is a busy shift, 0 stops the world
    #[arg(long, default_value_t = 1.0, value_name = "X", value_parser = pace)]
    pub pace: f64,
    /// calm, rough (slow, broken and refused answers), or outage=datadog|tines|serverops
    #[arg(long, default_value = "calm", value_name = "KIND")]
    pub faults: Faults,
}

/// Above this the world does nothing but change.
const MAX_PACE: f64 = 1000.0;

fn pace(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(pace) if (0.0..=MAX_PACE).contains(&pace) => Ok(pace),
        _ => Err(format!("write a number from 0 to {MAX_PACE}")),
    }
}

impl WorldArgs {
    /// What the embedded vendors are started with.
    pub fn options(&self) -> demo::Options {
        demo::Options {
            cases: self.cases,
            seed: self.seed,
            latency_ms: self.latency,
            pace: self.pace,
            faults: self.faults,
            ..demo::Options::default()
        }
    }
}

/// How a file begins that may be replaced: it was written here.
const MARK: &str = "# Written by `caseload demo serve`";

/// Serves the embedded vendors until the process is ended.
pub(in crate::cli) fn serve(args: &ServeArgs) -> Result<Exit, Stop> {
    let demo = demo::start(&args.world.options()).map_err(|error| Stop::usage(format!("the embedded vendors cannot start: {error}")))?;
    if let Some(path) = &args.write_config {
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
