//! How a verb ends: its exit code, and why it ends before its work is done.

use std::fmt::Display;
use std::io::{
    Write, {self},
};
use std::process::ExitCode;

use crate::config::{Problem, Problems};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;

/// What the process tells the shell. The numbers are a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    NothingMatched = 1,
    Usage = 2,
    Auth = 3,
    Network = 4,
    /// Somebody else changed it, or the change could not be confirmed.
    Conflict = 5,
    /// What was printed or done is not everything.
    Partial = 6,
    /// Saved, and sent when the network is back.
    Queued = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// What a failure of the one source concerned means for the whole.
    pub(in crate::cli) fn of(fault: &Fault) -> Self {
        match fault.kind {
            FaultKind::Unauthorized | FaultKind::Forbidden => Self::Auth,
            FaultKind::NotFound => Self::NothingMatched,
            FaultKind::Conflict | FaultKind::NotVerified => Self::Conflict,
            FaultKind::Config
            | FaultKind::Rejected
            | FaultKind::NotPossible
            | FaultKind::Disk
            | FaultKind::DiskFull
            | FaultKind::FromNewer
            | FaultKind::Damaged => Self::Usage,
            _ => Self::Network,
        }
    }
}

/// Why a verb ends early.
#[derive(Debug)]
pub(in crate::cli) enum Stop {
    /// Whoever read the output has gone: `caseload list | head`. Nothing to say.
    Unread,
    /// Words for the person, and the exit code.
    Said(Exit, String),
}

impl Stop {
    pub(in crate::cli) fn usage(words: impl Into<String>) -> Self {
        Self::Said(Exit::Usage, words.into())
    }

    /// The same, with what a person wrote for it: it is not kept anywhere else.
    pub(in crate::cli) fn with_text(self, text: &str) -> Self {
        match self {
            Self::Said(exit, words) => Self::Said(exit, format!("{words}\nthis is the text that you gave:\n{text}")),
            Self::Unread => self,
        }
    }

    pub(in crate::cli) fn fault(fault: &Fault) -> Self {
        Self::Said(Exit::of(fault), words(fault))
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Unread
        } else {
            Self::Said(Exit::Partial, format!("the output cannot be written: {error}"))
        }
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Self::from(io::Error::from(error))
    }
}

impl From<csv::Error> for Stop {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::from(error),
            kind => Self::Said(Exit::Partial, format!("the output cannot be written: {kind:?}")),
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::fault(&fault)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::usage(problem.to_string())
    }
}

impl From<Problems> for Stop {
    fn from(problems: Problems) -> Self {
        Self::usage(problems.to_string())
    }
}

/// What happened and the next step, as one line each.
pub(in crate::cli) fn words(fault: &Fault) -> String {
    match fault.kind {
        // The disk's own words name the file and what to do with it.
        FaultKind::Disk | FaultKind::DiskFull | FaultKind::FromNewer | FaultKind::Damaged => fault.to_string(),
        _ => format!("{fault}\n  {}", next_step(fault)),
    }
}

/// Where nobody sits before a screen, nothing comes by itself and no key can be pressed.
pub(in crate::cli) fn next_step(fault: &Fault) -> &'static str {
    match fault.kind {
        _ if fault.is_of_write() => fault.next_step(),
        FaultKind::Unreachable => "check the network and base_url; `caseload list --cached` prints what is on disk",
        FaultKind::TimedOut => "run it again; if it stays, raise timeout_s of this source",
        FaultKind::Tls => "put right what is named above, or check base_url and ca_file; then run it again",
        FaultKind::Cut => "run it again; if it stays, look for a proxy that cuts answers",
        FaultKind::QuotaSpent | FaultKind::Busy => "run it again in a minute",
        FaultKind::Server => "the vendor has a problem: run it again later; `caseload list --cached` prints what is on disk",
        FaultKind::NotFound => "it was deleted or moved, or these keys cannot see it",
        FaultKind::Conflict | FaultKind::NotVerified => "look at the case with `caseload show`: what it shows now is what the vendor holds",
        FaultKind::NotPossible => "`caseload --help` lists what else can be done, `caseload edit --help` the fields that can be changed",
        FaultKind::Offline => "run it again without --offline",
        FaultKind::Behind => {
            "settle the stopped one, and it follows; `caseload outbox flush ID` sends it before that one, `drop ID` drops it"
        }
        FaultKind::Closed | FaultKind::Cancelled => "run it again; what was queued is on disk",
        _ => fault.next_step(),
    }
}

/// Says something beside the output. Every line names us, so that it is told apart in a pipe.
pub(in crate::cli) fn note(words: impl Display) {
    let clean = Clean::block(&words.to_string());
    // Nobody listens there: the exit code still speaks.
    drop(writeln!(io::stderr().lock(), "caseload: {clean}"));
}

/// The exit code of a verb, after its last words.
pub(in crate::cli) fn end(result: Result<Exit, Stop>) -> Exit {
    match result {
        Ok(exit) => exit,
        Err(Stop::Unread) => Exit::Done,
        Err(Stop::Said(exit, words)) => {
            note(words);
            exit
        }
    }
}
