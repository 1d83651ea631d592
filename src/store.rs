//! Disk: what was read stays readable, what was committed is sent once. One thread owns a [`Store`].
//!
//! Two `SQLite` files in the data directory, so that what can be read again is apart from what cannot:
//!
//! | file        | holds                                                     | commit                                  |
//! |-------------|-----------------------------------------------------------|-----------------------------------------|
//! | `cases.db`  | rows, bodies, pages of details, watermarks, directories   | WAL, NORMAL: a power cut loses seconds  |
//! | `outbox.db` | edits on their way, drafts, pins, snoozes, what was seen  | WAL, FULL: on the medium when it returns |
//!
//! Beside them `journal.jsonl` keeps what was written to the vendors, for whoever asks later (see [`journal`]).
//!
//! `drafts-*.lock` are held by the workbenches that run (see `holder`): each has drafts of its own.
//!
//! `edit-*.md` is what a person's editor writes in (see [`sheets`]).
//!
//! `allowed.txt` says where a person lets changes happen (see [`permits`]).
//!
//! Sources are known by name; a [`SourceId`] means something only within one run. A file that cannot be used gives its
//! fault to every call that needs it and leaves the other file alone. Nothing here deletes or overwrites a file, except
//! that [`upkeep::purge`] removes `cases.db` when a person asks for it.

mod asides;
mod baselines;
mod details;
mod drafts;
mod elsewhere;
pub mod file;
mod holder;
mod ids;
pub mod journal;
mod marks;
mod open;
mod outbox;
mod packed;
mod packs;
pub mod permits;
mod rows;
pub mod sheets;
mod triage;
pub mod upkeep;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::domain::case::{Rid, SourceId};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::Listed;

pub use baselines::Shown;
pub use drafts::Unfinished;
use ids::Ids;
use open::File;

/// Whether this run may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    ReadWrite,
    /// Nothing is created; files that are not there read as empty.
    ReadOnly,
}

/// What a page brought for one case, judged by what the list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Not met before by this process.
    New,
    Changed,
    /// The row was not rewritten.
    Same,
}

/// Where a raw came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// An item of a list.
    List,
    /// The answer to "get one case".
    Whole,
}

/// Paged details of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Activities,
    Records,
}

/// How far a source has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Number of the running or last full pass; 0: never begun.
    pub pass: u32,
    /// When the last full pass ended.
    pub complete_at: Option<Timestamp>,
    /// Watermark for "what changed".
    pub newest_change: Option<Timestamp>,
    /// How many cases the vendor says there are: in the last pass that was complete, else in the running one.
    pub expected: Option<u64>,
    /// Distinct cases met in that pass.
    pub seen: u64,
    /// A hash of what the last pass that was complete asked for: other settings of the source ask for other cases.
    pub question: i64,
    /// Rows of that pass that could not be read.
    pub malformed: u32,
}

impl Mark {
    /// What it is worth to whoever asks this: a pass that was complete with other settings has met other cases.
    #[must_use]
    pub fn asked(self, question: i64) -> Self {
        if self.question == question {
            return self;
        }
        Self { pass: self.pass, seen: self.seen, question, ..Self::default() }
    }

    /// Cases that the vendor counted and showed on no page of the last complete pass.
    pub fn hidden(&self) -> u64 {
        self.complete_at.and(self.expected).map_or(0, |expected| expected.saturating_sub(self.seen))
    }
}

/// A page on its way to disk.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    pub source: SourceId,
    pub items: &'a [Listed],
    /// Moves in the transaction that stores the items.
    pub mark: Option<&'a Mark>,
    pub read_at: Timestamp,
}

/// The data directory, opened.
pub struct Store {
    cases: Result<Cases, Fault>,
    outbox: Result<File, Fault>,
    directory: PathBuf,
    access: Access,
    /// Names of this run's sources, by [`SourceId`].
    names: Vec<String>,
    /// Made with the first draft.
    holder: std::cell::OnceCell<holder::Holder>,
}

/// `cases.db` and what is remembered of it.
struct Cases {
    file: File,
    /// Numbers on disk of this run's sources, by [`SourceId`]; None: nothing on disk by this name.
    numbers: Vec<Option<u32>>,
    /// Loaded when first needed for writing.
    ids: std::cell::OnceCell<Ids>,
    /// Version of the file when this process first read the list.
    listed_at: std::cell::Cell<Option<i64>>,
    /// The running pass of each source, by [`SourceId`].
    passes: Vec<Option<marks::Pass>>,
}

impl Store {
    /// Opens the directory, creating what is missing: directory 0700, files 0600.
    ///
    /// Fails when neither file can be used. A single unusable file is told by [`Self::faults`] and by every call that needs
    /// it. Kinds: `FromNewer`, `Damaged`, `DiskFull`, `Disk`, `Busy`; each names the file and says what to do.
    pub fn open(directory: &Path, access: Access) -> Result<Self, Fault> {
        open::directory(directory, access)?;
        let cases = open::open(directory, &open::CASES, access).map(Cases::new);
        let outbox = open::open(directory, &open::OUTBOX, access);
        match (cases, outbox) {
            (Err(fault), Err(_)) => Err(fault),
            (cases, outbox) => {
                Ok(Self { cases, outbox, directory: directory.to_owned(), access, names: Vec::new(), holder: std::cell::OnceCell::new() })
            }
        }
    }

    /// What of the directory cannot be used in this run.
    pub fn faults(&self) -> Vec<Fault> {
        [self.cases.as_ref().err(), self.outbox.as_ref().err()].into_iter().flatten().cloned().collect()
    }

    /// Declares this run's sources: `SourceId(i)` is `names[i]`. What is on disk of other names stays untouched and unread.
    pub fn sources(&mut self, names: &[&str]) -> Result<(), Fault> {
        self.names = names.iter().map(ToString::to_string).collect();
        self.cases_mut()?.declare(names)
    }

    /// The number of a case that was stored before, gone or not.
    pub fn rid(&self, id: &crate::domain::case::CaseId) -> Option<Rid> {
        let cases = self.cases().ok()?;
        let number = cases.number(id.source)?;
        cases.ids().ok()?.find(number, &id.id)
    }

    /// One page and its watermark in one transaction; what each item meant, in order.
    pub fn save_page(
        &mut self,
        source: SourceId,
        items: &[Listed],
        mark: Option<&Mark>,
        read_at: Timestamp,
    ) -> Result<Vec<(Rid, Change)>, Fault> {
        let mut saved = self.save_pages(&[Batch { source, items, mark, read_at }])?;
        Ok(saved.pop().unwrap_or_default())
    }

    fn cases(&self) -> Result<&Cases, Fault> {
        self.cases.as_ref().map_err(Clone::clone)
    }

    fn cases_mut(&mut self) -> Result<&mut Cases, Fault> {
        self.cases.as_mut().map_err(|fault| fault.clone())
    }

    /// The configured name of a source, which is how disk knows it.
    fn name(&self, source: SourceId) -> Result<&str, Fault> {
        name_of(&self.names, source)
    }

    fn outbox_file(&self) -> Result<&File, Fault> {
        self.outbox.as_ref().map_err(Clone::clone)
    }
}

fn name_of(names: &[String], source: SourceId) -> Result<&str, Fault> {
    let name = names.get(usize::from(source.0)).map(String::as_str);
    name.ok_or_else(|| Fault::new(FaultKind::NotFound, format!("source {} was never declared", source.0)))
}

#[cfg(test)]
mod tests;
