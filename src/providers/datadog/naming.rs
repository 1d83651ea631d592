//! Who I am, projects, case types and people: the answers that make a directory; pure.

use compact_str::CompactString;
use serde_json::value::RawValue;

use super::super::http::unreadable;
use super::super::loose::{object, plain_id};
use super::super::salvage::reading;
use super::convert::{People, field_kind};
use super::wire;
use crate::domain::case::{Named, State};
use crate::domain::directory::{CaseType, FieldName, StatusOption};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::person::Person;
use crate::domain::text::Clean;

/// The statuses that every type has unless its own say otherwise, with the deprecated `status` that sets each.
pub(super) const PLAIN_STATUSES: [(State, &str, &str); 3] =
    [(State::Open, "Open", "OPEN"), (State::InProgress, "In Progress", "IN_PROGRESS"), (State::Closed, "Closed", "CLOSED")];

/// The permissions that caseload needs: reading, editing, finding people to assign.
const RIGHTS: [&str; 3] = ["cases_read", "cases_write", "user_access_read"];

/// Who I am, and which of [`RIGHTS`] my roles give; None: the answer names no permission at all.
pub(super) fn me(body: &str) -> Result<(Person, Option<Vec<CompactString>>), Fault> {
    let answer: wire::Whoami<'_> = object(body).map_err(|error| unreadable(&error, body))?;
    let me = People::read(Some(&[answer.data])).into_people().pop();
    let me = me.ok_or_else(|| Fault::new(FaultKind::BadBody, "the answer names nobody"))?;
    let permits = || answer.included.objects().filter(|item| item.kind.as_str() == "permissions");
    let is_given = |right: &&&str| permits().any(|item| item.attributes.0.as_ref().is_some_and(|named| named.name.as_str() == **right));
    let rights = permits().next().map(|_| RIGHTS.iter().filter(is_given).map(|right| CompactString::from(*right)).collect());
    Ok((me, rights))
}

pub(super) fn people(body: &str) -> Result<Vec<Person>, Fault> {
    let mut people = People::read(Some(&entries(body)?)).into_people();
    people.sort_by(|a, b| a.label().cmp(b.label()).then_with(|| a.id.cmp(&b.id)));
    Ok(people)
}

/// Projects by name; the key stands in for a missing name.
pub(super) fn projects(body: &str) -> Result<Vec<Named>, Fault> {
    let read = |json: &str| object::<wire::Project<'_>>(json).map(|found| project(&found));
    Ok(entries(body)?.into_iter().filter_map(|raw| reading(raw.get(), read).ok().flatten()).collect())
}

fn project(project: &wire::Project<'_>) -> Option<Named> {
    let id = project.id.filled()?;
    let name = project.attributes.name.filled().or(project.attributes.key.filled()).unwrap_or(id);
    Some(Named { id: plain_id(id), name: Clean::line(name) })
}

/// Types that are not deleted (most of a real answer is).
pub(super) fn case_types(body: &str) -> Result<Vec<CaseType>, Fault> {
    let read = |json: &str| object::<wire::CaseType<'_>>(json).map(|found| case_type(&found));
    Ok(entries(body)?.into_iter().filter_map(|raw| reading(raw.get(), read).ok().flatten()).collect())
}

fn case_type(case_type: &wire::CaseType<'_>) -> Option<CaseType> {
    let id = case_type.id.filled()?;
    if case_type.attributes.deleted_at.filled().is_some() {
        return None;
    }
    let statuses = statuses(case_type.attributes.statuses_config.0.as_ref());
    let name = Clean::line(case_type.attributes.name.filled().unwrap_or(id));
    Some(CaseType { id: plain_id(id), name, statuses })
}

/// Custom attributes of all types, with the names that people gave them.
pub(super) fn fields(body: &str) -> Result<Vec<FieldName>, Fault> {
    let read = |json: &str| object::<wire::Config<'_>>(json).map(|found| field(&found.attributes));
    Ok(entries(body)?.into_iter().filter_map(|raw| reading(raw.get(), read).ok().flatten()).collect())
}

