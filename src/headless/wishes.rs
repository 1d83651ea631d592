//! `--set FIELD=VALUE` → what is to change, in the vendor's own words.

use crate::domain::capability::{allowed, priorities};
use crate::domain::case::{Case, Level, State, Vendor};
use crate::domain::directory::{Directory, StatusOption};
use crate::domain::edit::{Change, Part};
use crate::domain::person::Person;

const FIELDS: [&str; 7] = ["title", "description", "status", "priority", "assignee", "archived", "comment"];
const ATTRIBUTE: &str = "attr.";
/// How a status is named without its vendor's word for it.
const STATES: [(&str, State); 6] = [
    ("open", State::Open),
    ("in_progress", State::InProgress),
    ("in progress", State::InProgress),
    ("in-progress", State::InProgress),
    ("closed", State::Closed),
    ("archived", State::Archived),
];

/// What is to change: only what is not so already.
///
/// # Errors
/// One sentence per wish that cannot be, all of them.
pub(super) fn changes(sets: &[String], vendor: Vendor, case: &Case, directory: &Directory) -> Result<Vec<Change>, Vec<String>> {
    let mut found: Vec<Change> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let mut wrong = Vec::new();
    for set in sets {
        let Some((field, value)) = set.split_once('=') else {
            wrong.push(format!("`{set}` is not FIELD=VALUE"));
            continue;
        };
        if seen.contains(&field) {
            wrong.push(format!("{field} is set twice"));
            continue;
        }
        seen.push(field);
        match wish(field, value, vendor, case, directory) {
            Ok(changes) => found.extend(changes.into_iter().filter(|change| change.holds(case) != Some(true))),
            Err(words) => wrong.push(words),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

fn wish(field: &str, value: &str, vendor: Vendor, case: &Case, directory: &Directory) -> Result<Vec<Change>, String> {
    let part = part_of(field)?;
    allowed(vendor, &case.row, part).map_err(|reason| format!("{field}: {reason}"))?;
    match part {
        Part::Title if value.trim().is_empty() => Err("title: it cannot be empty".into()),
        Part::Title => Ok(vec![Change::Title(value.into())]),
        Part::Description => Ok(vec![Change::Description(value.into())]),
        Part::Comment if value.trim().is_empty() => Err("comment: it cannot be empty".into()),
        Part::Comment => Ok(vec![Change::Comment(value.into())]),
        Part::Status => status(value, vendor, case, directory).map(|change| vec![change]),
        Part::Priority => priority(value, vendor).map(|change| vec![change]),
        Part::Archived => match value.to_ascii_lowercase().as_str() {
            "true" | "yes" => Ok(vec![Change::Archive]),
            "false" | "no" => Ok(vec![Change::Unarchive]),
            _ => Err(format!("archived: `{value}` is neither true nor false")),
        },
        Part::Assignees => assignee(value, vendor, case, directory),
        Part::Field => Err("field: not yet".into()),
        Part::Attributes | Part::Tags => {
            let values = value.split(',').map(str::trim).filter(|value| !value.is_empty()).map(String::from).collect();
            Ok(vec![Change::Attribute { key: field[ATTRIBUTE.len()..].into(), values }])
        }
    }
}

fn part_of(field: &str) -> Result<Part, String> {
    Ok(match field {
        "title" => Part::Title,
        "description" => Part::Description,
        "status" => Part::Status,
        "priority" => Part::Priority,
        "assignee" => Part::Assignees,
        "archived" => Part::Archived,
        "comment" => Part::Comment,
        _ if field.len() > ATTRIBUTE.len() && field.starts_with(ATTRIBUTE) => Part::Attributes,
        _ => {
            let near = FIELDS.iter().max_by(|a, b| strsim::jaro_winkler(field, a).total_cmp(&strsim::jaro_winkler(field, b)));
            let near = near.filter(|near| strsim::jaro_winkler(field, near) > 0.8).map(|near| format!("; did you mean {near}?"));
            return Err(format!("there is no field `{field}`: it is one of {}, attr.KEY{}", FIELDS.join(", "), near.unwrap_or_default()));
        }
    })
}

/// The vendor's own name wins; a state's name means the first status in that state.
fn status(value: &str, vendor: Vendor, case: &Case, directory: &Directory) -> Result<Change, String> {
    let options = directory.statuses_of(case);
    let lower = value.to_lowercase();
    let state = STATES.into_iter().find(|(name, _)| *name == lower).map(|(_, state)| state);
    let by_name = options.iter().find(|option| option.name.as_str().to_lowercase() == lower);
    let by_state = || options.iter().find(|option| Some(option.state) == state);
    if let Some(option) = by_name.or_else(by_state) {
        return Ok(Change::Status(StatusOption::clone(option)));
    }
    if vendor == Vendor::Datadog && state == Some(State::Archived) {
        return Ok(Change::Archive);
    }
    if options.is_empty() {
        return Err("status: which statuses this case can have is not known yet; run `caseload list` once with the network".into());
    }
    let names: Vec<String> = options.iter().map(|option| format!("`{}`", option.name)).collect();
    Err(format!("status: there is no `{value}`: it is one of {}", names.join(", ")))
}

/// Either spelling of an urgency becomes this vendor's.
fn priority(value: &str, vendor: Vendor) -> Result<Change, String> {
    let names = priorities(vendor);
    let exact = names.iter().find(|name| name.eq_ignore_ascii_case(value));
    let by_level = || Level::read(value).and_then(|level| names.iter().find(|name| Level::read(name) == Some(level)));
    let by_none = || names.iter().find(|name| value.eq_ignore_ascii_case("none") && **name == "NOT_DEFINED");
    match exact.or_else(by_level).or_else(by_none) {
        Some(name) => Ok(Change::Priority((*name).into())),
        None => Err(format!("priority: there is no `{value}`: it is one of {}", names.join(", "))),
    }
}

/// Afterwards this person is the only assignee; with `none`, nobody is.
fn assignee(value: &str, vendor: Vendor, case: &Case, directory: &Directory) -> Result<Vec<Change>, String> {
    let others = |keep: Option<&Person>| -> Vec<Change> {
        let gone = case.row.assignees.iter().filter(|person| !keep.is_some_and(|keep| keep.is(person)));
        gone.cloned().map(Change::Unassign).collect()
    };
    if value.eq_ignore_ascii_case("none") {
        return Ok(others(None));
    }
    let person = find_person(value, directory)?;
    // Datadog holds one assignee: assigning replaces it.
    let mut changes = if vendor == Vendor::Datadog { Vec::new() } else { others(Some(&person)) };
    changes.push(Change::Assign(person));
    Ok(changes)
}

fn find_person(value: &str, directory: &Directory) -> Result<Person, String> {
    if value.eq_ignore_ascii_case("me") {
        let unknown = "assignee: who you are there is not known: for Tines set `me` in the configuration; else give your mail address";
        return directory.me.clone().ok_or_else(|| unknown.into());
    }
    let lower = value.to_lowercase();
    let everybody = || directory.me.iter().chain(&directory.people);
    if let Some(person) = everybody().find(|person| person.email.as_str().to_lowercase() == lower || person.id == value) {
        return Ok(person.clone());
    }
    let mut named: Vec<&Person> = everybody().filter(|person| person.name.as_str().to_lowercase() == lower).collect();
    named.dedup_by(|a, b| a.is(b));
    match named[..] {
        [one] => Ok(one.clone()),
        [] => Err(format!("assignee: nobody known is called `{value}`: write me, none, or a mail address of somebody there")),
        _ => {
            let mails: Vec<&str> = named.iter().map(|person| person.email.as_str()).collect();
            Err(format!("assignee: several people are called `{value}`: write one of {}", mails.join(", ")))
        }
    }
}
