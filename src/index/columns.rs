//! What is kept of each row: text in arenas, names as numbers, the rest in fixed-size cells.

use std::hash::{BuildHasher, RandomState};

use rustc_hash::FxHashMap;

use super::{NONE, Seen};
use crate::domain::case::{Level, Rid, Row, SourceId, State};
use crate::domain::text::Clean;
use crate::query::fold_into;

/// Ends every piece of folded text, so that nothing is found across two pieces. Folded text never holds it.
const END: char = '\0';
/// Stands for an absent time.
pub(super) const NO_TIME: i64 = i64::MIN;
const HAS_PRIORITY: u8 = 1;
/// Where a row's URL is: nowhere, all of it behind the id in the text, or a prefix that many rows share and then the key or id.
const URL_WHOLE: u8 = 2;
const URL_KEY: u8 = 4;
const URL_ID: u8 = 8;

/// One row's fixed-size part. Ends are offsets behind the last byte; a start is the end of the slot before.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    shown_end: u32,
    title_len: u32,
    key_len: u32,
    id_len: u32,
    lists_end: u32,
    people: u32,
    status: u32,
    priority: u32,
    url: u32,
    /// Milliseconds since 1970, or [`NO_TIME`].
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) due: i64,
    pub(super) source: SourceId,
    pub(super) state: Option<State>,
    pub(super) level: Option<Level>,
    flags: u8,
}

#[derive(Default)]
pub(super) struct Columns {
    cells: Vec<Cell>,
    /// Apart from the cells: every result is a walk over these.
    rids: Vec<Rid>,
    /// Title, key, id, and a URL that shares nothing, as they are shown.
    shown: String,
    /// Title, key and id folded, each with its [`END`].
    folded: String,
    folded_ends: Vec<u32>,
    /// Which characters occur in the folded text, people and tags: [`mask`].
    masks: Vec<u64>,
    /// People, then tags of each row, as numbers of [`Self::terms`].
    lists: Vec<u32>,
    terms: Dictionary,
    /// Statuses, priorities and URL prefixes.
    names: Dictionary,
}

impl Columns {
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Adds a row in a new slot.
    pub(super) fn push(&mut self, rid: Rid, row: &Row) -> u32 {
        let slot = offset(self.cells.len());
        let fits = room(self.shown.len()) && room(self.folded.len()) && room(self.lists.len());
        let (title, key, id) = if fits { (row.title.as_str(), row.key.as_str(), row.id.id.as_str()) } else { ("", "", "") };
        let folded_start = self.folded.len();
        for piece in [title, key, id] {
            self.shown.push_str(piece);
            fold_into(piece, &mut self.folded);
            self.folded.push(END);
        }
        let mut mask = mask(&self.folded.as_bytes()[folded_start..]);
        if fits {
            for person in &row.assignees {
                let term = self.terms.person(person.label(), person.email.as_str());
                mask |= self.terms.mask(term);
                self.lists.push(term);
            }
            for tag in &row.tags {
                let term = self.terms.intern(tag.as_str());
                mask |= self.terms.mask(term);
                self.lists.push(term);
            }
        }
        let (url, url_flag) = self.place_url(row.url.as_ref().map_or("", |url| url.as_str()), key, id);
        self.masks.push(mask);
        self.folded_ends.push(offset(self.folded.len()));
        let mut cell = Cell {
            shown_end: offset(self.shown.len()),
            title_len: offset(title.len()),
            key_len: offset(key.len()),
            id_len: offset(id.len()),
            lists_end: offset(self.lists.len()),
            people: if fits { offset(row.assignees.len()) } else { 0 },
            status: 0,
            priority: 0,
            url,
            created: NO_TIME,
            updated: NO_TIME,
            due: NO_TIME,
            source: row.id.source,
            state: None,
            level: None,
            flags: url_flag,
        };
        self.refresh(&mut cell, row);
        self.cells.push(cell);
        self.rids.push(rid);
        slot
    }

