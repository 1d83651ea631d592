//! Sources, how far each has been read, who was met in the running pass, and directories.

use std::cell::{Cell, OnceCell};

use rusqlite::{OptionalExtension, params};

use super::ids::{self, Ids};
use super::open::File;
use super::rows::declared;
use super::{Cases, Change, Mark, Store, packed};
use crate::domain::case::{CaseId, Rid, SourceId};
use crate::domain::fault::Fault;

/// Who was met in the running pass of one source. Not on disk: after a crash the pass simply starts again.
pub(super) struct Pass {
    number: u32,
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

    fn has_met(&self, rid: Rid) -> bool {
        self.met.get(rid.0 as usize / 64).is_some_and(|word| word >> (rid.0 % 64) & 1 == 1)
    }
}

impl Store {
    /// How far the source has been read; the default when never.
    pub fn mark(&self, source: SourceId) -> Result<Mark, Fault> {
        let cases = self.cases()?;
        let Some(number) = cases.number(source) else { return Ok(Mark::default()) };
        let mut statement = cases
            .file
            .prepare("SELECT pass, complete_at, newest_change, expected, seen, question, malformed FROM marks WHERE source = ?1")?;
        let mark = statement.query_row([number], |row| {
            let count = |value: i64| u64::try_from(value).unwrap_or(0);
            Ok(Mark {
                pass: row.get(0)?,
                complete_at: packed::timestamp(row.get(1)?),
                newest_change: packed::timestamp(row.get(2)?),
                expected: row.get::<_, Option<i64>>(3)?.map(count),
                seen: count(row.get(4)?),
                question: row.get(5)?,
                malformed: row.get(6)?,
            })
        });
        Ok(mark.optional().map_err(|error| cases.file.fault(&error))?.unwrap_or_default())
    }

    /// Cases that the full pass of this number has not met: candidates for gone, each to be asked for first. Whatever was
    /// stored while the pass ran counts as met. Empty when this process does not run that pass.
    pub fn unseen_in_pass(&self, source: SourceId, pass: u32, limit: usize) -> Result<Vec<(Rid, CaseId)>, Fault> {
        let cases = self.cases()?;
        let running = cases.passes.get(usize::from(source.0)).and_then(Option::as_ref).filter(|running| running.number == pass);
        let (Some(running), Some(number)) = (running, cases.number(source)) else { return Ok(Vec::new()) };
        let unmet = cases.ids()?.listed(number).filter(|rid| !running.has_met(*rid)).take(limit);
        unmet.map(|rid| Ok((rid, self.id(rid)?))).collect()
    }

    /// Cases that were in the list when this process last told it, and that another process has removed since: each once.
    pub fn gone_elsewhere(&mut self, source: SourceId) -> Result<Vec<Rid>, Fault> {
        let cases = self.cases_mut()?;
        let Some(number) = cases.number(source) else { return Ok(Vec::new()) };
        Ok(cases.ids.get_mut().map(|ids| ids.take_gone_elsewhere(number)).unwrap_or_default())
    }

    /// Keeps a source's directory, as JSON of `domain::Directory`.
    pub fn save_directory(&mut self, source: SourceId, json: &str) -> Result<(), Fault> {
        let cases = self.cases_mut()?;
        let number = declared(&cases.numbers, source)?;
        cases.file.run("INSERT OR REPLACE INTO directories (source, json) VALUES (?1, ?2)", params![number, json]).map(drop)
    }

    /// The directory that was kept last.
    pub fn directory(&self, source: SourceId) -> Result<Option<String>, Fault> {
        let cases = self.cases()?;
        let Some(number) = cases.number(source) else { return Ok(None) };
        let mut statement = cases.file.prepare("SELECT json FROM directories WHERE source = ?1")?;
        statement.query_row([number], |row| row.get(0)).optional().map_err(|error| cases.file.fault(&error))
    }
}

impl Cases {
    pub(super) fn new(file: File) -> Self {
        Self { file, numbers: Vec::new(), ids: OnceCell::new(), listed_at: Cell::new(None), passes: Vec::new() }
    }

    pub(super) fn declare(&mut self, names: &[&str]) -> Result<(), Fault> {
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
}

/// Whether the source was ever read completely.
pub(super) fn was_full(file: &File, number: u32) -> Result<bool, Fault> {
    let mut statement = file.prepare("SELECT complete_at IS NOT NULL FROM marks WHERE source = ?1")?;
    let found = statement.query_row([number], |row| row.get(0)).optional().map_err(|error| file.fault(&error))?;
    Ok(found.unwrap_or(false))
}

/// Inside the transaction that stores the page it speaks of. Answers whether it ends a full pass.
pub(super) fn write(file: &File, number: u32, mark: &Mark) -> Result<bool, Fault> {
    let ended: Option<Option<i64>> = file
        .prepare("SELECT complete_at FROM marks WHERE source = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()
        .map_err(|error| file.fault(&error))?;
    let ends = mark.complete_at.is_some() && ended.flatten() != packed::micros(mark.complete_at);
    let count = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    file.run(
        "INSERT OR REPLACE INTO marks (source, pass, complete_at, newest_change, expected, seen, question, malformed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            number,
            mark.pass,
            packed::micros(mark.complete_at),
            packed::micros(mark.newest_change),
            mark.expected.map(count),
            count(mark.seen),
            mark.question,
            mark.malformed
        ],
    )
    .map(|_| ends)
}
