//! Activities and records, inside a case or as pages of their own: pure.

use super::paging::{next_page, total};
use super::people::{by_id, person};
use super::wire::{CaseRest, Cell, Entry, Meta, RecordItem, Records, Timeline};
use crate::domain::activity::{Activity, Topic};
use crate::domain::directory::Directory;
use crate::domain::person::Person;
use crate::domain::record::{Record, RecordTable, Slice, absorb_tables};
use crate::domain::text::Clean;
use crate::providers::answered::Made;
use crate::providers::loose::{Many, Maybe, object, shown};

/// Activities per page: the most that is allowed.
pub(super) const ACTIVITIES_PER_PAGE: usize = 50;
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
    let near = wire.activities.objects().filter_map(|entry| entry.user.0.as_ref().and_then(person));
    named_page(wire, &Names::new(directory, near), page)
}

/// As [`activity_page`], with ids and mentions as they were written.
pub(super) fn unresolved_page(wire: &Timeline<'_>, page: u32) -> Slice<Activity> {
    named_page(wire, &Names::new(&Directory::default(), std::iter::empty()), page)
}

fn named_page(wire: &Timeline<'_>, names: &Names<'_>, page: u32) -> Slice<Activity> {
    let (items, malformed) = activities(&wire.activities, names);
    let is_empty = items.is_empty() && malformed == 0;
    Slice { next: next_page(&wire.meta, page).filter(|_| !is_empty), total: total(&wire.meta, items.len()), items, malformed }
}

/// A page in the order of reading. Where the vendor begins with the oldest entries, it is read from its last page back: the
/// number by which such a page goes holds how many were read before it and, in its lower half, the vendor's own, so that
/// numbers grow with the reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    On { page: u32 },
    Back { read: u32, page: u32 },
}

impl Leaf {
    pub(super) fn of(number: u32) -> Self {
        match (number >> u16::BITS, number & u32::from(u16::MAX)) {
            (0, page) => Self::On { page },
            (read, page) => Self::Back { read, page },
        }
    }

    /// As the vendor counts.
    pub(super) fn page(self) -> u32 {
        let (Self::On { page } | Self::Back { page, .. }) = self;
        page
    }

    /// The number of the page that is read after this one, towards the oldest.
    pub(super) fn back(self) -> Option<u32> {
        let Self::Back { read, page } = self else { return None };
        let fits = |number: u32| (1..=u32::from(u16::MAX)).contains(&number);
        (fits(read + 1) && fits(page.checked_sub(1)?)).then(|| (read + 1) << u16::BITS | (page - 1))
    }
}

/// Whether a page begins with its oldest entry: then the newest page is the last. As far as it can be told.
pub(super) fn begins_with_oldest(wire: &Timeline<'_>) -> bool {
    let mut entries = wire.activities.objects();
    let (Some(first), Some(last)) = (entries.next(), entries.last()) else { return false };
    first.created_at.time().cmp(&last.created_at.time()).then_with(|| by_id(&first.id.id(), &last.id.id())).is_lt()
}

/// Two pages that follow each other, as one.
pub(super) fn joined(mut older: Slice<Activity>, newer: Slice<Activity>) -> Slice<Activity> {
    older.items.retain(|entry| !newer.items.iter().any(|known| known.id == entry.id));
    older.items.extend(newer.items);
    Slice { malformed: older.malformed + newer.malformed, ..older }
}

/// The comment that an answer holds.
pub(super) fn made(body: &str) -> Option<Made> {
    let entry = object::<Entry<'_>>(body).ok()?;
    Some(Made { id: entry.id.id(), at: entry.created_at.time() }).filter(|made| !made.id.is_empty())
}

/// The timeline inside a case: v2's first page, or all of v1's. None: there is more, and what comes inside may be the oldest of
/// it.
pub(super) fn embedded_activities(rest: &CaseRest<'_>, names: &Names<'_>) -> Option<Slice<Activity>> {
    if rest.activities.0.is_none() {
        let (items, malformed) = activities(&rest.team_case_actions, names);
        return rest.team_case_actions.0.as_ref().map(|all| Slice { total: Some(all.len() as u64), items, next: None, malformed });
    }
    if !is_whole(&rest.activities_meta, rest.activities.iter().len()) {
        return None;
    }
    let (items, malformed) = activities(&rest.activities, names);
    Some(Slice { next: None, total: total(&rest.activities_meta, items.len()), items, malformed })
}

/// A page of records by itself. `meta.count` counts types, not records, so there is no total.
pub(super) fn record_page(wire: &Records<'_>, page: u32) -> Slice<RecordTable> {
    let (items, malformed) = tables(&wire.records);
    let is_empty = items.is_empty() && malformed == 0;
    Slice { next: next_page(&wire.meta, page).filter(|_| !is_empty), items, total: None, malformed }
}

