//! The binary in a pseudo-terminal, seen through a terminal emulator.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;
use vt100::Parser;

/// Nothing that a test waits for takes longer, unless it is broken.
pub const DEADLINE: Duration = Duration::from_secs(90);

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

    /// Reads until nothing comes for this long and the program has nothing to do: on a busy machine it may only wait for its
    /// turn. Answers with how many bytes came.
    pub fn quiet(&mut self, silence: Duration) -> usize {
        let until = Instant::now() + DEADLINE;
        let mut count = 0;
        loop {
            match self.bytes.recv_timeout(silence) {
                Ok(bytes) => {
                    count += bytes.len();
                    self.take(&bytes);
                }
                Err(RecvTimeoutError::Timeout) if self.has_work() => {}
                Err(RecvTimeoutError::Timeout) => return count,
                Err(RecvTimeoutError::Disconnected) => panic!("the program has ended:\n{}", self.shown()),
            }
            assert!(Instant::now() < until, "it is never quiet:\n{}", self.shown());
        }
    }

    pub fn signal(&mut self, name: &str) -> &mut Self {
        let sent = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status().unwrap();
        assert!(sent.success());
        self
    }

    /// A thread of the program runs, waits for its turn, or for the disk.
    fn has_work(&self) -> bool {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", self.pid())) else { return false };
        threads.flatten().any(|thread| {
            let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with(['R', 'D']))
        })
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
