//! List rows: written a page at a time, read newest first or all.

use std::borrow::Cow;

use jiff::Timestamp;
use rusqlite::{CachedStatement, OptionalExtension, params};

use super::handle::{Store, declared};
use super::ids::{Ids, Known, Standing};
use super::open::File;
use super::reading::{Batch, Change, Depth, Mark};
use super::{baselines, marks, packed};
use crate::domain::aside::Then;
use crate::domain::baseline::Baseline;
use crate::domain::case::{Rid, Row, SourceId};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::Listed;
use crate::domain::raw_body::RawBody;

/// A vendor that sends seconds left makes a clock's end tremble by its rounding and by how long the answer took.
const DUE_SLACK_US: i64 = 5_000_000;
/// The end of a clock that stands still moves on with every reading. It is told each time, and written when it is this late.
const STALE_US: i64 = 600_000_000;

const UPSERT_ROW: &str = "INSERT INTO rows (rid, source, row_hash, body_hash, due_at, created_at, id, key, list) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
     ON CONFLICT (rid) DO UPDATE SET row_hash = excluded.row_hash, body_hash = excluded.body_hash, due_at = excluded.due_at, \
     created_at = excluded.created_at, key = excluded.key, list = excluded.list";

/// A list item never replaces the whole case of the same change.
const UPSERT_BODY: &str = "INSERT INTO bodies (rid, whole, updated_at, read_at, raw) VALUES (?1, ?2, ?3, ?4, ?5) \
     ON CONFLICT (rid) DO UPDATE SET whole = excluded.whole, updated_at = excluded.updated_at, read_at = excluded.read_at, raw = excluded.raw \
     WHERE excluded.whole OR NOT bodies.whole OR bodies.updated_at IS NOT excluded.updated_at";

