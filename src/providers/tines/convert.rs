//! Tines' cases as ours: pure, clean, and forgiving about everything but the case's own number.

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};

use super::people::{any_person, person};
use super::timeline::{
    Names, {self},
};
use super::wanted::Wanted;
use super::wire::{CaseRest, CaseRow, Clock, FieldValue, SubStatus};
use crate::domain::case::{
    Attachment, Button, Case, CaseId, ClosureCondition, Field, FieldKind, Link, Named, Priority, Row, SourceId, State, Status, Vendor,
};
use crate::domain::directory::{Directory, StatusOption};
use crate::domain::person::Person;
use crate::domain::raw_body::RawBody;
use crate::domain::sla::{Sla, ends};
use crate::domain::text::Clean;
use crate::providers::http::web_link;
use crate::providers::loose::{Text, Thing, object, odd_times, shown};
use crate::providers::salvage::{reading, reading_oddly};

/// What a conversion needs besides the body.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) source: SourceId,
    /// Names and defaults that bodies refer to by id.
    pub(super) directory: &'a Directory,
    /// When the body came: SLA clocks count from here.
    pub(super) read_at: Timestamp,
    /// Files are named by path; this makes an address of it.
    pub(super) base_url: &'a str,
}

/// What a row was filtered by, as it came.
#[derive(Debug)]
pub(super) struct Origin {
    team: CompactString,
    status: CompactString,
    /// What is the matter with what it was read from.
    pub(super) remark: Option<&'static str>,
}

impl Origin {
    /// Whether it is what was asked for; a case that does not name its team or status gets the benefit of the doubt.
    pub(super) fn is_wanted(&self, wanted: &Wanted) -> bool {
        let fits = |told: &str, wanted: Option<&str>| told.is_empty() || wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(told));
        fits(&self.team, wanted.team.as_deref()) && fits(&self.status, wanted.status)
    }
}