    /// Takes over what is no text. False, and nothing done: the text differs too, so the row needs a new slot.
    pub(super) fn update(&mut self, slot: u32, row: &Row) -> bool {
        let seen = self.seen(slot);
        let same = seen.title == row.title.as_str()
            && seen.key == row.key.as_str()
            && seen.id == row.id.id
            && self.tags(slot).eq(row.tags.iter().map(Clean::as_str))
            && self.terms_of(slot).0.len() == row.assignees.len()
            && self
                .terms_of(slot)
                .0
                .iter()
                .zip(&row.assignees)
                .all(|(term, who)| self.terms.is_person(*term, who.label(), who.email.as_str()))
            && self.url(slot).as_deref() == row.url.as_ref().map(Clean::as_str);
        if same {
            let mut cell = self.cells[slot as usize];
            self.refresh(&mut cell, row);
            self.cells[slot as usize] = cell;
        }
        same
    }

    fn refresh(&mut self, cell: &mut Cell, row: &Row) {
        let millis = |time: Option<jiff::Timestamp>| time.map_or(NO_TIME, jiff::Timestamp::as_millisecond);
        cell.status = self.names.intern(row.status.name.as_str());
        cell.priority = self.names.intern(row.priority.as_ref().map_or("", |priority| priority.name.as_str()));
        cell.state = row.status.state;
        cell.level = row.priority.as_ref().and_then(|priority| priority.level);
        cell.flags = cell.flags & !HAS_PRIORITY | u8::from(row.priority.is_some());
        cell.source = row.id.source;
        (cell.created, cell.updated, cell.due) = (millis(row.created_at), millis(row.updated_at), millis(row.due_at));
    }

    fn place_url(&mut self, url: &str, key: &str, id: &str) -> (u32, u8) {
        let shared = [(key, URL_KEY), (id, URL_ID)]
            .into_iter()
            .filter(|(tail, _)| !tail.is_empty())
            .find_map(|(tail, flag)| Some((url.strip_suffix(tail)?, flag)));
        match shared {
            Some((prefix, flag)) => (self.names.intern(prefix), flag),
            None if url.is_empty() || !room(self.shown.len()) => (NONE, 0),
            None => {
                self.shown.push_str(url);
                (NONE, URL_WHOLE)
            }
        }
    }

    /// Adds a slot of another set of columns, text and all.
    pub(super) fn copy(&mut self, from: &Self, slot: u32) -> u32 {
        let mut cell = from.cells[slot as usize];
        self.shown.push_str(from.shown(slot));
        self.folded.push_str(from.folded(slot));
        let (people, tags) = from.terms_of(slot);
        for term in people.iter().chain(tags) {
            self.lists.push(self.terms.copy(&from.terms, *term));
        }
        cell.status = self.names.copy(&from.names, cell.status);
        cell.priority = self.names.copy(&from.names, cell.priority);
        if cell.url != NONE {
            cell.url = self.names.copy(&from.names, cell.url);
        }
        cell.shown_end = offset(self.shown.len());
        cell.lists_end = offset(self.lists.len());
        self.folded_ends.push(offset(self.folded.len()));
        self.masks.push(from.masks[slot as usize]);
        self.cells.push(cell);
        self.rids.push(from.rid(slot));
        offset(self.cells.len() - 1)
    }

