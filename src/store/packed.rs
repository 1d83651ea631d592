//! A row as bytes: how disk keeps it and what its hash is taken of. The format belongs to the file's format number. Lengths
//! are checked: broken bytes read as nothing, never as a panic.

use compact_str::CompactString;
use jiff::Timestamp;

use crate::domain::case::{CaseId, Level, Priority, Row, SourceId, State, Status};
use crate::domain::person::Person;
use crate::domain::text::Clean;

/// Stands for an absent time; below every [`Timestamp`].
pub(super) const NO_TIME: i64 = i64::MIN;

/// Bytes at the start that hold the clock, which runs while nothing else changes.
pub(super) const CLOCK: usize = size_of::<i64>();

const HAS_PRIORITY: u8 = 1;
const HAS_URL: u8 = 2;
const HAS_DESCRIPTION: u8 = 4;
const HAS_MORE_CLOCKS: u8 = 8;

/// Appends the row without its number and source; the first [`CLOCK`] bytes are its `due_at`. Gives back where its other clocks
/// begin, which run, too.
pub(super) fn put(row: &Row, out: &mut Vec<u8>) -> usize {
    for time in [row.due_at, row.created_at, row.updated_at, row.closed_at] {
        out.extend_from_slice(&micros(time).unwrap_or(NO_TIME).to_le_bytes());
    }
    let priority = row.priority.as_ref();
    out.push(row.status.state.map_or(0, |state| state as u8 + 1));
    out.push(priority.and_then(|priority| priority.level).map_or(0, |level| level as u8 + 1));
    let flags = [
        (priority.is_some(), HAS_PRIORITY),
        (row.url.is_some(), HAS_URL),
        (row.description.is_some(), HAS_DESCRIPTION),
        (!row.also_due.is_empty(), HAS_MORE_CLOCKS),
    ];
    out.push(flags.iter().filter(|(is_there, _)| *is_there).fold(0, |flags, (_, flag)| flags | flag));
    put_text(&row.id.id, out);
    put_text(row.key.raw(), out);
    put_text(row.title.raw(), out);
    put_text(row.status.name.raw(), out);
    put_text(priority.map_or("", |priority| priority.name.raw()), out);
    put_text(row.url.as_ref().map_or("", |url| url.raw()), out);
    put_len(row.assignees.len(), out);
    for person in &row.assignees {
        put_text(&person.id, out);
        put_text(person.name.raw(), out);
        put_text(person.email.raw(), out);
        out.push(u8::from(person.is_service));
    }
    put_len(row.tags.len(), out);
    for tag in &row.tags {
        put_text(tag.raw(), out);
    }
    if let Some(description) = &row.description {
        put_text(description.raw(), out);
    }
    let clocks = out.len();
    if !row.also_due.is_empty() {
        put_len(row.also_due.len(), out);
        for due in &row.also_due {
            out.extend_from_slice(&due.as_microsecond().to_le_bytes());
        }
    }
    clocks
}

/// Reads what [`put`] wrote. None: the bytes are not a row.
pub(super) fn take(bytes: &[u8], source: SourceId) -> Option<Row> {
    let mut from = Reader(bytes);
    let [due_at, created_at, updated_at, closed_at] =
        [from.micros()?, from.micros()?, from.micros()?, from.micros()?].map(|micros| timestamp(Some(micros)));
    let (state, level, flags) = (from.byte()?, from.byte()?, from.byte()?);
    let id = CaseId { source, id: from.text()?.into() };
    let (key, title, status) = (from.clean()?, from.clean()?, from.clean()?);
    let (priority, url) = (from.clean()?, from.clean()?);
    let level = usize::from(level).checked_sub(1).map(|code| Level::ALL.get(code).copied());
    let state = usize::from(state).checked_sub(1).map(|code| STATES.get(code).copied());
    let row = Row {
        id,
        key,
        title,
        status: Status { state: state.flatten(), name: status },
        priority: (flags & HAS_PRIORITY != 0).then_some(Priority { level: level.flatten(), name: priority }),
        assignees: from.list(|from| {
            Some(Person { id: CompactString::from(from.text()?), name: from.clean()?, email: from.clean()?, is_service: from.byte()? == 1 })
        })?,
        tags: from.list(Reader::clean)?,
        created_at,
        updated_at,
        closed_at,
        due_at,
        url: (flags & HAS_URL != 0).then_some(url),
        description: if flags & HAS_DESCRIPTION == 0 { None } else { Some(Clean::block(from.text()?)) },
        also_due: if flags & HAS_MORE_CLOCKS == 0 { Vec::new() } else { from.list(|from| timestamp(Some(from.micros()?)))? },
    };
    from.0.is_empty().then_some(row)
}

