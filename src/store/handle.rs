//! The data directory, opened: its files, the sources that this run knows, and the numbers of their cases.

use std::cell::{Cell, OnceCell};
use std::path::{Path, PathBuf};

use compact_str::CompactString;
use rusqlite::OptionalExtension;

use super::access::Access;
use super::holder::Holder;
use super::ids::{
    Ids, {self},
};
use super::open::{
    File, {self},
};
use super::reading::Change;
use crate::domain::case::{CaseId, Rid, SourceId};
use crate::domain::fault::{Fault, FaultKind};

/// The data directory, opened.
pub struct Store {
    pub(super) cases: Result<Cases, Fault>,
    pub(super) outbox: Result<File, Fault>,
    pub(super) directory: PathBuf,
    pub(super) access: Access,
    /// Names of this run's sources, by [`SourceId`].
    pub(super) names: Vec<String>,
    /// Made with the first draft.
    pub(super) holder: OnceCell<Holder>,
}

/// `cases.db` and what is remembered of it.
pub(super) struct Cases {
    pub(super) file: File,
    /// Numbers on disk of this run's sources, by [`SourceId`]; None: nothing on disk by this name.
    pub(super) numbers: Vec<Option<u32>>,
    /// Loaded when first needed for writing.
    pub(super) ids: OnceCell<Ids>,
    /// Version of the file when this process first read the list.
    listed_at: Cell<Option<i64>>,
    /// The running pass of each source, by [`SourceId`].
    pub(super) passes: Vec<Option<Pass>>,
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
                Ok(Self { cases, outbox, directory: directory.to_owned(), access, names: Vec::new(), holder: OnceCell::new() })
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
    pub fn rid(&self, id: &CaseId) -> Option<Rid> {
        let cases = self.cases().ok()?;
        let number = cases.number(id.source)?;
        cases.ids().ok()?.find(number, &id.id)
    }

    /// Which case a number stands for, gone or not. `NotFound`: none of this run's sources.
    pub fn id(&self, rid: Rid) -> Result<CaseId, Fault> {
        let cases = self.cases()?;
        let mut statement =
            cases.file.prepare("SELECT source, id FROM rows WHERE rid = ?1 UNION ALL SELECT source, id FROM gone WHERE rid = ?1")?;
        let found = statement.query_row([rid.0], |row| Ok((row.get(0)?, CompactString::from(row.get_ref(1)?.as_str()?))));
        let none = || Fault::new(FaultKind::NotFound, format!("no case of these sources has the number {}", rid.0));
        match found {
            Ok((number, id)) => Ok(CaseId { source: cases.source(number).ok_or_else(none)?, id }),
            Err(rusqlite::Error::QueryReturnedNoRows) => Err(none()),
            Err(error) => Err(cases.file.fault(&error)),
        }
    }

    pub(super) fn cases(&self) -> Result<&Cases, Fault> {
        self.cases.as_ref().map_err(Clone::clone)
    }

    pub(super) fn cases_mut(&mut self) -> Result<&mut Cases, Fault> {
        self.cases.as_mut().map_err(|fault| fault.clone())
    }

    /// The configured name of a source, which is how disk knows it.
    pub(super) fn name(&self, source: SourceId) -> Result<&str, Fault> {
        name_of(&self.names, source)
    }

    pub(super) fn outbox_file(&self) -> Result<&File, Fault> {
        self.outbox.as_ref().map_err(Clone::clone)
    }
}

pub(super) fn name_of(names: &[String], source: SourceId) -> Result<&str, Fault> {
    let name = names.get(usize::from(source.0)).map(String::as_str);
    name.ok_or_else(|| Fault::new(FaultKind::NotFound, format!("source {} was never declared", source.0)))
}

impl Cases {
    fn new(file: File) -> Self {
        Self { file, numbers: Vec::new(), ids: OnceCell::new(), listed_at: Cell::new(None), passes: Vec::new() }
    }

