//! Signals as wakes: the loop alone decides what a signal means for the terminal.

use std::sync::mpsc::SyncSender;
use std::{io, thread};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use super::input::Gate;
use super::wake::{Signal, Wake};

/// Forwards signals until nobody listens any more. The thread is blocked while none comes.
pub(super) fn listen(wakes: SyncSender<Wake>, gate: Gate) -> io::Result<()> {
    // First, so that it is set before this thread learns of the signal.
    signal_hook::flag::register(SIGINT, gate.interrupted())?;
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for number in signals.forever() {
            // The other program has given the terminal back since it was pressed there.
            if number == SIGINT && !gate.take_interrupt() {
                continue;
            }
            // While an editor has the terminal, Ctrl-c is its own, and Ctrl-z stops both of us.
            if gate.is_shut() {
                match number {
                    SIGINT | SIGCONT => continue,
                    SIGTSTP => {
                        // A process that cannot be stopped goes on; the editor is stopped all the same.
                        let _ = stop();
                        continue;
                    }
                    _ => {}
                }
            }
            let signal = match number {
                SIGTSTP => Signal::Stop,
                SIGCONT => Signal::Continue,
                end => Signal::End(end),
            };
            if wakes.send(Wake::Signal(signal)).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

/// Stops this process as the shell expects; returns when it is continued.
pub(super) fn stop() -> io::Result<()> {
    low_level::emulate_default_handler(SIGTSTP)
}
