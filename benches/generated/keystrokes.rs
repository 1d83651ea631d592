//! What somebody types who looks for generated cases, and the rows in which they are looked for.
#![allow(dead_code, clippy::unwrap_used, reason = "each bench uses what it needs, and stops at the first surprise")]

use std::hint::black_box;
use std::time::Instant;

use caseload::domain::case::Rid;
use caseload::domain::page::Listed;
use caseload::index::{Index, SortBy, SortKey};
use caseload::query::{Asker, Query, fold_into, parse};

use crate::rows;

/// Cases that are made at once.
pub(crate) const PIECE: usize = 1_000;

/// The same rows for everybody.
pub(crate) struct Rows {
    pub(crate) index: Index,
    /// Seconds.
    pub(crate) loaded_s: f64,
    /// Key and title, for peers.
    pub(crate) lines: Vec<String>,
    /// What is searched of the rows, in one piece.
    pub(crate) folded: String,
}

/// Shows so many cases, in pieces, so that they do not all have to fit.
pub(crate) fn each(count: usize, mut see: impl FnMut(Rid, &Listed)) {
    for (piece, start) in (0..count).step_by(PIECE).enumerate() {
        let cases = rows::numbered(start..count.min(start + PIECE), piece as u64);
        for (number, case) in (start + 1..).zip(&cases) {
            see(Rid(u32::try_from(number).unwrap()), case);
        }
    }
}

pub(crate) fn load(count: usize) -> Rows {
    let mut rows = Rows { index: Index::new(), loaded_s: 0.0, lines: Vec::with_capacity(count), folded: String::new() };
    each(count, |rid, case| {
        let row = &case.row;
        rows.loaded_s += timed(|| rows.index.upsert(rid, row));
        rows.lines.push(format!("{} {}", row.key, row.title));
        for text in [row.title.as_str(), row.key.as_str(), row.id.id.as_str()] {
            fold_into(text, &mut rows.folded);
            rows.folded.push(' ');
        }
    });
    rows
}

pub(crate) fn newest_first() -> [SortKey; 1] {
    [SortKey { by: SortBy::Updated, descending: true }]
}

/// Every prefix of each is a keystroke.
pub(crate) fn queries() -> Vec<String> {
    let cases = rows::cases(3, 0);
    let word = |case: usize, place: usize| cases[case].row.title.as_str().split(' ').nth(place).unwrap_or("a").to_owned();
    vec![
        word(0, 0),
        format!("{} {}", word(0, 1), word(0, 2)),
        format!("\"{} {}\"", word(1, 0), word(1, 1)),
        format!("{} -{}", &word(2, 0)[..2], &word(2, 1)[..2]),
        "sec-99".to_owned(),
        format!("example.com {}", &word(0, 2)[..3]),
        cases[1].row.id.id[..8].to_owned(),
        "qqqq".to_owned(),
    ]
}

/// Seconds per keystroke, result in order included.
pub(crate) fn typed(index: &mut Index, queries: &[String]) -> Vec<f64> {
    let (asker, sort) = (Asker::default(), newest_first());
    let mut typed = Vec::new();
    for text in queries {
        index.select(&Query::default(), &asker, &sort);
        for end in text.char_indices().map(|(at, c)| at + c.len_utf8()) {
            typed.push(timed(|| drop(black_box(index.select(&parse(&text[..end]).query, &asker, &sort)))));
        }
    }
    typed
}

/// Keeps the shorter of each pair: what other processes of the machine took is nobody's.
pub(crate) fn best(all: &mut Vec<f64>, round: Vec<f64>) {
    if all.is_empty() {
        all.extend(round);
    } else {
        all.iter_mut().zip(round).for_each(|(least, took)| *least = took.min(*least));
    }
}

pub(crate) fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
