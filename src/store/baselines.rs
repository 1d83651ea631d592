//! What the person knows of cases. Each call that writes is on the medium when it returns.

use rusqlite::{OptionalExtension, params};

use super::handle::{Store, declared, name_of};
use super::open::File;
use super::packed;
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
    /// is known: what was known first counts until somebody looks. A look at what an edit has moved on from is too late for the
    /// row, and counts only as the first one.
    pub fn baselines_keep(&mut self, baselines: &[Baseline], moves: bool) -> Result<(), Fault> {
        let is_late = |known: &Baseline, look: &Baseline| {
            is_newer(known, look) && self.listed(&look.case).is_some_and(|now| look.row.as_ref().is_none_or(|row| row.is_news(&now)))
        };
        keep(self.outbox_file()?, &self.names, baselines, moves, is_late)
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
        of_case(self.outbox_file()?, self.name(case.source)?, case)
    }

    /// What the row of a case on disk shows, whoever wrote it. None: there is none, or it cannot be read.
    fn listed(&self, case: &CaseId) -> Option<Then> {
        let cases = self.cases().ok()?;
        let number = declared(&cases.numbers, case.source).ok()?;
        let mut statement = cases.file.prepare("SELECT list FROM rows WHERE source = ?1 AND id = ?2").ok()?;
        let list = statement.query_row(params![number, case.id.as_str()], |row| row.get::<_, Vec<u8>>(0)).ok()?;
        packed::take(&list, case.source).map(|row| Then::of(&row))
    }
}