    pub(super) fn seen(&self, slot: u32) -> Seen<'_> {
        let cell = self.cell(slot);
        let shown = self.shown(slot);
        let (title, rest) = shown.split_at(cell.title_len as usize);
        let (key, rest) = rest.split_at(cell.key_len as usize);
        let second = |millis: i64| (millis != NO_TIME).then(|| millis.div_euclid(1000));
        Seen {
            title,
            key,
            id: &rest[..cell.id_len as usize],
            source: cell.source,
            state: cell.state,
            status: self.names.shown(cell.status),
            level: cell.level,
            priority: self.names.shown(cell.priority),
            has_priority: cell.flags & HAS_PRIORITY != 0,
            due_at: second(cell.due),
            created_at: second(cell.created),
            updated_at: second(cell.updated),
            columns: self,
            slot,
        }
    }

    pub(super) fn cell(&self, slot: u32) -> &Cell {
        &self.cells[slot as usize]
    }

    pub(super) fn rid(&self, slot: u32) -> Rid {
        self.rids[slot as usize]
    }

    pub(super) fn source(&self, slot: u32) -> SourceId {
        self.cell(slot).source
    }

    pub(super) fn people(&self, slot: u32) -> impl Iterator<Item = &str> {
        self.terms_of(slot).0.iter().map(|term| self.terms.shown(*term))
    }

    pub(super) fn tags(&self, slot: u32) -> impl Iterator<Item = &str> {
        self.terms_of(slot).1.iter().map(|term| self.terms.shown(*term))
    }

    pub(super) fn url(&self, slot: u32) -> Option<String> {
        let (cell, seen) = (self.cell(slot), self.seen(slot));
        let prefix = || self.names.shown(cell.url);
        match cell.flags & (URL_WHOLE | URL_KEY | URL_ID) {
            URL_WHOLE => Some(self.shown(slot)[seen.title.len() + seen.key.len() + seen.id.len()..].to_owned()),
            URL_KEY => Some(format!("{}{}", prefix(), seen.key)),
            URL_ID => Some(format!("{}{}", prefix(), seen.id)),
            _ => None,
        }
    }

    fn shown(&self, slot: u32) -> &str {
        let start = before(slot).map_or(0, |before| self.cells[before].shown_end);
        &self.shown[start as usize..self.cells[slot as usize].shown_end as usize]
    }

    /// The row's searchable text: title, key and id, each with its end mark.
    pub(super) fn folded(&self, slot: u32) -> &str {
        &self.folded[self.folded_start(slot)..self.folded_ends[slot as usize] as usize]
    }

    pub(super) fn folded_start(&self, slot: u32) -> usize {
        before(slot).map_or(0, |before| self.folded_ends[before] as usize)
    }

    /// The text of all slots, and where each ends.
    pub(super) fn all_folded(&self) -> (&str, &[u32]) {
        (&self.folded, &self.folded_ends)
    }

    pub(super) fn folded_title(&self, slot: u32) -> &str {
        self.folded(slot).split(END).next().unwrap_or_default()
    }

    pub(super) fn folded_key(&self, slot: u32) -> &str {
        self.folded(slot).split(END).nth(1).unwrap_or_default()
    }

    pub(super) fn folded_status(&self, slot: u32) -> &str {
        self.names.folded(self.cell(slot).status)
    }

    /// None: nobody is assigned.
    pub(super) fn folded_assignee(&self, slot: u32) -> Option<&str> {
        self.terms_of(slot).0.first().map(|term| self.terms.folded(*term))
    }

    pub(super) fn masks(&self) -> &[u64] {
        &self.masks
    }

    pub(super) fn terms(&self) -> &Dictionary {
        &self.terms
    }

    /// People and tags of a row.
    pub(super) fn terms_of(&self, slot: u32) -> (&[u32], &[u32]) {
        let start = before(slot).map_or(0, |before| self.cells[before].lists_end);
        let cell = &self.cells[slot as usize];
        self.lists[start as usize..cell.lists_end as usize].split_at(cell.people as usize)
    }
}

/// Texts that many rows share, each once.
#[derive(Default)]
pub(super) struct Dictionary {
    shown: String,
    shown_ends: Vec<u32>,
    folded: String,
    folded_ends: Vec<u32>,
    /// Keyed hash of the entry → its number; the next free hash when two entries share one.
    by_hash: FxHashMap<u64, u32>,
    state: RandomState,
}

impl Dictionary {
    pub(super) fn len(&self) -> usize {
        self.shown_ends.len()
    }

    fn intern(&mut self, text: &str) -> u32 {
        self.enter(text, "")
    }

