//! A soak: the workbench in a pseudo-terminal over vendors that live at fast pace and fail at random, with keys and sizes
//! at random, for an hour; then at rest. `cargo bench --bench soak -- --minutes 60`, `--seed N` for other keys.
//!
//! It fails on a panic's text, on a process that ends, on a key without an answer, and when memory, descriptors or threads
//! keep growing.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops at the first surprise")]

#[path = "soak/desk.rs"]
mod desk;
#[path = "soak/keys.rs"]
mod keys;
#[path = "soak/meter.rs"]
mod meter;
#[path = "shared/pty.rs"]
mod pty;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use desk::Desk;
use keys::{Gesture, Hand};
use meter::{Sample, slope_per_h};

/// Something happens in the world five times a second.
const PACE: &str = "20";
const CASES: &str = "2500";
/// A key is answered within this, or the screen counts as frozen.
const MAX_ANSWER_MS: f64 = 1_000.0;
/// What memory may rise per hour over what new cases take.
const MAX_RISE_MIB_PER_H: f64 = 8.0;
/// What a case and its history may take.
const MAX_CASE_KIB: f64 = 6.0;
/// Connections to vendors come and go; more than this is a leak.
const MAX_DESCRIPTORS_MORE: usize = 12;
const MAX_THREADS_MORE: usize = 3;
/// Two files of this much, the log's own bound.
const MAX_LOG_MIB: f64 = 8.1;
const REST: Duration = Duration::from_mins(1);
const MAX_REST_PERCENT: f64 = 0.5;
/// A clock that turns, times of sources, and what a look at the vendors every half minute brings.
const MAX_REST_BYTES: f64 = 20_000.0;