/// By their numbers on disk.
const STATES: [State; 4] = [State::Open, State::InProgress, State::Closed, State::Archived];

fn put_text(text: &str, out: &mut Vec<u8>) {
    put_len(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

/// Seven bits a byte, lowest first.
pub(super) fn put_len(mut len: usize, out: &mut Vec<u8>) {
    while len > 0x7f {
        out.push(len.to_le_bytes()[0] | 0x80);
        len >>= 7;
    }
    out.push(len.to_le_bytes()[0]);
}

/// Bytes that have not been read yet.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn len(&mut self) -> Option<usize> {
        let mut len = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            len |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(len);
            }
        }
        None
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = self.len()?;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// A file is no more trusted than a vendor: what comes from it is cleaned again.
    fn clean(&mut self) -> Option<Clean> {
        self.text().map(Clean::line)
    }

    fn micros(&mut self) -> Option<i64> {
        let (bytes, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(i64::from_le_bytes(*bytes))
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let len = self.len()?;
        // Every item takes a byte or more, so a length beyond the rest is broken and reserves nothing.
        let mut items = Vec::with_capacity(if len <= self.0.len() { len } else { return None });
        for _ in 0..len {
            items.push(item(self)?);
        }
        Some(items)
    }
}

/// Microseconds since 1970: no vendor writes finer times, and the range covers every [`Timestamp`].
pub(super) fn micros(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_microsecond)
}

pub(super) fn timestamp(micros: Option<i64>) -> Option<Timestamp> {
    micros.and_then(|micros| Timestamp::from_microsecond(micros).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arb_clean() -> impl Strategy<Value = Clean> {
        prop_oneof![any::<String>(), "[ -~]{0,300}"].prop_map(|text| Clean::line(&text))
    }

    fn arb_time() -> impl Strategy<Value = Option<Timestamp>> {
        prop::option::of(
            (-377_705_023_201_000_000_i64..=253_402_207_200_999_999).prop_map(|micros| Timestamp::from_microsecond(micros).unwrap()),
        )
    }

    fn arb_row() -> impl Strategy<Value = Row> {
        let person = (any::<String>(), arb_clean(), arb_clean(), any::<bool>()).prop_map(|(id, name, email, is_service)| Person {
            id: id.into(),
            name,
            email,
            is_service,
        });
        let priority =
            (prop::option::of(prop::sample::select(Level::ALL.to_vec())), arb_clean()).prop_map(|(level, name)| Priority { level, name });
        (
            (any::<String>(), arb_clean(), arb_clean(), prop::option::of(arb_clean())),
            (prop::option::of(prop::sample::select(STATES.to_vec())), arb_clean(), prop::option::of(priority)),
            (prop::collection::vec(person, 0..4), prop::collection::vec(arb_clean(), 0..200)),
            (arb_time(), arb_time(), arb_time(), arb_time(), prop::collection::vec(arb_time().prop_filter_map("a time", |at| at), 0..3)),
            prop::option::of(any::<String>().prop_map(|text| Clean::block(&text))),
        )
            .prop_map(
                |(
                    (id, key, title, url),
                    (state, name, priority),
                    (assignees, tags),
                    (created_at, updated_at, closed_at, due_at, also_due),
                    description,
                )| Row {
                    id: CaseId { source: SourceId(3), id: id.into() },
                    key,
                    title,
                    status: Status { state, name },
                    priority,
                    assignees,
                    tags,
                    created_at,
                    updated_at,
                    closed_at,
                    due_at,
                    also_due,
                    url,
                    description,
                },
            )
    }

    proptest! {
        #[test]
        fn a_row_comes_back_as_it_was(row in arb_row()) {
            let mut bytes = Vec::new();
            put(&row, &mut bytes);
            prop_assert_eq!(take(&bytes, SourceId(3)), Some(row));
        }

        #[test]
        fn broken_bytes_never_panic(row in arb_row(), at in any::<prop::sample::Index>(), byte: u8, noise: Vec<u8>) {
            let mut bytes = Vec::new();
            put(&row, &mut bytes);
            prop_assert_eq!(take(&bytes[..at.index(bytes.len())], SourceId(0)), None, "a row that was cut is no row");
            let place = at.index(bytes.len());
            bytes[place] = byte;
            for broken in [&bytes, &noise] {
                if let Some(row) = take(broken, SourceId(0)) {
                    prop_assert_eq!(Clean::line(row.title.raw()), row.title);
                }
            }
        }
    }

    #[test]
    fn codes_on_disk_follow_the_order_of_the_names() {
        for (code, state) in STATES.into_iter().enumerate() {
            assert_eq!(state as usize, code);
        }
        for (code, level) in Level::ALL.into_iter().enumerate() {
            assert_eq!(level as usize, code);
        }
    }
}
