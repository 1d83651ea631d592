//! Timeline cells as activities; pure.

use serde_json::{Map, Value};

use super::super::http::unreadable;
use super::super::loose::{object, plain_id};
use super::super::salvage::{reading, salvaged};
use super::convert::{author, is_uuid};
use super::wire;
use crate::domain::activity::{Activity, Topic};
use crate::domain::fault::Fault;
use crate::domain::record::Slice;
use crate::domain::text::Clean;
use crate::providers::answered::Made;

/// Cells asked for per page. The maximum is not documented; this is half of what search allows.
pub(super) const PAGE_SIZE: usize = 50;
/// A change in words; a cell can hold whole documents.
const MAX_WORDS_CHARS: usize = 2_000;

/// Finds the name behind a user id.
pub(super) type Names<'a> = &'a dyn Fn(&str) -> Option<String>;

/// One page, newest first. `number` counts from 0.
pub(super) fn slice(body: &str, number: u32, names: Names<'_>) -> Result<Slice<Activity>, Fault> {
    let error = match object::<wire::List<'_>>(body) {
        Ok(list) => return Ok(cells(&list, number, names)),
        Err(error) => unreadable(&error, body),
    };
    let saved = salvaged(body, &["data"]).ok_or_else(|| error.clone())?;
    object(&saved.text).map(|list| cells(&list, number, names)).map_err(|_| error)
}

fn cells(list: &wire::List<'_>, number: u32, names: Names<'_>) -> Slice<Activity> {
    let mut items = Vec::with_capacity(list.data.len());
    let mut malformed = 0;
    for raw in &list.data {
        match reading(raw.get(), |json| object(json).map(|cell| activity(&cell, names))) {
            Ok(activity) => items.push(activity),
            Err(_) => malformed += 1,
        }
    }
    // Shorter than asked may be all that the vendor gives at once: only an empty page is the end.
    let next = (!list.data.is_empty()).then(|| number + 1);
    Slice { items, next, total: None, malformed }
}

/// The comment that an answer holds: a list of one cell, or the cell.
pub(super) fn made(body: &str) -> Option<Made> {
    let first = match object::<wire::List<'_>>(body) {
        Ok(list) => list.data.first().map(|raw| raw.get())?,
        Err(_) => object::<wire::One<'_>>(body).ok()?.data.get(),
    };
    let cell: wire::Cell<'_> = object(first).ok()?;
    let is_comment = cell.attributes.kind.filled().is_none_or(|kind| kind.eq_ignore_ascii_case("COMMENT"));
    Some(Made { id: plain_id(cell.id.filled()?), at: cell.attributes.created_at.time() }).filter(|_| is_comment)
}

fn activity(cell: &wire::Cell<'_>, names: Names<'_>) -> Activity {
    let attributes = &cell.attributes;
    let kind = attributes.kind.as_str().to_ascii_uppercase();
    let content = attributes.cell_content.and_then(|raw| serde_json::from_str(raw.get()).ok());
    let content = content.filter(|content: &Value| !content.is_null()).or_else(|| serde_json::from_str(attributes.content.filled()?).ok());
    let topic = topic(&kind);
    Activity {
        id: plain_id(cell.id.as_str()),
        topic,
        who: attributes.author.0.as_ref().and_then(author),
        at: attributes.created_at.time(),
        text: Clean::block(&words(content.as_ref(), topic, names)),
        file: None,
        is_deleted: attributes.deleted_at.filled().is_some(),
        kind: Clean::line(&kind),
    }
}

/// The kinds are an open set, so they are sorted by the words in them.
fn topic(kind: &str) -> Topic {
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    if kind == "COMMENT" {
        Topic::Comment
    } else if has(&["ATTACHMENT", "FILE"]) {
        Topic::File
    } else if has(&["UPDATE", "CHANGE", "CREATED", "ASSIGN", "ARCHIVE", "STATUS", "PRIORITY", "MERGE", "MOVE", "LINK"]) {
        Topic::Change
    } else {
        Topic::Other
    }
}

fn words(content: Option<&Value>, topic: Topic, names: Names<'_>) -> String {
    match content {
        Some(Value::Object(object)) => match object.get("message").and_then(Value::as_str) {
            Some(message) if topic == Topic::Comment => message.to_owned(),
            _ => change(object, names).chars().take(MAX_WORDS_CHARS).collect(),
        },
        Some(other) => brief(other, names).chars().take(MAX_WORDS_CHARS).collect(),
        None => String::new(),
    }
}

/// `status: Open → Closed` where the members tell old from new, else every member.
fn change(object: &Map<String, Value>, names: Names<'_>) -> String {
    let brief = |value: &Value| brief(value, names);
    let first = |keys: &[&str]| keys.iter().find_map(|key| object.get(*key));
    let what = first(&["attribute", "attribute_name", "field", "field_name", "name", "key"]);
    let old = first(&["old", "old_value", "from", "previous", "previous_value", "before"]);
    let new = first(&["new", "new_value", "to", "current", "value", "after"]);
    match (what, old, new) {
        (Some(what), None, Some(new)) => format!("{}: {}", brief(what), brief(new)),
        (what, Some(old), new) => {
            let change = format!("{} → {}", brief(old), new.map_or_else(|| "none".to_owned(), brief));
            what.map_or_else(|| change.clone(), |what| format!("{}: {change}", brief(what)))
        }
        _ => object.iter().map(|(name, value)| format!("{name}: {}", brief(value))).collect::<Vec<_>>().join(", "),
    }
}

