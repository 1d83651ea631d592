//! What is kept of each row: text in arenas, names as numbers, the rest in fixed-size cells.

use rustc_hash::FxHashMap;

use super::arena::{before, offset, room};
use super::codes::{Clock, NO_TIME, NONE, UNKNOWN_LEVEL, rank_code, state_code};
use super::deep::Deep;
use super::dictionary::{Dictionary, END, mask};
use super::judged::Judged;
use super::prose::Prose;
use crate::domain::case::{Level, Rank, Rid, Row, SourceId, State, Vendor};
use crate::domain::text::Clean;
use crate::query::fold_into;

const HAS_PRIORITY: u8 = 1;
/// Where a row's URL is: nowhere, all of it behind the id in the text, or a prefix that many rows share and then the key or id.
const URL_WHOLE: u8 = 2;
const URL_KEY: u8 = 4;
const URL_ID: u8 = 8;

const STATES: [Option<State>; 5] = [None, Some(State::Open), Some(State::InProgress), Some(State::Closed), Some(State::Archived)];

/// One row's fixed-size part that is not judged by itself. Ends are offsets behind the last byte; a start is the end of the slot before.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    shown_end: u32,
    title_len: u32,
    key_len: u32,
    id_len: u32,
    priority: u32,
    url: u32,
    flags: u8,
}

#[derive(Default)]
pub(super) struct Columns {
    cells: Vec<Cell>,
    judged: Judged,
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
    prose: Prose,
    /// By row, whatever slot it is in.
    deep: FxHashMap<Rid, Deep>,
    /// By [`SourceId`], as the last asker knew them.
    pub(super) vendors: Vec<Option<Vendor>>,
}

impl Columns {
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Bytes of texts and cells, without what few rows have.
    pub(super) fn payload(&self) -> usize {
        let texts = self.shown.len() + self.folded.len() + self.terms.payload() + self.names.payload() + self.prose.payload();
        let cells = size_of::<Cell>() + size_of::<Rid>() + size_of::<u32>() + size_of::<u64>();
        texts + self.len() * (cells + Judged::CELL) + size_of_val(self.lists.as_slice())
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
        let mut people_end = self.lists.len();
        if fits {
            for person in &row.assignees {
                let term = self.terms.person(person);
                mask |= self.terms.mask(term);
                self.lists.push(term);
            }
            people_end = self.lists.len();
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
            priority: 0,
            url,
            flags: url_flag,
        };
        self.prose.push(row.description.as_ref().map(Clean::as_str));
        self.judged.widen();
        self.judged.lists.push((offset(people_end), offset(self.lists.len())));
        self.refresh(slot, &mut cell, row);
        self.cells.push(cell);
        self.rids.push(rid);
        slot
    }

    /// A new slot stands for the case of an old one. A description that does not come with the row is still that of the same
    /// change.
    pub(super) fn follow(&mut self, old: u32, new: u32, row: &Row) {
        self.judged.flags[new as usize] = self.judged.flags[old as usize];
        if row.description.is_none() && self.time(old, Clock::Updated) == self.time(new, Clock::Updated) {
            self.prose.hand_over(old, new);
        }
    }

    /// The slot stands for nothing any more.
    pub(super) fn leave(&mut self, slot: u32) {
        self.prose.leave(slot);
    }

    /// Takes over the description and what is no text. False, and nothing done: the text differs too, so the row needs a new
    /// slot.
    pub(super) fn update(&mut self, slot: u32, row: &Row) -> bool {
        let same = self.texts(slot) == (row.title.as_str(), row.key.as_str(), row.id.id.as_str())
            && self.tags(slot).eq(row.tags.iter().map(Clean::as_str))
            && self.terms_of(slot).0.len() == row.assignees.len()
            && self.terms_of(slot).0.iter().zip(&row.assignees).all(|(term, who)| self.terms.is_person(*term, who))
            && self.url(slot).as_deref() == row.url.as_ref().map(Clean::as_str);
        if same {
            let (mut cell, changed_at) = (self.cells[slot as usize], self.time(slot, Clock::Updated));
            self.refresh(slot, &mut cell, row);
            self.cells[slot as usize] = cell;
            if row.description.is_some() || changed_at != self.time(slot, Clock::Updated) {
                self.prose.set(slot, row.description.as_ref().map(Clean::as_str));
            }
        }
        same
    }

