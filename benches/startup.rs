//! From exec to content on the screen, in a pseudo-terminal, beside the smallest ratatui program in the same run; then
//! what idling costs. Peers that are installed (gitui, tig) are measured too.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops at the first surprise")]

#[path = "generated/rows.rs"]
mod rows;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use caseload::domain::case::SourceId;
use caseload::store::{Access, Mark, Store};
use jiff::Timestamp;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::widgets::{List, ListItem};

const ROUNDS: usize = 21;
const CASES: usize = 100_000;
const PAGE: usize = 1_000;
/// Nothing that is measured takes longer, unless it is broken.
const DEADLINE: Duration = Duration::from_secs(20);
const IDLE: Duration = Duration::from_secs(10);
const MINIMAL: &str = "minimal-here";
/// Text that is there as soon as rows are.
const ROW: &str = "SEC-9";
/// Clock ticks per second of the kernel's process times, the same on every Linux.
const TICKS_PER_S: f64 = 100.0;

fn main() {
    if std::env::args().any(|argument| argument == MINIMAL) {
        return minimal();
    }
    let place = tempfile::tempdir().unwrap();
    let data = prepared(place.path());
    let ours = || ours(place.path(), &data);
    let smallest = || command(std::env::current_exe().unwrap(), &[MINIMAL]);
    let (mut ratios, mut own, mut floor) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // Equal cells are skipped, spaces too: the number of the last row stands alone.
        let least = until(smallest(), |text| text.contains("H49"));
        let took = until(ours(), |text| text.contains(ROW));
        ratios.push(took / least);
        own.push(took);
        floor.push(least);
    }
    println!("exec to rows of {CASES} cases: {:.1} ms; the smallest ratatui program: {:.1} ms", median(&mut own), median(&mut floor));
    judge("content from a cache of 100 000 cases / smallest ratatui program", median(&mut ratios), "x", 1.5);
    for (name, arguments) in [("gitui", &[][..]), ("tig", &[])] {
        if let Some(path) = installed(name) {
            let mut peer: Vec<f64> = (0..ROUNDS).map(|_| until(command(path.clone(), arguments), is_full)).collect();
            judge(&format!("content / {name}"), median(&mut own) / median(&mut peer), "x", 0.34);
        } else {
            println!("{name} is not installed: not measured");
        }
    }
    idle(ours());
}

/// Prints one figure and what it must be.
fn judge(what: &str, measured: f64, unit: &str, most: f64) {
    println!("TARGET {what}: {measured:.2}{unit} (at most {most}{unit}) {}", if measured <= most { "ok" } else { "missed" });
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The limit: alternate screen, fifty rows, one frame, and waiting for a key.
fn minimal() {
    let mut terminal = ratatui::init();
    let rows: Vec<ListItem<'_>> =
        (0..50).map(|n| ListItem::new(format!("row {n} of a list that fills the window from left to right"))).collect();
    terminal.draw(|frame| frame.render_widget(List::new(rows), frame.area())).unwrap();
    let _: &Terminal<CrosstermBackend<io::Stdout>> = &terminal;
    let mut key = [0];
    let _ = io::stdin().read(&mut key);
    ratatui::restore();
}

/// A data directory as a person has it after a full pass, and a configuration for it.
fn prepared(place: &Path) -> PathBuf {
    let data = place.join("data");
    let mut store = Store::open(&data, Access::ReadWrite).unwrap();
    store.sources(&["datadog"]).unwrap();
    let now = Timestamp::now();
    for page in rows::cases(CASES, 7).chunks(PAGE) {
        store.save_page(SourceId(0), page, None, now).unwrap();
    }
    let mark = Mark { pass: 1, complete_at: Some(now), seen: CASES as u64, ..Mark::default() };
    store.save_page(SourceId(0), &[], Some(&mark), now).unwrap();
    let config =
        "[[source]]\nname = 'datadog'\nvendor = 'datadog'\nsite = 'datadoghq.eu'\napi_key = { env = 'NONE' }\napp_key = { env = 'NONE' }\n";
    fs::write(place.join("config.toml"), config).unwrap();
    data
}

fn ours(place: &Path, data: &Path) -> CommandBuilder {
    let mut command = command(env!("CARGO_BIN_EXE_caseload").into(), &["--offline"]);
    command.env("CASELOAD_CONFIG", place.join("config.toml"));
    command.env("CASELOAD_DATA_DIR", data);
    command
}

fn command(path: PathBuf, arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(path);
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    command.cwd(env!("CARGO_MANIFEST_DIR"));
    command
}

struct Running {
    child: Box<dyn Child + Send + Sync>,
    bytes: Receiver<Vec<u8>>,
    _master: Box<dyn MasterPty + Send>,
    _keys: Box<dyn Write + Send>,
}

fn start(command: CommandBuilder) -> Running {
    let pair = native_pty_system().openpty(PtySize { rows: 50, cols: 200, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut reader = pair.master.try_clone_reader().unwrap();
    let keys = pair.master.take_writer().unwrap();
    let (sender, bytes) = channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    let child = pair.slave.spawn_command(command).unwrap();
    Running { child, bytes, _master: pair.master, _keys: keys }
}

/// Milliseconds from before exec until what was written satisfies the condition.
fn until(command: CommandBuilder, is_there: impl Fn(&str) -> bool) -> f64 {
    let begun = Instant::now();
    let mut running = start(command);
    let mut text = String::new();
    while !is_there(&text) {
        let left = DEADLINE.saturating_sub(begun.elapsed());
        let bytes = running.bytes.recv_timeout(left).unwrap_or_else(|error| panic!("{error}: {text}"));
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    let took = begun.elapsed();
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    took.as_secs_f64() * 1e3
}

/// A screen of some other program: enough letters to be more than a frame.
fn is_full(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() > 400
}

fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}

/// Ten seconds without a key, after everything is read.
fn idle(command: CommandBuilder) {
    let mut running = start(command);
    // Quiet for a second: the disk is read and painted.
    while running.bytes.recv_timeout(Duration::from_secs(1)).is_ok() {}
    let pid = running.child.process_id().unwrap();
    let before = ticks(pid);
    let begun = Instant::now();
    let mut bytes = 0;
    while let Ok(more) = running.bytes.recv_timeout(IDLE.saturating_sub(begun.elapsed())) {
        bytes += more.len();
    }
    let percent = (ticks(pid) - before) / TICKS_PER_S / begun.elapsed().as_secs_f64() * 100.0;
    println!("resident after 100 000 rows: {:.0} MB", resident_mb(pid));
    judge("processor while idle for 10 s", percent, " %", 0.05);
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
    judge("bytes written while idle for 10 s (a minute may turn once)", bytes as f64, "", 0.0);
    running.child.kill().unwrap();
    running.child.wait().unwrap();
}

fn ticks(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
}

fn resident_mb(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}
