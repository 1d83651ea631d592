//! The binary in a pseudo-terminal, seen through a terminal emulator.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;
use vt100::Parser;

/// Nothing that a test waits for takes longer, unless it is broken.
pub const DEADLINE: Duration = Duration::from_mins(5);

/// Longer than a question takes no answers after it has come up. It is counted from when the question was seen, which is later
/// than that, so a busy machine makes the pause longer and never shorter.
const ANSWERS: Duration = Duration::from_millis(400);
/// How often a condition outside the terminal is looked at.
const LOOK: Duration = Duration::from_millis(10);

pub struct Tty {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    bytes: Receiver<Vec<u8>>,
    parser: Parser,
    /// Everything that was written to the terminal.
    pub written: Vec<u8>,
    _home: TempDir,
}

impl Tty {
    /// The demo, in a world that stands still.
    pub fn demo(width: u16, height: u16) -> Self {
        Self::start(width, height, &["demo", "--pace", "0", "--cases", "300"], &[])
    }

    pub fn start(width: u16, height: u16, arguments: &[&str], env: &[(String, String)]) -> Self {
        Self::run(width, height, &[&[env!("CARGO_BIN_EXE_caseload")], arguments].concat(), env)
    }

    /// Any program, in a terminal as ours would have it.
    pub fn run(width: u16, height: u16, words: &[&str], env: &[(String, String)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let pair = native_pty_system().openpty(size(width, height)).unwrap();
        let mut command = CommandBuilder::new(words[0]);
        command.args(&words[1..]);
        command.cwd(home.path());
        for name in ["CASELOAD_CONFIG", "CASELOAD_DATA_DIR", "CASELOAD_LOG", "NO_COLOR", "TMUX", "STY", "CASELOAD_PANIC"] {
            command.env_remove(name);
        }
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"] {
            command.env(name, home.path());
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let keys = pair.master.take_writer().unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        // The slave stays open: what the child leaves in its modes can be read after its end.
        std::mem::forget(pair.slave);
        let parser = Parser::new(cells(height), cells(width), 0);
        Self { master: pair.master, keys, child, bytes, parser, written: Vec::new(), _home: home }
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
        self.parser.process(bytes);
    }

    /// Waits for output until the condition holds.
    pub fn until(&mut self, what: &str, mut condition: impl FnMut(&vt100::Screen) -> bool) -> &mut Self {
        let until = Instant::now() + DEADLINE;
        while !condition(self.parser.screen()) {
            let left = until.saturating_duration_since(Instant::now());
            match self.bytes.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(error) => panic!("never ({error}): {what}\n{}", self.shown()),
            }
        }
        self
    }

    pub fn comes_to_see(&mut self, text: &str) -> &mut Self {
        self.until(&format!("`{text}` is on the screen"), |screen| screen.contents().contains(text))
    }

    pub fn sees_no_more(&mut self, text: &str) -> &mut Self {
        self.until(&format!("`{text}` leaves the screen"), |screen| !screen.contents().contains(text))
    }

    /// Waits until something holds that the terminal does not show.
    pub fn until_true(&mut self, what: &str, mut condition: impl FnMut() -> bool) -> &mut Self {
        let until = Instant::now() + DEADLINE;
        while !condition() {
            assert!(Instant::now() < until, "never: {what}\n{}", self.shown());
            if let Ok(bytes) = self.bytes.recv_timeout(LOOK) {
                self.take(&bytes);
            }
        }
        self
    }

    /// Every source is read, and there are so many cases.
    pub fn has_read(&mut self, count: usize) -> &mut Self {
        let (cases, of, last) = (format!("{count} cases"), format!(" of {count}"), format!("/{count}"));
        self.until(&format!("all {count} cases are read"), |screen| {
            let shown = screen.contents();
            !shown.contains("so far") && [&cases, &of, &last].iter().any(|text| shown.contains(*text))
        })
    }

    /// Types a filter in place of the one before. While it is typed the line has a cursor, and the list has none.
    pub fn filter(&mut self, filter: &str) -> &mut Self {
        self.keys("/").until("a filter is typed", |screen| !screen.hide_cursor());
        self.keys("\x15").keys(filter).keys("\r").until("the filter is on", vt100::Screen::hide_cursor)
    }