    fn refresh(&mut self, slot: u32, cell: &mut Cell, row: &Row) {
        let millis = |time: Option<jiff::Timestamp>| time.map_or(NO_TIME, jiff::Timestamp::as_millisecond);
        cell.priority = self.names.intern(row.priority.as_ref().map_or("", |priority| priority.name.as_str()));
        cell.flags = cell.flags & !HAS_PRIORITY | u8::from(row.priority.is_some());
        let (slot, judged) = (slot as usize, &mut self.judged);
        judged.statuses[slot] = self.names.intern(row.status.name.as_str());
        judged.states[slot] = state_code(row.status.state);
        judged.levels[slot] = rank_code(row.rank());
        judged.sources[slot] = row.id.source.0;
        for (clock, time) in
            [(Clock::Created, row.created_at), (Clock::Updated, row.updated_at), (Clock::Closed, row.closed_at), (Clock::Due, row.due_at)]
        {
            judged.times[clock as usize][slot] = millis(time);
        }
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
        self.prose.copy(&from.prose, slot);
        self.folded.push_str(from.folded(slot));
        let (people, tags) = from.terms_of(slot);
        let people_end = self.lists.len() + people.len();
        for term in people.iter().chain(tags) {
            self.lists.push(self.terms.copy(&from.terms, *term));
        }
        let status = self.names.copy(&from.names, from.judged.statuses[slot as usize]);
        self.judged.copy(&from.judged, slot as usize, status, (offset(people_end), offset(self.lists.len())));
        cell.priority = self.names.copy(&from.names, cell.priority);
        if cell.url != NONE {
            cell.url = self.names.copy(&from.names, cell.url);
        }
        cell.shown_end = offset(self.shown.len());
        self.folded_ends.push(offset(self.folded.len()));
        self.masks.push(from.masks[slot as usize]);
        self.cells.push(cell);
        self.rids.push(from.rid(slot));
        offset(self.cells.len() - 1)
    }

    /// Title, key and id as they are shown.
    fn texts(&self, slot: u32) -> (&str, &str, &str) {
        let cell = self.cell(slot);
        let (title, rest) = self.shown(slot).split_at(cell.title_len as usize);
        let (key, rest) = rest.split_at(cell.key_len as usize);
        (title, key, &rest[..cell.id_len as usize])
    }

    pub(super) fn title(&self, slot: u32) -> &str {
        self.texts(slot).0
    }

    pub(super) fn key(&self, slot: u32) -> &str {
        self.texts(slot).1
    }

    pub(super) fn id(&self, slot: u32) -> &str {
        self.texts(slot).2
    }

    /// The vendor has a priority for this case, set or not.
    pub(super) fn has_priority(&self, slot: u32) -> bool {
        self.cell(slot).flags & HAS_PRIORITY != 0
    }

    fn cell(&self, slot: u32) -> &Cell {
        &self.cells[slot as usize]
    }

    pub(super) fn time(&self, slot: u32, clock: Clock) -> i64 {
        self.judged.times[clock as usize][slot as usize]
    }

    /// Milliseconds since 1970, or [`NO_TIME`].
    pub(super) fn times(&self, clock: Clock) -> &[i64] {
        &self.judged.times[clock as usize]
    }

    pub(super) fn state(&self, slot: u32) -> Option<State> {
        STATES.get(usize::from(self.judged.states[slot as usize])).copied().flatten()
    }

    pub(super) fn rank(&self, slot: u32) -> Rank {
        match self.judged.levels[slot as usize] {
            UNKNOWN_LEVEL => Rank::Unknown,
            code => Level::ALL.get(usize::from(code) - 1).map_or(Rank::Unset, |level| Rank::Level(*level)),
        }
    }

    /// The vendor's own word; empty when there is none.
    pub(super) fn priority(&self, slot: u32) -> &str {
        self.names.shown(self.cell(slot).priority)
    }

    pub(super) fn folded_priority(&self, slot: u32) -> &str {
        self.names.folded(self.cell(slot).priority)
    }

    /// The vendor's own word as a number of [`Self::names`].
    pub(super) fn priority_number(&self, slot: u32) -> u32 {
        self.cell(slot).priority
    }

    pub(super) fn levels(&self) -> &[u8] {
        &self.judged.levels
    }

    pub(super) fn states(&self) -> &[u8] {
        &self.judged.states
    }

    pub(super) fn sources(&self) -> &[u8] {
        &self.judged.sources
    }

    /// Numbers of [`Self::names`].
    pub(super) fn statuses(&self) -> &[u32] {
        &self.judged.statuses
    }

    pub(super) fn status(&self, slot: u32) -> &str {
        self.names.shown(self.judged.statuses[slot as usize])
    }

