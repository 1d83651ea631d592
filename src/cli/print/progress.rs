//! One line on stderr for whoever waits at a terminal. It comes late, goes before the output, and never reaches a pipe.

use std::io::{
    IsTerminal, Write, {self},
};
use std::time::{Duration, Instant};

use unicode_width::UnicodeWidthStr;

/// Whoever waits longer than this wants to know what for.
const LATE: Duration = Duration::from_secs(1);
/// As often as a person can read it.
const EVERY: Duration = Duration::from_millis(200);

pub(in crate::cli) struct Progress {
    begun: Instant,
    /// None: nobody would see it.
    columns: Option<u16>,
    written: Option<Instant>,
}

impl Progress {
    /// `columns`: width of the terminal, when there is one.
    pub(in crate::cli) fn new(columns: Option<u16>) -> Self {
        // A terminal that shows stderr but not stdout has some width, too; this much it has for sure.
        let columns = io::stderr().is_terminal().then(|| columns.unwrap_or(72));
        Self { begun: Instant::now(), columns, written: None }
    }

    /// How long to wait for news before looking in again; None: as long as it takes.
    pub(in crate::cli) fn patience(&self) -> Option<Duration> {
        self.columns.map(|_| EVERY)
    }

    /// Says it when it is time to.
    pub(in crate::cli) fn say(&mut self, words: impl FnOnce() -> String) {
        let Some(columns) = self.columns else { return };
        let now = Instant::now();
        let is_due = self.written.map_or(now - self.begun >= LATE, |written| now - written >= EVERY);
        if is_due {
            let mut words = words();
            while words.width() >= usize::from(columns) {
                words.pop();
            }
            self.written = Some(now);
            drop(write!(io::stderr().lock(), "\r{words}\x1b[K"));
        }
    }

    /// Takes the line away.
    pub(in crate::cli) fn clear(&mut self) {
        if self.written.take().is_some() {
            drop(write!(io::stderr().lock(), "\r\x1b[K"));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
