//! What the person knows of cases. Each call that writes is on the medium when it returns.

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::domain::aside::Then;
use crate::domain::baseline::{Baseline, Looked};
use crate::domain::case::{CaseId, SourceId};
use crate::domain::fault::{Fault, FaultKind};

/// Baselines that are kept; the ones longest not written leave first. A queue of years, and some 30 MB at the most.
const MAX_KEPT: i64 = 50_000;

/// What the list showed of a case when it was last known. None: the case was not there yet.
pub type Shown = (CaseId, Option<Then>);

impl Store {
    /// Remembers these in one transaction, synced. One of a case that was never opened replaces nothing, unless it `moves` what
    /// is known: what was known first counts until somebody looks.
    pub fn baselines_keep(&mut self, baselines: &[Baseline], moves: bool) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        let mut newest = file.prepare("SELECT coalesce(max(stamp), 0) FROM baselines")?;
        let last: i64 = newest.query_row([], |row| row.get(0)).map_err(|error| file.fault(&error))?;
        for (stamp, baseline) in (last + 1..).zip(baselines) {
            let name = self.name(baseline.case.source)?;
            let (shown, looked) = (json(baseline.row.as_ref())?, json(baseline.looked.as_ref())?);
            let rule = if moves || looked.is_some() { "REPLACE" } else { "IGNORE" };
            file.run(
                &format!("INSERT OR {rule} INTO baselines (source, case_id, stamp, shown, looked) VALUES (?1, ?2, ?3, ?4, ?5)"),
                params![name, baseline.case.id.as_str(), stamp, shown, looked],
            )?;
        }
        file.run("DELETE FROM baselines WHERE stamp <= (SELECT stamp FROM baselines ORDER BY stamp DESC LIMIT 1 OFFSET ?1)", [MAX_KEPT])?;
        transaction.commit().map_err(|error| file.fault(&error))
    }

    /// What the list showed, of this run's cases whose baseline was written behind `stamp`; the last stamp. One that cannot be
    /// read is left out: its case then counts as never looked at.
    pub fn baselines(&self, stamp: i64) -> Result<(Vec<Shown>, i64), Fault> {
        let file = self.outbox_file()?;
        let mut statement = file.prepare("SELECT source, case_id, stamp, shown FROM baselines WHERE stamp > ?1 ORDER BY stamp")?;
        let mut rows = statement.query([stamp]).map_err(|error| file.fault(&error))?;
        let (mut found, mut last) = (Vec::new(), stamp);
        while let Some(row) = rows.next().map_err(|error| file.fault(&error))? {
            let read =
                || -> rusqlite::Result<(String, String, i64, Option<String>)> { Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)) };
            let (name, id, stamp, shown) = read().map_err(|error| file.fault(&error))?;
            last = stamp;
            let Some((source, _)) = (0..=u8::MAX).map(SourceId).zip(&self.names).find(|(_, known)| **known == name) else { continue };
            match shown.as_deref().map(serde_json::from_str).transpose() {
                Ok(shown) => found.push((CaseId { source, id: id.into() }, shown)),
                Err(error) => tracing::warn!(%error, "a baseline cannot be read"),
            }
        }
        Ok((found, last))
    }

    /// All that is known of one case.
    pub fn baseline(&self, case: &CaseId) -> Result<Option<Baseline>, Fault> {
        let name = self.name(case.source)?;
        let file = self.outbox_file()?;
        let mut statement = file.prepare("SELECT shown, looked FROM baselines WHERE source = ?1 AND case_id = ?2")?;
        let found: Option<(Option<String>, Option<String>)> = statement
            .query_row([name, case.id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(|error| file.fault(&error))?;
        let Some((shown, looked)) = found else { return Ok(None) };
        let unread =
            |error: serde_json::Error| Fault::new(FaultKind::Damaged, format!("what was seen of this case cannot be read: {error}"));
        let row = shown.as_deref().map(serde_json::from_str).transpose().map_err(unread)?;
        let looked: Option<Looked> = looked.as_deref().map(serde_json::from_str).transpose().map_err(unread)?;
        Ok(Some(Baseline { case: case.clone(), row, looked }))
    }
}

fn json(value: Option<&impl serde::Serialize>) -> Result<Option<String>, Fault> {
    let written = value.map(serde_json::to_string).transpose();
    written.map_err(|error| Fault::new(FaultKind::Disk, format!("what was seen cannot be written as JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::Access;
    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::sample;

    fn witnessed(id: &str, title: &str) -> Baseline {
        let mut row = sample::case(Vendor::Tines, 1).row;
        row.title = crate::domain::text::Clean::line(title);
        Baseline { case: CaseId { source: SourceId(0), id: id.into() }, row: Some(Then::of(&row)), looked: None }
    }

    #[test]
    fn what_was_seen_is_there_after_reopening_and_the_first_witness_counts() {
        let directory = tempfile::tempdir().unwrap();
        let open = || {
            let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
            store.sources(&["a"]).unwrap();
            store
        };
        let mut store = open();
        store.baselines_keep(&[witnessed("1", "first"), witnessed("2", "other")], false).unwrap();
        store.baselines_keep(&[witnessed("1", "later")], false).unwrap();
        drop(store);
        let mut store = open();
        let (found, last) = store.baselines(0).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(store.baseline(&found[0].0).unwrap(), Some(witnessed("1", "first")));
        let case = sample::case(Vendor::Tines, 1);
        let looked = Baseline { looked: Some(Looked::of(&case, &[], &[], Timestamp::UNIX_EPOCH)), ..witnessed("1", "opened") };
        store.baselines_keep(std::slice::from_ref(&looked), false).unwrap();
        let (news, newest) = store.baselines(last).unwrap();
        assert_eq!((news, newest > last), (vec![(looked.case.clone(), looked.row.clone())], true));
        assert_eq!(store.baseline(&looked.case).unwrap(), Some(looked));
        store.baselines_keep(&[witnessed("2", "mine")], true).unwrap();
        assert_eq!(store.baseline(&witnessed("2", "").case).unwrap(), Some(witnessed("2", "mine")));
    }
}
