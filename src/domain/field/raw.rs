//! What is wanted, as it was written: `--set`, `--add`, `--remove`, and JSON.

use std::fmt::{Formatter, Result as Formatted};

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::domain::field::FieldName;
use crate::domain::list::split;

/// How a field is meant to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditOp {
    Set,
    Add,
    Remove,
}

/// What stands behind a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawValue {
    /// From the command line: where several values fit, commas separate them.
    Text(String),
    /// From JSON: each as it is; empty for `null`.
    List(Vec<String>),
}

impl RawValue {
    /// Values that stay apart, byte for byte, whatever is in them.
    pub fn of(values: Vec<String>) -> Self {
        let is_plain = |value: &String| !value.is_empty() && value.trim() == value && !value.contains(',') && !value.starts_with('[');
        if values.iter().all(is_plain) && !values.is_empty() { Self::Text(values.join(",")) } else { Self::List(values) }
    }

    /// One text, which a step can hold byte for byte.
    pub fn of_text(values: Vec<String>) -> Self {
        match <[String; 1]>::try_from(values) {
            Ok([text]) if text.trim() == text && !text.is_empty() && !text.starts_with('[') => Self::Text(text),
            Ok(text) => Self::List(text.into()),
            Err(values) => Self::List(values),
        }
    }

    /// A step's: a list in JSON is the values that it holds.
    pub fn of_step(text: String) -> Self {
        match listed(&text) {
            Some(values) => Self::of(values),
            None => Self::Text(text),
        }
    }

    /// As it is written behind a `=`.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::List(values) => serde_json::Value::from(values.clone()).to_string(),
        }
    }

    /// Where one value fits; none is the empty one.
    pub(super) fn one(&self) -> Result<&str, String> {
        match self {
            Self::Text(text) => Ok(text),
            Self::List(values) => match &values[..] {
                [] => Ok(""),
                [one] => Ok(one),
                several => Err(format!("it takes one value, not {}", several.len())),
            },
        }
    }

    /// Each value that is meant. One that is `known` is meant whole, also with a comma in it; so is each of a list in JSON.
    pub fn all(&self, known: &[&str]) -> Vec<String> {
        match self {
            Self::Text(text) => match listed(text).filter(|_| !known.contains(&text.trim())) {
                Some(values) => values,
                None => split(text, known).into_iter().map(String::from).collect(),
            },
            Self::List(values) => values.clone(),
        }
    }
}

/// The values of a list of strings in JSON; None: it is none. `[2026]` is a text like any other.
fn listed(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text.trim_start().starts_with('[').then_some(text)?).ok()
}

/// What is wanted of one field, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldEdit {
    pub field: FieldName,
    pub op: EditOp,
    pub value: RawValue,
}

impl FieldEdit {
    /// The field is to hold this text.
    pub fn set(field: FieldName, text: impl Into<String>) -> Self {
        Self { field, op: EditOp::Set, value: RawValue::Text(text.into()) }
    }
}

/// Of flags: `FIELD=VALUE` each.
///
/// # Errors
/// One sentence per flag that is not.
pub fn of_flags(op: EditOp, flags: &[String]) -> Result<Vec<FieldEdit>, Vec<String>> {
    let mut wishes = Vec::new();
    let mut wrong = Vec::new();
    for flag in flags {
        match flag.split_once('=') {
            Some((field, value)) => wishes.push(FieldEdit { field: FieldName::read(field), op, value: RawValue::Text(value.into()) }),
            None => wrong.push(format!("`{flag}` is not FIELD=VALUE")),
        }
    }
    if wrong.is_empty() { Ok(wishes) } else { Err(wrong) }
}

/// Of an object such as `{"status":"closed","tags":{"add":["vip"]},"fields":{"12":7}}`.
///
/// # Errors
/// One sentence per key that cannot be understood.
pub fn of_json(text: &str) -> Result<Vec<FieldEdit>, Vec<String>> {
    let object = match serde_json::from_str::<Once>(text) {
        Ok(Once(Value::Object(object))) => object,
        Ok(_) => return Err(vec!["the changes are one JSON object, such as {\"status\":\"closed\"}".into()]),
        Err(error) if error.is_data() => return Err(vec![error.to_string()]),
        Err(error) => return Err(vec![format!("the changes are not JSON: {error}")]),
    };
    let mut wishes = Vec::new();
    let mut wrong = Vec::new();
    for (key, value) in &object {
        let inside = match key.as_str() {
            "attributes" => Some("attr."),
            "fields" => Some("field."),
            _ => None,
        };
        match (inside, value) {
            (Some(start), Value::Object(entries)) => {
                for (name, value) in entries {
                    take(&format!("{start}{name}"), value, &mut wishes, &mut wrong);
                }
            }
            (Some(_), _) => wrong.push(format!("{key}: write an object, such as {{\"NAME\":\"VALUE\"}}")),
            (None, value) => take(key, value, &mut wishes, &mut wrong),
        }
    }
    if wrong.is_empty() { Ok(wishes) } else { Err(wrong) }
}