    /// A person is shown by one label and found by mail too.
    fn person(&mut self, label: &str, email: &str) -> u32 {
        self.enter(label, if email == label { "" } else { email })
    }

    /// Shown: the text, then what is only searched behind an end mark.
    fn enter(&mut self, text: &str, besides: &str) -> u32 {
        let mut hash = self.state.hash_one((text, besides));
        while let Some(known) = self.by_hash.get(&hash) {
            if self.is(*known, text, besides) {
                return *known;
            }
            hash = hash.wrapping_add(1);
        }
        let number = offset(self.len());
        let fits = room(self.shown.len()) && room(self.folded.len());
        let pieces = [Some(text), Some(besides).filter(|besides| !besides.is_empty())];
        for piece in pieces.into_iter().flatten().filter(|_| fits) {
            self.shown.push_str(piece);
            self.shown.push(END);
            fold_into(piece, &mut self.folded);
            self.folded.push(END);
        }
        self.shown_ends.push(offset(self.shown.len()));
        self.folded_ends.push(offset(self.folded.len()));
        self.by_hash.insert(hash, number);
        number
    }

    fn copy(&mut self, from: &Self, number: u32) -> u32 {
        let mut pieces = from.entry(number).split(END);
        let text = pieces.next().unwrap_or_default();
        self.enter(text, pieces.next().unwrap_or_default())
    }

    fn is(&self, number: u32, text: &str, besides: &str) -> bool {
        let mut pieces = self.entry(number).split(END);
        pieces.next() == Some(text) && pieces.next().unwrap_or_default() == besides
    }

    fn is_person(&self, number: u32, label: &str, email: &str) -> bool {
        self.is(number, label, if email == label { "" } else { email })
    }

    fn entry(&self, number: u32) -> &str {
        let start = before(number).map_or(0, |before| self.shown_ends[before]);
        &self.shown[start as usize..self.shown_ends[number as usize] as usize]
    }

    fn shown(&self, number: u32) -> &str {
        self.entry(number).split(END).next().unwrap_or_default()
    }

    /// Everything that is searched of the entry, each piece with its end mark.
    pub(super) fn folded(&self, number: u32) -> &str {
        let start = before(number).map_or(0, |before| self.folded_ends[before]);
        &self.folded[start as usize..self.folded_ends[number as usize] as usize]
    }

    pub(super) fn all_folded(&self) -> (&str, &[u32]) {
        (&self.folded, &self.folded_ends)
    }

    fn mask(&self, number: u32) -> u64 {
        mask(self.folded(number).as_bytes())
    }
}

/// One bit per letter and digit, the rest shared among the others: a row that lacks a bit of the word cannot hold it.
pub(super) fn mask(folded: &[u8]) -> u64 {
    folded.iter().fold(0, |mask, byte| mask | MASKS[usize::from(*byte)])
}

/// Whether one bit says exactly that this character occurs.
pub(super) fn is_exact(word: &str) -> bool {
    matches!(word.as_bytes(), [b'a'..=b'z' | b'0'..=b'9'])
}

const MASKS: [u64; 256] = {
    let mut masks = [0; 256];
    let mut byte = 1;
    while byte < 256 {
        masks[byte] = 1
            << match byte {
                0x61..=0x7a => byte - 0x61,
                0x30..=0x39 => 26 + byte - 0x30,
                0..=0x7f => 36 + byte % 14,
                _ => 50 + byte % 14,
            };
        byte += 1;
    }
    masks
};

fn before(slot: u32) -> Option<usize> {
    (slot as usize).checked_sub(1)
}

/// Offsets are 32 bits wide. An arena that is nearly full takes no more text; the row is still listed and ordered.
fn room(len: usize) -> bool {
    const ONE_ROW: usize = 64 << 20;
    len < (u32::MAX as usize).saturating_sub(ONE_ROW)
}

/// [`room`] keeps every offset below the limit.
fn offset(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
