//! Programs in a pseudo-terminal, with the moment at which each of their bytes came.
#![allow(dead_code, clippy::unwrap_used, reason = "each bench uses what it needs, and stops at the first surprise")]

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use std::{fs, thread};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

pub(crate) const ROWS: u16 = 50;
pub(crate) const COLUMNS: u16 = 200;
/// Nothing that is measured takes longer, unless it is broken.
const DEADLINE: Duration = Duration::from_mins(1);

/// A program that runs; it is killed when this is dropped.
pub(crate) struct Running {
    child: Box<dyn Child + Send + Sync>,
    pub(crate) bytes: Receiver<(Instant, Vec<u8>)>,
    keys: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn command(path: PathBuf, arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(path);
    command.args(arguments);
    command.env("TERM", "xterm-256color");
    command.env_remove("FZF_DEFAULT_OPTS");
    command.cwd(env!("CARGO_MANIFEST_DIR"));
    command
}

/// In a window of 200x50.
pub(crate) fn start(command: CommandBuilder) -> Running {
    start_in(COLUMNS, ROWS, command)
}

pub(crate) fn start_in(width: u16, height: u16, command: CommandBuilder) -> Running {
    let pair = native_pty_system().openpty(size(width, height)).unwrap();
    let mut reader = pair.master.try_clone_reader().unwrap();
    let keys = pair.master.take_writer().unwrap();
    let (sender, bytes) = channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            if sender.send((Instant::now(), buffer[..count].to_vec())).is_err() {
                return;
            }
        }
    });
    let child = pair.slave.spawn_command(command).unwrap();
    Running { child, bytes, master: pair.master, keys }
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 }
}

impl Running {
    pub(crate) fn press(&mut self, keys: &[u8]) {
        self.keys.write_all(keys).unwrap();
        self.keys.flush().unwrap();
    }

    pub(crate) fn resize(&self, width: u16, height: u16) {
        self.master.resize(size(width, height)).unwrap();
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits until nothing has come for this long.
    pub(crate) fn settle(&self, quiet: Duration) {
        let begun = Instant::now();
        while self.bytes.recv_timeout(quiet).is_ok() {
            assert!(begun.elapsed() < DEADLINE, "it never comes to rest");
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// What the system holds in memory for it, in MB.
    pub(crate) fn resident_mb(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

/// Milliseconds from before exec until what was written satisfies the condition.
pub(crate) fn until(command: CommandBuilder, is_there: impl Fn(&str) -> bool) -> f64 {
    let begun = Instant::now();
    let running = start(command);
    let mut text = String::new();
    loop {
        let left = DEADLINE.saturating_sub(begun.elapsed());
        let (at, bytes) = running.bytes.recv_timeout(left).unwrap_or_else(|error| panic!("{error}: {text}"));
        text.push_str(&String::from_utf8_lossy(&bytes));
        if is_there(&text) {
            return at.duration_since(begun).as_secs_f64() * 1e3;
        }
    }
}

pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}
