//! Tines' cases as ours: pure, clean, and forgiving about everything but the case's own number.

use std::cmp::Ordering;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};

use super::list::Wanted;
use super::timeline::{self, Names};
use super::wire::{CaseRest, CaseRow, Clock, FieldValue, SubStatus, User};
use crate::domain::case::{
    Attachment, Button, Case, CaseId, ClosureCondition, Field, FieldKind, Link, Named, Priority, Row, SourceId, State, Status,
};
use crate::domain::directory::{Directory, StatusOption};
use crate::domain::page::RawBody;
use crate::domain::person::Person;
use crate::domain::sla::{Sla, nearest};
use crate::domain::text::Clean;
use crate::providers::http::web_link;
use crate::providers::loose::{Text, Thing, reading, shown};

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
pub(super) struct Origin {
    team: CompactString,
    status: CompactString,
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
    reading(raw, |raw| serde_json::from_str::<CaseRow<'_>>(raw).map(|wire| row_of(&wire, ground)))
        .map_err(|fault| format!("a case could not be read: {fault}"))
        .and_then(|read| read.ok_or_else(|| "a case came without case_id".into()))
}

fn row_of(wire: &CaseRow<'_>, ground: Ground<'_>) -> Option<(Row, Origin)> {
    let id = wire.case_id.filled()?.trim();
    let status = status_of(wire, ground.directory);
    let due_at = status.is_open().then(|| due_at(&clocks(wire, ground.read_at), ground.read_at)).flatten();
    let row = Row {
        id: CaseId { source: ground.source, id: id.into() },
        key: Clean::line(&format!("#{id}")),
        title: wire.name.line(),
        status,
        priority: wire.priority.filled().map(Priority::read),
        assignees: wire.assignees.objects().filter_map(person).collect(),
        tags: wire.tags.iter().map(label).filter(|tag| !tag.is_empty()).collect(),
        created_at: wire.created_at.time(),
        updated_at: wire.updated_at.time(),
        closed_at: wire.resolved_at.time(),
        due_at,
        url: web_link(wire.url.as_str()),
    };
    let team = wire.team.0.as_ref().map(|team| team.id.id()).unwrap_or_default();
    Some((row, Origin { team, status: wire.status.id() }))
}

/// Everything of one case, from v1 or v2, from a list or by itself.
///
/// # Errors
/// One sentence, as [`row`].
pub(super) fn case(raw: &RawBody, ground: Ground<'_>) -> Result<Case, String> {
    let (row, _) = row(&raw.0, ground)?;
    reading(&raw.0, |text| {
        let wire = serde_json::from_str::<CaseRow<'_>>(text)?;
        let rest = serde_json::from_str::<CaseRest<'_>>(text)?;
        Ok(case_of(row.clone(), &wire, &rest, raw, ground))
    })
    .map_err(|fault| format!("case {} could not be read: {fault}", row.key))
}

fn case_of(row: Row, wire: &CaseRow<'_>, rest: &CaseRest<'_>, raw: &RawBody, ground: Ground<'_>) -> Case {
    let entries = if rest.activities.0.is_some() { &rest.activities } else { &rest.team_case_actions };
    let names = Names::new(ground.directory, row.assignees.iter().cloned().chain(entries.objects().filter_map(entry_user)));
    let buttons = rest.actions.objects().chain(rest.team_case_buttons.objects());
    Case {
        description: rest.description.block(),
        author: rest.author.0.as_ref().map(any_person),
        closed_by: rest.resolved_by.0.as_ref().and_then(person),
        changed_by: None,
        group: group(wire, ground.directory),
        case_type: None,
        attributes: rest.metadata.0.iter().map(|(key, value)| (Clean::line(key), vec![shown(value)])).collect(),
        fields: rest.fields.objects().map(field).collect(),
        slas: clocks(wire, ground.read_at),
        links: rest.linked_cases.iter().filter_map(link).collect(),
        tickets: Vec::new(),
        attachments: entries.objects().filter_map(|entry| attachment(entry, ground.base_url)).collect(),
        buttons: buttons
            .map(|button| Button {
                id: button.id.id(),
                label: button.label.line(),
                kind: if button.kind.is_filled() { button.kind.line() } else { button.button_type.line() },
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

/// A person, or None for the empty object that stands for automation.
pub(super) fn person(user: &User<'_>) -> Option<Person> {
    let person = any_person(user);
    (!person.id.is_empty() || !person.email.is_empty() || !person.name.is_empty()).then_some(person)
}

/// As [`person`], but the empty object becomes a person without an id: `system`.
fn any_person(user: &User<'_>) -> Person {
    let id = if user.newer_id.is_filled() { user.newer_id.id() } else { user.id.id() };
    let name = format!("{} {}", user.first_name.as_str().trim(), user.last_name.as_str().trim());
    let email = Clean::line(user.email.as_str().trim());
    Person { id, name: Clean::line(name.trim()), email, is_service: user.is_service_account.is_true() }
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
    #[expect(clippy::cast_possible_truncation, reason = "a float beyond i64 saturates, and such a clock has no end that fits a date")]
    let left = clock.remaining_time_seconds.number().map(|seconds| seconds.round() as i64);
    let second = Timestamp::from_second(read_at.as_second()).unwrap_or(read_at);
    Sla {
        kind: clock.sla_type.line(),
        due_at: left.and_then(|left| second.checked_add(SignedDuration::from_secs(left)).ok()),
        exceeded: clock.exceeded.is_true(),
        elapsed_percent: clock.percent_elapsed.number(),
    }
}

/// When the worst clock ends; one that is over but says no time ended when it was read.
fn due_at(clocks: &[Sla], read_at: Timestamp) -> Option<Timestamp> {
    nearest(clocks).map(|worst| worst.due_at.unwrap_or(read_at))
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

/// Whether `older` is before `newer` where ids are numbers, as text otherwise.
pub(super) fn by_id(older: &str, newer: &str) -> Ordering {
    match (older.parse::<u64>(), newer.parse::<u64>()) {
        (Ok(older), Ok(newer)) => older.cmp(&newer),
        _ => older.cmp(newer),
    }
}
