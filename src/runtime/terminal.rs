//! The terminal while the screen is up, and the promise to give it back: on quit, error, panic, signal and suspend.

use std::io::{
    IsTerminal, Write, {self},
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::terminal::{Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode};
use crossterm::{Command, cursor};

use crate::domain::fault::{Fault, FaultKind};

/// Whether the screen is up; shared with the panic hook, which runs on any thread.
#[derive(Clone, Default)]
pub(super) struct Screen {
    up: Arc<AtomicBool>,
}

impl Screen {
    /// Whether there is a terminal to draw on and to read keys from.
    pub(super) fn check() -> Result<(), Fault> {
        if io::stdout().is_terminal() && io::stdin().is_terminal() {
            return Ok(());
        }
        Err(Fault::new(FaultKind::NotPossible, "the workbench needs a terminal; `caseload list` and `caseload show` print without one"))
    }

    /// Takes the terminal: raw mode, alternate screen, pasted text marked, focus told. The mouse stays the terminal's own,
    /// so that selecting and copying with it keep working.
    pub(super) fn enter(&self) -> io::Result<()> {
        // After a stop from outside the shell has changed the modes behind our back, and crossterm would believe that
        // raw mode is still on.
        if self.up.swap(true, Ordering::SeqCst) {
            disable_raw_mode()?;
        }
        enable_raw_mode()?;
        // A program that was killed here may have left its screen, its colours and half a frame behind.
        let mut bytes = String::from("\x1b[?2026l\x1b[0m");
        ansi(&mut bytes, &EnterAlternateScreen);
        ansi(&mut bytes, &Clear(ClearType::All));
        ansi(&mut bytes, &EnableBracketedPaste);
        ansi(&mut bytes, &EnableFocusChange);
        ansi(&mut bytes, &cursor::Hide);
        ansi(&mut bytes, &SetTitle("caseload"));
        write(&bytes)
    }

    /// Gives the terminal back. Does nothing when it is not up, so every way out may call it.
    pub(super) fn leave(&self) -> io::Result<()> {
        if !self.up.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        // First: whoever types already types for what has the terminal next, and raw mode would change their Enter.
        let cooked = disable_raw_mode();
        let mut bytes = String::new();
        // A frame may have been cut off in the middle: end its synchronized update and its colours.
        bytes.push_str("\x1b[?2026l\x1b[0m");
        ansi(&mut bytes, &DisableFocusChange);
        ansi(&mut bytes, &DisableBracketedPaste);
        ansi(&mut bytes, &LeaveAlternateScreen);
        ansi(&mut bytes, &cursor::Show);
        write(&bytes).and(cooked)
    }

    pub(super) fn is_up(&self) -> bool {
        self.up.load(Ordering::SeqCst)
    }
}

/// Leaves the screen when the loop ends, however it ends.
pub(super) struct Guard(pub(super) Screen);

impl Drop for Guard {
    fn drop(&mut self) {
        // A terminal that is gone cannot be restored; there is nobody left to tell.
        let _ = self.0.leave();
    }
}

fn ansi(out: &mut String, command: &impl Command) {
    // Writing to a String cannot fail.
    let _ = command.write_ansi(out);
}

fn write(bytes: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes.as_bytes())?;
    out.flush()
}
