//! Floor 5: the verbs without a screen. Output goes to stdout through one writer, everything else to stderr; a reader
//! that goes away ends a verb quietly.

mod aside;
mod ask;
mod asked;
mod base;
mod bulk;
mod check;
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

use crate::config::{self, Config, Places, Problem};
use crate::domain::fault::Fault;

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
pub use serve::serve;
pub use show::{ShowFormat, ShowOptions, show};
pub use stop::Exit;
pub use views::views;

use stop::Stop;

/// What every verb needs to know.
#[derive(Clone, Debug)]
pub struct Scope {
    pub places: Places,
    /// Names of the sources to use; empty: all that are configured.
    pub only: Vec<String>,
    /// No request leaves.
    pub offline: bool,
    /// Width of the terminal that shows the output; None: no terminal shows it.
    pub columns: Option<u16>,
}

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

impl Scope {
    /// The configuration, with the sources of this run only.
    fn config(&self) -> Result<Config, Stop> {
        let mut config = config::load(&self.places.config)?;
        let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        if names.is_empty() {
            let file = self.places.config.display();
            return Err(Stop::usage(format!(
                "{file} configures no source\n  write a [[source]] there, or look around with `caseload demo`"
            )));
        }
        if let Some(unknown) = self.only.iter().find(|wanted| !names.iter().any(|name| name.eq_ignore_ascii_case(wanted))) {
            return Err(Stop::usage(format!("there is no source `{unknown}`\n  the sources are {}", names.join(", "))));
        }
        config.keep_sources(|source| self.only.is_empty() || self.only.iter().any(|wanted| source.name.eq_ignore_ascii_case(wanted)));
        Ok(config)
    }
}
