//! Everything that can wake the loop, in one closed list on one bounded channel.

use super::session::Opened;
use super::signals::Signal;
use crate::app::effect::About;
use crate::app::message::Message;
use crate::app::notice::Grade;
use crate::domain::fault::Fault;
use crate::domain::text::Clean;
use crate::protocol::Report;

/// Wakes that may wait. A key stands behind at most this many reports, so it stays small: of the largest reports
/// (4 096 rows each) sixteen are taken in within a few dozen milliseconds.
pub const MAX_WAITING: usize = 16;

#[derive(Debug)]
pub enum Wake {
    /// From the terminal: a key, a paste, a new size, focus.
    Message(Message),
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