fn of_case(file: &File, source: &str, case: &CaseId) -> Result<Option<Baseline>, Fault> {
    let mut statement = file.prepare("SELECT shown, looked FROM baselines WHERE source = ?1 AND case_id = ?2")?;
    let found: Option<(Option<String>, Option<String>)> = statement
        .query_row([source, case.id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(|error| file.fault(&error))?;
    let Some((shown, looked)) = found else { return Ok(None) };
    let unread = |error: serde_json::Error| Fault::new(FaultKind::Damaged, format!("what was seen of this case cannot be read: {error}"));
    let row = shown.as_deref().map(serde_json::from_str).transpose().map_err(unread)?;
    let looked: Option<Looked> = looked.as_deref().map(serde_json::from_str).transpose().map_err(unread)?;
    Ok(Some(Baseline { case: case.clone(), row, looked }))
}

/// Something has moved what is known past what was looked at: an edit that the screen had not heard of yet.
fn is_newer(known: &Baseline, look: &Baseline) -> bool {
    let updated_s = |baseline: &Baseline| baseline.row.as_ref().and_then(|row| row.updated_s);
    updated_s(known).zip(updated_s(look)).is_some_and(|(known, look)| known > look)
}

/// Remembers what the list showed of cases whose rows are about to be replaced, whoever reads them: a screen, a command, a
/// form. It stands before the rows do: after a crash in between it says what is on disk, which is no news.
pub(super) fn witness(outbox: &Result<File, Fault>, names: &[String], replaced: &[Baseline]) -> Result<(), Fault> {
    match outbox {
        _ if replaced.is_empty() => Ok(()),
        Ok(file) => keep(file, names, replaced, false, |_, _| false),
        // That the file cannot be used is told at the start; cases are read all the same.
        Err(_) => Ok(()),
    }
}

fn keep(
    file: &File,
    names: &[String],
    baselines: &[Baseline],
    moves: bool,
    is_late: impl Fn(&Baseline, &Baseline) -> bool,
) -> Result<(), Fault> {
    let transaction = file.begin()?;
    let mut newest = file.prepare("SELECT coalesce(max(stamp), 0) FROM baselines")?;
    let last: i64 = newest.query_row([], |row| row.get(0)).map_err(|error| file.fault(&error))?;
    for (stamp, baseline) in (last + 1..).zip(baselines) {
        let name = name_of(names, baseline.case.source)?;
        let is_look = !moves && baseline.looked.is_some();
        // One that cannot be read gives way.
        let known = if is_look { of_case(file, name, &baseline.case).ok().flatten() } else { None };
        let newer = known.filter(|known| is_late(known, baseline));
        let row = newer.as_ref().map_or(&baseline.row, |known| &known.row);
        let looked = newer.as_ref().and_then(|known| known.looked.as_ref()).or(baseline.looked.as_ref());
        let (shown, looked) = (json(row.as_ref())?, json(looked)?);
        let rule = if moves || looked.is_some() { "REPLACE" } else { "IGNORE" };
        file.run(
            &format!("INSERT OR {rule} INTO baselines (source, case_id, stamp, shown, looked) VALUES (?1, ?2, ?3, ?4, ?5)"),
            params![name, baseline.case.id.as_str(), stamp, shown, looked],
        )?;
    }
    file.run("DELETE FROM baselines WHERE stamp <= (SELECT stamp FROM baselines ORDER BY stamp DESC LIMIT 1 OFFSET ?1)", [MAX_KEPT])?;
    transaction.commit().map_err(|error| file.fault(&error))
}

fn json(value: Option<&impl serde::Serialize>) -> Result<Option<String>, Fault> {
    let written = value.map(serde_json::to_string).transpose();
    written.map_err(|error| Fault::new(FaultKind::Disk, format!("what was seen cannot be written as JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::{Access, Mark};
    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::page::Listed;
    use crate::domain::sample;

    fn witnessed(id: &str, title: &str) -> Baseline {
        let mut row = sample::case(Vendor::Tines, 1).row;
        row.title = crate::domain::text::Clean::line(title);
        Baseline { case: CaseId { source: SourceId(0), id: id.into() }, row: Some(Then::of(&row)), looked: None }
    }

    #[test]
    fn whoever_stores_a_row_keeps_what_the_list_showed_before() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
        store.sources(&["a"]).unwrap();
        let source = SourceId(0);
        let item = |n: u32, title: &str, updated_s: i64| {
            let mut case = sample::case(Vendor::Tines, n);
            case.row.title = crate::domain::text::Clean::line(title);
            case.row.updated_at = Some(Timestamp::from_second(updated_s).unwrap());
            Listed { row: case.row, raw: case.raw }
        };
        let [one, two] = [1, 2].map(|n| item(n, "first", 1));
        store.save_page(source, &[one.clone(), two.clone()], None, Timestamp::UNIX_EPOCH).unwrap();
        store.save_page(source, &[item(1, "still the first pass", 2)], None, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(store.baselines(0).unwrap().0, [], "a first pass brings no news");
        let whole = Mark { complete_at: Some(Timestamp::UNIX_EPOCH), ..Mark::default() };
        store.save_page(source, &[], Some(&whole), Timestamp::UNIX_EPOCH).unwrap();

        store.save_page(source, &[item(1, "second", 3), two.clone()], None, Timestamp::UNIX_EPOCH).unwrap();
        let third = item(2, "read whole", 3);
        store.save_case(&third.row, &third.raw, Timestamp::UNIX_EPOCH).unwrap();
        let arrival = item(3, "new", 3);
        store.save_page(source, &[item(1, "third", 4), arrival.clone()], None, Timestamp::UNIX_EPOCH).unwrap();
        let expected = [
            (one.row.id.clone(), Some(Then::of(&item(1, "still the first pass", 2).row))),
            (two.row.id.clone(), Some(Then::of(&two.row))),
            (arrival.row.id.clone(), None),
        ];
        assert_eq!(store.baselines(0).unwrap().0, expected, "the first change counts, and what is the same is none");
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

    #[test]
    fn a_look_at_what_ones_own_edit_has_moved_on_from_does_not_make_the_edit_news() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
        store.sources(&["a"]).unwrap();
        let at = |title: &str, updated_s: i64| {
            let mut case = sample::case(Vendor::Tines, 1);
            case.row.title = crate::domain::text::Clean::line(title);
            case.row.updated_at = Some(Timestamp::from_second(updated_s).unwrap());
            case
        };
        let known = |case: &crate::domain::case::Case| Baseline { case: case.row.id.clone(), row: Some(Then::of(&case.row)), looked: None };
        let look =
            |case: &crate::domain::case::Case| Baseline { looked: Some(Looked::of(case, &[], &[], Timestamp::UNIX_EPOCH)), ..known(case) };
        let (before, after) = (at("before", 1), at("mine", 2));
        // A command has sent an edit, and the screen has not heard of it.
        store.baselines_keep(&[known(&after)], true).unwrap();
        store.save_case(&after.row, &after.raw, Timestamp::UNIX_EPOCH).unwrap();
        store.baselines_keep(&[look(&before)], false).unwrap();
        let kept = store.baseline(&before.row.id).unwrap();
        assert_eq!(kept, Some(Baseline { row: known(&after).row, ..look(&before) }), "the edit is known, and the first look counts");
        store.baselines_keep(&[look(&after)], false).unwrap();
        assert_eq!(store.baseline(&before.row.id).unwrap(), Some(look(&after)));
        // A vendor that was set back shows an older time, and a look at that counts like any other.
        store.save_case(&before.row, &before.raw, Timestamp::UNIX_EPOCH).unwrap();
        store.baselines_keep(&[look(&before)], false).unwrap();
        assert_eq!(store.baseline(&before.row.id).unwrap(), Some(look(&before)));
    }
}
