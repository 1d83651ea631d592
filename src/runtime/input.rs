//! Keys, pastes, sizes and focus as the terminal sends them, turned into the screen's own messages.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, thread};

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, {self},
};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::wake::{Keys, Wake};
use crate::tui::io::message::{Chord, Key, Message};

/// Longest paste that is taken; a whole log pasted by accident would only be in the way.
const MAX_PASTE_BYTES: usize = 1024 * 1024;
/// How often, and how long each time, the reader is asked to let go of the terminal.
const SHUT_TRIES: usize = 20;
const SHUT_WAIT: Duration = Duration::from_millis(100);

/// Holds the reader back while another program has the terminal.
#[derive(Clone, Default)]
pub(super) struct Gate {
    state: Arc<(Mutex<State>, Condvar)>,
    /// Set the moment a SIGINT is delivered, and until somebody has answered it.
    interrupted: Arc<AtomicBool>,
}

#[derive(Default)]
struct State {
    is_shut: bool,
    is_parked: bool,
}

impl Gate {
    /// Returns once the reader has let go of the terminal. It may be blocked in a read: a signal of a new size, which
    /// changes nothing, brings it out of there.
    pub(super) fn shut(&self) -> io::Result<()> {
        let (state, parked) = &*self.state;
        let mut guard = lock(state);
        guard.is_shut = true;
        for _ in 0..SHUT_TRIES {
            if guard.is_parked {
                break;
            }
            drop(guard);
            signal_hook::low_level::raise(signal_hook::consts::SIGWINCH)?;
            let waited = parked.wait_timeout_while(lock(state), SHUT_WAIT, |state| !state.is_parked);
            guard = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if guard.is_parked {
            return Ok(());
        }
        guard.is_shut = false;
        Err(io::Error::other("the reader of the keys does not let go of the terminal"))
    }

    /// A Ctrl-c of the other program's may still be on its way to the thread of signals: it is taken back here.
    pub(super) fn open(&self) {
        let (state, changed) = &*self.state;
        if std::mem::take(&mut lock(state).is_shut) {
            self.take_interrupt();
        }
        changed.notify_all();
    }

    /// What a handler of SIGINT sets.
    pub(super) fn interrupted(&self) -> Arc<AtomicBool> {
        self.interrupted.clone()
    }

    /// Whether a SIGINT waits for an answer; whoever asks has to give it.
    pub(super) fn take_interrupt(&self) -> bool {
        self.interrupted.swap(false, Ordering::SeqCst)
    }

    pub(super) fn is_shut(&self) -> bool {
        lock(&self.state.0).is_shut
    }

    /// The reader waits here while the gate is shut; true when it had to.
    fn pass(&self) -> bool {
        let (state, changed) = &*self.state;
        let mut guard = lock(state);
        let was_shut = guard.is_shut;
        while guard.is_shut {
            guard.is_parked = true;
            changed.notify_all();
            guard = changed.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        guard.is_parked = false;
        was_shut
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the terminal until it ends or nobody listens any more. The thread is blocked while nothing happens.
pub(super) fn listen(keys: Keys, wakes: SyncSender<Wake>, gate: Gate) -> io::Result<()> {
    thread::Builder::new().name("input".into()).spawn(move || {
        loop {
            if gate.pass() {
                // Keys that were read before the other program started were not meant for what comes after it.
                while event::poll(Duration::ZERO).unwrap_or(false) && event::read().is_ok() {}
            }
            let message = match event::read() {
                Ok(_) if gate.is_shut() => None,
                Ok(event) => message(event),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
                Err(_) => {
                    drop(wakes.send(Wake::InputEnded));
                    return;
                }
            };
            if message.is_some_and(|message| !keys.send(message)) {
                return;
            }
        }
    })?;
    Ok(())
}

/// Watches for the terminal to go. The reader cannot: at the end of its input it would read on and on.
pub(super) fn watch_line(wakes: SyncSender<Wake>) -> io::Result<()> {
    thread::Builder::new().name("terminal".into()).spawn(move || {
        let stdin = io::stdin();
        // Nothing is asked for but what is always told: keys wake nobody here.
        let mut line = [PollFd::new(&stdin, PollFlags::empty())];
        loop {
            match poll(&mut line, None) {
                Err(Errno::INTR) => {}
                Ok(_) if line[0].revents().contains(PollFlags::HUP) => {
                    // The loop has ended already: nobody is left to be told.
                    let _ = wakes.send(Wake::InputEnded);
                    return;
                }
                // A system that cannot watch a terminal.
                _ => return,
            }
        }
    })?;
    Ok(())
}

fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) => chord(key).map(Message::Key),
        Event::Paste(mut text) => {
            if text.len() > MAX_PASTE_BYTES {
                text.truncate(text.floor_char_boundary(MAX_PASTE_BYTES));
            }
            Some(Message::Paste(text))
        }
        Event::Resize(width, height) => Some(Message::Resize(width, height)),
        Event::FocusGained => Some(Message::FocusGained),
        Event::FocusLost => Some(Message::FocusLost),
        Event::Mouse(_) => None,
    }
}

/// None: a release, or a key that the table has no name for.
fn chord(event: KeyEvent) -> Option<Chord> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let has = |modifier| event.modifiers.contains(modifier);
    let mut chord = Chord { key: Key::Esc, ctrl: has(KeyModifiers::CONTROL), alt: has(KeyModifiers::ALT), shift: has(KeyModifiers::SHIFT) };
    chord.key = match event.code {
        KeyCode::Char(c) => {
            // A capital is its own character; terminals differ in whether they say `shift` with it.
            chord.shift = false;
            Key::Char(c)
        }
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => {
            chord.shift = true;
            Key::Tab
        }
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert => Key::Insert,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    };
    Some(chord)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(code: KeyCode, modifiers: KeyModifiers) -> Option<String> {
        chord(KeyEvent::new(code, modifiers)).map(|chord| chord.to_string())
    }

    #[test]
    fn keys_have_the_names_of_the_key_table() {
        assert_eq!(name(KeyCode::Char('G'), KeyModifiers::SHIFT).as_deref(), Some("G"));
        assert_eq!(name(KeyCode::Char('d'), KeyModifiers::CONTROL).as_deref(), Some("Ctrl-d"));
        assert_eq!(name(KeyCode::BackTab, KeyModifiers::SHIFT).as_deref(), Some("Shift-Tab"));
        assert_eq!(name(KeyCode::BackTab, KeyModifiers::NONE).as_deref(), Some("Shift-Tab"));
        assert_eq!(name(KeyCode::PageDown, KeyModifiers::NONE).as_deref(), Some("PgDn"));
        assert_eq!(name(KeyCode::CapsLock, KeyModifiers::NONE), None);
    }

    #[test]
    fn a_release_is_not_a_second_press() {
        let mut event = KeyEvent::new(KeyCode::Char('j'), KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(chord(event), None);
    }

    #[test]
    fn a_paste_is_cut_between_characters() {
        let Some(Message::Paste(text)) = message(Event::Paste("漢".repeat(MAX_PASTE_BYTES))) else { panic!("a paste stays a paste") };
        assert!(text.len() <= MAX_PASTE_BYTES && text.chars().all(|c| c == '漢'));
    }
}
