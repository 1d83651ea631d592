//! Activities and records, inside a case or as pages of their own: pure.

use crate::domain::activity::{Activity, Topic};
use crate::domain::directory::Directory;
use crate::domain::person::Person;
use crate::domain::record::{Record, RecordTable, Slice, absorb_tables};
use crate::domain::text::Clean;
use crate::providers::loose::{Many, Maybe, shown};

use super::convert::{by_id, person};
use super::list::{next_page, total};
use super::wire::{CaseRest, Cell, Entry, Meta, RecordItem, Records, Timeline};

/// Activities per page: the most that is allowed.
pub(super) const ACTIVITIES_PER_PAGE: u64 = 50;
/// Records per page: the API's default; how many more it would give is not documented.
pub(super) const RECORDS_PER_PAGE: u64 = 20;
/// Columns of one table. Results beyond them share the last column, so that a table cannot outgrow the memory.
const MAX_COLUMNS: usize = 64;

/// Who can be behind a user id in a text.
pub(super) struct Names<'a> {
    directory: &'a Directory,
    /// Met in the same body.
    near: Vec<Person>,
}

impl<'a> Names<'a> {
    pub(super) fn new(directory: &'a Directory, near: impl Iterator<Item = Person>) -> Self {
        Self { directory, near: near.collect() }
    }

    fn label(&self, id: &str) -> Option<&str> {
        self.near.iter().chain(&self.directory.people).find(|person| person.id == id).map(Person::label)
    }

    /// `27,28` as names; `#27` for whom nobody knows.
    fn people(&self, ids: &str) -> String {
        let names: Vec<String> = ids
            .split(',')
            .map(str::trim)
            .filter(|id| !id.is_empty())
            .map(|id| match self.label(id) {
                Some(name) => name.to_owned(),
                None if id.bytes().all(|byte| byte.is_ascii_digit()) => format!("#{id}"),
                None => id.to_owned(),
            })
            .collect();
        names.join(", ")
    }

    /// Mentions `<@user-27>` as `@Name`, for tenants that do not resolve them; unknown ones stay as they came.
    fn mentions(&self, text: &str) -> Clean {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("<@user-") {
            let (before, token) = rest.split_at(at);
            let Some(end) = token.find('>') else { break };
            out.push_str(before);
            match self.label(&token["<@user-".len()..end]) {
                Some(name) => {
                    out.push('@');
                    out.push_str(name);
                }
                None => out.push_str(&token[..=end]),
            }
            rest = &token[end + 1..];
        }
        out.push_str(rest);
        Clean::block(&out)
    }
}

/// A page of the timeline by itself. `page`: its number.
pub(super) fn activity_page(wire: &Timeline<'_>, directory: &Directory, page: u32) -> Slice<Activity> {
    let names = Names::new(directory, wire.activities.objects().filter_map(|entry| entry.user.0.as_ref().and_then(person)));
    let (items, malformed) = activities(&wire.activities, &names);
    let is_empty = items.is_empty() && malformed == 0;
    Slice { next: next_page(&wire.meta, page).filter(|_| !is_empty), total: total(&wire.meta, items.len()), items, malformed }
}

/// The timeline inside a case: v2's first page, or all of v1's. None: there is more, and it has to be asked for from the
/// start, because the pages that can be asked for are longer than this one.
pub(super) fn embedded_activities(rest: &CaseRest<'_>, names: &Names<'_>) -> Option<Slice<Activity>> {
    if rest.activities.0.is_none() {
        let (items, malformed) = activities(&rest.team_case_actions, names);
        return rest.team_case_actions.0.as_ref().map(|all| Slice { total: Some(all.len() as u64), items, next: None, malformed });
    }
    let next = behind_embedded(&rest.activities_meta, rest.activities.iter().len(), ACTIVITIES_PER_PAGE)?;
    let (items, malformed) = activities(&rest.activities, names);
    Some(Slice { next, total: total(&rest.activities_meta, items.len()), items, malformed })
}

/// A page of records by itself. `meta.count` counts types, not records, so there is no total.
pub(super) fn record_page(wire: &Records<'_>, page: u32) -> Slice<RecordTable> {
    let (items, malformed) = tables(&wire.records);
    let is_empty = items.is_empty() && malformed == 0;
    Slice { next: next_page(&wire.meta, page).filter(|_| !is_empty), items, total: None, malformed }
}

/// As [`embedded_activities`]; v1 sends all records and says nothing of pages.
pub(super) fn embedded_records(rest: &CaseRest<'_>) -> Option<Slice<RecordTable>> {
    rest.records.0.as_ref()?;
    let next = behind_embedded(&rest.records_meta, 0, RECORDS_PER_PAGE)?;
    let (items, malformed) = tables(&rest.records);
    Some(Slice { items, next, total: None, malformed })
}

/// What follows the embedded page, if anything; None: only page 1 of our own counting can follow it without a gap.
fn behind_embedded(meta: &Maybe<Meta<'_>>, here: usize, per_page: u64) -> Option<Option<u32>> {
    /// What the API embeds when nobody says how many.
    const DEFAULT_PER_PAGE: usize = 20;
    match &meta.0 {
        None => (here < DEFAULT_PER_PAGE).then_some(None),
        Some(told) => match next_page(meta, 1) {
            None => Some(None),
            next => (told.per_page.count() == Some(per_page)).then_some(next),
        },
    }
}