impl Store {
    /// The newest created rows of this run's sources; rows without a time come last.
    pub fn first_rows(&self, limit: usize) -> Result<Vec<(Rid, Row)>, Fault> {
        let cases = self.cases()?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut found = Vec::new();
        for (source, number) in cases.declared() {
            let mut statement = cases.file.prepare("SELECT rid, list FROM rows WHERE source = ?1 ORDER BY created_at DESC LIMIT ?2")?;
            let mut rows = statement.query(params![number, limit]).map_err(|error| cases.file.fault(&error))?;
            while let Some(row) = rows.next().map_err(|error| cases.file.fault(&error))? {
                let read = || -> rusqlite::Result<_> { Ok((row.get(0)?, row.get_ref(1)?.as_blob()?)) };
                let (rid, list) = read().map_err(|error| cases.file.fault(&error))?;
                let row = packed::take(list, source).ok_or_else(|| cases.file.damaged(&format!("row {rid} cannot be read")))?;
                found.push((Rid(rid), row));
            }
        }
        cases.note_version()?;
        found.sort_by(|(a_rid, a), (b_rid, b)| b.created_at.cmp(&a.created_at).then(b_rid.cmp(a_rid)));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// One page and its watermark in one transaction; what each item meant, in order.
    pub fn save_page(
        &mut self,
        source: SourceId,
        items: &[Listed],
        mark: Option<&Mark>,
        read_at: Timestamp,
    ) -> Result<Vec<(Rid, Change)>, Fault> {
        let mut saved = self.save_pages(&[Batch { source, items, mark, read_at }])?;
        Ok(saved.pop().unwrap_or_default())
    }

    /// Several pages, each with its watermark, in one transaction; what each item meant, page by page, in order.
    /// When it fails nothing of it has happened.
    pub fn save_pages(&mut self, batches: &[Batch<'_>]) -> Result<Vec<Vec<(Rid, Change)>>, Fault> {
        let Self { cases, outbox, names, .. } = self;
        let cases = cases.as_mut().map_err(|fault| fault.clone())?;
        let numbers = cases.numbers.clone();
        let mut has_ended = false;
        let saved = cases.write(|file, ids| {
            let mut writer = Writer::new(file, ids)?;
            let mut saved = Vec::with_capacity(batches.len());
            for batch in batches {
                let number = declared(&numbers, batch.source)?;
                writer.of(number)?;
                let page: Result<Vec<_>, Fault> =
                    batch.items.iter().map(|item| writer.keep(number, &item.row, &item.raw, Depth::List, batch.read_at)).collect();
                saved.push(page?);
                if let Some(mark) = batch.mark {
                    has_ended |= marks::write(file, number, mark)?;
                }
            }
            baselines::witness(outbox, names, &writer.replaced)?;
            Ok(saved)
        })?;
        for (batch, page) in batches.iter().zip(&saved) {
            cases.met(batch.source, batch.mark.map(|mark| mark.pass), page);
        }
        if has_ended {
            // Only a faster next start is lost; whatever is wrong shows in the next write.
            drop(cases.make_packs());
        }
        Ok(saved)
    }

    /// A case that was asked for by itself. Its raw replaces whatever was there.
    pub fn save_case(&mut self, row: &Row, raw: &RawBody, read_at: Timestamp) -> Result<(Rid, Change), Fault> {
        let Self { cases, outbox, names, .. } = self;
        let cases = cases.as_mut().map_err(|fault| fault.clone())?;
        let number = declared(&cases.numbers, row.id.source)?;
        let saved = cases.write(|file, ids| {
            let mut writer = Writer::new(file, ids)?;
            writer.of(number)?;
            let saved = writer.keep(number, row, raw, Depth::Whole, read_at)?;
            baselines::witness(outbox, names, &writer.replaced)?;
            Ok(saved)
        })?;
        cases.met(row.id.source, None, &[saved]);
        Ok(saved)
    }

    /// Cases that are gone: rows and details go, the numbers stay taken, and the outbox is not concerned.
    pub fn remove(&mut self, rids: &[Rid]) -> Result<(), Fault> {
        self.cases_mut()?.write(|file, ids| {
            for rid in rids {
                file.run("INSERT OR IGNORE INTO gone (rid, source, id) SELECT rid, source, id FROM rows WHERE rid = ?1", [rid.0])?;
                for sql in ["DELETE FROM rows WHERE rid = ?1", "DELETE FROM bodies WHERE rid = ?1", "DELETE FROM parts WHERE rid = ?1"] {
                    file.run(sql, [rid.0])?;
                }
                let known = ids.known(*rid);
                if known.standing != Standing::Nobody {
                    ids.know(*rid, Known { source: known.source, standing: Standing::Gone, ..Known::default() });
                }
            }
            Ok(())
        })
    }

    /// A case by its key (in any case, with or without `#`) or its id.
    pub fn find(&self, source: SourceId, reference: &str) -> Result<Option<Rid>, Fault> {
        let cases = self.cases()?;
        let Some(number) = cases.number(source) else { return Ok(None) };
        let bare = reference.trim().trim_start_matches('#');
        let mut statement = cases.file.prepare(
            "SELECT rid FROM rows WHERE source = ?1 AND (id = ?2 COLLATE NOCASE OR ltrim(key, '#') = ?2 COLLATE NOCASE) \
             ORDER BY id = ?2 COLLATE NOCASE DESC, rid LIMIT 1",
        )?;
        match statement.query_row(params![number, bare], |row| row.get(0).map(Rid)) {
            Ok(rid) => Ok(Some(rid)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(cases.file.fault(&error)),
        }
    }
}

/// Writes cases inside one transaction.
struct Writer<'a> {
    file: &'a File,
    ids: &'a mut Ids,
    row: CachedStatement<'a>,
    body: CachedStatement<'a>,
    bytes: Vec<u8>,
    /// The source was read completely before: what is new of it is news.
    was_full: bool,
    /// What the list showed of cases that are not as they were.
    replaced: Vec<Baseline>,
}

impl<'a> Writer<'a> {
    fn new(file: &'a File, ids: &'a mut Ids) -> Result<Self, Fault> {
        let (row, body) = (file.prepare(UPSERT_ROW)?, file.prepare(UPSERT_BODY)?);
        Ok(Self { file, ids, row, body, bytes: Vec::new(), was_full: false, replaced: Vec::new() })
    }

    /// What is kept next is of this source.
    fn of(&mut self, source: u32) -> Result<(), Fault> {
        self.was_full = marks::was_full(self.file, source)?;
        Ok(())
    }

    /// Writes what differs from what was last written.
    fn keep(&mut self, source: u32, row: &Row, raw: &RawBody, depth: Depth, read_at: Timestamp) -> Result<(Rid, Change), Fault> {
        let rid = self.ids.issue(source, &row.id.id).ok_or_else(|| {
            Fault::new(FaultKind::Disk, "the data directory holds all the cases it can number: choose another --data-dir")
        })?;
        let known = self.ids.known(rid);
        self.bytes.clear();
        let mut stored = None;
        if row.description.is_none() {
            stored = self.stored(rid, &known, row)?;
        }
        let described = described(stored.as_ref(), row);
        let clocks = packed::put(&described, &mut self.bytes);
        let row_hash = self.ids.hash(&self.bytes[packed::CLOCK..clocks]);
        let due = packed::micros(row.due_at).unwrap_or(packed::NO_TIME);
        let change = match known.standing {
            Standing::Here if row_hash == known.row_hash && is_near(due, known.due) => Change::Same,
            Standing::Here => Change::Changed,
            _ => Change::New,
        };
        let written = self.written(rid, &known)?;
        let offered = self.ids.hash(raw.0.as_bytes());
        let mut body_hash = written.body_hash;
        // Disk has this very row, unless another process has written another one meanwhile.
        let is_written =
            known.standing == Standing::Here && row_hash == written.row_hash && (is_near(due, written.due) || is_held(due, written.due));
        // Tines counts down in the body: of a case that has not changed it would be written anew in each round.
        let is_news = !is_written || row.updated_at.is_none();
        if change == Change::New || depth == Depth::Whole || (is_news && offered != body_hash) {
            let whole = depth == Depth::Whole;
            let updated_at = packed::micros(row.updated_at);
            let kept = self.body.execute(params![rid.0, whole, updated_at, read_at.as_microsecond(), &*raw.0]);
            if kept.map_err(|error| self.file.fault(&error))? > 0 {
                body_hash = offered;
            }
        }
        if known.standing == Standing::Gone {
            self.file.run("DELETE FROM gone WHERE rid = ?1", [rid.0])?;
        }
        let mut now = Known { row_hash, body_hash, due, source, standing: Standing::Here };
        if is_written {
            now.due = written.due;
            if body_hash != written.body_hash {
                self.file.run("UPDATE rows SET body_hash = ?2 WHERE rid = ?1", params![rid.0, body_hash.cast_signed()])?;
            }
        } else {
            if row.description.is_some() {
                stored = self.stored(rid, &known, row)?;
            }
            self.witness(stored.as_ref(), row);
            self.write_row(rid, row, &now)?;
        }
        self.ids.know(rid, now);
        Ok((rid, change))
    }

    /// A row takes the place of another one, or a case comes that was not there.
    fn witness(&mut self, stored: Option<&Row>, row: &Row) {
        let shown = stored.map(Then::of);
        if self.was_full && shown.as_ref().is_none_or(|shown| shown.is_news(&Then::of(row))) {
            self.replaced.push(Baseline { case: row.id.clone(), row: shown, looked: None });
        }
    }

    /// The row on disk.
    fn stored(&self, rid: Rid, known: &Known, row: &Row) -> Result<Option<Row>, Fault> {
        if matches!(known.standing, Standing::Nobody | Standing::Gone) {
            return Ok(None);
        }
        let mut statement = self.file.prepare("SELECT list FROM rows WHERE rid = ?1")?;
        let list = statement.query_row([rid.0], |row| row.get::<_, Vec<u8>>(0)).optional().map_err(|error| self.file.fault(&error))?;
        Ok(list.and_then(|list| packed::take(&list, row.id.source)))
    }

    /// What disk holds of a case: what this process wrote last, unless another one writes too.
    fn written(&self, rid: Rid, known: &Known) -> Result<Known, Fault> {
        if known.standing != Standing::Here || !self.ids.is_shared() {
            return Ok(*known);
        }
        let mut statement = self.file.prepare("SELECT row_hash, body_hash, due_at FROM rows WHERE rid = ?1")?;
        let found = statement.query_row([rid.0], |row| {
            Ok(Known {
                row_hash: row.get::<_, i64>(0)?.cast_unsigned(),
                body_hash: row.get::<_, i64>(1)?.cast_unsigned(),
                due: row.get::<_, Option<i64>>(2)?.unwrap_or(packed::NO_TIME),
                ..*known
            })
        });
        found.map_err(|error| self.file.fault(&error))
    }

    /// [`Self::bytes`] hold the row.
    fn write_row(&mut self, rid: Rid, row: &Row, known: &Known) -> Result<(), Fault> {
        let written = self.row.execute(params![
            rid.0,
            known.source,
            known.row_hash.cast_signed(),
            known.body_hash.cast_signed(),
            packed::micros(row.due_at),
            packed::micros(row.created_at),
            row.id.id.as_str(),
            row.key.as_str(),
            self.bytes,
        ]);
        written.map(drop).map_err(|error| self.file.fault(&error))
    }
}

/// The row with the description that is known: of the same change, when its list does not send any.
fn described<'r>(stored: Option<&Row>, row: &'r Row) -> Cow<'r, Row> {
    let is_same = |stored: &&Row| packed::micros(stored.updated_at) == packed::micros(row.updated_at);
    match stored.filter(is_same).and_then(|stored| stored.description.clone()).filter(|_| row.description.is_none()) {
        Some(description) => Cow::Owned(Row { description: Some(description), ..row.clone() }),
        None => Cow::Borrowed(row),
    }
}

/// Whether a clock has stood still since its end was written, not long ago.
fn is_held(due: i64, written: i64) -> bool {
    written != packed::NO_TIME && due.checked_sub(written).is_some_and(|later| (0..=STALE_US).contains(&later))
}

/// Whether two clocks end at the same moment as far as anybody can tell.
fn is_near(a: i64, b: i64) -> bool {
    a == b || (a != packed::NO_TIME && b != packed::NO_TIME && a.abs_diff(b) <= DUE_SLACK_US.unsigned_abs())
}