    pub(super) fn names(&self) -> &Dictionary {
        &self.names
    }

    pub(super) fn flags(&self) -> &[u16] {
        &self.judged.flags
    }

    pub(super) fn set_flags(&mut self, slot: u32, flags: u16) {
        self.judged.flags[slot as usize] = flags;
    }

    pub(super) fn deep(&self, slot: u32) -> Option<&Deep> {
        self.deep.get(&self.rid(slot))
    }

    /// Adds to what is known of the row; what was known of an earlier change of it is dropped.
    pub(super) fn learn(&mut self, rid: Rid, slot: u32, newer: Deep) {
        let is_of_row = newer.as_of.is_none_or(|at| at >= self.time(slot, Clock::Updated));
        if let Some(text) = newer.description().filter(|_| is_of_row || self.prose.of(slot).is_none()) {
            self.prose.set(slot, Some(&text));
        }
        self.deep.entry(rid).or_default().absorb(newer);
    }

    /// The row has changed at this moment: older facts are none any more.
    pub(super) fn outdate(&mut self, rid: Rid, updated: i64) {
        if self.deep.get(&rid).is_some_and(|deep| deep.as_of.unwrap_or(NO_TIME) < updated) {
            self.deep.remove(&rid);
        }
    }

    pub(super) fn forget_deep(&mut self, rid: Rid) {
        self.deep.remove(&rid);
    }

    pub(super) fn take_deep(&mut self, from: &mut Self) {
        self.deep = std::mem::take(&mut from.deep);
        self.vendors = std::mem::take(&mut from.vendors);
    }

    /// Rows of which more is known than they tell.
    pub(super) fn read_rids(&self) -> impl Iterator<Item = Rid> {
        self.deep.keys().copied()
    }

    pub(super) fn prose(&self) -> &Prose {
        &self.prose
    }

    pub(super) fn rid(&self, slot: u32) -> Rid {
        self.rids[slot as usize]
    }

    pub(super) fn source(&self, slot: u32) -> SourceId {
        SourceId(self.judged.sources[slot as usize])
    }

    pub(super) fn people(&self, slot: u32) -> impl Iterator<Item = &str> {
        self.terms_of(slot).0.iter().map(|term| self.terms.shown(*term))
    }

    pub(super) fn tags(&self, slot: u32) -> impl Iterator<Item = &str> {
        self.terms_of(slot).1.iter().map(|term| self.terms.shown(*term))
    }

    pub(super) fn url(&self, slot: u32) -> Option<String> {
        let (cell, (title, key, id)) = (self.cell(slot), self.texts(slot));
        let prefix = || self.names.shown(cell.url);
        match cell.flags & (URL_WHOLE | URL_KEY | URL_ID) {
            URL_WHOLE => Some(self.shown(slot)[title.len() + key.len() + id.len()..].to_owned()),
            URL_KEY => Some(format!("{}{}", prefix(), key)),
            URL_ID => Some(format!("{}{}", prefix(), id)),
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

    /// The same where only bytes are compared: nothing asks whether a character begins there.
    pub(super) fn folded_bytes(&self, slot: u32) -> &[u8] {
        &self.folded.as_bytes()[self.folded_start(slot)..self.folded_ends[slot as usize] as usize]
    }

    /// How much text there is to judge of the row, in bytes.
    pub(super) fn weight(&self, slot: u32) -> usize {
        self.folded(slot).len() + self.prose.of(slot).map_or(0, str::len) + self.deep(slot).map_or(0, Deep::weight)
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

    pub(super) fn folded_id(&self, slot: u32) -> &str {
        self.folded(slot).split(END).nth(2).unwrap_or_default()
    }

    pub(super) fn folded_status(&self, slot: u32) -> &str {
        self.names.folded(self.judged.statuses[slot as usize])
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

    /// People and tags of a row, together.
    pub(super) fn all_terms_of(&self, slot: u32) -> &[u32] {
        let start = before(slot).map_or(0, |before| self.judged.lists[before].1);
        &self.lists[start as usize..self.judged.lists[slot as usize].1 as usize]
    }

    /// People and tags of a row.
    pub(super) fn terms_of(&self, slot: u32) -> (&[u32], &[u32]) {
        let start = before(slot).map_or(0, |before| self.judged.lists[before].1);
        let (people_end, end) = self.judged.lists[slot as usize];
        (&self.lists[start as usize..people_end as usize], &self.lists[people_end as usize..end as usize])
    }
}
