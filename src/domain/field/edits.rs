//! Wishes as they were written → what is to change, in the vendor's own words.

use crate::domain::capability::{Reason, allowed, priorities};
use crate::domain::case::{Case, Field, FieldKind, Level, State, Vendor};
use crate::domain::change::Change;
use crate::domain::directory::{Directory, StatusOption};
use crate::domain::field::FieldName;
use crate::domain::field::raw::{EditOp, FieldEdit, RawValue};
use crate::domain::list::{meant, spellings};
use crate::domain::part::Part;
use crate::domain::person::Person;
use crate::domain::text::{Clean, raws};

/// How a status is named without its vendor's word for it.
const STATES: [(&str, State); 6] = [
    ("open", State::Open),
    ("in_progress", State::InProgress),
    ("in progress", State::InProgress),
    ("in-progress", State::InProgress),
    ("closed", State::Closed),
    ("archived", State::Archived),
];

/// All that is wanted of one field.
struct Wanted<'w> {
    field: &'w FieldName,
    set: Option<&'w RawValue>,
    add: Vec<&'w RawValue>,
    remove: Vec<&'w RawValue>,
}

impl Wanted<'_> {
    /// The values that are written: what is `known` by the bytes that it has.
    fn values(&self, given: &[&RawValue], known: &[&Clean]) -> Result<Vec<String>, String> {
        let mut values = Vec::new();
        for written in given.iter().flat_map(|given| given.all(&spellings(known.iter().copied()))) {
            let meant = meant(&written, known.iter().copied()).map_err(|words| format!("{}: {words}", self.field))?;
            let value = meant.map_or(written, |text| text.raw().to_owned());
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Ok(values)
    }

    /// What is to come and what is to go. `held`: what the case has; `offered`: what it might have besides.
    ///
    /// # Errors
    /// What is to go is not there, unless that is nothing to speak of.
    fn moves(&self, held: &[Clean], offered: &[Clean], absent: Absent) -> Result<(Vec<String>, Vec<String>), String> {
        let known: Vec<&Clean> = held.iter().chain(offered).collect();
        let (add, remove) = (self.values(&self.add, &known)?, self.values(&self.remove, &held.iter().collect::<Vec<_>>())?);
        if let Some(both) = add.iter().find(|value| remove.contains(value)) {
            return Err(format!("{}: `{}` is both added and removed", self.field, Clean::line(both)));
        }
        let is_held = |value: &&String| held.iter().any(|text| text.raw() == **value);
        match remove.iter().find(|value| !is_held(value)) {
            Some(value) if absent == Absent::IsAnError => {
                let has = held.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
                let has = if has.is_empty() { "it has none".to_owned() } else { format!("it has {has}") };
                Err(format!("{}: there is no `{}` to remove: {has}", self.field, Clean::line(value)))
            }
            _ => Ok((add, remove.iter().filter(is_held).cloned().collect())),
        }
    }
}

/// What it means to remove what a case does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// One case is meant, and something else in it: it is said.
    IsAnError,
    /// Many cases are meant, each to be without it.
    IsFine,
}

