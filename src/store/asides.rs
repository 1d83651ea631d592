//! What was pinned and snoozed. Each call here is on the medium when it returns.

use rusqlite::{OptionalExtension, params};

use super::handle::Store;
use super::open::File;
use crate::domain::aside::{Aside, Snooze};
use crate::domain::case::{CaseId, SourceId};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::moved::Moved;

impl Store {
    /// Remembers what was moved, onto what is on disk by now, and forgets the cases of which nothing is left. All of them in
    /// one transaction, synced. What is remembered of each case then: another hand may have been faster.
    pub fn asides_keep(&mut self, moves: &[Moved]) -> Result<Vec<Aside>, Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        let mut kept = Vec::new();
        for moved in moves {
            let name = self.name(moved.case().source)?;
            let known = of_case(file, name, moved.case())?;
            let aside = moved.onto(&known);
            kept.push(aside.clone());
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
        transaction.commit().map_err(|error| file.fault(&error))?;
        Ok(kept)
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

/// A snooze that cannot be read counts as over here, too.
fn of_case(file: &File, source: &str, case: &CaseId) -> Result<Aside, Fault> {
    let mut statement = file.prepare("SELECT pinned, snooze FROM asides WHERE source = ?1 AND case_id = ?2")?;
    let found: Option<(bool, Option<String>)> = statement
        .query_row([source, case.id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(|error| file.fault(&error))?;
    let Some((is_pinned, snooze)) = found else { return Ok(Aside::nothing(case)) };
    let snooze = snooze.and_then(|json| serde_json::from_str(&json).ok());
    Ok(Aside { case: case.clone(), is_pinned, snooze })
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

    /// From what is on disk.
    fn keep(store: &mut Store, after: Aside) -> Result<Vec<Aside>, Fault> {
        let known = store.asides().unwrap().0.into_iter().find(|known| known.case == after.case);
        store.asides_keep(&[Moved { before: known.unwrap_or_else(|| Aside::nothing(&after.case)), after }])
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
            keep(&mut first, aside).unwrap();
        }
        drop(first);
        let mut second = store(directory.path(), &["a", "b"]);
        let (asides, faults) = second.asides().unwrap();
        assert_eq!(faults, []);
        assert_eq!(asides.len(), 3);
        assert_eq!(asides[0], aside(0, "1", true, Some(Until::Left { left_s: 1_800 })));
        keep(&mut second, aside(0, "1", false, None)).unwrap();
        keep(&mut second, aside(0, "9", false, None)).unwrap();
        let left = second.asides().unwrap().0;
        assert_eq!(left.iter().map(|aside| (aside.case.source.0, aside.case.id.as_str())).collect::<Vec<_>>(), [(0, "2"), (1, "1")]);
    }

    #[test]
    fn what_another_hand_chose_meanwhile_is_not_written_over() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = store(directory.path(), &["a"]);
        let known = aside(0, "1", false, None);
        let (theirs, mine) = (aside(0, "1", false, Some(Until::Change)), aside(0, "1", false, Some(Until::Left { left_s: 60 })));
        let moved = |before: &Aside, after: &Aside| Moved { before: before.clone(), after: after.clone() };
        assert_eq!(store.asides_keep(&[moved(&known, &theirs)]).unwrap(), std::slice::from_ref(&theirs));
        assert_eq!(store.asides_keep(&[moved(&known, &mine)]).unwrap(), std::slice::from_ref(&theirs));
        let both = Aside { is_pinned: true, ..theirs.clone() };
        assert_eq!(store.asides_keep(&[moved(&known, &aside(0, "1", true, None))]).unwrap(), std::slice::from_ref(&both));
        assert_eq!(store.asides().unwrap().0, [both]);
    }

    #[test]
    fn other_sources_keep_theirs_under_their_name() {
        let directory = tempfile::tempdir().unwrap();
        keep(&mut store(directory.path(), &["a", "b"]), aside(1, "1", true, None)).unwrap();
        assert_eq!(store(directory.path(), &["a"]).asides().unwrap().0, []);
        assert_eq!(store(directory.path(), &["b"]).asides().unwrap().0, [aside(0, "1", true, None)]);
        assert_eq!(keep(&mut store(directory.path(), &["a"]), aside(7, "1", true, None)).unwrap_err().kind, FaultKind::NotFound);
    }

    #[test]
    fn a_snooze_that_cannot_be_read_hides_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = store(directory.path(), &["a"]);
        keep(&mut store, aside(0, "1", true, Some(Until::Change))).unwrap();
        keep(&mut store, aside(0, "2", false, Some(Until::Change))).unwrap();
        store.outbox_file().unwrap().run("UPDATE asides SET snooze = '{\"until\":\"doomsday\"}'", []).unwrap();
        let (asides, faults) = store.asides().unwrap();
        assert_eq!(asides, [aside(0, "1", true, None)]);
        assert_eq!(faults.len(), 2);
        assert!(faults[0].message.as_str().contains("case 1 of a"), "{}", faults[0].message);
    }
}
