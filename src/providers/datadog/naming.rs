//! Who I am, projects, case types and people: the answers that make a directory; pure.

use compact_str::CompactString;
use serde_json::value::RawValue;

use super::super::http::unreadable;
use super::convert::{People, plain_id, tolerant};
use super::wire;
use crate::domain::case::{Named, State};
use crate::domain::directory::{CaseType, StatusOption};
use crate::domain::fault::Fault;
use crate::domain::person::Person;
use crate::domain::text::Clean;

/// The statuses that every type has unless its own say otherwise, with the deprecated `status` that sets each.
pub(super) const PLAIN_STATUSES: [(State, &str, &str); 3] =
    [(State::Open, "Open", "OPEN"), (State::InProgress, "In Progress", "IN_PROGRESS"), (State::Closed, "Closed", "CLOSED")];

pub(super) fn me(body: &str) -> Result<Option<Person>, Fault> {
    let one: wire::One<'_> = serde_json::from_str(body).map_err(|error| unreadable(&error, body))?;
    Ok(People::read(Some(&[one.data])).into_people().pop())
}

pub(super) fn people(body: &str) -> Result<Vec<Person>, Fault> {
    let mut people = People::read(Some(&entries(body)?)).into_people();
    people.sort_by(|a, b| a.label().cmp(b.label()).then_with(|| a.id.cmp(&b.id)));
    Ok(people)
}

/// Projects by name; the key stands in for a missing name.
pub(super) fn projects(body: &str) -> Result<Vec<Named>, Fault> {
    let read = |json: &str| serde_json::from_str::<wire::Project<'_>>(json).map(|found| project(&found));
    Ok(entries(body)?.into_iter().filter_map(|raw| tolerant(raw.get(), read).ok().flatten()).collect())
}

fn project(project: &wire::Project<'_>) -> Option<Named> {
    let id = project.id.some()?;
    let name = project.attributes.name.some().or(project.attributes.key.some()).unwrap_or(id);
    Some(Named { id: plain_id(id), name: Clean::line(name) })
}

/// Types that are not deleted (most of a real answer is).
pub(super) fn case_types(body: &str) -> Result<Vec<CaseType>, Fault> {
    let read = |json: &str| serde_json::from_str::<wire::CaseType<'_>>(json).map(|found| case_type(&found));
    Ok(entries(body)?.into_iter().filter_map(|raw| tolerant(raw.get(), read).ok().flatten()).collect())
}

fn case_type(case_type: &wire::CaseType<'_>) -> Option<CaseType> {
    let id = case_type.id.some()?;
    if case_type.attributes.deleted_at.some().is_some() {
        return None;
    }
    let statuses = statuses(case_type.attributes.statuses_config.as_ref());
    let name = Clean::line(case_type.attributes.name.some().unwrap_or(id));
    Some(CaseType { id: plain_id(id), name, statuses })
}

fn statuses(config: Option<&wire::StatusesConfig<'_>>) -> Vec<StatusOption> {
    let groups =
        config.map(|config| [(State::Open, &config.open), (State::InProgress, &config.in_progress), (State::Closed, &config.closed)]);
    let mut statuses = Vec::new();
    for (state, group) in groups.into_iter().flatten() {
        let options = group.iter().flat_map(|group| group.status_options.iter().flatten());
        statuses.extend(options.filter_map(|option| Some(status(state, option.name.some()?))));
    }
    if statuses.is_empty() { plain_statuses() } else { statuses }
}

/// Open, In Progress, Closed.
pub(super) fn plain_statuses() -> Vec<StatusOption> {
    PLAIN_STATUSES.iter().map(|(state, name, _)| status(*state, name)).collect()
}

fn status(state: State, name: &str) -> StatusOption {
    StatusOption { state, name: Clean::line(name), id: CompactString::default(), group: CompactString::default() }
}

fn entries(body: &str) -> Result<Vec<&RawValue>, Fault> {
    serde_json::from_str::<wire::List<'_>>(body).map(|list| list.data).map_err(|error| unreadable(&error, body))
}
