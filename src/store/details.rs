//! What is kept of one case besides its row: the vendor's JSON and pages of activities and records.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::handle::Store;
use super::packed;
use super::reading::{Depth, Part};
use crate::domain::case::Rid;
use crate::domain::fault::Fault;
use crate::domain::raw_body::RawBody;

impl Store {
    /// The vendor's JSON, when these bytes were read, and whether from a list or by itself. A later list page with the
    /// same bytes leaves the time as it is.
    pub fn raw(&self, rid: Rid) -> Result<Option<(RawBody, Timestamp, Depth)>, Fault> {
        let file = &self.cases()?.file;
        let mut statement = file.prepare("SELECT raw, read_at, whole FROM bodies WHERE rid = ?1")?;
        let found = statement.query_row([rid.0], |row| {
            let depth = if row.get(2)? { Depth::Whole } else { Depth::List };
            Ok((RawBody(row.get_ref(0)?.as_str()?.into()), read_at(row.get(1)?), depth))
        });
        found.optional().map_err(|error| file.fault(&error))
    }

    /// Keeps one page of a case's details as JSON, in place of what was there for that page.
    pub fn save_part(&mut self, rid: Rid, what: Part, page: u32, json: &str, read_at: Timestamp) -> Result<(), Fault> {
        let file = &self.cases_mut()?.file;
        file.run(
            "INSERT OR REPLACE INTO parts (rid, what, page, read_at, json) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![rid.0, code(what), page, read_at.as_microsecond(), json],
        )
        .map(drop)
    }

    /// All pages kept of these details, by page: number, JSON, when it was read.
    pub fn parts(&self, rid: Rid, what: Part) -> Result<Vec<(u32, String, Timestamp)>, Fault> {
        let file = &self.cases()?.file;
        let mut statement = file.prepare("SELECT page, json, read_at FROM parts WHERE rid = ?1 AND what = ?2 ORDER BY page")?;
        let pages = statement
            .query_map(params![rid.0, code(what)], |row| Ok((row.get(0)?, row.get(1)?, read_at(row.get(2)?))))
            .map_err(|error| file.fault(&error))?;
        pages.collect::<Result<_, _>>().map_err(|error| file.fault(&error))
    }
}

fn code(what: Part) -> u8 {
    match what {
        Part::Activities => 0,
        Part::Records => 1,
    }
}

/// A time out of range was not written by caseload; the age it gives is absurd enough to be noticed.
fn read_at(micros: i64) -> Timestamp {
    packed::timestamp(Some(micros)).unwrap_or(Timestamp::UNIX_EPOCH)
}
