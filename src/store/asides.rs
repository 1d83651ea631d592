//! What was pinned and snoozed. Each call here is on the medium when it returns.

use rusqlite::params;

use super::Store;
use crate::domain::aside::{Aside, Snooze};
use crate::domain::case::{CaseId, SourceId};
use crate::domain::fault::{Fault, FaultKind};

impl Store {
    /// Remembers these, each in place of what was known of its case; forgets the cases of which nothing is left. All of
    /// them in one transaction, synced.
    pub fn asides_keep(&mut self, asides: &[Aside]) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        for aside in asides {
            let name = self.name(aside.case.source)?;
            if aside.is_nothing() {
                file.run("DELETE FROM asides WHERE source = ?1 AND case_id = ?2", [name, aside.case.id.as_str()])?;
                continue;
            }
            let snooze = aside.snooze.as_ref().map(serde_json::to_string).transpose();
            let snooze = snooze.map_err(|error| Fault::new(FaultKind::Disk, format!("a snooze cannot be written as JSON: {error}")))?;
            file.run(
                "INSERT INTO asides (source, case_id, pinned, snooze) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (source, case_id) DO UPDATE SET pinned = excluded.pinned, snooze = excluded.snooze",
                params![name, aside.case.id.as_str(), aside.is_pinned, snooze],
            )?;
        }
        transaction.commit().map_err(|error| file.fault(&error))
    }

    /// What is remembered of the cases of this run's sources. A snooze that cannot be read counts as over: its case is
    /// better seen too early than never; a fault names it.
    pub fn asides(&self) -> Result<(Vec<Aside>, Vec<Fault>), Fault> {
        let file = self.outbox_file()?;
        let mut statement = file.prepare("SELECT source, case_id, pinned, snooze FROM asides")?;
        let mut rows = statement.query([]).map_err(|error| file.fault(&error))?;
        let (mut asides, mut faults) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next().map_err(|error| file.fault(&error))? {
            let read =
                || -> rusqlite::Result<(String, String, bool, Option<String>)> { Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)) };
            let (name, id, is_pinned, snooze) = read().map_err(|error| file.fault(&error))?;
            let Some((source, _)) = (0..=u8::MAX).map(SourceId).zip(&self.names).find(|(_, known)| **known == name) else { continue };
            let snooze = match snooze.as_deref().map(serde_json::from_str::<Snooze>).transpose() {
                Ok(snooze) => snooze,
                Err(error) => {
                    let words = format!("the snooze of case {id} of {name} cannot be read ({error}): the case is shown again");
                    faults.push(Fault::new(FaultKind::Damaged, words));
                    None
                }
            };
            let aside = Aside { case: CaseId { source, id: id.into() }, is_pinned, snooze };
            if !aside.is_nothing() {
                asides.push(aside);
            }
        }
        Ok((asides, faults))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::Timestamp;

    use super::super::Access;
    use super::*;
    use crate::domain::aside::{Then, Until};
    use crate::domain::case::Vendor;
    use crate::domain::sample;

    fn store(directory: &Path, names: &[&str]) -> Store {
        let mut store = Store::open(directory, Access::ReadWrite).unwrap();
        store.sources(names).unwrap();
        store
    }

    fn aside(source: u8, id: &str, is_pinned: bool, until: Option<Until>) -> Aside {
        let then = Then::of(&sample::case(Vendor::Tines, 1).row);
        let snooze = until.map(|until| Snooze::new(until, then, Timestamp::UNIX_EPOCH));
        Aside { case: CaseId { source: SourceId(source), id: id.into() }, is_pinned, snooze }
    }

    #[test]
    fn what_was_set_aside_is_there_after_reopening_and_leaves_when_it_is_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let mut first = store(directory.path(), &["a", "b"]);
        for aside in [
            aside(0, "1", true, None),
            aside(0, "1", true, Some(Until::Left { left_s: 1_800 })),
            aside(0, "2", false, Some(Until::Change)),
            aside(1, "1", false, Some(Until::Moment(Timestamp::from_microsecond(1_790_000_000_123_456).unwrap()))),
        ] {
            first.asides_keep(&[aside]).unwrap();
        }
        drop(first);
        let mut second = store(directory.path(), &["a", "b"]);
        let (asides, faults) = second.asides().unwrap();
        assert_eq!(faults, []);
        assert_eq!(asides.len(), 3);
        assert_eq!(asides[0], aside(0, "1", true, Some(Until::Left { left_s: 1_800 })));
        second.asides_keep(&[aside(0, "1", false, None)]).unwrap();
        second.asides_keep(&[aside(0, "9", false, None)]).unwrap();
        let left = second.asides().unwrap().0;
        assert_eq!(left.iter().map(|aside| (aside.case.source.0, aside.case.id.as_str())).collect::<Vec<_>>(), [(0, "2"), (1, "1")]);
    }

    #[test]
    fn other_sources_keep_theirs_under_their_name() {
        let directory = tempfile::tempdir().unwrap();
        store(directory.path(), &["a", "b"]).asides_keep(&[aside(1, "1", true, None)]).unwrap();
        assert_eq!(store(directory.path(), &["a"]).asides().unwrap().0, []);
        assert_eq!(store(directory.path(), &["b"]).asides().unwrap().0, [aside(0, "1", true, None)]);
        assert_eq!(store(directory.path(), &["a"]).asides_keep(&[aside(7, "1", true, None)]).unwrap_err().kind, FaultKind::NotFound);
    }

    #[test]
    fn a_snooze_that_cannot_be_read_hides_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = store(directory.path(), &["a"]);
        store.asides_keep(&[aside(0, "1", true, Some(Until::Change))]).unwrap();
        store.asides_keep(&[aside(0, "2", false, Some(Until::Change))]).unwrap();
        store.outbox_file().unwrap().run("UPDATE asides SET snooze = '{\"until\":\"doomsday\"}'", []).unwrap();
        let (asides, faults) = store.asides().unwrap();
        assert_eq!(asides, [aside(0, "1", true, None)]);
        assert_eq!(faults.len(), 2);
        assert!(faults[0].message.as_str().contains("case 1 of a"), "{}", faults[0].message);
    }
}
