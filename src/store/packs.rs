//! Copies of many rows in one piece: a list of a hundred thousand rows is read in a hundred pieces.
//!
//! Triggers drop a copy together with the change that outdates it (see the schema), so a copy that is there is true. What has
//! no copy is read row by row.

use rusqlite::OptionalExtension;

use super::handle::{Cases, Store};
use super::open::File;
use super::packed::{
    Reader, {self},
};
use crate::domain::case::{Rid, Row};
use crate::domain::fault::Fault;

/// Bits of a number that tell rows of one pack apart; the triggers of the schema say the same.
const BITS: u32 = 10;
/// Packs that are made at once: some 30 ms of the thread that owns the disk.
const MOST_AT_ONCE: u32 = 100;

impl Store {
    /// Every row of this run's sources, latest numbers first, in pieces of at most `chunk`; `take` says whether to go on.
    /// Answers how many rows it handed over.
    pub fn each_rows(&self, chunk: usize, take: &mut dyn FnMut(Vec<(Rid, Row)>) -> bool) -> Result<usize, Fault> {
        let cases = self.cases()?;
        let mut pieces = Pieces { chunk: chunk.max(1), rows: Vec::new(), count: 0, is_open: true, take };
        // One moment for all of it: another process may write meanwhile.
        let moment = cases.file.moment()?;
        cases.note_version()?;
        for number in (0..=cases.last_pack()?).rev() {
            if !pieces.is_open {
                break;
            }
            match cases.pack(number)? {
                Some(pack) => cases.unpack(&pack, &mut pieces)?,
                None => cases.each_of(number, |rid, source, list| cases.hand_over(rid, source, list, &mut pieces))?,
            }
        }
        pieces.flush();
        drop(moment);
        Ok(pieces.count)
    }
}

/// Collects rows and hands them over in pieces.
struct Pieces<'a> {
    chunk: usize,
    rows: Vec<(Rid, Row)>,
    count: usize,
    is_open: bool,
    take: &'a mut dyn FnMut(Vec<(Rid, Row)>) -> bool,
}

impl Pieces<'_> {
    fn push(&mut self, rid: Rid, row: Row) {
        self.rows.push((rid, row));
        if self.rows.len() >= self.chunk {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.is_open && !self.rows.is_empty() {
            self.count += self.rows.len();
            self.is_open = (self.take)(std::mem::take(&mut self.rows));
        }
    }
}

impl Cases {
    /// Makes the packs that are missing, newest first, as many as may be made at once. Called when a full pass has ended,
    /// because then the rows rest.
    pub(super) fn make_packs(&self) -> Result<(), Fault> {
        let transaction = self.file.begin()?;
        let mut made = 0;
        for number in (0..=self.last_pack()?).rev() {
            if made == MOST_AT_ONCE {
                break;
            }
            if self.has_pack(number)? {
                continue;
            }
            let mut pack = Vec::new();
            self.each_of(number, |rid, source, list| {
                packed::put_len(rid as usize, &mut pack);
                packed::put_len(source as usize, &mut pack);
                packed::put_len(list.len(), &mut pack);
                pack.extend_from_slice(list);
                Ok(true)
            })?;
            self.file.run("INSERT INTO packs (number, list) VALUES (?1, ?2)", rusqlite::params![number, pack])?;
            made += 1;
        }
        transaction.commit().map_err(|error| self.file.fault(&error))
    }

    fn last_pack(&self) -> Result<u32, Fault> {
        let last: Option<u32> = ask(&self.file, "SELECT max(rid) FROM rows", [], |row| row.get(0))?.flatten();
        Ok(last.unwrap_or(0) >> BITS)
    }

    fn has_pack(&self, number: u32) -> Result<bool, Fault> {
        Ok(ask(&self.file, "SELECT 1 FROM packs WHERE number = ?1", [number], |_| Ok(()))?.is_some())
    }

    fn pack(&self, number: u32) -> Result<Option<Vec<u8>>, Fault> {
        ask(&self.file, "SELECT list FROM packs WHERE number = ?1", [number], |row| row.get(0))
    }

    fn unpack(&self, pack: &[u8], pieces: &mut Pieces<'_>) -> Result<(), Fault> {
        let mut from = Reader(pack);
        while !from.0.is_empty() && pieces.is_open {
            let mut next = || Some((u32::try_from(from.len()?).ok()?, u32::try_from(from.len()?).ok()?, from.bytes()?));
            let (rid, source, list) = next().ok_or_else(|| self.file.damaged("a pack of rows cannot be read"))?;
            self.hand_over(rid, source, list, pieces)?;
        }
        Ok(())
    }

    fn hand_over(&self, rid: u32, source: u32, list: &[u8], pieces: &mut Pieces<'_>) -> Result<bool, Fault> {
        if let Some(source) = self.source(source) {
            let row = packed::take(list, source).ok_or_else(|| self.file.damaged(&format!("row {rid} cannot be read")))?;
            pieces.push(Rid(rid), row);
        }
        Ok(pieces.is_open)
    }

    /// The rows of one pack as the table has them, latest numbers first: number, source on disk, bytes.
    fn each_of(&self, number: u32, mut take: impl FnMut(u32, u32, &[u8]) -> Result<bool, Fault>) -> Result<(), Fault> {
        let (first, end) = (u64::from(number) << BITS, u64::from(number + 1) << BITS);
        let mut statement = self.file.prepare("SELECT rid, source, list FROM rows WHERE rid >= ?1 AND rid < ?2 ORDER BY rid DESC")?;
        let mut rows = statement.query([first.cast_signed(), end.cast_signed()]).map_err(|error| self.file.fault(&error))?;
        while let Some(row) = rows.next().map_err(|error| self.file.fault(&error))? {
            let read = || -> rusqlite::Result<_> { Ok((row.get(0)?, row.get(1)?, row.get_ref(2)?.as_blob()?)) };
            let (rid, source, list) = read().map_err(|error| self.file.fault(&error))?;
            if !take(rid, source, list)? {
                break;
            }
        }
        Ok(())
    }
}

fn ask<T>(
    file: &File,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, Fault> {
    file.prepare(sql)?.query_row(params, read).optional().map_err(|error| file.fault(&error))
}
