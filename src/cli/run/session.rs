//! A run of the worker without a screen: orders go in, their reports come out, until their ticket is closed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use compact_str::CompactString;
use jiff::Timestamp;

use crate::cli::print::progress::Progress;
use crate::cli::run::stop::{Stop, note};
use crate::config::Config;
use crate::domain::directory::Directory;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::wall::Wall;
use crate::protocol::{Asked, Order, Phase, Quota, Report, SourceState, Ticket};
use crate::sync::setup::Setup;
use crate::sync::{
    Link, Reports, {self},
};

/// Without anybody to show progress to, a wait is looked in on this often all the same.
const LOOK_IN: Duration = Duration::from_mins(1);

pub(in crate::cli) struct Session {
    link: Link,
    reports: Reports,
    tickets: u64,
    progress: Progress,
    /// By source id.
    names: Vec<String>,
    states: Vec<SourceState>,
    directories: Vec<Arc<Directory>>,
    /// What sources were asked for instead of everything.
    pub(in crate::cli) asked: Vec<Arc<Asked>>,
    /// Outbox entries that were told so far, by id.
    pub(in crate::cli) entries: BTreeSet<CompactString>,
    /// What is being done, when the sources' own state does not say it.
    doing: Option<String>,
    /// It was said that the journal cannot be written.
    is_unwritten: bool,
}

impl Session {
    pub(in crate::cli) fn start(config: &Config, data: &Path, offline: bool, columns: Option<u16>) -> Result<Self, Stop> {
        let sources = if offline { sync::sources_for_disk(config) } else { sync::sources(config) };
        let setup = Setup { sources, data: data.into(), offline, poll: config.poll.clone(), wall: Wall::default() };
        let mut link = sync::start_quiet(setup)?;
        let reports = link.reports();
        let names: Vec<String> = config.sources.iter().map(|source| source.name.clone()).collect();
        let states = vec![SourceState::default(); names.len()];
        let directories = vec![Arc::default(); names.len()];
        let (doing, asked, entries, is_unwritten) = (None, Vec::new(), BTreeSet::new(), false);
        let progress = Progress::new(columns);
        Ok(Self { link, reports, tickets: 0, progress, names, states, directories, asked, entries, doing, is_unwritten })
    }

    /// Gives an order and waits until it is closed; everything else that is reported on the way goes to `take`.
    ///
    /// # Errors
    /// What closed it.
    pub(in crate::cli) fn order(&mut self, order: Order, mut take: impl FnMut(&Report)) -> Result<(), Fault> {
        self.tickets += 1;
        let wanted = Ticket(self.tickets);
        self.link.send(wanted, order)?;
        let closed = self.until(None, |report| {
            take(report);
            match report {
                Report::Done { ticket, result } if *ticket == wanted => Some(result.clone()),
                _ => None,
            }
        })?;
        closed.unwrap_or(Ok(()))
    }

    /// Takes reports until `done` has its answer; None: the deadline came first.
    ///
    /// # Errors
    /// The worker is gone.
    pub(in crate::cli) fn until<T>(
        &mut self,
        deadline: Option<Instant>,
        mut done: impl FnMut(&Report) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        loop {
            let left = deadline.map_or(LOOK_IN, |deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                self.progress.clear();
                return Ok(None);
            }
            match self.reports.recv_timeout(self.progress.patience().unwrap_or(LOOK_IN).min(left)) {
                Ok(report) => {
                    self.learn(&report);
                    if let Some(answer) = done(&report) {
                        self.progress.clear();
                        return Ok(Some(answer));
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Fault::new(FaultKind::Closed, "the worker ended before its work was done"));
                }
            }
            let (names, states, words) = (&self.names, &self.states, &self.doing);
            self.progress.say(|| words.clone().unwrap_or_else(|| doing(names, states)));
        }
    }

    fn learn(&mut self, report: &Report) {
        match report {
            Report::NotWrittenDown(fault) if !std::mem::replace(&mut self.is_unwritten, true) => {
                self.progress.clear();
                note(format!("not written down: {}\n  what is sent now will be missing in `caseload journal`", fault.message));
            }
            Report::Source(source, state) => {
                if let Some(known) = self.states.get_mut(usize::from(source.0)) {
                    known.clone_from(state);
                }
            }
            Report::Asked { asked, .. } => {
                if let Some(known) = self.states.get_mut(usize::from(asked.source.0)) {
                    known.fault.clone_from(&asked.fault);
                }
                self.asked.push(Arc::clone(asked));
            }
            Report::Directory(source, directory) => {
                if let Some(known) = self.directories.get_mut(usize::from(source.0)) {
                    known.clone_from(directory);
                }
            }
            Report::Outbox(entry) => drop(self.entries.insert(entry.id.clone())),
            _ => {}
        }
    }

    /// What the only source of this run knows besides its cases.
    pub(in crate::cli) fn directory(&self) -> Arc<Directory> {
        self.directories.first().cloned().unwrap_or_default()
    }

    /// Says this on the line for whoever waits; None: what the sources say of themselves.
    pub(in crate::cli) fn doing(&mut self, words: Option<String>) {
        self.doing = words;
    }

    /// What the only source of this run said last of its quota.
    pub(in crate::cli) fn quota(&self) -> Option<Quota> {
        self.states.first()?.quota
    }

    /// Name of the only source of this run.
    pub(in crate::cli) fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// How each source of this run stands, by source id.
    pub(in crate::cli) fn states(&self) -> &[SourceState] {
        &self.states
    }

    /// Lets the worker finish what it writes.
    pub(in crate::cli) fn stop(self) {
        self.link.finish();
    }
}

/// What the sources are doing, for one line.
fn doing(names: &[String], states: &[SourceState]) -> String {
    let now = Timestamp::now();
    let busy = names.iter().zip(states).filter_map(|(name, state)| match state.phase {
        Phase::Reading { pages, of: Some(of) } => Some(format!("{name} page {pages} of {of}")),
        Phase::Reading { pages: 0, of: None } => Some(name.clone()),
        Phase::Reading { pages, of: None } => Some(format!("{name} page {pages}")),
        Phase::Waiting { until } => Some(format!("{name} waits {} s for its quota", (until.as_second() - now.as_second()).max(0))),
        Phase::Idle => None,
    });
    let busy: Vec<String> = busy.collect();
    if busy.is_empty() { "waiting ...".into() } else { format!("reading: {}", busy.join(", ")) }
}
