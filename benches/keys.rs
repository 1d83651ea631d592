//! From a key to the last byte of its answer, as somebody at a terminal has it: typing a filter beside fzf over the same
//! rows, and keys while a hundred thousand cases stream in. Also what both programs hold in memory.
//!
//! `-- typing` or `-- streaming` for one of them. fzf is `$CASELOAD_BENCH_FZF` or the one in the PATH.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops at the first surprise")]

#[path = "shared/cache.rs"]
mod cache;
#[path = "shared/pty.rs"]
mod pty;
#[path = "generated/rows.rs"]
mod rows;
#[path = "shared/table.rs"]
mod table;

use std::fmt::Write as _;
use std::fs::{
    File, {self},
};
use std::io::{BufWriter, Write as _};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use caseload::demo::{
    Demo, Options, {self},
};
use portable_pty::CommandBuilder;
use pty::{Running, start};
use table::{Table, quantile, rounded};

/// An answer is over when nothing has come for this long; fzf tells its counts late.
const QUIET: Duration = Duration::from_millis(120);
const LOADED: Duration = Duration::from_secs(1);
const ROUNDS: usize = 5;
const HOW_TO_GET_FZF: &str = "no fzf: `apt-get install fzf`, or `pip install iterfzf` and CASELOAD_BENCH_FZF=.../iterfzf/fzf";
const STREAMED: u32 = 100_000;
/// A key that is not answered within this is lost.
const LOST: Duration = Duration::from_secs(20);
/// Keys that are enough for a 99th percentile.
const MIN_KEYS: usize = 300;
/// Fields whose values are offered as soon as their colon is typed.
const FIELDS: [&str; 5] = ["tag", "status", "assignee", "priority", "src"];
/// A sixtieth of a second.
const FRAME_MS: f64 = 16.7;
/// One write, so one of each in every frame.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

fn main() {
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let asked = |part: &str| only.as_deref().is_none_or(|only| only == part);
    let mut table = Table::default();
    if asked("typing") {
        for count in table::sizes() {
            typing(count, &mut table);
        }
    }
    if asked("streaming") {
        streaming(&mut table);
    }
    table.print();
}

/// Milliseconds from the write of a key to the last byte that answers it; None: nothing answers.
fn answer(running: &mut Running, key: &[u8]) -> Option<f64> {
    let pressed = Instant::now();
    running.press(key);
    let mut last = None;
    while let Ok((at, _)) = running.bytes.recv_timeout(QUIET) {
        last = Some(at);
        assert!(pressed.elapsed() < LOST, "the answer to a key never ends");
    }
    last.map(|at| at.duration_since(pressed).as_secs_f64() * 1e3)
}

/// The `:` behind a field's name: its values are gathered, and each of those shown is counted. Of each field the median,
/// and of these the slowest.
fn offering(ours: &mut Running, size: &str, table: &mut Table) {
    let mut slowest = (0.0, "");
    for field in FIELDS {
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            answer(ours, b"/");
            for letter in field.chars() {
                answer(ours, letter.to_string().as_bytes());
            }
            took.extend(answer(ours, b":"));
            answer(ours, b"\x1b");
        }
        let median = quantile(&mut took, 50);
        if median > slowest.0 {
            slowest = (median, field);
        }
    }
    let (ms, field) = slowest;
    table.at_most(&format!("`:` that offers values, {size}"), &format!("{ms:.2} ms ({field})"), "a frame", ms / FRAME_MS, 1.0);
}

/// Types each query key by key, then goes back to the whole list.
fn types(running: &mut Running, open: &[u8], close: &[u8], query: &str, took: &mut Vec<f64>) {
    if !open.is_empty() {
        answer(running, open);
    }
    for letter in query.chars() {
        took.extend(answer(running, letter.to_string().as_bytes()));
    }
    answer(running, close);
}

fn fzf(lines: &Path) -> Option<CommandBuilder> {
    let path = std::env::var_os("CASELOAD_BENCH_FZF").map(PathBuf::from).or_else(|| pty::installed("fzf"))?;
    let mut command = pty::command("/bin/sh".into(), &["-c", "exec \"$0\" < \"$1\""]);
    command.args([path.as_os_str(), lines.as_os_str()]);
    Some(command)
}