/// JSON in which no object has a key twice: which of the two was meant cannot be known.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut Formatter<'_>) -> Formatted {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Once(value)) = values.next_element()? {
            all.push(value);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Once(value))) = entries.next_entry::<String, Once>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("`{key}` stands there twice; write it once,")));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

fn take(field: &str, value: &Value, wishes: &mut Vec<FieldEdit>, wrong: &mut Vec<String>) {
    let mut push = |op, value: &Value| match list(value) {
        Some(values) => wishes.push(FieldEdit { field: FieldName::read(field), op, value: RawValue::List(values) }),
        None => wrong.push(format!("{field}: write text, a number, true, false, null, or a list of these")),
    };
    match value {
        Value::Object(object) => match ways(object) {
            Some(ways) => ways.into_iter().for_each(|(op, value)| push(op, value)),
            None => wrong.push(format!("{field}: an object here has `add`, `remove` or `set`, and nothing else")),
        },
        value => push(EditOp::Set, value),
    }
}

fn ways(object: &Map<String, Value>) -> Option<Vec<(EditOp, &Value)>> {
    let way = |(key, value)| {
        let op = match key {
            "set" => EditOp::Set,
            "add" => EditOp::Add,
            "remove" => EditOp::Remove,
            _ => return None,
        };
        Some((op, value))
    };
    object.iter().map(|(key, value)| way((key.as_str(), value))).collect()
}

fn list(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(values) => values.iter().map(scalar).collect(),
        value => scalar(value).map(|value| vec![value]),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(field: &str, op: EditOp, values: &[&str]) -> FieldEdit {
        FieldEdit { field: FieldName::read(field), op, value: RawValue::List(values.iter().map(ToString::to_string).collect()) }
    }

    #[test]
    fn json_says_the_same_as_flags() {
        let json = r#"{"status":"closed","tags":{"add":["vip, really"],"remove":["old"]},"due_date":null,"assignees":["a","b"],
            "attributes":{"team":["x"],"env":{"add":"prod"}},"fields":{"12":7,"13":true}}"#;
        let mut wishes = of_json(json).unwrap();
        wishes.sort_by_key(|wish| wish.field.to_string());
        assert_eq!(
            wishes,
            [
                wish("assignee", EditOp::Set, &["a", "b"]),
                wish("attr.env", EditOp::Add, &["prod"]),
                wish("attr.team", EditOp::Set, &["x"]),
                wish("due_date", EditOp::Set, &[]),
                wish("field.12", EditOp::Set, &["7"]),
                wish("field.13", EditOp::Set, &["true"]),
                wish("status", EditOp::Set, &["closed"]),
                wish("tag", EditOp::Add, &["vip, really"]),
                wish("tag", EditOp::Remove, &["old"]),
            ]
        );
    }

    #[test]
    fn what_is_no_change_is_said_for_every_key() {
        assert!(of_json("[]").unwrap_err()[0].contains("one JSON object"));
        assert!(of_json("{").unwrap_err()[0].contains("not JSON"));
        let wrong = of_json(r#"{"tags":{"put":["x"]},"title":[["x"]],"fields":"x"}"#).unwrap_err();
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        for (json, key) in [
            (r#"{"title":"first","title":"second"}"#, "title"),
            (r#"{"fields":{"12":1,"12":2}}"#, "12"),
            (r#"{"tags":{"add":["a"],"add":["b"]}}"#, "add"),
            (r#"{"tags":{"add":["a"]},"tags":{"add":["b"]}}"#, "tags"),
        ] {
            let wrong = of_json(json).unwrap_err();
            assert!(wrong.len() == 1 && wrong[0].starts_with(&format!("`{key}` stands there twice; write it once")), "{wrong:?}");
        }
        let wrong = of_flags(EditOp::Add, &["tag".into(), "tag=x".into(), "y".into()]).unwrap_err();
        assert_eq!(wrong, ["`tag` is not FIELD=VALUE", "`y` is not FIELD=VALUE"]);
    }

    #[test]
    fn commas_separate_on_the_line_only() {
        assert_eq!(RawValue::Text(" a, b,,".into()).all(&[]), ["a", "b"]);
        assert_eq!(RawValue::Text("a, b".into()).all(&["a, b"]), ["a, b"], "what is there already is meant whole");
        assert_eq!(RawValue::Text(r#"["a, b", "7"]"#.into()).all(&[]), ["a, b", "7"]);
        for text in ["[2026]", "[80]", "[null]"] {
            assert_eq!(RawValue::Text(text.into()).all(&[]), [text], "a text that begins so, and no list");
            assert_eq!(RawValue::of_step(text.into()), RawValue::Text(text.into()));
        }
        assert_eq!(RawValue::List(vec!["a, b".into()]).all(&[]), ["a, b"]);
        assert!(RawValue::List(vec!["a".into(), "b".into()]).one().is_err());
    }
}