fn main() -> ExitCode {
    let minutes: f64 = argument("--minutes").map_or(60.0, |text| text.parse().unwrap());
    let seed: u64 = argument("--seed").map_or_else(|| fastrand::u64(..), |text| text.parse().unwrap());
    let place = tempfile::tempdir().unwrap();
    let house = House::open(place.path());
    println!("{minutes} minutes at pace {PACE}, faults rough, --seed {seed}; processes {} and the workbench", house.vendors.id());
    let mut desk = house.sit(&[]);
    let mut soak = Soak::default();
    soak.run(&mut desk, &house, minutes, &mut Hand::new(seed));
    let mut misses = soak.judged();
    misses.extend(at_rest(&mut desk, &house, "at rest, the world stands still"));
    let said = desk.quit();
    check(&mut misses, !said.contains("panicked"), format!("a panic's report at the end: {said}"));
    let mut offline = house.sit(&["--offline"]);
    misses.extend(at_rest(&mut offline, &house, "at rest, --offline"));
    offline.quit();
    for miss in &misses {
        println!("MISSED {miss}");
    }
    if misses.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn check(misses: &mut Vec<String>, holds: bool, words: String) {
    if !holds {
        misses.push(words);
    }
}

/// The vendors as a process of their own, and the place where the workbench keeps its files.
struct House {
    vendors: Child,
    control: String,
    binary: PathBuf,
    home: PathBuf,
    env: Vec<(String, String)>,
}

impl House {
    fn open(place: &Path) -> Self {
        // A copy: a build that is made meanwhile changes nothing here.
        let binary = place.join("caseload");
        fs::copy(env!("CARGO_BIN_EXE_caseload"), &binary).unwrap();
        let home = place.join("home");
        fs::create_dir(&home).unwrap();
        let config = home.join("served.toml");
        let mut vendors = Command::new(&binary)
            .args(["demo", "serve", "--cases", CASES, "--pace", PACE, "--faults", "rough", "--write-config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(vendors.stdout.take().unwrap()).lines();
        let mut env = vec![
            ("CASELOAD_LOG".to_owned(), "debug".to_owned()),
            ("EDITOR".to_owned(), script(place, "editor", "echo 'a line more' >> \"$1\"")),
            ("BROWSER".to_owned(), script(place, "browser", "exit 0")),
        ];
        let mut control = String::new();
        for line in lines.map(Result::unwrap).take_while(|line| line != "ready") {
            if let Some(pair) = line.strip_prefix("export ") {
                let (name, value) = pair.split_once('=').unwrap();
                env.push((name.to_owned(), value.to_owned()));
            } else if let Some(url) = line.strip_prefix("control http://") {
                url.clone_into(&mut control);
            }
        }
        // As often as a configuration allows, and edits that leave at once half of the time.
        let served = fs::read_to_string(&config).unwrap();
        fs::write(home.join("config.toml"), format!("[poll]\nfocused_s = 5\nidle_s = 5\n[edit]\nsend_delay_s = 2\n{served}")).unwrap();
        Self { vendors, control, binary, home, env }
    }

    fn sit(&self, arguments: &[&str]) -> Desk {
        let config = self.home.join("config.toml");
        let arguments: Vec<&str> = ["--config", config.to_str().unwrap()].into_iter().chain(arguments.iter().copied()).collect();
        Desk::start(&self.binary, &self.home, &arguments, &self.env)
    }

    /// One request to the vendors' control port; the body of the answer.
    fn ask(&self, request: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.control).unwrap();
        let head = format!("{request} HTTP/1.1\r\nhost: control\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{request}: {answer}");
        answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap()
    }

    fn cases(&self) -> usize {
        let listed = |vendor| self.ask(&format!("GET /ids?vendor={vendor}"), "").matches(',').count() + 1;
        ["datadog", "tines", "serverops"].map(listed).iter().sum()
    }

    fn sample(&self, pid: u32, minute: f64) -> Sample {
        Sample {
            minute,
            rss_mib: meter::rss_mib(pid),
            descriptors: meter::descriptors(pid),
            threads: meter::threads(pid),
            zombies: meter::zombies(pid),
            cpu_s: meter::cpu_s(pid),
            written_mib: meter::written_bytes(pid) / 1_048_576.0,
            data_mib: meter::folder_mib(&self.home.join("caseload")) - self.log_mib(),
            log_mib: self.log_mib(),
            cases: self.cases(),
            vendors_mib: meter::rss_mib(self.vendors.id()),
        }
    }

    fn log_mib(&self) -> f64 {
        ["caseload.log", "caseload.log.1"]
            .map(|name| fs::metadata(self.home.join("caseload").join(name)).map_or(0.0, |meta| mib(meta.len())))
            .iter()
            .sum()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a size for a table")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.vendors.kill();
        let _ = self.vendors.wait();
    }
}

fn script(place: &Path, name: &str, body: &str) -> String {
    let path = place.join(name);
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[derive(Default)]
struct Soak {
    samples: Vec<Sample>,
    answers_ms: Vec<f64>,
    keys: u64,
    sizes: u64,
}

impl Soak {
    fn run(&mut self, desk: &mut Desk, house: &House, minutes: f64, hand: &mut Hand) {
        let begun = Instant::now();
        let mut next = 0.0;
        println!("{HEAD}");
        loop {
            let minute = begun.elapsed().as_secs_f64() / 60.0;
            if minute >= next {
                let sample = house.sample(desk.pid(), minute);
                println!("{}", line(&sample));
                self.samples.push(sample);
                if minute >= minutes {
                    return;
                }
                next += 1.0;
                desk.suspend();
            }
            match hand.next() {
                Gesture::Keys(keys) => {
                    for key in keys {
                        desk.press(&key);
                        // What follows Esc at once is the same key with Alt, as in every terminal.
                        let rest_ms = if key == b"\x1b" { 60 } else { hand.rest_ms() };
                        desk.listen(Duration::from_millis(rest_ms));
                        self.keys += 1;
                    }
                }
                Gesture::Resize(width, height) => {
                    desk.resize(width, height);
                    desk.listen(Duration::from_millis(hand.rest_ms()));
                    self.sizes += 1;
                }
            }
            self.answers_ms.push(desk.answers());
        }
    }

    /// Prints what was seen; what does not hold.
    fn judged(&mut self) -> Vec<String> {
        let mut misses = Vec::new();
        let count = self.samples.len();
        println!("\n{} keys, {} sizes\n{HEAD}", self.keys, self.sizes);
        for at in [0, count / 2, count - 1] {
            println!("{}", line(&self.samples[at]));
        }
        let (first, second) = self.samples.split_at(count / 2);
        let rise = slope_per_h(second, |sample| sample.rss_mib);
        #[expect(clippy::cast_precision_loss, reason = "a count of cases")]
        let cases = slope_per_h(second, |sample| sample.cases as f64);
        let most = MAX_RISE_MIB_PER_H + cases.max(0.0) * MAX_CASE_KIB / 1024.0;
        let verdict = if rise <= most { "flat" } else { "NOT flat" };
        println!("memory in the last half: {rise:+.2} MiB an hour with {cases:+.0} cases an hour (at most {most:.2}): {verdict}");
        check(&mut misses, rise <= most, format!("memory rises by {rise:.2} MiB an hour"));
        let most_of = |samples: &[Sample], of: fn(&Sample) -> usize| samples.iter().map(of).max().unwrap_or_default();
        for (what, of, more) in [
            ("descriptors", (|sample| sample.descriptors) as fn(&Sample) -> usize, MAX_DESCRIPTORS_MORE),
            ("threads", |sample| sample.threads, MAX_THREADS_MORE),
            ("zombies", |sample| sample.zombies, 1),
        ] {
            let (before, after) = (most_of(first, of), most_of(second, of));
            println!("{what}: at most {before} in the first half, {after} in the last (at most {more} more)");
            check(&mut misses, after <= before + more, format!("{what} grow from {before} to {after}"));
        }
        let log = self.samples.iter().map(|sample| sample.log_mib).fold(0.0, f64::max);
        println!("log: at most {log:.2} MiB (bound {MAX_LOG_MIB})");
        check(&mut misses, log <= MAX_LOG_MIB, format!("the log has {log:.2} MiB"));
        self.answers_ms.sort_by(f64::total_cmp);
        let at = |percent: usize| self.answers_ms.get(self.answers_ms.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default();
        let frozen = self.answers_ms.iter().filter(|ms| **ms > MAX_ANSWER_MS).count();
        println!("key to whole screen: p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms of {}", at(50), at(99), at(100), self.answers_ms.len());
        check(&mut misses, frozen == 0, format!("{frozen} keys had no answer within {MAX_ANSWER_MS} ms"));
        misses
    }
}

const HEAD: &str = "minute   rss  fds thr zom   cpu_s written_mib data_mib log_mib  cases vendors_mib";

fn line(sample: &Sample) -> String {
    let Sample { minute, rss_mib, descriptors, threads, zombies, cpu_s, written_mib, data_mib, log_mib, cases, vendors_mib } = sample;
    format!(
        "{minute:6.1} {rss_mib:5.1} {descriptors:4} {threads:3} {zombies:3} {cpu_s:7.1} {written_mib:11.1} {data_mib:8.2} {log_mib:7.2} {cases:6} {vendors_mib:11.1}"
    )
}

/// A minute without a key; what does not hold.
fn at_rest(desk: &mut Desk, house: &House, what: &str) -> Vec<String> {
    house.ask("POST /pace", "0");
    house.ask("POST /faults", "calm");
    for _ in 0..8 {
        desk.press(b"\x1b");
        desk.listen(Duration::from_millis(100));
    }
    desk.resize(80, 24);
    // What is under way comes to its end.
    desk.listen(Duration::from_secs(20));
    let pid = desk.pid();
    let (cpu, stored, shown) = (meter::cpu_s(pid), meter::stored_bytes(pid), desk.written_bytes);
    let begun = Instant::now();
    desk.listen(REST);
    let percent = (meter::cpu_s(pid) - cpu) / begun.elapsed().as_secs_f64() * 100.0;
    #[expect(clippy::cast_precision_loss, reason = "a count of bytes")]
    let shown = (desk.written_bytes - shown) as f64;
    let stored = meter::stored_bytes(pid) - stored;
    println!(
        "{what}, {} s: processor {percent:.3} % (at most {MAX_REST_PERCENT}), {shown} bytes to the terminal (at most {MAX_REST_BYTES}), {stored} bytes to disk, {:.1} MiB",
        REST.as_secs(),
        meter::rss_mib(pid)
    );
    let mut misses = Vec::new();
    check(&mut misses, percent <= MAX_REST_PERCENT, format!("{what}: processor {percent:.3} %"));
    check(&mut misses, shown <= MAX_REST_BYTES, format!("{what}: {shown} bytes to the terminal"));
    misses
}
