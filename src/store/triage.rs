//! The triage run that is not finished. Each call here is on the medium when it returns.

use std::collections::VecDeque;

use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use super::Store;
use crate::domain::case::{CaseId, SourceId};
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::triage::{Decided, Triage, Waiting};

/// A run beside the names that its sources' numbers stood for.
#[derive(Serialize, Deserialize)]
struct Kept {
    names: Vec<String>,
    run: Triage,
}

impl Store {
    /// Keeps a run in place of an earlier one, with the edit that its last decision came to, both or neither.
    pub fn triage_decide(&mut self, run: &Triage, entry: Option<&OutboxEntry>) -> Result<(), Fault> {
        let kept = Kept { names: self.names.clone(), run: run.clone() };
        let json = serde_json::to_string(&kept)
            .map_err(|error| Fault::new(FaultKind::Disk, format!("a triage run cannot be written as JSON: {error}")))?;
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        entry.map_or(Ok(()), |entry| self.add_entry(entry))?;
        file.run("INSERT INTO triage (slot, run) VALUES (0, ?1) ON CONFLICT (slot) DO UPDATE SET run = excluded.run", [json])?;
        transaction.commit().map_err(|error| file.fault(&error))
    }

    /// Forgets the run; there may be none.
    pub fn triage_drop(&mut self) -> Result<(), Fault> {
        self.outbox_file()?.run("DELETE FROM triage", []).map(drop)
    }

    /// The run that was not finished, without the cases of sources that this run does not have. One that cannot be read
    /// counts as none: what it decided is in the outbox and at the vendors.
    pub fn triage(&self) -> Result<Option<Triage>, Fault> {
        let file = self.outbox_file()?;
        let json: Option<String> =
            file.prepare("SELECT run FROM triage")?.query_row([], |row| row.get(0)).optional().map_err(|error| file.fault(&error))?;
        let Some(Kept { names, run }) = json.and_then(|json| serde_json::from_str(&json).ok()) else { return Ok(None) };
        let here = |waiting: Waiting| {
            let name = names.get(usize::from(waiting.case.source.0))?;
            let (source, _) = (0..=u8::MAX).map(SourceId).zip(&self.names).find(|(_, known)| *known == name)?;
            Some(Waiting { case: CaseId { source, id: waiting.case.id }, ..waiting })
        };
        let queue: VecDeque<_> = run.queue.into_iter().filter_map(here).collect();
        let decided = run.decided.into_iter().filter_map(|decided| Some(Decided { waiting: here(decided.waiting)?, how: decided.how }));
        Ok(Some(Triage { queue, decided: decided.collect(), ..run }))
    }
}
