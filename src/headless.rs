//! The verbs without a screen. Output goes to stdout through one writer, everything else to stderr; a reader
//! that goes away ends a verb quietly.

mod answers;
mod aside;
mod ask;
mod asked;
mod base;
mod bulk;
mod check;
mod desk;
mod doctor;
mod edit;
mod export;
mod fetch;
mod grid;
mod journal;
mod keys;
mod known;
mod list;
mod markdown;
mod opened;
mod outbox;
mod own;
mod page;
mod plan;
mod progress;
mod purge;
mod reference;
mod scope;
mod serve;
mod session;
mod shape;
mod sheet;
mod show;
mod since;
mod stop;
mod submit;
mod table;
mod typed;
mod views;
mod writes;

use std::io::{self, Write};

pub use aside::{AsideOptions, AsideWish, aside};
pub use bulk::{BulkOptions, bulk, macros};
pub use check::check;
pub use doctor::{DoctorOptions, doctor};
pub use edit::{CommentOptions, CommentText, EditOptions, Input, comment, edit};
pub use export::{ExportOptions, export};
pub use fetch::Reach;
pub use journal::{journal_list, journal_verify};
pub use keys::{KeysOptions, keys};
pub use list::{ListFormat, ListOptions, list};
pub use outbox::{OutboxVerb, outbox};
pub use purge::{PurgeOptions, purge};
pub use scope::Scope;
pub use serve::serve;
pub use show::{ShowFormat, ShowOptions, show};
pub use stop::Exit;
use stop::Stop;
pub use views::views;

use crate::config::{Config, Problem};
use crate::domain::fault::Fault;

/// Says why nothing could be begun.
pub fn refuse(problem: &Problem) -> Exit {
    stop::note(problem);
    Exit::Usage
}

/// Prints a text that is made already.
pub fn print(text: &[u8]) -> Exit {
    let write = || {
        let mut out = io::stdout().lock();
        out.write_all(text).and_then(|()| out.flush())
    };
    stop::end(write().map(|()| Exit::Done).map_err(Stop::from))
}

/// Says what ended the workbench.
pub fn failed(fault: &Fault) -> Exit {
    stop::end(Err(Stop::fault(fault)))
}

/// The configuration for the workbench; None: there is no file yet. What is wrong with it is said here.
///
/// # Errors
/// The exit code of a configuration that cannot be used.
pub fn configured(scope: &Scope) -> Result<Option<Config>, Exit> {
    if !scope.places.config.exists() {
        return Ok(None);
    }
    scope.config().map(Some).map_err(|stop| stop::end(Err(stop)))
}
