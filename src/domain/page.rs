//! A page of a vendor's list, read and cleaned.

use super::case::Row;
use super::raw_body::RawBody;

/// Where the next page starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// The first page, however the vendor counts.
    Start,
    /// Datadog and Tines: page number, the first is 1.
    Number(u32),
    /// `ServerOps`: opaque, bound to the filter it was given for.
    Token(String),
}

/// Which list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// Every case, in an order that arrivals do not shift where the vendor offers one (oldest first).
    All,
    /// Newest or most recently changed first: what a person wants to see at once, and what polling reads.
    Recent,
    /// As `All` from its other end (newest first), where the vendor offers that: for lists that are not shown whole.
    Newest,
}

/// A row and the body it came from, so that everything else can be read from it later.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub row: Row,
    pub raw: RawBody,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub items: Vec<Listed>,
    /// None: this was the last page.
    pub next: Option<Cursor>,
    /// Number of pages, where the vendor counts them (Datadog `meta.page.total`, Tines `meta.pages`).
    pub pages: Option<u32>,
    /// Number of cases that the vendor says there are (Datadog `meta.total_cases`, Tines `meta.count`).
    pub total: Option<u64>,
    /// One sentence per row that could not be read.
    pub malformed: Vec<String>,
    /// Rows that nobody had asked for, left out.
    pub dropped: usize,
    /// One sentence per row that is among the items although something in it could not be read.
    pub odd: Vec<String>,
}
