//! Facets as Tines' `filters` object: JSON text in one query value, or brackets where that is ignored.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::forms::Form;
use crate::domain::case::Level;
use crate::domain::facet::{Facet, Offer, Stage, Who};
use crate::providers::http::encode;
use crate::providers::settings::Api;

/// The vendor's clock may run behind ours by so much.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// What the list makes of a facet. Tags are compared by name, in which way is not said; so are mail addresses.
pub(super) fn offer(facet: &Facet, api: Api) -> Offer {
    match facet {
        Facet::Status(Stage::Open | Stage::Closed) => Offer::Exact,
        // One priority is one value of the filter; several would be a request each.
        Facet::Levels(levels) if levels.len() == 1 => Offer::Exact,
        Facet::Assigned(people) if people.as_slice() == [Who::Nobody] && api == Api::V2 => Offer::Exact,
        Facet::Assigned(people) if api == Api::V2 || !people.contains(&Who::Nobody) => Offer::Unproven,
        Facet::Tagged(_) => Offer::Unproven,
        Facet::UpdatedSince(_) if api == Api::V2 => Offer::Narrows,
        _ => Offer::Never,
    }
}

/// The `filters` object. `status`: the one that the source is set to; a facet wins over it, and rows that nobody asked for
/// are left out by the list.
pub(super) fn filters(status: Option<&str>, facets: &[Facet], api: Api) -> Map<String, Value> {
    let mut keys = Map::new();
    if let Some(status) = status {
        keys.insert("status".into(), status.into());
    }
    for facet in facets {
        put(&mut keys, facet, api);
    }
    keys
}

/// `&filters=…`, or nothing.
pub(super) fn query(filters: &Map<String, Value>, form: Form) -> String {
    if filters.is_empty() || form == Form::Unsent {
        return String::new();
    }
    if form == Form::Json {
        return format!("&filters={}", encode(&Value::Object(filters.clone()).to_string()));
    }
    let mut out = String::new();
    for (key, value) in filters {
        // Writing to a String cannot fail.
        match value {
            Value::Array(values) => {
                for value in values {
                    let _ = write!(out, "&filters%5B{key}%5D%5B%5D={}", encode(value.as_str().unwrap_or_default()));
                }
            }
            value => {
                let _ = write!(out, "&filters%5B{key}%5D={}", encode(value.as_str().unwrap_or_default()));
            }
        }
    }
    out
}

fn put(keys: &mut Map<String, Value>, facet: &Facet, api: Api) {
    let (key, value) = match facet {
        Facet::Status(Stage::Open) => ("status", json!("OPEN")),
        Facet::Status(Stage::Closed) => ("status", json!("CLOSED")),
        Facet::Levels(levels) => match levels.as_slice() {
            [one] => ("priority", json!(word(*one))),
            _ => return,
        },
        Facet::Assigned(people) => {
            let names: Vec<&str> = people
                .iter()
                .map(|who| match who {
                    Who::Mail(mail) => mail.as_str(),
                    Who::Nobody => "unassigned",
                })
                .collect();
            (if api == Api::V1 { "assignee_emails" } else { "assignees" }, json!(names))
        }
        Facet::Tagged(tags) => ("or_tags", json!(tags)),
        Facet::UpdatedSince(since) => {
            let since = since.checked_sub(SKEW).unwrap_or(Timestamp::UNIX_EPOCH);
            ("updated_at_start_date", json!(since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
        }
        Facet::Status(Stage::Archived) | Facet::AtLeast(_) => return,
    };
    keys.insert(key.into(), value);
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Critical => "CRITICAL",
        Level::High => "HIGH",
        Level::Medium => "MEDIUM",
        Level::Low => "LOW",
        Level::Info => "INFO",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facets_are_one_object_or_brackets() {
        let facets = [Facet::Status(Stage::Closed), Facet::Assigned(vec![Who::Mail("a@b.c".into()), Who::Nobody])];
        let sent = |status, facets: &[Facet], api, form| query(&filters(status, facets, api), form);
        let json = sent(Some("OPEN"), &facets, Api::V2, Form::Json);
        assert_eq!(json, format!("&filters={}", encode(r#"{"assignees":["a@b.c","unassigned"],"status":"CLOSED"}"#)));
        let brackets = sent(None, &facets, Api::V2, Form::Brackets);
        assert_eq!(brackets, "&filters%5Bassignees%5D%5B%5D=a%40b.c&filters%5Bassignees%5D%5B%5D=unassigned&filters%5Bstatus%5D=CLOSED");
        assert_eq!(sent(None, &[], Api::V2, Form::Json), "");
        assert_eq!(sent(None, &facets, Api::V2, Form::Unsent), "");
        assert_eq!(sent(Some("OPEN"), &[], Api::V1, Form::Brackets), "&filters%5Bstatus%5D=OPEN");
        let since = Facet::UpdatedSince("2026-11-21T10:02:00.5Z".parse().unwrap());
        assert!(sent(None, &[since], Api::V2, Form::Brackets).ends_with("=2026-11-21T10%3A00%3A00Z"));
    }

    #[test]
    fn what_may_hide_is_tried_first_and_what_cannot_be_asked_is_not() {
        let nobody = Facet::Assigned(vec![Who::Nobody]);
        assert_eq!((offer(&nobody, Api::V2), offer(&nobody, Api::V1)), (Offer::Exact, Offer::Never));
        assert_eq!(offer(&Facet::Levels(vec![Level::High]), Api::V2), Offer::Exact);
        assert_eq!(offer(&Facet::Levels(vec![Level::High, Level::Low]), Api::V2), Offer::Never);
        assert_eq!(offer(&Facet::Tagged(vec!["x".into()]), Api::V2), Offer::Unproven);
        assert_eq!(offer(&Facet::Status(Stage::Archived), Api::V2), Offer::Never);
        assert_eq!(offer(&Facet::UpdatedSince(Timestamp::UNIX_EPOCH), Api::V1), Offer::Never);
    }
}