/// As [`embedded_activities`]; v1 sends all records and says nothing of pages. Our own pages follow one of their length
/// without a gap.
pub(super) fn embedded_records(rest: &CaseRest<'_>) -> Option<Slice<RecordTable>> {
    let can_go_on = rest.records_meta.0.as_ref().is_some_and(|told| told.per_page.count() == Some(RECORDS_PER_PAGE));
    if rest.records.0.is_none() || !(can_go_on || is_whole(&rest.records_meta, 0)) {
        return None;
    }
    let (items, malformed) = tables(&rest.records);
    let next = next_page(&rest.records_meta, 1).filter(|_| can_go_on);
    Some(Slice { items, next, total: None, malformed })
}

/// Whether the embedded page is all there is.
fn is_whole(meta: &Maybe<Meta<'_>>, here: usize) -> bool {
    /// What the API embeds when nobody says how many.
    const DEFAULT_PER_PAGE: usize = 20;
    if meta.0.is_none() { here < DEFAULT_PER_PAGE } else { next_page(meta, 1).is_none() }
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
    let value = entry.value.map(shown).unwrap_or_default();
    let text = match kind.as_str() {
        "" if !entry.id.is_filled() => return None,
        // The value repeats the case's own number.
        "CREATED" => Clean::default(),
        "ASSIGNED" | "UNASSIGNED" => Clean::line(&names.people(value.as_str())),
        // By its bytes a comment is found again.
        _ => names.mentions(value.raw()),
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::convert::tests::{NASTY, V2, directory, read};
    use super::*;

    fn slice(json: &str, page: u32) -> Slice<Activity> {
        activity_page(&serde_json::from_str(json).unwrap(), &directory(), page)
    }

    #[test]
    fn entries_stand_in_order_of_time_then_number() {
        let timeline = read(NASTY).activities.unwrap();
        let read: Vec<_> = timeline.items.iter().map(|item| (item.id.as_str(), item.kind.as_str(), item.topic)).collect();
        assert_eq!(
            read,
            [
                ("20", "ASSIGNED", Topic::Change),
                ("109", "CREATED", Topic::Change),
                ("113", "COMMENTED", Topic::Comment),
                ("114", "FILE_ATTACHED_AND_COMMENTED", Topic::Comment),
                ("115", "SLA_WARNING", Topic::Clock),
                ("116", "TELEPATHY", Topic::Other),
                ("117", "DELETED_COMMENT", Topic::Comment),
                ("118", "FILE_ATTACHED", Topic::File),
            ]
        );
        assert_eq!((timeline.malformed, timeline.total, timeline.next), (2, Some(9), None));
        assert!(timeline.items[6].is_deleted && !timeline.items[2].is_deleted);
        assert_eq!(timeline.items[3].file.as_ref().unwrap().as_str(), "..\\..\\evil.png");
        assert_eq!(timeline.items[4].text.as_str(), "50");
    }

    #[test]
    fn ids_and_mentions_become_names_where_they_are_known() {
        let items = read(NASTY).activities.unwrap().items;
        assert_eq!(items[0].text.as_str(), "Ada Byron, Com Menter, Far Away");
        assert_eq!(items[1].text.as_str(), "", "CREATED repeats the case's number");
        assert_eq!(items[2].text.as_str(), "hi @Ada Byron\nbye");
        assert_eq!(items[5].text.as_str(), r#"{"story":"Enrich"}"#, "whatever it is, it is shown");
        let stranger = slice(
            r#"{"activities":[{"id":1,"activity_type":"UNASSIGNED","value":"27,x"},{"id":2,"activity_type":"COMMENTED","value":"<@user-27> <@user-"}]}"#,
            1,
        );
        assert_eq!(stranger.items[0].text.as_str(), "#27, x");
        assert_eq!(stranger.items[1].text.as_str(), "<@user-27> <@user-");
    }

    #[test]
    fn a_comment_keeps_the_bytes_that_it_is_found_by() {
        let text = "joined \u{1f468}\u{200d}\u{1f469} \u{2764}\u{fe0f}, \u{202e}turned\u{202c}, <@user-27>";
        let wire = json!({"activities": [{"id": 1, "activity_type": "COMMENTED", "value": text}]}).to_string();
        let read = unresolved_page(&serde_json::from_str(&wire).unwrap(), 1);
        assert_eq!(read.items[0].text.raw(), text);
        assert!(read.items[0].text.as_str().contains("<U+202E>"), "and shows what hides in it");
    }

    #[test]
    fn without_times_the_servers_order_stays() {
        let items = slice(r#"{"activities":[{"id":9,"action":"COMMENTED","value":"b"},{"id":1,"action":"CREATED"}]}"#, 1).items;
        assert_eq!(items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["9", "1"]);
    }

    #[test]
    fn an_embedded_page_counts_only_when_it_can_be_continued() {
        let embedded = |meta: Value| {
            let mut case: Value = serde_json::from_str(V2).unwrap();
            case["activities_meta"] = meta.clone();
            case["records_meta"] = meta;
            let case = read(&case.to_string());
            (case.activities.map(|slice| slice.next), case.records.map(|slice| slice.next))
        };
        assert_eq!(embedded(json!({"per_page": 20, "pages": 1, "count": 3})), (Some(None), Some(None)));
        assert_eq!(embedded(json!({"per_page": 20, "pages": 4, "next_page_number": 2})), (None, Some(Some(2))));
        assert_eq!(embedded(json!({"per_page": "50", "pages": 4, "next_page_number": "2"})), (None, None));
        assert_eq!(embedded(json!({})), (None, None), "nothing is said of further pages");
        assert_eq!(embedded(json!(null)), (Some(None), Some(None)));
        assert_eq!(read(r#"{"case_id":1}"#).activities, None);
        assert_eq!(read(r#"{"case_id":1}"#).records, None);
    }

    #[test]
    fn pages_that_are_read_backwards_go_by_numbers_that_grow() {
        let mut leaf = Leaf::Back { read: 1, page: 4 };
        let mut met = vec![1];
        while let Some(number) = leaf.back() {
            assert!(met.iter().all(|known| *known < number));
            met.push(number);
            leaf = Leaf::of(number);
        }
        assert_eq!((met.len(), leaf), (4, Leaf::Back { read: 4, page: 1 }));
        assert_eq!(Leaf::of(7), Leaf::On { page: 7 });
        assert_eq!((Leaf::of(7).back(), Leaf::Back { read: u32::from(u16::MAX), page: 9 }.back()), (None, None));
    }

    #[test]
    fn the_order_of_a_page_is_told_by_time_then_number() {
        let begins = |json: &str| begins_with_oldest(&serde_json::from_str(&format!(r#"{{"activities":{json}}}"#)).unwrap());
        assert!(begins(r#"[{"id":9,"created_at":"2026-01-01T00:00:00Z"},{"id":1,"created_at":"2026-01-02T00:00:00Z"}]"#));
        assert!(!begins(r#"[{"id":1,"created_at":"2026-01-02T00:00:00Z"},{"id":9,"created_at":"2026-01-01T00:00:00Z"}]"#));
        assert!(begins(r#"[{"id":9},{"id":10}]"#));
        assert!(!begins(r#"[{"id":10},{"id":9}]"#) && !begins(r#"[{"id":1}]"#) && !begins("[]"));
    }

    #[test]
    fn records_of_three_shapes_meet_in_their_tables() {
        let records = read(NASTY).records.unwrap();
        let names: Vec<_> =
            records.items.iter().map(|table| (table.type_id.as_str(), table.type_name.as_str(), table.rows.len())).collect();
        assert_eq!(names, [("55", "Sign-ins", 3), ("", "", 1)]);
        let signs = &records.items[0];
        assert_eq!(signs.columns.iter().map(Clean::as_str).collect::<Vec<_>>(), ["Time", "Score", "Raw"]);
        let cells: Vec<Vec<_>> = signs.rows.iter().map(|row| row.cells.iter().map(Clean::as_str).collect()).collect();
        assert_eq!(cells, [["2024-04-16T08:02:03Z", "7", ""], ["", "", r#"{"a":1}"#], ["", "", "[1,2]"]]);
        assert_eq!(records.items[1].rows[0].cells[0].as_str(), "Cases API, again");
        assert_eq!((records.malformed, records.next, records.total), (2, Some(2), None));
    }

    #[test]
    fn a_table_cannot_grow_without_end_and_still_loses_nothing() {
        let results: Vec<Value> = (0..MAX_COLUMNS + 2).map(|n| json!({"name": format!("c{n}"), "value": n})).collect();
        let body = json!({"records": [{"id": 1, "results": results}], "meta": {}}).to_string();
        let slice = record_page(&serde_json::from_str(&body).unwrap(), 1);
        assert_eq!((slice.items[0].columns.len(), slice.items[0].rows[0].cells.len()), (MAX_COLUMNS, MAX_COLUMNS));
        assert_eq!(slice.items[0].rows[0].cells[MAX_COLUMNS - 1].as_str(), "63, c64: 64, c65: 65");
    }

    #[test]
    fn an_empty_page_is_the_last() {
        let body = r#"{"activities":[],"meta":{"next_page_number":3,"pages":9}}"#;
        assert_eq!(slice(body, 2).next, None);
        assert_eq!(record_page(&serde_json::from_str(r#"{"records":[],"meta":{"next_page_number":3}}"#).unwrap(), 2).next, None);
    }
}
