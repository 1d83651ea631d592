//! An entry of the outbox as the command line names and prints it.

use std::io::{
    Write, {self},
};

use jiff::Timestamp;

use crate::cli::print::plan;
use crate::cli::print::table::age;
use crate::cli::run::stop::words;
use crate::cli::run::submit::{overlaps, who};
use crate::domain::case::Rid;
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::fault::Fault;
use crate::domain::text::Clean;
use crate::domain::turn;

/// An entry and what is known of its case.
pub(in crate::cli) struct Waiting {
    /// Counts from 1, in the order of saving.
    pub(in crate::cli) number: usize,
    pub(in crate::cli) entry: OutboxEntry,
    pub(in crate::cli) source: String,
    pub(in crate::cli) rid: Option<Rid>,
    /// None: the case is not on disk.
    pub(in crate::cli) key: Option<Clean>,
    pub(in crate::cli) title: Option<Clean>,
}

pub(in crate::cli) fn landed(progress: &Progress) -> usize {
    match progress {
        Progress::Sending { done, .. } | Progress::Parked { done, .. } | Progress::Unknown { done, .. } => *done,
        _ => 0,
    }
}

impl Waiting {
    pub(in crate::cli) fn needs_person(&self) -> bool {
        self.entry.progress.needs_person() || self.entry.is_held
    }

    pub(in crate::cli) fn name(&self) -> String {
        let case = self.key.as_ref().map_or(self.entry.edit.case.id.as_str(), |key| key.as_str().trim_start_matches('#'));
        format!("{}:{case}", self.source)
    }

    /// Whether this is what was known of it already.
    pub(in crate::cli) fn is_as(&self, told: &OutboxEntry) -> bool {
        let entry = &self.entry;
        entry.id == told.id && entry.progress == told.progress && entry.is_behind() == told.is_behind()
    }

    pub(in crate::cli) fn waits_behind(&self) -> String {
        let (name, id, reason) = (self.name(), &self.entry.id, turn::behind().message);
        format!("{name}: {reason}\n  `caseload outbox flush {id}` sends it before that one")
    }

    pub(in crate::cli) fn fault(&self) -> Option<&Fault> {
        match &self.entry.progress {
            Progress::Parked { fault, .. } | Progress::Unknown { fault, .. } => Some(fault),
            _ => self.entry.delayed_by.as_ref(),
        }
    }

    /// One line.
    pub(in crate::cli) fn head(&self, out: &mut impl Write, now: Timestamp) -> io::Result<()> {
        let entry = &self.entry;
        let state = if entry.is_held { "held" } else { entry.progress.name() };
        let mut parts: Vec<&str> = entry.edit.changes.iter().map(|change| change.part().name()).collect();
        parts.dedup();
        let title = self.title.as_ref().map_or("", Clean::as_str);
        let fault = self.fault().map(|fault| format!("  ({})", fault.message)).unwrap_or_default();
        let (number, id, age) = (self.number, &entry.id, age(entry.saved_at, now));
        writeln!(out, "{number:>3}  {id}  {state:8} {age:>5}  {}  {}  {title}{fault}", self.name(), parts.join(", "))
    }

    pub(in crate::cli) fn whole(&self, out: &mut impl Write, now: Timestamp) -> io::Result<()> {
        let entry = &self.entry;
        self.head(out, now)?;
        if let Some(fault) = self.fault() {
            writeln!(out, "  {}", words(fault))?;
        }
        if let Some(at) = entry.delay_left(now).and_then(|left| now.checked_add(left).ok()) {
            writeln!(out, "  not before {at}")?;
        }
        if let Some(conflict) = &entry.conflict {
            writeln!(out, "  {}", who(conflict))?;
            overlaps(conflict).iter().try_for_each(|line| writeln!(out, "    {line}"))?;
        }
        plan::changes(out, &entry.lines)?;
        let done = landed(&entry.progress);
        writeln!(out, "calls ({}, {done} landed)", entry.calls.len())?;
        for (place, call) in entry.calls.iter().enumerate() {
            plan::call(out, if place < done { "  landed  " } else { "          " }, call)?;
        }
        Ok(())
    }
}