fn typing(count: usize, table: &mut Table) {
    let place = tempfile::tempdir().unwrap();
    let lines = place.path().join("lines");
    let mut file = BufWriter::new(File::create(&lines).unwrap());
    let mut queries = Vec::new();
    cache::prepare(place.path(), count, |page| {
        for case in page {
            let row = &case.row;
            write!(file, "{} {}", row.key, row.title).unwrap();
            row.tags.iter().for_each(|tag| write!(file, " {tag}").unwrap());
            writeln!(file).unwrap();
        }
        if queries.is_empty() {
            let word = |case: usize, place: usize| page[case].row.title.as_str().split(' ').nth(place).unwrap().to_owned();
            queries = vec![word(0, 0), format!("{} {}", word(1, 0), word(1, 1)), "sec-99".into()];
        }
    });
    file.into_inner().unwrap();
    let size = rounded(count);
    let mut ours = start(cache::workbench(place.path()));
    ours.settle(LOADED);
    let our_mb = ours.resident_mb();
    offering(&mut ours, &size, table);
    let Some(mut peer) = fzf(&lines).map(start) else {
        table.missing(&format!("filter key to last byte, {size}"), HOW_TO_GET_FZF);
        let mut own = Vec::new();
        (0..ROUNDS).for_each(|_| queries.iter().for_each(|query| types(&mut ours, b"/", b"\x1b", query, &mut own)));
        println!("{size}: key to last byte p50 {:.2} ms, {our_mb:.0} MB resident", quantile(&mut own, 50));
        return;
    };
    peer.settle(LOADED);
    let peer_mb = peer.resident_mb();
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for query in &queries {
            types(&mut ours, b"/", b"\x1b", query, &mut own);
            types(&mut peer, b"", b"\x15", query, &mut theirs);
        }
    }
    for (percent, most) in [(50, 0.2), (99, 1.0)] {
        let (us, them) = (quantile(&mut own, percent), quantile(&mut theirs, percent));
        let what = format!("filter key to last byte in a pty, p{percent}, {size}");
        table.at_most(&what, &format!("{us:.2} ms"), &format!("fzf {them:.2} ms"), us / them, most);
    }
    let most = if count <= 100_000 { 2.0 } else { 1.0 };
    let what = format!("resident, {size}");
    table.at_most(&what, &format!("{our_mb:.0} MB"), &format!("fzf {peer_mb:.0} MB"), our_mb / peer_mb, most);
    println!("{size}: after typing {:.0} MB, fzf {:.0} MB", ours.resident_mb(), peer.resident_mb());
}

/// The vendors in this process, without quotas and at once, and a configuration for them.
fn vendors(place: &Path) -> Demo {
    let demo = demo::start(&Options { cases: STREAMED, pace: 0.0, quota: false, ..Options::default() }).unwrap();
    let mut config = String::new();
    for endpoint in demo.endpoints() {
        let (name, base_url, me) = (endpoint.vendor.name(), &endpoint.base_url, &endpoint.me);
        writeln!(config, "[[source]]\nname = \"{name}\"\nvendor = \"{name}\"\nbase_url = \"{base_url}\"").unwrap();
        let keys = match endpoint.vendor {
            demo::Vendor::Datadog => "api_key = { env = \"DEMO_DD_API_KEY\" }\napp_key = { env = \"DEMO_DD_APP_KEY\" }".to_owned(),
            demo::Vendor::Tines => format!("token = {{ env = \"DEMO_TINES_TOKEN\" }}\nme = \"{me}\""),
            demo::Vendor::ServerOps => "token = { env = \"DEMO_SO_TOKEN\" }".to_owned(),
        };
        writeln!(config, "{keys}\n").unwrap();
    }
    fs::write(place.join("config.toml"), config).unwrap();
    demo
}

/// A workbench whose screen is followed byte by byte.
struct Watched {
    running: Running,
    screen: vt100::Parser,
    /// A frame has begun whose end has not come.
    is_open: bool,
}

impl Watched {
    /// Takes what comes next; None: nothing came in time.
    fn read(&mut self, patience: Duration) -> Option<Instant> {
        let (at, bytes) = self.running.bytes.recv_timeout(patience).ok()?;
        self.screen.process(&bytes);
        let last = |mark: &[u8]| memchr::memmem::rfind(&bytes, mark);
        match (last(BEGIN), last(END)) {
            (Some(begin), end) => self.is_open = end.is_none_or(|end| end < begin),
            (None, Some(_)) => self.is_open = false,
            (None, None) => {}
        }
        Some(at)
    }

    fn line(&self, line: u16) -> String {
        self.screen.screen().rows(0, pty::COLUMNS).nth(usize::from(line)).unwrap_or_default()
    }