fn field(config: &wire::ConfigAttributes<'_>) -> Option<FieldName> {
    let key = config.key.filled()?;
    let choices = config.type_data.0.iter().flat_map(|data| data.options.objects());
    Some(FieldName {
        case_type: config.case_type_id.id(),
        key: plain_id(key),
        name: Clean::line(config.display_name.filled().unwrap_or(key)),
        options: choices.map(|choice| choice.value.line()).collect(),
        kind: field_kind(config.kind.as_str()),
        is_multi: config.is_multi.is_true(),
    })
}

fn statuses(config: Option<&wire::StatusesConfig<'_>>) -> Vec<StatusOption> {
    let groups =
        config.map(|config| [(State::Open, &config.open), (State::InProgress, &config.in_progress), (State::Closed, &config.closed)]);
    let mut statuses = Vec::new();
    for (state, group) in groups.into_iter().flatten() {
        let options = group.0.iter().flat_map(|group| group.status_options.objects());
        statuses.extend(options.filter_map(|option| Some(status(state, option.name.filled()?))));
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
    object::<wire::List<'_>>(body).map(|list| list.data).map_err(|error| unreadable(&error, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: &str = include_str!("../../../tests/fixtures/datadog/types.json");
    const ME: &str = include_str!("../../../tests/fixtures/datadog/current_user.json");
    const FIELDS: &str = include_str!("../../../tests/fixtures/datadog/custom_attributes.json");
    const PROJECTS: &str = include_str!("../../../tests/fixtures/datadog/projects.json");

    #[test]
    fn types_lose_the_deleted_and_bring_their_statuses() {
        let types = case_types(TYPES).unwrap();
        let names: Vec<_> = types.iter().map(|case_type| case_type.name.as_str()).collect();
        assert_eq!(names, ["Standard", "Change Request", "Fraud"]);
        let statuses = |at: usize| types[at].statuses.iter().map(|status| (status.state, status.name.as_str())).collect::<Vec<_>>();
        let plain = vec![(State::Open, "Open"), (State::InProgress, "In Progress"), (State::Closed, "Closed")];
        assert_eq!(statuses(0), plain);
        assert_eq!(
            statuses(1),
            [
                (State::Open, "Open"),
                (State::InProgress, "Pending Approval"),
                (State::InProgress, "Approved"),
                (State::InProgress, "Implementing"),
                (State::Closed, "Completed"),
                (State::Closed, "Cancelled"),
                (State::Closed, "Declined"),
            ]
        );
        assert_eq!(statuses(2), plain, "older answers carry no statuses");
    }

    #[test]
    fn custom_attributes_have_names_and_choices() {
        let fields = fields(FIELDS).unwrap();
        let read: Vec<_> = fields.iter().map(|field| (field.key.as_str(), field.name.as_str(), field.options.len())).collect();
        assert_eq!(read, [("severity_score", "Severity score", 0), ("regions", "Regions concerned", 2), ("bare", "bare", 0)]);
        assert_eq!(fields[1].options[1].as_str(), "us");
        assert_eq!(fields[1].case_type, "9b1c3a1e-53b5-4a7e-8f6f-0a6b3a4f7c02");
    }

    #[test]
    fn me_and_projects_have_names() {
        let (me, rights) = me(ME).unwrap();
        assert_eq!(rights, None, "an answer without permissions tells nothing");
        assert_eq!(
            (me.id.as_str(), me.label(), me.email.as_str(), me.is_service),
            ("3ad549bf-eba0-11e9-a77a-0705486660d0", "Frog Account", "frog@datadoghq.com", false)
        );
        let projects = projects(PROJECTS).unwrap();
        assert_eq!(projects.iter().map(|project| project.name.as_str()).collect::<Vec<_>>(), ["Security", "CASEM"]);
        assert_eq!(super::me("{\"data\":{}}").unwrap_err().kind, FaultKind::BadBody);
        let permits = |included: &str| super::me(&ME.replace("\"included\":[", &format!("\"included\":[{included},"))).unwrap().1;
        let named = |name: &str| format!(r#"{{"type":"permissions","attributes":{{"name":"{name}"}}}}"#);
        assert_eq!(permits(&format!("{},{}", named("monitors_read"), named("cases_read"))), Some(vec!["cases_read".into()]));
        assert_eq!(permits(&named("monitors_read")), Some(Vec::new()), "roles that give nothing of it");
        assert_eq!(permits("7,{\"type\":\"roles\",\"attributes\":{\"name\":\"cases_read\"}}"), None);
        assert!(super::projects("{}").is_err());
    }
}