/// The row of one case, and what tells whether it was asked for.
///
/// # Errors
/// One sentence: broken JSON, or no case number.
pub(super) fn row(raw: &str, ground: Ground<'_>) -> Result<(Row, Origin), String> {
    let read = reading_oddly(raw, |raw| object::<CaseRow<'_>>(raw).map(|wire| row_of(&wire, ground)));
    let (read, remark) = read.map_err(|fault| format!("a case could not be read: {fault}"))?;
    let (row, origin) = read.ok_or("a case came without case_id")?;
    Ok((row, Origin { remark, ..origin }))
}

fn row_of(wire: &CaseRow<'_>, ground: Ground<'_>) -> Option<(Row, Origin)> {
    let id = Some(wire.case_id.id()).filter(|id| !id.is_empty())?;
    let status = status_of(wire, ground.directory);
    let mut all = if status.is_open() { ends(&clocks(wire, ground.read_at)) } else { Vec::new() }.into_iter();
    let (due_at, also_due) = (all.next(), all.collect());
    let row = Row {
        key: Clean::line(&Vendor::Tines.key_of(&id)),
        id: CaseId { source: ground.source, id },
        title: wire.name.line(),
        status,
        priority: wire.priority.filled().map(Priority::read),
        assignees: wire.assignees.objects().filter_map(person).collect(),
        tags: wire.tags.iter().map(label).filter(|tag| !tag.is_empty()).collect(),
        created_at: wire.created_at.time(),
        updated_at: wire.updated_at.time(),
        closed_at: wire.resolved_at.time(),
        due_at,
        also_due,
        url: web_link(wire.url.as_str()),
        description: wire.description.as_ref().map(Text::block),
    };
    let team = wire.team.0.as_ref().map(|team| team.id.id()).unwrap_or_default();
    Some((row, Origin { team, status: wire.status.id(), remark: None }))
}

/// Everything of one case, from v1 or v2, from a list or by itself.
///
/// # Errors
/// One sentence, as [`row`].
pub(super) fn case(raw: &RawBody, ground: Ground<'_>) -> Result<Case, String> {
    let (row, _) = row(&raw.0, ground)?;
    reading(&raw.0, |text| {
        let wire = object::<CaseRow<'_>>(text)?;
        let rest = object::<CaseRest<'_>>(text)?;
        Ok(case_of(row.clone(), &wire, &rest, raw, ground))
    })
    .map_err(|fault| format!("case {} could not be read: {fault}", row.key))
}

fn case_of(row: Row, wire: &CaseRow<'_>, rest: &CaseRest<'_>, raw: &RawBody, ground: Ground<'_>) -> Case {
    let entries = if rest.activities.0.is_some() { &rest.activities } else { &rest.team_case_actions };
    let names = Names::new(ground.directory, row.assignees.iter().cloned().chain(entries.objects().filter_map(entry_user)));
    let times = [
        ("created_at", &wire.created_at),
        ("updated_at", &wire.updated_at),
        ("resolved_at", &wire.resolved_at),
        ("opened_at", &rest.opened_at),
    ];
    let buttons = rest.actions.objects().chain(rest.team_case_buttons.objects());
    Case {
        description: rest.description.block(),
        author: rest.author.0.as_ref().map(any_person),
        opened_by: rest.opened_by.0.as_ref().and_then(person),
        opened_at: rest.opened_at.time(),
        closed_by: rest.resolved_by.0.as_ref().and_then(person),
        changed_by: None,
        group: group(wire, ground.directory),
        case_type: None,
        attributes: rest.metadata.0.iter().map(|(key, value)| (Clean::line(key), vec![shown(value)])).collect(),
        fields: rest.fields.objects().map(field).chain(odd_times(&times)).collect(),
        slas: clocks(wire, ground.read_at),
        links: rest.linked_cases.iter().filter_map(link).collect(),
        tickets: Vec::new(),
        attachments: entries.objects().filter_map(|entry| attachment(entry, ground.base_url)).collect(),
        buttons: buttons
            .map(|button| {
                let kind = if button.kind.is_filled() { button.kind.line() } else { button.button_type.line() };
                let url = web_link(button.url.as_str()).filter(|_| kind.as_str().eq_ignore_ascii_case("page"));
                Button { id: button.id.id(), label: button.label.line(), kind, url }
            })
            .collect(),
        closure_conditions: rest
            .closure_conditions
            .objects()
            .map(|condition| ClosureCondition { name: condition.name.line(), formula: condition.formula.line() })
            .collect(),
        comment_count: None,
        activities: timeline::embedded_activities(rest, &names),
        records: timeline::embedded_records(rest),
        raw: raw.clone(),
        row,
    }
}

/// Tines knows open and closed only; sub-statuses are the team's own words, and no flag says which of them mean work.
///
/// `CLOSED` is closed. `OPEN` with the team's default sub-status, with one that is named like a waiting line (to do, new,
/// open, triage, backlog), or with none at all is open; any other sub-status of `OPEN` is in progress. The name that is
/// shown is always the vendor's. A status that is neither stays unknown, which counts as open.
fn status_of(wire: &CaseRow<'_>, directory: &Directory) -> Status {
    let sub = wire.sub_status.0.as_ref();
    let name = sub.map(|sub| &sub.name).filter(|name| name.is_filled()).unwrap_or(&wire.status);
    let state = match wire.status.as_str().trim() {
        status if status.eq_ignore_ascii_case("closed") => Some(State::Closed),
        status if status.eq_ignore_ascii_case("open") => Some(sub.map_or(State::Open, |sub| open_state(sub, directory))),
        _ => None,
    };
    Status { state, name: name.line() }
}

fn open_state(sub: &SubStatus<'_>, directory: &Directory) -> State {
    let id = sub.id.id();
    let known = directory.statuses.iter().find(|status| !id.is_empty() && status.id == id && status.state != State::Closed);
    known.map_or_else(|| state_by_name(sub), |status| status.state)
}

fn state_by_name(sub: &SubStatus<'_>) -> State {
    if !sub.name.is_filled() || sub.default.is_true() || is_waiting(sub.name.as_str()) { State::Open } else { State::InProgress }
}

fn is_waiting(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.iter().any(|word| matches!(*word, "todo" | "new" | "open" | "triage" | "backlog"))
        || words.windows(2).any(|pair| pair == ["to", "do"])
}

/// A sub-status as a choice for the cases of `team`; None when it has no id to send.
pub(super) fn status_option(sub: &SubStatus<'_>, team: &str) -> Option<StatusOption> {
    let id = sub.id.filled()?.trim();
    let state = if sub.parent_status.as_str().eq_ignore_ascii_case("closed") { State::Closed } else { state_by_name(sub) };
    Some(StatusOption { state, name: sub.name.line(), id: id.into(), group: team.into() })
}

fn entry_user(entry: &super::wire::Entry<'_>) -> Option<Person> {
    entry.user.0.as_ref().and_then(person)
}

fn label(thing: &Thing<'_>) -> Clean {
    [&thing.name, &thing.bare, &thing.id].into_iter().find(|text| text.is_filled()).map(Text::line).unwrap_or_default()
}

fn link(thing: &Thing<'_>) -> Option<Link> {
    let id = if thing.id.is_filled() { &thing.id } else { &thing.bare };
    id.is_filled().then(|| Link { id: id.id(), title: thing.name.line() })
}

fn group(wire: &CaseRow<'_>, directory: &Directory) -> Option<Named> {
    let team = wire.team.0.as_ref()?;
    let id = team.id.id();
    let known = directory.groups.iter().find(|group| group.id == id).map(|group| group.name.clone());
    let name = team.name.filled().map(Clean::line).or(known).unwrap_or_else(|| Clean::line(&id));
    (!name.is_empty()).then_some(Named { id, name })
}

/// `slas`, else `sla`. A clock's end is the moment of reading plus what remains, to the second.
fn clocks(wire: &CaseRow<'_>, read_at: Timestamp) -> Vec<Sla> {
    let all: Vec<Sla> = wire.slas.objects().map(|clock| sla(clock, read_at)).collect();
    if all.is_empty() { wire.sla.0.iter().map(|clock| sla(clock, read_at)).collect() } else { all }
}

fn sla(clock: &Clock<'_>, read_at: Timestamp) -> Sla {
    let elapsed_percent = clock.percent_elapsed.number();
    let exceeded = clock.exceeded.is_true();
    let left = clock.remaining_time_seconds.number();
    // Nothing gone and nothing left: the documented sample of a clock that has not been started.
    let is_started = exceeded || left != Some(0.0) || elapsed_percent != Some(0.0);
    #[expect(clippy::cast_possible_truncation, reason = "a float beyond i64 saturates, and such a clock has no end that fits a date")]
    let left = left.filter(|_| is_started).map(|seconds| seconds.round() as i64);
    let second = Timestamp::from_second(read_at.as_second()).unwrap_or(read_at);
    Sla {
        kind: clock.sla_type.line(),
        // What is exceeded ended before now: time left beside that word tells nothing of when.
        due_at: left.filter(|left| !exceeded || *left < 0).and_then(|left| second.checked_add(SignedDuration::from_secs(left)).ok()),
        exceeded,
        elapsed_percent,
        current_s: clock.current_time_seconds.number(),
    }
}

fn field(wire: &FieldValue<'_>) -> Field {
    let input = wire.case_input.0.as_ref();
    let options: Vec<Clean> = input.map(|input| input.validation_options.iter().map(Text::line).collect()).unwrap_or_default();
    let kind = input.map_or("", |input| input.kind.as_str()).to_ascii_lowercase();
    let is_choice = input.is_some_and(|input| input.validation_type.as_str().eq_ignore_ascii_case("options")) || !options.is_empty();
    let list = wire.value.and_then(|value| serde_json::from_str::<Vec<&serde_json::value::RawValue>>(value.get()).ok());
    Field {
        id: wire.id.id(),
        input_id: input.map(|input| input.id.id()).unwrap_or_default(),
        name: input.map(|input| input.name.line()).unwrap_or_default(),
        kind: match kind.as_str() {
            "boolean" => FieldKind::Bool,
            _ if is_choice => FieldKind::Select,
            "" | "string" | "text" => FieldKind::Text,
            "number" => FieldKind::Number,
            "timestamp" => FieldKind::Time,
            other => FieldKind::Other(Clean::line(other)),
        },
        is_multi: list.is_some(),
        values: match list {
            Some(values) => values.into_iter().map(shown).collect(),
            None => wire.value.map(shown).into_iter().filter(|value| !value.is_empty()).collect(),
        },
        options,
    }
}

/// The file of a timeline entry. Its address is a path of the API, which a browser can only follow on the tenant's host.
fn attachment(entry: &super::wire::Entry<'_>, base_url: &str) -> Option<Attachment> {
    let file = entry.file.0.as_ref().filter(|file| file.filename.is_filled() || file.url.is_filled())?;
    let address = file.url.as_str().trim();
    let whole = if address.starts_with('/') && !address.starts_with("//") { format!("{base_url}{address}") } else { address.into() };
    let id = address.split_once("/files/").and_then(|(_, rest)| rest.split(['/', '?']).next()).filter(|id| !id.is_empty());
    Some(Attachment {
        id: id.map_or_else(|| entry.id.id(), CompactString::from),
        name: file.filename.line(),
        url: web_link(&whole),
        created_at: entry.created_at.time(),
        ..Attachment::default()
    })
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::sla::OVER_SINCE_UNKNOWN;
    use crate::providers::loose::tests::{any_json, put_somewhere};

    pub(in super::super) const V2: &str = include_str!("../../../tests/fixtures/tines/v2_case.json");
    pub(in super::super) const NASTY: &str = include_str!("../../../tests/fixtures/tines/v2_nasty.json");
    pub(in super::super) const V1_LIST: &str = include_str!("../../../tests/fixtures/tines/v1_list.json");

    pub(in super::super) fn directory() -> Directory {
        let status = |id: &str, name: &str, state| StatusOption { state, name: Clean::line(name), id: id.into(), group: "276".into() };
        Directory {
            people: vec![Person { id: "404".into(), name: Clean::line("Far Away"), ..Person::default() }],
            groups: vec![Named { id: "276".into(), name: Clean::line("SOC") }],
            statuses: vec![
                status("1", "To do", State::Open),
                status("12", "Investigating", State::InProgress),
                status("13", "Awaiting vendor", State::Open),
                status("3", "Done", State::Closed),
            ],
            ..Directory::default()
        }
    }

    pub(in super::super) fn read_at() -> Timestamp {
        "2026-11-21T08:00:00.750Z".parse().unwrap()
    }

    pub(in super::super) fn ground(directory: &Directory) -> Ground<'_> {
        Ground { source: SourceId(2), directory, read_at: read_at(), base_url: "https://tenant.tines.com" }
    }

    pub(in super::super) fn read(json: &str) -> Case {
        case(&RawBody(json.into()), ground(&directory())).unwrap()
    }

    fn v1_case() -> String {
        serde_json::from_str::<Value>(V1_LIST).unwrap()["cases"][0].to_string()
    }

    fn with(key: &str, value: Value) -> Case {
        let mut case: Value = serde_json::from_str(V2).unwrap();
        case[key] = value;
        read(&case.to_string())
    }

    fn texts(list: &[Clean]) -> Vec<&str> {
        list.iter().map(Clean::as_str).collect()
    }

    #[test]
    fn the_documented_v2_case_is_read_whole() {
        let case = read(V2);
        let row = &case.row;
        assert_eq!((row.id.id.as_str(), row.key.as_str(), row.title.as_str()), ("1", "#1", "Case 1..25"));
        assert_eq!((row.status.state, row.status.name.as_str()), (Some(State::Open), "To do"));
        assert_eq!(row.priority.as_ref().unwrap().level, Some(crate::domain::case::Level::Low));
        assert_eq!(row.assignees.iter().map(|person| person.id.as_str()).collect::<Vec<_>>(), ["176", "178", "180"]);
        assert_eq!(texts(&row.tags), ["Tag 1", "Tag 2", "Tag 3"]);
        assert_eq!(row.url.as_ref().unwrap().as_str(), "http://tenant.tines.com/team/276/cases/1");
        assert_eq!((case.description.as_str(), row.closed_at), ("", None));
        assert_eq!(case.group.as_ref().unwrap().name.as_str(), "Test team 1");
        assert_eq!(case.attributes, [(Clean::line("foo"), vec![Clean::line("bar")])]);
        assert_eq!(case.author.as_ref().unwrap().label(), "Example Person");
        assert_eq!((case.fields[0].name.as_str(), case.fields[0].values[0].as_str()), ("Operating system", "Windows 11"));
        assert_eq!(case.links, [Link { id: "1".into(), title: Clean::line("Case 1") }]);
        assert_eq!(case.closure_conditions[0].formula.as_str(), "=SIZE(team_case.assignees) > 2");
        assert_eq!(case.activities.as_ref().unwrap().items.len(), 3);
        assert_eq!(case.activities.as_ref().unwrap().total, Some(3));
        let records = case.records.as_ref().unwrap();
        // Four rows although `count` says 2: it counts types.
        assert_eq!(records.items.iter().map(|table| table.rows.len()).sum::<usize>(), 4);
        assert_eq!(records.total, None);
        // Two clocks; only one runs, and it is over.
        assert_eq!(case.slas[0].due_at, None, "not started");
        assert_eq!((case.slas.len(), row.due_at), (2, Some(OVER_SINCE_UNKNOWN)));
        assert_eq!(case.raw.0.as_ref(), V2);
    }

    #[test]
    fn v1_reads_into_the_same_model() {
        let case = read(&v1_case());
        assert_eq!((case.row.key.as_str(), case.row.title.as_str()), ("#42", "Suspicious login detected"));
        assert_eq!((case.row.status.state, case.row.status.name.as_str()), (Some(State::Open), "OPEN"));
        assert_eq!((case.row.assignees[0].id.as_str(), case.row.assignees[0].email.as_str()), ("1", "jane@tines.io"));
        let timeline = case.activities.unwrap();
        assert_eq!(
            (timeline.items.len(), timeline.items[0].kind.as_str(), timeline.items[0].at, timeline.next),
            (1, "CREATED", None, None)
        );
        assert_eq!(timeline.items[0].who, None, "an empty user is automation");
        assert_eq!(case.buttons.iter().map(|button| button.kind.as_str()).collect::<Vec<_>>(), ["webhook", "page"]);
        let records = case.records.unwrap();
        assert_eq!((records.items[0].type_name.as_str(), records.items[0].rows[0].cells[0].as_str()), ("", "Cases API"));
    }

    #[test]
    fn people_come_in_six_shapes_and_as_nobody() {
        let people = read(NASTY).row.assignees;
        let ids: Vec<_> = people.iter().map(|person| (person.id.as_str(), person.label(), person.is_service)).collect();
        assert_eq!(
            ids,
            [("176", "Ada Byron", false), ("177", "Int UserId", false), ("1", "Int Id", true), ("5", "task@example.com", false)]
        );
        let case = read(NASTY);
        assert_eq!(case.author.unwrap().label(), "system");
        assert_eq!(case.closed_by.unwrap().label(), "Only");
    }

    #[test]
    fn nothing_hostile_and_no_button_secret_leaves() {
        let case = read(NASTY);
        assert_eq!(case.row.title.as_str(), "wire <U+202E>^[[31mfraud");
        assert_eq!(texts(&case.row.tags), ["phish<U+200B>ing", "bare", "9"]);
        assert_eq!(case.row.url, None);
        assert_eq!((case.buttons[0].label.as_str(), case.buttons.len()), ("Isolate host", 1));
        assert!(!format!("{:?}{:?}", case.buttons, case.attributes).contains("s3cr3t"));
        assert_eq!(case.description.as_str(), "see <@user-27> and <@user-99>\nline two", "kept as written: it may be edited");
    }

    #[test]
    fn unknown_values_are_kept_as_they_came() {
        let case = read(NASTY);
        let priority = case.row.priority.unwrap();
        assert_eq!((priority.level, priority.name.as_str()), (None, "URGENT"));
        assert_eq!((case.row.updated_at, case.row.closed_at), (None, None));
        assert_eq!(case.row.created_at, Some("2024-03-25T15:40:39.123Z".parse().unwrap()));
        assert_eq!(case.group.unwrap().name.as_str(), "SOC", "named by the directory");
        let merged = with("status", json!("MERGED"));
        assert_eq!((merged.row.status.state, merged.row.status.name.as_str()), (None, "To do"));
        assert!(merged.row.status.is_open());
        assert_eq!(with("sub_status", json!({})).row.status.name.as_str(), "OPEN");
    }

    #[test]
    fn sub_statuses_tell_open_from_in_progress() {
        let state = |status: &str, sub: Value| {
            let mut case: Value = serde_json::from_str(V2).unwrap();
            case["status"] = status.into();
            case["sub_status"] = sub;
            read(&case.to_string()).row.status.state.unwrap()
        };
        for waiting in ["To do", "ToDo", "to-do", "New", "Open", "Needs triage", "Backlog"] {
            assert_eq!(state("OPEN", json!({"id": 77, "name": waiting})), State::Open, "{waiting}");
        }
        for working in ["In progress", "Investigating", "Awaiting customer", "待機中"] {
            assert_eq!(state("open", json!({"id": 77, "name": working})), State::InProgress, "{working}");
        }
        assert_eq!(state("OPEN", json!(null)), State::Open);
        assert_eq!(state("OPEN", json!({"id": 13, "name": "Awaiting vendor"})), State::Open, "the team's default, says the directory");
        assert_eq!(state("OPEN", json!({"id": 77, "name": "Parked", "default": true})), State::Open);
        assert_eq!(state("Closed", json!({"id": 12, "name": "Investigating"})), State::Closed);
    }

    #[test]
    fn clocks_count_from_the_reading_and_an_exceeded_one_shows() {
        let case = read(NASTY);
        let ends: Vec<_> = case.slas.iter().map(|sla| (sla.kind.as_str(), sla.due_at.map(|due| due.to_string()), sla.exceeded)).collect();
        assert_eq!(
            ends,
            [("completion", Some("2026-11-21T09:00:00Z".to_owned()), false), ("response", None, true), ("invented", None, false)]
        );
        assert_eq!(case.row.due_at, Some(OVER_SINCE_UNKNOWN), "one is exceeded: the case is over, however long the other runs");
        assert_eq!(case.row.also_due, ["2026-11-21T09:00:00Z".parse().unwrap()], "which has an end all the same");
        assert_eq!(case.slas[0].elapsed_percent, Some(12.5));
        let single = with("slas", json!(null));
        assert_eq!(single.slas.len(), 1);
        assert_eq!(with("status", json!("CLOSED")).row.due_at, None);
        let runs = json!({ "remaining_time_seconds": 60, "exceeded": false });
        for (exceeded, due) in [(json!(-600), Some("2026-11-21T07:50:00Z")), (json!(0), None), (json!(600), None), (json!(null), None)] {
            let late = json!({ "remaining_time_seconds": exceeded, "exceeded": true });
            let due = due.map_or(OVER_SINCE_UNKNOWN, |due| due.parse().unwrap());
            for slas in [json!([runs, late]), json!([late, runs])] {
                assert_eq!(with("slas", slas).row.due_at, Some(due), "{late}");
            }
        }
        for absurd in [json!(1e300), json!(-1e300), json!("soon"), json!([]), json!("NaN")] {
            assert_eq!(with("slas", json!([{ "remaining_time_seconds": absurd }])).row.due_at, None);
        }
    }

    #[test]
    fn fields_links_and_metadata_take_any_value() {
        let case = read(NASTY);
        let fields: Vec<_> = case.fields.iter().map(|field| (&field.kind, texts(&field.values).join("|"), field.is_multi)).collect();
        assert_eq!(
            fields,
            [
                (&FieldKind::Select, "Windows 11".to_owned(), false),
                (&FieldKind::Text, "a|b".to_owned(), true),
                (&FieldKind::Bool, "true".to_owned(), false),
                (&FieldKind::Number, String::new(), false),
                (&FieldKind::Other(Clean::line("hologram")), r#"{"deep":1}"#.to_owned(), false),
                (&FieldKind::Text, "x".to_owned(), false),
                // Of the case's own times, one that is none.
                (&FieldKind::Other(Clean::line("time")), "yesterday".to_owned(), false),
            ]
        );
        assert_eq!((case.fields[0].input_id.as_str(), texts(&case.fields[0].options)), ("1", vec!["Windows 11", "macOS"]));
        assert_eq!(case.links.iter().map(|link| link.id.as_str()).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
        let keys: Vec<_> = case.attributes.iter().map(|(key, values)| (key.as_str(), values[0].as_str())).collect();
        assert_eq!(keys, [("zeta", "last comes first"), ("alpha", "7"), ("nested", r#"{"a":[1,null]}"#), ("none", "")]);
        assert_eq!(case.closure_conditions.len(), 2);
    }

    #[test]
    fn files_of_the_timeline_are_attachments_with_a_web_address() {
        let files = read(NASTY).attachments;
        let read: Vec<_> = files.iter().map(|file| (file.id.as_str(), file.name.as_str(), file.url.as_ref().map(Clean::as_str))).collect();
        assert_eq!(
            read,
            [
                ("88", "..\\..\\evil.png", Some("https://tenant.tines.com/api/v2/cases/4211/files/88/download")),
                ("9", "a.txt", Some("https://cdn.example/files/9/a.txt")),
            ]
        );
    }

    #[test]
    fn a_case_needs_its_number_and_nothing_else() {
        let directory = directory();
        assert_eq!(row("{\"case_id\":7}", ground(&directory)).unwrap().0.key.as_str(), "#7");
        assert!(row("{\"case_id\":\" \"}", ground(&directory)).unwrap_err().contains("case_id"));
        assert!(row("{\"name\":1}", ground(&directory)).is_err());
        assert!(row("[]", ground(&directory)).is_err());
        assert!(row("{\"case_id\":7,\"name\":\"half \\ud83d\"}", ground(&directory)).is_ok());
    }

    proptest! {
        #[test]
        fn any_value_in_any_place_converts_or_faults(turn in 0_usize..220, new in any_json(), which in 0_usize..3) {
            let mut body: Value = match which {
                0 => serde_json::from_str(V2).unwrap(),
                1 => serde_json::from_str(NASTY).unwrap(),
                _ => serde_json::from_str(&v1_case()).unwrap(),
            };
            let id = body["case_id"].clone();
            put_somewhere(&mut body, &mut turn.clone(), &new);
            let read = case(&RawBody(body.to_string().into()), ground(&directory()));
            // Only the number itself can cost the case.
            prop_assert!(read.is_ok() || body["case_id"] != id, "{:?}", read.err());
        }
    }
}
