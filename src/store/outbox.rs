//! Edits on their way. Each call here is on the medium when it returns.

use compact_str::CompactString;
use jiff::Timestamp;
use rusqlite::params;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Store, packed};
use crate::domain::aspect::Seen;
use crate::domain::case::{CaseId, SourceId};
use crate::domain::edit::{Edit, OutboxEntry};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::merge::Conflict;

/// What has no column of its own.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Rest {
    base: Vec<Seen>,
    send_after: Option<Timestamp>,
    is_held: bool,
    conflict: Option<Conflict>,
    undoes: Option<CompactString>,
}

impl Rest {
    fn of(entry: &OutboxEntry) -> Self {
        Self {
            base: entry.edit.base.clone(),
            send_after: entry.send_after,
            is_held: entry.is_held,
            conflict: entry.conflict.clone(),
            undoes: entry.undoes.clone(),
        }
    }
}

impl Store {
    /// Commits an edit: written and synced before this returns. `Conflict`: an entry of this id is there already.
    pub fn outbox_add(&mut self, entry: &OutboxEntry) -> Result<(), Fault> {
        let CaseId { source, id } = &entry.edit.case;
        let name = self.name(*source)?;
        let file = self.outbox_file()?;
        let added = file.run(
            "INSERT INTO outbox (id, source, case_id, saved_at, changes, lines, calls, progress, rest) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING",
            params![
                entry.id.as_str(),
                name,
                id.as_str(),
                entry.saved_at.as_microsecond(),
                json(&entry.edit.changes)?,
                json(&entry.lines)?,
                json(&entry.calls)?,
                json(&entry.progress)?,
                json(&Rest::of(entry))?
            ],
        )?;
        match added {
            1 => Ok(()),
            _ => Err(Fault::new(FaultKind::Conflict, format!("outbox entry {} exists already", entry.id))),
        }
    }

    /// Records an entry as it is now, synced: all but its case and its time. A settled entry leaves the outbox.
    /// `NotFound`: it is not there (any more).
    pub fn outbox_set(&mut self, entry: &OutboxEntry) -> Result<(), Fault> {
        self.write_entry(entry)
    }

    /// As [`Self::outbox_set`], if the entry still is as it was known. `Conflict`: another hand has changed it since.
    pub fn outbox_swap(&mut self, known: &OutboxEntry, now: &OutboxEntry) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        let on_disk = self.outbox()?.into_iter().find(|entry| entry.id == known.id);
        let facts = |entry: &OutboxEntry| (entry.progress.clone(), entry.is_held, entry.send_after, entry.conflict.clone());
        if on_disk.is_some_and(|on_disk| facts(&on_disk) != facts(known) || on_disk.edit != known.edit) {
            return Err(Fault::new(FaultKind::Conflict, format!("outbox entry {} was changed by another hand", known.id)));
        }
        self.write_entry(now)?;
        transaction.commit().map_err(|error| file.fault(&error))
    }

    fn write_entry(&self, entry: &OutboxEntry) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let id = entry.id.as_str();
        let touched = if entry.progress.is_settled() {
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

    /// Everything of this run's sources that is not settled, in the order of saving.
    pub fn outbox(&self) -> Result<Vec<OutboxEntry>, Fault> {
        let file = self.outbox_file()?;
        let mut statement =
            file.prepare("SELECT id, source, case_id, saved_at, changes, lines, calls, progress, rest FROM outbox ORDER BY place")?;
        let mut rows = statement.query([]).map_err(|error| file.fault(&error))?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next().map_err(|error| file.fault(&error))? {
            let text = |at: usize| row.get::<_, String>(at).map_err(|error| file.fault(&error));
            let name = text(1)?;
            let Some(source) = (0..=u8::MAX).map(SourceId).zip(&self.names).find(|(_, known)| **known == name).map(|(source, _)| source)
            else {
                continue;
            };
            let id = text(0)?;
            let unreadable = |error: serde_json::Error| file.damaged(&format!("entry {id}: {error}"));
            let saved_at = packed::timestamp(row.get(3).map_err(|error| file.fault(&error))?);
            let rest: Rest = parse(&text(8)?).map_err(unreadable)?;
            let case = CaseId { source, id: CompactString::from(text(2)?) };
            entries.push(OutboxEntry {
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
            });
        }
        Ok(entries)
    }

    /// Gives an entry up, synced. `NotFound`: it is not there (any more).
    pub fn outbox_drop(&mut self, id: &str) -> Result<(), Fault> {
        found(self.outbox_file()?.run("DELETE FROM outbox WHERE id = ?1", [id])?, id)
    }
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
