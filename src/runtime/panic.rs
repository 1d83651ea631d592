//! What a panic does to the screen: the terminal is given back before a word is printed.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{
    Write, {self},
};
use std::sync::mpsc::SyncSender;
use std::{panic, thread};

use color_eyre::config::{HookBuilder, Theme};

use super::terminal::Screen;
use super::wake::Wake;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;

/// For the verbs without a screen: what a panic quotes may be what a vendor sent, so it is made harmless.
pub fn install_plain() {
    panic::set_hook(Box::new(|info| {
        let backtrace = Backtrace::capture();
        let trace = if backtrace.status() == BacktraceStatus::Captured { format!("\n{backtrace}") } else { String::new() };
        let text = Clean::block(&format!("{info}{trace}"));
        // Nothing more can be done about a stream that is closed.
        let _ = writeln!(
            io::stderr(),
            "caseload: {text}\nThis is a fault of caseload. What was queued is on disk; nothing that was saved is lost."
        );
    }));
}

/// Installs the hook, before anything that it has to undo. A panic of the loop's own thread ends the program; one of
/// another thread leaves the screen usable: it is told, and its report is printed when the program ends.
pub(super) fn install(screen: Screen, wakes: SyncSender<Wake>) -> Result<(), Fault> {
    let (report, errors) = HookBuilder::default()
        // Colours would be bytes among which those of a case's text could not be told apart.
        .theme(Theme::new())
        .display_env_section(false)
        .panic_section("This is a fault of caseload. What was queued is on disk; nothing that was saved is lost.")
        .try_into_hooks()
        .map_err(|error| Fault::new(FaultKind::Config, format!("cannot prepare for failures: {error}")))?;
    // Somebody else's hook is as good for errors as ours; only the panic hook must be this one.
    let _ = errors.install();
    let screen_thread = thread::current().id();
    panic::set_hook(Box::new(move |info| {
        // A failed index into a text quotes that text, which may be what a vendor sent.
        let text = Clean::block(&report.panic_report(info).to_string()).to_string();
        tracing::error!("{text}");
        let is_elsewhere = thread::current().id() != screen_thread && screen.is_up();
        if is_elsewhere && wakes.try_send(Wake::Broken(text.clone())).is_ok() {
            return;
        }
        // Nothing more can be done about a terminal that is gone.
        let _ = screen.leave();
        let _ = writeln!(io::stderr(), "{text}");
    }));
    Ok(())
}

/// Fails on purpose when `CASELOAD_PANIC` says so, in builds for tests: `screen` in the loop's thread, `thread` in another.
#[cfg(debug_assertions)]
pub(super) fn provoke() {
    match std::env::var("CASELOAD_PANIC").as_deref() {
        Ok("screen") => panic!("provoked on the screen's thread\u{1b}]52;c;eA==\u{7}"),
        Ok("thread") => drop(thread::spawn(|| panic!("provoked on another thread"))),
        _ => {}
    }
}