    /// What the filter bar says: what is typed, then how many cases and how complete.
    fn bar(&self) -> String {
        self.line(2).trim().to_owned()
    }

    fn cursor(&self) -> Option<usize> {
        self.screen.screen().rows(0, 3).position(|line| line.contains('>'))
    }

    /// Milliseconds from the write of a key to the end of the frame in which its effect is on the screen.
    fn press(&mut self, key: &[u8], is_there: impl Fn(&Self) -> bool) -> f64 {
        while self.read(Duration::ZERO).is_some() {}
        let pressed = Instant::now();
        self.running.press(key);
        loop {
            let at = self.read(LOST).unwrap_or_else(|| panic!("no answer to {key:?}:\n{}", self.screen.screen().contents()));
            if !self.is_open && is_there(self) {
                return at.duration_since(pressed).as_secs_f64() * 1e3;
            }
            assert!(pressed.elapsed() < LOST, "no answer to {key:?}:\n{}", self.screen.screen().contents());
        }
    }

    /// Only a line that is typed in shows the terminal's cursor.
    fn is_typing(&self) -> bool {
        !self.screen.screen().hide_cursor()
    }

    fn is_streaming(&self) -> bool {
        !self.bar().ends_with("| complete")
    }
}

fn screen() -> vt100::Parser {
    let [rows, columns] = [pty::ROWS, pty::COLUMNS].map(|cells| NonZeroU16::new(cells).unwrap());
    vt100::Parser::new(rows, columns, 0)
}

fn streaming(table: &mut Table) {
    let place = tempfile::tempdir().unwrap();
    let demo = vendors(place.path());
    let mut command = pty::command(env!("CARGO_BIN_EXE_caseload").into(), &[]);
    command.env("CASELOAD_CONFIG", place.path().join("config.toml"));
    command.env("CASELOAD_DATA_DIR", place.path().join("data"));
    for (name, value) in demo.endpoints().iter().flat_map(|endpoint| &endpoint.secrets) {
        command.env(name, value);
    }
    let mut watched = Watched { running: start(command), screen: screen(), is_open: false };
    while watched.cursor().is_none() {
        assert!(watched.read(LOST).is_some(), "no row ever came:\n{}", watched.screen.screen().contents());
    }
    let begun = Instant::now();
    let first = watched.bar();
    let (mut moved, mut typed) = (Vec::new(), Vec::new());
    let mut random = fastrand::Rng::with_seed(9);
    while watched.is_streaming() {
        for key in ["j", "j", "j", "k", "k", "k"] {
            pause(&mut watched, &mut random);
            let from = watched.cursor();
            moved.push(watched.press(key.as_bytes(), |now| now.cursor() != from));
        }
        pause(&mut watched, &mut random);
        watched.press(b"/", Watched::is_typing);
        let word = ["login", "disk", "phish -test", "status:open o"][random.usize(..4)];
        for end in 1..=word.len() {
            pause(&mut watched, &mut random);
            let shown = format!("/ {} ", word[..end].trim_end());
            typed.push(watched.press(&word.as_bytes()[end - 1..end], |now| now.line(2).trim_start().starts_with(&shown)));
        }
        pause(&mut watched, &mut random);
        watched.press(b"\x1b", |now| !now.is_typing());
    }
    let took = begun.elapsed().as_secs_f64();
    println!("streamed in {took:.1} s: at first `{first}`, at last `{}`", watched.bar());
    println!("{} cursor keys, {} letters while rows came in", moved.len(), typed.len());
    for (what, values) in [("cursor key to paint", &mut moved), ("filter letter to paint", &mut typed)] {
        let (p50, p99) = (quantile(values, 50), quantile(values, 99));
        let enough = if values.len() >= MIN_KEYS { "" } else { ", few keys" };
        let what = format!("{what}, p99, while {} rows stream in", rounded(STREAMED as usize));
        table.at_most(
            &what,
            &format!("p50 {p50:.2} ms, p99 {p99:.2} ms"),
            &format!("a frame of 16 ms, {} keys{enough}", values.len()),
            p99,
            16.0,
        );
    }
}

/// Between keys as fast fingers leave them, with frames that come meanwhile taken in.
fn pause(watched: &mut Watched, random: &mut fastrand::Rng) {
    let until = Instant::now() + Duration::from_millis(random.u64(2..25));
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        watched.read(left);
    }
}
