//! Sources, how far each has been read, who was met in the running pass, and directories.

use rusqlite::{OptionalExtension, params};

use super::handle::{Store, declared};
use super::open::File;
use super::packed;
use super::reading::Mark;
use crate::domain::case::{CaseId, Rid, SourceId};
use crate::domain::fault::Fault;

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
