//! Edits on their way. Each call here is on the medium when it returns.

use compact_str::CompactString;
use jiff::Timestamp;
use rusqlite::{Params, Row, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::handle::Store;
use super::open::File;
use super::{ids, packed};
use crate::domain::aspect::Seen;
use crate::domain::batch::Batch;
use crate::domain::case::{CaseId, SourceId};
use crate::domain::edit::{Edit, OutboxEntry, Progress, Proof};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::merge::Conflict;

/// What has no column of its own.
#[expect(clippy::struct_excessive_bools, reason = "independent facts; every combination is possible")]
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Rest {
    base: Vec<Seen>,
    send_after: Option<Timestamp>,
    is_held: bool,
    conflict: Option<Conflict>,
    undoes: Option<CompactString>,
    batch: Option<Batch>,
    delayed_by: Option<Fault>,
    found_at: Option<Timestamp>,
    proofs: Vec<Proof>,
    unread: Option<Fault>,
    is_unsent: bool,
    /// Texts are as the vendor has them.
    raw: bool,
    is_ahead: bool,
}

/// What an entry is read from, in this order.
const COLUMNS: &str = "SELECT id, source, case_id, saved_at, changes, lines, calls, progress, rest FROM outbox";

impl Rest {
    fn of(entry: &OutboxEntry) -> Self {
        Self {
            base: entry.edit.base.clone(),
            send_after: entry.send_after,
            is_held: entry.is_held,
            conflict: entry.conflict.clone(),
            undoes: entry.undoes.clone(),
            batch: entry.batch.clone(),
            delayed_by: entry.delayed_by.clone(),
            found_at: entry.found_at,
            proofs: entry.proofs.clone(),
            unread: entry.unread.clone(),
            is_unsent: entry.is_unsent,
            raw: !entry.holds_shown_text,
            is_ahead: entry.is_ahead,
        }
    }
}

impl Store {
    /// Commits an edit: written and synced before this returns. `Conflict`: an entry of this id is there already.
    pub fn outbox_add(&mut self, entry: &OutboxEntry) -> Result<(), Fault> {
        self.add_entry(entry)
    }

    /// Commits edits, all or none.
    pub fn outbox_add_all(&mut self, entries: &[OutboxEntry]) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        entries.iter().try_for_each(|entry| self.add_entry(entry))?;
        transaction.commit().map_err(|error| file.fault(&error))
    }

    pub(super) fn add_entry(&self, entry: &OutboxEntry) -> Result<(), Fault> {
        let CaseId { source, id } = &entry.edit.case;
        let name = self.name(*source)?;
        let added = self.outbox_file()?.run(
            "INSERT INTO outbox (id, source, case_id, saved_at, changes, lines, calls, progress, rest, batch) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO NOTHING",
            params![
                entry.id.as_str(),
                name,
                id.as_str(),
                entry.saved_at.as_microsecond(),
                json(&entry.edit.changes)?,
                json(&entry.lines)?,
                json(&entry.calls)?,
                json(&entry.progress)?,
                json(&Rest::of(entry))?,
                entry.batch.as_ref().map(|batch| batch.id.as_str())
            ],
        )?;
        match added {
            1 => Ok(()),
            _ => Err(Fault::new(FaultKind::Conflict, format!("outbox entry {} exists already", entry.id))),
        }
    }

    /// Records an entry as it is now, synced: all but its case and its time. A settled entry leaves the
    /// outbox, unless it is part of a bulk change: that is put away as a whole.
    /// `NotFound`: it is not there (any more).
    pub fn outbox_set(&mut self, entry: &OutboxEntry) -> Result<(), Fault> {
        self.write_entry(entry)
    }

    /// As [`Self::outbox_set`], if the entry still is as it was known. `Conflict`: another hand has changed it since.
    pub fn outbox_swap(&mut self, known: &OutboxEntry, now: &OutboxEntry) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        self.swap_entry(known, now)?;
        transaction.commit().map_err(|error| file.fault(&error))
    }

    fn swap_entry(&self, known: &OutboxEntry, now: &OutboxEntry) -> Result<(), Fault> {
        match self.as_known(known)? {
            Some(on_disk) if on_disk.edit.base == known.edit.base => self.write_entry(now),
            // What was seen has followed an edit of one's own that has landed, and what is done here leaves that as it is.
            Some(on_disk) if now.edit == known.edit => self.write_entry(&OutboxEntry { edit: on_disk.edit, ..now.clone() }),
            Some(_) => Err(by_another(known)),
            None => self.write_entry(now),
        }
    }

    /// The entry as it is, which may only have followed an edit of one's own; None: it is not there (any more).
    fn as_known(&self, known: &OutboxEntry) -> Result<Option<OutboxEntry>, Fault> {
        let on_disk = self.outbox_entry(&known.id)?;
        let facts = |entry: &OutboxEntry| {
            (entry.progress.clone(), entry.is_held, entry.send_after, entry.conflict.clone(), entry.edit.changes.clone())
        };
        if on_disk.as_ref().is_some_and(|on_disk| facts(on_disk) != facts(known)) {
            return Err(by_another(known));
        }
        Ok(on_disk)
    }

    /// Writes of several hands, synced together: each as [`Self::outbox_set`], or as [`Self::outbox_swap`] where it is said
    /// what was known. One that is refused leaves the others as they are; one answer per write, in their order.
    ///
    /// # Errors
    /// None of them is on the medium.
    pub fn outbox_write(&mut self, writes: &[(Option<&OutboxEntry>, &OutboxEntry)]) -> Result<Vec<Result<(), Fault>>, Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        let write = |(known, now): &(Option<&OutboxEntry>, &OutboxEntry)| match known {
            Some(known) => self.swap_entry(known, now),
            None => self.write_entry(now),
        };
        let answers = writes.iter().map(write).collect();
        transaction.commit().map_err(|error| file.fault(&error))?;
        Ok(answers)
    }

    fn write_entry(&self, entry: &OutboxEntry) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let id = entry.id.as_str();
        let touched = if entry.progress.is_settled() && entry.batch.is_none() {
            file.run("DELETE FROM outbox WHERE id = ?1", [id])?
        } else {
            file.run(
                "UPDATE outbox SET changes = ?2, lines = ?3, calls = ?4, progress = ?5, rest = ?6 WHERE id = ?1",
                params![
                    id,
                    json(&entry.edit.changes)?,
                    json(&entry.lines)?,
                    json(&entry.calls)?,
                    json(&entry.progress)?,
                    json(&Rest::of(entry))?
                ],
            )?
        };
        found(touched, id)
    }

    /// Everything of this run's sources, in the order of saving: what is not settled, and the whole of every bulk change
    /// that was not put away.
    pub fn outbox(&self) -> Result<Vec<OutboxEntry>, Fault> {
        self.entries(&format!("{COLUMNS} ORDER BY place"), [])
    }

    /// Another number once another process has written to the outbox's file.
    pub fn outbox_version(&self) -> Result<i64, Fault> {
        ids::version(self.outbox_file()?)
    }

    /// One entry; None: it is not there (any more).
    pub fn outbox_entry(&self, id: &str) -> Result<Option<OutboxEntry>, Fault> {
        Ok(self.entries(&format!("{COLUMNS} WHERE id = ?1"), [id])?.pop())
    }

    /// The entries of one case, in the order of saving.
    pub fn outbox_of(&self, case: &CaseId) -> Result<Vec<OutboxEntry>, Fault> {
        let name = self.name(case.source)?;
        self.entries(&format!("{COLUMNS} WHERE source = ?1 AND case_id = ?2 ORDER BY place"), [name, case.id.as_str()])
    }

    /// Holds or releases what of a bulk change has not begun to leave, synced; gives those back that were changed.
    pub fn batch_hold(&mut self, batch: &str, holds: bool) -> Result<Vec<OutboxEntry>, Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        let mut changed = self.waiting_of(batch)?;
        changed.retain(|entry| entry.is_held != holds);
        for entry in &mut changed {
            entry.is_held = holds;
            self.write_entry(entry)?;
        }
        transaction.commit().map_err(|error| file.fault(&error))?;
        Ok(changed)
    }

    /// Gives up what of a bulk change has not begun to leave, synced; gives those back that are gone.
    pub fn batch_cancel(&mut self, batch: &str) -> Result<Vec<OutboxEntry>, Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        let gone = self.waiting_of(batch)?;
        for entry in &gone {
            file.run("DELETE FROM outbox WHERE id = ?1", [entry.id.as_str()])?;
        }
        transaction.commit().map_err(|error| file.fault(&error))?;
        Ok(gone)
    }

    /// Takes what of a bulk change is settled out of the outbox, synced.
    pub fn batch_put_away(&mut self, batch: &str) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        for entry in self.batch_of(batch)?.iter().filter(|entry| entry.progress.is_settled()) {
            file.run("DELETE FROM outbox WHERE id = ?1", [entry.id.as_str()])?;
        }
        transaction.commit().map_err(|error| file.fault(&error))
    }

    fn batch_of(&self, batch: &str) -> Result<Vec<OutboxEntry>, Fault> {
        self.entries(&format!("{COLUMNS} WHERE batch = ?1 ORDER BY place"), [batch])
    }

    fn waiting_of(&self, batch: &str) -> Result<Vec<OutboxEntry>, Fault> {
        let mut entries = self.batch_of(batch)?;
        entries.retain(|entry| entry.progress == Progress::Queued);
        Ok(entries)
    }

    fn entries(&self, sql: &str, params: impl Params) -> Result<Vec<OutboxEntry>, Fault> {
        let file = self.outbox_file()?;
        let mut statement = file.prepare(sql)?;
        let mut rows = statement.query(params).map_err(|error| file.fault(&error))?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next().map_err(|error| file.fault(&error))? {
            entries.extend(self.entry(file, row)?);
        }
        Ok(entries)
    }

    /// None: it is of a source that this run does not have.
    fn entry(&self, file: &File, row: &Row<'_>) -> Result<Option<OutboxEntry>, Fault> {
        let text = |at: usize| row.get::<_, String>(at).map_err(|error| file.fault(&error));
        let name = text(1)?;
        let Some((source, _)) = (0..=u8::MAX).map(SourceId).zip(&self.names).find(|(_, known)| **known == name) else { return Ok(None) };
        let id = text(0)?;
        let unreadable = |error: serde_json::Error| file.damaged(&format!("entry {id}: {error}"));
        let saved_at = packed::timestamp(row.get(3).map_err(|error| file.fault(&error))?);
        let rest: Rest = parse(&text(8)?).map_err(unreadable)?;
        let case = CaseId { source, id: CompactString::from(text(2)?) };
        Ok(Some(OutboxEntry {
            edit: Edit { case, changes: parse(&text(4)?).map_err(unreadable)?, base: rest.base },
            lines: parse(&text(5)?).map_err(unreadable)?,
            calls: parse(&text(6)?).map_err(unreadable)?,
            progress: parse(&text(7)?).map_err(unreadable)?,
            saved_at: saved_at.ok_or_else(|| file.damaged(&format!("entry {id}: its time is out of range")))?,
            id: CompactString::from(&id),
            send_after: rest.send_after,
            is_held: rest.is_held,
            conflict: rest.conflict,
            undoes: rest.undoes,
            batch: rest.batch,
            delayed_by: rest.delayed_by,
            found_at: rest.found_at,
            proofs: rest.proofs,
            unread: rest.unread,
            is_unsent: rest.is_unsent,
            holds_shown_text: !rest.raw,
            is_ahead: rest.is_ahead,
        }))
    }

    /// Gives an entry up, synced, if it still is as it was known. `Conflict`: another hand has changed it since. `NotFound`: it
    /// is not there (any more).
    pub fn outbox_drop(&mut self, known: &OutboxEntry) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        self.as_known(known)?;
        found(file.run("DELETE FROM outbox WHERE id = ?1", [known.id.as_str()])?, &known.id)?;
        transaction.commit().map_err(|error| file.fault(&error))
    }
}

fn by_another(known: &OutboxEntry) -> Fault {
    Fault::new(FaultKind::Conflict, format!("outbox entry {} was changed by another hand", known.id))
}

fn found(touched: usize, id: &str) -> Result<(), Fault> {
    match touched {
        0 => Err(Fault::new(FaultKind::NotFound, format!("the outbox holds no entry {id} (any more)"))),
        _ => Ok(()),
    }
}

fn json<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::new(FaultKind::Disk, format!("an edit cannot be written as JSON: {error}")))
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}
