//! The triage runs that are not finished. Each call here is on the medium when it returns.

use std::collections::VecDeque;

use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use super::handle::Store;
use super::open::File;
use crate::domain::case::{CaseId, SourceId};
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::triage::{Decided, Triage, Waiting};

/// Runs that are kept. More than two come of several workbenches that begin one each, and are left by all of them.
const MAX_RUNS: usize = 8;

/// A run beside the names that its sources' numbers stood for.
#[derive(Serialize, Deserialize)]
struct Kept {
    names: Vec<String>,
    run: Triage,
    /// Runs of other workbenches beside it, and what has ended: a workbench that is still in it hears so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<Kept>,
}

impl Store {
    /// Keeps a run, with the edit that its last decision came to, both or neither. What another workbench has decided in the
    /// same run stays; gives back the run with that, None: there is nothing of the kind. A run that has nothing left is over.
    pub fn triage_decide(&mut self, run: &Triage, entry: Option<&OutboxEntry>) -> Result<Option<Triage>, Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        entry.map_or(Ok(()), |entry| self.add_entry(entry))?;
        let mut runs = Self::triage_runs(file)?;
        let mut united = run.clone();
        if let Some(at) = runs.iter().position(|kept| kept.run.is_same(run)) {
            united.unite(&self.triage_here(runs.remove(at)));
        }
        runs.insert(0, Kept { names: self.names.clone(), run: united.clone(), others: Vec::new() });
        // What is over makes room first.
        runs[1..].sort_by_key(|kept| kept.run.queue.is_empty());
        runs.truncate(MAX_RUNS);
        Self::triage_write(file, runs)?;
        transaction.commit().map_err(|error| file.fault(&error))?;
        Ok((united != *run).then_some(united))
    }

    /// Forgets a run; it may not be there.
    pub fn triage_drop(&mut self, run: &Triage) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        let mut runs = Self::triage_runs(file)?;
        runs.retain(|kept| !kept.run.is_same(run));
        Self::triage_write(file, runs)?;
        transaction.commit().map_err(|error| file.fault(&error))
    }

    /// The newest run that was not finished, without the cases of sources that this run does not have.
    pub fn triage(&self) -> Result<Option<Triage>, Fault> {
        let runs = Self::triage_runs(self.outbox_file()?)?.into_iter().map(|kept| self.triage_here(kept));
        Ok(runs.filter(|run| !run.queue.is_empty()).max_by_key(|run| run.started_at))
    }

    /// All that are kept, the one that was written last first. What cannot be read counts as none: what it decided is in the
    /// outbox and at the vendors.
    fn triage_runs(file: &File) -> Result<Vec<Kept>, Fault> {
        let json: Option<String> =
            file.prepare("SELECT run FROM triage")?.query_row([], |row| row.get(0)).optional().map_err(|error| file.fault(&error))?;
        let Some(mut last) = json.and_then(|json| serde_json::from_str::<Kept>(&json).ok()) else { return Ok(Vec::new()) };
        let others = std::mem::take(&mut last.others);
        Ok(std::iter::once(last).chain(others).collect())
    }

    fn triage_write(file: &File, mut runs: Vec<Kept>) -> Result<(), Fault> {
        if runs.is_empty() {
            return file.run("DELETE FROM triage", []).map(drop);
        }
        let others = runs.split_off(1);
        let kept = runs.pop().map(|last| Kept { others, ..last });
        let json = serde_json::to_string(&kept)
            .map_err(|error| Fault::new(FaultKind::Disk, format!("a triage run cannot be written as JSON: {error}")))?;
        file.run("INSERT INTO triage (slot, run) VALUES (0, ?1) ON CONFLICT (slot) DO UPDATE SET run = excluded.run", [json]).map(drop)
    }

    /// A run under the numbers that its sources have now.
    fn triage_here(&self, kept: Kept) -> Triage {
        let Kept { names, run, .. } = kept;
        let here = |waiting: Waiting| {
            let name = names.get(usize::from(waiting.case.source.0))?;
            let (source, _) = (0..=u8::MAX).map(SourceId).zip(&self.names).find(|(_, known)| *known == name)?;
            Some(Waiting { case: CaseId { source, id: waiting.case.id }, ..waiting })
        };
        let queue: VecDeque<_> = run.queue.into_iter().filter_map(here).collect();
        let decided = run.decided.into_iter().filter_map(|decided| Some(Decided { waiting: here(decided.waiting)?, ..decided }));
        Triage { queue, decided: decided.collect(), ..run }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::triage::Decision;
    use crate::store::Access;

    fn run(began_s: i64, source: u8, ids: &[&str]) -> Triage {
        let waiting = |id: &&str| Waiting {
            case: CaseId { source: SourceId(source), id: (*id).into() },
            key: format!("#{id}"),
            had: Vec::new(),
            is_again: false,
            turn: 0,
        };
        let queue: VecDeque<_> = ids.iter().map(waiting).collect();
        let started_at = Timestamp::from_second(began_s).unwrap();
        Triage { filter: "status:open".into(), started_at, spent_s: 0, of: queue.len(), queue, decided: Vec::new() }
    }

    #[test]
    fn two_workbenches_in_one_run_keep_what_both_decided() {
        let directory = tempfile::tempdir().unwrap();
        let [mut one, mut two] = [["a", "b"], ["b", "a"]].map(|names| {
            let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
            store.sources(&names).unwrap();
            store
        });
        let mut mine = run(1, 0, &["1", "2", "3", "4"]);
        assert_eq!(one.triage_decide(&mine, None).unwrap(), None);
        let mut theirs = two.triage().unwrap().unwrap();
        assert_eq!(theirs, run(1, 1, &["1", "2", "3", "4"]), "sources are told by their names");
        mine.decide(Decision::Left);
        mine.decide(Decision::Left);
        assert_eq!(one.triage_decide(&mine, None).unwrap(), None);
        theirs.put_off();
        let united = two.triage_decide(&theirs, None).unwrap().unwrap();
        let left: Vec<&str> = united.queue.iter().map(|waiting| waiting.key.as_str()).collect();
        assert_eq!((left, united.decided.len()), (vec!["#3", "#4"], 2), "what it did not know is told");
        assert_eq!(one.triage().unwrap().unwrap().queue.len(), 2, "and stays on disk");

        // One ends the run: the other, which goes on with what it knows, hears so, and it does not come up again.
        mine.decide(Decision::Left);
        mine.decide(Decision::Left);
        one.triage_decide(&mine, None).unwrap();
        assert_eq!(one.triage().unwrap(), None);
        assert!(two.triage_decide(&theirs, None).unwrap().unwrap().queue.is_empty());
        assert_eq!(two.triage().unwrap(), None);
    }

    #[test]
    fn two_runs_stand_beside_each_other() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
        store.sources(&["a"]).unwrap();
        let (mut older, mut newer) = (run(1, 0, &["1", "2"]), run(2, 0, &["7"]));
        store.triage_decide(&older, None).unwrap();
        store.triage_decide(&newer, None).unwrap();
        older.decide(Decision::Left);
        assert_eq!(store.triage_decide(&older, None).unwrap(), None);
        assert_eq!(store.triage().unwrap().as_ref(), Some(&newer), "the newest comes first");
        newer.decide(Decision::Left);
        store.triage_decide(&newer, None).unwrap();
        assert_eq!(store.triage().unwrap().as_ref(), Some(&older), "and then the one that still waits, with its decision");
        for began_s in 10..20 {
            store.triage_decide(&run(began_s, 0, &[]), None).unwrap();
        }
        assert_eq!(store.triage().unwrap().as_ref(), Some(&older), "what is over makes room first");
        store.triage_drop(&newer).unwrap();
        assert_eq!(store.triage().unwrap().as_ref(), Some(&older));
        store.triage_drop(&older).unwrap();
        assert_eq!(store.triage().unwrap(), None);
    }
}