/// A value in a sentence; people go by their names.
fn brief(value: &Value, names: Names<'_>) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) if text.is_empty() => "none".to_owned(),
        Value::String(text) => Some(text).filter(|text| is_uuid(text)).and_then(|id| names(id)).unwrap_or_else(|| text.clone()),
        Value::Array(list) => list.iter().map(|value| brief(value, names)).collect::<Vec<_>>().join(", "),
        Value::Object(object) => ["name", "title", "email", "handle", "id"]
            .iter()
            .find_map(|name| object.get(*name).filter(|value| value.as_str().is_some_and(|text| !text.is_empty())))
            .map_or_else(|| value.to_string(), |value| brief(value, names)),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMELINE: &str = include_str!("../../../tests/fixtures/datadog/timeline.json");
    const ADA: &str = "a8b6c1e0-1111-4a5f-8e3e-72b3b5b6f201";
    const NOBODY: Names<'_> = &|_| None;

    #[test]
    fn cells_become_activities() {
        let slice = slice(TIMELINE, 0, NOBODY).unwrap();
        assert_eq!((slice.next, slice.malformed), (Some(1), 1));
        let read: Vec<_> = slice.items.iter().map(|item| (item.kind.as_str(), item.topic, item.text.as_str(), item.is_deleted)).collect();
        assert_eq!(
            read,
            [
                ("COMMENT", Topic::Comment, "Looks *bad*\nescalating", false),
                ("COMMENT", Topic::Comment, "deleted", true),
                ("ATTRIBUTE_UPDATE", Topic::Change, "status: Open → In Progress", false),
                ("SOMETHING_NEW", Topic::Other, "a: 1, b: x, y", false),
                ("CASE_CREATED", Topic::Change, "", false),
            ]
        );
        let who: Vec<_> = slice.items.iter().map(|item| item.who.as_ref().map(|who| (who.label(), who.is_service))).collect();
        assert_eq!(who, [Some(("Frog Account", false)), Some(("frog@datadoghq.com", false)), Some(("rule 7", true)), None, None]);
        assert_eq!(slice.items[0].who.as_ref().unwrap().id, slice.items[1].who.as_ref().unwrap().id, "ID and id are one");
        assert_eq!(slice.items[0].at, Some("2026-10-22T11:20:45.403685Z".parse().unwrap()));
    }

    #[test]
    fn only_an_empty_page_is_the_last() {
        let of = |cells: usize| format!(r#"{{"data":[{}]}}"#, vec![r#"{"id":"x","attributes":{"type":"COMMENT"}}"#; cells].join(","));
        assert_eq!(slice(&of(PAGE_SIZE), 0, NOBODY).unwrap().next, Some(1));
        assert_eq!(slice(&of(1), 1, NOBODY).unwrap().next, Some(2));
        assert_eq!(slice(&of(0), 1, NOBODY).unwrap().next, None);
    }

    #[test]
    fn the_answer_to_a_comment_names_it() {
        let cell = r#"{"id":"c1","type":"timeline_cell","attributes":{"type":"COMMENT","cell_content":{"message":"x"}}}"#;
        for body in [format!(r#"{{"data":[{cell}]}}"#), format!(r#"{{"data":{cell}}}"#)] {
            assert_eq!(made(&body).unwrap().id, "c1", "{body}");
        }
        for body in ["", "{}", r#"{"data":[]}"#, r#"{"data":[{"attributes":{"type":"COMMENT"}}]}"#, &cell.replace("COMMENT", "OTHER")] {
            assert_eq!(made(body), None, "{body}");
        }
    }

    #[test]
    fn free_form_content_is_put_in_words() {
        let names = |id: &str| (id == ADA).then(|| "Ada".to_owned());
        let words = |json: &str| words(serde_json::from_str(json).ok().as_ref(), Topic::Change, &names);
        assert_eq!(
            words(&format!(r#"{{"attribute":"assignee","old":"3ad549bf-eba0-11e9-a77a-0705486660d0","new":"{ADA}"}}"#)),
            "assignee: 3ad549bf-eba0-11e9-a77a-0705486660d0 → Ada"
        );
        assert_eq!(words(r#"{"field":"assignee","from":null,"to":{"name":"Ada","id":"1"}}"#), "assignee: none → Ada");
        assert_eq!(words(r#"{"from":"P3","to":"P1"}"#), "P3 → P1");
        assert_eq!(words(r#"{"attribute":"env","value":["a","b"]}"#), "env: a, b");
        assert_eq!(words(r#""plain""#), "plain");
        assert_eq!(words(r#"{"message":"not a comment"}"#), "message: not a comment");
        assert!(words(&format!(r#"{{"x":"{}"}}"#, "y".repeat(9_000))).chars().count() <= MAX_WORDS_CHARS);
    }
}
