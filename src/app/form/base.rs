//! The case as the person saw it, rebuilt from a draft, and what somebody else has done to it since.

use jiff::Timestamp;

use crate::domain::activity::Activity;
use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::case::{Case, Priority, Status, Vendor};
use crate::domain::edit::Part;
use crate::domain::person::Person;
use crate::domain::text::Clean;

/// What changed about a case since its form was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// `status`, `description`, `severity`: at least one.
    pub fields: Vec<String>,
    /// Where the vendor says who.
    pub by: Option<String>,
    pub at: Option<Timestamp>,
}

/// Everything of a case that an edit can be about.
pub(super) fn aspects(vendor: Vendor, case: &Case) -> Vec<Aspect> {
    let mut parts = vec![Part::Title, Part::Description, Part::Status, Part::Priority, Part::Assignees, Part::Archived];
    // Datadog's tags are its attributes in another spelling.
    if vendor != Vendor::Datadog {
        parts.push(Part::Tags);
    }
    let attributes = case.attributes.iter().map(|(key, _)| Aspect { part: Part::Attributes, key: key.raw().into() });
    let fields = case.fields.iter().map(|field| Aspect { part: Part::Field, key: field.id.clone() });
    parts.into_iter().map(Aspect::of_part).chain(attributes).chain(fields).collect()
}

/// What differs between two readings of a case, and who did it as far as the timeline or the case tells; None: nothing.
pub(super) fn moved(
    vendor: Vendor,
    then: &Case,
    now: &Case,
    timeline: &[Activity],
    seen_at: Timestamp,
    me: Option<&Person>,
) -> Option<Moved> {
    let mut fields: Vec<String> = Vec::new();
    for aspect in aspects(vendor, then).into_iter().chain(aspects(vendor, now)) {
        let name = name(&aspect, now);
        if aspect.has_moved(&aspect.read(then), &aspect.read(now), vendor) && !fields.contains(&name) {
            fields.push(name);
        }
    }
    let last = timeline.iter().filter(|entry| entry.who.is_some() && entry.at.is_some_and(|at| at > seen_at)).max_by_key(|entry| entry.at);
    if fields.is_empty() {
        return None;
    }
    let who = last.and_then(|entry| entry.who.as_ref()).or(now.changed_by.as_ref());
    let is_me = |who: &Person| me.is_some_and(|me| me.is(who));
    let by = who.map(|who| if is_me(who) { "you, elsewhere,".to_owned() } else { who.label().to_owned() });
    let at = last.and_then(|entry| entry.at).or(now.row.updated_at.filter(|at| then.row.updated_at != Some(*at)));
    Some(Moved { fields, by, at })
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
pub(super) fn as_seen(case: &Case, seen: &[Seen], holds_shown_text: bool) -> Case {
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

fn put(case: &mut Case, seen: &Seen) {
    let (row, aspect) = (&mut case.row, &seen.aspect);
    match (aspect.part, &seen.value) {
        (Part::Title, Value::Text(text)) => row.title = Clean::line(text),
        (Part::Description, Value::Text(text)) => case.description = Clean::block(text),
        (Part::Status, Value::Text(name)) => row.status = Status { state: seen.state, name: Clean::line(name) },
        (Part::Priority, Value::Text(name)) => row.priority = (!name.is_empty()).then(|| Priority::read(name)),
        (Part::Tags, Value::Set(tags)) => row.tags = tags.iter().map(|tag| Clean::line(tag)).collect(),
        (Part::Assignees, _) => row.assignees.clone_from(&seen.people),
        (Part::Attributes, Value::Set(values)) if !aspect.key.is_empty() => {
            case.attributes.retain(|(key, _)| key.raw() != aspect.key);
            if !values.is_empty() {
                case.attributes.push((Clean::line(&aspect.key), values.iter().map(|value| Clean::line(value)).collect()));
            }
        }
        (Part::Field, value) => {
            if let Some(field) = case.fields.iter_mut().find(|field| field.id == aspect.key) {
                field.values = match value {
                    Value::Text(text) if text.is_empty() => Vec::new(),
                    Value::Text(text) => vec![Clean::block(text)],
                    Value::Set(values) => values.iter().map(|value| Clean::block(value)).collect(),
                };
            }
        }
        _ => {}
    }
}
