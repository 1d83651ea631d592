//! The case as the person saw it, rebuilt from a draft, and what somebody else has done to it since.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::activity::Activity;
use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::author::author;
use crate::domain::case::{Case, Priority, Status, Vendor};
use crate::domain::own::Own;
use crate::domain::part::Part;
use crate::domain::person::Person;
use crate::domain::text::{Clean, raws};
use crate::tui::model::own::has_moved;

/// What changed about a case since its form was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// `status`, `description`, `severity`: at least one.
    pub fields: Vec<String>,
    /// Where the vendor proves who.
    pub by: Option<String>,
    pub at: Option<Timestamp>,
}

/// Everything of a case that an edit can be about.
pub(in crate::tui) fn aspects(vendor: Vendor, case: &Case) -> Vec<Aspect> {
    let mut parts = vec![Part::Title, Part::Description, Part::Status, Part::Priority, Part::Assignees, Part::Archived];
    // Where there are attributes, tags are these in another spelling.
    if !vendor.capabilities().has_attributes {
        parts.push(Part::Tags);
    }
    let attributes = case.attributes.iter().map(|(key, _)| Aspect { part: Part::Attributes, key: key.raw().into() });
    let fields = case.fields.iter().map(|field| Aspect { part: Part::Field, key: field.id.clone() });
    parts.into_iter().map(Aspect::of_part).chain(attributes).chain(fields).collect()
}

/// A case as it was seen.
#[derive(Clone, Copy)]
pub(in crate::tui) struct Since<'a> {
    pub then: &'a Case,
    pub at: Timestamp,
    /// What was sent from here.
    pub own: &'a [Own],
}

/// What somebody else has changed since a case was seen, and who, as far as the vendor proves it; None: nothing.
pub(in crate::tui) fn moved(vendor: Vendor, since: Since<'_>, now: &Case, timeline: &[Activity], me: Option<&Person>) -> Option<Moved> {
    let mut found: Vec<(Aspect, String)> = Vec::new();
    for aspect in aspects(vendor, since.then).into_iter().chain(aspects(vendor, now)) {
        let name = name(&aspect, now);
        let seen = Seen::of(since.then, aspect.clone());
        if has_moved(&seen, now, since.own.iter(), vendor) && !found.iter().any(|(_, known)| *known == name) {
            found.push((aspect, name));
        }
    }
    if found.is_empty() {
        return None;
    }
    // By the vendor's clock where it is known: a draft is as old as it says.
    let seen_at = since.then.row.updated_at.map_or(since.at, |at| at.min(since.at));
    let said = Some(now).filter(|now| since.own.is_empty() && now.changed_by.as_ref().is_some_and(|who| me.is_none_or(|me| !me.is(who))));
    let author = author(&found, timeline, seen_at, said);
    let is_me = |who: &Person| me.is_some_and(|me| me.is(who));
    let by = author.as_ref().map(|author| if is_me(&author.who) { "you, elsewhere,".to_owned() } else { author.who.label().to_owned() });
    Some(Moved { fields: found.into_iter().map(|(_, name)| name).collect(), by, at: author.and_then(|author| author.at) })
}

fn name(aspect: &Aspect, case: &Case) -> String {
    match aspect.part {
        Part::Attributes => Clean::line(&aspect.key).to_string(),
        Part::Field => {
            case.fields.iter().find(|field| field.id == aspect.key).map_or_else(|| aspect.key.to_string(), |field| field.name.to_string())
        }
        part => part.name().to_owned(),
    }
}

/// What a case held where the person wrote: the present one, with what they saw put back. Of a text that was kept as it is
/// shown, the present one where it shows the same.
pub(in crate::tui) fn as_seen(case: &Case, seen: &[Seen], holds_shown_text: bool) -> Case {
    let mut then = case.clone();
    let looks_so = |seen: &&Seen| holds_shown_text && shown(&seen.aspect.read(case)) == shown(&seen.value);
    let seen: Vec<&Seen> = seen.iter().filter(|seen| !looks_so(seen)).collect();
    // The nameless one stands for all of them.
    if seen.iter().any(|seen| seen.aspect == Aspect::of_part(Part::Attributes)) {
        then.attributes.clear();
    }
    for seen in seen {
        put(&mut then, seen);
    }
    then
}

fn shown(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(Clean::block(text).as_str().trim_end().to_owned()),
        Value::Set(values) => Value::Set(values.iter().map(|value| Clean::line(value).to_string()).collect()),
    }
}

/// As they stood, as far as that is known: a line that names them in another order reads as another one.
fn in_order<'v>(values: &'v BTreeSet<String>, order: &[String]) -> impl Iterator<Item = &'v String> {
    let mut values: Vec<&String> = values.iter().collect();
    values.sort_by_key(|value| order.iter().position(|known| known == *value).unwrap_or(usize::MAX));
    values.into_iter()
}

fn put(case: &mut Case, seen: &Seen) {
    let (row, aspect) = (&mut case.row, &seen.aspect);
    match (aspect.part, &seen.value) {
        (Part::Title, Value::Text(text)) => row.title = Clean::line(text),
        (Part::Description, Value::Text(text)) => case.description = Clean::block(text),
        (Part::Status, Value::Text(name)) => row.status = Status { state: seen.state, name: Clean::line(name) },
        (Part::Priority, Value::Text(name)) => row.priority = (!name.is_empty()).then(|| Priority::read(name)),
        (Part::Tags, Value::Set(tags)) => row.tags = in_order(tags, &raws(&row.tags)).map(|tag| Clean::line(tag)).collect(),
        (Part::Assignees, _) => row.assignees.clone_from(&seen.people),
        (Part::Attributes, Value::Set(values)) if !aspect.key.is_empty() => {
            case.attributes.retain(|(key, _)| key.raw() != aspect.key);
            if !values.is_empty() {
                case.attributes.push((Clean::line(&aspect.key), in_order(values, &seen.order).map(|value| Clean::line(value)).collect()));
            }
        }
        (Part::Field, value) => {
            if let Some(field) = case.fields.iter_mut().find(|field| field.id == aspect.key) {
                field.values = match value {
                    Value::Text(text) if text.is_empty() => Vec::new(),
                    Value::Text(text) => vec![Clean::block(text)],
                    Value::Set(values) => in_order(values, &seen.order).map(|value| Clean::block(value)).collect(),
                };
            }
        }
        _ => {}
    }
}
