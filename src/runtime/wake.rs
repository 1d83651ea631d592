//! Everything that can wake the loop, in one closed list on a bounded channel, and keys on one that is looked at first.

use std::sync::mpsc::{Receiver, RecvError, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::time::Duration;

use super::opened::Opened;
use crate::domain::fault::Fault;
use crate::domain::text::Clean;
use crate::protocol::Report;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::About;
use crate::tui::io::message::Message;

/// Wakes that may wait, and keys that may.
const MAX_WAITING: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End now, keeping what is saved: SIGTERM, SIGHUP, SIGINT (raw mode turns Ctrl-c into a key, so this one is from outside).
    End(i32),
    /// SIGTSTP from outside; Ctrl-z arrives as a key.
    Stop,
    Continue,
}

#[derive(Debug)]
pub enum Wake {
    /// From the terminal: a key, a paste, a new size, focus. Or what became of a file.
    Message(Message),
    /// A key came, and is elsewhere.
    Key,
    Report(Report),
    /// The worker's side of the reports is closed: no ticket will be answered any more.
    WorkerGone,
    /// The worker has been started, or cannot be.
    Opened(Box<Result<Opened, Fault>>),
    Signal(Signal),
    /// How something went that runs beside the loop.
    Said(Grade, String),
    /// The editor has ended; the terminal can be taken back.
    Edited(About, Result<Clean, Fault>),
    /// A panic on another thread, as the report that is printed at the end.
    Broken(String),
    /// The terminal gives no more input: it was closed.
    InputEnded,
}

/// The ends of a new inbox.
pub fn channel() -> (SyncSender<Wake>, Keys, Inbox) {
    let (wakes, later) = sync_channel(MAX_WAITING);
    let (keys, first) = sync_channel(MAX_WAITING);
    (wakes.clone(), Keys { keys, wakes }, Inbox { first, later })
}

/// What the terminal says goes in here.
#[derive(Clone)]
pub struct Keys {
    keys: SyncSender<Message>,
    wakes: SyncSender<Wake>,
}

impl Keys {
    /// Waits while too many wait. False: nobody listens any more.
    pub(super) fn send(&self, message: Message) -> bool {
        self.keys.send(message).is_ok() && self.wake()
    }

    /// Never waits. The message back, when too many wait or nobody listens.
    pub fn try_send(&self, message: Message) -> Option<Message> {
        match self.keys.try_send(message) {
            Ok(()) => {
                self.wake();
                None
            }
            Err(TrySendError::Full(message) | TrySendError::Disconnected(message)) => Some(message),
        }
    }

    /// With wakes waiting to its bound the loop is awake, and looks for keys before each of them.
    fn wake(&self) -> bool {
        !matches!(self.wakes.try_send(Wake::Key), Err(TrySendError::Disconnected(_)))
    }
}

/// What the loop lives on. A key overtakes the reports that wait: it is about what is on the screen, and they are not yet.
pub struct Inbox {
    first: Receiver<Message>,
    later: Receiver<Wake>,
}

impl Inbox {
    pub fn try_recv(&self) -> Result<Wake, TryRecvError> {
        self.key().map_or_else(|| self.later.try_recv(), Ok)
    }

    pub(super) fn recv(&self) -> Result<Wake, RecvError> {
        self.key().map_or_else(|| self.later.recv(), Ok)
    }

    pub(super) fn recv_timeout(&self, patience: Duration) -> Result<Wake, RecvTimeoutError> {
        self.key().map_or_else(|| self.later.recv_timeout(patience), Ok)
    }

    pub(super) fn key(&self) -> Option<Wake> {
        self.first.try_recv().ok().map(Wake::Message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::io::message::Chord;

    #[test]
    fn a_key_gets_through_a_full_inbox_and_overtakes_it() {
        let (wakes, keys, inbox) = channel();
        while wakes.try_send(Wake::WorkerGone).is_ok() {}
        assert!(keys.send(Message::Key(Chord::char('j'))) && keys.send(Message::Key(Chord::char('k'))));
        for key in ['j', 'k'] {
            let Ok(Wake::Message(Message::Key(chord))) = inbox.recv() else { panic!("{key} stood behind reports") };
            assert_eq!(chord, Chord::char(key));
        }
        assert!(matches!(inbox.try_recv(), Ok(Wake::WorkerGone)));
    }

    #[test]
    fn a_key_wakes_a_loop_that_sleeps() {
        let (_wakes, keys, inbox) = channel();
        // The loop has looked for keys, and blocks on what else may come.
        assert!(inbox.key().is_none());
        assert!(keys.send(Message::FocusLost));
        assert!(matches!(inbox.later.try_recv(), Ok(Wake::Key)));
        assert!(matches!(inbox.recv(), Ok(Wake::Message(Message::FocusLost))));
    }
}
