//! From exec to content on the screen, in a pseudo-terminal, beside the smallest ratatui program in the same run; then
//! what idling costs. Peers that are installed (gitui, tig) are measured too.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops at the first surprise")]

#[path = "shared/cache.rs"]
mod cache;
#[path = "shared/pty.rs"]
mod pty;
#[path = "generated/rows.rs"]
mod rows;
#[path = "shared/table.rs"]
mod table;

use std::fs;
use std::io::{
    Read, {self},
};
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use pty::{command, installed, start, until};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::widgets::{List, ListItem};
use table::{Table, quantile, rounded};

const ROUNDS: usize = 21;
const IDLE: Duration = Duration::from_secs(10);
const MINIMAL: &str = "minimal-here";
/// Text that is there as soon as rows are.
const ROW: &str = "SEC-9";
/// Clock ticks per second of the kernel's process times, the same on every Linux.
const TICKS_PER_S: f64 = 100.0;
/// Programs that show a history; a checkout of this repository gives them one.
const PEERS: [&str; 2] = ["gitui", "tig"];

fn main() {
    if std::env::args().any(|argument| argument == MINIMAL) {
        return minimal();
    }
    let mut table = Table::default();
    for count in table::sizes() {
        measure(count, &mut table);
    }
    table.print();
}

fn measure(count: usize, table: &mut Table) {
    let place = tempfile::tempdir().unwrap();
    cache::prepare(place.path(), count, |_| {});
    let ours = || cache::workbench(place.path());
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
    let size = rounded(count);
    let own_ms = quantile(&mut own, 50);
    let floor_ms = format!("smallest ratatui program {:.1} ms", quantile(&mut floor, 50));
    table.at_most(&format!("exec to rows, cache of {size}"), &format!("{own_ms:.1} ms"), &floor_ms, quantile(&mut ratios, 50), 1.5);
    for name in PEERS {
        let what = format!("exec to rows, cache of {size} / {name}");
        if let Some(path) = installed(name) {
            let mut peer: Vec<f64> = (0..ROUNDS).map(|_| until(command(path.clone(), &[]), is_full)).collect();
            let peer_ms = quantile(&mut peer, 50);
            table.at_most(&what, &format!("{own_ms:.1} ms"), &format!("{name} {peer_ms:.1} ms"), own_ms / peer_ms, 1.0 / 3.0);
        } else {
            table.missing(&what, &format!("{name} is not installed: `apt-get install tig`, `cargo install gitui --locked`"));
        }
    }
    idle(&size, ours(), table);
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

/// A screen of some other program: enough letters to be more than a frame.
fn is_full(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() > 400
}

/// Ten seconds without a key, after everything is read.
fn idle(size: &str, command: CommandBuilder, table: &mut Table) {
    let running = start(command);
    let mut before = f64::NAN;
    // Nothing done and nothing said for two seconds: the disk is read and painted.
    while before.to_bits() != ticks(running.pid()).to_bits() {
        before = ticks(running.pid());
        running.settle(Duration::from_secs(2));
    }
    let begun = Instant::now();
    let mut bytes = 0;
    while let Ok((_, more)) = running.bytes.recv_timeout(IDLE.saturating_sub(begun.elapsed())) {
        bytes += more.len();
    }
    let percent = (ticks(running.pid()) - before) / TICKS_PER_S / begun.elapsed().as_secs_f64() * 100.0;
    println!("resident after {size} rows: {:.0} MB", running.resident_mb());
    table.at_most(&format!("processor while idle for 10 s, {size} rows"), &format!("{percent:.2} %"), "-", percent, 0.05);
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
    let written = bytes as f64;
    table.at_most(
        &format!("bytes written while idle for 10 s, {size} rows"),
        &format!("{bytes} B (a minute may turn once)"),
        "-",
        written,
        0.0,
    );
}

fn ticks(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
}