    fn declare(&mut self, names: &[&str]) -> Result<(), Fault> {
        let find = |name: &str| -> Result<Option<u32>, Fault> {
            let mut statement = self.file.prepare("SELECT number FROM sources WHERE name = ?1")?;
            statement.query_row([name], |row| row.get(0)).optional().map_err(|error| self.file.fault(&error))
        };
        let mut numbers = names.iter().map(|name| find(name)).collect::<Result<Vec<_>, _>>()?;
        if self.file.may_write() && numbers.contains(&None) {
            let transaction = self.file.begin()?;
            for name in names {
                self.file.run("INSERT OR IGNORE INTO sources (name) VALUES (?1)", [name])?;
            }
            transaction.commit().map_err(|error| self.file.fault(&error))?;
            numbers = names.iter().map(|name| find(name)).collect::<Result<Vec<_>, _>>()?;
        }
        self.passes = names.iter().map(|_| None).collect();
        self.numbers = numbers;
        Ok(())
    }

    pub(super) fn number(&self, source: SourceId) -> Option<u32> {
        self.numbers.get(usize::from(source.0)).copied().flatten()
    }

    pub(super) fn source(&self, number: u32) -> Option<SourceId> {
        self.declared().find(|(_, known)| *known == number).map(|(source, _)| source)
    }

    /// This run's sources that are known on disk, with their numbers there.
    pub(super) fn declared(&self) -> impl Iterator<Item = (SourceId, u32)> + '_ {
        (0..=u8::MAX).map(SourceId).zip(&self.numbers).filter_map(|(source, number)| Some((source, (*number)?)))
    }

    pub(super) fn ids(&self) -> Result<&Ids, Fault> {
        if let Some(ids) = self.ids.get() {
            return Ok(ids);
        }
        let loaded = Ids::load(&self.file, self.listed_at.get())?;
        Ok(self.ids.get_or_init(|| loaded))
    }

    /// Notes the moment at which this process first read the list.
    pub(super) fn note_version(&self) -> Result<(), Fault> {
        if self.listed_at.get().is_none() {
            self.listed_at.set(Some(ids::version(&self.file)?));
        }
        Ok(())
    }

    /// Notes who was met, once it is committed. Another pass number begins a pass that has met nobody.
    pub(super) fn met(&mut self, source: SourceId, pass: Option<u32>, saved: &[(Rid, Change)]) {
        let Some(slot) = self.passes.get_mut(usize::from(source.0)) else { return };
        if let Some(number) = pass
            && slot.as_ref().is_none_or(|running| running.number != number)
        {
            *slot = Some(Pass { number, met: Vec::new() });
        }
        if let Some(running) = slot {
            for (rid, _) in saved {
                running.meet(*rid);
            }
        }
    }

    /// One transaction. When it fails, what is remembered of the numbers is read again next time.
    pub(super) fn write<T>(&mut self, work: impl FnOnce(&File, &mut Ids) -> Result<T, Fault>) -> Result<T, Fault> {
        self.ids()?;
        let transaction = self.file.begin()?;
        let Some(mut ids) = self.ids.take() else { return Err(Fault::new(FaultKind::Closed, "the numbers of cases were not loaded")) };
        ids.catch_up(&self.file)?;
        let value = work(&self.file, &mut ids)?;
        transaction.commit().map_err(|error| self.file.fault(&error))?;
        self.ids = ids.into();
        Ok(value)
    }
}

/// Who was met in the running pass of one source. Not on disk: after a crash the pass simply starts again.
pub(super) struct Pass {
    pub(super) number: u32,
    met: Vec<u64>,
}

impl Pass {
    fn meet(&mut self, rid: Rid) {
        let word = rid.0 as usize / 64;
        if self.met.len() <= word {
            self.met.resize(word + 1, 0);
        }
        self.met[word] |= 1 << (rid.0 % 64);
    }

    pub(super) fn has_met(&self, rid: Rid) -> bool {
        self.met.get(rid.0 as usize / 64).is_some_and(|word| word >> (rid.0 % 64) & 1 == 1)
    }
}

/// The number on disk of a source that must have been declared.
pub(super) fn declared(numbers: &[Option<u32>], source: SourceId) -> Result<u32, Fault> {
    numbers
        .get(usize::from(source.0))
        .copied()
        .flatten()
        .ok_or_else(|| Fault::new(FaultKind::NotFound, format!("source {} was never declared", source.0)))
}
