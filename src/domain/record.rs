//! Rows of data attached to a case, grouped by their type.

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::Clean;

/// All loaded records of one type. Only Tines has records; v1 sends them without a type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordTable {
    /// Empty in Tines v1.
    pub type_id: CompactString,
    #[serde(with = "super::text::kept")]
    pub type_name: Clean,
    /// Union of the result names over the rows, in the order of first appearance.
    #[serde(with = "super::text::kept::list")]
    pub columns: Vec<Clean>,
    pub rows: Vec<Record>,
}

/// One record: a cell per column, empty where the record lacks the value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub id: CompactString,
    #[serde(with = "super::text::kept::list")]
    pub cells: Vec<Clean>,
    pub created_at: Option<Timestamp>,
}

impl RecordTable {
    /// Appends records of the same type, widening columns where the newcomers know more.
    pub fn absorb(&mut self, newer: Self) {
        let places: Vec<usize> = newer
            .columns
            .into_iter()
            .map(|column| {
                self.columns.iter().position(|known| *known == column).unwrap_or_else(|| {
                    self.columns.push(column);
                    self.columns.len() - 1
                })
            })
            .collect();
        for mut record in newer.rows {
            if self.rows.iter().any(|known| known.id == record.id) {
                continue;
            }
            let mut cells = vec![Clean::default(); self.columns.len()];
            for (cell, place) in record.cells.drain(..).zip(&places) {
                cells[*place] = cell;
            }
            self.rows.push(Record { cells, ..record });
        }
        for row in &mut self.rows {
            row.cells.resize(self.columns.len(), Clean::default());
        }
    }
}

/// Puts a further page of record tables behind the ones already loaded, table by table.
pub fn absorb_tables(known: &mut Vec<RecordTable>, newer: Vec<RecordTable>) {
    for table in newer {
        match known.iter_mut().find(|known| known.type_id == table.type_id && known.type_name == table.type_name) {
            Some(same) => same.absorb(table),
            None => known.push(table),
        }
    }
}

/// A part of a longer list: one page of activities or of records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice<T> {
    pub items: Vec<T>,
    /// Number of the next page in the vendor's own counting; None: this was the last.
    pub next: Option<u32>,
    /// How many there are in all, when the vendor says so.
    pub total: Option<u64>,
    /// Entries that could not be read; counted, never fatal.
    pub malformed: u32,
}