    /// Answers a question. One that comes too early all the same is told so, and given again.
    pub fn answer(&mut self, question: &str, key: &str) -> &mut Self {
        self.comes_to_see(question).pause().keys(key);
        let early = "that key came";
        self.until(&format!("`{question}` is answered"), |screen| {
            let shown = screen.contents();
            !shown.contains(question) || shown.contains(early)
        });
        if self.shown().contains(question) {
            self.pause().keys(key).sees_no_more(question);
        }
        self
    }

    /// Waits until these bytes are written, be it nothing that a screen shows; `from`: behind so many of all.
    pub fn comes_to_write(&mut self, from: usize, bytes: &str) -> &mut Self {
        let until = Instant::now() + DEADLINE;
        while !self.written[from..].windows(bytes.len()).any(|window| window == bytes.as_bytes()) {
            assert!(Instant::now() < until, "never written: {bytes:?}\n{}", self.shown());
            if let Ok(bytes) = self.bytes.recv_timeout(LOOK) {
                self.take(&bytes);
            }
        }
        self
    }

    /// Keys are taken in their order: once the palette has come and gone, all that were pressed before have acted. Not right
    /// behind an Esc: what follows it at once is Alt and that key.
    pub fn has_acted(&mut self) -> &mut Self {
        let palette = "type a few letters";
        self.keys(":").comes_to_see(palette).keys("\x1b").sees_no_more(palette);
        // What is left of the frame that shows it.
        while !self.written.ends_with(b"\x1b[?2026l") {
            let bytes = self.bytes.recv_timeout(DEADLINE).expect("a frame that ends");
            self.take(&bytes);
        }
        self
    }

    /// Quits, also where something waits to be sent.
    pub fn quits(&mut self) -> ExitStatus {
        let question = "Quit now?";
        self.keys("Q");
        let until = Instant::now() + DEADLINE;
        while self.child.try_wait().unwrap().is_none() && !self.shown().contains(question) {
            assert!(Instant::now() < until, "it neither ends nor asks:\n{}", self.shown());
            if let Ok(bytes) = self.bytes.recv_timeout(LOOK) {
                self.take(&bytes);
            }
        }
        if self.shown().contains(question) {
            self.pause().keys("y");
        }
        self.ends()
    }

    pub fn shown(&self) -> String {
        self.parser.screen().contents()
    }

    /// What was written after the screen was left.
    pub fn told_last(&self) -> String {
        let text = String::from_utf8_lossy(&self.written);
        text.rsplit("\x1b[?1049l").next().unwrap_or_default().to_owned()
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Bytes as a keyboard sends them.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.master.resize(size(width, height)).unwrap();
        self.parser.set_size(cells(height), cells(width));
        self
    }

    /// Lets time pass, at least so much, and takes in what is written meanwhile; answers with how many bytes that was. It
    /// proves nothing about what the program has done by then.
    pub fn passes(&mut self, time: Duration) -> usize {
        let until = Instant::now() + time;
        let before = self.written.len();
        while let Ok(bytes) = self.bytes.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.take(&bytes);
        }
        self.written.len() - before
    }

    /// What has come up before, and was seen, takes answers now.
    pub fn pause(&mut self) -> &mut Self {
        self.passes(ANSWERS);
        self
    }

    pub fn signal(&mut self, name: &str) -> &mut Self {
        let sent = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status().unwrap();
        assert!(sent.success());
        self
    }

    /// The kernel's letter for what the process does: `S` sleeps, `T` is stopped.
    pub fn state(&self) -> char {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
        stat.rsplit(')').next().unwrap().trim().chars().next().unwrap()
    }

    /// Waits for the end and reads the last words.
    pub fn ends(&mut self) -> ExitStatus {
        let until = Instant::now() + DEADLINE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            match self.bytes.recv_timeout(Duration::from_millis(50)) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => assert!(Instant::now() < until, "it does not end:\n{}", self.shown()),
            }
        };
        // What it wrote last is in the terminal's queue: the reader gets it within a moment.
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(200)) {
            self.take(&bytes);
        }
        status
    }

    /// The terminal is as a shell wants it.
    pub fn assert_restored(&self) {
        let screen = self.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are not marked any more");
        let modes = format!("{:?}", self.master.get_termios().unwrap().local_flags);
        for mode in ["ECHO", "ICANON", "ISIG"] {
            assert!(modes.contains(mode), "{mode} is on again: {modes}");
        }
        let tail = String::from_utf8_lossy(&self.written);
        let (on, off) = (tail.rfind("\x1b[?1004h"), tail.rfind("\x1b[?1004l"));
        assert!(on < off, "focus is not told any more");
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        // A test that fails must not leave its program behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}
