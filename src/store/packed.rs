//! A row as bytes: what its hash is taken of. Lengths are checked; a broken byte string reads as nothing, never as a panic.

use jiff::Timestamp;

use crate::domain::case::{Level, Row, State};

/// Stands for an absent time; below every [`Timestamp`].
pub(super) const NO_TIME: i64 = i64::MIN;

/// Bytes at the start that hold the clock, which runs while nothing else changes.
pub(super) const CLOCK: usize = size_of::<i64>();

/// Appends the row without its number and source; the first [`CLOCK`] bytes are its `due_at`.
pub(super) fn put(row: &Row, out: &mut Vec<u8>) {
    for time in [row.due_at, row.created_at, row.updated_at, row.closed_at] {
        out.extend_from_slice(&micros(time).unwrap_or(NO_TIME).to_le_bytes());
    }
    let priority = row.priority.as_ref();
    out.push(row.status.state.map_or(0, |state| state_code(state) + 1));
    out.push(priority.and_then(|priority| priority.level).map_or(0, |level| level_code(level) + 1));
    out.push(u8::from(priority.is_some()) | u8::from(row.url.is_some()) << 1);
    put_text(&row.id.id, out);
    put_text(row.key.as_str(), out);
    put_text(row.title.as_str(), out);
    put_text(row.status.name.as_str(), out);
    put_text(priority.map_or("", |priority| priority.name.as_str()), out);
    put_text(row.url.as_ref().map_or("", |url| url.as_str()), out);
    put_len(row.assignees.len(), out);
    for person in &row.assignees {
        put_text(&person.id, out);
        put_text(person.name.as_str(), out);
        put_text(person.email.as_str(), out);
        out.push(u8::from(person.is_service));
    }
    put_len(row.tags.len(), out);
    for tag in &row.tags {
        put_text(tag.as_str(), out);
    }
}

fn put_text(text: &str, out: &mut Vec<u8>) {
    put_len(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

/// Seven bits a byte, lowest first.
fn put_len(mut len: usize, out: &mut Vec<u8>) {
    while len > 0x7f {
        #[expect(clippy::cast_possible_truncation, reason = "seven bits are kept on purpose")]
        out.push(len as u8 | 0x80);
        len >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is at most seven bits here")]
    out.push(len as u8);
}

/// Microseconds since 1970: no vendor writes finer times, and the range covers every [`Timestamp`].
pub(super) fn micros(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_microsecond)
}

pub(super) fn timestamp(micros: Option<i64>) -> Option<Timestamp> {
    micros.and_then(|micros| Timestamp::from_microsecond(micros).ok())
}

pub(super) fn state_code(state: State) -> u8 {
    match state {
        State::Open => 0,
        State::InProgress => 1,
        State::Closed => 2,
        State::Archived => 3,
    }
}

pub(super) fn state(code: u8) -> Option<State> {
    [State::Open, State::InProgress, State::Closed, State::Archived].get(usize::from(code)).copied()
}

pub(super) fn level_code(level: Level) -> u8 {
    match level {
        Level::Critical => 0,
        Level::High => 1,
        Level::Medium => 2,
        Level::Low => 3,
        Level::Info => 4,
    }
}

pub(super) fn level(code: u8) -> Option<Level> {
    Level::ALL.get(usize::from(code)).copied()
}