/// What is to change: only what is not so already.
///
/// # Errors
/// One sentence per wish that cannot be, all of them.
pub fn changes(
    wishes: &[FieldEdit],
    vendor: Vendor,
    case: &Case,
    directory: &Directory,
    absent: Absent,
) -> Result<Vec<Change>, Vec<String>> {
    let mut wrong = Vec::new();
    let wanted = gather(wishes, &mut wrong);
    let mut found: Vec<Change> = Vec::new();
    for wanted in &wanted {
        match wish(wanted, vendor, case, directory, absent) {
            Ok(changes) => found.extend(changes.into_iter().filter(|change| change.is_met(case) != Some(true))),
            Err(words) => wrong.push(words),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// Names of people that nobody here is known by: the vendor may know more.
pub fn strangers(wishes: &[FieldEdit], directory: &Directory) -> Vec<String> {
    let known: Vec<&Clean> = everybody(directory).map(|person| &person.name).collect();
    let written = |given: &RawValue| {
        // A name may hold a comma.
        let whole = matches!(given, RawValue::Text(text) if text.contains(',')).then(|| given.text());
        whole.into_iter().chain(given.all(&spellings(known.iter().copied()))).collect::<Vec<_>>()
    };
    let people = wishes.iter().filter(|wish| wish.field == FieldName::Assignee).flat_map(|wish| written(&wish.value));
    people.filter(|name| !is_nobody(name) && find_person(name, directory).is_err()).collect()
}

fn gather<'w>(wishes: &'w [FieldEdit], wrong: &mut Vec<String>) -> Vec<Wanted<'w>> {
    let mut all: Vec<Wanted<'w>> = Vec::new();
    for FieldEdit { field, op, value } in wishes {
        let place = all.iter().position(|wanted| wanted.field == field).unwrap_or_else(|| {
            all.push(Wanted { field, set: None, add: Vec::new(), remove: Vec::new() });
            all.len() - 1
        });
        let wanted = &mut all[place];
        match op {
            EditOp::Set if wanted.set.is_some() => wrong.push(format!("{field} is set twice")),
            EditOp::Set => wanted.set = Some(value),
            EditOp::Add => wanted.add.push(value),
            EditOp::Remove => wanted.remove.push(value),
        }
    }
    for wanted in &all {
        if wanted.set.is_some() && !(wanted.add.is_empty() && wanted.remove.is_empty()) {
            wrong.push(format!("{}: either set it, or add and remove", wanted.field));
        }
    }
    all
}

fn wish(wanted: &Wanted<'_>, vendor: Vendor, case: &Case, directory: &Directory, absent: Absent) -> Result<Vec<Change>, String> {
    let name = wanted.field;
    let part = name.part()?;
    let say = |words: &str| format!("{name}: {words}");
    allowed(vendor, &case.row, part).map_err(|reason| match reason {
        Reason::AttributesInstead => say(&format!("{reason}: write attr.KEY")),
        _ => say(&reason.to_string()),
    })?;
    match part {
        Part::Tags => return tags(wanted, case, absent),
        Part::Attributes => {
            let FieldName::Attribute(written) = name else { return Ok(Vec::new()) };
            return attribute(wanted, written, case, absent).map(|change| vec![change]);
        }
        Part::Assignees => return people(wanted, vendor, case, directory, absent),
        Part::Field => return field(wanted, vendor, case, absent).map(|change| vec![change]),
        _ => {}
    }
    let Some(given) = wanted.set else {
        return Err(say("it holds one value: write --set; add and remove are for tag, assignee, attr.KEY and fields of several values"));
    };
    let value = given.one().map_err(|words| say(&words))?;
    let change = match part {
        Part::Title | Part::Comment if value.trim().is_empty() => return Err(say("it cannot be empty")),
        Part::Title => Change::Title(value.into()),
        Part::Description => Change::Description(value.into()),
        Part::Status => status(value, vendor, case, directory)?,
        Part::Priority => priority(value, vendor)?,
        Part::Archived => match truth(value) {
            Some(true) => Change::Archive,
            Some(false) => Change::Unarchive,
            None => return Err(say(&format!("`{value}` is neither true nor false"))),
        },
        _ => Change::Comment(value.into()),
    };
    Ok(vec![change])
}

fn truth(value: &str) -> Option<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

/// Clears what holds people, days and the like.
fn is_nobody(value: &str) -> bool {
    value.trim().is_empty() || value.trim().eq_ignore_ascii_case("none")
}

fn tags(wanted: &Wanted<'_>, case: &Case, absent: Absent) -> Result<Vec<Change>, String> {
    let held = &case.row.tags;
    let (mut add, remove) = if let Some(given) = wanted.set {
        let add = wanted.values(&[given], &held.iter().collect::<Vec<_>>())?;
        let gone = held.iter().map(Clean::raw).filter(|tag| !add.iter().any(|wanted| wanted == tag)).map(str::to_owned).collect();
        (add, gone)
    } else {
        wanted.moves(held, &[], absent)?
    };
    add.retain(|tag| !held.iter().any(|known| known.raw() == tag));
    let changes = [Change::AddTags(add), Change::RemoveTags(remove)];
    let is_something = |change: &Change| matches!(change, Change::AddTags(tags) | Change::RemoveTags(tags) if !tags.is_empty());
    Ok(changes.into_iter().filter(is_something).collect())
}

/// What a list of values becomes.
fn values(wanted: &Wanted<'_>, held: &[Clean], offered: &[Clean], absent: Absent) -> Result<Vec<String>, String> {
    if let Some(given) = wanted.set {
        return wanted.values(&[given], &held.iter().chain(offered).collect::<Vec<_>>());
    }
    let (add, remove) = wanted.moves(held, offered, absent)?;
    let mut values = raws(held);
    values.retain(|value| !remove.contains(value));
    for value in add {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

fn attribute(wanted: &Wanted<'_>, written: &str, case: &Case, absent: Absent) -> Result<Change, String> {
    let key = meant(written, case.attributes.iter().map(|(key, _)| key)).map_err(|words| format!("{}: {words}", wanted.field))?;
    let held = case.attributes.iter().find(|(known, _)| Some(known) == key).map_or(&[][..], |(_, values)| values);
    Ok(Change::Attribute { key: key.map_or(written, Clean::raw).into(), values: values(wanted, held, &[], absent)? })
}

/// A field by its id or its name; values in the vendor's spelling where it has one.
fn field(wanted: &Wanted<'_>, vendor: Vendor, case: &Case, absent: Absent) -> Result<Change, String> {
    let name = wanted.field;
    let FieldName::Custom(asked) = name else {
        if !vendor.capabilities().has_resolution {
            return Err(format!("{name}: only Datadog cases have one"));
        }
        let given = wanted.set.ok_or_else(|| format!("{name}: it holds one value: write --set"))?;
        let value = given.one().map_err(|words| format!("{name}: {words}"))?.trim();
        let values = if is_nobody(value) { Vec::new() } else { vec![value.into()] };
        return Ok(Change::Field { id: name.datadog_id().unwrap_or_default().into(), values });
    };
    let by_id = case.fields.iter().find(|field| field.id == *asked || field.input_id == *asked);
    let by_name = || case.fields.iter().find(|field| field.name.as_str().eq_ignore_ascii_case(asked));
    let Some(known) = by_id.or_else(by_name) else {
        let names: Vec<String> = case.fields.iter().map(|field| format!("{} ({})", field.id, field.name)).collect();
        let names = if names.is_empty() { "it has none".into() } else { format!("there is {}", names.join(", ")) };
        return Err(format!("{name}: the case has no such field: {names}"));
    };
    let values = if known.is_multi {
        values(wanted, &known.values, &known.options, absent)?
    } else {
        let given = wanted.set.ok_or_else(|| format!("{name}: it holds one value: write --set"))?;
        let value = given.one().map_err(|words| format!("{name}: {words}"))?;
        if value.trim().is_empty() { Vec::new() } else { vec![value.into()] }
    };
    Ok(Change::Field { id: known.id.to_string(), values: values.into_iter().map(|value| spelled(known, value)).collect() })
}

fn spelled(field: &Field, value: String) -> String {
    match field.kind {
        FieldKind::Select => {
            let exact = field.options.iter().chain(&field.values).find(|option| option.raw() == value);
            let alike = || field.options.iter().find(|option| option.as_str().eq_ignore_ascii_case(value.trim()));
            exact.or_else(alike).map_or_else(|| value.clone(), |option| option.raw().into())
        }
        FieldKind::Bool => truth(&value).map_or(value, |truth| truth.to_string()),
        FieldKind::Number | FieldKind::Time | FieldKind::Url => value.trim().into(),
        FieldKind::Text | FieldKind::Other(_) => value,
    }
}

/// The vendor's own name wins; a state's name means the status that the case has, if that is in this state, else the first one
/// that is: who closes a closed case does not overwrite why it was closed.
fn status(value: &str, vendor: Vendor, case: &Case, directory: &Directory) -> Result<Change, String> {
    let options = directory.statuses_of(case);
    let lower = value.to_lowercase();
    let state = STATES.into_iter().find(|(name, _)| *name == lower).map(|(_, state)| state);
    let by_name = options.iter().find(|option| option.name.as_str().to_lowercase() == lower);
    let of_state = || options.iter().filter(|option| Some(option.state) == state);
    let has = |option: &&&StatusOption| option.name.as_str().eq_ignore_ascii_case(case.row.status.name.as_str());
    if let Some(option) = by_name.or_else(|| of_state().find(has)).or_else(|| of_state().next()) {
        return Ok(Change::Status(StatusOption::clone(option)));
    }
    if state == Some(State::Archived) && allowed(vendor, &case.row, Part::Archived).is_ok() {
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
    let by_none = || names.iter().find(|name| is_nobody(value) && **name == "NOT_DEFINED");
    match exact.or_else(by_level).or_else(by_none) {
        Some(name) => Ok(Change::Priority((*name).into())),
        None => Err(format!("priority: there is no `{value}`: it is one of {}", names.join(", "))),
    }
}

fn people(wanted: &Wanted<'_>, vendor: Vendor, case: &Case, directory: &Directory, absent: Absent) -> Result<Vec<Change>, String> {
    let assigned = &case.row.assignees;
    let known: Vec<&Clean> = assigned.iter().chain(everybody(directory)).map(|person| &person.name).collect();
    let names = |given: &[&RawValue]| given.iter().flat_map(|given| given.all(&spellings(known.iter().copied()))).collect::<Vec<_>>();
    let all = |names: Vec<String>| names.iter().map(|name| find_person(name, directory)).collect::<Result<Vec<_>, _>>();
    let (add, remove) = if let Some(given) = wanted.set {
        // Afterwards these are the only assignees; with `none`, nobody is.
        let keep = all(names(&[given]).into_iter().filter(|name| !is_nobody(name)).collect())?;
        let gone: Vec<Person> = assigned.iter().filter(|person| !keep.iter().any(|keep| keep.is(person))).cloned().collect();
        (keep, gone)
    } else {
        let gone = names(&wanted.remove).into_iter().map(|name| assigned_person(&name, assigned, directory, absent));
        (all(names(&wanted.add))?, gone.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    };
    if let Some(both) = add.iter().find(|person: &&Person| remove.iter().any(|gone: &Person| gone.is(person))) {
        return Err(format!("assignee: {} is both added and removed", both.label()));
    }
    let holds_one = vendor.capabilities().holds_one_assignee;
    if holds_one && add.len() > 1 {
        return Err(format!("assignee: a {} case has one: name one person", vendor.title()));
    }
    // Where a case holds one, assigning replaces it.
    let remove = if holds_one && !add.is_empty() { Vec::new() } else { remove };
    Ok(remove.into_iter().map(Change::Unassign).chain(add.into_iter().map(Change::Assign)).collect())
}

fn everybody(directory: &Directory) -> impl Iterator<Item = &Person> + Clone {
    directory.me.iter().chain(&directory.people)
}

/// Who of the assignees is meant; None: nobody, which is fine.
fn assigned_person(name: &str, assigned: &[Person], directory: &Directory, absent: Absent) -> Result<Option<Person>, String> {
    if let Some(person) = called(name, assigned.iter())? {
        return Ok(Some(person));
    }
    // `me`, or another name of somebody who is assigned.
    let found = find_person(name, directory).ok().filter(|person| assigned.iter().any(|known| known.is(person)));
    if found.is_some() || absent == Absent::IsFine {
        return Ok(found);
    }
    let has: Vec<&str> = assigned.iter().map(Person::mark).collect();
    let has = if has.is_empty() { "nobody is assigned".to_owned() } else { format!("assigned is {}", has.join(", ")) };
    Err(format!("assignee: there is no `{}` to take off: {has}", Clean::line(name)))
}

/// The one among `people` who has this mail address, id or name; None: nobody has.
///
/// # Errors
/// Several are called so.
fn called<'p>(name: &str, people: impl Iterator<Item = &'p Person> + Clone) -> Result<Option<Person>, String> {
    let lower = name.to_lowercase();
    let is_marked = |person: &&Person| person.email.as_str().to_lowercase() == lower || person.id == name;
    let is_told = |person: &&Person| name.ends_with('>') && format!("{} <{}>", person.label(), person.mark()).to_lowercase() == lower;
    if let Some(person) = people.clone().find(|person| !name.is_empty() && (is_marked(person) || is_told(person))) {
        return Ok(Some(person.clone()));
    }
    let mut named: Vec<&Person> = Vec::new();
    for person in people.filter(|person| person.name.raw() == name || person.name.as_str().to_lowercase() == lower) {
        if !named.iter().any(|known| known.is(person)) {
            named.push(person);
        }
    }
    match named[..] {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        _ => {
            let marks: Vec<&str> = named.iter().map(|person| person.mark()).collect();
            Err(format!("assignee: several people are called `{}`: write one of {}", Clean::line(name), marks.join(", ")))
        }
    }
}

fn find_person(value: &str, directory: &Directory) -> Result<Person, String> {
    if value.eq_ignore_ascii_case("me") {
        let unknown = "assignee: who you are there is not known: for Tines set `me` in the configuration; else give your mail address";
        return directory.me.clone().ok_or_else(|| unknown.into());
    }
    let nobody = || {
        let value = Clean::line(value);
        format!("assignee: nobody known is called `{value}`: write me, none, or a mail address of somebody there")
    };
    called(value, everybody(directory))?.ok_or_else(nobody)
}

#[cfg(test)]
mod tests;
