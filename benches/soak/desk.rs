//! The workbench in a pseudo-terminal: keys in, a terminal emulator behind it, and a stopwatch on its answers.

use std::num::NonZeroU16;
use std::path::Path;
use std::time::{Duration, Instant};

use vt100::Parser;

use crate::pty::{
    Running, {self},
};

/// What the redraw key makes the screen send, and nothing else but a new size does.
const CLEARED: &[u8] = b"\x1b[2J";
/// Twice: the first one may end a sequence that was begun, and then draws nothing.
const REDRAW: &[u8] = b"\x0c\x0c";
/// No answer for so long: it is not slow, it is stuck.
const STUCK: Duration = Duration::from_secs(20);
/// No answer for so long: the key is pressed once more, and this is said.
const ANSWERS: Duration = Duration::from_secs(2);
const STARTS: Duration = Duration::from_secs(30);
/// Words that are on the screen only when a part has broken.
const BROKEN: [&str; 4] = ["panicked at", "stopped unexpectedly", "met a bug", "reading and sending have stopped"];

pub(crate) struct Desk {
    running: Running,
    parser: Parser,
    /// The last bytes, in which a sequence may be cut.
    tail: Vec<u8>,
    /// Everything after the screen was left, or the last of what was written.
    last: Vec<u8>,
    clears: u64,
    pub(crate) written_bytes: u64,
    /// The last keys, for a failure.
    pressed: Vec<String>,
}

impl Desk {
    pub(crate) fn start(binary: &Path, home: &Path, arguments: &[&str], env: &[(String, String)]) -> Self {
        let mut command = pty::command(binary.to_owned(), arguments);
        command.cwd(home);
        for name in ["CASELOAD_CONFIG", "CASELOAD_DATA_DIR", "NO_COLOR", "TMUX", "STY"] {
            command.env_remove(name);
        }
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"] {
            command.env(name, home);
        }
        for (name, value) in env {
            command.env(name, value);
        }
        let mut desk = Self {
            running: pty::start_in(80, 24, command),
            parser: Parser::new(cells(24), cells(80), 0),
            tail: Vec::new(),
            last: Vec::new(),
            clears: 0,
            written_bytes: 0,
            pressed: Vec::new(),
        };
        let until = Instant::now() + STARTS;
        while !desk.parser.screen().contents().contains("caseload") {
            assert!(Instant::now() < until, "the workbench does not start:\n{}", desk.shown());
            desk.listen(Duration::from_millis(50));
        }
        desk
    }

    pub(crate) fn pid(&self) -> u32 {
        self.running.pid()
    }

    pub(crate) fn shown(&self) -> String {
        self.parser.screen().contents()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.written_bytes += bytes.len() as u64;
        self.parser.process(bytes);
        self.tail.extend_from_slice(bytes);
        self.clears += self.tail.windows(CLEARED.len()).filter(|window| *window == CLEARED).count() as u64;
        let keep = self.tail.len().saturating_sub(CLEARED.len() - 1);
        self.tail.drain(..keep);
        self.last.extend_from_slice(bytes);
        let keep = self.last.len().saturating_sub(1 << 16);
        self.last.drain(..keep);
    }

    /// Reads what comes for this long.
    pub(crate) fn listen(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Ok((_, bytes)) = self.running.bytes.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.take(&bytes);
        }
        if let Some(status) = self.running.ended() {
            panic!("the workbench has ended ({status:?}) after {:?}:\n{}", self.pressed, String::from_utf8_lossy(&self.last));
        }
    }

    pub(crate) fn press(&mut self, key: &[u8]) {
        self.pressed.push(String::from_utf8_lossy(key).escape_debug().to_string());
        if self.pressed.len() > 60 {
            self.pressed.remove(0);
        }
        self.running.press(key);
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.pressed.push(format!("{width}x{height}"));
        self.running.resize(width, height);
        self.parser.screen_mut().set_size(cells(height), cells(width));
    }

    /// Milliseconds from a key to its answer: it has to draw the whole screen anew, which is then read.
    pub(crate) fn answers(&mut self) -> f64 {
        let before = self.clears;
        let begun = Instant::now();
        let shown = self.written_bytes;
        let mut again = 0;
        self.press(REDRAW);
        while self.clears == before {
            assert!(begun.elapsed() < STUCK, "no answer to a key after {:?}, {}:\n{}", self.pressed, tasks(self.pid()), self.shown());
            self.listen_once(Duration::from_millis(100));
            if begun.elapsed() > ANSWERS * (again + 1) {
                again += 1;
                let came = self.written_bytes - shown;
                println!("no answer {again}, {came} bytes came: {:?}, {}\n{}", self.pressed, tasks(self.pid()), self.shown());
                self.press(REDRAW);
            }
        }
        let took = begun.elapsed();
        // The rest of that frame.
        self.listen(Duration::from_millis(20));
        let shown = self.shown();
        assert!(!BROKEN.iter().any(|words| shown.contains(words)), "a part broke after {:?}:\n{shown}", self.pressed);
        took.as_secs_f64() * 1e3
    }

    fn listen_once(&mut self, time: Duration) {
        match self.running.bytes.recv_timeout(time) {
            Ok((_, bytes)) => self.take(&bytes),
            // It tells whether it has ended.
            Err(_) => self.listen(Duration::ZERO),
        }
    }

    /// Stops the program as its suspend key does, and lets it go on.
    pub(crate) fn suspend(&mut self) {
        self.signal("TSTP");
        self.listen(Duration::from_millis(300));
        self.signal("CONT");
        self.listen(Duration::from_millis(300));
    }

    fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Quits with the key, answers the question that may come, and hands over what was said at the end.
    pub(crate) fn quit(mut self) -> String {
        let until = Instant::now() + STUCK;
        let mut asked = 0;
        loop {
            match self.running.ended() {
                Some(status) => {
                    assert!(status.success(), "{status:?}: {}", String::from_utf8_lossy(&self.last));
                    break;
                }
                None => assert!(Instant::now() < until, "it does not quit:\n{}", self.shown()),
            }
            // Whatever lies on top is put away first; a question is answered when it has been there for a moment.
            let keys: [&[u8]; 3] = [b"\x1b", b"Q", b"y"];
            self.running.press(keys[(asked % 6 / 2).min(2)]);
            asked += 1;
            let pause = Instant::now() + Duration::from_millis(400);
            while let Ok((_, bytes)) = self.running.bytes.recv_timeout(pause.saturating_duration_since(Instant::now())) {
                self.take(&bytes);
            }
        }
        while let Ok((_, bytes)) = self.running.bytes.recv_timeout(Duration::from_millis(200)) {
            self.take(&bytes);
        }
        let all = String::from_utf8_lossy(&self.last).into_owned();
        all.rsplit("\x1b[?1049l").next().unwrap_or_default().to_owned()
    }
}

/// What each thread of a process does, for a failure: name, the kernel's letter for its state, ticks so far.
fn tasks(pid: u32) -> String {
    let folders = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let stats = folders.filter_map(|folder| std::fs::read_to_string(folder.path().join("stat")).ok());
    stats.map(|stat| stat.split_whitespace().take(15).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("; ")
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}