/// Entries in order of time, then id; where one has no time (v1) the server's order stays.
fn activities(entries: &Many<Maybe<Entry<'_>>>, names: &Names<'_>) -> (Vec<Activity>, u32) {
    let mut items: Vec<Activity> = entries.objects().filter_map(|entry| activity(entry, names)).collect();
    let malformed = entries.iter().len() - items.len();
    if items.iter().all(|item| item.at.is_some()) {
        items.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| by_id(&a.id, &b.id)));
    }
    (items, u32::try_from(malformed).unwrap_or(u32::MAX))
}

fn activity(entry: &Entry<'_>, names: &Names<'_>) -> Option<Activity> {
    let kind = if entry.activity_type.is_filled() { &entry.activity_type } else { &entry.action };
    let kind = Clean::line(&kind.as_str().trim().to_uppercase());
    let value = entry.value.as_str();
    let text = match kind.as_str() {
        "" if !entry.id.is_filled() => return None,
        // The value repeats the case's own number.
        "CREATED" => Clean::default(),
        "ASSIGNED" | "UNASSIGNED" => Clean::line(&names.people(value)),
        _ => names.mentions(value),
    };
    Some(Activity {
        id: entry.id.id(),
        topic: topic(kind.as_str()),
        who: entry.user.0.as_ref().and_then(person),
        at: entry.created_at.time(),
        text,
        file: entry.file.0.as_ref().filter(|file| file.filename.is_filled()).map(|file| file.filename.line()),
        is_deleted: kind.as_str() == "DELETED_COMMENT",
        kind,
    })
}

/// An open set: types that are not known here are judged by how they begin and end.
fn topic(kind: &str) -> Topic {
    match kind {
        "FILE_ATTACHED_AND_COMMENTED" | "COMMENTED" | "DELETED_COMMENT" => Topic::Comment,
        "CREATED" | "ASSIGNED" | "UNASSIGNED" => Topic::Change,
        _ if kind.starts_with("FILE_") => Topic::File,
        _ if kind.starts_with("RECORD_") => Topic::Record,
        _ if kind.starts_with("SLA_") => Topic::Clock,
        _ if kind.starts_with("CHECKLIST_") => Topic::Change,
        _ if ["_UPDATED", "_ADDED", "_REMOVED"].iter().any(|end| kind.ends_with(end)) => Topic::Change,
        _ => Topic::Other,
    }
}

/// Records of all three shapes as one table per type.
fn tables(items: &Many<Maybe<RecordItem<'_>>>) -> (Vec<RecordTable>, u32) {
    let mut tables = Vec::new();
    let mut malformed = 0;
    for item in items.iter() {
        match item.0.as_ref().and_then(table) {
            Some((table, lost)) => {
                malformed += lost;
                absorb_tables(&mut tables, vec![table]);
            }
            None => malformed += 1,
        }
    }
    (tables, malformed)
}

/// One element: a whole table, or a table of one. None when it is neither.
fn table(item: &RecordItem<'_>) -> Option<(RecordTable, u32)> {
    if let Some(rows) = &item.record_type_record_results.0 {
        let mut table = RecordTable {
            type_id: item.record_type_id.id(),
            type_name: item.record_type_name.line(),
            columns: Vec::new(),
            rows: Vec::with_capacity(rows.len()),
        };
        let mut lost = 0;
        for row in rows {
            match row.0.as_ref().and_then(|row| record(row, &mut table.columns)) {
                Some(record) => table.rows.push(record),
                None => lost += 1,
            }
        }
        widen(&mut table);
        return Some((table, lost));
    }
    let (type_id, type_name) = match &item.record_type.0 {
        Some(kind) => (kind.id.id(), kind.name.line()),
        None => (item.record_type_id.id(), item.record_type_name.line()),
    };
    let mut table = RecordTable { type_id, type_name, columns: Vec::new(), rows: Vec::new() };
    table.rows.push(record(item, &mut table.columns)?);
    Some((table, 0))
}

fn widen(table: &mut RecordTable) {
    for row in &mut table.rows {
        row.cells.resize(table.columns.len(), Clean::default());
    }
}

/// One record under `columns`, which grow by the names it is the first to use.
fn record(item: &RecordItem<'_>, columns: &mut Vec<Clean>) -> Option<Record> {
    let results = item.results.0.as_ref().or(item.records.0.as_ref());
    if results.is_none() && !item.id.is_filled() {
        return None;
    }
    let mut cells: Vec<Clean> = vec![Clean::default(); columns.len()];
    for cell in results.into_iter().flatten().filter_map(|cell| cell.0.as_ref()) {
        put(cell, columns, &mut cells);
    }
    Some(Record { id: item.id.id(), cells, created_at: item.created_at.time() })
}

fn put(cell: &Cell<'_>, columns: &mut Vec<Clean>, cells: &mut Vec<Clean>) {
    let name = cell.name.line();
    let mut value = cell.value.map(shown).unwrap_or_default();
    let place = match columns.iter().position(|column| *column == name) {
        Some(place) => place,
        None if columns.len() < MAX_COLUMNS => {
            columns.push(name);
            columns.len() - 1
        }
        None => {
            value = Clean::block(&format!("{name}: {value}"));
            MAX_COLUMNS - 1
        }
    };
    if cells.len() <= place {
        cells.resize(place + 1, Clean::default());
    }
    // A name that comes twice keeps both values.
    cells[place] = if cells[place].is_empty() { value } else { Clean::block(&format!("{}, {value}", cells[place])) };
}
